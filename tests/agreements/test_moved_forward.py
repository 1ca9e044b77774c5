"""Who must leave a strip beside a line, or stay out of it, is not freed by going forward over the line."""

from __future__ import annotations

import pytest
from told import hours, truce

from truceline.agreements.loading import parse_agreement
from truceline.model import AllOf, InBand, Outside, Side, Where

LINE = "[{id: contact, slot: the line of the annex map, left: party-north, right: party-south}]"
BAND = "{line: contact, from: 0 km, to: 25 km}"
FORWARD, AS_WRITTEN = Side.OWN_AND_BEYOND, Side.OWN


def bound(norm: str, where: str = BAND) -> Where:
    (found,) = parse_agreement(truce(f"id: n, who: each, {norm}{_until(norm)}, where: {where}", lines=LINE)).norms
    return found.where


def _until(norm: str) -> str:
    return f", when: {{until: '{hours(48).start.isoformat()}'}}" if "achievement" in norm else ""


def side_of(where: Where) -> Side:
    assert isinstance(where, InBand)
    return where.side


@pytest.mark.parametrize(
    ("norm", "side"),
    [
        ("kind: forbid, act: heavy-weapons", FORWARD),
        ("kind: forbid, act: troop-presence", FORWARD),
        ("kind: oblige, mode: achievement, act: withdraw-weapons", FORWARD),
        ("kind: oblige, mode: achievement, act: withdraw-forces", FORWARD),
        ("kind: oblige, mode: achievement, act: clear-mines", AS_WRITTEN),
        ("kind: oblige, mode: achievement, act: deploy-forces", AS_WRITTEN),
        ("kind: forbid, act: ground-fire", AS_WRITTEN),
        ("kind: permit, act: heavy-weapons", AS_WRITTEN),
        ("kind: power, act: suspend", AS_WRITTEN),
    ],
)
def test_only_what_can_be_moved_forward_and_must_not_be_there_reaches_beyond_the_line(norm: str, side: Side):
    assert side_of(bound(norm)) is side


@pytest.mark.parametrize(
    ("band", "side"),
    [
        ("{line: contact, width: 50 km, measured: total-width}", FORWARD),
        ("{line: contact, from: 0 km, to: 25 km, side: own}", FORWARD),
        ("{line: contact, from: 0 km, to: 25 km, side: own-only}", Side.OWN_ONLY),
        ("{line: contact, from: 0 km, to: 25 km, side: other}", Side.OTHER),
        ("{line: contact, from: 0 km, to: 25 km, side: both}", Side.BOTH),
        ("{line: contact, from: 10 km, to: 25 km}", AS_WRITTEN),
    ],
)
def test_a_strip_reaches_beyond_its_line_where_it_begins_there_and_the_text_does_not_end_there(band: str, side: Side):
    assert side_of(bound("kind: forbid, act: heavy-weapons", band)) is side


def test_a_strip_among_others_reaches_beyond_its_line_and_one_outside_which_is_meant_does_not():
    forbids = "kind: forbid, act: heavy-weapons"
    among = bound(forbids, f"{{all: [{BAND}, {{line: contact, from: 0 km, to: 70 km, side: both}}]}}")
    assert isinstance(among, AllOf)
    assert [side_of(part) for part in among.parts] == [FORWARD, Side.BOTH]
    rest = bound(forbids, f"{{outside: {BAND}}}")
    assert isinstance(rest, Outside)
    assert side_of(rest.of) is AS_WRITTEN
