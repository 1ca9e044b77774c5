"""Rival explanations of a finding: kept from the opening on, added and marked by people who then do not judge."""

from __future__ import annotations

import shutil
from pathlib import Path

import mission_samples as samples
import pytest
from case_mission import CaseMission, case_mission

from truceline.mission.case_deeds import marking, replying, supposing
from truceline.mission.case_form import case_json, hypotheses_json
from truceline.mission.case_reading import read_case
from truceline.model import CaseFault, NotPermitted
from truceline.verification.hypotheses import FEWEST_RIVALS
from truceline.verification.rivals import ALWAYS, hypotheses_of


@pytest.fixture(scope="session")
def concluded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples.concluded_mission(tmp_path_factory.mktemp("rivals") / "mission")


@pytest.fixture
def made(concluded: Path, tmp_path: Path) -> CaseMission:
    made = case_mission(Path(shutil.copytree(concluded, tmp_path / "mission")))
    made.open()
    return made


def test_rivals_are_kept_with_every_finding_from_its_opening_on(made: CaseMission):
    record = case_json(read_case(made.room, "hana", made.case, made.now))
    assert [one["id"] for one in record["hypotheses"]] == sorted(one.id for one in ALWAYS)
    assert len(ALWAYS) - 1 >= FEWEST_RIVALS
    assert all(one["open"] for one in record["hypotheses"])


def test_marks_of_one_origin_count_once_and_the_least_contradicted_stands_first(made: CaseMission):
    made.act("vera", supposing("backfire", "accident", "a truck's engine misfired"))
    for evidence in ("wire-1", "wire-2"):
        made.act("vera", marking(evidence, "backfire", "for", "it says so", "one agency"))
    done = made.act("vera", marking("sensor-4", "backfire", "against", "too loud for an engine"))
    found = {one["id"]: one for one in hypotheses_json(done.case)}
    assert (found["backfire"]["for"], found["backfire"]["against"], found["backfire"]["open"]) == (1, 1, False)
    assert hypotheses_json(done.case)[-1]["id"] == "backfire"


def test_a_later_mark_takes_the_place_of_an_earlier_one_and_both_acts_stay(made: CaseMission):
    made.act("vera", marking("patrol-2", "staged", "for", "it came from one side alone"))
    done = made.act("vera", marking("patrol-2", "staged", "against", "the other side saw it too"))
    found = {one["id"]: one for one in hypotheses_json(done.case)}
    assert (found["staged"]["for"], found["staged"]["against"]) == (0, 1)
    assert len([act for act in done.case.acts if act.kind == "mark"]) == 2


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (supposing("staged", "other", "again"), "is an explanation 'staged' already"),
        (supposing("Two Words", "other", "again"), "no name of an explanation"),
        (supposing("mine", "as-alleged", "again"), "no kind of explanation"),
        (supposing("mine", "acident", "again"), "no kind of explanation"),
        (marking("sensor-4", "stagd", "for", "it does"), "no explanation 'stagd'"),
        (marking("sensor-4", "staged", "maybe", "it does"), "no way to bear"),
        (marking(" ", "staged", "for", "it does"), "no evidence is named"),
    ],
)
def test_what_names_nothing_is_refused(made: CaseMission, make: object, told: str):
    with pytest.raises(CaseFault, match=told):
        made.act("vera", make)


def test_whoever_marks_evidence_has_drawn_the_case_up_and_does_not_judge_it(made: CaseMission):
    made.move("dora", "recorded")
    made.act("viktor", marking("sensor-4", "instrument", "against", "it was calibrated in May"))
    for party in ("party-north", "party-south"):
        made.notify(party)
    made.move("lina", "notified")
    for notice in made.notices:
        made.act("lina", replying(notice, "answers", "our view", made.now))
    made.move("vera", "under-review")
    with pytest.raises(CaseFault, match="viktor is author"):
        made.grade("viktor")
    made.grade("rita")
    for who in ("rita", "lina", "hana", "nils"):
        with pytest.raises(NotPermitted):
            made.act(who, marking("sensor-4", "staged", "for", "no"))


def test_a_mark_in_another_process_bars_its_maker_in_every_case_on_the_finding(made: CaseMission):
    made.act("viktor", marking("sensor-4", "instrument", "against", "it was calibrated in May"))
    with made.room.mission.records.adding() as adding:
        kinds = {one.kind for one in adding.acts_around("c-000000000000")}
    assert kinds == {"opening", "mark"}


def test_exchanging_the_parties_exchanges_nothing_in_the_explanations(made: CaseMission):
    case = read_case(made.room, "hana", made.case, made.now).case
    assert not {"party-north", "party-south"} & {
        word for one in hypotheses_of(case).hypotheses for word in one.words.split()
    }
