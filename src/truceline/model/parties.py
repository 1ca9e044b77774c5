"""Exchanging the two parties in any record: the ground of every impartiality test."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

_ADDRESS = "://"
T = TypeVar("T")


def exchange_parties(record: T, pair: tuple[str, str]) -> T:
    """The same record with two party ids exchanged wherever they stand.

    Ids are replaced where a text is exactly an id or has it as a part between slashes (finding ids).
    Prose and web addresses are left alone: a quotation stays what was said, where it was said. Applying it twice
    gives the record back.

    >>> exchange_parties(("party-a", "norm/party-b/reading", "https://x.org/party-a"), ("party-a", "party-b"))
    ('party-b', 'norm/party-a/reading', 'https://x.org/party-a')
    """
    return cast("T", _exchange(record, {pair[0]: pair[1], pair[1]: pair[0]}))


def _exchange(value: object, other: dict[str, str]) -> object:
    if isinstance(value, str):
        return _exchange_text(value, other)
    if isinstance(value, tuple):
        return tuple(_exchange(item, other) for item in value)
    if isinstance(value, list):
        return [_exchange(item, other) for item in value]
    if isinstance(value, dict):
        return {_exchange(key, other): _exchange(item, other) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changes = {f.name: _exchange(getattr(value, f.name), other) for f in fields(value) if f.init}
        return replace(value, **changes)
    return value


def _exchange_text(text: str, other: dict[str, str]) -> str:
    if type(text) is not str or _ADDRESS in text:
        return text
    return "/".join(other.get(part, part) for part in text.split("/"))
