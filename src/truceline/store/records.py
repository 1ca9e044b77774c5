"""The records people read: sources, imports, rejected rows, coverage, claims, the register, runs and findings.

Nothing is updated. What changes is added as a new revision; readers see the newest of each key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Engine, Table, func, select

from truceline.model import Claim, Coverage, Finding, Interval, RegisterEntry, Rejected, Source, microseconds
from truceline.model.custody import CustodyEvent
from truceline.store import custody, schema
from truceline.store.acts import KeptAct, acts_kept
from truceline.store.adding import Adding, names_evidence
from truceline.store.database import reading, transaction
from truceline.store.entries import FusionEntry, ImportEntry, ImportOutcome, Incoming, K, from_text
from truceline.store.outbox import OutboxEvent, events_after


class Records:
    """Reading and adding to the record tables of one mission."""

    def __init__(self, engine: Engine) -> None:
        """Work on an opened, migrated database."""
        self._engine = engine

    @contextmanager
    def adding(self) -> Iterator[Adding]:
        """One transaction: everything added inside is kept together or not at all."""
        with transaction(self._engine) as connection:
            yield Adding(connection)

    def archive_files(self) -> tuple[str, ...]:
        """Names of the observation files that count, in the order they came."""
        column = schema.import_file.c.observation_file
        with reading(self._engine) as connection:
            rows = connection.execute(select(column).where(column != "").order_by(schema.import_file.c.number))
            return tuple(row[0] for row in rows)

    def name_evidence(self, sha256: str) -> bool:
        """Whether a record names the bytes of that hash, so that they must be kept."""
        with reading(self._engine) as connection:
            return names_evidence(connection, sha256)

    def imports(self) -> tuple[ImportEntry, ...]:
        """Every import in order."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(schema.import_file).order_by(schema.import_file.c.number))
            return tuple(_import_entry(row) for row in rows)

    def sources(self) -> tuple[Source, ...]:
        """The newest revision of every source, by id."""
        return self._newest(schema.source, schema.source.c.id, Source)

    def coverage(self, window: Interval | None = None) -> tuple[Coverage, ...]:
        """The newest revision of every coverage record, or of those that touch a window."""
        table = schema.coverage
        if window is None:
            return self._newest(table, table.c.key, Coverage)
        # The tables leave out what lies far off; what touches a window is said in one place only.
        near = (table.c.start_us <= microseconds(window.end), table.c.end_us >= microseconds(window.start))
        found = self._newest(table, table.c.key, Coverage, which=near)
        return tuple(one for one in found if one.time.overlaps(window))

    def claims(self) -> tuple[Claim, ...]:
        """The newest revision of every claim, in the order they first came."""
        return self._newest(schema.claim, schema.claim.c.key, Claim, by_first=True)

    def register_entries(self) -> tuple[RegisterEntry, ...]:
        """The newest revision of every entry of the register, by time and then number, however they came in."""
        table = schema.register_entry
        found = self._newest(table, table.c.key, RegisterEntry)
        return tuple(sorted(found, key=lambda one: (one.time.start, one.time.end, one.key)))

    def register_history(self, key: str) -> tuple[tuple[int, RegisterEntry], ...]:
        """Every revision of one entry of the register, oldest first; none for a number nobody entered."""
        table = schema.register_entry
        query = select(table.c.revision, table.c.content).where(table.c.key == key).order_by(table.c.revision)
        with reading(self._engine) as connection:
            return tuple((row[0], from_text(RegisterEntry, row[1])) for row in connection.execute(query))

    def rejected(self, import_number: int, at_most: int) -> tuple[Rejected, ...]:
        """Rejected rows of one import, by line."""
        table = schema.rejected_row
        query = select(table.c.line, table.c.reason, table.c.raw).where(table.c.import_number == import_number)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(table.c.line, table.c.number).limit(at_most))
            return tuple(Rejected(row.line, row.reason, row.raw) for row in rows)

    def latest_fusion(self) -> FusionEntry | None:
        """The newest fusion run, or none."""
        table = schema.fusion_run
        with reading(self._engine) as connection:
            row = connection.execute(select(table).order_by(table.c.number.desc()).limit(1)).first()
        if row is None:
            return None
        names = ("number", "based_on", "parameters", "incident_file", "member_file", "incidents", "linkage")
        return FusionEntry(*(getattr(row, name) for name in names))

    def incident_files(self) -> frozenset[str]:
        """Names of the incident and member files that count."""
        columns = (schema.fusion_run.c.incident_file, schema.fusion_run.c.member_file)
        with reading(self._engine) as connection:
            return frozenset(name for row in connection.execute(select(*columns)) for name in row)

    def findings(self) -> tuple[Finding, ...]:
        """The findings of the newest assessment, in its order."""
        runs, table = schema.assessment_run, schema.finding
        with reading(self._engine) as connection:
            ids = connection.execute(select(runs.c.findings).order_by(runs.c.number.desc()).limit(1)).scalar()
            newest = select(func.max(table.c.number)).group_by(table.c.id)
            rows = connection.execute(select(table.c.id, table.c.content).where(table.c.number.in_(newest)))
            content = {row[0]: row[1] for row in rows}
        return tuple(from_text(Finding, content[one]) for one in json.loads(ids or "[]"))

    def latest_assessment_basis(self) -> str:
        """What the newest assessment rested on, empty before the first."""
        runs = schema.assessment_run
        with reading(self._engine) as connection:
            found = connection.execute(select(runs.c.based_on).order_by(runs.c.number.desc()).limit(1)).scalar()
        return str(found or "")

    def finding_history(self, finding_id: str) -> tuple[tuple[int, str, Finding], ...]:
        """Every revision of one finding with the reason for the change, oldest first."""
        table = schema.finding
        query = select(table.c.revision, table.c.reason, table.c.content).where(table.c.id == finding_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(table.c.revision))
            return tuple((row[0], row[1], from_text(Finding, row[2])) for row in rows)

    def first_assessed(self, finding_id: str) -> str:
        """When a finding was first concluded (ISO 8601), empty for one that never was."""
        runs, table = schema.assessment_run, schema.finding
        joined = select(runs.c.assessed_at).join(table, table.c.run_number == runs.c.number)
        with reading(self._engine) as connection:
            found = connection.execute(joined.where(table.c.id == finding_id).order_by(table.c.number).limit(1))
            return str(found.scalar() or "")

    def acts(self) -> tuple[KeptAct, ...]:
        """All acts of all cases, in the order they came."""
        with reading(self._engine) as connection:
            return acts_kept(connection)

    def events(self, after: int = 0) -> tuple[OutboxEvent, ...]:
        """The next ten thousand events of the outbox after a number."""
        with reading(self._engine) as connection:
            return events_after(connection, after)

    def custody_of(self, item: str) -> tuple[CustodyEvent, ...]:
        """The chain of custody of one item of evidence, from its first event on."""
        with reading(self._engine) as connection:
            return custody.custody_of(connection, item)

    def custody_numbers(self, item: str) -> dict[str, int]:
        """The number in the outbox of each event of an item, by the event's id."""
        with reading(self._engine) as connection:
            return custody.outbox_numbers(connection, item)

    def custody_ended(self, begun: str) -> bool:
        """Whether the end of an act on evidence that was begun is on record."""
        with reading(self._engine) as connection:
            return custody.is_ended(connection, begun)

    def items_received(self) -> tuple[str, ...]:
        """Every item of evidence with a chain of custody, in the order they first came."""
        with reading(self._engine) as connection:
            return custody.items_received(connection)

    def _newest(
        self,
        table: Table,
        key: Any,  # noqa: ANN401 - a column of any type
        kind: type[K],
        *,
        by_first: bool = False,
        which: Sequence[ColumnElement[bool]] = (),
    ) -> tuple[K, ...]:
        """The newest row of every key, of those that fulfil conditions; an older revision never stands in for it."""
        newest = (
            select(key.label("key"), func.max(table.c.number).label("newest"), func.min(table.c.number).label("first"))
            .group_by(key)
            .subquery()
        )
        query = select(table.c.content).join(newest, newest.c.newest == table.c.number).where(*which)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(newest.c.first if by_first else newest.c.key))
            return tuple(from_text(kind, row[0]) for row in rows)


def _import_entry(row: Any) -> ImportEntry:  # noqa: ANN401 - a row of any width
    incoming = Incoming(row.format, row.file_name, row.sha256, (), row.licence, row.credit, row.url, row.options)
    outcome = ImportOutcome(row.new, row.already, row.revised, row.rejected, row.coverage)
    return ImportEntry(row.number, incoming, outcome, row.observation_file)
