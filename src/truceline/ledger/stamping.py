"""A cosigned head is stamped by the authorities of a list, and the stamps are kept as files beside it.

Question: who of the authorities stamped this head, who refused, who was not there? In: a folder, the bytes of a signed
head, the authorities, the latest time that is believed. Out: for each authority one of three: *stamped*, with the time
its clock stood at; *refused*, with why; *unreachable*. An error is never taken for a stamp.

In the folder stand ``SIZE.head``, the bytes that were stamped, and ``SIZE.AUTHORITY.tsr``, the answer as it came
(readable with ``openssl ts -reply``). A head once stamped is never stamped in other bytes: more cosignatures under the
same three lines change nothing, and other lines for the same size are refused, since that is a fork. Stamping again
asks only those who have not stamped yet, so it may be repeated, and killed, at any time.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from truceline.ledger import disk, over_http
from truceline.ledger.checkpoints import parse_checkpoint
from truceline.ledger.notes import parse_note
from truceline.ledger.over_http import Limits, Question, Reply, plain
from truceline.ledger.stamps import MOST_BYTES, Authority, Stamp, apart_s, check_stamp, request_for
from truceline.model.errors import LedgerFault, NotProved

STAMPS = "stamps"
MOST_AT_ONCE = 8
_QUERY = "application/timestamp-query"


@dataclass(frozen=True)
class Stamped:
    """An authority that stamped the head."""

    name: str
    stamp: Stamp


@dataclass(frozen=True)
class StampRefused:
    """An authority that answered, and whose answer is no stamp of this head."""

    name: str
    words: str


@dataclass(frozen=True)
class StampUnreachable:
    """An authority of which no whole answer came, or of which no stamp is kept."""

    name: str
    words: str


Outcome = Stamped | StampRefused | StampUnreachable
Post = Callable[[str, bytes], Reply]


@dataclass(frozen=True)
class HeadStamps:
    """The head that was stamped, its size, and how it stands with each authority of the list."""

    size: int
    head: bytes
    outcomes: tuple[Outcome, ...]

    @property
    def stamps(self) -> tuple[Stamp, ...]:
        """The stamps that hold."""
        return tuple(one.stamp for one in self.outcomes if isinstance(one, Stamped))

    @property
    def apart_s(self) -> int:
        """How far apart the clocks are, beyond their accuracies: one is wrong, or one was asked later."""
        return apart_s(self.stamps)


def stamp_head(
    folder: Path, head: bytes, authorities: Sequence[Authority], latest_s: int, post: Post | None = None
) -> HeadStamps:
    """Have a head stamped by all who have not stamped it yet; ``folder`` is that of the stamps.

    Raises :class:`~truceline.model.errors.NotProved` where another head of the same size was stamped before, and
    :class:`~truceline.model.errors.LedgerFault` where the disk fails.
    """
    size = parse_checkpoint(parse_note(head).text).size
    head = _kept_head(folder, size, head)
    before = read_stamps(folder, size, authorities, latest_s)
    missing = [one for one, found in zip(authorities, before.outcomes, strict=True) if not isinstance(found, Stamped)]
    with ThreadPoolExecutor(max_workers=MOST_AT_ONCE) as pool:
        asked = dict(
            zip(
                (one.name for one in missing),
                pool.map(lambda one: _asked(head, one, latest_s, post or send), missing),
                strict=True,
            )
        )
    with disk.telling_faults("the stamp", folder):
        for name, (outcome, answer) in asked.items():
            if isinstance(outcome, Stamped):
                disk.put(folder, {_file(size, name): answer})
    return HeadStamps(size, head, tuple(asked[one.name][0] if one.name in asked else one for one in before.outcomes))


def read_stamps(folder: Path, size: int, authorities: Sequence[Authority], latest_s: int) -> HeadStamps:
    """The stamps that are kept of the head of a size, each checked anew; asks nobody.

    Raises :class:`~truceline.model.errors.NotProved` where no head of that size was stamped.
    """
    head = disk.read(folder / _head_file(size))
    if head is None:
        raise NotProved(
            f"no head over {size} entries was stamped", where=str(folder), do="have it stamped, or name another size"
        )
    return HeadStamps(size, head, tuple(_read(folder, size, head, one, latest_s) for one in authorities))


def check_stamps(folder: Path, head: bytes, authorities: Sequence[Authority], latest_s: int) -> HeadStamps:
    """The stamps that are kept of this head, each checked anew; asks nobody and writes nothing.

    Raises :class:`~truceline.model.errors.NotProved` where another head of that size was stamped, or none.
    """
    size = parse_checkpoint(parse_note(head).text).size
    found = read_stamps(folder, size, authorities, latest_s)
    _refuse_fork(found.head, head, folder / _head_file(size))
    return found


def sizes_stamped(folder: Path) -> tuple[int, ...]:
    """The sizes of the heads in a folder of stamps, smallest first."""
    stems = (one.name.removesuffix(".head") for one in folder.glob("*.head"))
    return tuple(sorted(int(one) for one in stems if one.isdecimal()))


def send(url: str, body: bytes) -> Reply:
    """Send a request to an authority, as :func:`truceline.ledger.over_http.ask` does."""
    return over_http.ask(Question(url, body, _QUERY), Limits(most_bytes=MOST_BYTES))


def _kept_head(folder: Path, size: int, head: bytes) -> bytes:
    path = folder / _head_file(size)
    with disk.telling_faults("the stamp", folder):
        kept = disk.read(path)
        if kept is None:
            disk.put(folder, {path.name: head})
            return head
    _refuse_fork(kept, head, path)
    return kept


def _refuse_fork(kept: bytes, head: bytes, path: Path) -> None:
    if parse_note(kept).text != parse_note(head).text:
        raise NotProved(
            f"another head over {parse_checkpoint(parse_note(head).text).size} entries was stamped before: the log "
            "shows two faces",
            where=str(path),
            do="keep both heads; together they are a proof that anybody can check",
        )


def _asked(head: bytes, authority: Authority, latest_s: int, post: Post) -> tuple[Outcome, bytes]:
    if not authority.url:
        return StampUnreachable(authority.name, "the list gives no address"), b""
    request = request_for(head)
    try:
        reply = post(authority.url, request.as_bytes())
    except (OSError, http.client.HTTPException) as fault:
        return StampUnreachable(authority.name, plain(str(fault) or type(fault).__name__)), b""
    if reply.status != 200:
        return StampRefused(authority.name, f"it answered with status {reply.status}"), b""
    try:
        stamp = check_stamp(reply.body, head, authority, latest_s, request.nonce)
    except LedgerFault as fault:
        return StampRefused(authority.name, fault.what), b""
    return Stamped(authority.name, stamp), reply.body


def _read(folder: Path, size: int, head: bytes, authority: Authority, latest_s: int) -> Outcome:
    answer = None
    with suppress(OSError):  # what cannot be read is no stamp
        answer = disk.read(folder / _file(size, authority.name))
    if answer is None:
        return StampUnreachable(authority.name, "no stamp of it is kept")
    try:
        return Stamped(authority.name, check_stamp(answer, head, authority, latest_s))
    except LedgerFault as fault:
        return StampRefused(authority.name, fault.what)


def _head_file(size: int) -> str:
    return f"{size}.head"


def _file(size: int, name: str) -> str:
    return f"{size}.{name}.tsr"
