"""A case from allegation to remedy, and every way past a check that must be closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from case_drill import BEGIN, EVENT, HASH, NORTH, OTHER_HASH, PEOPLE, SOUTH, Drill, finding

from truceline.model import (
    CaseFault,
    Confidence,
    Dissent,
    Interval,
    NotFound,
    Person,
    Phase,
    Result,
    ReviewGrade,
    Revising,
    Role,
    Says,
    Shown,
    Silence,
    UsageFault,
    ValueFault,
)
from truceline.verification.access import Purpose
from truceline.verification.guard import judge, may
from truceline.verification.people import People
from truceline.verification.stages import DEFAULT_STAGES, CaseRules, Deadline

WEEK = timedelta(days=7)


def test_a_case_goes_from_allegation_to_a_confirmed_finding_and_its_remedy():
    drill = Drill().to_confirmed()
    drill.move("lina", "remedy-due", due=drill.now + WEEK)
    drill.move("lina", "remedied", done_at=drill.now - timedelta(hours=1))
    assert [move.to for _, move in drill.open_case.moves] == [
        *("recorded", "notified", "under-review", "confirmed", "remedy-due", "remedied")
    ]


@pytest.mark.parametrize("to", ["notified", "under-review", "confirmed", "remedied", "no-consensus"])
def test_no_stage_is_skipped(to: str):
    drill = Drill()
    drill.open("vera")
    people = replace(PEOPLE, persons=(*PEOPLE.persons, _almighty()))
    drill.people = people
    with pytest.raises(CaseFault, match="would be skipped") as refused:
        drill.move("almighty", to)
    assert refused.value.do == "what can follow is: recorded"


def _almighty() -> Person:
    """Somebody with every role in the mission: what still stops them is no matter of rights."""
    roles = tuple(role for role in Role if role is not Role.PARTY_OFFICER)
    return Person("almighty", roles, ("north",))


def test_an_unknown_stage_names_the_nearest():
    drill = Drill()
    drill.open()
    with pytest.raises(CaseFault, match="no stage 'recordet'") as refused:
        drill.move("dora", "recordet") if drill.judge("dora", drill.move_to("recordet")).decision.allowed else None
    assert refused.value.do == "did you mean recorded?"


def test_both_parties_are_told_before_a_case_is_notified():
    drill = Drill()
    drill.open()
    drill.move("dora", "recorded")
    drill.notify(SOUTH)
    with pytest.raises(CaseFault, match=f"no notice was given to {NORTH}"):
        drill.move("lina", "notified")


def test_a_review_waits_for_an_answer_or_for_silence_on_record():
    drill = Drill()
    drill.open()
    drill.move("dora", "recorded")
    north, south = (drill.notify(party) for party in (NORTH, SOUTH))
    drill.move("lina", "notified")
    drill.reply(south, Says.DISPUTES)
    drill.reply(north, Says.ACKNOWLEDGES)
    with pytest.raises(CaseFault, match=f"to {NORTH} has no answer"):
        drill.move("vera", "under-review")
    with pytest.raises(CaseFault, match="not over"):
        drill.silence(north)
    drill.now += WEEK
    drill.silence(north)
    drill.move("vera", "under-review")
    late = drill.reply(north)
    assert late in drill.open_case.acts
    assert drill.open_case.silent(north.id)


def test_silence_is_not_put_on_record_twice_nor_of_a_party_that_replied_in_time():
    drill = Drill()
    drill.open()
    north, south = (drill.notify(party) for party in (NORTH, SOUTH))
    drill.reply(north)
    drill.now += WEEK
    with pytest.raises(CaseFault, match="replied in time"):
        drill.silence(north)
    drill.silence(south)
    with pytest.raises(CaseFault, match="already"):
        drill.silence(south)


def test_a_notice_that_sets_no_time_is_never_met_with_silence():
    drill = Drill()
    drill.open()
    notice = drill.notify(NORTH, reply_by=None)
    with pytest.raises(CaseFault, match="set no time"):
        drill.do("lina", Silence(notice.id, NORTH, drill.now))


def test_silence_names_what_the_notice_does():
    drill = Drill()
    drill.open()
    notice = drill.notify(NORTH)
    drill.now += 2 * WEEK
    with pytest.raises(CaseFault, match="another party or time"):
        drill.do("lina", Silence(notice.id, SOUTH, drill.now))


def test_a_reply_to_a_notice_never_sent_is_refused():
    drill = Drill()
    drill.open()
    notice = drill.notify(NORTH)
    with pytest.raises(CaseFault, match="was ever sent"):
        drill.do("lina", replace(drill.reply_to(notice), notice=HASH))


def test_a_reply_comes_from_the_party_the_notice_went_to():
    drill = Drill()
    drill.open()
    notice = drill.notify(NORTH)
    with pytest.raises(CaseFault, match="went to party-north, not to party-south"):
        drill.reply(notice, party=SOUTH)
    drill.notify(SOUTH)
    with pytest.raises(CaseFault, match="cannot reply for party-north"):
        drill.reply(notice, by="sven")
    assert drill.reply(notice, by="nils").by == "nils"


def test_a_partys_officer_hears_of_a_case_with_the_first_notice():
    drill = Drill()
    drill.open()
    nils = PEOPLE.person("nils")
    notice = drill.notify(SOUTH)
    assert not may(drill.scene, nils, drill.open_case, Purpose.READ).allowed
    assert not drill.judge("nils", drill.reply_to(notice)).decision.allowed
    drill.notify(NORTH)
    assert may(drill.scene, nils, drill.open_case, Purpose.READ).allowed


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ({"reply_by": EVENT - timedelta(hours=1)}, "ends before the event"),
        ({"reply_by": BEGIN - timedelta(hours=1), "given_at": BEGIN}, "ends before the notice is given"),
        ({"given_at": EVENT - timedelta(hours=1)}, "the notice is before the event"),
        ({"given_at": BEGIN + timedelta(days=2)}, "now is before the notice"),
        ({"party": "party-nort"}, "no party to the case"),
    ],
)
def test_a_notice_with_its_times_or_party_wrong_is_refused(others: dict[str, object], told: str):
    drill = Drill()
    drill.open()
    with pytest.raises(CaseFault, match=told):
        drill.notify(**{"party": NORTH, **others})


@pytest.mark.parametrize(
    ("received", "told"), [(BEGIN - timedelta(1), "the reply is before the notice"), (BEGIN + WEEK, "now is before")]
)
def test_a_reply_out_of_time_is_refused(received: object, told: str):
    drill = Drill()
    drill.open()
    notice = drill.notify(NORTH)
    with pytest.raises(CaseFault, match=told):
        drill.reply(notice, received_at=received)


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ({"due": EVENT - WEEK}, "the deadline is before the event"),
        ({"due": BEGIN}, "over before it begins"),
        ({"done_at": EVENT - WEEK}, "what was done is before the event"),
        ({"done_at": BEGIN + WEEK}, "in the future"),
        ({"sha256": OTHER_HASH}, "another revision"),
        ({"step": 2}, "meanwhile"),
        ({"of": "notified"}, "meanwhile"),
    ],
)
def test_a_move_that_is_wrong_in_itself_is_refused(others: dict[str, object], told: str):
    drill = Drill()
    drill.open()
    with pytest.raises(CaseFault, match=told):
        drill.move("dora", "recorded", **others)


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ({"finding": finding(OTHER_HASH)}, "not the newest"),
        ({"parties": (NORTH,)}, "two parties"),
        ({"parties": (NORTH, NORTH)}, "two parties"),
        ({"collectors": ("mirra",)}, "mirra"),
        ({"collectors": ("vera",)}, "vera collected"),
        ({"stage": "recorded"}, "begins as alleged"),
        ({"detected": EVENT - WEEK}, "its detection is before the event"),
        ({"detected": BEGIN + WEEK}, "now is before its detection"),
    ],
)
def test_an_opening_that_is_wrong_is_refused(others: dict[str, object], told: str):
    with pytest.raises(CaseFault, match=told):
        Drill().open(**others)


def test_there_is_one_case_on_a_finding():
    drill = Drill()
    drill.open("vera")
    with pytest.raises(CaseFault, match="a case on this finding already"):
        drill.open("dora", because="once more")


def test_the_id_of_a_case_is_that_of_its_opening():
    drill = Drill()
    act = replace(drill.act("vera", drill.opening()), case="c-000000000000")
    fault = judge(drill.scene, act).fault
    assert fault is not None
    assert "not the id" in fault.what


# Four eyes


def test_one_reviewer_confirms_nothing():
    drill = Drill().to_review()
    drill.grade("rita")
    with pytest.raises(CaseFault, match="1 of 2 reviewers"):
        drill.move("hana", "confirmed")


def test_a_reviewer_grades_a_revision_once():
    drill = Drill().to_review()
    drill.grade("rita")
    with pytest.raises(CaseFault, match="graded this revision already"):
        drill.grade("rita", because="again")


def test_a_reviewer_with_two_accounts_is_one_person():
    drill = Drill().to_review()
    drill.grade("viktor")
    with pytest.raises(CaseFault, match="is an account"):
        drill.grade("tablet-7")
    with pytest.raises(CaseFault, match="is an account"):
        drill.grade(" VIKTOR@mission ")
    with pytest.raises(CaseFault, match="1 of 2 reviewers"):
        drill.move("hana", "confirmed")


@pytest.mark.parametrize(
    "second",
    [
        Person("viktor2", (Role.REVIEWER,), ("north",), accounts=("Tablet-7",)),
        Person("Viktor", (Role.REVIEWER,), ("north",)),
        Person("viktor2", (Role.REVIEWER,), ("north",), accounts=("ｖｉｋｔｏｒ@mission",)),
    ],
)
def test_two_entries_that_share_an_account_are_refused(second: Person):
    with pytest.raises(UsageFault, match="share the account"):
        People((*PEOPLE.persons, second))


def test_two_entries_that_share_a_key_are_refused_by_whatever_name_it_goes():
    one = Person("a", (Role.REVIEWER,), keys=("a+11111111+AQIDBA==",))
    with pytest.raises(UsageFault, match="share the key"):
        People((one, Person("b", (Role.REVIEWER,), keys=("b+22222222+AQIDBA==",))))


def test_an_author_does_not_grade_nor_decide():
    drill = Drill().to_review()
    with pytest.raises(CaseFault, match="vera is author"):
        drill.grade("vera")
    drill.grade("rita")
    drill.grade("roman")
    with pytest.raises(CaseFault, match="vera is author"):
        drill.move("vera", "confirmed")


def test_a_collector_does_not_grade():
    drill = Drill()
    drill.open(collectors=("mira", "rita"))
    drill.move("dora", "recorded")
    for party in (NORTH, SOUTH):
        drill.reply(drill.notify(party))
    drill.move("lina", "notified")
    drill.move("vera", "under-review")
    with pytest.raises(CaseFault, match="rita is collector"):
        drill.grade("rita")


def test_an_author_approves_by_no_second_path():
    drill = Drill()
    drill.open("viktor", incidents=("00ff00ff00ff00ff",))
    first = drill.case
    drill.to_review()
    assert drill.case != first
    with pytest.raises(CaseFault, match="viktor is author"):
        drill.grade("viktor")


def test_a_grade_given_before_its_author_became_one_no_longer_counts():
    drill = Drill().to_review()
    drill.grade("rita")
    drill.grade("viktor")
    here = drill.case
    drill.open("viktor", incidents=("00ff00ff00ff00ff",))
    drill.case = here
    with pytest.raises(CaseFault, match="1 of 2 reviewers"):
        drill.move("hana", "confirmed")
    drill.grade("roman")
    drill.move("hana", "confirmed")


def test_a_grade_of_somebody_who_is_in_no_entry_no_longer_counts():
    drill = Drill().to_review()
    drill.grade("rita")
    drill.grade("roman")
    drill.people = People(tuple(one for one in PEOPLE.persons if one.id != "roman"))
    with pytest.raises(CaseFault, match="1 of 2 reviewers"):
        drill.move("hana", "confirmed")


def test_a_finding_edited_between_two_approvals_is_not_approved():
    drill = Drill().to_review()
    drill.grade("rita")
    drill.newest = finding(OTHER_HASH, 2)
    with pytest.raises(CaseFault, match="edited since"):
        drill.grade("roman")
    drill.revise(OTHER_HASH)
    drill.grade("roman")
    with pytest.raises(CaseFault, match="1 of 2 reviewers graded this very revision"):
        drill.move("hana", "confirmed")
    with pytest.raises(CaseFault, match="not about the revision"):
        drill.grade("rosa", sha256=HASH)
    drill.grade("rita")
    drill.move("hana", "confirmed")


def test_a_finding_edited_after_two_approvals_is_not_confirmed():
    drill = Drill().to_review()
    drill.grade("rita")
    drill.grade("roman")
    drill.newest = finding(OTHER_HASH, 2)
    with pytest.raises(CaseFault, match="edited since"):
        drill.move("hana", "confirmed")


def test_a_revision_is_not_taken_up_behind_a_decision():
    drill = Drill().to_confirmed()
    with pytest.raises(CaseFault, match="stands on the revision it was decided on"):
        drill.revise()
    drill.move("vera", "under-review")
    drill.do("vera", _revising(drill))
    assert drill.open_case.finding.sha256 == OTHER_HASH


def _revising(drill: Drill) -> Revising:
    return Revising(len(drill.open_case.revisings) + 1, drill.newest, "a patrol came")


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ({"sha256": HASH}, "about this revision already"),
        ({"by": "mira"}, ""),
    ],
)
def test_a_revising_that_is_wrong_is_refused(others: dict[str, object], told: str):
    drill = Drill()
    drill.open()
    if told:
        with pytest.raises(CaseFault, match=told):
            drill.revise(**others)
    else:
        assert not drill.judge("mira", _revising(drill)).decision.allowed


def test_what_was_decided_is_not_reviewed_until_it_comes_out_otherwise():
    drill = Drill().to_review()
    drill.grade("rita", "confirmed")
    drill.grade("roman", "not-established")
    drill.move("hana", "no-consensus")
    with pytest.raises(CaseFault, match="this very revision has ended"):
        drill.move("vera", "under-review")
    drill.newest = finding(OTHER_HASH, 2)
    drill.move("vera", "under-review")
    drill.do("vera", _revising(drill))
    drill.grade("rosa")
    drill.grade("rita")
    drill.move("hana", "confirmed")


def test_a_review_that_ended_takes_no_more_grades_of_that_revision():
    drill = Drill().to_confirmed()
    drill.newest = finding(OTHER_HASH, 2)
    drill.move("vera", "under-review")
    drill.newest = finding(HASH, 3)
    with pytest.raises(CaseFault, match="has ended"):
        drill.grade("rosa")


def test_nobody_grades_who_was_shown_what_others_graded():
    drill = Drill().to_review()
    with pytest.raises(CaseFault, match="sealed"):
        drill.do("rosa", Shown(HASH))
    drill.grade("rita")
    drill.grade("roman")
    drill.do("rosa", Shown(HASH))
    with pytest.raises(CaseFault, match="was shown"):
        drill.grade("rosa")


def test_no_consensus_is_a_normal_end_and_so_is_no_quorum():
    drill = Drill().to_review()
    drill.grade("rita", "confirmed")
    with pytest.raises(CaseFault, match="1 of 2"):
        drill.move("hana", "no-consensus")
    drill.move("hana", "no-quorum")
    drill.move("vera", "under-review")
    drill.grade("roman", "disputed")
    with pytest.raises(CaseFault, match="enough reviewers"):
        drill.move("hana", "no-quorum")
    for outcome in ("confirmed", "disputed"):
        with pytest.raises(CaseFault, match=f"do not agree on {outcome}"):
            drill.move("hana", outcome)
    drill.move("hana", "no-consensus")


def test_no_quorum_waits_for_the_end_of_the_review():
    drill = Drill()
    drill.open()
    drill.move("dora", "recorded")
    for party in (NORTH, SOUTH):
        drill.reply(drill.notify(party))
    drill.move("lina", "notified")
    drill.move("vera", "under-review", due=drill.now + WEEK)
    with pytest.raises(CaseFault, match="not over"):
        drill.move("hana", "no-quorum")
    drill.now += WEEK
    drill.move("hana", "no-quorum")


def test_agreement_is_no_reason_for_no_consensus():
    drill = Drill().to_review()
    drill.grade("rita", "disputed")
    drill.grade("roman", "disputed")
    with pytest.raises(CaseFault, match=r"the reviewers agree$"):
        drill.move("hana", "no-consensus")
    drill.move("hana", "disputed")


def test_as_many_may_stand_apart_as_the_mission_says():
    drill = Drill(rules=CaseRules(DEFAULT_STAGES, quorum=2, dissents=1)).to_review()
    drill.grade("rita")
    drill.grade("rosa", "not-established")
    with pytest.raises(CaseFault, match="do not agree on confirmed"):
        drill.move("hana", "confirmed")
    drill.grade("roman")
    drill.move("hana", "confirmed")
    assert [grade.outcome for _, grade in drill.open_case.grades(HASH)].count("not-established") == 1


def test_dissent_stays_with_the_finding():
    drill = Drill().to_confirmed()
    drill.do("rosa", Dissent(HASH, "the wind was from the east"))
    assert [deed.words for _, deed in drill.open_case.dissents()] == ["the wind was from the east"]
    with pytest.raises(CaseFault, match="not about the revision"):
        drill.do("rosa", Dissent(OTHER_HASH, "another one"))


@pytest.mark.parametrize("result", [Result.UNDETERMINED, Result.CONTESTED, Result.NOT_YET])
def test_what_the_evidence_does_not_decide_no_review_confirms(result: Result):
    drill = Drill(newest=finding(result=result)).to_review()
    with pytest.raises(CaseFault, match="no review confirms"):
        drill.grade("rita")
    drill.grade("rita", "provisional")


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ({"outcome": "confrimed"}, "no outcome 'confrimed'"),
        ({"outcome": "remedied"}, "no outcome"),
        ({"source_grade": "G"}, "no grade of reliability 'G'"),
        ({"source_grade": "AB"}, "no grade of reliability"),
        ({"source_grade": ""}, "no grade of reliability"),
        ({"item_grade": "0"}, "no grade of credibility '0'"),
        ({"item_grade": "7"}, "no grade of credibility"),
        ({"sha256": OTHER_HASH}, "not about the revision"),
        ({"sha256": HASH[:16]}, "not about the revision"),
    ],
)
def test_a_grade_that_is_wrong_is_refused(others: dict[str, object], told: str):
    drill = Drill().to_review()
    with pytest.raises(CaseFault, match=told):
        drill.do("rita", replace(drill.grading(), **others))


def test_grades_are_given_in_a_review_only():
    drill = Drill()
    drill.open()
    assert not drill.judge("rita", ReviewGrade(HASH, "confirmed", "A", "1", Confidence.LOW, "so")).decision.allowed


# What follows a finding


def test_a_waiver_is_the_other_partys():
    drill = Drill().to_confirmed()
    drill.move("lina", "remedy-due")
    with pytest.raises(CaseFault, match=f"no reply on record in which {SOUTH} waives"):
        drill.move("lina", "waived")
    north, south = (act for act, _ in drill.open_case.notices)
    drill.reply(north, Says.WAIVES)
    with pytest.raises(CaseFault, match=SOUTH):
        drill.move("lina", "waived")
    drill.reply(south, Says.WAIVES)
    drill.move("lina", "waived")


def test_corrected_to_satisfaction_is_said_by_the_other_party():
    drill = Drill().to_confirmed()
    drill.move("lina", "remedy-due")
    done = drill.now
    with pytest.raises(CaseFault, match="satisfied"):
        drill.move("lina", "corrected-to-satisfaction", done_at=done)
    drill.reply(drill.open_case.notices[1][0], Says.SATISFIED, by="sven")
    with pytest.raises(CaseFault, match="not said when"):
        drill.move("lina", "corrected-to-satisfaction")
    drill.move("lina", "corrected-to-satisfaction", done_at=done)


def test_not_remedied_waits_for_the_deadline_and_a_late_remedy_is_still_one():
    drill = Drill().to_confirmed()
    drill.move("lina", "remedy-due", due=drill.now + WEEK)
    with pytest.raises(CaseFault, match="not over"):
        drill.move("lina", "not-remedied")
    drill.now += WEEK
    drill.move("lina", "not-remedied")
    drill.move("lina", "remedied", done_at=drill.now - timedelta(hours=1))


def test_without_a_deadline_nothing_is_overdue():
    drill = Drill().to_confirmed()
    drill.move("lina", "remedy-due")
    with pytest.raises(CaseFault, match="no time was set"):
        drill.move("lina", "not-remedied")


# Breaking the glass


def test_breaking_the_glass_takes_two_people_and_opens_reading_only():
    drill = Drill().to_review()
    otto = PEOPLE.person("otto")
    assert not may(drill.scene, otto, drill.open_case, Purpose.READ).allowed
    asked = drill.ask_glass()
    with pytest.raises(CaseFault, match="takes two people"):
        drill.break_glass(asked, by="otto")
    drill.break_glass(asked)
    assert may(drill.scene, otto, drill.open_case, Purpose.READ).allowed
    for purpose in (Purpose.READ_GRADES, Purpose.EXPORT, Purpose.DECIDE):
        assert not may(drill.scene, otto, drill.open_case, purpose).allowed
    assert not drill.judge("otto", drill.grading()).decision.allowed
    drill.now += timedelta(hours=25)
    assert not may(drill.scene, otto, drill.open_case, Purpose.READ).allowed


def test_a_glass_opens_to_whoever_asked_once_and_not_for_long():
    drill = Drill().to_review()
    asked = drill.ask_glass()
    with pytest.raises(CaseFault, match="24 h at most"):
        drill.break_glass(asked, hours=25)
    with pytest.raises(CaseFault, match="24 h at most"):
        drill.break_glass(asked, hours=0)
    deed = drill.break_glass(asked).deed
    with pytest.raises(CaseFault, match="broken already"):
        drill.do("hana", deed)
    with pytest.raises(CaseFault, match="nobody asked"):
        drill.do("hana", replace(deed, asked=HASH))
    again = drill.ask_glass()
    with pytest.raises(CaseFault, match="otto asked"):
        drill.do("hana", replace(deed, asked=again.id, reader="paul"))


# What an act says, and who is nobody


def test_an_act_of_nobody_is_refused():
    drill = Drill()
    with pytest.raises(NotFound, match="signs in as 'veera'") as refused:
        drill.judge("veera", drill.opening())
    assert refused.value.do == "did you mean vera?"


def test_whoever_left_may_nothing():
    drill = Drill().to_review()
    assert drill.judge("gone", drill.grading()).decision.because == "has no role in the mission"


def test_an_act_in_no_case_is_denied():
    drill = Drill().to_review()
    drill.case = "c-000000000000"
    judgement = drill.judge("lina", drill.notice(NORTH))
    assert not judgement.accepted
    assert not judgement.decision.allowed


@pytest.mark.parametrize("words", ["", "  ", "a" * 10_001, "abc\x00", "abc\u202edef", "tab\there"])
def test_words_that_could_be_misread_are_refused(words: str):
    with pytest.raises(ValueFault, match="the text"):
        Drill().open(because=words)


def test_an_officer_of_a_party_has_no_role_in_the_mission():
    for wrong in (
        {"roles": (Role.PARTY_OFFICER, Role.REVIEWER), "party": NORTH},
        {"roles": (Role.PARTY_OFFICER,)},
        {"roles": (Role.REVIEWER,), "party": NORTH},
    ):
        with pytest.raises(ValueFault, match="party"):
            Person("x", **wrong)


def test_a_stage_the_rules_no_longer_have_lets_nobody_do_anything():
    drill = Drill().to_review()
    drill.rules = CaseRules(
        tuple(
            replace(one, id="in-review")
            if one.id == "under-review"
            else replace(one, after=tuple("in-review" if name == "under-review" else name for name in one.after))
            for one in DEFAULT_STAGES
        )
    )
    assert drill.open_case.phase(drill.rules) is Phase.NO_CASE
    assert not drill.judge("rita", drill.grading()).decision.allowed


def test_the_event_may_be_a_whole_day():
    drill = Drill()
    drill.open(event=Interval(EVENT, EVENT + timedelta(days=1)))
    assert drill.open_case.opening.event.duration_s == 86_400


def test_deadlines_name_where_the_agreement_sets_them():
    rules = CaseRules(DEFAULT_STAGES, deadlines=(Deadline("reply", 7, 0, "c1"),))
    assert rules.deadline("reply") == Deadline("reply", 7, 0, "c1")
    assert rules.deadline("remedy") is None


def test_a_refused_move_does_not_tell_how_others_graded():
    drill = Drill().to_review()
    drill.grade("rita", "disputed")
    drill.grade("rosa", "disputed")
    for stage in ("confirmed", "not-established", "provisional", "no-consensus"):
        with pytest.raises(CaseFault) as caught:
            drill.move("hana", stage)
        assert "disputed" not in caught.value.what
