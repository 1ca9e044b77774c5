"""What is shown rests on what the mission holds: a change, before or meanwhile, is told and never papered over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mission_samples as samples
import pytest

from truceline.mission import assessing, gathering
from truceline.mission.assessing import assess_mission
from truceline.mission.counting import count_mission
from truceline.mission.folder import Mission, open_mission
from truceline.mission.freshness import holding_still
from truceline.mission.fusing import fuse_mission
from truceline.mission.gathering import gather
from truceline.model import MissionFault

MORE = samples.HEADER + "4,2031-04-20T11:00:00Z,,Left bank,shot,,x\n"


def _rewritten(mission: Mission, name: str, there: str, instead: str) -> Mission:
    path = mission.root / name
    text = path.read_text(encoding="utf-8")
    assert there in text
    path.write_text(text.replace(there, instead), encoding="utf-8")
    return open_mission(mission.root)


def _then(work: Callable[..., Any], after: Callable[[], object]) -> Callable[..., Any]:
    """Do the work, and let somebody else do something right after it."""

    def both(*arguments: Any, **names: Any) -> Any:  # noqa: ANN401 - handed on
        done = work(*arguments, **names)
        after()
        return done

    return both


def test_a_file_that_comes_in_while_assessing_is_told_and_no_finding_kept(
    mission: Mission, monkeypatch: pytest.MonkeyPatch
):
    basis, history = mission.records.latest_assessment_basis(), mission.records.findings()
    evaluate = _then(assessing.evaluate_mission, lambda: samples.take_in(open_mission(mission.root), MORE, "more.csv"))
    monkeypatch.setattr(assessing, "evaluate_mission", evaluate)
    with pytest.raises(MissionFault, match="changed while this was worked out"):
        assess_mission(mission, now=samples.NOW)
    assert (mission.records.latest_assessment_basis(), mission.records.findings()) == (basis, history)


def test_an_agreement_changed_after_it_was_read_is_told(mission: Mission):
    assert mission.agreement
    _rewritten(mission, "agreements/made-up.yaml", "id: ground-fire", "id: no-fire")
    with pytest.raises(MissionFault, match="changed while this was worked out"):
        assess_mission(mission, now=samples.NOW)


def test_a_channel_no_longer_held_independent_asks_for_fusing_again(mission: Mission):
    (mission.root / "standard.yaml").write_text(
        "truceline: 1\ngrades:\n  confirmed: {technical: 2, independent: 3}\n"
        "  probable: {technical: 1, independent: 2}\n  possible: {technical: 0, independent: 2}\n"
        "interested: [party-a, party-b, media]\n",
        encoding="utf-8",
    )
    changed = open_mission(mission.root)
    with pytest.raises(MissionFault, match="fused"):
        assess_mission(changed, now=samples.NOW)
    assert not fuse_mission(changed, now=samples.NOW).again
    assert assess_mission(changed, now=samples.NOW)


def test_a_file_that_comes_in_while_gathering_is_told(mission: Mission, monkeypatch: pytest.MonkeyPatch):
    count = _then(gathering.count_mission, lambda: samples.take_in(open_mission(mission.root), MORE, "more.csv"))
    monkeypatch.setattr(gathering, "count_mission", count)
    with pytest.raises(MissionFault, match="changed while this was worked out"):
        gather(mission)


def test_a_mission_that_stands_still_is_worked_with(mission: Mission):
    with holding_still(mission):
        assert count_mission(mission).lines


def test_a_changed_gap_of_fusion_asks_for_fusing(mission: Mission):
    changed = _rewritten(mission, "mission.toml", "[actors]", "[fusion]\npartner_gap_s = 60\n\n[actors]")
    for work in (lambda: assess_mission(changed, now=samples.NOW), lambda: count_mission(changed)):
        with pytest.raises(MissionFault, match="gaps of fusion were changed") as refused:
            work()
        assert refused.value.example == "truceline fuse"
    assert not fuse_mission(changed, now=samples.NOW).again
    assess_mission(changed, now=samples.NOW)


def test_a_source_described_differently_asks_for_fusing_and_all_is_of_one_stratum(mission: Mission):
    _rewritten(mission, "mapping.yaml", "stratum: patrol", "stratum: acoustic")
    assert samples.take_in(mission, samples.TABLE).already == 3
    with pytest.raises(MissionFault, match="the sources or the gaps"):
        gather(mission)
    assert not fuse_mission(mission, now=samples.NOW).again
    assess_mission(mission, now=samples.NOW)
    assert {line.stratum for line in gather(mission).counts} == {"acoustic", "any"}


@pytest.mark.parametrize("pattern", ["incidents-*.parquet", "members-*.parquet"])
def test_a_run_whose_file_is_gone_is_made_again(mission: Mission, pattern: str):
    incidents = gather(mission).incidents
    (path,) = mission.folders.incidents.glob(pattern)
    path.unlink()
    with pytest.raises(MissionFault, match="last fusion run is gone") as refused:
        gather(mission)
    assert refused.value.example == "truceline fuse"
    assert not fuse_mission(mission, now=samples.NOW).again
    assess_mission(mission, now=samples.NOW)
    assert gather(mission).incidents == incidents


def test_an_archive_file_that_is_gone_is_told(mission: Mission):
    (path,) = mission.folders.observations.iterdir()
    path.unlink()
    with pytest.raises(MissionFault, match="named by the records is gone"):
        count_mission(mission)
