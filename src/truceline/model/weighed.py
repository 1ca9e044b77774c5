"""What weighing adds to incidents: the fused place and type, and the links between observations."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model.columns import Floats, Ids
from truceline.model.ellipses import EllipsePlace


@dataclass(frozen=True, slots=True)
class IncidentDetails:
    """What an incident of several observations has besides its columns; ``incident`` is its id as a number.

    ``place`` is ``None`` where it is that of one member, ``types`` what happened with probabilities, the most probable
    first; ``disagreement`` is by how much the members' places widened the covariance beyond what they state (1: not
    at all). ``replaces`` are the incidents of the run before whose observations it took over.
    """

    incident: int
    place: EllipsePlace | None = None
    types: tuple[tuple[str, float], ...] = ()
    disagreement: float = 1.0
    replaces: tuple[int, ...] = ()


@dataclass(frozen=True)
class Links:
    """Pairs of observations that may tell of one incident, by their ids (the lower first), with the probability."""

    first: Ids
    second: Ids
    probability: Floats


@dataclass(frozen=True)
class Standings:
    """How observations that were weighed stand to their incident, one row each.

    ``telling`` is the id of the observation that stands for all copies of one telling. ``link`` is the mean probability
    of the links to the other tellings of its incident (NaN: there are none), ``best`` that of the surest link to any,
    ``false`` that it tells of nothing. Of an observation that stands with its crowd only the ``telling`` is known, the
    report that stands for it; all else is NaN.
    """

    observation: Ids
    telling: Ids
    link: Floats
    best: Floats
    false: Floats
