"""Adding to the record tables, inside one transaction: nothing is updated, what changes is a new revision."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Table, or_, select

from truceline.model import (
    Claim,
    Coverage,
    EvidenceLink,
    Finding,
    RegisterEntry,
    Rejected,
    Source,
    microseconds,
)
from truceline.model.custody import CustodyEntry, CustodyEvent
from truceline.store import custody, schema
from truceline.store.acts import KeptAct, acts_kept, add_signature, append_act, signatures_kept
from truceline.store.entries import FusionEntry, ImportOutcome, Incoming, as_text, from_text
from truceline.store.outbox import OutboxEvent, add_event, events_after

Keyed = TypeVar("Keyed", Coverage, Claim, RegisterEntry)
_ROWS_AT_ONCE = 5_000
_KEYS_AT_ONCE = 500
"""Older builds of SQLite take no more than 999 values in one question."""
_NOWHERE = EvidenceLink("", 0)


@dataclass(frozen=True, slots=True)
class Judged(Generic[Keyed]):
    """Keyed records held against what is known: those to add with their revision, and the counts."""

    adding: tuple[tuple[int, Keyed], ...]
    new: int
    already: int
    revised: int
    contradictions: tuple[Rejected, ...] = ()
    """Records of the same file with a key that stands there already with other values."""


class Adding:
    """What can be added inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Add through an open transaction."""
        self._connection = connection

    def add_event(self, kind: str, at: datetime, content: Mapping[str, Any]) -> OutboxEvent:
        """Tell the private log of an act, in the act's own transaction."""
        return add_event(self._connection, kind, at, content)

    def append_act(self, case: str, kind: str, content: str) -> KeptAct:
        """Add an act at the end of a case."""
        return append_act(self._connection, case, kind, content)

    def add_signature(self, act_id: str, note: str) -> None:
        """Keep the signed note over an act."""
        add_signature(self._connection, act_id, note)

    def signatures(self, case: str) -> dict[str, str]:
        """The signed notes over the acts of a case, by the acts' ids."""
        return signatures_kept(self._connection, case)

    def acts(self) -> tuple[KeptAct, ...]:
        """All acts of all cases, as they stand inside this transaction."""
        return acts_kept(self._connection)

    def acts_around(self, case: str = "") -> tuple[KeptAct, ...]:
        """All acts of one case, and of the others those by which they were drawn up, inside this transaction."""
        return acts_kept(self._connection, case, ("opening", "revising", "hypothesis", "mark"))

    def events(self, after: int = 0) -> tuple[OutboxEvent, ...]:
        """The events of the outbox after a number, as they stand inside this transaction."""
        return events_after(self._connection, after)

    def append_custody(self, entry: CustodyEntry) -> CustodyEvent:
        """Add a custody event at the end of its item's chain, and tell the private log of it."""
        return custody.append_custody(self._connection, entry)

    def end_custody(self, entry: CustodyEntry) -> None:
        """Add the event that ends what was begun, unless its end is on record already."""
        if not custody.is_ended(self._connection, str(entry.detail["begun"])):
            custody.append_custody(self._connection, entry)

    def custody_of(self, item: str) -> tuple[CustodyEvent, ...]:
        """The chain of an item, as it stands inside this transaction."""
        return custody.custody_of(self._connection, item)

    def all_custody(self) -> tuple[CustodyEvent, ...]:
        """The events of all items in the order they came, as they stand inside this transaction."""
        return custody.all_custody(self._connection)

    def custody_unfinished(self) -> tuple[CustodyEvent, ...]:
        """What was begun with items of evidence and has no end on record."""
        return custody.unfinished(self._connection)

    def names_evidence(self, sha256: str) -> bool:
        """Whether an import names the bytes of that hash, as it stands inside this transaction."""
        return names_evidence(self._connection, sha256)

    def add_import(self, incoming: Incoming, outcome: ImportOutcome, observation_file: str, now: str) -> int:
        """Register a file; gives its number."""
        row = {
            "format": incoming.format,
            "file_name": incoming.file_name,
            "sha256": incoming.sha256,
            "imported_at": now,
            "new": outcome.new,
            "already": outcome.already,
            "revised": outcome.revised,
            "rejected": outcome.rejected,
            "coverage": outcome.coverage,
            "observation_file": observation_file,
            "licence": incoming.licence,
            "credit": incoming.credit,
            "url": incoming.url,
            "options": incoming.options,
        }
        return self._insert(schema.import_file, row)

    def knows_all(self, incoming: Incoming, outcome: ImportOutcome) -> bool:
        """Whether a file brings nothing: these bytes came in before, read the same way, with as many rows rejected."""
        if outcome.new or outcome.revised or outcome.coverage:
            return False
        table = schema.import_file
        same = [table.c[name] == getattr(incoming, name) for name in ("format", "sha256", "licence", "credit", "url")]
        same.append(table.c.options.in_((incoming.options, "")))
        query = select(table.c.number).where(*same, table.c.rejected == outcome.rejected).limit(1)
        return self._connection.execute(query).first() is not None

    def add_sources(self, sources: Sequence[Source]) -> int:
        """Add sources that are new or described differently than before; gives how many of the latter."""
        revised = 0
        for one in sources:
            text = as_text(one)
            known = self._last(schema.source, schema.source.c.id == one.id)
            if known is None or known.content != text:
                number = 1 if known is None else known.revision + 1
                self._insert(schema.source, {"id": one.id, "revision": number, "content": text})
                revised += known is not None
        return revised

    def judge_claims(self, claims: Sequence[Claim]) -> Judged[Claim]:
        """Which claims are new, known or revised."""
        return self._judge(schema.claim, claims)

    def judge_register(self, entries: Sequence[RegisterEntry]) -> Judged[RegisterEntry]:
        """Which entries of the register are new, known or revised."""
        return self._judge(schema.register_entry, entries)

    def judge_coverage(self, coverage: Sequence[Coverage]) -> Judged[Coverage]:
        """Which coverage records are new, known or revised."""
        return self._judge(schema.coverage, coverage)

    def add_claims(self, import_number: int, judged: Judged[Claim]) -> None:
        """Add judged claims."""
        self._insert_all(schema.claim, self._keyed(import_number, judged))

    def add_register(self, import_number: int, judged: Judged[RegisterEntry]) -> None:
        """Add judged entries of the register."""
        rows = self._keyed(import_number, judged)
        repeated = [entry.repeats for _, entry in judged.adding]
        told = zip(rows, repeated, strict=True)
        self._insert_all(schema.register_entry, ({**row, "repeats": other} for row, other in told))

    def add_coverage(self, import_number: int, judged: Judged[Coverage]) -> None:
        """Add judged coverage records."""
        self._insert_all(
            schema.coverage,
            (
                {
                    "key": _key_of(seen),
                    "revision": revision,
                    "import_number": import_number,
                    "source": seen.source,
                    "area": seen.area,
                    "start_us": microseconds(seen.time.start),
                    "end_us": microseconds(seen.time.end),
                    "content": as_text(seen),
                }
                for revision, seen in judged.adding
            ),
        )

    def add_rejected(self, import_number: int, rows: Sequence[Rejected]) -> None:
        """Keep rejected rows with their reasons."""
        self._insert_all(
            schema.rejected_row,
            ({"import_number": import_number, "line": row.line, "reason": row.reason, "raw": row.raw} for row in rows),
        )

    def add_fusion(self, entry: FusionEntry, now: str) -> int:
        """Register a fusion run; its own number is given by the table."""
        names = ("based_on", "parameters", "incident_file", "member_file", "incidents", "linkage")
        return self._insert(schema.fusion_run, {"fused_at": now, **{name: getattr(entry, name) for name in names}})

    def add_assessment(self, findings: Sequence[Finding], based_on: str, reason: str, now: str) -> int:
        """Register an assessment; a finding is added only where it is new or differs from its last revision."""
        ids = json.dumps([found.id for found in findings])
        run = self._insert(schema.assessment_run, {"assessed_at": now, "based_on": based_on, "findings": ids})
        for found in findings:
            text = as_text(found)
            known = self._last(schema.finding, schema.finding.c.id == found.id)
            if known is not None and known.content == text:
                continue
            row = {
                "run_number": run,
                "id": found.id,
                "revision": 1 if known is None else known.revision + 1,
                "result": found.result.value,
                "probability": found.probability,
                "content": text,
                "reason": "first assessment" if known is None else reason,
            }
            self._insert(schema.finding, row)
        return run

    def _judge(self, table: Table, items: Sequence[Keyed]) -> Judged[Keyed]:
        """Hold each record against the newest of its key. Where it stands in a file is no part of what it says."""
        adding: list[tuple[int, Keyed]] = []
        counts = {"new": 0, "already": 0, "revised": 0}
        contradictions: list[Rejected] = []
        seen: dict[str, Keyed] = {}
        revisions = self._revisions(table, items)
        for item in items:
            first = seen.setdefault(_key_of(item), item)
            known = revisions.get(_key_of(item), [])
            verdict = _verdict(item, [one for _, one in known])
            if first is not item and _saying(first) != _saying(item):
                contradictions.append(_contradiction(item, first))
            elif first is not item or verdict == "already":
                counts["already"] += 1
            else:
                counts[verdict] += 1
                adding.append((known[-1][0] + 1 if known else 1, item))
        return Judged(tuple(adding), **counts, contradictions=tuple(contradictions))

    def _revisions(self, table: Table, items: Sequence[Keyed]) -> dict[str, list[tuple[int, Keyed]]]:
        """What is known under the keys of these records, oldest first; asked for many keys at once."""
        known: dict[str, list[tuple[int, Keyed]]] = {}
        keys = list(dict.fromkeys(map(_key_of, items)))
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            wanted = table.c.key.in_(keys[start : start + _KEYS_AT_ONCE])
            query = select(table.c.key, table.c.revision, table.c.content).where(wanted).order_by(table.c.revision)
            for row in self._connection.execute(query):
                known.setdefault(row.key, []).append((row.revision, from_text(type(items[0]), row.content)))
        return known

    def _last(self, table: Table, which: Any) -> Any:  # noqa: ANN401 - a condition of any shape, a row of any width
        query = select(table.c.revision, table.c.content).where(which).order_by(table.c.revision.desc()).limit(1)
        return self._connection.execute(query).first()

    def _keyed(self, import_number: int, judged: Judged[Any]) -> Iterator[dict[str, Any]]:
        for revision, one in judged.adding:
            yield {"key": one.key, "revision": revision, "import_number": import_number, "content": as_text(one)}

    def _insert_all(self, table: Table, rows: Iterable[dict[str, Any]]) -> None:
        source = iter(rows)
        while chunk := list(islice(source, _ROWS_AT_ONCE)):
            self._connection.execute(table.insert(), chunk)

    def _insert(self, table: Table, row: dict[str, Any]) -> int:
        key = self._connection.execute(table.insert(), row).inserted_primary_key
        return int(key[0]) if key else 0


