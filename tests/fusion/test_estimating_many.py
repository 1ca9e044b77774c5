"""What the members of many incidents say together: the same as is said of each by itself."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion.estimating import Voice, estimate, place_of, voices
from truceline.fusion.estimating_many import Voices, ellipses_of, estimate_all, speaking
from truceline.model import Spread
from truceline.model.geodesy import plane_at

PLANE = plane_at(37.0, 48.0)


@st.composite
def groups(draw: st.DrawFn) -> list[list[Voice]]:
    """Incidents with their members: points, long ellipses, moments, spans and days, copies and second words."""
    told, row = [], 0
    for _ in range(draw(st.integers(1, 6))):
        members = []
        for _ in range(draw(st.integers(1, 5))):
            along, across = draw(st.floats(5.0, 5e3)) ** 2, draw(st.floats(5.0, 5e3)) ** 2
            xy = draw(st.floats(-0.9, 0.9)) * np.sqrt(along * across)
            spread = Spread(draw(st.floats(-2e5, 2e5)), draw(st.floats(-5e3, 5e3)), along, float(xy), across)
            begin_s = draw(st.floats(-500.0, 500.0))
            members.append(
                Voice(
                    row, draw(st.integers(0, 4)), draw(st.sampled_from([row, max(0, row - 1)])), ((1.0, spread),),
                    begin_s, begin_s + draw(st.sampled_from([0.0, 60.0, 1_800.0, 86_400.0])),
                    draw(st.sampled_from([0.0, 0.5, 5.0, 600.0])), draw(st.floats(0.0, 1.0)), draw(st.floats(0.0, 1.0)),
                )
            )  # fmt: skip
            row += 1
        told.append(members)
    return told


def columns(told: list[list[Voice]]) -> Voices:
    rows = [
        (group, one.row, one.teller, one.telling, *_of(one.place[0][1]), one.begin_s, one.end_s, one.scatter_s,
         one.false, one.alone)
        for group, members in enumerate(told) for one in members
    ]  # fmt: skip
    whole = {"group", "row", "teller", "telling"}
    names = [each.name for each in fields(Voices)]
    if not rows:
        return Voices(*(np.zeros(0, np.int64 if name in whole else float) for name in names))
    return Voices(
        **{
            name: np.array(column, np.int64 if name in whole else float)
            for name, column in zip(names, zip(*rows, strict=True), strict=True)
        }
    )


def _of(spread: Spread) -> tuple[float, ...]:
    return spread.x_m, spread.y_m, spread.xx_m2, spread.xy_m2, spread.yy_m2


@settings(max_examples=200, deadline=None)
@given(groups())
def test_many_are_estimated_as_each_by_itself(told: list[list[Voice]]):
    said = estimate_all(columns(told))
    for at, members in enumerate(told):
        one = estimate(members)
        place, scale = one.middle, np.sqrt(max(one.middle.xx_m2, one.middle.yy_m2))
        assert (said.own_place[at], said.own_time[at]) == (one.own_place, one.own_time)
        assert np.hypot(said.x_m[at] - place.x_m, said.y_m[at] - place.y_m) < 1e-4 * scale
        found = [said.xx_m2[at], said.xy_m2[at], said.yy_m2[at]]
        assert found == pytest.approx([place.xx_m2, place.xy_m2, place.yy_m2], rel=1e-4, abs=1e-4 * scale**2)
        assert said.disagreement[at] == pytest.approx(one.disagreement, rel=1e-4)
        assert said.real[at] == pytest.approx(one.real, abs=1e-12)
        length = max(1e-3, one.end_s - one.begin_s)
        assert [said.begin_s[at], said.end_s[at]] == pytest.approx([one.begin_s, one.end_s], abs=1e-6 * length + 1e-9)


@settings(max_examples=100, deadline=None)
@given(groups(), st.booleans())
def test_the_same_voices_are_heard(told: list[list[Voice]], by_time: bool):
    heard = columns(told).row[speaking(columns(told), by_time=by_time)]
    assert heard.tolist() == [one.row for members in told for one in voices(members, by_time=by_time)]


@settings(max_examples=50, deadline=None)
@given(groups())
def test_ellipses_are_those_of_each_place(told: list[list[Voice]]):
    said = estimate_all(columns(told))
    ellipses = ellipses_of(said, PLANE, ["here"] * len(told))
    for at, ellipse in enumerate(ellipses):
        spread = Spread(*(float(getattr(said, name)[at]) for name in ("x_m", "y_m", "xx_m2", "xy_m2", "yy_m2")))
        one = place_of([(1.0, spread)], PLANE, area="here")
        assert (ellipse.lat, ellipse.lon) == pytest.approx((one.lat, one.lon), abs=2e-7)
        assert (ellipse.major_m, ellipse.minor_m) == pytest.approx((one.major_m, one.minor_m), abs=0.02)
        assert ellipse.area == "here"


def test_nobody_says_nothing():
    said = estimate_all(columns([]))
    assert len(said.real) == 0
    assert ellipses_of(said, PLANE, []) == []
