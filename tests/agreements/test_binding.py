"""When a norm binds: suspensions, waivers, voiding, norms that come first, and who is bound under which reading."""

from __future__ import annotations

import pytest
from told import BEGIN, FIRE, GUNS, NORTH, SOUTH, entry, found, hours, results, sight, truce

from truceline.model import Interval, TimeSense

SOMETIME = TimeSense.SOMETIME
ASLEEP = (entry("suspension", "", hours(5), by="mechanism", covers=hours(6, 18)),)
PULL = "id: pull, kind: oblige, mode: MODE, who: each, act: withdraw-weapons, when: {until: 'UNTIL'}"


def pull(mode: str = "achievement", until_h: float = 48) -> str:
    return PULL.replace("MODE", mode).replace("UNTIL", hours(until_h).start.isoformat())


@pytest.mark.parametrize(
    ("time", "result"),
    [
        (hours(5), "breached"),
        (hours(6), "complied"),
        (hours(17.9), "complied"),
        (hours(18), "breached"),
        (hours(5, 7), "breached"),
        (hours(10, 12, SOMETIME), "complied"),
        (hours(4, 5, SOMETIME), "breached"),
        (hours(5, 17, SOMETIME), "undetermined"),
        (hours(17, 19, SOMETIME), "undetermined"),
        (hours(10, 20), "undetermined"),
        (hours(-5, 7), "undetermined"),
    ],
    ids=str,
)
def test_fire_counts_only_while_the_truce_was_not_suspended(time: Interval, result: str):
    assert results(truce(FIRE), [sight(time)], ASLEEP)[f"fire/{NORTH}"] == result


@pytest.mark.parametrize(
    ("time", "result"),
    [
        (hours(7, 17), "complied"),
        (hours(7, 20), "breached"),
        (hours(-5, 1), "breached"),
        (hours(2, 7), "breached"),
        (hours(6, 18), "complied"),
    ],
    ids=str,
)
def test_guns_that_stood_there_only_while_it_was_suspended_do_not_count(time: Interval, result: str):
    seen = [sight(time, phenomenon="weapon-presence")]
    assert results(truce(GUNS), seen, ASLEEP)[f"guns/{NORTH}"] == result


def test_a_suspension_that_may_have_begun_is_held_against_nobody_and_clears_nobody():
    """Of a day of which 22 hours surely counted, 4 perhaps did not: 0.833 at least, whatever the middle may be."""
    perhaps = (entry("suspension", "fire", hours(20, 26, SOMETIME), by="mechanism"),)
    one = found(truce(FIRE), [sight(hours(0, 24, SOMETIME))], perhaps)[f"fire/{NORTH}/r"]
    judged = one.judged[0]
    assert (str(one.result), judged.inside_at_least, judged.inside_at_most) == ("undetermined", 0.833333, 1.0)
    assert results(truce(FIRE), [sight(hours(21))], perhaps)[f"fire/{NORTH}"] == "undetermined"
    assert results(truce(FIRE), [sight(hours(19))], perhaps)[f"fire/{NORTH}"] == "breached"
    late = (entry("suspension", "fire", hours(22, 26, SOMETIME), by="mechanism"),)
    assert results(truce(FIRE), [sight(hours(0, 24, SOMETIME))], late)[f"fire/{NORTH}"] == "undetermined"
    stands = [sight(hours(21, 60), phenomenon="weapon-presence")]
    between = (entry("suspension", "guns", hours(20, 26, SOMETIME), by="mechanism", covers=None),)
    assert results(truce(GUNS), stands, between)[f"guns/{NORTH}"] == "undetermined"


def test_a_suspension_that_is_only_claimed_suspends_nothing():
    claimed = (entry("suspension", "", hours(5), covers=hours(6, 18), standing="claimed"),)
    assert results(truce(FIRE), [sight(hours(10))], claimed)[f"fire/{NORTH}"] == "breached"


def test_guns_that_were_there_before_a_suspension_from_the_first_moment_and_gone_after_it():
    from_the_start = (entry("suspension", "", hours(-1), by="mechanism", covers=hours(-1, 18)),)
    seen = [sight(hours(-5, 7), phenomenon="weapon-presence")]
    assert results(truce(GUNS), seen, from_the_start)[f"guns/{NORTH}"] == "complied"


