"""``review``: grading one exact revision of a finding, before seeing how another graded it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.case_options import (
    AsOption,
    BecauseOption,
    CaseArgument,
    WordsOption,
    acts_table,
    as_local,
    print_done,
    print_told,
    room_of,
)
from truceline.cli.options import JsonOption, MissionOption, now, paper, print_json


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Grade one exact revision of a finding, before seeing how another graded it.",
    )
    group.command("list", short_help="List what waits for one's judgement.")(list_)
    group.command("grade", short_help="Grade the revision a case is about.")(grade)
    group.command("show", short_help="Show how it was graded, once enough did.")(show)
    group.command("dissent", short_help="Put on record that one holds otherwise.")(dissent)
    app.add_typer(group, name="review", short_help="Judge a finding with four eyes.")


def list_(who: AsOption, mission: MissionOption = Path(), as_json: JsonOption = False) -> None:
    """List the revisions that wait for one's judgement: those one may grade and has not."""
    from truceline.cli.options import beside_mission
    from truceline.mission.case_reading import read_cases
    from truceline.verification.showing import could_grade

    room = room_of(mission)
    found = read_cases(room, who, now())
    waiting = [one.case for one in found.cases if could_grade(one.scene, one.person, one.case)]
    if as_json:
        told = [{"case": one.id, "finding": one.finding.id, "revision": one.finding.sha256} for one in waiting]
        print_json({"waiting": told})
        return
    print_told(found, room, room.people.person(who).party)
    for one in waiting:
        paper().print(f"{one.id}: {one.finding.id}", markup=False, soft_wrap=True)
        paper().print(f"  revision {one.finding.sha256}", markup=False, soft_wrap=True)
        command = beside_mission(f"truceline explain {one.finding.id}", mission)
        paper().print(f"  read it: {command}", markup=False, soft_wrap=True)
    if not waiting:
        paper().print("nothing waits for your judgement")


def grade(
    case: CaseArgument,
    revision: Annotated[str, typer.Option("--revision", help="Hash of what you read, 16 digits at least.")],
    outcome: Annotated[str, typer.Option("--outcome", help="The finding it comes to, such as confirmed.")],
    source: Annotated[str, typer.Option("--source", help="How reliable the sources are, A to F.")],
    item: Annotated[str, typer.Option("--item", help="How credible what they say is, 1 to 6.")],
    confidence: Annotated[str, typer.Option("--confidence", help="low, moderate or high.")],
    because: BecauseOption,
    who: AsOption,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Grade the exact revision a case is about, once, before seeing how another graded it.

    Authors and collectors of what is judged cannot, nor whoever was shown another's grade. The software refuses no
    opinion: a change of mind is put on record with 'truceline review dissent'.
    """
    from truceline.mission.case_acts import act_in
    from truceline.mission.case_deeds import Judged, grading

    make = grading(Judged(revision, outcome, source, item, confidence, because))
    print_done(act_in(room_of(mission), who, case, make, now()), as_json=as_json)


def show(
    case: CaseArgument,
    who: AsOption,
    give_up: Annotated[
        bool, typer.Option("--give-up-grading", help="See the grades of others and grade this revision no more.")
    ] = False,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Show how a revision was graded: one's own grade at once, others' when enough graded and one cannot any more.

    Whoever could still grade it sees the others' grades only with --give-up-grading, which is put on record.
    """
    from truceline.mission.case_acts import act_in
    from truceline.mission.case_deeds import showing
    from truceline.mission.case_form import case_json
    from truceline.mission.case_reading import read_case

    room = room_of(mission)
    if give_up:
        act_in(room, who, case, showing(), now())
    record = case_json(read_case(room, who, case, now()))
    grades = [act for act in record["acts"] if act["act"] in ("grade", "dissent")]
    if as_json:
        print_json({"case": case, "review": record.get("review"), "acts": grades})
        return
    review = record.get("review", {"graded": 0, "quorum": 0, "sealed": True})
    sealed = (
        "; those of others are sealed for you" if review["sealed"] else f"; agreed: {review['agreed'] or 'nothing'}"
    )
    paper().print(f"{review['graded']} of {review['quorum']} graded it{sealed}", markup=False, soft_wrap=True)
    paper().print(acts_table(as_local(grades, room)))


def dissent(
    case: CaseArgument,
    words: WordsOption,
    who: AsOption,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Put on record that one holds otherwise. It stays beside the finding for good."""
    from truceline.mission.case_acts import act_in
    from truceline.mission.case_deeds import dissenting

    print_done(act_in(room_of(mission), who, case, dissenting(words), now()), as_json=as_json)
