"""Incidents, claims, sources and outlines of the made-up assessment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from made_up_words import HOSTILE, WIDE
from shapely.geometry import box

from truceline.mission.assessment import IncidentNote, MapShape
from truceline.model import (
    AreaPlace,
    Claim,
    CountRange,
    EvidenceLink,
    Incident,
    Interval,
    Phenomenon,
    Place,
    PointPlace,
    SectorPlace,
    Source,
    Stratum,
    Target,
    TimeSense,
    UnknownPlace,
    Weapon,
)


def _claim(party: str, about: str, count: CountRange, quote: str, url: str) -> Claim:
    return Claim(
        f"{party}-violations",
        party,
        about,
        "violations",
        count,
        Interval(*WIDE),
        HOSTILE[0],
        "2031-04-21",
        "",
        url,
        quote,
        EvidenceLink("b" * 64, 2),
    )


def the_claims() -> tuple[Claim, ...]:
    """What each party says of the other."""
    return (
        _claim("party-south", "party-north", CountRange.exactly(2935), "We counted 2,935.", "https://south.example/"),
        _claim("party-north", "party-south", CountRange(4800, 4900, None), 'They said "never"', "javascript:alert(2)"),
    )


def place_of(number: int) -> Place:
    """Places of every kind in turn."""
    kinds: tuple[Place, ...] = (
        AreaPlace("Sumska oblast / Shostka / Hlukhiv", box(33.123456, 51.123456, 33.98765, 51.98765)),
        AreaPlace(HOSTILE[number % len(HOSTILE)]),
        PointPlace(48.015934, 37.802812, 500.0, "Post 48.015934, 37.802812"),
        SectorPlace(48.123456, 37.654321, 168.75, 213.75, 600.0, 4000.0, "0.6-4km S and SSW of the mill"),
        UnknownPlace(HOSTILE[0]),
    )
    return kinds[number % len(kinds)]


ARMS: dict[str, Any] = {
    "weapon": Weapon.MLRS, "calibre_mm": 122.0, "weapon_name": "BM-21", "target": Target.POWER_GRID
}  # fmt: skip


"""What every fifth incident says of weapon and target."""


def incident_note(number: int) -> IncidentNote:
    """An incident some minutes after the one before, with its sources and rows."""
    start = WIDE[0] + timedelta(seconds=number * 7)
    incident = Incident(
        f"incident-{number:04d}",
        1,
        Interval(start, start + timedelta(minutes=41), TimeSense.SOMETIME if number % 3 else TimeSense.LASTED),
        place_of(number),
        Phenomenon.AIR_ALARM,
        CountRange(36, 40, 44, "about 40") if number % 4 == 0 else CountRange.exactly(1),
        (Stratum.OFFICIAL_ALARM, Stratum.CIVILIAN),
        (f"alarms:{number}", f"volunteers:{number}"),
        "party-north" if number % 2 else "",
        **(ARMS if number % 5 == 0 else {}),
    )
    return IncidentNote(
        incident, ("alarms", "volunteers"), (f"alarms.csv:{number + 2}", f"volunteers.csv:{number + 9}")
    )


def the_sources() -> tuple[Source, ...]:
    """An official source and one that nobody knows."""
    senses = (Phenomenon.AIR_ALARM, Phenomenon.ROCKET_ALERT)
    return (
        Source(
            "alarms",
            "Official alarms",
            "State service",
            Stratum.OFFICIAL_ALARM,
            senses,
            "B",
            "https://alarms.example/",
            "MIT",
        ),
        Source("volunteers", HOSTILE[7], HOSTILE[6], Stratum.CIVILIAN, senses),
    )


def the_shapes() -> tuple[MapShape, ...]:
    """Outlines of areas in every state."""
    states = ("watching", "degraded", "blind", "denied", "unknown")
    names = ("Western district", "Sumska oblast", HOSTILE[5], HOSTILE[0], HOSTILE[4])
    shapes = []
    for number, (name, state) in enumerate(zip(names, states, strict=True)):
        west = 30.0 + number
        ring = [[west, 48.0], [west + 1, 48.2], [west + 1, 49.5], [west + 0.4, 49.1], [west, 49.4], [west, 48.0]]
        kind = (
            {"type": "Polygon", "coordinates": [ring]} if number else {"type": "MultiPolygon", "coordinates": [[ring]]}
        )
        shapes.append(MapShape(name, dict(kind), state, Phenomenon.AIR_ALARM, "as-announced"))
    return tuple(shapes)
