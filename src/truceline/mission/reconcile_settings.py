"""``[[reconcile]]`` in ``mission.toml``: which two logs every report holds against each other, read strictly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from truceline.model import AgreementFault

_MOST_MINUTES, _MOST_KM = 1_440, 100
"""The bounds of :class:`~truceline.agreements.reconciling.Tolerances`, whose room need not be loaded to read them."""
_EXAMPLE = '[[reconcile]]\na = "party-north"\nb = "party-south"'

Where = Callable[[str, int], str]
"""File and line of a key of the entry of that number, the first being 1; of its heading when no key is named."""


@dataclass(frozen=True, slots=True)
class LogsNamed:
    """Two logs to be held against each other: sources, strata or parties of the mission as a person names them.

    ``number`` is the place of the entry in the file, from 1 on.
    """

    a: str
    b: str
    minutes: float = 15.0
    km: float = 5.0
    control: bool = False
    number: int = 1


def logs_named(given: object, where: Where) -> tuple[LogsNamed, ...]:
    """Every entry of the file. Raises :class:`AgreementFault`, with file and line, for what cannot be meant."""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise AgreementFault(
            "reconcile is a list of tables",
            where=where("", 1),
            do="write each pair of logs below a heading of its own, in two brackets",
            example=_EXAMPLE,
        )
    return tuple(_named(entry, number, where) for number, entry in enumerate(given, 1))


def _named(entry: Mapping[str, Any], number: int, where: Where) -> LogsNamed:
    a, b = (_log(entry, key, number, where) for key in "ab")
    if a == b:
        raise AgreementFault(
            f"{a!r} would be held against itself",
            where=where("b", number),
            do="name another log, or 'others' for every other source",
            example='b = "others"',
        )
    minutes = _number(entry, "minutes", _MOST_MINUTES, number, where)
    km = _number(entry, "km", _MOST_KM, number, where)
    control = entry.get("control", False)
    if not isinstance(control, bool):
        raise AgreementFault(
            "control is true or false, without quotes", where=where("control", number), example="control = true"
        )
    usual = LogsNamed(a, b)
    return LogsNamed(
        a, b, usual.minutes if minutes is None else minutes, usual.km if km is None else km, control, number
    )


def _log(entry: Mapping[str, Any], key: str, number: int, where: Where) -> str:
    named = entry.get(key)
    words = [word.strip() for word in named.split(",")] if isinstance(named, str) else []
    if not words or not all(words):
        missing = key not in entry
        raise AgreementFault(
            f"the log {key} of [[reconcile]] is missing"
            if missing
            else f"the log {key} of [[reconcile]] is a text that names a source, a stratum or a party",
            where=where("" if missing else key, number),
            do="name sources, strata or parties of the mission, separated by commas, or 'others'",
            example=f'{key} = "{"party-north" if key == "a" else "others"}"',
        )
    return ",".join(words)


def _number(entry: Mapping[str, Any], key: str, most: int, number: int, where: Where) -> float | None:
    if key not in entry:
        return None
    value = entry[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise AgreementFault(
            f"{key} is a number from 0 to {most:,}, without quotes",
            where=where(key, number),
            do="say how far two lines of the logs may be apart and still tell of one thing",
            example=f"{key} = 15" if key == "minutes" else f"{key} = 5",
        )
    return float(value)
