"""The local day of a daily report: which windows it touches, what was counted on it, and what could be seen."""

from __future__ import annotations

from truceline.mission.assessment import LocalDay, ReadingWindow
from truceline.report.content import Cell, Phrase
from truceline.report.edition import Edition
from truceline.report.language import msgid
from truceline.report.sections.beside import place_and_time
from truceline.report.sections.first_counts import first_counts
from truceline.report.sections.unseen import observable
from truceline.report.words import PHENOMENA, word


def touching(edition: Edition) -> tuple[ReadingWindow, ...]:
    """The readings' windows that share a moment with the day."""
    if edition.day is None:
        return ()
    day = edition.day.window
    return tuple(w for w in edition.assessment.windows if w.start < day.end and day.start < w.end)


def outside_every_window(edition: Edition) -> bool:
    """Whether the day of a daily report is one on which no reading holds the agreement to bind."""
    return edition.day is not None and not touching(edition)


def outside_words(edition: Edition) -> str:
    """Said at the top, because counts of such a day say nothing about the agreement."""
    return edition.tongue.say(msgid("This day lies outside every window of the agreement."))


def day_facts(edition: Edition) -> list[tuple[str, Cell]]:
    """The row of the header that names the day, its bounds and the windows it touches."""
    tongue, day = edition.tongue, edition.day
    if day is None:
        return []
    bounds = Phrase(edition.period(day.window.start, day.window.end))
    return [(tongue.say(msgid("Day")), (Phrase(tongue.full_date(day.day), tone="strong"), bounds, *_position(edition)))]


def _position(edition: Edition) -> Cell:
    """By reading, whether the whole day or a part of it lies inside the window."""
    if edition.day is None or outside_every_window(edition):
        return (Phrase(outside_words(edition)),)
    day, tongue = edition.day.window, edition.tongue
    found = touching(edition)
    whole = tuple(w.reading for w in found if w.start <= day.start and day.end <= w.end)
    partly = tuple(w.reading for w in found if w.reading not in whole)
    said = (
        (whole, msgid("Wholly inside the window of: {readings}")),
        (partly, msgid("Partly inside the window of: {readings}")),
    )
    return tuple(Phrase(tongue.say(words, readings=tongue.join(names))) for names, words in said if names)


def of_the_day(edition: Edition) -> list[str]:
    """The sentences of the summary that are about the day alone; none in a report on a period."""
    if edition.day is None:
        return []
    counted = first_counts(edition, edition.day.counts)
    nothing = [] if counted else [edition.tongue.say(msgid("Nothing was counted on this day."))]
    return [*nothing, *counted, *_seen(edition, edition.day), _listed(edition)]


def _seen(edition: Edition, day: LocalDay) -> list[str]:
    """The coverage of the day by phenomenon, for those that have no count to stand beside."""
    tongue = edition.tongue
    seen = [share for share in observable(edition.windows()[0]) if share.share > 0]
    if not seen:
        return [tongue.say(msgid("On this day no source in place could see anything."))]
    counted = {line.phenomenon for line in day.counts}
    parts = [
        f"{word(tongue, PHENOMENA, share.phenomenon)} \N{EN DASH} {place_and_time(tongue, share)}"
        for share in seen
        if share.phenomenon not in counted
    ]
    return [tongue.say(msgid("Coverage of this day: {shares}."), shares="; ".join(parts))] if parts else []


def _listed(edition: Edition) -> str:
    """How many incidents touch the day; more than were counted, since what began earlier may last into it."""
    shown, left_out = len(edition.incidents()), edition.incidents_left_out()
    if left_out:
        return edition.tongue.say_many(
            "{n} incident touches this day, having begun on it, lasted into it or perhaps happened on it; the appendix"
            " lists the first {shown}.",
            "{n} incidents touch this day, having begun on it, lasted into it or perhaps happened on it; the appendix"
            " lists the first {shown}.",
            shown + left_out,
            shown=edition.tongue.number(shown),
        )
    return edition.tongue.say_many(
        "The appendix lists {n} incident that touches this day: it began on it, lasted into it or may have happened"
        " on it.",
        "The appendix lists {n} incidents that touch this day: they began on it, lasted into it or may have happened"
        " on it.",
        shown,
    )
