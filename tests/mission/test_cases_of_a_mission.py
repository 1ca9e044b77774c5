"""Cases in a mission folder: every act, decision and event together, and what each reader sees."""

from __future__ import annotations

import ast
import itertools
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import mission_samples as samples
import pytest
from case_mission import BEGIN, FINDING, PARTIES, PEOPLE, RULES, CaseMission, case_mission

from truceline.mission.case_acts import open_case
from truceline.mission.case_deeds import (
    Asked,
    agreeing,
    asking,
    being_silent,
    dissenting,
    moving,
    notifying,
    opening,
    replying,
    revising,
    showing,
)
from truceline.mission.case_form import case_json, event_json
from truceline.mission.case_reading import export_cases, read_case, read_cases, read_events
from truceline.mission.case_room import act_of, cases_in, open_case_room
from truceline.mission.folder import open_mission
from truceline.model import (
    CaseFault,
    MissionFault,
    NotFound,
    NotPermitted,
    Result,
    UsageFault,
    exchange_parties,
    record_sha256,
)
from truceline.store import KeptAct
from truceline.store.adding import Adding


@pytest.fixture(scope="session")
def concluded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples.concluded_mission(tmp_path_factory.mktemp("cases") / "mission")


@pytest.fixture
def folder(concluded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(concluded, tmp_path / "mission"))


@pytest.fixture
def made(folder: Path) -> CaseMission:
    return case_mission(folder)


def _events(made: CaseMission, kind: str) -> list[dict[str, object]]:
    return [dict(one.content) for one in made.room.mission.records.events() if one.kind == kind]


def test_a_case_is_taken_from_a_finding_to_its_remedy(made: CaseMission):
    made.to_review()
    made.grade("rita")
    made.grade("viktor")
    made.move("hana", "confirmed")
    made.move("lina", "remedy-due")
    done = made.move("lina", "remedied", done_at=made.now - timedelta(seconds=30))
    record = case_json(read_case(made.again().room, "hana", made.case, made.now))
    assert record["stage"] == done.case.stage == "remedied"
    times = record["times"]
    stamps = [times["event"]["start"], times["detection"], *times["notice"].values()]
    stamps += [*times["acknowledgement"].values(), times["finding"], times["remedy"]]
    assert None not in stamps
    assert stamps == sorted(stamps)
    assert record["finding"]["sha256"] == record_sha256(made.room.finding(FINDING))
    assert record["review"] == {"graded": 2, "not_counted": 0, "quorum": 2, "sealed": False, "agreed": "confirmed"}


def test_deadlines_are_those_of_the_agreement_counted_as_it_counts(made: CaseMission):
    made.open()
    notice = made.notify("party-north")
    assert notice.act.deed.reply_by == notice.act.deed.given_at + timedelta(days=7)
    assert notice.act.deed.clause == "c1"
    more = made.notify("party-south", reply_by=made.now + timedelta(days=9))
    assert more.act.deed.reply_by == more.act.deed.given_at + timedelta(days=9)
    with pytest.raises(CaseFault, match="less time than was agreed"):
        made.notify("party-south", reply_by=made.now + timedelta(days=6))


def test_days_are_counted_by_the_calendar_where_the_agreement_says_so(folder: Path):
    path = folder / "agreements" / "made-up.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + 'time_zone: "Europe/Kyiv"\nday_rule: local\n', encoding="utf-8")
    room = case_mission(folder).room
    due, clause = room.deadline("reply", datetime(2031, 10, 24, 9, tzinfo=UTC))  # clocks go back on the 26th
    assert (due, clause) == (datetime(2031, 10, 31, 10, tzinfo=UTC), "c1")


def test_without_rules_no_time_runs(folder: Path):
    made = case_mission(folder, rules="")
    made.open()
    assert made.notify("party-north").act.deed.reply_by is None
    assert made.move("dora", "recorded").act.deed.due is None


def test_the_event_of_a_case_is_from_its_first_to_its_last_incident(made: CaseMission):
    found = made.room.finding(FINDING)
    whole = made.open().act.deed
    assert whole.event.start <= whole.event.end
    one = made.open(incidents=found.incidents[:1]).act.deed if found.incidents else whole
    assert whole.event.start <= one.event.start
    with pytest.raises(NotFound, match="rests on no incident"):
        made.open(incidents=("00ff00ff00ff00ff",))


