"""What a reading has in another way than the text beside it: of which norm, moment or guarantee, now and before."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from truceline.model import Guarantee, Norm, Reading
from truceline.report.agreement_words import MODES
from truceline.report.commitment_words import DUTY_MODES, STAMPS
from truceline.report.content import Cell, Phrase, plain
from truceline.report.edition import Edition, anchor
from truceline.report.language import msgid
from truceline.report.norm_words import event_name, limit, moment, places, requirement, when
from truceline.report.object_words import DAY_S, act_words, object_words, span
from truceline.report.words import NORM_KINDS, word

_Told = Callable[[Edition, Norm], str]


def changes(edition: Edition, reading: Reading) -> Cell:
    """Each point this reading has in another way, in words, and what stands in its place without it."""
    said: dict[Phrase, Cell] = {}
    for path, value in reading.changes:
        kind, name, key = path.split(".", 2)
        heading, now, before = _TELLING[kind](edition, reading, name, key)
        said[heading] = _turned(edition, now or edition.own_words(value), before)
    return tuple(phrase for heading, cell in said.items() for phrase in (heading, *cell))


def _turned(edition: Edition, now: str, before: str) -> Cell:
    if not before or before == now:
        return plain(now)
    return (Phrase(now), Phrase(edition.tongue.say(msgid("instead of: {what}"), what=before), tone="quiet"))


def _of_norm(edition: Edition, reading: Reading, name: str, key: str) -> tuple[Phrase, str, str]:
    agreement = edition.assessment.agreement
    before = next(norm for norm in agreement.norms if norm.id == name)
    now = next(norm for norm in agreement.norms_in(reading) if norm.id == name)
    aspect, told = _ASPECTS.get(key.split(".", maxsplit=1)[0], (key, None))
    heading = _heading(edition, before, edition.tongue.say(aspect))
    return (heading, told(edition, now), told(edition, before)) if told else (heading, "", "")


def _heading(edition: Edition, norm: Norm, aspect: str) -> Phrase:
    """A norm by what it says and its id, and the aspect of it."""
    return Phrase(f"{edition.kind_and_act(norm)} \N{EN DASH} {norm.id}, {aspect}:", tone="quiet", to=anchor(norm))


def _where(edition: Edition, norm: Norm) -> str:
    return "; ".join(places(edition, norm.where))


def _when(edition: Edition, norm: Norm) -> str:
    return ", ".join(when(edition, norm)) or edition.tongue.say(msgid("throughout the window"))


def _what(edition: Edition, norm: Norm) -> str:
    return "; ".join(object_words(edition.tongue, norm.object)) or edition.tongue.say(msgid("whatever it is done with"))


def _text(edition: Edition, norm: Norm) -> str:
    named = {one.id: one.title(edition.tongue.language) for one in edition.assessment.agreement.instruments}
    return named.get(norm.instrument, norm.instrument)


def _only_with(edition: Edition, norm: Norm) -> str:
    return "; ".join(requirement(edition, one) for one in norm.requires) or edition.tongue.say(msgid("no condition"))


def _who(edition: Edition, norm: Norm) -> str:
    return edition.tongue.join(tuple(edition.party(one) for one in edition.assessment.agreement.bound_by(norm)))


_ASPECTS: Mapping[str, tuple[str, _Told]] = {
    "where": (msgid("where"), _where),
    "when": (msgid("when"), _when),
    "object": (msgid("with or against what"), _what),
    "count": (msgid("how many"), lambda edition, norm: limit(edition, norm.count) if norm.count else ""),
    "act": (msgid("act"), lambda edition, norm: act_words(edition.tongue, norm.act)),
    "kind": (msgid("kind"), lambda edition, norm: word(edition.tongue, NORM_KINDS, norm.kind)),
    "mode": (msgid("how it is owed"), lambda edition, norm: word(edition.tongue, MODES, norm.mode)),
    "clause": (msgid("clause"), lambda _edition, norm: norm.clause),
    "instrument": (msgid("text it stands in"), _text),
    "requires": (msgid("only with"), _only_with),
    "who": (msgid("who is bound"), _who),
}
"""What may be changed of a norm: its name in words, and how it is told. Any other key stays as it was written."""


def _of_moment(edition: Edition, reading: Reading, name: str, _: str) -> tuple[Phrase, str, str]:
    agreement = edition.assessment.agreement
    ats = [
        next((event.at for event in events if event.id == name), None)
        for events in (agreement.events_in(reading), agreement.events)
    ]
    now, before = ("" if at is None else moment(edition.tongue, at) for at in ats)
    heading = edition.tongue.say(msgid("moment {name}:"), name=event_name(name))
    return Phrase(heading, tone="quiet"), now, before or edition.tongue.say(msgid("what the register says"))


def _of_guarantee(edition: Edition, reading: Reading, name: str, key: str) -> tuple[Phrase, str, str]:
    agreement = edition.assessment.agreement
    now, before = (
        next((one for one in guarantees if one.id == name), None)
        for guarantees in (agreement.guarantees_in(reading), agreement.guarantees)
    )
    duty, aspect = _in_duty(key)
    titled = f"{duty}, {edition.tongue.say(_OF_DUTIES[aspect])}" if aspect in _OF_DUTIES else key
    heading = Phrase(f"{name}, {titled}:", tone="quiet")
    return heading, _promised(edition, now, duty, aspect), _promised(edition, before, duty, aspect)


_OF_DUTIES = {
    "clock.starts": msgid("what starts the time"),
    "clock.within": msgid("how long the time is"),
    "mode": msgid("must or may"),
}


def _in_duty(key: str) -> tuple[str, str]:
    """The duty a path leads into and the key there; nothing for a path that leads elsewhere."""
    parts = key.split(".", 2)
    return (parts[1], parts[2]) if len(parts) == 3 and parts[0] == "duties" else ("", "")


def _promised(edition: Edition, guarantee: Guarantee | None, duty_id: str, aspect: str) -> str:
    """What a duty says of a point, in words; nothing where none are known."""
    duty = next((one for one in guarantee.duties if one.id == duty_id), None) if guarantee and duty_id else None
    if duty is None:
        return ""
    tongue, clock = edition.tongue, duty.clock
    if aspect == "mode":
        return word(tongue, DUTY_MODES, duty.mode)
    if aspect == "clock.starts" and clock is not None:
        return word(tongue, STAMPS, clock.starts) if clock.starts else tongue.say(msgid("not said"))
    if aspect == "clock.within" and clock is not None:
        return span(tongue, clock.days * DAY_S + clock.seconds)
    return ""


_TELLING = {"norms": _of_norm, "events": _of_moment, "guarantees": _of_guarantee}
