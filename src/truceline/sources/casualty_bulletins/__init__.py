"""Daily casualty bulletins of Gaza: newly killed, bodies recovered and deaths recorded, each as what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from truceline.model import CoverageState, InputFault, Interval, Source, Stratum, UnreadableFile, UsageFault
from truceline.sources.casualty_bulletins.days import is_bulletin, observations_of, time_of
from truceline.sources.casualty_bulletins.mapping import (
    ASSUMED_ZONE,
    DEGRADED_REASON,
    STRATA,
    WATCHED_AREA,
    source,
)
from truceline.sources.feed_span import FeedSpan
from truceline.sources.protocol import ReadOptions, Record, SourceFile
from truceline.sources.tables import open_text, refusal

__all__ = ["FORMAT", "CasualtyBulletins"]

_EXAMPLE = '[{"report_date": "2031-10-11", "report_period": 24, "killed": 9, "killed_truce_new": 9}]'


class CasualtyBulletins:
    """Reads the list of days published by Tech for Palestine; the mapping is told in ``mapping``."""

    name = "casualty-bulletins"
    title = "Daily casualty bulletins of Gaza (JSON list of days)"
    settings: tuple[str, ...] = ("stratum",)

    def sources(self, file: SourceFile, options: ReadOptions) -> tuple[Source, ...]:
        """The ministry behind the bulletins, in the stratum of its side."""
        del file
        return (source(_stratum(options)),)

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Record]:
        """The dead of each day in file order, then one record of coverage for each unbroken run of days."""
        zone, spans = options.zone or ASSUMED_ZONE, list[Interval]()
        telling = source(_stratum(options))
        for line, day in enumerate(_days(file, options), 1):
            try:
                if not isinstance(day, dict):
                    raise UnreadableFile("a day is no object", do="give each day its fields", example=_EXAMPLE)
                found = observations_of(day, telling.id, zone, file.link(line))
            except InputFault as fault:
                yield refusal(line, json.dumps(day, ensure_ascii=False), fault)
                continue
            yield from found
            if is_bulletin(day, found):
                spans.append(time_of(day, zone))
        for run in _runs(spans):
            yield from run.coverage(telling, CoverageState.DEGRADED, DEGRADED_REASON, file, area=WATCHED_AREA)


def _stratum(options: ReadOptions) -> Stratum:
    chosen = options.setting("stratum", Stratum.PARTY_B.value)
    if chosen not in STRATA:
        raise UsageFault(
            f"stratum {chosen!r} is none of a party", where="--set", do="give party-a or party-b", example="party-b"
        )
    return STRATA[chosen]


def _days(file: SourceFile, options: ReadOptions) -> list[Any]:
    """The list the file holds. Raises :class:`UnreadableFile`, also for a file that holds anything else."""
    try:
        with open_text(file.path, options.encoding) as text:
            found = json.load(text)
    except (ValueError, RecursionError) as cause:  # a number of thousands of digits is a plain ValueError
        raise UnreadableFile(
            f"not JSON: {cause}", where=str(file.path), do="fetch the file again", example=_EXAMPLE
        ) from cause
    if not isinstance(found, list):
        raise UnreadableFile("no list of days", where=str(file.path), do="give a list of days", example=_EXAMPLE)
    return found


def _runs(spans: list[Interval]) -> Iterator[FeedSpan]:
    """Unbroken runs of days, earliest first."""
    run, reach = FeedSpan(), None
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if reach is not None and span.start > reach:
            yield run
            run = FeedSpan()
        run.widen(span.start, span.end)
        reach = span.end if reach is None else max(reach, span.end)
    yield run


FORMAT = CasualtyBulletins()
