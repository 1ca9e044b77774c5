"""Bad input, one file for each fault: a told fault, or rows set aside with their reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from truceline.model import (
    InputFault,
    Medium,
    MissingColumn,
    TrucelineError,
    UnreadableFile,
    UsageFault,
    ValueFault,
)
from truceline.sources.arrivals import Heard, take_in

Taken = Callable[..., Heard]

FOUR = "sensor,x,y\nA,0,0\nB,4,0\nC,0,3\nD,4,3\n"
HEAD = "arrival,sensor,time\n"
UTM = "sensor,x,y\nA,410000,5318000\nB,414000,5318000\nC,410000,5321000\n"


@pytest.mark.parametrize(
    ("sensors", "kind", "said"),
    [
        ("sensor,x,y\n", InputFault, "names no sensor"),
        ("sensor,x,y\nA,0,0\nB,4,0\nA,0,3\nD,4,3\n", InputFault, "'A' stands twice, in row 2 and in row 4"),
        ("sensor,x,y\nA,0,0\nB,4,\nC,0,3\n", ValueFault, "'B' has no place"),
        ("sensor,x,y\nA,0,0\nB,4,three\nC,0,3\n", ValueFault, "y is 'three', not a number"),
        ("sensor,x,y\nA,0,0\nB,nan,0\nC,0,3\n", ValueFault, "'B' has no place"),
        ("sensor,x,y\nA,0,0\nB,inf,0\nC,0,3\n", ValueFault, "'B' has no place"),
        ("sensor,x,y\nA,0,0\n,4,0\nC,0,3\n", ValueFault, "a sensor without an id"),
        ("sensor,x,y\nA,0,0\nB,4\nC,0,3\n", ValueFault, "the row has 2 values"),
        ("sensor,x\nA,0\n", MissingColumn, "column 'y' is missing"),
        ("sensr,x,y\nA,0,0\n", MissingColumn, "the nearest present is 'sensr'"),
        ("sensor,x,y,lat,lon\nA,0,0,48,37\n", MissingColumn, "both x,y and lat,lon"),
        ("sensor,x,y,Until\nA,0,0,5\n", MissingColumn, "column 'until' is spelled 'Until'"),
        ("sensor,x,y\nA,1,1\nB,1,1\nC,1,1\nD,1,1\n", InputFault, "stand in 1 place:"),
        ("sensor,x,y\nA,1,1\nB,1,1\nC,2,1\n", InputFault, "stand in 2 places"),
        ("sensor,lat,lon\nA,48,37\nB,98,37\nC,48,38\n", ValueFault, "has latitude 98"),
        ("sensor,lat,lon\nA,48,37\nB,48,370\nC,48,38\n", ValueFault, "longitude 370"),
        ("sensor,x,y,z\nA,0,0,120\nB,4,0,95\nC,0,3,130\n", ValueFault, "heights seem to be metres"),
        ("sensor,x,y,from,until\nA,0,0,20,10\nB,4,0,,\nC,0,3,,\n", ValueFault, "existed until 10"),
        (
            "sensor,x,y,from,until\nA,0,0,,20\nB,4,0,,\nA,0,3,19,\n",
            InputFault,
            "'A' stands twice, in row 2 and in row 4",
        ),
        ("sensor,x,y,from,until\nA,0,0,5,\nB,4,0,,\nA,0,3,,\n", InputFault, "at one and the same time"),
        ("sensor,x,y,from\nA,0,0,monday\nB,4,0,\nC,0,3,\n", ValueFault, "'monday' is no time"),
        ("sensor,x,y,from\nA,0,0,2031-01-01T00:00:00Z\nB,4,0,\nC,0,3,\n", ValueFault, "form of the arrivals"),
        ("sensor,x,y\nA,0,0\nB,1e300,0\nC,0,3\n", InputFault, "the sensors reach over 1e+300 km"),
        ("sensor,x,y,z\nA,0,0,1e300\nB,4,0,\nC,0,3,\n", ValueFault, "stands 1e+303 m high"),
        ("sensor,x,y\nA,0,0\nB,4000000,0\nC,0,4000000\n", InputFault, "metres seem to stand where kilometres"),
        ("", UnreadableFile, "the file is empty"),
    ],
)
def test_a_file_of_sensors_that_cannot_be_used_is_told(
    taken: Taken, sensors: str, kind: type[TrucelineError], said: str
):
    with pytest.raises(kind) as fault:
        taken(sensors)
    assert said in fault.value.what + " " + fault.value.do
    assert fault.value.where
    assert fault.value.do
    assert "mapping" not in fault.value.do, "sensors and arrivals are read by their own names alone"


@pytest.mark.parametrize(
    ("arrivals", "kind", "said"),
    [
        ("arrival,sensor\n1,A\n", MissingColumn, "column 'time' is missing"),
        ("arrival,sensor,tme\n1,A,3\n", MissingColumn, "the nearest present is 'tme'"),
        (HEAD + "1,A,10\n1,B,14\n", InputFault, "row 2 of"),
        (HEAD + "1,A,10\n2,B,2031-01-01T00:00:00Z\n", InputFault, "seconds in row 2 ('10') and ISO 8601 in row 3"),
        (HEAD + "1,A,2031-01-01T00:00:00\n", InputFault, "a time without its offset from UTC"),
        (HEAD + "1,X,10\n2,Y,11\n", InputFault, "the file of sensors does not name"),
        (HEAD + "1,A,soon\n", InputFault, "neither seconds nor ISO 8601"),
        ("", UnreadableFile, "the file is empty"),
    ],
)
def test_a_file_of_arrivals_that_cannot_be_used_is_told(
    taken: Taken, arrivals: str, kind: type[TrucelineError], said: str
):
    with pytest.raises(kind) as fault:
        taken(arrivals=arrivals)
    assert said in fault.value.what
    assert fault.value.do


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("9,A,", "no time"),
        ("9,A,   ", "no time"),
        ("9,A,nan", "not a finite time"),
        ("9,A,inf", "not a finite time"),
        ("9,A,soon", "not a time"),
        ("9,A,1e12", "more than 366 days"),
        ("9,X,12", "does not name"),
        (",A,12", "no id"),
        ("9,A", "the row has 2 values"),
        ("9,A,12,13", "the row has 4 values"),
        ("1,A,10", "the row stands twice"),
    ],
)
def test_a_row_that_cannot_be_used_is_set_aside_with_its_reason(taken: Taken, line: str, reason: str):
    heard = taken(arrivals=HEAD + f"1,A,10\n2,B,14.5\n{line}\n3,C,12.25\n")
    assert heard.judged.arrivals.id == ("1", "3", "2"), "in order of time"
    (aside,) = heard.judged.rejected
    assert reason in aside.reason
    assert aside.row.tolist() == [4]
    assert heard.judged.read == 4


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("2031-01-01T00:00:10", "offset from UTC"),
        ("2031-02-30T00:00:10Z", "not a time"),
        ("2031-13-01T00:00:10Z", "not a time"),
        ("2031-01-01T00:00:60Z", "leap second"),
        ("9999-01-01T00:00:00Z", "outside 1678 to 2261"),
        ("2106-02-07T06:28:15Z", "more than 366 days"),
        ("1970-01-01T00:00:00Z", "more than 366 days"),
        ("NaN", "not a finite time"),
        ("", "no time"),
    ],
)
def test_a_moment_that_cannot_be_used_is_set_aside_with_its_reason(taken: Taken, time: str, reason: str):
    rows = "1,A,2031-01-01T00:00:10Z\n2,B,2031-01-01T02:00:14.5+02:00\n"
    heard = taken(arrivals=HEAD + rows + f"9,C,{time}\n")
    assert heard.judged.arrivals.time_s.tolist() == [10.0, 14.5]
    (aside,) = heard.judged.rejected
    assert reason in aside.reason
    assert aside.arrival == ("9",)


def test_arrivals_before_a_sensor_existed_and_after_it_was_gone_are_set_aside(taken: Taken):
    sensors = "sensor,x,y,from,until\nA,0,0,11,\nB,4,0,,14.5\nC,0,3,,\nD,4,3,1,99\n"
    heard = taken(sensors)
    assert heard.judged.arrivals.id == ("3", "4")
    assert [(part.arrival, part.reason[:6]) for part in heard.judged.rejected] == [
        (("1",), "before"),
        (("2",), "after "),
    ]


def test_more_arrivals_than_a_picker_can_tell_apart_are_set_aside_and_the_others_kept(taken: Taken):
    flood = "".join(f"f{i},A,{20 + i / 2000}\n" for i in range(2000))
    heard = taken(arrivals=HEAD + "1,A,10\n2,B,14.5\n3,C,12.25\n" + flood)
    assert heard.judged.arrivals.id == ("1", "3", "2"), "in order of time"
    (aside,) = heard.judged.rejected
    assert len(aside) == 2000
    assert "more than 100 arrivals" in aside.reason


def test_a_million_arrivals_in_one_second_are_kept_aside_not_lost(taken: Taken):
    flood = "\n".join(f"{i},{'ABCD'[i % 4]},{i / 1_000_000:.6f}" for i in range(1_000_000))
    with pytest.raises(InputFault, match="more than 100 arrivals"):
        taken(arrivals=HEAD + flood + "\n")
    heard = taken(arrivals=HEAD + flood + "\nz,A,10\n")
    assert heard.judged.arrivals.id == ("z",)
    assert sum(map(len, heard.judged.rejected)) == 1_000_000


def test_arrivals_of_one_sensor_at_one_time_are_kept_and_flagged(taken: Taken):
    heard = taken(arrivals=HEAD + "1,A,10\n2,B,14.5\n3,A,10\n4,C,10\n")
    assert len(heard.judged.arrivals) == 4
    assert [part.arrival for part in heard.judged.flagged] == [("1", "3")]


def test_phases_and_amplitudes_that_say_nothing_are_flagged(taken: Taken):
    rows = "1,A,10,Pg,0.5\n2,B,14.5,sn,\n3,C,12.25,Lg,1e-3\n4,D,17,,loud\n"
    heard = taken(arrivals="arrival,sensor,time,phase,amplitude\n" + rows)
    table = heard.judged.arrivals
    assert table.phase.words().tolist() == ["P", "", "S", ""]
    assert table.amplitude[:2].tolist() == [0.5, 1e-3]
    assert [(part.arrival, part.reason.split()[0]) for part in heard.judged.flagged] == [
        (("3",), "phase"),
        (("4",), "amplitude"),
    ]


@pytest.mark.parametrize(
    ("crs", "sensors", "said"),
    [
        ("EPSG:4326", UTM, "not a projected grid"),
        ("EPSG:2263", UTM, "counts in US survey foot"),
        ("EPSG:999999", UTM, "no coordinate system"),
        ("local-kn", UTM, "no coordinate system"),
        ("EPSG:32637", "sensor,lat,lon\nA,48,37\nB,48.1,37\nC,48,37.1\n", "stand in degrees"),
    ],
)
def test_a_coordinate_system_that_cannot_be_used_is_told(taken: Taken, crs: str, sensors: str, said: str):
    with pytest.raises(UsageFault) as fault:
        taken(sensors, crs=crs)
    assert said in fault.value.what
    assert fault.value.example


def test_kilometres_on_a_grid_in_metres_are_told(taken: Taken):
    with pytest.raises(ValueFault, match="they seem to be kilometres where the grid has metres"):
        taken("sensor,x,y\nA,410,5318\nB,414,5318\nC,410,5321\n", crs="EPSG:32637")


def test_a_grid_of_elsewhere_is_told(taken: Taken):
    with pytest.raises(ValueFault, match="outside the area of EPSG:27700"):
        taken("sensor,x,y\nA,5410000,8318000\nB,5414000,8318000\nC,5410000,8321000\n", crs="EPSG:27700")


def test_arrivals_without_a_file_of_sensors_are_told(tmp_path: Path):
    (tmp_path / "arrivals.csv").write_text(HEAD, encoding="utf-8")
    with pytest.raises(UsageFault, match="no file of sensors is named"):
        take_in(None, [tmp_path / "arrivals.csv"], medium=Medium.ACOUSTIC)


def test_a_folder_without_pulse_files_is_told(tmp_path: Path):
    with pytest.raises(UsageFault, match="no pulse file"):
        take_in(None, [tmp_path], medium=Medium.ACOUSTIC)


def test_a_packed_file_that_was_cut_short_is_told(tmp_path: Path):
    import gzip  # noqa: PLC0415 - used here alone

    (tmp_path / "sensors.csv").write_text(FOUR, encoding="utf-8")
    packed = gzip.compress((HEAD + "".join(f"{i},A,{i * 7919 % 1000}\n" for i in range(9999))).encode())
    (tmp_path / "arrivals.csv.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(UnreadableFile, match="cut short or damaged"):
        take_in(tmp_path / "sensors.csv", [tmp_path / "arrivals.csv.gz"], medium=Medium.ACOUSTIC)


def test_a_damaged_parquet_file_is_told(tmp_path: Path):
    (tmp_path / "sensors.csv").write_text(FOUR, encoding="utf-8")
    (tmp_path / "arrivals.parquet").write_bytes(b"PAR1" + b"\0" * 200 + b"PAR1")
    with pytest.raises(UnreadableFile, match="Parquet file is damaged"):
        take_in(tmp_path / "sensors.csv", [tmp_path / "arrivals.parquet"], medium=Medium.ACOUSTIC)


def test_a_file_in_another_encoding_is_told(tmp_path: Path):
    (tmp_path / "sensors.csv").write_text(FOUR, encoding="utf-8")
    (tmp_path / "arrivals.csv").write_bytes((HEAD + "1,Пост,10\n").encode("cp1251"))
    with pytest.raises(UnreadableFile):
        take_in(tmp_path / "sensors.csv", [tmp_path / "arrivals.csv"], medium=Medium.ACOUSTIC)


MOVED = "sensor,x,y,from,until\nA,0,0,,100\nB,4,0,,\nC,0,3,,\nA,1,1,150,\nD,4,3,,\n"


def test_a_sensor_that_was_moved_has_a_row_for_each_place(taken: Taken):
    heard = taken(MOVED, HEAD + "1,A,99\n2, A ,160\n3,A,120\n4,B,5\n5,A,100\n")
    arrivals = heard.judged.arrivals
    assert (arrivals.id, arrivals.sensor.tolist()) == (("4", "1", "2"), [2, 0, 1])
    assert [(one.reason, one.arrival) for one in heard.judged.rejected] == [
        ("after the sensor was gone ('until' in the file of sensors)", ("3", "5"))
    ]
    sensors = heard.network.sensors
    assert (sensors.id[1], sensors.x_m[1], sensors.since_s[1]) == ("A", 1000.0, 150.0)


def test_one_sensor_in_place_of_another_does_not_stand_where_another_does(taken: Taken):
    after = MOVED.replace("A,1,1", "E,0,0")
    assert taken(after).network.findings == ()
    assert taken(after.replace("150", "")).network.findings
