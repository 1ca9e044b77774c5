"""The register as a table: read whole, every fault named."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from truceline.model import (
    CountRange,
    MissingColumn,
    RegisterEntry,
    RegisterKind,
    Rejected,
    Standing,
    TimeSense,
    exchange_parties,
)
from truceline.sources import ReadOptions, SourceFile, source_format
from truceline.sources.register.reader import COLUMNS

PAIR = ("party-a1", "party-b1")
KYIV = ReadOptions(zone=ZoneInfo("Europe/Kyiv"))
GOOD = dict.fromkeys(COLUMNS, "") | {
    "key": "2031/17",
    "kind": "notice",
    "subject": "return-fire",
    "by": "party-a1",
    "to": "party-b1; mechanism",
    "start": "2031-08-03T12:00:00+03:00",
    "standing": "verified",
    "said_by": "mechanism",
    "covers_start": "2031-08-04T08:00:00+03:00",
    "covers_end": "2031-08-04T12:00:00+03:00",
    "place": "zone-1",
    "about": "00ff00ff00ff00ff",
    "url": "https://example.org/notice",
    "quote": "Fire will be returned.",
}


def _read(tmp_path: Path, *rows: dict[str, str], options: ReadOptions | None = None) -> list[Any]:
    path = tmp_path / "register.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return list(source_format("register").read(SourceFile(path, "f" * 64), options or ReadOptions()))


def test_an_entry_is_read_with_all_it_says(tmp_path: Path):
    figures = {"low": "3", "best": "3", "high": "", "value": "12.5", "unit": "km", "option": "sanctions"}
    (entry,) = _read(tmp_path, {**GOOD, **figures})
    assert isinstance(entry, RegisterEntry)
    assert (entry.key, entry.kind, entry.subject) == ("2031/17", RegisterKind.NOTICE, "return-fire")
    assert (entry.by, entry.to, entry.said_by) == ("party-a1", ("party-b1", "mechanism"), "mechanism")
    assert (entry.standing, entry.place, entry.about) == (Standing.VERIFIED, "zone-1", "00ff00ff00ff00ff")
    assert entry.time.start == entry.time.end
    assert entry.covers is not None
    assert entry.covers.duration_s == 4 * 3600
    assert (entry.count, entry.value, entry.unit) == (CountRange(3, 3, None), 12.5, "km")
    assert (entry.evidence.line, entry.option, entry.quote) == (2, "sanctions", "Fire will be returned.")


@pytest.mark.parametrize("kind", list(RegisterKind))
def test_every_kind_can_be_written(tmp_path: Path, kind: RegisterKind):
    (entry,) = _read(tmp_path, {**GOOD, "kind": kind.value, "option": "sanctions"})
    assert entry.kind is kind


def test_a_row_may_leave_empty_all_but_what_happened_when_and_who_says_so(tmp_path: Path):
    least = {name: GOOD[name] for name in ("key", "kind", "subject", "start", "standing", "said_by")}
    (entry,) = _read(tmp_path, dict.fromkeys(COLUMNS, "") | least)
    assert (entry.by, entry.to, entry.covers, entry.count, entry.value) == ("", (), None, None, None)


@pytest.mark.parametrize(
    ("times", "hours", "sense"),
    [
        ({"start": "2031-02-15T10:00:00"}, 0, TimeSense.LASTED),
        ({"start": "2031-02-15"}, 24, TimeSense.SOMETIME),
        ({"start": "2031-02-15", "sense": "lasted"}, 24, TimeSense.LASTED),
        ({"start": "2031-02-15", "end": "2031-02-16", "sense": "sometime"}, 48, TimeSense.SOMETIME),
        ({"start": "2031-02-15T10:00", "end": "2031-02-15T12:00", "sense": "lasted"}, 2, TimeSense.LASTED),
    ],
)
def test_a_day_is_some_time_of_it_and_a_span_says_which_it_means(
    tmp_path: Path, times: dict[str, str], hours: int, sense: TimeSense
):
    (entry,) = _read(tmp_path, {**GOOD, **times}, options=KYIV)
    assert (entry.time.duration_s, entry.time.sense) == (hours * 3600, sense)
    assert entry.time.assumed_zone == "Europe/Kyiv"
    assert entry.time.text == "/".join(times[name] for name in ("start", "end") if name in times)


def test_days_a_notice_covers_are_meant_whole(tmp_path: Path):
    days = {"covers_start": "2031-08-04", "covers_end": "2031-08-05"}
    (entry,) = _read(tmp_path, {**GOOD, **days}, options=KYIV)
    assert (entry.covers.duration_s, entry.covers.assumed_zone) == (48 * 3600, "Europe/Kyiv")


def test_a_row_may_say_which_other_it_repeats(tmp_path: Path):
    path = tmp_path / "register.csv"
    header, row = (",".join(cells) for cells in (GOOD, GOOD.values()))
    path.write_text(f"{header},repeats\n{row},2031/16\n{row.replace('/17', '/18')},\n{row},no 16\n{row},2031/17\n")
    said, plain, wrong, itself = source_format("register").read(SourceFile(path, "f" * 64), ReadOptions())
    assert (said.repeats, plain.repeats) == ("2031/16", "")
    assert "repeats 'no 16' is no number of an entry" in wrong.reason
    assert "repeats names the entry itself" in itself.reason


def test_names_become_ids_by_the_mission_s_table(tmp_path: Path):
    options = ReadOptions(actors=(("The North", "party-a1"), ("The South", "party-b1")))
    (entry,) = _read(tmp_path, {**GOOD, "by": "The North", "to": "The South", "said_by": "The North"}, options=options)
    assert (entry.by, entry.to, entry.said_by) == ("party-a1", ("party-b1",), "party-a1")


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("key", "", "key is empty"),
        ("key", "no 17", "no number of an entry"),
        ("key", "9" * 81, "no number of an entry"),
        ("kind", "", "kind is empty"),
        ("kind", "notce", "did you mean notice?"),
        ("kind", "zzz", "use one of: event, done"),
        ("kind", "response", "option is empty"),
        ("subject", "", "subject is empty"),
        ("subject", "Return fire", "no id"),
        ("by", "The North", "by 'The North' is no id"),
        ("to", "party-b1;", "to '' is no id"),
        ("to", "party-b1, mechanism", "no id"),
        ("to", "party-b1;party-b1", "twice"),
        ("start", "", "start is empty"),
        ("start", "2031-08-03T12:00:00", "without a zone"),
        ("start", "2031-08-03", "without a zone"),
        ("start", "3 August", "not a time"),
        ("start", "1031-08-03T12:00:00+03:00", "the year 1031"),
        ("end", "2031-08-03T13:00:00+03:00", "sense is empty"),
        ("sense", "always", "no word of the register"),
        ("standing", "", "standing is empty"),
        ("standing", "true", "no word of the register"),
        ("said_by", "", "said_by is empty"),
        ("said_by", "The President", "said_by 'The President' is no id"),
        ("covers_start", "", "covers_start is empty"),
        ("covers_end", "", "covers_end is empty"),
        ("covers_end", "2031-08-04T08:00:00+03:00", "same as the start"),
        ("covers_end", "2031-08-03T08:00:00+03:00", "before the start"),
        ("place", "x" * 121, "121 characters"),
        ("about", "17", "no id of an incident"),
        ("option", "Severe sanctions", "no id"),
        ("low", "about 40", "no whole number"),
        ("low", "-3", "no whole number"),
        ("low", "9" * 5000, "no whole number"),
        ("high", "12", "low is empty"),
        ("value", "12,5", "no number"),
        ("value", "1e9", "no number"),
        ("value", "nan", "no number"),
        ("value", "12", "unit and value belong together"),
        ("unit", "km", "unit and value belong together"),
        ("unit", "k" * 21, "21 characters"),
        ("url", "example", "web address"),
        ("quote", "a" * 401, "401 characters"),
    ],
)
def test_a_faulty_value_is_rejected_with_the_reason(tmp_path: Path, column: str, value: str, reason: str):
    bad, good = _read(tmp_path, {**GOOD, column: value}, GOOD)
    assert isinstance(bad, Rejected)
    assert reason in bad.reason
    assert "for example" in bad.reason
    assert (bad.line, len(bad.reason) < 400) == (2, True)
    assert isinstance(good, RegisterEntry)


def test_an_end_before_the_start_and_counts_out_of_order_are_rejected(tmp_path: Path):
    early = {**GOOD, "end": "2031-08-03T11:00:00+03:00", "sense": "sometime"}
    first, second = _read(tmp_path, early, {**GOOD, "low": "5", "high": "3"})
    assert "end 2031-08-03T08:00:00+00:00 is before the start" in first.reason
    assert "out of order" in second.reason


def test_a_missing_column_names_the_nearest_and_an_unknown_one_is_refused(tmp_path: Path):
    path = tmp_path / "register.csv"
    for header, said in (
        (",".join(COLUMNS).replace("said_by", "saidby"), "'saidby'"),
        (",".join([*COLUMNS, "remarks"]), "'remarks'"),
        (",".join([*COLUMNS, ""]), "has no name"),
        (",".join([*COLUMNS, "key"]), "more than once"),
    ):
        path.write_text(header + "\n", encoding="utf-8")
        with pytest.raises(MissingColumn, match=said):
            list(source_format("register").read(SourceFile(path, ""), ReadOptions()))


def test_a_workbook_is_read_like_the_table(tmp_path: Path):
    book = Workbook()
    sheet = book.active
    sheet.append(list(COLUMNS))
    typed = {"start": date(2031, 8, 3), "low": 12, "best": 12, "high": 12, "value": 7.5, "unit": "km"}
    for row in (GOOD, GOOD | {"key": 18} | typed):
        sheet.append([row[name] or None for name in COLUMNS])
    path = tmp_path / "register.xlsx"
    book.save(path)
    found = list(source_format("register").read(SourceFile(path, "f" * 64), KYIV))
    texts = {name: str(value) for name, value in typed.items()}
    assert found == _read(tmp_path, GOOD, GOOD | {"key": "18"} | texts, options=KYIV)
    assert (found[1].time.sense, found[1].count, found[1].value) == (TimeSense.SOMETIME, CountRange.exactly(12), 7.5)


def test_the_register_is_no_channel_of_observation(tmp_path: Path):
    assert source_format("register").sources(SourceFile(tmp_path, ""), ReadOptions()) == ()


_ACTORS = st.sampled_from([*PAIR, "mechanism"])


@given(
    by=_ACTORS | st.just(""),
    to=st.lists(_ACTORS, unique=True, max_size=3),
    said_by=_ACTORS,
    kind=st.sampled_from(["notice", "order", "done", "release"]),
)
def test_exchanging_the_parties_in_the_table_exchanges_them_in_the_entries(
    tmp_path_factory: pytest.TempPathFactory, by: str, to: list[str], said_by: str, kind: str
):
    row = {**GOOD, "by": by, "to": ";".join(to), "said_by": said_by, "kind": kind}
    other = {name: ";".join(exchange_parties(text.split(";"), PAIR)) for name, text in row.items()}
    folder = tmp_path_factory.mktemp("register")
    assert exchange_parties(_read(folder, row), PAIR) == _read(folder, other)
