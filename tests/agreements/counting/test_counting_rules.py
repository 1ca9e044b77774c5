"""Each rule on small logs whose figures can be counted by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from truceline.agreements.counting import (
    RULES,
    CountFigure,
    CountLine,
    Episode,
    PerIncident,
    SiteDay,
    SmmItem,
    all_rules,
    count_lines,
    gap_sensitivity,
    rule_named,
    usual_rules,
)
from truceline.model import Interval, Stratum, UsageFault

Make = Callable[..., Any]
"""A fixture that builds rows or tables."""


NOON = datetime(2025, 4, 20, 12, tzinfo=UTC)
KYIV = ZoneInfo("Europe/Kyiv")
HOUR = Interval(NOON, NOON + timedelta(hours=1))
DAY = Interval(NOON - timedelta(hours=12), NOON + timedelta(hours=12))


def inside(
    lines: Sequence[CountLine], rule: str, stratum: str = "patrol", phenomenon: str = "explosion"
) -> CountFigure:
    wanted = [x for x in lines if (x.rule, x.stratum, x.phenomenon) == (rule, stratum, phenomenon)]
    assert len(wanted) == 1
    return wanted[0].inside


def test_one_day_is_494_items_and_a_handful_of_episodes(seen: Make, observed: Make, fused: Make):
    fronts = [("North", "W to E"), ("North", "E to W"), ("South", "W to E"), ("East", "N to S")]
    rows = [
        seen(minute=(number // 4) * 3, place=f"area:{fronts[number % 4][0]}", direction=fronts[number % 4][1])
        for number in range(494)
    ]
    lines = count_lines(observed(rows), fused([]), all_rules(), [("plain", DAY)], KYIV)
    assert inside(lines, "smm-item").best == 494
    assert inside(lines, "episode").best == 4
    assert inside(lines, "site-day").best == 3


def test_a_pause_as_long_as_the_gap_is_still_one_episode(seen: Make, observed: Make):
    at_gap = observed([seen(0), seen(60)])
    above = observed([seen(0), seen(60.1)])
    assert [line.inside.best for line in gap_sensitivity(at_gap, None, [("d", DAY)], KYIV, [60])] == [1, 1]
    assert [line.inside.best for line in gap_sensitivity(above, None, [("d", DAY)], KYIV, [60])] == [2, 2]


def test_a_long_fire_bridges_the_pause_after_a_shorter_one_inside_it(seen: Make, observed: Make):
    rows = observed([seen(0, lasts_min=100), seen(10, lasts_min=1), seen(150)])
    assert gap_sensitivity(rows, None, [("d", DAY)], KYIV, [60])[0].inside.best == 1
    sometime = observed([seen(0, lasts_min=100, sometime=True), seen(150)])
    assert gap_sensitivity(sometime, None, [("d", DAY)], KYIV, [60])[0].inside.best == 2


def test_gap_sensitivity_gives_each_gap_its_line(seen: Make, observed: Make):
    rows = observed([seen(0), seen(45), seen(135), seen(300)])
    lines = [line for line in gap_sensitivity(rows, None, [("d", DAY)], KYIV) if line.stratum == "patrol"]
    assert [(dict(line.parameters)["gap_min"], line.inside.best) for line in lines] == [(30, 4), (60, 3), (120, 2)]


def test_a_window_holds_its_start_and_not_its_end(seen: Make, observed: Make):
    rows = observed([seen(0), seen(59.999), seen(60), seen(-0.001)])
    assert inside(count_lines(rows, None, [SmmItem()], [("h", HOUR)], KYIV), "smm-item").best == 2


def test_what_happened_sometime_widens_the_range(seen: Make, observed: Make):
    wholly = seen(10, lasts_min=50, sometime=True)
    out_at_end = seen(50, lasts_min=30, sometime=True)
    in_at_start = seen(-30, lasts_min=60, sometime=True)
    lasted_in = seen(-30, lasts_min=60)
    rows = observed([wholly, out_at_end, in_at_start, lasted_in])
    lines = count_lines(rows, None, [SmmItem(), Episode(0), SiteDay()], [("h", HOUR)], KYIV)
    assert inside(lines, "smm-item") == CountFigure(1, 2, 3)
    assert inside(lines, "episode") == CountFigure(1, 2, 3)
    assert inside(lines, "site-day") == CountFigure(1, 1, 1), "one place on one day, whatever fell into the hour"


def test_what_may_have_happened_later_parts_an_episode_from_its_neighbours(seen: Make, observed: Make):
    rows = observed([seen(0), seen(100), seen(50, lasts_min=14 * 60, sometime=True)])
    lines = count_lines(rows, None, [Episode(60)], [("d", DAY)], KYIV)
    assert inside(lines, "episode") == CountFigure(1, 1, 3), "at 330 minutes it would be the third"


def test_there_are_no_more_episodes_than_pauses_find_room(seen: Make, observed: Make):
    rows = observed([seen(0, lasts_min=150, sometime=True) for _ in range(40)])
    lines = count_lines(rows, None, [Episode(60)], [("d", DAY)], KYIV)
    assert inside(lines, "episode") == CountFigure(1, 1, 3)


def test_what_may_be_nothing_is_in_no_lowest_figure(seen: Make, observed: Make, fused: Make):
    perhaps = [seen(1, count=(0, -1, 5))]
    lines = count_lines(observed(perhaps), fused(perhaps), all_rules(), [("h", HOUR)], KYIV)
    for rule in ("episode", "site-day", "incident"):
        assert inside(lines, rule) == CountFigure(0, 1, 1)
    assert inside(lines, "smm-item") == CountFigure(0, 0, 5)


def test_a_row_that_may_be_nothing_may_not_bridge_a_pause(seen: Make, observed: Make):
    rows = observed([seen(0), seen(50, count=(0, 1, 1)), seen(100)])
    lines = count_lines(rows, None, [Episode(60)], [("d", DAY)], KYIV)
    assert inside(lines, "episode") == CountFigure(1, 1, 2), "two when it was nothing; three find no room"


def test_rows_without_a_place_are_of_one_site_or_of_many(seen: Make, observed: Make):
    nowhere = [seen(minute, place="unknown:") for minute in (0, 1, 2)]
    alone = count_lines(observed(nowhere), None, [SiteDay()], [("d", DAY)], KYIV)
    assert inside(alone, "site-day") == CountFigure(1, 3, 3)
    beside = count_lines(observed([*nowhere, seen(3), seen(4)]), None, [SiteDay()], [("d", DAY)], KYIV)
    assert inside(beside, "site-day") == CountFigure(1, 4, 4), "they may all be of the place that was named"
    said = count_lines(
        observed([seen(minute, place="unknown:a ridge") for minute in (0, 1)]), None, [SiteDay()], [("d", DAY)], KYIV
    )
    assert inside(said, "site-day") == CountFigure(1, 1, 1), "words name a place, if not where it is"


def test_a_row_of_several_days_is_of_any_of_them(seen: Make, observed: Make):
    rows = observed([seen(0), seen(1, lasts_min=24 * 60, sometime=True)])
    week = Interval(NOON, NOON + timedelta(days=7))
    assert inside(count_lines(rows, None, [SiteDay()], [("w", week)], KYIV), "site-day") == CountFigure(1, 1, 2)


@pytest.mark.parametrize("wrong", [{"phenomenon": "explosions"}, {"stratum": "patrols"}])
def test_a_word_outside_the_vocabulary_is_named(seen: Make, observed: Make, wrong: dict[str, str]):
    with pytest.raises(UsageFault) as caught:
        count_lines(observed([seen(0), seen(1, **wrong)]), None, [SmmItem()], [("d", DAY)], KYIV)
    ((_, word),) = wrong.items()
    assert repr(word) in caught.value.diagnosis()
    assert f"did you mean {word[:-1]}?" in caught.value.diagnosis()


def test_every_episode_count_says_how_far_its_gap_moves_it(seen: Make, observed: Make, fused: Make):
    rows = observed([seen(0), seen(45), seen(135), seen(300)])
    episode, _, item = count_lines(rows, fused([]), [Episode(100), SmmItem()], [("d", DAY)], KYIV)
    assert [(one.gap_min, one.count) for one in episode.gaps] == [(30, 4), (60, 3), (100, 2), (120, 2)]
    assert episode.inside.best == 2
    assert item.gaps == ()


def test_counts_nobody_could_make(seen: Make, observed: Make):
    rows = observed([seen(1, count=(2, -1, -1)), seen(2, count=(36, 40, 44)), seen(3, count=(0, 0, 0))])
    lines = count_lines(rows, None, [SmmItem(), Episode(0)], [("h", HOUR)], KYIV)
    assert inside(lines, "smm-item") == CountFigure(38, 42, None)
    assert inside(lines, "episode").best == 2, "a row that says nothing occurred opens no episode"


def test_a_site_day_is_a_local_day(seen: Make, observed: Make):
    rows = observed([seen(8 * 60 + 59), seen(9 * 60 + 1)])
    week = Interval(NOON, NOON + timedelta(days=7))
    assert inside(count_lines(rows, None, [SiteDay()], [("w", week)], KYIV), "site-day").best == 2
    assert inside(count_lines(rows, None, [SiteDay()], [("w", week)], ZoneInfo("UTC")), "site-day").best == 1


def test_an_incident_counts_once_for_all_and_once_for_each_stratum_behind_it(seen: Make, fused: Make, observed: Make):
    rows = [seen(1, phenomenon="air-alarm"), seen(2, phenomenon="air-alarm"), seen(3, phenomenon="drill")]
    official, civilian = Stratum.OFFICIAL_ALARM, Stratum.CIVILIAN
    table = fused(rows, [[official, civilian], [civilian], [official]])
    lines = count_lines(observed([]), table, [PerIncident()], [("h", HOUR)], KYIV)
    assert [(line.phenomenon, line.stratum, line.inside.best) for line in lines] == [
        ("air-alarm", "official-alarm", 1),
        ("air-alarm", "civilian", 2),
        ("air-alarm", "any", 2),
        ("drill", "official-alarm", 1),
        ("drill", "any", 1),
    ]


def test_items_of_two_strata_are_never_added(seen: Make, observed: Make, fused: Make):
    rows = observed([seen(1), seen(2, stratum="optical")])
    lines = count_lines(rows, fused([]), all_rules(), [("h", HOUR)], KYIV)
    assert {line.stratum for line in lines if line.rule == "smm-item"} == {"patrol", "optical"}
    assert inside(lines, "episode", "any").best == 1
    assert inside(lines, "site-day", "any").best == 1


def test_every_rule_explains_and_cites_itself():
    assert [rule.name for rule in usual_rules()] == ["smm-item", "episode", "site-day", "incident"]
    assert list(dict.fromkeys(rule.name for rule in all_rules())) == list(RULES)
    for rule in all_rules():
        assert rule.explanation.endswith(".")
        assert rule.citation
        assert rule_named(rule.name, **dict(rule.parameters)) == rule


def test_an_unknown_rule_names_the_nearest():
    with pytest.raises(UsageFault) as caught:
        rule_named("episodes")
    assert "did you mean episode?" in caught.value.diagnosis()


def test_an_unknown_parameter_names_the_nearest():
    with pytest.raises(UsageFault) as caught:
        rule_named("episode", gap_minutes=30)
    assert "did you mean gap_min?" in caught.value.diagnosis()


def test_a_negative_gap_is_refused():
    with pytest.raises(UsageFault, match="negative"):
        rule_named("episode", gap_min=-1)
