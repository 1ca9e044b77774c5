"""Who watched: positions that reported watched for the reporting period, cameras out of order did not.

A camera that reported is ``watching`` for the period, less the hours in which it was out of order (``blind``). A
patrol that reported is ``degraded``: it was there for a part of the period that the table does not state. A position
that neither reported nor is named as out of order is not in the file, and nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from truceline.model import Coverage, CoverageState, EvidenceLink, Interval, Phenomenon, TimeSense

SENSES_SEEN = (
    Phenomenon.EXPLOSION,
    Phenomenon.PROJECTILE,
    Phenomenon.FLARE,
    Phenomenon.MUZZLE_FLASH,
)
"""What a camera can tell of: it sees flashes and flight, and hears no bursts or shots."""
SENSES_HEARD = (*SENSES_SEEN, Phenomenon.BURST, Phenomenon.SHOT)
"""What people on the spot can tell of."""


@dataclass
class Watch:
    """What the file says of one source in one area, gathered while its rows go by."""

    source: str
    area: str
    camera: bool
    first: EvidenceLink
    reported: bool = False
    outages: list[tuple[Interval, str, EvidenceLink]] = field(default_factory=list)

    def records(self, period: Interval) -> Iterator[Coverage]:
        """The outages as they were stated, then what is left of the period for a position that reported."""
        for time, words, link in self.outages:
            yield self._record(time, CoverageState.BLIND, f"not operational: {words}", link)
        if not self.reported:
            return
        state = CoverageState.WATCHING if self.camera else CoverageState.DEGRADED
        reason = "reported in this period" if self.camera else "patrol reported; its hours on the spot are not stated"
        for time in without(period, [outage[0] for outage in self.outages]):
            yield self._record(time, state, reason, self.first)

    def _record(self, time: Interval, state: CoverageState, reason: str, link: EvidenceLink) -> Coverage:
        senses = SENSES_SEEN if self.camera else SENSES_HEARD
        key = f"{self.area}:{state}:{time.start.isoformat()}/{time.end.isoformat()}"
        detection = tuple((phenomenon, None) for phenomenon in senses)
        return Coverage(key, self.source, self.area, time, state, detection, reason, link)


def without(period: Interval, taken: Sequence[Interval]) -> Iterator[Interval]:
    """What is left of a period when some spans are taken out of it."""
    start: datetime = period.start
    for span in sorted(taken, key=lambda span: span.start):
        if start < min(span.start, period.end):
            yield Interval(start, min(span.start, period.end), TimeSense.LASTED, assumed_zone=period.assumed_zone)
        start = max(start, span.end)
    if start < period.end:
        yield Interval(start, period.end, TimeSense.LASTED, assumed_zone=period.assumed_zone)
