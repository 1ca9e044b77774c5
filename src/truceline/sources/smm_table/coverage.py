"""Who watched: positions that reported watched for the reporting period, cameras out of order did not.

A camera that reported is ``watching`` for the period, less the hours in which it was out of order. An area is ``blind``
only while all its cameras that the file knows of were out of order, and ``degraded`` while some were and another
reported. Where the others did not report either, it is ``unknown``. A camera of which a row speaks of an outage without
saying when is ``degraded`` at best. A patrol that reported is ``degraded``: it was there for a part of the period that
the table does not state. A position that neither reported nor is named as out of order is not in the file, and nothing
is said of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
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

CAMERA_REPORTED = "reported in this period"
PATROL_REPORTED = "patrol reported; its hours on the spot are not stated"
SOME_OUT = "{out} of {all} cameras out"
SOME_OUT_REST_SILENT = "{out} of {all} cameras out; nothing is said of the others"
OUTAGE_WITHOUT_HOURS = "a row speaks of an outage without hours that can be read"


@dataclass
class Post:
    """What the file says of one position, gathered while its rows go by."""

    reported: bool = False
    doubted: bool = False
    """A row speaks of an outage, and when it was cannot be read from it."""
    outages: list[tuple[Interval, str, EvidenceLink]] = field(default_factory=list)

    def out_at(self, moment: datetime) -> list[tuple[Interval, str, EvidenceLink]]:
        """The outages that hold at a moment."""
        return [outage for outage in self.outages if outage[0].contains(moment)]


_Told = tuple[CoverageState, str, EvidenceLink]


@dataclass
class Watch:
    """What the file says of one source in one area: the positions it watched from."""

    source: str
    area: str
    camera: bool
    first: EvidenceLink
    posts: dict[str, Post] = field(default_factory=dict)

    def records(self, period: Interval) -> Iterator[Coverage]:
        """Spells of one state each: first those in which something was out of order, then the undisturbed ones."""
        spells = list(self._spells(period))
        for undisturbed in (False, True):
            for time, told in spells:
                if (told[0] is CoverageState.WATCHING) is undisturbed:
                    yield self._record(time, told)

    def _spells(self, period: Interval) -> Iterator[tuple[Interval, _Told]]:
        ends = {period.start, period.end}
        for post in self.posts.values():
            ends.update(moment for outage in post.outages for moment in (outage[0].start, outage[0].end))
        pieces = ((start, end, self._told(start, period)) for start, end in itertools.pairwise(sorted(ends)))
        for told, group in itertools.groupby(pieces, key=lambda piece: piece[2]):
            if told is not None:
                spell = list(group)
                yield Interval(spell[0][0], spell[-1][1], TimeSense.LASTED, assumed_zone=period.assumed_zone), told

    def _told(self, moment: datetime, period: Interval) -> _Told | None:
        """State, reason and evidence at a moment, until something changes."""
        posts = tuple(self.posts.values())
        out = [outages for post in posts if (outages := post.out_at(moment))]
        in_period = period.contains(moment)
        seeing = in_period and any(post.reported and not post.out_at(moment) for post in posts)
        if out and len(out) == len(posts):
            stated = [outage for outages in out for outage in outages]
            words = "; ".join(dict.fromkeys(outage[1] for outage in stated))
            return CoverageState.BLIND, f"not operational: {words}", stated[0][2]
        dim = CoverageState.DEGRADED if seeing else CoverageState.UNKNOWN
        if out:
            reason = SOME_OUT if seeing else SOME_OUT_REST_SILENT
            return dim, reason.format(out=len(out), all=len(posts)), out[0][0][2]
        if in_period and any(post.doubted for post in posts):
            return dim, OUTAGE_WITHOUT_HOURS, self.first
        if not seeing:
            return None
        if self.camera:
            return CoverageState.WATCHING, CAMERA_REPORTED, self.first
        return CoverageState.DEGRADED, PATROL_REPORTED, self.first

    def _record(self, time: Interval, told: _Told) -> Coverage:
        state, reason, link = told
        senses = SENSES_SEEN if self.camera else SENSES_HEARD
        key = f"{self.area}:{state}:{time.start.isoformat()}/{time.end.isoformat()}"
        detection = tuple((phenomenon, None) for phenomenon in senses)
        return Coverage(key, self.source, self.area, time, state, detection, reason, link)
