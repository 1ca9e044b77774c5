"""The log's side: ask each witness of a policy to cosign a head, and say who did, who refused, and who was not there.

Question: is this head cosigned by enough witnesses, and what did each one answer? In: the signed head, its tree, a
policy with the witnesses' addresses, the time. Out: the head with every cosignature that holds, each witness's answer
as a value, and whether the quorum is reached.

Only a line that holds under a key the policy names is consent. An error, silence, an answer cut short or a line that
does not hold is none; and one line that does not hold is never put under the head, since it would make the whole note
untrusted. A refusal keeps the witness's words, to be published as they are.

A witness is told the size he is believed to have signed last. If he names another (409) he is asked once more from
there, and only once. Witnesses under one address are asked together, addresses side by side. Redirections are not
followed, and no answer is awaited longer than ``wait_s``, however slowly it comes. Times are whole seconds since 1970,
UTC. Source: C2SP tlog-witness.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from truceline.ledger import over_http
from truceline.ledger.checkpoints import Checkpoint, parse_checkpoint
from truceline.ledger.cosignatures import holds, stated_time
from truceline.ledger.encodings import base64_text, decimal
from truceline.ledger.merkle import consistency_proof
from truceline.ledger.notes import MOST_BYTES, Note, NoteSignature, parse_signature_lines
from truceline.ledger.over_http import WAIT_S, Limits, Question, Reply, plain
from truceline.ledger.policies import Policy, Witness
from truceline.ledger.tile_tree import TileTree
from truceline.ledger.witnessing import SIZE_TYPE
from truceline.model.errors import MalformedRecord, UsageFault

MOST_AT_ONCE = 16
_ADD = "/add-checkpoint"


@dataclass(frozen=True)
class Cosigned:
    """Witnesses who cosigned, by their names in the policy, with the lines that hold."""

    names: tuple[str, ...]
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True)
class Refused:
    """Witnesses who answered and did not consent: the status of the answer, and why in words."""

    names: tuple[str, ...]
    status: int
    words: str


@dataclass(frozen=True)
class Unreachable:
    """Witnesses of whom no whole answer came."""

    names: tuple[str, ...]
    words: str


Asked = Cosigned | Refused | Unreachable


Post = Callable[[str, bytes], Reply]
"""Send a body to an address; raises OSError or ``http.client.HTTPException`` where no whole answer comes."""


@dataclass(frozen=True)
class Head:
    """A head the log signed, and the tree it is the head of."""

    note: Note
    tree: TileTree
    checkpoint: Checkpoint = field(init=False)

    def __post_init__(self) -> None:
        """Read the head; refuse a tree of another size."""
        object.__setattr__(self, "checkpoint", parse_checkpoint(self.note.text))
        if self.checkpoint.size != self.tree.size:
            raise UsageFault(
                f"the head is of {self.checkpoint.size} entries and the tree of {self.tree.size}",
                do="open the tree with the size and root of the head",
            )


@dataclass(frozen=True)
class Collected:
    """A head with what came of asking: the note as it may be published, who cosigned, every answer."""

    note: Note
    cosigned: tuple[str, ...]
    answers: tuple[Asked, ...]
    enough: bool


def request_bytes(head: Head, old_size: int) -> bytes:
    """A request to follow from ``old_size`` entries to the head; raises UsageFault beyond the head."""
    if not 0 <= old_size <= head.checkpoint.size:
        raise UsageFault(
            f"nobody can follow from {old_size} entries to {head.checkpoint.size}", do="take a size up to the head's"
        )
    proof = (
        consistency_proof(head.tree.node_at, old_size, head.checkpoint.size)
        if 0 < old_size < head.checkpoint.size
        else ()
    )
    lines = "".join(f"{base64_text(one)}\n" for one in proof)
    return f"old {old_size}\n{lines}\n".encode() + head.note.encode()


def collect(
    head: Head, policy: Policy, latest_s: int, known: Mapping[str, int] | None = None, post: Post | None = None
) -> Collected:
    """Ask every witness of a policy.

    ``latest_s`` is the latest time a witness may state; ``known`` the size each address is believed to have signed
    last, 0 where it is left out. Raises :class:`~truceline.model.errors.NotProved` only for the log's own tiles.
    """
    asking = _Asking(head, latest_s, post or send)
    at: dict[str, list[Witness]] = {}
    for one in policy.witnesses:
        at.setdefault(one.url, []).append(one)
    with ThreadPoolExecutor(max_workers=MOST_AT_ONCE) as pool:
        answers = tuple(pool.map(lambda url: asking.ask(url, tuple(at[url]), (known or {}).get(url, 0)), at))
    lines = tuple(line for one in answers if isinstance(one, Cosigned) for line in one.signatures)
    agreed = {name for one in answers if isinstance(one, Cosigned) for name in one.names}
    names = tuple(one.name for one in policy.witnesses if one.name in agreed)
    return Collected(head.note.with_signatures(lines), names, answers, policy.fulfilled_by(names))


def send(url: str, body: bytes, wait_s: float = WAIT_S) -> Reply:
    """Send a request over HTTP or HTTPS; raises OSError or HTTPException where no whole answer came in time."""
    return over_http.ask(Question(url, body), Limits(wait_s, MOST_BYTES))


@dataclass(frozen=True)
class _Asking:
    head: Head
    latest_s: int
    post: Post
    # The tree keeps tiles it read and is no place for two at once.
    one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, url: str, witnesses: tuple[Witness, ...], old_size: int) -> Asked:
        names = tuple(one.name for one in witnesses)
        if not url:
            return Unreachable(names, "the policy gives no address")
        try:
            old_size = min(old_size, self.head.checkpoint.size)
            reply = self._post(url, old_size)
            if reply.status == 409 and (size := self._other_size(reply, old_size)) is not None:
                reply = self._post(url, size)
        except (OSError, http.client.HTTPException) as fault:
            return Unreachable(names, plain(str(fault) or type(fault).__name__))
        if reply.status != 200:
            return Refused(names, reply.status, plain(reply.body.decode("utf-8", "replace")))
        return self._read(reply, witnesses)

    def _post(self, url: str, old_size: int) -> Reply:
        with self.one_at_a_time:
            body = request_bytes(self.head, old_size)
        return self.post(url.rstrip("/") + _ADD, body)

    def _other_size(self, reply: Reply, asked_size: int) -> int | None:
        """The size a witness says he signed last, if it is another than he was told and the head goes beyond it."""
        if reply.content_type != SIZE_TYPE or not reply.body.endswith(b"\n"):
            return None
        try:
            size = decimal(reply.body[:-1].decode("ascii", "replace"), "the size")
        except MalformedRecord:
            return None
        return size if size != asked_size and size <= self.head.checkpoint.size else None

    def _read(self, reply: Reply, witnesses: tuple[Witness, ...]) -> Asked:
        names = tuple(one.name for one in witnesses)
        try:
            lines = parse_signature_lines(reply.body.decode("utf-8"))
        except (MalformedRecord, UnicodeDecodeError):
            return Refused(names, reply.status, "the answer is no list of signatures")
        known = {(one.key.name, one.key.key_id): one for one in witnesses}
        own = [(one, known[one.name, one.key_id]) for one in lines if (one.name, one.key_id) in known]
        for line, witness in own:
            if not holds(witness.key, self.head.note.text, line.signature):
                return Refused(names, reply.status, f"the signature of {witness.name!r} does not hold")
            if not 0 < (stated_time(witness.key, line.signature) or 0) <= self.latest_s:
                return Refused(names, reply.status, f"{witness.name!r} states a time that cannot be")
        signed = tuple(dict.fromkeys(witness.name for _, witness in own))
        if set(signed) != set(names):
            missing = ", ".join(repr(one) for one in names if one not in signed)
            return Refused(names, reply.status, f"no signature of {missing} came")
        return Cosigned(signed, tuple(line for line, _ in own))
