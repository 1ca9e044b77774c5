"""Reading a local day from the command line."""

from __future__ import annotations

from datetime import date

from truceline.model import UsageFault


def local_day(text: str) -> date | None:
    """The day, or none for an empty text; raises :class:`UsageFault`.

    >>> local_day("2025-04-20")
    datetime.date(2025, 4, 20)
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as cause:
        raise UsageFault(
            f"not a day: {text!r}", where="--day", do="use year-month-day", example="2025-04-20"
        ) from cause
