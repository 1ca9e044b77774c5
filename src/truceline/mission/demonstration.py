"""A case of the casebook from an empty folder to an assessment, in one go."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from truceline.mission.assessing import assess_mission
from truceline.mission.assessment import Assessment
from truceline.mission.feeds import FeedPlaces, find_feed
from truceline.mission.folder import Mission, new_mission, open_mission
from truceline.mission.fusing import fuse_mission
from truceline.mission.gathering import gather
from truceline.mission.ingesting import Intake, Terms, ingest
from truceline.mission.keeping_outlines import keep_outlines
from truceline.mission.settings import Feed, read_settings
from truceline.model import FeedAbsent, MissionFault, zone
from truceline.model.custody import NOT_NAMED, Handling
from truceline.store import sha256_of

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What is to be shown: which case, in which folder, with its feeds or without, mirrored or not.

    ``files`` names what will be written into the folder afterwards; a folder that holds one of them and no
    mission of the case is somebody else's, and is refused.
    """

    case: str
    folder: Path
    feeds: bool = True
    swap_parties: bool = False
    files: tuple[str, ...] = ()

    @property
    def mission_folder(self) -> Path:
        """The mission's folder; each variant has its own, so none changes another."""
        variant = ("-mirrored" if self.swap_parties else "") + ("" if self.feeds else "-without-feeds")
        return self.folder / f"mission{variant}"


def demonstrate(
    demonstration: Demonstration, places: FeedPlaces, *, now: datetime, step: Step = lambda _words: None
) -> Assessment:
    """Make the mission (or take up the one that is there), ingest, fuse, assess, and gather.

    A feed that is nowhere to be had becomes a note in the assessment, and the published figures stand in for it.
    Raises :class:`~truceline.model.MissionFault`, before anything is made, for a folder of another case and for one
    that holds files of these names which no demonstration of the case wrote.
    """
    mission = _mission(demonstration)
    _ingest_own_tables(mission, now)
    notes = [] if demonstration.feeds else ["feeds were left out on request; counts are published figures"]
    for feed in mission.settings.feeds if demonstration.feeds else ():
        step(f"taking in {feed.file}")
        try:
            _ingest_feed(mission, feed, places, now)
        except FeedAbsent as absent:
            notes.append(f"{absent.what}; counts of it are published figures")
    step("fusing")
    fuse_mission(mission, now=now)
    step("assessing")
    assess_mission(mission, now=now)
    step("counting")
    return gather(mission, notes, reading=Handling(NOT_NAMED, "drawing the pictures of a demonstration", now))


def _mission(demonstration: Demonstration) -> Mission:
    folder = demonstration.mission_folder
    if (folder / "mission.toml").is_file():
        keep_outlines(folder / "geometry", read_settings(folder / "mission.toml").geometry)
        return _same_case(open_mission(folder), demonstration)
    _refuse_foreign_files(demonstration)
    return new_mission(folder, demonstration.case, swap_parties=demonstration.swap_parties)


def _refuse_foreign_files(demonstration: Demonstration) -> None:
    """What stands there may be somebody's only copy; a mission of the case beside it says that it is ours."""
    folder = demonstration.folder
    there = [name for name in demonstration.files if os.path.lexists(folder / name)]
    missions = folder.glob("mission*/mission.toml") if there else ()
    if there and not any(read_settings(path).id == demonstration.case for path in missions):
        raise MissionFault(
            f"the folder holds {', '.join(there)}, not written by a demo of {demonstration.case!r};"
            " nothing is written over",
            where=str(folder),
            do="name another folder with --out, or move these files away",
            example=f"truceline demo {demonstration.case} --out {folder.name or 'demo'}-{demonstration.case}",
        )


def _same_case(mission: Mission, demonstration: Demonstration) -> Mission:
    if mission.settings.id != demonstration.case:
        raise MissionFault(
            f"the folder holds the mission {mission.settings.id!r}, not {demonstration.case!r}",
            where=str(mission.root),
            do="name another folder with --out",
        )
    return mission


def _ingest_own_tables(mission: Mission, now: datetime) -> None:
    """What was claimed, and what was done on the record; a day in the register is a day where the mission is."""
    options = mission.read_options()
    by_day = replace(options, zone=zone(mission.settings.time_zone))
    for form, name, told in (("party-claims", "claims.csv", options), ("register", "register.csv", by_day)):
        path = mission.root / name
        if path.is_file() and not _known(mission, form, path):
            ingest(mission, Intake(form, path, told), now=now)


def _ingest_feed(mission: Mission, feed: Feed, places: FeedPlaces, now: datetime) -> None:
    path = find_feed(feed, places)
    if not _known(mission, feed.format, path):
        terms = Terms(feed.licence, feed.credit, feed.url)
        ingest(mission, Intake(feed.format, path, mission.read_options(), terms), now=now)


def _known(mission: Mission, form: str, path: Path) -> bool:
    """Whether these very bytes came in before; an edited file of the same name did not."""
    came_in = {(entry.incoming.format, entry.incoming.sha256) for entry in mission.records.imports()}
    return (form, sha256_of(path)) in came_in
