"""One edition of a report: an assessment, a language, and perhaps a single day of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from truceline.agreements.counting.figures import CountLine
from truceline.coverage.shares import CoverageShare
from truceline.mission.assessment import Assessment, IncidentNote, LocalDay, ReadingWindow
from truceline.mission.coarse_words import coarse_text
from truceline.model import Because, Norm, Scalar, SumsDisagree, TextSource, zone
from truceline.report.content import sentence
from truceline.report.language import Tongue, check_language, msgid
from truceline.report.object_words import act_words, object_words
from truceline.report.words import NORM_KINDS, any_word, word

DAY = "day"
"""The name a local day's own counts and coverage go by, where the others go by the id of their reading."""

CLASSES_NAMED = 2
"""So many classes of weapons or targets stand in one line of the table of norms; more stand on a line each."""


@dataclass(frozen=True)
class Edition:
    """What every section is written from: the daily report when the assessment holds a local day."""

    assessment: Assessment
    tongue: Tongue

    @classmethod
    def of(cls, assessment: Assessment, language: str) -> Edition:
        """An edition in a language; raises :class:`UsageFault` for a language there is none in."""
        check_language(language)
        return cls(assessment, Tongue(language, zone(assessment.time_zone)))

    @property
    def day(self) -> LocalDay | None:
        """The local day of a daily report."""
        return self.assessment.day

    def party(self, party_id: str) -> str:
        """The name of a party, or another actor of the text, in the language and in the words of the agreement."""
        agreement = self.assessment.agreement
        for party in (*agreement.parties, *agreement.actors):
            if party.id == party_id:
                return party.name(self.tongue.language)
        return party_id

    def norm_title(self, norm: Norm) -> str:
        """What a norm says, in a few words; with its id where another says the same of other places or times."""
        said = self.says(norm)
        alike = [one for one in self.assessment.agreement.norms if one.act == norm.act and self.says(one) == said]
        return f"{said} \N{EN DASH} {norm.id}" if len(alike) > 1 else said

    def says(self, norm: Norm) -> str:
        """The kind of norm, its act and every class of weapons or targets it concerns."""
        named = "; ".join(object_words(self.tongue, norm.object))
        return self.kind_and_act(norm) + (f" ({named})" if named else "")

    def kind_and_act(self, norm: Norm) -> str:
        """What a norm does with which act, without what it concerns."""
        return sentence(f"{word(self.tongue, NORM_KINDS, norm.kind)}: {act_words(self.tongue, norm.act)}")

    def own_words(self, text: str) -> str:
        """A text that is the case's own, in the language when the case has it there."""
        return self.assessment.translations.say(text, self.tongue.language)

    def with_names(self, text: str) -> str:
        """A text of the case in which ids of parties are read as their names."""
        ids = "|".join(re.escape(party.id) for party in self.assessment.agreement.parties)
        return re.sub(rf"(?<![\w-])(?:{ids})(?![\w-])", lambda found: self.party(found.group()), text)

    def because(self, reason: Because) -> str:
        """A reason in the language; parties by name, the field's words translated."""
        return self.tongue.fill(reason.template, {name: self.value(value) for name, value in reason.values})

    def value(self, value: Scalar) -> Scalar:
        """A value of a reason as a reader knows it."""
        if not isinstance(value, str):
            return value
        return coarse_text(any_word(self.tongue, self.party(value)))

    def readings_named(self, readings: Sequence[str]) -> tuple[str, ...]:
        """Readings by id; where it is every reading of several, that is said instead."""
        known = tuple(reading.id for reading in self.assessment.agreement.readings)
        if len(known) > 1 and set(known) <= set(readings):
            return (self.tongue.say(msgid("every reading")),)
        return tuple(dict.fromkeys(readings))

    def all_of(self, readings: Sequence[str], known: Sequence[str]) -> str:
        """Readings that come out alike, as how many there are where it is all that a norm has; else by id."""
        if len(readings) == 1 or set(readings) != set(known):
            return self.tongue.join(tuple(readings))
        if len(readings) == 2:
            return self.tongue.say(msgid("both readings"))
        return self.tongue.say_many("all {n} reading", "all {n} readings", len(readings))

    def document(self, source_id: str) -> TextSource | None:
        """A document the agreement names as a source."""
        return next((source for source in self.assessment.agreement.sources if source.id == source_id), None)

    def window(self, reading: str) -> ReadingWindow | None:
        """The window of a reading."""
        return next((window for window in self.windows() if window.reading == reading), None)

    def windows(self) -> tuple[ReadingWindow, ...]:
        """The day's window first, when there is one, then those of the readings."""
        return all_windows(self.assessment)

    def counts(self) -> tuple[CountLine, ...]:
        """The day's counts first, when there is a day, then those of the readings' windows."""
        return all_counts(self.assessment)

    def coverage(self, reading: str, phenomenon: str) -> CoverageShare:
        """The coverage a count was seen under; raises :class:`SumsDisagree` when there is none on record."""
        return coverage_of(self.assessment, reading, phenomenon)

    def period(self, start: datetime, end: datetime) -> str:
        """From one moment to another in the mission's zone; with each one's distance from UTC where they differ."""
        tongue = self.tongue
        zones = tongue.zone_name(start), tongue.zone_name(end)
        said = (
            msgid("{start} to {end} ({zone})") if len(set(zones)) == 1 else msgid("{start} ({first}) to {end} ({zone})")
        )
        return tongue.say(said, start=tongue.clock(start), end=tongue.clock(end), first=zones[0], zone=zones[1])

    def incidents(self) -> tuple[IncidentNote, ...]:
        """The incidents of the edition: all, or those that touch the day."""
        if self.day is None:
            return self.assessment.incidents
        return tuple(note for note in self.assessment.incidents if self.day.window.overlaps(note.incident.time))

    def incidents_left_out(self) -> int:
        """How many incidents, inside a window or of the day, the appendix leaves out for its length."""
        return self.assessment.incidents_left_out


def anchor(norm: Norm) -> str:
    """The id of the heading under which the findings on a norm stand."""
    return f"norm-{norm.id}"


def all_windows(assessment: Assessment) -> tuple[ReadingWindow, ...]:
    """The local day's window first, when there is one, then those of the readings."""
    day = assessment.day
    if day is None:
        return assessment.windows
    return (ReadingWindow(DAY, day.window.start, day.window.end, day.coverage), *assessment.windows)


def all_counts(assessment: Assessment) -> tuple[CountLine, ...]:
    """The local day's counts first, when there is one, then those of the readings' windows."""
    return (*(assessment.day.counts if assessment.day else ()), *assessment.counts)


def coverage_of(assessment: Assessment, reading: str, phenomenon: str) -> CoverageShare:
    """The coverage a count was seen under; raises :class:`SumsDisagree` when there is none on record."""
    for window in all_windows(assessment):
        for share in window.coverage if window.reading == reading else ():
            if share.phenomenon == phenomenon:
                return share
    raise SumsDisagree(
        f"a count of {phenomenon} under the reading {reading!r} has no coverage share beside it",
        where="counts",
        do="give each window the coverage of every phenomenon that is counted, 0 when no source senses it",
    )