def test_every_act_has_its_decision_and_its_event_in_the_outbox(made: CaseMission):
    made.to_review()
    acts = made.room.mission.records.acts()
    events = made.room.mission.records.events()
    assert [one.content["id"] for one in events if one.kind == "act"] == [act.id for act in acts]
    for before, event in itertools.pairwise(events):
        if event.kind == "act":
            assert before.kind == "decision"
            assert before.content["allowed"]
            assert before.content["people_sha256"] == made.room.people.sha256
            assert len(before.content["rules_sha256"]) == 64


@pytest.mark.parametrize(
    ("by", "fault", "allowed"),
    [("rita", NotPermitted, False), ("otto", NotPermitted, False), ("hana", CaseFault, True)],
)
def test_a_refusal_is_on_record(made: CaseMission, by: str, fault: type[Exception], allowed: bool):
    made.open()
    with pytest.raises(fault):
        made.move(by, "no-quorum" if by == "hana" else "recorded")
    last = _events(made, "decision")[-1]
    assert (last["person"], last["allowed"], last["case"]) == (by, allowed, made.case)
    assert bool(last["fault"]) == allowed
    assert len(made.room.mission.records.acts()) == 1


def test_that_nobody_tried_is_on_record(made: CaseMission):
    made.open()
    with pytest.raises(NotFound, match="signs in as 'vira'"):
        made.move("vira", "recorded")
    assert _events(made, "decision")[-1]["account"] == "vira"


def test_an_unknown_case_is_told_with_the_nearest_one_may_know_of(made: CaseMission):
    made.open()
    near = made.case[:-1] + ("0" if made.case[-1] != "0" else "1")
    with pytest.raises(NotFound) as told:
        read_case(made.room, "vera", near, made.now)
    assert made.case in told.value.do
    with pytest.raises(NotFound) as untold:
        read_case(made.room, "otto", near, made.now)
    assert made.case not in untold.value.do


def test_a_second_account_is_the_same_person(made: CaseMission):
    made.to_review()
    made.grade("tablet-7")
    with pytest.raises(CaseFault, match="viktor graded this revision already"):
        made.grade("Viktor@Mission")
    assert {act.by for act in cases_in(made.room.mission.records.acts())[0].acts} <= {
        *("vera", "dora", "lina", "viktor")
    }


def test_a_finding_edited_between_two_approvals_is_graded_anew(made: CaseMission):
    made.to_review()
    read = made.room.newest([FINDING])[FINDING].sha256
    made.grade("rita")
    made.edit_the_finding(probability=0.98)
    with pytest.raises(CaseFault, match="edited since"):
        made.grade("roman", revision=read)
    made.act("vera", revising("the patrol's table was corrected"))
    with pytest.raises(CaseFault, match="not about the revision"):
        made.grade("roman", revision=read)
    made.grade("roman")
    with pytest.raises(CaseFault, match="1 of 2 reviewers"):
        made.move("hana", "confirmed")


def test_a_finding_that_is_no_longer_assessed_is_not_confirmed(made: CaseMission):
    made.to_review()
    made.grade("rita")
    with made.room.mission.records.adding() as adding:
        adding.add_assessment([], "{}", "the norm is gone", BEGIN.isoformat())
    with pytest.raises(CaseFault, match="edited since"):
        made.act("roman", moving(made.room, Asked("confirmed", "x")))


def test_an_author_approves_by_no_command(made: CaseMission):
    made.to_review()
    with pytest.raises(CaseFault, match="vera is author"):
        made.grade("vera")
    made.grade("rita")
    made.grade("roman")
    with pytest.raises(CaseFault, match="vera is author"):
        made.move("vera", "confirmed")
    with pytest.raises(CaseFault, match="on this finding already"):
        made.open("viktor")


def test_who_collected_is_said(made: CaseMission):
    with pytest.raises(UsageFault, match="not said who collected"):
        made.open(collectors=None)
    made.open(collectors=("tablet-7", "mira"))
    assert cases_in(made.room.mission.records.acts())[0].opening.collectors == ("mira", "viktor")


def test_a_reply_to_a_notice_never_sent_is_refused(made: CaseMission):
    made.open()
    with pytest.raises(CaseFault, match="was ever sent"):
        made.act("lina", replying("ab" * 32, "answers", "our view", made.now))
    with pytest.raises(CaseFault, match="was ever sent"):
        made.act("lina", being_silent("ab" * 8))


