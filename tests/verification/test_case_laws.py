"""Laws of cases, tried on drawn histories: nothing is ever changed, one person confirms nothing, parties mirror."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from case_drill import BEGIN, HASH, NORTH, OTHER_HASH, PEOPLE, SOUTH, Drill, finding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from truceline.model import (
    Act,
    CaseFault,
    Confidence,
    Deed,
    Dissent,
    Move,
    Opening,
    Phase,
    Reply,
    ReviewGrade,
    Revising,
    Role,
    Says,
    Shown,
    Silence,
    exchange_parties,
)
from truceline.verification.cases import Case, case_of
from truceline.verification.guard import judge
from truceline.verification.people import People
from truceline.verification.stages import DEFAULT_STAGES, CaseRules

IDS = [person.id for person in PEOPLE.persons]
WHO = st.sampled_from([*IDS, *IDS, "viktor@mission"])
STAGES = [stage.id for stage in DEFAULT_STAGES]
OUTCOMES = ["confirmed", "provisional", "not-established", "disputed"]
HASHES = [HASH, OTHER_HASH, "ef" * 32]
PARTIES = st.sampled_from([NORTH, SOUTH])


class CasesUnderWork(RuleBasedStateMachine):
    """Anybody tries anything in any order; the guard alone decides, and the laws are checked after every try."""

    @initialize(dissents=st.integers(0, 1), quorum=st.sampled_from([2, 2, 3]), far=st.integers(0, 3))
    def begin(self, dissents: int, quorum: int, far: int) -> None:
        self.drill = Drill(rules=CaseRules(DEFAULT_STAGES, quorum=quorum, dissents=dissents))
        if far:
            self.drill.to_review()
        else:
            self.drill.open("vera")
        self.before: dict[str, tuple[Act, ...]] = {}

    def tried(self, by: str, deed: Deed) -> None:
        act = self.drill.act(by, deed)
        known = self.drill.people.find(by)
        judgement = judge(self.drill.scene, act)
        assert judge(self.drill.scene, act).accepted == judgement.accepted
        if judgement.accepted:
            assert known is not None
            assert known.id == by
            self.drill.do(by, deed)

    @rule(by=WHO, to=st.sampled_from(STAGES), due=st.sampled_from([None, 3]), done=st.booleans())
    def move(self, by: str, to: str, due: int | None, done: bool) -> None:
        due_at = None if due is None else self.drill.now + timedelta(days=due)
        self.tried(by, self.drill.move_to(to, due=due_at, done_at=self.drill.now if done else None))

    @rule(who=st.sampled_from(["dora", "vera", "lina", "hana"]))
    def go_on(self, who: str) -> None:
        """The next stage of the usual way, so that drawn histories come far."""
        following = self.drill.rules.after(self.drill.open_case.stage)
        for stage in (one for one in following if one.id not in ("no-quorum", "under-review")):
            self.tried(who, self.drill.move_to(stage.id, done_at=self.drill.now))

    @rule(by=WHO, party=PARTIES, days=st.sampled_from([None, 1, 7]))
    def notify(self, by: str, party: str, days: int | None) -> None:
        reply_by = None if days is None else self.drill.now + timedelta(days=days)
        self.tried(by, self.drill.notice(party, reply_by=reply_by))

    @rule(by=st.sampled_from(["lina", "nils", "sven", "vera"]), says=st.sampled_from(Says), number=st.integers(0, 3))
    def reply(self, by: str, says: Says, number: int) -> None:
        notices = self.drill.open_case.notices
        if notices:
            self.tried(by, self.drill.reply_to(notices[number % len(notices)][0], says))

    @rule(by=WHO, number=st.integers(0, 3))
    def be_silent(self, by: str, number: int) -> None:
        notices = [one for one in self.drill.open_case.notices if one[1].reply_by is not None]
        if notices:
            act, notice = notices[number % len(notices)]
            assert notice.reply_by is not None
            self.tried(by, Silence(act.id, notice.party, notice.reply_by))

    @rule(
        by=st.sampled_from([*["rita", "roman", "rosa", "viktor"] * 3, "tablet-7", "vera", "mira", "hana", "otto"]),
        outcome=st.sampled_from([*OUTCOMES, *["confirmed"] * 20]),
        old=st.sampled_from([False, False, False, True]),
    )
    def grade(self, by: str, outcome: str, old: bool) -> None:
        sha256 = HASH if old else self.drill.open_case.finding.sha256
        self.tried(by, ReviewGrade(sha256, outcome, "B", "2", Confidence.LOW, "seen"))

    @rule(
        two=st.permutations(["rita", "roman", "rosa", "viktor", "vera"]),
        outcome=st.sampled_from(["confirmed", *OUTCOMES]),
    )
    def grade_alike(self, two: list[str], outcome: str) -> None:
        for by in two[:2]:
            self.tried(by, self.drill.grading(outcome))

    @rule()
    def take_up_what_is_new(self) -> None:
        """As a verification officer does who sees that a finding was edited."""
        self.tried("vera", self.drill.move_to("under-review"))
        self.tried("vera", Revising(len(self.drill.open_case.revisings) + 1, self.drill.newest, "newer"))

    @rule(by=st.sampled_from(["hana", "rita", "viktor", "vera"]))
    def decide(self, by: str) -> None:
        """Whatever the grades allow."""
        for outcome in (*OUTCOMES, "no-consensus"):
            self.tried(by, self.drill.move_to(outcome))

    @rule(by=WHO)
    def look(self, by: str) -> None:
        self.tried(by, Shown(self.drill.open_case.finding.sha256))

    @rule(by=WHO)
    def dissent(self, by: str) -> None:
        self.tried(by, Dissent(self.drill.open_case.finding.sha256, "not so"))

    @rule(sha256=st.sampled_from([*[HASH] * 5, *HASHES]))
    def edit_the_finding(self, sha256: str) -> None:
        if sha256 != self.drill.newest.sha256:
            self.drill.newest = replace(self.drill.newest, sha256=sha256, revision=self.drill.newest.revision + 1)

    @rule(by=st.sampled_from(["vera", "viktor", "tablet-7", "rita"]))
    def revise(self, by: str) -> None:
        self.tried(by, Revising(len(self.drill.open_case.revisings) + 1, self.drill.newest, "newer"))

    @rule(by=WHO, incident=st.sampled_from(["00ff00ff00ff00ff", "00ff00ff00ff00fe"]))
    def open_another(self, by: str, incident: str) -> None:
        here = self.drill.case
        self.tried(by, self.drill.opening(incidents=(incident,), collectors=("mira",)))
        self.drill.case = here

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.drill.now += timedelta(days=days)

    @invariant()
    def nothing_that_stood_was_changed(self) -> None:
        for case_id, acts in self.before.items():
            now = self.drill.cases[case_id].acts
            assert [act for act in now if act in acts] == list(acts)
        self.before = {case.id: case.acts for case in self.drill.cases.values()}

    @invariant()
    def nobody_is_found_against_by_one_person(self) -> None:
        for case in self.drill.cases.values():
            for act, move in case.moves:
                stage = self.drill.rules.stage(move.to)
                assert stage is not None
                if stage.phase is Phase.FINDING:
                    _judged_by_two(case, act, move)

    @invariant()
    def what_is_found_is_what_was_graded(self) -> None:
        case = self.drill.open_case
        if case.phase(self.drill.rules) in (Phase.FINDING, Phase.REMEDY):
            found = [move for _, move in case.moves if move.to in OUTCOMES]
            assert found[-1].sha256 == case.finding.sha256

    @invariant()
    def nobody_grades_what_they_drew_up_or_collected_or_graded(self) -> None:
        for case in self.drill.cases.values():
            for act, grade in case.of_kind(ReviewGrade):
                earlier = [other for other in case.acts if other.at < act.at]
                barred = {other.by for other in earlier if isinstance(other.deed, Opening | Revising)}
                same = [one for one in earlier if isinstance(one.deed, ReviewGrade) and one.deed.sha256 == grade.sha256]
                assert act.by not in {*barred, *case.opening.collectors, *(one.by for one in same)}

    @invariant()
    def no_notice_no_review(self) -> None:
        case = self.drill.open_case
        for act, move in case.moves:
            if move.to == "under-review":
                told = {notice.party for other, notice in case.notices if other.at < act.at}
                assert told == {NORTH, SOUTH}

    @invariant()
    def the_order_of_arrival_changes_nothing(self) -> None:
        case = self.drill.open_case
        again = case_of(tuple(reversed(case.acts)))
        assert again == case
        assert (again.stage, again.finding, again.due()) == (case.stage, case.finding, case.due())


def _judged_by_two(case: Case, act: Act, move: Move) -> None:
    """At least two people, neither author nor collector at that time, graded this very revision so before the move."""
    graders = {other.by for other, grade in case.grades(move.sha256) if grade.outcome == move.to and other.at < act.at}
    barred = {*case.opening.collectors, *(one.by for one, _ in case.of_kind(Opening))}
    barred |= {one.by for one, _ in case.of_kind(Revising) if one.at < act.at}
    assert len(graders - barred) >= 2


TestCasesUnderWork = CasesUnderWork.TestCase
TestCasesUnderWork.settings = settings(
    max_examples=80, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)


# Two acts that do not depend on each other


def _candidates(drill: Drill) -> list[tuple[str, Deed]]:
    case = drill.open_case
    deeds: list[tuple[str, Deed]] = [
        *((by, drill.grading(outcome)) for by in ("rita", "roman", "rosa", "viktor") for outcome in OUTCOMES[:2]),
        *(("lina", drill.notice(party)) for party in (NORTH, SOUTH)),
        *(("lina", drill.reply_to(act, says)) for act, _ in case.notices for says in (Says.ANSWERS, Says.WAIVES)),
        ("rosa", Dissent(case.finding.sha256, "not so")),
        *(("lina", Silence(act.id, one.party, one.reply_by)) for act, one in case.notices if one.reply_by),
        *((by, drill.move_to(to, done_at=drill.now)) for by in ("vera", "dora", "hana", "lina") for to in STAGES),
        ("vera", Revising(len(case.revisings) + 1, drill.newest, "newer")),
        ("rosa", Shown(case.finding.sha256)),
    ]
    return deeds


STARTS: dict[str, Callable[[], Drill]] = {
    "opened": lambda: _opened(Drill()),
    "review": lambda: Drill().to_review(),
    "graded": lambda: _graded(Drill()),
    "confirmed": lambda: Drill().to_confirmed(),
    "revised": lambda: _edited(Drill()),
}


def _opened(drill: Drill) -> Drill:
    drill.open()
    return drill


def _graded(drill: Drill) -> Drill:
    drill.to_review()
    drill.grade("rita")
    drill.grade("roman")
    return drill


def _edited(drill: Drill) -> Drill:
    drill.to_review()
    drill.newest = finding(OTHER_HASH, 2)
    return drill


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("days", [0, 8])
def test_two_acts_that_are_taken_in_either_order_come_to_the_same(start: str, days: int):
    drill = STARTS[start]()
    drill.now += timedelta(days=days)
    possible = [one for one in _candidates(drill) if drill.judge(*one).accepted]
    assert possible
    both_ways = 0
    for first in possible:
        for second in possible:
            one, other = _after(drill, first, second), _after(drill, second, first)
            if one is not None and other is not None:
                both_ways += 1
                assert one == other
    assert both_ways


def _after(drill: Drill, *acts: tuple[str, Deed]) -> Case | None:
    """The case after acts entered at one moment in this order, or none where one of them is refused."""
    scene, case = drill.scene, drill.open_case
    for by, deed in acts:
        act = drill.act(by, deed)
        if not judge(replace(scene, cases=(case,)), act).accepted:
            return None
        case = case.with_act(act)
    return case


# Parties


SCRIPT = st.lists(
    st.tuples(
        st.sampled_from(["notify", "reply", "silence", "move", "grade", "wait", "dissent", "revise"]),
        PARTIES,
        st.integers(0, 11),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(SCRIPT)
def test_exchanging_the_parties_exchanges_them_in_the_case_and_changes_nothing_else(
    script: list[tuple[str, str, int]],
):
    plain, mirrored = Drill(), Drill(people=_mirrored_people(), newest=exchange_parties(finding(), (NORTH, SOUTH)))
    other = {NORTH: SOUTH, SOUTH: NORTH}
    plain.open()
    mirrored.open(parties=(SOUTH, NORTH))
    for what, party, number in script:
        one = _step(plain, what, party, number)
        two = _step(mirrored, what, other[party], number)
        assert one == two
    shape, mirror = _shape(plain), _shape(mirrored)
    assert exchange_parties(shape, (NORTH, SOUTH)) == mirror


def _mirrored_people() -> People:
    return People(tuple(exchange_parties(one, (NORTH, SOUTH)) for one in PEOPLE.persons), PEOPLE.sha256)


def _step(drill: Drill, what: str, party: str, number: int) -> str:
    """One step of a script, the same for both drills; gives what came of it without naming a party."""
    case = drill.open_case
    mine = [act for act, notice in case.notices if notice.party == party]
    deeds: dict[str, Callable[[], tuple[str, Deed]]] = {
        "notify": lambda: ("lina", drill.notice(party)),
        "reply": lambda: ("lina", drill.reply_to(mine[number % len(mine)], list(Says)[number % 6])),
        "silence": lambda: ("lina", Silence(mine[0].id, party, mine[0].deed.reply_by)),
        "move": lambda: (["vera", "dora", "lina", "hana"][number % 4], drill.move_to(STAGES[number % len(STAGES)])),
        "grade": lambda: (["rita", "roman", "rosa", "vera"][number % 4], drill.grading(OUTCOMES[number % 4])),
        "dissent": lambda: ("rosa", Dissent(case.finding.sha256, "not so")),
        "revise": lambda: ("vera", Revising(len(case.revisings) + 1, drill.newest, "newer")),
    }
    if what == "wait":
        drill.now += timedelta(days=number)
        return "waited"
    if what in ("reply", "silence") and not mine:
        return "nothing to say"
    by, deed = deeds[what]()
    judgement = drill.judge(by, deed)
    if judgement.accepted:
        drill.do(by, deed)
    return "done" if judgement.accepted else "denied" if not judgement.decision.allowed else "refused"


def _shape(drill: Drill) -> tuple[object, ...]:
    """A case without the ids, which are hashes: each act by who, when and what, references by place."""
    case = drill.open_case
    place = {act.id: number for number, act in enumerate(sorted(case.acts, key=lambda act: act.at))}
    acts = []
    for act in sorted(case.acts, key=lambda act: act.at):
        deed = act.deed
        if isinstance(deed, Reply | Silence):
            deed = replace(deed, notice=str(place[deed.notice]))
        acts.append((act.by, act.at, *(getattr(deed, one.name) for one in fields(deed))))
    return case.stage, case.finding, tuple(acts)


# Acts


def test_an_act_is_never_changed():
    drill = Drill().to_review()
    act = drill.open_case.acts[0]
    with pytest.raises(AttributeError):
        act.by = "somebody"
    with pytest.raises(CaseFault, match="when it is done"):
        raise judge(drill.scene, replace(drill.act("rita", drill.grading()), at=BEGIN)).fault or AssertionError


def test_the_id_of_an_act_says_everything_in_it():
    drill = Drill().to_review()
    act = drill.act("rita", drill.grading())
    ids = {
        act.id,
        replace(act, by="roman").id,
        replace(act, at=BEGIN).id,
        replace(act, case="c-1").id,
        replace(act, deed=drill.grading("disputed")).id,
    }
    assert len(ids) == 5
    assert replace(act).id == act.id


def test_the_same_act_twice_is_one():
    drill = Drill().to_review()
    case = drill.open_case
    assert case.with_act(case.acts[2]) == case
    assert case_of((*case.acts, case.acts[1])) == case


def test_roles_are_all_in_the_drill():
    assert {role for person in PEOPLE.persons for role in person.roles} == set(Role)
