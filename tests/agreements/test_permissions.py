"""Exceptions and exemptions: what they require, when it must have come, who claims them, and which goes before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from told import FIRE, NORTH, SOUTH, entry, found, hours, results, sight, truce

from truceline.model import Interval, RegisterEntry, TimeSense

SOMETIME = TimeSense.SOMETIME
SHOT = 10.0


def answer(requires: str, more: str = "", act: str = "ground-fire") -> str:
    return f"id: answer, kind: permit, who: each, act: {act}, overrides: [fire], requires: [{requires}]{more}"


def north(
    requires: str,
    *register: RegisterEntry,
    attacks: Sequence[dict[str, Any]] = (),
    time: Interval | None = None,
    **more: Any,  # noqa: ANN401 - whatever the helper takes
) -> str:
    shots = [sight(hours(SHOT) if time is None else time, id=77), *attacks]
    return results(truce(FIRE, answer(requires, **more)), shots, tuple(register))[f"fire/{NORTH}"]


def attack(time: Interval, party: str = SOUTH, **more: Any):  # noqa: ANN401 - whatever the helper takes
    return sight(time, party, "advance", **more)


@pytest.mark.parametrize(
    ("attacks", "result"),
    [
        ([], "breached"),
        ([attack(hours(9.5))], "not-breached"),
        ([attack(hours(9.0))], "not-breached"),
        ([attack(hours(8.9))], "breached"),
        ([attack(hours(10.1))], "breached"),
        ([attack(hours(9.5), NORTH)], "breached"),
        ([attack(hours(9.5), "")], "breached"),
        ([attack(hours(9.5), count=(0, 1, 1))], "breached"),
        ([attack(hours(9.2, 9.9, SOMETIME))], "not-breached"),
        ([attack(hours(9.5, 10.5, SOMETIME))], "breached"),
        ([attack(hours(8.5, 9.5, SOMETIME))], "breached"),
        ([attack(hours(8.5, 9.9, SOMETIME)), attack(hours(9.1, 9.3, SOMETIME))], "not-breached"),
        ([attack(hours(9.5, 12))], "not-breached"),
    ],
    ids=str,
)
def test_an_attack_must_surely_have_come_shortly_before(attacks: list[dict[str, Any]], result: str):
    assert north("{act: offensive, by: other, within: PT1H}", attacks=attacks) == result


def test_an_attack_that_is_not_confirmed_excepts_nothing():
    story = [sight(hours(SHOT), id=77), attack(hours(9.5))]
    finding = found(truce(FIRE, answer("{act: offensive, by: other, within: PT1H}")), story)[f"fire/{NORTH}/r"]
    assert finding.result == "not-breached"
    assert {one.outcome for one in finding.judged} == {"excepted"}


@pytest.mark.parametrize(
    ("more", "result"),
    [
        ({"time": hours(9)}, "not-breached"),
        ({"time": hours(10)}, "breached"),
        ({"time": hours(9.5)}, "breached"),
        ({"time": hours(11)}, "breached"),
        ({"time": hours(5)}, "breached"),
        ({"time": hours(5), "about": "4d"}, "not-breached"),
        ({"time": hours(5), "about": "4e"}, "breached"),
        ({"time": hours(5), "about": "no number"}, "breached"),
        ({"time": hours(5), "covers": hours(8, 12)}, "not-breached"),
        ({"time": hours(5), "covers": hours(10.05, 12)}, "breached"),
        ({"time": hours(9), "standing": "claimed"}, "breached"),
        ({"time": hours(9), "standing": "denied"}, "breached"),
        ({"time": hours(9), "by": SOUTH}, "breached"),
        ({"time": hours(9), "to": ()}, "breached"),
        ({"time": hours(9), "to": ("mechanism", SOUTH)}, "not-breached"),
        ({"time": hours(8, 9, SOMETIME)}, "not-breached"),
        ({"time": hours(9, 10, SOMETIME)}, "breached"),
        ({"time": hours(9), "place": "elsewhere"}, "breached"),
    ],
    ids=str,
)
def test_a_notice_comes_so_long_before_and_speaks_of_the_shot(more: dict[str, Any], result: str):
    time = more.pop("time") if "time" in more else None
    notice = entry("notice", "answer", time, **{"to": ("mechanism",), **more})
    more["time"] = time
    requires = "{entry: notice, by: same, to: [mechanism], ahead: PT1H"
    limited = requires + ", within: PT2H}" if not {"about", "covers"} & set(more) else requires + "}"
    assert north(limited, notice) == result


def test_a_notice_within_a_span_must_surely_have_come_within_it():
    requires = "{entry: notice, by: same, within: PT2H}"
    assert north(requires, entry("notice", "answer", hours(7, 9, SOMETIME))) == "breached"
    assert north(requires, entry("notice", "answer", hours(8, 9, SOMETIME))) == "not-breached"


def test_where_the_shot_may_have_come_within_the_span_or_after_it_nobody_can_say():
    requires = "{entry: notice, by: same, within: PT2H}"
    for last, result in ((11, "not-breached"), (12, "undetermined")):
        told = entry("notice", "answer", hours(9))
        assert north(requires, told, time=hours(10, last, SOMETIME)) == result
        seen = [attack(hours(9))]
        needed = "{act: offensive, by: other, within: PT2H}"
        assert north(needed, attacks=seen, time=hours(10, last, SOMETIME)) == result
    assert north(requires, entry("notice", "answer", hours(9)), time=hours(11.5, 12, SOMETIME)) == "breached"


def test_what_lasts_holds_from_then_on_and_an_order_does_not():
    assert (
        north(
            "{entry: determination, by: [mechanism], subject: war}",
            entry("determination", "war", hours(1), by="mechanism"),
        )
        == "not-breached"
    )
    assert north("{entry: order, by: same}", entry("order", "answer", hours(1))) == "breached"


def test_all_that_is_required_must_be_met():
    both = "{entry: order, by: same}, {entry: notice, by: same}"
    order = entry("order", "answer", hours(9), about="4d")
    notice = entry("notice", "answer", hours(9), about="4d")
    assert north(both, order) == "breached"
    assert north(both, order, notice) == "not-breached"


def claim(**more: Any):  # noqa: ANN401 - whatever the helper takes
    return entry("claim", "answer", hours(20), **{"about": "4d", **more})


def test_a_claim_holds_a_breach_open_until_somebody_establishes_that_it_is_false():
    order = "{entry: order, by: same}"
    assert north(order, claim(standing="claimed")) == "undetermined"
    assert north(order, claim(standing="claimed", by=SOUTH)) == "breached"
    assert north(order, claim(standing="claimed", about="4e")) == "breached"
    assert north(order, claim(standing="claimed", about="")) == "breached"
    assert north(order, claim(standing="claimed", about="", covers=hours(9, 11))) == "undetermined"
    assert (
        north(order, claim(standing="claimed"), entry("order", "answer", hours(9), about="4d", standing="denied"))
        == "breached"
    )
    assert north(order, claim(standing="denied")) == "breached"
    assert north(order, claim(standing="claimed"), claim(standing="denied", key="denied")) == "breached"


def test_the_other_side_is_not_excused_by_this_ones_exception():
    shots = [sight(hours(SHOT), SOUTH, id=77)]
    order = (entry("order", "answer", hours(9), about="4d"),)
    assert results(truce(FIRE, answer("{entry: order, by: same}")), shots, order)[f"fire/{SOUTH}"] == "breached"


def test_an_exception_of_another_act_excuses_only_its_sights():
    order = entry("order", "answer", hours(9), about="4d")
    assert north("{entry: order, by: same}", order, act="strike") == "undetermined"
    assert north("{entry: order, by: same}", order, act="offensive") == "breached"
    assert north("{entry: order, by: same}", order, act="act-in-self-defence") == "not-breached"


def test_an_exception_of_an_object_or_a_time_excuses_only_what_surely_fits():
    order = entry("order", "answer", hours(9), about="4d")
    assert north("{entry: order, by: same}", order, more=", object: mortar") == "undetermined"
    until = f", when: {{until: '{hours(5).start.isoformat()}'}}"
    assert north("{entry: order, by: same}", order, more=until) == "breached"
    partly = f", when: {{until: '{hours(10.5).start.isoformat()}'}}"
    assert north("{entry: order, by: same}", order, more=partly) == "not-breached"
    assert (
        north(
            "{entry: order, by: same}",
            entry("order", "answer", hours(2), about="4d"),
            more=partly,
            time=hours(10, 11, SOMETIME),
        )
        == "undetermined"
    )


def test_an_exception_that_is_suspended_excuses_nothing():
    order = entry("order", "answer", hours(9), about="4d")
    off = entry("suspension", "answer", hours(1), by="mechanism", covers=hours(5, 15))
    assert north("{entry: order, by: same}", order, off) == "breached"


def test_nobody_else_waives_what_a_party_may_do():
    order = entry("order", "answer", hours(9), about="4d")
    gone = entry("release", "answer", hours(1), by=SOUTH, to=(NORTH,))
    assert north("{entry: order, by: same}", order, gone) == "not-breached"


def test_where_the_text_names_nobody_who_finds_it_a_finding_leaves_it_open():
    found = entry("determination", "answer", hours(9), by="mechanism", about="4d")
    assert north("{entry: determination, by: null}") == "breached"
    assert north("{entry: determination, by: null}", found) == "undetermined"
    assert north("{entry: determination, by: [mechanism]}", found) == "not-breached"


def test_of_two_exceptions_the_one_that_goes_before_governs():
    first = "id: first, kind: permit, who: each, act: ground-fire, overrides: [fire, answer]"
    first += ", requires: [{entry: order, by: same}]"
    text = truce(FIRE, answer("{entry: notice, by: same}"), first)
    shots = [sight(hours(SHOT), id=77)]
    notice = entry("notice", "answer", hours(9), about="4d")
    order = entry("order", "first", hours(9), about="4d")
    assert results(text, shots, (notice,))[f"fire/{NORTH}"] == "breached"
    assert results(text, shots, (order,))[f"fire/{NORTH}"] == "not-breached"
    used = results(text, shots, (order, notice))
    assert (used[f"first/{NORTH}"], used[f"answer/{NORTH}"]) == ("not-breached", "discretion-unused")


def test_a_wide_exception_without_conditions_excuses_everything_in_it():
    text = truce(FIRE, "id: answer, kind: permit, who: [party-north], act: ground-fire, overrides: [fire]")
    shots = [sight(hours(SHOT)), sight(hours(SHOT), SOUTH)]
    story = results(text, shots)
    assert (story[f"fire/{NORTH}"], story[f"fire/{SOUTH}"]) == ("not-breached", "breached")
    assert story[f"answer/{NORTH}"] == "not-breached"


def test_only_a_confirmed_attack_is_answered():
    story = [attack(hours(9.5), grade="probable")]
    assert north("{act: offensive, by: other, within: PT1H}", attacks=story) == "breached"


def test_what_goes_on_after_the_announced_span_is_not_excused_by_it():
    order = entry("order", "answer", hours(5), covers=hours(8, 12))
    assert north("{entry: order, by: same}", order, time=hours(10, 11)) == "not-breached"
    assert north("{entry: order, by: same}", order, time=hours(10, 13)) == "breached"


def test_where_the_one_before_may_govern_and_would_not_excuse_nobody_can_say():
    first = "id: first, kind: permit, who: each, act: ground-fire, object: mortar, overrides: [fire, answer]"
    first += ", requires: [{entry: order, by: same}]"
    text = truce(FIRE, answer("{entry: notice, by: same}"), first)
    notice = entry("notice", "answer", hours(9), about="4d")
    for said, result in (
        ({}, "undetermined"),
        ({"weapon": "tank"}, "not-breached"),
        ({"weapon": "mortar"}, "breached"),
    ):
        assert results(text, [sight(hours(SHOT), id=77, **said)], (notice,))[f"fire/{NORTH}"] == result


WITHDRAWN = "id: guns, kind: oblige, who: each, act: withdraw-weapons, mode: "
BACK = "id: back, kind: permit, who: each, act: heavy-weapons, overrides: [guns], after: "


@pytest.mark.parametrize("party", [NORTH, SOUTH])
def test_a_permission_may_wait_until_what_it_excepts_from_was_achieved(party: str):
    deadline = hours(36).start.isoformat()
    text = truce(f"{WITHDRAWN}achievement-then-maintenance, when: {{until: '{deadline}'}}", f"{BACK}[guns]")
    seen = [sight(hours(40), party, "weapon-presence")]
    done = [entry("done", "guns", hours(20), by=one) for one in (NORTH, SOUTH)]
    assert results(text, seen, tuple(done))[f"guns/{party}"] == "not-breached"
    other = [one for one in done if one.by == party]
    assert results(text, seen, tuple(other))[f"guns/{party}"] == "breached"


@pytest.mark.parametrize("party", [NORTH, SOUTH])
def test_a_permission_that_waits_for_what_is_never_achieved_excepts_nothing(party: str):
    seen = [sight(hours(40), party, "weapon-presence")]
    assert results(truce(f"{WITHDRAWN}maintenance", f"{BACK}[guns]"), seen)[f"guns/{party}"] == "breached"
    through = truce(
        f"{WITHDRAWN}maintenance",
        "id: tanks, kind: oblige, who: each, act: withdraw-weapons, mode: maintenance",
        f"{BACK}[tanks]",
        "id: turn, kind: permit, who: each, act: heavy-weapons, overrides: [tanks], after: [guns]",
    )
    assert {norm: result for norm, result in results(through, seen).items() if norm.endswith(party)} == {
        f"guns/{party}": "breached",
        f"tanks/{party}": "breached",
        f"back/{party}": "not-yet",
        f"turn/{party}": "not-yet",
    }
