"""What share of a place × time could have been seen, by phenomenon."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model import CoverageState, Phenomenon, Stratum


@dataclass(frozen=True, slots=True)
class AreaShare:
    """One area: the share of the window in which at least one source could see, and why not, where not.

    ``undisturbed`` is the part of the window in which a source watched all of the area and was not merely degraded.
    ``state`` is ``watching`` when at least one source watched undisturbed all the time, ``degraded`` when the share is
    at least one half but part of it was unseen or seen by a degraded source only, else the dark state that held
    longest.
    """

    area: str
    share: float
    state: CoverageState
    reasons: tuple[str, ...]
    undisturbed: float = 0.0


@dataclass(frozen=True, slots=True)
class CoverageShare:
    """One phenomenon: the mean share over all areas of the mission, and the strata that could see it.

    ``share`` is 0 with no strata when no source senses the phenomenon at all. ``undisturbed`` is the part of it
    in which a source watched and was not merely degraded: the press covers a war every day and misses most of it.
    Silence speaks only as far as ``undisturbed`` reaches.
    """

    phenomenon: Phenomenon
    share: float
    strata: tuple[Stratum, ...]
    areas: tuple[AreaShare, ...]
    undisturbed: float = 0.0
