"""How well a grouping of reports agrees with the truth, and whether its probabilities and counts can be trusted.

B-cubed (Bagga & Baldwin 1998) takes the view of a report: how many of those in its group tell of its incident, and how
many of those that do are in its group. Pairs ask the same of pairs of reports. Both can be asked of some reports only.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from truceline.model import GroupedReports
from truceline.model.columns import Floats, Ints, Mask

_MATTERS = 0.01
_BINS = 10


@dataclass(frozen=True)
class Agreement:
    """A grouping held against the truth, as seen by ``reports`` reports."""

    reports: int
    b_cubed_precision: float
    b_cubed_recall: float
    pair_precision: float
    pair_recall: float

    @property
    def b_cubed(self) -> float:
        """Harmonic mean of both."""
        return harmonic(self.b_cubed_precision, self.b_cubed_recall)

    @property
    def pairs(self) -> float:
        """Harmonic mean of both; not a number where there is no pair to be found."""
        return harmonic(self.pair_precision, self.pair_recall)


def harmonic(precision: float, recall: float) -> float:
    """F1 of both; no number where one of them is none.

    >>> harmonic(1.0, 0.5)
    0.6666666666666666
    """
    return 2 * precision * recall / max(1e-12, precision + recall)


def agreement(group: Ints, entity: Ints, seen_by: Mask | None = None) -> Agreement:
    """How a grouping agrees with the truth in the view of all reports, or of some of them within the whole grouping.

    >>> agreement(np.array([0, 0, 1]), np.array([7, 7, 7])).pairs
    0.5
    """
    _, own = np.unique(group, return_inverse=True)
    _, true = np.unique(entity, return_inverse=True)
    _, both, together = np.unique(own * (int(true.max()) + 1) + true, return_inverse=True, return_counts=True)
    shared, said, meant = together[both], np.bincount(own)[own], np.bincount(true)[true]
    rows = np.ones(len(own), bool) if seen_by is None else seen_by
    shared, said, meant = shared[rows], said[rows], meant[rows]
    if not len(shared):
        return Agreement(0, np.nan, np.nan, np.nan, np.nan)
    found = float((shared - 1).sum())
    said_pairs, true_pairs = float((said - 1).sum()), float((meant - 1).sum())
    return Agreement(
        len(shared), float((shared / said).mean()), float((shared / meant).mean()),
        found / said_pairs if said_pairs else np.nan, found / true_pairs if true_pairs else np.nan,
    )  # fmt: skip


def sources_of_incident(entity: Ints, source: Ints) -> Ints:
    """For every report how many sources tell of its incident.

    >>> sources_of_incident(np.array([5, 5, 5, 6]), np.array([0, 1, 1, 0])).tolist()
    [2, 2, 2, 1]
    """
    _, incident = np.unique(entity, return_inverse=True)
    pairs = np.unique(np.c_[incident, source], axis=0)
    number: Ints = np.bincount(pairs[:, 0])[incident]
    return number


@dataclass(frozen=True)
class Links:
    """Links above one per cent by their probability in ten equal bins: how many, their sum, how many were right."""

    number: Floats
    said: Floats
    right: Floats

    def __add__(self, other: Links) -> Links:
        """Both together."""
        return Links(self.number + other.number, self.said + other.said, self.right + other.right)

    @property
    def error(self) -> float:
        """Expected calibration error."""
        return float(np.abs(self.said - self.right).sum() / max(1.0, self.number.sum()))

    def rows(self) -> list[dict[str, float]]:
        """Every bin that is not empty: what was said on average, and the share that was right."""
        return [
            {
                "links": float(self.number[b]),
                "said": self.said[b] / self.number[b],
                "right": self.right[b] / self.number[b],
            }
            for b in range(_BINS)
            if self.number[b]
        ]


NO_LINKS = Links(np.zeros(_BINS), np.zeros(_BINS), np.zeros(_BINS))


def links_of(found: GroupedReports, entity: Ints, given: Ints | None = None) -> Links:
    """The links of a result held against the truth; of reports with one ``given`` origin (0 or more) none count."""
    matters = found.probability > _MATTERS
    first, second = found.first[matters], found.second[matters]
    if given is not None:
        asked = (given[first] < 0) | (given[first] != given[second])
        matters = np.flatnonzero(matters)[asked]
        first, second = found.first[matters], found.second[matters]
    probability = found.probability[matters]
    in_bin = np.minimum((probability * _BINS).astype(np.int64), _BINS - 1)
    right = (entity[first] == entity[second]).astype(float)
    return Links(*(_by_bin(in_bin, value) for value in (np.ones(len(right)), probability, right)))


def _by_bin(in_bin: Ints, value: Floats) -> Floats:
    total: Floats = np.bincount(in_bin, value, _BINS).astype(float)
    return total


def show_links(links: Links) -> None:
    """The reliability table."""
    print(f"{'links':>8}{'said':>8}{'right':>8}")
    for row in links.rows():
        print(f"{row['links']:8.0f}{row['said']:8.3f}{row['right']:8.3f}")
    print(f"expected calibration error {links.error:.4f}", flush=True)


@dataclass(frozen=True)
class Count:
    """A number of incidents with its interval, and the true one."""

    number: float
    low: float
    high: float
    true: int

    @property
    def held(self) -> bool:
        """Whether the interval held the truth."""
        return self.low <= self.true <= self.high

    def as_row(self) -> dict[str, float]:
        """For a file."""
        return {**asdict(self), "held": float(self.held)}


def count_of(found: GroupedReports, entity: Ints) -> Count:
    """Of how many distinct happenings the reports tell."""
    return Count(found.told.number, found.told.low, found.told.high, len(np.unique(entity)))
