"""How many: a range with a best figure, because "about 40" and "N/K" are what observers write."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model.errors import ValueFault

LARGEST_COUNT = 10**12
"""What is more than this was not counted, and could not be added up in whole numbers of 64 bits."""


@dataclass(frozen=True, slots=True)
class CountRange:
    """At least ``low``, at most ``high`` (``None``: open), most likely ``best`` (``None``: not known).

    ``text`` keeps the original words. Raises :class:`ValueFault` when negative, out of order or beyond
    :data:`LARGEST_COUNT`.

    >>> CountRange(36, 40, 44, "about 40").best
    40
    >>> CountRange.exactly(3).high
    3
    """

    low: int = 1
    best: int | None = 1
    high: int | None = 1
    text: str = ""

    def __post_init__(self) -> None:
        """Refuse negative, unordered and impossible figures."""
        known = [n for n in (self.low, self.best, self.high) if n is not None]
        if self.low < 0 or known != sorted(known):
            raise ValueFault(
                f"count out of order or negative: low {self.low}, best {self.best}, high {self.high}",
                do="give low <= best <= high, none negative",
                example="36 / 40 / 44",
            )
        if known and known[-1] > LARGEST_COUNT:
            raise ValueFault(
                f"a count of {known[-1]:,} is more than anybody can have counted",
                do=f"check the figure; up to {LARGEST_COUNT:,} are taken",
                example="36 / 40 / 44",
            )

    @classmethod
    def exactly(cls, number: int, text: str = "") -> CountRange:
        """A count known for sure."""
        return cls(number, number, number, text)

    @classmethod
    def unknown(cls, text: str = "N/K") -> CountRange:
        """At least one, nobody knows how many."""
        return cls(1, None, None, text)


ONE = CountRange()
