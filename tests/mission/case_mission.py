"""The made-up mission with people, rules of cases, one finding that is a breach, and a clock moved by hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import mission_samples as samples

from truceline.mission.case_acts import Done, Making, act_in, open_case
from truceline.mission.case_deeds import Asked, Judged, grading, moving, notifying, opening, replying
from truceline.mission.case_room import CaseRoom, open_case_room
from truceline.mission.folder import open_mission
from truceline.model import Finding, Result

FINDING = "ground-fire/party-north/as-announced"
BEGIN = datetime(2031, 6, 2, 8, tzinfo=UTC)
PARTIES = ("party-north", "party-south")

PEOPLE = """\
truceline: 1
people:
  - {id: mira, roles: [monitor], lists: [north]}
  - {id: dora, roles: [duty-officer], lists: [north]}
  - {id: vera, roles: [verification-officer], lists: [north]}
  - {id: viktor, roles: [verification-officer], lists: [north], accounts: [viktor@mission, tablet-7]}
  - {id: rita, roles: [reviewer], lists: [north]}
  - {id: roman, roles: [reviewer], lists: [north]}
  - {id: lina, roles: [liaison-officer], lists: [north]}
  - {id: hana, roles: [head-of-mission], lists: [north]}
  - {id: paul, roles: [reporting-officer], lists: [north]}
  - {id: audra, roles: [auditor]}
  - {id: nils, roles: [party-officer], party: party-north, lists: [north]}
  - {id: sven, roles: [party-officer], party: party-south, lists: [north]}
  - {id: otto, roles: [verification-officer], lists: [elsewhere]}
"""

RULES = """\
truceline: 1
deadlines:
  reply: {within: P7D, clause: c1}
  review: {within: P14D}
  remedy: {within: P30D, clause: c1}
"""


@dataclass
class CaseMission:
    """A mission and its clock; each act a minute after the last."""

    room: CaseRoom
    now: datetime = BEGIN
    case: str = ""
    notices: list[str] = field(default_factory=list)

    def again(self) -> CaseMission:
        """As another process would open it."""
        return replace(self, room=open_case_room(open_mission(self.room.mission.root)))

    def open(self, by: str = "vera", **others: object) -> Done:
        given = {"case_list": "north", "because": "two posts", "incidents": (), "collectors": ("mira",), **others}
        done = open_case(self.room, by, opening(self.room, FINDING, **given), self.now)
        self.case = done.case.id
        return self._later(done)

    def act(self, by: str, make: Making) -> Done:
        return self._later(act_in(self.room, by, self.case, make, self.now))

    def _later(self, done: Done) -> Done:
        self.now += timedelta(minutes=1)
        return done

    def move(self, by: str, stage: str, **others: object) -> Done:
        return self.act(by, moving(self.room, Asked(stage, "as it stands", **others)))

    def notify(self, party: str, **others: object) -> Done:
        done = self.act("lina", notifying(self.room, party, "what was found", self.now, others.get("reply_by")))
        self.notices.append(done.act.id)
        return done

    def grade(self, by: str, outcome: str = "confirmed", revision: str = "") -> Done:
        sha256 = revision or self.room.newest([FINDING])[FINDING].sha256
        return self.act(by, grading(Judged(sha256, outcome, "B", "2", "high", "both agree")))

    def to_review(self) -> CaseMission:
        self.open()
        self.move("dora", "recorded")
        for party in PARTIES:
            self.notify(party)
        self.move("lina", "notified")
        for notice in self.notices:
            self.act("lina", replying(notice, "answers", "our view", self.now))
        self.move("vera", "under-review")
        return self

    def edit_the_finding(self, **changed: object) -> Finding:
        """As an assessment does that comes out otherwise."""
        found = replace(self.room.finding(FINDING), **changed)
        rest = [one if one.id != FINDING else found for one in self.room.mission.records.findings()]
        based_on = self.room.mission.records.latest_assessment_basis()
        with self.room.mission.records.adding() as adding:
            adding.add_assessment(rest, based_on, "a patrol came", self.now.isoformat())
        return found


def case_mission(root: Path, *, people: str = PEOPLE, rules: str = RULES) -> CaseMission:
    """The made-up mission in a folder, with its people; the finding on the north is a breach."""
    (root / "people.yaml").write_text(people, encoding="utf-8")
    if rules:
        (root / "cases.yaml").write_text(rules, encoding="utf-8")
    made = CaseMission(open_case_room(open_mission(root)))
    made.edit_the_finding(result=Result.BREACHED, probability=0.97)
    return made


def made_case_mission(root: Path) -> CaseMission:
    """The same from nothing."""
    return case_mission(samples.concluded_mission(root))
