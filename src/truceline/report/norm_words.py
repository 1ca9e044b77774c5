"""What a norm concerns, where and when it binds and on which terms, in the reader's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from truceline.agreements.deeds import WITHDRAWALS
from truceline.agreements.register import UNNAMED
from truceline.model import (
    AllOf,
    AnyOf,
    CountLimit,
    Everywhere,
    InBand,
    InCorridor,
    InZone,
    LineTerms,
    MomentTerm,
    Norm,
    NormKind,
    Outside,
    Requirement,
    Side,
    Where,
    lines_in,
)
from truceline.model.norms import EACH_PARTY, Mode
from truceline.report.agreement_words import MODES, REQUIRED
from truceline.report.content import Cell, Phrase, plain, sentence
from truceline.report.edition import Edition
from truceline.report.language import Tongue, msgid
from truceline.report.object_words import DAY_S, act_words, distance, span
from truceline.report.words import word

_SIDES = {
    Side.OWN: msgid("{band} from {line}, on the side of whoever is bound"),
    Side.OWN_ONLY: msgid("{band} from {line}, on the side of whoever is bound"),
    Side.OWN_AND_BEYOND: msgid("{band} from {line}, on the side of whoever is bound, and everything in front of it"),
    Side.OTHER: msgid("{band} from {line}, on the other side"),
    Side.BOTH: msgid("{band} from {line}, on both sides"),
}
_AT_MOST = {
    "moment": msgid("at most, at one time: {n}"),
    "day": msgid("at most, on each day: {n}"),
    "window": msgid("at most, altogether: {n}"),
}
_AT_LEAST = {
    "moment": msgid("at least, at any time: {n}"),
    "day": msgid("at least, on each day: {n}"),
    "window": msgid("at least, altogether: {n}"),
}


def place(edition: Edition, norm: Norm) -> Cell:
    """Where a norm binds, and of each line its version, day and accuracy; a withdrawal leads out of there."""
    details = tuple(_drawn(edition, line) for line in lines_in(norm.where))
    said = _left(edition, norm.where) if norm.act in WITHDRAWALS else places(edition, norm.where)
    return (*(Phrase(text) for text in said), *(Phrase(text, tone="quiet") for text in details))


def _left(edition: Edition, where: Where) -> tuple[str, ...]:
    """What a withdrawal leaves empty."""
    tongue, said = edition.tongue, places(edition, where)
    match where:
        case Everywhere():
            return said
        case InBand():
            return tuple(_band(edition, where, party, line, left=True) for party, line in where.lines)
        case InZone(zone, 0.0):
            return (tongue.say(msgid("out of {zone}"), zone=zone),)
        case _:
            return (tongue.say(msgid("out of all that lies here: {places}"), places="; ".join(said)),)


def places(edition: Edition, where: Where) -> tuple[str, ...]:
    """A place in words, one text for each line it is told by."""
    if isinstance(where, InBand):
        return tuple(_band(edition, where, party, line) for party, line in where.lines)
    tongue = edition.tongue
    match where:
        case InZone(zone, within_m):
            near = msgid("in {zone} or within {distance} of it")
            said = tongue.say(near, zone=zone, distance=distance(tongue, within_m)) if within_m else zone
        case InCorridor(line, width_m):
            said = tongue.say(msgid("within {distance} of {line}"), distance=distance(tongue, width_m / 2), line=line)
        case Outside(of):
            said = tongue.say(msgid("not in: {places}"), places=_joined(edition, (of,)))
        case AllOf(parts):
            said = tongue.say(msgid("in each of: {places}"), places=_joined(edition, parts))
        case AnyOf(parts):
            said = tongue.say(msgid("in any of: {places}"), places=_joined(edition, parts))
        case _:
            said = tongue.say(msgid("everywhere"))
    return (said,)


def _joined(edition: Edition, parts: Sequence[Where]) -> str:
    """Places inside another one, in brackets where their words could be read as the other's."""
    return "; ".join(_within(part, text) for part in parts for text in places(edition, part))


def _within(part: Where, text: str) -> str:
    simple = isinstance(part, Everywhere | InBand | InCorridor) or (isinstance(part, InZone) and not part.within_m)
    return text if simple else f"({text})"


def _band(edition: Edition, where: InBand, party: str, line: str, *, left: bool = False) -> str:
    tongue = edition.tongue
    far = distance(tongue, where.far_m)
    near = tongue.number(where.near_m / 1000.0 if where.far_m >= 1000.0 else where.near_m)
    said = tongue.say(_SIDES[where.side], band=f"{near}\N{EN DASH}{far}", line=line)
    said = tongue.say(msgid("out of the strip: {strip}"), strip=said) if left else said
    return said if party == EACH_PARTY else f"{edition.party(party)}: {said}"


def _drawn(edition: Edition, line: str) -> str:
    terms = next((one for one in edition.assessment.agreement.lines if one.id == line), None)
    return line if terms is None else line_drawn(edition, terms)


def line_drawn(edition: Edition, line: LineTerms) -> str:
    """A line with its version, the day it stands for and its accuracy, or that the mission has still to draw it."""
    tongue = edition.tongue
    if line.slot:
        return tongue.say(msgid("{line}: still to be drawn by the mission"), line=line.id)
    parts = (
        tongue.say(msgid("version {version}"), version=line.version) if line.version else "",
        day_words(edition, line.date),
        tongue.say(msgid("accurate to {distance}"), distance=distance(tongue, line.accuracy_m)),
    )
    return f"{line.id}: {'; '.join(part for part in parts if part)}"


