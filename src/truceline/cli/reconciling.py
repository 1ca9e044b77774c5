"""``reconcile``: two logs held against each other line by line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from truceline.cli.options import JsonOption, MissionOption, paper, print_json, progress

if TYPE_CHECKING:
    from rich.table import Table

    from truceline.mission.folder import Mission
    from truceline.mission.reconciling import Comparison, OneSide
    from truceline.mission.reconciling_logs import LogAsked
    from truceline.mission.reconciling_sight import Sight
    from truceline.model import Interval

_MOST_LISTED = 200
_CLASS_NAMES = {"alike": "matched, alike", "different": "matched, different", "only": "only in this log"}


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command("reconcile", short_help="Hold two logs against each other, line by line.")(reconcile)


def reconcile(
    a: Annotated[str, typer.Argument(metavar="A", help="One log: sources, strata or a party, or a file; see above.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other log, or 'others'.")],
    mission: MissionOption = Path(),
    minutes: Annotated[float, typer.Option(help="Starts at most so far apart may be one thing.")] = 15.0,
    km: Annotated[float, typer.Option(help="Positions so far apart, beyond both radii, may be one place.")] = 5.0,
    alike_minutes: Annotated[float, typer.Option(help="Starts at most so far apart are the same.")] = 1.0,
    parts_of_area: Annotated[
        bool, typer.Option("--parts-of-area", help="Two named places of one area may be one, if told differently.")
    ] = False,
    start: Annotated[str, typer.Option("--from", help="Start of a period, ISO 8601; all when left out.")] = "",
    end: Annotated[str, typer.Option("--to", help="End of it.")] = "",
    control: Annotated[
        bool,
        typer.Option("--control", help="Also match with B's times shifted, to show what chance alone would match."),
    ] = False,
    rows: Annotated[
        bool, typer.Option("--rows", help="Also list the rows of both logs with what stands between.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write the rows to this file, as CSV.")] = None,
    format_a: Annotated[str, typer.Option(help="A is a file of this format; it is read and not kept.")] = "",
    format_b: Annotated[str, typer.Option(help="B is a file of this format; it is read and not kept.")] = "",
    mapping_a: Annotated[Path | None, typer.Option(help="Mapping or gazetteer of the file A.")] = None,
    mapping_b: Annotated[Path | None, typer.Option(help="Mapping or gazetteer of the file B.")] = None,
    zone_a: Annotated[str, typer.Option(help="Time zone to assume in the file A.")] = "",
    zone_b: Annotated[str, typer.Option(help="Time zone to assume in the file B.")] = "",
    set_a: Annotated[list[str] | None, typer.Option(help="A setting of A's format, name=value.")] = None,
    set_b: Annotated[list[str] | None, typer.Option(help="A setting of B's format, name=value.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Hold two logs against each other: what both have, where they differ, and what stands in one of them alone.

    A log is one or more sources of the mission, by id, by stratum (such as patrol or party-a) or by the party that
    keeps them, separated by commas; 'others' is every source not on the other side. With --format-a or --format-b
    it is a file, read as 'ingest' would read it and not kept; two files need no mission.

    Beside each class stands whether the other log could have seen those rows: what stands in one log alone
    contradicts the other only where the other was watching.
    """
    from truceline.mission.reconciling import ComparisonAsked, compare_logs

    _check_out(out, (a, b))
    opened = _mission(mission, both_files=bool(format_a and format_b))
    asked = ComparisonAsked(
        _log(opened, a, format_a, (mapping_a, zone_a, set_a), "a"),
        _log(opened, b, format_b, (mapping_b, zone_b, set_b), "b"),
        _tolerances(minutes, km, alike_minutes, parts_of_area),
        _period(opened, start, end),
        control,
    )
    with progress() as shown:
        shown.add_task("holding the logs against each other", total=None)
        compared = compare_logs(opened, asked)
    _write(compared, out)
    if as_json:
        _print_json(compared, rows)
    else:
        _print(compared, rows, out)


def _mission(folder: Path, *, both_files: bool) -> Mission | None:
    """The mission; two files outside any mission need none."""
    from truceline.mission.folder import open_mission

    if both_files and folder == Path() and not (folder / "mission.toml").exists():
        return None
    return open_mission(folder)


