"""One import, all or nothing: from a stream of records to the archive and the record tables.

The question it answers: *what of this file did the mission not know yet?* Rows are staged as they are read;
then one DuckDB statement tells new rows from known ones by their natural key:

* a key the mission does not have is **new**;
* a known key with the same content **already** is there;
* a known key with other content is a **revision** (the newest is read, the older stays), unless this very file
  said so before a later file revised it: reading an old file again does not undo a correction;
* a key that the same file gave earlier with other content is **rejected**, and both lines are named.

The archive file is put in place first and the record tables follow in one transaction, so a killed import
leaves nothing that anyone would read.
"""

from __future__ import annotations

import gc
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
from sqlalchemy.exc import SQLAlchemyError

from truceline.model import Claim, Coverage, Observation, RegisterEntry, Rejected, TrucelineError
from truceline.store.adding import Adding
from truceline.store.archive import StagedRows, connect, files_sql, put_in_place, rows_sql, write_kept
from truceline.store.entries import ImportOutcome, Incoming
from truceline.store.evidence_files import clear_remnants
from truceline.store.folders import StoreFolders
from truceline.store.records import Records
from truceline.store.rows import CONTENT, flatten
from truceline.store.space import room_for

_PROGRESS_ROWS = 5_000
_COLLECTED_ROWS = 200_000
_Record = Observation | Coverage | Claim | RegisterEntry | Rejected


@dataclass
class _Taken:
    """What was read so far besides observations."""

    coverage: list[Coverage] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    register: list[RegisterEntry] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def import_records(
    folders: StoreFolders,
    records: Records,
    incoming: Incoming,
    stream: Iterable[_Record],
    *,
    now: str,
    progress: Callable[[int], None] = lambda _rows: None,
) -> ImportOutcome:
    """Bring one file's records in. Raises :class:`StorageFull`; whatever is raised, nothing is half kept.

    ``now`` is the import time as ISO 8601 text; ``progress`` is called with the number of rows read so far.
    """
    set_aside = sweep(folders, records)
    folders.staging.mkdir(parents=True, exist_ok=True)
    staged_path = folders.staging / f"{uuid.uuid4().hex}.parquet"
    with room_for("the file", folders.root):
        try:
            with _cycles_left_alone():
                taken, staged = _stage(staged_path, stream, progress)
            outcome = _settle(folders, records, incoming, _Staged(staged_path, staged, taken, now))
            return replace(outcome, set_aside=set_aside)
        finally:
            with suppress(FileNotFoundError):
                staged_path.unlink()


def sweep(folders: StoreFolders, records: Records) -> int:
    """Clear away what a killed import left, and set finished archive files aside that no record names.

    Such a file may be of an import killed before its records were added, or of tables that were replaced by an older
    copy: it is moved to ``archive/strays`` and never thrown away. Gives how many were moved.
    """
    known = set(records.archive_files())
    clear_remnants(folders)
    for remnant in folders.staging.glob("*"):
        remnant.unlink()
    strays = [path for path in folders.observations.glob("*.parquet") if path.name not in known]
    for path in strays:
        folders.strays.mkdir(parents=True, exist_ok=True)
        path.rename(folders.strays / path.name)
    return len(strays)


@dataclass(frozen=True)
class _Staged:
    path: Path
    rows: int
    taken: _Taken
    now: str


def _stage(path: Path, stream: Iterable[_Record], progress: Callable[[int], None]) -> tuple[_Taken, int]:
    taken, staged = _Taken(), StagedRows(path)
    try:
        for number, record in enumerate(stream, 1):
            if isinstance(record, Observation):
                staged.add(flatten(record))
            elif isinstance(record, Rejected):
                taken.rejected.append(record)
            elif isinstance(record, Coverage):
                taken.coverage.append(record)
            elif isinstance(record, RegisterEntry):
                taken.register.append(record)
            else:
                taken.claims.append(record)
            if number % _PROGRESS_ROWS == 0:
                progress(number)
            if number % _COLLECTED_ROWS == 0:
                gc.collect()
    finally:
        staged.close()
    return taken, staged.rows


