"""Files of sensors and arrivals as networks hand them over."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from truceline.model import InputFault, Medium, SensorFault, UsageFault
from truceline.sources.arrivals import Heard, take_in
from truceline.sources.arrivals.times import clock_of, read_times

Taken = Callable[..., Heard]

SENSORS = "sensor,x,y\nA,0,0\nB,4,0\nC,0,3\nD,4,3\n"
ROWS = "arrival,sensor,time,phase,amplitude\n1,A,10,,0.5\n2,B,14.5,P,\n3,C,12.25,S,2\n"


def taken_from(folder: Path, arrivals: Path, medium: Medium = Medium.ACOUSTIC) -> Heard:
    (folder / "sensors.csv").write_text(SENSORS, encoding="utf-8")
    return take_in(folder / "sensors.csv", [arrivals], medium=medium)


def test_kilometres_become_metres_and_seconds_stay(taken: Taken):
    heard = taken()
    assert heard.network.sensors.x_m.tolist() == [0, 4000, 0, 4000]
    assert np.isnan(heard.network.sensors.z_m).all()
    assert heard.judged.arrivals.time_s.tolist() == [10, 12.25, 14.5, 17]
    assert heard.judged.arrivals.sensor.tolist() == [0, 2, 1, 3]
    assert heard.judged.arrivals.epoch == ""
    assert (heard.judged.rejected, heard.judged.flagged, heard.network.notes) == ((), (), ())


def test_rows_need_no_order(taken: Taken):
    heard = taken(arrivals="time,arrival,sensor\n17,4,D\n10,1,A\n14.5,2,B\n")
    assert heard.judged.arrivals.id == ("1", "2", "4")
    assert heard.judged.arrivals.time_s.tolist() == [10, 14.5, 17]


def test_an_empty_line_is_no_arrival_and_moves_no_row(taken: Taken):
    heard = taken(arrivals="arrival,sensor,time\n1,A,10\n\n2,B,soon\n3,C,12.25\n\n\n", sensors=SENSORS + "\n\n")
    assert heard.judged.arrivals.id == ("1", "3")
    assert [part.row.tolist() for part in heard.judged.rejected] == [[4]]


def test_moments_count_from_the_day_of_the_middle_arrival(taken: Taken):
    rows = "1,A,2031-01-01T23:59:59.9999999Z\n2,B,2031-01-02T03:00:01+03:00\n3,C,2031-01-02 00:00:02.5Z\n"
    heard = taken(arrivals="arrival,sensor,time\n" + rows)
    assert heard.judged.arrivals.epoch == "2031-01-02T00:00:00Z"
    assert heard.judged.arrivals.time_s.tolist() == [-1e-7, 1.0, 2.5]
    assert heard.clock.written(np.array([2.5, np.nan])).to_pylist() == ["2031-01-02T00:00:02.500000Z", None]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.ZstdCompressor().compress])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_packed_marked_and_otherwise_delimited_files_are_the_same(
    tmp_path: Path, pack: Callable[[bytes], bytes], mark: bytes, delimiter: str
):
    path = tmp_path / "arrivals.bin"
    path.write_bytes(pack(mark + ROWS.replace(",", delimiter).replace("\n", "\r\n").encode()))
    table = taken_from(tmp_path, path).judged.arrivals
    assert table.time_s.tolist() == [10, 12.25, 14.5]
    assert table.phase.words().tolist() == ["", "S", "P"]
    np.testing.assert_array_equal(table.amplitude, [0.5, 2, np.nan])


@pytest.mark.parametrize(
    ("time", "first"),
    [
        (pa.array([10.0, 14.5, 12.25]), 10.0),
        (pa.array([10, 14, 12]), 10.0),
        (pa.array(["10", "14.5", "12.25"]), 10.0),
        (pa.array(["10", "14.5", "12.25"]).dictionary_encode(), 10.0),
        (pa.array([10_000_000, 14_500_000, 12_250_000], pa.timestamp("us", "UTC")), 10.0),
        (pa.array([10, 14, 12], pa.timestamp("s", "Europe/Kyiv")), 10.0),
    ],
)
def test_parquet_of_any_kind_of_time_is_read(tmp_path: Path, time: pa.Array, first: float):
    table = pa.table({"arrival": pa.array([1, 2, 3]), "sensor": ["A", "B", "C"], "time": time})
    pq.write_table(table, tmp_path / "arrivals.parquet")
    heard = taken_from(tmp_path, tmp_path / "arrivals.parquet")
    assert heard.judged.arrivals.time_s[0] == first
    assert heard.judged.arrivals.id == ("1", "3", "2")


def test_parquet_without_a_zone_says_no_moment(tmp_path: Path):
    time = pa.array([10, 14, 12], pa.timestamp("s"))
    pq.write_table(pa.table({"arrival": ["1", "2", "3"], "sensor": ["A", "B", "C"], "time": time}), tmp_path / "a")
    with pytest.raises(InputFault, match="offset from UTC"):
        taken_from(tmp_path, tmp_path / "a")


def test_no_arrivals_are_no_fault(taken: Taken):
    heard = taken(arrivals="arrival,sensor,time\n")
    assert (len(heard.judged.arrivals), heard.judged.read) == (0, 0)


def test_degrees_become_metres_about_the_middle_also_over_the_date_line(taken: Taken):
    east = taken("sensor,lat,lon,elevation\nA,0,-0.02,5\nB,0,0.02,\nC,0.01,0,7\n").network.sensors
    west = taken("sensor,lat,lon,elevation\nA,0,179.98,5\nB,0,-179.98,\nC,0.01,180,7\n")
    np.testing.assert_allclose(west.network.sensors.x_m, east.x_m, atol=0.2)
    assert east.x_m[1] - east.x_m[0] == pytest.approx(0.04 * 111_319.5, abs=1)
    np.testing.assert_array_equal(east.z_m, [5, np.nan, 7])
    lon, lat = west.frame.back(west.network.sensors.x_m, west.network.sensors.y_m)
    np.testing.assert_allclose(np.abs(lon), [179.98, 179.98, 180], atol=1e-9)
    np.testing.assert_allclose(lat, [0, 0, 0.01], atol=1e-9)


def test_a_grid_in_metres_is_counted_from_a_corner_and_goes_back(taken: Taken):
    text = "sensor,x,y,z\nA,410000,5318000,120\nB,414000,5318000,\nC,410000,5321000,95\n"
    heard = taken(text, crs="EPSG:32637")
    assert np.abs(heard.network.sensors.x_m).max() < 10_000
    x, y = heard.frame.back(heard.network.sensors.x_m, heard.network.sensors.y_m)
    assert (x.tolist(), y.tolist()) == ([410000, 414000, 410000], [5318000, 5318000, 5321000])
    assert heard.network.sensors.z_m[0] == 120
    lon, lat = heard.frame.degrees(heard.network.sensors.x_m, heard.network.sensors.y_m)
    assert (lon[0], lat[0]) == (pytest.approx(37.79, abs=0.01), pytest.approx(48.01, abs=0.01))


def test_sensors_in_one_place_and_on_one_line_are_noted(taken: Taken):
    heard = taken("sensor,x,y\nA,0,0\nB,4,0\nC,8,0\nD,4,0\n")
    assert [one.split(":")[0] for one in heard.network.notes] == [
        "2 sensors stand where another does, such as B and D",
        "all sensors stand on one line",
    ]
    assert {(found.sensor, found.fault) for found in heard.network.findings} == {
        (1, SensorFault.SAME_PLACE),
        (3, SensorFault.SAME_PLACE),
    }


def test_an_unknown_height_is_noted_and_no_fault(taken: Taken):
    heard = taken("sensor,x,y,z\nA,0,0,0.12\nB,4,0,\nC,8,1,0.1\n")
    assert heard.network.sensors.z_m[0] == pytest.approx(120)
    assert heard.network.notes == ("the height of 1 of 3 sensors is not known",)


def test_pick_tables_of_gamma_are_in_utc(tmp_path: Path):
    places = ("NC.A..HH,-115.7,33.3,-54", "NC.B..HH,-115.1,32.8,36", "NC.C..HH,-115.9,32.9,66")
    stations = "\n".join(("id,longitude,latitude,elevation(m)", *places)) + "\n"
    times = ("NC.A..HH,2031-10-01T00:00:02.500,p,0.9,1e-5", "NC.B..HH,2031-10-01T00:00:04.5,s,0.4,2e-5")
    picks = "\n".join(("id,timestamp,type,prob,amp", *times)) + "\n"
    (tmp_path / "stations.csv").write_text(stations, encoding="utf-8")
    (tmp_path / "picks.csv").write_text(picks, encoding="utf-8")
    heard = take_in(tmp_path / "stations.csv", [tmp_path / "picks.csv"], medium=Medium.SEISMIC)
    table = heard.judged.arrivals
    assert (table.id, table.epoch) == (("2", "3"), "2031-10-01T00:00:00Z")
    assert table.time_s.tolist() == [2.5, 4.5]
    assert table.phase.words().tolist() == ["P", "S"]
    assert heard.network.sensors.z_m.tolist() == [-54, 36, 66]


def test_two_pick_tables_may_have_rows_of_the_same_number(tmp_path: Path):
    text = "id,timestamp,type,prob,amp\nA,2031-10-01T00:00:0{},p,0.9,1e-5\n"
    for i in (1, 2):
        (tmp_path / f"p{i}.csv").write_text(text.format(i), encoding="utf-8")
    (tmp_path / "sensors.csv").write_text(SENSORS, encoding="utf-8")
    files = [tmp_path / "p1.csv", tmp_path / "p2.csv"]
    heard = take_in(tmp_path / "sensors.csv", files, medium=Medium.SEISMIC)
    assert heard.judged.arrivals.id == ("p1.csv:2", "p2.csv:2")


def test_picks_listed_by_hour_are_read(tmp_path: Path):
    head = "fname\tt0\tidx_p\tprob_p\tidx_s\tprob_s\tamp_p\tamp_s\n"
    row = "2031-10-01T05.A\t0\t[150,250]\t[0.6,0.7]\t[300]\t[0.5]\t[1e-5,2e-5]\t[3e-5]\n"
    (tmp_path / "picks.csv").write_text(head + row, encoding="utf-8")
    table = taken_from(tmp_path, tmp_path / "picks.csv", Medium.SEISMIC).judged.arrivals
    assert table.id == ("2031-10-01T05.A/P/0", "2031-10-01T05.A/P/1", "2031-10-01T05.A/S/0")
    assert table.time_s.tolist() == [18001.5, 18002.5, 18003.0]
    assert table.phase.words().tolist() == ["P", "P", "S"]


def pulse(uuid: str, sensor: str, second: float, x: float, y: float = 0.0) -> dict[str, object]:
    place = {"x": x, "y": y, "z": 3.0}
    time = f"2031-12-19T00:00:{second:06.3f}Z"
    return {
        "pulse_uuid": uuid,
        "serial_number": sensor,
        "arrival_time_utc": time,
        "location": place,
        "power_dB_SPL": 60,
    }


def write_pulses(folder: Path, name: str, pulses: list[dict[str, object]]) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.allpulses.json"
    path.write_text(json.dumps(pulses), encoding="utf-8")
    return path


def test_pulse_files_of_a_folder_say_where_their_sensors_stand(tmp_path: Path):
    first = [pulse("a", "S1", 1, 100), pulse("b", "S2", 2, 900), pulse("c", "S3", 2.5, 500, 700)]
    write_pulses(tmp_path / "FP1", "t1", first)
    write_pulses(tmp_path / "FP1", "t2", [pulse("d", "S1", 9, 108), pulse("e", "S1", 10, 100), first[1]])
    heard = take_in(None, [tmp_path / "FP1"], medium=Medium.ACOUSTIC)
    assert heard.network.sensors.id == ("S1", "S2", "S3")
    assert heard.network.sensors.x_m.tolist() == [100, 900, 500]
    assert heard.judged.arrivals.id == ("a", "b", "c", "d", "e")
    assert heard.judged.arrivals.amplitude[0] == pytest.approx(1000)
    assert [(found.sensor, found.fault, found.value) for found in heard.network.findings] == [
        (0, SensorFault.MOVED, 8.0)
    ]
    (repeated,) = heard.judged.rejected
    assert (repeated.arrival, repeated.file) == (("b",), str(tmp_path / "FP1" / "t2.allpulses.json"))
    assert heard.frame.name == "local-m"


def test_pulse_files_of_two_firing_positions_are_told(tmp_path: Path):
    write_pulses(tmp_path / "FP", "t1", [pulse("a", "S1", 1, 100), pulse("b", "S2", 2, 900)])
    write_pulses(tmp_path / "FP", "t2", [pulse("d", "S1", 9, -8000)])
    with pytest.raises(InputFault, match="'S1' stands in places"):
        take_in(None, [tmp_path / "FP"], medium=Medium.ACOUSTIC)


QUAKEML = '<?xml version="1.0"?><q:quakeml xmlns:q="http://quakeml.org/xmlns/quakeml/1.2"/>'


def test_quakeml_without_obspy_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "obspy", None)
    (tmp_path / "picks.xml").write_text(QUAKEML, encoding="utf-8")
    with pytest.raises(UsageFault, match="not installed") as fault:
        taken_from(tmp_path, tmp_path / "picks.xml", Medium.SEISMIC)
    assert fault.value.example == "pip install 'truceline[picks]'"


def test_picks_of_obspy_find_their_sensor_under_any_of_its_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def pick(number: int, network: str, station: str, ns: int) -> SimpleNamespace:
        stream = SimpleNamespace(network_code=network, station_code=station, location_code=None, channel_code="HHZ")
        return SimpleNamespace(
            resource_id=f"smi:local/{number}", waveform_id=stream, time=SimpleNamespace(ns=ns), phase_hint="Pg"
        )

    module = ModuleType("obspy")
    picks = [pick(1, "CI", "A", 10**18), pick(2, "CI", "B", 10**18 + 1_500_000_000)]
    module.read_events = lambda _: [SimpleNamespace(picks=picks)]  # type: ignore[attr-defined]  # made up here
    monkeypatch.setitem(sys.modules, "obspy", module)
    (tmp_path / "picks.xml").write_text(QUAKEML, encoding="utf-8")
    (tmp_path / "sensors.csv").write_text(SENSORS.replace("A,", "CI.A,").replace("B,", "CI.B..HH,"), encoding="utf-8")
    heard = take_in(tmp_path / "sensors.csv", [tmp_path / "picks.xml"], medium=Medium.SEISMIC)
    names = [heard.network.sensors.id[row] for row in heard.judged.arrivals.sensor]
    assert names == ["CI.A", "CI.B..HH"]
    assert np.diff(heard.judged.arrivals.time_s).tolist() == [1.5]


@given(st.lists(st.integers(-(10**15), 10**15).map(lambda us: us + 1_924_992_000_000_000), min_size=1, max_size=30))
def test_moments_come_back_as_they_went_in(moments_us: list[int]):
    texts = [np.datetime64(us, "us").astype(str) + ("Z" if us % 2 else "+00:00") for us in moments_us]
    found = read_times(pa.array(texts), utc_meant=False)
    clock = clock_of(found)
    back = clock.written(clock.seconds(found)).to_pylist()
    assert [np.datetime64(text[:-1], "us") for text in back] == [np.datetime64(us, "us") for us in moments_us]


@given(st.lists(st.sampled_from(["1", "2.5", " 3 ", "nan", "", "x", "-4e3"]), min_size=1, max_size=20))
def test_one_bad_time_changes_no_other(texts: list[str]):
    whole = read_times(pa.array(texts), utc_meant=False)
    alone = [read_times(pa.array([text]), utc_meant=False) for text in texts]
    assert whole.reason.tolist() == [int(one.reason[0]) for one in alone]


@pytest.mark.feeds
def test_every_live_fire_position_is_read(feeds: Path, tmp_path: Path):
    import tarfile  # noqa: PLC0415 - used here alone

    packed = feeds / "acoustic_livefire" / "pittsburgh_2018_fp1-fp6.tar.xz"
    if not packed.exists():
        pytest.skip("live-fire tests absent")
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path, filter="data")
    folders = sorted(tmp_path.rglob("FP*"))
    heard = [take_in(None, [folder], medium=Medium.ACOUSTIC) for folder in folders]
    assert sum(one.judged.read for one in heard) == 7869
    assert sum(len(part) for one in heard for part in one.judged.rejected) == 1


@pytest.mark.feeds
def test_seismic_picks_are_read(feeds: Path):
    folder = feeds / "seismic_picks" / "saltonsea_2020"
    if not folder.exists():
        pytest.skip("seismic picks absent")
    heard = take_in(folder / "stations.csv", [folder / "picks.csv.gz"], medium=Medium.SEISMIC)
    assert (len(heard.network.sensors), len(heard.judged.arrivals)) == (16, 62314)
    assert heard.judged.rejected == ()
