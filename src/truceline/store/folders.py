"""Where a mission keeps what it was given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL


@dataclass(frozen=True, slots=True)
class StoreFolders:
    """The folders of one mission's store, all below its root."""

    root: Path

    @property
    def records_file(self) -> Path:
        """The record tables of a mission on one machine."""
        return self.root / "records.db"

    @property
    def database_url(self) -> URL:
        """The record tables' address; a URL and no text, so that a folder may be called anything."""
        return URL.create("sqlite", database=str(self.records_file))

    @property
    def observations(self) -> Path:
        """Archive files of observations, one per import."""
        return self.root / "archive" / "observations"

    @property
    def incidents(self) -> Path:
        """Archive files of incidents and their members, two per fusion run."""
        return self.root / "archive" / "incidents"

    @property
    def strays(self) -> Path:
        """Finished archive files that no record names, set aside for a person to look at; nobody reads them."""
        return self.root / "archive" / "strays"

    def hold_anything(self) -> bool:
        """Whether evidence, observations or incidents are here, which only records can explain."""
        kept = (self.evidence.glob("*/*"), self.observations.glob("*"), self.incidents.glob("*"))
        return any(path.is_file() for paths in kept for path in paths)

    @property
    def staging(self) -> Path:
        """Files on their way in; whatever lies here between two commands is a remnant."""
        return self.root / "archive" / "staging"

    @property
    def evidence(self) -> Path:
        """The bytes of every file that came in, by SHA-256."""
        return self.root / "evidence"
