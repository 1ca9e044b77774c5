"""More reports of one teller from one place and time than are weighed one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mixed_evidence import background, evidence_of, of_one_incident, seen

from truceline.fusion.crowding import CROWDS, Reported, crowded
from truceline.fusion.weighing import Weighed, weigh
from truceline.model import Observation, PointPlace, id_of

(LENGTH_S, MOST, FEW), (LONG_S, MOST_LONG, FEW_LONG) = CROWDS
SECOND_US = 1_000_000
BEGIN_S = 1_932_768_000


def reports(
    at_s: Sequence[float], *, error_m: float | Sequence[float] = 800.0, seed: int = 1, **more: object
) -> Reported:
    """Reports of one teller within some hundred metres."""
    number, chance = len(at_s), np.random.default_rng(seed)
    zeros = np.zeros(number, np.int64)
    begin_us = ((np.asarray(at_s) + BEGIN_S) * SECOND_US).astype(np.int64)
    told = Reported(
        zeros, zeros > 0, zeros, 48.05 + chance.normal(0, 0.002, number), 37.05 + chance.normal(0, 0.002, number),
        np.broadcast_to(np.asarray(error_m, float), number), begin_us,
        zeros, chance.permutation(number).astype(np.uint64),
    )  # fmt: skip
    return told._replace(**more)


def weighed_of(said: Reported) -> np.ndarray:
    return np.flatnonzero(crowded(said) == np.arange(len(said.id)))


def taken(said: Reported, rows: np.ndarray) -> Reported:
    return Reported._make(column[rows] for column in said)


def test_so_many_as_may_be_weighed_are_no_crowd():
    assert len(weighed_of(reports(np.linspace(0, LENGTH_S - 1, MOST)))) == MOST
    assert len(weighed_of(reports([]))) == 0


@pytest.mark.parametrize("instrument", [False, True])
def test_of_more_so_many_are_weighed_and_from_all_of_the_time(instrument: bool):
    at_s, weighed = np.linspace(0, LENGTH_S - 1, 20 * MOST), MOST if instrument else FEW
    said = reports(at_s, instrument=np.full(20 * MOST, instrument))
    chosen = weighed_of(said)
    assert len(chosen) == weighed
    assert np.diff(np.sort(said.begin_us[chosen])).max() < 2.1 * LENGTH_S / weighed * SECOND_US


def test_the_most_exact_of_each_part_of_the_time_come_first():
    error_m = np.full(10 * MOST, 1_000.0)
    error_m[100 :: 10 * MOST // FEW] = 600.0
    chosen = weighed_of(reports(np.linspace(0, LENGTH_S - 1, 10 * MOST), error_m=error_m))
    assert (chosen == np.flatnonzero(error_m == 600.0)).all()


def test_of_a_burst_within_a_second_the_most_exact_are_weighed():
    error_m = np.linspace(1_000.0, 600.0, 5 * MOST)
    chosen = weighed_of(reports(np.linspace(0, 1, 5 * MOST), error_m=error_m))
    assert (chosen == np.arange(5 * MOST - FEW, 5 * MOST)).all()


@pytest.mark.parametrize("rate", [50, 100, 200])
def test_of_a_day_long_flood_so_many_are_weighed_of_the_day_whether_ten_minutes_are_a_crowd_or_not(rate: int):
    number = 144 * rate
    said = reports(np.linspace(0, LONG_S - 1, number))
    chosen = weighed_of(said)
    assert len(chosen) == FEW_LONG
    assert np.diff(np.sort(said.begin_us[chosen])).max() < 3 * LONG_S / FEW_LONG * SECOND_US


@pytest.mark.parametrize("which", ["teller", "kind", "lat"])
def test_other_tellers_kinds_and_places_are_other_crowds(which: str):
    said = reports(np.linspace(0, LENGTH_S - 1, 2 * MOST))
    assert len(said.id) // 2 == MOST
    half = np.arange(2 * MOST) % 2
    other = said.lat + half if which == "lat" else half
    assert len(weighed_of(said)) == FEW
    assert len(weighed_of(said._replace(**{which: other}))) == 2 * MOST


def test_who_gave_no_error_is_in_a_crowd_as_well():
    assert len(weighed_of(reports(np.linspace(0, LENGTH_S - 1, 9 * MOST), error_m=np.nan))) == FEW


def test_time_spans_of_a_day_are_as_like_as_their_length():
    said = reports(np.linspace(0, 7 * LONG_S, 7 * MOST), span_us=np.full(7 * MOST, int(LONG_S) * SECOND_US))
    assert len(weighed_of(said)) < 7 * MOST


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 1_500))
def test_who_is_weighed_does_not_depend_on_the_order_nor_on_who_the_tellers_are(seed: int, number: int):
    chance = np.random.default_rng(seed)
    said = reports(
        np.round(chance.uniform(0, 1_500, number)), error_m=chance.choice([500.0, 800.0, 3_000.0, np.nan], number),
        seed=seed, teller=chance.integers(0, 2, number), span_us=chance.choice([0, 10**9], number),
    )  # fmt: skip
    stands = crowded(said)
    order = chance.permutation(number)
    mixed = taken(said, order)
    assert (mixed.id[crowded(mixed)] == said.id[stands][order]).all()
    assert (crowded(said._replace(teller=1 - said.teller)) == stands).all()
    chosen = weighed_of(said)
    assert len(weighed_of(taken(said, chosen))) == len(chosen)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_who_is_set_aside_stands_with_a_weighed_report_of_its_teller_near_in_time(seed: int):
    chance = np.random.default_rng(seed)
    said = reports(chance.uniform(0, 600, 2_000), seed=seed, teller=chance.integers(0, 2, 2_000))
    stands = crowded(said)
    assert np.isin(stands, weighed_of(said)).all()
    assert (said.teller[stands] == said.teller).all()
    assert np.abs(said.begin_us[stands] - said.begin_us).max() < 200 * SECOND_US


def event() -> list[Observation]:
    """A patrol, posts and a satellite of one event, among others."""
    chance = np.random.default_rng(4)
    told = of_one_incident(chance, 8_888, ("patrol", "posts", "pixels"))
    return [*background(np.random.default_rng(1), 30), *told]


def flood(source: str, number: int) -> list[Observation]:
    """Messages of one channel in the ten minutes around the event, wherever it was."""
    chance = np.random.default_rng(7)
    begin, place = event()[-2].time.start, event()[-2].place
    first = seen("posts", "x", 0.0, PointPlace(48.0, 37.0, 1.0)).time.start
    at_s = (begin - first).total_seconds()
    lat, lon = place.lat, place.lon  # type: ignore[union-attr]
    return [
        seen(source, f"m{turn}", at_s - 300.0 + 600.0 * turn / number,
             PointPlace(lat + off[0], lon + off[1], 3_000.0), words="heard")
        for turn, off in enumerate(chance.normal(0, 0.02, (number, 2)))
    ]  # fmt: skip


def with_flood(source: str, number: int = 2_000) -> Weighed:
    return weigh(evidence_of([*event(), *flood(source, number)]))


def of_the_event(found: Weighed) -> tuple[set[int], tuple[float, float, float]]:
    """The members of the event's incident that are not of the flood, and where it is."""
    number = id_of(f"posts\x1f{event()[-2].key}")
    members, table = found.fused.membership, found.fused.incidents
    incident = members.incident[members.observation == np.uint64(number)][0]
    known = {id_of(f"{one.source}\x1f{one.key}") for one in event()}
    row = int(np.flatnonzero(table.id == incident)[0])
    inside = set(members.observation[members.incident == incident].tolist()) & known
    return inside, (float(table.lat[row]), float(table.lon[row]), float(table.radius_m[row]))


