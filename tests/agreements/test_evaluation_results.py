"""Each case of the protocol's ninth step, and each gate between a sight and a breach."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import box

import strategies as made_up
from truceline.agreements import reasons
from truceline.agreements.conclusion import percent
from truceline.agreements.evaluation import EvaluationParameters, contested, evaluate
from truceline.agreements.inside import inside_window, inside_zone
from truceline.agreements.zones import Zone
from truceline.coverage.shares import AreaShare, CoverageShare
from truceline.model import (
    Agreement,
    CoverageState,
    Finding,
    Interval,
    Norm,
    NormKind,
    NotFound,
    Party,
    Phenomenon,
    PointPlace,
    Reading,
    Stratum,
    TimeSense,
    UsageFault,
    Words,
)

NORTH, SOUTH = made_up.PAIR
BEGIN = made_up.BEGIN
HOUR = timedelta(hours=1)
WINDOW = Interval(BEGIN, BEGIN + 24 * HOUR)
LATER = EvaluationParameters(BEGIN + timedelta(days=30))
ZONE = Zone("corridor", box(30.0, 48.0, 31.0, 49.0), "2031-04-01", "drawn by hand")
INSIDE, OUTSIDE, EDGE = (48.5, 30.5, 500.0), (50.5, 30.5, 500.0), (48.0, 30.5, 500.0)


def truce(
    act: str = "ground-fire", where: str = "everywhere", weapon: str = "any", windows: tuple[Interval, ...] = (WINDOW,)
):
    norm = Norm("norm", NormKind.FORBID, ("each",), act, weapon, where, "c1")
    readings = tuple(Reading(f"reading-{i}", window, (NORTH,), "s") for i, window in enumerate(windows))
    parties = (Party(NORTH, ()), Party(SOUTH, ()))
    return Agreement("made-up", (("en", "x"),), "signed", parties, (), (), readings, (norm,))


def event(
    hour: float = 1.0,
    phenomenon: Phenomenon = Phenomenon.EXPLOSION,
    party: str = "",
    position: tuple[float, float, float] | None = INSIDE,
    sometime_h: float | None = None,
):
    start = BEGIN + hour * HOUR
    sense = TimeSense.LASTED if sometime_h is None else TimeSense.SOMETIME
    time = Interval(start, start + (sometime_h or 0.1) * HOUR, sense)
    return {"time": time, "phenomenon": phenomenon, "party": party, "position": position}


def watched(
    share: float = 1.0, areas: tuple[float, ...] = (1.0,), phenomena: tuple[Phenomenon, ...] = tuple(Phenomenon)
):
    seen = tuple(AreaShare(f"area-{i}", part, CoverageState.DEGRADED, ()) for i, part in enumerate(areas))
    return tuple(CoverageShare(p, share, (Stratum.ACOUSTIC,), seen) for p in phenomena)


def held(
    agreement: Agreement,
    events: list[dict[str, Any]],
    grade: str = "confirmed",
    coverage: tuple[CoverageShare, ...] | None = None,
    parameters: EvaluationParameters = LATER,
):
    incidents = made_up.incident_table(events)
    shares = watched() if coverage is None else coverage
    by_reading = {reading.id: shares for reading in agreement.readings}
    return evaluate(agreement, (ZONE,), incidents, Words.of([grade] * len(events)), by_reading, parameters)


def for_north(
    agreement: Agreement,
    events: list[dict[str, Any]],
    grade: str = "confirmed",
    coverage: tuple[CoverageShare, ...] | None = None,
    parameters: EvaluationParameters = LATER,
) -> Finding:
    return held(agreement, events, grade, coverage, parameters)[0]


def test_a_confirmed_attributed_incident_inside_is_a_breach_by_that_party_alone():
    north, south = held(truce(), [event(party=NORTH)])
    assert (north.result, north.attribution, north.probability) == ("breached", NORTH, 1.0)
    assert north.because.template == reasons.BREACHED
    assert north.incidents == ("00000000000003e8",)
    assert (south.result, south.attribution, south.probability) == ("complied", "not attributed", None)


def test_an_unconfirmed_accusation_of_one_party_does_not_clear_the_other():
    north, south = held(truce(), [event(party=NORTH)], grade="probable")
    assert north.because.template == south.because.template == reasons.NOT_CONFIRMED
    assert north.result == south.result == "undetermined"


def test_a_confirmed_incident_nobody_is_named_for_leaves_both_undetermined():
    for finding in held(truce(), [event()]):
        assert finding.result == "undetermined"
        assert finding.because.template == reasons.NOT_ATTRIBUTED_YET
        assert [change.template for change in finding.would_change] == [reasons.CHANGE_ACTOR]


def test_an_insufficient_incident_names_every_closed_gate_in_what_would_change():
    finding = for_north(truce(), [event()], grade="insufficient")
    assert [c.template for c in finding.would_change] == [reasons.CHANGE_STANDARD, reasons.CHANGE_ACTOR]


def test_an_alarm_is_a_threat_not_a_strike():
    finding = for_north(truce("air-attack"), [event(phenomenon=Phenomenon.AIR_ALARM, party=NORTH)])
    assert finding.result == "undetermined"
    assert str(finding.because) == "only threats were seen: 1; an alarm is a threat, not a strike"


def test_alarms_say_nothing_about_ground_fire():
    alarms = [event(phenomenon=Phenomenon.AIR_ALARM)]
    for finding in held(truce(), alarms, coverage=watched(phenomena=(Phenomenon.AIR_ALARM,))):
        assert finding.result == "undetermined"
        assert str(finding.because) == "no source that can see ground fire"
        assert finding.probability is None
        assert finding.attribution == "not attributed"


def test_silence_counts_only_where_somebody_watched():
    assert for_north(truce(), []).result == "complied"
    unwatched = for_north(truce(), [], coverage=())
    assert str(unwatched.because) == "no source that can see ground fire"
    short = for_north(truce(), [], coverage=watched(0.9499))
    assert short.result == "undetermined"
    assert "94.9 % of place and time only; 95.0 % are needed" in str(short.because)


def test_a_mean_does_not_hide_an_area_nobody_watched():
    finding = for_north(truce(), [], coverage=watched(0.96, areas=(1.0,) * 24 + (0.0,)))
    assert finding.result == "undetermined"
    assert str(finding.because).endswith("1 of 25")


def test_who_listens_for_explosions_alone_does_not_hear_a_rifle():
    finding = for_north(truce(), [], coverage=watched(phenomena=(Phenomenon.EXPLOSION,)))
    assert finding.because.template == reasons.COVERAGE_TOO_SMALL
    assert dict(finding.because.values)["share_percent"] == 0.0


def test_a_window_that_has_not_begun_or_still_runs_is_not_complied_with():
    early = EvaluationParameters(BEGIN - HOUR)
    assert for_north(truce(), [], parameters=early).result == "not-yet"
    running = for_north(truce(), [], parameters=EvaluationParameters(BEGIN + HOUR))
    assert running.result == "undetermined"
    assert running.because.template == reasons.STILL_RUNNING


def test_an_incident_at_the_start_is_inside_and_at_the_end_is_not():
    assert for_north(truce(), [event(0.0, party=NORTH)]).result == "breached"
    assert for_north(truce(), [event(24.0, party=NORTH)]).result == "complied"


def test_a_time_known_only_roughly_counts_with_its_share():
    mostly_inside = [event(-1.0, party=NORTH, sometime_h=20.0)]
    finding = for_north(truce(), mostly_inside)
    assert (finding.result, finding.probability) == ("breached", 0.95)
    half = for_north(truce(), [event(-5.0, party=NORTH, sometime_h=10.0)])
    assert half.result == "undetermined"
    assert half.because.template == reasons.INSIDE_UNSURE


@pytest.mark.parametrize(
    ("position", "result"),
    [(INSIDE, "breached"), (OUTSIDE, "complied"), (EDGE, "undetermined"), (None, "undetermined")],
)
def test_a_zone_asks_where_it_was(position: tuple[float, float, float] | None, result: str):
    finding = for_north(truce(where="corridor"), [event(party=NORTH, position=position)])
    assert finding.result == result


def test_a_weapon_class_cannot_be_told_from_incidents():
    finding = for_north(truce(weapon="mortar"), [event(party=NORTH)])
    assert finding.result == "undetermined"
    assert finding.because.template == reasons.OBJECT_OPEN


def test_rival_readings_keep_their_own_results_and_are_listed():
    late = Interval(BEGIN + 12 * HOUR, BEGIN + 24 * HOUR)
    findings = held(truce(windows=(WINDOW, late)), [event(1.0, party=NORTH)])
    assert [finding.result for finding in findings] == ["breached", "complied", "complied", "complied"]
    assert contested(findings) == (("norm", NORTH),)


def test_the_trace_lists_at_most_so_many_incidents_and_states_the_total():
    limit = EvaluationParameters(LATER.as_of, evidence_limit=3)
    finding = for_north(truce(), [event(hour / 10) for hour in range(9, -1, -1)], parameters=limit)
    act = finding.trace[2]
    assert len(act.evidence) == len(finding.incidents) == 3
    assert dict(act.figures)["incidents"] == 10
    assert act.evidence[0] == "00000000000003f1"
    assert [step.number for step in finding.trace] == list(range(1, 11))


def test_grades_must_fit_the_incidents():
    for grades in (Words.of([]), Words.of(["certain"])):
        with pytest.raises(UsageFault):
            evaluate(truce(), (), made_up.incident_table([event()]), grades, {}, LATER)


def test_a_norm_whose_outline_is_missing_is_not_judged():
    with pytest.raises(NotFound, match="corridor"):
        evaluate(truce(where="corridor"), (), made_up.incident_table([]), Words.of([]), {}, LATER)


@pytest.mark.parametrize(
    "wrong", [{"breach_probability": 0.5}, {"complied_share": 1.1}, {"negligible_probability": 0.5}]
)
def test_thresholds_that_would_accuse_anybody_are_refused(wrong: dict[str, float]):
    with pytest.raises(UsageFault):
        EvaluationParameters(BEGIN, **wrong)


def test_a_clock_without_a_zone_is_refused():
    with pytest.raises(UsageFault, match="no time zone"):
        EvaluationParameters(BEGIN.replace(tzinfo=None))


@pytest.mark.parametrize("north_m", [-900.0, -300.0, 0.0, 300.0, 900.0, 4000.0])
def test_the_estimate_agrees_with_the_place_itself_at_a_straight_edge_and_the_bound_lies_below(north_m: float):
    lat = 48.0 + north_m / 111_200.0
    incidents = made_up.incident_table([event(position=(lat, 30.5, 1000.0))])
    found = inside_zone(incidents, ZONE.shape)
    exact = PointPlace(lat, 30.5, 1000.0).contains_probability(shapely.segmentize(ZONE.shape, 0.05))
    assert found.estimate[0] == pytest.approx(exact, abs=0.01)
    assert found.at_least[0] <= exact + 0.001


def test_a_narrow_zone_does_not_accuse():
    strip = box(30.0, 48.5, 31.0, 48.51)
    incidents = made_up.incident_table([event(position=(48.505, 30.5, 1000.0))])
    exact = PointPlace(48.505, 30.5, 1000.0).contains_probability(strip)
    assert inside_zone(incidents, strip).at_least[0] <= exact


def test_the_whole_circle_that_holds_95_percent_must_lie_inside():
    radius_m = 500.0
    for depth_m, enough in ((radius_m * 1.01, True), (radius_m * 0.99, False)):
        incidents = made_up.incident_table([event(position=(48.0 + depth_m / 111_200.0, 30.5, radius_m))])
        assert bool(inside_zone(incidents, ZONE.shape).at_least[0] >= 0.95) is enough


def test_surveyed_positions_are_inside_or_outside():
    incidents = made_up.incident_table([event(position=(48.5, 30.5, 0.0)), event(position=(47.9, 30.5, 0.0))])
    found = inside_zone(incidents, ZONE.shape)
    assert found.estimate.tolist() == found.at_least.tolist() == [1.0, 0.0]


def test_one_vague_position_changes_nothing_about_the_others():
    rows = [event(position=(48.0 + i / 400, 30.5, 300.0)) for i in range(-5, 6)]
    alone = inside_zone(made_up.incident_table(rows), ZONE.shape)
    beside = inside_zone(made_up.incident_table([*rows, event(position=(48.2, 30.2, 90_000.0))]), ZONE.shape)
    assert np.array_equal(alone.estimate, beside.estimate[:-1])


def test_instants_known_only_to_be_sometime_are_inside_or_outside():
    rows = [event(0.0), event(24.0)]
    for row in rows:
        row["time"] = Interval(row["time"].start, row["time"].start, TimeSense.SOMETIME)
    assert inside_window(made_up.incident_table(rows), WINDOW).tolist() == [1.0, 0.0]


def test_a_share_is_cut_and_never_rounded_up():
    assert percent(0.94999) == 94.9
    assert percent(0.95) == 95.0
    assert not math.isnan(percent(0.0))
