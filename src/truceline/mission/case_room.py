"""The room in which a mission's cases are worked on: its people, its rules, its findings, its cases as they stand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter

from truceline.agreements.moments import calendar
from truceline.ledger.keys import SigningKey
from truceline.mission import case_rules, people
from truceline.mission.folder import Mission
from truceline.model import Act, CaseFault, Finding, FindingRevision, MissionFault, NotFound, record_sha256
from truceline.model.cases import KINDS
from truceline.model.strict_yaml import nearest
from truceline.store import KeptAct
from truceline.verification.cases import Case, case_of
from truceline.verification.people import People, key_material
from truceline.verification.scene import Scene
from truceline.verification.stages import CaseRules

_FORMS: dict[str, TypeAdapter[Any]] = {word: TypeAdapter(kind) for word, kind in KINDS.items()}


@dataclass(frozen=True)
class CaseRoom:
    """One mission's cases, with whoever works on them and by which rules."""

    mission: Mission
    people: People
    rules: CaseRules
    key: SigningKey | None = None
    """The key that signs what is done here; none: it is kept unsigned."""

    @cached_property
    def signer(self) -> str:
        """Whose that key is; raises :class:`CaseFault` for a key of nobody in people.yaml."""
        if self.key is None:
            return ""
        mine = key_material(self.key.verifier.text())
        whose = [one.id for one in self.people.persons if mine in map(key_material, one.keys)]
        if not whose:
            raise CaseFault(
                f"the key {self.key.name!r} stands at nobody in people.yaml",
                where="people.yaml",
                do="put its public line at its owner's entry",
                example=f'keys: ["{self.key.verifier.text()}"]',
            )
        return whose[0]

    @cached_property
    def rules_sha256(self) -> str:
        """The hash of the rules acts are judged by."""
        return case_rules.rules_sha256(self.rules)

    def scene(self, cases: tuple[Case, ...], finding_id: str, now: datetime) -> Scene:
        """Everything an act on a finding is judged in the light of."""
        return Scene(self.rules, self.people, cases, self.newest([finding_id]).get(finding_id), now, self.signer)

    def scenes(self, cases: tuple[Case, ...], now: datetime) -> tuple[tuple[Case, Scene], ...]:
        """Each case with everything it is judged in the light of."""
        newest = self.newest({case.finding.id for case in cases})
        return tuple(
            (case, Scene(self.rules, self.people, cases, newest.get(case.finding.id), now, self.signer))
            for case in cases
        )

    def newest(self, finding_ids: Iterable[str]) -> dict[str, FindingRevision]:
        """Findings as the mission has them now; none for one it has not, or has no longer."""
        held = {one.id for one in self.mission.records.findings()}
        histories = {one: self.mission.records.finding_history(one) for one in finding_ids if one in held}
        return {one: revision_of(history[-1][0], history[-1][2]) for one, history in histories.items()}

    def finding(self, finding_id: str) -> Finding:
        """A finding of the newest assessment; raises :class:`NotFound` naming the nearest."""
        findings = {one.id: one for one in self.mission.records.findings()}
        if finding_id not in findings:
            near = nearest(finding_id, findings)
            raise NotFound(
                f"there is no finding {finding_id!r}",
                do=f"did you mean {near}?" if near else "take an id from `truceline assess`",
                example=near or next(iter(findings), "truceline assess"),
            )
        return findings[finding_id]

    def deadline(self, which: str, start: datetime) -> tuple[datetime | None, str]:
        """When a time that begins at a moment is over, and the clause that says so; ``None`` where none was agreed."""
        agreed = self.rules.deadline(which)
        if agreed is None:
            return None, ""
        days = calendar(self.mission.agreement.time_zone, self.mission.agreement.day_rule)
        return days.shifted(start, agreed.days, agreed.seconds), agreed.clause


def open_case_room(mission: Mission, key: SigningKey | None = None) -> CaseRoom:
    """The room, in which a key signs what is done; raises what reading ``people.yaml`` and ``cases.yaml`` does."""
    parties = tuple(party.id for party in mission.agreement.parties)
    everyone = mission.mirrored(people.load_people(mission.root / people.FILE, parties))
    return CaseRoom(
        mission, everyone, case_rules.load_case_rules(mission.root / case_rules.FILE, mission.agreement), key
    )


def revision_of(number: int, found: Finding) -> FindingRevision:
    """A finding's revision with the SHA-256 of its canonical JSON."""
    return FindingRevision(found.id, number, record_sha256(found), found.result, found.party)


def cases_in(kept: Iterable[KeptAct]) -> tuple[Case, ...]:
    """The cases that kept acts make, in the order they were opened."""
    by_case: dict[str, list[Act]] = {}
    for one in kept:
        if one.case not in by_case and one.kind != "opening":
            raise MissionFault(
                f"case {one.case} has no opening",
                where=f"records, act {one.id[:16]}",
                do="put back a copy of the mission, and hold it against the private log",
            )
        by_case.setdefault(one.case, []).append(act_of(one))
    return tuple(case_of(tuple(acts)) for acts in by_case.values())


def act_of(kept: KeptAct) -> Act:
    """An act as it was kept; raises :class:`MissionFault` for one that says another thing than it stands for."""
    content = json.loads(kept.content)
    deed = _FORMS[content["act"]].validate_python(content["deed"])
    at = datetime.fromisoformat(content["at"])
    act = Act.as_kept(content["case"], content["by"], at, deed, kept.content.encode())
    if act.case != kept.case or act.kind != kept.kind:
        raise MissionFault(
            f"act {kept.position} of case {kept.case} is not what it is kept as",
            where=f"records, act {kept.id[:16]}",
            do="put back a copy of the mission, and hold it against the private log",
        )
    return act
