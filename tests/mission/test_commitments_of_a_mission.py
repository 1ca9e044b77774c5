"""Obligations and guarantees of a mission: at any moment the information reaches, with incidents or without."""

from __future__ import annotations

import json
from pathlib import Path

import guarantee_mission as made
import mission_samples as samples
import pytest

from truceline.mission.assessing import assess_mission
from truceline.mission.commitments import commitments
from truceline.mission.commitments_form import guarantees_json, obligations_json
from truceline.mission.explaining import explain_finding
from truceline.mission.folder import Mission
from truceline.mission.gathering import gather
from truceline.mission.json_form import assessment_json
from truceline.model import MissionFault, NotFound, Result, UsageFault
from truceline.report.sums import check_sums

BREACH = "support/consult/party-north/ally/as-announced"


@pytest.fixture
def promised(tmp_path: Path) -> Mission:
    """A mission without any observation."""
    return made.guaranteed_mission(tmp_path / "promised")


def states(mission: Mission, as_of: str) -> dict[str, str]:
    found = commitments(mission, as_of)
    return {f"{due.norm} {due.party}": due.state.value for due in found.due}


def test_the_moment_moves_what_is_known(promised: Mission):
    consult = "support/consult/party-north ally"
    assert states(promised, "2031-04-20T05:00:00Z") == {
        "list-mines party-north": "due",
        "list-mines party-south": "due",
        consult: "waiting",
    }
    assert states(promised, "2031-04-20T08:00:00Z")[consult] == "due"
    assert states(promised, "2031-04-21T08:00:00Z") == {
        "list-mines party-north": "done",
        "list-mines party-south": "overdue",
        consult: "overdue",
    }
    assert states(promised, "")[consult] == "failed"


def test_a_day_begins_in_the_missions_own_zone_and_an_hour_needs_its_offset(promised: Mission):
    assert commitments(promised, "2031-04-20").as_of.isoformat() == "2031-04-19T21:00:00+00:00"
    assert commitments(promised, "2031-04-20T12:00+03:00").as_of.isoformat() == "2031-04-20T09:00:00+00:00"
    with pytest.raises(UsageFault, match="without a zone") as fault:
        commitments(promised, "2031-04-20T12:00")
    assert fault.value.where == "--as-of"


def test_a_moment_beyond_the_information_and_an_unknown_reading_are_refused(promised: Mission):
    with pytest.raises(UsageFault, match="after the information ends"):
        commitments(promised, "2031-06-01T00:00:00Z")
    with pytest.raises(NotFound, match="as-anounced") as fault:
        commitments(promised, reading="as-anounced")
    assert "as-announced" in fault.value.do
    assert commitments(promised, reading="as-announced").readings == ("as-announced",)


def test_findings_on_guarantees_are_kept_after_those_on_norms_explained_and_gathered(promised: Mission):
    findings = assess_mission(promised, now=samples.NOW)
    assert [one.norm for one in findings][-3:] == [
        "list-mines",
        "support/consult/party-north",
        "support/help/party-north",
    ]
    assert promised.records.findings() == findings
    explained = explain_finding(promised, BREACH)
    assert explained.finding.result is Result.BREACHED
    assert explained.finding.attribution == "ally"
    assert explained.clause.id == "c1"
    assert any("register:3" in step.evidence for step in explained.finding.trace)
    check_sums(gather(promised))


def test_nothing_is_told_of_what_was_not_fused(promised: Mission):
    samples.take_in(promised, samples.TABLE)
    with pytest.raises(MissionFault, match="files came in"):
        commitments(promised)


def test_a_mirror_drill_mirrors_what_machines_get(tmp_path: Path):
    settings = samples.SETTINGS.replace("truceline = 1\n", "truceline = 1\nswap_parties = true\n")
    plain = made.guaranteed_mission(tmp_path / "plain")
    mirrored = made.guaranteed_mission(tmp_path / "mirrored", settings=settings)
    for form in (obligations_json, guarantees_json):
        told = json.dumps(form(commitments(plain)))
        assert samples.exchanged(json.dumps(form(commitments(mirrored)))) == told


def test_machines_get_every_cell_of_the_matrix(promised: Mission):
    found = guarantees_json(commitments(promised))
    assert found["matrix"]["guarantors"] == ["party-north", "party-south", "ally"]
    assert [(cell["guarantor"], cell["beneficiary"], cell["guarantees"]) for cell in found["matrix"]["cells"]] == [
        ("party-north", "party-south", []),
        ("party-south", "party-north", []),
        ("ally", "party-north", ["support"]),
        ("ally", "party-south", []),
    ]
    (standing,) = found["guarantees"]
    assert standing["gaps"] == ["trigger.criteria[0].at_least"]
    assert standing["ladder"]["missing"] == ["declared"]
    (clock,) = [case["clock"] for case in standing["duties"][0]["cases"]]
    assert (clock["state"], clock["deadline"]) == ("over", "2031-04-21T06:00:00+00:00")


def test_what_is_gathered_for_a_report_is_what_is_shown_at_the_moment_of_information(promised: Mission):
    samples.conclude(promised)
    gathered, shown = gather(promised), commitments(promised)
    assert (gathered.obligations, gathered.guarantees) == (shown.due, shown.guarantees)
    told = assessment_json(gathered)
    assert told["obligations"] == obligations_json(shown)["obligations"]
    assert told["guarantees"] == guarantees_json(shown)["guarantees"]
