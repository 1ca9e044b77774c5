"""A mission is a folder: opening one, making one, and the rooms' view of it."""

from __future__ import annotations

import difflib
import errno
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from truceline.agreements.ground import Ground
from truceline.agreements.loading import load_agreement, load_ground
from truceline.agreements.subjects import subjects_of
from truceline.mission.casebook import Figures, case_folder, read_figures
from truceline.mission.keeping_outlines import keep_outlines
from truceline.mission.settings import FOLDER_VERSION, Settings, read_settings, where_in
from truceline.mission.translations import Translations, read_translations
from truceline.model import Agreement, AgreementFault, MissionFault, MissionReadOnly, exchange_parties
from truceline.sources import ReadOptions
from truceline.store import ArchiveFiles, Records, StoreFolders, open_tables, room_for, sha256_of
from truceline.verification import DEFAULT_STANDARD, EvidenceStandard, load_standard

T = TypeVar("T")

_STARTER = """\
truceline = {version}
name = {name}
time_zone = "UTC"                       # the zone people in the mission live by
as_of = "2026-01-01T00:00:00+00:00"     # information as of
areas = ["*"]                           # names of areas coverage is held against; "*" is one undivided area

[series]
bin = "day"
before = 7
after = 7
"""

_STARTER_AGREEMENT = """\
truceline: 1
id: example
title: {en: An example ceasefire}
status: signed
parties:
  - {id: party-north, name: {en: North}}
  - {id: party-south, name: {en: South}}
sources:
  - {id: communique, title: Joint communique, url: "https://example.org/communique", date: 2026-01-01}
clauses:
  - {id: c1, text: "All fire shall cease.", language: en, source: communique}
readings:
  - id: as-announced
    asserted_by: [party-north, party-south]
    start: "2026-01-02T00:00:00+00:00"
    end: "2026-01-09T00:00:00+00:00"
    source: communique
norms:
  - {id: ground-fire, kind: forbid, who: each, act: ground-fire, object: any, where: everywhere, clause: c1}
"""


@dataclass(frozen=True)
class Mission:
    """An opened mission folder."""

    root: Path
    settings: Settings
    files_at_opening: Mapping[str, str] | None = field(default=None, compare=False, repr=False)
    """The SHA-256 of each of its own files just before they were read; none when it was made from settings at hand."""

    @property
    def folders(self) -> StoreFolders:
        """Where its store keeps things."""
        return StoreFolders(self.root)

    @cached_property
    def records(self) -> Records:
        """Its record tables."""
        return Records(open_tables(self.folders))

    @cached_property
    def _agreement_path(self) -> Path:
        found = sorted(path for path in (self.root / "agreements").glob("*.yaml") if path.is_file())
        if len(found) != 1:
            raise AgreementFault(
                f"a mission has one agreement file; here are {len(found)}",
                where=str(self.root / "agreements"),
                do="put exactly one YAML file there",
                example="agreements/easter-2025.yaml",
            )
        return found[0]

    @cached_property
    def _agreement_as_written(self) -> Agreement:
        agreement = load_agreement(self._agreement_path)
        self._check_actors([party.id for party in agreement.parties])
        return agreement

    def _check_actors(self, parties: list[str]) -> None:
        """A name that stands for nobody would leave what is said of it with nobody, or with a party there is not."""
        for name, party in self.settings.actors:
            if party not in parties:
                near = difflib.get_close_matches(party, parties, n=1)
                raise AgreementFault(
                    f"[actors] says that {name!r} is {party!r}, which is no party of the agreement",
                    where=where_in(self.root / "mission.toml", name, "actors"),
                    do=f"did you mean {near[0]!r}?" if near else f"name one of: {', '.join(parties)}",
                    example=f'"{name}" = "{near[0] if near else parties[0]}"',
                )

    @cached_property
    def agreement(self) -> Agreement:
        """What was agreed; with the parties exchanged when the mission is a mirror drill."""
        return self.mirrored(self._agreement_as_written)

    @cached_property
    def ground(self) -> Ground:
        """The lines and zones its agreement names; with the sides exchanged when the mission is a mirror drill."""
        return self.mirrored(load_ground(self._agreement_path))

    @cached_property
    def standard(self) -> EvidenceStandard:
        """Its evidence standard."""
        path = self.root / "standard.yaml"
        return load_standard(path) if path.is_file() else DEFAULT_STANDARD

    @cached_property
    def figures(self) -> Figures:
        """Published figures it can be judged on."""
        return read_figures(self.root / "figures.csv")

    @cached_property
    def translations(self) -> Translations:
        """What its case says, in other languages."""
        return read_translations(self.root / "translations.toml")

    @property
    def pair(self) -> tuple[str, str] | None:
        """The two parties that change places in a mirror drill; none outside one."""
        ids = [party.id for party in self._agreement_as_written.parties]
        return (ids[0], ids[1]) if self.settings.swap_parties and len(ids) > 1 else None

    def mirrored(self, record: T) -> T:
        """A record as this mission takes it in: with the parties exchanged in a mirror drill, else untouched."""
        return record if self.pair is None else exchange_parties(record, self.pair)

    def archive(self) -> ArchiveFiles:
        """The observation files that count at this moment. Raises :class:`MissionFault` when one of them is gone."""
        files = tuple(self.folders.observations / name for name in self.records.archive_files())
        for path in files:
            if not path.is_file():
                raise MissionFault(
                    "an archive file named by the records is gone",
                    where=str(path),
                    do="put it back from a copy of the mission, or take the evidence in again in a new one",
                )
        revised = any(entry.outcome.revised for entry in self.records.imports())
        with suppress(OSError):  # a mission on read-only storage can still be read; it cannot spill to disk
            self.folders.staging.mkdir(parents=True, exist_ok=True)
        return ArchiveFiles(files, self.folders.staging, revised)

    @property
    def party_ids_as_written(self) -> tuple[str, ...]:
        """The ids of the parties as the agreement file has them, which is how files from outside name them."""
        return tuple(party.id for party in self._agreement_as_written.parties)

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """What an entry of the register may speak of: whatever has an id in the agreement, parts of guarantees too."""
        return subjects_of(self._agreement_as_written)

    def read_options(self) -> ReadOptions:
        """What the mission tells every source format: by what names it knows the parties.

        A party is known by its id, by its name in every language of the agreement, and as ``[actors]`` says.
        """
        parties = self._agreement_as_written.parties
        by_name = [(name, party.id) for party in parties for _, name in party.names]
        by_id = [(party.id, party.id) for party in parties]
        return ReadOptions(actors=(*by_id, *by_name, *self.settings.actors))


