"""Counts within the sentences of the summary: of each phenomenon and reading the first count, beside its coverage."""

from __future__ import annotations

from collections.abc import Sequence

from truceline.agreements.counting.figures import PUBLISHED, CountLine
from truceline.report.edition import DAY, Edition
from truceline.report.language import msgid
from truceline.report.sections.beside import (
    coverage_beside,
    dim_anywhere,
    dimly,
    place_and_time,
    share_words,
    span_words,
)
from truceline.report.words import PHENOMENA, RULES, STRATA, word


def first_counts(edition: Edition, lines: Sequence[CountLine]) -> list[str]:
    """One sentence for each phenomenon that was counted and each reading, never without its coverage.

    Readings under which the very same is said share a sentence, so that none of them stands for another.
    """
    first: dict[tuple[str, str], CountLine] = {}
    for line in lines:
        first.setdefault((line.phenomenon, line.reading), line)
    alike: dict[tuple[str, str], list[str]] = {}
    for line in sorted(first.values(), key=lambda line: [one.phenomenon for one in lines].index(line.phenomenon)):
        alike.setdefault((line.phenomenon, _count(edition, line, ())), []).append(line.reading)
    return [_count(edition, first[what, readings[0]], readings) for (what, _), readings in alike.items()]


def _of_the_day(edition: Edition, line: CountLine) -> bool:
    return edition.day is not None and line.reading == DAY


def _count(edition: Edition, line: CountLine, readings: Sequence[str]) -> str:
    tongue = edition.tongue
    values = {
        "rule": word(tongue, RULES, line.rule),
        "inside": tongue.number(line.inside.best),
        "phenomenon": word(tongue, PHENOMENA, line.phenomenon),
        "stratum": word(tongue, STRATA, line.stratum),
        "coverage": _of_place_and_time(edition, line),
    }
    if _of_the_day(edition, line):
        sentence = tongue.say(
            msgid("Counted as \N{LEFT DOUBLE QUOTATION MARK}{rule}\N{RIGHT DOUBLE QUOTATION MARK} on this day: {inside}"
                  " ({phenomenon}; channel: {stratum}; coverage: {coverage})."),
            **values,
        )  # fmt: skip
    elif len(readings) > 1:
        sentence = tongue.say(
            msgid("Counted as \N{LEFT DOUBLE QUOTATION MARK}{rule}\N{RIGHT DOUBLE QUOTATION MARK} in the windows of the"
                  " readings {readings}: {inside} ({phenomenon}; channel: {stratum}; coverage: {coverage})."),
            readings=", ".join(readings),
            **values,
        )  # fmt: skip
    else:
        sentence = tongue.say(
            msgid("Counted as \N{LEFT DOUBLE QUOTATION MARK}{rule}\N{RIGHT DOUBLE QUOTATION MARK} in the window"
                  " \N{LEFT DOUBLE QUOTATION MARK}{reading}\N{RIGHT DOUBLE QUOTATION MARK}: {inside} ({phenomenon};"
                  " channel: {stratum}; coverage: {coverage})."),
            reading=", ".join(readings),
            **values,
        )  # fmt: skip
    return f"{sentence} {_beside(edition, line)}" if line.reference else sentence


def _of_place_and_time(edition: Edition, line: CountLine) -> str:
    tongue, share = edition.tongue, coverage_beside(edition, line)
    if share is None:
        return share_words(tongue, None, line.basis)
    if line.basis == PUBLISHED:
        return tongue.say(msgid("{share} of place and time"), share=tongue.share(share))
    return place_and_time(tongue, edition.coverage(line.reading, line.phenomenon))


def _beside(edition: Edition, line: CountLine) -> str:
    """What the moved windows, or the days compared with, held, and how much of them could have been seen."""
    tongue = edition.tongue
    counts = [reference.figure.best for reference in line.reference]
    low, high = tongue.number(min(counts)), tongue.number(max(counts))
    seen = span_words(tongue, [reference.coverage for reference in line.reference], line.basis)
    dimmed = line.basis != PUBLISHED and dim_anywhere(edition, line.phenomenon)
    moved = msgid("Windows of the same length, moved by whole days, held {counts} (coverage: {coverage}).")
    beside = msgid("On each day it is compared with: {counts} (coverage: {coverage}).")
    return tongue.say(
        beside if _of_the_day(edition, line) else moved,
        counts=low if low == high else tongue.say(msgid("{low} to {high}"), low=low, high=high),
        coverage=dimly(tongue, seen, said=dimmed),
    )
