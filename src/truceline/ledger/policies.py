"""Policies: which logs are known, which witnesses, and whose cosignatures together are enough.

Question: may this reader rely on this head? A head counts if a log of the policy signed it and its quorum of
witnesses cosigned it.

Input: the text of a policy, one item a line: ``log KEY [URL]``, ``witness NAME KEY [URL]``, ``group NAME K|all|any
NAME...``, ``quorum NAME|none``. Output: a :class:`Policy`, or a fault naming the line.

Source: C2SP tlog-policy. Names are bytes to the format and are kept so; nothing may be named before it stands there;
each name is a member once, so that no witness counts twice; no public key may stand under two names. Limits:
1,000,000 bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from truceline.ledger.checkpoints import parse_checkpoint
from truceline.ledger.cosignatures import SignedCheckpoint, open_checkpoint
from truceline.ledger.encodings import decimal, shown
from truceline.ledger.keys import Signing, VerifierKey, is_secret, parse_verifier_key
from truceline.ledger.notes import MOST_BYTES, parse_note
from truceline.model.errors import MalformedRecord, NotProved

NO_QUORUM = "none"
_FOREIGN = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_BLANKS = re.compile(r"[ \t]+")
_EXAMPLE = "group both-parties all party-a party-b\nquorum both-parties"


@dataclass(frozen=True)
class KnownLog:
    """A log whose heads count; its name is that of its key."""

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True)
class Witness:
    """A witness under the name the policy gives him."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True)
class Group:
    """Witnesses or groups of which at least ``least`` must have witnessed a head."""

    name: str
    least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class WitnessedCheckpoint:
    """A head that fulfils a policy, and the names of the witnesses who cosigned it, in the policy's order."""

    signed: SignedCheckpoint
    witnesses: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """Whose signatures are enough. Groups stand in the order of the text, each after its members."""

    logs: tuple[KnownLog, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = ""

    def fulfilled_by(self, names: Iterable[str]) -> bool:
        """Whether the cosignatures of these witnesses are enough."""
        if self.quorum == NO_QUORUM:
            return True
        witnessed = {one.name for one in self.witnesses} & set(names)
        for group in self.groups:
            if len(witnessed.intersection(group.members)) >= group.least:
                witnessed.add(group.name)
        return self.quorum in witnessed

    def check(self, data: bytes, latest_s: int | None = None) -> WitnessedCheckpoint:
        """Read a signed checkpoint and hold it against the policy; ``latest_s`` is the latest time a witness may state.

        Raises :class:`~truceline.model.errors.MalformedRecord` if it is not exact,
        :class:`~truceline.model.errors.NotProved` if it is of no known log, a signature does not hold, or those who
        cosigned are not enough.
        """
        origin = parse_checkpoint(parse_note(data).text).origin
        log_keys = [one.key for one in self.logs if one.key.name == origin]
        if not log_keys:
            raise NotProved(
                f"this is a checkpoint of the log {shown(origin)!r}, which the policy does not know",
                where=f"known logs: {', '.join(one.key.name for one in self.logs) or 'none'}",
                do="check the policy; a log is known only if a line of the policy gives its key",
            )
        signed = open_checkpoint(data, origin, log_keys, [one.key for one in self.witnesses], latest_s)
        cosigners = {one.key for one in signed.witnesses}
        names = tuple(one.name for one in self.witnesses if one.key in cosigners)
        if not self.fulfilled_by(names):
            raise NotProved(
                f"the witnesses who cosigned are not the quorum {self.quorum!r}",
                where=f"cosigned: {', '.join(names) or 'nobody'}",
                do="ask the log for the checkpoint with more cosignatures; until then do not rely on it",
            )
        return WitnessedCheckpoint(signed, names)

    def text(self) -> str:
        """The policy as text; reading it gives this policy again."""
        lines = [f"log {one.key.text()} {one.url}" for one in self.logs]
        lines += [f"witness {one.name} {one.key.text()} {one.url}" for one in self.witnesses]
        lines += [f"group {one.name} {one.least} {' '.join(one.members)}" for one in self.groups]
        return "".join(f"{line.rstrip()}\n" for line in (*lines, f"quorum {self.quorum}"))


def parse_policy(data: bytes) -> Policy:
    r"""Read a policy; raises :class:`~truceline.model.errors.MalformedRecord` with the line at fault.

    >>> parse_policy(b"# nobody need cosign\nquorum none\n").fulfilled_by([])
    True
    """
    if len(data) > MOST_BYTES:
        raise _fault(f"the policy is longer than {MOST_BYTES:,} bytes")
    if found := _FOREIGN.search(data):
        raise _fault(f"the policy holds the control character U+{found[0][0]:04X}")
    policy = Policy()
    # Bytes that are not ASCII are opaque to the format; this keeps each of them apart from every other.
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), start=1):
        words = [word for word in _BLANKS.split(line) if word]
        if not words or words[0].startswith("#"):
            continue
        if is_secret(line):  # before any error could repeat a part of it
            raise _fault(f"line {number} of the policy holds a secret key")
        try:
            policy = _with_line(policy, words[0], tuple(words[1:]))
        except MalformedRecord as fault:
            fault.where = f"line {number}: {shown(line.encode('utf-8', 'replace').decode())}"
            raise
    if not policy.quorum:
        raise _fault("the policy has no quorum")
    return policy


