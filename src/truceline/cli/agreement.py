"""``agreement``: check, show and compare agreements, and run the scenarios written for them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from truceline.cli.options import JsonOption, print_json

if TYPE_CHECKING:
    from truceline.agreements.printing.differences import Side
    from truceline.agreements.scenarios import Outcome
    from truceline.model import Agreement, Reading

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The agreement file, or a case of the casebook.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Check, show and compare agreements, and run the scenarios written for them.",
    )
    group.command("check", short_help="Find every fault, else print it for a lawyer.")(check)
    group.command("show", short_help="Print it as one reading has it, on a day.")(show)
    group.command("diff", short_help="Print what two agreements differ in.")(diff)
    group.command("test", short_help="Run scenarios and print what differs.")(run_stories)
    app.add_typer(group, name="agreement", short_help="Check, show, compare and test agreements.")


def check(file: FileArgument, as_json: JsonOption = False) -> None:
    """Check an agreement file: its grammar, what it names, its geometry, its days, and conflicts of its rules.

    Every fault of the grammar is told, else the first of each later stage, and the exit code is 4. Without a fault the
    whole agreement is printed for a lawyer: each norm as a sentence, readings side by side, and everything left open.
    """
    from truceline.agreements.printing.checking import check_file
    from truceline.agreements.printing.printout import Printout
    from truceline.agreements.printing.record import agreement_record

    checked = check_file(_agreement_file(file))
    if checked.loaded is None or checked.document is None:
        if as_json:
            print_json({"sound": False, "faults": [fault.as_record() for fault in checked.faults]})
        else:
            for fault in checked.faults:
                typer.echo(fault.diagnosis(), err=True)
            typer.echo(f"faults: {len(checked.faults)}", err=True)
        raise typer.Exit(4)
    if as_json:
        print_json({"sound": True, **agreement_record(checked.loaded, checked.document)})
        return
    _print_lines(Printout(checked.loaded, checked.document).whole())


def show(
    file: FileArgument,
    reading: Annotated[str, typer.Option("--reading", help="The reading; the first when left out.")] = "",
    on: Annotated[
        str, typer.Option("--on", help="A day (from its first moment, local) or a moment with its offset from UTC.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Print an agreement as one reading has it; with a day, the status of each text then and the norms that bind.

    Days told from an event (D+14) are set on the calendar of the agreement's time zone where the text fixes the event.
    """
    from truceline.agreements.loading import load_document
    from truceline.agreements.printing.printout import Printout
    from truceline.agreements.printing.record import shown_record
    from truceline.model.strict_yaml import read_strict_yaml

    path = _agreement_file(file)
    document = read_strict_yaml(path)
    loaded = load_document(document, path.parent)
    chosen = _reading(loaded.agreement, reading)
    moment = _moment(on, loaded.agreement.time_zone) if on else None
    if as_json:
        print_json(shown_record(loaded, chosen, moment))
        return
    _print_lines(Printout(loaded, document).under(chosen, moment))


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A file or case; FILE#ID for one instrument of it.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The other, in the same way.")],
    as_json: JsonOption = False,
) -> None:
    """Print what two agreements differ in, or two instruments of one file, such as a draft and the final text.

    Clauses are compared word by word ([-taken out-] {+put in+}), norms key by key, lines and zones by length, area and
    the distance by which they lie apart at most.
    """
    from truceline.agreements.printing.differences import changes

    found = changes(_side(before), _side(after))
    if as_json:
        records = [
            {"part": one.part, "entry": one.entry, "key": one.key, "before": one.before, "after": one.after}
            for one in found
        ]
        print_json({"before": before, "after": after, "changes": records})
        return
    _print_lines(tuple(one.line() for one in found) or ("no difference",))