def _log(
    opened: Mission | None, named: str, form: str, told: tuple[Path | None, str, list[str] | None], side: str
) -> LogAsked:
    from dataclasses import replace

    from truceline.cli.intake import _pairs
    from truceline.mission.reconciling_logs import LogAsked
    from truceline.model import UsageFault
    from truceline.model import zone as named_zone
    from truceline.sources import ReadOptions

    mapping, zone, settings = told
    if not form and any(told):
        raise UsageFault(
            f"{named} is no file, so nothing can be told about how to read it",
            where=f"--format-{side}",
            do="name the format of the file, or leave out its mapping, zone and settings",
            example=f"--format-{side} table",
        )
    options = opened.read_options() if opened else ReadOptions()
    assumed = named_zone(zone, where=f"--zone-{side}") if zone else None
    return LogAsked(named, form, replace(options, zone=assumed, mapping=mapping, settings=_pairs(settings or [])))


def _tolerances(minutes: float, km: float, alike_minutes: float, parts_of_area: bool) -> Any:  # noqa: ANN401 - Tolerances, whose module is loaded late
    from truceline.agreements.reconciling import FARTHEST_M, LONGEST_TIME_S, Tolerances
    from truceline.model import UsageFault

    longest_min = LONGEST_TIME_S / 60
    widths = (("--minutes", minutes, longest_min), ("--alike-minutes", alike_minutes, longest_min))
    for option, value, most in (*widths, ("--km", km, FARTHEST_M / 1000)):
        if not 0 <= value <= most:
            raise UsageFault(
                f"a tolerance of {value:g}", where=option, do=f"give a number from 0 to {most:,.0f}", example="5"
            )
    return Tolerances(minutes * 60, km * 1000, min(alike_minutes, minutes) * 60, parts_of_area)


def _period(opened: Mission | None, start: str, end: str) -> Interval | None:
    from truceline.model import Interval, UsageFault, parse_moment, zone

    if not (start or end):
        return None
    if not (start and end):
        raise UsageFault(
            "a period has a start and an end", where="--from, --to", example="--from 2021-03-26 --to 2021-03-27"
        )
    local = zone(opened.settings.time_zone if opened else "UTC")
    return Interval(parse_moment(start, local), parse_moment(end, local))


def _check_out(out: Path | None, logs: tuple[str, str]) -> None:
    """Refuse, before anything is read, a file that cannot be or that is one of the logs."""
    from truceline.model import UsageFault

    if out is None:
        return
    why = ""
    if out.is_dir() or not out.parent.is_dir():
        why = "it is a folder" if out.is_dir() else "its folder is not there"
    elif any(Path(log).exists() and out.exists() and Path(log).samefile(out) for log in logs):
        why = "it is one of the logs"
    if why:
        raise UsageFault(
            f"the rows cannot be written there: {why}", where=str(out), do="name another file", example="--out rows.csv"
        )


def _write(compared: Comparison, out: Path | None) -> None:
    """The rows as a file, or nothing: first under another name beside it, then renamed."""
    from truceline.mission.reconciling_rows import rows_csv
    from truceline.model import UsageFault
    from truceline.store import room_for

    if out is None:
        return
    text, making = rows_csv(compared), out.with_name(f".{out.name}.making")
    try:
        with room_for("the rows", out.parent):
            making.write_text(text, encoding="utf-8", newline="")
            making.replace(out)
    except OSError as cause:
        raise UsageFault(
            f"the rows cannot be written there: {cause.strerror}", where=str(out), do="name another file"
        ) from cause
    finally:
        making.unlink(missing_ok=True)


def _print_json(compared: Comparison, rows: bool) -> None:
    from truceline.mission.reconciling_rows import comparison_json, listed_rows

    print_json(comparison_json(compared) | ({"rows": list(listed_rows(compared))} if rows else {}))


def _print(compared: Comparison, rows: bool, out: Path | None) -> None:
    paper().print(_classes_table(compared))
    for line in _lines(compared):
        paper().print(line, markup=False, soft_wrap=True)
    if compared.chance:
        paper().print(_chance_table(compared))
    if rows:
        _print_rows(compared)
    if out is not None:
        paper().print(f"rows written to {out}", markup=False, soft_wrap=True)


