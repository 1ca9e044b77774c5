"""What comes in: sources, observations, coverage, published claims, and rows that were refused."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model.counts import ONE, CountRange
from truceline.model.places import Place
from truceline.model.times import Interval
from truceline.model.vocabulary import CoverageState, Flag, Means, Phenomenon, Stratum, Target, Weapon


@dataclass(frozen=True, slots=True)
class Source:
    """Who or what observes: custodian, channel, reliability grade, and what it can sense.

    ``grade`` is A-F as in NATO practice; F means reliability cannot be judged. ``senses`` lists every
    phenomenon the source can tell of: what is not listed, its silence says nothing about.
    """

    id: str
    title: str
    custodian: str
    stratum: Stratum
    senses: tuple[Phenomenon, ...]
    grade: str = "F"
    url: str = ""
    licence: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceLink:
    """Where the words stand: SHA-256 of the file's bytes and the row or line in it (first is 1)."""

    sha256: str
    line: int


@dataclass(frozen=True, slots=True)
class Observation:
    """What one source says of one thing. Party and coordinates are never mandatory.

    ``key`` is the natural key within its source: a second import of the same row has the same key.
    ``direction`` holds the observer's words for a direction of fire; ``words`` the original text. ``weapon_name`` is a
    named system of the catalogue of weapons (empty: none named), ``calibre_mm`` its calibre in millimetres, and
    ``target`` the class of what was hit or aimed at, as reported or seen. ``probability`` is what the source states
    of how probable it is that its observation tells of anything real, 0 to 1 (``None``: it states nothing).
    """

    key: str
    source: str
    time: Interval
    place: Place
    means: Means
    phenomenon: Phenomenon
    evidence: EvidenceLink
    count: CountRange = ONE
    weapon: Weapon | None = None
    calibre_mm: float | None = None
    weapon_name: str = ""
    target: Target | None = None
    party: str = ""
    direction: str = ""
    words: str = ""
    flags: tuple[Flag, ...] = ()
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a source could have seen in a named area: a record, so that silence is not taken for peace.

    ``area`` is the area's name as the mission lists it, ``*`` for the whole mission area. ``detection`` pairs each
    phenomenon with the probability that one occurrence is noticed; ``None`` means it can be, and nobody has
    measured how often.
    """

    key: str
    source: str
    area: str
    time: Interval
    state: CoverageState
    detection: tuple[tuple[Phenomenon, float | None], ...]
    reason: str
    evidence: EvidenceLink


@dataclass(frozen=True, slots=True)
class Claim:
    """A total that one party or body published about a period; shown beside what could be checked.

    Claims are never added, subtracted or averaged. ``party`` is who claims, ``about`` whom it accuses
    (empty: nobody), ``rule`` the counting rule it states (empty: none stated).
    """

    key: str
    party: str
    about: str
    quantity: str
    count: CountRange
    period: Interval
    said_by: str
    said_on: str
    rule: str
    url: str
    quote: str
    evidence: EvidenceLink


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be used, kept with its line and the reason."""

    line: int
    reason: str
    raw: str
