"""Obligations as a duty officer reads them: one row for each, the earliest deadline first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from rich.markup import escape
from rich.table import Table

from truceline.agreements.obligations import Due, DueState
from truceline.mission.commitments import Commitments
from truceline.model import Agreement, zone

Row = tuple[str, ...]
_WHO, _READING = 3, 5
"""Columns of the table of obligations."""
_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60


def actor_names(agreement: Agreement) -> dict[str, str]:
    """What each party and other actor is called in English, by id."""
    return {one.id: one.name("en") for one in (*agreement.parties, *agreement.actors)}


def obligations_told(found: Commitments, agreement: Agreement, time_zone: str) -> list[Table | str]:
    """The table, or that nothing is owed."""
    head = head_told(found, time_zone)
    if not found.due:
        return [head, "no obligation: the agreement obliges nobody to do anything"]
    here, names = zone(time_zone), actor_names(agreement)
    table = Table(title="Obligations, by deadline", title_justify="left")
    for heading in ("state", "until", "left", "who", "what", "reading", "recorded", "because"):
        table.add_column(heading, overflow="fold")
    rows = merged([_cells(due, names, here) for due in found.due], _READING, found.readings)
    waiting = [row for row in rows if row[0] == DueState.WAITING.value]
    told = [row for row in rows if row not in waiting]
    for row in (*told, *merged(waiting, _WHO)):
        table.add_row(*map(escape, row))
    return [head, table, "overdue is no breach: that nothing is recorded proves nothing"]


def merged(rows: Sequence[Row], column: int, every: Sequence[str] = ()) -> list[Row]:
    """Rows that differ in one column only as one row, its cells joined; all of ``every`` as a word.

    >>> merged([("North", "due"), ("South", "due"), ("Ally", "done")], 0)
    [('North, South', 'due'), ('Ally', 'done')]
    """
    groups: dict[Row, list[str]] = {}
    for row in rows:
        groups.setdefault((*row[:column], *row[column + 1 :]), []).append(row[column])
    joined = {
        rest: "every reading" if len(every) > 1 and set(cells) == set(every) else ", ".join(dict.fromkeys(cells))
        for rest, cells in groups.items()
    }
    return [(*rest[:column], cell, *rest[column:]) for rest, cell in joined.items()]


def head_told(found: Commitments, time_zone: str) -> str:
    """The moment all of it is told of."""
    here = zone(time_zone)
    return escape(f"as of {moment_told(found.as_of, here)} {time_zone}; nothing later is used; times in {time_zone}")


def _cells(due: Due, names: dict[str, str], here: tzinfo) -> tuple[str, ...]:
    who = names.get(due.party, due.party) + (f" to {names.get(due.owed_to, due.owed_to)}" if due.owed_to else "")
    what = f"{due.norm}: {due.act}" if due.act != due.norm and not due.owed_to else due.norm
    waits = f"; waits for {', '.join(due.waits_for)}" if due.waits_for else ""
    return (
        due.state.value,
        "none" if due.deadline is None else moment_told(due.deadline, here),
        left_told(due.left_s),
        who,
        what + (f" ({due.request})" if due.request else ""),
        due.reading,
        _recorded(due),
        f"{due.because}{waits}",
    )


def _recorded(due: Due) -> str:
    """What the register says of it; of a duty of every day, of the days that are over."""
    told = f"{due.done} of {due.needed}" + (f", {due.claimed} claimed" if due.claimed else "")
    if due.days is not None:
        return f"{told} today; days kept {due.days.kept}, missed {due.days.missed}, unknown {due.days.unknown}"
    return told


def moment_told(moment: datetime, here: tzinfo) -> str:
    """A moment in the mission's own time."""
    return f"{moment.astimezone(here):%Y-%m-%d %H:%M}"


def left_told(left_s: float | None) -> str:
    """The time left, or how long it is over, in the two largest units that say it.

    >>> left_told(93_600.0), left_told(-5_400.0), left_told(None)
    ('1 d 2 h', 'over by 1 h 30 min', '-')
    """
    if left_s is None:
        return "-"
    seconds = int(abs(left_s))
    days, hours, minutes = seconds // _DAY_S, seconds % _DAY_S // _HOUR_S, seconds % _HOUR_S // _MINUTE_S
    told = f"{days} d {hours} h" if days else f"{hours} h {minutes} min" if hours else f"{minutes} min"
    return told if left_s > 0 else f"over by {told}"
