"""Guarantees: who promised whom, how firmly, what sets it off, and which clocks run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from truceline.agreements.guarantees.matrix import Cell as Bond
from truceline.agreements.guarantees.matrix import matrix
from truceline.agreements.guarantees.reasons import HOLDS
from truceline.agreements.guarantees.standing import (
    ClockStanding,
    CriterionStanding,
    DutyCase,
    DutyStanding,
    GuaranteeStanding,
    Holding,
    State,
)
from truceline.model import Ladder, Measure, Result
from truceline.report.commitment_words import CLOCK_STATES, CRITERION_STATES, DUTY_MODES, MEASURES, STAMPS, STEPS
from truceline.report.content import Block, Cell, Column, Heading, Listing, Phrase, Section, Table, plain, sentence
from truceline.report.edition import Edition
from truceline.report.language import msgid
from truceline.report.norm_words import day_words
from truceline.report.object_words import rough_span
from truceline.report.sections.agreed import source_of
from truceline.report.words import RESULTS, word

Part = TypeVar("Part", bound=Hashable)
_TONES = {State.MET: "contested", State.NOT_MET: "undetermined", State.OPEN: "undetermined"}
_DASH = "\N{EN DASH}"


def guarantees(edition: Edition) -> Section | None:
    """The matrix, then each guarantee with ladder, criteria, duties and clocks; nothing where there is none."""
    standings = edition.assessment.guarantees
    if not standings:
        return None
    blocks: list[Block] = [_matrix(edition, standings)]
    for name in dict.fromkeys(one.guarantee for one in standings):
        mine = [one for one in standings if one.guarantee == name]
        title = edition.tongue.say(msgid("Guarantee: {name} (clause {clause})"), name=name, clause=mine[0].clause)
        blocks += [Heading(title, _anchor(name)), _ladder(edition, mine), *_reservations(edition, mine)]
        blocks += [*_criteria(edition, mine), _triggers(edition, mine), *_stamps(edition, mine), _duties(edition, mine)]
    return Section("guarantees", edition.tongue.say(msgid("Guarantees")), tuple(blocks))


def _merged(
    standings: Sequence[GuaranteeStanding], parts: Callable[[GuaranteeStanding], Sequence[Part]]
) -> list[tuple[Part, tuple[GuaranteeStanding, ...]]]:
    """Parts that are alike in several standings, with these."""
    alike: dict[Part, list[GuaranteeStanding]] = {}
    for standing in standings:
        for part in parts(standing):
            alike.setdefault(part, []).append(standing)
    return [(part, tuple(found)) for part, found in alike.items()]


def _of(edition: Edition, standings: Sequence[GuaranteeStanding]) -> Cell:
    """Between whom, and under which readings."""
    takers: dict[str, list[str]] = {}
    for one in standings:
        takers.setdefault(one.beneficiary, []).append(one.guarantor)
    several = len(edition.assessment.agreement.readings) > 1
    readings = edition.readings_named([one.reading for one in standings]) if several else ()
    pairs = (
        f"{edition.tongue.join(tuple(edition.party(giver) for giver in dict.fromkeys(givers)))} "
        f"\N{RIGHTWARDS ARROW} {edition.party(taker)}"
        for taker, givers in takers.items()
    )
    return (*(Phrase(pair) for pair in pairs), *(Phrase(reading, tone="quiet") for reading in readings))


def _anchor(guarantee: str) -> str:
    """Where in the report a guarantee stands."""
    return f"guarantee-{guarantee}"


def _matrix(edition: Edition, standings: Sequence[GuaranteeStanding]) -> Table:
    """Who promised whom, in a word how it stands, and below why, numbered."""
    tongue, made = edition.tongue, matrix(edition.assessment.agreement, standings)
    numbers = _numbered(edition, standings)
    columns = (
        Column(tongue.say(msgid("Guarantor, and to whom")), width=1.4),
        *(Column(edition.party(one)) for one in made.beneficiaries),
    )
    rows = tuple(
        (plain(edition.party(guarantor)), *(_bond(edition, bond, numbers) for bond in bonds))
        for guarantor, bonds in zip(made.guarantors, made.cells, strict=True)
    )
    empty = tongue.say(
        msgid("An empty field means that nothing is promised there; it is shown so that it can be seen.")
    )
    why = (f"({number}) {sentence(reason)}." for reason, number in numbers.items())
    return Table(tongue.say(msgid("Who guarantees whom")), columns, rows, " ".join((*why, empty)))


def _numbered(edition: Edition, standings: Sequence[GuaranteeStanding]) -> dict[str, int]:
    """The reasons why guarantees do not hold, each with the number that stands for it in the matrix."""
    reasons = dict.fromkeys(edition.because(one.holding.because) for one in standings if not _holds(one.holding))
    return {reason: number for number, reason in enumerate(reasons, start=1)}


def _holds(holding: Holding) -> bool:
    return holding.because.template == HOLDS


def _bond(edition: Edition, bond: Bond, numbers: dict[str, int]) -> Cell:
    """The guarantees of one to another by how they stand: in a word, with the number of the reason below."""
    if bond.oneself:
        return plain("\N{MULTIPLICATION SIGN}", "quiet")
    by_standing: dict[str, dict[Phrase, None]] = {}
    for one in bond.standings:
        number = numbers.get(edition.because(one.holding.because))
        name = one.guarantee if number is None else f"{one.guarantee} ({number})"
        by_standing.setdefault(_in_a_word(edition, one.holding), {})[Phrase(name, to=_anchor(one.guarantee))] = None
    said = (
        phrase for standing, names in by_standing.items() for phrase in (Phrase(f"{standing}:", tone="quiet"), *names)
    )
    return tuple(said) or plain(_DASH)


def _in_a_word(edition: Edition, holding: Holding) -> str:
    if holding.void_at is not None:
        return word(edition.tongue, RESULTS, Result.VOID)
    return edition.tongue.say(msgid("holds") if _holds(holding) else msgid("does not hold"))


def _ladder(edition: Edition, standings: Sequence[GuaranteeStanding]) -> Table:
    """How firm each guarantor's commitment is: the day of each step, or a dash where nothing shows it."""
    tongue = edition.tongue
    columns = (
        Column(tongue.say(msgid("Guarantor")), width=1.4),
        *(Column(word(tongue, STEPS, rung)) for rung in Ladder),
    )
    rows: list[tuple[Cell, ...]] = []
    for ladder, _ in _merged(standings, lambda one: (one.ladder,)):
        cells: list[Cell] = []
        for _, step in ladder.steps:
            document = edition.document(step.source) if step else None
            more = (Phrase(edition.own_words(step.note), tone="quiet"),) if step and step.note else ()
            day = Phrase(day_words(edition, step.date), url=document.url if document else "") if step else Phrase(_DASH)
            cells.append((day, *more))
        rows.append((plain(edition.party(ladder.guarantor)), *cells))
    note = tongue.say(msgid("Each step stands on evidence of its own; none is inferred from a higher one."))
    return Table(tongue.say(msgid("How firm the commitment is, step by step")), columns, tuple(rows), note)


