"""A free table through its mapping: values, faults, keys, coverage, and the law that no row is lost."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from truceline.model import (
    AreaPlace,
    Coverage,
    CoverageState,
    Flag,
    InputFault,
    MissingColumn,
    Observation,
    Phenomenon,
    PointPlace,
    Rejected,
    TimeSense,
    UnknownPlace,
    UsageFault,
)
from truceline.sources import ReadOptions, SourceFile, source_format
from truceline.store.rows import SCHEMA, flatten


def test_a_row_becomes_an_observation(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    found, silence = read(start[2])
    assert isinstance(found, Observation)
    assert found.place == PointPlace(48.1, 37.9, 500)
    assert found.time.start.isoformat() == "2021-09-20T02:13:00+00:00"
    assert (found.time.assumed_zone, found.flags) == ("Europe/Kyiv", (Flag.ZONE_ASSUMED,))
    assert (found.phenomenon, found.count.best, found.words) == (Phenomenon.EXPLOSION, 40, "first")
    assert isinstance(silence, Coverage)
    assert silence.state == CoverageState.UNKNOWN


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("05:20", "05:10", "before the start"),
        ("48.1,37.9", "137.9,48.1", "swapped"),
        ("48.1,37.9", "95,200", "off the globe"),
        ("48.1,37.9", "0,0", "lost coordinate"),
        ("48.1,37.9", "48.1,", "lon '' is not a number"),
        ("48.1,37.9", "nan,37.9", "off the globe"),
        (",500,", ",-5,", "negative"),
        (",500,", ",inf,", "more than the Earth's"),
        ("about 40", "-4", "cannot be read"),
        ("about 40", "dozens", "cannot be read"),
        ("about 40", "900000", "above"),
        ("Bang", "Bangs", "the nearest known is 'Bang'"),
        ("Bang", "", "phenomenon '' is not known"),
        ("2021-09-20 05:13", "20 Sept", "not a time"),
        ("2021-09-20 05:13", "", "not a time"),
        ("first", "first,second", "has 9 values"),
        (",first", "", "has 7 values"),
    ],
)
def test_a_bad_row_is_rejected_with_its_line_and_reason(
    read: Callable[..., list[Any]], start: tuple[str, str, str], old: str, new: str, reason: str
):
    row = start[2]
    records = read(row, row.replace(old, new), row)
    bad = [record for record in records if isinstance(record, Rejected)]
    assert [record.line for record in bad] == [3]
    assert reason in bad[0].reason
    assert new.rsplit(",", maxsplit=1)[-1] in bad[0].raw


def test_not_known_and_about_are_counts(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    assert read(start[2].replace("about 40", "N/K"))[0].count.best is None


def test_a_time_without_a_zone_is_rejected_when_none_was_stated(
    read: Callable[..., list[Any]], start: tuple[str, str, str]
):
    (bad,) = read(start[2], mapping=start[0].replace("zone: Europe/Kyiv, ", ""))
    assert "without a zone" in bad.reason


def test_a_time_beyond_the_calendar_is_rejected_and_the_rest_is_kept(
    read: Callable[..., list[Any]], start: tuple[str, str, str]
):
    late = start[2].replace("2021-09-20 05:13", "9999-12-31T23:59:59-12:00").replace("2021-09-20 05:20", "")
    refused, kept = read(late, start[2])[:2]
    assert (type(refused).__name__, type(kept).__name__) == ("Rejected", "Observation")
    assert "the year 9999 is not between 1900 and 2100" in refused.reason


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("0001-01-01", ""),
        ("0001-01-01 00:00", ""),
        ("9999-12-31", ""),
        ("9999-12-31 23:59", ""),
        ("2924-09-20 05:13", ""),
        ("2021-09-20 05:13", "9999-12-31"),
        ("2021-09-20 05:13", "2921-09-20 05:20"),
        ("1021-09-20", "2021-09-20"),
    ],
)
def test_a_year_no_table_speaks_of_is_rejected_and_stretches_nothing(
    read: Callable[..., list[Any]], start: tuple[str, str, str], begins: str, ends: str
):
    wrong = start[2].replace("2021-09-20 05:13", begins).replace("2021-09-20 05:20", ends)
    refused, kept, silence = read(wrong, start[2])
    assert "is not between 1900 and 2100" in refused.reason
    assert silence.time.start == kept.time.start
    assert silence.time.end == kept.time.end


def test_a_duration_that_leads_out_of_the_calendar_is_rejected(
    read: Callable[..., list[Any]], start: tuple[str, str, str]
):
    mapping = start[0].replace("end: until", "duration_min: until")
    (refused,) = read("2099-09-20 05:13,5000000,48.1,37.9,500,Bang,3,x", mapping=mapping)
    assert "the year 2109 is not between" in refused.reason


@pytest.mark.parametrize(("day", "hours"), [("2024-03-30", 24), ("2024-03-31", 23), ("2024-10-26", 25)])
def test_a_whole_day_where_clocks_change_at_midnight(
    read: Callable[..., list[Any]], start: tuple[str, str, str], day: str, hours: int
):
    row = start[2].replace("2021-09-20 05:13", day).replace("2021-09-20 05:20", "")
    found = read(row, zone=ZoneInfo("Asia/Beirut"))[0]
    assert found.time.duration_s == hours * 3600
    ended = read(row.replace(f"{day},", f"{day},{day}"), zone=ZoneInfo("Asia/Beirut"))[0]
    assert (ended.time.start, ended.time.end) == (found.time.start, found.time.end)


@pytest.mark.parametrize("field", ["count_low", "count_best", "count_high"])
@pytest.mark.parametrize("number", ["9" * 5000, "-1", "100001", "3.0", "٣"])
def test_an_absurd_count_is_rejected_with_its_row(
    read: Callable[..., list[Any]], start: tuple[str, str, str], field: str, number: str
):
    mapping = start[0].replace("count: n", "count_low: low, count_best: best, count_high: high")
    row = start[2].replace(
        "about 40", ",".join(number if field == name else "3" for name in ("count_low", "count_best", "count_high"))
    )
    refused, kept, _ = read(
        row, row.replace(number, "3"), mapping=mapping, header=start[1].replace(",n,", ",low,best,high,")
    )
    assert f"{field} " in refused.reason
    assert kept.count.low == 3


def test_a_wall_clock_time_that_no_clock_showed_is_rejected(
    read: Callable[..., list[Any]], start: tuple[str, str, str]
):
    skipped = start[2].replace("2021-09-20 05:13", "2026-03-29 03:30").replace("2021-09-20 05:20", "")
    (refused,) = read(skipped)
    assert "was on no clock in Europe/Kyiv" in refused.reason
    twice = start[2].replace("2021-09-20 05:13", "2025-10-26 03:30").replace("2021-09-20 05:20", "")
    assert read(twice)[0].time.start.isoformat() == "2025-10-26T00:30:00+00:00"


@pytest.mark.parametrize(("name", "flagged"), [("North", False), ("Nroth", True), ("", False)])
def test_a_party_the_mission_does_not_know_is_flagged(
    read: Callable[..., list[Any]], start: tuple[str, str, str], name: str, flagged: bool
):
    mapping = start[0].replace("words: note", "words: note, party: side")
    seen = read(f"{start[2]},{name}", mapping=mapping, header=f"{start[1]},side", actors=(("North", "party-north"),))[0]
    assert (Flag.PARTY_NOT_KNOWN in seen.flags) is flagged
    assert seen.party == ("party-north" if name == "North" else "")


def test_a_zone_named_on_the_command_line_goes_first(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    assert read(start[2], zone=ZoneInfo("UTC"))[0].time.start.hour == 5


def test_a_time_with_offset_assumes_nothing(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    found = read(start[2].replace("05:13", "05:13+00:00").replace("05:20", "05:20Z"))[0]
    assert (found.time.assumed_zone, found.flags) == ("", ())


def test_a_day_is_the_whole_local_day_and_an_end_day_counts(
    read: Callable[..., list[Any]], start: tuple[str, str, str]
):
    row = start[2].replace(" 05:13", "").replace("2021-09-20 05:20", "2021-09-21")
    assert read(row)[0].time.duration_s == 2 * 86_400
    spring = row.replace("2021-09-20", "2021-03-28").replace("2021-09-21", "")
    assert read(spring)[0].time.duration_s == 23 * 3600


def test_day_and_hour_in_two_columns_are_one_time(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    mapping = start[0].replace("start: when", "start: [day, when]").replace("end: until", "end: [day, until]")
    row = start[2].replace("2021-09-20 05:13,2021-09-20 05:20", "2021-09-20,05:13,05:20")
    whole = row.replace("05:13,05:20", ",")
    found, day, *_ = read(row, whole, mapping=mapping, header=f"day,{start[1]}")
    assert found.time.start.isoformat() == "2021-09-20T02:13:00+00:00"
    assert (found.time.duration_s, day.time.duration_s) == (420, 86_400)


def test_a_missing_end_is_flagged(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    found = read(start[2].replace("2021-09-20 05:20", ""))[0]
    assert Flag.END_MISSING in found.flags
    assert found.time.duration_s == 0


def test_a_pattern_and_a_duration(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    mapping = start[0].replace("format: iso", 'format: "%d.%m.%Y %H:%M"').replace("end: until", "duration_min: until")
    found = read(start[2].replace("2021-09-20 05:13,2021-09-20 05:20", "20.09.2021 05:13,90"), mapping=mapping)[0]
    assert found.time.duration_s == 5400
    (bad, *_) = read(start[2].replace("2021-09-20 05:13,2021-09-20 05:20", "20.13.2021 05:13,90"), mapping=mapping)
    assert "%d.%m.%Y" in bad.reason


def test_areas_words_and_nothing(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    mapping = start[0].replace("lat: lat, lon: lon, radius_m: radius", "area: lat, place: lon")
    assert read(start[2], mapping=mapping)[0].place == AreaPlace("48.1 / 37.9")
    assert read(start[2].replace("48.1", ""), mapping=mapping)[0].place == UnknownPlace("37.9")


def test_an_actor_without_an_id_stays_in_the_words(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    mapping = start[0].replace("words: note", "party: note")
    assert read(start[2], mapping=mapping)[0].words == "party: first"
    known = read(start[2], mapping=mapping, actors=(("first", "party-a1"),))[0]
    assert (known.party, known.words) == ("party-a1", "")


def test_the_same_row_has_the_same_key_wherever_it_stands(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    row, other = start[2], start[2].replace("first", "second")
    assert read(row, other)[0].key == read(other, row)[1].key != read(row, other)[1].key


def test_two_tables_told_apart_by_a_constant_have_keys_of_their_own(
    read: Callable[..., list[Any]], start: tuple[str, str, str]
):
    north, south, wider = (
        read(start[2], mapping=f"{start[0]}constants: {{{constants}}}\n")[0]
        for constants in ("area: north, means: heard", "area: south, means: heard", "means: heard, area: north")
    )
    assert north.key == wider.key != south.key


def test_a_radius_stated_better_is_a_revision_and_no_new_row(
    read: Callable[..., list[Any]], start: tuple[str, str, str]
):
    mapping = start[0].replace(", radius_m: radius", "")
    first, better = (read(start[2], mapping=f"{mapping}constants: {{radius_m: {m}}}\n")[0] for m in (500, 200))
    assert first.key == better.key
    assert first.place.radius_m != better.place.radius_m


def test_an_area_beside_coordinates_is_kept(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    mapping = start[0] + "constants: {area: East bank / Bridge post, place: the mill}\n"
    found = read(start[2], mapping=mapping)[0]
    assert found.place == PointPlace(48.1, 37.9, 500, "the mill", "East bank")
    assert flatten(found)[SCHEMA.names.index("area")] == "East bank"


def test_a_key_column_keeps_its_key_when_values_change(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    mapping = start[0].replace("words: note", "key: note")
    assert read(start[2], mapping=mapping)[0].key == read(start[2].replace("Bang", "burst"), mapping=mapping)[0].key
    assert "key is empty" in read(start[2].replace("first", ""), mapping=mapping)[0].reason


def test_stated_coverage(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    span = "coverage: [{start: 2021-09-20T00:00, end: 2021-09-21T00:00, state: watching, area: north}]\n"
    found = read(start[2], mapping=start[0] + span)[-1]
    assert (found.state, found.area, found.time.duration_s) == (CoverageState.WATCHING, "north", 86_400)


def test_a_span_states_the_measured_chance_to_notice(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    span = "coverage: [{start: 2021-09-20, end: 2021-09-21, state: watching, notices: 0.95}]\n"
    assert {chance for _, chance in read(start[2], mapping=start[0] + span)[-1].detection} == {0.95}
    unmeasured = read(start[2], mapping=start[0] + span.replace(", notices: 0.95", ""))[-1]
    assert {chance for _, chance in unmeasured.detection} == {None}


def test_a_day_that_ends_a_stated_span_is_meant_whole(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    span = "coverage: [{start: 2021-09-20, end: 2021-09-21, state: watching}]\n"
    assert read(start[2], mapping=start[0] + span)[-1].time.duration_s == 2 * 86_400


@pytest.mark.parametrize("end", ["2924-09-21", "9999-12-31", "20 Sept"])
def test_a_stated_span_that_ends_at_no_time_names_the_mapping(
    read: Callable[..., list[Any]], start: tuple[str, str, str], end: str
):
    span = f"coverage: [{{start: 2021-09-20, end: {end}, state: watching}}]\n"
    with pytest.raises(InputFault) as caught:
        read(start[2], mapping=start[0] + span)
    assert "coverage" in caught.value.where


def test_a_table_of_watching(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    mapping = """
source: {id: cam, title: Camera, custodian: mission, stratum: optical, senses: [explosion]}
rows: watching
time: {zone: UTC, sense: lasted}
columns: {start: when, end: until, area: what, state: n, reason: note}
translate: {state: {dark: blind}}
"""
    (found,) = read(start[2].replace("about 40", "dark"), mapping=mapping)
    assert (found.state, found.area, found.reason) == (CoverageState.BLIND, "Bang", "first")


def test_a_workbook_with_dates(tmp_path: Path, read: Callable[..., list[Any]], start: tuple[str, str, str]):
    book = openpyxl.Workbook()
    book.active.append(start[1].split(","))
    at = datetime(2021, 9, 20, 5, 13)  # noqa: DTZ001  # a wall clock has no zone
    book.active.append([at, date(2021, 9, 20), 48.1, 37.9, 500, "Bang", 12.0, None])
    book.save(tmp_path / "log.xlsx")
    read()
    options = ReadOptions(mapping=tmp_path / "log.yaml")
    found, _ = source_format("table").read(SourceFile(tmp_path / "log.xlsx", ""), options)
    assert (found.count.best, found.time.text) == (12, "2021-09-20 05:13:00/2021-09-20")


def test_a_renamed_column_names_the_nearest(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    with pytest.raises(MissingColumn, match="nearest present is 'whenever'"):
        read(header=start[1].replace("when", "whenever"))


def test_what_a_person_says_of_the_layout_goes_before_the_mapping(
    read: Callable[..., list[Any]], start: tuple[str, str, str]
):
    mapping = start[0] + "file: {header_line: 5, delimiter: ';'}\n"
    settings = (("header_line", "2"), ("delimiter", ","))
    found = read(start[1], start[2], mapping=mapping, header="A log, kept by the mission", settings=settings)[0]
    assert isinstance(found, Observation)


def test_no_mapping_says_how_to_draft_one(tmp_path: Path):
    with pytest.raises(UsageFault) as caught:
        list(source_format("table").read(SourceFile(tmp_path / "x.csv", ""), ReadOptions()))
    assert "--draft-mapping" in caught.value.example


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
            min_size=1,
            max_size=10,
        ),
        max_size=8,
    )
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_law_every_row_is_a_record_or_rejected_with_its_line(read: Callable[..., list[Any]], rows: list[list[str]]):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    filled = [row for row in rows if any(row) and not all(not v.strip() or v.strip().startswith("#") for v in row)]
    blank = [row for row in rows if any(row) and all(not v.strip() or v.strip().startswith("#") for v in row)]
    records = [r for r in read(*text.getvalue().split("\n")[:-1]) if not isinstance(r, Coverage)]
    lines = [r.line if isinstance(r, Rejected) else r.evidence.line for r in records]
    assert len(filled) <= len(records) <= len(filled) + len(blank)
    assert lines == sorted(set(lines))


def test_the_sense_is_never_guessed(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    with pytest.raises(InputFault, match="in which sense"):
        read(start[2], mapping=start[0].replace(", sense: sometime", ""))
    assert read(start[2])[0].time.sense == TimeSense.SOMETIME


@pytest.mark.parametrize("word", ["any-fire", "any-alert"])
def test_a_sum_made_when_counting_is_no_observation(
    read: Callable[..., list[Any]], start: tuple[str, str, str], word: str
):
    bad = read(start[2].replace("Bang", word))[0]
    assert f"phenomenon '{word}' is a sum made when counting" in bad.reason