def _with_line(policy: Policy, keyword: str, rest: tuple[str, ...]) -> Policy:
    known = {"log": _with_log, "witness": _with_witness, "group": _with_group, "quorum": _with_quorum}
    reads: Callable[[Policy, tuple[str, ...]], Policy] | None = known.get(keyword)
    if reads is None:
        raise _fault(f"{shown(keyword)!r} is none of log, witness, group and quorum")
    return reads(policy, rest)


def _with_log(policy: Policy, rest: tuple[str, ...]) -> Policy:
    _count(rest, 1, 2, "log KEY [URL]")
    key = parse_verifier_key(rest[0])
    _refuse_same_key(key, (one.key for one in policy.logs), "log")
    return replace(policy, logs=(*policy.logs, KnownLog(key, *rest[1:])))


def _with_witness(policy: Policy, rest: tuple[str, ...]) -> Policy:
    _count(rest, 2, 3, "witness NAME KEY [URL]")
    _refuse_taken(policy, rest[0])
    key = parse_verifier_key(rest[1])
    if key.signing is Signing.ED25519:
        raise _fault(f"the key of the witness {rest[0]!r} signs notes, not heads with a time")
    _refuse_same_key(key, (one.key for one in policy.witnesses), "witness")
    return replace(policy, witnesses=(*policy.witnesses, Witness(rest[0], key, *rest[2:])))


def _with_group(policy: Policy, rest: tuple[str, ...]) -> Policy:
    _count(rest, 3, len(rest), "group NAME K|all|any NAME...")
    name, least, *members = rest
    _refuse_taken(policy, name)
    taken = {member for group in policy.groups for member in group.members}
    for at, member in enumerate(members):
        _refuse_unknown(policy, member)
        if member in taken or member in members[:at]:
            raise _fault(f"{member!r} is a member already; whoever counts twice is not two")
    number = {"all": len(members), "any": 1}.get(least)
    number = decimal(least, "the number of members needed") if number is None else number
    if not 1 <= number <= len(members):
        raise _fault(f"{number} of {len(members)} members cannot be asked for")
    return replace(policy, groups=(*policy.groups, Group(name, number, tuple(members))))


def _with_quorum(policy: Policy, rest: tuple[str, ...]) -> Policy:
    _count(rest, 1, 1, "quorum NAME")
    if policy.quorum:
        raise _fault("there is a quorum already, and there may be only one")
    if rest[0] != NO_QUORUM:
        _refuse_unknown(policy, rest[0])
    return replace(policy, quorum=rest[0])


def _names(policy: Policy) -> set[str]:
    return {one.name for one in policy.witnesses} | {one.name for one in policy.groups}


def _refuse_taken(policy: Policy, name: str) -> None:
    if name == NO_QUORUM or name in _names(policy):
        raise _fault(f"the name {name!r} is taken")


def _refuse_unknown(policy: Policy, name: str) -> None:
    if name not in _names(policy):
        raise _fault(f"no witness or group {name!r} stands on a line above")


def _refuse_same_key(key: VerifierKey, others: Iterable[VerifierKey], what: str) -> None:
    for other in others:
        if key.same_key(other):
            raise _fault(f"two {what} lines have one public key, under the names {other.name!r} and {key.name!r}")


def _count(rest: tuple[str, ...], least: int, most: int, form: str) -> None:
    if not least <= len(rest) <= most:
        raise _fault(f"{len(rest)} words follow where the form is: {form}")


def _fault(what: str) -> MalformedRecord:
    return MalformedRecord(what, do="mend that line, or take the policy from its source again", example=_EXAMPLE)
