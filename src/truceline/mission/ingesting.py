"""Taking a file in: its bytes to the evidence store, its rows to the archive, its faults to the record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from truceline.mission.admitting import admitted
from truceline.mission.folder import Mission
from truceline.model import Coverage, CoverageState, InputFault, UnreadableFile
from truceline.model.custody import NOT_NAMED, Handling
from truceline.sources import FolderFormat, ReadOptions, Record, SourceFile, check_settings, source_format
from truceline.store import (
    EvidenceKeeper,
    ImportOutcome,
    Incoming,
    changed_meanwhile,
    check_size,
    import_records,
    sha256_of,
    writing,
)

BESIDE = "beside"
"""Key of what was told about a file, under which the files kept beside it stand: name and SHA-256."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a file may be used, and whom to name."""

    licence: str = ""
    credit: str = ""
    url: str = ""


@dataclass(frozen=True)
class Intake:
    """One file to take in, as which format, with what told about it, and ``by`` whom."""

    format: str
    path: Path
    options: ReadOptions
    terms: Terms = Terms()
    by: str = NOT_NAMED


def ingest(
    mission: Mission, intake: Intake, *, now: datetime, progress: Callable[[int], None] = lambda _rows: None
) -> ImportOutcome:
    """Take one file in, all of it or nothing of it. The same file twice changes nothing.

    Raises what the format raises for a file that cannot be used, and the faults of the store. ``now`` is the
    time of the import; ``progress`` is told the number of rows read so far.
    """
    form = source_format(intake.format)
    path, beside = form.in_folder(intake.path) if isinstance(form, FolderFormat) else (intake.path, ())
    if not path.is_file():
        what = "this is a folder, not a file" if path.is_dir() else "there is no such file"
        raise UnreadableFile(what, where=str(path), do="name a file", example="alarms.csv.gz")
    check_settings(form, intake.options)
    handling = Handling(intake.by, f"taking a file in as {intake.format}", now)
    with writing(mission.root) as pen:
        records = mission.records
        keeper = EvidenceKeeper(mission.folders, records, pen, now)
        check_size(path)
        file, mapping = SourceFile(path, sha256_of(path)), _mapping(intake.options)
        others = tuple(SourceFile(one, sha256_of(one)) for one in beside)
        sources = mission.mirrored(form.sources(file, intake.options))
        told = _told(intake.options, mapping, others)
        terms = (intake.terms.licence, intake.terms.credit, intake.terms.url)
        incoming = Incoming(intake.format, path.name, file.sha256, sources, *terms, told)
        kept = (file, *mapping, *others)
        with ExitStack() as evidence:
            receipts = [
                evidence.enter_context(keeper.receiving(one.path, one.sha256, handling, {"name": one.path.name}))
                for one in kept
            ]
            incoming = replace(incoming, received=tuple(one.ending for one in receipts))
            options = replace(intake.options, held_blind=lambda: _held_blind(mission, file.sha256))
            stream = admitted(mission, _unchanged(kept, form.read(file, options)))
            return import_records(mission.folders, records, incoming, stream, now=now.isoformat(), progress=progress)


def _mapping(options: ReadOptions) -> tuple[SourceFile, ...]:
    """The mapping or gazetteer a person named, whose bytes decide what the rows mean; none when none was named."""
    path = options.mapping
    if path is None:
        return ()
    if not path.is_file():
        raise InputFault("there is no such mapping", where=str(path), do="name its file", example="mapping.yaml")
    return (SourceFile(path, sha256_of(path)),)


def _told(options: ReadOptions, mapping: tuple[SourceFile, ...], beside: tuple[SourceFile, ...]) -> str:
    """What a person told the format about a file, and what was kept beside it, as JSON; nothing else stands in it."""
    told = {
        "encoding": options.encoding,
        "zone": options.zone.key if options.zone else "",
        "settings": dict(options.settings),
        "mapping": next(({"file": one.path.name, "sha256": one.sha256} for one in mapping), {}),
        BESIDE: {one.path.name: one.sha256 for one in beside},
    }
    return json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False, sort_keys=True)


def _unchanged(kept: tuple[SourceFile, ...], stream: Iterator[Record]) -> Iterator[Record]:
    """The records of a file, which say what the bytes kept as evidence say."""
    yield from stream
    # The formats read the files themselves, by their own names; what was written there since their hash was taken is
    # in no evidence.
    for file in kept:
        if sha256_of(file.path) != file.sha256:
            raise changed_meanwhile(file.path)


def _held_blind(mission: Mission, sha256: str) -> tuple[Coverage, ...]:
    """Records in which the mission holds an area blind, for a new file to revise.

    A file that came in before revises only what it said itself: reading an old file again does not undo a correction.
    """
    known = any(entry.incoming.sha256 == sha256 for entry in mission.records.imports())
    blind = (record for record in mission.records.coverage() if record.state is CoverageState.BLIND)
    return tuple(record for record in blind if not known or record.evidence.sha256 == sha256)
