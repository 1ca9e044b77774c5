"""A made-up assessment rich enough to fill every section, with hostile and foreign words in every place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from shapely.geometry import box

from truceline.agreements.counting.figures import (
    CountFigure,
    CountLine,
    GapCount,
    RateRatio,
    ReferenceCount,
    Series,
    SeriesBin,
)
from truceline.coverage.shares import AreaShare, CoverageShare
from truceline.mission.assessment import (
    Assessment,
    ImportNote,
    IncidentNote,
    LocalDay,
    MapShape,
    OutlineFile,
    PublishedFigure,
    ReadingWindow,
)
from truceline.model import (
    ANYTHING,
    NOT_ATTRIBUTED,
    Agreement,
    AreaPlace,
    Because,
    Claim,
    Clause,
    CountRange,
    CoverageState,
    Everywhere,
    EvidenceLink,
    Finding,
    Incident,
    Interval,
    InZone,
    Norm,
    NormKind,
    ObjectTerm,
    Party,
    Phenomenon,
    Place,
    PointPlace,
    Reading,
    Rejected,
    Result,
    SectorPlace,
    Source,
    Stratum,
    Target,
    TextSource,
    TimeSense,
    TraceStep,
    UnknownPlace,
    Weapon,
    WeaponTerm,
)

HOSTILE = (
    "<script>alert(1)</script>",
    '#let x = read("/etc/passwd")',
    "=SUM(1)",
    'She said "no" & left',
    "שדרות, עוטף עזה",
    "Слов’янськ / Краматорський район",
    "غزة 中 \u202egnol",
    "$x^2$ *bold* _under_ @ref <label> \\ // comment",
)
PAIR = ("party-north", "party-south")
UAV = ObjectTerm((WeaponTerm("uav"),))
NOON = datetime(2031, 4, 20, 9, tzinfo=UTC)
WIDE = (datetime(2031, 4, 19, 15, tzinfo=UTC), datetime(2031, 4, 20, 21, tzinfo=UTC))
NARROW = (datetime(2031, 4, 19, 21, tzinfo=UTC), datetime(2031, 4, 20, 21, tzinfo=UTC))
LOCAL_MIDNIGHT = datetime(2031, 4, 12, 21, tzinfo=UTC)
DAILY = (44, 51, 58, 39, 64, 76, 27, 5, 27, 58, 47, 47, 40, 42, 36)
SHIFTS = (
    (-7, 51),
    (-6, 58),
    (-5, 39),
    (-4, 64),
    (-3, 76),
    (-2, 101),
    (2, 27),
    (3, 58),
    (4, 47),
    (5, 47),
    (6, 40),
    (7, 42),
)


def _agreement() -> Agreement:
    parties = (
        Party("party-north", (("en", "Northland"), ("de", "Nordland"), ("uk", "Північ"), ("ru", "Север"))),
        Party("party-south", (("en", "Southland"), ("de", "Südland"), ("uk", "Південь"), ("ru", "Юг"))),
    )
    sources = (
        TextSource("north-text", "Announcement of the north", "https://north.example/text?a=1&b=2", "2031-04-19"),
        TextSource("south-text", HOSTILE[0], "javascript:alert(1)", "2031-04-19"),
    )
    return Agreement(
        "spring-2031",
        (
            ("en", "Spring truce <2031>"),
            ("de", "Frühlingswaffenruhe"),
            ("uk", "Весняне перемир’я"),
            ("ru", "Весеннее перемирие"),
        ),
        "mirrored",
        parties,
        sources,
        (
            Clause("c1", "From six in the evening all hostilities cease.", "en", "north-text"),
            Clause("c2", "כל פעולות האיבה ייפסקו", "he", "south-text"),
        ),
        (
            Reading("as-announced", Interval(*WIDE), PAIR, "north-text", "Moscow time is meant."),
            Reading("from-midnight", Interval(*NARROW), ("party-south",), "south-text", HOSTILE[3]),
        ),
        (
            Norm("ground-fire", NormKind.FORBID, ("each",), "ground-fire", ANYTHING, Everywhere(), "c1"),
            Norm("air", NormKind.FORBID, ("each",), "air-attack", UAV, InZone("zone-1"), "c2"),
        ),
        ("who verifies is not said", HOSTILE[1]),
    )


def _finding(norm: str, party: str, reading: str, result: Result, number: int) -> Finding:
    probability = (None, 0.985, 0.5, 0.99995)[number % 4]
    trace = (
        TraceStep(
            1,
            "Time",
            Because(
                "incidents surely inside the window: {inside}; perhaps inside: {perhaps}",
                (("inside", 5), ("perhaps", 2)),
            ),
        ),
        TraceStep(2, "Coverage", Because("no source that can see ground fire"), (("share", 0.0),), ("a" * 64 + ":12",)),
    )
    return Finding(
        f"{norm}/{party}/{reading}",
        norm,
        party,
        reading,
        result,
        probability,
        NOT_ATTRIBUTED,
        Because("only threats were seen: {threats}; an alarm is a threat, not a strike", (("threats", 1234),)),
        (Because("an observation that shows the act itself"), Because("evidence of who acted")),
        trace,
        ("incident-0001",),
    )


def _findings(agreement: Agreement) -> tuple[Finding, ...]:
    keys = [
        (norm.id, party, reading.id)
        for norm in agreement.norms
        for party in agreement.bound_by(norm)
        for reading in agreement.readings_of(norm)
    ]
    results = (Result.UNDETERMINED, Result.NOT_BREACHED, Result.CONTESTED, Result.BREACHED)
    return tuple(_finding(*key, results[number % 4], number) for number, key in enumerate(keys))


def _areas() -> tuple[AreaShare, ...]:
    stuck = "one alarm stands open for 263 h: no further start can be seen"
    return (
        AreaShare("Western district", 1.0, CoverageState.WATCHING, (), 1.0),
        AreaShare("Sumska oblast", 0.5, CoverageState.DEGRADED, (stuck,), 0.5),
        AreaShare(HOSTILE[5], 0.0, CoverageState.BLIND, (HOSTILE[2], "no record")),
        AreaShare(HOSTILE[4], 0.0, CoverageState.DENIED, ("access at 48.01593, 37.80281 refused",)),
    )


def _coverage() -> tuple[CoverageShare, ...]:
    return (
        CoverageShare(Phenomenon.AIR_ALARM, 0.375, (Stratum.OFFICIAL_ALARM, Stratum.CIVILIAN), _areas(), 0.375),
        CoverageShare(Phenomenon.EXPLOSION, 0.0, (), ()),
    )


def on_day(assessment: Assessment, day: date) -> Assessment:
    """The assessment with a local day: its items and incidents as the series have them, half of it seen."""
    start = datetime.combine(day, time(), ZoneInfo(assessment.time_zone))
    window = Interval(start, start + timedelta(days=1))
    areas = tuple(
        replace(area, share=float(number < 2), undisturbed=float(number < 2)) for number, area in enumerate(_areas())
    )
    coverage = (CoverageShare(Phenomenon.AIR_ALARM, 0.5, (Stratum.OFFICIAL_ALARM,), areas, 0.5), _coverage()[1])
    lines = tuple(
        _line_of_day(series, item.count) for series in _series()[:2] for item in series.bins if item.start == start
    )
    return replace(assessment, day=LocalDay(day, window, lines, coverage))


def _line_of_day(series: Series, count: int) -> CountLine:
    beside = tuple(ReferenceCount(shift, CountFigure(n, n, n), 0.25) for shift, n in ((-1, 27), (1, 27)))
    what = (series.rule, (), series.phenomenon, series.stratum, "day")
    return CountLine(*what, CountFigure(count, count, count), beside, None, coverage=0.5)


def seen_dimly(assessment: Assessment, undisturbed: float) -> Assessment:
    """The assessment, of whose coverage of alarms in each window only so much was seen undisturbed."""
    whole = assessment.windows[0].coverage[0]
    part = undisturbed / whole.undisturbed
    areas = tuple(replace(area, undisturbed=area.undisturbed * part) for area in whole.areas)
    dim = replace(whole, undisturbed=undisturbed, areas=areas)
    windows = tuple(replace(window, coverage=(dim, *window.coverage[1:])) for window in assessment.windows)
    return replace(assessment, windows=windows)


def _references() -> tuple[ReferenceCount, ...]:
    return tuple(
        ReferenceCount(
            shift,
            CountFigure(best - 1, best, best + 2),
            None if shift == 7 else 0.25 if shift > 0 else 0.375,
            in_ratio=shift % 2 == 0,
        )
        for shift, best in SHIFTS
    )


def _counts() -> tuple[CountLine, ...]:
    references = _references()
    behind = [reference.figure.best for reference in references if reference.in_ratio]
    lines = []
    for reading, inside in (("as-announced", CountFigure(4, 5, 7)), ("from-midnight", CountFigure(5, 5, None))):
        ratio = RateRatio(0.1, 0.04, 0.24, inside.best, sum(behind), len(behind))
        for rule, parameters in (("smm-item", ()), ("episode", (("gap_min", 60),)), ("site-day", ()), ("incident", ())):
            what = (rule, parameters, "air-alarm", "official-alarm", reading)
            gaps = tuple(GapCount(gap, inside.best + 1 - place) for place, gap in enumerate((30, 60, 120)))
            gaps = gaps if rule == "episode" else ()
            lines.append(CountLine(*what, inside, references, ratio, coverage=0.375, gaps=gaps))
    first = CountFigure(0, 0, 0)
    moved = (ReferenceCount(-7, CountFigure(9, 9, 9)),)
    what = ("incident", (), "explosion", "patrol", "as-announced")
    lines.append(CountLine(*what, first, moved, None, "published figure", no_ratio="reference-unseen"))
    return tuple(lines)


def series_of(rule: str, phenomenon: str, stratum: str, counts: Sequence[int], basis: str = "observations") -> Series:
    """A series over the days of the made-up assessment; nobody assessed the first day, and published ones at all."""
    shares = [None if day == 0 or basis != "observations" else 0.25 + day / 20 for day in range(len(counts))]
    bins = tuple(
        SeriesBin(LOCAL_MIDNIGHT + timedelta(days=day), count, share)
        for day, (count, share) in enumerate(zip(counts, shares, strict=True))
    )
    return Series(rule, phenomenon, stratum, "day", bins, basis)


def _series() -> tuple[Series, ...]:
    """Four that have counts, one of them in incidents too, one published, and one in which nothing was counted."""
    few = (3, *(0 for _ in DAILY[1:]))
    return (
        series_of("smm-item", "air-alarm", "official-alarm", DAILY),
        series_of("incident", "air-alarm", "official-alarm", tuple(count - count // 6 for count in DAILY)),
        series_of("incident", "explosion", "patrol", few, "published figure"),
        series_of("smm-item", "shot", "patrol", (0,) * len(DAILY)),
    )


def _claim(party: str, about: str, count: CountRange, quote: str, url: str) -> Claim:
    return Claim(
        f"{party}-violations",
        party,
        about,
        "violations",
        count,
        Interval(*WIDE),
        HOSTILE[0],
        "2031-04-21",
        "",
        url,
        quote,
        EvidenceLink("b" * 64, 2),
    )


def _claims() -> tuple[Claim, ...]:
    return (
        _claim("party-south", "party-north", CountRange.exactly(2935), "We counted 2,935.", "https://south.example/"),
        _claim("party-north", "party-south", CountRange(4800, 4900, None), 'They said "never"', "javascript:alert(2)"),
    )


def place_of(number: int) -> Place:
    """Places of every kind in turn."""
    kinds: tuple[Place, ...] = (
        AreaPlace("Sumska oblast / Shostka / Hlukhiv", box(33.123456, 51.123456, 33.98765, 51.98765)),
        AreaPlace(HOSTILE[number % len(HOSTILE)]),
        PointPlace(48.015934, 37.802812, 500.0, "Post 48.015934, 37.802812"),
        SectorPlace(48.123456, 37.654321, 168.75, 213.75, 600.0, 4000.0, "0.6-4km S and SSW of the mill"),
        UnknownPlace(HOSTILE[0]),
    )
    return kinds[number % len(kinds)]


ARMS: dict[str, Any] = {
    "weapon": Weapon.MLRS, "calibre_mm": 122.0, "weapon_name": "BM-21", "target": Target.POWER_GRID
}  # fmt: skip
"""What every fifth incident says of weapon and target."""


def incident_note(number: int) -> IncidentNote:
    """An incident some minutes after the one before, with its sources and rows."""
    start = WIDE[0] + timedelta(seconds=number * 7)
    incident = Incident(
        f"incident-{number:04d}",
        1,
        Interval(start, start + timedelta(minutes=41), TimeSense.SOMETIME if number % 3 else TimeSense.LASTED),
        place_of(number),
        Phenomenon.AIR_ALARM,
        CountRange(36, 40, 44, "about 40") if number % 4 == 0 else CountRange.exactly(1),
        (Stratum.OFFICIAL_ALARM, Stratum.CIVILIAN),
        (f"alarms:{number}", f"volunteers:{number}"),
        "party-north" if number % 2 else "",
        **(ARMS if number % 5 == 0 else {}),
    )
    return IncidentNote(
        incident, ("alarms", "volunteers"), (f"alarms.csv:{number + 2}", f"volunteers.csv:{number + 9}")
    )


def _sources() -> tuple[Source, ...]:
    senses = (Phenomenon.AIR_ALARM, Phenomenon.ROCKET_ALERT)
    return (
        Source(
            "alarms",
            "Official alarms",
            "State service",
            Stratum.OFFICIAL_ALARM,
            senses,
            "B",
            "https://alarms.example/",
            "MIT",
        ),
        Source("volunteers", HOSTILE[7], HOSTILE[6], Stratum.CIVILIAN, senses),
    )


def _shapes() -> tuple[MapShape, ...]:
    states = ("watching", "degraded", "blind", "denied", "unknown")
    names = ("Western district", "Sumska oblast", HOSTILE[5], HOSTILE[0], HOSTILE[4])
    shapes = []
    for number, (name, state) in enumerate(zip(names, states, strict=True)):
        west = 30.0 + number
        ring = [[west, 48.0], [west + 1, 48.2], [west + 1, 49.5], [west + 0.4, 49.1], [west, 49.4], [west, 48.0]]
        kind = (
            {"type": "Polygon", "coordinates": [ring]} if number else {"type": "MultiPolygon", "coordinates": [[ring]]}
        )
        shapes.append(MapShape(name, dict(kind), state, Phenomenon.AIR_ALARM, "as-announced"))
    return tuple(shapes)


def made_up(incidents: int = 12) -> Assessment:
    """The assessment behind most tests of the report."""
    agreement = _agreement()
    coverage = _coverage()
    return Assessment(
        case="spring-2031",
        agreement=agreement,
        time_zone="Europe/Kyiv",
        as_of=NOON + timedelta(days=30),
        windows=(ReadingWindow("as-announced", *WIDE, coverage), ReadingWindow("from-midnight", *NARROW, coverage)),
        counts=_counts(),
        series=_series(),
        findings=_findings(agreement),
        claims=_claims(),
        figures=(
            PublishedFigure(
                "Violations, own count",
                "=2935",
                "violations",
                "30 h",
                HOSTILE[4],
                "https://paper.example/a",
                "2031-04-21",
                HOSTILE[1],
            ),
        ),
        incidents=tuple(incident_note(number) for number in range(incidents)),
        incidents_left_out=3,
        sources=_sources(),
        imports=(
            ImportNote(
                "ua-alarms",
                "alarms.csv",
                "c" * 64,
                43031,
                0,
                2,
                2,
                "MIT",
                "A. Collector",
                "https://feeds.example/alarms.csv",
            ),
            ImportNote("table", "volunteers.csv", "d" * 64, 54514, 1, 0, 0),
        ),
        rejected=(
            ("alarms.csv", Rejected(17, "position 148.01593, 37.80281 is off the globe", "secret,148.01593,37.80281")),
            ("alarms.csv", Rejected(18, HOSTILE[0], HOSTILE[2])),
        ),
        shapes=_shapes(),
        outlines=(OutlineFile("areas.geojson", "e" * 64, "CC BY 4.0"),),
        notes=("A note on method.", HOSTILE[1]),
    )


@pytest.fixture(scope="session")
def assessment() -> Assessment:
    """The made-up assessment."""
    return made_up()


@pytest.fixture(scope="session")
def bare(assessment: Assessment) -> Assessment:
    """An assessment of a text nobody watched: no feed, no claim, no outline."""
    return replace(
        assessment,
        counts=(),
        series=(),
        claims=(),
        figures=(),
        incidents=(),
        incidents_left_out=0,
        sources=(),
        imports=(),
        rejected=(),
        shapes=(),
        outlines=(),
        notes=(),
    )


@pytest.fixture(scope="session")
def daily() -> Callable[[Assessment, date], Assessment]:
    """Adds a local day to an assessment."""
    return on_day


@pytest.fixture(scope="session")
def dimmed() -> Callable[[Assessment, float], Assessment]:
    """Says of an assessment how much of its coverage was undisturbed."""
    return seen_dimly


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a report is written."""
    return tmp_path / "report"


@pytest.fixture(scope="session")
def many() -> Callable[[int], Assessment]:
    """The made-up assessment with as many incidents as asked for."""
    return made_up
