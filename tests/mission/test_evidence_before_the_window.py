"""An exception may rest on an attack before the window: what came so long before is looked for, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import mission_samples as samples
import pytest

from truceline.mission import assessing
from truceline.mission.assessing import evaluate_mission, span_of_evidence, span_of_readings
from truceline.mission.folder import Mission
from truceline.mission.fusing import fuse_mission
from truceline.mission.grading import Graded
from truceline.model import CONFIRMED, IncidentTable, Words

ANSWER = (
    "  - {id: answer, kind: permit, who: each, act: ground-fire, clause: c1, overrides: [ground-fire], "
    "requires: [{act: any-attack, by: other, within: WITHIN}]}\n"
)
TABLE = samples.HEADER + (
    "1,2031-04-19T14:30:00Z,2031-04-19T14:30:00Z,Left bank,explosion,Southerners,an attack before the truce\n"
    "2,2031-04-19T15:10:00Z,2031-04-19T15:10:00Z,Left bank,explosion,Northerners,the answer\n"
)
BOTH = "asserted_by: [party-north, party-south]\n"


@pytest.mark.parametrize(("within", "outcome"), [("PT1H", "excepted"), ("PT30M", "counts")])
def test_an_attack_shortly_before_the_truce_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, within: str, outcome: str
):
    text = samples.AGREEMENT + ANSWER.replace("WITHIN", within)
    mission = samples.make_mission(tmp_path / "mission", agreement=text)
    found = assessing.graded

    def all_confirmed(mission: Mission, incidents: IncidentTable) -> Graded:
        return replace(found(mission, incidents), grades=Words.of([CONFIRMED] * len(incidents)))

    monkeypatch.setattr(assessing, "graded", all_confirmed)
    samples.take_in(mission, TABLE)
    fuse_mission(mission, now=samples.NOW)
    (found,) = [one for one in evaluate_mission(mission) if (one.norm, one.party) == ("ground-fire", samples.PAIR[0])]
    assert [str(one.outcome) for one in found.judged] == [outcome]


def test_the_longest_span_of_any_norm_as_written_or_as_read_counts(tmp_path: Path):
    text = samples.AGREEMENT + ANSWER.replace("WITHIN", "PT1H")
    read = BOTH + "    changes: {norms.answer.requires: [{act: any-attack, by: other, within: P2D}]}\n"
    for number, (words, ahead) in enumerate(
        ((samples.AGREEMENT, timedelta()), (text, timedelta(hours=1)), (text.replace(BOTH, read), timedelta(days=2)))
    ):
        mission = samples.make_mission(tmp_path / str(number), agreement=words)
        window, span = span_of_readings(mission), span_of_evidence(mission)
        assert (window.start - span.start, span.end) == (ahead, window.end)
