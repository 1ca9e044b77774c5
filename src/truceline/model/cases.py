"""Cases: what people do about a finding, as acts that are appended and never changed.

A case is nothing but its acts. Each says who did what and when; what stands now is worked out from all of them
(:mod:`truceline.verification.cases`). An act has one canonical JSON, whose SHA-256 is its id: that is what a signature
would be over, and what a private log holds.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from truceline.model.canonical import canonical_json, record_sha256
from truceline.model.errors import ValueFault
from truceline.model.findings import Result
from truceline.model.times import Interval, in_utc

LONGEST_WORDS = 10_000
"""Characters of what somebody says in an act; longer texts are evidence and are kept as such."""

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of writing, so that a text may read otherwise than it is."""


class Phase(StrEnum):
    """What a stage is for; missions name their stages, the phase says what may be done in one."""

    NO_CASE = "no-case"
    """Before there is a case; no stage has it."""
    OPENED = "opened"
    NOTIFIED = "notified"
    REVIEW = "review"
    FINDING = "finding"
    REMEDY = "remedy"
    ENDED = "ended"


class Says(StrEnum):
    """What a party's reply comes to."""

    ACKNOWLEDGES = "acknowledges"
    """The notice was received; nothing is said of the matter."""
    ANSWERS = "answers"
    DISPUTES = "disputes"
    REMEDIED = "remedied"
    """The party says that it has put things right."""
    SATISFIED = "satisfied"
    """The party holds that the other has put things right."""
    WAIVES = "waives"
    """The party asks for no remedy."""


class Confidence(StrEnum):
    """How good the basis of a judgement is; apart from how likely a thing is (ICD 203)."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class FindingRevision:
    """One finding exactly as it stood: ``sha256`` is that of its canonical JSON, ``party`` whom it is held against."""

    id: str
    revision: int
    sha256: str
    result: Result
    party: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A case is opened: on which finding, between whom, on which case list, by whose observations.

    ``collectors`` are the people of the mission who collected what it rests on; none when only instruments and feeds
    did. ``incidents`` are those it is about; none: all of the finding. ``stage`` is the first.
    """

    finding: FindingRevision
    parties: tuple[str, ...]
    case_list: str
    event: Interval
    detected: datetime
    collectors: tuple[str, ...]
    incidents: tuple[str, ...]
    stage: str
    because: str


@dataclass(frozen=True, slots=True)
class Revising:
    """The case is from now on about a newer revision of its finding; ``step`` counts such acts from 1."""

    step: int
    finding: FindingRevision
    because: str


@dataclass(frozen=True, slots=True)
class Move:
    """From one stage to the next; ``step`` counts moves from 1.

    ``sha256`` is the revision of the finding at that moment, ``done_at`` when the thing itself was done (a remedy),
    ``due`` until when the stage lasts at most, ``clause`` where the agreement says so.
    """

    step: int
    of: str
    to: str
    sha256: str
    because: str
    done_at: datetime | None = None
    due: datetime | None = None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A party was told; it has until ``reply_by`` to answer. ``clause`` is where the agreement sets that time."""

    party: str
    given_at: datetime
    words: str
    reply_by: datetime | None = None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a party said to a notice, by the notice's id."""

    notice: str
    party: str
    says: Says
    received_at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Until the time a notice gave, no answer came. It says nothing about the matter."""

    notice: str
    party: str
    reply_by: datetime


@dataclass(frozen=True, slots=True)
class ReviewGrade:
    """One reviewer's judgement of one exact revision, made before seeing another's.

    ``outcome`` is the stage of the phase ``finding`` it should go to; what it rests on is graded as source (A to F)
    and as item (1 to 6), apart from each other.
    """

    sha256: str
    outcome: str
    source_grade: str
    item_grade: str
    confidence: Confidence
    because: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody was shown how others graded a revision, and grades it no more."""

    sha256: str


@dataclass(frozen=True, slots=True)
class Dissent:
    """Somebody holds otherwise; it stays beside the finding for good."""

    sha256: str
    words: str


@dataclass(frozen=True, slots=True)
class GlassAsked:
    """Somebody who need not know a case asks to see it at once."""

    because: str


