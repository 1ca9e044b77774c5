"""A proof bundle held against a list of keys, step by step, in words that a liaison officer can read aloud.

Question: I was handed a file. Is what it shows what the mission entered in its log then, under a head that the
witnesses on my list saw? In: the bundle's bytes, the list of keys, the latest time a signature may state (seconds since
1970, UTC) and, if asked, how old the head may be (seconds). Out: a :class:`Verdict`, the steps, each held or not, with
what that proves and what it does not. Pure: no clock, no disk, no network.

The list of keys is a C2SP tlog-policy. A line ``#parties NAME NAME``, which other readers pass over as a comment, says
which two of its witnesses are the parties. Whether both cosigned is told beside the steps, since otherwise one party
could make every finding void by silence; a reader may demand it.

It fails closed: what cannot be read, checked or is not there has not held, and then nothing at all is proved. The way
to the root is checked twice, by two roads that share no code. The age of a head is that of its newest quorum: the
latest time at or after which enough witnesses for the policy say they signed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from truceline.ledger import recheck
from truceline.ledger.bundles import Bundle, read_bundle
from truceline.ledger.checkpoints import Checkpoint, parse_checkpoint
from truceline.ledger.cosignatures import SignedCheckpoint, Signer, open_checkpoint
from truceline.ledger.disclosure import Opening, Sealed, check_opening, read_sealed
from truceline.ledger.keys import VerifierKey
from truceline.ledger.merkle import leaf_hash, verify_inclusion
from truceline.ledger.notes import parse_note
from truceline.ledger.policies import NO_QUORUM, Policy, parse_policy
from truceline.ledger.proofs import check_proof
from truceline.model.canonical import canonical_json
from truceline.model.errors import LedgerFault, MalformedRecord

_PARTIES = "#parties"
_NOTHING = "Nothing. Something did not hold, so rely on no part of this bundle; keep it as it is."
_DAY_S = 86_400
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKUP = frozenset("<>&")


@dataclass(frozen=True)
class KeyList:
    """Whose signatures the reader trusts, and which two witnesses are the parties; empty where the list is silent."""

    policy: Policy
    parties: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What the reader asks: the latest time believed, how old the head may be (seconds), both parties' cosignatures."""

    latest_s: int
    max_age_s: int | None = None
    both_parties: bool = False


@dataclass(frozen=True)
class Step:
    """One thing that was checked: a word for machines, a sentence for people, whether it held, and why not."""

    step: str
    words: str
    held: bool
    why: str = ""


@dataclass(frozen=True)
class Verdict:
    """All steps, the stamp of both parties, what was shown, what follows from it, how many commitments there are."""

    steps: tuple[Step, ...]
    stamp: Step
    bundle: Bundle | None
    proves: tuple[str, ...]
    proves_not: tuple[str, ...]
    commitments: int = 0

    @property
    def unopened(self) -> str:
        """What is said of the fields that are not shown; empty where the entry was not read or nothing is proved."""
        if not self.held or self.bundle is None:
            return ""
        opened = len(self.bundle.openings)
        return (
            f"Of the {self.commitments} commitments in the entry {opened} are opened. The other "
            f"{self.commitments - opened} are fields kept sealed, fields redacted for good, and fillers; from outside "
            "nobody can tell them apart."
        )

    @property
    def held(self) -> bool:
        """Whether every step held; only then does the bundle prove anything."""
        return bool(self.steps) and all(one.held for one in self.steps)


def read_keys(data: bytes) -> KeyList:
    r"""The list of keys from its file; raises :class:`~truceline.model.errors.MalformedRecord` unless it is exact.

    >>> read_keys(b"quorum none\n").parties
    ()
    """
    policy = parse_policy(data)
    logs = [one.key for one in policy.logs]
    for witness in policy.witnesses:
        if any(witness.key.same_key(log) for log in logs):
            raise _keys_fault(
                f"the witness {witness.name!r} has the public key of a log: a log cannot be its own witness"
            )
    _refuse_one_label([*logs, *(one.key for one in policy.witnesses)])
    lines = [line.split() for line in data.decode("utf-8", "surrogateescape").split("\n")]
    told = [words[1:] for words in lines if words[:1] == [_PARTIES]]
    if not told:
        return KeyList(policy)
    names = tuple(told[0])
    if len(told) > 1 or len(set(names)) != 2 or len(names) != 2:
        raise _keys_fault(f"the line {_PARTIES} stands once and names two witnesses")
    if not set(names) <= {one.name for one in policy.witnesses}:
        raise _keys_fault(f"a party on the line {_PARTIES} is no witness of the list")
    return KeyList(policy, names)


