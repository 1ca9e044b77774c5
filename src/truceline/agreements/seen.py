"""Whether an act could have been seen at all: the coverage of the phenomena that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from truceline.agreements.acts import Act
from truceline.model import Phenomenon


class SeenArea(Protocol):
    """One area's share of the window in which at least one source watched."""

    @property
    def area(self) -> str:
        """Its name."""

    @property
    def share(self) -> float:
        """From 0 to 1."""


class SeenShare(Protocol):
    """One phenomenon's share of place and time in which it could have been seen (``coverage.shares``)."""

    @property
    def phenomenon(self) -> Phenomenon:
        """What could be seen."""

    @property
    def share(self) -> float:
        """Mean over all areas of the mission, from 0 to 1."""

    @property
    def areas(self) -> Sequence[SeenArea]:
        """The areas behind the mean."""


@dataclass(frozen=True)
class Visibility:
    """How well an act could have been seen in a window.

    ``best`` is the share of the phenomenon seen best: if it is 0, nothing could have shown the act. ``weakest`` is the
    share of the phenomenon seen worst among those that must have been watched for before silence counts.
    """

    shares: tuple[tuple[str, float], ...]
    best: float
    weakest: float
    areas: int
    blind_areas: int


def visibility(act: Act, shares: Sequence[SeenShare]) -> Visibility:
    """The coverage that bears on an act; a phenomenon without a record counts as unseen."""
    known = {share.phenomenon: share for share in shares}
    by_word = tuple((str(p), float(known[p].share) if p in known else 0.0) for p in act.shown_by)
    needed = [float(known[p].share) if p in known else 0.0 for p in act.watched_for]
    areas = [area for p in act.watched_for if p in known for area in known[p].areas]
    return Visibility(
        shares=by_word,
        best=max((share for _, share in by_word), default=0.0),
        weakest=min(needed, default=0.0),
        areas=len({area.area for area in areas}),
        blind_areas=len({area.area for area in areas if area.share <= 0.0}),
    )
