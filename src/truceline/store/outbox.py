"""The outbox: what the private log must hear of, kept in the same transaction as the act it tells of.

An act and its event stand together or not at all, so no path can act unseen. Numbers run without a gap from 1 on: an
event that is missing is missed. The log takes events up by their id, once each; nothing here is changed when it does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from truceline.model import MissionFault, canonical_json, plain_json
from truceline.store import schema

_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """One event: its number, what kind it is, when it happened (ISO 8601, UTC), and its content.

    ``id`` is the SHA-256 of the canonical JSON of the rest: the key by which a log takes it up once.
    """

    number: int
    kind: str
    at: str
    content: Mapping[str, Any]

    @property
    def canonical(self) -> bytes:
        """The event as the log gets it."""
        return canonical_json({"number": self.number, "kind": self.kind, "at": self.at, "content": self.content})

    @property
    def id(self) -> str:
        """Its key, in 64 hexadecimal digits."""
        return hashlib.sha256(self.canonical).hexdigest()


def add_event(connection: Connection, kind: str, at: datetime, content: Mapping[str, Any]) -> OutboxEvent:
    """Put an event into the outbox, inside the transaction of the act it tells of.

    Two writers at once would take the same number; the tables let one of them through and the other is told.
    """
    last = connection.execute(select(func.max(schema.outbox.c.number))).scalar() or 0
    event = OutboxEvent(last + 1, kind, str(plain_json(at)), plain_json(content))
    row = {
        "number": event.number,
        "id": event.id,
        "kind": kind,
        "happened_at": event.at,
        "content": canonical_json(event.content).decode(),
    }
    connection.execute(schema.outbox.insert(), row)
    return event


def events_after(connection: Connection, number: int = 0, at_most: int = _AT_ONCE) -> tuple[OutboxEvent, ...]:
    """Events from the next one after a number on, in order.

    Raises :class:`MissionFault` for one that was changed since, and for a gap in the numbers.
    """
    table = schema.outbox
    rows = connection.execute(select(table).where(table.c.number > number).order_by(table.c.number).limit(at_most))
    found = []
    for expected, row in enumerate(rows, number + 1):
        event = OutboxEvent(row.number, row.kind, row.happened_at, json.loads(row.content))
        if event.number != expected or event.id != row.id:
            raise MissionFault(
                f"event {expected} of the outbox is gone or was changed",
                where=f"records, outbox {expected}",
                do="put back a copy of the mission, and hold it against the log that heard of the event",
            )
        found.append(event)
    return tuple(found)
