"""What the members of every incident say together, and the incidents with that written into them.

**The question:** once it is known who tells of the same, what does each incident say? **In:** the evidence, the reports
that were weighed with their groups, and how each stands to its incident. **Out:** the incidents as gathered, those of
several members with the place, time, type and probability that all of them give together, and their details.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from truceline.fusion.believing import believed, put_in_time, usual_spread
from truceline.fusion.estimating import Estimate, Voice, estimate, place_of
from truceline.fusion.estimating_many import Estimates, Voices, begins_of, ellipses_of, estimate_all, speaking
from truceline.fusion.evidence import Evidence, Reports
from truceline.fusion.gathering import Gathered
from truceline.fusion.partners import SECOND_US
from truceline.fusion.standing import Standing
from truceline.fusion.types_told import types_heard, unspecific
from truceline.model import EllipsePlace, IncidentDetails, IncidentTable, ObservationTable, Spread, Words, id_of
from truceline.model.columns import Ids, Ints, Mask

_BETTER = 0.999
"""A place is more exact when it is smaller by more than rounding on another spot of the plane makes it."""

Types = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Together:
    """What the members of each group of two and more say together.

    ``members`` are the numbers of reports, group by group, ``begins`` where each group begins. ``lobed`` has by group
    the estimates of those whose place may have a mirror image.
    """

    members: Ints
    begins: Ints
    said: Estimates
    types: tuple[Types, ...]
    lobed: dict[int, Estimate]


def told_together(evidence: Evidence, reports: Reports, grouped: tuple[Ints, Standing], disagree: float) -> Together:
    """What each group of two and more says."""
    group, standing = grouped
    order = np.argsort(group, kind="stable")
    size = np.bincount(group, minlength=1)[group[order]] if len(order) else order
    members = order[size > 1]
    begins = begins_of(group[members])
    number = np.repeat(np.arange(len(begins)), np.diff(np.r_[begins, len(members)]))
    speak = _speak(reports, standing, members)
    voices = _voices(reports, standing, members[speak], number[speak])
    said = estimate_all(voices)
    lobed = _lobed(evidence, reports, standing, voices)
    for at, one in lobed.items():
        _put_in(said, at, one)
    return Together(members, begins, said, _types(evidence, reports, voices, disagree), lobed)


def said_by(evidence: Evidence, reports: Reports, standing: Standing, members: Ints) -> Estimates:
    """What these reports, by number and one at least, say together: a single row."""
    heard = members[_speak(reports, standing, members)]
    voices = _voices(reports, standing, heard, np.zeros(len(heard), np.int64))
    said = estimate_all(voices)
    for at, one in _lobed(evidence, reports, standing, voices).items():
        _put_in(said, at, one)
    return said


def _speak(reports: Reports, standing: Standing, members: Ints) -> Mask:
    """Who of the members has a voice: of copies the one that stands for them, and who states more exactly than it."""
    spread, span = reports.table.spread, reports.table.span_s
    assert spread is not None  # noqa: S101 - reports_of states both
    assert span is not None  # noqa: S101 - as above
    first = standing.telling[members]
    m4, span_s = spread.xx_m2 * spread.yy_m2 - spread.xy_m2**2, np.nan_to_num(span)
    # Who states no error (NaN) is more exact than nobody.
    stated_better = np.nan_to_num(m4[members], nan=np.inf) < _BETTER * np.nan_to_num(m4[first], nan=np.inf)
    speaks: Mask = (first == members) | stated_better | (span_s[members] < span_s[first]) | ~np.isin(first, members)
    return speaks


def _voices(reports: Reports, standing: Standing, members: Ints, number: Ints) -> Voices:
    """Reports as voices, each as far as its source is to be believed (:mod:`believing`)."""
    table, spread, span = reports.table, reports.table.spread, reports.table.span_s
    assert spread is not None  # noqa: S101 - reports_of states both
    assert span is not None  # noqa: S101 - as above
    names = ("stretch", "extra_m", "error_m", "stamp_s", "jitter_s", "lag_s", "slack_s")
    learned = {name: np.array([float(getattr(one, name)) for one in standing.manners]) for name in names}
    teller = standing.teller[members]
    manner = {name: column[teller] if len(teller) else np.zeros(0) for name, column in learned.items()}
    factor, further, usual = manner["stretch"] ** 2, manner["extra_m"] ** 2, manner["error_m"] ** 2
    xx, xy, yy = (column[members] for column in (spread.xx_m2, spread.xy_m2, spread.yy_m2))
    stated, time_s, span_s = np.isfinite(xx), table.time_s[members], span[members]
    lasts, at = np.isfinite(span_s), time_s - manner["lag_s"]
    return Voices(
        group=number,
        row=members,
        teller=teller,
        telling=standing.telling[members],
        x_m=table.x_m[members],
        y_m=table.y_m[members],
        xx_m2=np.where(stated, factor * xx + further, usual),
        xy_m2=np.where(stated, factor * xy, 0.0),
        yy_m2=np.where(stated, factor * yy + further, usual),
        begin_s=np.where(lasts, time_s, at - manner["stamp_s"]),
        end_s=np.where(lasts, time_s + span_s, at + manner["stamp_s"]),
        scatter_s=np.where(lasts, manner["slack_s"], np.hypot(manner["jitter_s"], manner["lag_s"])),
        false=standing.unconfirmed[members],
        alone=1.0 - standing.best[members],
    )


def _lobed(evidence: Evidence, reports: Reports, standing: Standing, voices: Voices) -> dict[int, Estimate]:
    """By group, the estimates of those where a member has two places: these are worked out one by one."""
    if not evidence.lobes:
        return {}
    two = np.isin(reports.rows[voices.row], np.fromiter(evidence.lobes, np.int64, len(evidence.lobes)))
    begins = begins_of(voices.group)
    ends = np.r_[begins[1:], len(voices)]
    found = {}
    for at in np.unique(voices.group[two]).tolist():
        some = range(int(begins[at]), int(ends[at]))
        found[at] = estimate([_voice(evidence, reports, standing, int(voices.row[one])) for one in some])
    return found


def _voice(evidence: Evidence, reports: Reports, standing: Standing, one: int) -> Voice:
    """One report as a voice among its group's."""
    table, manner = reports.table, standing.manners[int(standing.teller[one])]
    row, spread, span = int(reports.rows[one]), table.spread, table.span_s
    assert spread is not None  # noqa: S101 - reports_of states both
    assert span is not None  # noqa: S101 - as above
    lobes = evidence.lobes.get(row)
    place: tuple[tuple[float, Spread], ...]
    if lobes is None:
        stated = (float(spread.xx_m2[one]), float(spread.xy_m2[one]), float(spread.yy_m2[one]))
        place = ((1.0, usual_spread(float(table.x_m[one]), float(table.y_m[one]), stated, manner)),)
    else:
        place = tuple((share, believed(moments.on(reports.plane), manner)) for share, moments in lobes)
    begin_s, end_s, scatter_s = put_in_time(float(table.time_s[one]), float(span[one]), manner)
    telling = int(standing.telling[one])
    false, alone = float(standing.unconfirmed[one]), 1.0 - float(standing.best[one])
    return Voice(one, int(standing.teller[one]), telling, place, begin_s, end_s, scatter_s, false, alone)


