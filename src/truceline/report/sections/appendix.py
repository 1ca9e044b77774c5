"""The appendix: every incident with its rows, every source, every file that came in, and what was refused."""

from __future__ import annotations

from datetime import timedelta

from truceline.mission.assessment import ImportNote, IncidentNote
from truceline.mission.coarse_words import coarse_text
from truceline.mission.public_places import public_label, told_from_a_post
from truceline.mission.public_time import public_time
from truceline.model import Incident, Interval, Source, TimeSense, midnight
from truceline.report.coarse import public_positions
from truceline.report.content import Block, Cell, Column, Listing, Phrase, Section, Table, paragraph, plain, sentence
from truceline.report.edition import Edition
from truceline.report.known_sentences import known_sentence
from truceline.report.language import msgid
from truceline.report.sections.agreed import no_such
from truceline.report.sections.claims import claimed
from truceline.report.sections.weighed import weighed_blocks, weighed_phrases
from truceline.report.words import PHENOMENA, STRATA, TARGETS, WEAPONS, word

REJECTED_SHOWN, ROWS_SHOWN = 20, 6


def incidents(edition: Edition) -> Section:
    """Every incident inside a window, or of the day every one that touches it, in time order."""
    tongue, notes = edition.tongue, edition.incidents()
    title = tongue.say(msgid("Appendix: incidents"))
    blocks: list[Block] = [*weighed_blocks(edition)]
    if notes:
        blocks.append(_incident_table(edition, notes))
    elif edition.day is not None:
        blocks += no_such(
            edition, msgid("No incident that touches this day is on record. Read this beside the coverage.")
        )
    else:
        blocks += no_such(edition, msgid("No incident inside a window is on record. Read this beside the coverage."))
    if edition.incidents_left_out():
        blocks.append(paragraph(_left_out(edition)))
    return Section("incidents", title, tuple(blocks))


def _left_out(edition: Edition) -> str:
    left_out = edition.incidents_left_out()
    return edition.tongue.say_many(
        "{n} further incident is left out of this appendix for its length.",
        "{n} further incidents are left out of this appendix for its length.",
        left_out,
    )


def _incident_table(edition: Edition, notes: tuple[IncidentNote, ...]) -> Table:
    tongue = edition.tongue
    columns = (
        Column(tongue.say(msgid("Start and end ({zone})"), zone=edition.assessment.time_zone), width=1.9),
        Column(tongue.say(msgid("Place")), width=1.8),
        Column(tongue.say(msgid("What, how many, and channels")), width=1.5),
        Column(tongue.say(msgid("Sources and rows")), width=2.2),
    )
    ids = tongue.say(msgid("Under each time stands the incident's id, as truceline explain takes it."))
    positions = tongue.say(
        msgid("Positions are given to a tenth of a degree at most, so that nobody can aim by them or be found by them.")
    )
    caption = tongue.say(
        msgid("Incidents inside any window") if edition.day is None else msgid("Incidents that touch this day")
    )
    return Table(caption, columns, tuple(_incident(edition, note) for note in notes), f"{ids} {positions}")


def _incident(edition: Edition, note: IncidentNote) -> tuple[Cell, ...]:
    tongue, incident = edition.tongue, note.incident
    more = len(note.rows) - ROWS_SHOWN
    rows = ", ".join(coarse_text(row) for row in note.rows[:ROWS_SHOWN])
    further = (
        (Phrase(tongue.say_many("and {n} further row", "and {n} further rows", more), tone="quiet"),)
        if more > 0
        else ()
    )
    return (
        (*_when(edition, incident.time), Phrase(incident.id, tone="code")),
        _place(edition, note),
        _what(edition, incident),
        (Phrase(tongue.join(note.sources)), Phrase(rows, tone="quiet"), *further),
    )


def _what(edition: Edition, incident: Incident) -> Cell:
    """The phenomenon, how many of it, and the channels it was seen through."""
    tongue = edition.tongue
    phenomenon = word(tongue, PHENOMENA, incident.phenomenon)
    channels = tongue.join(tuple(word(tongue, STRATA, stratum) for stratum in incident.strata))
    return (
        Phrase(f"{phenomenon}: {claimed(edition, incident.count)}"),
        *(Phrase(text) for text in _with_what(edition, incident)),
        Phrase(channels, tone="quiet"),
        *weighed_phrases(edition, incident),
    )


