"""``mission.toml`` and ``case.toml``: what a mission is set to, read strictly.

Both files have the same keys; a mission adds ``truceline`` (the version of the folder's form) and ``name``. An
unknown key is an error that names the nearest known one.
"""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from truceline.fusion import LONGEST_GAP_S
from truceline.mission.reconcile_settings import LogsNamed, logs_named
from truceline.model import PATH_MARK, AgreementFault, MissionNewer, NotAMission, ValueFault, parse_moment, zone

FOLDER_VERSION = 1
LINKING = ("rules", "likelihood")
"""By the rules of salvos and partners alone, or of all evidence by its probability as well."""
_HEADING = re.compile(r"""\s*\[\[?\s*["']?([^\]"']+)["']?\s*\]""")
_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*[=.]""")
_KNOWN = {
    "": (
        *("truceline", "id", "name", "title", "time_zone", "as_of", "areas", "series", "reference", "fusion"),
        *("actors", "bounds", "feed", "geometry", "geometry_names", "geometry_licence", "swap_parties"),
        *("counting", "reconcile"),
    ),
    "series": ("bin", "before", "after", "reading"),
    "reference": ("shifts_days",),
    "fusion": ("partner_gap_s", "repeat_gap_s", "linking"),
    "feed": ("format", "file", "url", "sha256", "licence", "credit"),
    "counting": ("all_rules",),
    "reconcile": ("a", "b", "minutes", "km", "control"),
}


@dataclass(frozen=True, slots=True)
class Feed:
    """A public feed a case is judged on: where it is, what its unpacked bytes hash to, on what terms."""

    format: str
    file: str
    url: str
    sha256: str
    licence: str
    credit: str


@dataclass(frozen=True, slots=True)
class SeriesSettings:
    """Which bins the timeline has: days or weeks before and after the local day a reading's window starts."""

    bin: str
    before: int
    after: int
    reading: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box in degrees that holds every position the mission can hear of; what lies outside is a mistake.

    >>> Bounds(22.0, 44.0, 41.0, 53.0).hold(48.0, 37.8), Bounds(22.0, 44.0, 41.0, 53.0).hold(37.8, 48.0)
    (True, False)
    """

    west: float
    south: float
    east: float
    north: float

    def hold(self, lat: float, lon: float) -> bool:
        """Whether a position lies inside; a box over the antimeridian has its west greater than its east."""
        across = self.west > self.east
        beside = lon >= self.west or lon <= self.east if across else self.west <= lon <= self.east
        return beside and self.south <= lat <= self.north


@dataclass(frozen=True, slots=True)
class Settings:
    """What a mission is set to. ``areas`` are the names coverage is held against; ``*`` is one undivided area."""

    id: str
    titles: tuple[tuple[str, str], ...]
    time_zone: str
    as_of: datetime
    areas: tuple[str, ...]
    series: SeriesSettings
    shifts_days: tuple[int, ...]
    actors: tuple[tuple[str, str], ...]
    feeds: tuple[Feed, ...]
    geometry: tuple[str, ...]
    geometry_names: tuple[tuple[str, str], ...]
    geometry_licence: str
    bounds: Bounds | None
    swap_parties: bool
    partner_gap_s: float | None
    repeat_gap_s: float | None
    all_rules: bool = False
    """Whether reports hold every counting rule side by side."""
    linking: str = "rules"
    """How observations become incidents: a word of :data:`LINKING`."""
    reconcile: tuple[LogsNamed, ...] = ()
    """The logs that reports hold against each other."""


def read_settings(path: Path) -> Settings:
    """The settings in a file. Raises :class:`AgreementFault` for anything that is not understood."""
    raw = _parse(path)
    _check_keys(raw, path)
    try:
        return _settings(raw, path)
    except (KeyError, TypeError, ValueError, ValueFault) as cause:
        what = f"the key {cause} is missing" if isinstance(cause, KeyError) else str(cause)
        raise AgreementFault(
            f"the settings cannot be used: {what}",
            where=str(path) if isinstance(cause, KeyError) else _where_named(path, what, getattr(cause, "where", "")),
            do="compare with the reference of mission.toml",
            example='time_zone = "Europe/Kyiv"',
        ) from cause


def where_in(path: Path, key: str, part: str = "", table: int = 0) -> str:
    """The file and, where it can be found, the line of a key, at the top or in a part such as ``series``.

    Of a list of tables, ``table`` is the number of the one meant, from 1 on; without a key the heading is.
    """
    current, tables = "", 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if heading := _HEADING.match(line):
            current = heading[1].strip()
            tables += current == part
        meant = current == part and table in (0, tables)
        here = heading and (meant if not key else not part and current == key)
        if here or (meant and (found := _KEY.match(line)) and key in found.groups()):
            return f"{path} line {number}"
    return str(path)


def _where_named(path: Path, what: str, named: str) -> str:
    """Where the first key stands that a fault names."""
    words = [*named.split(), *re.findall(r"\w+", what)]
    named_keys = ((key, part) for key in words for part, keys in _KNOWN.items() if key in keys)
    places = (where_in(path, key, part) for key, part in named_keys)
    return next((place for place in places if place != str(path)), str(path))


def _parse(path: Path) -> dict[str, Any]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as cause:
        raise NotAMission(
            f"there is no {path.name} here",
            where=str(path.parent),
            do="name a mission folder, or make one",
            example="truceline new my-mission --case easter-2025",
        ) from cause
    except NotADirectoryError as cause:
        raise NotAMission("this is a file, no folder", where=str(path.parent), do="name a mission folder") from cause
    except OSError as cause:
        raise NotAMission(
            f"{path.name} cannot be read: {cause.strerror}", where=str(path), do="put the settings there as a file"
        ) from cause
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise AgreementFault(f"not TOML: {cause}", where=str(path), example='time_zone = "Europe/Kyiv"') from cause
    version = raw.get("truceline", FOLDER_VERSION)
    if not isinstance(version, int) or version > FOLDER_VERSION:
        raise MissionNewer(
            f"the mission folder is of version {version}; this Truceline knows {FOLDER_VERSION}",
            where=str(path),
            do="open it with the version that wrote it, or a later one",
        )
    return raw


def _check_keys(raw: Mapping[str, Any], path: Path) -> None:
    _refuse_unknown(raw, "", path)
    for part in ("series", "reference", "fusion", "counting"):
        _refuse_unknown(_table(raw, part, path), part, path)
    feeds = raw.get("feed", [])
    for feed in feeds if isinstance(feeds, list) else [feeds]:
        _refuse_unknown(_table({"feed": feed}, "feed", path), "feed", path)
    logs = raw.get("reconcile", [])
    for entry in logs if isinstance(logs, list) else []:
        if isinstance(entry, dict):
            _refuse_unknown(entry, "reconcile", path)


def _table(raw: Mapping[str, Any], key: str, path: Path) -> Mapping[str, Any]:
    table = raw.get(key, {})
    if not isinstance(table, dict):
        raise AgreementFault(
            f"{key} is no table", where=where_in(path, key), do="write its keys below a heading", example="[series]"
        )
    return table


def _refuse_unknown(table: Mapping[str, Any], part: str, path: Path) -> None:
    for key in table:
        if key not in _KNOWN[part]:
            near = difflib.get_close_matches(key, _KNOWN[part], n=1)
            raise AgreementFault(
                f"unknown key {key!r}" + (f" in [{part}]" if part else ""),
                where=where_in(path, key, part),
                do=f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(_KNOWN[part])}",
            )


def _settings(raw: Mapping[str, Any], path: Path) -> Settings:
    zone(raw["time_zone"], where="time_zone")
    series, fusion = raw.get("series", {}), raw.get("fusion", {})
    return Settings(
        id=str(raw.get("id") or raw["name"]),
        titles=_pairs(raw, "title"),
        time_zone=raw["time_zone"],
        as_of=_moment(raw, "as_of"),
        areas=_areas(raw["areas"]) or ("*",),
        series=_series(series),
        shifts_days=_shifts_days(raw.get("reference", {})),
        actors=_pairs(raw, "actors"),
        feeds=tuple(_feed(feed) for feed in raw.get("feed", [])),
        geometry=_texts(raw.get("geometry", []), "geometry"),
        geometry_names=_pairs(raw, "geometry_names"),
        geometry_licence=str(raw.get("geometry_licence", "")),
        bounds=_bounds(raw),
        swap_parties=_flag(raw, "swap_parties"),
        partner_gap_s=_gap_s(fusion, "partner_gap_s"),
        repeat_gap_s=_gap_s(fusion, "repeat_gap_s"),
        all_rules=_flag(raw.get("counting", {}), "all_rules"),
        linking=_linking(fusion),
        reconcile=logs_named(raw.get("reconcile", []), functools.partial(_where_reconcile, path)),
    )


def _where_reconcile(path: Path, key: str, table: int) -> str:
    """Where a key of that entry stands; where there is none, where they are given in a way nobody can read."""
    there = where_in(path, key, "reconcile", table)
    return there if there != str(path) else where_in(path, "reconcile")


def _texts(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f'{key} is a list of texts, such as ["*"]')
    return tuple(value)


def _areas(value: object) -> tuple[str, ...]:
    """Names of areas. A name of several levels would never be met: what is observed counts for the first of them."""
    names = _texts(value, "areas")
    if parts := [name for name in names if PATH_MARK in name]:
        raise ValueError(
            f"the area {parts[0]!r} is named as a part of another in areas; {PATH_MARK.strip()!r} stands between levels"
        )
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"areas names {twice[0]!r} twice, which would weigh it twice in every share")
    return names


def _moment(raw: Mapping[str, Any], key: str) -> datetime:
    try:
        return parse_moment(str(raw[key]))
    except ValueFault as cause:
        raise ValueError(f"{key}: {cause.what}") from cause


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _shifts_days(raw: Mapping[str, Any]) -> tuple[int, ...]:
    days = raw.get("shifts_days", [])
    if not isinstance(days, list) or not all(_is_whole(one) and one for one in days) or len(set(days)) < len(days):
        raise ValueError("shifts_days is a list of whole numbers of days, each once and none 0, such as [-7, 7]")
    return tuple(days)


def _feed(raw: Mapping[str, Any]) -> Feed:
    if wrong := [name for name, value in raw.items() if not isinstance(value, str)]:
        raise ValueError(f"{wrong[0]} of a feed is a text, in quotes")
    return Feed(**raw)


def _pairs(raw: Mapping[str, Any], key: str) -> tuple[tuple[str, str], ...]:
    table = raw.get(key, {})
    if not isinstance(table, dict):
        raise ValueError(f"{key} is a table of names")  # noqa: TRY004 - told with the other faults of the file
    return tuple((str(name), str(value)) for name, value in table.items())


def _flag(raw: Mapping[str, Any], key: str) -> bool:
    value = raw.get(key, False)
    if not isinstance(value, bool):
        raise ValueError(f"{key} is true or false, without quotes")  # noqa: TRY004 - as above
    return value


def _gap_s(raw: Mapping[str, Any], key: str) -> float | None:
    value = raw.get(key)
    wrong = isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST_GAP_S
    if value is not None and wrong:
        raise ValueError(f"{key} is a number of seconds, from 0 to {LONGEST_GAP_S:.0f}")
    return value


def _linking(raw: Mapping[str, Any]) -> str:
    word = raw.get("linking", LINKING[0])
    if word not in LINKING:
        near = difflib.get_close_matches(str(word), LINKING, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f'linking is {word!r}; it is "rules" or "likelihood"{hint}')
    return str(word)


def _series(raw: Mapping[str, Any]) -> SeriesSettings:
    bin_name = str(raw.get("bin", "day"))
    if bin_name not in ("day", "week"):
        raise ValueError(f"series.bin is {bin_name!r}; it is day or week")
    return SeriesSettings(bin_name, _bins(raw, "before"), _bins(raw, "after"), str(raw.get("reading", "")))


def _bins(raw: Mapping[str, Any], key: str) -> int:
    value = raw.get(key, 7)
    if not _is_whole(value) or value < 0:
        raise ValueError(f"{key} is a whole number of bins, 0 or more, without quotes")
    return int(value)


def _bounds(raw: Mapping[str, Any]) -> Bounds | None:
    if "bounds" not in raw:
        return None
    given = raw["bounds"]
    plain = isinstance(given, list) and all(_is_whole(one) or isinstance(one, float) for one in given)
    numbers = [float(number) for number in given] if plain else []
    if len(numbers) != 4 or not numbers[1] < numbers[3]:
        raise ValueError("bounds is [west, south, east, north] in degrees, such as [22.0, 44.0, 41.0, 53.0]")
    return Bounds(*numbers)
