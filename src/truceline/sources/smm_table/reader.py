"""From the rows of a daily table to observations and coverage.

Columns: SMM position, Event location, Means, No., Observation, Description, Weapon, and Date, time, under these or
similar names; see docs/reference/formats-tables.md for everything that can stand in them.
"""

from __future__ import annotations

import difflib
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from truceline.model import (
    Flag,
    InputFault,
    Interval,
    MissingColumn,
    Observation,
    Place,
    Source,
    Stratum,
    TimeSense,
    ValueFault,
)
from truceline.sources.counts import read_count
from truceline.sources.protocol import ReadOptions, Record, SourceFile
from truceline.sources.smm_table import vocabulary
from truceline.sources.smm_table.coverage import SENSES_HEARD, SENSES_SEEN, Watch
from truceline.sources.smm_table.locations import SeenFrom, read_seen_from
from truceline.sources.smm_table.positions import area_of, event_place, find_spot, folded, is_camera, split_anchor
from truceline.sources.smm_table.settings import Settings, read_settings
from truceline.sources.smm_table.times import read_time
from truceline.sources.tables import Row, as_row, body_lines, read_lines, refusal, take_header

_CUSTODIAN = "OSCE Special Monitoring Mission to Ukraine"


@dataclass
class _Report:
    """One file while it is read: its settings, its columns, and what it says of who watched."""

    file: SourceFile
    settings: Settings
    columns: dict[str, str]
    watches: dict[tuple[str, str], Watch] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def cell(self, row: Row, column: str) -> str:
        return row.values.get(self.columns.get(column, ""), "")

    def watch(self, position: str, line: int, *, camera: bool) -> Watch:
        spot = find_spot(position, self.settings.places)
        area = area_of(position, spot)
        source = source_id(self.settings.mission, camera=camera)
        return self.watches.setdefault((source, folded(area)), Watch(source, area, camera, self.file.link(line)))


class SmmTable:
    """The format ``smm-table``."""

    name = "smm-table"
    title = "OSCE-style daily table: position, event location, means, number, observation, weapon, time"

    def sources(self, file: SourceFile, options: ReadOptions) -> tuple[Source, ...]:
        """The mission's cameras and its patrols: two channels, since people and instruments fail differently."""
        del file
        mission = read_settings(options).mission
        return tuple(_source(mission, camera=camera) for camera in (True, False))

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Record]:
        """Observations in file order, then coverage.

        Raises :class:`UsageFault` without the report's date, :class:`MissingColumn` naming the nearest column.
        """
        settings = read_settings(options)
        layout = {"encoding": options.encoding, "sheet": settings.sheet}
        lines = read_lines(file.path, **layout, header_line=settings.header_line)
        header = take_header(lines, (), path=file.path, header_line=settings.header_line)
        columns = find_columns(header, where=f"{file.path} line {settings.header_line}")
        report = _Report(file, settings, columns)
        for line, values in body_lines(lines, settings.header_line):
            row = as_row(line, values, header)
            try:
                yield from _records(row, report)
            except InputFault as fault:
                yield refusal(line, row.raw(), fault)
        period = settings.calendar.whole_period(sense=TimeSense.LASTED)
        for watch in report.watches.values():
            yield from watch.records(period)


def find_columns(header: tuple[str, ...], *, where: str) -> dict[str, str]:
    """Which column of the file holds what; raises :class:`MissingColumn` naming the nearest present.

    >>> find_columns(("Position", "Location", "Means", "No", "Event", "Details", "Weapon", "Time"), where="")["number"]
    'No'
    """
    present = {_plain(name): name for name in header}
    found = {}
    for column, names in vocabulary.COLUMNS.items():
        hits = [present[_plain(name)] for name in names if _plain(name) in present]
        if hits:
            found[column] = hits[0]
        elif column != "context":
            near = difflib.get_close_matches(_plain(names[0]), present, n=1, cutoff=0.5)
            hint = f"the nearest present is {present[near[0]]!r}" if near else f"present are: {', '.join(header)}"
            raise MissingColumn(
                f"column {names[0]!r} is missing; {hint}",
                where=where,
                do=f"call it one of: {', '.join(names)}",
                example=",".join(f'"{known[0]}"' for known in vocabulary.COLUMNS.values()),
            )
    return found


def source_id(mission: str, *, camera: bool) -> str:
    """The id of a mission's cameras or patrols.

    >>> source_id("smm", camera=True)
    'smm-cameras'
    """
    return f"{mission}-cameras" if camera else f"{mission}-patrols"


