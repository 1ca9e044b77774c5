"""The fields a mapping can give, and which of them belong together or shut one another out."""

from __future__ import annotations

from truceline.model import (
    NAMED_WEAPONS,
    SUMS,
    WEAPON_STANDINGS,
    CoverageState,
    Means,
    Phenomenon,
    Target,
    TimeSense,
    Weapon,
)
from truceline.sources.free_table.passages import Passage

FIELDS: dict[str, str] = {
    "key": "natural key of the row: the same key again is a revision (default: a digest of the mapped values)",
    "start": "when it began or happened; a day without an hour is the whole day",
    "end": "when it ended; a day without an hour is to the end of that day",
    "duration_min": "how long it lasted in minutes, in place of an end",
    "sense": "lasted or sometime, when it differs by row",
    "lat": "latitude in degrees, WGS 84",
    "lon": "longitude in degrees, WGS 84",
    "radius_m": "radius in metres that holds the true position with 95 %",
    "area": "name of the area, as the mission lists it",
    "place": "the place in the observer's words",
    "phenomenon": "what was observed",
    "means": "saw, heard, recorded, detected or reported (default: reported)",
    "count": 'how many, as words: 12, "about 40", N/K',
    "count_low": "at least so many",
    "count_best": "most likely so many; may be empty",
    "count_high": "at most so many; empty when open",
    "weapon": "weapon class",
    "calibre_mm": 'calibre in millimetres: 122, "82mm mortar"; empty or N/K when unknown',
    "weapon_name": "named system of the catalogue, such as BM-21, Град or 2S1",
    "target": "class of what was hit or aimed at",
    "standing": "how a weapon stands to its withdrawal lines, as the observer said",
    "party": "who is said to have acted, by the name the mission gives party ids for",
    "direction": "direction of fire in the observer's words",
    "words": "original words; several columns may be given as a list",
    "state": "watching tables only: watching, degraded, blind, denied or unknown",
    "reason": "watching tables only: why",
}
"""Every field a column or a constant can be given for, and what it means."""

TRANSLATED: dict[str, tuple[str, ...]] = {
    "phenomenon": tuple(one for one in Phenomenon if one not in SUMS),
    "means": tuple(Means),
    "weapon": (*Weapon, "none"),
    "weapon_name": (*(one.name for one in NAMED_WEAPONS), "none"),
    "target": (*Target, "none"),
    "standing": (*WEAPON_STANDINGS, "none"),
    "sense": tuple(TimeSense),
    "state": tuple(CoverageState),
}
"""The fields whose words are translated, and the words of the vocabulary each can mean."""

_OF_WATCHING = frozenset({"start", "end", "duration_min", "sense", "area", "state", "reason"})
_OF_WATCHING_ONLY = frozenset({"state", "reason"})
_POSITION = frozenset({"lat", "lon", "radius_m"})
_COUNTS = frozenset({"count_low", "count_best", "count_high"})


def check_fields(top: Passage, *, watching: bool, sense_stated: bool) -> None:
    """Raise :class:`InputFault` for fields that are missing, doubled, alone or of no use."""
    columns, constants = top.below("columns"), top.below("constants")
    both = set(columns.entries()) & set(constants.entries())
    for field in FIELDS:
        if field in both:
            raise constants.below(field).fault(f"{field} is both a column and a constant", "keep one of the two")
    given = {**columns.entries(), **constants.entries()}
    _check_use(columns, constants, watching=watching)
    _check_needed(top, given, watching=watching, sense_stated=sense_stated)
    _check_company(top, given)


def _check_use(columns: Passage, constants: Passage, *, watching: bool) -> None:
    """Every field that is given must say something of the single row, else it would be passed over in silence."""
    if not columns.entries():
        raise columns.fault("no column of the table is named", "name at least one", "columns: {start: Date}")
    if "key" in constants.entries():
        raise constants.below("key").fault(
            "one key for all rows would make them one record",
            "name a column, or leave the key out",
            "columns: {key: No}",
        )
    idle = frozenset(FIELDS) - _OF_WATCHING if watching else _OF_WATCHING_ONLY
    kind, other = ("watching", "observations") if watching else ("observations", "watching")
    for field, where in (*columns.entries().items(), *constants.entries().items()):
        if field in idle:
            raise where.fault(f"{field} says nothing in a table of {kind}", f"remove it, or say rows: {other}")


def _check_needed(top: Passage, given: dict[str, Passage], *, watching: bool, sense_stated: bool) -> None:
    for field in ("start", "area", "state") if watching else ("start", "phenomenon"):
        if field not in given:
            raise top.below("columns").fault(
                f"nothing says what {field} is", "name a column or a constant", f"{field}: name of column"
            )
    if not sense_stated and "sense" not in given:
        raise top.below("time").fault(
            "nothing says in which sense times are meant",
            "lasted: went on from start to end; sometime: happened at an unknown moment in between",
            "sense: sometime",
        )


def _check_company(top: Passage, given: dict[str, Passage]) -> None:
    """Fields that come together or not at all, and fields that shut one another out."""
    columns = top.below("columns")
    names = set(given)
    if names & _POSITION and not names >= _POSITION:
        raise columns.fault(
            "a position needs lat, lon and radius_m", "state how good the position is", "constants: {radius_m: 500}"
        )
    if "count" in names and names & _COUNTS:
        raise given["count"].fault("count and count_low, count_best, count_high shut one another out", "keep one way")
    if names & _COUNTS and "count_low" not in names:
        raise columns.fault("a count range needs count_low", "name its column or a constant", "count_low: 1")
    if {"end", "duration_min"} <= names:
        raise given["duration_min"].fault("end and duration_min shut one another out", "keep one of the two")
