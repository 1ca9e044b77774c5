"""Custody: who had a piece of evidence in hand, when, for what, and whether its bytes were still those that came in.

Question: can every moment between the bytes coming in and the sentence in a report be accounted for? An item of
evidence is its bytes, named by their SHA-256. Whatever is done with them is a :class:`CustodyEvent`: which item, what
was done and how far it came, by whom and what for, when (UTC), and what the hash said. The events of one item are a
chain: each has its place from 1 on and names the one before it by its id, the SHA-256 of its canonical JSON.

What touches the disk cannot be one step with the record of it. Such an act is written down as *begun* before the disk
is touched and as *done* or *failed* after it. One that ended without a word is found when the store is next opened,
and what was found on the disk is written down as *interrupted*.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from truceline.model.canonical import canonical_json
from truceline.model.cases import check_words
from truceline.model.errors import ValueFault
from truceline.model.times import in_utc

NOT_NAMED = "not-named"
"""Stands for whoever ran a command without saying who they are."""

Detail = Mapping[str, str | int | bool]


class CustodyKind(StrEnum):
    """What is done with an item of evidence."""

    RECEIVE = "receive"
    READ = "read"
    COPY = "copy"
    EXPORT = "export"
    """A copy that leaves the mission, with its chain."""
    TRANSFER = "transfer"
    """Responsibility for it goes to somebody else."""
    DERIVE = "derive"
    """Another item is made of it."""
    DESTROY = "destroy"


class CustodyStage(StrEnum):
    """How far an act came."""

    BEGUN = "begun"
    """About to be done; written before the disk is touched."""
    DONE = "done"
    FAILED = "failed"
    """It was tried and came to nothing; the detail says why."""
    INTERRUPTED = "interrupted"
    """It was begun and ended without a word; the detail says what was found afterwards."""
    FOUND = "found"
    """The item was in the store before events were written; who did what with it until then is not on record."""


class HashState(StrEnum):
    """What hashing the bytes anew said."""

    AGREES = "agrees"
    DIFFERS = "differs"
    ABSENT = "absent"
    """There are no bytes under that name."""
    NOT_ASKED = "not-asked"
    """The act does not touch the bytes."""


@dataclass(frozen=True, slots=True)
class Handling:
    """Who acts, what for, and when: nobody comes to bytes of evidence without one.

    Raises :class:`ValueFault` for an empty name or purpose, marks that turn the direction of writing, a naive moment.

    >>> from datetime import UTC
    >>> Handling("olena", "to compare two pictures", datetime(2031, 5, 1, tzinfo=UTC)).by
    'olena'
    """

    by: str
    purpose: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse what a reader could misread."""
        in_utc(self.at)
        check_words(self.by, "by")
        check_words(self.purpose, "purpose")


def check_item(item: str) -> str:
    """The name of an item; raises :class:`ValueFault` for anything but a SHA-256, such as a way out of the folder.

    >>> check_item(hashlib.sha256(b"").hexdigest())[:8]
    'e3b0c442'
    """
    if len(item) != 64 or set(item) - set("0123456789abcdef"):
        raise ValueFault(
            f"{item[:80]!r} names no item of evidence",
            do="give its SHA-256, 64 digits in lower case",
            example=hashlib.sha256(b"").hexdigest(),
        )
    return item


@dataclass(frozen=True, slots=True)
class CustodyEntry:
    """What is to be written down; its place in the chain is given by the store."""

    item: str
    kind: CustodyKind
    stage: CustodyStage
    handling: Handling
    hash: HashState = HashState.NOT_ASKED
    detail: Detail = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an item that is no SHA-256."""
        check_item(self.item)


@dataclass(frozen=True)
class CustodyEvent:
    """One link of an item's chain: ``position`` from 1 on, ``prior`` the id of the one before, empty for the first."""

    entry: CustodyEntry
    position: int
    prior: str

    @classmethod
    def as_kept(cls, entry: CustodyEntry, position: int, prior: str, canonical: bytes) -> CustodyEvent:
        """An event read back, with the very bytes its id is the hash of."""
        event = cls(entry, position, prior)
        event.__dict__["canonical"] = canonical
        return event

    @property
    def begun(self) -> str:
        """The id of the event that this one brings to its end; empty for one that was a single step."""
        return str(self.entry.detail.get("begun", ""))

    @cached_property
    def canonical(self) -> bytes:
        """Its canonical JSON (RFC 8785): what is kept and hashed."""
        entry = self.entry
        return canonical_json(
            {
                "item": entry.item,
                "position": self.position,
                "prior": self.prior,
                "event": entry.kind,
                "stage": entry.stage,
                "by": entry.handling.by,
                "purpose": entry.handling.purpose,
                "at": entry.handling.at,
                "hash": entry.hash,
                "detail": entry.detail,
            }
        )

    @cached_property
    def id(self) -> str:
        """The SHA-256 of that, in 64 hexadecimal digits."""
        return hashlib.sha256(self.canonical).hexdigest()
