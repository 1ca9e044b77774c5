"""``ingest`` and ``rejected``: taking files in, and showing what could not be taken."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from truceline.cli.options import ByOption, JsonOption, MissionOption, beside_mission, now, paper, print_json, progress

if TYPE_CHECKING:
    from truceline.mission.folder import Mission
    from truceline.model import Rejected
    from truceline.sources import ReadOptions
    from truceline.store import ImportEntry


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command("ingest", short_help="Take files in, whole or not at all.")(ingest)
    app.command("rejected", short_help="Show rows that could not be taken in, and why.")(rejected)


def ingest(
    source_format: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help="table, party-claims, register, smm-table, ua-alarms, il-alerts, ucdp-ged, firms, "
            "casualty-bulletins or located-events.",
        ),
    ],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…", help="Files of that format; gzip and zstd are read. Of located-events the folder."
        ),
    ],
    mission: MissionOption = Path(),
    encoding: Annotated[str, typer.Option(help="Encoding of a text file that is not UTF-8, such as cp1252.")] = "",
    zone: Annotated[str, typer.Option(help="Time zone to assume for times without one.")] = "",
    mapping: Annotated[Path | None, typer.Option(help="Mapping of a free table, gazetteer of an SMM table.")] = None,
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="A setting of the format, such as report_date=2021-09-21.")
    ] = None,
    draft_mapping: Annotated[
        bool, typer.Option("--draft-mapping", help="Print a mapping drafted from the header of FILE, take nothing in.")
    ] = False,
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take files in. A file is taken in whole or not at all; a second time changes nothing.

    Rows that cannot be used are kept with their line and the reason: 'truceline rejected' shows them.
    """
    if draft_mapping:
        typer.echo(_draft(source_format, files, encoding, setting or []))
        return
    from truceline.mission.folder import open_mission
    from truceline.mission.ingesting import Intake
    from truceline.model.custody import NOT_NAMED

    opened = open_mission(mission)
    options = _options(opened, encoding, zone, mapping, setting or [])
    taken: list[dict[str, Any]] = []
    try:
        for path in files:
            taken.append(_take(opened, Intake(source_format, path, options, by=by or NOT_NAMED)))
            if not as_json:
                paper().print(_sentence(taken[-1], mission), markup=False, soft_wrap=True)
    finally:
        # A file that cannot be used does not undo those before it, so they are told before its fault is.
        if as_json and taken:
            print_json({"imports": taken})


def _draft(source_format: str, files: list[Path], encoding: str, settings: list[str]) -> str:
    from truceline.model import UsageFault
    from truceline.sources import ReadOptions, check_settings
    from truceline.sources import source_format as known_format
    from truceline.sources.free_table import draft_mapping

    if source_format != "table" or len(files) != 1:
        raise UsageFault(
            "a mapping is drafted for one file of the format table",
            where="--draft-mapping",
            do="name the format table and one file",
            example="truceline ingest table log.csv --draft-mapping > log.yaml",
        )
    options = ReadOptions(encoding=encoding, settings=_pairs(settings))
    check_settings(known_format(source_format), options)
    return draft_mapping(files[0], options)


def _options(opened: Mission, encoding: str, zone: str, mapping: Path | None, settings: list[str]) -> ReadOptions:
    from dataclasses import replace

    from truceline.model import zone as named_zone

    return replace(
        opened.read_options(),
        encoding=encoding,
        zone=named_zone(zone, where="--zone") if zone else None,
        mapping=mapping,
        settings=_pairs(settings),
    )


def _pairs(settings: list[str]) -> tuple[tuple[str, str], ...]:
    from truceline.model import UsageFault

    pairs = [text.partition("=") for text in settings]
    if not all(name and mark for name, mark, _ in pairs):
        raise UsageFault("a setting has the form name=value", where="--set", example="--set report_date=2021-09-21")
    return tuple((name, value) for name, _, value in pairs)


