"""Observations of every kind as reports that can be weighed against each other.

**The question:** who tells what, where and when, in one form for patrols, sensors, satellites, press and bulletins,
each as exact as it says. **In:** observations as columns, the moments of their places, their words, and who is behind
each source. **Out:** a :class:`~truceline.model.ReportTable` (metres on one plane, seconds) with the rows it was made
of, and for every other row the reason why it takes no part.

A source is a custodian's channel: its sources report in one manner. Sources and rows are numbered by what they say and
never by name, so that exchanging the parties exchanges the result and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Self

import numpy as np

from truceline.fusion.copying import origins
from truceline.fusion.crowding import Reported, crowded
from truceline.fusion.parameters import BROADCAST
from truceline.fusion.partners import SECOND_US
from truceline.fusion.reports.copies import copies_of
from truceline.model import TECHNICAL_STRATA, Moments, ObservationTable, Phenomenon, PlaceSpread, ReportTable, Words
from truceline.model.columns import Floats, Ints, Mask
from truceline.model.geodesy import LocalPlane, plane_at

LONGEST_SPAN_S = 7 * 86_400.0
"""Of what is said to have happened in more than a week nobody can say which event it was."""
WIDEST_M = 50_000.0
"""Standard deviation along an axis from which on a place is too wide to tell one event from another."""
_DEGREES_KEPT = 2


class Apart(StrEnum):
    """Why an observation is not weighed against others."""

    ALERT = "alert"
    """An alert message or an air alarm: joined by the rules of salvos and partners."""
    NO_EVENT = "no-event"
    """It tells of a state, of people harmed or of a duty, and not of an event that others could tell of."""
    NO_PLACE = "no-place"
    """Nobody said where, or in words that no outline of the mission gives a shape."""
    WIDE_PLACE = "wide-place"
    """The place is wider than 50 km (standard deviation along an axis)."""
    LONG_TIME = "long-time"
    """The time is longer than a week."""
    CROWD = "crowd"
    """Its teller told more of this place and time than is weighed one by one (:mod:`truceline.fusion.crowding`)."""


_FIRE = (
    Phenomenon.EXPLOSION, Phenomenon.BURST, Phenomenon.SHOT, Phenomenon.PROJECTILE, Phenomenon.FLARE,
    Phenomenon.MUZZLE_FLASH, Phenomenon.VIOLENT_EVENT, Phenomenon.THERMAL_ANOMALY, Phenomenon.FIRE_AT_UAV,
    Phenomenon.STRIKE, Phenomenon.SABOTAGE,
)  # fmt: skip
KIND_OF: Mapping[str, str] = {
    **{one.value: "fire" for one in _FIRE},
    **{one.value: "flight" for one in (Phenomenon.FLIGHT, Phenomenon.RECONNAISSANCE)},
    Phenomenon.ADVANCE.value: "advance",
    Phenomenon.GNSS_INTERFERENCE.value: "interference",
}
"""What different channels may call one event: a patrol hears an explosion where a satellite sees heat."""


@dataclass(frozen=True)
class Where:
    """Mean and covariance of the place of every observation (degrees, square metres); NaN where nobody can say.

    A covariance of NaN with a position: it was given without any error, and the source's usual one is learned.
    """

    lat: Floats
    lon: Floats
    xx_m2: Floats
    xy_m2: Floats
    yy_m2: Floats

    @classmethod
    def of(cls, moments: Sequence[Moments | None]) -> Where:
        """From the moments of each place."""
        none = Moments(np.nan, np.nan, np.nan, np.nan, np.nan)
        rows = [(one.lat, one.lon, one.xx_m2, one.xy_m2, one.yy_m2) for one in (each or none for each in moments)]
        return cls(*np.array(rows, float).reshape(-1, 5).T)


@dataclass(frozen=True)
class Evidence:
    """Observations with what weighing needs beside their columns, row by row.

    ``where`` as above; ``words`` the original text; ``teller`` who reports in one manner (:func:`teller_of`);
    ``probability`` that the observation tells of anything real, where it was stated (NaN: it was not).
    """

    observations: ObservationTable
    where: Where
    words: Words
    teller: Words
    probability: Floats
    lobes: Mapping[int, tuple[tuple[float, Moments], ...]] = field(default_factory=dict)
    """By row: the two places, with their shares, of an event that cannot be told from its mirror image."""

    def take(self, rows: Ints) -> Self:
        """Some of the observations, in the order of ``rows``."""
        where = Where(*(getattr(self.where, each.name)[rows] for each in fields(Where)))
        lobes = {at: self.lobes[row] for at, row in enumerate(rows.tolist()) if row in self.lobes}
        told = (self.words.take(rows), self.teller.take(rows), self.probability[rows])
        return replace(self, observations=self.observations.take(rows), where=where, words=told[0],
                       teller=told[1], probability=told[2], lobes=lobes)  # fmt: skip


@dataclass(frozen=True)
class Reports:
    """What is weighed: the reports, the row of the observations each stands for, the plane, and who takes no part.

    ``stands`` is by observation the row of the one that stands for its crowd, of most the row itself.
    """

    table: ReportTable
    rows: Ints
    plane: LocalPlane
    first_us: int
    apart: tuple[tuple[Apart, Mask], ...]
    stands: Ints


def teller_of(custodian: str, stratum: str, source: str) -> str:
    """Who reports in one manner: a custodian's channel, or the source itself where no custodian is named.

    >>> teller_of("the mission", "patrol", "patrol-7"), teller_of("", "media", "page")
    ('the mission, patrol', 'page, media')
    """
    return f"{custodian.strip() or source}, {stratum}"


def reports_of(evidence: Evidence) -> Reports:
    """The observations that can be weighed, as reports; the others each with the first reason that holds."""
    seen, where = evidence.observations, evidence.where
    apart, stands = _apart(evidence)
    rows = np.flatnonzero(~np.any([mask for _, mask in apart], axis=0))
    plane, first_us = _plane(where, rows), _first_us(seen, rows)
    table = _table(evidence, rows, plane, first_us)
    copies = copies_of(table)
    if copies is not None:
        # The plane rests on those who speak for themselves, so that who only copies does not move it under all others.
        plane, first_us = _plane(where, rows[copies.kept]), _first_us(seen, rows[copies.kept])
        table = _table(evidence, rows, plane, first_us, table.origin)
    return Reports(table, rows, plane, first_us, apart, stands)


def _first_us(seen: ObservationTable, rows: Ints) -> int:
    return int(seen.start_us[rows].min()) if len(rows) else 0


def _table(
    evidence: Evidence, rows: Ints, plane: LocalPlane, first_us: int, origin: Words | None = None
) -> ReportTable:
    """The rows as reports on a plane; who copies whom is found where it is not known yet."""
    seen = evidence.observations
    x, y, spread = _flat(evidence.where, rows, plane)
    begin_s = (seen.start_us[rows] - first_us) / SECOND_US
    span_s = (seen.end_us[rows] - seen.start_us[rows]) / SECOND_US
    if origin is None:
        origin = origins(_of_people(evidence, rows), seen.source.take(rows), begin_s, (x, y), spread)
    return ReportTable(
        id=tuple(f"{one:016x}" for one in seen.id[rows].tolist()),
        source=_by_content(evidence.teller.take(rows), (begin_s, span_s, x, y)),
        x_m=x,
        y_m=y,
        time_s=begin_s,
        kind=_kinds(seen.phenomenon.take(rows)),
        spread=spread,
        span_s=np.where(span_s > 0, span_s, np.nan),
        origin=origin,
        probability=evidence.probability[rows],
    )


def could_be_weighed(evidence: Evidence) -> Mask:
    """Which observations take part."""
    could: Mask = ~np.any([mask for _, mask in _apart(evidence)[0]], axis=0)
    return could


def _apart(evidence: Evidence) -> tuple[tuple[tuple[Apart, Mask], ...], Ints]:
    """Who takes no part, by reason, and for each observation the row of the one that stands for its crowd."""
    seen, where = evidence.observations, evidence.where
    known = np.isfinite(where.lat)
    wide = np.fmax(where.xx_m2, where.yy_m2) > WIDEST_M**2
    alert = seen.phenomenon.among((*BROADCAST, Phenomenon.AIR_ALARM.value))
    reasons = (
        (Apart.ALERT, alert),
        (Apart.NO_EVENT, ~seen.phenomenon.among(tuple(KIND_OF))),
        (Apart.NO_PLACE, ~known),
        (Apart.WIDE_PLACE, wide),
        (Apart.LONG_TIME, (seen.end_us - seen.start_us) / SECOND_US > LONGEST_SPAN_S),
    )
    told, before = [], np.zeros(len(seen), bool)
    for reason, mask in reasons:
        told.append((reason, mask & ~before))
        before = before | mask
    stands = _in_crowds(evidence, np.flatnonzero(~before))
    return (*told, (Apart.CROWD, stands != np.arange(len(seen)))), stands


def _in_crowds(evidence: Evidence, rows: Ints) -> Ints:
    """For each observation the row of the one that stands for its crowd, among those that could be weighed."""
    seen, where = evidence.observations, evidence.where
    half, off = 0.5 * (where.xx_m2 + where.yy_m2)[rows], 0.5 * (where.xx_m2 - where.yy_m2)[rows]
    longer_m = np.sqrt(half + np.hypot(off, where.xy_m2[rows]))
    stands = np.arange(len(seen))
    begin_us, span_us = seen.start_us[rows], (seen.end_us - seen.start_us)[rows]
    kind = _kinds(seen.phenomenon.take(rows)).codes.astype(np.int64)
    who = evidence.teller.codes[rows].astype(np.int64), _instruments(seen)[rows]
    place = where.lat[rows], where.lon[rows], longer_m
    stands[rows] = rows[crowded(Reported(*who, kind, *place, begin_us, span_us, seen.id[rows]))]
    return stands


def _plane(where: Where, rows: Ints) -> LocalPlane:
    """A plane in the middle of all places, whatever their order and on whichever side of the date line."""
    if not len(rows):
        return plane_at(0.0, 0.0)
    lon, lat = np.radians(np.sort(where.lon[rows])), where.lat[rows]
    middle = np.degrees(np.arctan2(np.sin(lon).sum(), np.cos(lon).sum()))
    return plane_at(round(float(middle), _DEGREES_KEPT), round(float(lat.min() + lat.max()) / 2.0, _DEGREES_KEPT))


def _flat(where: Where, rows: Ints, plane: LocalPlane) -> tuple[Floats, Floats, PlaceSpread]:
    """Places on the plane, each covariance turned as north turns between a place and the middle of the plane."""
    lon, lat = where.lon[rows], where.lat[rows]
    x, y = plane.to_metres(lon, lat) if len(rows) else (np.zeros(0), np.zeros(0))
    east_of, north_of = (x, y) if not len(rows) else plane.to_metres(lon, lat + _A_LITTLE_DEG)
    turn = np.arctan2(east_of - x, north_of - y)
    cosine, sine = np.cos(turn), np.sin(turn)
    xx, xy, yy = where.xx_m2[rows], where.xy_m2[rows], where.yy_m2[rows]
    turned = PlaceSpread(
        cosine**2 * xx + 2 * cosine * sine * xy + sine**2 * yy,
        (cosine**2 - sine**2) * xy + cosine * sine * (yy - xx),
        sine**2 * xx - 2 * cosine * sine * xy + cosine**2 * yy,
    )
    return x, y, turned


_A_LITTLE_DEG = 1e-4


def _instruments(seen: ObservationTable) -> Mask:
    return seen.stratum.among([one.value for one in TECHNICAL_STRATA])


def _of_people(evidence: Evidence, rows: Ints) -> Words:
    """The words of those who can copy each other; instruments write the same words without having read them."""
    technical = _instruments(evidence.observations)[rows]
    words = evidence.words.take(rows)
    if not technical.any():
        return words
    nothing = len(words.names) if "" not in words.names else words.names.index("")
    return Words(
        np.where(technical, np.int32(nothing), words.codes), (*words.names, "")[: max(nothing + 1, len(words.names))]
    )


def _kinds(phenomenon: Words) -> Words:
    """The kind of each phenomenon, the names sorted."""
    used, code = np.unique(phenomenon.codes, return_inverse=True)
    kinds = [KIND_OF[phenomenon.names[one]] for one in used.tolist()]
    names = sorted(set(kinds))
    at = np.array([names.index(kind) for kind in kinds] or [0], np.int32)
    return Words(at[code.reshape(-1)], tuple(names))


def _by_content(teller: Words, columns: tuple[Floats, ...]) -> Words:
    """Tellers named by what they say: two that exchange their names exchange nothing else."""
    names = []
    by_teller = np.argsort(teller.codes, kind="stable")
    edges = np.searchsorted(teller.codes[by_teller], np.arange(len(teller.names) + 1))
    for code, name in enumerate(teller.names):
        rows = by_teller[edges[code] : edges[code + 1]]
        said = np.column_stack([np.round(column[rows], 3) for column in columns])
        ordered = said[np.lexsort(said.T[::-1])]
        digest = hashlib.sha256(np.ascontiguousarray(ordered).tobytes()).hexdigest()[:16]
        names.append(f"{digest} {name}")
    return Words(teller.codes, tuple(names))


def teller_name(named_by_content: str) -> str:
    """The teller behind a name that :func:`reports_of` gave.

    >>> teller_name("00ff00ff00ff00ff the mission, patrol")
    'the mission, patrol'
    """
    return named_by_content.partition(" ")[2]
