"""The step of the trace that a story is told decided: waivers, voiding, suspensions, deadlines are matters of time."""

from __future__ import annotations

import pytest
from told import FIRE, NORTH, SOUTH, entry, found, hours, sight, truce

from truceline.agreements import reasons
from truceline.agreements.scenarios.comparing import deciding_step
from truceline.model import RegisterEntry

PULL = "id: pull, kind: oblige, mode: achievement, who: each, act: withdraw-weapons, when: {until: 'UNTIL'}"
WAIVED = entry("release", "fire", hours(1), by=SOUTH, to=(NORTH,))
VOID = f"{FIRE}, void_if: [{{entry: determination, by: [mechanism]}}]"


def pull(until_h: float) -> str:
    return PULL.replace("UNTIL", hours(until_h).start.isoformat())


@pytest.mark.parametrize(
    ("norm", "register", "reason"),
    [
        (FIRE, (WAIVED,), reasons.RELEASED),
        (VOID, (entry("determination", "fire", hours(1), by="mechanism"),), reasons.VOIDED),
        (FIRE, (entry("suspension", "", hours(0), by="mechanism", covers=hours(0, 240)),), reasons.SLEPT_THROUGHOUT),
        (pull(48), (entry("release", "pull", hours(1), by=SOUTH, to=(NORTH,)),), reasons.RELEASED),
        (pull(300), (entry("not-done", "pull", hours(310)),), reasons.DEADLINE_AFTER_READING),
        (pull(-5), (entry("not-done", "pull", hours(10)),), reasons.DEADLINE_BEFORE_BOUND),
    ],
    ids=str,
)
def test_what_ends_or_frees_is_told_in_the_step_of_time(norm: str, register: tuple[RegisterEntry, ...], reason: str):
    name = norm.split(",", maxsplit=1)[0].removeprefix("id: ")
    one = found(truce(norm), [sight(hours(30))] if name == "fire" else [], register, share=0.0)[f"{name}/{NORTH}/r"]
    assert one.because.template == reason
    step = deciding_step(one)
    assert step is not None
    assert (step.number, step.title, step.outcome.template) == (2, "Time", reason)
