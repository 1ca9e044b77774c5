"""The lines and zones that norms rest on: day and version, method and accuracy of each, and which are still gaps."""

from __future__ import annotations

from truceline.mission.assessment import GroundNote
from truceline.model import Norm
from truceline.model.norms import lines_in, zones_in
from truceline.report.content import Block, Cell, Column, Heading, Phrase, Table, plain, sentence
from truceline.report.edition import Edition, anchor
from truceline.report.language import msgid
from truceline.report.norm_words import dash, day_words
from truceline.report.object_words import distance


def lines_and_zones(edition: Edition) -> tuple[Block, ...]:
    """A table with a row for each line and zone of the agreement; nothing where it names none."""
    tongue, ground = edition.tongue, edition.assessment.ground
    if not ground:
        return ()
    resting = _resting(edition)
    columns = (
        Column(tongue.say(msgid("Line or zone")), width=1.4),
        Column(tongue.say(msgid("Day and version")), width=1.2),
        Column(tongue.say(msgid("How it was drawn")), width=2.2),
        Column(tongue.say(msgid("Accurate to"))),
        Column(tongue.say(msgid("Norms told by it")), width=1.8),
    )
    rows = tuple(_row(edition, one, resting.get(one.id, {})) for one in ground)
    caption = tongue.say(msgid("Each line and zone as it was used, with what its file states"))
    note = tongue.say(
        msgid(
            "Accurate to: 95 of 100 places of the true line or edge lie within this distance of the drawn one. What"
            " is still to be drawn is a gap: whether anything lay inside it, nobody can say."
        )
    )
    title = Heading(tongue.say(msgid("Lines and zones the norms rest on")))
    return (title, Table(caption, columns, rows, note))


def _resting(edition: Edition) -> dict[str, dict[str, Norm]]:
    """Of each line and zone the norms that are told by it, under any reading."""
    agreement = edition.assessment.agreement
    found: dict[str, dict[str, Norm]] = {}
    for norm in (*agreement.norms, *(one for reading in agreement.readings for one in reading.norms)):
        for place in (*lines_in(norm.where), *zones_in(norm.where)):
            found.setdefault(place, {}).setdefault(norm.id, norm)
    return found


def _row(edition: Edition, one: GroundNote, norms: dict[str, Norm]) -> tuple[Cell, ...]:
    tongue = edition.tongue
    kind = tongue.say(msgid("line") if one.line else msgid("zone"))
    name = (Phrase(one.id), Phrase(kind, tone="quiet"))
    said = sentence(edition.with_names(edition.own_words(one.method)))
    how = (Phrase(said, tone="quiet" if one.accuracy_m is None else ""),) if said else ()
    resting = dash(tuple(Phrase(norm, to=anchor(told)) for norm, told in norms.items()))
    if one.accuracy_m is None:
        gap = Phrase(tongue.say(msgid("gap: still to be drawn by the mission")), tone="strong")
        return (name, dash(()), (gap, *how), dash(()), resting)
    version = tongue.say(msgid("version {version}"), version=one.version) if one.version else ""
    when = tuple(Phrase(text) for text in (day_words(edition, one.date), version) if text)
    return (name, dash(when), dash(how), plain(distance(tongue, one.accuracy_m)), resting)
