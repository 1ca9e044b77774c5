"""What a row says of weapon and target, carried from the file to the incident and to those who ask for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import mission_samples as samples
import pytest
from rich.console import Console

from truceline.cli.linkage import linkage_lines
from truceline.cli.trees import incident_tree
from truceline.mission.assessment import IncidentNote
from truceline.mission.explaining import explain_incident
from truceline.mission.folder import Mission
from truceline.mission.fusing import all_incidents, fuse_mission
from truceline.mission.json_form import plain_record
from truceline.model import Observation, Target, Weapon, id_text

MAPPING = samples.MAPPING.replace(
    "  words: words\n", "  words: words\n  weapon: arm\n  calibre_mm: arm\n  weapon_name: system\n  target: hit\n"
).replace("coverage:", "translate:\n  weapon: {82mm mortar: mortar, 100 mm gun: artillery}\ncoverage:")
HEADER = samples.HEADER.strip() + ",arm,system,hit\n"
ROWS = (
    "1,2031-04-19T17:00:00Z,2031-04-19T17:03:00Z,Left bank,explosion,,a shell,82mm mortar,,hospital\n"
    "2,2031-04-20T09:00:00Z,2031-04-20T09:00:00Z,Right bank,strike,,rockets,,Град,power-grid\n"
    "3,2031-04-20T10:00:00Z,2031-04-20T10:05:00Z,Right bank,shot,,a shot,,,\n"
    "4,2031-04-20T11:00:00Z,2031-04-20T11:05:00Z,Right bank,shot,,a gun,100 mm gun,D-30,\n"
)


@pytest.fixture
def armed(tmp_path: Path) -> Mission:
    mission = samples.make_mission(tmp_path / "armed")
    (mission.root / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    outcome = samples.take_in(mission, HEADER + ROWS)
    assert (outcome.new, outcome.rejected) == (4, 0)
    fuse_mission(mission, now=samples.NOW)
    return mission


def _told(mission: Mission) -> list[tuple[IncidentNote, tuple[Observation, ...]]]:
    return [explain_incident(mission, id_text(one)) for one in all_incidents(mission).id.tolist()]


def test_an_incident_says_what_its_row_said(armed: Mission):
    found = [note.incident for note, _ in _told(armed)]
    assert [(one.weapon, one.calibre_mm, one.weapon_name, one.target) for one in found] == [
        (Weapon.MORTAR, 82.0, "", Target.HOSPITAL),
        (Weapon.MLRS, 122.0, "BM-21", Target.POWER_GRID),
        (None, None, "", None),
        (Weapon.ARTILLERY, None, "", None),
    ]


def test_explaining_says_it_in_words_and_as_json(armed: Mission):
    console = Console(width=200)
    printed = []
    for note, told in _told(armed):
        with console.capture() as caught:
            console.print(incident_tree(note, told))
        printed.append(caught.get())
    assert "weapon: mortar, 82 mm" in printed[0]
    assert "target: hospital" in printed[0]
    assert "weapon: mlrs, 122 mm, BM-21" in printed[1]
    assert "weapon:" not in printed[2]
    assert "[weapon-conflict]" in printed[3]
    said = plain_record(_told(armed)[1][0].incident)
    assert [said[name] for name in ("weapon", "calibre_mm", "weapon_name", "target")] == [
        "mlrs",
        122.0,
        "BM-21",
        "power-grid",
    ]


def test_taking_the_file_in_and_fusing_again_changes_nothing(armed: Mission):
    before = _told(armed)
    outcome = samples.take_in(armed, HEADER + ROWS)
    assert (outcome.new, outcome.already, outcome.revised) == (0, 4, 0)
    assert fuse_mission(armed, now=samples.NOW).again
    assert _told(armed) == before


def test_a_corrected_calibre_is_a_new_revision_of_the_incident(armed: Mission):
    (armed.root / "mapping.yaml").write_text(
        MAPPING.replace("82mm mortar: mortar", "120mm mortar: mortar"), encoding="utf-8"
    )
    outcome = samples.take_in(armed, HEADER + ROWS.replace("82mm mortar,", "120mm mortar,"), "corrected.csv")
    assert (outcome.already, outcome.revised) == (3, 1)
    fuse_mission(armed, now=samples.NOW)
    found = [note.incident for note, _ in _told(armed)]
    assert (found[0].calibre_mm, found[0].revision) == (120.0, 2)
    assert [one.revision for one in found[1:]] == [1, 1, 1]


def test_fusing_says_how_many_incidents_name_different_weapons(armed: Mission):
    outcome = fuse_mission(armed, now=samples.NOW)
    assert not [line for line in linkage_lines(outcome) if "different" in line]
    torn = replace(outcome, linkage=outcome.linkage | {"weapons_differ": 1_200, "targets_differ": 3})
    assert linkage_lines(torn)[-2:] == [
        "incidents whose sources name different weapons, left unknown: 1,200",
        "incidents whose sources name different targets, left unknown: 3",
    ]
    before = {name: value for name, value in outcome.linkage.items() if not name.endswith("_differ")}
    assert linkage_lines(replace(outcome, linkage=before)) == linkage_lines(outcome)
