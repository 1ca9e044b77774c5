"""The two logs a person asks to hold against each other: sources of the mission, or files read without being kept."""

from __future__ import annotations

import difflib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from truceline.mission.admitting import admitted
from truceline.mission.folder import Mission
from truceline.mission.fusing import all_observations
from truceline.model import (
    Coverage,
    Interval,
    NotFound,
    Observation,
    ObservationTable,
    Rejected,
    Source,
    Stratum,
    UnreadableFile,
    UsageFault,
)
from truceline.sources import ReadOptions, Record, SourceFile, check_settings, source_format
from truceline.store import ArchiveFiles, observation_table, sha256_of
from truceline.store.archive import StagedRows
from truceline.store.rows import flatten

OTHERS = "others"
"""Stands for every source of the mission that is not on the other side."""
_EXAMPLE = "truceline reconcile patrol-bridge others"


@dataclass(frozen=True)
class LogAsked:
    """One side as a person names it: sources of the mission, or with a format a file."""

    named: str
    format: str = ""
    options: ReadOptions = field(default_factory=ReadOptions)


@dataclass(frozen=True)
class Log:
    """One side as it was found: its rows, its sources, and what they could have seen."""

    named: str
    table: ObservationTable
    sources: tuple[Source, ...]
    records: tuple[Coverage, ...]
    sha256: str = ""
    rejected: int = 0
    repeated: int = 0


def logs_asked(mission: Mission | None, a: LogAsked, b: LogAsked, span: Interval | None) -> tuple[Log, Log]:
    """Both logs, or the rows of them that touch a span.

    Raises :class:`NotFound` for a name that is no source, :class:`UsageFault` where one source or file stands on both
    sides, and what a format raises for a file that cannot be used.
    """
    known = mission.records.sources() if mission else ()
    wanted = [() if one.format else _sources_named(mission, one.named, known) for one in (a, b)]
    if OTHERS in (a.named, b.named):
        wanted = _others(a, b, wanted, known)
    both = {source.id for source in wanted[0]} & {source.id for source in wanted[1]}
    if both:
        raise UsageFault(
            f"{', '.join(sorted(both))} would be held against itself: it stands on both sides",
            where="A, B",
            do="name other sources on one side",
            example=_EXAMPLE,
        )
    first, second = (
        _from_file(mission, one, span) if one.format else _from_mission(mission, one.named, sources, span)
        for one, sources in zip((a, b), wanted, strict=True)
    )
    if first.sha256 and first.sha256 == second.sha256:
        raise UsageFault("both files hold the same bytes", where="A, B", do="name two files", example="a.csv b.csv")
    return first, second


def _others(
    a: LogAsked, b: LogAsked, wanted: list[tuple[Source, ...]], known: Sequence[Source]
) -> list[tuple[Source, ...]]:
    if a.named == b.named:
        raise UsageFault("both sides are the others", where="A, B", do="name the sources of one", example=_EXAMPLE)
    here = 0 if a.named == OTHERS else 1
    taken = {source.id for source in wanted[1 - here]}
    left = tuple(source for source in known if source.id not in taken)
    return [left, wanted[1]] if here == 0 else [wanted[0], left]


def _sources_named(mission: Mission | None, named: str, known: Sequence[Source]) -> tuple[Source, ...]:
    """The sources that ids, strata and parties name, separated by commas."""
    if named == OTHERS:
        return ()
    found = [source for word in named.split(",") for source in _sources_of(mission, word.strip(), known)]
    return tuple({source.id: source for source in found}.values())


def _sources_of(mission: Mission | None, word: str, known: Sequence[Source]) -> list[Source]:
    own = [source for source in known if source.id == word] or [source for source in known if source.stratum == word]
    if found := own or _kept_by_party(mission, word, known):
        return found
    if mission is not None and word in mission.party_ids_as_written:
        raise NotFound(
            f"{word!r} keeps no log in this mission: no source has it as its custodian",
            where="A, B",
            do="take its log in first, or compare files: name their formats with --format-a and --format-b",
            example=_EXAMPLE,
        )
    strata = {source.stratum.value for source in known}
    parties = mission.party_ids_as_written if mission else ()
    names = [source.id for source in known] + [one.value for one in Stratum if one in strata] + [*parties, OTHERS]
    near = difflib.get_close_matches(word, names, n=1)
    hint = "; it is a file: name its format with --format-a or --format-b" if Path(word).is_file() else ""
    raise NotFound(
        f"no source, stratum or party's log is called {word!r}{hint}",
        where="A, B",
        do=_advice(word, near, names),
        example=_EXAMPLE,
    )


def _advice(word: str, near: Sequence[str], names: Sequence[str]) -> str:
    if word == OTHERS:
        return "'others' stands alone, without a comma"
    return f"did you mean {near[0]}?" if near else f"name one of: {', '.join(names)}"


def _kept_by_party(mission: Mission | None, word: str, known: Sequence[Source]) -> list[Source]:
    """Sources whose custodian is the party of that id, by its id or by any name the mission knows it by.

    In a mirror drill the sources in the records have their ids exchanged already; names never are.
    """
    if mission is None or word not in mission.party_ids_as_written:
        return []
    known_as = [one for one in mission.read_options().actors if one[0] not in mission.party_ids_as_written]
    names = {word, *(name for name, party in known_as if mission.mirrored(party) == word)}
    return [source for source in known if source.custodian in names]


def _from_mission(mission: Mission | None, named: str, sources: tuple[Source, ...], span: Interval | None) -> Log:
    if mission is None:
        raise UsageFault("a log without a format needs a mission", where="A, B", do="name the mission's folder")
    ids = [source.id for source in sources]
    table = all_observations(mission, span)
    records = tuple(record for record in mission.records.coverage(span) if record.source in ids)
    return Log(named, table.take(np.flatnonzero(table.source.among(ids))), sources, records)


def _from_file(mission: Mission | None, asked: LogAsked, span: Interval | None) -> Log:
    """A file read as ``ingest`` would read it; nothing of it is kept."""
    path = Path(asked.named)
    if not path.is_file():
        what = "this is a folder, not a file" if path.is_dir() else "there is no such file"
        raise UnreadableFile(what, where=asked.named, do="name a file", example="their-log.csv")
    form = source_format(asked.format)
    check_settings(form, asked.options)
    file = SourceFile(path, sha256_of(path))
    sources = form.sources(file, asked.options)
    stream = form.read(file, asked.options)
    if mission is not None:
        sources, stream = mission.mirrored(sources), admitted(mission, stream)
    with tempfile.TemporaryDirectory(prefix="truceline-") as folder:
        staged = Path(folder) / "log.parquet"
        records, rejected = _stage(staged, stream)
        strata = {source.id: source.stratum.value for source in sources}
        table = observation_table(ArchiveFiles((staged,), Path(folder), any_revised=False), strata, span)
    _, first = np.unique(table.id, return_index=True)
    once = table.take(np.sort(first))
    return Log(path.name, once, sources, records, file.sha256, rejected, len(table) - len(once))


def _stage(path: Path, stream: Iterator[Record]) -> tuple[tuple[Coverage, ...], int]:
    rows, records, rejected = StagedRows(path), list[Coverage](), 0
    try:
        for record in stream:
            if isinstance(record, Observation):
                rows.add(flatten(record))
            elif isinstance(record, Coverage):
                records.append(record)
            else:
                rejected += isinstance(record, Rejected)
    finally:
        rows.close()
    return tuple(records), rejected
