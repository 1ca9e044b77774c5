"""The register: dated entries of what was done or said on the record, which no sensor sees.

Agreements turn on such acts: return fire that was ordered and notified, a repair window that was announced, a finding
by a named body, a waiver, the day that starts the schedule. An entry says who did what, when, who says so, and how
that stands. It is never taken for more than its standing: see ``docs/method/register.md``.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from truceline.model.counts import CountRange
from truceline.model.errors import ValueFault
from truceline.model.observations import EvidenceLink
from truceline.model.times import Interval

_TOKEN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class RegisterKind(StrEnum):
    """What was done or said. Each word says what the ``subject`` of such an entry names."""

    EVENT = "event"
    """A named event of an agreement came about; the subject is its id (``d-day``, ``ceasefire-in-force``)."""
    DONE = "done"
    """A duty was performed; the subject is the norm's or duty's id, ``count`` how many."""
    NOT_DONE = "not-done"
    """Somebody established that a duty was not performed."""
    NOTICE = "notice"
    """Somebody was told, in advance or afterwards; the subject is the permit norm or guarantee."""
    ORDER = "order"
    """An order was given by the one who may; the subject is the permit norm."""
    COORDINATION = "coordination"
    """The coordination mechanism was tried; the subject is the permit norm."""
    REQUEST = "request"
    """Something was asked for, such as consultation; the subject is the guarantee or duty."""
    ACKNOWLEDGEMENT = "acknowledgement"
    """A notice or request was received; the subject is what it spoke of."""
    RESPONSE = "response"
    """An option of a guarantee was used; the subject is the duty, ``option`` which one."""
    DETERMINATION = "determination"
    """A body found something; the subject is the criterion, voiding clause or finding."""
    CLAIM = "claim"
    """A party claims an exception for an incident; the subject is the permit norm, ``about`` the incident."""
    RELEASE = "release"
    """The one it is owed to waived a duty; the subject is the norm."""
    SUSPENSION = "suspension"
    """The agreement (no subject) or one norm or instrument is suspended; ``covers`` says for how long."""
    RESERVATION = "reservation"
    """Somebody reserved a position on the agreement (no subject) or on one norm or instrument."""


class Standing(StrEnum):
    """How an entry stands: only said, established, or established not to be so."""

    CLAIMED = "claimed"
    VERIFIED = "verified"
    DENIED = "denied"


_WHOLE_AGREEMENT = frozenset({RegisterKind.SUSPENSION, RegisterKind.RESERVATION})


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One dated act on the record, with who did it, who says so, and how that stands.

    ``key`` is the entry's number in the register: a later entry of the same number is its correction. ``by`` is the
    party or other actor who did it (empty: not known), ``to`` the addressees, ``said_by`` who established or reported
    it. ``time`` is when it was done (sense ``sometime`` for "on 15 February"); ``covers`` the time that a notice or
    suspension speaks of, ``place`` the zone or area (empty: everywhere), ``about`` the incident. ``value`` is a
    measured figure in ``unit``, ``repeats`` the number of another entry that tells of the same act. Raises
    :class:`ValueFault` for an entry that could not be read one way only.

    >>> from truceline.model import Interval, parse_moment
    >>> noon = parse_moment("2020-08-03T12:00:00Z")
    >>> RegisterEntry("0017", RegisterKind.NOTICE, "return-fire", "party-north", ("mechanism",), Interval(noon, noon),
    ...               Standing.VERIFIED, "mechanism", EvidenceLink("0" * 64, 2)).standing
    <Standing.VERIFIED: 'verified'>
    """

    key: str
    kind: RegisterKind
    subject: str
    by: str
    to: tuple[str, ...]
    time: Interval
    standing: Standing
    said_by: str
    evidence: EvidenceLink
    covers: Interval | None = None
    place: str = ""
    about: str = ""
    option: str = ""
    count: CountRange | None = None
    value: float | None = None
    unit: str = ""
    url: str = ""
    quote: str = ""
    repeats: str = ""

    def __post_init__(self) -> None:
        """Refuse what no reader could tell apart: nameless acts, words that are no ids, figures without a unit."""
        if not self.key.strip():
            raise _fault("key", "is empty", "give the entry its number in the register", "2020-0017")
        if self.repeats == self.key:
            raise _fault(
                "repeats", "names the entry itself", "name the other entry that tells of the same", "2020-0016"
            )
        self._check_subject()
        self._check_actors()
        self._check_figures()

    def _check_subject(self) -> None:
        if not self.subject and self.kind not in _WHOLE_AGREEMENT:
            raise _fault("subject", f"is empty: {self.kind} of what?", "name the norm, duty or event", "return-fire")
        if self.subject and not all(map(_TOKEN.fullmatch, self.subject.split("/"))):
            raise _fault("subject", f"{self.subject!r} is no id", "write it as the agreement does", "return-fire")
        if self.kind is RegisterKind.RESPONSE and not self.option:
            raise _fault("option", "is empty: which of the options was used?", "name the option", "sanctions")
        if self.option and not _TOKEN.fullmatch(self.option):
            raise _fault("option", f"{self.option!r} is no id", "write it as the agreement does", "sanctions")

    def _check_actors(self) -> None:
        for column, name in (("by", self.by), *(("to", name) for name in self.to), ("said_by", self.said_by)):
            if not _TOKEN.fullmatch(name) and (name or column != "by"):
                raise _fault(column, f"{name!r} is no id of small letters, digits and hyphens", *_AN_ACTOR)
        if len(set(self.to)) < len(self.to):
            raise _fault("to", "names one addressee twice", "name each addressee once", "mechanism")

    def _check_figures(self) -> None:
        if self.value is not None and not math.isfinite(self.value):
            raise _fault("value", "is no finite number", "give the measured figure", "120")
        if (self.value is None) != (not self.unit):
            raise _fault("unit", "and value belong together", "give both or neither; 1 for a bare number", "120 mm")


_AN_ACTOR = ("name the party or body by its id", "party-north")


def _fault(column: str, what: str, do: str, example: str) -> ValueFault:
    return ValueFault(f"{column} {what}", do=do, example=example)
