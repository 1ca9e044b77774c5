"""Events that ``truceline locate`` found from arrival times: each an ellipse, a moment, and a probability."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from truceline.model import WHOLE_MISSION, Coverage, CoverageState, InputFault, Interval, Observation, Rejected, Source
from truceline.sources.feed_span import unmeasured
from truceline.sources.located_events.events import Told, event_of, read_collection
from truceline.sources.located_events.mapping import (
    AREA,
    EVENTS_FILE,
    HEARS_NEAR,
    LEAST,
    NETWORK,
    PHENOMENON,
    WHERE_UNKNOWN,
    WORKINGS_FILE,
    source_of,
    told_of,
)
from truceline.sources.protocol import ReadOptions, Record, SourceFile
from truceline.sources.tables import refusal

__all__ = ["FORMAT", "LocatedEventsFormat"]


class LocatedEventsFormat:
    """Reads ``events.geojson`` of a folder of located events; the mapping is told in ``mapping``."""

    name = "located-events"
    title = "Events located from sensors by 'truceline locate' (its folder)"
    settings: tuple[str, ...] = (NETWORK, AREA, PHENOMENON, LEAST)

    def in_folder(self, path: Path) -> tuple[Path, tuple[Path, ...]]:
        """``events.geojson`` in the folder that is named, and the workings beside it if they are there."""
        events = path / EVENTS_FILE if path.is_dir() else path
        if path.is_dir() and not events.is_file():
            raise InputFault(
                "there are no located events with a place on Earth in this folder",
                where=str(path),
                do=f"locate with sensors in degrees or on a grid: then {EVENTS_FILE} is written",
                example="truceline locate --sensors S.csv --arrivals A.csv --crs EPSG:32637 --out located",
            )
        workings = events.parent / WORKINGS_FILE
        return events, (workings,) if workings.is_file() else ()

    def sources(self, file: SourceFile, options: ReadOptions) -> tuple[Source, ...]:
        """The network of sensors; its channel is what carried the waves."""
        return (source_of(read_collection(file.path), told_of(options)),)

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Record]:
        """Events in file order, then one record of the span in which the network spoke."""
        collection, told = read_collection(file.path), told_of(options)
        source = source_of(collection, told)
        for number, feature in enumerate(collection.features, 1):
            yield _one(feature, source, told, file, number + 1)  # the first line opens the collection
        yield from _coverage(collection.span, source, told, file)


def _one(feature: object, source: Source, told: Told, file: SourceFile, line: int) -> Observation | Rejected:
    try:
        return event_of(feature, source, told, file.link(line))
    except InputFault as fault:
        return refusal(line, str(feature), fault)


def _coverage(span: Interval | None, source: Source, told: Told, file: SourceFile) -> Iterator[Coverage]:
    """From the first arrival to the last: heard in part in the area that was named, else nobody knows where."""
    if span is None or not span.duration_s:
        return
    area, state = told.area or WHOLE_MISSION, CoverageState.DEGRADED if told.area else CoverageState.UNKNOWN
    yield Coverage(
        key=f"{area}|{state}|{span.start.isoformat()}/{span.end.isoformat()}",
        source=source.id,
        area=area,
        time=span,
        state=state,
        detection=unmeasured(source.senses),
        reason=HEARS_NEAR if told.area else WHERE_UNKNOWN,
        evidence=file.link(1),
    )


FORMAT = LocatedEventsFormat()
