"""The register in a mission: taken in, mirrored in a drill, and part of what an assessment rests on."""

from __future__ import annotations

import json
from pathlib import Path

import mission_samples as samples
import pytest

from truceline.mission.assessing import assess_mission
from truceline.mission.demonstration import Demonstration, demonstrate
from truceline.mission.feeds import FeedPlaces
from truceline.mission.folder import Mission, new_mission, open_mission
from truceline.mission.freshness import check_assessed
from truceline.mission.ingesting import Intake, ingest
from truceline.mission.register_form import register_json
from truceline.model import MissionFault, TimeSense
from truceline.sources.register.reader import COLUMNS
from truceline.store import ImportOutcome

HEADER = ",".join(COLUMNS) + "\n"
REGISTER = HEADER + (
    "1,event,ground-fire,,,2031-04-19T15:00:00Z,,,verified,mechanism,,,,,,,,,,,,\n"
    "2,notice,ground-fire,Northerners,party-south;mechanism,2031-04-20T08:00:00Z,,,verified,mechanism,"
    "2031-04-20T09:00:00Z,2031-04-20T11:00:00Z,Left bank,,,,,,,,https://example.org/party-north/2,party-north fires\n"
    "3,determination,ground-fire/party-south/as-announced,mechanism,,2031-04-21T08:00:00Z,,,claimed,party-north,"
    ",,,,,2,2,2,,,,\n"
)


def take_in(mission: Mission, text: str, name: str = "register.csv") -> ImportOutcome:
    """Take in a register."""
    path = mission.root / name
    path.write_text(text, encoding="utf-8")
    return ingest(mission, Intake("register", path, mission.read_options()), now=samples.NOW)


def told(mission: Mission) -> str:
    """The register as machines get it."""
    return json.dumps([register_json(one) for one in mission.records.register_entries()])


def test_a_register_comes_in_once_and_is_kept_as_evidence(mission: Mission):
    assert take_in(mission, REGISTER).new == 3
    assert take_in(mission, REGISTER, "copy.csv").already == 3
    keys = [one.key for one in mission.records.register_entries()]
    assert keys == ["1", "2", "3"]
    assert mission.records.register_entries()[1].by == "party-north"
    digest = mission.records.register_entries()[0].evidence.sha256
    assert mission.records.name_evidence(digest)


def test_a_new_entry_makes_the_assessment_stale_and_a_known_one_does_not(mission: Mission):
    check_assessed(mission)
    take_in(mission, REGISTER)
    with pytest.raises(MissionFault, match="older than"):
        check_assessed(mission)
    assess_mission(mission, now=samples.NOW)
    check_assessed(mission)
    take_in(mission, REGISTER)
    check_assessed(mission)
    take_in(mission, REGISTER.replace("verified,mechanism,,,", "denied,mechanism,,,"))
    with pytest.raises(MissionFault, match="older than"):
        check_assessed(mission)


def test_an_entry_of_a_stranger_is_kept_among_the_rejected(mission: Mission):
    outcome = take_in(mission, REGISTER.replace("party-south;", "party-west;"))
    assert (outcome.new, outcome.rejected) == (2, 1)
    (row,) = mission.records.rejected(mission.records.imports()[-1].number, 5)
    assert (row.line, "to 'party-west' is no party" in row.reason) == (3, True)


def test_an_entry_on_nothing_the_agreement_has_is_kept_among_the_rejected(mission: Mission):
    outcome = take_in(mission, REGISTER.replace("2,notice,ground-fire", "2,notice,grond-fire"))
    assert (outcome.new, outcome.rejected) == (2, 1)
    (row,) = mission.records.rejected(mission.records.imports()[-1].number, 5)
    assert "subject 'grond-fire' is no event, norm, duty" in row.reason
    assert "did you mean ground-fire?" in row.reason


def test_what_was_taken_in_once_is_not_refused_when_it_is_read_again(tmp_path: Path):
    mission = samples.make_mission(tmp_path / "new")
    start = "2031-04-20T08:00:00Z"  # a day alone would be rejected: nobody names a zone here
    claim = HEADER + f"7,claim,ground-fire,party-north,,{start},,,claimed,party-north,,,,000000000000004d" + "," * 8
    assert take_in(mission, claim).new == 1
    samples.take_in(mission, samples.TABLE)
    samples.conclude(mission)
    outcome = take_in(mission, claim, "again.csv")
    assert (outcome.already, outcome.rejected) == (1, 0)
    outcome = take_in(mission, claim.replace("\n7,", "\n8,"), "other.csv")
    assert (outcome.new, outcome.rejected) == (0, 1)


def test_a_mirror_drill_exchanges_who_did_it_to_whom_and_who_says_so(tmp_path: Path):
    plain = samples.make_mission(tmp_path / "plain")
    mirrored = samples.make_mission(tmp_path / "mirrored", settings="swap_parties = true\n" + samples.SETTINGS)
    for one in (plain, mirrored):
        take_in(one, REGISTER)
    shown = [json.loads(told(one)) for one in (plain, mirrored)]
    assert shown[0] != shown[1]
    for one, other in zip(*shown, strict=True):
        assert [one.pop(name) for name in ("url", "quote")] == [other.pop(name) for name in ("url", "quote")]
    assert samples.exchanged(json.dumps(shown[1])) == json.dumps(shown[0])


def test_a_register_of_a_case_comes_in_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    case = _case(tmp_path, monkeypatch)
    (case / "register.csv").write_text(REGISTER + "4,order,c1,,,2031-04-20,,,claimed,mechanism" + "," * 12 + "\n")
    places = FeedPlaces(None, tmp_path / "cache", network=False)
    shown = Demonstration("made-up", tmp_path / "out", feeds=False)
    demonstrate(shown, places, now=samples.NOW)
    kept = open_mission(shown.mission_folder)
    assert (kept.root / "register.csv").read_bytes() == (case / "register.csv").read_bytes()
    entries = {one.key: one for one in kept.records.register_entries()}
    assert set(entries) == {"1", "2", "3", "4"}
    assert (entries["4"].time.sense, entries["4"].time.assumed_zone) == (TimeSense.SOMETIME, "Europe/Kyiv")
    imports = len(kept.records.imports())
    demonstrate(shown, places, now=samples.NOW)
    assert len(kept.records.imports()) == imports


def test_a_case_without_a_register_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    _case(tmp_path, monkeypatch)
    assert not (new_mission(tmp_path / "m", "made-up").root / "register.csv").exists()


def _case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A casebook with one made-up case."""
    case = tmp_path / "cases" / "made-up"
    case.mkdir(parents=True)
    settings = samples.SETTINGS.replace("truceline = 1\n", "").replace('name = "made-up"', 'id = "made-up"')
    (case / "case.toml").write_text(settings, encoding="utf-8")
    (case / "agreement.yaml").write_text(samples.AGREEMENT, encoding="utf-8")
    monkeypatch.setenv("TRUCELINE_CASES", str(case.parent))
    return case
