"""``count --all-rules``: every rule in a column of its own, and a sentence for every two that differ."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import mission_samples as samples
import pytest

from truceline.agreements.counting import RULES
from truceline.cli import assessing
from truceline.mission.folder import open_mission

HEADER = "key,start,end,area,what,party,words,number,arm,way,stand\n"
MAPPING = samples.MAPPING.replace(
    "  words: words\n", "  words: words\n  count: number\n  weapon: arm\n  direction: way\n  standing: stand\n"
).replace("senses: [", "senses: [flare, casualty, body-recovered, death-recorded, weapon-presence, ")


def mission_of(root: Path, rows: list[str], *, name: str = "mission") -> Path:
    made = samples.make_mission(root / name)
    (made.root / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    table = HEADER + "".join(f"{number},2031-04-20T{row}\n" for number, row in enumerate(rows))
    samples.take_in(open_mission(made.root), table)
    samples.conclude(open_mission(made.root))
    return made.root


def shelling(items: int) -> list[str]:
    """Items in four stretches of fire, each from an area in one direction, kinds of fire in turn; and one flare."""
    kinds = ("explosion", "burst", "shot", "projectile")
    fronts = ("Left bank,{},,,1,,W to E,", "Left bank,{},,,1,,E to W,", "Right bank,{},,,1,,W to E,")
    rows = [
        f"{9 + (number % 4) // 3 * 6:02d}:{number % 59:02d}:00Z,,{fronts[number % 4 % 3].format(kinds[number % 3])}"
        for number in range(items - 1)
    ]
    return [*rows, "09:30:00Z,,Right bank,flare,,,1,,,"]


@pytest.fixture(scope="module")
def shelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mission_of(tmp_path_factory.mktemp("shelled"), shelling(494))


@pytest.fixture(scope="module")
def mourning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    stated = (("casualty", 35), ("body-recovered", 116), ("death-recorded", 320))
    rows = [f"10:00:00Z,,Left bank,{what},,,{number},,," for what, number in stated]
    seen = ["11:00:00Z,,Left bank,weapon-presence,,,2,tank,,outside-storage"]
    return mission_of(tmp_path_factory.mktemp("mourning"), rows + seen)


def told(truceline: Callable, folder: Path, *words: str) -> dict:
    said = truceline("count", *words, "-m", folder, "--json")
    assert said.exit_code == 0, said.err
    return json.loads(said.out)


def best(record: dict, phenomenon: str, stratum: str = "patrol") -> dict[str, int]:
    wanted = [one for one in record["counts"] if (one["phenomenon"], one["stratum"]) == (phenomenon, stratum)]
    return {" ".join([one["rule"], *map(str, one["parameters"].values())]): one["inside"] for one in wanted}


def test_a_day_of_494_items_comes_to_single_digits_with_the_reason(truceline: Callable, shelled: Path):
    record = told(truceline, shelled, "--all-rules")
    figures = best(record, "any-fire")
    assert (figures["smm-item"], figures["weapon-class not-known"]) == (494, 494)
    assert figures["episode 60"] < 10
    assert figures["one-hour-regrouping 60"] < 10
    (why,) = [
        one
        for one in record["differences"]
        if one["rules"] == ["smm-item", "episode gap_min=60"]
        and (one["phenomenon"], one["stratum"]) == ("any-fire", "patrol")
    ]
    assert why["figures"] == [494, figures["episode 60"]]
    assert why["made"][1]["values"]["rows"] == 494
    assert why["text"].startswith("smm-item gives 494 and episode gap_min=60 gives")
    regrouped = [one for one in record["differences"] if "one-hour-regrouping gap_min=60" in one["rules"]]
    assert "rows of flares left out: 1" in regrouped[0]["text"]


def test_every_count_stands_beside_its_coverage(truceline: Callable, shelled: Path):
    record = told(truceline, shelled, "--all-rules")
    assert all(one["coverage"] is not None for one in record["counts"])
    assert {one["coverage"] for one in record["counts"] if one["phenomenon"] == "any-fire"} == {1.0}


def test_the_table_has_a_column_for_each_rule_and_sentences_below(truceline: Callable, shelled: Path):
    said = truceline("count", "--all-rules", "-m", shelled)
    assert said.exit_code == 0
    assert "Counts of persons" not in said.out
    for words in ("smm-item", "one-hour-regrouping", "weapon-class", "any-fire, patrol", "494 not-known", "100%"):
        assert words in said.out
    head = (
        "smm-item and episode gap_min=60: every item counts by itself; continuous fire in one area and direction counts"
    )
    assert said.out.count(head) == 1, "one sentence for a pair of rules, whatever the channel and the reading"
    assert re.search(r"  any-fire, patrol, .*: 494 and \d+ \(items: 494, told in rows: 494; rows: 494, ", said.out)
    assert "anybody" in said.out, "the coverage is that of all sources, not of the channel of the row"
    assert re.search(r"sentences on the single kinds of what is summed: \d+, with --json", said.out)
    assert "one-hour-regrouping: All fire in one area, or at one place outside any, counts one" in said.out


def test_one_bulletin_gives_471_and_35_with_their_names(truceline: Callable, mourning: Path):
    dead = {"casualties counted": 471, "casualties new": 35, "casualties recovered": 116, "casualties recorded": 320}
    for words in ((), ("--all-rules",), ("--rule", "casualties")):
        figures = best(told(truceline, mourning, *words), "casualty")
        assert {name: number for name, number in figures.items() if name.startswith("casualties")} == dead
    said = truceline("count", "--all-rules", "-m", mourning)
    assert "casualties what=counted and casualties what=new: all who were added to the toll count" in said.out
    assert re.search(r"  casualty, patrol, .*: 471 and 35 \(newly killed: 35, ", said.out)
    for words in ("Counts of weapons seen inside the window", "Counts of persons inside the window", "what=recovered"):
        assert words in said.out


def test_where_a_weapon_stands_is_told_wherever_an_observer_says_so(truceline: Callable, mourning: Path, folder: Path):
    assert best(told(truceline, mourning), "weapon-presence")["withdrawal-lines outside-storage"] == 2
    rules = {one["rule"] for one in told(truceline, folder)["counts"]}
    assert rules == {"smm-item", "episode", "site-day", "incident"}, "nothing to tell apart, and nothing further told"


def test_nobody_counts_the_dead_by_places(truceline: Callable, mourning: Path):
    for phenomenon in ("casualty", "body-recovered", "death-recorded"):
        for rule in best(told(truceline, mourning, "--all-rules"), phenomenon):
            assert rule.split()[0] in {"smm-item", "weapon-class", "casualties"}


def test_the_report_names_the_dead_by_what_is_meant(truceline: Callable, mourning: Path, tmp_path: Path):
    said = truceline("report", "-m", mourning, "--out", tmp_path / "report", "--lang", "de")
    assert said.exit_code == 0, said.err
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    for words in ("alle, die der Gesamtzahl hinzugefügt wurden", "neu Getötete", "geborgene Leichen", "471"):
        assert words in page
    assert "jenseits der Abzugslinien, außerhalb der Lagerstätten" in page


def test_all_rules_and_some_of_them_are_refused(truceline: Callable, folder: Path):
    said = truceline("count", "--all-rules", "--rule", "episode", "-m", folder)
    assert said.exit_code != 0
    assert "all rules, and some of them by name" in said.err


def test_the_gap_moves_both_rules_that_have_one(truceline: Callable, shelled: Path):
    figures = best(told(truceline, shelled, "--all-rules", "--gap-min", "30"), "any-fire")
    assert {"episode 30", "one-hour-regrouping 30"} <= set(figures)


def test_the_help_names_every_rule():
    assert set(assessing._RULES) == set(RULES)