def _source(mission: str, *, camera: bool) -> Source:
    return Source(
        source_id(mission, camera=camera),
        "Monitoring cameras and UAVs" if camera else "Patrols and forward bases",
        _CUSTODIAN if mission == "smm" else mission,
        Stratum.OPTICAL if camera else Stratum.PATROL,
        SENSES_SEEN if camera else SENSES_HEARD,
        note="places are given from the observer; the nearest settlement or camera is named, not a coordinate",
    )


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum() or letter == "#")


def _records(row: Row, report: _Report) -> Iterator[Observation]:
    words = " | ".join(value for value in (*row.values.values(), *row.extra) if value)
    if vocabulary.is_outage(words):
        _note_outage(row, words, report)
        return
    row.check_shape()
    yield _observation(row, words, report)


def _note_outage(row: Row, words: str, report: _Report) -> None:
    """A row or a bare line that says a camera did not work; without hours, for the whole period."""
    position = report.cell(row, "position")
    sentence = position if vocabulary.is_outage(position) else words
    named = vocabulary.before_outage(position) if sentence is position else position
    if not named:
        raise ValueFault(
            "the words say that something was not operational, but not which camera",
            do="name the camera first",
            example="SMM camera at Oktiabr mine was not operational",
        )
    time = _outage_time(report.cell(row, "time"), vocabulary.after_outage(sentence), report)
    link = report.file.link(row.line)
    report.watch(named, row.line, camera=True).outages.append((time, words, link))


def _outage_time(cell: str, rest: str, report: _Report) -> Interval:
    """When a camera was out of order: "since 15 September" runs to the period's end, "until" from its start."""
    calendar = report.settings.calendar
    words = cell or (rest if any(letter.isdigit() for letter in rest) else "")
    time, period = read_time(words, calendar), calendar.whole_period()
    named = set(words.lower().split())
    start, end = time.start, time.end
    if named & {"since", "from"} and not named & {"to", "until"}:
        end = max(end, period.end)
    elif named & {"until"} and not named & {"since", "from"}:
        start = min(start, period.start)
    return Interval(start, end, TimeSense.LASTED, words, time.assumed_zone)


def _observation(row: Row, words: str, report: _Report) -> Observation:
    position, location = report.cell(row, "position"), report.cell(row, "location")
    if not position:
        raise ValueFault("the row names no SMM position", do="say where the observer was", example="SMM camera at …")
    place, seen = _place(position, location, report.settings)
    time = read_time(report.cell(row, "time"), report.settings.calendar)
    direction, unreadable = vocabulary.read_direction(report.cell(row, "description"))
    observation = Observation(
        key=_key(row, report),
        source=source_id(report.settings.mission, camera=is_camera(position)),
        time=time,
        place=place,
        means=vocabulary.read_means(report.cell(row, "means")),
        phenomenon=vocabulary.read_observation(report.cell(row, "observation")),
        evidence=report.file.link(row.line),
        count=read_count(report.cell(row, "number")),
        weapon=vocabulary.read_weapon(report.cell(row, "weapon")),
        direction=direction,
        words=words,
        flags=_flags(time, words, seen, unreadable=unreadable),
    )
    report.watch(position, row.line, camera=is_camera(position)).reported = True
    return observation


def _place(position: str, location: str, settings: Settings) -> tuple[Place, SeenFrom | None]:
    """The event's place, and what was stated of distance and bearing; "2km N of X" is seen from X."""
    spot = find_spot(position, settings.places)
    seen_words, anchor = split_anchor(location)
    if anchor:
        known = settings.places.get(folded(anchor))
        seen = read_seen_from(seen_words, settings.limit_m) if known else None
        return event_place(position, location, known or spot, seen), seen
    seen = read_seen_from(seen_words, settings.limit_m)
    return event_place(position, location, spot, seen), seen


def _flags(time: Interval, words: str, seen: SeenFrom | None, *, unreadable: bool) -> tuple[Flag, ...]:
    raised = (
        (Flag.ZONE_ASSUMED, bool(time.assumed_zone)),
        (Flag.LIVE_FIRE_EXERCISE, vocabulary.is_exercise(words)),
        (Flag.FOOTPRINT_ASSUMED, seen is not None and seen.assumed),
        (Flag.DIRECTION_UNREADABLE, unreadable),
    )
    return tuple(flag for flag, up in raised if up)


def _key(row: Row, report: _Report) -> str:
    """A digest of the row's own words and the report's date: the table numbers no rows.

    Two rows that say the same stand for two things, so the second of them is told apart by its turn.
    """
    parts = (str(report.settings.calendar.latest), *row.values.values())
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
    report.seen[digest] += 1
    turn = report.seen[digest]
    return digest if turn == 1 else f"{digest}-{turn}"


FORMAT = SmmTable()
