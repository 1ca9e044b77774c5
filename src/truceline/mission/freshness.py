"""Whether what is shown still rests on what came in: nothing stale is ever shown as if it were new."""

from __future__ import annotations

import json
from pathlib import Path

from truceline.mission.folder import Mission
from truceline.model import MissionFault
from truceline.store import sha256_of


def observations_held(mission: Mission) -> str:
    """Which archive files a fusion run would read at this moment, as JSON."""
    return json.dumps(mission.records.archive_files())


def assessment_basis(mission: Mission) -> str:
    """Everything an assessment rests on at this moment, as JSON: fusion run, imports, and the mission's own files."""
    fused = mission.records.latest_fusion()
    imports = mission.records.imports()
    agreed = sorted(str(path.relative_to(mission.root)) for path in _agreement_files(mission))
    files = ("mission.toml", "standard.yaml", *agreed)
    return json.dumps(
        {
            "fusion_run": fused.number if fused else 0,
            "imports": imports[-1].number if imports else 0,
            "files": {name: sha256_of(mission.root / name) for name in files if (mission.root / name).is_file()},
        }
    )


def check_fused(mission: Mission) -> None:
    """Raise :class:`MissionFault` when observations came in, or were never fused, since the last fusion."""
    fused = mission.records.latest_fusion()
    if (fused.based_on if fused else "[]") != observations_held(mission):
        raise MissionFault(
            "files came in since observations were last fused",
            where=str(mission.root),
            do="fuse them first, so that nothing is judged on part of what is known",
            example="truceline fuse",
        )


def check_assessed(mission: Mission) -> None:
    """Raise :class:`MissionFault` when the findings rest on something older than what the mission holds."""
    check_fused(mission)
    if mission.records.latest_assessment_basis() != assessment_basis(mission):
        raise MissionFault(
            "the findings are missing, or older than the incidents, the agreement or the settings",
            where=str(mission.root),
            do="assess first",
            example="truceline assess",
        )


def _agreement_files(mission: Mission) -> list[Path]:
    folders = (mission.root / name for name in ("agreements", "geometry"))
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]
