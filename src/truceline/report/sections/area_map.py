"""The map: the mission's own areas by what could be seen in them."""

from __future__ import annotations

from collections import Counter

from truceline.mission.coarse_words import coarse_text
from truceline.report.content import Figure, Paragraph, Section, paragraph, shown
from truceline.report.edition import Edition
from truceline.report.figures.coverage_map import LOOKS, CoverageMap, Outline, draw, rings_of
from truceline.report.language import msgid
from truceline.report.sections.agreed import no_such
from truceline.report.words import PHENOMENA, STATES, word


def area_map(edition: Edition) -> Section:
    """The map, or the plain statement that the mission gave no outlines."""
    tongue = edition.tongue
    title = tongue.say(msgid("Map of coverage"))
    outlines = tuple(
        Outline(
            shown(coarse_text(shape.name)), shape.state, word(tongue, STATES, shape.state), rings_of(shape.geometry)
        )
        for shape in edition.assessment.shapes
    )
    if not any(outline.rings for outline in outlines):
        sentence = msgid(
            "No geometry was given for this mission, so there is no map. No borders are shipped with the software."
        )
        return Section("map", title, no_such(edition, sentence))
    legend = tuple((state, word(tongue, STATES, state)) for state in LOOKS)
    picture = CoverageMap(outlines, legend, _description(edition, outlines))
    caption = tongue.say(
        msgid(
            "Outlines are the mission's own geometry and imply no view on any border. Colour and hatching show what"
            " could be seen, not what happened."
        )
    )
    figure = Figure("map-figure", draw(picture), picture.description, f"{_of_what(edition)} {caption}")
    return Section("map", title, (figure, *_where_from(edition)))


def _of_what(edition: Edition) -> str:
    """What could be seen where depends on what it is and on the window: one phenomenon is drawn, under one reading."""
    tongue, shape = edition.tongue, edition.assessment.shapes[0]
    values = {"phenomenon": word(tongue, PHENOMENA, shape.phenomenon), "reading": shape.reading}
    if edition.day is not None:
        return tongue.say(
            msgid("Shown: {phenomenon}, in the whole window of the reading {reading}, not on the day alone."), **values
        )
    return tongue.say(msgid("Shown: {phenomenon}, in the window of the reading {reading}."), **values)


def _where_from(edition: Edition) -> tuple[Paragraph, ...]:
    """Each file of outlines with the SHA-256 of its bytes, so that the map can be drawn again, and its licence."""
    tongue = edition.tongue
    return tuple(
        paragraph(
            tongue.say(
                msgid("Outlines: {file}, kept in the mission; licence: {licence}; SHA-256: {sha256}"),
                file=coarse_text(one.name),
                licence=one.licence or tongue.say(msgid("none stated")),
                sha256=one.sha256,
            ),
            "note",
        )
        for one in edition.assessment.outlines
    )


def _description(edition: Edition, outlines: tuple[Outline, ...]) -> str:
    tongue = edition.tongue
    tally = Counter(outline.state for outline in outlines)
    parts = tuple(
        f"{word(tongue, STATES, state)} \N{EN DASH} {tongue.number(tally[state])}" for state in LOOKS if tally[state]
    )
    tallied = tongue.say(msgid("Map of areas by coverage. Number of areas: {tally}."), tally="; ".join(parts))
    return f"{tallied} {_of_what(edition)}"
