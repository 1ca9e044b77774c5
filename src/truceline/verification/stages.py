"""The stages a case goes through, as a mission set them: which follows which, and what each asks for.

A mission names its stages and adds demands. What no mission can take away stands in :data:`BUILT_IN` and in the checks
of :class:`CaseRules`: both parties are told before a review, both are heard, and a finding takes two reviewers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from truceline.model import Phase, UsageFault

LEAST_QUORUM = 2
CONFIRMED = "confirmed"


class Need(StrEnum):
    """What must be so before a case goes into a stage."""

    NOTICES = "notices"
    """Every party was given a notice."""
    HEARD = "heard"
    """Every notice was answered, or its time passed and the silence is on record, or it asked for no answer."""
    CONSENSUS = "consensus"
    """Enough reviewers graded this very revision, and agree on this stage."""
    NO_CONSENSUS = "no-consensus"
    """Enough reviewers graded it, and they agree on none."""
    NO_QUORUM = "no-quorum"
    """The time for the review is over, where one was set, and too few graded it."""
    REMEDY_DATE = "remedy-date"
    """It is said when the remedy was made."""
    OVERDUE = "overdue"
    """The time for the remedy is over."""
    SATISFIED = "satisfied"
    """Every other party says that it is satisfied."""
    WAIVED = "waived"
    """Every other party waives the remedy."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; ``after`` are those it may follow, none for the first. ``needs`` go beyond what the phase demands."""

    id: str
    phase: Phase
    after: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()

    @property
    def demands(self) -> tuple[Need, ...]:
        """Everything it asks for, what every mission asks for first."""
        return tuple(dict.fromkeys((*BUILT_IN.get(self.phase, ()), *self.needs)))


BUILT_IN: dict[Phase, tuple[Need, ...]] = {
    Phase.NOTIFIED: (Need.NOTICES,),
    Phase.REVIEW: (Need.HEARD,),
    Phase.FINDING: (Need.CONSENSUS,),
}
"""What a phase demands in every mission."""

