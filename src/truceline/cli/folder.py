"""``new``: making a mission folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.options import JsonOption, paper, print_json


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command("new", short_help="Make a mission folder.")(new)


def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    case: Annotated[str, typer.Option("--case", help="Start from a case of the casebook.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Make a mission folder, with an example agreement or from a case of the casebook.

    Edit 'mission.toml' and the file in 'agreements/', then: truceline ingest, fuse, assess,
    report.
    """
    from truceline.mission.folder import new_mission

    mission = new_mission(folder, case)
    if as_json:
        print_json({"mission": str(mission.root), "agreement": mission.agreement.id})
    else:
        text = f"made {mission.root} with the agreement {mission.agreement.id}\nnext: truceline ingest --help"
        paper().print(text, markup=False, soft_wrap=True)