def names_evidence(connection: Connection, sha256: str) -> bool:
    """Whether an import names the bytes of that hash, so that they must be kept."""
    table = schema.import_file
    query = select(table.c.number).where(or_(table.c.sha256 == sha256, table.c.options.contains(sha256)))
    return connection.execute(query.limit(1)).first() is not None


def _key_of(item: Coverage | Claim | RegisterEntry) -> str:
    """The key under which a record is kept: coverage keys are natural keys within their source."""
    return f"{item.source}|{item.key}" if isinstance(item, Coverage) else item.key


def _saying(item: Keyed) -> Keyed:
    return replace(item, evidence=_NOWHERE)


def _verdict(item: Keyed, known: Sequence[Keyed]) -> str:
    if not known:
        return "new"
    if _saying(known[-1]) == _saying(item):
        return "already"
    said_before = any(one.evidence.sha256 == item.evidence.sha256 and _saying(one) == _saying(item) for one in known)
    overtaken = said_before and known[-1].evidence.sha256 != item.evidence.sha256
    return "already" if overtaken else "revised"


def _contradiction(item: Keyed, first: Keyed) -> Rejected:
    reason = f"the same row stands in line {first.evidence.line} with other values; the first one was kept"
    return Rejected(item.evidence.line, reason, as_text(item))