def _with_what(edition: Edition, incident: Incident) -> tuple[str, ...]:
    """Weapon and target, as far as they are known."""
    tongue = edition.tongue
    weapon = word(tongue, WEAPONS, incident.weapon) if incident.weapon else ""
    bore = "" if incident.calibre_mm is None else _millimetres(edition, incident.calibre_mm)
    arms = ", ".join(part for part in (weapon, bore, incident.weapon_name) if part)
    target = word(tongue, TARGETS, incident.target) if incident.target else ""
    said = (
        tongue.say(msgid("weapon: {weapon}"), weapon=arms) if arms else "",
        tongue.say(msgid("hit or aimed at: {target}"), target=target) if target else "",
    )
    return tuple(text for text in said if text)


def _millimetres(edition: Edition, calibre_mm: float) -> str:
    return edition.tongue.say(msgid("{calibre} mm"), calibre=edition.tongue.number(calibre_mm))


def _when(edition: Edition, time: Interval) -> Cell:
    """From when to when, in whole minutes, and whether it went on or happened at some moment in between."""
    if time.start == time.end:
        return plain(edition.tongue.clock(time.start))
    time = public_time(time)
    span = tuple(Phrase(text) for text in _span(edition, time))
    if time.sense is TimeSense.SOMETIME:
        return (*span, Phrase(edition.tongue.say(msgid("at an unknown moment in between")), tone="quiet"))
    return span


def _span(edition: Edition, time: Interval) -> tuple[str, ...]:
    """Whole local days by their dates alone; else the hours, and the date once where both ends fall on one day.

    A day need not begin at 00:00, and on the day that clocks are put back one hour comes twice.
    """
    tongue = edition.tongue
    start, end = (moment.astimezone(tongue.zone) for moment in (time.start, time.end))
    if time.start < time.end and all(midnight(one.date(), tongue.zone) == one for one in (start, end)):
        first, last = tongue.full_date(start.date()), tongue.full_date(end.date() - timedelta(days=1))
        return (first,) if first == last else (first, f"\N{EN DASH} {last}")
    if start.date() != end.date():
        return (tongue.clock(start), f"\N{EN DASH} {tongue.clock(end)}")
    first, last = tongue.hour(start), tongue.hour(end)
    return (tongue.clock(start),) if first == last else (f"{tongue.clock(start)}\N{EN DASH}{last}",)


def _place(edition: Edition, note: IncidentNote) -> Cell:
    label, positions = public_label(note.incident.place), public_positions(note.incident.place)
    name = (Phrase(label),) if label else ()
    if not positions:
        return name or plain(edition.tongue.say(_nameless(note)))
    first = msgid("around latitude {lat}°, longitude {lon}°")
    other = msgid("or around latitude {lat}°, longitude {lon}°")
    near = (
        edition.tongue.say(other if number else first, lat=edition.tongue.number(lat), lon=edition.tongue.number(lon))
        for number, (lat, lon) in enumerate(positions)
    )
    return (*name, *(Phrase(one, tone="quiet") for one in near))


def _nameless(note: IncidentNote) -> str:
    """Why no place is named: nobody said where, or only in words that tell where an observer stood."""
    if told_from_a_post(note.incident.place):
        return msgid("seen from an observer's post; the words that tell where it stands stay in the mission")
    return msgid("place not known")


def sources(edition: Edition) -> Section:
    """Who observed, and the files that came in."""
    tongue = edition.tongue
    blocks: list[Block] = []
    if edition.assessment.sources:
        blocks.append(_source_table(edition))
    if edition.assessment.imports:
        blocks.append(_import_table(edition))
    if edition.assessment.rejected:
        blocks.append(_rejected_table(edition))
    blocks = blocks or [*no_such(edition, msgid("No file came in: every figure here is one that others published."))]
    return Section("sources", tongue.say(msgid("Appendix: sources and files")), tuple(blocks))


