"""Where an event happened, no more precisely than its ``where_prec`` allows."""

from __future__ import annotations

from collections.abc import Mapping

from truceline.model import Place, PointPlace, UnknownPlace, ValueFault, named_area
from truceline.sources.ucdp_ged.mapping import EXACT_RADIUS_M, NEAR_RADIUS_M

_RADIUS_M = {"1": EXACT_RADIUS_M, "2": NEAR_RADIUS_M}
_AREA_NAMED_BY = {
    "3": ("adm_1", "adm_2"),
    "4": ("adm_1",),
    "5": ("where_coordinates",),
    "6": ("country",),
    "7": ("where_coordinates",),
}


def place_of(values: Mapping[str, str]) -> Place:
    """The place of a row by its precision code: a point with radius, a named area, or unknown.

    An area whose name is missing becomes an unknown place with the words there are. Raises :class:`ValueFault` for an
    unknown code, impossible coordinates, and a point that the row's own geometry contradicts.
    """
    precision = values["where_prec"]
    if precision in _RADIUS_M:
        return _point(values, _RADIUS_M[precision])
    if precision not in _AREA_NAMED_BY:
        raise ValueFault(f"unknown where_prec {precision!r}", do="give 1 to 7 of the GED codebook", example="2")
    words = values.get("where_coordinates", "")
    names = [values.get(column, "") for column in _AREA_NAMED_BY[precision]]
    return named_area(*names) if names[0] else UnknownPlace(words)


def _point(values: Mapping[str, str], radius_m: float) -> PointPlace:
    lat, lon = _degrees("latitude", values), _degrees("longitude", values)
    _check_geometry(lat, lon, values.get("geom_wkt", ""))
    return PointPlace(lat, lon, radius_m, values.get("where_coordinates", ""))


def _degrees(column: str, values: Mapping[str, str]) -> float:
    try:
        return float(values[column])
    except ValueError as cause:
        raise ValueFault(f"{column} is {values[column]!r}", do="give degrees, WGS 84", example="48.0159") from cause


def _check_geometry(lat: float, lon: float, geometry: str) -> None:
    """Hold the point against ``POINT (lon lat)``: the only way to see columns that were swapped."""
    written = geometry.removeprefix("POINT").strip(" ()").split()
    if len(written) != 2:
        return
    try:
        other_lon, other_lat = float(written[0]), float(written[1])
    except ValueError:
        return
    if abs(other_lat - lat) > 0.01 or abs(other_lon - lon) > 0.01:
        raise ValueFault(
            f"latitude {lat}, longitude {lon} is not the point {geometry}",
            do="check whether latitude and longitude are swapped",
            example="48.0159, 37.8028 and POINT (37.8028 48.0159)",
        )
