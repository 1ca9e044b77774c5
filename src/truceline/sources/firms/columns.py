"""Which column of a FIRMS table is which: the same names come in upper, lower and mixed case."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from truceline.sources.tables import check_columns, read_header

_NEEDED = ("latitude", "longitude", "acq_date")
_IN_WORDS = ("satellite", "instrument", "confidence", "frp", "daynight")


@dataclass(frozen=True, slots=True)
class FirmsColumns:
    """The table's own spelling of each column; empty where it has none. ``words`` pairs meaning and spelling."""

    latitude: str
    longitude: str
    acq_date: str
    acq_time: str
    satellite: str
    scan: str
    track: str
    words: tuple[tuple[str, str], ...]

    @property
    def needed(self) -> tuple[str, str, str]:
        """The columns without which a row says nothing."""
        return self.latitude, self.longitude, self.acq_date


def columns_of(path: Path, encoding: str = "") -> FirmsColumns:
    """The columns of a table; raises :class:`MissingColumn` when position or day has none."""
    header = read_header(path, encoding=encoding)
    spelled = {name.lower(): name for name in header}
    check_columns([name.lower() for name in header], _NEEDED, where=f"{path} line 1")
    return FirmsColumns(
        latitude=spelled["latitude"],
        longitude=spelled["longitude"],
        acq_date=spelled["acq_date"],
        acq_time=spelled.get("acq_time", ""),
        satellite=spelled.get("satellite", ""),
        scan=spelled.get("scan", ""),
        track=spelled.get("track", ""),
        words=tuple((name, spelled[name]) for name in _IN_WORDS if name in spelled),
    )
