"""From the rows of a daily table to observations and coverage.

Columns: SMM position, Event location, Means, No., Observation, Description, Weapon, and Date, time, under these or
similar names; see docs/reference/formats-tables.md for everything that can stand in them.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from truceline.model import (
    Flag,
    InputFault,
    Interval,
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
from truceline.sources.smm_table.coverage import SENSES_HEARD, SENSES_SEEN, Post, Watch
from truceline.sources.smm_table.header import distinct, find_columns
from truceline.sources.smm_table.locations import SeenFrom, read_seen_from
from truceline.sources.smm_table.outages import outage_time, read_outage, states_outage
from truceline.sources.smm_table.positions import (
    area_of,
    event_place,
    find_spot,
    folded,
    is_camera,
    post_name,
    split_anchor,
)
from truceline.sources.smm_table.settings import DEFAULTS, Settings, read_settings
from truceline.sources.smm_table.times import NOT_KNOWN, read_time
from truceline.sources.tables import Row, as_row, body_lines, read_lines, refusal, take_header

_CUSTODIAN = "OSCE Special Monitoring Mission to Ukraine"
_IDENTIFYING = ("position", "location", "means", "observation")
"""What tells one row from another, beside its time. Number, weapon, description and context are what it says of it."""
_CONFLICT = (Flag.WEAPON_CONFLICT,)
_MIDNIGHT = re.compile(r"[ T]00:00(?::00)?$")


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

    def time_words(self, row: Row) -> str:
        """What the row says of time, a column for the day joined with the one for the hour."""
        day = _MIDNIGHT.sub("", self.cell(row, "date"))  # a workbook's day with a format that shows hours
        stated = (day, self.cell(row, "time"))
        return ", ".join(words for words in stated if words.lower() not in NOT_KNOWN) or stated[1]

    def post(self, position: str, line: int, *, camera: bool) -> Post:
        spot = find_spot(position, self.settings.places)
        area = area_of(position, spot)
        source = source_id(self.settings.mission, camera=camera)
        watch = self.watches.setdefault((source, folded(area)), Watch(source, area, camera, self.file.link(line)))
        return watch.posts.setdefault(post_name(position), Post())


class SmmTable:
    """The format ``smm-table``."""

    name = "smm-table"
    title = "OSCE-style daily table: position, event location, means, number, observation, weapon, time"
    settings = tuple(DEFAULTS)

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
        names = distinct(header)
        report = _Report(file, settings, columns)
        for line, values in body_lines(lines, settings.header_line):
            row = as_row(line, values, names)
            try:
                yield from _records(row, report)
            except InputFault as fault:
                yield refusal(line, row.raw(), fault)
        period = settings.calendar.whole_period(sense=TimeSense.LASTED)
        for watch in report.watches.values():
            yield from watch.records(period)


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


def _records(row: Row, report: _Report) -> Iterator[Observation]:
    cells = [value for value in (*row.values.values(), *row.extra) if value]
    position, means, observation = (report.cell(row, column) for column in ("position", "means", "observation"))
    if row.missing and not (means and observation):
        position, cells = _bare_line(cells)
    if states_outage(position, means, observation, cells):
        _note_outage(row, position, cells, report)
        return
    row.check_shape()
    yield _observation(row, " | ".join(cells), report)


def _bare_line(cells: Sequence[str]) -> tuple[str, list[str]]:
    """A sentence below or between the rows, put together again where its commas parted it."""
    sentence = ", ".join(cells)
    return sentence, [sentence]


def _note_outage(row: Row, position: str, cells: Sequence[str], report: _Report) -> None:
    """Keep an outage for the coverage. If its hours cannot be read, the camera is not held to have watched either."""
    outage = read_outage(position, cells)
    post = report.post(outage.camera, row.line, camera=True)
    try:
        time = outage_time(report.time_words(row), outage.said, report.settings.calendar)
    except ValueFault:
        post.doubted = True
        raise
    post.outages.append((time, " | ".join(cells), report.file.link(row.line)))


def _observation(row: Row, words: str, report: _Report) -> Observation:
    key = _key(row, report)
    position, location = report.cell(row, "position"), report.cell(row, "location")
    if not position:
        raise ValueFault("the row names no SMM position", do="say where the observer was", example="SMM camera at …")
    place, seen = _place(position, location, report.settings)
    time = read_time(report.time_words(row), report.settings.calendar)
    direction, unreadable = vocabulary.read_direction(report.cell(row, "description"))
    arms = vocabulary.read_armament(report.cell(row, "weapon"))
    observation = Observation(
        key=key,
        source=source_id(report.settings.mission, camera=is_camera(position)),
        time=time,
        place=place,
        means=vocabulary.read_means(report.cell(row, "means")),
        phenomenon=vocabulary.read_observation(report.cell(row, "observation")),
        evidence=report.file.link(row.line),
        count=read_count(report.cell(row, "number")),
        weapon=arms.weapon,
        calibre_mm=arms.calibre_mm,
        weapon_name=arms.name,
        direction=direction,
        words=words,
        flags=_flags(time, words, seen, unreadable=unreadable) + _CONFLICT * arms.conflict,
    )
    post = report.post(position, row.line, camera=is_camera(position))
    post.reported = True
    post.doubted |= is_camera(position) and vocabulary.is_outage(words)
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
    """A digest of what tells the row from others, and of the report's date: the table numbers no rows.

    A corrected number, weapon, description or context is a revision of the same record. Rows alike in what is
    digested stand for as many things and are told apart by their turn, in the order of the file; a row whose number
    cannot be read keeps its turn. So an added row must stand behind those like it: in front, it would take the turn
    of the first and read as its correction.
    """
    told = (*(report.cell(row, column) for column in _IDENTIFYING), report.time_words(row))
    parts = (str(report.settings.calendar.latest), *(" ".join(words.lower().split()) for words in told))
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
    report.seen[digest] += 1
    turn = report.seen[digest]
    return digest if turn == 1 else f"{digest}-{turn}"


FORMAT = SmmTable()
