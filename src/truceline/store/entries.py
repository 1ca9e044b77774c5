"""What the record tables keep of a file, an import and a fusion run, and records of the model as JSON text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter

from truceline.model import Claim, Coverage, Finding, RegisterEntry, Source
from truceline.model.custody import CustodyEntry

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file about to be imported: its format, name, hash, terms, and who observes in it.

    ``options`` is what a person told the format about it, as JSON; empty for files that came in before it was kept.
    """

    format: str
    file_name: str
    sha256: str
    sources: tuple[Source, ...] = ()
    licence: str = ""
    credit: str = ""
    url: str = ""
    options: str = "{}"
    received: tuple[CustodyEntry, ...] = ()
    """What ends the receiving of its bytes, and of those kept beside it: put on record with the import, or not."""


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of a file's rows; ``coverage`` counts coverage records that were not known.

    ``coverage_already`` counts those that were, ``sources_revised`` the sources that are now described differently; the
    record tables keep neither count.
    ``set_aside`` counts archive files no record names, which were found before and moved to ``archive/strays``.
    """

    new: int
    already: int
    revised: int
    rejected: int
    coverage: int
    set_aside: int = 0
    coverage_already: int = 0
    sources_revised: int = 0


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """A file that came in, as the record tables hold it."""

    number: int
    incoming: Incoming
    outcome: ImportOutcome
    observation_file: str


@dataclass(frozen=True, slots=True)
class FusionEntry:
    """One run of fusion: what it rested on, where its incidents stand, and how the linkage came out (JSON)."""

    number: int
    based_on: str
    parameters: str
    incident_file: str
    member_file: str
    incidents: int
    linkage: str


_FORMS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind) for kind in (Claim, Coverage, Finding, RegisterEntry, Source)
}


def as_text(record: object) -> str:
    """A record of the model as JSON text, fields in their order."""
    return str(_FORMS[type(record).__name__].dump_json(record).decode())


def from_text(kind: type[K], text: str) -> K:
    """The record behind a JSON text."""
    found: K = _FORMS[kind.__name__].validate_json(text)
    return found