def verify(data: bytes, keys: KeyList, asked: Asked) -> Verdict:
    """Hold a bundle against a list of keys; every fault of the bundle is a step that did not hold."""
    try:
        bundle = read_bundle(data)
        checkpoint = parse_checkpoint(parse_note(bundle.proof.checkpoint).text)
    except LedgerFault as fault:
        unread = Step("bundle", "The file is a proof bundle.", False, as_text(fault.what))
        return _verdict((unread,), _stamp(keys, None), None, asked, keys)
    sealed, entry = _entry(bundle)
    signed, signatures = _signatures(bundle, checkpoint, keys.policy, asked.latest_s)
    stamp = _stamp(keys, signed)
    steps = [entry, _place(bundle, checkpoint), *signatures, _quorum(bundle, keys.policy, signed, asked.latest_s)]
    if asked.max_age_s is not None:
        steps.append(_age(keys.policy, signed, asked))
    steps += _fields(sealed, bundle.openings)
    if asked.both_parties:
        steps.append(stamp)
    verdict = _verdict(tuple(steps), stamp, bundle, asked, keys)
    return verdict if sealed is None else replace(verdict, commitments=len(sealed.commitments))


def with_file(verdict: Verdict, name: str, sha256: str) -> Verdict:
    """The same with one more step: a file in hand is the one whose SHA-256 the bundle shows as ``/sha256``."""
    words = f"The file '{as_text(name)}' is the one whose hash was sealed."
    shown = [one.value for one in verdict.bundle.openings if one.path == "/sha256"] if verdict.bundle else []
    why = "" if shown == [sha256] else "it is another file, or was changed"
    why = why if shown else "the bundle shows no hash of a file"
    steps = (*verdict.steps, Step("file", words, not why, why))
    proves, proves_not = ((_NOTHING,), ()) if why else (verdict.proves, verdict.proves_not)
    return replace(verdict, steps=steps, proves=proves, proves_not=proves_not)


def as_text(words: str) -> str:
    r"""Words from outside, with what could reorder, hide or be run written as its number.

    >>> print(as_text("<b>a\u202eb"))
    \u003cb\u003ea\u202eb
    """
    return "".join(_escaped(one) if one in _MARKUP or unicodedata.category(one) in _UNSHOWN else one for one in words)


def shown_value(one: Opening) -> str:
    """The value of a field as JSON text, safe to print: a text stands in quotation marks, so no table runs it."""
    return as_text(canonical_json(one.value).decode())


def moment(time_s: int | None) -> str:
    """A stated time in UTC, to the second."""
    if not time_s:
        return "a time not stated"
    try:
        return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return f"second {time_s} since 1970"


def _entry(bundle: Bundle) -> tuple[Sealed | None, Step]:
    try:
        sealed = read_sealed(bundle.entry)
    except LedgerFault as fault:
        return None, Step("entry", "The entry is a sealed finding.", False, as_text(fault.what))
    return sealed, Step("entry", f"The entry is the sealed finding '{as_text(sealed.finding)}'.", True)


def _place(bundle: Bundle, head: Checkpoint) -> Step:
    proof = bundle.proof
    words = (
        f"It stands as number {proof.index} (counted from 0) among the {head.size:,} entries of the log "
        f"'{as_text(head.origin)}'."
    )
    first = _asked(lambda: verify_inclusion(leaf_hash(bundle.entry), proof.index, head.size, proof.hashes, head.root))
    again = recheck.tree_hash([bundle.entry], 1)
    second = recheck.includes(again, proof.index, head.size, proof.hashes, head.root)
    if second != (not first):
        return Step("place", words, False, "two checks that share no code came to different answers: report this")
    return Step("place", words, second, first)


def _signatures(
    bundle: Bundle, head: Checkpoint, policy: Policy, latest_s: int
) -> tuple[SignedCheckpoint | None, tuple[Step, ...]]:
    """Who signed the head; ``None`` unless each signature of a key on the list holds and states no later time."""
    note = bundle.proof.checkpoint
    logs = [one.key for one in policy.logs if one.key.name == head.origin]
    by_log = f"The log '{as_text(head.origin)}' signed the head over these entries."
    if why := _asked(lambda: open_checkpoint(note, head.origin, logs, (), latest_s)):
        return None, (Step("log", by_log, False, why),)
    log = Step("log", by_log, True)
    try:
        witnesses = [one.key for one in policy.witnesses]
        signed = open_checkpoint(note, head.origin, logs, witnesses, latest_s)
    except LedgerFault as fault:
        return None, (log, Step("witnesses", "The cosignatures of the witnesses hold.", False, as_text(fault.what)))
    return signed, (log, Step("witnesses", f"The head was cosigned by {_told(policy, signed)}.", True))


def _quorum(bundle: Bundle, policy: Policy, signed: SignedCheckpoint | None, latest_s: int) -> Step:
    words = "Those are enough by the list of keys: no witness is asked for."
    if policy.quorum != NO_QUORUM:
        words = f"Those are enough by the list of keys: quorum '{as_text(policy.quorum)}'."
    if signed is None:
        return Step("quorum", words, False, "signatures under the head do not hold")
    return Step("quorum", words, *_held(lambda: check_proof(bundle.proof, leaf_hash(bundle.entry), policy, latest_s)))


