"""Entries on the same persons or things: counted once, within the bounds of all that tell of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import AFTERWARDS, NORTH, SOUTH, entry, found, hours, truce

import strategies as made_up
from truceline.agreements.performed import performance
from truceline.agreements.repeats import each_act, why_no_repeat
from truceline.model import CountRange, RegisterEntry, RegisterKind, Result, TimeSense

RELEASE = "id: release, kind: oblige, mode: achievement, who: each, act: release-persons, count: {at_least: 50}"
DEADLINE_H = 72


def release(key: str, count: int | None = None, at_h: float = 10, **more: object) -> RegisterEntry:
    """Persons set free, by a mechanism's word."""
    return entry("done", "release", hours(at_h), key=key, count=count, **more)  # type: ignore[arg-type]


def _result(*register: RegisterEntry, party: str = NORTH) -> tuple[Result, dict[str, object]]:
    text = truce(f"{RELEASE}, when: {{until: '{hours(DEADLINE_H).start.isoformat()}'}}")
    one = found(text, register=register)[f"release/{party}/r"]
    return one.result, dict(one.because.values)


@pytest.mark.parametrize("party", [NORTH, SOUTH])
def test_persons_told_of_twice_are_counted_once(party: str):
    told = (release("a", 30, by=party), release("b", 30, by=party))
    again = (told[0], replace(told[1], repeats="a"))
    assert _result(*told, party=party)[0] is Result.COMPLIED
    result, figures = _result(*again, party=party)
    assert (result, figures["amount"]) == (Result.UNDETERMINED, 30)


def test_where_two_of_the_same_weight_differ_the_bounds_of_both_hold():
    told = performance((release("a", 30), release("b", 34, 12, repeats="a")), ("release",), NORTH)
    assert (told.amount(), told.most(AFTERWARDS.as_of), len(told.done)) == (30, 34, 2)
    assert (told.amount(hours(11).start), told.most(hours(11).start), told.most(hours(9).start)) == (0, 34, 0)
    (deed,) = told.deeds
    assert (deed.key, deed.time, deed.count) == ("b", hours(10, 12, TimeSense.SOMETIME), CountRange(30, 34, 34))


def test_an_open_number_leaves_the_most_open_and_none_says_nothing():
    one, other = release("a", 30), release("b", repeats="a")
    assert performance((one, other), ("release",), NORTH).most(AFTERWARDS.as_of) == 30
    at_least = replace(other, count=CountRange(20, None, None))
    told = performance((one, at_least), ("release",), NORTH)
    assert (told.amount(), told.most(AFTERWARDS.as_of)) == (20, None)


def test_told_of_once_within_the_deadline_and_once_after_it_is_neither_in_time_nor_late():
    one, other = release("a", 50, 10), release("b", 50, DEADLINE_H + 10, repeats="a")
    assert _result(one)[0] is Result.COMPLIED
    assert _result(replace(other, repeats=""))[0] is Result.BREACHED
    assert _result(one, other)[0] is Result.UNDETERMINED


@pytest.mark.parametrize("count", [0, 20, 70])
def test_the_word_of_the_other_side_changes_nothing_of_what_somebody_else_established(count: int):
    established = release("a", 50)
    word = release("b", count, DEADLINE_H + 10, said_by=SOUTH, repeats="a")
    assert _result(established, word) == _result(established)
    turned = (replace(established, repeats="b"), replace(word, repeats=""))
    assert _result(*turned) == _result(established)


def test_a_claim_between_two_entries_joins_them_and_adds_nothing():
    told = (release("a", 30), release("b", 60, standing="claimed", repeats="a"), release("c", 30, repeats="b"))
    assert performance(told, ("release",), NORTH).amount() == 30
    assert performance(told[::2], ("release",), NORTH).amount() == 60


def test_two_that_repeat_a_third_nobody_knows_of_yet_tell_of_the_same():
    told = (release("a", 30, repeats="c"), release("b", 30, repeats="c"))
    assert performance(told, ("release",), NORTH).amount() == 30


def test_a_power_used_is_told_of_twice_and_used_once():
    text = truce("id: stop, kind: power, who: each, act: suspend")
    used = [entry("done", "stop", hours(10 + at), key=key) for at, key in enumerate("ab")]
    assert dict(found(text, register=tuple(used))[f"stop/{NORTH}/r"].because.values)["uses"] == 2
    used[1] = replace(used[1], repeats="a")
    assert dict(found(text, register=tuple(used))[f"stop/{NORTH}/r"].because.values)["uses"] == 1


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"repeats": "z"}, "repeats 'z', and the register has no such entry; take in the other entry first"),
        ({"repeats": "0016x"}, "did you mean 0016?"),
        ({"kind": RegisterKind.NOT_DONE}, "is of the kind 'done' and not 'not-done'"),
        ({"subject": "publish"}, "is on 'release' and not on 'publish'"),
        ({"by": SOUTH}, "is by 'party-north' and not by 'party-south'"),
        ({"by": ""}, "and not by 'nobody known'"),
        ({"option": "prisoners"}, "used the option '' and not 'prisoners'"),
    ],
)
def test_an_entry_repeats_only_one_on_the_same(changed: dict[str, str], why: str):
    first = release("0016", 30)
    again = replace(release("0017", 30, repeats="0016"), **changed)
    assert why in why_no_repeat(again, {"0016": first, "0017": again})


def test_a_subject_may_be_told_with_and_without_its_instrument():
    first, again = release("a", 30), release("b", 30, repeats="a")
    for one, other in (("release", "annex/release"), ("annex/release", "release")):
        told = {"a": replace(first, subject=one), "b": replace(again, subject=other)}
        assert not why_no_repeat(told["b"], told)


def test_entries_that_repeat_each_other_go_in_a_circle_and_those_beside_it_do_not():
    told = {key: release(key, 1, repeats=other) for key, other in ("ab", "bc", "ca", "da")}
    assert "circle: a → b → c → a" in why_no_repeat(told["a"], told)
    assert not why_no_repeat(told["d"], told)
    assert performance(tuple(told.values()), ("release",), NORTH).amount() == 1


@given(st.data(), made_up.registers(most=6))
def test_the_order_of_entries_means_nothing_and_none_adds_where_all_repeat_one(
    data: st.DataObject, register: tuple[RegisterEntry, ...]
):
    keys = [one.key for one in register]
    joined = tuple(
        replace(one, repeats=data.draw(st.sampled_from(["", *(key for key in keys if key != one.key)])))
        for one in register
    )
    mixed = data.draw(st.permutations(joined))
    acts = each_act(joined, joined)
    assert sorted(acts, key=lambda one: one.key) == sorted(each_act(mixed, mixed), key=lambda one: one.key)
    assert len(acts) <= len(joined)
    same = tuple(replace(one, repeats="" if one is register[0] else keys[0]) for one in register)
    assert len(each_act(same, same)) == min(1, len(register))