# What each reader sees


def test_a_reviewer_sees_nothing_of_another_before_grading(made: CaseMission):
    made.to_review()
    made.grade("rita", "provisional")
    made.act("rita", dissenting("I hold it for an echo"))
    for reader in ("roman", "hana", "vera"):
        record = case_json(read_case(made.room, reader, made.case, made.now))
        assert record["review"]["sealed"]
        assert record["review"]["agreed"] is None
        assert "provisional" not in str([act for act in record["acts"] if act["act"] == "grade"])
        assert "echo" not in str(record)
    assert "echo" in str(case_json(read_case(made.room, "rita", made.case, made.now)))
    made.grade("roman", "provisional")
    assert "echo" in str(case_json(read_case(made.room, "roman", made.case, made.now)))
    viktor = case_json(read_case(made.room, "viktor", made.case, made.now))
    assert viktor["review"]["sealed"]
    made.act("viktor", showing())
    assert "echo" in str(case_json(read_case(made.room, "viktor", made.case, made.now)))
    with pytest.raises(CaseFault, match="was shown"):
        made.grade("viktor")


@pytest.mark.parametrize("way", [read_case, read_cases, export_cases, read_events])
def test_who_saw_the_grades_in_another_role_grades_no_more(folder: Path, way: Callable[..., object]):
    made = case_mission(
        folder,
        people=PEOPLE.replace(
            "{id: audra, roles: [auditor]}", "{id: audra, roles: [auditor, head-of-mission], lists: [north]}"
        ),
    )
    made.to_review()
    made.grade("rita", "disputed")
    for _ in range(2):
        way(made.room, "audra", *([made.case] if way is read_case else []), made.now)
    assert not [act for act in made.room.mission.records.acts() if act.kind == "shown"]
    made.grade("roman", "provisional")
    for _ in range(2):
        way(made.room, "audra", *([made.case] if way is read_case else []), made.now)
    (shown,) = [act_of(act) for act in made.room.mission.records.acts() if act.kind == "shown"]
    assert shown.by == "audra"
    text = (folder / "people.yaml").read_text(encoding="utf-8")
    (folder / "people.yaml").write_text(text.replace("[auditor, head-of-mission]", "[reviewer]"), encoding="utf-8")
    later = replace(made.again(), now=made.now, case=made.case)
    with pytest.raises(CaseFault, match="audra was shown"):
        later.grade("audra")


def test_a_party_sees_its_own_and_not_the_others(made: CaseMission):
    made.to_review()
    made.grade("rita")
    made.grade("roman")
    for reader, party, other in (("nils", *PARTIES), ("sven", *reversed(PARTIES))):
        record = case_json(read_case(made.room, reader, made.case, made.now))
        assert list(record["times"]["notice"]) == [party]
        assert {act["deed"]["party"] for act in record["acts"]} == {party}
        assert {act["act"] for act in record["acts"]} == {"notice", "reply"}
        for hidden in ("rita", "roman", "vera", "mira", "review", "grade"):
            assert hidden not in str(record["acts"]) + str(sorted(record))
        assert other in record["parties"]


def test_a_party_hears_of_no_case_before_its_notice(made: CaseMission):
    made.open()
    assert read_cases(made.room, "nils", made.now).cases == ()
    made.notify("party-north")
    assert [one.case.id for one in read_cases(made.room, "nils", made.now).cases] == [made.case]
    assert read_cases(made.room, "sven", made.now).cases == ()


def test_swapping_the_parties_swaps_what_their_officers_see(made: CaseMission):
    made.to_review()
    north, south = (
        [act["act"] for act in case_json(read_case(made.room, one, made.case, made.now))["acts"]]
        for one in ("nils", "sven")
    )
    assert north == south


# Breaking the glass, alarms, audit


