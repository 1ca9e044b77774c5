"""The ground an agreement speaks of: its reference lines, zones and settlements, read from the files it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Any

import shapely

from truceline.agreements.space.abreast import sameness
from truceline.agreements.space.geojson import Bounds
from truceline.agreements.space.reading import check_side, read_line, read_outline, read_settlements
from truceline.agreements.space.zone import ReferenceLine, Zone
from truceline.agreements.terms import Terms
from truceline.model import AllOf, AnyOf, InBand, InCorridor, LineTerms, NotFound, Outside, Where
from truceline.model.norms import lines_in, zones_in
from truceline.model.strict_yaml import KeyPath, StrictDocument

_FAR_DEG, _NEAR_DEG = 5.0, 2.0
"""Degrees beyond which drawings of one agreement lie far apart, and within which they lie beside each other."""
_PLACES = ("lines", "zones", "settlements")
_OF_A_DRAWING = ("file", "method", "version", "accuracy")
_SLOT_EXAMPLE = "lines: [{id: contact, slot: the line of the annex map, left: party-north, right: party-south}]"
_DEPTH_EXAMPLE = "where: {line: contact, from: 0 km, to: 25 km}"


@dataclass(frozen=True)
class Ground:
    """Lines and zones as drawn, and what the text says of each line.

    ``slots`` are the ids of those that the mission has still to bring, with what it has to bring in ``wanted``: norms
    told by them are not evaluated.
    """

    zones: tuple[Zone, ...] = ()
    lines: tuple[ReferenceLine, ...] = ()
    terms: tuple[LineTerms, ...] = ()
    slots: tuple[str, ...] = ()
    wanted: tuple[tuple[str, str], ...] = ()

    def lacking(self, where: Where) -> tuple[str, ...]:
        """Ids of lines and zones that a place is told by and that nobody has brought yet."""
        return tuple(name for name in (*lines_in(where), *zones_in(where)) if name in self.slots)

    def zone(self, name: str) -> Zone:
        """The zone of that id; raises :class:`~truceline.model.NotFound`."""
        for zone in self.zones:
            if zone.id == name:
                return zone
        raise NotFound(f"no outline for the zone {name!r}", do="give the zone's outline")

    def line(self, name: str) -> ReferenceLine:
        """The line of that id; raises :class:`~truceline.model.NotFound`."""
        for line in self.lines:
            if line.id == name:
                return line
        raise NotFound(f"no course for the line {name!r}", do="give the line's course")


Given = Mapping[str, object]
"""GeoJSON by the id of its line or zone, where it stands in no file."""
NOTHING_GIVEN: Given = MappingProxyType({})


def read_ground(document: StrictDocument, folder: Path, given: Given = NOTHING_GIVEN) -> Ground:
    """The geometry of an agreement file; raises :class:`~truceline.model.AgreementFault` for any fault in it.

    What is ``given`` is taken instead of the file of that line or zone.
    """
    content: Any = document.value
    terms = Terms(document)
    lines = tuple(
        _line(terms, entry, folder / entry.get("file", ""), ("lines", i), given)
        for i, entry in enumerate(content.get("lines", ()))
        if _drawn(entry, given)
    )
    told = tuple(_terms(terms, entry, ("lines", i)) for i, entry in enumerate(content.get("lines", ())))
    zones = tuple(
        _zone(terms, entry, folder / entry.get("file", ""), (kind, i), given)
        for kind in ("zones", "settlements")
        for i, entry in enumerate(content.get(kind, ()))
        if _drawn(entry, given)
    )
    slots = _slots(document, given)
    wanted = tuple((one["id"], one["slot"]) for kind in _PLACES for one in content.get(kind, ()) if one["id"] in slots)
    ground = Ground(zones, lines, told, slots, wanted)
    for kind in ("zones", "settlements"):
        for i, entry in enumerate(content.get(kind, ())):
            if "beside" in entry and not {entry["id"], entry["beside"]["line"]} & set(ground.slots):
                _check_beside(document, ground, entry, (kind, i, "beside"))
    _check_exchanged(document, ground)
    return ground


def _bounds(document: StrictDocument) -> Bounds | None:
    """The box that must hold all geometry of the file, where it states one."""
    content: Any = document.value
    if "bounds" not in content:
        return None
    west, south, east, north = content["bounds"]
    if not (-180.0 <= west < east <= 180.0 and -90.0 <= south < north <= 90.0):
        raise document.fault(
            f"the bounds {content['bounds']} are no box on the globe",
            ("bounds",),
            do="write west, south, east and north in degrees, the smaller before the greater",
            example="bounds: [22.0, 44.0, 41.0, 53.0]",
        )
    return west, south, east, north


def _check_exchanged(document: StrictDocument, ground: Ground) -> None:
    """Refuse a drawing far from all others that would lie among them with longitude and latitude exchanged.

    On the globe such a drawing is as good as any: only its family can give it away.
    """
    content: Any = document.value
    shapes = {
        **{line.id: shapely.MultiLineString([part.tolist() for part in line.parts]) for line in ground.lines},
        **{zone.id: zone.shape for zone in ground.zones},
    }
    places: dict[str, KeyPath] = {
        one["id"]: (kind, i, "file" if "file" in one else "slot")
        for kind in _PLACES
        for i, one in enumerate(content.get(kind, ()))
    }
    boxes = {name: shapely.box(*shape.bounds) for name, shape in shapes.items()}
    for name, box in boxes.items():
        others = [other for key, other in boxes.items() if key != name]
        west, south, east, north = box.bounds
        exchanged = shapely.box(south, west, north, east)
        if others and min(box.distance(other) for other in others) > _FAR_DEG:
            near = next((key for key in boxes if key != name and exchanged.distance(boxes[key]) < _NEAR_DEG), "")
            if near:
                far = "all other lines and zones" if len(others) > 1 else f"{near!r}"
                raise document.fault(
                    f"{name!r} lies far from {far}, and beside {near!r} with longitude and latitude exchanged"
                    + ("" if len(others) > 1 else " in one of the two"),
                    places[name],
                    do="write longitude first in every file: [longitude, latitude]",
                    example='{"type": "LineString", "coordinates": [[30.0, 48.0], [31.0, 48.1]]}',
                )


def _line(terms: Terms, entry: Mapping[str, Any], file: Path, path: KeyPath, given: Given) -> ReferenceLine:
    where = terms.document.where((*path, "slot" if "slot" in entry else "file"))
    return ReferenceLine(
        id=entry["id"],
        parts=read_line(file, where=where, bounds=_bounds(terms.document), given=given.get(entry["id"])),
        date=entry.get("date", ""),
        method=entry.get("method", ""),
        version=entry.get("version", ""),
        accuracy_m=terms.metres(entry.get("accuracy", "0 m"), (*path, "accuracy")),
        file=entry.get("file", ""),
    )


def _drawn(entry: Mapping[str, Any], given: Given) -> bool:
    """Whether a line or zone has a course or outline: in a file, or given; else it is a slot nobody has filled."""
    return "slot" not in entry or entry["id"] in given


def _slots(document: StrictDocument, given: Given) -> tuple[str, ...]:
    """Ids of the slots nobody has filled; raises for one that claims to be drawn as well."""
    content: Any = document.value
    entries = [((kind, i), one) for kind in _PLACES for i, one in enumerate(content.get(kind, ()))]
    for path, entry in entries:
        # a story that brings its own drawing may say how well the line is known
        open_slot = "slot" in entry and entry["id"] not in given
        drawn = [key for key in _OF_A_DRAWING if key in entry and open_slot]
        if drawn:
            raise document.fault(
                f"{entry['id']!r} is a slot for the mission's own drawing and has a {drawn[0]} already",
                (*path, drawn[0]),
                do="take slot out once the file, its day, its method and its accuracy stand here; until then, these",
                example=_SLOT_EXAMPLE,
            )
    return tuple(entry["id"] for _, entry in entries if not _drawn(entry, given))


def _terms(terms: Terms, entry: Mapping[str, Any], path: KeyPath) -> LineTerms:
    return LineTerms(
        id=entry["id"],
        date=entry.get("date", ""),
        method=entry.get("method", ""),
        version=entry.get("version", ""),
        accuracy_m=terms.metres(entry.get("accuracy", "0 m"), (*path, "accuracy")),
        left=entry["left"],
        right=entry["right"],
        slot=entry.get("slot", ""),
    )


def _zone(terms: Terms, entry: Mapping[str, Any], file: Path, path: KeyPath, given: Given) -> Zone:
    where = terms.document.where((*path, "slot" if "slot" in entry else "file"))
    read = read_settlements if path[0] == "settlements" else read_outline
    return Zone(
        id=entry["id"],
        shape=read(file, where=where, bounds=_bounds(terms.document), given=given.get(entry["id"])),
        date=entry.get("date", ""),
        method=entry.get("method", ""),
        version=entry.get("version", ""),
        accuracy_m=terms.metres(entry.get("accuracy", "0 m"), (*path, "accuracy")),
        file=entry.get("file", ""),
    )


def _check_beside(document: StrictDocument, ground: Ground, entry: Mapping[str, Any], path: KeyPath) -> None:
    beside = entry["beside"]
    terms = next(line for line in ground.terms if line.id == beside["line"])
    check_side(ground.zone(entry["id"]), ground.line(terms.id), terms.side_of(beside["of"]), where=document.where(path))


_OPPOSITE = -0.5
"""Mean cosine below which two lines beside each other run opposite ways."""


def _check_same_way(document: StrictDocument, ground: Ground, names: tuple[str, ...], path: KeyPath) -> None:
    """Refuse reference lines of one strip that run along each other with the parties on opposite hands."""
    told = {line.id: line for line in ground.terms}
    for name, other in combinations((one for one in names if one not in ground.slots), 2):
        one, two = told[name], told[other]
        if {one.left, one.right} != {two.left, two.right}:
            continue
        same = sameness(ground.line(name).parts, ground.line(other).parts)
        if (same if one.left == two.left else -same) < _OPPOSITE:
            raise document.fault(
                f"the lines {name!r} and {other!r} run along each other with {one.left!r} on opposite sides of them: "
                "one of the two is drawn the other way round",
                path,
                do="exchange left and right of that line; left is the left hand of who walks it as it is drawn",
                example=f"{{id: {other}, left: {two.right}, right: {two.left}}}",
            )


_LEAST_DEPTH_M = 100.0
"""What a strip beside a line that nobody has drawn yet must be deep: no line of contact is known so well."""


def check_depths(document: StrictDocument, ground: Ground, where: Where, path: KeyPath) -> None:
    """Refuse a strip that is narrower than its line is known to: 25 m beside a line known to 200 m is a slip for km."""
    match where:
        case InBand(lines, near_m, far_m):
            strips = [(line, far_m - near_m) for _, line in lines]
            _check_same_way(document, ground, tuple(dict.fromkeys(line for _, line in lines)), path)
        case InCorridor(line, width_m):
            strips = [(line, width_m)]
        case Outside(of):
            return check_depths(document, ground, of, path)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                check_depths(document, ground, part, path)
            return None
        case _:
            return None
    for name, deep_m in strips:
        known_m = _LEAST_DEPTH_M if name in ground.slots else ground.line(name).accuracy_m
        _check_depth(document, name, known_m, deep_m, path)
    return None


def _check_depth(document: StrictDocument, line: str, known_m: float, deep_m: float, path: KeyPath) -> None:
    if deep_m < known_m:
        raise document.fault(
            f"the strip is {deep_m:g} m deep, and the line {line!r} is known to {known_m:g} m only",
            path,
            do="check the unit: m or km; a strip narrower than its line is known to holds nobody to anything",
            example=_DEPTH_EXAMPLE,
        )
