"""Laws every evaluation keeps, over random agreements and incidents."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

import strategies as made_up
from truceline.agreements.acts import ACTS
from truceline.agreements.evaluation import EvaluationParameters, Evidence, evaluate
from truceline.agreements.ground import Ground
from truceline.agreements.loading import load_document
from truceline.agreements.reasons import ALL_REASONS, STEP_TITLES
from truceline.agreements.space.zone import ReferenceLine, Zone
from truceline.coverage.shares import AreaShare, CoverageShare
from truceline.model import (
    Agreement,
    CoverageState,
    Finding,
    IncidentTable,
    Interval,
    InZone,
    NormKind,
    Phenomenon,
    RegisterEntry,
    RegisterKind,
    Requirement,
    Result,
    Standing,
    Stratum,
    Words,
    exchange_parties,
    microseconds,
)
from truceline.model.strict_yaml import read_strict_yaml
from truceline.verification import grade_words

GROUND = Ground((Zone(made_up.ZONE_ID, box(29.5, 47.5, 31.5, 48.5), "2031-04-19", "made up"),))
PARAMETERS = EvaluationParameters(made_up.BEGIN + timedelta(days=20))
LAWS = settings(max_examples=40, deadline=None)

shares = st.sampled_from([0.0, 0.5, 0.97, 1.0])


def covered(share: float) -> tuple[CoverageShare, ...]:
    area = AreaShare("somewhere", share, CoverageState.DEGRADED, (), share)
    return tuple(CoverageShare(p, share, (Stratum.ACOUSTIC,), (area,), share) for p in Phenomenon)


def held(agreement: Agreement, incidents: IncidentTable, share: float = 1.0) -> tuple[Finding, ...]:
    evidence = Evidence(incidents, grade_words(incidents.strata), seen=lambda _: covered(share))
    return evaluate(agreement, GROUND, evidence, PARAMETERS)


@LAWS
@given(made_up.agreements(), made_up.incident_tables(), shares)
def test_exchanging_the_parties_exchanges_the_findings_and_nothing_else(
    agreement: Agreement, incidents: IncidentTable, share: float
):
    exchanged = held(exchange_parties(agreement, made_up.PAIR), made_up.exchange_incidents(incidents), share)
    assert exchange_parties(exchanged, made_up.PAIR) == held(agreement, incidents, share)


@LAWS
@given(made_up.agreements(), made_up.incident_tables(), shares, st.randoms(use_true_random=False))
def test_the_order_of_incidents_means_nothing(
    agreement: Agreement, incidents: IncidentTable, share: float, random: Random
):
    rows = list(range(len(incidents)))
    random.shuffle(rows)
    shuffled = incidents.take(np.array(rows, dtype=np.intp))
    assert held(agreement, shuffled, share) == held(agreement, incidents, share)


@LAWS
@given(made_up.agreements(), st.lists(made_up.incident_rows(), max_size=8), made_up.incident_rows())
def test_an_incident_outside_every_window_changes_nothing(agreement: Agreement, rows: list[Any], extra: dict[str, Any]):
    far = made_up.BEGIN + timedelta(days=400)
    extra["time"] = Interval(far, far + timedelta(hours=2), extra["time"].sense)
    with_extra = made_up.incident_table([*rows, extra])
    assert held(agreement, with_extra) == held(agreement, made_up.incident_table(rows))


@LAWS
@given(made_up.agreements(), made_up.incident_tables(), shares)
def test_a_reading_is_judged_as_if_it_stood_alone(agreement: Agreement, incidents: IncidentTable, share: float):
    everything = held(agreement, incidents, share)
    for reading in agreement.readings:
        alone = replace(agreement, readings=(reading,))
        assert held(alone, incidents, share) == tuple(f for f in everything if f.reading == reading.id)


@LAWS
@given(made_up.agreements(), made_up.incident_tables(), shares)
def test_same_input_same_output(agreement: Agreement, incidents: IncidentTable, share: float):
    assert repr(held(agreement, incidents, share)) == repr(held(agreement, incidents, share))


@LAWS
@given(made_up.agreements(), made_up.incident_tables(), shares)
def test_one_finding_per_norm_bound_party_and_reading_in_the_agreements_order(
    agreement: Agreement, incidents: IncidentTable, share: float
):
    order = [party.id for party in agreement.parties]
    expected = [
        f"{norm.id}/{party}/{reading.id}"
        for norm in agreement.norms
        for party in sorted(agreement.bound_by(norm), key=order.index)
        for reading in agreement.readings_of(norm)
    ]
    assert [finding.id for finding in held(agreement, incidents, share)] == expected


@LAWS
@given(made_up.agreements(), made_up.incident_tables(), shares)
def test_every_sentence_is_listed_and_speaks_of_no_party(agreement: Agreement, incidents: IncidentTable, share: float):
    for finding in held(agreement, incidents, share):
        said = [finding.because, *finding.would_change, *(step.outcome for step in finding.trace)]
        assert {reason.template for reason in said} <= set(ALL_REASONS)
        assert [step.title for step in finding.trace] == list(STEP_TITLES)
        for reason in said:
            assert str(reason)
            assert not set(made_up.PAIR) & {str(value) for _, value in reason.values}


@LAWS
@given(made_up.agreements(), made_up.incident_tables(), st.integers(-96, 96))
def test_what_begins_after_the_moment_of_information_changes_no_result(
    agreement: Agreement, incidents: IncidentTable, hours: int
):
    as_of = made_up.BEGIN + timedelta(hours=hours)

    def then(known: IncidentTable) -> list[tuple[object, ...]]:
        parameters = EvaluationParameters(as_of)
        evidence = Evidence(known, grade_words(known.strata), seen=lambda _: covered(1.0))
        found = evaluate(agreement, GROUND, evidence, parameters)
        return [(one.id, one.result, one.because, one.would_change, one.incidents) for one in found]

    assert then(incidents) == then(incidents.take(incidents.start_us <= microseconds(as_of)))


@LAWS
@given(made_up.agreements(), made_up.incident_tables())
def test_only_undisturbed_silence_complies(agreement: Agreement, incidents: IncidentTable):
    dim = AreaShare("somewhere", 1.0, CoverageState.DEGRADED, ("fog",))
    seen = tuple(CoverageShare(p, 1.0, (Stratum.ACOUSTIC,), (dim,)) for p in Phenomenon)
    evidence = Evidence(incidents, grade_words(incidents.strata), seen=lambda _: seen)
    found = evaluate(agreement, GROUND, evidence, PARAMETERS)
    assert all(finding.result != "complied" for finding in found)


@LAWS
@given(made_up.agreements(), made_up.incident_tables())
def test_nothing_is_concluded_from_silence_nobody_watched(agreement: Agreement, incidents: IncidentTable):
    assert all(finding.result != "complied" for finding in held(agreement, incidents, 0.0))


@LAWS
@given(made_up.agreements(), made_up.incident_tables(), shares)
def test_only_a_breach_is_attributed(agreement: Agreement, incidents: IncidentTable, share: float):
    for finding in held(agreement, incidents, share):
        breached = finding.result == "breached"
        assert (finding.attribution == finding.party) is breached
        assert (finding.probability is not None) is breached


LINES = tuple(
    ReferenceLine(name, (np.array([[28.0, lat], [30.5, lat + 0.1], [33.0, lat]]),), accuracy_m=100.0)
    for name, lat in zip(made_up.LINE_IDS, (48.0, 48.2), strict=True)
)
WHOLE_GROUND = replace(GROUND, lines=LINES)
RICH = settings(max_examples=60, deadline=None)
made_up_rows = st.lists(made_up.incident_rows(), max_size=8)
CASES = sorted((Path(__file__).parents[2] / "cases").glob("*/agreement.yaml"))


def judged(
    agreement: Agreement,
    incidents: IncidentTable,
    register: tuple[RegisterEntry, ...] = (),
    share: float = 1.0,
    parameters: EvaluationParameters = PARAMETERS,
) -> tuple[Finding, ...]:
    grades = Words.of(["confirmed"] * len(incidents))
    return evaluate(
        agreement, WHOLE_GROUND, Evidence(incidents, grades, register, lambda _: covered(share)), parameters
    )


def come_to(findings: tuple[Finding, ...]) -> dict[str, tuple[object, ...]]:
    """What findings say, without what the trace counts on the way."""
    return {one.id: (one.result, one.probability, one.because, one.would_change, one.incidents) for one in findings}


def outcomes(findings: tuple[Finding, ...]) -> dict[str, Result]:
    return {one.id: one.result for one in findings}


@RICH
@given(made_up.treaties(), made_up.incident_tables(), made_up.registers(), shares)
def test_exchanging_the_parties_of_any_treaty_exchanges_its_findings(
    agreement: Agreement, incidents: IncidentTable, register: tuple[RegisterEntry, ...], share: float
):
    exchanged = judged(
        exchange_parties(agreement, made_up.PAIR),
        exchange_parties(incidents, made_up.PAIR),
        exchange_parties(register, made_up.PAIR),
        share,
    )
    assert exchange_parties(exchanged, made_up.PAIR) == judged(agreement, incidents, register, share)


@RICH
@given(made_up.treaties(), made_up.incident_tables(), made_up.registers(), st.randoms(use_true_random=False))
def test_nothing_depends_on_the_order_of_anything(
    agreement: Agreement, incidents: IncidentTable, register: tuple[RegisterEntry, ...], random: Random
):
    def shuffled(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(values, len(values)))

    rows = np.array(random.sample(range(len(incidents)), len(incidents)), dtype=np.intp)
    readings = tuple(replace(reading, norms=shuffled(reading.norms)) for reading in shuffled(agreement.readings))
    mixed = replace(agreement, norms=shuffled(agreement.norms), readings=readings)
    other = judged(mixed, incidents.take(rows), shuffled(register))
    assert come_to(other) == come_to(judged(agreement, incidents, register))


@RICH
@given(made_up.treaties(), made_up.incident_tables(), made_up.registers())
def test_no_reading_of_a_treaty_depends_on_another(
    agreement: Agreement, incidents: IncidentTable, register: tuple[RegisterEntry, ...]
):
    everything = judged(agreement, incidents, register)
    for reading in agreement.readings:
        alone = judged(replace(agreement, readings=(reading,)), incidents, register)
        assert alone == tuple(one for one in everything if one.reading == reading.id)


@RICH
@given(made_up.treaties(), made_up_rows, made_up.registers(), made_up.incident_rows())
def test_what_no_act_knows_changes_no_finding(
    agreement: Agreement, rows: list[dict[str, Any]], register: tuple[RegisterEntry, ...], extra: dict[str, Any]
):
    told_of = {phenomenon for act in ACTS.values() for phenomenon in (*act.shown_by, *act.threatened_by)}
    strange = [{**extra, "phenomenon": one, "id": 5_000 + i} for i, one in enumerate(set(Phenomenon) - told_of)]
    assert strange
    more, fewer = (made_up.incident_table(seen) for seen in ([*rows, *strange], rows))
    assert come_to(judged(agreement, more, register)) == come_to(judged(agreement, fewer, register))


@RICH
@given(made_up.treaties(), made_up_rows, made_up.registers(), made_up.incident_rows())
def test_what_surely_lies_far_from_every_place_changes_no_result(
    agreement: Agreement, rows: list[dict[str, Any]], register: tuple[RegisterEntry, ...], extra: dict[str, Any]
):
    near = tuple(
        replace(norm, where=InZone(made_up.ZONE_ID), requires=tuple(one for one in norm.requires if not one.act))
        for norm in agreement.norms
    )
    agreement = replace(agreement, norms=near, readings=tuple(replace(one, norms=()) for one in agreement.readings))
    far = {**extra, "position": (20.0, -60.0, 500.0), "id": 5_000}
    more, fewer = (made_up.incident_table(seen) for seen in ([*rows, far], rows))
    assert outcomes(judged(agreement, more, register)) == outcomes(judged(agreement, fewer, register))


ACCUSED, CLEARED = {Result.BREACHED}, {Result.COMPLIED, Result.NOT_BREACHED}


@RICH
@given(
    made_up.treaties(),
    st.lists(made_up.incident_rows(), min_size=1, max_size=6),
    made_up.registers(),
    st.tuples(st.floats(47.5, 48.7), st.floats(29.2, 31.8)),
)
def test_a_closer_position_never_turns_a_breach_into_its_opposite_at_once(
    agreement: Agreement, rows: list[dict[str, Any]], register: tuple[RegisterEntry, ...], at: tuple[float, float]
):
    before: dict[str, Result] = {}
    for radius_m in (80_000.0, 30_000.0, 8_000.0, 2_000.0, 400.0, 50.0, 0.0):
        closer = made_up.incident_table([{**rows[0], "position": (*at, radius_m)}, *rows[1:]])
        now = outcomes(judged(agreement, closer, register))
        for name, result in now.items():
            both = {before.get(name, result), result}
            assert not (both & ACCUSED and both & CLEARED), (name, radius_m)
        before = now


@RICH
@given(made_up.treaties(), made_up.incident_tables(), made_up.registers(), st.integers(-96, 96))
def test_what_comes_after_the_moment_of_information_changes_nothing(
    agreement: Agreement, incidents: IncidentTable, register: tuple[RegisterEntry, ...], hour: int
):
    early = EvaluationParameters(made_up.BEGIN + timedelta(hours=hour))
    known = incidents.take(np.flatnonzero(incidents.start_us <= microseconds(early.as_of)))
    entries = tuple(one for one in register if one.time.start <= early.as_of)
    assert come_to(judged(agreement, incidents, register, parameters=early)) == come_to(
        judged(agreement, known, entries, parameters=early)
    )


@RICH
@given(made_up.treaties(), made_up.incident_tables(), made_up.registers(), shares)
def test_only_a_breach_is_attributed_and_what_nobody_need_do_is_never_one(
    agreement: Agreement, incidents: IncidentTable, register: tuple[RegisterEntry, ...], share: float
):
    kinds = {norm.id: norm.kind for norm in agreement.norms}
    for one in judged(agreement, incidents, register, share):
        assert one.attribution == (one.party if one.result is Result.BREACHED else "not attributed")
        if kinds[one.norm] in (NormKind.PERMIT, NormKind.POWER):
            assert one.result is not Result.BREACHED
        if one.result is Result.COMPLIED and share < PARAMETERS.complied_share:
            assert kinds[one.norm] is NormKind.OBLIGE
        assert one.because.template in ALL_REASONS


@RICH
@given(made_up.treaties(), made_up.registers())
def test_nothing_is_concluded_from_a_silence_without_records_and_watchers(
    agreement: Agreement, register: tuple[RegisterEntry, ...]
):
    silent = tuple(one for one in register if one.kind is RegisterKind.EVENT)
    for one in judged(agreement, made_up.incident_table([]), silent, 0.0):
        assert one.result not in {*ACCUSED, *CLEARED, Result.RELEASED, Result.VOID}


@RICH
@given(made_up.treaties(), made_up.incident_tables(), made_up.registers(), made_up.registers())
def test_what_is_only_claimed_accuses_clears_and_releases_nobody(
    agreement: Agreement,
    incidents: IncidentTable,
    register: tuple[RegisterEntry, ...],
    claims: tuple[RegisterEntry, ...],
):
    said = tuple(replace(one, key=f"said-{one.key}", standing=Standing.CLAIMED) for one in claims)
    before = outcomes(judged(agreement, incidents, register))
    for name, result in outcomes(judged(agreement, incidents, (*register, *said))).items():
        assert result == before[name] or result in (Result.UNDETERMINED, Result.DISCRETION_UNUSED, Result.NOT_YET)


def drawn(line: str = "") -> dict[str, object]:
    return {"type": "LineString", "coordinates": [[28.0, 48.0], [30.5, 48.1], [33.0, 48.0]]} if line else {}


def made_up_geometry(content: Any) -> dict[str, object]:  # noqa: ANN401 - a file as plain values
    """A course or outline for every id of a case, all of them in the made-up country of these tests."""
    given: dict[str, object] = {one["id"]: drawn("line") for one in content.get("lines", ())}
    left = {one["id"]: one["left"] for one in content.get("lines", ())}
    for one in content.get("zones", ()):
        beside = one.get("beside", {})
        south = 48.3 if not beside or left[beside["line"]] == beside["of"] else 47.4
        ring = [[30.0, south], [31.0, south], [31.0, south + 0.3], [30.0, south + 0.3], [30.0, south]]
        given[one["id"]] = {"type": "Polygon", "coordinates": [ring]}
    point = {"type": "Feature", "properties": {"radius_m": 3_000}, "geometry": {"type": "Point"}}
    for one in content.get("settlements", ()):
        point["geometry"] = {"type": "Point", "coordinates": [30.5, 48.4]}
        given[one["id"]] = {"type": "FeatureCollection", "features": [point]}
    return given


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_exchanging_the_parties_of_a_case_exchanges_its_findings(path: Path, data: st.DataObject):
    document = read_strict_yaml(path)
    loaded = load_document(document, path.parent, made_up_geometry(document.value))
    agreement, window = loaded.agreement, loaded.agreement.readings[0].window
    pair = tuple(party.id for party in agreement.parties)[:2]
    if len(pair) < 2:
        pytest.skip("one party only")
    shift = window.start - made_up.BEGIN + timedelta(days=2)
    names = dict(zip(made_up.PAIR, pair, strict=True))

    def there(span: Interval) -> Interval:
        return Interval(span.start + shift, span.end + shift, span.sense)

    rows = data.draw(st.lists(made_up.incident_rows(), max_size=10))
    incidents = made_up.incident_table(
        [{**row, "time": there(row["time"]), "party": names.get(row["party"], "")} for row in rows]
    )
    subjects = [norm.id for norm in agreement.norms] + [event.id for event in agreement.events]
    wanted = sorted({need.subject for norm in agreement.norms for need in _asked(norm) if need.subject})
    register = tuple(
        replace(
            exchanged,
            by=names.get(exchanged.by, exchanged.by),
            to=tuple(names[one] for one in exchanged.to),
            time=there(exchanged.time),
            covers=None if exchanged.covers is None else there(exchanged.covers),
            subject=data.draw(st.sampled_from([*subjects, *wanted])) if exchanged.subject else "",
        )
        for exchanged in data.draw(made_up.registers(most=12))
    )
    parameters = EvaluationParameters(window.start + timedelta(days=data.draw(st.sampled_from([5, 40]))))

    def come_out(text: Agreement, seen: IncidentTable, entries: tuple[RegisterEntry, ...]) -> tuple[Finding, ...]:
        evidence = Evidence(seen, Words.of(["confirmed"] * len(seen)), entries, lambda _: covered(1.0))
        return evaluate(text, loaded.ground, evidence, parameters)

    here = come_out(agreement, incidents, register)
    assert here
    mirror = come_out(*(exchange_parties(one, pair) for one in (agreement, incidents, register)))
    assert come_to(exchange_parties(mirror, pair)) == come_to(here)


def _asked(norm: Any) -> tuple[Requirement, ...]:  # noqa: ANN401 - a norm
    return (*norm.requires, *norm.void_if)
