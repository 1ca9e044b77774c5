"""``grade`` and ``grades``: how far a source is to be relied on, and how credible what it says is, given blind."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.case_options import AsOption, BecauseOption, room_of
from truceline.cli.options import JsonOption, MissionOption, now, paper, print_json


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command("grade", short_help="Grade a source A to F, or one item of it 1 to 6.")(grade)
    app.command("grades", short_help="Show the grades of sources and items one may see.")(grades)


def grade(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Id of the source.")],
    letter: Annotated[str, typer.Argument(metavar="GRADE", help="A to F for the source, 1 to 6 for an item of it.")],
    because: BecauseOption,
    who: AsOption,
    item: Annotated[str, typer.Option("--item", help="The item that is graded; the source itself when left out.")] = "",
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Grade a source by how far it is to be relied on, or with --item how credible one thing it says is.

    The two are given apart, since a good source can be wrong and a bad one right, and before one sees how others
    graded. A to E and 1 to 5 go from the best down; F and 6 say that nobody can judge. A later grade of one's own takes
    the place of an earlier one. No grade moves a finding: the evidence standard counts independent channels.
    """
    from truceline.mission.source_grades import Typed, grade_source

    made = grade_source(room_of(mission), who, Typed(source, letter, because, item), now())
    if as_json:
        print_json({"subject": made.subject, "scale": made.scale, "grade": made.grade, "by": made.by})
        return
    paper().print(f"{made.subject}: {made.scale} {made.grade}", markup=False, soft_wrap=True)


def grades(who: AsOption, mission: MissionOption = Path(), as_json: JsonOption = False) -> None:
    """Show grades of sources and items: one's own, and others' of what one has graded oneself.

    The letter others gave a source shows only when one has graded every item of it that anybody graded. Of several the
    most cautious stands.
    """
    from rich.markup import escape
    from rich.table import Table

    from truceline.mission.source_grades import read_grades

    found = read_grades(room_of(mission), who, now())
    if as_json:
        told = [
            {
                "subject": one.subject,
                "scale": one.scale,
                "grade": one.together.grade,
                "apart": one.together.apart,
                "by": one.together.by,
                "reasons": [{"by": made.by, "grade": made.grade, "because": made.reason} for made in one.gradings],
            }
            for one in found
        ]
        print_json({"grades": told})
        return
    table = Table(title="Grades", title_justify="left")
    for heading in ("of", "scale", "grade", "by", ""):
        table.add_column(heading, overflow="fold")
    for one in found:
        apart = "they differ" if one.together.apart else ""
        table.add_row(*map(escape, (one.subject, one.scale, one.together.grade, ", ".join(one.together.by), apart)))
    paper().print(table if found else "nothing that you may see was graded")
