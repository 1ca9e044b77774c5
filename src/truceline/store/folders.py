"""Where a mission keeps what it was given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StoreFolders:
    """The folders of one mission's store, all below its root."""

    root: Path

    @property
    def database_url(self) -> str:
        """The record tables' address unless the mission names another."""
        return f"sqlite:///{self.root / 'records.db'}"

    @property
    def observations(self) -> Path:
        """Archive files of observations, one per import."""
        return self.root / "archive" / "observations"

    @property
    def incidents(self) -> Path:
        """Archive files of incidents and their members, two per fusion run."""
        return self.root / "archive" / "incidents"

    @property
    def staging(self) -> Path:
        """Files on their way in; whatever lies here between two commands is a remnant."""
        return self.root / "archive" / "staging"

    @property
    def evidence(self) -> Path:
        """The bytes of every file that came in, by SHA-256."""
        return self.root / "evidence"
