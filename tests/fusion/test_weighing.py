"""Evidence of every kind in one likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mixed_evidence import CHANNELS, background, evidence_of, of_one_incident, position, seen

from truceline.fusion.evidence import Apart, reports_of, teller_of
from truceline.fusion.weighing import Weighed, weigh
from truceline.model import (
    AreaPlace,
    EllipsePlace,
    MirrorImage,
    Observation,
    Phenomenon,
    PointPlace,
    UnknownPlace,
    id_of,
    strata_of,
)

EVERYBODY = ("patrol", "posts", "pixels", "wire", "page", "bulletin")


@cache
def around(seed: int = 1) -> tuple[Observation, ...]:
    """A background of sixty incidents."""
    return tuple(background(np.random.default_rng(seed), 60))


@cache
def one_incident() -> tuple[Observation, ...]:
    """What everybody says of one incident; the page prints the wire."""
    told = of_one_incident(np.random.default_rng(99), 9_999, EVERYBODY)
    wire = told[3]
    return (*told[:4], replace(told[4], words=f"{wire.words} (agency)", place=wire.place, time=wire.time), *told[5:])


@cache
def weighed() -> Weighed:
    """All of it."""
    return weigh(evidence_of([*around(), *one_incident()]))


def number(one: Observation) -> int:
    return id_of(f"{one.source}\x1f{one.key}")


def incident_of(found: Weighed) -> dict[int, int]:
    members = found.fused.membership
    return dict(zip(members.observation.tolist(), members.incident.tolist(), strict=True))


def row_of(found: Weighed, incident: int) -> int:
    return int(np.flatnonzero(found.fused.incidents.id == np.uint64(incident))[0])


def test_patrol_posts_and_satellite_tell_of_one_incident():
    owner = incident_of(weighed())
    patrol, posts, pixels, wire, page, _ = (owner[number(one)] for one in one_incident())
    assert patrol == posts == pixels
    assert wire == page


def test_the_incident_is_as_exact_as_its_most_exact_witness_and_no_more():
    found = weighed()
    incident = incident_of(found)[number(one_incident()[1])]
    details = {one.incident: one for one in found.details}[incident]
    row, table = row_of(found, incident), found.fused.incidents
    assert isinstance(details.place, EllipsePlace)
    assert 20.0 < details.place.minor_m <= details.place.major_m < 90.0
    assert table.place[row] == id_of(details.place.key)
    assert (table.end_us[row] - table.start_us[row]) < 600e6
    assert {"patrol", "acoustic", "thermal"} <= {one.value for one in strata_of(int(table.strata[row]))}
    assert table.probability[row] > 0.99
    assert (table.count_low[row], table.count_high[row]) == (1, 4) or table.count_high[row] == -1


def test_every_observation_belongs_to_one_incident_and_copies_count_once():
    found = weighed()
    assert len(found.fused.membership.observation) == len(around()) + len(one_incident())
    assert found.summary.copies == 1
    assert found.summary.told[1] <= found.summary.told[0] <= found.summary.told[2]
    assert found.summary.weighed == len(around()) + len(one_incident())


def test_the_interval_of_the_number_holds_the_truth():
    told = [*around(), *one_incident()]
    true = len({one.key.rpartition("-")[2] for one in told})
    _, low, high = weighed().summary.told
    assert low - 3 <= true <= high + 3


def as_told(found: Weighed) -> tuple[list, list]:
    table = found.fused.incidents
    columns = [
        *(table.id, table.start_us, table.end_us, table.lat, table.lon, table.radius_m, table.probability),
        *(table.phenomenon.words(), table.members),
    ]
    rows = [tuple(map(str, row)) for row in zip(*columns, strict=True)]
    members = found.fused.membership
    return rows, list(zip(members.incident.tolist(), members.observation.tolist(), strict=True))


def some() -> list[Observation]:
    return [*around()[:40], *one_incident()]


@cache
def of_some() -> tuple[list, list]:
    return as_told(weigh(evidence_of(some())))


@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_observations_does_not_matter(chance: object):
    mixed = some()
    chance.shuffle(mixed)
    assert as_told(weigh(evidence_of(mixed))) == of_some()


def side(seen_by: str, told: Sequence[Observation]) -> list[Observation]:
    """The same words, places and times as that party's own channel."""
    return [replace(one, source=seen_by, key=f"{seen_by}{at}") for at, one in enumerate(told)]