@contextmanager
def _cycles_left_alone() -> Iterator[None]:
    """Rows hold no reference cycles, and looking for some among thousands of them takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _settle(folders: StoreFolders, records: Records, incoming: Incoming, staged: _Staged) -> ImportOutcome:
    folders.observations.mkdir(parents=True, exist_ok=True)
    target = folders.observations / f"{incoming.sha256[:16]}-{uuid.uuid4().hex[:8]}.parquet"
    try:
        counts, contradictions = _classify(folders, records, staged, target)
        with records.adding() as adding:
            return _register(adding, incoming, staged, _Judged(counts, contradictions, target))
    except BaseException:
        _give_back(folders, records, target)
        raise


def _give_back(folders: StoreFolders, records: Records, target: Path) -> None:
    """Give the space of a failed import back at once, unless the records name its file after all.

    An interrupt may arrive while the transaction is being committed and be raised when it is done: only the tables know
    which. When they cannot be read, everything stays for the next sweep.
    """
    with suppress(SQLAlchemyError, TrucelineError):
        if target.name not in records.archive_files():
            for path in (target, _making(folders, target)):
                path.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Judged:
    counts: dict[str, int]
    contradictions: list[Rejected]
    target: Path


def _register(adding: Adding, incoming: Incoming, staged: _Staged, judged: _Judged) -> ImportOutcome:
    claims = adding.judge_claims(staged.taken.claims)
    register = adding.judge_register(staged.taken.register)
    coverage = adding.judge_coverage(staged.taken.coverage)
    refused = [*staged.taken.rejected, *judged.contradictions]
    refused += [*claims.contradictions, *register.contradictions, *coverage.contradictions]
    rejected = sorted(refused, key=lambda row: row.line)
    outcome = ImportOutcome(
        new=judged.counts["new"] + claims.new + register.new,
        already=judged.counts["already"] + claims.already + register.already,
        revised=judged.counts["revised"] + claims.revised + register.revised,
        rejected=len(rejected),
        coverage=coverage.new + coverage.revised,
        coverage_already=coverage.already,
    )
    outcome = replace(outcome, sources_revised=adding.add_sources(incoming.sources))
    for received in incoming.received:
        adding.end_custody(received)
    if adding.knows_all(incoming, outcome):
        return outcome
    number = adding.add_import(incoming, outcome, judged.target.name if judged.target.exists() else "", staged.now)
    adding.add_claims(number, claims)
    adding.add_register(number, register)
    adding.add_coverage(number, coverage)
    adding.add_rejected(number, rejected)
    return outcome


def _classify(
    folders: StoreFolders, records: Records, staged: _Staged, target: Path
) -> tuple[dict[str, int], list[Rejected]]:
    counts = {"new": 0, "already": 0, "revised": 0}
    if staged.rows == 0:
        return counts, []
    known = [folders.observations / name for name in records.archive_files()]
    link = connect(folders.staging)
    try:
        link.execute(_verdict_sql(staged.path, known))
        for verdict, rows in link.execute("SELECT verdict, count(*) FROM judged GROUP BY verdict").fetchall():
            if verdict in counts:
                counts[verdict] = rows
        contradictions = _contradictions(link)
        if counts["new"] + counts["revised"]:
            _put_in_place(link, staged, target, _making(folders, target), everything=counts["new"] == staged.rows)
    finally:
        link.close()
    return counts, contradictions


def _verdict_sql(staged: Path, known: list[Path]) -> str:
    # File names are our own and quoted and column names constants: nothing from outside enters.
    content = ", ".join(CONTENT)
    same_before = "(SELECT id, content, said, file, [said] AS ever, 0 AS revision FROM here WHERE false)"
    if known:
        same_before = f"""(
            SELECT id, arg_max(hash({content}), revision) AS content, arg_max(evidence, revision) AS file,
                list(hash(evidence, {content})) AS ever, max(revision) AS revision
            FROM {rows_sql(known)} WHERE id IN (SELECT id FROM here) GROUP BY id)"""  # noqa: S608 - see above
    return f"""
        CREATE TEMP TABLE here AS
            SELECT id, line, hash(key) AS key, hash({content}) AS content, hash(evidence, {content}) AS said,
                evidence AS file, file_row_number AS nth
            FROM read_parquet({files_sql([staged])}, file_row_number = true);
        CREATE TEMP TABLE judged AS
            WITH first AS (
                SELECT id, arg_min(content, nth) AS content, arg_min(key, nth) AS key,
                    min(nth) AS nth, min(line) AS line
                FROM here GROUP BY id),
            before AS {same_before}
            SELECT here.nth, here.line, first.line AS first_line, coalesce(before.revision, 0) AS revision,
                CASE
                    WHEN here.content <> first.content OR here.key <> first.key THEN 'contradicts'
                    WHEN here.nth > first.nth THEN 'already'
                    WHEN before.id IS NULL THEN 'new'
                    WHEN before.content = here.content THEN 'already'
                    WHEN before.file <> here.file AND list_contains(before.ever, here.said) THEN 'already'
                    ELSE 'revised'
                END AS verdict
            FROM here JOIN first USING (id) LEFT JOIN before USING (id);
        CREATE TEMP VIEW staged AS SELECT * FROM read_parquet({files_sql([staged])}, file_row_number = true);
    """  # noqa: S608 - see above


def _contradictions(link: duckdb.DuckDBPyConnection) -> list[Rejected]:
    rows = link.execute(
        "SELECT judged.line, judged.first_line, staged.key, staged.words FROM judged "
        "JOIN staged ON staged.file_row_number = judged.nth WHERE verdict = 'contradicts' ORDER BY 1"
    ).fetchall()
    return [
        Rejected(line, f"the same row stands in line {first} with other values; the first one was kept", words or key)
        for line, first, key, words in rows
    ]


def _making(folders: StoreFolders, target: Path) -> Path:
    return folders.staging / target.name


def _put_in_place(
    link: duckdb.DuckDBPyConnection, staged: _Staged, target: Path, making: Path, *, everything: bool
) -> None:
    """Give the archive what is new or revised: the staged file itself where that is all of it."""
    if everything:
        staged.path.rename(making)
    else:
        kept = link.sql(
            "SELECT nth, (revision + 1)::INTEGER AS revision FROM judged "
            "WHERE verdict IN ('new', 'revised') ORDER BY nth"
        ).to_arrow_table()
        write_kept(staged.path, making, kept.column("nth").to_numpy(), kept.column("revision").to_numpy())
    put_in_place(making, target)