def test_the_first_of_several_waivers_ends_the_norm():
    waived = (
        entry("release", "fire", hours(1, 200, SOMETIME), by=SOUTH, to=(NORTH,)),
        entry("release", "fire", hours(50), by=SOUTH, to=(NORTH,)),
    )
    assert results(truce(FIRE), [sight(hours(60))], waived)[f"fire/{NORTH}"] == "released"
    assert results(truce(FIRE), [sight(hours(40))], waived)[f"fire/{NORTH}"] == "breached"
    assert results(truce(FIRE), [sight(hours(60), SOUTH)], waived)[f"fire/{SOUTH}"] == "breached"


def test_nobody_waives_what_it_owes_itself():
    own = (entry("release", "fire", hours(1), by=NORTH, to=(NORTH,)),)
    assert results(truce(FIRE), [sight(hours(60))], own)[f"fire/{NORTH}"] == "breached"


def test_what_must_last_may_be_waived_after_its_deadline_and_what_is_done_once_not_any_more():
    waived = (entry("release", "pull", hours(100), by=SOUTH, to=(NORTH,)),)
    back = [sight(hours(150), phenomenon="weapon-presence")]
    assert results(truce(pull("achievement-then-maintenance")), back, waived)[f"pull/{NORTH}"] == "released"
    assert results(truce(pull()), back, waived)[f"pull/{NORTH}"] == "breached"
    early = (entry("release", "pull", hours(20), by=SOUTH, to=(NORTH,)),)
    assert results(truce(pull()), back, early)[f"pull/{NORTH}"] == "released"


@pytest.mark.parametrize("mode", ["achievement", "achievement-then-maintenance"])
def test_nobody_is_late_for_what_was_waived_or_void_by_its_deadline(mode: str):
    failed = (entry("not-done", "pull", hours(100)), entry("done", "pull", hours(110)))
    waived = entry("release", "pull", hours(20), by=SOUTH, to=(NORTH,))
    for one in failed:
        assert results(truce(pull(mode)), [], (waived, one))[f"pull/{NORTH}"] == "released"
        assert results(truce(pull(mode)), [], (one,))[f"pull/{NORTH}"] == "breached"
    voided = entry("determination", "attack", hours(20), by="mechanism")
    text = truce(f"{pull(mode)}, void_if: [{{entry: determination, by: [mechanism], subject: attack}}]")
    assert results(text, [], (voided, *failed))[f"pull/{NORTH}"] == "void"


def test_what_is_owed_to_several_is_waived_by_all_of_them():
    three = truce(FIRE).replace("parties: [", "parties: [{id: party-west, name: {en: W}}, ")
    by_south = entry("release", "fire", hours(10), by=SOUTH, to=(NORTH,))
    by_west = entry("release", "fire", hours(50), by="party-west", to=(NORTH,))
    fired = [sight(hours(60))]
    assert results(three, fired, (by_south,))[f"fire/{NORTH}"] == "breached"
    assert results(three, fired, (by_south, by_west))[f"fire/{NORTH}"] == "released"
    assert results(three, [sight(hours(40))], (by_south, by_west))[f"fire/{NORTH}"] == "breached"


def test_a_norm_becomes_void_only_by_the_body_that_may_say_so_to_those_it_must_tell():
    norm = f"{FIRE}, void_if: [{{entry: determination, by: [mechanism], to: [{SOUTH}], subject: attack}}]"
    fired = [sight(hours(60))]
    for by, to, standing, result in (
        ("mechanism", (SOUTH,), "verified", "void"),
        ("mechanism", (SOUTH, NORTH), "verified", "void"),
        ("mechanism", (), "verified", "breached"),
        (SOUTH, (SOUTH,), "verified", "breached"),
        ("mechanism", (SOUTH,), "claimed", "breached"),
    ):
        said = (entry("determination", "attack", hours(10), by=by, to=to, standing=standing),)
        assert results(truce(norm), fired, said)[f"fire/{NORTH}"] == result
    both = f"{FIRE}, void_if: [{{entry: determination, subject: attack}}, {{entry: notice, subject: fire}}]"
    assert results(truce(both), fired, (entry("determination", "attack", hours(10)),))[f"fire/{NORTH}"] == "breached"


SECOND = f"{FIRE}, after: [pull]"


@pytest.mark.parametrize(
    ("done_h", "fired_h", "result"),
    [(20, 30, "breached"), (20, 10, "complied"), (100, 110, "breached"), (100, 90, "complied")],
)
def test_a_phase_begins_once_the_one_before_is_done_in_time_or_late(done_h: float, fired_h: float, result: str):
    done = tuple(entry("done", "pull", hours(done_h), by=party) for party in (NORTH, SOUTH))
    assert results(truce(pull(), SECOND), [sight(hours(fired_h))], done)[f"fire/{NORTH}"] == result


