"""The evidence of a mission: bytes kept unchanged under their SHA-256, and the only way to them.

Question: can anybody touch a byte of evidence without it being on record? In: an item, and a
:class:`~truceline.model.custody.Handling` that says who acts, what for, and when. Out: the bytes, hashed anew on the
way out, and a custody event in the chain of the item and in the outbox.

* Reading is on record, and the record is committed, before the first byte is given. Bytes whose hash differs are never
  given: that is put on record, and raises :class:`~truceline.model.EvidenceFault`.
* What changes the disk, or lets bytes leave, is put on record as begun, done, and put on record as done or failed. It
  takes the mission's only pen (:func:`truceline.store.lock.writing`), so what was begun and not ended when the pen is
  next taken was interrupted. That is found out, and put on record too.
"""

from __future__ import annotations

import errno
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy.exc import SQLAlchemyError

from truceline.model import EvidenceFault, MissionReadOnly, NotFound, TrucelineError, UsageFault
from truceline.model.custody import (
    CustodyEntry,
    CustodyEvent,
    CustodyKind,
    CustodyStage,
    Detail,
    Handling,
    HashState,
    check_item,
)
from truceline.store import evidence_files as files
from truceline.store.adding import Adding
from truceline.store.evidence_files import Looked, changed_meanwhile, check_size, sha256_of
from truceline.store.folders import StoreFolders
from truceline.store.lock import Pen
from truceline.store.records import Records
from truceline.store.space import room_for

__all__ = ["EvidenceKeeper", "EvidenceReader", "Receipt", "changed_meanwhile", "check_size", "sha256_of"]

MOST_IN_MEMORY_BYTES = 64 << 20
_ITSELF = "truceline"
"""Stands for the program where it puts on record what it found."""
_MADE = "made"
"""What was derived, in the detail of the event that says so."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """An item whose receiving was begun. Adding it to a transaction ends it there, with whatever else is added."""

    begun: CustodyEvent
    looked: Looked

    @property
    def item(self) -> str:
        """The item."""
        return self.begun.entry.item

    @property
    def ending(self) -> CustodyEntry:
        """What is put on record when it was received."""
        return _ending(self.begun, CustodyStage.DONE, self.looked)


class EvidenceReader:
    """Reading evidence; anybody who may write to the records can."""

    def __init__(self, folders: StoreFolders, records: Records) -> None:
        """Read the evidence of one mission."""
        self._folders = folders
        self._records = records

    def read(self, item: str, handling: Handling, most_bytes: int = MOST_IN_MEMORY_BYTES) -> bytes:
        """All bytes of an item. Raises what :meth:`reading` does, and for more than ``most_bytes`` UsageFault."""
        with self.reading(item, handling) as file:
            data = file.read(most_bytes + 1)
        if len(data) > most_bytes:
            raise UsageFault(
                f"the item is longer than {most_bytes:,} bytes", where=item, do="have it copied to a file instead"
            )
        return data

    @contextmanager
    def reading(self, item: str, handling: Handling) -> Iterator[BinaryIO]:
        """The bytes of an item in a nameless file of its own, gone when closed: whatever is done to it changes nothing.

        Raises :class:`NotFound` for an item that was never received, and :class:`EvidenceFault`, once it is on record,
        for bytes that are gone or are not those that came in.
        """
        with _nameless(self._folders.root) as file:
            with self._records.adding() as adding:
                self._take_up(adding, item, handling)
                looked = files.into(self._folders, item, file)
                _note(adding, CustodyEntry(item, CustodyKind.READ, CustodyStage.DONE, handling), looked)
            _check(item, looked)
            yield file

    def check(self, item: str, handling: Handling) -> HashState:
        """Hash an item's bytes anew and put on record what that said; raises nothing for what it says."""
        with self._records.adding() as adding:
            self._take_up(adding, item, handling)
            looked = files.look(self._folders, item)
            entry = CustodyEntry(item, CustodyKind.READ, CustodyStage.DONE, handling, detail={"only": "hashed"})
            _note(adding, entry, looked)
        return looked.state

    def _take_up(self, adding: Adding, item: str, handling: Handling) -> None:
        """Begin the chain of an item of before there were any; refuse one that nobody received."""
        if adding.custody_of(check_item(item)):
            return
        if not adding.names_evidence(item):
            raise NotFound(
                "no item of evidence has that SHA-256",
                where=item,
                do="take one from the list",
                example="truceline evidence list",
            )
        told = Handling(_ITSELF, "taken over: it came in before such events were written", handling.at)
        looked = files.look(self._folders, item)
        adding.append_custody(
            CustodyEntry(item, CustodyKind.RECEIVE, CustodyStage.FOUND, told, looked.state, _sizes(looked))
        )


