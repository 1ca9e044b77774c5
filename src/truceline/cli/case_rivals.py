"""``case hypothesis``, ``case mark``, ``case hypotheses``: what else it could have been, and what speaks to that."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.case_options import AsOption, BecauseOption, CaseArgument, print_done, room_of
from truceline.cli.options import JsonOption, MissionOption, now, paper, print_json


def add_to(group: typer.Typer) -> None:
    """Add these commands to the group."""
    group.command("hypotheses", short_help="Show the rival explanations of a finding.")(hypotheses)
    group.command("hypothesis", short_help="Keep another explanation with a finding.")(hypothesis)
    group.command("mark", short_help="Say how evidence bears on an explanation.")(mark)


def hypotheses(case: CaseArgument, who: AsOption, mission: MissionOption = Path(), as_json: JsonOption = False) -> None:
    """Show every explanation kept with a finding, the least contradicted first, and the evidence marked on each.

    What is alleged, and that it was staged, an accident or a fault of an instrument, are kept with every finding. One
    that nothing speaks against is open, however much speaks for another. Copies of one origin count once.
    """
    from rich.markup import escape
    from rich.table import Table

    from truceline.mission.case_form import hypotheses_json
    from truceline.mission.case_reading import read_case
    from truceline.model import NotPermitted
    from truceline.verification.rivals import hypotheses_of

    seen = read_case(room_of(mission), who, case, now())
    if seen.person.party:
        raise NotPermitted("a party sees explanations when they are published", where=case, do="ask the mission")
    standings, kept = hypotheses_json(seen.case), hypotheses_of(seen.case)
    marks = [
        {"evidence": one.evidence, "hypothesis": one.hypothesis, "bears": one.bears, "because": one.reason}
        for one in kept.marks
    ]
    if as_json:
        print_json({"hypotheses": standings, "marks": marks, "tells_nothing_apart": kept.tells_nothing_apart()})
        return
    table = Table(title="Explanations", title_justify="left")
    for heading in ("explanation", "in words", "for", "against", ""):
        table.add_column(heading, overflow="fold")
    for one in standings:
        cells = (one["id"], one["words"], str(one["for"]), str(one["against"]), "open" if one["open"] else "")
        table.add_row(*map(escape, cells))
    paper().print(table)
    for told in marks:
        line = f"{told['evidence']} {told['bears']} {told['hypothesis']}: {told['because']}"
        paper().print(line, markup=False, soft_wrap=True)


def hypothesis(
    case: CaseArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A short name for it, such as truck-backfire.")],
    kind: Annotated[
        str,
        typer.Option(
            "--kind", help="staged-by-accuser, accident, instrument-fault, somebody-else or other.", show_default=False
        ),
    ],
    words: Annotated[str, typer.Option("--words", help="The explanation, as its holder would put it.")],
    who: AsOption,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Keep another explanation with a finding. Whoever does has drawn the case up and will not judge it."""
    from truceline.mission.case_acts import act_in
    from truceline.mission.case_deeds import supposing

    print_done(act_in(room_of(mission), who, case, supposing(name, kind, words), now()), as_json=as_json)


def mark(
    case: CaseArgument,
    evidence: Annotated[
        str, typer.Argument(metavar="EVIDENCE", help="What bears on it: an incident, a source, a file.")
    ],
    explanation: Annotated[str, typer.Argument(metavar="HYPOTHESIS", help="Name of the explanation.")],
    bears: Annotated[str, typer.Argument(metavar="BEARS", help="for, against or neither.")],
    because: BecauseOption,
    who: AsOption,
    origin: Annotated[str, typer.Option("--origin", help="What repeats of this evidence share; they count once.")] = "",
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Say how an item of evidence bears on an explanation, and why. A later mark takes the place of an earlier one.

    Whoever does has drawn the case up and will not judge it.
    """
    from truceline.mission.case_acts import act_in
    from truceline.mission.case_deeds import marking

    made = marking(evidence, explanation, bears, because, origin)
    print_done(act_in(room_of(mission), who, case, made, now()), as_json=as_json)
