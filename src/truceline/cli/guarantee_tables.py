"""Guarantees as the desk of a guarantor reads them: matrix, triggers, time stamps, duties with clocks, the ladder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from rich.markup import escape
from rich.table import Table

from truceline.agreements.guarantees.matrix import Cell
from truceline.agreements.guarantees.standing import (
    ClockStanding,
    CriterionStanding,
    DutyStanding,
    Given,
    GuaranteeStanding,
)
from truceline.cli.commitment_tables import actor_names, head_told, left_told, merged, moment_told
from truceline.mission.commitments import Commitments
from truceline.model import Agreement, Ladder, zone

_NOTHING = "nothing"


def guarantees_told(found: Commitments, agreement: Agreement, time_zone: str) -> list[Table | str]:
    """Every table in order; or the matrix alone, all of it empty, where nothing is promised."""
    here, names = zone(time_zone), actor_names(agreement)
    told: list[Table | str] = [head_told(found, time_zone), _matrix(found, names)]
    if not found.guarantees:
        return [*told, "no guarantee: the agreement promises nobody anything"]
    told += [
        _triggers(found, names, here),
        _stamps(found, names, here),
        _duties(found, names, here),
        _ladders(found.guarantees, names),
    ]
    return [*told, *map(escape, _further(found.guarantees, names))]


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in headings:
        table.add_column(escape(heading), overflow="fold")
    return table


def _matrix(found: Commitments, names: dict[str, str]) -> Table:
    """Rows promise, columns are promised to; an empty cell says that nothing is."""
    columns = [f"to {names.get(one, one)}" for one in found.matrix.beneficiaries]
    table = _table("Who guarantees whom", "guarantor", *columns)
    for guarantor, row in zip(found.matrix.guarantors, found.matrix.cells, strict=True):
        table.add_row(escape(names.get(guarantor, guarantor)), *(escape(_cell(cell)) for cell in row))
    return table


def _cell(cell: Cell) -> str:
    if cell.oneself:
        return "-"
    told = dict.fromkeys(f"{one.guarantee}: {_standing(one)}" for one in cell.standings)
    return "\n".join(told) or _NOTHING


def _standing(one: GuaranteeStanding) -> str:
    """In a word: void, not in force, or how its trigger stands."""
    if one.holding.void_at is not None:
        return "void"
    return "not in force" if one.holding.window is None else f"trigger {one.trigger.state.value}"


def _trigger_state(one: GuaranteeStanding) -> str:
    """How the trigger stands; before the guarantee is in force that says nothing of any attack."""
    return "not in force" if one.holding.window is None else one.trigger.state.value


def _triggers(found: Commitments, names: dict[str, str], here: tzinfo) -> Table:
    """Each criterion by itself; the same for several guarantors is told once."""
    table = _table("Triggers", "guarantee", "to", "reading", "criterion", "measured", "state", "because, and met by")
    rows: dict[tuple[str, ...], None] = {}
    for one in found.guarantees:
        where = (one.guarantee, names.get(one.beneficiary, one.beneficiary), one.reading)
        for criterion in one.trigger.criteria:
            told = (criterion.id, _measured(criterion), criterion.state.value, _met_by(criterion, here))
            rows[*where, *told] = None
        trigger = one.trigger
        findings = [("provisional", trigger.provisional), ("confirmed", trigger.confirmed)]
        since = [f"{name} {given_told(given, here)}" for name, given in findings if given is not None]
        because = "\n".join((str(trigger.because), *since))
        rows[*where, "the trigger", "", _trigger_state(one), because] = None
    for row in merged(list(rows), 2, found.readings):
        table.add_row(*map(escape, row))
    return table


def _measured(one: CriterionStanding) -> str:
    high = "open" if one.high is None else f"{one.high:g}"
    figure = f"{one.low:g}" if high == f"{one.low:g}" else f"{one.low:g} to {high}"
    if one.measure.value == "determination":
        return one.measure.value
    return f"{figure} of {'?' if one.needed is None else f'{one.needed:g}'} {one.measure.value}"


def _met_by(one: CriterionStanding, here: tzinfo) -> str:
    since = f", since {moment_told(one.met_at, here)}" if one.met_at is not None else ""
    rests = [*one.findings, *one.entries, *(f"incident {incident}" for incident in one.incidents[:3])]
    more = f"further incidents: {one.incidents_in_all - 3}" if one.incidents_in_all > 3 else ""
    return "\n".join(part for part in (f"{one.because}{since}", *rests, more) if part)


def given_told(given: Given | None, here: tzinfo) -> str:
    """A moment with what gave it."""
    return "-" if given is None else f"{moment_told(given.at, here)} ({given.by})"


def _stamps(found: Commitments, names: dict[str, str], here: tzinfo) -> Table:
    """The six time stamps of each case, kept apart, each with what gave it."""
    stamps = [one.stamp.value for one in found.guarantees[0].stamps]
    table = _table("Time stamps", "guarantee", "by", "to", "reading", *stamps)
    rows = [(*_whose(one, names), *(given_told(stamp.given, here) for stamp in one.stamps)) for one in found.guarantees]
    return _filled(table, rows, found)


def _whose(one: GuaranteeStanding, names: dict[str, str]) -> tuple[str, ...]:
    """Guarantee, guarantor, beneficiary and reading."""
    return one.guarantee, *(names.get(actor, actor) for actor in (one.guarantor, one.beneficiary)), one.reading


def _filled(table: Table, rows: Sequence[tuple[str, ...]], found: Commitments) -> Table:
    """Rows that differ in the reading or in the guarantor only are told once."""
    for row in merged(merged(rows, 3, found.readings), 1):
        table.add_row(*map(escape, row))
    return table


def _duties(found: Commitments, names: dict[str, str], here: tzinfo) -> Table:
    """Each duty with its result; under it each clock: until when, and who may stop it."""
    table = _table("Duties and clocks", "duty", "by", "to", "reading", "mode", "result", "clock", "because")
    rows = []
    for one in found.guarantees:
        guarantee, *whose = _whose(one, names)
        for duty in one.duties:
            clocks = "\n".join(_clocks(duty, names, here)) or "no time limit"
            rows.append(
                (f"{guarantee}/{duty.id}", *whose, duty.mode, duty.result.value, clocks, _why(duty)),
            )
    return _filled(table, rows, found)


def _clocks(duty: DutyStanding, names: dict[str, str], here: tzinfo) -> Iterator[str]:
    """Each clock; or the time limit as the text has it, where nothing started one."""
    if not duty.cases and duty.clock is not None:
        yield _clock(duty.clock, names, here)
    for case in duty.cases:
        if case.clock is not None:
            yield (f"{case.request}: " if case.request else "") + _clock(case.clock, names, here)


def _clock(clock: ClockStanding, names: dict[str, str], here: tzinfo) -> str:
    """One clock on a line or a few."""
    starts = "the text does not say what starts it" if clock.starts is None else f"starts with {clock.starts.value}"
    parts = [f"{clock.state.value}, {clock.text}, {starts}"]
    if clock.started is not None and clock.deadline is not None:
        left = "" if clock.left_s is None else f", {left_told(clock.left_s)}"
        parts.append(f"from {given_told(clock.started, here)} until {moment_told(clock.deadline, here)}{left}")
    if clock.stopped is not None:
        parts.append(f"by {names.get(clock.stopped_by, clock.stopped_by)} at {given_told(clock.stopped, here)}")
    if clock.refused:
        parts.append(f"stopped nothing, by one who may not: {', '.join(clock.refused)}")
    may = ", ".join(names.get(one, one) for one in clock.may_stop)
    parts.append(f"may be stopped by: {may or 'nobody the text names'}")
    return "; ".join(parts)


def _why(duty: DutyStanding) -> str:
    used = [f"{option} ({given.by})" for option, given in duty.used]
    told = [str(duty.because)]
    if duty.mode != "must":
        told.append(f"options: {', '.join(duty.options) or 'any'}; used: {', '.join(used) or 'none'}")
    if duty.outside:
        told.append(f"none of the options: {', '.join(duty.outside)}")
    return "\n".join(told)


def _ladders(standings: Sequence[GuaranteeStanding], names: dict[str, str]) -> Table:
    """Each step with the day of its evidence; a step below the highest that nothing shows is missing."""
    table = _table("How firm: evidence for each step", "guarantee", "guarantor", *(step.value for step in Ladder))
    rows: dict[tuple[str, ...], None] = {}
    for one in standings:
        missing = one.ladder.missing
        cells = tuple(
            f"{shown.date} ({shown.source})" if shown is not None else "missing" if step in missing else "-"
            for step, shown in one.ladder.steps
        )
        rows[one.guarantee, names.get(one.guarantor, one.guarantor), *cells] = None
    for row in merged(list(rows), 1):
        table.add_row(*map(escape, row))
    return table


def _further(standings: Sequence[GuaranteeStanding], names: dict[str, str]) -> list[str]:
    """Reservations beside their guarantors, and what the text leaves open."""
    told: dict[str, None] = {}
    for one in standings:
        who = names.get(one.guarantor, one.guarantor)
        for reserved in one.reservations:
            told[f"reservation of {who} to {one.guarantee}: {reserved.text} ({reserved.source})"] = None
        for entry in one.reserved_since:
            told[f"reservation of {who} to {one.guarantee}, entered since: {entry}"] = None
    for one in standings:
        for gap in one.gaps:
            told[f"open in the text of {one.guarantee}: {gap}"] = None
    return list(told)
