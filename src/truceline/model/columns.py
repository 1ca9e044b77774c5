"""Many observations or incidents at once, as columns: the form in which bulk work is done.

Row *i* of every column is one record. Words are coded: a small tuple of names and an integer per row.
Times are microseconds since 1970 UTC; an unknown best or an open highest count is -1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from truceline.model.vocabulary import Stratum

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Ids = NDArray[np.uint64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]
Strata = NDArray[np.uint32]
"""Bit sets of channels: bit *i* is the *i*-th member of ``Stratum`` (:func:`strata_bits`, :func:`strata_of`)."""

UNKNOWN_COUNT = -1


@dataclass(frozen=True)
class Words:
    """A column of repeated words: ``names[codes[i]]`` is the word of row *i*.

    >>> Words.of(["b", "a", "b"]).names
    ('a', 'b')
    """

    codes: Codes
    names: tuple[str, ...]

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        """Code a sequence of words; the names come out sorted."""
        names, codes = np.unique(np.asarray(words, dtype=object), return_inverse=True)
        return cls(codes.astype(np.int32).reshape(-1), tuple(str(name) for name in names))

    def take(self, rows: NDArray[Any]) -> Self:
        """The same names, some of the rows."""
        return replace(self, codes=self.codes[rows])

    def equal(self, word: str) -> Mask:
        """Which rows hold this word."""
        if word not in self.names:
            return np.zeros(len(self.codes), dtype=bool)
        found: Mask = self.codes == self.names.index(word)
        return found

    def among(self, words: Sequence[str]) -> Mask:
        """Which rows hold any of these words."""
        wanted = [i for i, name in enumerate(self.names) if name in set(words)]
        return np.isin(self.codes, wanted)

    def word(self, row: int) -> str:
        """The word of one row."""
        return self.names[int(self.codes[row])]

    def words(self) -> NDArray[np.object_]:
        """Every row's word."""
        return np.asarray(self.names, dtype=object)[self.codes]


def _unsaid() -> Words:
    return Words(np.zeros(0, dtype=np.int32), ("",))


def _unmeasured() -> Floats:
    return np.zeros(0)


@dataclass(frozen=True)
class Columns:
    """What observation and incident tables share: when, where, what, how many, whose, with what, at what.

    The columns of weapon and target may be left out: then they are unknown in every row.
    """

    id: Ids
    start_us: Ints
    end_us: Ints
    sometime: Mask
    phenomenon: Words
    place: Ids
    """Numbers of place keys (:func:`id_of` a ``Place.key``): equal for two places that say the same."""
    area: Words
    """Name of the area the place lies in, empty when unknown."""
    party: Words
    """Party said to have acted; empty when nobody was named."""
    direction: Words
    count_low: Ints
    count_best: Ints
    count_high: Ints
    lat: Floats
    lon: Floats
    radius_m: Floats
    """95 % radius of the position; not a number where there is no position."""
    weapon: Words = field(default_factory=_unsaid, kw_only=True)
    """Class of weapon, a word of :class:`~truceline.model.Weapon`; empty when unknown."""
    calibre_mm: Floats = field(default_factory=_unmeasured, kw_only=True)
    """Calibre in millimetres; not a number when unknown."""
    weapon_name: Words = field(default_factory=_unsaid, kw_only=True)
    """Named system as in the catalogue of weapons, such as ``BM-21``; empty when unknown."""
    target: Words = field(default_factory=_unsaid, kw_only=True)
    """Class of what was hit or aimed at, a word of :class:`~truceline.model.Target`; empty when unknown."""

    def __post_init__(self) -> None:
        """Make every row unknown in the columns of weapon and target that were left out."""
        rows = len(self)
        if rows == 0:
            return
        for name in ("weapon", "weapon_name", "target"):
            if len(getattr(self, name).codes) == 0:
                object.__setattr__(self, name, Words(np.zeros(rows, dtype=np.int32), ("",)))
        if len(self.calibre_mm) == 0:
            object.__setattr__(self, "calibre_mm", np.full(rows, np.nan))

    def __len__(self) -> int:
        """How many rows."""
        return len(self.id)

    def take(self, rows: NDArray[Any]) -> Self:
        """Some of the rows, by index or mask; all of them in their own order are the table itself."""
        if len(rows) == len(self) and _is_every_row(rows):
            return self
        changes: dict[str, Any] = {}
        for column in fields(self):
            value = getattr(self, column.name)
            changes[column.name] = value.take(rows) if isinstance(value, Words) else value[rows]
        return replace(self, **changes)


def _is_every_row(rows: NDArray[Any]) -> bool:
    return bool(rows.all()) if rows.dtype == np.bool_ else bool((rows == np.arange(len(rows))).all())


@dataclass(frozen=True)
class ObservationTable(Columns):
    """Observations as columns. ``id`` stands for source and natural key (:func:`id_of`)."""

    source: Words
    stratum: Words
    flags: Words = field(default_factory=_unsaid, kw_only=True)
    """Flags of the observation, joined by blanks in their order; empty when it has none."""
    probability: Floats = field(default_factory=_unmeasured, kw_only=True)
    """That it tells of anything real, as its source states it; not a number where it states nothing."""

    def __post_init__(self) -> None:
        """Give no row a flag where the flags were left out, nor a probability."""
        super().__post_init__()
        if len(self) and len(self.probability) == 0:
            object.__setattr__(self, "probability", np.full(len(self), np.nan))
        if len(self) and len(self.flags.codes) == 0:
            object.__setattr__(self, "flags", Words(np.zeros(len(self), dtype=np.int32), ("",)))


@dataclass(frozen=True)
class IncidentTable(Columns):
    """Incidents as columns. ``strata`` are the channels that tell of each, as a bit set."""

    strata: Strata
    members: Ints
    """How many observations tell of the incident."""
    probability: Floats = field(default_factory=_unmeasured, kw_only=True)
    """That the incident is real; not a number where nothing measured gives it."""

    def __post_init__(self) -> None:
        """Make the probability unknown in every row where it was left out."""
        super().__post_init__()
        if len(self) and len(self.probability) == 0:
            object.__setattr__(self, "probability", np.full(len(self), np.nan))


@dataclass(frozen=True)
class Membership:
    """Which observation belongs to which incident, one row each."""

    incident: Ids
    observation: Ids


def strata_bits(strata: Iterable[str]) -> int:
    """Channels as a bit set; a word that is no channel adds nothing.

    >>> strata_bits(["seismic", "radar"])
    5
    """
    wanted = set(strata)
    return sum(1 << place for place, stratum in enumerate(Stratum) if stratum.value in wanted)


def strata_of(bits: int) -> tuple[Stratum, ...]:
    """The channels of a bit set, in the order of the vocabulary.

    >>> [str(stratum) for stratum in strata_of(5)]
    ['seismic', 'radar']
    """
    return tuple(stratum for place, stratum in enumerate(Stratum) if int(bits) >> place & 1)


def id_of(key: str) -> int:
    """The number that stands for a key among many: the first 64 bits of its SHA-256.

    >>> f"{id_of('area:Odeska oblast'):016x}"
    '5b682696b09a1e72'
    """
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")


def id_text(number: int) -> str:
    """An id as people see it: 16 hexadecimal digits.

    >>> id_text(255)
    '00000000000000ff'
    """
    return f"{int(number):016x}"
