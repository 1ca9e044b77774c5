"""The ground an agreement speaks of: its reference lines, zones and settlements, read from the files it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from truceline.agreements.space.reading import check_side, read_line, read_outline, read_settlements
from truceline.agreements.space.zone import ReferenceLine, Zone
from truceline.agreements.terms import Terms
from truceline.model import InBand, InCorridor, LineTerms, NotFound
from truceline.model.strict_yaml import KeyPath, StrictDocument

_DEPTH_EXAMPLE = "where: {line: contact, from: 0 km, to: 25 km}"


@dataclass(frozen=True)
class Ground:
    """Lines and zones as drawn, and what the text says of each line."""

    zones: tuple[Zone, ...] = ()
    lines: tuple[ReferenceLine, ...] = ()
    terms: tuple[LineTerms, ...] = ()

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


def read_ground(document: StrictDocument, folder: Path) -> Ground:
    """The geometry of an agreement file; raises :class:`~truceline.model.AgreementFault` for any fault in it."""
    content: Any = document.value
    terms = Terms(document)
    lines = tuple(_line(terms, entry, folder, ("lines", i)) for i, entry in enumerate(content.get("lines", ())))
    told = tuple(_terms(entry, line) for entry, line in zip(content.get("lines", ()), lines, strict=True))
    zones = tuple(
        _zone(terms, entry, folder, (kind, i))
        for kind in ("zones", "settlements")
        for i, entry in enumerate(content.get(kind, ()))
    )
    ground = Ground(zones, lines, told)
    for kind in ("zones", "settlements"):
        for i, entry in enumerate(content.get(kind, ())):
            if "beside" in entry:
                _check_beside(document, ground, entry, (kind, i, "beside"))
    return ground


def _line(terms: Terms, entry: Mapping[str, Any], folder: Path, path: KeyPath) -> ReferenceLine:
    where = terms.document.where((*path, "file"))
    return ReferenceLine(
        id=entry["id"],
        parts=read_line(folder / entry["file"], where=where),
        date=entry["date"],
        method=entry["method"],
        version=entry.get("version", ""),
        accuracy_m=terms.metres(entry["accuracy"], (*path, "accuracy")),
        file=entry["file"],
    )


def _terms(entry: Mapping[str, Any], line: ReferenceLine) -> LineTerms:
    return LineTerms(
        line.id, line.date, line.method, line.version, line.accuracy_m, left=entry["left"], right=entry["right"]
    )


def _zone(terms: Terms, entry: Mapping[str, Any], folder: Path, path: KeyPath) -> Zone:
    where = terms.document.where((*path, "file"))
    read = read_settlements if path[0] == "settlements" else read_outline
    return Zone(
        id=entry["id"],
        shape=read(folder / entry["file"], where=where),
        date=entry["date"],
        method=entry["method"],
        version=entry.get("version", ""),
        accuracy_m=terms.metres(entry.get("accuracy", "0 m"), (*path, "accuracy")),
        file=entry["file"],
    )


def _check_beside(document: StrictDocument, ground: Ground, entry: Mapping[str, Any], path: KeyPath) -> None:
    beside = entry["beside"]
    terms = next(line for line in ground.terms if line.id == beside["line"])
    check_side(ground.zone(entry["id"]), ground.line(terms.id), terms.side_of(beside["of"]), where=document.where(path))


def check_depths(document: StrictDocument, ground: Ground, where: InBand | InCorridor, path: KeyPath) -> None:
    """Refuse a strip that is narrower than its line is known to: 25 m beside a line known to 200 m is a slip for km."""
    deep = where.far_m - where.near_m if isinstance(where, InBand) else where.width_m
    lines = [line for _, line in where.lines] if isinstance(where, InBand) else [where.line]
    for name in lines:
        line = ground.line(name)
        if deep < line.accuracy_m:
            raise document.fault(
                f"the strip is {deep:g} m deep, and the line {name!r} is known to {line.accuracy_m:g} m only",
                path,
                do="check the unit: m or km; a strip narrower than its line is known to holds nobody to anything",
                example=_DEPTH_EXAMPLE,
            )