@pytest.mark.parametrize(
    ("mode", "refuted_h", "result"),
    [
        ("achievement", 40, "not-yet"),
        ("achievement-then-maintenance", 40, "not-yet"),
        ("achievement-then-maintenance", 60, "breached"),
    ],
)
def test_a_phase_does_not_begin_on_entries_that_contradict_each_other(mode: str, refuted_h: float, result: str):
    done = tuple(entry("done", "pull", hours(20), by=party) for party in (NORTH, SOUTH))
    refuted = (*done, entry("not-done", "pull", hours(refuted_h)))
    assert results(truce(pull(mode), SECOND), [sight(hours(50))], refuted)[f"fire/{NORTH}"] == result


def test_a_phase_waits_until_everybody_has_done_all_of_what_comes_first():
    one = (entry("done", "pull", hours(20)),)
    story = found(truce(pull(), SECOND), [sight(hours(30))], one, share=0.0)
    assert story[f"fire/{NORTH}/r"].result == "not-yet"
    claimed = (*one, entry("done", "pull", hours(20), by=SOUTH, standing="claimed"))
    assert found(truce(pull(), SECOND), [], claimed, share=0.0)[f"fire/{NORTH}/r"].result == "not-yet"
    three = pull() + ", count: {at_least: 3}"
    some = tuple(
        entry("done", "pull", hours(at), by=party, count=count)
        for party in (NORTH, SOUTH)
        for at, count in ((10, 2), (60, 1), (90, 5))
    )
    fired = [sight(hours(59)), sight(hours(61), SOUTH)]
    second = results(truce(three, SECOND), fired, some, share=0.0)
    assert (second[f"fire/{NORTH}"], second[f"fire/{SOUTH}"]) == ("undetermined", "breached")


def test_a_reading_may_bind_whom_the_text_alone_does_not():
    window = f"start: '{BEGIN.isoformat()}', end: '{hours(240).start.isoformat()}'"
    rival = f", {{id: rival, asserted_by: [{SOUTH}], source: text, {window}, changes: {{norms.fire.who: each}}}}"
    text = truce("id: fire, kind: forbid, who: [party-north], act: ground-fire", more=rival)
    fired = found(text, [sight(hours(1), SOUTH)])
    assert list(fired) == [f"fire/{NORTH}/r", f"fire/{NORTH}/rival", f"fire/{SOUTH}/rival"]
    assert fired[f"fire/{SOUTH}/rival"].result == "breached"


@pytest.mark.parametrize(
    ("kind", "step", "result"),
    [("draft", "signed", "not-yet"), ("ceasefire", "announced", "not-yet"), ("ceasefire", "signed", "breached")],
)
def test_a_draft_and_an_announcement_bind_nobody(kind: str, step: str, result: str):
    steps = f"[{{id: i, title: {{en: I}}, type: {kind}, status: [{{step: {step}, date: 2031-04-01, source: text}}]}}]"
    text = truce(f"{FIRE}, instrument: i", instruments=steps)
    assert results(text, [sight(hours(1))])[f"fire/{NORTH}"] == result


def test_an_event_binds_from_when_it_has_surely_come_about():
    norm = f"{FIRE}, when: {{from: d-day}}"
    text = truce(norm, events="[{id: d-day}]")
    assert results(text, [sight(hours(30))])[f"fire/{NORTH}"] == "not-yet"
    came = (entry("event", "d-day", hours(20, 40, SOMETIME), by="mechanism"),)
    assert results(text, [sight(hours(30))], came)[f"fire/{NORTH}"] == "complied"
    assert results(text, [sight(hours(40))], came)[f"fire/{NORTH}"] == "breached"
    claimed = (entry("event", "d-day", hours(20), by="mechanism", standing="claimed"),)
    assert results(text, [sight(hours(40))], claimed)[f"fire/{NORTH}"] == "not-yet"


def test_a_phase_begins_with_the_last_of_those_who_had_to_act_before_it():
    done = (entry("done", "pull", hours(20)), entry("done", "pull", hours(40), by=SOUTH))
    story = results(truce(pull(), SECOND), [sight(hours(30)), sight(hours(41), SOUTH)], done)
    assert (story[f"fire/{NORTH}"], story[f"fire/{SOUTH}"]) == ("complied", "breached")