def _reservations(edition: Edition, standings: Sequence[GuaranteeStanding]) -> tuple[Block, ...]:
    found = dict.fromkeys(one for standing in standings for one in standing.reservations)
    if not found:
        return ()
    words = msgid("Reservation by {whom}: {text}")
    return (
        Listing(
            tuple(
                (
                    Phrase(
                        edition.tongue.say(words, whom=edition.party(one.guarantor), text=edition.own_words(one.text))
                    ),
                    *source_of(edition, one.source),
                )
                for one in found
            )
        ),
    )


def _criteria(edition: Edition, standings: Sequence[GuaranteeStanding]) -> tuple[Block, ...]:
    tongue = edition.tongue
    found = _merged(standings, lambda one: one.trigger.criteria)
    if not found:
        return ()
    columns = (
        Column(tongue.say(msgid("Criterion")), width=1.6),
        Column(tongue.say(msgid("Between whom")), width=1.8),
        Column(tongue.say(msgid("State")), width=1.0),
        Column(tongue.say(msgid("Measured")), numeric=True, width=1.0),
        Column(tongue.say(msgid("Needed")), numeric=True, width=0.8),
        Column(tongue.say(msgid("Because")), width=2.0),
    )
    rows = tuple(_criterion(edition, one, of) for one, of in found)
    note = tongue.say(msgid("Each criterion is measured by itself; they are never added to one score."))
    return (Table(tongue.say(msgid("Criteria of the trigger")), columns, rows, note),)


def _criterion(edition: Edition, one: CriterionStanding, of: Sequence[GuaranteeStanding]) -> tuple[Cell, ...]:
    tongue = edition.tongue
    measure = word(tongue, MEASURES, one.measure)
    most = "?" if one.high is None else tongue.number(one.high)
    span = tongue.number(one.low) if one.low == one.high else f"{tongue.number(one.low)}{_DASH}{most}"
    return (
        (Phrase(one.id), Phrase(measure, tone="quiet")),
        _of(edition, of),
        (Phrase(word(tongue, CRITERION_STATES, one.state), tone=_TONES[one.state]),),
        plain(_DASH if one.measure is Measure.DETERMINATION else span),
        plain(_DASH if one.needed is None else tongue.number(one.needed)),
        plain(sentence(edition.because(one.because))),
    )


