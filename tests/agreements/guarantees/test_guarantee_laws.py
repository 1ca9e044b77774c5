"""Laws every guarantee keeps, over random registers and incidents."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import guarantee_samples as samples
import numpy as np
from guarantee_samples import BEGUN, CONSULTING, COUNCIL, MEASURED, NORTH, SOUTH
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies as made_up
from truceline.agreements.guarantees.matrix import matrix
from truceline.agreements.guarantees.spans import at_most_summed, surely_different, surely_summed
from truceline.agreements.guarantees.standing import ClockState, Guaranteed
from truceline.model import (
    EvidenceLink,
    Interval,
    RegisterEntry,
    RegisterKind,
    Result,
    Standing,
    TimeSense,
    exchange_parties,
    parse_moment,
)

Register = tuple[RegisterEntry, ...]
Fire = list[dict[str, Any]]
SPEAKING = (RegisterKind.DONE, RegisterKind.NOT_DONE, RegisterKind.RESPONSE)
LAWS = settings(max_examples=60, deadline=None)
TEXT = samples.agreement(MEASURED + COUNCIL + CONSULTING)
MIRRORED = exchange_parties(TEXT, made_up.PAIR)
START = parse_moment("2031-05-01T00:00:00Z")
SUBJECTS = (
    *("renewed-attack", "renewed-attack/warn", "answer", "plan", "means", "own-attack", "renewed-attack/notice"),
    *("assistance", "assistance/provisional", "assistance/confirmed", "assist", "measures", "from-abroad"),
    *("support", "support/consult", "consult", "support/consult/party-north", "renewed-attack/confirmed/party-north"),
)
ACTORS = ("ally", "friend", "council", NORTH, SOUTH)
hours = st.integers(0, 240)


@st.composite
def entries(draw: st.DrawFn) -> RegisterEntry:
    """An entry of any kind on some part of the guarantees."""
    begin = START + timedelta(hours=draw(hours))
    length = timedelta(hours=draw(st.sampled_from([0, 0, 0, 30])))
    return RegisterEntry(
        key=f"e{draw(st.integers(0, 10**9))}",
        kind=draw(st.sampled_from(RegisterKind)),
        subject=draw(st.sampled_from(SUBJECTS)),
        by=draw(st.sampled_from(ACTORS)),
        to=draw(st.sampled_from([(), (), ("ally",), (SOUTH,), (NORTH,)])),
        time=Interval(begin, begin + length, TimeSense.SOMETIME if length else TimeSense.LASTED),
        standing=draw(st.sampled_from([Standing.VERIFIED, Standing.VERIFIED, Standing.CLAIMED, Standing.DENIED])),
        said_by=draw(st.sampled_from(["mission", "mission", "mission", *ACTORS])),
        evidence=EvidenceLink("0" * 64, 2),
        option=draw(st.sampled_from(["sanctions", "intelligence", "song"])),
    )


@st.composite
def shots(draw: st.DrawFn) -> dict[str, Any]:
    """Fire of somebody, at a moment or sometime in a few hours, confirmed or not."""
    begin = START + timedelta(hours=draw(hours))
    length = draw(st.sampled_from([0, 0, 0, 5, 40]))
    return samples.shot(
        begin.isoformat(),
        party=draw(st.sampled_from(["", NORTH, SOUTH, SOUTH])),
        hours=length,
        strata=draw(st.sampled_from([samples.CONFIRMING, samples.CONFIRMING[:1]])),
        area=draw(st.sampled_from(["", "left", "right"])),
        id=draw(st.integers(1, 1 << 60)),
    )


registers = st.lists(entries(), max_size=12, unique_by=lambda one: one.key).map(lambda found: (BEGUN, *found))
fire = st.lists(shots(), max_size=10, unique_by=lambda one: one["id"])
moments = hours.map(lambda n: START + timedelta(hours=n))


def results(found: Guaranteed) -> dict[str, Result]:
    return {finding.id: finding.result for finding in found.findings}


@LAWS
@given(registers, fire, moments)
def test_an_option_nobody_used_is_never_a_breach(register: Register, incidents: Fire, as_of: datetime):
    for standing in samples.guaranteed(TEXT, register, incidents, as_of).standings:
        for duty in standing.duties:
            if duty.mode == "may":
                assert duty.result is not Result.BREACHED
                if not duty.used:
                    assert duty.result is not Result.NOT_BREACHED


@LAWS
@given(registers, fire, moments)
def test_an_earlier_moment_never_knows_what_came_later(register: Register, incidents: Fire, as_of: datetime):
    known = [one for one in register if one.time.start <= as_of]
    seen = [one for one in incidents if one["time"].start <= as_of]
    assert samples.guaranteed(TEXT, register, incidents, as_of) == samples.guaranteed(TEXT, known, seen, as_of)


@LAWS
@given(registers, fire, moments)
def test_exchanging_the_parties_exchanges_the_standings(register: Register, incidents: Fire, as_of: datetime):
    found = samples.guaranteed(TEXT, register, incidents, as_of)
    other = [dict(one, party=exchange_parties(one["party"], made_up.PAIR)) for one in incidents]
    mirrored = samples.guaranteed(MIRRORED, exchange_parties(register, made_up.PAIR), other, as_of)
    assert exchange_parties(mirrored, made_up.PAIR) == found
    assert exchange_parties(matrix(MIRRORED, mirrored.standings), made_up.PAIR) == matrix(TEXT, found.standings)


@LAWS
@given(registers, fire, st.randoms(use_true_random=False))
def test_the_order_of_records_means_nothing(register: Register, incidents: Fire, random: Random):
    shuffled, seen = list(register), list(incidents)
    random.shuffle(shuffled)
    random.shuffle(seen)
    assert samples.guaranteed(TEXT, shuffled, seen) == samples.guaranteed(TEXT, register, incidents)


@LAWS
@given(registers, fire)
def test_only_the_named_body_makes_void(register: Register, incidents: Fire):
    void = [
        one
        for one in register
        if (one.kind, one.subject, one.by, one.standing)
        == (RegisterKind.DETERMINATION, "own-attack", "council", Standing.VERIFIED)
        and one.said_by not in ("ally", SOUTH)
    ]
    found = samples.guaranteed(TEXT, register, incidents)
    assert any(one.holding.void_at for one in found.standings) == bool(void)
    assert void or Result.VOID not in results(found).values()


@LAWS
@given(registers, fire, moments)
def test_a_clock_that_no_stamp_starts_never_runs(register: Register, incidents: Fire, as_of: datetime):
    for standing in samples.guaranteed(TEXT, register, incidents, as_of).standings:
        for duty in standing.duties:
            for case in duty.cases:
                if case.clock is not None and case.clock.starts is None:
                    assert (case.clock.state, case.clock.deadline, case.clock.left_s) == (ClockState.NEVER, None, None)
                    assert case.result is not Result.BREACHED


@LAWS
@given(registers, fire)
def test_silence_neither_breaches_nor_complies(register: Register, incidents: Fire):
    silent = [one for one in register if one.kind not in SPEAKING or one.standing is not Standing.VERIFIED]
    assert not {Result.BREACHED, Result.COMPLIED} & set(results(samples.guaranteed(TEXT, silent, incidents)).values())


@LAWS
@given(registers, fire)
def test_nobodys_word_for_himself_proves_anything(register: Register, incidents: Fire):
    own = [replace(one, said_by=_profits(one)) if one.kind in SPEAKING else one for one in register]
    assert not {Result.BREACHED, Result.COMPLIED} & set(results(samples.guaranteed(TEXT, own, incidents)).values())


def _profits(one: RegisterEntry) -> str:
    """Somebody in whose interest it is that a deed was done, or that it was not, whoever owed it to whom."""
    if one.kind is not RegisterKind.NOT_DONE:
        return one.by if one.by != "council" else "ally"
    return NORTH if one.by != NORTH else SOUTH


@LAWS
@given(registers, st.integers(0, 240))
def test_a_later_request_never_makes_a_breach_of_an_earlier_one(register: Register, hour: int):
    moment = START + timedelta(hours=hour)
    before = [one for one in register if one.kind is not RegisterKind.REQUEST or one.time.end < moment]
    asked = samples.entry("request", "support/consult", NORTH, moment.isoformat(), key="later")
    cases = [
        {case.request: case.result for one in found.standings for duty in one.duties for case in duty.cases}
        for found in (samples.guaranteed(TEXT, seen) for seen in (before, [*before, asked]))
    ]
    for request, result in cases[1].items():
        if request and request != "register:later" and result is Result.BREACHED:
            assert cases[0][request] is Result.BREACHED


@LAWS
@given(registers, fire)
def test_more_fire_never_lowers_a_measure_and_low_never_passes_high(register: Register, incidents: Fire):
    extra = samples.shot("2031-05-03T00:00:00Z", id=7)
    before, after = (samples.guaranteed(TEXT, register, seen) for seen in (incidents, [*incidents, extra]))
    for one, other in zip(before.standings, after.standings, strict=True):
        for was, is_now in zip(one.trigger.criteria, other.trigger.criteria, strict=True):
            assert is_now.low >= was.low
            for criterion in (was, is_now):
                assert criterion.high is None or criterion.low <= criterion.high


moment_lists = st.lists(st.integers(0, 60), max_size=12)


@LAWS
@given(moment_lists, st.integers(1, 40), st.integers(1, 5))
def test_the_worst_span_is_the_one_found_by_trying_every_span(moments_s: list[int], span_s: int, needed: int):
    us = np.array(moments_s, dtype=np.int64) * 1_000_000
    ones, keys = np.ones(len(us), dtype=np.int64), np.array([one % 3 for one in moments_s], dtype=np.int64)
    spans = [[one for one in moments_s if begin <= one < begin + span_s] for begin in moments_s]
    most = max(map(len, spans), default=0)
    low = surely_summed(us, ones, span_s, float(needed))
    assert low.most == at_most_summed(us, us, ones, span_s) == most
    assert (low.met_us is not None) == (most >= needed)
    different = max((len({one % 3 for one in span}) for span in spans), default=0)
    assert surely_different(us, keys, span_s, None).most == different
    far = surely_different(us, keys, 1_000, float(needed))
    assert surely_different(us, keys, None, float(needed)) == far


@LAWS
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=8), st.integers(1, 40), st.randoms())
def test_no_choice_of_moments_passes_the_most(spans: list[tuple[int, int]], span_s: int, random: Random):
    first = np.array([begin for begin, _ in spans], dtype=np.int64) * 1_000_000
    last = first + np.array([length for _, length in spans], dtype=np.int64) * 1_000_000
    ones = np.ones(len(first), dtype=np.int64)
    chosen = np.array([random.randint(a, b) for a, b in zip(first.tolist(), last.tolist(), strict=True)], np.int64)
    assert surely_summed(chosen, ones, span_s, None).most <= at_most_summed(first, last, ones, span_s)