def _source_table(edition: Edition) -> Table:
    tongue = edition.tongue
    columns = (
        Column(tongue.say(msgid("Source")), width=2.0),
        Column(tongue.say(msgid("Channel")), width=1.0),
        Column(tongue.say(msgid("Grade")), width=0.6),
        Column(tongue.say(msgid("Can sense")), width=1.8),
        Column(tongue.say(msgid("Licence")), width=1.4),
    )
    note = tongue.say(msgid("Grade A to F for the reliability of the source; F means that it cannot be judged."))
    rows = tuple(_source(edition, source) for source in edition.assessment.sources)
    return Table(tongue.say(msgid("Sources")), columns, rows, note)


def _source(edition: Edition, source: Source) -> tuple[Cell, ...]:
    tongue = edition.tongue
    note = (Phrase(coarse_text(source.note), tone="quiet"),) if source.note else ()
    senses = tongue.join(tuple(word(tongue, PHENOMENA, phenomenon) for phenomenon in source.senses))
    return (
        (Phrase(coarse_text(source.title), url=source.url), Phrase(coarse_text(source.custodian), tone="quiet"), *note),
        plain(word(tongue, STRATA, source.stratum)),
        plain(source.grade),
        plain(senses),
        plain(source.licence or tongue.say(msgid("none stated"))),
    )


def _import_table(edition: Edition) -> Table:
    tongue = edition.tongue
    columns = (
        Column(tongue.say(msgid("File")), width=2.6),
        Column(tongue.say(msgid("New")), numeric=True, width=0.7),
        Column(tongue.say(msgid("Already there")), numeric=True, width=0.8),
        Column(tongue.say(msgid("Revised")), numeric=True, width=0.8),
        Column(tongue.say(msgid("Rejected")), numeric=True, width=0.8),
        Column(tongue.say(msgid("Licence and credit")), width=1.6),
    )
    rows = tuple(_import(edition, note) for note in edition.assessment.imports)
    return Table(tongue.say(msgid("Files that came in, with the SHA-256 of their bytes")), columns, rows)


def _import(edition: Edition, note: ImportNote) -> tuple[Cell, ...]:
    number = edition.tongue.number
    credit = tuple(Phrase(text, tone=tone) for text, tone in ((note.licence, ""), (note.credit, "quiet")) if text)
    return (
        (
            Phrase(coarse_text(note.file_name), url=note.url),
            Phrase(note.format, tone="quiet"),
            Phrase(note.sha256, tone="code"),
        ),
        plain(number(note.new)),
        plain(number(note.already)),
        plain(number(note.revised)),
        plain(number(note.rejected)),
        credit or plain("\N{EN DASH}"),
    )


def _rejected_table(edition: Edition) -> Table:
    tongue, assessment = edition.tongue, edition.assessment
    columns = (
        Column(tongue.say(msgid("File")), width=1.6),
        Column(tongue.say(msgid("Line")), numeric=True, width=0.6),
        Column(tongue.say(msgid("Reason")), width=3.0),
    )
    rows = tuple(
        (plain(coarse_text(name)), plain(tongue.number(row.line)), plain(coarse_text(row.reason)))
        for name, row in assessment.rejected[:REJECTED_SHOWN]
    )
    total = sum(note.rejected for note in assessment.imports)
    note = tongue.say(
        msgid("{shown} of {total} rejected rows; all are kept with their reason in the mission's records."),
        shown=tongue.number(len(rows)),
        total=tongue.number(total),
    )
    return Table(tongue.say(msgid("Rows that could not be used")), columns, rows, note)


def notes(edition: Edition) -> Section:
    """What else a reader ought to know."""
    tongue = edition.tongue
    title = tongue.say(msgid("Appendix: notes"))
    if not edition.assessment.notes:
        return Section("notes", title, no_such(edition, msgid("There are no notes.")))
    items = tuple((Phrase(sentence(coarse_text(known_sentence(tongue, note)))),) for note in edition.assessment.notes)
    return Section("notes", title, (Listing(items),))
