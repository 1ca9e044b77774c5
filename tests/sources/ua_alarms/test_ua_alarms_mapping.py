from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from truceline.model import AreaPlace, Coverage, CoverageState, Flag, Means, Observation, Phenomenon, Stratum, TimeSense
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
    (alarm,) = observed(read(f"{VOLUNTEER}A,{MORNING},False\n", stuck_after_h=1.5))
    assert alarm.flags == (Flag.STUCK_OPEN,)


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
    records = read(f"{OFFICIAL}A oblast,A raion,,raion,{long},official\n")
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
