"""Options several commands share, and the way their answers are printed."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from truceline.model.custody import Handling

_PAPER_WIDTH = 140
"""Columns of a table that goes to a file or a pipe."""

MissionOption = Annotated[Path, typer.Option("--mission", "-m", help="The mission folder.", show_default="here")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]
ByOption = Annotated[
    str, typer.Option("--as", help="Who acts, for the chain of custody; 'not-named' stands there when left out.")
]
LanguageOption = Annotated[str, typer.Option("--lang", help="Language of the report: en, de, uk or ru.")]


def now() -> datetime:
    """The clock. It is read here, at the edge, and nowhere else."""
    return datetime.now(UTC)


def handling(by: str, purpose: str) -> Handling:
    """Who handles evidence, what for, and when: now."""
    from truceline.model.custody import NOT_NAMED, Handling

    return Handling(by or NOT_NAMED, purpose, now())


def print_json(record: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def paper() -> Console:
    """Where tables for people go: standard output."""
    from rich.console import Console

    # Names of files and words of observers are printed as they are: ":fire:" in one of them is no picture.
    console = Console(highlight=False, emoji=False)
    return console if console.is_terminal else Console(highlight=False, emoji=False, width=_PAPER_WIDTH)


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress display on standard error, gone when the work is done."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        yield shown


def check_language(language: str) -> None:
    """Raise :class:`UsageFault` for a language there is no report in, before anything is worked out."""
    from truceline.report.language import check_language as check

    check(language)


def beside_mission(command: str, mission: Path) -> str:
    """A command to type next, with the mission it is for where that is not the folder one stands in.

    >>> beside_mission("truceline fuse", Path("river-truce")), beside_mission("truceline fuse", Path())
    ('truceline fuse --mission river-truce', 'truceline fuse')
    """
    return command if mission == Path() else f"{command} --mission {shlex.quote(str(mission))}"
