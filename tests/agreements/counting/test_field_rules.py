"""The rules of missions and parties, on constructed logs whose figures are those of the field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from truceline.agreements.counting import (
    Casualties,
    CountFigure,
    CountLine,
    Episode,
    OneHourRegrouping,
    SmmItem,
    WeaponClass,
    WithdrawalLines,
    all_rules,
    casualty_rules,
    count_lines,
    differences,
    fire_together,
    makings,
    rule_label,
    rule_named,
)
from truceline.model import Interval, UsageFault

Make = Callable[..., Any]
"""A fixture that builds rows or tables."""

NOON = datetime(2025, 4, 20, 12, tzinfo=UTC)
KYIV = ZoneInfo("Europe/Kyiv")
DAY = Interval(NOON - timedelta(hours=12), NOON + timedelta(hours=12))
HOUR = Interval(NOON, NOON + timedelta(hours=1))


def figures(lines: Sequence[CountLine], stratum: str = "patrol") -> dict[str, CountFigure]:
    """The figures of one channel by rule and, where there is one, class."""
    wanted = [line for line in lines if line.stratum == stratum]
    keys = [" ".join([rule_label(one), str(dict(one.parameters).get("class", ""))]).strip() for one in wanted]
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, (line.inside for line in wanted), strict=True))


def best(lines: Sequence[CountLine], stratum: str = "patrol") -> dict[str, int]:
    return {key: figure.best for key, figure in figures(lines, stratum).items()}


def log_of(seen: Make, items: int, spells: int, fronts: int, flares: int = 0) -> list[Any]:
    """Items in spells of continuous fire on some fronts, spells of one front two hours apart, kinds in turn."""
    kinds = ("explosion", "burst", "shot", "projectile", "muzzle-flash")
    rows = []
    for number in range(items):
        spell, at = number % spells, number // spells
        front, turn = spell % fronts, spell // fronts
        rows.append(
            seen(
                minute=-700 + turn * 240 + at % 100,
                phenomenon=kinds[number % 5] if number >= flares else "flare",
                place=f"area:Village {front}",
                direction=("W to E", "E to W")[front % 2],
            )
        )
    return rows


@pytest.mark.parametrize("published", [("26 March", 494, 4, 4), ("2 April", 1021, 21, 7)])
def test_one_log_gives_both_published_figures_with_the_reason(
    seen: Make, observed: Make, fused: Make, published: tuple[str, int, int, int]
):
    day, items, spells, fronts = published
    rows = log_of(seen, items, spells, fronts)
    fire, incidents = fire_together(observed(rows)), fire_together(fused(rows))
    rules = [SmmItem(), Episode()]
    lines = count_lines(fire, incidents, rules, [(day, DAY)], KYIV)
    assert best(lines) == {"smm-item": items, "episode gap_min=60": spells}
    told = [
        one
        for one in differences(lines, makings(fire, incidents, rules, [(day, DAY)], KYIV))
        if one.stratum == "patrol"
    ]
    sentence = (
        f"smm-item gives {items} and episode gap_min=60 gives {spells}: every item counts by itself (items: {items}, "
        f"told in rows: {items}); continuous fire in one area and direction counts one, with pauses of at most 60 "
        f"minutes in it (rows: {items}, areas and directions: {fronts}, rows that went on with what was before: "
        f"{items - spells})"
    )
    assert [str(one) for one in told] == [sentence]


def test_regrouping_takes_a_place_as_one_whatever_kind_and_direction(seen: Make, observed: Make):
    rows = observed(
        [
            seen(0, direction="W to E"),
            seen(50, direction="E to W", phenomenon="burst"),
            seen(110, phenomenon="shot"),
            seen(171, phenomenon="shot"),
            seen(0, place="area:South"),
            seen(30, phenomenon="flare"),
            seen(500, phenomenon="flare"),
            seen(900, phenomenon="air-alarm"),
        ]
    )
    lines = count_lines(rows, None, [OneHourRegrouping()], [("d", DAY)], KYIV)
    assert {(line.phenomenon, line.stratum, line.inside.best) for line in lines} == {
        ("any-fire", "patrol", 3),
        ("any-fire", "any", 3),
    }
    assert [(one.gap_min, one.count) for one in lines[0].gaps] == [(30, 5), (60, 3), (120, 2)]


def test_a_flare_bridges_no_pause_and_is_told_of(seen: Make, observed: Make, fused: Make):
    rows = observed([seen(0), seen(60, phenomenon="flare"), seen(120)])
    rules = [OneHourRegrouping()]
    lines = count_lines(rows, None, rules, [("d", DAY)], KYIV)
    assert best(lines) == {"one-hour-regrouping gap_min=60": 2}
    (made, _) = makings(rows, fused([]), rules, [("d", DAY)], KYIV).values()
    assert dict(made.values) == {"gap_min": 60, "rows": 2, "places": 1, "merged": 0, "flares": 1}


def test_weapon_classes_add_up_to_every_item(seen: Make, observed: Make):
    rows = observed(
        [
            seen(0, weapon="mortar", count=(36, 40, 44)),
            seen(1, weapon="tank"),
            seen(2, count=(2, -1, -1)),
            seen(3, weapon="mortar", stratum="optical"),
            seen(4, phenomenon="air-alarm"),
        ]
    )
    found = count_lines(rows, None, [SmmItem(), WeaponClass()], [("d", DAY)], KYIV)
    explosions = [line for line in found if line.phenomenon == "explosion"]
    assert figures(explosions) == {
        "smm-item": CountFigure(39, 43, None),
        "weapon-class mortar": CountFigure(36, 40, 44),
        "weapon-class tank": CountFigure(1, 1, 1),
        "weapon-class not-known": CountFigure(2, 2, None),
    }
    assert best(explosions, "optical") == {"smm-item": 1, "weapon-class mortar": 1}
    assert not [line for line in found if line.phenomenon == "air-alarm" and line.rule == "weapon-class"]


def test_weapons_are_sorted_by_how_they_stand_to_their_lines(seen: Make, observed: Make):
    stand = ("withdrawal-violation", "outside-storage", "in-security-zone", "not-verifiable", "permanently-missing")
    rows = [
        seen(number, phenomenon="weapon-presence", weapon="tank", flags=flag, count=(number, number, number))
        for number, flag in enumerate(stand, start=1)
    ]
    rows += [
        seen(10, phenomenon="weapon-presence", flags="zone-assumed outside-storage"),
        seen(11, phenomenon="weapon-presence", flags="outside-storage in-security-zone"),
        seen(12, phenomenon="weapon-presence"),
        seen(13, flags="outside-storage"),
    ]
    found = best(count_lines(observed(rows), None, [WithdrawalLines()], [("d", DAY)], KYIV))
    assert found == {
        "withdrawal-lines withdrawal-violation": 1,
        "withdrawal-lines outside-storage": 3,
        "withdrawal-lines in-security-zone": 3,
        "withdrawal-lines not-verifiable": 4,
        "withdrawal-lines permanently-missing": 5,
        "withdrawal-lines not-known": 2,
    }


def test_a_weapon_counts_at_each_sighting_and_a_site_never(seen: Make, observed: Make):
    again = [
        seen(1440 * day, phenomenon="weapon-presence", weapon="tank", flags="outside-storage", count=(3, 3, 3))
        for day in range(-4, 6)
    ]
    ten_days = Interval(NOON - timedelta(days=5), NOON + timedelta(days=6))
    found = best(count_lines(observed(again), None, [WithdrawalLines()], [("d", ten_days)], KYIV))
    assert found == {"withdrawal-lines outside-storage": 30}
    assert "one tank seen on ten days counts ten, and sites are not counted" in WithdrawalLines.explanation


@pytest.fixture
def bulletin(seen: Make) -> list[Any]:
    """11 October 2025: 151 bodies came in, 116 of them recovered; 320 deaths were confirmed by a committee."""
    stated = (("casualty", 35), ("body-recovered", 116), ("death-recorded", 320), ("injury", 72))
    return [seen(0, phenomenon=what, stratum="media", count=(n, n, n)) for what, n in stated]


def test_one_bulletin_gives_471_and_35(observed: Make, fused: Make, bulletin: list[Any]):
    table = observed(bulletin)
    rules = [SmmItem(), *casualty_rules()]
    lines = [x for x in count_lines(table, None, rules, [("d", DAY)], KYIV) if x.phenomenon == "casualty"]
    assert best(lines, "media") == {
        "smm-item": 35,
        "casualties what=counted": 471,
        "casualties what=new": 35,
        "casualties what=recovered": 116,
        "casualties what=recorded": 320,
    }
    told = differences(lines, makings(table, fused([]), rules, [("d", DAY)], KYIV))
    assert next(str(one) for one in told if one.figures == (471, 35)) == (
        "casualties what=counted gives 471 and casualties what=new gives 35: all who were added to the toll count, "
        "whenever they died (newly killed: 35, bodies recovered: 116, earlier deaths recorded: 320); only the newly "
        "killed count (newly killed: 35, left out as they died earlier: 436)"
    )


def test_the_range_of_the_dead_is_kept(seen: Make, observed: Make):
    rows = [
        seen(0, phenomenon="casualty", count=(30, 35, 40)),
        seen(0, phenomenon="body-recovered", count=(100, -1, -1)),
    ]
    found = figures(count_lines(observed(rows), None, casualty_rules(), [("d", DAY)], KYIV))
    assert found["casualties what=counted"] == CountFigure(130, 135, None)
    assert found["casualties what=new"] == CountFigure(30, 35, 40)
    assert found["casualties what=recovered"] == CountFigure(100, 100, None)
    assert "casualties what=recorded" not in found


def test_how_site_days_and_incidents_are_made(seen: Make, observed: Make, fused: Make):
    rows = [seen(0), seen(1), seen(10 * 60, place="area:South"), seen(0, count=(0, 0, 0), place="area:East")]
    made = makings(observed(rows), fused(rows[:2]), all_rules(), [("d", DAY)], KYIV)
    site_day, incident = made["d", "site-day", "explosion", "any"], made["d", "incident", "explosion", "patrol"]
    assert str(site_day) == "a place counts one for each local day (rows: 3, places: 2, local days: 2)"
    assert str(incident) == "all that was told of one event counts one (observations: 2, incidents: 2)"


def test_rules_that_come_to_the_same_are_not_told_apart(seen: Make, observed: Make, fused: Make):
    table = observed([seen(0)])
    lines = count_lines(table, fused([seen(0)]), all_rules(), [("d", DAY)], KYIV)
    assert differences(lines, makings(table, fused([seen(0)]), all_rules(), [("d", DAY)], KYIV)) == ()


def test_a_word_for_no_count_of_the_dead_names_the_nearest():
    with pytest.raises(UsageFault) as caught:
        rule_named("casualties", what="recover")
    assert "did you mean recovered?" in caught.value.diagnosis()
    assert rule_named("casualties", what="recovered") == Casualties("recovered")


def test_a_negative_gap_of_regrouping_is_refused():
    with pytest.raises(UsageFault, match="negative"):
        rule_named("one-hour-regrouping", gap_min=-1)