def _put_in(said: Estimates, at: int, one: Estimate) -> None:
    """Write an estimate that was worked out by itself over that of its row."""
    middle = one.middle
    for name in ("x_m", "y_m", "xx_m2", "xy_m2", "yy_m2"):
        getattr(said, name)[at] = getattr(middle, name)
    for name in ("own_place", "begin_s", "end_s", "own_time", "real", "disagreement"):
        getattr(said, name)[at] = getattr(one, name)


def _types(evidence: Evidence, reports: Reports, voices: Voices, disagree: float) -> tuple[Types, ...]:
    """What happened, by group, from whom of each is heard: those who name something specific, if there are any."""
    if not len(voices):
        return ()
    phenomenon = evidence.observations.phenomenon
    code = phenomenon.codes[reports.rows[voices.row]].astype(np.int64)
    specific = ~unspecific(phenomenon)[code]
    begins = begins_of(voices.group)
    nobody = ~np.logical_or.reduceat(specific, begins)
    heard = speaking(voices, by_time=False, among=specific | nobody[voices.group])
    group, word = voices.group[heard], code[heard]
    order = np.lexsort((word, group))
    words = word[order].tolist()
    edges = [*begins_of(group[order]).tolist(), len(order)]
    known: dict[tuple[int, ...], Types] = {}
    told = []
    for first, last in itertools.pairwise(edges):
        key = tuple(words[first:last])
        if key not in known:
            known[key] = types_heard([phenomenon.names[one] for one in key], disagree)
        told.append(known[key])
    return tuple(told)


def with_estimates(
    gathered: Gathered, seen: ObservationTable, weighed: tuple[Reports, Standing], told: Together
) -> tuple[IncidentTable, tuple[IncidentDetails, ...]]:
    """The incidents with what their members say together, in order of start and id."""
    table, (reports, standing) = gathered.incidents, weighed
    if not len(table):
        return table, ()
    at = _incident_rows(gathered, standing.observation)
    probability = table.probability.copy()
    probability[at] = standing.real()  # of several members it is told together below
    rows = at[told.members[told.begins]]
    probability[rows] = told.said.real
    area = _areas(seen.area, reports.rows[told.members], told.begins)
    places, columns = _places(table, seen, reports, told, rows, area)
    changed = replace(
        table,
        **columns,
        **_times(table, seen, reports, told.said, rows),
        phenomenon=_overwritten(
            table.phenomenon, rows, [max(one, key=lambda each: each[::-1])[0] for one in told.types]
        ),
        area=_overwritten(table.area, rows, area),
        probability=probability,
    )
    widened = told.said.disagreement.tolist()
    details = zip(table.id[rows].tolist(), places, told.types, widened, strict=True)
    order = np.lexsort((changed.id, changed.start_us))
    return changed.take(order), tuple(IncidentDetails(*one) for one in sorted(details, key=lambda one: one[0]))


