from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from truceline.model import (
    AreaPlace,
    Coverage,
    CoverageState,
    Flag,
    Means,
    Observation,
    Phenomenon,
    Stratum,
    TimeSense,
    UsageFault,
)
from truceline.sources import ReadOptions, Record, SourceFile, source_format
from truceline.sources.ua_alarms import FORMAT

OFFICIAL = "oblast,raion,hromada,level,started_at,finished_at,source\n"
VOLUNTEER = "region,started_at,finished_at,naive\n"
MORNING = "2023-05-01 06:00:00+00:00,2023-05-01 07:30:00+00:00"


def observed(records: list[Record]):
    return [record for record in records if isinstance(record, Observation)]


def test_official_row_becomes_an_alarm_that_lasted(read: Callable[..., list[Record]]):
    (alarm,) = observed(read(f"{OFFICIAL}Tuzivska oblast,,,oblast,{MORNING},official\n"))
    assert alarm.source == "ua-official-alarms"
    assert alarm.phenomenon is Phenomenon.AIR_ALARM
    assert alarm.means is Means.REPORTED
    assert alarm.place == AreaPlace("Tuzivska oblast")
    assert alarm.time.start == datetime(2023, 5, 1, 6, tzinfo=UTC)
    assert alarm.time.end == datetime(2023, 5, 1, 7, 30, tzinfo=UTC)
    assert alarm.time.sense is TimeSense.LASTED
    assert (alarm.party, alarm.flags, alarm.evidence.line) == ("", (), 2)


def test_raion_and_hromada_rows_are_named_by_their_path(read: Callable[..., list[Record]]):
    rows = (
        f"Tuzivska oblast,Tuzivskyi raion,,raion,{MORNING},official\n"
        f"Tuzivska oblast,Tuzivskyi raion,Lisna hromada,hromada,{MORNING},official\n"
    )
    names = [alarm.place.label for alarm in observed(read(OFFICIAL + rows))]
    assert names == ["Tuzivska oblast / Tuzivskyi raion", "Tuzivska oblast / Tuzivskyi raion / Lisna hromada"]


def test_region_spelled_with_two_blanks_stays_so(read: Callable[..., list[Record]]):
    (alarm,) = observed(read(f"{VOLUNTEER}Tuzivska  oblast,{MORNING},False\n"))
    assert alarm.place.label == "Tuzivska  oblast"


def test_invented_end_is_flagged(read: Callable[..., list[Record]]):
    real, invented = observed(read(f"{VOLUNTEER}A,{MORNING},False\nB,{MORNING},True\n"))
    assert real.flags == ()
    assert invented.flags == (Flag.END_INVENTED,)
    assert real.source == "ua-volunteer-alarms"


def test_missing_end_becomes_an_instant_with_a_flag(read: Callable[..., list[Record]]):
    (alarm,) = observed(read(f"{OFFICIAL}A oblast,,,oblast,2023-05-01 06:00:00+00:00,,official\n"))
    assert alarm.time.start == alarm.time.end
    assert alarm.flags == (Flag.END_MISSING,)


@pytest.mark.parametrize(("hours", "flagged"), [(23.99, False), (24.0, True), (30.0, True)])
def test_alarm_of_a_day_counts_as_never_closed(read: Callable[..., list[Record]], hours: float, flagged: bool):
    end = datetime(2023, 5, 1, 6, tzinfo=UTC) + timedelta(hours=hours)
    (alarm,) = observed(read(f"{VOLUNTEER}A,2023-05-01 06:00:00+00:00,{end.isoformat()},False\n"))
    assert (Flag.STUCK_OPEN in alarm.flags) is flagged


def test_length_of_a_stuck_alarm_can_be_chosen(read: Callable[..., list[Record]]):
    (alarm,) = observed(read(f"{VOLUNTEER}A,{MORNING},False\n", settings=(("stuck_after_h", "1.5"),)))
    assert alarm.flags == (Flag.STUCK_OPEN,)