def test_breaking_the_glass_is_told_to_everyone(made: CaseMission):
    made.to_review()
    with pytest.raises(NotPermitted, match="not on the case's list"):
        read_case(made.room, "otto", made.case, made.now)
    asked = made.act("otto", asking("shelling goes on"))
    with pytest.raises(CaseFault, match="two people"):
        made.act("otto", agreeing(made.room, asked.act.id[:16]))
    made.act("lina", agreeing(made.room, asked.act.id[:16]))
    assert read_case(made.room, "otto", made.case, made.now).case.id == made.case
    for reader in ("otto", "rita", "audra", "nils"):
        (told,) = read_cases(made.room, reader, made.now).told
        assert (told.content["reader"], told.content["agreed"]) == ("otto", "lina")
    (event,) = _events(made, "told-everyone")
    assert set(event["to"]) == {person.id for person in made.room.people.persons}
    assert read_cases(made.room, "rita", made.now + timedelta(days=31)).told == ()
    with pytest.raises(NotPermitted):
        read_case(made.room, "otto", made.case, made.now + timedelta(hours=25))


def test_an_export_at_night_by_a_valid_user_is_an_alarm(made: CaseMission):
    made.open()
    night = datetime(2031, 6, 2, 23, 30, tzinfo=UTC)  # half past two in Kyiv
    seen, alarm = export_cases(made.room, "hana", night)
    assert [one.case.id for one in seen] == [made.case]
    assert alarm is not None
    assert alarm.content["why"] == ["at night, at 02 h of the mission's clock"]
    assert read_cases(made.room, "hana", night).alarms == (alarm,)
    assert read_cases(made.room, "audra", night).alarms == (alarm,)
    assert read_cases(made.room, "rita", night).alarms == ()


def test_an_export_of_many_cases_within_a_day_is_an_alarm_however_it_is_cut(folder: Path):
    made = case_mission(folder, rules=RULES + "watch: {bulk: 1}\n")
    made.open()
    noon = datetime(2031, 6, 3, 9, tzinfo=UTC)
    assert export_cases(made.room, "hana", noon)[1] is None
    assert export_cases(made.room, "hana", noon + timedelta(hours=1))[1] is None
    incidents = made.room.finding(FINDING).incidents[:1]
    made.open(incidents=incidents or ())
    alarm = export_cases(made.room, "hana", noon + timedelta(hours=2))[1]
    assert alarm is not None
    assert alarm.content["why"] == ["2 cases within a day, more than 1"]


def test_who_may_take_nothing_out_is_refused_and_that_is_on_record(made: CaseMission):
    made.open()
    with pytest.raises(NotPermitted, match="may not export"):
        export_cases(made.room, "rita", made.now)
    assert _events(made, "decision")[-1]["purpose"] == "export"
    assert _events(made, "alarm") == []


def test_events_are_for_auditors(made: CaseMission):
    made.open()
    with pytest.raises(NotPermitted, match="audit"):
        read_events(made.room, "rita", made.now)
    events = [event for event, _ in read_events(made.room, "audra", made.now)]
    assert [one.number for one in events] == list(range(1, len(events) + 1))
    assert events[-1].content["person"] == "audra"
    assert events[-2].content["allowed"] is False


def test_an_audit_opens_no_seal(folder: Path):
    people = PEOPLE.replace(
        "roles: [reviewer], lists: [north]}\n  - {id: roman",
        "roles: [reviewer, head-of-mission], lists: [north]}\n  - {id: roman",
    )
    made = case_mission(folder, people=people)
    made.to_review()
    graded = made.grade("roman", "disputed")
    made.act("roman", dissenting("an echo"))
    for reader in ("rita", "audra", "hana"):
        told = [(event, sealed) for event, sealed in read_events(made.room, reader, made.now) if sealed]
        assert [event.content["act"] for event, _ in told] == ["grade", "dissent"]
        assert graded.act.id in str(event_json(told[0][0], sealed=True))
        assert "disputed" not in str(event_json(told[0][0], sealed=True))
    made.grade("rita", "disputed")
    assert not any(sealed for _, sealed in read_events(made.room, "rita", made.now))


# The records


def test_an_act_whose_event_cannot_be_kept_is_not_kept(made: CaseMission, monkeypatch: pytest.MonkeyPatch):
    made.open()
    before = made.room.mission.records.acts()
    kept, told = Adding.add_event, []

    def fail(self: Adding, kind: str, *rest: object) -> object:
        told.append(kind)
        if kind == "act":
            raise OSError(28, "No space left on device")
        return kept(self, kind, *rest)

    monkeypatch.setattr(Adding, "add_event", fail)
    with pytest.raises(OSError, match="No space"):
        made.move("dora", "recorded")
    assert told == ["decision", "act"]
    assert made.room.mission.records.acts() == before


