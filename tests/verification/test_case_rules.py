"""Rules of cases: what a mission may set, and what would lead past a check."""

from __future__ import annotations

from dataclasses import replace

import pytest

from truceline.model import Phase, UsageFault
from truceline.verification.stages import (
    BUILT_IN,
    DEFAULT_RULES,
    DEFAULT_STAGES,
    CaseRules,
    Need,
    Stage,
    Watch,
)


def _with(**changed: object) -> tuple[Stage, ...]:
    """The usual stages with one changed, by its name with underscores."""
    ((name, others),) = changed.items()
    return tuple(replace(one, **others) if one.id == name.replace("_", "-") else one for one in DEFAULT_STAGES)


SKIPPING = {
    "a review past the notices": _with(under_review={"after": ("recorded",)}),
    "a review from the beginning": _with(under_review={"after": ("alleged", "notified")}),
    "a finding past the review": _with(confirmed={"after": ("notified",)}),
    "a finding from a finding": _with(confirmed={"after": ("under-review", "provisional")}),
    "a remedy past the finding": _with(remedy_due={"after": ("under-review",)}),
    "notices after the finding": _with(notified={"after": ("recorded", "confirmed")}),
}


@pytest.mark.parametrize("stages", SKIPPING.values(), ids=SKIPPING.keys())
def test_stages_that_skip_a_check_are_refused(stages: tuple[Stage, ...]):
    with pytest.raises(UsageFault, match="a check would be skipped"):
        CaseRules(stages)


WRONG = {
    "twice": ((*DEFAULT_STAGES, DEFAULT_STAGES[3]), "stands twice"),
    "two beginnings": ((*DEFAULT_STAGES, Stage("other", Phase.OPENED)), "exactly one first"),
    "no beginning": (_with(alleged={"after": ("recorded",)}), "exactly one first"),
    "begins elsewhere": (_with(alleged={"phase": Phase.NOTIFIED}), "exactly one first"),
    "nothing": ((), "exactly one first"),
    "no confirmed": (_with(confirmed={"id": "established"}), "no stage confirmed"),
    "confirmed elsewhere": (_with(confirmed={"phase": Phase.ENDED}), "no stage confirmed"),
    "unknown before": (_with(recorded={"after": ("aleged",)}), "'aleged', which is no stage"),
    "ends a review without a reason": (_with(no_consensus={"needs": ()}), "does not say why"),
    "no-case": (_with(recorded={"phase": Phase.NO_CASE}), "no-case"),
    "a ring": (
        (*DEFAULT_STAGES, Stage("a", Phase.OPENED, ("b",)), Stage("b", Phase.OPENED, ("a",))),
        "no case can reach a",
    ),
}


@pytest.mark.parametrize(("stages", "told"), WRONG.values(), ids=WRONG.keys())
def test_stages_that_make_no_sense_are_refused(stages: tuple[Stage, ...], told: str):
    with pytest.raises(UsageFault, match=told):
        CaseRules(stages)


@pytest.mark.parametrize(("quorum", "dissents"), [(1, 0), (0, 0), (-2, 0), (2, 2), (2, -1), (3, 3)])
def test_one_person_decides_nothing(quorum: int, dissents: int):
    with pytest.raises(UsageFault):
        CaseRules(DEFAULT_STAGES, quorum=quorum, dissents=dissents)


@pytest.mark.parametrize(
    "wrong",
    [{"night_from_hour": 24}, {"night_to_hour": -1}, {"bulk": 0}, {"glass_hours": 0}, {"glass_hours": 169}],
)
def test_a_watch_that_never_wakes_is_refused(wrong: dict[str, int]):
    with pytest.raises(UsageFault):
        Watch(**wrong)


def test_what_every_mission_asks_for_cannot_be_taken_away():
    bare = CaseRules(tuple(replace(one, needs=()) if one.phase is not Phase.ENDED else one for one in DEFAULT_STAGES))
    for stage in bare.stages:
        assert set(BUILT_IN.get(stage.phase, ())) <= set(stage.demands)
    confirmed = bare.stage("confirmed")
    assert confirmed is not None
    assert confirmed.demands == (Need.CONSENSUS,)


def test_the_usual_stages_are_those_of_the_page():
    assert [stage.id for stage in DEFAULT_RULES.stages] == [
        *("alleged", "recorded", "notified", "under-review", "provisional", "confirmed", "not-established"),
        *("disputed", "no-consensus", "no-quorum", "remedy-due", "remedied", "not-remedied", "waived"),
        "corrected-to-satisfaction",
    ]
    assert DEFAULT_RULES.outcomes == ("provisional", "confirmed", "not-established", "disputed")


def test_a_night_without_hours_is_none():
    assert not any(Watch(night_from_hour=0, night_to_hour=0).is_night(hour) for hour in range(24))
    assert [Watch(1, 3).is_night(hour) for hour in (0, 1, 2, 3)] == [False, True, True, False]
