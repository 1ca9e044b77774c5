"""What an act is judged in the light of: the rules, the people, every case, the newest finding, the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from truceline.model import FindingRevision
from truceline.verification.cases import Case
from truceline.verification.people import People
from truceline.verification.stages import CaseRules


@dataclass(frozen=True)
class Scene:
    """Everything but the act. ``newest`` is the finding as the mission has it now, ``None`` when it has none such.

    ``cases`` holds the case in full, and of every other at least how it was drawn up: who may judge rests on
    who drew up and collected anything on the same finding.
    """

    rules: CaseRules
    people: People
    cases: tuple[Case, ...]
    newest: FindingRevision | None
    now: datetime
    signer: str = ""
    """Whose key signs the act that is judged; nobody's where it is not signed."""

    def case(self, case_id: str) -> Case | None:
        """The case of that id, or none."""
        return next((one for one in self.cases if one.id == case_id), None)
