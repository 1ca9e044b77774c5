"""The JSON form of an entry of the register; described in docs/reference/json.md.

Parties stand in it by id only, as everywhere in what machines get.
"""

from __future__ import annotations

from typing import Any

from truceline.model import Interval, RegisterEntry


def register_json(entry: RegisterEntry) -> dict[str, Any]:
    """One entry of the register; moments in UTC, ``null`` for what it does not say."""
    count = entry.count
    return {
        "key": entry.key,
        "kind": entry.kind.value,
        "subject": entry.subject,
        "by": entry.by,
        "to": list(entry.to),
        "time": {**_span(entry.time), "sense": entry.time.sense.value, "text": entry.time.text},
        "standing": entry.standing.value,
        "said_by": entry.said_by,
        "covers": _span(entry.covers) if entry.covers else None,
        "place": entry.place,
        "about": entry.about,
        "option": entry.option,
        "count": {"low": count.low, "best": count.best, "high": count.high} if count else None,
        "value": entry.value,
        "unit": entry.unit,
        "url": entry.url,
        "quote": entry.quote,
        "repeats": entry.repeats,
        "evidence": {"sha256": entry.evidence.sha256, "line": entry.evidence.line},
    }


def _span(interval: Interval) -> dict[str, str]:
    return {"start": interval.start.isoformat(), "end": interval.end.isoformat()}
