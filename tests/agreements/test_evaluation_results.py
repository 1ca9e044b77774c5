"""Each case of the protocol's ninth step, and each gate between a sight and a breach."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

import strategies as made_up
from truceline.agreements import reasons
from truceline.agreements.conclusion import percent
from truceline.agreements.evaluation import EvaluationParameters, Evidence, evaluate, readings_differ
from truceline.agreements.ground import Ground
from truceline.agreements.inside_windows import inside_window
from truceline.agreements.space.inside import inside_zone
from truceline.agreements.space.zone import Zone
from truceline.coverage import coverage_shares
from truceline.coverage.shares import AreaShare, CoverageShare
from truceline.model import (
    ANYTHING,
    Agreement,
    Coverage,
    CoverageState,
    Everywhere,
    EvidenceLink,
    Finding,
    Interval,
    InZone,
    Norm,
    NormKind,
    NotFound,
    ObjectTerm,
    Party,
    Phenomenon,
    PointPlace,
    Reading,
    Source,
    Stratum,
    TimeSense,
    UsageFault,
    WeaponTerm,
    Words,
)
from truceline.model.places import SIGMA_PER_RADIUS_95

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
    thing = ANYTHING if weapon == "any" else ObjectTerm((WeaponTerm(weapon),))
    place = Everywhere() if where == "everywhere" else InZone(where)
    norm = Norm("norm", NormKind.FORBID, ("each",), act, thing, place, "c1")
    readings = tuple(Reading(f"reading-{i}", window, (NORTH,), "s") for i, window in enumerate(windows))
    parties = (Party(NORTH, ()), Party(SOUTH, ()))
    return Agreement("made-up", (("en", "x"),), "signed", parties, (), (), readings, (norm,))


def event(  # each test names only what it is about
    hour: float = 1.0,
    phenomenon: Phenomenon = Phenomenon.EXPLOSION,
    party: str = "",
    position: tuple[float, float, float] | None = INSIDE,
    sometime_h: float | None = None,
    **more: Any,  # noqa: ANN401 - whatever the made-up table takes
):
    start = BEGIN + hour * HOUR
    sense = TimeSense.LASTED if sometime_h is None else TimeSense.SOMETIME
    time = Interval(start, start + (sometime_h or more.pop("lasted_h", 0.1)) * HOUR, sense)
    return {"time": time, "phenomenon": phenomenon, "party": party, "position": position, **more}


def watched(
    share: float = 1.0,
    areas: tuple[float, ...] = (1.0,),
    phenomena: tuple[Phenomenon, ...] = tuple(Phenomenon),
    undisturbed: float | None = None,
):
    clear = share if undisturbed is None else undisturbed
    seen = tuple(AreaShare(f"area-{i}", part, CoverageState.DEGRADED, (), part) for i, part in enumerate(areas))
    return tuple(CoverageShare(p, share, (Stratum.ACOUSTIC,), seen, clear) for p in phenomena)


def held(
    agreement: Agreement,
    events: list[dict[str, Any]],
    grade: str = "confirmed",
    coverage: tuple[CoverageShare, ...] | None = None,
    parameters: EvaluationParameters = LATER,
):
    incidents = made_up.incident_table(events)
    shares = watched() if coverage is None else coverage
    evidence = Evidence(incidents, Words.of([grade] * len(events)), seen=lambda _: shares)
    return evaluate(agreement, Ground((ZONE,)), evidence, parameters)


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
    assert str(finding.because).endswith("less than 50.0 % of the time: 1 of 25")


def test_a_mean_does_not_hide_an_area_that_was_watched_for_a_minute():
    finding = for_north(truce(), [], coverage=watched(0.9584, areas=(1.0,) * 23 + (1 / 1440,)))
    assert (finding.result, finding.because.template) == ("undetermined", reasons.AREAS_TOO_DIM)
    assert dict(finding.because.values)["dim"] == 1
    lenient = EvaluationParameters(LATER.as_of, area_share=0.0005)
    assert for_north(truce(), [], None, watched(0.9584, areas=(1 / 1440,)), lenient).result == "complied"


def test_the_silence_of_degraded_sources_is_no_compliance():
    finding = for_north(truce(), [], coverage=watched(1.0, undisturbed=0.0))
    assert (finding.result, finding.because.template) == ("undetermined", reasons.COVERAGE_TOO_SMALL)
    assert dict(finding.because.values)["share_percent"] == 0.0


def test_one_patrol_in_one_village_that_notices_little_does_not_show_compliance():
    source = Source("patrol", "A patrol", "mission", Stratum.PATROL, tuple(Phenomenon))
    for state, chance in (("degraded", 0.01), ("watching", 0.01), ("watching", 1.0)):
        heard = tuple((phenomenon, chance) for phenomenon in Phenomenon)
        village = Coverage("k", "patrol", "V", WINDOW, CoverageState(state), heard, "", EvidenceLink("0" * 64, 1))
        shares = coverage_shares([village], [source], ("*",), WINDOW, tuple(Phenomenon))
        for finding in held(truce(), [], coverage=shares):
            assert (finding.result, finding.because.template) == ("undetermined", reasons.COVERAGE_TOO_SMALL)


def test_step_eight_says_what_was_watched_for_least():
    ears = (Phenomenon.SHOT, Phenomenon.BURST)
    seen = (
        *watched(0.2, phenomena=ears[1:]),
        *watched(1.0, phenomena=(Phenomenon.EXPLOSION, Phenomenon.VIOLENT_EVENT)),
    )
    step = for_north(truce(), [], coverage=seen).trace[7]
    assert str(step.outcome) == "what was watched for least: shot, undisturbed in 0.0 % of place and time"
    assert (dict(step.figures)["share_violent-event"], dict(step.figures)["undisturbed_burst"]) == (1.0, 0.2)


def test_what_began_before_the_window_and_went_on_inside_it_is_no_silence():
    for finding in held(truce(), [event(-1.0, party=NORTH, lasted_h=2.0)]):
        if finding.party == SOUTH:
            assert finding.because.template == reasons.COMPLIED_SET_ASIDE
            continue
        assert (finding.result, finding.attribution) == ("undetermined", "not attributed")
        assert str(finding.because).endswith("begun before the window and gone on inside it: 1")
        assert [change.template for change in finding.would_change] == [reasons.CHANGE_BEGUN_BEFORE]
        assert dict(finding.trace[1].figures)["went_on"] == 1
        assert finding.incidents
    over = for_north(truce(), [event(-1.0, party=NORTH, lasted_h=1.0)])
    assert (over.result, over.because.template) == ("complied", reasons.COMPLIED)


def test_a_threat_that_began_before_the_window_is_a_threat_in_it():
    finding = for_north(truce("any-attack"), [event(-1.0, phenomenon=Phenomenon.AIR_ALARM, lasted_h=2.0)])
    assert finding.result == "undetermined"
    assert str(finding.because) == "only threats were seen, begun before the window and gone on inside it: 1"
    both = [event(-1.0, Phenomenon.AIR_ALARM, lasted_h=2.0), event(1.0, Phenomenon.AIR_ALARM)]
    assert dict(for_north(truce("any-attack"), both).because.values)["threats"] == 1


def test_weapons_that_stood_there_before_the_window_and_in_it_are_there_in_it():
    north, south = held(truce("heavy-weapons"), [event(-5.0, Phenomenon.WEAPON_PRESENCE, NORTH, lasted_h=9.0)])
    assert (north.result, north.probability) == ("breached", 1.0)
    assert south.result == "complied"
    gone = for_north(truce("heavy-weapons"), [event(-5.0, Phenomenon.WEAPON_PRESENCE, NORTH, lasted_h=5.0)])
    assert gone.result == "complied"


def test_compliance_tells_what_was_set_aside():
    _, south = held(truce(where="corridor"), [event(party=NORTH), event(party=SOUTH, position=OUTSIDE)])
    assert (south.result, south.because.template) == ("complied", reasons.COMPLIED_SET_ASIDE)
    assert dict(south.because.values) == {"others": 1, "outside": 1, "share_percent": 100.0}
    assert for_north(truce(), []).because.template == reasons.COMPLIED


def test_what_begins_after_the_moment_of_information_is_left_out_and_counted():
    early = EvaluationParameters(BEGIN + 2 * HOUR)
    finding = for_north(truce(), [event(1.0), event(3.0, party=NORTH), event(50.0)], parameters=early)
    assert (finding.result, finding.because.template) == ("undetermined", reasons.NOT_ATTRIBUTED_YET)
    assert dict(finding.trace[1].figures)["left_out_after_as_of"] == 1


def test_a_projectile_is_a_sign_of_a_rocket_and_shows_fire_on_the_ground():
    tracer = [event(phenomenon=Phenomenon.PROJECTILE, party=NORTH)]
    finding = for_north(truce("rocket-fire"), tracer)
    assert finding.result == "undetermined"
    assert str(finding.because).startswith("only signs of it were seen: 1; neither an alert nor a projectile")
    assert for_north(truce("ground-fire"), tracer).result == "breached"


def test_heat_seen_from_space_is_not_called_an_alarm():
    finding = for_north(truce("strike-on-energy"), [event(phenomenon=Phenomenon.THERMAL_ANOMALY)])
    assert str(finding.because) == (
        "only heat was seen from space: 1; heat is a sign of fire, and no fire shows a strike"
    )


@pytest.mark.parametrize(
    ("count", "template"),
    [
        ((0, 0, 0), reasons.COMPLIED),
        ((0, 1, 3), reasons.COUNT_MAY_BE_ZERO),
        ((0, -1, -1), reasons.COUNT_MAY_BE_ZERO),
        ((1, -1, -1), reasons.BREACHED),
    ],
)
def test_a_count_that_may_be_zero_accuses_nobody(count: tuple[int, int, int], template: str):
    finding = for_north(truce(), [event(party=NORTH, count=count)])
    assert finding.because.template == template
    assert (finding.result == "breached") is (template == reasons.BREACHED)
    assert dict(finding.trace[3].figures)["told_of_none"] == (count == (0, 0, 0))
    if template == reasons.COUNT_MAY_BE_ZERO:
        assert [change.template for change in finding.would_change] == [reasons.CHANGE_COUNT]


def test_a_position_in_a_hole_of_a_zone_is_not_set_aside_by_the_nearest_edge_alone():
    ring = box(29.9, 47.9, 30.1, 48.1).difference(box(29.95, 47.965, 30.05, 48.035))
    sigma_m = 1_219.0
    inner_m = (0.05 * 111_320.0 * math.cos(math.radians(48.0)), 0.035 * 111_200.0)
    exact = 1.0 - math.prod(math.erf(half_m / sigma_m * math.sqrt(0.5)) for half_m in inner_m)
    at = {"position": (48.0, 30.0, sigma_m / SIGMA_PER_RADIUS_95)}
    found = inside_zone(made_up.incident_table([event(**at)]), Zone("", ring))
    assert 0.001 < exact <= found.at_most[0]
    assert found.at_least[0] == 0.0


@settings(max_examples=60, deadline=None)
@given(st.floats(-0.12, 0.12), st.floats(-0.12, 0.12), st.sampled_from([200.0, 1_000.0, 4_000.0]))
def test_the_bounds_hold_the_place_itself_in_a_zone_with_a_hole(east: float, north: float, radius_m: float):
    ring = box(29.9, 47.9, 30.1, 48.1).difference(box(29.95, 47.965, 30.05, 48.035))
    incidents = made_up.incident_table([event(position=(48.0 + north, 30.0 + east, radius_m))])
    found = inside_zone(incidents, Zone("", ring))
    exact = PointPlace(48.0 + north, 30.0 + east, radius_m).contains_probability(shapely.segmentize(ring, 0.05))
    assert found.at_least[0] - 0.002 <= exact <= found.at_most[0] + 0.002


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
    assert readings_differ(findings) == (("norm", NORTH),)


def test_the_trace_lists_at_most_so_many_incidents_and_states_the_total():
    limit = EvaluationParameters(LATER.as_of, evidence_limit=3)
    finding = for_north(truce(), [event(hour / 10) for hour in range(9, -1, -1)], parameters=limit)
    act = finding.trace[3]
    assert len(act.evidence) == len(finding.incidents) == 3
    assert dict(act.figures)["incidents"] == 10
    assert act.evidence[0] == "00000000000003f1"
    assert [step.number for step in finding.trace] == list(range(1, 12))


def test_grades_must_fit_the_incidents():
    for grades in (Words.of([]), Words.of(["certain"])):
        with pytest.raises(UsageFault):
            Evidence(made_up.incident_table([event()]), grades)


def test_a_norm_whose_outline_is_missing_is_not_judged():
    with pytest.raises(NotFound, match="corridor"):
        evaluate(truce(where="corridor"), Ground(), Evidence(made_up.incident_table([]), Words.of([])), LATER)


@pytest.mark.parametrize(
    "wrong",
    [{"breach_probability": 0.5}, {"complied_share": 1.1}, {"negligible_probability": 0.5}, {"area_share": 0.0}],
)
def test_thresholds_that_would_accuse_anybody_are_refused(wrong: dict[str, float]):
    with pytest.raises(UsageFault) as caught:
        EvaluationParameters(BEGIN, **wrong)
    assert caught.value.do


def test_a_clock_without_a_zone_is_refused():
    with pytest.raises(UsageFault, match="no time zone"):
        EvaluationParameters(BEGIN.replace(tzinfo=None))


@pytest.mark.parametrize("north_m", [-900.0, -300.0, 0.0, 300.0, 900.0, 4000.0])
def test_the_bounds_hold_the_place_itself_at_a_straight_edge(north_m: float):
    lat = 48.0 + north_m / 111_200.0
    incidents = made_up.incident_table([event(position=(lat, 30.5, 1000.0))])
    found = inside_zone(incidents, Zone("", ZONE.shape))
    exact = PointPlace(lat, 30.5, 1000.0).contains_probability(shapely.segmentize(ZONE.shape, 0.05))
    assert found.at_least[0] - 0.001 <= exact <= found.at_most[0] + 0.001


def test_a_narrow_zone_does_not_accuse():
    strip = box(30.0, 48.5, 31.0, 48.51)
    incidents = made_up.incident_table([event(position=(48.505, 30.5, 1000.0))])
    exact = PointPlace(48.505, 30.5, 1000.0).contains_probability(strip)
    assert inside_zone(incidents, Zone("", strip)).at_least[0] <= exact


def test_the_whole_circle_that_holds_95_percent_must_lie_inside():
    radius_m = 500.0
    for depth_m, enough in ((radius_m * 1.01, True), (radius_m * 0.99, False)):
        incidents = made_up.incident_table([event(position=(48.0 + depth_m / 111_200.0, 30.5, radius_m))])
        assert bool(inside_zone(incidents, Zone("", ZONE.shape)).at_least[0] >= 0.95) is enough


def test_surveyed_positions_are_inside_or_outside():
    incidents = made_up.incident_table([event(position=(48.5, 30.5, 0.0)), event(position=(47.9, 30.5, 0.0))])
    found = inside_zone(incidents, Zone("", ZONE.shape))
    assert found.at_most.tolist() == found.at_least.tolist() == [1.0, 0.0]


def test_one_vague_position_changes_nothing_about_the_others():
    rows = [event(position=(48.0 + i / 400, 30.5, 300.0)) for i in range(-5, 6)]
    alone = inside_zone(made_up.incident_table(rows), Zone("", ZONE.shape))
    beside = inside_zone(made_up.incident_table([*rows, event(position=(48.2, 30.2, 90_000.0))]), Zone("", ZONE.shape))
    assert np.array_equal(alone.at_least, beside.at_least[:-1])
    assert np.array_equal(alone.at_most, beside.at_most[:-1])


def test_instants_known_only_to_be_sometime_are_inside_or_outside():
    rows = [event(0.0), event(24.0)]
    for row in rows:
        row["time"] = Interval(row["time"].start, row["time"].start, TimeSense.SOMETIME)
    found = inside_window(made_up.incident_table(rows), WINDOW)
    assert (found.probability.tolist(), found.went_on.tolist()) == ([1.0, 0.0], [False, False])


def test_a_share_is_cut_and_never_rounded_up():
    assert percent(0.94999) == 94.9
    assert percent(0.95) == 95.0
    assert not math.isnan(percent(0.0))
