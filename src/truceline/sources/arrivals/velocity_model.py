"""A velocity model from a table: layers from the top down, with the speed of P and S in each.

Columns ``depth_km`` (top of the layer, the first 0), ``vp_km_s``, ``vs_km_s``; CSV or Parquet.
"""

from __future__ import annotations

import math
from pathlib import Path

from truceline.model import InputFault, ValueFault, VelocityModel
from truceline.sources.arrivals.columns import Table, read_columns

_COLUMNS = ("depth_km", "vp_km_s", "vs_km_s")
_EXAMPLE = "depth_km,vp_km_s,vs_km_s\n0,5.8,3.36\n20,6.5,3.75"


def read_velocity_model(path: Path) -> VelocityModel:
    """The layers of a file.

    Raises :class:`InputFault` and its kinds for a file that cannot be read and for layers that make no sense.
    """
    table = read_columns(path, _COLUMNS, ())
    if table.ragged:
        aside = table.ragged[0]
        raise InputFault(aside.reason, where=f"{path} row {int(aside.row[0])}", do="mend the row", example=_EXAMPLE)
    columns = [[_metres(table, name, row) for row in range(len(table))] for name in _COLUMNS]
    try:
        return VelocityModel(*(tuple(column) for column in columns))
    except ValueFault as fault:
        raise ValueFault(fault.what, where=str(path), do=fault.do, example=_EXAMPLE) from fault


def _metres(table: Table, name: str, row: int) -> float:
    """A value given in kilometres (a second), in metres (a second)."""
    said = table.columns[name][row].as_py()
    try:
        value = float(said)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise ValueFault(
            f"{name} {said!r} is no number",
            where=f"{table.file} row {int(table.row[row])}",
            do="give kilometres, and kilometres a second",
            example=_EXAMPLE,
        )
    return 1000.0 * value
