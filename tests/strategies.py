"""Random missions for property tests: intervals, agreements between two parties, observations, incidents.

Everything is small and made up. Times fall in a few days around the windows, so that windows are hit, missed and cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st

from truceline.agreements.acts import ACTS
from truceline.model import (
    ANYTHING,
    EACH_PARTY,
    Agreement,
    Clause,
    Everywhere,
    IncidentTable,
    Interval,
    InZone,
    Norm,
    NormKind,
    ObjectTerm,
    ObservationTable,
    Party,
    Phenomenon,
    Reading,
    Stratum,
    Target,
    TextSource,
    TimeSense,
    Weapon,
    WeaponTerm,
    Words,
    exchange_parties,
    id_of,
    microseconds,
)

PAIR = ("party-north", "party-south")
"""The two parties of every random agreement."""

BEGIN = datetime(2031, 4, 19, tzinfo=UTC)
"""The day random windows and incidents gather around."""

ZONE_ID = "corridor"

_HOUR_US = 3_600_000_000
_ENOUGH = {Stratum.SEISMIC, Stratum.ACOUSTIC, Stratum.PATROL}
"""Channels that confirm an incident under the default standard: otherwise hardly any random breach would occur."""

_HOURS = st.integers(-96, 96)
_POSITIONS = st.one_of(
    st.none(),
    st.tuples(st.floats(47.0, 49.0), st.floats(29.0, 32.0), st.sampled_from([0.0, 50.0, 2_000.0, 30_000.0])),
)


@st.composite
def intervals(draw: st.DrawFn, *, longest_h: int = 72, shortest_h: int = 0) -> Interval:
    """An interval of whole hours near :data:`BEGIN`, lasted or sometime."""
    start = BEGIN + timedelta(hours=draw(_HOURS))
    length = timedelta(hours=draw(st.integers(shortest_h, longest_h)))
    return Interval(start, start + length, draw(st.sampled_from(TimeSense)))


@st.composite
def readings(draw: st.DrawFn, name: str) -> Reading:
    """A reading with a window of at least an hour."""
    window = draw(intervals(shortest_h=1))
    plain = Interval(window.start, window.end)
    return Reading(name, plain, (draw(st.sampled_from(PAIR)),), "communique")


@st.composite
def norms(draw: st.DrawFn, name: str, reading_ids: tuple[str, ...]) -> Norm:
    """A prohibition for one or both parties, everywhere or in the zone ``corridor``."""
    return Norm(
        id=name,
        kind=NormKind.FORBID,
        who=draw(st.sampled_from([(EACH_PARTY,), PAIR, PAIR[::-1], PAIR[:1], PAIR[1:]])),
        act=draw(st.sampled_from(sorted(ACTS))),
        object=draw(st.sampled_from([ANYTHING, ANYTHING, ANYTHING, ObjectTerm((WeaponTerm(Weapon.MORTAR.value),))])),
        where=draw(st.sampled_from([Everywhere(), InZone(ZONE_ID)])),
        clause="c1",
        readings=draw(st.sampled_from([(), reading_ids[:1]])),
    )


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """An agreement of the two parties with one to three readings and one to three norms."""
    names = tuple(f"reading-{i}" for i in range(draw(st.integers(1, 3))))
    order = draw(st.sampled_from([PAIR, PAIR[::-1]]))
    return Agreement(
        id="made-up",
        titles=(("en", "A made-up truce"),),
        status="mirrored",
        parties=tuple(Party(party, (("en", party.removeprefix("party-").title()),)) for party in order),
        sources=(TextSource("communique", "Communiqué", "https://example.org/text", "2031-04-19"),),
        clauses=(Clause("c1", "all fire ceases", "en", "communique"),),
        readings=tuple(draw(readings(name)) for name in names),
        norms=tuple(draw(norms(f"norm-{i}", names)) for i in range(draw(st.integers(1, 3)))),
    )


@st.composite
def incident_tables(draw: st.DrawFn, *, most: int = 12) -> IncidentTable:
    """A table of up to ``most`` incidents with distinct ids."""
    return incident_table([draw(incident_rows()) for _ in range(draw(st.integers(0, most)))])


armed = st.fixed_dictionaries(
    {
        "weapon": st.sampled_from(["", "", Weapon.MORTAR.value, Weapon.ARTILLERY.value]),
        "calibre_mm": st.sampled_from([np.nan, 82.0, 100.0, 120.0]),
        "weapon_name": st.sampled_from(["", "", "D-30"]),
        "target": st.sampled_from(["", "", Target.HOSPITAL.value, Target.POWER_GRID.value]),
    }
)
"""What an incident says of weapon and target."""


@st.composite
def incident_rows(draw: st.DrawFn) -> dict[str, Any]:
    """One incident as the keyword arguments :func:`incident_table` understands."""
    return {
        "time": draw(intervals(longest_h=12)),
        "phenomenon": draw(st.sampled_from(Phenomenon)),
        "party": draw(st.sampled_from(["", "", *PAIR])),
        "position": draw(_POSITIONS),
        "strata": draw(st.one_of(st.just(_ENOUGH), st.sets(st.sampled_from(Stratum), min_size=1, max_size=4))),
        "count": draw(st.sampled_from([(1, 1, 1), (1, 1, 1), (0, 0, 0), (0, 1, 2), (2, -1, -1)])),
        **draw(armed),
    }


def incident_table(rows: list[dict[str, Any]]) -> IncidentTable:
    """Incidents from rows of ``time``, ``phenomenon``, ``party``, ``position``, ``strata``, ``count``, ``id``.

    Also ``weapon``, ``calibre_mm``, ``weapon_name``, ``target``; what a row leaves out is unknown.
    """
    return IncidentTable(
        **_columns(rows),
        strata=np.array([strata_bits(row.get("strata", ())) for row in rows], dtype=np.uint32),
        members=np.ones(len(rows), dtype=np.int64),
    )


@st.composite
def observation_tables(draw: st.DrawFn, *, most: int = 20) -> ObservationTable:
    """A table of up to ``most`` observations with distinct ids, from three sources."""
    rows = [draw(incident_rows()) for _ in range(draw(st.integers(0, most)))]
    return ObservationTable(
        **_columns(rows),
        source=Words.of([f"source-{i % 3}" for i in range(len(rows))]),
        stratum=Words.of([str(min(row["strata"])) for row in rows]),
    )


def _columns(rows: list[dict[str, Any]]) -> dict[str, Any]:
    times: list[Interval] = [row["time"] for row in rows]
    positions = np.array([row.get("position") or (np.nan,) * 3 for row in rows], dtype=float).reshape(-1, 3)
    places = ["unknown:" if np.isnan(lat) else f"point:{lat:.6f},{lon:.6f},{r:g}" for lat, lon, r in positions]
    counts = np.array([row.get("count", (1, 1, 1)) for row in rows], dtype=np.int64).reshape(-1, 3)
    return {
        "id": np.array([row.get("id", 1000 + i) for i, row in enumerate(rows)], dtype=np.uint64),
        "start_us": np.array([microseconds(time.start) for time in times], dtype=np.int64),
        "end_us": np.array([microseconds(time.end) for time in times], dtype=np.int64),
        "sometime": np.array([time.sense is TimeSense.SOMETIME for time in times], dtype=bool),
        "phenomenon": Words.of([str(row["phenomenon"]) for row in rows]),
        "place": np.array([id_of(place) for place in places], dtype=np.uint64),
        "area": Words.of([row.get("area", "") for row in rows]),
        "party": Words.of([row.get("party", "") for row in rows]),
        "direction": Words.of([row.get("direction", "") for row in rows]),
        "count_low": counts[:, 0],
        "count_best": counts[:, 1],
        "count_high": counts[:, 2],
        "lat": positions[:, 0],
        "lon": positions[:, 1],
        "radius_m": positions[:, 2],
        "weapon": Words.of([row.get("weapon", "") for row in rows]),
        "calibre_mm": np.array([row.get("calibre_mm", np.nan) for row in rows], dtype=np.float64),
        "weapon_name": Words.of([row.get("weapon_name", "") for row in rows]),
        "target": Words.of([row.get("target", "") for row in rows]),
    }


def strata_bits(strata: Iterable[Stratum]) -> int:
    """Strata as the bit set of :class:`IncidentTable`."""
    return sum(1 << list(Stratum).index(stratum) for stratum in strata)


def exchange_incidents(incidents: IncidentTable) -> IncidentTable:
    """The same incidents with the parties exchanged: as actors, and as channels that told of them."""
    members = list(Stratum)
    a, b = (np.uint32(1 << members.index(s)) for s in (Stratum.PARTY_A, Stratum.PARTY_B))
    bits = incidents.strata
    swapped = (bits & ~(a | b)) | np.where(bits & a, b, np.uint32(0)) | np.where(bits & b, a, np.uint32(0))
    named = exchange_parties(incidents, PAIR)
    return IncidentTable(**{**{f.name: getattr(named, f.name) for f in fields(named)}, "strata": swapped})
