"""The command line: one module per group of commands, loaded only when its command is called."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import typer

from truceline.cli import (
    agreement,
    assessing,
    case,
    casebook,
    commitments,
    custody,
    evidence,
    folder,
    grading,
    intake,
    ledger,
    locating,
    publish,
    reconciling,
    register,
    reporting,
    review,
    verify,
    witness,
)

if TYPE_CHECKING:
    from truceline.model.errors import TrucelineError

app = typer.Typer(
    name="truceline",
    no_args_is_help=True,
    rich_markup_mode=None,  # coloured help loads a Markdown reader and takes twice as long to appear
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Monitoring and verification of ceasefires: what was agreed, observed, counted, claimed, and not seen.",
    epilog="Start with: truceline demo easter-2025",
)
for group in (
    casebook,
    folder,
    intake,
    locating,
    agreement,
    register,
    assessing,
    commitments,
    case,
    review,
    grading,
    evidence,
    custody,
    ledger,
    publish,
    reconciling,
    reporting,
    verify,
    witness,
):
    group.add_to(app)


def run() -> None:
    """Run the command line; a fault is told in four parts and ends with its own exit code."""
    # For a machine a mistake in the command itself is told like any other fault; for a person with the usage above it.
    told_here = "--json" in sys.argv
    try:
        ended = app(standalone_mode=not told_here)
    except typer.Abort:
        sys.exit(1)
    except Exception as fault:
        from truceline.model.errors import TrucelineError

        known = fault if isinstance(fault, TrucelineError) else _mistake(fault)
        if known is None:
            raise
        _tell(known)
        sys.exit(known.exit_code)
    sys.exit(ended if isinstance(ended, int) else 0)


def _mistake(fault: Exception) -> TrucelineError | None:
    """An option there is not, or an argument that is missing, as a fault; none for what is no mistake in a command."""
    from truceline.model.errors import UsageFault

    tell = getattr(fault, "format_message", None)  # typer brings its own copy of the library these come from
    if tell is None:
        return None
    context = getattr(fault, "ctx", None)
    command = context.command_path if context else "truceline"
    return UsageFault(tell(), where=command, do="see the help of the command", example=f"{command} --help")


def _tell(fault: TrucelineError) -> None:
    if "--json" in sys.argv:
        sys.stderr.write(json.dumps(fault.as_record(), ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(fault.diagnosis() + "\n")


if __name__ == "__main__":
    run()
