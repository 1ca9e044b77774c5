"""What stands first: which agreement, as of when, and how to check the figures; then the summary in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from truceline.mission.coarse_words import coarse_text
from truceline.model import NOT_ATTRIBUTED, WHOLE_MISSION, Finding, Norm
from truceline.report.content import Block, Cell, Facts, Heading, Paragraph, Phrase, Section, paragraph, plain
from truceline.report.edition import DAY, Edition
from truceline.report.language import msgid
from truceline.report.sections.at_a_glance import NORMS_IN_SENTENCES, at_a_glance
from truceline.report.sections.claims import claims_by_side
from truceline.report.sections.findings import in_order
from truceline.report.sections.first_counts import first_counts
from truceline.report.sections.guarantees_in_brief import guarantees_in_brief
from truceline.report.sections.the_day import day_facts, of_the_day, outside_every_window, outside_words
from truceline.report.sections.unseen import not_in_full, observable, window_title
from truceline.report.words import PHENOMENA, RESULTS, STATUSES, word

_AREAS_NAMED = 12
"""So many areas not seen in full are named in the summary; more stand in their own section."""
LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "uk": "Українська", "ru": "Русский"}


def header(edition: Edition) -> Facts:
    """The facts a reader needs before the first figure."""
    tongue, assessment = edition.tongue, edition.assessment
    agreement = assessment.agreement
    rows = [
        (tongue.say(msgid("Agreement")), plain(f"{agreement.title(tongue.language)} ({agreement.id})")),
        (tongue.say(msgid("Status of the text")), plain(word(tongue, STATUSES, agreement.status))),
        (tongue.say(msgid("Parties")), plain(tongue.join(tuple(p.name(tongue.language) for p in agreement.parties)))),
        *day_facts(edition),
        (tongue.say(msgid("Windows, by reading")), _windows(edition)),
        (tongue.say(msgid("Information as of")), plain(tongue.moment(assessment.as_of))),
        (tongue.say(msgid("Times are given in")), plain(_zone(edition))),
        (tongue.say(msgid("Language")), plain(LANGUAGE_NAMES[tongue.language])),
        (tongue.say(msgid("How to check the figures")), plain(_how_to_check(edition))),
    ]
    return Facts(tuple(rows))


def _zone(edition: Edition) -> str:
    """The zone and its distance from UTC in the windows, which another season's may not be."""
    readings = edition.assessment.agreement.readings
    names = [edition.tongue.zone_name(m) for r in readings for m in (r.window.start, r.window.end)]
    return "; ".join(dict.fromkeys(names)) or edition.tongue.zone_name(edition.assessment.as_of)


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
    return edition.tongue.say(msgid("Daily ceasefire report, {day}"), day=edition.tongue.full_date(edition.day.day))


def lead(edition: Edition) -> tuple[Paragraph, ...]:
    """What the report is and is not, in two sentences; before them, if so, that the day lies outside every window."""
    text = edition.tongue.say(
        msgid(
            "This report sets out what was agreed, what was observed, what was counted, what each side claims, and what"
            " nobody could see. It takes no side between rival readings and recommends nothing."
        )
    )
    if outside_every_window(edition):
        return (Paragraph((Phrase(outside_words(edition), tone="strong"),)), paragraph(text))
    return (paragraph(text),)


def summary(edition: Edition) -> Section:
    """The summary, every sentence of it made from figures printed further down."""
    many = len(edition.assessment.agreement.norms) > NORMS_IN_SENTENCES
    results = at_a_glance(edition) if many else _paragraphs([_findings(edition), *_by_norm(edition)])
    sentences = [
        _attribution(edition),
        *guarantees_in_brief(edition),
        *first_counts(edition, edition.assessment.counts),
        *_unseen(edition),
        *_claims(edition),
    ]
    blocks = (*_day_first(edition), *results, *_paragraphs(sentences))
    return Section("summary", edition.tongue.say(msgid("Summary")), blocks)


def _paragraphs(sentences: Sequence[str]) -> tuple[Block, ...]:
    return tuple(paragraph(sentence) for sentence in sentences if sentence)


def _day_first(edition: Edition) -> tuple[Block, ...]:
    """In a daily report what is said of the day, and a heading over what is said of the windows."""
    if edition.day is None:
        return ()
    windows = Heading(edition.tongue.say(msgid("The windows of the agreement")))
    sentences = tuple(paragraph(sentence) for sentence in of_the_day(edition))
    return (Heading(window_title(edition, DAY)), *sentences, windows)


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


def _by_norm(edition: Edition) -> list[str]:
    """Each norm with its clause, its results, and why; whom and which reading where they differ."""
    return [
        sentence
        for norm in edition.assessment.agreement.norms
        for sentence in _of_norm(edition, norm, in_order(edition, norm))
    ]


def _of_norm(edition: Edition, norm: Norm, found: list[Finding]) -> list[str]:
    tongue = edition.tongue
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        alike.setdefault((finding.result, finding.because.template), []).append(finding)
    sentences = []
    for (result, _), findings in alike.items():
        values = {
            "norm": edition.norm_title(norm),
            "clause": norm.clause,
            "result": word(tongue, RESULTS, result),
            "reason": " / ".join(dict.fromkeys(edition.because(finding.because) for finding in findings)),
        }
        sentences.append(
            tongue.say(
                msgid("{norm} (clause {clause}) \N{EN DASH} {result} for every party and reading: {reason}."), **values
            )
            if len(alike) == 1 and _of_all(edition, findings)
            else tongue.say(
                msgid("{norm} (clause {clause}) \N{EN DASH} {result} ({whom}): {reason}."),
                whom=_whom(edition, findings),
                **values,
            )
        )
    return sentences


def _of_all(edition: Edition, findings: Sequence[Finding]) -> bool:
    """Whether they are of every party under every reading, of several each."""
    agreement = edition.assessment.agreement
    told = {(one.party, one.reading) for one in findings}
    several = len(agreement.parties) > 1 and len(agreement.readings) > 1
    return several and told >= {(party.id, one.id) for party in agreement.parties for one in agreement.readings}


def _whom(edition: Edition, findings: Sequence[Finding]) -> str:
    """Parties and readings by name; parties under the same readings stand together."""
    by_party: dict[str, list[str]] = {}
    for one in findings:
        by_party.setdefault(one.party, []).append(one.reading)
    alike: dict[tuple[str, ...], list[str]] = {}
    for party, readings in by_party.items():
        alike.setdefault(edition.readings_named(readings), []).append(edition.party(party))
    join = edition.tongue.join
    return "; ".join(f"{join(tuple(parties))} \N{EN DASH} {join(readings)}" for readings, parties in alike.items())


def _attribution(edition: Edition) -> str:
    tongue = edition.tongue
    attributed = sum(finding.attribution != NOT_ATTRIBUTED for finding in edition.assessment.findings)
    if not edition.assessment.findings:
        return ""
    if attributed == 0:
        return tongue.say(msgid("Nothing in this report is attributed to a party."))
    return tongue.say_many("{n} finding is attributed.", "{n} findings are attributed.", attributed)


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
    partly = {a.area for w in windows for s in observable(w) if s.strata for a in s.areas if not_in_full(a)}
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
    named = tuple(coarse_text(name) for name in areas if name in partly and name != WHOLE_MISSION)
    if 0 < len(named) <= _AREAS_NAMED:
        parts.append(tongue.say(msgid("Not seen in full: {areas}."), areas=tongue.join(named)))
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
        ),
        *claims_by_side(edition),
        edition.tongue.say(
            msgid("Each claim has its own period and its own way of counting; both stand with it further down.")
        ),
    ]
