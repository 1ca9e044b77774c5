"""Moments written by another clock than that of the agreement's time zone: a reader should see when they are there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from truceline.model import Agreement, MomentTerm


def other_clocks(agreement: Agreement, where: ZoneInfo) -> Iterator[str]:
    """Each moment whose distance from UTC the time zone did not have then, and what the clock showed there.

    Often the time of another capital is meant; a distance taken from the wrong half of the year looks the same.
    """
    for text in dict.fromkeys(_fixed(agreement)):
        told = datetime.fromisoformat(text)
        there = told.astimezone(where)
        if told.utcoffset() != there.utcoffset():
            yield f"{text} was {there:%Y-%m-%d %H:%M} in {agreement.time_zone}"


def _fixed(agreement: Agreement) -> Iterator[str]:
    """Every fixed moment of the text as it is written."""
    for reading in agreement.readings:
        for text in reading.window.text.split(" / "):
            if _is_fixed(text):
                yield text
    terms: list[MomentTerm | None] = [event.at for event in agreement.events]
    terms += [term for norm in agreement.norms for term in (norm.start, norm.until)]
    terms += [one.starts for one in agreement.guarantees]
    yield from (term.text for term in terms if term is not None and term.at is not None)


def _is_fixed(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