def _take(opened: Mission, intake: Any) -> dict[str, Any]:  # noqa: ANN401 - Intake, whose module is loaded late
    from truceline.mission.ingesting import ingest as take_in

    with progress() as shown:
        task = shown.add_task(f"{intake.path.name}: reading", total=None)

        def tell(rows: int) -> None:
            shown.update(task, description=f"{intake.path.name}: {rows:,} rows")

        outcome = take_in(opened, intake, now=now(), progress=tell)
    return {
        "file": intake.path.name,
        "new": outcome.new,
        "already": outcome.already,
        "revised": outcome.revised,
        "rejected": outcome.rejected,
        "coverage": outcome.coverage,
        "coverage_already": outcome.coverage_already,
        "set_aside": outcome.set_aside,
        "sources_revised": outcome.sources_revised,
    }


def _sentence(entry: dict[str, Any], mission: Path) -> str:
    known, brought = (
        entry["already"] or entry["coverage_already"],
        entry["new"] or entry["revised"] or entry["coverage"],
    )
    if not (known or brought or entry["rejected"]):
        return f"{entry['file']}: there is no row in it; nothing was taken in"
    if known and not brought:
        rows = f"{entry['already']:,} rows" if entry["already"] else f"{entry['coverage_already']:,} coverage records"
        return f"{entry['file']}: already have it ({rows})" + _refused(entry, mission)
    text = f"{entry['file']}: {entry['new']:,} new, {entry['already']:,} already there, {entry['revised']:,} revised, "
    text += f"{entry['coverage']:,} coverage records"
    return text + _refused(entry, mission)


def _refused(entry: dict[str, Any], mission: Path) -> str:
    text = ""
    if entry["rejected"]:
        shown = beside_mission(f"truceline rejected {shlex.quote(entry['file'])}", mission)
        text += f"\n  {entry['rejected']:,} rows rejected; they are kept: {shown}"
    if entry["sources_revised"]:
        text += "\n  its source is described differently than before; fuse and assess again"
    if entry["set_aside"]:
        text += f"\n  {entry['set_aside']:,} archive files that no record names were moved to archive/strays"
    return text


def rejected(
    file: Annotated[str, typer.Argument(help="Name of a file that was taken in; all when left out.")] = "",
    mission: MissionOption = Path(),
    limit: Annotated[int, typer.Option(min=0, help="At most so many rows of each file.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Show rows that could not be taken in, with line and reason."""
    from truceline.mission.folder import open_mission

    records = open_mission(mission).records
    _check_name(file, [entry.incoming.file_name for entry in records.imports()])
    entries = [entry for entry in records.imports() if not file or entry.incoming.file_name == file]
    shown = [(entry, records.rejected(entry.number, limit)) for entry in entries]
    if as_json:
        rows = [_row(entry.incoming.file_name, row) for entry, found in shown for row in found]
        further = sum(entry.outcome.rejected - len(found) for entry, found in shown)
        print_json({"rejected": rows, "further": further})
        return
    for entry, found in shown:
        _print_rejected(entry, found)
    if not any(entry.outcome.rejected for entry in entries):
        paper().print("no rejected rows")


def _row(file: str, row: Rejected) -> dict[str, Any]:
    return {"file": file, "line": row.line, "reason": row.reason, "raw": row.raw}


def _print_rejected(entry: ImportEntry, found: tuple[Rejected, ...]) -> None:
    """The rows shown of one file, and how many there are besides."""
    file = entry.incoming.file_name
    for row in found:
        paper().print(f"{file}:{row.line}: {row.reason}", markup=False, soft_wrap=True)
    if further := entry.outcome.rejected - len(found):
        text = f"{file}: and {further:,} further; show them with --limit {entry.outcome.rejected}"
        paper().print(text, markup=False, soft_wrap=True)


def _check_name(file: str, known: list[str]) -> None:
    import difflib

    from truceline.model import NotFound

    if file and file not in known:
        near = difflib.get_close_matches(file, known, n=1)
        raise NotFound(
            f"no file {file!r} was taken in",
            do=f"did you mean {near[0]}?" if near else "take a name as `truceline ingest` gave it",
            example="truceline rejected",
        )