def test_a_partys_channel_is_weighed_as_the_other_partys_would_be():
    told = list(around()[:40])
    first, second = [one for one in told if one.source == "posts"], [one for one in told if one.source == "patrol"]
    rest = [one for one in told if one.source not in ("posts", "patrol")]
    one = weigh(evidence_of([*rest, *side("side-a", first), *side("side-b", second)]))
    swapped = dict(CHANNELS, **{"side-a": CHANNELS["side-b"], "side-b": CHANNELS["side-a"]})
    other = weigh(evidence_of([*rest, *side("side-a", first), *side("side-b", second)], swapped))
    assert as_told(one) == as_told(other)
    here, there = ({manner.source: manner for manner in found.summary.sources} for found in (one, other))
    assert here["party A, party-a"].error_m == there["party B, party-b"].error_m
    strata = [[{"party-a": "party-b", "party-b": "party-a"}.get(s.value, s.value) for s in strata_of(int(bits))]
              for bits in one.fused.incidents.strata]  # fmt: skip
    assert [set(each) for each in strata] == [
        {s.value for s in strata_of(int(bits))} for bits in other.fused.incidents.strata
    ]


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (seen("patrol", "x", 0, PointPlace(48.0, 37.0, 100.0), phenomenon=Phenomenon.ROCKET_ALERT), Apart.ALERT),
        (seen("patrol", "x", 0, PointPlace(48.0, 37.0, 100.0), phenomenon=Phenomenon.AIR_ALARM), Apart.ALERT),
        (seen("patrol", "x", 0, PointPlace(48.0, 37.0, 100.0), phenomenon=Phenomenon.CASUALTY), Apart.NO_EVENT),
        (seen("patrol", "x", 0, PointPlace(48.0, 37.0, 100.0), phenomenon=Phenomenon.MINE), Apart.NO_EVENT),
        (seen("patrol", "x", 0, UnknownPlace("somewhere")), Apart.NO_PLACE),
        (seen("patrol", "x", 0, AreaPlace("Odeska oblast")), Apart.NO_PLACE),
        (seen("patrol", "x", 0, PointPlace(48.0, 37.0, 150_000.0)), Apart.WIDE_PLACE),
        (seen("patrol", "x", 0, PointPlace(48.0, 37.0, 100.0), span_s=8 * 86_400.0), Apart.LONG_TIME),
    ],
)
def test_what_cannot_be_weighed_stays_by_itself_and_is_counted(one: Observation, why: Apart):
    found = weigh(evidence_of([*around()[:20], one]))
    assert found.summary.apart == {why.value: 1}
    members = found.fused.membership
    incident = incident_of(found)[number(one)]
    assert int((members.incident == np.uint64(incident)).sum()) == 1
    assert np.isnan(found.fused.incidents.probability[row_of(found, incident)])


def test_alert_messages_keep_their_rules():
    area = AreaPlace("North")
    alerts = [seen("wire", f"a{at}", at, area, phenomenon=Phenomenon.ROCKET_ALERT) for at in (0.0, 100.0, 5_000.0)]
    found = weigh(evidence_of(alerts))
    assert sorted(found.fused.incidents.members.tolist()) == [1, 2]
    assert found.summary.weighed == 0
    assert found.summary.told == (0.0, 0.0, 0.0)


def test_nothing_at_all_is_no_incident():
    found = weigh(evidence_of([]))
    assert len(found.fused.incidents) == 0
    assert found.summary.weighed == 0


