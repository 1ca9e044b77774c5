"""Acts in cases as the record tables hold them: appended one after the other, never changed.

The tables know nothing of what an act means. They keep its canonical JSON under the SHA-256 of it, in the order it
came, and refuse two acts at one position: of two writers who saw the same case, one is told to look again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select

from truceline.model import MissionFault
from truceline.store import schema


@dataclass(frozen=True, slots=True)
class KeptAct:
    """One act: the case it belongs to, its place there from 1 on, what kind it is, and its canonical JSON."""

    case: str
    position: int
    kind: str
    content: str

    @property
    def id(self) -> str:
        """The SHA-256 of its content, in 64 hexadecimal digits."""
        return hashlib.sha256(self.content.encode()).hexdigest()


def append_act(connection: Connection, case: str, kind: str, content: str) -> KeptAct:
    """Add an act at the end of its case."""
    table = schema.case_act
    last = connection.execute(select(func.max(table.c.position)).where(table.c.case_id == case)).scalar() or 0
    act = KeptAct(case, last + 1, kind, content)
    row = {"id": act.id, "case_id": case, "position": act.position, "kind": kind, "content": content}
    connection.execute(table.insert(), row)
    return act


def add_signature(connection: Connection, act_id: str, note: str) -> None:
    """Keep the signed note over an act, inside the transaction of the act."""
    connection.execute(schema.act_signature.insert(), {"act_id": act_id, "note": note})


def signatures_kept(connection: Connection, case: str) -> dict[str, str]:
    """The signed notes over the acts of a case, by the acts' ids."""
    acts, notes = schema.case_act, schema.act_signature
    query = select(notes.c.act_id, notes.c.note).join(acts, acts.c.id == notes.c.act_id).where(acts.c.case_id == case)
    return {row.act_id: row.note for row in connection.execute(query)}


def acts_kept(connection: Connection, case: str | None = None, kinds: Sequence[str] = ()) -> tuple[KeptAct, ...]:
    """All acts of all cases, in the order they came; or all of one case and of the others those of some kinds.

    Raises :class:`MissionFault` for an act that was changed or, where all of a case are asked for, is gone.

    >>> from truceline.store.database import open_database, transaction
    >>> with transaction(open_database("sqlite://")) as connection:
    ...     acts_kept(connection)
    ()
    """
    table, found = schema.case_act, []
    query = select(table).order_by(table.c.number)
    if case is not None:
        query = query.where(or_(table.c.case_id == case, table.c.kind.in_(kinds)))
    last: dict[str, int] = {}
    for row in connection.execute(query):
        act = KeptAct(row.case_id, row.position, row.kind, row.content)
        last[act.case] = last.get(act.case, 0) + 1
        whole = case in (None, act.case)
        if act.id != row.id or (whole and act.position != last[act.case]):
            raise MissionFault(
                f"act {last[act.case]} of case {act.case} is gone or was changed",
                where=f"records, act {row.id[:16]}",
                do="put back a copy of the mission, and hold it against the private log",
            )
        found.append(act)
    return tuple(found)
