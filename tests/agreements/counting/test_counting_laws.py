"""What must hold for every log, however it looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.agreements.counting import (
    CountFigure,
    Episode,
    OneHourRegrouping,
    PerIncident,
    Rule,
    SiteDay,
    SmmItem,
    WeaponClass,
    WithdrawalLines,
    all_rules,
    casualty_rules,
    count_lines,
    episodes,
    makings,
    rule_label,
)
from truceline.agreements.counting.kinds import WITH_WEAPONS
from truceline.model import Interval, exchange_parties

Make = Callable[..., Any]
"""A fixture that builds rows or tables."""

Rows = list[dict[str, Any]]


NOON = datetime(2025, 4, 20, 12, tzinfo=UTC)
KYIV = ZoneInfo("Europe/Kyiv")
LAWS = settings(max_examples=60, deadline=None)
MINUTES = st.integers(-4000, 4000)


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int, int]:
    low, best, high = sorted(draw(st.tuples(*[st.integers(0, 9)] * 3)))
    return low, draw(st.sampled_from([best, -1])), draw(st.sampled_from([high, -1]))


KINDS = [
    *("explosion", "burst", "drill", "flare"),
    *("casualty", "body-recovered", "death-recorded", "weapon-presence"),
]
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "minute": MINUTES,
            "lasts_min": st.integers(0, 900),
            "sometime": st.booleans(),
            "phenomenon": st.sampled_from(KINDS),
            "stratum": st.sampled_from(["patrol", "civilian", "optical"]),
            "place": st.sampled_from(["area:North", "area:South"]),
            "area": st.sampled_from(["", "North"]),
            "direction": st.sampled_from(["", "W to E"]),
            "party": st.sampled_from(["", "party-x", "party-y"]),
            "count": counts(),
            "weapon": st.sampled_from(["", "mortar", "tank"]),
            "flags": st.sampled_from(["", "outside-storage", "zone-assumed in-security-zone", "not-verifiable drill"]),
        }
    ),
    max_size=25,
)


def window(start_min: int, length_min: int) -> Interval:
    start = NOON + timedelta(minutes=start_min)
    return Interval(start, start + timedelta(minutes=length_min))


def figures(
    tables: Make, rows: Rows, spell: Interval, rules: Sequence[Rule] | None = None
) -> dict[tuple[str, str, str, str], CountFigure]:
    lines = count_lines(*tables(rows), rules or all_rules(), [("plain", spell)], KYIV, ())
    return {(line.rule, str(line.parameters), line.phenomenon, line.stratum): line.inside for line in lines}


@LAWS
@given(rows=ROWS, start=MINUTES, first=st.integers(1, 2000), second=st.integers(1, 2000))
def test_items_of_adjacent_windows_add_up(tables: Make, rows: Rows, start: int, first: int, second: int):
    parts = [window(start, first), window(start + first, second)]
    one, two = (figures(tables, rows, part, [SmmItem()]) for part in parts)
    whole = figures(tables, rows, window(start, first + second), [SmmItem()])
    assert {key: figure.best for key, figure in whole.items()} == {key: one[key].best + two[key].best for key in whole}


@LAWS
@given(rows=ROWS, start=MINUTES, length=st.integers(1, 4000))
def test_low_is_at_most_best_and_best_at_most_high(tables: Make, rows: Rows, start: int, length: int):
    for figure in figures(tables, rows, window(start, length)).values():
        assert figure.low <= figure.best
        assert figure.high is None or figure.best <= figure.high


@LAWS
@given(rows=ROWS, start=MINUTES, length=st.integers(1, 4000))
def test_episodes_and_site_days_are_at_most_the_rows(tables: Make, rows: Rows, start: int, length: int):
    spell = window(start, length)
    single = [row | {"count": (1, 1, 1)} for row in rows]
    found = figures(tables, single, spell)
    for (rule, _, phenomenon, stratum), figure in found.items():
        if rule in {"episode", "site-day"} and stratum != "any":
            assert figure.best <= found["smm-item", "()", phenomenon, stratum].best


@LAWS
@given(rows=ROWS, start=MINUTES, length=st.integers(1, 4000), gaps=st.tuples(st.integers(0, 600), st.integers(0, 600)))
def test_a_longer_gap_never_gives_more_episodes(
    tables: Make, rows: Rows, start: int, length: int, gaps: tuple[int, int]
):
    short, long = (figures(tables, rows, window(start, length), [Episode(gap)]) for gap in sorted(gaps))
    assert [a.best for a in long.values()] <= [a.best for a in short.values()]
    assert all(b.best <= a.best for a, b in zip(short.values(), long.values(), strict=True))


@LAWS
@given(rows=ROWS, start=MINUTES, length=st.integers(1, 4000), data=st.data())
def test_the_order_of_rows_is_irrelevant(tables: Make, rows: Rows, start: int, length: int, data: st.DataObject):
    shuffled = data.draw(st.permutations(rows))
    spell = window(start, length)
    assert figures(tables, rows, spell) == figures(tables, shuffled, spell)


@LAWS
@given(rows=ROWS, far=ROWS, start=MINUTES, length=st.integers(1, 4000))
def test_rows_outside_every_window_change_nothing(tables: Make, rows: Rows, far: Rows, start: int, length: int):
    spell = window(start, length)
    before = [row | {"minute": start - 1000 + row["minute"] % 90, "lasts_min": 5} for row in far]
    after = [row | {"minute": start + length + row["minute"] % 90} for row in far]
    alone = figures(tables, rows, spell)
    joined = figures(tables, [*before, *rows, *after], spell)
    assert {key: joined[key] for key in alone} == alone
    assert all(figure == CountFigure(0, 0, 0) for key, figure in joined.items() if key not in alone)


@LAWS
@given(rows=ROWS, start=MINUTES, length=st.integers(1, 4000))
def test_exchanging_the_parties_changes_nothing(tables: Make, rows: Rows, start: int, length: int):
    spell = window(start, length)
    exchanged = exchange_parties(rows, ("party-x", "party-y"))
    assert figures(tables, rows, spell) == figures(tables, exchanged, spell)


@LAWS
@given(rows=ROWS, start=MINUTES, length=st.integers(1, 4000))
def test_site_days_equal_a_count_by_hand(seen: Make, tables: Make, rows: Rows, start: int, length: int):
    spell = window(start, length)
    units: dict[tuple[str, str], set[tuple[str, object]]] = {}
    for row in (seen(**row) for row in rows):
        at = NOON + timedelta(minutes=row.minute)
        units.setdefault((row.phenomenon, row.stratum), set())
        if spell.contains(at) and row.count[2] != 0:
            units[row.phenomenon, row.stratum].add((row.place, at.astimezone(KYIV).date()))
    found = figures(tables, rows, spell, [SiteDay()])
    by_stratum = {key[2:]: figure.best for key, figure in found.items() if key[3] != "any"}
    assert by_stratum == {key: len(days) for key, days in units.items()}


@LAWS
@given(rows=ROWS, start=MINUTES, length=st.integers(1, 4000), gap=st.integers(0, 300), room=st.integers(1, 10**12))
def test_a_timeline_that_begins_again_counts_the_same(
    tables: Make, rows: Rows, start: int, length: int, gap: int, room: int
):
    spell = window(start, length)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(episodes, "_ROOM", room)
        crowded = figures(tables, rows, spell, [Episode(gap)])
    assert crowded == figures(tables, rows, spell, [Episode(gap)])


@LAWS
@given(rows=ROWS, start=MINUTES, length=st.integers(1, 4000))
def test_a_gap_beyond_all_measure_leaves_one_episode_a_front(tables: Make, rows: Rows, start: int, length: int):
    spell = window(start, length)
    endless = figures(tables, rows, spell, [Episode(10**15)])
    month = figures(tables, rows, spell, [Episode(60 * 24 * 30)])
    assert [one.best for one in endless.values()] == [one.best for one in month.values()]


@LAWS
@given(rows=ROWS, start=MINUTES, length=st.integers(1, 4000), gap=st.integers(0, 300), data=st.data())
def test_the_range_holds_whatever_may_have_been(
    tables: Make, rows: Rows, start: int, length: int, gap: int, data: st.DataObject
):
    """Every row gets a moment in its span, those that may be nothing are or are not, and all is counted by hand."""
    spell = window(start, length)
    places = st.sampled_from(["area:North", "area:South", "unknown:"])
    rows = [row | {"place": data.draw(places), "phenomenon": "burst", "stratum": "patrol"} for row in rows]
    chosen = [(row, data.draw(st.floats(0, 1, exclude_max=True)), data.draw(st.booleans())) for row in rows]
    happened = [
        as_it_was(row, share, data.draw(st.sampled_from(["area:North", "area:South", "a", "b", "c"])))
        for row, share, occurred in chosen
        if row["count"][2] != 0 and (row["count"][0] > 0 or occurred)
    ]
    inside = sorted((one for one in happened if start <= one[1] < start + length), key=lambda one: one[1])
    found = figures(tables, rows, spell, [Episode(gap), SiteDay(), PerIncident()])
    truth = {"episode": episodes_by_hand(inside, gap), "site-day": site_days_by_hand(inside), "incident": len(inside)}
    for (rule, *_), figure in found.items():
        assert figure.low <= truth[rule]
        assert figure.high is None or truth[rule] <= figure.high


def as_it_was(row: dict[str, Any], share: float, elsewhere: str) -> tuple[tuple[str, str], float, float, str]:
    """The front, start and end in minutes, and site of a row, when it happened at that share of its span."""
    place = elsewhere if row["place"] == "unknown:" else row["place"]
    front = (row["area"] or row["place"], row["direction"])
    if not row["sometime"]:
        return front, row["minute"], row["minute"] + row["lasts_min"], place
    moment = row["minute"] + share * row["lasts_min"]
    return front, moment, moment, place


@LAWS
@given(rows=ROWS, start=MINUTES, length=st.integers(1, 4000))
def test_classes_add_up_to_every_item(tables: Make, rows: Rows, start: int, length: int):
    rules = [SmmItem(), WeaponClass(), WithdrawalLines()]
    lines = count_lines(*tables(rows), rules, [("plain", window(start, length))], KYIV, ())
    items = {(one.phenomenon, one.stratum): one.inside for one in lines if one.rule == "smm-item"}
    for rule, kinds in (("weapon-class", WITH_WEAPONS), ("withdrawal-lines", ("weapon-presence",))):
        parts = [one for one in lines if one.rule == rule]
        assert {(one.phenomenon, one.stratum) for one in parts} == {key for key in items if key[0] in kinds}
        for key in {(one.phenomenon, one.stratum) for one in parts}:
            mine = [one.inside for one in parts if (one.phenomenon, one.stratum) == key]
            assert added(mine) == items[key]


def added(figures: Sequence[CountFigure]) -> CountFigure:
    highs = [one.high for one in figures]
    high = None if None in highs else sum(one for one in highs if one is not None)
    return CountFigure(sum(one.low for one in figures), sum(one.best for one in figures), high)


@LAWS
@given(rows=ROWS, start=MINUTES, length=st.integers(1, 4000))
def test_all_the_dead_are_the_sum_of_their_kinds(tables: Make, rows: Rows, start: int, length: int):
    lines = count_lines(*tables(rows), casualty_rules(), [("plain", window(start, length))], KYIV, ())
    by_what: dict[tuple[str, bool], list[CountFigure]] = {}
    for line in lines:
        what = dict(line.parameters)["what"]
        by_what.setdefault((line.stratum, what == "counted"), []).append(line.inside)
    for stratum, counted in list(by_what):
        assert added(by_what[stratum, counted]) == added(by_what[stratum, True])


@LAWS
@given(rows=ROWS, start=MINUTES, length=st.integers(1, 4000), gap=st.integers(0, 300))
def test_regrouping_equals_a_count_by_hand(tables: Make, rows: Rows, start: int, length: int, gap: int):
    spell = window(start, length)
    fire = [row for row in rows if row["phenomenon"] in {"explosion", "burst"} and row["count"][2] != 0]
    inside = sorted((row for row in fire if start <= row["minute"] < start + length), key=lambda row: row["minute"])
    alike = [
        ((row["area"] or row["place"], ""), row["minute"], row["minute"] + lasted, "")
        for row in inside
        for lasted in (0 if row["sometime"] else row["lasts_min"],)
    ]
    found = figures(tables, rows, spell, [OneHourRegrouping(gap)])
    assert {key[2] for key in found} <= {"any-fire"}
    assert [one.best for key, one in found.items() if key[3] == "any"] == [episodes_by_hand(alike, gap)] * bool(
        [row for row in rows if row["phenomenon"] in {"explosion", "burst"}]
    )


@LAWS
@given(rows=ROWS, start=MINUTES, length=st.integers(1, 4000))
def test_regrouping_without_a_gap_is_never_less(tables: Make, rows: Rows, start: int, length: int):
    spell = window(start, length)
    none, hour = (figures(tables, rows, spell, [OneHourRegrouping(gap)]) for gap in (0, 60))
    assert all(a.best >= b.best for a, b in zip(none.values(), hour.values(), strict=True))


@LAWS
@given(rows=ROWS, start=MINUTES, length=st.integers(1, 4000))
def test_the_reason_says_how_the_figure_comes_about(tables: Make, rows: Rows, start: int, length: int):
    spell = [("plain", window(start, length))]
    rules = all_rules()
    lines = count_lines(*tables(rows), rules, spell, KYIV, ())
    made = makings(*tables(rows), rules, spell, KYIV)
    told = [line for line in lines if "class" not in dict(line.parameters)]
    assert len(made) == len(told)
    for line in told:
        values = dict(made["plain", rule_label(line), line.phenomenon, line.stratum].values)
        best = line.inside.best
        if line.rule in {"episode", "one-hour-regrouping"}:
            assert values["rows"] - values["merged"] == best
            assert values.get("fronts", values.get("places")) <= best
        elif line.rule == "site-day":
            assert values["rows"] >= best >= max(values["places"], values["days"]) or not values["rows"]
        elif line.rule == "casualties":
            assert best == values.get(dict(line.parameters)["what"], sum(values.values()))
        else:
            assert best == values.get("items", values.get("incidents"))


@LAWS
@given(rows=ROWS, others=ROWS, start=MINUTES, length=st.integers(1, 4000))
def test_rows_of_another_kind_change_nothing_elsewhere(tables: Make, rows: Rows, others: Rows, start: int, length: int):
    spell = window(start, length)
    alone = figures(tables, rows, spell)
    joined = figures(tables, [*rows, *(row | {"phenomenon": "gnss-interference"} for row in others)], spell)
    assert {key: one for key, one in joined.items() if key[2] != "gnss-interference"} == alone


def episodes_by_hand(inside: list[tuple[tuple[str, str], float, float, str]], gap: int) -> int:
    count, latest = 0, dict[tuple[str, str], float]()
    for front, start, end, _ in inside:
        count += front not in latest or start - latest[front] > gap
        latest[front] = max(end, latest.get(front, end))
    return count


def site_days_by_hand(inside: list[tuple[tuple[str, str], float, float, str]]) -> int:
    return len({(place, (NOON + timedelta(minutes=start)).astimezone(KYIV).date()) for _, start, _, place in inside})


def test_the_law_of_parties_reaches_the_rows(seen: Make):
    assert exchange_parties(seen(0, party="party-x"), ("party-x", "party-y")) == replace(seen(0), party="party-y")