def moment(tongue: Tongue, term: MomentTerm) -> str:
    """A moment as the text gives it: the date and hour, or so long after a named event."""
    if term.at is not None:
        return tongue.moment(term.at)
    length = span(tongue, abs(term.days) * DAY_S + abs(term.seconds))
    sign = "\N{MINUS SIGN}" if term.days < 0 or term.seconds < 0 else "+"
    event = event_name(term.event)
    return f"{event} {sign} {length}" if length else event


def event_name(event: str) -> str:
    """A named moment as a reader meets it.

    >>> event_name("ceasefire-in-force"), event_name("d-day")
    ('ceasefire in force', 'd-day')
    """
    return re.sub(r"(?<=[^\W_]{2})-", " ", event)


def terms(edition: Edition, norm: Norm) -> Cell:
    """When and on which terms a norm binds; nothing for one that binds throughout the window without any."""
    tongue = edition.tongue
    said = (
        *((word(tongue, MODES, norm.mode),) if norm.kind is NormKind.OBLIGE else ()),
        *when(edition, norm),
        *((limit(edition, norm.count),) if norm.count else ()),
        *_named(tongue, msgid("only once achieved: {norms}"), norm.after),
        *_named(tongue, msgid("goes before: {norms}"), norm.overrides),
        *_conditions(edition, norm),
        *(tongue.say(msgid("void after: {what}"), what=requirement(edition, required)) for required in norm.void_if),
        *((tongue.say(msgid("phase: {phase}"), phase=edition.own_words(norm.phase)),) if norm.phase else ()),
    )
    return tuple(Phrase(sentence(text)) for text in said)


def _named(tongue: Tongue, words: str, norms: tuple[str, ...]) -> tuple[str, ...]:
    return (tongue.say(words, norms=tongue.join(norms)),) if norms else ()


def when(edition: Edition, norm: Norm) -> tuple[str, ...]:
    """From when until when a norm binds, or by when its deed is owed; nothing for the whole window."""
    tongue = edition.tongue
    deadline = norm.kind is NormKind.OBLIGE and norm.mode is not Mode.MAINTENANCE
    until = msgid("by {moment}") if deadline else msgid("until {moment}")
    start = () if norm.start is None else (tongue.say(msgid("from {moment}"), moment=moment(tongue, norm.start)),)
    if norm.until is not None:
        return (*start, tongue.say(until, moment=moment(tongue, norm.until)))
    return (*start, tongue.say(msgid("no deadline in the text"))) if deadline else start


def limit(edition: Edition, limited: CountLimit) -> str:
    """How many are allowed or needed, and over which time."""
    words, number = (_AT_LEAST, limited.at_least) if limited.at_most is None else (_AT_MOST, limited.at_most)
    said = "\N{EN DASH}" if number is None else edition.tongue.number(number)
    unit = f" ({edition.own_words(limited.unit)})" if limited.unit else ""
    return edition.tongue.say(words[limited.per], n=said + unit)


def _conditions(edition: Edition, norm: Norm) -> tuple[str, ...]:
    """The requirements of a permission, numbered in the order of the text."""
    told = tuple(requirement(edition, required) for required in norm.requires)
    if not told:
        return ()
    return (edition.tongue.say(msgid("only with:")), *(f"{n}. {text}" for n, text in enumerate(told, start=1)))


def requirement(edition: Edition, required: Requirement) -> str:
    """What must stand in the register, or have been seen, and by whom, about what and when."""
    tongue = edition.tongue
    what = word(tongue, REQUIRED, required.entry) if required.entry else act_words(tongue, required.act)
    ahead, within = required.ahead_s, required.within_s
    parts = (
        _by_whom(edition, required.by),
        tongue.say(msgid("to {whom}"), whom=_whom(edition, required.to)) if required.to else "",
        tongue.say(msgid("on {subject}"), subject=required.subject) if required.subject else "",
        tongue.say(msgid("at least {span} before"), span=span(tongue, ahead)) if ahead else "",
        tongue.say(msgid("at most {span} before"), span=span(tongue, within)) if within else "",
        _nearness(edition, required) if required.act else "",
    )
    return ", ".join((what, *(part for part in parts if part)))


def _by_whom(edition: Edition, by: tuple[str, ...]) -> str:
    """Who must have done it: nothing for anybody, and for a null that nobody is named."""
    if by == (UNNAMED,):
        return edition.tongue.say(msgid("by whom, the text does not say"))
    return edition.tongue.say(msgid("by {whom}"), whom=_whom(edition, by)) if by else ""


def _nearness(edition: Edition, required: Requirement) -> str:
    """How near an act seen must have been, or that the text does not ask where it was."""
    if required.near_m is None:
        return edition.tongue.say(msgid("wherever it was"))
    return edition.tongue.say(msgid("at most {distance} away"), distance=distance(edition.tongue, required.near_m))


def _whom(edition: Edition, ids: tuple[str, ...]) -> str:
    words = {"same": msgid("whoever acts"), "other": msgid("another party")}
    named = (edition.tongue.say(words[one]) if one in words else edition.party(one) for one in ids)
    return edition.tongue.join(tuple(named))


def day_words(edition: Edition, day: str) -> str:
    """A calendar day as the file gives it, in full."""
    return edition.tongue.full_date(date.fromisoformat(day)) if day else ""


def dash(cell: Cell) -> Cell:
    """The cell, or a dash where it says nothing."""
    return cell or plain("\N{EN DASH}")