def test_a_flood_changes_no_other_channels_incident_beyond_its_error():
    before, (lat, lon, radius_m) = of_the_event(weigh(evidence_of(event())))
    for source in ("side-a", "side-b", "bulletin"):
        found = with_flood(source)
        after, (lat_now, lon_now, _) = of_the_event(found)
        assert after == before
        moved_m = np.hypot((lat_now - lat) * 111_195, (lon_now - lon) * 74_400)
        assert moved_m < radius_m


def test_the_run_tells_how_many_were_set_aside_and_of_whom_and_loses_none():
    found = with_flood("side-a")
    aside = found.summary.apart["crowd"]
    assert aside > 1_000
    assert found.summary.crowded == {"party A, party-a": aside}
    assert len(found.fused.membership.observation) == len(event()) + 2_000
    assert found.fused.incidents.members.sum() == len(event()) + 2_000
    standings = found.standings
    by_crowd = np.isnan(standings.false)
    assert int(by_crowd.sum()) == aside
    assert np.isin(standings.telling[by_crowd], standings.observation[~by_crowd]).all()


def test_both_parties_floods_are_treated_alike():
    one, other = with_flood("side-a"), with_flood("side-b")
    for name in ("start_us", "end_us", "lat", "lon", "radius_m", "members"):
        left, right = (np.sort(getattr(each.fused.incidents, name)) for each in (one, other))
        assert (left == right).all(), name
    assert list(one.summary.crowded.values()) == list(other.summary.crowded.values())


def test_a_flood_in_another_order_is_the_same():
    told = [*event(), *flood("side-a", 800)]
    one = weigh(evidence_of(told))
    other = weigh(evidence_of([replace(each) for each in reversed(told)]))
    assert (one.fused.membership.incident == other.fused.membership.incident).all()
    assert one.summary.crowded == other.summary.crowded


def test_nobody_is_set_aside_on_an_ordinary_day():
    assert "crowd" not in weigh(evidence_of(background(np.random.default_rng(1), 300))).summary.apart