def open_mission(root: Path) -> Mission:
    """The mission in a folder. Raises :class:`NotAMission`, :class:`MissionNewer` or :class:`AgreementFault`."""
    try:
        files = own_files(root)
    except PermissionError as cause:
        raise MissionFault(
            "a file of the mission cannot be read", where=str(cause.filename), do="check who may read it"
        ) from cause
    return Mission(root, read_settings(root / "mission.toml"), files)


def own_files(root: Path) -> dict[str, str]:
    """The SHA-256 of the files people write and an assessment rests on, by their path in the folder."""
    named = [root / name for name in ("mission.toml", "standard.yaml")]
    found = [path for name in ("agreements", "geometry") for path in sorted((root / name).rglob("*"))]
    return {str(path.relative_to(root)): sha256_of(path) for path in (*named, *found) if path.is_file()}


def new_mission(root: Path, case: str = "", *, swap_parties: bool = False) -> Mission:
    """Make a mission folder, empty or from a case of the casebook. Never writes over anything that is there."""
    if (root / "mission.toml").exists():
        raise MissionFault("there is a mission here already", where=str(root), do="name another folder")
    case_from = case_folder(case) if case else None
    files = _case_files(case_from, swap_parties=swap_parties) if case_from else _starter_files(root)
    with _folder_faults(root), room_for("the mission", root):
        _check_free(root, files)
        for name in ("agreements", "geometry"):
            (root / name).mkdir(parents=True, exist_ok=True)
        if case_from:
            keep_outlines(root / "geometry", read_settings(case_from / "case.toml").geometry)
        for name, content in files.items():
            _write_new(root / name, content)
    return open_mission(root)


def _check_free(root: Path, files: Mapping[str, bytes]) -> None:
    """Nothing is written while one of the files stands there with other words; one of a killed copy may stay."""
    for name, content in files.items():
        path = root / name
        if path.exists() and not (path.is_file() and path.read_bytes() == content):
            raise MissionFault(
                f"there is a file {name} here already", where=str(path), do="name another folder, or move the file away"
            )


def _write_new(path: Path, content: bytes) -> None:
    if not path.exists():
        with path.open("xb") as made:
            made.write(content)


@contextmanager
def _folder_faults(root: Path) -> Iterator[None]:
    try:
        yield
    except (FileExistsError, NotADirectoryError) as cause:
        raise MissionFault("a file is in the way", where=str(root), do="name another folder") from cause
    except OSError as cause:
        if cause.errno not in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise
        raise MissionReadOnly(
            "the folder cannot be written to", where=str(root), do="check its permissions, or name another"
        ) from cause


def _starter_files(root: Path) -> dict[str, bytes]:
    starter = _STARTER.format(version=FOLDER_VERSION, name=json.dumps(root.resolve().name))
    return {"agreements/example.yaml": _STARTER_AGREEMENT.encode(), "mission.toml": starter.encode()}


def _case_files(case: Path, *, swap_parties: bool) -> dict[str, bytes]:
    """What a mission takes over from a case, by path in its folder."""
    names = ("claims.csv", "register.csv", "figures.csv", "translations.toml", "SOURCES.md", "standard.yaml")
    kept = {name: (case / name).read_bytes() for name in names if (case / name).is_file()}
    head = f'truceline = {FOLDER_VERSION}\nname = "{case.name}"\nswap_parties = {str(swap_parties).lower()}\n'
    agreement = {f"agreements/{case.name}.yaml": (case / "agreement.yaml").read_bytes()}
    # The settings come last: a folder without them is no mission, so a killed copy leaves nothing that opens.
    return {**agreement, **kept, "mission.toml": head.encode() + (case / "case.toml").read_bytes()}