def _age(policy: Policy, signed: SignedCheckpoint | None, asked: Asked) -> Step:
    words = f"The head is at most {(asked.max_age_s or 0) / _DAY_S:g} days old."
    time_s = None if signed is None else head_time(policy, signed)
    if time_s is None:
        return Step("age", words, False, "nobody whose signature holds states when")
    held = asked.latest_s - time_s <= (asked.max_age_s or 0)
    return Step("age", words, held, "" if held else f"enough signatures for the list of keys are of {moment(time_s)}")


def head_time(policy: Policy, signed: SignedCheckpoint) -> int | None:
    """When enough witnesses last said that this was the newest head; without a quorum, when anybody did."""
    signers = signed.witnesses if policy.quorum != NO_QUORUM else (*signed.witnesses, *signed.log)
    times = sorted({one.time_s for one in signers if one.time_s}, reverse=True)
    if policy.quorum == NO_QUORUM:
        return times[0] if times else None
    for time_s in times:
        since = {one.key for one in signed.witnesses if one.time_s and one.time_s >= time_s}
        if policy.fulfilled_by(one.name for one in policy.witnesses if one.key in since):
            return time_s
    return None


def _fields(sealed: Sealed | None, openings: tuple[Opening, ...]) -> Iterator[Step]:
    seen: set[str] = set()
    for one in openings:
        words = f"The field {as_text(one.path)} is what was sealed: {shown_value(one)}"
        if sealed is None:
            yield Step("field", words, False, "there is no sealed finding to hold it against")
        elif one.path in seen:
            yield Step("field", words, False, "it is shown twice")
        else:
            yield Step("field", words, *_held(partial(check_opening, sealed, one)))
        seen.add(one.path)


def _stamp(keys: KeyList, signed: SignedCheckpoint | None) -> Step:
    words = "Both parties cosigned the head."
    if not keys.parties:
        return Step("both-parties", words, False, "the list of keys does not say which witnesses are the parties")
    by_key = {one.key: one.name for one in keys.policy.witnesses}
    cosigned = set() if signed is None else {by_key[one.key] for one in signed.witnesses}
    missing = ", ".join(as_text(name) for name in keys.parties if name not in cosigned)
    return Step(
        "both-parties", words, not missing, f"no cosignature that holds is there of {missing}" if missing else ""
    )


def _verdict(steps: tuple[Step, ...], stamp: Step, bundle: Bundle | None, asked: Asked, keys: KeyList) -> Verdict:
    if not all(one.held for one in steps):
        return Verdict(steps, stamp, bundle, (_NOTHING,), ())
    proves = [
        "The mission entered this finding, its fields sealed, in its log and signed that log's head.",
        "The fields shown above are exactly those that were sealed then.",
        "The witnesses named above say that they saw this log, and that it had only grown, at the times they state.",
    ]
    proves_not = [
        "That the finding is true: what is proved is that it was said, not that it happened.",
        "What stands in fields that are not shown, how many there are, or why they are withheld.",
        "That the keys belong to those they name: compare the list of keys with each holder, by another way.",
        "That log and witnesses do not deceive together, or that their clocks are right.",
        "That this finding was not corrected by a later one: ask the mission, or read the log.",
    ]
    if keys.policy.quorum == NO_QUORUM:
        proves = proves[:2]
        proves_not.append("That others are shown the same log: this list of keys asks for no witness.")
    if not (bundle and bundle.openings):
        proves = [one for one in proves if "fields shown" not in one]
    if asked.max_age_s is None:
        proves_not.append("That the head is recent: no greatest age was asked for.")
    if bundle and bundle.prose:
        proves_not.append("The words for reading in the bundle: nobody signed them.")
    return Verdict(steps, stamp, bundle, tuple(proves), tuple(proves_not))


def _refuse_one_label(keys: Sequence[VerifierKey]) -> None:
    """Refuse two keys of one name and id: a signature could not be told to be of the one or the other."""
    for at, one in enumerate(keys):
        if any((one.name, one.key_id) == (other.name, other.key_id) and one != other for other in keys[:at]):
            raise _keys_fault(f"two keys of {one.name!r} share the id {one.key_id.hex()}")


def _told(policy: Policy, signed: SignedCheckpoint) -> str:
    times: dict[object, Signer] = {one.key: one for one in signed.witnesses}
    told = [f"{as_text(one.name)} ({moment(times[one.key].time_s)})" for one in policy.witnesses if one.key in times]
    return ", ".join(told) or "no witness of the list"


def _asked(check: Callable[[], object]) -> str:
    """Why a check did not hold; empty if it did."""
    try:
        check()
    except LedgerFault as fault:
        return as_text(fault.what)
    return ""


def _held(check: Callable[[], object]) -> tuple[bool, str]:
    why = _asked(check)
    return not why, why


def _escaped(one: str) -> str:
    return f"\\u{ord(one):04x}" if ord(one) < 0x10000 else f"\\U{ord(one):08x}"


def _keys_fault(what: str) -> MalformedRecord:
    return MalformedRecord(
        what, do="mend the list, or take it from its source again", example=f"{_PARTIES} party-a party-b"
    )
