"""``obligations`` and ``guarantees``: what is owed and promised, at any moment the information reaches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truceline.cli.options import JsonOption, MissionOption, paper, print_json, progress

if TYPE_CHECKING:
    from truceline.mission.commitments import Commitments
    from truceline.mission.folder import Mission

AsOfOption = Annotated[
    str,
    typer.Option("--as-of", help="The moment, ISO 8601; nothing later is used. The mission's own when left out."),
]
ReadingOption = Annotated[str, typer.Option("--reading", help="One reading only; all of them when left out.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command("obligations", short_help="List what is due, running, overdue and done.")(obligations)
    app.command("guarantees", short_help="Show who promised whom what, and which clocks run.")(guarantees)


def obligations(
    as_of: AsOfOption = "", reading: ReadingOption = "", mission: MissionOption = Path(), as_json: JsonOption = False
) -> None:
    """List every obligation at a moment, the earliest deadline first: of the text, and of guarantors.

    'truceline obligations --as-of 2031-04-20T12:00+03:00'. Overdue is no breach: silence proves nothing.
    """
    from truceline.cli.commitment_tables import obligations_told

    opened, found = _found(mission, as_of, reading)
    if as_json:
        from truceline.mission.commitments_form import obligations_json

        print_json(obligations_json(found))
        return
    for told in obligations_told(found, opened.agreement, opened.settings.time_zone):
        paper().print(told, soft_wrap=isinstance(told, str))


def guarantees(
    as_of: AsOfOption = "", reading: ReadingOption = "", mission: MissionOption = Path(), as_json: JsonOption = False
) -> None:
    """Show every guarantee at a moment: who promised whom what, triggers, time stamps, clocks, duties and the ladder.

    'truceline guarantees --as-of 2031-04-20T12:00+03:00'. Empty cells of the matrix are shown. An option that nobody
    used is never a breach.
    """
    from truceline.cli.guarantee_tables import guarantees_told

    opened, found = _found(mission, as_of, reading)
    if as_json:
        from truceline.mission.commitments_form import guarantees_json

        print_json(guarantees_json(found))
        return
    for told in guarantees_told(found, opened.agreement, opened.settings.time_zone):
        paper().print(told, soft_wrap=isinstance(told, str))


def _found(mission: Path, as_of: str, reading: str) -> tuple[Mission, Commitments]:
    from truceline.mission.commitments import commitments
    from truceline.mission.folder import open_mission

    opened = open_mission(mission)
    with progress() as shown:
        shown.add_task("working out what is owed", total=None)
        return opened, commitments(opened, as_of, reading)