_FOLLOWS: dict[Phase, tuple[Phase, ...]] = {
    Phase.OPENED: (Phase.OPENED,),
    Phase.NOTIFIED: (Phase.OPENED,),
    Phase.REVIEW: (Phase.NOTIFIED, Phase.FINDING, Phase.REMEDY, Phase.ENDED),
    Phase.FINDING: (Phase.REVIEW,),
    Phase.REMEDY: (Phase.FINDING, Phase.REMEDY, Phase.ENDED),
    Phase.ENDED: (Phase.OPENED, Phase.NOTIFIED, Phase.REVIEW, Phase.FINDING, Phase.REMEDY, Phase.ENDED),
}
"""Which phases a phase may follow: nobody comes to a review past the notices, or to a finding past the review."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """How long a party has to answer (``reply``), reviewers to grade (``review``), a remedy to be made (``remedy``).

    In days, which the agreement counts in its own way, and seconds; ``clause`` is where the agreement says so, empty
    only for the review, which is the mission's own.
    """

    id: str
    days: int
    seconds: int
    clause: str


DEADLINES = ("reply", "review", "remedy")


@dataclass(frozen=True, slots=True)
class Watch:
    """What is told as an alarm: an export at night (hours of the mission's clock), and one of many cases within a day.

    ``glass_hours`` is how long a broken glass stays open.
    """

    night_from_hour: int = 22
    night_to_hour: int = 6
    bulk: int = 20
    glass_hours: int = 24

    def __post_init__(self) -> None:
        """Refuse hours no clock shows and a watch that never wakes."""
        if not (0 <= self.night_from_hour < 24 and 0 <= self.night_to_hour < 24):
            raise UsageFault("night has hours no clock shows", do="give hours from 0 to 23", example="[22, 6]")
        if self.bulk < 1 or not 1 <= self.glass_hours <= 24 * 7:
            raise UsageFault(
                "bulk is at least 1, glass_hours at least 1 and at most 168", do="mend the number", example="bulk: 20"
            )

    def is_night(self, hour: int) -> bool:
        """Whether an hour of the mission's clock is at night; equal ends mean that no hour is.

        >>> [Watch().is_night(hour) for hour in (21, 22, 5, 6)]
        [False, True, True, False]
        """
        start, end = self.night_from_hour, self.night_to_hour
        return start <= hour < end if start <= end else hour >= start or hour < end


@dataclass(frozen=True, slots=True)
class CaseRules:
    """How a mission treats cases. ``quorum`` reviewers must grade a revision; ``dissents`` of them may stand apart.

    Raises :class:`UsageFault` for rules by which a case could be confirmed past the notices or by one person.
    """

    stages: tuple[Stage, ...]
    quorum: int = LEAST_QUORUM
    dissents: int = 0
    deadlines: tuple[Deadline, ...] = ()
    watch: Watch = Watch()
    signed: bool = False
    """Whether an act must be signed by whoever does it."""

    def __post_init__(self) -> None:
        """Refuse what would lead past a check, and stages nobody can reach."""
        if self.quorum < LEAST_QUORUM:
            raise _fault(f"a quorum of {self.quorum} lets one person decide", "ask for 2 or more", "quorum: 2")
        if not 0 <= self.dissents < self.quorum:
            raise _fault("dissents are fewer than the quorum, and not negative", "mend the number", "dissents: 0")
        self._check_names()
        for stage in self.stages:
            self._check_place(stage)
        self._check_reached()

    def _check_names(self) -> None:
        ids = [stage.id for stage in self.stages]
        if twice := [one for one in ids if ids.count(one) > 1]:
            raise _fault(f"the stage {twice[0]!r} stands twice", "give each stage a name of its own", "recorded")
        first = [stage for stage in self.stages if not stage.after]
        if len(first) != 1 or first[0].phase is not Phase.OPENED:
            raise _fault("there is not exactly one first stage, of the phase opened", "leave 'after' out of one", "")
        if not any(stage.id == CONFIRMED and stage.phase is Phase.FINDING for stage in self.stages):
            raise _fault("there is no stage confirmed of the phase finding", "keep it", "{id: confirmed}")
        if Phase.NO_CASE in {stage.phase for stage in self.stages}:
            raise _fault("no stage is of the phase no-case", "name another phase", "opened")

    def _check_place(self, stage: Stage) -> None:
        known = {one.id: one for one in self.stages}
        for before in stage.after:
            if before not in known:
                raise _fault(f"{stage.id} follows {before!r}, which is no stage", "name a stage", self.first.id)
            if known[before].phase not in _FOLLOWS[stage.phase]:
                raise _fault(
                    f"{stage.id} ({stage.phase}) cannot follow {before} ({known[before].phase}): a check would be "
                    "skipped",
                    f"let it follow a stage of: {', '.join(_FOLLOWS[stage.phase])}",
                    "{id: under-review, phase: review, after: [notified]}",
                )
            ends = stage.phase is Phase.ENDED and known[before].phase is Phase.REVIEW
            if ends and not {Need.NO_CONSENSUS, Need.NO_QUORUM} & set(stage.needs):
                raise _fault(
                    f"{stage.id} ends a review and does not say why it may",
                    "let it need no-consensus or no-quorum",
                    "needs: [no-consensus]",
                )

    def _check_reached(self) -> None:
        reached = {self.first.id}
        while more := {one.id for one in self.stages if set(one.after) & reached} - reached:
            reached |= more
        if lost := [stage.id for stage in self.stages if stage.id not in reached]:
            raise _fault(f"no case can reach {lost[0]}", "let it follow a stage that can be reached", "")

    @property
    def first(self) -> Stage:
        """Where every case begins."""
        return next(stage for stage in self.stages if not stage.after)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What a review can come to: the stages of the phase finding."""
        return tuple(stage.id for stage in self.stages if stage.phase is Phase.FINDING)

    def stage(self, stage_id: str) -> Stage | None:
        """The stage of that name, or none."""
        return next((stage for stage in self.stages if stage.id == stage_id), None)

    def after(self, stage_id: str) -> tuple[Stage, ...]:
        """The stages that may follow one."""
        return tuple(stage for stage in self.stages if stage_id in stage.after)

    def deadline(self, which: str) -> Deadline | None:
        """One of :data:`DEADLINES`, or none where none was agreed."""
        return next((one for one in self.deadlines if one.id == which), None)


def _fault(what: str, do: str, example: str) -> UsageFault:
    return UsageFault(what, do=do, example=example)


_AGAIN = ("provisional", "confirmed", "not-established", "disputed", "no-consensus", "no-quorum", "remedy-due")
"""From where a case may come back to a review: when its finding was revised, or there was no quorum."""

DEFAULT_STAGES = (
    Stage("alleged", Phase.OPENED),
    Stage("recorded", Phase.OPENED, ("alleged",)),
    Stage("notified", Phase.NOTIFIED, ("recorded",)),
    Stage("under-review", Phase.REVIEW, ("notified", *_AGAIN)),
    Stage("provisional", Phase.FINDING, ("under-review",)),
    Stage("confirmed", Phase.FINDING, ("under-review",)),
    Stage("not-established", Phase.FINDING, ("under-review",)),
    Stage("disputed", Phase.FINDING, ("under-review",)),
    Stage("no-consensus", Phase.ENDED, ("under-review",), (Need.NO_CONSENSUS,)),
    Stage("no-quorum", Phase.ENDED, ("under-review",), (Need.NO_QUORUM,)),
    Stage("remedy-due", Phase.REMEDY, ("confirmed",)),
    Stage("remedied", Phase.ENDED, ("remedy-due", "not-remedied"), (Need.REMEDY_DATE,)),
    Stage("not-remedied", Phase.ENDED, ("remedy-due",), (Need.OVERDUE,)),
    Stage("waived", Phase.ENDED, ("remedy-due", "not-remedied"), (Need.WAIVED,)),
    Stage("corrected-to-satisfaction", Phase.ENDED, ("remedy-due", "remedied"), (Need.SATISFIED, Need.REMEDY_DATE)),
)
"""The stages of a mission that sets none."""

DEFAULT_RULES = CaseRules(DEFAULT_STAGES)
"""The rules of a mission that sets none: no deadlines, since no agreement named any."""