@pytest.mark.parametrize("hours", ["long", "0", "-1", "nan", "inf", "1e9", ""])
def test_length_of_a_stuck_alarm_that_is_none_is_refused(read: Callable[..., list[Record]], hours: str):
    with pytest.raises(UsageFault, match="stuck_after_h"):
        read(f"{VOLUNTEER}A,{MORNING},False\n", settings=(("stuck_after_h", hours),))


def test_assumed_zone_is_recorded(read: Callable[..., list[Record]]):
    rows = f"{VOLUNTEER}A,2023-05-01 06:00:00,2023-05-01 07:00:00,False\n"
    (alarm,) = observed(read(rows, zone=ZoneInfo("Europe/Kyiv")))
    assert alarm.time.start == datetime(2023, 5, 1, 3, tzinfo=UTC)
    assert alarm.time.assumed_zone == "Europe/Kyiv"


def test_no_zone_is_assumed_where_the_text_names_one(read: Callable[..., list[Record]]):
    (alarm,) = observed(read(f"{VOLUNTEER}A,{MORNING},False\n", zone=ZoneInfo("Europe/Kyiv")))
    assert alarm.time.start == datetime(2023, 5, 1, 6, tzinfo=UTC)
    assert alarm.time.assumed_zone == ""


def test_key_is_place_and_start(read: Callable[..., list[Record]]):
    same = f"A,{MORNING},False\nA,2023-05-01 06:00:00+00:00,2023-05-01 09:00:00+00:00,False\nB,{MORNING},False\n"
    first, longer, elsewhere = observed(read(VOLUNTEER + same))
    assert first.key == longer.key != elsewhere.key


def test_same_row_twice_is_given_twice(read: Callable[..., list[Record]]):
    assert len(observed(read(f"{VOLUNTEER}A,{MORNING},False\nA,{MORNING},False\n"))) == 2


def write_intervals(path: Path, moments: pa.DataType, **columns: list[object]) -> SourceFile:
    start = columns.get("started_at", [datetime(2023, 5, 1, 6, tzinfo=UTC)])
    end = columns.get("finished_at", [datetime(2023, 5, 1, 7, 30, tzinfo=UTC)])
    table = pa.table(
        {
            "region": ["A oblast"] * len(start),
            "started_at": pa.array(start, moments),
            "finished_at": pa.array(end, moments),
            "n_subalerts": [1] * len(start),
        }
    )
    pq.write_table(table, path)
    return SourceFile(path, "0" * 64)


@pytest.mark.parametrize("moments", [pa.timestamp("us", "UTC"), pa.timestamp("ns", "UTC"), pa.timestamp("s", "+03:00")])
def test_interval_file_gives_the_same_alarm_in_any_unit(tmp_path: Path, moments: pa.DataType):
    file = write_intervals(tmp_path / "a.parquet", moments)
    (alarm,) = observed(FORMAT.read(file, ReadOptions()))
    assert alarm.source == "ua-oblast-intervals"
    assert alarm.time.start == datetime(2023, 5, 1, 6, tzinfo=UTC)
    assert alarm.time.end == datetime(2023, 5, 1, 7, 30, tzinfo=UTC)
    assert alarm.evidence.line == 1


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_interval_file_may_be_packed(tmp_path: Path, pack: Callable[[bytes], bytes]):
    file = write_intervals(tmp_path / "a.parquet", pa.timestamp("us", "UTC"))
    plain = list(FORMAT.read(file, ReadOptions()))
    file.path.write_bytes(pack(file.path.read_bytes()))
    assert list(FORMAT.read(file, ReadOptions())) == plain != []


def test_interval_file_without_end_is_flagged(tmp_path: Path):
    file = write_intervals(tmp_path / "a.parquet", pa.timestamp("us", "UTC"), finished_at=[None])
    (alarm,) = observed(FORMAT.read(file, ReadOptions()))
    assert alarm.flags == (Flag.END_MISSING,)


