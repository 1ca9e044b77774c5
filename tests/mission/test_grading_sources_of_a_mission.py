"""Grades of sources and items in a mission: given by people apart from each other, kept as events, seen blind."""

from __future__ import annotations

import shutil
from pathlib import Path

import mission_samples as samples
import pytest
from case_mission import CaseMission, case_mission

from truceline.mission.case_form import event_json
from truceline.mission.case_reading import read_events
from truceline.mission.source_grades import GRADING, Typed, grade_source, read_grades
from truceline.model import NotFound, NotPermitted, UsageFault, ValueFault
from truceline.verification.grading import Scale


@pytest.fixture(scope="session")
def concluded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples.concluded_mission(tmp_path_factory.mktemp("graded") / "mission")


@pytest.fixture
def made(concluded: Path, tmp_path: Path) -> CaseMission:
    return case_mission(Path(shutil.copytree(concluded, tmp_path / "mission")))


@pytest.fixture
def source(made: CaseMission) -> str:
    return made.room.mission.records.sources()[0].id


def give(made: CaseMission, who: str, typed: Typed) -> None:
    grade_source(made.room, who, typed, made.now)


def seen(made: CaseMission, who: str) -> dict[tuple[str, Scale], str]:
    return {(one.subject, one.scale): one.together.grade for one in read_grades(made.room, who, made.now)}


def test_nobody_sees_anothers_grade_before_giving_one(made: CaseMission, source: str):
    give(made, "rita", Typed(source, "B", "calibrated in March"))
    assert seen(made, "rita") == {(source, Scale.RELIABILITY): "B"}
    assert seen(made, "viktor") == {}
    give(made, "viktor", Typed(source, "C", "its clock drifts"))
    assert seen(made, "viktor") == seen(made, "rita") == {(source, Scale.RELIABILITY): "C"}


def test_the_letter_of_a_source_stays_hidden_until_its_items_are_graded(made: CaseMission, source: str):
    give(made, "rita", Typed(source, "A", "never wrong yet"))
    give(made, "rita", Typed(source, "4", "too far off to see", "row-17"))
    give(made, "viktor", Typed(source, "D", "often late"))
    assert seen(made, "viktor") == {(source, Scale.RELIABILITY): "D"}
    give(made, "viktor", Typed(source, "2", "two others say so", "row-17"))
    assert seen(made, "viktor") == {(source, Scale.RELIABILITY): "D", ("row-17", Scale.CREDIBILITY): "4"}


def test_a_later_grade_takes_the_place_of_ones_own(made: CaseMission, source: str):
    give(made, "rita", Typed(source, "B", "calibrated in March"))
    give(made.again(), "rita", Typed(source, "F", "nobody knows who keeps it now"))
    assert seen(made, "rita") == {(source, Scale.RELIABILITY): "F"}
    assert len([one for one in made.room.mission.records.events() if one.kind == GRADING]) == 2


def test_who_may_audit_and_grade_sees_no_grade_in_the_events_before_giving_one(made: CaseMission, source: str):
    people = (made.room.mission.root / "people.yaml").read_text(encoding="utf-8")
    people = people.replace("{id: audra, roles: [auditor]}", "{id: audra, roles: [auditor, reviewer]}")
    (made.room.mission.root / "people.yaml").write_text(people, encoding="utf-8")
    give(made, "rita", Typed(source, "B", "calibrated in March"))

    def told(who: str) -> list[dict[str, object]]:
        found = read_events(made.again().room, who, made.now)
        return [event_json(one, sealed=hidden)["content"] for one, hidden in found if one.kind == GRADING]

    assert [("grade" in one, "because" in one) for one in told("audra")] == [(False, False)]
    assert [one["grade"] for one in told("hana")] == ["B"]
    give(made.again(), "audra", Typed(source, "A", "seen it work"))
    assert [one["grade"] for one in told("audra")] == ["B", "A"]


@pytest.mark.parametrize("who", ["mira", "nils", "paul", "hana", "audra", "lina"])
def test_only_who_judges_grades(made: CaseMission, source: str, who: str):
    with pytest.raises(NotPermitted):
        give(made, who, Typed(source, "B", "calibrated in March"))
    with pytest.raises(NotPermitted):
        seen(made, who)
    assert not [one for one in made.room.mission.records.events() if one.kind == GRADING]


def test_what_makes_no_sense_is_refused(made: CaseMission, source: str):
    for typed, fault in (
        (Typed(source, "2", "an item's grade"), UsageFault),
        (Typed(source, "B", "a source's grade", "row-17"), UsageFault),
        (Typed(source, "B", " "), ValueFault),
        (Typed(f"{source}x", "B", "nobody of that name"), NotFound),
    ):
        with pytest.raises(fault):
            give(made, "rita", typed)
