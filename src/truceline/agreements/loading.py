"""Reading an agreement file: strict YAML, then the grammar, then what it names, then its outlines.

Every step fails closed: the first thing that is not understood stops the reading, with the line, the key, what to do
and a valid example. An agreement that loads is therefore understood in full.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, timedelta
from pathlib import Path
from typing import Any

from truceline.agreements.grammar import EXAMPLES, check_grammar
from truceline.agreements.references import check_references
from truceline.agreements.zones import Zone, read_outline
from truceline.model import (
    EACH_PARTY,
    Agreement,
    Clause,
    Interval,
    Norm,
    NormKind,
    Party,
    Reading,
    TextSource,
    ValueFault,
    parse_moment,
)
from truceline.model.strict_yaml import KeyPath, StrictDocument, parse_strict_yaml, read_strict_yaml

_LONGEST_WINDOW = timedelta(days=73_050)
"""Two hundred years."""


@dataclass(frozen=True)
class LoadedAgreement:
    """An agreement with its zones and the SHA-256 of the file it was read from."""

    agreement: Agreement
    zones: tuple[Zone, ...]
    sha256: str


def load_agreement(path: Path) -> Agreement:
    """The agreement in a file; raises :class:`~truceline.model.AgreementFault` for anything not understood.

    Outlines are read and checked too: an agreement whose zones are missing cannot be judged.
    """
    return read_agreement(path).agreement


def read_agreement(path: Path) -> LoadedAgreement:
    """The agreement in a file with its zones; outlines are found relative to the file."""
    return _loaded(read_strict_yaml(path), path.parent)


def load_zones(path: Path) -> tuple[Zone, ...]:
    """The zones an agreement file declares, in its order."""
    return read_agreement(path).zones


def parse_agreement(text: str, file: str = "(text)") -> Agreement:
    """The agreement in a text that declares no zones, for drafts and drills."""
    return _loaded(parse_strict_yaml(text, file), Path()).agreement


def _loaded(document: StrictDocument, folder: Path) -> LoadedAgreement:
    check_grammar(document)
    content: Any = document.value
    check_references(document, content)
    _check_days(document, content)
    readings = tuple(_reading(document, entry, ("readings", i)) for i, entry in enumerate(content["readings"]))
    zones = tuple(_zone(document, entry, folder, ("zones", i)) for i, entry in enumerate(content.get("zones", ())))
    return LoadedAgreement(_agreement(content, readings), zones, document.sha256)


def _agreement(content: Mapping[str, Any], readings: tuple[Reading, ...]) -> Agreement:
    return Agreement(
        id=content["id"],
        titles=tuple(content["title"].items()),
        status=content["status"],
        parties=tuple(Party(entry["id"], tuple(entry["name"].items())) for entry in content["parties"]),
        sources=tuple(TextSource(e["id"], e["title"], e["url"], e["date"]) for e in content["sources"]),
        clauses=tuple(Clause(e["id"], e["text"], e["language"], e["source"]) for e in content["clauses"]),
        readings=readings,
        norms=tuple(_norm(entry) for entry in content["norms"]),
        gaps=tuple(content.get("gaps", ())),
    )


def _norm(entry: Mapping[str, Any]) -> Norm:
    who = (EACH_PARTY,) if entry["who"] == EACH_PARTY else tuple(entry["who"])
    return Norm(
        id=entry["id"],
        kind=NormKind(entry["kind"]),
        who=who,
        act=entry["act"],
        object=entry["object"],
        where=entry["where"],
        clause=entry["clause"],
        readings=tuple(entry.get("readings", ())),
    )


def _reading(document: StrictDocument, entry: Mapping[str, Any], path: KeyPath) -> Reading:
    ends = {}
    for key in ("start", "end"):
        try:
            ends[key] = parse_moment(entry[key])
        except ValueFault as fault:
            raise document.fault(fault.what, (*path, key), do=fault.do, example=EXAMPLES[key]) from fault
    if ends["end"] <= ends["start"]:
        raise document.fault(
            f"the window ends {entry['end']}, not after it starts {entry['start']}",
            (*path, "end"),
            do="give an end after the start; for a text without an end, say so under gaps and use a stated limit",
            example=EXAMPLES["end"],
        )
    _check_reach(document, ends["start"], ends["end"], (*path, "end"))
    window = Interval(ends["start"], ends["end"], text=f"{entry['start']} / {entry['end']}")
    return Reading(entry["id"], window, tuple(entry["asserted_by"]), entry["source"], entry.get("note", ""))


def _check_reach(document: StrictDocument, start: datetime, end: datetime, path: KeyPath) -> None:
    """Refuse an end that stands for "without an end": nothing could be counted day by day, or compared, until then."""
    if end - start > _LONGEST_WINDOW or end.year == MAXYEAR:
        raise document.fault(
            f"the window ends in the year {end.year}, {(end - start).days // 365} years after it starts",
            path,
            do="for a text without an end, say so under gaps and use a stated limit, such as the last report's day",
            example=EXAMPLES["end"],
        )


def _zone(document: StrictDocument, entry: Mapping[str, Any], folder: Path, path: KeyPath) -> Zone:
    where = document.where((*path, "file"))
    outline = read_outline(folder / entry["file"], where=where)
    return Zone(entry["id"], outline, entry["date"], entry["method"], entry["file"])


def _check_days(document: StrictDocument, content: Mapping[str, Any]) -> None:
    for kind in ("sources", "zones"):
        for i, entry in enumerate(content.get(kind, ())):
            try:
                date.fromisoformat(entry["date"])
            except ValueError as cause:
                raise document.fault(
                    f"{entry['date']!r} is no day of the calendar",
                    (kind, i, "date"),
                    do="write year-month-day",
                    example=EXAMPLES["date"],
                ) from cause
