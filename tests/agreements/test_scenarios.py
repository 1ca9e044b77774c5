"""Every story under tests/scenarios, as it stands and with the two parties exchanged; and the runner itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from truceline.agreements.scenarios import run_scenario, scenario_files

SCENARIOS = Path(__file__).parents[1] / "scenarios"
CASES = Path(__file__).parents[2] / "cases"


def case(name: str) -> Path:
    return CASES / name / "agreement.yaml"


@pytest.mark.parametrize("path", scenario_files(SCENARIOS), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_story_comes_out_as_told(path: Path):
    outcome = run_scenario(path, case)
    assert outcome.fault is None, outcome.fault.diagnosis()
    told = [line for one in (*outcome.differences, *outcome.mirrored_differences) for line in one.lines()]
    assert not told, "\n".join(told)
    assert outcome.name == path.stem
