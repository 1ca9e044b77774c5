"""A case as it stands, worked out from all of its acts.

What stands depends on which acts there are and not on the order they came in: the stage is where the last step led,
the finding is that of the last revising, notices, replies, grades and dissents are sets. So two acts that do not
depend on each other may arrive either way round.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from truceline.model import (
    Act,
    Deed,
    Dissent,
    FindingRevision,
    GlassAsked,
    GlassBroken,
    Marking,
    Move,
    Notice,
    Opening,
    Phase,
    Publishing,
    Redacting,
    Reply,
    ReviewGrade,
    Revising,
    Says,
    Shown,
    Silence,
    Supposing,
)
from truceline.verification.stages import CaseRules

D = TypeVar("D", bound=Deed)


def _place(act: Act) -> tuple[datetime, str]:
    return act.at, act.id


@dataclass(frozen=True)
class Case:
    """All acts of one case, by time and id; the first that is an opening made it."""

    id: str
    acts: tuple[Act, ...]

    def with_act(self, act: Act) -> Case:
        """The case with one act more; the same act twice is one."""
        if act in self.acts:
            return self
        acts = list(self.acts)
        insort(acts, act, key=_place)
        return Case(self.id, tuple(acts))

    def of_kind(self, kind: type[D]) -> Iterator[tuple[Act, D]]:
        """The acts of one kind with their deeds."""
        for act in self.acts:
            if isinstance(act.deed, kind):
                yield act, act.deed

    @property
    def opening(self) -> Opening:
        """How it was opened."""
        return next(deed for _, deed in self.of_kind(Opening))

    @property
    def moves(self) -> tuple[tuple[Act, Move], ...]:
        """Its moves from stage to stage, by step."""
        return tuple(sorted(self.of_kind(Move), key=lambda one: one[1].step))

    @property
    def stage(self) -> str:
        """Where it stands."""
        return self.moves[-1][1].to if self.moves else self.opening.stage

    @property
    def revisings(self) -> tuple[tuple[Act, Revising], ...]:
        """How it took up newer revisions of its finding, by step."""
        return tuple(sorted(self.of_kind(Revising), key=lambda one: one[1].step))

    @property
    def finding(self) -> FindingRevision:
        """The revision of the finding that it is about."""
        return self.revisings[-1][1].finding if self.revisings else self.opening.finding

    @property
    def notices(self) -> tuple[tuple[Act, Notice], ...]:
        """What the parties were told."""
        return tuple(self.of_kind(Notice))

    def notice(self, notice_id: str) -> Notice | None:
        """The notice of that id, or none."""
        return next((deed for act, deed in self.notices if act.id == notice_id), None)

    def replies(self, notice_id: str) -> tuple[Reply, ...]:
        """What was said to a notice."""
        return tuple(deed for _, deed in self.of_kind(Reply) if deed.notice == notice_id)

    def silent(self, notice_id: str) -> bool:
        """Whether it is on record that a notice was met with silence."""
        return any(deed.notice == notice_id for _, deed in self.of_kind(Silence))

    def parties_saying(self, says: Says) -> frozenset[str]:
        """The parties that said so in any reply."""
        return frozenset(deed.party for _, deed in self.of_kind(Reply) if deed.says is says)

    def grades(self, sha256: str) -> tuple[tuple[Act, ReviewGrade], ...]:
        """How one revision was graded, whoever graded it."""
        return tuple((act, deed) for act, deed in self.of_kind(ReviewGrade) if deed.sha256 == sha256)

    def dissents(self) -> tuple[tuple[Act, Dissent], ...]:
        """Who holds otherwise."""
        return tuple(self.of_kind(Dissent))

    def shown(self, person: str, sha256: str) -> bool:
        """Whether somebody was shown how others graded a revision."""
        return any(act.by == person and deed.sha256 == sha256 for act, deed in self.of_kind(Shown))

    def authors(self) -> frozenset[str]:
        """Who drew it up: opened it, took up a revision of its finding, explained it or marked evidence."""
        drawn_up = (Opening, Revising, Supposing, Marking)
        return frozenset(act.by for act in self.acts if isinstance(act.deed, drawn_up))

    @property
    def publishings(self) -> tuple[tuple[Act, Publishing], ...]:
        """What of it was sent to the public log, by step."""
        return tuple(sorted(self.of_kind(Publishing), key=lambda one: one[1].step))

    def redacted(self, entry: str) -> frozenset[str]:
        """The fields of a published entry that were closed for good."""
        return frozenset(path for _, deed in self.of_kind(Redacting) if deed.entry == entry for path in deed.paths)

    def due(self) -> datetime | None:
        """Until when it may stay in the stage it is in; ``None`` where no time was set."""
        return self.moves[-1][1].due if self.moves else None

    def glass(self, now: datetime) -> frozenset[str]:
        """Who may read it under a broken glass at a moment."""
        return frozenset(deed.reader for act, deed in self.of_kind(GlassBroken) if act.at <= now < deed.until)

    def asked(self, ask_id: str) -> Act | None:
        """The asking to break the glass of that id, or none."""
        return next((act for act, _ in self.of_kind(GlassAsked) if act.id == ask_id), None)

    def phase(self, rules: CaseRules) -> Phase:
        """The phase of its stage; ``no-case``, in which nothing is allowed, for a stage the rules no longer have."""
        stage = rules.stage(self.stage)
        return stage.phase if stage else Phase.NO_CASE

    def decided(self, sha256: str, rules: CaseRules) -> bool:
        """Whether a review of that revision has come to an end that shows how it was graded."""
        for _, move in self.moves:
            before, after = rules.stage(move.of), rules.stage(move.to)
            left = before is not None and before.phase is Phase.REVIEW
            hidden = after is not None and "no-quorum" in after.demands and "no-consensus" not in after.demands
            if left and move.sha256 == sha256 and not hidden:
                return True
        return False


def case_of(acts: tuple[Act, ...]) -> Case:
    """The case that acts make, in whatever order they stand."""
    return Case(acts[0].case, tuple(sorted({act.id: act for act in acts}.values(), key=_place)))
