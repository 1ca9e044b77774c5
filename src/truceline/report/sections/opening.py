"""What stands first: which agreement, as of when, and how to check the figures; then the summary in plain words."""

from __future__ import annotations

from collections import Counter

from truceline.agreements.counting.figures import CountLine
from truceline.model import NOT_ATTRIBUTED
from truceline.report.content import Cell, Facts, Paragraph, Phrase, Section, paragraph, plain
from truceline.report.edition import Edition
from truceline.report.language import msgid
from truceline.report.sections.beside import coverage_beside, share_words, span_words
from truceline.report.sections.unseen import observable
from truceline.report.words import PHENOMENA, RESULTS, RULES, STATUSES, STRATA, word

LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "uk": "Українська", "ru": "Русский"}


def header(edition: Edition) -> Facts:
    """The facts a reader needs before the first figure."""
    tongue, assessment = edition.tongue, edition.assessment
    agreement = assessment.agreement
    rows = [
        (tongue.say(msgid("Agreement")), plain(f"{agreement.title(tongue.language)} ({agreement.id})")),
        (tongue.say(msgid("Status of the text")), plain(word(tongue, STATUSES, agreement.status))),
        (tongue.say(msgid("Parties")), plain(tongue.join(tuple(p.name(tongue.language) for p in agreement.parties)))),
        (tongue.say(msgid("Windows, by reading")), _windows(edition)),
        (tongue.say(msgid("Information as of")), plain(tongue.moment(assessment.as_of))),
        (tongue.say(msgid("Times are given in")), plain(tongue.zone_name(assessment.as_of))),
        (tongue.say(msgid("Language")), plain(LANGUAGE_NAMES[tongue.language])),
        (tongue.say(msgid("How to check the figures")), plain(_how_to_check(edition))),
    ]
    return Facts(tuple(rows))


def _windows(edition: Edition) -> Cell:
    return tuple(
        Phrase(f"{reading.id}: {edition.period(reading.window.start, reading.window.end)}")
        for reading in edition.assessment.agreement.readings
    )


def _how_to_check(edition: Edition) -> str:
    return edition.tongue.say(
        msgid(
            "The appendix names every file by its SHA-256 and every row used. The same input gives this report again,"
            " byte for byte. The files findings.json, counts.csv, coverage.csv and incidents.geojson hold the same"
            " figures for machines."
        )
    )


def edition_line(edition: Edition) -> str:
    """The kind of report, above the title."""
    if edition.day is None:
        return edition.tongue.say(msgid("Ceasefire report on a period"))
    return edition.tongue.say(msgid("Daily ceasefire report, {day}"), day=edition.tongue.full_date(edition.day))


def lead(edition: Edition) -> tuple[Paragraph, ...]:
    """What the report is and is not, in two sentences."""
    text = edition.tongue.say(
        msgid(
            "This report sets out what was agreed, what was observed, what was counted, what each side claims, and what"
            " nobody could see. It takes no side between rival readings and recommends nothing."
        )
    )
    return (paragraph(text),)


def summary(edition: Edition) -> Section:
    """The summary, every sentence of it made from figures printed further down."""
    sentences = [
        *_day(edition),
        _findings(edition),
        _attribution(edition),
        *_counts(edition),
        *_unseen(edition),
        *_claims(edition),
    ]
    blocks = tuple(paragraph(sentence) for sentence in sentences if sentence)
    return Section("summary", edition.tongue.say(msgid("Summary")), blocks)


def _day(edition: Edition) -> list[str]:
    if edition.day is None:
        return []
    n = len(edition.incidents())
    text = edition.tongue.say_many(
        "On this day {n} incident inside a window was recorded.",
        "On this day {n} incidents inside a window were recorded.",
        n,
    )
    rest = edition.tongue.say(
        msgid(
            "Incidents are those of the day, which the timeline marks; findings and counts are those of the whole"
            " windows."
        )
    )
    return [f"{text} {_seen_on_the_day(edition)} {rest}"]


def _seen_on_the_day(edition: Edition) -> str:
    """The coverage of the day by phenomenon, where the series of days know it."""
    tongue, day = edition.tongue, edition.day_bounds()
    shares = {
        series.phenomenon: item.coverage
        for series in edition.assessment.series
        for item in series.bins
        if series.bin == "day" and day is not None and item.start == day.start and item.coverage is not None
    }
    if not shares:
        return tongue.say(msgid("The coverage of this day alone was not assessed."))
    parts = tuple(
        f"{word(tongue, PHENOMENA, what)} \N{EN DASH} {tongue.share(share)}" for what, share in shares.items()
    )
    return tongue.say(msgid("Coverage of this day: {shares}."), shares="; ".join(parts))


