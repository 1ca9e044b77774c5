"""A mapping and a header made into one function from the values of a row to an observation.

Each field becomes a small function of the row's values, chosen once: what is constant is worked out before the first
row, and what repeats (places, counts, words) is remembered for a while. Nothing here knows about a single row.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dictionary
from functools import lru_cache
from hashlib import sha256
from operator import itemgetter
from typing import TypeVar

from truceline.model import (
    ONE,
    SUMS,
    WEAPON_STANDINGS,
    Armament,
    CountRange,
    CoverageState,
    EvidenceLink,
    Flag,
    Interval,
    Means,
    NamedWeapon,
    Observation,
    Phenomenon,
    Place,
    PointPlace,
    Target,
    TimeSense,
    UnknownPlace,
    ValueFault,
    Weapon,
    armament,
    calibre_in,
    named_area,
    weapon_named,
    widest_area,
)
from truceline.sources.counts import MOST_ITEMS, read_count, whole_number
from truceline.sources.free_table.fields import FIELDS
from truceline.sources.free_table.mapping import TableMapping
from truceline.sources.free_table.moments import TimeRules, time_reader
from truceline.sources.protocol import ReadOptions, SourceFile

Values = Sequence[str]
Made = TypeVar("Made")
Class = TypeVar("Class", Weapon, Target)
Of = Callable[[Values], Made]
_KEPT = 8192
_EARTH_RADIUS_M = 6_400_000.0
_HOW_GOOD = frozenset({"radius_m", "sense"})
"""Constants that say how well a row is known, not what it tells of: to state them better is no new row."""
_NO_FLAGS: tuple[Flag, ...] = ()


class Columns:
    """Where each field of a mapping stands in the header."""

    def __init__(self, mapping: TableMapping, header: Sequence[str]) -> None:
        """Find the columns; ``header`` has been checked to hold them all once."""
        self.mapping = mapping
        self._at = {field: [header.index(name) for name in names] for field, names in mapping.columns.items()}
        self._names = mapping.columns

    def has(self, field: str) -> bool:
        """Whether a column or constant is given for the field."""
        return field in self._at or field in self.mapping.constants

    def constant(self, field: str) -> str | None:
        """The constant of a field that has no column; the empty text when nothing is given at all."""
        return None if field in self._at else self.mapping.constants.get(field, "")

    def text(self, field: str, joint: str = " | ") -> Of[str]:
        """The text of a field in a row; several columns are joined, empty ones left out."""
        at = self._at.get(field)
        if at is None:
            constant = self.mapping.constants.get(field, "")
            return lambda _: constant
        if len(at) == 1:
            return itemgetter(at[0])
        return lambda values: joint.join(values[i] for i in at if values[i])

    def made(self, field: str, make: Callable[[str], Made]) -> Of[Made]:
        """A field's text made into something; made once when it is constant, else remembered for a while."""
        constant = self.constant(field)
        if constant is not None:
            fixed = make(constant)
            return lambda _: fixed
        kept, text = lru_cache(_KEPT)(make), self.text(field)
        return lambda values: kept(text(values))

    def key(self) -> Of[str]:
        """The natural key of a row: its key columns, else a digest of every mapped value and of the constants.

        Without a key column two rows that say the same in every mapped column are one record, unless the constants
        of their mappings tell two tables of one source apart.
        """
        if "key" in self._at:
            text = self.text("key", "/")
            return lambda values: text(values) or _no_key()
        used = sorted({i for field in FIELDS for i in self._at.get(field, ())})
        mapped = itemgetter(*used, used[0])  # the first once more, so that there are always several
        constants = self.mapping.constants
        told = [f"\x1e{field}={constants[field]}" for field in FIELDS if field in constants and field not in _HOW_GOOD]
        always = "".join(told)
        return lambda values: sha256(("\x1f".join(mapped(values)) + always).encode()).hexdigest()[:32]


def observation_reader(
    mapping: TableMapping, header: Sequence[str], file: SourceFile, options: ReadOptions
) -> Callable[[int, Values], Observation]:
    """A function from line and values to an :class:`Observation`; it raises :class:`ValueFault` for a bad row."""
    columns = Columns(mapping, header)
    key, time, place = columns.key(), interval_reader(columns, options), _place(columns)
    means = columns.made("means", _word(columns, "means", Means, default=Means.REPORTED))
    phenomenon = columns.made("phenomenon", _observed(columns))
    count, party = _count(columns), columns.made("party", _party(options))
    armed, target = _armed(columns), _class(columns, "target", Target)
    direction, words = columns.text("direction"), _words(columns, options)
    flags = _flags(columns, options)
    source, digest = mapping.source.id, file.sha256

    def _observe(line: int, values: Values) -> Observation:
        when, arms = time(values), armed(values)
        return Observation(
            key(values),
            source,
            when,
            place(values),
            means(values),
            phenomenon(values),
            EvidenceLink(digest, line),
            count(values),
            arms.weapon,
            arms.calibre_mm,
            arms.name,
            target(values),
            party(values),
            direction(values),
            words(values),
            flags(values, when, arms.conflict),
        )

    return _observe


