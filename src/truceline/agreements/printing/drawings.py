"""Lines and zones for a reader: how long and how large, how they were drawn, and where on the globe they lie.

A drawing with longitude and latitude exchanged is as good as any on the globe. Where neither bounds nor another
drawing could give it away, the reader alone can, so each is told with its place.
"""

from __future__ import annotations

from collections.abc import Iterator

import shapely

from truceline.agreements.loading import LoadedAgreement
from truceline.agreements.printing.measuring import area_km2, length_m
from truceline.agreements.printing.words import length
from truceline.agreements.space.zone import ReferenceLine, Zone
from truceline.model.strict_yaml import StrictDocument

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees; a west greater than the east goes over the date line."""
_HALF_TURN_DEG = 180.0


def drawings_told(loaded: LoadedAgreement) -> Iterator[str]:
    """Every line and zone in the order of the file, and what a mission has still to bring."""
    ground = loaded.ground
    drawn = {line.id: line for line in ground.lines}
    for terms in ground.terms:
        sides = f"left is {terms.left}'s side, right {terms.right}'s"
        if terms.id not in drawn:
            yield f"line {terms.id}: not drawn yet, a mission has to bring {terms.slot or 'it'}; {sides}"
            continue
        yield f"line {terms.id}: {length_m(drawn[terms.id]) / 1000:.1f} km, {sides}"
        yield f"  {_drawing(drawn[terms.id])}"
        yield f"  {place_told(box_of(drawn[terms.id]))}"
    for zone in ground.zones:
        yield f"zone {zone.id}: {area_km2(zone):,.1f} km²"
        yield f"  {_drawing(zone)}"
        yield f"  {place_told(box_of(zone))}"
    for name in ground.slots:
        if name not in {terms.id for terms in ground.terms}:
            yield f"zone {name}: not drawn yet, a mission has to bring it"


def place_warning(loaded: LoadedAgreement, document: StrictDocument) -> str:
    """What a reader has to look at because nothing in the file could give exchanged degrees away; else empty."""
    drawn: tuple[ReferenceLine | Zone, ...] = (*loaded.ground.lines, *loaded.ground.zones)
    content = document.value
    if not drawn or (isinstance(content, dict) and "bounds" in content):
        return ""
    example = "bounds, for example bounds: [22.0, 44.0, 41.0, 53.0] (west, south, east, north)"
    if len(drawn) == 1:
        one = drawn[0]
        return (
            f"{one.id} is the only drawing, and nothing in the file says where it should lie. It "
            f"{place_told(box_of(one))}; if that is not the place meant, longitude and latitude may be exchanged. To "
            f"have it checked, state {example}."
        )
    return (
        "Drawings are checked against each other alone: if longitude and latitude were exchanged in all of them, only "
        f"the places above would show it. To have them checked, state {example}."
    )


def box_of(one: ReferenceLine | Zone) -> Box:
    """The box a drawing lies in; one that was cut at the date line goes over it.

    >>> box_of(Zone("strait", shapely.union_all([shapely.box(179, 65, 180, 66), shapely.box(-180, 65, -169, 66)])))
    (179.0, 65.0, -169.0, 66.0)
    """
    parts = _pieces(one)
    west, south, east, north = shapely.total_bounds(parts)
    if west == -_HALF_TURN_DEG and east == _HALF_TURN_DEG:
        left = [part.bounds for part in parts if part.bounds[2] < _HALF_TURN_DEG]
        right = [part.bounds for part in parts if part.bounds[0] > -_HALF_TURN_DEG]
        if left and right and len(left) + len(right) == len(parts):
            west, east = min(box[0] for box in right), max(box[2] for box in left)
    return float(west), float(south), float(east), float(north)


def _pieces(one: ReferenceLine | Zone) -> tuple[shapely.Geometry, ...]:
    if isinstance(one, ReferenceLine):
        return tuple(shapely.LineString(part) for part in one.parts)
    return tuple(shapely.get_parts(one.shape))


def place_told(box: Box) -> str:
    """A box as a reader of maps says it.

    >>> place_told((30.0, 48.0, 31.5, 48.0)), place_told((-58.1, -52.25, -57.0, -51.0))
    ('lies at 48.00° N, 30.00° E to 31.50° E', 'lies at 52.25° S to 51.00° S, 58.10° W to 57.00° W')
    """
    west, south, east, north = box
    return f"lies at {_span(south, north, 'NS')}, {_span(west, east, 'EW')}"


def _span(begin: float, end: float, letters: str) -> str:
    told = [f"{abs(degrees):.2f}° {letters[0] if degrees >= 0.0 else letters[1]}" for degrees in (begin, end)]
    return " to ".join(dict.fromkeys(told))


def _drawing(one: ReferenceLine | Zone) -> str:
    parts = [f"of {one.date}" if one.date else "", f"version {one.version}" if one.version else "", one.method]
    parts.append(f"known to {length(one.accuracy_m)}" if one.accuracy_m else "taken as exactly known")
    return "; ".join(part for part in parts if part)
