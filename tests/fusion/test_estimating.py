"""What several observations of one incident say together."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion.estimating import Voice, estimate, place_of
from truceline.model import Spread
from truceline.model.geodesy import plane_at

PLANE = plane_at(37.0, 48.0)
LAWS = settings(max_examples=60, deadline=None)


def voice(row: int, x_m: float = 0.0, y_m: float = 0.0, sigma_m: float = 100.0, **more: object) -> Voice:
    place = ((1.0, Spread(x_m, y_m, sigma_m**2, 0.0, sigma_m**2)),)
    usual = {"begin_s": 0.0, "end_s": 0.0, "scatter_s": 10.0, "false": 0.3}
    return Voice(row, row, row, **{"place": place, **usual, **more})


VOICES = st.lists(
    st.builds(
        lambda x, y, sigma, begin, span, scatter, false: voice(
            0, x, y, sigma, begin_s=begin, end_s=begin + span, scatter_s=scatter, false=false
        ),
        *(st.floats(-5e3, 5e3), st.floats(-5e3, 5e3), st.floats(5.0, 5e3)),
        *(st.floats(-500, 500), st.sampled_from([0.0, 60.0, 86_400.0]), st.sampled_from([0.0, 5.0, 600.0])),
        st.floats(0.0, 1.0),
    ),
    min_size=1,
    max_size=5,
).map(lambda many: [replace(one, row=row, teller=row, telling=row) for row, one in enumerate(many)])


def test_two_that_are_equally_exact_meet_in_the_middle_and_are_surer():
    said = estimate([voice(0, -50.0), voice(1, 50.0)])
    assert said.middle.x_m == pytest.approx(0.0)
    assert said.middle.xx_m2 == pytest.approx(100.0**2 / 2)
    assert said.real == pytest.approx(1 - 0.09)
    assert said.own_place == said.own_time == -1


def test_two_that_contradict_each_other_are_not_surer_than_either():
    said = estimate([voice(0, -1_000.0), voice(1, 1_000.0)])
    assert said.disagreement == pytest.approx(100.0)
    assert math.sqrt(said.middle.xx_m2) > 500.0


def test_a_copy_and_a_second_word_of_one_source_add_nothing():
    first, second = voice(0), voice(1, 80.0)
    copy, again = replace(voice(2), telling=0), replace(voice(3, 10.0, sigma_m=150.0), teller=0)
    assert estimate([first, second, copy]) == estimate([first, second])
    with_again = estimate([first, second, again])
    assert with_again.place == estimate([first, second]).place
    assert with_again.real > estimate([first, second]).real


def test_one_voice_keeps_its_own_place_and_time():
    said = estimate([voice(7, begin_s=3.0, end_s=9.0)])
    assert (said.own_place, said.own_time, said.begin_s, said.end_s) == (7, 7, 3.0, 9.0)


def test_a_day_and_a_second_leave_the_second():
    day = voice(0, begin_s=0.0, end_s=86_400.0, scatter_s=0.0)
    moment = voice(1, begin_s=40_000.0, end_s=40_000.0, scatter_s=2.0)
    said = estimate([day, moment])
    assert said.begin_s == pytest.approx(40_000.0 - 1.96 * 2.0, abs=0.1)
    assert said.end_s == pytest.approx(40_000.0 + 1.96 * 2.0, abs=0.1)


def test_two_stated_spans_leave_what_they_share_or_all_if_they_share_nothing():
    one, other = (voice(0, begin_s=0.0, end_s=100.0, scatter_s=0.0), voice(1, begin_s=60.0, end_s=160.0, scatter_s=0.0))
    assert (estimate([one, other]).begin_s, estimate([one, other]).end_s) == (60.0, 100.0)
    apart = replace(other, begin_s=200.0, end_s=300.0)
    assert (estimate([one, apart]).begin_s, estimate([one, apart]).end_s) == (0.0, 300.0)


def test_a_sector_tells_an_event_from_its_mirror_image():
    lobes = ((0.5, Spread(0.0, 4_000.0, 900.0, 0.0, 900.0)), (0.5, Spread(0.0, -4_000.0, 900.0, 0.0, 900.0)))
    event = voice(0, place=lobes)
    alone = place_of(estimate([event]).place, PLANE)
    assert alone.mirror is not None
    assert alone.mirror.share == pytest.approx(0.5)
    both = estimate([event, voice(1, 0.0, 3_500.0, 800.0)])
    assert both.middle.y_m == pytest.approx(4_000.0, abs=5.0)
    assert place_of(both.place, PLANE).mirror is None


def test_an_ellipse_is_as_long_and_turned_as_the_covariance():
    east = place_of(((1.0, Spread(0.0, 0.0, 90_000.0, 0.0, 10_000.0)),), PLANE)
    assert (east.major_m, east.minor_m) == pytest.approx((300 * 2.4477, 100 * 2.4477), rel=1e-4)
    assert east.azimuth_deg == pytest.approx(90.0, abs=0.01)
    told = east.density().moments()
    assert (told.xx_m2, told.yy_m2) == pytest.approx((90_000.0, 10_000.0), rel=1e-3)


@LAWS
@given(VOICES, st.randoms())
def test_the_order_of_members_does_not_matter(members: list[Voice], chance: object):
    mixed = list(members)
    chance.shuffle(mixed)
    one, other = estimate(members), estimate(mixed)
    assert one.middle.x_m == pytest.approx(other.middle.x_m, abs=1e-6)
    assert one.middle.xx_m2 == pytest.approx(other.middle.xx_m2, rel=1e-9)
    assert (one.begin_s, one.end_s, one.real) == pytest.approx((other.begin_s, other.end_s, other.real))


@LAWS
@given(VOICES)
def test_no_estimate_is_wider_than_its_most_exact_member_unless_they_disagree(members: list[Voice]):
    said = estimate(members)
    spread = said.middle
    narrowest = min(one.width_m2 for one in members)
    assert 0 <= said.real <= 1
    assert said.begin_s <= said.end_s
    assert spread.xx_m2 * spread.yy_m2 > spread.xy_m2**2
    assert math.sqrt(spread.xx_m2 * spread.yy_m2 - spread.xy_m2**2) <= narrowest * said.disagreement * (1 + 1e-6)


@LAWS
@given(VOICES, st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.floats(-1e5, 1e5))
def test_moving_everything_moves_the_estimate(members: list[Voice], x_m: float, y_m: float, time_s: float):
    def moved(one: Voice) -> Voice:
        ((share, spread),) = one.place
        place = ((share, replace(spread, x_m=spread.x_m + x_m, y_m=spread.y_m + y_m)),)
        return replace(one, place=place, begin_s=one.begin_s + time_s, end_s=one.end_s + time_s)

    here, there = estimate(members), estimate([moved(one) for one in members])
    assert there.middle.x_m == pytest.approx(here.middle.x_m + x_m, abs=1e-3)
    assert there.middle.yy_m2 == pytest.approx(here.middle.yy_m2, rel=1e-4)
    assert there.begin_s == pytest.approx(here.begin_s + time_s, abs=0.05)
