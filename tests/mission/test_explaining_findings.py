"""From a finding down to the rows that came in."""

from __future__ import annotations

import mission_samples as samples
import pytest

from truceline.mission.explaining import explain_finding, explain_incident
from truceline.mission.folder import Mission, new_mission, open_mission
from truceline.mission.gathering import gather
from truceline.model import NotFound

FINDING = "ground-fire/party-north/as-announced"


def test_a_finding_is_walked_back_to_its_rows(mission: Mission):
    found = explain_finding(mission, FINDING)
    assert found.finding.id == FINDING
    assert (found.clause.id, found.reading.id) == ("c1", "as-announced")
    rows = {row for note, _ in found.incidents for row in note.rows}
    assert "patrol.csv:2" in rows
    words = {seen.words for _, told in found.incidents for seen in told}
    assert "one loud explosion" in words


def test_each_row_shown_is_the_row_of_its_observation(mission: Mission):
    for note, told in explain_finding(mission, FINDING).incidents:
        assert [row.rsplit(":", 1)[1] for row in note.rows] == [str(seen.evidence.line) for seen in told]


def test_an_incident_is_explained_by_its_id(mission: Mission):
    listed = gather(mission).incidents
    assert len(listed) == 3
    note, told = explain_incident(mission, listed[0].incident.id)
    assert note == listed[0]
    assert [seen.words for seen in told] == ["one loud explosion"]


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
