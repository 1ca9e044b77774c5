"""A count held against its reference windows, once it is known what could have been seen in them.

A window nobody could see holds a zero of nobody's, and windows that overlap hold the same events twice: neither stands
behind a ratio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from truceline.agreements.counting.figures import CountLine, ReferenceCount
from truceline.agreements.counting.ratios import rate_ratio
from truceline.agreements.counting.windows import shifted_by_days
from truceline.model import Interval

WINDOW_NOT_OVER = "window-not-over"
WINDOW_UNSEEN = "window-unseen"
NO_REFERENCE = "no-reference"
REFERENCE_UNSEEN = "reference-unseen"
NO_RATIO = (WINDOW_NOT_OVER, WINDOW_UNSEEN, NO_REFERENCE, REFERENCE_UNSEEN)
"""Why a count has no ratio: its window was not over when the information ended; nobody could have seen any of it; it
has no reference window; nobody could have seen any of those."""


def compared(line: CountLine, window: Interval, zone: ZoneInfo, as_of: datetime | None = None) -> CountLine:
    """The line with its ratio, and a mark at the reference windows behind it, or with the reason for which it has none.

    Behind the ratio stand those reference windows that could have been seen at least in part (coverage above 0, or
    nobody can say) and do not overlap one another: the nearest to the window first, then outward on either side.
    A reference window that ends after ``as_of``, the moment up to which information was taken in, was not lived
    through and is no reference: it is left out. ``window`` is the one the line was counted in, ``zone`` the mission's.
    """
    lived = [(one, shifted_by_days(window, one.shift_days, zone)) for one in line.reference]
    lived = [(one, moved) for one, moved in lived if as_of is None or moved.end <= as_of]
    seen = [(one, moved) for one, moved in lived if _visible(one.coverage)]
    why_not = _why_not(line, window, as_of) or ("" if seen else REFERENCE_UNSEEN if lived else NO_REFERENCE)
    chosen = () if why_not else _apart(seen)
    behind = {one.shift_days for one in chosen}
    return replace(
        line,
        reference=tuple(replace(one, in_ratio=one.shift_days in behind) for one, _ in lived),
        ratio=None if why_not else rate_ratio(line.inside.best, [one.figure.best for one in chosen]),
        no_ratio=why_not,
    )


def _why_not(line: CountLine, window: Interval, as_of: datetime | None) -> str:
    if as_of is not None and window.end > as_of:
        return WINDOW_NOT_OVER
    return "" if _visible(line.coverage) else WINDOW_UNSEEN


def _visible(coverage: float | None) -> bool:
    return coverage is None or coverage > 0.0


def _apart(references: Sequence[tuple[ReferenceCount, Interval]]) -> tuple[ReferenceCount, ...]:
    """Those whose windows do not overlap one another: the nearest first, then outward."""
    taken: list[Interval] = []
    chosen: list[ReferenceCount] = []
    for one, moved in sorted(references, key=lambda pair: abs(pair[0].shift_days)):
        if not any(moved.overlaps(other) for other in taken):
            taken.append(moved)
            chosen.append(one)
    return tuple(chosen)
