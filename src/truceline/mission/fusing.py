"""From observations to incidents: one run over everything the mission has, kept beside the runs before it."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truceline.fusion import Fused, FusionParameters, fuse
from truceline.mission.folder import Mission
from truceline.mission.freshness import fusion_basis, fusion_parameters
from truceline.mission.revisions import FIGURES, as_begun, revisions
from truceline.mission.succession import succeeding
from truceline.model import IncidentDetails, IncidentTable, Interval, MissionFault, ObservationTable
from truceline.model.columns import Ids
from truceline.store import (
    FusionEntry,
    incident_details,
    incident_rows,
    incident_table,
    link_rows,
    membership_of,
    membership_rows,
    observation_table,
    only,
    put_in_place,
    room_for,
    weighed_membership_rows,
    with_details,
    writing,
)

if TYPE_CHECKING:
    from truceline.fusion.weighing import Weighed


@dataclass(frozen=True, slots=True)
class FuseOutcome:
    """What a run gave; ``again`` tells that nothing had changed since the last one, so none was made.

    ``rejected`` rows of the files that came in could not be taken in, so they tell of no incident; they are kept.
    """

    observations: int
    incidents: int
    linkage: dict[str, Any]
    again: bool
    rejected: int = 0


def fuse_mission(mission: Mission, *, now: datetime) -> FuseOutcome:
    """Fuse all observations. With the same observations, sources and parameters as last time nothing is written."""
    last, rejected = mission.records.latest_fusion(), sum(one.outcome.rejected for one in mission.records.imports())
    if last and (last.based_on, last.parameters) == fusion_basis(mission) and _whole(mission, last):
        told = json.loads(last.linkage)
        return FuseOutcome(len(all_observations(mission)), last.incidents, told, again=True, rejected=rejected)
    with writing(mission.root), room_for("the run", mission.root):
        _sweep(mission)
        based_on, parameters = fusion_basis(mission)
        observations = all_observations(mission)
        run = _linked(mission, observations)
        try:
            entry = _write(mission, run, based_on, parameters)
            with mission.records.adding() as adding:
                adding.add_fusion(entry, now.isoformat())
        except BaseException:
            _sweep(mission)
            raise
    told = json.loads(entry.linkage)
    return FuseOutcome(len(observations), entry.incidents, told, again=False, rejected=rejected)


@dataclass(frozen=True)
class _Run:
    """What linking gave; ``weighed`` is only there where the mission asks for it."""

    fused: Fused
    weighed: Weighed | None = None

    @property
    def linkage(self) -> dict[str, Any]:
        """What linking came to, as it is kept and printed."""
        told = asdict(self.fused.linkage)
        return told if self.weighed is None else {**told, "weighed": asdict(self.weighed.summary)}


def _linked(mission: Mission, observations: ObservationTable) -> _Run:
    """By the rules alone, or with all evidence weighed where the mission asks for it."""
    if mission.settings.linking == "rules":
        return _Run(fuse(observations, fusion_parameters(mission)))
    from truceline.fusion.weighing import weigh  # noqa: PLC0415 - slow to load, and only needed where it is asked for
    from truceline.mission.weighing import evidence_of  # noqa: PLC0415 - the same

    weighed = weigh(evidence_of(mission, observations), fusion_parameters(mission))
    return _Run(weighed.fused, weighed)


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


def links_file(member_file: str) -> str:
    """Where the links of a run stand that was weighed, beside its members."""
    return member_file.replace("members-", "links-", 1)


def _write(mission: Mission, run: _Run, based_on: str, parameters: str) -> FusionEntry:
    folder, fused, weighed = mission.folders.incidents, run.fused, run.weighed
    folder.mkdir(parents=True, exist_ok=True)
    stem = uuid.uuid4().hex[:12]
    rows, members = incident_rows(fused.incidents), membership_rows(fused.membership)
    revision, began = _revisions(mission, fused.incidents)
    if weighed is not None:
        revision, details = _with_successions(mission, fused, revision, weighed.details)
        rows = with_details(rows, details)
        members = weighed_membership_rows(fused.membership, weighed.standings)
        _put(link_rows(weighed.links), folder / f"links-{stem}.parquet")
        for name in FIGURES:
            rows = rows.append_column(_BEGAN + name, pa.array(getattr(began, name)))
    _put(rows.append_column("revision", pa.array(revision)), folder / f"incidents-{stem}.parquet")
    _put(members, folder / f"members-{stem}.parquet")
    return FusionEntry(
        number=0,
        based_on=based_on,
        parameters=parameters,
        incident_file=f"incidents-{stem}.parquet",
        member_file=f"members-{stem}.parquet",
        incidents=len(fused.incidents),
        linkage=json.dumps(run.linkage),
    )


def _sweep(mission: Mission) -> None:
    """Clear away files of a run that was killed or failed: those no record names."""
    known = mission.records.incident_files()
    known |= {links_file(name) for name in known}
    for path in mission.folders.incidents.glob("*"):
        if path.name not in known:
            path.unlink()


def _put(rows: pa.Table, path: Path) -> None:
    making = path.with_suffix(".making")
    pq.write_table(rows, making, compression="zstd", compression_level=1)
    put_in_place(making, path)


def _with_successions(
    mission: Mission, fused: Fused, revision: np.ndarray, details: tuple[IncidentDetails, ...]
) -> tuple[np.ndarray, tuple[IncidentDetails, ...]]:
    """What each incident takes the place of, of the run before; nothing where there was none."""
    last, folder = mission.records.latest_fusion(), mission.folders.incidents
    if last is None or not _whole(mission, last):
        return revision, details
    numbers, told = incident_revisions(folder / last.incident_file), incident_details(folder / last.incident_file)
    nothing = IncidentDetails(0)
    known = {one: (number, told.get(one, nothing).replaces) for one, number in numbers.items()}
    before = membership_of(folder / last.member_file)
    return succeeding((fused.incidents, fused.membership), before, known, revision, details)


_BEGAN = "began_"
"""Before the name of a column: with what the incident's revision began."""


def _revisions(mission: Mission, incidents: IncidentTable) -> tuple[np.ndarray, IncidentTable]:
    """One more than before where an incident of the same members now reads differently, else as before.

    And the incidents with the figures with which the revision of each began.
    """
    last = mission.records.latest_fusion()
    if last is None or not (mission.folders.incidents / last.incident_file).is_file():
        # Of a run whose file is gone nothing is known; counting begins anew.
        return np.ones(len(incidents), np.int64), incidents
    path = mission.folders.incidents / last.incident_file
    known = pq.read_table(path, columns=["revision"]).column("revision").to_numpy()
    before = _as_they_began(path)
    found = revisions(incidents, before, known)
    return found, as_begun(incidents, found, before, known)


def _as_they_began(path: Path) -> IncidentTable:
    """The incidents of a run with the figures with which the revision of each began, where the run has them."""
    table = incident_table(path)
    if _BEGAN + FIGURES[0] not in pq.read_schema(path).names:
        return table
    rows = pq.read_table(path, columns=[_BEGAN + name for name in FIGURES])
    return replace(table, **{name: rows.column(_BEGAN + name).to_numpy() for name in FIGURES})
