"""A drill for cases: a made-up mission with its people, one finding, and a clock that is moved by hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from truceline.model import (
    Act,
    Confidence,
    Deed,
    FindingRevision,
    GlassAsked,
    GlassBroken,
    Interval,
    Move,
    Notice,
    Opening,
    Person,
    Reply,
    Result,
    ReviewGrade,
    Revising,
    Role,
    Says,
    Silence,
    case_id_of,
)
from truceline.verification.cases import Case, case_of
from truceline.verification.guard import Judgement, judge
from truceline.verification.people import People
from truceline.verification.scene import Scene
from truceline.verification.stages import DEFAULT_RULES, CaseRules

NORTH, SOUTH = "party-north", "party-south"
EVENT = datetime(2026, 1, 5, 3, tzinfo=UTC)
BEGIN = datetime(2026, 1, 6, 8, tzinfo=UTC)
HASH = "ab" * 32
OTHER_HASH = "cd" * 32

PEOPLE = People(
    (
        Person("mira", (Role.MONITOR,), ("north",)),
        Person("dora", (Role.DUTY_OFFICER,), ("north",)),
        Person("vera", (Role.VERIFICATION_OFFICER,), ("north",)),
        Person("viktor", (Role.VERIFICATION_OFFICER,), ("north",), accounts=("viktor@mission", "tablet-7")),
        Person("rita", (Role.REVIEWER,), ("north",)),
        Person("roman", (Role.REVIEWER,), ("north",)),
        Person("rosa", (Role.REVIEWER,), ("north",)),
        Person("lina", (Role.LIAISON_OFFICER,), ("north",)),
        Person("hana", (Role.HEAD_OF_MISSION,), ("north",)),
        Person("paul", (Role.REPORTING_OFFICER,), ("north",)),
        Person("audra", (Role.AUDITOR,), ("north",)),
        Person("nils", (Role.PARTY_OFFICER,), ("north",), party=NORTH),
        Person("sven", (Role.PARTY_OFFICER,), ("north",), party=SOUTH),
        Person("otto", (Role.VERIFICATION_OFFICER,), ("elsewhere",)),
        Person("olga", (Role.HEAD_OF_MISSION,), ("elsewhere",)),
        Person("gone", ()),
    ),
    "0" * 64,
)


def finding(sha256: str = HASH, revision: int = 1, **others: object) -> FindingRevision:
    given = {"result": Result.BREACHED, "party": NORTH, **others}
    return FindingRevision(f"ground-fire/{given['party']}/as-announced", revision, sha256, **given)


@dataclass
class Drill:
    """Acts are put to the guard one by one; what it accepts is appended, as the mission does."""

    rules: CaseRules = DEFAULT_RULES
    people: People = PEOPLE
    newest: FindingRevision = field(default_factory=finding)
    now: datetime = BEGIN
    cases: dict[str, Case] = field(default_factory=dict)
    case: str = ""

    @property
    def scene(self) -> Scene:
        return Scene(self.rules, self.people, tuple(self.cases.values()), self.newest, self.now)

    @property
    def open_case(self) -> Case:
        return self.cases[self.case]

    def act(self, by: str, deed: Deed) -> Act:
        case = case_id_of(by, self.now, deed) if isinstance(deed, Opening) else self.case
        return Act(case, by, self.now, deed)

    def judge(self, by: str, deed: Deed) -> Judgement:
        return judge(self.scene, self.act(by, deed))

    def do(self, by: str, deed: Deed) -> Act:
        """Put an act to the guard; raises its fault, or an assertion when it is denied."""
        act = self.act(by, deed)
        judgement = judge(self.scene, act)
        assert judgement.decision.allowed, judgement.decision
        if judgement.fault is not None:
            raise judgement.fault
        known = self.cases.get(act.case)
        self.cases[act.case] = known.with_act(act) if known else case_of((act,))
        self.case = act.case
        self.now += timedelta(minutes=1)
        return act

    def opening(self, **others: object) -> Opening:
        return replace(
            Opening(
                finding=self.newest,
                parties=(NORTH, SOUTH),
                case_list="north",
                event=Interval(EVENT, EVENT + timedelta(hours=1)),
                detected=EVENT + timedelta(hours=2),
                collectors=("mira",),
                incidents=(),
                stage=self.rules.first.id,
                because="two posts heard it",
            ),
            **others,
        )

    def open(self, by: str = "vera", **others: object) -> Act:
        return self.do(by, self.opening(**others))

    def move_to(self, to: str, **others: object) -> Move:
        case = self.open_case
        return replace(Move(len(case.moves) + 1, case.stage, to, case.finding.sha256, "as it stands"), **others)

    def move(self, by: str, to: str, **others: object) -> Act:
        return self.do(by, self.move_to(to, **others))

    def notice(self, party: str, **others: object) -> Notice:
        reply_by = self.now + timedelta(days=7)
        return replace(Notice(party, self.now, "what was found", reply_by, "c1"), **others)

    def notify(self, party: str, by: str = "lina", **others: object) -> Act:
        return self.do(by, self.notice(party, **others))

    def reply_to(self, notice: Act, says: Says = Says.ANSWERS, **others: object) -> Reply:
        party = getattr(notice.deed, "party", "")
        return replace(Reply(notice.id, party, says, self.now, "our view of it"), **others)

    def reply(self, notice: Act, says: Says = Says.ANSWERS, by: str = "lina", **others: object) -> Act:
        return self.do(by, self.reply_to(notice, says, **others))

    def silence(self, notice: Act, by: str = "lina") -> Act:
        deed = notice.deed
        assert isinstance(deed, Notice)
        assert deed.reply_by is not None
        return self.do(by, Silence(notice.id, deed.party, deed.reply_by))

    def grading(self, outcome: str = "confirmed", **others: object) -> ReviewGrade:
        sha256 = self.open_case.finding.sha256
        return replace(ReviewGrade(sha256, outcome, "B", "2", Confidence.HIGH, "both channels agree"), **others)

    def grade(self, by: str, outcome: str = "confirmed", **others: object) -> Act:
        return self.do(by, self.grading(outcome, **others))

    def revise(self, sha256: str = OTHER_HASH, by: str = "vera", **others: object) -> Act:
        """The mission revises the finding, and the case takes it up."""
        self.newest = replace(self.newest, sha256=sha256, revision=self.newest.revision + 1, **others)
        return self.do(by, Revising(len(self.open_case.revisings) + 1, self.newest, "a patrol came"))

    def to_review(self) -> Drill:
        """Up to the review, both parties heard."""
        self.open()
        self.move("dora", "recorded")
        notices = [self.notify(party) for party in (NORTH, SOUTH)]
        self.move("lina", "notified")
        for notice in notices:
            self.reply(notice)
        self.move("vera", "under-review")
        return self

    def to_confirmed(self) -> Drill:
        """Up to a confirmed finding."""
        self.to_review()
        self.grade("rita")
        self.grade("roman")
        self.move("hana", "confirmed")
        return self

    def ask_glass(self, by: str = "otto") -> Act:
        return self.do(by, GlassAsked("shelling goes on, nobody of the list answers"))

    def break_glass(self, asked: Act, by: str = "hana", hours: int = 24) -> Act:
        return self.do(by, GlassBroken(asked.id, asked.by, self.now + timedelta(hours=hours)))
