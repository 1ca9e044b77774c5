"""The command line: one module per group of commands, loaded only when its command is called."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import typer

from truceline.cli import assessing, casebook, folder, intake, reporting

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
for group in (casebook, folder, intake, assessing, reporting):
    group.add_to(app)


def run() -> None:
    """Run the command line; a fault is told in four parts and ends with its own exit code."""
    try:
        app()
    except Exception as fault:
        from truceline.model.errors import TrucelineError

        if not isinstance(fault, TrucelineError):
            raise
        _tell(fault)
        sys.exit(fault.exit_code)


def _tell(fault: TrucelineError) -> None:
    if "--json" in sys.argv:
        sys.stderr.write(json.dumps(fault.as_record(), ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(fault.diagnosis() + "\n")


if __name__ == "__main__":
    run()