def test_interval_file_may_hold_times_as_words(tmp_path: Path):
    words = ["2023-05-01T09:00:00+03:00"]
    file = write_intervals(tmp_path / "a.parquet", pa.string(), started_at=words, finished_at=words)
    (alarm,) = observed(FORMAT.read(file, ReadOptions()))
    assert alarm.time.start == datetime(2023, 5, 1, 9, tzinfo=timezone(timedelta(hours=3)))


def test_interval_file_without_zone_needs_one(tmp_path: Path):
    file = write_intervals(tmp_path / "a.parquet", pa.timestamp("us"))
    assert observed(FORMAT.read(file, ReadOptions())) == []
    assert len(observed(FORMAT.read(file, ReadOptions(zone=ZoneInfo("UTC"))))) == 1


def test_sources_are_told_by_the_header(tmp_path: Path):
    strata = {}
    for header in (OFFICIAL, VOLUNTEER):
        path = tmp_path / "sample.csv"
        path.write_text(header)
        (source,) = FORMAT.sources(SourceFile(path, "0" * 64), ReadOptions())
        strata[source.id] = source.stratum
    assert strata == {"ua-official-alarms": Stratum.OFFICIAL_ALARM, "ua-volunteer-alarms": Stratum.CIVILIAN}


def test_format_is_found_by_its_name():
    assert source_format("ua-alarms") is FORMAT


def test_list_without_rows_says_nothing_of_its_reach(read: Callable[..., list[Record]]):
    assert read(OFFICIAL) == []


def test_oblast_alarm_left_open_blinds_its_oblast_and_no_other(read: Callable[..., list[Record]]):
    rows = f"A,2023-05-01 00:00:00+00:00,2023-05-03 00:00:00+00:00,False\nB,{MORNING},False\n"
    coverage = [
        record
        for record in read(VOLUNTEER + rows)
        if isinstance(record, Coverage) and record.area not in {"Crimea", "Luhanska oblast"}
    ]
    assert [(record.area, record.state) for record in coverage] == [
        ("A", CoverageState.BLIND),
        ("B", CoverageState.WATCHING),
    ]
    assert "48 h" in coverage[0].reason
    assert coverage[0].evidence.line == 2
    assert coverage[1].detection == ((Phenomenon.AIR_ALARM, None),)


def test_raion_alarm_left_open_is_flagged_and_blinds_nothing(read: Callable[..., list[Record]]):
    long = "2023-05-01 00:00:00+00:00,2023-05-03 00:00:00+00:00"
    records = read(f"{OFFICIAL}A oblast,A raion,,raion,{long},official\nB oblast,,,oblast,{MORNING},official\n")
    assert observed(records)[0].flags == (Flag.STUCK_OPEN,)
    states = [r.state for r in records if isinstance(r, Coverage) and r.area == "A oblast"]
    assert states == [CoverageState.WATCHING]


def test_permanent_alarms_are_blind_from_their_start_though_no_row_names_them(read: Callable[..., list[Record]]):
    rows = "A,2022-01-01 00:00:00+00:00,2022-01-01 01:00:00+00:00,False\nA,2023-01-01 00:00:00+00:00,,False\n"
    found = {
        r.area: (r.time.start, r.time.end, r.state)
        for r in read(VOLUNTEER + rows)
        if isinstance(r, Coverage) and r.area != "A"
    }
    end = datetime(2023, 1, 1, tzinfo=UTC)
    assert found == {
        "Crimea": (datetime(2022, 12, 10, 22, 22, tzinfo=UTC), end, CoverageState.BLIND),
        "Luhanska oblast": (datetime(2022, 4, 4, 16, 45, tzinfo=UTC), end, CoverageState.BLIND),
    }


def test_permanent_alarm_ends_the_watch_of_a_region_that_has_rows(read: Callable[..., list[Record]]):
    rows = (
        "Luhanska oblast,2022-04-01 00:00:00+00:00,2022-04-01 01:00:00+00:00,False\n"
        "A,2022-05-01 00:00:00+00:00,2022-05-01 01:00:00+00:00,False\n"
    )
    found = [r for r in read(VOLUNTEER + rows) if isinstance(r, Coverage) and r.area == "Luhanska oblast"]
    assert [r.state for r in found] == [CoverageState.WATCHING, CoverageState.BLIND]
    assert found[0].time.end == found[1].time.start == datetime(2022, 4, 4, 16, 45, tzinfo=UTC)
    assert found[1].reason == "permanent alarm: no start can be seen"