def test_a_case_whose_opening_is_gone_is_noticed(made: CaseMission):
    made.to_review()
    with pytest.raises(MissionFault, match="has no opening"):
        cases_in(made.room.mission.records.acts()[1:])


def test_a_mirrored_mission_has_the_mirrored_case(concluded: Path, tmp_path: Path):
    records = []
    for swapped in (False, True):
        root = Path(shutil.copytree(concluded, tmp_path / str(swapped)))
        made = case_mission(root)
        if swapped:
            settings = (root / "mission.toml").read_text(encoding="utf-8")
            (root / "mission.toml").write_text("swap_parties = true\n" + settings, encoding="utf-8")
            made = replace(made.again(), now=made.now)
            mirrored = tuple(exchange_parties(one, PARTIES) for one in made.room.mission.records.findings())
            with made.room.mission.records.adding() as adding:
                adding.add_assessment(mirrored, "{}", "mirrored", made.now.isoformat())
        records.append(_mirrored_record(made, swapped=swapped))
    assert exchange_parties(records[0], PARTIES) == records[1]


def _mirrored_record(made: CaseMission, *, swapped: bool) -> list[object]:
    """A case up to its review, as three people see it, without hashes."""
    north, south = reversed(PARTIES) if swapped else PARTIES
    found = f"ground-fire/{north}/as-announced"
    done = open_case(
        made.room,
        "vera",
        opening(made.room, found, case_list="north", because="x", incidents=(), collectors=("mira",)),
        made.now,
    )
    made.case = done.case.id
    made.now += timedelta(minutes=1)
    made.move("dora", "recorded")
    for party in (north, south):
        made.notify(party)
    made.act("lina", replying(made.notices[0], "disputes", "not us", made.now))
    shown = [case_json(read_case(made.room, one, made.case, made.now)) for one in ("vera", "nils", "sven")]
    text = re.sub(r"c-[0-9a-f]{12}|[0-9a-f]{64}", "-", json.dumps(shown, sort_keys=True))
    return [json.loads(text)]


def test_an_act_moved_to_another_case_is_noticed():
    act = KeptAct(
        "c-1",
        1,
        "dissent",
        '{"act":"dissent","at":"2031-06-02T08:00:00+00:00","by":"rita","case":"c-1",'
        '"deed":{"sha256":"ab","words":"no"}}',
    )
    assert act_of(act).by == "rita"
    with pytest.raises(MissionFault, match="not what it is kept as"):
        act_of(replace(act, case="c-2"))
    with pytest.raises(MissionFault, match="not what it is kept as"):
        act_of(replace(act, kind="notice"))


def test_acts_survive_being_kept(made: CaseMission):
    made.to_review()
    (case,) = cases_in(made.room.mission.records.acts())
    (again,) = cases_in(made.again().room.mission.records.acts())
    assert case == again
    assert [act.id for act in case.acts] == [act.id for act in again.acts]


def test_one_place_appends_acts_and_one_function_judges_them():
    source = Path(__file__).resolve().parents[2] / "src" / "truceline"
    calls: dict[str, set[str]] = {"append_act": set(), "judge": set(), "check_act": set()}
    rooms = [path for room in ("verification", "mission", "store", "cli") for path in (source / room).rglob("*.py")]
    for path in rooms:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in calls:
                    calls[name].add(str(path.relative_to(source)))
    assert calls["append_act"] == {"mission/case_acts.py", "store/adding.py"}
    assert calls["judge"] == {"mission/case_acts.py"}
    assert calls["check_act"] == {"verification/guard.py"}


def test_a_finding_nobody_decided_is_not_confirmed(made: CaseMission):
    made.edit_the_finding(result=Result.UNDETERMINED, probability=None)
    made.to_review()
    with pytest.raises(CaseFault, match="no review confirms"):
        made.grade("rita")


def test_a_mission_without_people_says_what_to_write(folder: Path):
    with pytest.raises(NotFound, match="does not say who acts") as told:
        open_case_room(open_mission(folder))
    assert "people.yaml" in told.value.do


def test_a_deadline_before_the_event_is_refused(made: CaseMission):
    made.open()
    with pytest.raises(CaseFault, match="ends before the event"):
        made.act("lina", notifying(made.room, "party-north", "x", datetime(2020, 1, 1, tzinfo=UTC), None))


def test_people_are_who_the_file_says(made: CaseMission):
    assert len(made.room.people.persons) == PEOPLE.count("- {id:")
