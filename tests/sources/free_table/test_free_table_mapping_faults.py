"""Faults of mapping files, and drafts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from truceline.model import InputFault, UnreadableFile, UsageFault
from truceline.model.strict_yaml import StrictDocument, parse_strict_yaml
from truceline.sources import ReadOptions
from truceline.sources.free_table import draft_mapping
from truceline.sources.free_table.mapping import check_mapping, read_mapping


def parsed(text: str) -> StrictDocument:
    return parse_strict_yaml(text, "m.yaml", plain=True, fault=InputFault)


WATCHED = "coverage: [{{start: 2021-09-20, end: 2021-09-21, state: watching, notices: {}}}]\ntime:"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("columns:", "colums:", "'colums' is not known"),
        ("lat: lat", "latt: lat", "'latt' is not known"),
        ("zone: Europe/Kyiv", "zone: Europe/Kiew", "unknown time zone"),
        ("Bang: explosion", "Bang: explosions", "'explosions' is not known"),
        ("[explosion, burst]", "[explosion, burts]", "'burts' is not known"),
        ("stratum: patrol", "stratum: patrols", "'patrols' is not known"),
        ("sense: sometime", "sense: somewhen", "'somewhen' is not known"),
        ("truceline: 1", "truceline: 9", "version '9'"),
        ("id: north-log, ", "", "no id"),
        ("[explosion, burst]", "[]", "no senses"),
        ("start: when, ", "", "nothing says what start is"),
        (", radius_m: radius", "", "needs lat, lon and radius_m"),
        ("count: n", "count: n, count_low: n", "shut one another out"),
        ("end: until", "end: until, duration_min: until", "shut one another out"),
        ("lat: lat", "lat: [lat]", "not several"),
        ("format: iso", 'format: "%H:%M"', "no day, month and year"),
        ("Bang: explosion", "Bang: ", "the value is empty"),
        ("time:", "coverage: always\ntime:", "list of spans"),
        (
            "time:",
            WATCHED.format("often"),
            "no chance",
        ),
        ("time:", WATCHED.format("95"), "no chance"),
        ("time:", "file: {header_line: 0}\ntime:", "no line"),
        ("time:", "constants: {start: '2021-09-20'}\ntime:", "both a column and a constant"),
        ("time:", "constants: {weapon: mortars}\ntime:", "'mortars' is not known"),
        ("time:", "constants: {key: all}\ntime:", "one key for all rows"),
        ("time:", "constants: {state: blind}\ntime:", "state says nothing in a table of observations"),
        ("words: note", "reason: note", "reason says nothing in a table of observations"),
        ("time:", "rows: watching\ntime:", "lat says nothing in a table of watching"),
    ],
)
def test_a_faulty_mapping_names_the_fault_and_teaches(
    read: Callable[..., list[Any]], start: tuple[str, str, str], old: str, new: str, message: str
):
    assert old in start[0]
    with pytest.raises(InputFault, match=message.replace("(", r"\(")) as caught:
        read(start[2], mapping=start[0].replace(old, new))
    assert caught.value.do or caught.value.example
    assert caught.value.where


def test_a_mapping_of_constants_alone_is_refused(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    at, rest = start[0].index("columns: "), start[0].index("translate")
    constants = "constants: {start: '2021-09-20', phenomenon: explosion}\n"
    with pytest.raises(InputFault, match="no column of the table is named"):
        read(start[2], mapping=start[0][:at] + constants + start[0][rest:])


def test_the_nearest_known_key_is_named(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    with pytest.raises(InputFault) as caught:
        read(mapping=start[0].replace("radius_m:", "radius:"))
    assert "radius_m" in caught.value.do


def test_a_duplicate_key_is_refused_with_both_lines():
    with pytest.raises(InputFault, match="'zone' stands twice, first in line 2") as caught:
        parsed("time:\n  zone: UTC\n  zone: Europe/Kyiv\n")
    assert caught.value.where == "m.yaml:3"


def test_a_tab_is_refused_with_its_line():
    with pytest.raises(InputFault, match="a tab") as caught:
        parsed("time:\n\tzone: UTC\n")
    assert caught.value.where == "m.yaml:2"


def test_broken_yaml_is_refused_with_its_line():
    with pytest.raises(InputFault, match="not in order as YAML") as caught:
        parsed("time: {zone: UTC\ncolumns: [")
    assert caught.value.where.startswith("m.yaml:")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time: " + "[" * 3000 + "]" * 3000, "nested too deeply"),
        ("time: &t {zone: UTC}\nfile: *t\n", "anchors"),
        ("time: !!str UTC\n", "tags"),
        ("? [a]\n: b\n", "a key must be a word"),
        ("time: \x07", "not YAML"),
    ],
)
def test_yaml_that_could_surprise_is_refused_as_a_fault_of_the_input(text: str, message: str):
    with pytest.raises(InputFault, match=message) as caught:
        parsed(text)
    assert caught.value.where.startswith("m.yaml")
    assert caught.value.do


@pytest.mark.parametrize(
    ("old", "new", "line", "keys"),
    [
        ("Bang: explosion", "Bang: explosions", 6, "translate.phenomenon.Bang"),
        ("lat: lat", "latt: lat", 5, "columns.latt"),
        ("zone: Europe/Kyiv", "zone: Europe/Kiew", 4, "time.zone"),
        ("[explosion, burst]", "[explosion, burts]", 3, "source.senses[1]"),
        ("count: n", "reason: n", 5, "columns.reason"),
    ],
)
def test_a_faulty_mapping_is_told_with_line_and_key(
    read: Callable[..., list[Any]], start: tuple[str, str, str], old: str, new: str, line: int, keys: str
):
    with pytest.raises(InputFault) as caught:
        read(start[2], mapping=start[0].replace(old, new))
    assert caught.value.where.endswith(f"log.yaml:{line} {keys}")


def test_a_mapping_that_is_not_there_says_how_to_draft_one(tmp_path: Path):
    with pytest.raises(InputFault, match="no such mapping") as caught:
        read_mapping(tmp_path / "none.yaml")
    assert "--draft-mapping" in caught.value.example


def test_a_mapping_that_is_no_mapping_is_refused():
    with pytest.raises(InputFault, match="keys with values"):
        check_mapping(parsed("- a\n"))


def test_words_that_yaml_would_twist_stay_words():
    assert parsed("a: no\nb: 2021-09-20\nc: 012\n").value == {"a": "no", "b": "2021-09-20", "c": "012"}


def test_a_draft_by_names_reads_the_table_once_a_person_filled_it_in(tmp_path: Path, read: Callable[..., list[Any]]):
    table = tmp_path / "raw.csv"
    header = "Date,Latitude,Longitude,radius_m,Event type,Number,Remarks"
    row = "20.09.2021 05:13,48.1,37.9,500,Explosions,3,near: the mill"
    table.write_text(f"{header}\n{row}\n")
    draft = draft_mapping(table)
    assert '"Explosions": explosion' in draft
    assert 'format: "%d.%m.%Y %H:%M"' in draft
    with pytest.raises(InputFault, match="no id"):
        check_mapping(parsed(draft))
    filled = (
        draft.replace("  id: ", "  id: log")
        .replace("  title: ", "  title: Log")
        .replace("  custodian: ", "  custodian: me")
    )
    filled = filled.replace("  stratum: ", "  stratum: patrol").replace("senses: []", "senses: [explosion]")
    filled = filled.replace("  zone: ", "  zone: UTC").replace("  sense: ", "  sense: lasted")
    found = read(row, header=header, mapping=filled)[0]
    assert (found.count.best, found.words, found.place.lat) == (3, "near: the mill", 48.1)


def test_hxl_tags_go_before_names_and_are_no_row(tmp_path: Path):
    table = tmp_path / "hxl.csv"
    table.write_text("Fecha,Y1,X1,Que\n#date +start,#geo+lat,#geo+lon,#event+type\n2021-09-20,48.1,37.9,burst\n")
    draft = draft_mapping(table)
    for line in (
        '  start: "Fecha"',
        '  lat: "Y1"',
        '  lon: "X1"',
        '  phenomenon: "Que"',
        '    "burst": burst',
        "  radius_m:  #",
    ):
        assert line in draft


def test_a_draft_of_a_table_that_lies_otherwise_keeps_how_it_lies(tmp_path: Path):
    table = tmp_path / "log.csv"
    table.write_bytes("Log of the north, 2021\nDatum|Überschrift\n2021-09-20|ü\n".encode("cp1252"))
    settings = (("header_line", "2"), ("delimiter", "|"))
    draft = draft_mapping(table, ReadOptions(encoding="cp1252", settings=settings))
    assert 'file: {encoding: "cp1252", delimiter: "|", header_line: "2"}' in draft
    assert '"Überschrift"' in draft
    with pytest.raises(UnreadableFile, match="not utf-8"):
        draft_mapping(table)
    with pytest.raises(UnreadableFile, match="line 9 names no columns"):
        draft_mapping(table, ReadOptions(encoding="cp1252", settings=(("header_line", "9"),)))


@pytest.mark.parametrize(("name", "value"), [("header_line", "0"), ("header_line", "two"), ("delimiter", "||")])
def test_a_setting_of_the_layout_that_makes_no_sense_is_refused(tmp_path: Path, name: str, value: str):
    table = tmp_path / "log.csv"
    table.write_text("date\n2021-09-20\n")
    with pytest.raises(UsageFault) as caught:
        draft_mapping(table, ReadOptions(settings=((name, value),)))
    assert caught.value.where == "--set"


def test_a_draft_with_days_that_could_be_months_says_so(tmp_path: Path):
    table = tmp_path / "days.csv"
    table.write_text("date\n03/04/2021\n")
    assert "check day and month" in draft_mapping(table)
