"""Custody events as the record tables hold them: appended to the chain of their item, never changed.

Each is written in one transaction with its row in the outbox, so that the private log hears of it whatever happens
next. The tables keep an event's canonical JSON under the SHA-256 of it, and refuse two events at one place of a chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection, Row, func, select

from truceline.model import MissionFault
from truceline.model.custody import CustodyEntry, CustodyEvent, CustodyKind, CustodyStage, Handling, HashState
from truceline.store import schema
from truceline.store.outbox import add_event

CUSTODY = "custody"
"""The kind of their events in the outbox."""
_ENDINGS = (CustodyStage.DONE, CustodyStage.FAILED, CustodyStage.INTERRUPTED)


def append_custody(connection: Connection, entry: CustodyEntry) -> CustodyEvent:
    """Add an event at the end of its item's chain, and tell the outbox, inside one transaction."""
    table = schema.custody_event
    newest = select(table.c.id, table.c.position).where(table.c.item == entry.item).order_by(table.c.position.desc())
    last = connection.execute(newest.limit(1)).first()
    event = CustodyEvent(entry, 1, "") if last is None else CustodyEvent(entry, last.position + 1, last.id)
    row = {
        "id": event.id,
        "item": entry.item,
        "position": event.position,
        "begun": event.begun,
        "stage": entry.stage.value,
        "content": event.canonical.decode(),
    }
    connection.execute(table.insert(), row)
    told = {"id": event.id, "item": entry.item, "event": entry.kind, "stage": entry.stage, "by": entry.handling.by}
    add_event(connection, CUSTODY, entry.handling.at, told)
    return event


def custody_of(connection: Connection, item: str) -> tuple[CustodyEvent, ...]:
    """The chain of one item, from its first event on; none for an item nobody ever received.

    Raises :class:`MissionFault` for a chain of which an event was changed or is gone.
    """
    table = schema.custody_event
    return tuple(_read(connection.execute(select(table).where(table.c.item == item).order_by(table.c.position))))


def all_custody(connection: Connection) -> tuple[CustodyEvent, ...]:
    """The events of all items in the order they came. Raises what :func:`custody_of` does."""
    table = schema.custody_event
    return tuple(_read(connection.execute(select(table).order_by(table.c.number))))


def items_received(connection: Connection) -> tuple[str, ...]:
    """Every item with a chain, in the order they first came."""
    table = schema.custody_event
    query = select(table.c.item).group_by(table.c.item).order_by(func.min(table.c.number))
    return tuple(row.item for row in connection.execute(query))


def unfinished(connection: Connection) -> tuple[CustodyEvent, ...]:
    """Acts that were begun and of which no end is on record, in the order they were begun."""
    table = schema.custody_event
    ended = select(table.c.begun).where(table.c.begun != "")
    query = select(table.c.item).where(table.c.stage == CustodyStage.BEGUN.value, table.c.id.not_in(ended))
    found = []
    for item in dict.fromkeys(row.item for row in connection.execute(query.order_by(table.c.number))):
        chain = custody_of(connection, item)
        over = {event.begun for event in chain if event.entry.stage in _ENDINGS}
        found += [event for event in chain if event.entry.stage is CustodyStage.BEGUN and event.id not in over]
    return tuple(found)


def is_ended(connection: Connection, begun: str) -> bool:
    """Whether the end of an act that was begun is on record."""
    table = schema.custody_event
    return connection.execute(select(table.c.number).where(table.c.begun == begun).limit(1)).first() is not None


def outbox_numbers(connection: Connection, item: str) -> dict[str, int]:
    """The number in the outbox of each event of an item, by the event's id: the entry of the private log, from 1 on."""
    table = schema.outbox
    query = select(table.c.number, table.c.content).where(table.c.kind == CUSTODY, table.c.content.contains(item))
    return {str(json.loads(row.content)["id"]): int(row.number) for row in connection.execute(query)}


def event_of(position: int, content: str) -> CustodyEvent:
    """An event brought back from its canonical JSON."""
    said = json.loads(content)
    handling = Handling(said["by"], said["purpose"], datetime.fromisoformat(said["at"]))
    kind, stage, state = CustodyKind(said["event"]), CustodyStage(said["stage"]), HashState(said["hash"])
    entry = CustodyEntry(said["item"], kind, stage, handling, state, said["detail"])
    return CustodyEvent.as_kept(entry, position, said["prior"], content.encode())


def _read(rows: Iterable[Row[tuple[object, ...]]]) -> Iterator[CustodyEvent]:
    last: dict[str, CustodyEvent] = {}
    for row in rows:
        prior = last.get(row.item)
        place, before = (prior.position + 1, prior.id) if prior else (1, "")
        try:
            event = event_of(row.position, row.content)
            sound = (event.id, event.entry.item, event.prior, row.position) == (row.id, row.item, before, place)
            sound = sound and (event.begun, event.entry.stage) == (row.begun, row.stage)
        except (ValueError, KeyError, TypeError, AttributeError):
            sound = False
        if not sound:
            raise MissionFault(
                f"custody event {place} of item {row.item[:16]} is gone or was changed",
                where=f"records, event {str(row.id)[:16]}",
                do="put back a copy of the mission, and hold it against the private log",
            )
        last[row.item] = event
        yield event