def _classes_table(compared: Comparison) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(f"A: {compared.a.named}   B: {compared.b.named}"), title_justify="left")
    table.add_column("class")
    table.add_column("log")
    for name in ("rows", "items", "the other log was watching", "in part", "blind", "nobody knows", "anyone watching"):
        table.add_column(name, justify="right")
    for one in compared.classes:
        for letter, side in (("A", one.a), ("B", one.b)):
            name = _CLASS_NAMES[one.name]
            table.add_row(name if letter == "A" or one.name == "only" else "", letter, *_cells(side))
    return table


def _cells(side: OneSide) -> Iterable[str]:
    told, seen = side.told, side.other
    high = "open" if told.high is None else f"{told.high:,}"
    items = f"{told.best:,}" if told.low == told.best == told.high else f"{told.best:,} ({told.low:,} to {high})"
    figures = (seen.watched, seen.partly, seen.blind, seen.unknown)
    return (f"{told.rows:,}", items, *(f"{figure:,}" for figure in figures), f"{_seen(side.anyone):,}")


def _seen(sight: Sight) -> int:
    return sight.watched + sight.partly


def _lines(compared: Comparison) -> list[str]:
    alike, different, only = compared.classes
    groups = alike.groups + different.groups
    lines = [
        f"{alike.matches + different.matches:,} matches, {groups:,} of them one line against several; "
        f"{different.matches:,} differ" + _differing(compared)
    ]
    for letter, other, side in (("A", "B", only.a), ("B", "A", only.b)):
        seen = side.other
        if side.told.rows:
            lines.append(
                f"only in {letter}: {side.told.rows:,}, of which {other} watched there and then: {seen.watched:,}, "
                f"in part: {seen.partly:,}, {other} was blind: {seen.blind:,}, nobody knows: {seen.unknown:,}"
            )
    for letter, log in (("A", compared.a), ("B", compared.b)):
        if not log.rows:
            lines.append(f"{letter} has no row here; its coverage says whether that is silence")
        if log.rejected or log.repeated:
            lines.append(f"{letter}: {log.rejected:,} rows could not be used, {log.repeated:,} stood there before")
    return lines


def _differing(compared: Comparison) -> str:
    told = [f"{word} {number:,}" for word, number in compared.differences if number]
    return f" ({', '.join(told)})" if told else ""


def _chance_table(compared: Comparison) -> Table:
    from rich.table import Table

    table = Table(title="Pairs, and what chance would give", title_justify="left")
    for name in ("B moved by", "pairs", "of A's rows", "of B's rows", "rows joined to a line"):
        table.add_column(name, justify="right")
    for one in compared.chance:
        shares = (f"{one.pairs / max(log.rows, 1):.1%}" for log in (compared.a, compared.b))
        table.add_row(
            "not moved" if one.shift_h == 0 else f"{one.shift_h:+g} h", f"{one.pairs:,}", *shares, f"{one.joined:,}"
        )
    return table


def _print_rows(compared: Comparison) -> None:
    from itertools import islice

    from rich.table import Table
    from rich.text import Text

    from truceline.mission.reconciling_rows import listed_rows

    table = Table(title="Rows of both logs", title_justify="left")
    names = (
        "match",
        "log",
        "class",
        "start (UTC)",
        "area",
        "phenomenon",
        "count",
        "weapon",
        "differences",
        "apart",
        "other log",
    )
    for name in names:
        table.add_column(name, overflow="fold")  # cut short, a start would lose its hour
    for row in islice(listed_rows(compared), _MOST_LISTED):
        table.add_row(*(Text(cell) for cell in _row_cells(row)))
    paper().print(table)
    further = compared.a.rows + compared.b.rows - _MOST_LISTED
    if further > 0:
        paper().print(f"and {further:,} further rows; write them all with --out FILE", markup=False)


def _row_cells(row: dict[str, Any]) -> Iterable[str]:
    best = "N/K" if row["count_best"] is None else str(row["count_best"])
    apart = "" if row["apart_s"] is None else f"{row['apart_s']:.0f} s, {row['place']}"
    number = "-" if row["match"] is None else str(row["match"])
    head = (number, row["log"].upper(), row["class"], row["start"][:19], row["area"], row["phenomenon"])
    return (*head, best, row["weapon"], " ".join(row["differences"]), apart, row["other_log"])
