"""What every source format offers: a name, who observes, and one function from a file to records.

A format reads one file and yields observations, coverage, claims, entries of the register and rejected rows, in file
order, without holding the file in memory. It raises an :class:`~truceline.model.InputFault` when the file as a whole
cannot be used (then nothing of it is kept) and yields :class:`~truceline.model.Rejected` for a single bad row (then the
rest is kept). It decides nothing: no fusing, no filtering, no picking between sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from truceline.model import Claim, Coverage, EvidenceLink, Observation, RegisterEntry, Rejected, Source

Record = Observation | Coverage | Claim | RegisterEntry | Rejected


@dataclass(frozen=True)
class SourceFile:
    """A file that came in, and the SHA-256 of its bytes as they came."""

    path: Path
    sha256: str

    def link(self, line: int) -> EvidenceLink:
        """Where in this file a record stands."""
        return EvidenceLink(self.sha256, line)


@dataclass(frozen=True)
class ReadOptions:
    """What a person may tell a format about a file.

    ``encoding`` overrides UTF-8; ``zone`` the zone a format assumes for times without one; ``mapping`` is the file
    that explains a free table; ``actors`` turns names used by a source into party ids; ``settings`` are what only
    this format understands, by the names it gives. ``held_blind`` gives the records in which the mission already holds
    an area blind, for a format whose later files may close what an earlier one left open.
    """

    encoding: str = ""
    zone: ZoneInfo | None = None
    mapping: Path | None = None
    actors: tuple[tuple[str, str], ...] = ()
    settings: tuple[tuple[str, str], ...] = field(default=())
    held_blind: Callable[[], Sequence[Coverage]] = tuple

    def actor(self, name: str) -> str:
        """The party id behind a name in the source, empty when the mission named none."""
        return dict(self.actors).get(name, "")

    def setting(self, name: str, default: str = "") -> str:
        """What a person set under a name; the last one counts.

        >>> ReadOptions(settings=(("sheet", "Log"),)).setting("sheet")
        'Log'
        """
        return dict(self.settings).get(name, default)


class SourceFormat(Protocol):
    """One foreign format."""

    name: str
    """The word used on the command line, such as ``ua-alarms``."""
    title: str
    """One line for the help."""
    settings: tuple[str, ...]
    """Names of the settings it understands (``--set name=value``); any other is refused."""

    def sources(self, file: SourceFile, options: ReadOptions) -> tuple[Source, ...]:
        """Who observes in this file."""

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Record]:
        """Every record of the file, in order; coverage may come at the end."""


@runtime_checkable
class FolderFormat(Protocol):
    """A format whose file may stand in a folder that is named for it, with others beside it that explain it."""

    def in_folder(self, path: Path) -> tuple[Path, tuple[Path, ...]]:
        """The file that is meant, and those beside it to be kept as evidence though no row is read from them."""