class EvidenceKeeper(EvidenceReader):
    """Receiving, copying, handing on and destroying evidence, with the mission's only pen in hand."""

    def __init__(self, folders: StoreFolders, records: Records, pen: Pen, at: datetime) -> None:
        """Keep the evidence of one mission; what was interrupted before is put on record first, as found ``at``."""
        super().__init__(folders, records)
        pen.check(folders.root)
        files.clear_remnants(folders)
        self._note_interrupted(Handling(_ITSELF, "looked after what was interrupted", at))

    @contextmanager
    def receiving(self, path: Path, item: str, handling: Handling, detail: Detail) -> Iterator[Receipt]:
        """Keep a copy of a file as evidence while something is made of it; when that fails, what was new of it goes.

        The receipt is ended in the transaction that adds what was made, or here. The copy stays when nobody can say
        whether that transaction was committed: an interrupt may be raised after it was. ``item`` is the SHA-256 of
        what is meant; raises :class:`UnreadableFile` where the file is another by now.
        """
        begun, before = self._begin(
            CustodyEntry(item, CustodyKind.RECEIVE, CustodyStage.BEGUN, handling, detail=detail)
        )
        try:
            if before.state is HashState.ABSENT:
                files.bring_in(self._folders, path, item)
            receipt = Receipt(begun, files.look(self._folders, item))
            _check(item, receipt.looked)
            yield receipt
        except BaseException as cause:
            self._give_back(begun, before, cause)
            raise
        self._end(receipt.ending)

    def receive(self, path: Path, handling: Handling, detail: Detail) -> str:
        """Keep a copy of a file as evidence; gives the item."""
        item = sha256_of(path)
        with self.receiving(path, item, handling, detail):
            return item

    def derive(self, item: str, data: bytes, handling: Handling, detail: Detail) -> str:
        """Keep something made of an item as an item of its own; gives its name. Both chains name the other."""
        made = hashlib.sha256(data).hexdigest()
        begun, _ = self._begin(
            CustodyEntry(item, CustodyKind.DERIVE, CustodyStage.BEGUN, handling, detail={**detail, _MADE: made})
        )
        try:
            if files.look(self._folders, made).state is not HashState.AGREES:
                files.put(self._folders, data, made)
        except BaseException as cause:
            self._fail(begun, cause)
            raise
        with self._records.adding() as adding:
            self._derived(adding, begun, CustodyStage.DONE, handling)
        return made

    @contextmanager
    def leaving(self, item: str, kind: CustodyKind, handling: Handling, detail: Detail) -> Iterator[BinaryIO]:
        """The bytes of an item for a copy or an export; on record as begun before, and as done or failed after.

        Raises what :meth:`reading` does.
        """
        if kind not in (CustodyKind.COPY, CustodyKind.EXPORT):
            raise UsageFault(f"nothing leaves by way of {kind.value!r}", do="copy or export")
        with _nameless(self._folders.root) as file:
            with self._records.adding() as adding:
                self._take_up(adding, item, handling)
                looked = files.into(self._folders, item, file)
                begun = _note(adding, CustodyEntry(item, kind, CustodyStage.BEGUN, handling, detail=detail), looked)
            _check(item, looked)
            try:
                yield file
            except BaseException as cause:
                self._fail(begun, cause)
                raise
        self._end(_ending(begun, CustodyStage.DONE, looked))

    def copy(self, item: str, target: Path, handling: Handling) -> None:
        """A copy of an item under a new name, never over a file that is there."""
        with self.leaving(item, CustodyKind.COPY, handling, {"to": target.name}) as file:
            files.hand_out(file, target)

    def transfer(self, item: str, to: str, handling: Handling) -> None:
        """Put on record that somebody else answers for an item from now on; the bytes are hashed for it."""
        with self._records.adding() as adding:
            self._take_up(adding, item, handling)
            looked = files.look(self._folders, item)
            entry = CustodyEntry(item, CustodyKind.TRANSFER, CustodyStage.DONE, handling, detail={"to": to})
            _note(adding, entry, looked)
        _check(item, looked)

    def carry(self, to: str, handling: Handling) -> None:
        """Put on record that the whole folder, and every item in it, is about to be carried out sealed.

        It is said before, and not begun: nothing may be written once the records themselves are in the box. Nothing is
        held back either; bytes that differ are carried as they are, and their chain says so.
        """
        with self._records.adding() as adding:
            for item in dict.fromkeys((*self._records.items_received(), *files.items_there(self._folders))):
                looked = files.look(self._folders, check_item(item))
                if looked.state is not HashState.ABSENT and (adding.custody_of(item) or adding.names_evidence(item)):
                    self._take_up(adding, item, handling)
                    entry = CustodyEntry(
                        item, CustodyKind.EXPORT, CustodyStage.DONE, handling, detail={"sealed_in": to}
                    )
                    _note(adding, entry, looked)

    def destroy(self, item: str, handling: Handling, detail: Detail) -> None:
        """Take the file of an item away for good. Its chain stays, and whoever asks for it later is told."""
        with self._records.adding() as adding:
            self._take_up(adding, item, handling)
            looked = files.look(self._folders, item)
            entry = CustodyEntry(item, CustodyKind.DESTROY, CustodyStage.BEGUN, handling, looked.state, detail)
            gone = looked.state is HashState.ABSENT
            begun = adding.append_custody(replace(entry, stage=CustodyStage.FAILED) if gone else entry)
        if gone:
            _check(item, looked)
        files.remove(self._folders, item)
        self._end(_ending(begun, CustodyStage.DONE, Looked(HashState.ABSENT)))

    def _begin(self, entry: CustodyEntry) -> tuple[CustodyEvent, Looked]:
        """Put an act on record as begun, and what the bytes that are there hash to.

        Bytes that are not what their name says stop what was meant, once that is on record; so does their absence,
        unless they are to be received.
        """
        with self._records.adding() as adding:
            receiving = entry.kind is CustodyKind.RECEIVE
            if not receiving or adding.names_evidence(entry.item):
                self._take_up(adding, entry.item, entry.handling)
            looked = files.look(self._folders, entry.item)
            free = receiving and looked.state is HashState.ABSENT
            begun = adding.append_custody(replace(entry, hash=looked.state)) if free else _note(adding, entry, looked)
        if not free:
            _check(entry.item, looked)
        return begun, looked

    def _end(self, entry: CustodyEntry) -> None:
        """Put the end of an act on record, unless it is there already."""
        with self._records.adding() as adding:
            adding.end_custody(entry)

    def _fail(self, begun: CustodyEvent, cause: BaseException) -> None:
        """Put on record that an act came to nothing; where that cannot be done, the next keeper finds it begun."""
        looked = files.look(self._folders, begun.entry.item)
        with suppress(SQLAlchemyError, TrucelineError):
            self._end(_ending(begun, CustodyStage.FAILED, looked, type(cause).__name__))

    def _give_back(self, begun: CustodyEvent, before: Looked, cause: BaseException) -> None:
        """Take away what a failed receiving brought in, unless it was committed after all or a record names it."""
        with suppress(SQLAlchemyError, TrucelineError):
            if self._records.custody_ended(begun.id):
                return
            if before.state is HashState.ABSENT and not self._records.name_evidence(begun.entry.item):
                files.remove(self._folders, begun.entry.item)
            self._fail(begun, cause)

    def _note_interrupted(self, handling: Handling) -> None:
        """Bring every act that ended without a word to its end, by what is on the disk now."""
        with self._records.adding() as adding:
            for begun in adding.custody_unfinished():
                if begun.entry.kind is CustodyKind.DERIVE:
                    self._derived(adding, begun, CustodyStage.INTERRUPTED, handling)
                else:
                    looked = files.look(self._folders, begun.entry.item)
                    told = replace(_ending(begun, CustodyStage.INTERRUPTED, looked), handling=handling)
                    adding.append_custody(told)

    def _derived(self, adding: Adding, begun: CustodyEvent, stage: CustodyStage, handling: Handling) -> None:
        """End a deriving in both chains; what was made has none where it never came to be."""
        made = str(begun.entry.detail[_MADE])
        looked = files.look(self._folders, made)
        if looked.state is not HashState.ABSENT:
            told = {"of": begun.entry.item, **_sizes(looked)}
            adding.append_custody(CustodyEntry(made, CustodyKind.RECEIVE, stage, handling, looked.state, told))
        parent = files.look(self._folders, begun.entry.item)
        adding.append_custody(replace(_ending(begun, stage, parent), handling=handling))


