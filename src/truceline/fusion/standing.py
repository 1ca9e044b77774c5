"""How each report stands to its incident: its links, its copies, and how probable it is that it tells of nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.fusion.estimating import LEAST_DOUBT
from truceline.fusion.evidence import Reports
from truceline.fusion.reports.copies import copies_of
from truceline.model import GroupedReports, Links, ReportTable, SourceManner, Standings, Words
from truceline.model.columns import Floats, Ids, Ints


@dataclass(frozen=True)
class Standing:
    """One row for each report that was weighed.

    ``telling`` is the number of the report that stands for its copies, ``teller`` who reports in one manner
    (``manners``). ``best`` is the
    probability of its surest link to another telling, ``link`` the mean probability of those within its group (NaN
    where it is alone), ``unconfirmed`` that it tells of nothing if nobody confirms it, and ``false`` that it does and
    nobody does. ``false_alone`` by teller: the same for a report that
    nobody confirms. ``first``, ``second`` and ``probability`` are the pairs of reports by number.
    """

    observation: Ids
    teller: Ints
    telling: Ints
    best: Floats
    link: Floats
    false: Floats
    unconfirmed: Floats
    manners: tuple[SourceManner, ...]
    false_alone: tuple[float, ...]
    first: Ints
    second: Ints
    probability: Floats
    links: Links

    def real(self) -> Floats:
        """The probability that each tells of anything real, by itself."""
        return 1.0 - np.maximum(LEAST_DOUBT, 1.0 - self.best) * self.unconfirmed

    def told(self) -> Standings:
        """The same by the ids of observations, as it is kept."""
        telling = self.observation[self.telling]
        return Standings(self.observation, telling, self.link, self.best, self.false)


def with_crowds(told: Standings, observation: Ids, stands: Ints) -> Standings:
    """The same with those that stand with their crowd: the report that stands for them is known, and nothing else."""
    aside = np.flatnonzero(stands != np.arange(len(stands)))
    unknown = np.full(len(aside), np.nan)
    return Standings(
        np.r_[told.observation, observation[aside]],
        np.r_[told.telling, observation[stands[aside]]],
        *(np.r_[column, unknown] for column in (told.link, told.best, told.false)),
    )


def standing_of(reports: Reports, found: GroupedReports, ids: Ids) -> Standing:
    """How each report stands to its incident."""
    table = reports.table
    telling = _tellings(table)
    teller = _tellers(table.source, found.sources, telling)
    apart = telling[found.first] != telling[found.second]
    first, second, probability = found.first[apart], found.second[apart], found.probability[apart]
    best = np.zeros(len(table))
    np.maximum.at(best, first, probability)
    np.maximum.at(best, second, probability)
    best = _shared(best, telling)
    alone = _false_alone(1.0 - best, teller, telling, found.sources)
    stated = np.full(len(table), np.nan) if table.probability is None else 1.0 - table.probability
    usual = alone[teller] if len(alone) else stated
    unconfirmed = np.where(np.isnan(stated), usual, stated)
    return Standing(
        observation=ids,
        teller=teller,
        telling=telling,
        best=best,
        link=_mean_link(found, telling),
        false=(1.0 - best) * unconfirmed,
        unconfirmed=unconfirmed,
        manners=found.sources,
        false_alone=tuple(alone.tolist()),
        first=found.first,
        second=found.second,
        probability=found.probability,
        links=_links(found, ids),
    )


def _tellings(table: ReportTable) -> Ints:
    """The number of the report that stands for each telling: the one that was weighed."""
    copies = copies_of(table)
    return np.arange(len(table)) if copies is None else np.asarray(copies.kept[copies.stands], np.int64)


def _tellers(source: Words, manners: tuple[SourceManner, ...], telling: Ints) -> Ints:
    """By report its source's number; a source whose every report is a copy speaks in the manner of what it copies."""
    place = {one.source: number for number, one in enumerate(manners)}
    known = np.array([place.get(name, -1) for name in source.names] or [0], np.int64)[source.codes]
    return np.where(known < 0, known[telling], known)


def _shared(best: Floats, telling: Ints) -> Floats:
    """Copies are as sure as the surest of them."""
    most = np.zeros(len(best))
    np.maximum.at(most, telling, best)
    return most[telling]


def _false_alone(alone: Floats, teller: Ints, telling: Ints, manners: tuple[SourceManner, ...]) -> Floats:
    """By teller: its expected false reports among those that nobody confirms, at most all of them."""
    own = telling == np.arange(len(telling))
    unconfirmed = np.bincount(teller[own], alone[own], len(manners)) if len(manners) else np.zeros(0)
    false = np.array([one.false for one in manners])
    return np.minimum(1.0, false / np.maximum(unconfirmed, 1e-9))


def _mean_link(found: GroupedReports, telling: Ints) -> Floats:
    """The mean probability of each telling's links to the other tellings of its group; NaN where there is none."""
    one, other = telling[found.first], telling[found.second]
    inside = (found.group[one] == found.group[other]) & (one != other)
    pair = (np.minimum(one, other) * len(telling) + np.maximum(one, other))[inside]
    pairs, code = np.unique(pair, return_inverse=True)
    surest = np.zeros(len(pairs))
    np.maximum.at(surest, code.reshape(-1), found.probability[inside])
    total = np.zeros(len(telling))
    if len(pairs):
        np.add.at(total, pairs // len(telling), surest)
        np.add.at(total, pairs % len(telling), surest)
    own = telling == np.arange(len(telling))
    others = np.bincount(found.group[own], minlength=1)[found.group] - 1 if len(telling) else np.zeros(0)
    return np.where(others > 0, total[telling] / np.maximum(others, 1), np.nan)


def _links(found: GroupedReports, ids: Ids) -> Links:
    """The pairs that may tell of one incident; those that never did in the search are left out."""
    some = found.probability > 0
    one, other, probability = ids[found.first[some]], ids[found.second[some]], found.probability[some]
    first, second = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((second, first))
    return Links(first[order], second[order], probability[order])
