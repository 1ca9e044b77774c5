"""What stands in the public log beside sealed findings: policies, refusals, heads of the private log, gaps.

Question: in which bytes does the log say that a witness refused, what the private log was at a moment, or that it said
nothing for a while? In: the facts. Out: an entry in canonical JSON (RFC 8785), and the key under which it is submitted,
so that the same fact is entered once however often it is submitted. Times are whole seconds since 1970, UTC, at the
beginning of a fixed interval: an entry tells nothing of when within it somebody worked.

A head of the private log is entered as root and as the SHA-256 of the signed head. The number of its entries is not
told: it would tell how busy the mission was. Whoever is shown the private log later holds its head against both.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from truceline.ledger.asking_witnesses import Asked, Refused, Unreachable
from truceline.ledger.checkpoints import Checkpoint, parse_checkpoint
from truceline.ledger.encodings import base64_text
from truceline.ledger.journal import Submission
from truceline.ledger.notes import parse_note
from truceline.model.canonical import canonical_json

PRIVATE_HEAD = "truceline-private-head/1"
GAP = "truceline-gap/1"
REFUSAL = "truceline-refusal/1"
POLICY = "truceline-policy/1"


@dataclass(frozen=True, slots=True)
class Interval:
    """Fixed intervals of ``length_s`` seconds, counted from 1970; ``number`` is one of them."""

    number: int
    length_s: int

    @property
    def start_s(self) -> int:
        """When it began."""
        return self.number * self.length_s

    @classmethod
    def at(cls, time_s: int, length_s: int) -> Interval:
        """The interval that holds a moment.

        >>> Interval.at(7_300, 3_600).start_s
        7200
        """
        return cls(time_s // length_s, length_s)


def private_head(interval: Interval, head: bytes) -> Submission:
    """The private log's head as it stood in an interval, entered once for each interval."""
    checkpoint = parse_checkpoint(parse_note(head).text)
    told = {
        "format": PRIVATE_HEAD,
        "from": interval.start_s,
        "until": interval.start_s + interval.length_s,
        "root": base64_text(checkpoint.root),
        "head_sha256": hashlib.sha256(head).hexdigest(),
    }
    return Submission(_key(PRIVATE_HEAD, interval.start_s, interval.length_s), canonical_json(told))


def gap(first: Interval, after: Interval) -> Submission:
    """Nothing of the private log was entered from the first interval on until that other one."""
    told = {"format": GAP, "what": "private-head", "from": first.start_s, "until": after.start_s}
    return Submission(_key(GAP, first.start_s, after.start_s), canonical_json(told))


def policy_entry(policy: bytes) -> Submission:
    """By which policy heads are published from here on: the whole text, entered once; so nobody changes it unseen."""
    told = {"format": POLICY, "policy": policy.decode("utf-8", "replace")}
    return Submission(_key(POLICY, hashlib.sha256(policy).hexdigest()), canonical_json(told))


def refusals(head: Checkpoint, answers: tuple[Asked, ...], interval: Interval) -> tuple[Submission, ...]:
    """What witnesses who did not cosign a head answered, in their own words.

    One who answers nothing, or the same again, has one key in an interval, whatever head he was asked about.
    """
    return tuple(_refusal(head, one, interval) for one in answers if isinstance(one, Refused | Unreachable))


def read_public(entry: bytes) -> dict[str, Any]:
    """An entry of any of these formats as an object; empty for every other entry."""
    try:
        told = json.loads(entry)
    except ValueError:
        return {}
    return told if isinstance(told, dict) and told.get("format") in (PRIVATE_HEAD, GAP, REFUSAL, POLICY) else {}


def _refusal(head: Checkpoint, one: Refused | Unreachable, interval: Interval) -> Submission:
    status, again = (one.status, one.words) if isinstance(one, Refused) else (0, "")
    told = {
        "format": REFUSAL,
        "witnesses": list(one.names),
        "status": status,
        "words": one.words,
        "asked_from": interval.start_s,
        "log": head.origin,
        "size": head.size,
        "root": base64_text(head.root),
    }
    key = _key(REFUSAL, *one.names, status, again, interval.start_s)
    return Submission(key, canonical_json(told))


def _key(*parts: str | int) -> bytes:
    return hashlib.sha256(canonical_json(list(parts))).digest()
