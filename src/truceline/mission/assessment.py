"""Everything a report can say, in one record: what was agreed, observed, counted, claimed, and not seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from truceline.agreements.counting.figures import CountLine, Series
from truceline.agreements.guarantees.standing import GuaranteeStanding
from truceline.agreements.obligations import Due
from truceline.coverage.shares import CoverageShare
from truceline.mission.beside import LogsBeside, SideBySide
from truceline.mission.translations import Translations
from truceline.model import Agreement, Claim, Finding, Incident, Interval, Phenomenon, Rejected, Source


@dataclass(frozen=True, slots=True)
class ImportNote:
    """One file that came in: how many records were new, already there, revised or rejected."""

    format: str
    file_name: str
    sha256: str
    new: int
    already: int
    revised: int
    rejected: int
    licence: str = ""
    credit: str = ""
    url: str = ""
    options: str = ""
    """What a person told the format about it, as JSON: encoding, zone, settings, and the mapping with its SHA-256."""


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A figure somebody published that a case can be judged on, with its citation."""

    figure: str
    value: str
    unit: str
    period: str
    source: str
    url: str
    published: str
    note: str


@dataclass(frozen=True, slots=True)
class IncidentNote:
    """An incident for the appendix, with the sources that tell of it and where they say so."""

    incident: Incident
    sources: tuple[str, ...]
    rows: tuple[str, ...]
    """``file name:line`` of each observation."""


@dataclass(frozen=True, slots=True)
class SketchedSensor:
    """A sensor that heard a located event, or should have: how late, in standard errors; ``None``: not heard."""

    residual_errors: float | None


@dataclass(frozen=True, slots=True)
class EventSketch:
    """A located event behind an incident, coarsened so that it tells of no sensor where it stands.

    The ellipse holds the place with 95 % at least: axes in metres, bearing of the long one in degrees. ``mirror_share``
    is the probability of a second place. ``sensors`` stand in order of distance, the nearest first.
    """

    incident: str
    time: Interval
    probability: float
    misses_expected: float
    major_m: float
    minor_m: float
    azimuth_deg: float
    mirror_share: float | None
    sensors: tuple[SketchedSensor, ...]


@dataclass(frozen=True, slots=True)
class WeighedNote:
    """What weighing all evidence came to: ``told`` and ``real`` are a number of incidents with its 95 % interval.

    ``apart`` is how many observations were not weighed, by reason.
    """

    weighed: int
    incidents: int
    copies: int
    told: tuple[float, float, float]
    real: tuple[float, float, float]
    apart: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ReadingWindow:
    """A reading's window: UTC start and end, and coverage inside it by phenomenon."""

    reading: str
    start: datetime
    end: datetime
    coverage: tuple[CoverageShare, ...]


@dataclass(frozen=True)
class MapShape:
    """A named outline of the mission's own geometry, in degrees, as GeoJSON coordinates of a (multi)polygon.

    ``state`` is what could be seen there of the ``phenomenon`` in the window of the ``reading``.
    """

    name: str
    geometry: dict[str, object]
    state: str
    phenomenon: Phenomenon
    reading: str


@dataclass(frozen=True, slots=True)
class OutlineFile:
    """A file of outlines as the mission keeps it; ``licence`` is empty where nobody stated one."""

    name: str
    sha256: str
    licence: str


@dataclass(frozen=True, slots=True)
class GroundNote:
    """A line or zone of the agreement: the day it stands for, version, method, and accuracy in metres (95 %).

    ``accuracy_m`` is ``None`` where nobody has drawn it yet: a gap, and ``method`` says what the mission has to bring.
    """

    id: str
    date: str = ""
    version: str = ""
    method: str = ""
    accuracy_m: float | None = None
    line: bool = False


@dataclass(frozen=True, slots=True)
class LocalDay:
    """The local day a daily report is about: its own window, counts and coverage beside those of the readings.

    The counts' ``reading`` is ``day``; their reference windows are the days before and after.
    """

    day: date
    window: Interval
    counts: tuple[CountLine, ...]
    coverage: tuple[CoverageShare, ...]


@dataclass(frozen=True)
class Assessment:
    """The content behind every report and export. Same input, same record, bit for bit.

    ``as_of`` is the moment up to which information was taken in; ``time_zone`` the mission's own.
    ``incidents`` are those inside any reading's window, or with a local ``day`` those that touch it, in time order;
    ``incidents_left_out`` counts those beyond the appendix's limit, so that nothing vanishes unsaid.
    """

    case: str
    agreement: Agreement
    time_zone: str
    as_of: datetime
    windows: tuple[ReadingWindow, ...]
    counts: tuple[CountLine, ...]
    series: tuple[Series, ...]
    findings: tuple[Finding, ...]
    claims: tuple[Claim, ...]
    figures: tuple[PublishedFigure, ...]
    incidents: tuple[IncidentNote, ...]
    incidents_left_out: int
    sources: tuple[Source, ...]
    imports: tuple[ImportNote, ...]
    rejected: tuple[tuple[str, Rejected], ...]
    """File name and row; at most the first 100 of each file, the counts stand in ``imports``."""
    shapes: tuple[MapShape, ...]
    notes: tuple[str, ...]
    day: LocalDay | None = None
    outlines: tuple[OutlineFile, ...] = ()
    """Where the outlines of ``shapes`` come from."""
    ground: tuple[GroundNote, ...] = ()
    """The lines and zones of the agreement, drawn or still to be drawn."""
    translations: Translations = field(default_factory=Translations)
    """Of the texts of the agreement and the figures that are the case's own words."""
    obligations: tuple[Due, ...] = ()
    """What is due, running, overdue and done at ``as_of``, the earliest deadline first."""
    guarantees: tuple[GuaranteeStanding, ...] = ()
    """How each guarantee stands for each guarantor, beneficiary and reading."""
    all_rules: SideBySide | None = None
    """The counts under every rule, and why rules differ; ``None`` unless the mission asks for it."""
    reconcile: tuple[LogsBeside, ...] = ()
    """The logs that the mission asks to hold against each other."""
    sketches: tuple[EventSketch, ...] = ()
    """Located events behind the incidents, coarsened, in their order."""
    sketches_left_out: int = 0
    sketches_lacking: int = 0
    """Located events that are not drawn: for the length of the report, and since their workings were not kept."""
    weighed: WeighedNote | None = None
    """What weighing all evidence came to; ``None`` unless the mission asks for it."""