def test_a_position_without_any_error_has_the_usual_error_of_its_source():
    told = [replace(one, place=PointPlace(48.0, 37.0, 0.0)) for one in some()[:1]]
    evidence = evidence_of([*some()[1:], *told])
    row = int(np.flatnonzero(evidence.observations.id == np.uint64(number(told[0])))[0])
    where = replace(evidence.where, **{
        name: np.where(np.arange(len(evidence.observations)) == row, np.nan, getattr(evidence.where, name))
        for name in ("xx_m2", "xy_m2", "yy_m2")
    })  # fmt: skip
    reports = reports_of(replace(evidence, where=where))
    assert np.isnan(reports.table.spread.xx_m2).sum() == 1
    assert len(weigh(replace(evidence, where=where)).fused.incidents) > 0


def test_an_event_with_a_mirror_image_is_placed_by_who_else_saw_it():
    post, image = position(0.0, 5_000.0), position(0.0, -5_000.0)
    event = EllipsePlace(*post, 80.0, 40.0, 10.0, mirror=MirrorImage(*image, 80.0, 40.0, 170.0, 0.5))
    alone = weigh(evidence_of([seen("posts", "e", 100.0, event)]))
    assert alone.fused.incidents.radius_m[0] > 5_000.0


def test_who_reports_in_one_manner_is_a_custodians_channel():
    assert teller_of("the mission", "patrol", "a") == teller_of("the mission", "patrol", "b")
    assert teller_of("", "media", "a") != teller_of("", "media", "b")


def test_a_stated_probability_is_that_of_the_incident_when_nobody_confirms_it():
    told = some()
    lone = replace(told[0], key="lone", place=PointPlace(48.0, 40.0, 100.0))
    evidence = evidence_of([*told, lone])
    row = int(np.flatnonzero(evidence.observations.id == np.uint64(number(lone)))[0])
    found = []
    for stated in (0.2, 0.9):
        probability = evidence.probability.copy()
        probability[row] = stated
        weighed = weigh(replace(evidence, probability=probability))
        found.append(float(weighed.fused.incidents.probability[row_of(weighed, incident_of(weighed)[number(lone)])]))
    assert found == pytest.approx([0.2, 0.9], abs=0.01)


def test_a_page_that_only_copies_the_wire_moves_nothing_at_all():
    told = background(np.random.default_rng(4), 40)
    wires = [one for one in told if one.source == "wire"][::2]
    # Some are placed a little elsewhere, as whoever places a text again does.
    pages = [replace(one, source="page", key=f"page-{one.key}", place=replace(one.place, lat=one.place.lat + off))
             for one, off in zip(wires, (-0.003, 0.0, 0.003) * len(wires), strict=False)]  # fmt: skip
    alone, copied = weigh(evidence_of(told)).fused, weigh(evidence_of([*told, *pages])).fused
    assert len(copied.incidents) == len(alone.incidents)
    assert copied.incidents.members.sum() == alone.incidents.members.sum() + len(pages)
    for name in ("start_us", "end_us", "lat", "lon", "radius_m", "probability"):
        here, there = (np.sort(getattr(one.incidents, name)) for one in (copied, alone))
        assert here.tolist() == there.tolist(), name


@pytest.mark.parametrize("number", [1, 3, 25])
@pytest.mark.parametrize("stated", [0.6, 0.99])
def test_located_events_that_nobody_confirms_are_counted_real_as_often_as_they_state(number: int, stated: float):
    chance = np.random.default_rng(number)
    told = [one for at in range(number) for one in of_one_incident(chance, at, ("posts",))]
    evidence = replace(evidence_of(told), probability=np.full(number, stated))
    found = weigh(evidence)
    assert found.fused.incidents.probability.tolist() == pytest.approx([stated] * number, abs=0.005)
    assert found.summary.real[0] == pytest.approx(stated * number, abs=0.05 * number)
    assert found.summary.false[0] == pytest.approx((1 - stated) * number, abs=0.05 * number)