def interval_reader(columns: Columns, options: ReadOptions) -> Of[Interval]:
    """When, by the mapping's rules; the zone a person names on the command line goes before the mapping's."""
    clock = columns.mapping.clock
    rules = TimeRules(time_reader(clock.form), options.zone or clock.zone)
    start, end, minutes = columns.text("start", " "), columns.text("end", " "), columns.text("duration_min")
    if columns.has("sense"):
        sense = columns.made("sense", _word(columns, "sense", TimeSense))
    else:
        stated = clock.sense or TimeSense.SOMETIME
        sense = lambda _: stated  # noqa: E731  # one of two small functions of the same shape
    interval = rules.interval
    return lambda values: interval(start(values), end(values), minutes(values), sense(values))


def _observed(columns: Columns) -> Callable[[str], Phenomenon]:
    """What was observed; a sum that is made when counting is no observation and would be counted twice."""
    word = _word(columns, "phenomenon", Phenomenon)

    def _read(text: str) -> Phenomenon:
        found = word(text)
        if found in SUMS:
            raise ValueFault(
                f"phenomenon {text!r} is a sum made when counting, and nobody observes it",
                do="give what was observed",
                example="explosion",
            )
        return found

    return _read


def _flags(columns: Columns, options: ReadOptions) -> Callable[[Values, Interval, bool], tuple[Flag, ...]]:
    """The zone was assumed; an end is not given; a party is not known to the mission; weapon words do not fit."""
    ends, names = columns.has("end"), columns.has("party")
    end, party = columns.text("end"), columns.text("party")
    stands = _standing(columns) if columns.has("standing") else None

    def _raised(values: Values, when: Interval, conflict: bool) -> tuple[Flag, ...]:
        standing = stands(values) if stands else _NO_FLAGS
        if not (when.assumed_zone or ends or names or conflict):
            return standing
        zone = (Flag.ZONE_ASSUMED,) if when.assumed_zone else _NO_FLAGS
        missing = (Flag.END_MISSING,) if ends and not end(values) else _NO_FLAGS
        strange = names and party(values) and not options.actor(party(values))
        unknown = (Flag.PARTY_NOT_KNOWN,) if strange else _NO_FLAGS
        unfit = (Flag.WEAPON_CONFLICT,) if conflict else _NO_FLAGS
        return (*zone, *missing, *unknown, *unfit, *standing)

    return _raised


def _standing(columns: Columns) -> Of[tuple[Flag, ...]]:
    """How a weapon stands to its lines; empty, N/K and ``none`` say nothing, any other unknown word is refused."""
    translation = columns.mapping.translate.get("standing", {})
    known = {flag.value: (flag,) for flag in WEAPON_STANDINGS}

    def _read(text: str) -> tuple[Flag, ...]:
        meant = translation.get(text, text)
        if _says_nothing(meant):
            return _NO_FLAGS
        if meant.lower() not in known:
            raise ValueFault(
                f"standing {text!r} is none of: {', '.join(known)}",
                do="add it to the mapping's translate: standing",
                example=f"translate: {{standing: {{{text}: {next(iter(known))}}}}}",
            )
        return known[meant.lower()]

    return columns.made("standing", _read)


def _place(columns: Columns) -> Of[Place]:
    """A point where there are coordinates, else the area, else a place unknown but for its words."""
    area, words = columns.text("area"), columns.text("place")
    if not columns.has("lat"):
        named = lru_cache(_KEPT)(_named_place)
        return lambda values: named(area(values), words(values))
    lat, lon, radius = columns.text("lat"), columns.text("lon"), columns.text("radius_m")
    return lambda values: _point(lat(values), lon(values), radius(values), area(values), words(values))


def _point(lat: str, lon: str, radius: str, area: str, words: str) -> Place:
    if not lat and not lon:
        return _named_place(area, words)
    try:
        north, east, radius_m = float(lat), float(lon), float(radius)
    except ValueError:
        raise _not_a_number(lat=lat, lon=lon, radius_m=radius) from None
    if radius_m > _EARTH_RADIUS_M:
        raise ValueFault(f"radius {radius} m is more than the Earth's", do="give metres", example="500")
    return PointPlace(north, east, radius_m, words or area, widest_area(area))


def _named_place(area: str, words: str) -> Place:
    if not area:
        return UnknownPlace(words)
    return named_area(area, words)


def _not_a_number(**texts: str) -> ValueFault:
    for field, text in texts.items():
        if not re.fullmatch(r"[-+]?\d+(\.\d*)?", text):
            return ValueFault(f"{field} {text!r} is not a number", do="use digits and a point", example="48.0159")
    return ValueFault(f"not a position: {texts}", do="use digits and a decimal point", example="48.0159")


def _count(columns: Columns) -> Of[CountRange]:
    if columns.has("count"):
        return columns.made("count", read_count)
    if not columns.has("count_low"):
        return lambda _: ONE
    low, best, high = (columns.text(f"count_{end}") for end in ("low", "best", "high"))
    has_best, has_high = columns.has("count_best"), columns.has("count_high")
    ranged = lru_cache(_KEPT)(_count_range)
    if not has_best and not has_high:
        return lambda values: ranged(low(values), "", "")
    return lambda values: ranged(low(values), best(values), high(values))


