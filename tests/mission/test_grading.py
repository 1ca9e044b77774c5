"""Grades of a mission's incidents: copies and a party's own instruments add nothing, sure silence speaks against."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import mission_samples as samples
import mixed_mission as mixed
import numpy as np
import pytest

from truceline.mission.assessing import evaluate_mission
from truceline.mission.folder import Mission, open_mission
from truceline.mission.fusing import all_incidents, all_observations, fuse_mission
from truceline.mission.grading import graded, voices_of
from truceline.model import Stratum, strata_bits
from truceline.verification import OWN_WORDS, Voices

EARS = samples.MAPPING.replace("patrol", "ears").replace("stratum: ears", "stratum: acoustic")
BLIND = 'coverage:\n  - {start: "2031-04-01T00:00:00+00:00", end: "2031-05-01T00:00:00+00:00", state: watching}\n'
SURE = BLIND.replace("watching}", "watching, notices: 0.95}")


@pytest.fixture(scope="module")
def weighed(tmp_path_factory: pytest.TempPathFactory) -> Mission:
    mission = mixed.make_mission(tmp_path_factory.mktemp("graded") / "mission")
    for name, told in mixed.files().items():
        mixed.take_in(mission, name, told)
    fuse_mission(open_mission(mission.root), now=samples.NOW)
    return open_mission(mission.root)


def with_ears(folder: Path, *, coverage: str, table: str = samples.HEADER, custodian: str = "the mission") -> Mission:
    """A mission in which a patrol heard things and microphones stood by."""
    mission = samples.make_mission(folder)
    samples.take_in(mission, samples.TABLE)
    mapping = EARS.replace(BLIND, coverage).replace("custodian: the mission", f"custodian: {custodian}")
    (mission.root / "mapping.yaml").write_text(mapping, encoding="utf-8")
    samples.take_in(mission, table, "ears.csv")
    fuse_mission(open_mission(folder), now=samples.NOW)
    return open_mission(folder)


def test_a_page_that_prints_the_wire_has_the_origin_of_the_wire_and_nobody_else(weighed: Mission):
    incidents, observations = all_incidents(weighed), all_observations(weighed)
    voices, _ = voices_of(weighed, incidents, observations)
    repeated = voices.take(voices.origin != OWN_WORDS)
    assert [tuple(Stratum)[place] for place in repeated.stratum] == [Stratum.MEDIA, Stratum.MEDIA]
    assert len(set(repeated.origin.tolist())) == len(set(repeated.incident.tolist())) == 1
    assert len(voices.incident) == len(observations)


def test_the_channels_of_an_incident_of_all_kinds_confirm_it(weighed: Mission):
    incidents = all_incidents(weighed)
    told = graded(weighed, incidents)
    most = int(np.argmax(incidents.members))
    named = {tuple(Stratum)[place] for place in _voices_of(weighed, most).stratum}
    assert {Stratum.ACOUSTIC, Stratum.THERMAL, Stratum.PATROL, Stratum.MEDIA} <= named
    assert (told.channels.technical[most], told.channels.independent[most]) == (2, len(named))
    assert told.grades.word(most) == "confirmed"


def _voices_of(mission: Mission, row: int) -> Voices:
    voices, _ = voices_of(mission, all_incidents(mission), all_observations(mission))
    return voices.take(voices.incident == row)


def test_instruments_that_surely_watched_and_registered_nothing_dissent(tmp_path: Path):
    mission = with_ears(tmp_path / "mission", coverage=SURE)
    told = graded(mission, all_incidents(mission))
    assert set(told.silence.against.tolist()) == {strata_bits([Stratum.ACOUSTIC])}
    (found,) = [one for one in evaluate_mission(mission) if one.party == samples.PAIR[0]]
    assert dict(found.trace[6].figures)["dissent"] == dict(found.trace[6].figures)["watched"] > 0


@pytest.mark.parametrize("coverage", [BLIND, SURE.replace("0.95", "0.85"), "coverage: not stated\n"])
def test_instruments_nobody_measured_do_not_dissent(tmp_path: Path, coverage: str):
    mission = with_ears(tmp_path / "mission", coverage=coverage)
    assert not graded(mission, all_incidents(mission)).silence.against.any()


def test_what_the_instruments_registered_at_the_time_is_no_silence_though_it_is_linked_to_nothing(tmp_path: Path):
    mission = with_ears(tmp_path / "mission", coverage=SURE, table=samples.TABLE)
    assert not graded(mission, all_incidents(mission)).silence.against.any()


@pytest.mark.parametrize("custodian", ["North", "southerners", "party-north"])
def test_instruments_that_a_party_keeps_speak_for_that_party_and_never_count(tmp_path: Path, custodian: str):
    mission = with_ears(tmp_path / "mission", coverage=BLIND, table=samples.TABLE, custodian=custodian)
    incidents = all_incidents(mission)
    told = graded(mission, incidents)
    by_ears = incidents.strata == strata_bits([Stratum.ACOUSTIC])
    assert by_ears.any()
    assert set(told.channels.independent[by_ears].tolist()) == {0}
    assert set(told.channels.independent[~by_ears].tolist()) == {1}


def test_grades_do_not_depend_on_which_incidents_are_asked_for(weighed: Mission):
    incidents = all_incidents(weighed)
    whole = graded(weighed, incidents)
    some = np.arange(0, len(incidents), 3)
    part = graded(weighed, incidents.take(some))
    assert part.channels.independent.tolist() == whole.channels.independent[some].tolist()
    assert part.grades.words().tolist() == whole.grades.words()[some].tolist()
    nothing = graded(weighed, replace(incidents.take(some[:0])))
    assert len(nothing.grades.codes) == 0


STANDARD = """\
truceline: 1
grades:
  confirmed: {technical: 2, independent: 3}
  probable: {technical: 1, independent: 2}
  possible: {technical: 0, independent: 2}
attribution: {technical: 0, independent: 2}
"""


def test_an_actor_named_by_too_few_channels_is_not_named_and_the_finding_says_so(tmp_path: Path):
    mission = samples.make_mission(tmp_path / "mission")
    samples.take_in(mission, samples.TABLE)
    fuse_mission(open_mission(mission.root), now=samples.NOW)
    before = graded(open_mission(mission.root), all_incidents(mission))
    assert not before.unnamed.any()
    assert "party-north" in before.incidents.party.words().tolist()
    (mission.root / "standard.yaml").write_text(STANDARD, encoding="utf-8")
    strict = open_mission(mission.root)
    told = graded(strict, all_incidents(strict))
    assert set(told.incidents.party.words().tolist()) == {""}
    assert told.unnamed.tolist() == (before.incidents.party.words() != "").tolist()
    steps = {one.party: one.trace[2] for one in evaluate_mission(strict)}
    assert sum(int(dict(step.figures).get("unnamed", 0)) for step in steps.values()) > 0
    assert any("named by too few channels" in str(step.outcome) for step in steps.values())
