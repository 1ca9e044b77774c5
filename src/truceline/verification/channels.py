"""How many independent channels speak for an incident, when what was copied speaks once.

**The question:** of all who tell of an incident, how many could not have it from one another? **In:** one row per
observation: its incident, its stratum, who keeps it, and the origin of its words. **Out:** for each incident how many
technical channels speak, and how many independent ones in all.

A channel is a stratum. Instruments of one physics are channels of their own where different custodians keep them: then
neither one fault nor one hand makes both. Where nobody is named as custodian nothing tells the two apart, and they are
one. Of all observations with one origin at most one channel speaks: which one is chosen so that the most channels
remain, technical ones first, and no origin speaks twice (a matching between origins and channels; Kuhn 1955).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from truceline.model import TECHNICAL_STRATA, Stratum
from truceline.model.columns import Codes, Ints, Mask, Rows

NOBODY_NAMED = -1
OWN_WORDS = -1
_STRATA = tuple(Stratum)


@dataclass(frozen=True)
class Voices:
    """Who tells of incidents, one row per observation.

    ``incident`` is the incident's row and ``stratum`` the channel's place in ``Stratum``. ``custodian`` is a number per
    custodian, ``NOBODY_NAMED`` where none is. Equal numbers in ``origin`` repeat one another; ``OWN_WORDS`` marks those
    who speak for themselves.
    """

    incident: Rows
    stratum: Codes
    custodian: Codes
    origin: Ints

    def take(self, rows: Mask) -> Voices:
        """Some of them."""
        return Voices(self.incident[rows], self.stratum[rows], self.custodian[rows], self.origin[rows])


@dataclass(frozen=True)
class Channels:
    """How many channels speak for each incident: technical ones, and independent ones in all."""

    technical: Ints
    independent: Ints


def independent_channels(
    voices: Voices, incidents: int, *, never: Iterable[Stratum] = (), by_custodian: bool = True
) -> Channels:
    """The channels that speak for each of so many incidents; those that ``never`` count are left out.

    >>> two = Voices(np.array([0, 0]), np.array([0, 8], np.int32), np.array([-1, -1], np.int32), np.array([7, 7]))
    >>> independent_channels(two, 1)  # a seismic reading and a page that repeats it
    Channels(technical=array([1]), independent=array([1]))
    """
    barred = [_STRATA.index(stratum) for stratum in never]
    voices = _with_named_custodians(voices.take(~np.isin(voices.stratum, barred)), by_custodian)
    channel = voices.stratum.astype(np.int64) * (int(voices.custodian.max(initial=0)) + 2) + voices.custodian + 1
    _, first = np.unique(np.stack([voices.incident, channel]), axis=1, return_index=True)
    technical_rows = voices.incident[first][_is_technical(voices.stratum[first])]
    technical = np.bincount(technical_rows, minlength=incidents)
    independent = np.bincount(voices.incident[first], minlength=incidents)
    for row in _with_repeated_words(voices, channel):
        own = voices.incident == row
        technical[row], independent[row] = _matched(voices.take(own), channel[own])
    return Channels(technical.astype(np.int64), independent.astype(np.int64))


def _with_named_custodians(voices: Voices, by_custodian: bool) -> Voices:
    """Custodians tell instruments of one physics apart, and nothing else; unnamed ones give way to named ones."""
    technical = _is_technical(voices.stratum)
    custodian = np.where(technical & by_custodian, voices.custodian, NOBODY_NAMED).astype(np.int32)
    told = Voices(voices.incident, voices.stratum, custodian, voices.origin)
    here = told.incident.astype(np.int64) * len(_STRATA) + told.stratum
    unnamed = technical & (custodian == NOBODY_NAMED) & np.isin(here, here[custodian != NOBODY_NAMED])
    return told.take(~unnamed)


def _is_technical(stratum: Codes) -> Mask:
    return np.isin(stratum, [_STRATA.index(one) for one in TECHNICAL_STRATA])


def _with_repeated_words(voices: Voices, channel: Ints) -> list[int]:
    """Incidents for which one origin speaks through more than one channel."""
    said = voices.origin != OWN_WORDS
    triples = np.unique(np.stack([voices.incident[said], voices.origin[said], channel[said]]), axis=1)
    pairs, times = np.unique(triples[:2], axis=1, return_counts=True)
    return [int(row) for row in np.unique(pairs[0][times > 1])]


def _matched(voices: Voices, channel: Ints) -> tuple[int, int]:
    """Technical channels and all channels that can speak, each from an origin of its own."""
    origins: dict[int, set[int]] = {}
    for row, (one, origin) in enumerate(zip(channel.tolist(), voices.origin.tolist(), strict=True)):
        origins.setdefault(one, set()).add(origin if origin != OWN_WORDS else -2 - row)
    technical = set(channel[_is_technical(voices.stratum)].tolist())
    speaks_for: dict[int, int] = {}
    found = [0, 0]
    for place, some in enumerate((technical, origins.keys() - technical)):
        # A channel that speaks keeps speaking when another joins it, so technical channels may be taken first.
        found[place] = sum(_finds_origin(one, origins, speaks_for, set()) for one in sorted(some))
    return found[0], sum(found)


def _finds_origin(channel: int, origins: dict[int, set[int]], speaks_for: dict[int, int], tried: set[int]) -> bool:
    """Give a channel an origin nobody else speaks for, moving others to another of theirs where that helps."""
    for origin in sorted(origins[channel]):
        if origin in tried:
            continue
        tried.add(origin)
        other = speaks_for.get(origin)
        if other is None or _finds_origin(other, origins, speaks_for, tried):
            speaks_for[origin] = channel
            return True
    return False
