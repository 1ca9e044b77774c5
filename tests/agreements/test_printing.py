"""Norms as sentences, days on the calendar, lengths and areas on the ground: what a printout tells."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from truceline.agreements.acts import ACTS
from truceline.agreements.deeds import DEEDS, WITHDRAWALS
from truceline.agreements.loading import read_agreement
from truceline.agreements.printing.measuring import apart_m, area_km2, length_m
from truceline.agreements.printing.on_a_day import norm_on
from truceline.agreements.printing.sentences import Teller
from truceline.agreements.printing.words import doing, out_of, place, requirement
from truceline.agreements.register import UNNAMED
from truceline.agreements.space.zone import ReferenceLine, Zone
from truceline.model import (
    ANYTHING,
    AllOf,
    AnyOf,
    Bounds,
    Everywhere,
    InBand,
    InCorridor,
    InZone,
    ObjectTerm,
    Outside,
    Requirement,
    Side,
    WeaponTerm,
    Where,
    parse_moment,
)
from truceline.model.geodesy import WGS84

AGREEMENTS = Path(__file__).parents[1] / "scenarios" / "agreements"


@pytest.mark.parametrize("act", [*ACTS, *DEEDS])
def test_every_act_and_deed_ends_a_sentence(act: str):
    told = doing(act, ANYTHING)
    assert told
    assert "-" not in told.replace("self-defence", "")
    assert not told.endswith(" ")


def test_an_object_says_on_which_side_its_limit_lies():
    over = ObjectTerm((WeaponTerm("mortar", Bounds(over=100.0)),))
    least = ObjectTerm((WeaponTerm("mortar", Bounds(at_least=100.0)), WeaponTerm(names=("BM-30",))))
    assert doing("heavy-weapons", over) == "keep mortars of more than 100 mm (100 mm itself is free)"
    assert doing("heavy-weapons", least) == "keep mortars of 100 mm and more or BM-30"
    assert doing("strike", ObjectTerm((), ("power-plant",))) == "strike power plants"
    assert doing("strike", ObjectTerm((), ("refinery", "heating"))) == "strike refineries or heating plants"


PLACES = (
    (Everywhere(), "anywhere"),
    (InZone("towns", 2_000.0), "in towns or within 2 km of it"),
    (
        InBand((("party-north", "one"), ("party-south", "two")), 10_000.0, 20_000.0, Side.OTHER),
        "between 10 km and 20 km from its own reference line (party-north: one; party-south: two), on the other side",
    ),
    (InCorridor("road", 4_000.0), "in the corridor along road, 4 km wide in all (2 km to either side)"),
    (Outside(InZone("zone")), "anywhere except in zone"),
    (AllOf((InZone("a"), Outside(InZone("b")))), "in a and at the same time (anywhere except in b)"),
    (AnyOf((Outside(InZone("a")), InZone("b"))), "(anywhere except in a) or in b"),
    (Outside(AnyOf((InZone("a"), InZone("b")))), "anywhere except (in a or in b)"),
    (AnyOf((InZone("a"), InZone("b"), InZone("c"))), "in a, in b or in c"),
)


@pytest.mark.parametrize(("where", "told"), PLACES, ids=[told for _, told in PLACES])
def test_every_kind_of_place_is_told(where: object, told: str):
    assert place(where) == told  # type: ignore[arg-type]  # the table holds places alone


_ONE_PLACE = st.sampled_from(
    [InZone("a"), InZone("b"), InZone("a", 2_000.0), InCorridor("road", 2_000.0), Everywhere()]
)
_NESTED = st.recursive(
    _ONE_PLACE,
    lambda inner: st.one_of(
        inner.map(Outside),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
    ),
    max_leaves=5,
)


@given(_NESTED, _NESTED)
def test_two_places_are_never_told_in_the_same_words(one: Where, other: Where):
    assert (place(one) == place(other)) == (one == other)


LEFT = (
    (InZone("zolote"), "out of zolote"),
    (InZone("towns", 2_000.0), "out of towns and of all within 2 km of it"),
    (
        InBand((("each", "contact"),), 0.0, 25_000.0),
        "out of the strip within 25 km of the line contact, on its own side",
    ),
    (InCorridor("road", 4_000.0), "out of the corridor along road, 4 km wide in all (2 km to either side)"),
    (Outside(InZone("zones")), "out of every place except in zones"),
    (AnyOf((InZone("a"), InZone("b"), InZone("c"))), "out of a, out of b and out of c"),
    (AllOf((InZone("a"), InZone("b"))), "out of all that lies in a and at the same time in b"),
    (AnyOf((InZone("a"), Outside(InZone("b")))), "out of all that lies in a or (anywhere except in b)"),
)


@pytest.mark.parametrize(("where", "told"), LEFT, ids=[told for _, told in LEFT])
def test_a_withdrawal_leads_out_of_a_place(where: Where, told: str):
    assert out_of(where) == told


WITHDRAWING = [
    (agreement.parent.name, norm.id)
    for agreement in sorted((Path(__file__).parents[2] / "cases").glob("*/agreement.yaml"))
    for norm in read_agreement(agreement).agreement.norms
    if norm.act in WITHDRAWALS and not isinstance(norm.where, Everywhere)
]


@pytest.mark.parametrize("case", sorted({case for case, _ in WITHDRAWING}))
def test_every_withdrawal_of_the_casebook_leads_out_of_its_place(case: str):
    agreement = read_agreement(Path(__file__).parents[2] / "cases" / case / "agreement.yaml").agreement
    told = {norm.id: Teller(agreement, agreement.readings[0], whole=True).sentence(norm) for norm in agreement.norms}
    for name in (norm for where, norm in WITHDRAWING if where == case):
        assert re.search(r" withdraw [^.]*? out of (the|every|all|[a-z])", told[name]), told[name]


def test_several_norms_that_come_first_have_been_achieved():
    agreement = read_agreement(Path(__file__).parents[2] / "cases" / "gaza-2025-01" / "agreement.yaml").agreement
    told = {norm.id: Teller(agreement, agreement.readings[0], whole=True).sentence(norm) for norm in agreement.norms}
    assert "only once hostages-day-1 and hostages-day-7 have been achieved" in told["withdraw-from-the-coast-road"]
    assert "only once hostages-of-the-first-stage has been achieved" in told["withdraw-from-the-border-corridor"]


def test_what_nobody_is_named_for_is_told_so():
    assert requirement(Requirement(entry="order", by=(UNNAMED,))) == "an order by somebody the text does not name"


def test_a_requirement_says_who_to_whom_and_how_long_before():
    notice = Requirement(entry="notice", by=("same",), to=("mechanism",), ahead_s=86_400)
    assert requirement(notice) == "a notice by the party that acts to mechanism at least 1 day before"


def test_days_from_an_event_are_set_on_the_local_calendar():
    agreement = read_agreement(AGREEMENTS / "duties.yaml").agreement
    teller = Teller(agreement, agreement.readings[0])
    told = {norm.id: teller.sentence(norm) for norm in agreement.norms}
    assert "by effective+P14D (2031-04-15 00:00 Europe/Kyiv), and keep it so from then on" in told["stay-withdrawn"]
    assert "with no deadline in the text. The text leaves open: when.until." in told["clear-mines"]
    assert "at least 200 trucks on each local day" in told["trucks"]


def test_an_exception_is_told_beside_the_rule_and_in_its_order():
    agreement = read_agreement(AGREEMENTS / "return-fire.yaml").agreement
    teller = Teller(agreement, agreement.readings[0])
    rule, exception = (teller.sentence(norm) for norm in agreement.norms)
    assert rule.endswith("Exceptions, the first that fits goes before: return-fire.")
    assert (
        "offensive by the other party seen at most 6 hours before, wherever it was; an order by the party that acts"
        in exception
    )


def test_a_norm_binds_from_its_first_moment_to_its_last():
    agreement = read_agreement(AGREEMENTS / "ceasefire.yaml").agreement
    teller = Teller(agreement, agreement.readings[0])
    for moment, binds in (
        ("2031-03-31T23:59:59+03:00", False),
        ("2031-04-01T00:00:00+03:00", True),
        ("2031-04-30T23:59:59+03:00", True),
        ("2031-05-01T00:00:00+03:00", False),
    ):
        assert (norm_on(teller, agreement.norms[0], parse_moment(moment)) == "") is binds


@given(st.floats(-70.0, 70.0), st.floats(-170.0, 160.0), st.floats(0.01, 3.0))
def test_a_parallel_is_as_long_as_it_is_on_the_ground(lat: float, lon: float, east: float):
    line = ReferenceLine("parallel", (np.array([[lon, lat], [lon + east, lat]]),))
    steps = np.linspace(lon, lon + east, 400)
    expected = WGS84.line_length(steps, np.full(400, lat))
    assert length_m(line) == pytest.approx(expected, rel=1e-6)


@given(st.floats(-70.0, 70.0), st.floats(-170.0, 160.0))
def test_an_area_does_not_depend_on_the_turn_of_its_ring(lat: float, lon: float):
    one, other = (Zone("box", box(lon, lat, lon + 1.0, lat + 1.0, ccw=turn)) for turn in (True, False))
    assert area_km2(one) == pytest.approx(area_km2(other), rel=1e-9)
    assert area_km2(one) > 0.0


def test_a_hole_is_no_area():
    whole = Zone("whole", box(37.0, 48.0, 38.0, 49.0))
    holed = Zone("holed", box(37.0, 48.0, 38.0, 49.0) - box(37.4, 48.4, 37.6, 48.6))
    hole = Zone("hole", box(37.4, 48.4, 37.6, 48.6))
    assert area_km2(holed) == pytest.approx(area_km2(whole) - area_km2(hole), rel=1e-6)


def test_how_far_two_lines_lie_apart_is_the_same_both_ways_and_nothing_for_one_line():
    one = ReferenceLine("one", (np.array([[37.0, 48.0], [38.0, 48.0]]),))
    other = ReferenceLine("other", (np.array([[37.0, 48.0], [37.5, 48.2], [38.0, 48.0]]),))
    assert apart_m(one, other) == apart_m(other, one) == pytest.approx(22_240.0, rel=2e-3)
    assert apart_m(one, one) < 1e-3