def _findings(edition: Edition) -> str:
    tongue, findings = edition.tongue, edition.assessment.findings
    if not findings:
        return tongue.say(msgid("The text holds no norm that could be held against what was observed."))
    tally = Counter(finding.result for finding in findings)
    parts = [f"{word(tongue, RESULTS, result)} \N{EN DASH} {tongue.number(n)}" for result, n in tally.items()]
    first = tongue.say_many(
        "{n} finding was reached, one for each norm, party and reading.",
        "{n} findings were reached, one for each norm, party and reading.",
        len(findings),
    )
    results = tongue.say(msgid("Results: {results}."), results="; ".join(parts))
    return f"{first} {results}"


def _attribution(edition: Edition) -> str:
    tongue = edition.tongue
    attributed = sum(finding.attribution != NOT_ATTRIBUTED for finding in edition.assessment.findings)
    if not edition.assessment.findings:
        return ""
    if attributed == 0:
        return tongue.say(msgid("Nothing in this report is attributed to a party."))
    return tongue.say_many("{n} finding is attributed.", "{n} findings are attributed.", attributed)


def _counts(edition: Edition) -> list[str]:
    """One sentence for each phenomenon that was counted: its first count, never without its coverage."""
    first: dict[str, CountLine] = {}
    for line in edition.assessment.counts:
        first.setdefault(line.phenomenon, line)
    return [_count(edition, line) for line in first.values()]


def _count(edition: Edition, line: CountLine) -> str:
    tongue = edition.tongue
    sentence = tongue.say(
        msgid("Counted as \N{LEFT DOUBLE QUOTATION MARK}{rule}\N{RIGHT DOUBLE QUOTATION MARK} in the window"
              " \N{LEFT DOUBLE QUOTATION MARK}{reading}\N{RIGHT DOUBLE QUOTATION MARK}: {inside} ({phenomenon};"
              " channel: {stratum}; coverage: {coverage})."),
        rule=word(tongue, RULES, line.rule),
        reading=line.reading,
        inside=tongue.number(line.inside.best),
        phenomenon=word(tongue, PHENOMENA, line.phenomenon),
        stratum=word(tongue, STRATA, line.stratum),
        coverage=_of_place_and_time(edition, line),
    )  # fmt: skip
    return f"{sentence} {_beside(edition, line)}" if line.reference else sentence


def _of_place_and_time(edition: Edition, line: CountLine) -> str:
    tongue, share = edition.tongue, coverage_beside(edition, line)
    if share is None:
        return share_words(tongue, None, line.basis)
    return tongue.say(msgid("{share} of place and time"), share=tongue.share(share))


def _beside(edition: Edition, line: CountLine) -> str:
    """What the moved windows held, and how much of them could have been seen."""
    tongue = edition.tongue
    counts = [reference.figure.best for reference in line.reference]
    low, high = tongue.number(min(counts)), tongue.number(max(counts))
    return tongue.say(
        msgid("Windows of the same length, moved by whole days, held {counts} (coverage: {coverage})."),
        counts=low if low == high else tongue.say(msgid("{low} to {high}"), low=low, high=high),
        coverage=span_words(tongue, [reference.coverage for reference in line.reference], line.basis),
    )


def _unseen(edition: Edition) -> list[str]:
    """What the first window's coverage says nobody could see."""
    tongue, windows = edition.tongue, edition.assessment.windows
    unseen = tuple(
        word(tongue, PHENOMENA, phenomenon)
        for phenomenon in dict.fromkeys(share.phenomenon for window in windows for share in observable(window))
        if all(s.share == 0 for w in windows for s in w.coverage if s.phenomenon == phenomenon)
    )
    areas = {
        area.area: area for window in windows for share in observable(window) if share.strata for area in share.areas
    }
    partly = {a.area for w in windows for s in observable(w) if s.strata for a in s.areas if a.share < 1}
    parts = []
    if unseen:
        parts.append(tongue.say(msgid("No source in place could see: {phenomena}."), phenomena=tongue.join(unseen)))
    if partly:
        parts.append(
            tongue.say_many(
                "Of {n} area, {partly} could not be seen in full.",
                "Of {n} areas, {partly} could not be seen in full.",
                len(areas),
                partly=tongue.number(len(partly)),
            )
        )
    return parts


def _claims(edition: Edition) -> list[str]:
    claims = edition.assessment.claims
    if not claims:
        return []
    return [
        edition.tongue.say_many(
            "{n} published claim stands beside what could be checked; claims are never added, subtracted or averaged.",
            "{n} published claims stand beside what could be checked; claims are never added, subtracted or averaged.",
            len(claims),
        )
    ]