def test_list_that_ends_before_the_permanent_alarms_does_not_know_them(read: Callable[..., list[Record]]):
    found = [
        r.area
        for r in read(f"{VOLUNTEER}A,2022-03-01 00:00:00+00:00,2022-03-01 01:00:00+00:00,False\n")
        if isinstance(r, Coverage)
    ]
    assert found == ["A"]


def watch_of(records: list[Record], area: str):
    return [
        (r.state, r.time.start, r.time.end)
        for r in records
        if isinstance(r, Coverage) and r.area == area and r.time.duration_s
    ]


def at(day: int, hour: int = 0):
    return datetime(2023, 5, day, hour, tzinfo=UTC)


def test_oblast_alarm_without_an_end_is_blind_until_the_next_start(read: Callable[..., list[Record]]):
    rows = (
        "A oblast,,,oblast,2023-05-08 00:00:00+00:00,2023-05-08 01:00:00+00:00,official\n"
        "A oblast,,,oblast,2023-05-02 00:00:00+00:00,,official\n"
        "B oblast,,,oblast,2023-05-01 00:00:00+00:00,2023-05-01 01:00:00+00:00,official\n"
    )
    assert watch_of(read(OFFICIAL + rows), "A oblast") == [
        (CoverageState.WATCHING, at(1), at(2)),
        (CoverageState.BLIND, at(2), at(8)),
        (CoverageState.WATCHING, at(8), at(8, 1)),
    ]


def test_oblast_alarm_without_an_end_or_a_next_start_is_blind_as_far_as_the_list_reaches(
    read: Callable[..., list[Record]],
):
    rows = (
        "A oblast,,,oblast,2023-05-02 00:00:00+00:00,,official\n"
        "A oblast,A raion,,raion,2023-05-04 00:00:00+00:00,2023-05-04 01:00:00+00:00,official\n"
        "B oblast,,,oblast,2023-05-09 00:00:00+00:00,2023-05-09 01:00:00+00:00,official\n"
    )
    records = read(OFFICIAL + rows)
    assert watch_of(records, "A oblast") == [(CoverageState.BLIND, at(2), at(9, 1))]
    (blind,) = [r for r in records if isinstance(r, Coverage) and r.area == "A oblast"]
    assert "169 h" in blind.reason
    assert blind.evidence.line == 2


def test_alarm_without_an_end_soon_followed_by_another_blinds_nothing(read: Callable[..., list[Record]]):
    rows = f"A oblast,,,oblast,2023-05-01 00:00:00+00:00,,official\nA oblast,,,oblast,{MORNING},official\n"
    assert watch_of(read(OFFICIAL + rows), "A oblast") == [
        (CoverageState.WATCHING, at(1), at(1, 7) + timedelta(minutes=30))
    ]


def test_one_wrong_end_does_not_stretch_the_watch_over_other_regions(read: Callable[..., list[Record]]):
    wrong = "2023-05-01 00:00:00+00:00,2031-05-01 00:00:00+00:00"
    records = read(f"{VOLUNTEER}A,{wrong},False\nB,{MORNING},False\n")
    assert watch_of(records, "B") == [(CoverageState.WATCHING, at(1), at(1, 7) + timedelta(minutes=30))]
    assert [state for state, _, _ in watch_of(records, "A")] == [CoverageState.BLIND]


def test_a_stuck_alarm_alone_in_its_list_is_still_blind(read: Callable[..., list[Record]]):
    records = read(f"{VOLUNTEER}A,2023-05-01 00:00:00+00:00,2023-05-03 00:00:00+00:00,False\n")
    assert watch_of(records, "A") == [(CoverageState.BLIND, at(1), at(3))]