@dataclass(frozen=True, slots=True)
class GlassBroken:
    """A second person agreed: whoever asked may read the case until then, and everyone is told."""

    asked: str
    reader: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Publishing:
    """What was decided on a revision is to be published; ``step`` counts such acts from 1.

    ``stage`` is what is said of it. ``entries`` are the SHA-256 of the sealed entries for the public log: each is a
    list of commitments, so none tells anything.
    """

    step: int
    sha256: str
    stage: str
    entries: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Redacting:
    """Fields of something published are closed for good: their salts are deleted, ``entry`` is the sealed entry."""

    entry: str
    paths: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Supposing:
    """Another explanation of what happened is kept with the finding, in words its holder could accept.

    ``id`` is what marks name it by, ``kind`` a word of :class:`~truceline.verification.hypotheses.HypothesisKind`.
    """

    id: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Marking:
    """How one item of evidence bears on one explanation (``for``, ``against``, ``neither``), and why.

    ``origin`` is what repeats of the item share; empty where it speaks for itself. A later mark takes the place of an
    earlier one of the same item and explanation.
    """

    evidence: str
    hypothesis: str
    bears: str
    because: str
    origin: str = ""


Deed = (
    Opening
    | Revising
    | Move
    | Notice
    | Reply
    | Silence
    | ReviewGrade
    | Shown
    | Dissent
    | GlassAsked
    | GlassBroken
    | Publishing
    | Redacting
    | Supposing
    | Marking
)

KINDS: dict[str, type[Deed]] = {
    "opening": Opening,
    "revising": Revising,
    "move": Move,
    "notice": Notice,
    "reply": Reply,
    "silence": Silence,
    "grade": ReviewGrade,
    "shown": Shown,
    "dissent": Dissent,
    "glass-asked": GlassAsked,
    "glass-broken": GlassBroken,
    "publishing": Publishing,
    "redacting": Redacting,
    "hypothesis": Supposing,
    "mark": Marking,
}
"""The word of every kind of deed, as records and JSON have it."""

_WORDS = {kind: word for word, kind in KINDS.items()}


@dataclass(frozen=True)
class Act:
    """One thing done in a case: by whom (a person's id), when it was entered, and what.

    Raises :class:`ValueFault` for an empty or overlong text, marks that turn the direction of writing, a naive moment.
    """

    case: str
    by: str
    at: datetime
    deed: Deed

    def __post_init__(self) -> None:
        """Refuse what a reader could misread."""
        in_utc(self.at)
        for name in ("because", "words"):
            if hasattr(self.deed, name):
                check_words(getattr(self.deed, name), name)

    @classmethod
    def as_kept(cls, case: str, by: str, at: datetime, deed: Deed, canonical: bytes) -> Act:
        """An act read back from its canonical JSON, with those very bytes: they are what its id is the hash of."""
        act = cls(case, by, at, deed)
        act.__dict__["canonical"] = canonical
        return act

    @property
    def kind(self) -> str:
        """The word for what was done."""
        return _WORDS[type(self.deed)]

    @cached_property
    def canonical(self) -> bytes:
        """The act's canonical JSON: what is kept, hashed, and would be signed."""
        return canonical_json({"act": self.kind, "at": self.at, "by": self.by, "case": self.case, "deed": self.deed})

    @cached_property
    def id(self) -> str:
        """The SHA-256 of that, in 64 hexadecimal digits."""
        return hashlib.sha256(self.canonical).hexdigest()


def case_id_of(by: str, at: datetime, opening: Opening) -> str:
    """The id a new case gets: ``c-`` and twelve digits of the hash of its opening, the same wherever it is entered."""
    return f"c-{record_sha256({'at': at, 'by': by, 'deed': opening})[:12]}"


def check_words(words: str, where: str) -> None:
    """Raise :class:`ValueFault` for a text that says nothing, is too long, or may read otherwise than it is.

    >>> check_words("two mortar rounds", "because")
    """
    marks = [one for one in words if one in _TURNING or (unicodedata.category(one) == "Cc" and one != "\n")]
    what = ""
    if not words.strip():
        what = "is empty"
    elif len(words) > LONGEST_WORDS:
        what = f"has {len(words):,} characters, more than {LONGEST_WORDS:,}"
    elif marks:
        what = f"holds the character U+{ord(marks[0]):04X}, which no reader sees"
    if what:
        raise ValueFault(
            f"the text {what}", where=where, do="say it in plain words", example="two rounds heard by both posts"
        )
