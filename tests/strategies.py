"""Random missions for property tests: intervals, agreements between two parties, observations, incidents.

Everything is small and made up. Times fall in a few days around the windows, so that windows are hit, missed and cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st

from truceline.agreements.acts import ACTS
from truceline.agreements.moments import moment_term
from truceline.model import (
    ANYTHING,
    EACH_PARTY,
    Actor,
    Agreement,
    AllOf,
    AnyOf,
    Bounds,
    Clause,
    CountLimit,
    CountRange,
    Event,
    Everywhere,
    EvidenceLink,
    InBand,
    IncidentTable,
    InCorridor,
    Interval,
    InZone,
    LineTerms,
    Mode,
    Norm,
    NormKind,
    ObjectTerm,
    ObservationTable,
    Outside,
    Party,
    Phenomenon,
    Reading,
    RegisterEntry,
    RegisterKind,
    Requirement,
    Side,
    Standing,
    Stratum,
    Target,
    TextSource,
    TimeSense,
    Weapon,
    WeaponTerm,
    Where,
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


LINE_IDS = ("contact", "agreed")
BEYOND = Side.OWN_AND_BEYOND
"""A strip with all in front of its line: it begins at the line."""
MECHANISM = "mechanism"
_EVENTS = (Event("effective", moment_term(BEGIN.isoformat())), Event("d-day"))
_ATTACK = "attack"

places: st.SearchStrategy[Where] = st.recursive(
    st.one_of(
        st.just(Everywhere()),
        st.builds(InZone, st.just(ZONE_ID), st.sampled_from([0.0, 2_000.0])),
        st.sampled_from(
            [(0.0, side) for side in Side] + [(5_000.0, side) for side in Side if side is not BEYOND]
        ).flatmap(
            lambda drawn: st.builds(
                InBand,
                st.sampled_from(
                    [((EACH_PARTY, "contact"),), ((PAIR[0], "contact"), (PAIR[1], "agreed")), ((EACH_PARTY, "agreed"),)]
                ),
                st.just(drawn[0]),
                st.sampled_from([15_000.0, 40_000.0]),
                st.just(drawn[1]),
            )
        ),
        st.builds(InCorridor, st.sampled_from(LINE_IDS), st.just(4_000.0)),
    ),
    lambda inner: st.one_of(
        st.builds(Outside, inner),
        st.builds(AllOf, st.tuples(inner, inner)),
        st.builds(AnyOf, st.tuples(inner, inner)),
    ),
    max_leaves=3,
)
"""Everywhere, zones, bands, corridors, and what is made of them."""

objects = st.sampled_from(
    [
        ANYTHING,
        ANYTHING,
        ObjectTerm((WeaponTerm(Weapon.MORTAR.value),)),
        ObjectTerm((WeaponTerm("", Bounds(over=100.0)), WeaponTerm(names=("D-30",)))),
        ObjectTerm((WeaponTerm(Weapon.ARTILLERY.value, Bounds(at_least=100.0)),)),
        ObjectTerm((), (Target.HOSPITAL.value,)),
    ]
)
_SEEN = sorted(ACTS)
_DONE = ("withdraw-weapons", "withdraw-forces", "provide-access", "release-persons")
_WHO = st.sampled_from([(EACH_PARTY,), (EACH_PARTY,), PAIR, PAIR[:1], PAIR[1:]])
_MOMENTS = st.sampled_from([None, None, "effective+P1D", "effective-P1D", "d-day+PT12H", "effective+P3D"])

requirements = st.one_of(
    st.builds(
        Requirement,
        entry=st.sampled_from(["order", "notice", "determination", "coordination"]),
        by=st.sampled_from([(), ("same",), ("other",), (MECHANISM,)]),
        subject=st.sampled_from(["", "", _ATTACK]),
        ahead_s=st.sampled_from([0, 3_600]),
        within_s=st.sampled_from([None, 36_000]),
    ),
    st.builds(
        Requirement,
        act=st.sampled_from(["offensive", "ground-fire"]),
        by=st.sampled_from([(), ("other",)]),
        within_s=st.sampled_from([None, 36_000]),
    ),
)
"""What permissions ask for: entries of the register, or an act of the other side."""


@st.composite
def _term(draw: st.DrawFn) -> Any:  # noqa: ANN401 - a moment or none
    text = draw(_MOMENTS)
    return None if text is None else moment_term(text)


@st.composite
def clauses_of(draw: st.DrawFn, name: str, before: tuple[Norm, ...]) -> Norm:
    """A norm of any kind, which may wait for obligations before it or except from prohibitions before it."""
    kind = draw(st.sampled_from(NormKind)) if before else NormKind.FORBID
    norm = Norm(
        id=name,
        kind=kind,
        who=draw(_WHO),
        act=draw(st.sampled_from(_SEEN))
        if kind in (NormKind.FORBID, NormKind.PERMIT)
        else draw(st.sampled_from(_DONE)),
        object=draw(objects),
        where=draw(places),
        clause="c1",
        start=draw(_term()),
        until=draw(_term()),
    )
    if kind is NormKind.FORBID and draw(st.integers(0, 3)) == 0:
        norm = replace(norm, count=CountLimit(at_most=1, per=draw(st.sampled_from(["moment", "day", "window"]))))
    if kind is NormKind.OBLIGE:
        norm = replace(norm, mode=draw(st.sampled_from(Mode)))
        if draw(st.booleans()):
            norm = replace(norm, count=CountLimit(at_least=2, per=draw(st.sampled_from(["window", "day"]))))
    if kind is NormKind.PERMIT:
        permits = tuple(one.id for one in before if one.kind is NormKind.PERMIT)
        norm = replace(
            norm,
            act=draw(st.sampled_from([*_SEEN, "act-in-self-defence"])),
            overrides=(*(one.id for one in before if one.kind is NormKind.FORBID), *permits),
            requires=tuple(draw(st.lists(requirements, max_size=2))),
        )
    owed = tuple(one.id for one in before if one.kind is NormKind.OBLIGE)
    if owed and draw(st.integers(0, 2)) == 0:
        norm = replace(norm, after=owed[:1])
    if draw(st.integers(0, 4)) == 0:
        norm = replace(norm, void_if=(Requirement(entry="determination", by=(MECHANISM,), subject=_ATTACK),))
    return norm


@st.composite
def treaties(draw: st.DrawFn) -> Agreement:
    """An agreement with norms of every kind, two reference lines, events, and readings that change its norms."""
    norms: tuple[Norm, ...] = ()
    for i in range(draw(st.integers(1, 5))):
        norms = (*norms, draw(clauses_of(f"norm-{i}", norms)))
    read = []
    for i in range(draw(st.integers(1, 2))):
        changed = tuple(replace(norm, where=draw(places), object=draw(objects)) if i else norm for norm in norms)
        read.append(replace(draw(readings(f"reading-{i}")), norms=changed, events=_EVENTS))
    order = draw(st.sampled_from([PAIR, PAIR[::-1]]))
    sides = draw(st.sampled_from([PAIR, PAIR[::-1]]))
    return Agreement(
        id="made-up",
        titles=(("en", "A made-up treaty"),),
        status="signed",
        parties=tuple(Party(party, (("en", "P"),)) for party in order),
        actors=(Actor(MECHANISM, (("en", "M"),), "mechanism"),),
        sources=(TextSource("communique", "Communiqué", "https://example.org/text", "2031-04-19"),),
        clauses=(Clause("c1", "all fire ceases", "en", "communique"),),
        readings=tuple(read),
        norms=norms,
        events=_EVENTS,
        lines=tuple(LineTerms(name, "2031-04-01", "made up", "1", 100.0, *sides) for name in LINE_IDS),
    )


@st.composite
def register_entries(draw: st.DrawFn, key: str) -> RegisterEntry:
    """An entry of any kind that bears on :func:`treaties`."""
    kind = draw(st.sampled_from(RegisterKind))
    subject = draw(st.sampled_from([f"norm-{i}" for i in range(5)]))
    if kind is RegisterKind.EVENT:
        subject = "d-day"
    elif kind is RegisterKind.DETERMINATION or draw(st.integers(0, 5)) == 0:
        subject = _ATTACK
    elif kind is RegisterKind.SUSPENSION and draw(st.booleans()):
        subject = ""
    return RegisterEntry(
        key=key,
        kind=kind,
        subject=subject,
        by=draw(st.sampled_from([*PAIR, MECHANISM])),
        to=draw(st.sampled_from([(), PAIR[:1], PAIR[1:]])),
        time=draw(intervals(longest_h=12)),
        standing=draw(st.sampled_from([Standing.VERIFIED, Standing.VERIFIED, Standing.CLAIMED, Standing.DENIED])),
        said_by=MECHANISM,
        evidence=EvidenceLink("0" * 64, 1),
        covers=draw(st.one_of(st.none(), intervals(longest_h=72))),
        about=draw(st.sampled_from(["", "", *(f"{1000 + i:x}" for i in range(4))])),
        option="x" if kind is RegisterKind.RESPONSE else "",
        count=draw(st.sampled_from([None, None, CountRange(2, 2, 2)])),
    )


@st.composite
def registers(draw: st.DrawFn, *, most: int = 8) -> tuple[RegisterEntry, ...]:
    """Up to ``most`` entries with distinct numbers."""
    return tuple(draw(register_entries(f"entry-{i}")) for i in range(draw(st.integers(0, most))))


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