def run_stories(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of scenario files, or one such file.")],
    as_json: JsonOption = False,
) -> None:
    """Run every scenario of a folder, as it stands and with the two parties exchanged.

    What did not come out as told is printed with file and line, what was expected, what came out, the reason and the
    step that decided; the exit code is then 1.
    """
    from truceline.agreements.scenarios import files_not_run, run_scenario, scenario_files
    from truceline.model import NotAsExpected

    outcomes = [run_scenario(path, _case_file) for path in scenario_files(folder)]
    kept = sum(one.kept for one in outcomes)
    idle = [str(path) for path in files_not_run(folder)]
    if as_json:
        counted = {"scenarios": len(outcomes), "kept": kept, "not_run": idle}
        print_json(counted | {"outcomes": [_outcome_record(one) for one in outcomes]})
    else:
        for one in outcomes:
            _print_lines(_outcome_lines(one))
        typer.echo(f"scenarios: {len(outcomes)}; as told: {kept}; otherwise: {len(outcomes) - kept}")
        _print_lines(tuple(f"not run, as it is neither a scenario nor an agreement: {path}" for path in idle))
    if kept < len(outcomes):
        raise NotAsExpected(
            f"scenarios that came out otherwise than told: {len(outcomes) - kept} of {len(outcomes)}",
            where=str(folder),
            do="read what was found, and mend the agreement, the story or the expectation",
            example="expect: [{norm: fire, party: party-north, result: breached}]",
        )


def _outcome_lines(one: Outcome) -> tuple[str, ...]:
    """What did not come out as told; nothing for a scenario that did."""
    if one.fault is not None:
        return (f"{one.file}: not run", *(f"  {line}" for line in one.fault.diagnosis().splitlines()))
    told = [line for difference in one.differences for line in difference.lines()]
    mirrored = [line for difference in one.mirrored_differences for line in difference.lines()]
    if not told and not mirrored:
        return ()
    head = (f"{one.name}: {one.says}",)
    return (*head, *told, *((f"with the parties exchanged, {one.name}:", *mirrored) if mirrored else ()))


def _outcome_record(one: Outcome) -> dict[str, Any]:
    return {
        "file": str(one.file),
        "scenario": one.name,
        "says": one.says,
        "kept": one.kept,
        "mirrored": one.mirrored,
        "differences": [difference.as_record() for difference in one.differences],
        "mirrored_differences": [difference.as_record() for difference in one.mirrored_differences],
        "fault": one.fault.as_record() if one.fault else None,
        "findings": {finding.id: finding.result.value for finding in one.findings},
    }


def _agreement_file(named: Path) -> Path:
    """The file named, or the agreement of the case of that name."""
    if named.exists() or len(named.parts) > 1 or named.suffix:
        return named
    return _case_file(str(named))


def _case_file(name: str) -> Path:
    from truceline.mission.casebook import case_folder

    return case_folder(name) / "agreement.yaml"


def _side(named: str) -> Side:
    from truceline.agreements.loading import load_document
    from truceline.agreements.printing.differences import side
    from truceline.model.strict_yaml import read_strict_yaml

    file, _, instrument = named.partition("#")
    path = _agreement_file(Path(file))
    document = read_strict_yaml(path)
    return side(load_document(document, path.parent), document, instrument)


def _reading(agreement: Agreement, wanted: str) -> Reading:
    import difflib

    from truceline.model import UsageFault

    known = {reading.id: reading for reading in agreement.readings}
    if not wanted:
        return agreement.readings[0]
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, n=1)
        raise UsageFault(
            f"there is no reading {wanted!r}",
            where="--reading",
            do=f"did you mean {near[0]}?" if near else f"use one of: {', '.join(known)}",
            example=f"--reading {next(iter(known))}",
        )
    return known[wanted]


def _moment(text: str, time_zone: str) -> datetime:
    """A moment, or the beginning of a local day."""
    from truceline.model import UsageFault, ValueFault, is_bare_day, parse_moment, zone

    try:
        return parse_moment(text, zone(time_zone) if is_bare_day(text) else None)
    except ValueFault as fault:
        raise UsageFault(fault.what, where="--on", do="write a day or a moment", example="--on 2015-03-01") from fault


def _print_lines(lines: tuple[str, ...]) -> None:
    for line in lines:
        typer.echo(line)
