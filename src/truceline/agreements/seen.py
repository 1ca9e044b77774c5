"""Whether an act could have been seen at all: the coverage of the phenomena that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from truceline.agreements.acts import Act
from truceline.model import Phenomenon


class SeenArea(Protocol):
    """One area's share of the window in which at least one source could see."""

    @property
    def area(self) -> str:
        """Its name."""

    @property
    def undisturbed(self) -> float:
        """The part of the window in which a source watched undisturbed, from 0 to 1."""


class SeenShare(Protocol):
    """One phenomenon's share of place and time in which it could have been seen (``coverage.shares``)."""

    @property
    def phenomenon(self) -> Phenomenon:
        """What could be seen."""

    @property
    def share(self) -> float:
        """Mean over all areas of the mission, from 0 to 1."""

    @property
    def undisturbed(self) -> float:
        """The part of it in which a source watched undisturbed: only that lets silence speak."""

    @property
    def areas(self) -> Sequence[SeenArea]:
        """The areas behind the mean."""


@dataclass(frozen=True)
class Visibility:
    """How well an act could have been seen in a window.

    ``shares`` say how far each phenomenon that shows the act could be seen, if only by degraded sources; ``best`` is
    the highest of them: if it is 0, nothing could have shown the act. ``undisturbed`` says how far each that must have
    been watched for before silence counts was watched undisturbed; ``least`` is the one watched least, ``weakest`` its
    share. ``dim_areas`` are areas in which one of them was watched undisturbed for less than is asked of every area.
    """

    shares: tuple[tuple[str, float], ...]
    undisturbed: tuple[tuple[str, float], ...]
    areas: int
    dim_areas: int

    @property
    def best(self) -> float:
        """The share of the phenomenon that could be seen best."""
        return max((share for _, share in self.shares), default=0.0)

    @property
    def weakest(self) -> float:
        """The share of the phenomenon that was watched least."""
        return min((share for _, share in self.undisturbed), default=0.0)

    @property
    def least(self) -> str:
        """The phenomenon that was watched least, the first where several were; empty where none shows the act."""
        return min(self.undisturbed, key=lambda pair: pair[1], default=("", 0.0))[0]


def visibility(act: Act, shares: Sequence[SeenShare], area_share: float) -> Visibility:
    """The coverage that bears on an act; a phenomenon without a record counts as unseen.

    ``area_share`` is the share of the time asked of every single area.
    """
    known = {share.phenomenon: share for share in shares}
    areas = [area for p in act.watched_for if p in known for area in known[p].areas]
    return Visibility(
        shares=tuple((str(p), float(known[p].share) if p in known else 0.0) for p in act.shown_by),
        undisturbed=tuple((str(p), float(known[p].undisturbed) if p in known else 0.0) for p in act.watched_for),
        areas=len({area.area for area in areas}),
        dim_areas=len({area.area for area in areas if area.undisturbed < area_share}),
    )


@dataclass(frozen=True)
class _Area:
    """One area's share over several spans."""

    area: str
    undisturbed: float


@dataclass(frozen=True)
class _Share:
    """One phenomenon's share over several spans."""

    phenomenon: Phenomenon
    share: float
    undisturbed: float
    areas: tuple[_Area, ...]


def over_spans(parts: Sequence[tuple[float, Sequence[SeenShare]]]) -> tuple[SeenShare, ...]:
    """The shares of several spans together, each with its length in seconds: their mean, weighted by length.

    What has no record in a span was not seen in it.
    """
    whole = sum(length for length, _ in parts) or 1.0
    weighed = [(length / whole, one) for length, shares in parts for one in shares]
    return tuple(
        _together([(weight, one) for weight, one in weighed if one.phenomenon is phenomenon], phenomenon)
        for phenomenon in dict.fromkeys(one.phenomenon for _, one in weighed)
    )


def _together(parts: Sequence[tuple[float, SeenShare]], phenomenon: Phenomenon) -> _Share:
    areas: dict[str, float] = {}
    for weight, one in parts:
        for area in one.areas:
            areas[area.area] = areas.get(area.area, 0.0) + weight * float(area.undisturbed)
    return _Share(
        phenomenon,
        sum(weight * float(one.share) for weight, one in parts),
        sum(weight * float(one.undisturbed) for weight, one in parts),
        tuple(_Area(area, share) for area, share in areas.items()),
    )