def _count_range(low: str, best: str, high: str) -> CountRange:
    numbers = {"count_low": low, "count_best": best, "count_high": high}
    for field, text in numbers.items():
        if whole_number(text, MOST_ITEMS) is None and (text or field == "count_low"):
            raise ValueFault(
                f"{field} {text!r} is not a whole number from 0 to {MOST_ITEMS:,}",
                do="give digits only; best and high may be empty",
                example="3",
            )
    if high == "0" or (best == "0" and not high):
        raise ValueFault("the row counts nothing: nothing observed is coverage, not an observation", example="1")
    return CountRange(int(low), int(best) if best else None, int(high) if high else None)


def _armed(columns: Columns) -> Of[Armament]:
    """Class, calibre and named system of the weapon, as far as the mapping gives them, held against one another."""
    stated = _class(columns, "weapon", Weapon)
    together = lru_cache(_KEPT)(armament)
    if not columns.has("calibre_mm") and not columns.has("weapon_name"):
        return lambda values: together(stated(values), None, None)
    calibre, named = columns.made("calibre_mm", _calibre), _named(columns)
    return lambda values: together(stated(values), calibre(values), named(values))


def _class(columns: Columns, field: str, kind: type[Class]) -> Of[Class | None]:
    """The class of weapon or target; empty, N/K and ``none`` are no class, any other unknown word is refused."""
    word = _word(columns, field, kind)
    translation = columns.mapping.translate.get(field, {})

    def _read(text: str) -> Class | None:
        return None if _says_nothing(translation.get(text, text)) else word(text)

    return columns.made(field, _read)


def _named(columns: Columns) -> Of[NamedWeapon | None]:
    """The named system; a name the catalogue does not have is refused, so that it is not lost unseen."""
    translation = columns.mapping.translate.get("weapon_name", {})

    def _read(text: str) -> NamedWeapon | None:
        meant = translation.get(text, text)
        found = weapon_named(meant)
        if found is None and not _says_nothing(meant):
            raise ValueFault(
                f"weapon_name {text!r} names no one system of the catalogue",
                do="add it to the mapping's translate: weapon_name, as a system of the catalogue or as none",
                example=f"translate: {{weapon_name: {{{text}: none}}}}",
            )
        return found

    return columns.made("weapon_name", _read)


def _calibre(text: str) -> float | None:
    """Millimetres, as a number or in words; words without a figure state none, any other figure is refused."""
    if _says_nothing(text) or not re.search(r"\d", text):
        return None
    found = calibre_in(f"{text} mm" if re.fullmatch(r"\d+([.,]\d+)?", text) else text)
    if found is None and (named := weapon_named(text)):
        return named.calibre_mm
    if found is None:
        raise ValueFault(
            f"calibre_mm {text!r} is not one calibre", do="give millimetres, or leave the cell empty", example="122"
        )
    return found


def _says_nothing(text: str) -> bool:
    return text.lower() in {"", "n/k", "none", "unknown"}


def _party(options: ReadOptions) -> Callable[[str], str]:
    return lambda name: options.actor(name) if name else ""


def _words(columns: Columns, options: ReadOptions) -> Of[str]:
    """The original words; a party the mission has no id for is kept in them."""
    words, party = columns.text("words"), columns.text("party")
    if not columns.has("party"):
        return words

    def _with_party(values: Values) -> str:
        name = party(values)
        if not name or options.actor(name):
            return words(values)
        return " | ".join(part for part in (words(values), f"party: {name}") if part)

    return _with_party


Word = TypeVar("Word", Means, Phenomenon, Weapon, Target, TimeSense, CoverageState)


def _word(columns: Columns, field: str, kind: type[Word], default: Word | None = None) -> Callable[[str], Word]:
    """A word of the vocabulary for a word of the table, by the mapping's translation or by being the same."""
    return translated(columns.mapping.translate.get(field, {}), field, kind, default)


def translated(
    table: Dictionary[str, str], field: str, kind: type[Word], default: Word | None = None
) -> Callable[[str], Word]:
    """A reader of translated words; it raises :class:`ValueFault` naming the nearest word known."""
    same = {member.value: member for member in kind}
    known = {**same, **{text: same[value] for text, value in table.items() if value in same}}

    def _read(text: str) -> Word:
        found = known.get(text)
        if found is None and not text:
            found = default
        if found is None:
            near = difflib.get_close_matches(text.lower(), known, n=1)
            raise ValueFault(
                f"{field} {text!r} is not known",
                do=f"add it to the mapping's translate: {field}"
                + (f"; the nearest known is {near[0]!r}" if near else ""),
                example=f"translate: {{{field}: {{{text or 'word'}: {next(iter(known))}}}}}",
            )
        return found

    return _read


def _no_key() -> str:
    raise ValueFault("the key is empty", do="give every row its key, or map no key at all")
