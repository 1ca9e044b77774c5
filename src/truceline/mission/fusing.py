"""From observations to incidents: one run over everything the mission has, kept beside the runs before it."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truceline.fusion import Fused, FusionParameters, fuse
from truceline.mission.folder import Mission
from truceline.mission.freshness import fusion_basis, fusion_parameters
from truceline.mission.revisions import revisions
from truceline.model import IncidentTable, Interval, MissionFault, ObservationTable
from truceline.model.columns import Ids
from truceline.store import (
    FusionEntry,
    incident_rows,
    incident_table,
    membership_rows,
    observation_table,
    only,
    put_in_place,
    room_for,
    writing,
)


@dataclass(frozen=True, slots=True)
class FuseOutcome:
    """What a run gave; ``again`` tells that nothing had changed since the last one, so none was made."""

    observations: int
    incidents: int
    linkage: dict[str, Any]
    again: bool


def fuse_mission(mission: Mission, *, now: datetime) -> FuseOutcome:
    """Fuse all observations. With the same observations, sources and parameters as last time nothing is written."""
    last = mission.records.latest_fusion()
    if last and (last.based_on, last.parameters) == fusion_basis(mission) and _whole(mission, last):
        return FuseOutcome(len(all_observations(mission)), last.incidents, json.loads(last.linkage), again=True)
    with writing(mission.root), room_for("the run", mission.root):
        _sweep(mission)
        based_on, parameters = fusion_basis(mission)
        observations = all_observations(mission)
        fused = fuse(observations, fusion_parameters(mission))
        try:
            entry = _write(mission, fused, based_on, parameters)
            with mission.records.adding() as adding:
                adding.add_fusion(entry, now.isoformat())
        except BaseException:
            _sweep(mission)
            raise
    return FuseOutcome(len(observations), len(fused.incidents), asdict(fused.linkage), again=False)


def all_observations(mission: Mission, touching: Interval | None = None) -> ObservationTable:
    """Every observation of the mission, or those that touch an interval, as columns."""
    strata = {source.id: source.stratum.value for source in mission.records.sources()}
    return observation_table(mission.archive(), strata, touching)


def all_incidents(mission: Mission, touching: Interval | None = None) -> IncidentTable:
    """The incidents of the newest run, or those of it that touch an interval; none before the first run."""
    last = mission.records.latest_fusion()
    if last is None:
        return fuse(observation_table(replace(mission.archive(), files=()), {}), FusionParameters()).incidents
    return incident_table(run_file(mission, last.incident_file), touching)


def run_file(mission: Mission, name: str) -> Path:
    """A file of a fusion run. Raises :class:`~truceline.model.MissionFault` when it is gone."""
    path = mission.folders.incidents / name
    if not path.is_file():
        raise MissionFault(
            "a file of the last fusion run is gone", where=str(path), do="fuse again", example="truceline fuse"
        )
    return path


def _whole(mission: Mission, run: FusionEntry) -> bool:
    """Whether both files of a run are there."""
    return all((mission.folders.incidents / name).is_file() for name in (run.incident_file, run.member_file))


def incident_revisions(path: Path, wanted: Ids | None = None) -> dict[int, int]:
    """The revision of every incident of a run, or of those wanted, by id."""
    rows = pq.read_table(path, columns=["id", "revision"], filters=only(wanted, "id"))
    return dict(zip(rows.column("id").to_pylist(), rows.column("revision").to_pylist(), strict=True))


def _write(mission: Mission, fused: Fused, based_on: str, parameters: str) -> FusionEntry:
    folder = mission.folders.incidents
    folder.mkdir(parents=True, exist_ok=True)
    stem = uuid.uuid4().hex[:12]
    rows = incident_rows(fused.incidents)
    rows = rows.append_column("revision", pa.array(_revisions(mission, fused.incidents)))
    _put(rows, folder / f"incidents-{stem}.parquet")
    _put(membership_rows(fused.membership), folder / f"members-{stem}.parquet")
    return FusionEntry(
        number=0,
        based_on=based_on,
        parameters=parameters,
        incident_file=f"incidents-{stem}.parquet",
        member_file=f"members-{stem}.parquet",
        incidents=len(fused.incidents),
        linkage=json.dumps(asdict(fused.linkage)),
    )


def _sweep(mission: Mission) -> None:
    """Clear away files of a run that was killed or failed: those no record names."""
    known = mission.records.incident_files()
    for path in mission.folders.incidents.glob("*"):
        if path.name not in known:
            path.unlink()


def _put(rows: pa.Table, path: Path) -> None:
    making = path.with_suffix(".making")
    pq.write_table(rows, making, compression="zstd", compression_level=1)
    put_in_place(making, path)


def _revisions(mission: Mission, incidents: IncidentTable) -> np.ndarray:
    """One more than before where an incident of the same members now reads differently, else as before."""
    last = mission.records.latest_fusion()
    if last is None or not (mission.folders.incidents / last.incident_file).is_file():
        return np.ones(len(incidents), np.int64)  # of a run whose file is gone nothing is known; counting begins anew
    path = mission.folders.incidents / last.incident_file
    known = pq.read_table(path, columns=["revision"]).column("revision").to_numpy()
    return revisions(incidents, incident_table(path), known)
