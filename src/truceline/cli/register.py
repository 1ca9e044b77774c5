"""``register``: what was done or said on the record, as the mission holds it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from truceline.cli.options import JsonOption, MissionOption, beside_mission, paper, print_json

if TYPE_CHECKING:
    from datetime import tzinfo

    from rich.table import Table

    from truceline.mission.folder import Mission
    from truceline.model import Interval, NotFound, RegisterEntry


def add_to(app: typer.Typer) -> None:
    """Add the command of this group."""
    app.command("register", short_help="Show what was done or said on the record.")(register)


def register(
    entry: Annotated[
        str, typer.Argument(metavar="ENTRY", help="Number of one entry, to show all its revisions; all when left out.")
    ] = "",
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Show the register: notices, orders, deeds and decisions, by time, each with who says so and how it stands.

    Entries come in with 'truceline ingest register FILE'. A corrected entry shows its newest form; its number after
    the command shows what it said before.
    """
    from truceline.mission.folder import open_mission

    opened = open_mission(mission)
    if entry:
        _show_revisions(opened, entry, as_json=as_json)
        return
    found = opened.records.register_entries()
    if as_json:
        _print_entries([(None, one) for one in found])
    elif found:
        paper().print(_table(found, opened.settings.time_zone))
    else:
        text = f"no entry; take a register in: {beside_mission('truceline ingest register register.csv', mission)}"
        paper().print(text, markup=False, soft_wrap=True)


def _show_revisions(opened: Mission, key: str, *, as_json: bool) -> None:
    """Every revision of one entry, oldest first."""
    history = opened.records.register_history(key)
    if not history:
        raise _unknown(opened, key)
    if as_json:
        _print_entries(history)
        return
    for revision, one in history:
        paper().print(f"{one.key}, revision {revision}", markup=False)
        for name, said in _sayings(one, opened.settings.time_zone):
            paper().print(f"  {name}: {said}", markup=False, soft_wrap=True)


def _print_entries(entries: Any) -> None:  # noqa: ANN401 - pairs of a revision or none, and an entry
    from truceline.mission.register_form import register_json

    told = [
        register_json(one) if revision is None else {"revision": revision, **register_json(one)}
        for revision, one in entries
    ]
    print_json({"register": told})


def _table(entries: tuple[RegisterEntry, ...], time_zone: str) -> Table:
    from rich.markup import escape
    from rich.table import Table

    from truceline.model import zone

    table = Table(title=f"The register, times in {time_zone}", title_justify="left")
    for heading in ("entry", "when", "what", "of", "by", "to", "standing", "said by"):
        table.add_column(heading, overflow="fold")
    here = zone(time_zone)
    for one in entries:
        cells = (
            *(one.key, _when(one.time, here), one.kind.value, one.subject or "the agreement"),
            *(one.by or "not known", ", ".join(one.to) or "-", one.standing.value, one.said_by),
        )
        table.add_row(*map(escape, cells))
    return table


def _sayings(one: RegisterEntry, time_zone: str) -> list[tuple[str, str]]:
    """What an entry says, field by field; what it does not say is left out."""
    from truceline.model import zone

    here, count = zone(time_zone), one.count
    figures = (count.low, count.best, count.high) if count else ()
    told = (
        ("when", _when(one.time, here)),
        ("what", one.kind.value),
        ("of", one.subject or "the agreement"),
        ("by", one.by or "not known"),
        ("to", ", ".join(one.to)),
        ("standing", one.standing.value),
        ("said by", one.said_by),
        ("covers", _when(one.covers, here) if one.covers else ""),
        ("place", one.place),
        ("incident", one.about),
        ("option", one.option),
        ("count, low / best / high", " / ".join("open" if figure is None else f"{figure:,}" for figure in figures)),
        ("value", "" if one.value is None else f"{one.value:g} {one.unit}"),
        ("repeats", one.repeats),
        ("address", one.url),
        ("words", one.quote),
        ("evidence", f"line {one.evidence.line} of {one.evidence.sha256}"),
    )
    return [(name, said) for name, said in told if said]


def _when(time: Interval, here: tzinfo) -> str:
    from truceline.model import TimeSense

    start, end = (f"{moment.astimezone(here):%Y-%m-%d %H:%M}" for moment in (time.start, time.end))
    if time.start == time.end:
        return start
    return f"between {start} and {end}" if time.sense is TimeSense.SOMETIME else f"{start} to {end}"


def _unknown(opened: Mission, key: str) -> NotFound:
    import difflib

    from truceline.model import NotFound

    known = [one.key for one in opened.records.register_entries()]
    near = difflib.get_close_matches(key, known, n=1)
    return NotFound(
        f"the register has no entry {key!r}",
        do=f"did you mean {near[0]}?" if near else "take a number as `truceline register` shows it",
        example="truceline register",
    )
