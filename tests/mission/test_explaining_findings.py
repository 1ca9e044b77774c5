"""From a finding down to the rows that came in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mission_samples as samples
import numpy as np
import pytest

from truceline.mission.explaining import explain_finding, explain_incident
from truceline.mission.folder import Mission, new_mission, open_mission
from truceline.mission.fusing import all_incidents, fuse_mission
from truceline.mission.gathering import gather
from truceline.model import MissionFault, NotFound, Observation
from truceline.store import observations_by_id

FINDING = "ground-fire/party-north/as-announced"


def test_a_finding_is_walked_back_to_its_rows(mission: Mission):
    found = explain_finding(mission, FINDING)
    assert found.finding.id == FINDING
    assert (found.clause.id, found.reading.id) == ("c1", "as-announced")
    rows = {row for note, _ in found.incidents for row in note.rows}
    assert "patrol.csv:2" in rows
    words = {seen.words for _, told in found.incidents for seen in told}
    assert "one loud explosion" in words


def test_files_of_equal_bytes_are_all_named(mission: Mission):
    mapping = mission.root / "mapping.yaml"
    mapping.write_text(samples.MAPPING.replace("id: patrol", "id: radar"), encoding="utf-8")
    samples.take_in(mission, samples.TABLE, "radar.csv")
    samples.conclude(mission)
    told = {row for note, _ in explain_finding(mission, FINDING).incidents for row in note.rows}
    assert "patrol.csv = radar.csv:2" in told, "a row knows its bytes alone, so no file is named as the only one"


def test_each_row_shown_is_the_row_of_its_observation(mission: Mission):
    for note, told in explain_finding(mission, FINDING).incidents:
        assert [row.rsplit(":", 1)[1] for row in note.rows] == [str(seen.evidence.line) for seen in told]


def test_an_incident_is_explained_by_its_id(mission: Mission):
    listed = gather(mission).incidents
    assert len(listed) == 3
    note, told = explain_incident(mission, listed[0].incident.id)
    assert note == listed[0]
    assert [seen.words for seen in told] == ["one loud explosion"]


def test_an_incident_and_its_observations_are_read_once(mission: Mission, monkeypatch: pytest.MonkeyPatch):
    scans = []

    def counted(*arguments: Any) -> Iterator[Observation]:  # noqa: ANN401 - handed on
        scans.append(arguments)
        return observations_by_id(*arguments)

    monkeypatch.setattr("truceline.mission.gathering.observations_by_id", counted)
    assert len(explain_finding(mission, FINDING).incidents) > 1
    assert len(scans) == 1


def test_a_finding_as_new_as_the_mission_says_nothing_of_its_age(mission: Mission):
    found = explain_finding(mission, FINDING)
    assert (found.older, found.incidents_gone) == ("", 0)


def test_a_finding_older_than_what_came_in_says_so(mission: Mission):
    incident = gather(mission).incidents[0].incident.id
    samples.take_in(mission, samples.HEADER + "4,2031-04-20T11:00:00Z,,Left bank,shot,,x\n", "later.csv")
    assert "files came in" in explain_finding(mission, FINDING).older
    with pytest.raises(MissionFault, match="files came in"):
        explain_incident(mission, incident)
    fuse_mission(mission, now=samples.NOW)
    assert "findings are missing, or older" in explain_finding(mission, FINDING).older
    assert explain_incident(mission, incident)[0].incident.id == incident


def test_incidents_a_later_run_no_longer_has_are_counted(mission: Mission, monkeypatch: pytest.MonkeyPatch):
    named = explain_finding(mission, FINDING).incidents_named
    table = all_incidents(mission)
    monkeypatch.setattr("truceline.mission.explaining.all_incidents", lambda _mission: table.take(np.arange(1)))
    found = explain_finding(mission, FINDING)
    assert (found.incidents_named, found.incidents_gone, len(found.incidents)) == (named, named - 1, 1)


def test_an_unknown_finding_names_the_nearest(mission: Mission):
    with pytest.raises(NotFound) as refused:
        explain_finding(mission, "ground-fire/party-nort/as-announced")
    assert FINDING in refused.value.do


def test_an_unknown_incident(mission: Mission):
    with pytest.raises(NotFound, match="00ff00ff00ff00ff"):
        explain_incident(mission, "00ff00ff00ff00ff")


def test_before_an_assessment_it_says_so(tmp_path):  # noqa: ANN001 - Path
    with pytest.raises(NotFound, match="no findings yet"):
        explain_finding(new_mission(tmp_path / "m"), FINDING)


def test_an_agreement_changed_after_the_assessment_is_told(mission: Mission):
    path = mission.root / "agreements" / "made-up.yaml"
    path.write_text(samples.AGREEMENT.replace("id: ground-fire", "id: no-fire"), encoding="utf-8")
    with pytest.raises(NotFound, match="changed after the assessment") as refused:
        explain_finding(open_mission(mission.root), FINDING)
    assert refused.value.do == "assess again"
