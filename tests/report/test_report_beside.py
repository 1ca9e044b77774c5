"""Counting rules side by side, and two logs beside each other: only where asked for, whole, and without positions."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from truceline.agreements.counting import CountFigure, CountLine, Difference
from truceline.agreements.counting.making import COUNTED, EPISODES, ITEMS, NEW, REGROUPED
from truceline.agreements.reconciling import CLASSES, DIFFERENCES, Chance, ItemTally, Tolerances
from truceline.mission.assessment import Assessment
from truceline.mission.beside import LogsBeside, SideBySide
from truceline.mission.reconciling import ClassTold, LogTold, OneSide
from truceline.mission.reconciling_sight import Sight
from truceline.mission.rules_beside import KINDS
from truceline.model import Because, Interval, SumsDisagree, exchange_parties
from truceline.report import ALL, LANGUAGES, compose, render_html, write_report
from truceline.report.content import Content, Listing, Section, Table
from truceline.report.sections import logs, side_by_side
from truceline.report.writing import WHEN_ASKED

READING = "as-announced"
WINDOW = Interval(datetime(2031, 4, 19, 15, tzinfo=UTC), datetime(2031, 4, 20, 21, tzinfo=UTC))
GAP = (("gap_min", 60),)


def line(rule: str, best: int, phenomenon: str = "air-alarm", parameters: tuple = (), **more: object) -> CountLine:
    what = (rule, parameters, phenomenon, "patrol", READING)
    return CountLine(*what, CountFigure(best, best, best), (), None, **{"coverage": 0.375, **more})


def because(template: str, number: int) -> Because:
    names = re.findall(r"\{(\w+)\}", template)
    return Because(template, tuple((name, number) for name in names))


def difference(phenomenon: str, *told: tuple[str, int, str]) -> Difference:
    rules, figures, made = zip(*told, strict=True)
    return Difference(READING, phenomenon, "patrol", rules, figures, tuple(because(one, 1234) for one in made))


LINES = (
    line("smm-item", 494),
    line("episode", 4, parameters=GAP),
    line("weapon-class", 490, parameters=(("class", "mortar"),)),
    line("weapon-class", 4, parameters=(("class", "not-known"),)),
    line("smm-item", 96, "any-fire", coverage=0.25),
    line("one-hour-regrouping", 3, "any-fire", parameters=GAP, coverage=0.25),
    line("smm-item", 50, "explosion", coverage=0.0),
    line("episode", 2, "explosion", parameters=GAP, coverage=0.0),
    line("withdrawal-lines", 2, "weapon-presence", parameters=(("class", "outside-storage"),), coverage=0.0),
    line("casualties", 471, "casualty", parameters=(("what", "counted"),), coverage=0.0),
    line("casualties", 35, "casualty", parameters=(("what", "new"),), coverage=0.0),
)
RULES = SideBySide(
    LINES,
    (
        difference("air-alarm", ("smm-item", 494, ITEMS), ("episode gap_min=60", 4, EPISODES)),
        difference("any-fire", ("smm-item", 96, ITEMS), ("one-hour-regrouping gap_min=60", 3, REGROUPED)),
        difference("explosion", ("smm-item", 50, ITEMS), ("episode gap_min=60", 2, EPISODES)),
        difference("casualty", ("casualties what=counted", 471, COUNTED), ("casualties what=new", 35, NEW)),
    ),
)


def side(rows: int, *other: int) -> OneSide:
    return OneSide(ItemTally(rows, rows, rows * 2, None if rows == 3 else rows * 3), Sight(*other), Sight(*other))


def pair(a: str = "party-north", b: str = "party-south", *, chance: bool = True) -> LogsBeside:
    classes = (
        ClassTold("alike", 2, 0, side(2, 2, 0, 0, 0), side(2, 0, 0, 0, 2)),
        ClassTold("different", 1, 1, side(1, 0, 1, 0, 0), side(3, 3, 0, 0, 0)),
        ClassTold("only", 0, 0, side(4, 1, 0, 3, 0), side(1, 0, 0, 0, 1)),
    )
    shifted = (Chance(0.0, 3, 1), Chance(-24.0, 1, 0), Chance(3.0, 0, 0)) if chance else ()
    return LogsBeside(
        LogTold(a, ("north-post",), ("party-a",), 7, 0, 0),
        LogTold(b, ("camera at 48.01593, 37.80281",), ("party-b",), 6, 0, 0),
        Tolerances(),
        WINDOW,
        classes,
        tuple((word, 1 if word in {"count", "party"} else 0) for word in DIFFERENCES),
        shifted,
    )


@pytest.fixture(scope="module")
def asked(assessment: Assessment) -> Assessment:
    """The made-up assessment of a mission that asks for both."""
    return replace(assessment, all_rules=RULES, reconcile=(pair(), pair("patrol", "others", chance=False)))


def section(content: Content, name: str) -> Section | None:
    return next((one for one in content.sections if one.id == name), None)


def tables(found: Section | None) -> list[Table]:
    assert found is not None
    return [block for block in found.blocks if isinstance(block, Table)]


def cells(row: tuple) -> list[str]:
    return [" | ".join(phrase.text for phrase in cell) for cell in row]


def test_a_report_that_was_not_asked_keeps_its_look(assessment: Assessment, folder: Path):
    content = compose(assessment)
    assert [section(content, name) for name in ("side-by-side", "logs")] == [None, None]
    assert tuple(path.name for path in write_report(assessment, folder)) == ALL


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_stand_in_every_language_with_every_figure(asked: Assessment, folder: Path, language: str):
    written = write_report(asked, folder, language)
    assert tuple(path.name for path in written) == (*ALL, *WHEN_ASKED)
    assert all(path.stat().st_size > 200 for path in written)
    text = re.sub(r"<[^>]+>", " ", render_html(compose(asked, language)))
    for figure in ("494", "471", "490", "96"):
        assert figure in text
    if language != "en":
        for sentence in ("Counting rules side by side", "Every item counts by itself", "matched, alike", "not moved"):
            assert sentence not in text


def test_each_kind_of_thing_has_its_own_rules_beside_their_coverage(asked: Assessment):
    events, weapons, persons = tables(section(compose(asked), "side-by-side"))
    assert [column.title for column in events.columns] == [
        "Phenomenon and channel",
        "every item",
        "continuous episode, gap 60 min",
        "every item, by class of weapon",
        "fire at one place, regrouped by the hour, gap 60 min",
        "Coverage",
    ]
    assert [cells(row) for row in events.rows] == [
        ["air-raid alarm | patrol", "494", "4", "494 | mortar: 490 | not known: 4", "\u2013", "37.5%"],
        ["fire of any kind | patrol", "96", "\u2013", "\u2013", "3", "25%"],
        ["explosion | patrol", "50", "2", "\u2013", "\u2013", "0%"],
    ]
    assert cells(weapons.rows[0])[1:] == ["2 | beyond withdrawal lines, outside storage sites: 2", "0%"]
    assert cells(persons.rows[0])[1:] == ["471", "35", "0%"]


def test_why_rules_differ_stands_below_once_for_each_rule(asked: Assessment):
    found = section(compose(asked), "side-by-side")
    assert found is not None
    said = [
        [" ".join(phrase.text for phrase in item) for item in block.items]
        for block in found.blocks
        if isinstance(block, Listing)
    ]
    assert len(said) == 3, "single kinds of fire are not explained beside their sum"
    assert said[0][0] == "Every item: 494. Every item counts by itself (items: 1,234, told in rows: 1,234)."
    assert said[0][1].startswith("Continuous episode, gap 60 min: 4. Continuous fire in one area")
    assert [one.split(".")[0] for one in said[2]] == [
        "The dead of a period, all added to the toll: 471",
        "The dead of a period, newly killed: 35",
    ]
    assert "consist: 1." in found.blocks[-1].phrases[0].text  # type: ignore[union-attr]


def test_a_mission_without_a_count_says_so(bare: Assessment):
    found = section(compose(replace(bare, all_rules=SideBySide((), ()))), "side-by-side")
    assert found is not None
    assert len(found.blocks) == 1


def test_the_day_stands_first(asked: Assessment, daily: Callable[[Assessment, date], Assessment]):
    of_day = daily(asked, date(2031, 4, 20))
    lines = (replace(LINES[0], reading="day", inside=CountFigure(7, 7, 7), stratum="civilian"), *LINES)
    found = section(compose(replace(of_day, all_rules=SideBySide(lines, RULES.differences))), "side-by-side")
    assert [cells(table.rows[0])[1] for table in tables(found)[:2]] == ["7", "494"]


def test_each_class_of_each_log_stands_beside_who_could_have_seen_it(asked: Assessment):
    found = section(compose(asked), "logs")
    classes, chance, *others = tables(found)
    assert [cells(row) for row in classes.rows] == [
        ["matched, alike", "A", "2", "4 | 2\u20136", "2", "0", "0", "0", "2"],
        ["matched, alike", "B", "2", "4 | 2\u20136", "0", "0", "0", "2", "0"],
        ["matched, but different", "A", "1", "2 | 1\u20133", "0", "1", "0", "0", "1"],
        ["matched, but different", "B", "3", "6 | 3 or more", "3", "0", "0", "0", "3"],
        ["only in log A", "A", "4", "8 | 4\u201312", "1", "0", "3", "0", "1"],
        ["only in log B", "B", "1", "2 | 1\u20133", "0", "0", "0", "1", "0"],
    ]
    assert [cells(row) for row in chance.rows] == [
        ["not moved", "3", "42.9%", "50%", "1"],
        ["\u221224 h", "1", "14.3%", "16.7%", "0"],
        ["+3 h", "0", "0%", "0%", "0"],
    ]
    assert len(others) == 1, "the second pair asked for no control"
    text = re.sub(r"<[^>]+>", "", render_html(compose(asked)))
    assert "a line only in A where B was blind is no contradiction" in text
    assert "Matches: 3; of these one line against several: 1; different: 1." in text
    assert "count 1, party named 1" in text
    assert "A: patrol \u00b7 B: all other sources" in text


def test_a_log_without_a_row_is_not_called_silent(asked: Assessment):
    nothing = side(0, 0, 0, 0, 0)
    one = asked.reconcile[0]
    empty = replace(one, b=replace(one.b, rows=0), classes=tuple(replace(c, b=nothing) for c in one.classes))
    text = render_html(compose(replace(asked, reconcile=(empty,))))
    assert "Log B has no row here; only its coverage says whether that is silence." in text


def test_no_position_stands_in_page_or_table(asked: Assessment, folder: Path):
    write_report(asked, folder)
    for name in ("report.html", "reconcile.csv"):
        text = (folder / name).read_text("utf-8")
        assert "48.01593" not in text
        assert "37.80281" not in text


def test_the_table_of_logs_has_two_rows_for_each_class(asked: Assessment, folder: Path):
    (path,) = write_report(asked, folder, "uk", WHEN_ASKED)
    header, tags, *rows = list(csv.reader(io.StringIO(path.read_bytes().decode())))
    assert len(header) == len(set(header)) == len(set(tags))
    assert all(tag.startswith("#") and " " not in tag for tag in tags)
    assert [(row[0], row[5], row[6]) for row in rows[:6]] == [("1", name, log) for name in CLASSES for log in "ab"]
    assert len(rows) == 12
    told = dict(zip(header, rows[4], strict=True))
    assert (told["log_a"], told["log_b"]) == ("party-north", "party-south")
    assert [told[name] for name in ("rows", "low", "best", "high")] == ["4", "4", "8", "12"]
    assert [told[f"other_{name}"] for name in ("watched", "partly", "blind", "unknown")] == ["1", "0", "3", "0"]
    assert dict(zip(header, rows[3], strict=True))["high"] == ""


def test_exchanging_the_parties_exchanges_their_names_and_nothing_else(asked: Assessment):
    pair_of_parties = ("party-north", "party-south")
    mirrored = replace(asked, reconcile=exchange_parties(asked.reconcile, pair_of_parties))
    one, two = (section(compose(each), "logs") for each in (asked, mirrored))
    assert one is not None
    assert two is not None
    assert one.blocks[1] != two.blocks[1], "the heading names the parties"
    kept = [number for number, block in enumerate(one.blocks) if block != two.blocks[number]]
    assert kept == [1]


@pytest.mark.parametrize("wrong", ["rows", "sight", "count", "difference"])
def test_a_report_is_refused_when_what_stands_side_by_side_contradicts_itself(asked: Assessment, wrong: str):
    one = asked.reconcile[0]
    first = one.classes[0]
    sums = {
        "rows": {"reconcile": (replace(one, a=replace(one.a, rows=8)),)},
        "sight": {
            "reconcile": (
                replace(one, classes=(replace(first, a=replace(first.a, other=Sight(1, 0, 0, 0))), *one.classes[1:])),
            )
        },
        "count": {"all_rules": SideBySide((replace(asked.counts[0], inside=CountFigure(6, 6, 6)), *LINES), ())},
        "difference": {"all_rules": SideBySide(LINES[:1], RULES.differences)},
    }
    with pytest.raises(SumsDisagree):
        compose(replace(asked, **sums[wrong]))


def test_every_word_of_the_tables_has_a_word_for_readers():
    assert set(logs.CLASSES) == set(CLASSES)
    assert set(logs.DIFFERENCES) == set(DIFFERENCES)
    assert set(side_by_side.CAPTIONS) == set(KINDS)
