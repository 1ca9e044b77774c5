"""Whether what is shown still rests on what came in: nothing stale is ever shown as if it were new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace

from truceline.fusion import FusionParameters
from truceline.mission.folder import Mission, own_files
from truceline.model import MissionFault
from truceline.store import as_text


def fusion_parameters(mission: Mission) -> FusionParameters:
    """The parameters of fusion: the defaults, or what the mission set; whose word is left out, its standard says."""
    parameters, settings = FusionParameters(interested=tuple(mission.standard.interested)), mission.settings
    if settings.partner_gap_s is not None:
        parameters = replace(parameters, partner_gap_s=settings.partner_gap_s)
    if settings.repeat_gap_s is not None:
        parameters = replace(parameters, repeat_gap_s=settings.repeat_gap_s)
    return parameters


def fusion_basis(mission: Mission) -> tuple[str, str]:
    """What a fusion run would rest on at this moment, as JSON: archive files and sources, and its parameters.

    The sources belong to it because an incident keeps the strata it was told by.
    """
    held = {"files": mission.records.archive_files(), "sources": _sources_digest(mission)}
    return json.dumps(held), json.dumps({**asdict(fusion_parameters(mission)), **_of_weighing(mission)})


def _of_weighing(mission: Mission) -> dict[str, object]:
    """What weighing rests on besides: outlines, which give names of areas a shape. Nothing where none is asked for."""
    if mission.settings.linking == "rules":
        return {}
    files = {name: digest for name, digest in own_files(mission.root).items() if name.startswith("geometry")}
    return {"linking": mission.settings.linking, "outlines": files, "names": mission.settings.geometry_names}


def assessment_basis(mission: Mission) -> str:
    """Everything an assessment rests on at this moment, as JSON: fusion run, imports, sources, the mission's own files.

    Raises :class:`MissionFault` when one of its own files was changed since the mission was opened: then what was read
    and what stands there are two things.
    """
    fused = mission.records.latest_fusion()
    imports = mission.records.imports()
    files = own_files(mission.root)
    if mission.files_at_opening is not None and files != mission.files_at_opening:
        raise _changed_meanwhile(mission, "the agreement, the settings or the standard")
    return json.dumps(
        {
            "fusion_run": fused.number if fused else 0,
            "imports": imports[-1].number if imports else 0,
            "sources": _sources_digest(mission),
            "files": files,
        }
    )


@contextmanager
def holding_still(mission: Mission) -> Iterator[str]:
    """The basis of an assessment, the same at the end as at the start.

    Raises :class:`MissionFault` when another process changed it meanwhile: what was read would be of two ages.
    """
    based_on = assessment_basis(mission)
    yield based_on
    check_unchanged(mission, based_on)


def check_unchanged(mission: Mission, based_on: str) -> None:
    """Raise :class:`MissionFault` when the mission no longer is what it was."""
    if assessment_basis(mission) != based_on:
        raise _changed_meanwhile(mission, "what the mission holds")


def check_fused(mission: Mission) -> None:
    """Raise :class:`MissionFault` when what fusion rests on changed, or was never fused, since the last fusion."""
    fused = mission.records.latest_fusion()
    held, parameters = fusion_basis(mission)
    if fused is None and not mission.records.archive_files():
        return
    if fused is None or (fused.based_on, fused.parameters) != (held, parameters):
        came_in = fused is None or json.loads(held)["files"] != _files_of(fused.based_on)
        weighed = '"linking"' in (parameters + (fused.parameters if fused else ""))
        settings = "the sources, the outlines, linking" if weighed else "the sources"
        what = "files came in" if came_in else f"{settings} or the gaps of fusion were changed"
        raise MissionFault(
            f"{what} since observations were last fused",
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


def what_changed(before: str, after: str) -> str:
    """What made an assessment necessary, in words, from the bases of the last one and this one.

    >>> what_changed('{"fusion_run": 1, "files": {"a": "x"}}', '{"fusion_run": 2, "files": {"a": "x"}}')
    'the incidents changed'
    """
    old, new = (json.loads(basis) if basis else {} for basis in (before, after))
    told = [
        words
        for key, words in (
            ("fusion_run", "the incidents changed"),
            ("imports", "what came in of coverage, claims or the register changed"),
            ("sources", "the description of a source changed"),
        )
        if old.get(key) != new.get(key)
    ]
    files = (old.get("files", {}), new.get("files", {}))
    changed = sorted(name for name in {*files[0], *files[1]} if files[0].get(name) != files[1].get(name))
    told += [f"{name} changed" for name in changed]
    return "; ".join(told) or "the way of evaluation changed"


def _sources_digest(mission: Mission) -> str:
    """The newest revision of every source as one SHA-256."""
    words = "\n".join(as_text(source) for source in mission.records.sources())
    return hashlib.sha256(words.encode()).hexdigest()


def _files_of(based_on: str) -> object:
    """The archive files of a run; runs of before the sources belonged to it kept nothing else."""
    held = json.loads(based_on)
    return held["files"] if isinstance(held, dict) else held


def _changed_meanwhile(mission: Mission, what: str) -> MissionFault:
    return MissionFault(
        f"{what} changed while this was worked out",
        where=str(mission.root),
        do="repeat the command when nobody else is at work in the folder",
    )
