"""Obligations: done in time, late, contradicted, undone, kept up, kept on every day; permissions left unused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from told import BEGIN, NORTH, SOUTH, entry, found, hours, results, sight, truce

from truceline.agreements.evaluation import EvaluationParameters
from truceline.model import CountRange, Interval, RegisterEntry, TimeSense

SOMETIME = TimeSense.SOMETIME
DEADLINE_H = 48.0
ONCE, LASTING = "achievement", "achievement-then-maintenance"
STANDS = "weapon-presence"


def pull(mode: str = ONCE, more: str = "", until: str | None = None) -> str:
    end = f"'{hours(DEADLINE_H).start.isoformat()}'" if until is None else until
    return truce(
        f"id: pull, kind: oblige, mode: {mode}, who: each, act: withdraw-weapons, when: {{until: {end}}}{more}"
    )


def done(time: Interval, **more: Any):  # noqa: ANN401 - whatever the helper takes
    return entry("done", "pull", time, **more)


def not_done(time: Interval, **more: Any):  # noqa: ANN401 - whatever the helper takes
    return entry("not-done", "pull", time, by=more.pop("by", NORTH), **more)


def north(*story: Any, **more: Any) -> str:  # noqa: ANN401 - whatever the helper takes
    return results(*story, **more)[f"pull/{NORTH}"]


@pytest.mark.parametrize(
    ("time", "result"),
    [
        (hours(48), "complied"),
        (hours(49), "breached"),
        (hours(10, 48), "complied"),
        (hours(10, 49), "breached"),
        (hours(10, 40, SOMETIME), "complied"),
        (hours(40, 50, SOMETIME), "undetermined"),
        (hours(49, 60, SOMETIME), "breached"),
    ],
    ids=str,
)
def test_a_deed_is_done_when_it_is_over(time: Interval, result: str):
    assert north(pull(), [], (done(time),), share=0.0) == result


def test_a_claim_of_ones_own_deed_proves_nothing_and_a_denied_one_neither():
    for standing in ("claimed", "denied"):
        assert north(pull(), [], (done(hours(10), standing=standing),), share=0.0) == "undetermined"


@pytest.mark.parametrize(
    ("time", "result"),
    [
        (hours(47), "undetermined"),
        (hours(48), "breached"),
        (hours(40, 50, SOMETIME), "undetermined"),
        (hours(40, 50), "breached"),
        (hours(50, 60, SOMETIME), "breached"),
    ],
    ids=str,
)
def test_nobody_has_failed_before_the_deadline(time: Interval, result: str):
    assert north(pull(), [], (not_done(time),), share=0.0) == result


def test_nothing_is_breached_while_the_deadline_is_still_to_come():
    early = EvaluationParameters(BEGIN + timedelta(hours=20))
    assert north(pull(), [], (not_done(hours(10)),), early) == "not-yet"
    assert north(pull(), [], (not_done(hours(10), covers=hours(10, 90)),), early) == "not-yet"


def test_verified_entries_that_contradict_each_other_accuse_nobody():
    both = (done(hours(40)), not_done(hours(50)))
    assert north(pull(), [], both) == "undetermined"
    assert north(pull(LASTING), [], both) == "breached"
    part = pull(more=", count: {at_least: 3}")
    assert north(part, [], (done(hours(40), count=2), not_done(hours(50)))) == "breached"


def test_what_was_done_once_in_time_is_not_undone_by_what_comes_later():
    back = [sight(hours(100), phenomenon=STANDS)]
    assert north(pull(), back, (done(hours(40)),)) == "complied"
    assert north(pull(LASTING), back, (done(hours(40)),)) == "breached"
    assert north(pull(), back) == "breached"
    assert north(pull(), [sight(hours(47), phenomenon=STANDS)]) == "undetermined"
    assert north(pull(), [sight(hours(47), phenomenon=STANDS)], (done(hours(47.5)),)) == "complied"
    assert north(pull(), [sight(hours(100), "", STANDS)]) == "undetermined"


def test_what_nobody_sees_any_more_was_not_therefore_taken_away():
    for mode in (ONCE, LASTING):
        assert north(pull(mode)) == "undetermined"
        assert north(pull(mode), [], (done(hours(40), standing="denied"),)) == "undetermined"
    gone = found(pull(LASTING))[f"pull/{NORTH}/r"]
    assert "that it was done nobody verified" in str(gone.because)


@pytest.mark.parametrize("mode", [ONCE, LASTING])
def test_what_is_established_undone_after_it_was_done_is_a_contradiction_before_the_deadline_too(mode: str):
    assert north(pull(mode), [], (done(hours(10)), not_done(hours(20)))) == "undetermined"
    assert north(pull(mode), [], (done(hours(20)), not_done(hours(10)))) == "complied"
    assert north(pull(until="null"), [], (done(hours(10)), not_done(hours(20)))) == "undetermined"


KEEP = truce("id: pull, kind: oblige, mode: maintenance, who: each, act: provide-access", last_h=48)


def test_the_word_of_a_party_proves_only_what_speaks_against_it():
    for party, of_deed, of_failure in ((NORTH, "undetermined", "breached"), (SOUTH, "complied", "undetermined")):
        assert north(pull(), [], (done(hours(10), said_by=party),), share=0.0) == of_deed
        assert north(pull(), [], (not_done(hours(60), said_by=party),), share=0.0) == of_failure
        assert north(pull(), [], (done(hours(10), said_by=party, standing="claimed"),), share=0.0) == "undetermined"


@pytest.mark.parametrize(
    ("failed", "result"),
    [
        (not_done(hours(10)), "undetermined"),
        (not_done(hours(49), covers=hours(40, 48)), "undetermined"),
        (not_done(hours(49), covers=hours(-9, 20)), "undetermined"),
        (not_done(hours(10, 20, SOMETIME)), "undetermined"),
        (not_done(hours(60), covers=hours(40, 50)), "undetermined"),
    ],
    ids=str,
)
def test_kept_and_failed_at_once_is_a_contradiction(failed: RegisterEntry, result: str):
    kept = done(hours(50), covers=hours(-1, 48))
    assert north(KEEP, [], (kept, failed), share=0.0) == result
    half = done(hours(50), covers=hours(-1, 9))
    assert north(KEEP, [], (half, failed), share=0.0) == "breached"


def test_nobody_establishes_what_is_still_to_come():
    assert north(pull(), [], (not_done(hours(10), covers=hours(0, 90)),), share=0.0) == "undetermined"
    assert north(KEEP, [], (done(hours(10), covers=hours(-1, 60)),)) == "undetermined"
    assert north(KEEP, [], (done(hours(-5), covers=hours(-1, 60)),)) == "undetermined"
    assert north(KEEP, [], (not_done(hours(10), covers=hours(20, 60)),)) == "undetermined"


def test_what_must_last_needs_somebody_who_watched():
    assert north(pull(LASTING), [], (done(hours(40)),)) == "complied"
    assert north(pull(LASTING), [], (done(hours(40)),), share=0.5) == "undetermined"


def test_numbers_add_up_by_the_deadline_and_what_the_text_leaves_open_stays_open():
    three = pull(more=", count: {at_least: 3}")
    assert north(three, [], (done(hours(10), count=1), done(hours(20), count=2)), share=0.0) == "complied"
    assert north(three, [], (done(hours(10), count=2),), share=0.0) == "undetermined"
    assert north(three, [], (done(hours(10), count=2), done(hours(60), count=2)), share=0.0) == "breached"
    assert north(pull(more=", count: {at_least: null}"), [], (done(hours(10), count=99),)) == "undetermined"
    assert north(pull(until="null"), [], (), share=0.0) == "undetermined"
    assert north(pull(until="null"), [], (done(hours(100)),), share=0.0) == "complied"


def test_what_the_other_side_did_is_not_this_ones_deed():
    assert north(pull(), [], (done(hours(10), by=SOUTH),), share=0.0) == "undetermined"


@pytest.mark.parametrize(
    ("entry_made", "result"),
    [
        (not_done(hours(10)), "breached"),
        (not_done(hours(-2, -1)), "undetermined"),
        (not_done(hours(-2, 1)), "breached"),
        (not_done(hours(-2, 1, SOMETIME)), "undetermined"),
        (not_done(hours(47, 50, SOMETIME)), "undetermined"),
        (not_done(hours(48)), "undetermined"),
        (not_done(hours(60), covers=hours(40, 50)), "breached"),
        (not_done(hours(10), standing="claimed"), "undetermined"),
        (done(hours(50), covers=hours(-1, 48)), "complied"),
        (done(hours(50), covers=hours(-1, 47)), "undetermined"),
        (done(hours(50), covers=hours(1, 48)), "undetermined"),
    ],
    ids=str,
)
def test_a_duty_to_keep_something_up(entry_made: RegisterEntry, result: str):
    assert north(KEEP, [], (entry_made,), share=0.0) == result


def test_two_spans_cover_a_window_only_without_a_gap():
    halves = [done(hours(50), covers=hours(0, 24), key="a"), done(hours(50), covers=hours(24, 48), key="b")]
    assert north(KEEP, [], tuple(halves)) == "complied"
    halves[1] = done(hours(50), covers=hours(25, 48), key="b")
    assert north(KEEP, [], tuple(halves)) == "undetermined"


def test_a_suspended_duty_is_not_failed_and_need_not_be_kept():
    asleep = entry("suspension", "", hours(5), by="mechanism", covers=hours(6, 18))
    assert north(KEEP, [], (asleep, not_done(hours(10)))) == "undetermined"
    assert north(KEEP, [], (asleep, not_done(hours(20)))) == "breached"
    around = (done(hours(50), covers=hours(0, 6), key="a"), done(hours(50), covers=hours(18, 48), key="b"))
    assert north(KEEP, [], (asleep, *around)) == "complied"


def daily(zone: str = "UTC") -> str:
    duty = "id: pull, kind: oblige, mode: maintenance, who: each, act: deliver-aid, count: {at_least: 2, per: day}"
    return truce(duty, last_h=72, time_zone=zone)


def test_each_day_is_judged_by_itself():
    kept = tuple(done(hours(24 * day + 5), count=2) for day in range(3))
    assert north(daily(), [], kept) == "complied"
    assert north(daily(), [], kept[:2]) == "undetermined"
    assert north(daily(), [], (*kept[:2], done(hours(60), count=1))) == "undetermined"
    assert north(daily(), [], (*kept[:2], not_done(hours(60)))) == "breached"
    over_midnight = done(hours(70, 73, SOMETIME), count=9)
    assert north(daily(), [], (*kept[:2], over_midnight)) == "undetermined"
    assert north(daily(), [], (*kept, not_done(hours(50)))) == "complied"
    assert north(daily(), [], (*kept, not_done(hours(55)))) == "undetermined"
    asleep = entry("suspension", "", hours(5), by="mechanism", covers=hours(48, 72))
    assert north(daily(), [], (*kept[:2], asleep, not_done(hours(60)))) == "complied"


def test_days_are_those_of_the_agreements_zone():
    kept = tuple(done(hours(24 * day + 22), count=2) for day in range(3))
    assert north(daily(), [], kept) == "complied"
    assert north(daily("Europe/Kyiv"), [], kept) == "undetermined"


def test_a_day_of_which_an_hour_was_suspended_is_kept_by_nobody_and_failed_in_the_rest():
    asleep = tuple(
        entry("suspension", "", hours(24 * day), by="mechanism", covers=hours(24 * day + 1, 24 * day + 2))
        for day in range(3)
    )
    assert north(daily(), [], asleep) == "undetermined"
    assert north(daily(), [], (*asleep, not_done(hours(25.5)))) == "undetermined"
    assert north(daily(), [], (*asleep, not_done(hours(30)))) == "breached"
    one = (*(done(hours(24 * day + 5), count=2) for day in range(2)), asleep[2])
    assert north(daily(), [], one) == "complied"
    assert north(daily(), [], (*one, not_done(hours(60)))) == "breached"


@pytest.mark.parametrize(
    ("early", "result"),
    [
        (CountRange(5, 7, 10), "undetermined"),
        (CountRange(5, 7, None), "undetermined"),
        (CountRange(2, 3, 4), "breached"),
    ],
    ids=str,
)
def test_what_may_have_been_enough_in_time_is_not_late(early: CountRange, result: str):
    made = (replace(done(hours(10)), count=early), done(hours(60), count=5))
    assert north(pull(more=", count: {at_least: 7}"), [], made, share=0.0) == result


def test_what_an_entry_covers_ends_when_it_can_first_have_been_made():
    assert north(pull(), [], (not_done(hours(40, 60, SOMETIME), covers=hours(2, 90)),), share=0.0) == "undetermined"
    assert north(pull(), [], (not_done(hours(50, 60, SOMETIME), covers=hours(2, 90)),), share=0.0) == "breached"
    assert north(KEEP, [], (not_done(hours(20, 30, SOMETIME), covers=hours(20, 30)),)) == "breached"
    assert north(KEEP, [], (not_done(hours(40, 60, SOMETIME), covers=hours(45, 60)),)) == "undetermined"
    around = done(hours(0, 48, SOMETIME), covers=hours(0, 48))
    assert north(KEEP, [], (around,)) == "undetermined"
    assert north(KEEP, [], (done(hours(49), covers=hours(0, 48)),)) == "complied"


def test_nobody_is_late_for_what_comes_after_the_reading():
    text = truce(
        f"id: pull, kind: oblige, mode: achievement, who: each, act: withdraw-weapons, "
        f"when: {{until: '{hours(DEADLINE_H).start.isoformat()}'}}",
        last_h=40,
    )
    assert north(text, [], (not_done(hours(60)),)) == "undetermined"
    assert north(text, [], (done(hours(60)),)) == "undetermined"
    assert north(text, [], (done(hours(30)),)) == "complied"


def test_what_may_be_done_after_the_moment_of_information_is_not_done_yet():
    early = EvaluationParameters(BEGIN + timedelta(hours=20))
    for time in (hours(10, 30), hours(10, 30, SOMETIME)):
        assert north(pull(), [], (done(time),), early) == "not-yet"
    assert north(KEEP, [], (not_done(hours(10, 30)),), early) == "breached"
    assert north(KEEP, [], (not_done(hours(10, 30, SOMETIME)),), early) == "undetermined"


@pytest.mark.parametrize("kind", ["permit", "power"])
def test_what_one_may_do_and_does_not_is_nobodys_breach(kind: str):
    text = truce(f"id: pull, kind: {kind}, who: each, act: suspend")
    assert north(text) == "discretion-unused"
    assert north(text, [], (done(hours(10)),)) == "not-breached"
    assert north(text, [], (done(hours(10), standing="claimed"), not_done(hours(10)))) == "discretion-unused"
    assert north(text, [], (done(hours(-1)), done(hours(240)))) == "discretion-unused"


def test_the_reason_names_the_contradiction():
    finding = found(pull(), [], (done(hours(40)), not_done(hours(50))))[f"pull/{NORTH}/r"]
    assert str(finding.because) == "verified entries contradict each other: done: 1; established not to be: 1"
