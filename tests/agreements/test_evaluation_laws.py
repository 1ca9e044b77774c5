"""Laws every evaluation keeps, over random agreements and incidents."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

import strategies as made_up
from truceline.agreements.evaluation import EvaluationParameters, Evidence, evaluate
from truceline.agreements.ground import Ground
from truceline.agreements.reasons import ALL_REASONS, STEP_TITLES
from truceline.agreements.space.zone import Zone
from truceline.coverage.shares import AreaShare, CoverageShare
from truceline.model import (
    Agreement,
    CoverageState,
    Finding,
    IncidentTable,
    Interval,
    Phenomenon,
    Stratum,
    exchange_parties,
    microseconds,
)
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
