"""The map: the mission's own areas by what could be seen in them."""

from __future__ import annotations

from collections import Counter

from truceline.report.coarse_words import coarse_text
from truceline.report.content import Figure, Section, shown
from truceline.report.edition import Edition
from truceline.report.figures.coverage_map import LOOKS, CoverageMap, Outline, draw, rings_of
from truceline.report.language import msgid
from truceline.report.sections.agreed import no_such
from truceline.report.words import STATES, word


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
    if edition.day is not None and edition.assessment.windows:
        caption = f"{caption} {_whose_window(edition)}"
    return Section("map", title, (Figure("map-figure", draw(picture), picture.description, caption),))


def _whose_window(edition: Edition) -> str:
    """The outlines carry the states of the first reading's window."""
    window = edition.assessment.windows[0]
    return edition.tongue.say(
        msgid("The map shows the window of {reading}, not the day alone."), reading=window.reading
    )


def _description(edition: Edition, outlines: tuple[Outline, ...]) -> str:
    tongue = edition.tongue
    tally = Counter(outline.state for outline in outlines)
    parts = tuple(
        f"{word(tongue, STATES, state)} \N{EN DASH} {tongue.number(tally[state])}" for state in LOOKS if tally[state]
    )
    return tongue.say(msgid("Map of areas by coverage. Number of areas: {tally}."), tally="; ".join(parts))