def _incident_rows(gathered: Gathered, observations: Ids) -> Ints:
    """The row of the incident each observation belongs to."""
    members, table = gathered.membership, gathered.incidents
    by_observation, by_id = np.argsort(members.observation), np.argsort(table.id)
    there = np.searchsorted(members.observation, observations, sorter=by_observation)
    incident = members.incident[by_observation[there]]
    return by_id[np.searchsorted(table.id, incident, sorter=by_id)]


def _times(
    table: IncidentTable, seen: ObservationTable, reports: Reports, said: Estimates, rows: Ints
) -> dict[str, Any]:
    own = said.own_time >= 0
    row = reports.rows[np.where(own, said.own_time, 0)] if len(reports.rows) else rows
    start = reports.first_us + np.floor(said.begin_s * SECOND_US).astype(np.int64)
    end = reports.first_us + np.ceil(said.end_s * SECOND_US).astype(np.int64)
    changed = {name: getattr(table, name).copy() for name in ("start_us", "end_us", "sometime")}
    changed["start_us"][rows] = np.where(own, seen.start_us[row], start)
    changed["end_us"][rows] = np.where(own, seen.end_us[row], end)
    changed["sometime"][rows] = np.where(own, seen.sometime[row], end > start)
    return changed


def _places(
    table: IncidentTable, seen: ObservationTable, reports: Reports, told: Together, rows: Ints, area: list[str]
) -> tuple[list[EllipsePlace | None], dict[str, Any]]:
    """The fused places, ``None`` where it is that of one member alone, and the columns of place."""
    changed = {name: getattr(table, name).copy() for name in ("place", "lat", "lon", "radius_m")}
    own = told.said.own_place >= 0
    row = reports.rows[told.said.own_place[own]] if own.any() else np.zeros(0, np.int64)
    for name, column in changed.items():
        column[rows[own]] = getattr(seen, name)[row]
    places: list[EllipsePlace | None] = [None] * len(rows)
    fused = np.flatnonzero(~own)
    some = Estimates(**{each.name: getattr(told.said, each.name)[fused] for each in fields(Estimates)})
    ellipses = ellipses_of(some, reports.plane, [area[at] for at in fused.tolist()])
    for at, ellipse in zip(fused.tolist(), ellipses, strict=True):
        lobed = told.lobed.get(at)
        place = ellipse if lobed is None else place_of(lobed.place, reports.plane, area=area[at])
        places[at] = place
    named = [one for one in places if one is not None]
    changed["place"][rows[fused]] = np.array([id_of(one.key) for one in named], np.uint64)
    around_each = np.array([around(one) for one in named], float).reshape(-1, 3)
    for name, column in zip(("lat", "lon", "radius_m"), around_each.T, strict=True):
        changed[name][rows[fused]] = column
    return places, changed


def around(place: EllipsePlace) -> tuple[float, float, float]:
    """Latitude, longitude and the radius of a circle that holds the place, both lobes if there are two."""
    if place.mirror is None:
        return place.lat, place.lon, place.major_m
    density = place.density().moments()
    wide = math.sqrt(max(density.xx_m2, density.yy_m2)) * math.sqrt(-2.0 * math.log(0.05))
    return density.lat, density.lon, max(wide, place.major_m, place.mirror.major_m)


def _areas(area: Words, rows: Ints, begins: Ints) -> list[str]:
    """The one area that the members of each group name; empty where they name none, or several."""
    if not len(begins):
        return []
    code = area.codes[rows].astype(np.int64)
    named = np.array([bool(name) for name in area.names])[code]
    low = np.minimum.reduceat(np.where(named, code, len(area.names)), begins)
    high = np.maximum.reduceat(np.where(named, code, -1), begins)
    return [area.names[one] if one == other else "" for one, other in zip(low.tolist(), high.tolist(), strict=True)]


def _overwritten(words: Words, rows: Ints, new: list[str]) -> Words:
    """The column with some of its words written over."""
    there = Words.of(new)
    names = sorted({*words.names, *there.names})
    at = {name: number for number, name in enumerate(names)}
    codes = np.array([at[name] for name in words.names] or [0], np.int32)[words.codes]
    codes[rows] = np.array([at[name] for name in there.names] or [0], np.int32)[there.codes]
    used, left = np.unique(codes, return_inverse=True)
    return Words(left.reshape(-1).astype(np.int32), tuple(names[one] for one in used.tolist()))