def test_longer_and_shorter_lists_give_records_of_their_own(read: Callable[..., list[Record]]):
    early, late = f"A,{MORNING},False\n", "A,2023-05-30 06:00:00+00:00,2023-05-30 07:00:00+00:00,False\n"
    long, short = ({r.key for r in read(VOLUNTEER + rows) if isinstance(r, Coverage)} for rows in (early + late, early))
    assert long.isdisjoint(short)


def test_stuck_alarm_has_the_same_record_in_a_longer_list(read: Callable[..., list[Record]]):
    stuck = "A,2023-05-01 00:00:00+00:00,2023-05-20 00:00:00+00:00,False\n"
    late = "B,2023-05-30 06:00:00+00:00,2023-05-30 07:00:00+00:00,False\n"
    short, long = (
        [(r.key, r.time) for r in read(VOLUNTEER + rows) if isinstance(r, Coverage) and r.state is CoverageState.BLIND]
        for rows in (stuck, stuck + late)
    )
    assert set(short) <= set(long)


def held_by(records: list[Record]):
    permanent = {"Crimea", "Luhanska oblast"}
    blind = [r for r in records if isinstance(r, Coverage) and r.state is CoverageState.BLIND]
    return lambda: [r for r in blind if r.area not in permanent]


def test_alarm_that_a_later_list_closes_is_taken_back_from_blind(read: Callable[..., list[Record]]):
    start = "A,2023-05-01 00:00:00+00:00"
    other = f"B,{MORNING},False\n"
    first = read(f"{VOLUNTEER}{start},2023-05-05 00:00:00+00:00,False\n{other}")
    later = read(f"{VOLUNTEER}{start},2023-05-01 01:00:00+00:00,False\n{other}", held_blind=held_by(first))
    (blind,) = held_by(first)()
    (back,) = [r for r in later if isinstance(r, Coverage) and r.key == blind.key]
    assert (back.state, back.time.start, back.time.end) == (CoverageState.WATCHING, at(1), at(1, 1))
    assert not held_by(later)()


def test_alarm_closed_earlier_and_still_long_is_blind_for_its_new_length_only(read: Callable[..., list[Record]]):
    start = "A,2023-05-01 00:00:00+00:00"
    first = read(f"{VOLUNTEER}{start},2023-05-09 00:00:00+00:00,False\n")
    later = read(f"{VOLUNTEER}{start},2023-05-03 00:00:00+00:00,False\n", held_blind=held_by(first))
    newest = {r.key: r for r in [*first, *later] if isinstance(r, Coverage) and r.area == "A"}
    assert {(r.state, r.time.start, r.time.end) for r in newest.values()} == {(CoverageState.BLIND, at(1), at(3))}


def test_list_in_which_an_alarm_has_no_end_takes_nothing_back(read: Callable[..., list[Record]]):
    rows = "A oblast,,,oblast,2023-05-02 00:00:00+00:00,,official\n"
    late = "B oblast,,,oblast,2023-05-09 00:00:00+00:00,2023-05-09 01:00:00+00:00,official\n"
    soon = "B oblast,,,oblast,2023-05-02 02:00:00+00:00,2023-05-02 03:00:00+00:00,official\n"
    first = read(OFFICIAL + rows + late)
    excerpt = read(OFFICIAL + rows + soon, held_blind=held_by(first))
    assert {r.key for r in held_by(first)()}.isdisjoint({r.key for r in excerpt if isinstance(r, Coverage)})


def test_blindness_of_another_list_is_not_taken_back(read: Callable[..., list[Record]]):
    start = "A oblast,,,oblast,2023-05-01 00:00:00+00:00"
    volunteers = read(f"{VOLUNTEER}A oblast,2023-05-01 00:00:00+00:00,2023-05-05 00:00:00+00:00,False\n")
    official = read(f"{OFFICIAL}{start},2023-05-01 01:00:00+00:00,official\n", held_blind=held_by(volunteers))
    assert {r.key for r in held_by(volunteers)()}.isdisjoint({r.key for r in official if isinstance(r, Coverage)})
