"""Records as canonical JSON, so that one record has one text, one hash, and one thing to be signed.

The form is that of RFC 8785 (JSON Canonicalization Scheme): keys sorted, no spaces, one way to write a number. A record
is its fields by their names; a moment is ISO 8601 in UTC, a word of a vocabulary its text, a tuple a list. Whoever
holds the same record gets the same bytes on every machine, and whoever changes one letter gets another hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from json.encoder import encode_basestring
from typing import Any

import rfc8785

from truceline.model.errors import ValueFault
from truceline.model.times import in_utc

_WIDEST = 2**53 - 1


def plain_json(record: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """A record as values that JSON has. Raises :class:`ValueFault` for what has no form in it, and a naive moment."""
    if isinstance(record, Enum):
        return record.value
    if isinstance(record, datetime):
        return _moment(record)
    if isinstance(record, Mapping):
        return {str(key): plain_json(value) for key, value in record.items()}
    if isinstance(record, tuple | list):
        return [plain_json(one) for one in record]
    if is_dataclass(record) and not isinstance(record, type):
        return {one.name: plain_json(getattr(record, one.name)) for one in fields(record)}
    if record is None or isinstance(record, str | int | float):
        return record
    raise _fault(f"{type(record).__name__} has no form in JSON")


def canonical_json(record: object) -> bytes:
    """The bytes of a record in the form of RFC 8785; raises :class:`ValueFault` for what that form cannot hold.

    >>> canonical_json({"b": 1.0, "a": [None, "ü"]}).decode()
    '{"a":[null,"ü"],"b":1}'
    """
    if (text := _single_value(record)) is not None:
        return text
    try:
        return rfc8785.dumps(plain_json(record))
    except rfc8785.CanonicalizationError as cause:
        raise _fault(str(cause)) from cause


def record_sha256(record: object) -> str:
    """The SHA-256 of a record's canonical JSON, in 64 hexadecimal digits: the hash of exactly this revision.

    >>> record_sha256({})[:16]
    '44136fa355b3678a'
    """
    return hashlib.sha256(canonical_json(record)).hexdigest()


def _single_value(record: object) -> bytes | None:
    """The bytes of a text, a whole number, a yes or no, or nothing: most fields are no more. None for all else.

    Texts are escaped by the standard library as RFC 8785 wants it; a test holds both ways against each other.
    """
    if record is None or record is True or record is False:
        return {None: b"null", True: b"true", False: b"false"}[record]
    if type(record) is int and -_WIDEST <= record <= _WIDEST:
        return b"%d" % record
    if type(record) is str:
        try:
            return encode_basestring(record).encode()
        except UnicodeEncodeError:
            return None  # half a character: the long way names the fault
    return None


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise _fault("a time without a zone")
    return in_utc(moment).isoformat()


def _fault(what: str) -> ValueFault:
    return ValueFault(
        f"the record has no canonical form: {what}",
        do="give finite numbers, whole numbers below 2^53, texts, and moments with their zone",
        example='{"count": 3, "at": "2026-01-02T00:00:00+00:00"}',
    )