@contextmanager
def _nameless(folder: Path) -> Iterator[BinaryIO]:
    """A file without a name, gone when closed; raises :class:`MissionReadOnly` where none can be made."""
    with room_for("the copy", folder):
        try:
            file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed below, whatever happens
        except PermissionError as cause:
            raise _read_only(folder) from cause
        except OSError as cause:
            if cause.errno != errno.EROFS:
                raise
            raise _read_only(folder) from cause
    with file:
        yield cast("BinaryIO", file)


def _read_only(folder: Path) -> MissionReadOnly:
    return MissionReadOnly(
        "reading evidence is put on record, and the mission folder cannot be written to",
        where=str(folder),
        do="check its permissions, or copy it",
    )


def _note(adding: Adding, entry: CustodyEntry, looked: Looked) -> CustodyEvent:
    """Put an act on record with what the hash said: as failed, whatever was meant, where it does not agree."""
    stage = entry.stage if looked.state is HashState.AGREES else CustodyStage.FAILED
    return adding.append_custody(
        replace(entry, stage=stage, hash=looked.state, detail={**entry.detail, **_sizes(looked)})
    )


def _ending(begun: CustodyEvent, stage: CustodyStage, looked: Looked, why: str = "") -> CustodyEntry:
    """The end of an act that was begun."""
    detail: dict[str, str | int | bool] = {"begun": begun.id, **_sizes(looked)}
    if why:
        detail["why"] = why
    return replace(begun.entry, stage=stage, hash=looked.state, detail=detail)


def _sizes(looked: Looked) -> dict[str, str | int | bool]:
    """How many bytes there are, and what they hash to where that is another hash than their name."""
    if looked.state is HashState.ABSENT:
        return {}
    told: dict[str, str | int | bool] = {"bytes": looked.size}
    return {**told, "found": looked.found} if looked.state is HashState.DIFFERS else told


def _check(item: str, looked: Looked) -> None:
    if looked.state is HashState.DIFFERS:
        raise EvidenceFault(
            "the bytes kept are not those that came in: their hash is another; none of them was given",
            where=item,
            do="touch nothing; put the file back from a copy, and look at the chain of custody",
            example=f"truceline custody {item[:16]}",
        )
    if looked.state is HashState.ABSENT:
        raise EvidenceFault(
            "the bytes of this item are gone",
            where=item,
            do="see in the chain of custody whether they were destroyed; if not, put the file back from a copy",
            example=f"truceline custody {item[:16]}",
        )
