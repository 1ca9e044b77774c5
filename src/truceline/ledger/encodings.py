"""Base64 and decimals with exactly one spelling each, as the log's formats demand.

Question: is this text *the* way to write these bytes or this number? If two spellings of one proof were both taken, a
record could be changed without its meaning changing, and two readers could come to differ. Nothing here repairs;
everything else is refused.

Source: RFC 4648 section 4 and 3.5 (base64 whose unused bits are zero); C2SP tlog-checkpoint (ASCII decimals without
leading zeros); RFC 8785 (canonical JSON). JSON is read with at most 32 brackets within each other.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TypeAlias

from truceline.model.canonical import canonical_json
from truceline.model.errors import MalformedRecord, TrucelineError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
HASH_BYTES = 32
MOST_DEEP = 32
#: Sizes, indexes and times are below 2^63, so that every reader's signed 64-bit number holds them.
LARGEST_NUMBER = 2**63 - 1
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_TEXT_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


def base64_text(value: bytes) -> str:
    """Bytes as base64 with padding.

    >>> base64_text(b"both parties")
    'Ym90aCBwYXJ0aWVz'
    """
    return base64.b64encode(value).decode("ascii")


def base64_bytes(text: str, what: str) -> bytes:
    """The bytes of base64 text; ``what`` names them in the error.

    Raises :class:`~truceline.model.errors.MalformedRecord` for a foreign character, missing padding or stray bits.

    >>> base64_bytes("Ym90aA==", "the extra data")
    b'both'
    """
    try:
        value = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as fault:
        raise _base64_fault(text, what) from fault
    if base64_text(value) != text:
        raise _base64_fault(text, what)
    return value


def hash_bytes(text: str, what: str) -> bytes:
    """A SHA-256 hash of 32 bytes from base64; raises MalformedRecord for any other length."""
    value = base64_bytes(text, what)
    if len(value) != HASH_BYTES:
        raise MalformedRecord(
            f"{what} is {len(value)} bytes long, not {HASH_BYTES}",
            where=shown(text),
            do="take the record from its source again; a SHA-256 hash has 32 bytes, 44 characters in base64",
            example="47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        )
    return value


def decimal(text: str, what: str) -> int:
    """A number from 0 to 2^63 - 1 in ASCII digits without sign, space or leading zero; else raises MalformedRecord.

    >>> decimal("20852163", "the tree size")
    20852163
    """
    if not _DECIMAL.fullmatch(text) or int(text) > LARGEST_NUMBER:
        raise MalformedRecord(
            f"{what} {shown(text)!r} is not a decimal from 0 to {LARGEST_NUMBER}",
            do="take the record from its source again; digits only, no sign, no leading zero",
            example="20852163",
        )
    return int(text)


def exact_json(data: bytes, what: str) -> Json:
    """A value from canonical JSON (RFC 8785) in UTF-8; raises MalformedRecord for any other spelling of it.

    >>> exact_json(b'{"count":3}', "the entry")
    {'count': 3}
    """
    if _depth(data) > MOST_DEEP:
        raise _json_fault(f"more than {MOST_DEEP} brackets stand within each other")
    try:
        told: Json = json.loads(data.decode("utf-8"))
        again = canonical_json(told)
    except (ValueError, RecursionError, TrucelineError) as fault:
        raise _json_fault(f"{what} is no JSON that can be read in one way only") from fault
    if again != data:
        raise _json_fault(f"{what} is not in the one canonical form of RFC 8785")
    return told


def shown(text: str) -> str:
    """At most 60 characters of what stands there, for an error."""
    return text if len(text) <= 60 else text[:57] + "..."


def _depth(data: bytes) -> int:
    """How many brackets stand within each other, outside texts."""
    now = most = 0
    for found in _TEXT_OR_BRACKET.finditer(data):
        now += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(found[0], 0)
        most = max(most, now)
    return most


def _json_fault(what: str) -> MalformedRecord:
    return MalformedRecord(
        what,
        do="take the record from its source again, byte for byte; do not open and save it in an editor",
        example='{"count":3,"result":"breached"}',
    )


def _base64_fault(text: str, what: str) -> MalformedRecord:
    return MalformedRecord(
        f"{what} is not exact base64",
        where=shown(text),
        do="take the record from its source again; standard alphabet, padded, unused bits zero, no line ends inside",
        example="47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    )
