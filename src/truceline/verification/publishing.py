"""Whether what a case came to may leave the house: only what two free people agreed on, of the finding as it stands.

Question: may this be sent to the public log, and may this field of it be closed for good? In: the scene, the case, the
act. Out: nothing, or a :class:`CaseFault` with what to do. Nobody is asked here who may; that stands in
:mod:`truceline.verification.access`.
"""

from __future__ import annotations

import re

from truceline.model import Act, CaseFault, Phase, Publishing, Redacting
from truceline.verification.cases import Case
from truceline.verification.moving import check_newest
from truceline.verification.reviewing import reviewed
from truceline.verification.scene import Scene

_HASH = re.compile(r"[0-9a-f]{64}")
_TOLD = (Phase.FINDING, Phase.REMEDY, Phase.ENDED)


def check_publishing(scene: Scene, case: Case, _act: Act, deed: Publishing) -> None:
    """Refuse what was not decided, what was edited since, grades that count no more, and the same thing twice."""
    if deed.sha256 != case.finding.sha256 or deed.stage != case.stage:
        raise CaseFault("what is to be published is not what the case is about now", do="repeat the command")
    check_newest(scene, case)
    _check_decided(scene, case)
    if deed.step != len(case.publishings) + 1:
        raise CaseFault("somebody else published of this case meanwhile", do="look at the case again, then repeat")
    if any((one.sha256, one.stage) == (deed.sha256, deed.stage) for _, one in case.publishings):
        raise CaseFault(
            f"this was published already: {case.stage}, on this very revision",
            where=case.id,
            do="nothing; what comes of it later is published when the case has moved on",
            example="truceline publish --as paul",
        )
    if not deed.entries or not all(_HASH.fullmatch(one) for one in deed.entries):
        raise CaseFault("no sealed entry is named by its SHA-256", do="publish with: truceline publish CASE")


def check_redacting(_scene: Scene, case: Case, _act: Act, deed: Redacting) -> None:
    """Refuse fields of what was never published, no field at all, and what is closed already."""
    if not any(deed.entry in one.entries for _, one in case.publishings):
        raise CaseFault("no such entry of this case was published", do="name one that was", where=case.id)
    if not deed.paths:
        raise CaseFault("no field is named", do="name the field", example="/incidents/0/place/1km")
    if closed := sorted(set(deed.paths) & case.redacted(deed.entry)):
        raise CaseFault(f"the field {closed[0]} is closed for good already", do="nothing")


def _check_decided(scene: Scene, case: Case) -> None:
    """A review of this very revision ended, and where it ended in a finding the grades still come to that."""
    if case.phase(scene.rules) not in _TOLD or not case.decided(case.finding.sha256, scene.rules):
        raise CaseFault(
            f"the case is {case.stage}: no review of this revision has come to an end",
            where=case.id,
            do="take it through its review first: two people grade it",
            example=f"truceline review grade {case.id} --as rita",
        )
    outcome = _outcome(scene, case)
    found = reviewed(case, scene.cases, scene.people, scene.rules)
    if not found.quorum or found.outcome != outcome:
        raise CaseFault(
            f"the grades that count today do not come to {outcome or case.stage} any more",
            where=case.id,
            do="take it back to the review: somebody who graded it is author or collector since, or gone",
        )


def _outcome(scene: Scene, case: Case) -> str:
    """The finding that the last review of this revision ended in; empty where it ended without one."""
    ends = [
        move.to
        for _, move in case.moves
        if (stage := scene.rules.stage(move.of)) is not None
        and stage.phase is Phase.REVIEW
        and move.sha256 == case.finding.sha256
    ]
    last = scene.rules.stage(ends[-1]) if ends else None
    return last.id if last is not None and last.phase is Phase.FINDING else ""
