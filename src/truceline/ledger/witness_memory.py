"""What a witness must not forget: every head he signed, and every head that speaks against a log.

Question: what did I sign last of this log, also after a crash a moment ago? In: signed heads. Out: the newest of each
log, read back from the disk alone.

Each head is a file of its own, with all its signatures, put in place whole and on the disk before the witness
answers; none is ever changed or taken out. Only one process writes, and only one request is decided at a time: two
that are decided side by side could roll the log back.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from truceline.ledger import disk
from truceline.ledger.checkpoints import Checkpoint, parse_checkpoint
from truceline.ledger.keys import SigningKey, VerifierKey
from truceline.ledger.notes import Note, parse_note
from truceline.ledger.witnessing import Answer, answer
from truceline.model.errors import LedgerFault

_SIGNED, _AGAINST = "signed", "against"
KINDS = (_SIGNED, _AGAINST)
"""What is kept of a log: the heads he signed, and those the log signed that he could not follow."""
MOST_NAMES = 1_000
_NAME = re.compile(r"[0-9]{19}-[0-9a-f]{64}", re.ASCII)


class Witness:
    """A witness with his memory in a folder."""

    def __init__(
        self,
        folder: Path,
        logs: Mapping[str, Sequence[VerifierKey]],
        keys: Sequence[SigningKey],
        clock: Callable[[], int],
    ) -> None:
        """Take up the memory; ``logs`` are those he knows with their keys, ``clock`` seconds since 1970, UTC."""
        self.folder, self._logs, self._keys, self._clock = folder, dict(logs), tuple(keys), clock
        self._one_at_a_time = threading.Lock()
        with disk.telling_faults("the witness's memory", folder):
            disk.make_folder(folder)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Decide a request, keep what must be kept, and only then give the answer.

        Raises :class:`~truceline.model.errors.LedgerFault` where the disk fails: then nothing may be answered.
        """
        with self._one_at_a_time, disk.telling_faults("the head", self.folder):
            found = answer(body, self._logs, self.latest, self._keys, self._clock())
            if found.cosigned is not None:
                self._keep(_SIGNED, found.cosigned)
            if found.against is not None:
                self._keep(_AGAINST, found.against)
            return found

    def latest(self, origin: str) -> Checkpoint | None:
        """The longest head of a log that he signed; raises LedgerFault where his memory is not what he wrote."""
        names = sorted(path.name for path in (self.folder / _SIGNED / _name(origin)).glob("[0-9]*"))
        if not names:
            return None
        path = self.folder / _SIGNED / _name(origin) / names[-1]
        head = parse_checkpoint(parse_note(path.read_bytes()).text)
        if _file(head) != names[-1] or head.origin != origin:
            raise LedgerFault(
                "a head in the witness's memory is not the one its name says",
                where=str(path),
                do="sign nothing until the memory was restored from a copy; a witness that forgets can be used to lie",
            )
        return head

    def signed(self, origin: str) -> tuple[bytes, ...]:
        """Every head of a log that he signed, the shortest first, as stored."""
        return self._stored(_SIGNED, origin)

    def against(self, origin: str) -> tuple[bytes, ...]:
        """Heads the log signed that do not agree with what he signed before: anybody can check them side by side."""
        return self._stored(_AGAINST, origin)

    def logs(self) -> tuple[tuple[str, str], ...]:
        """Each log he knows: the name of its folder in the memory, and its own name."""
        return tuple((_name(origin), origin) for origin in self._logs)

    def names(self, kind: str, origin: str, from_size: int = 0) -> tuple[str, ...]:
        """The names of kept heads of ``from_size`` entries or more, at most :data:`MOST_NAMES`, the shortest first."""
        start = f"{from_size:019d}"
        found = (path.name for path in (self.folder / kind / _name(origin)).glob("[0-9]*"))
        return tuple(sorted(name for name in found if name >= start)[:MOST_NAMES])

    def kept(self, kind: str, origin: str, name: str) -> bytes | None:
        """The kept head of a name, as stored; nothing for a name that no head has."""
        return disk.read(self.folder / kind / _name(origin) / name) if _NAME.fullmatch(name) else None

    def _stored(self, kind: str, origin: str) -> tuple[bytes, ...]:
        return tuple(path.read_bytes() for path in sorted((self.folder / kind / _name(origin)).glob("[0-9]*")))

    def _keep(self, kind: str, note: Note) -> None:
        head = parse_checkpoint(note.text)
        disk.put(self.folder, {f"{kind}/{_name(head.origin)}/{_file(head)}": note.encode()})


def _name(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()[:32]


def _file(head: Checkpoint) -> str:
    return f"{head.size:019d}-{head.root.hex()}"