def _triggers(edition: Edition, standings: Sequence[GuaranteeStanding]) -> Listing:
    """What the criteria come to, and since when duties are owed."""
    tongue, items = edition.tongue, []
    for trigger, of in _merged(standings, lambda one: (one.trigger,)):
        since = msgid("owed since: {moment}")
        when = (
            ()
            if trigger.since is None
            else (Phrase(tongue.say(since, moment=tongue.moment(trigger.since)), tone="quiet"),)
        )
        pairs = "; ".join(phrase.text for phrase in _of(edition, of))
        items.append((Phrase(f"{pairs}: {edition.because(trigger.because)}."), *when))
    return Listing(tuple(items))


def _stamps(edition: Edition, standings: Sequence[GuaranteeStanding]) -> tuple[Block, ...]:
    """The time stamps that something on the record gives."""
    tongue = edition.tongue
    found = _merged(standings, lambda one: tuple((s.stamp, s.given) for s in one.stamps if s.given is not None))
    if not found:
        return ()
    columns = (
        Column(tongue.say(msgid("Time stamp"))),
        Column(tongue.say(msgid("Moment ({zone})"), zone=edition.assessment.time_zone), width=1.8),
        Column(tongue.say(msgid("On the record")), width=1.4),
        Column(tongue.say(msgid("Between whom")), width=1.8),
    )
    rows = tuple(
        (
            plain(word(tongue, STAMPS, stamp)),
            plain(tongue.clock(given.at)),
            plain(given.by, "code"),
            _of(edition, of),
        )
        for (stamp, given), of in found
    )
    return (Table(tongue.say(msgid("Time stamps")), columns, rows),)


def _duties(edition: Edition, standings: Sequence[GuaranteeStanding]) -> Table:
    tongue = edition.tongue
    columns = (
        Column(tongue.say(msgid("Duty")), width=1.6),
        Column(tongue.say(msgid("Between whom")), width=1.8),
        Column(tongue.say(msgid("Result")), width=1.3),
        Column(tongue.say(msgid("Clock ({zone})"), zone=edition.assessment.time_zone), width=1.8),
        Column(tongue.say(msgid("Because, and what would change it")), width=2.4),
    )
    rows = tuple(
        row for duty, of in _merged(standings, lambda one: one.duties) for row in _occasions(edition, duty, of)
    )
    return Table(tongue.say(msgid("Duties and their clocks")), columns, rows)


def _occasions(edition: Edition, duty: DutyStanding, of: Sequence[GuaranteeStanding]) -> list[tuple[Cell, ...]]:
    """A row for each occasion on which a duty was owed, or one that says why there is none."""
    asked: Sequence[DutyStanding | DutyCase] = duty.cases or (duty,)
    tongue = edition.tongue
    options = tongue.say(msgid("options: {options}"), options=tongue.join(duty.options)) if duty.options else ""
    mode = f"{word(tongue, DUTY_MODES, duty.mode)} \N{MIDDLE DOT} {duty.clause}"
    rows: list[tuple[Cell, ...]] = []
    for one in asked:
        clock = one.clock if isinstance(one, DutyCase) else None
        request = (
            tongue.say(msgid("asked for: {entry}"), entry=one.request)
            if isinstance(one, DutyCase) and one.request
            else ""
        )
        name = (Phrase(duty.id), *(Phrase(text, tone="quiet") for text in (mode, options, request) if text))
        change = tuple(
            Phrase(tongue.say(msgid("Would change: {reason}"), reason=edition.because(reason)), tone="quiet")
            for reason in one.would_change
        )
        result = Phrase(word(tongue, RESULTS, one.result), tone=one.result.value)
        why = (Phrase(sentence(edition.because(one.because))), *change)
        rows.append((name, _of(edition, of), (result,), _clock(edition, clock), why))
    return rows


def _clock(edition: Edition, clock: ClockStanding | None) -> Cell:
    """How a clock stands: from which stamp, until when, how long still, who may stop it."""
    tongue = edition.tongue
    if clock is None:
        return plain(_DASH)
    said = [Phrase(word(tongue, CLOCK_STATES, clock.state))]
    quiet = []
    if clock.starts is not None:
        quiet.append(tongue.say(msgid("starts with: {stamp}"), stamp=word(tongue, STAMPS, clock.starts)))
    if clock.deadline is not None:
        quiet.append(tongue.say(msgid("over at: {moment}"), moment=tongue.clock(clock.deadline)))
    if clock.left_s is not None:
        words = msgid("time left: {span}") if clock.left_s > 0 else msgid("over for: {span}")
        quiet.append(tongue.say(words, span=rough_span(tongue, abs(clock.left_s))))
    if clock.may_stop:
        whom = tongue.join(tuple(edition.party(one) for one in clock.may_stop))
        quiet.append(tongue.say(msgid("may be stopped by: {whom}"), whom=whom))
    return (*said, *(Phrase(text, tone="quiet") for text in quiet))
