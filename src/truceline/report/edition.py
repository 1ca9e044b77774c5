"""One edition of a report: an assessment, a language, and perhaps a single day of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from truceline.coverage.shares import CoverageShare
from truceline.mission.assessment import Assessment, IncidentNote, ReadingWindow
from truceline.model import Because, Interval, Norm, Scalar, SumsDisagree, TextSource, zone
from truceline.report.content import sentence
from truceline.report.language import Tongue, check_language, msgid
from truceline.report.words import ACTS, NORM_KINDS, WEAPONS, any_word, word


@dataclass(frozen=True)
class Edition:
    """What every section is written from. ``day`` is a local calendar day: then this is the daily report."""

    assessment: Assessment
    tongue: Tongue
    day: date | None = None

    @classmethod
    def of(cls, assessment: Assessment, language: str, day: date | None = None) -> Edition:
        """An edition in a language; raises :class:`UsageFault` for a language there is none in."""
        check_language(language)
        return cls(assessment, Tongue(language, zone(assessment.time_zone)), day)

    def party(self, party_id: str) -> str:
        """A party's name in the language, in the words of the agreement."""
        for party in self.assessment.agreement.parties:
            if party.id == party_id:
                return party.name(self.tongue.language)
        return party_id

    def norm_title(self, norm: Norm) -> str:
        """What a norm says, in a few words."""
        about = word(self.tongue, ACTS, norm.act)
        weapon = "" if norm.object == "any" else f" ({word(self.tongue, WEAPONS, norm.object)})"
        return sentence(f"{word(self.tongue, NORM_KINDS, norm.kind)}: {about}{weapon}")

    def because(self, reason: Because) -> str:
        """A reason in the language; parties by name, the field's words translated."""
        return self.tongue.fill(reason.template, {name: self.value(value) for name, value in reason.values})

    def value(self, value: Scalar) -> Scalar:
        """A value of a reason as a reader knows it."""
        if not isinstance(value, str):
            return value
        return any_word(self.tongue, self.party(value))

    def document(self, source_id: str) -> TextSource | None:
        """A document the agreement names as a source."""
        return next((source for source in self.assessment.agreement.sources if source.id == source_id), None)

    def window(self, reading: str) -> ReadingWindow | None:
        """The window of a reading."""
        return next((window for window in self.assessment.windows if window.reading == reading), None)

    def coverage(self, reading: str, phenomenon: str) -> CoverageShare:
        """The coverage a count was seen under; raises :class:`SumsDisagree` when there is none on record."""
        return coverage_of(self.assessment, reading, phenomenon)

    def period(self, start: datetime, end: datetime) -> str:
        """From one moment to another in the mission's zone."""
        tongue = self.tongue
        return tongue.say(
            msgid("{start} to {end} ({zone})"),
            start=tongue.clock(start),
            end=tongue.clock(end),
            zone=tongue.zone_name(start),
        )

    def day_bounds(self) -> Interval | None:
        """The chosen local day as an interval."""
        if self.day is None:
            return None
        start = datetime.combine(self.day, time(), self.tongue.zone)
        end = datetime.combine(self.day + timedelta(days=1), time(), self.tongue.zone)
        return Interval(start.astimezone(UTC), end.astimezone(UTC))

    def incidents(self) -> tuple[IncidentNote, ...]:
        """The incidents of the edition: all, or those that touch the chosen day."""
        bounds = self.day_bounds()
        if bounds is None:
            return self.assessment.incidents
        return tuple(note for note in self.assessment.incidents if bounds.overlaps(note.incident.time))


def coverage_of(assessment: Assessment, reading: str, phenomenon: str) -> CoverageShare:
    """The coverage a count was seen under; raises :class:`SumsDisagree` when there is none on record."""
    for window in assessment.windows:
        for share in window.coverage if window.reading == reading else ():
            if share.phenomenon == phenomenon:
                return share
    raise SumsDisagree(
        f"a count of {phenomenon} under the reading {reading!r} has no coverage share beside it",
        where="counts",
        do="give each window the coverage of every phenomenon that is counted, 0 when no source senses it",
    )
