"""What was seen and counted in the made-up assessment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from made_up_words import HOSTILE, LOCAL_MIDNIGHT

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
from truceline.mission.assessment import Assessment, LocalDay
from truceline.model import CoverageState, Interval, Phenomenon, Stratum

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


def the_areas() -> tuple[AreaShare, ...]:
    """Areas in every state."""
    stuck = "one alarm stands open for 263 h: no further start can be seen"
    return (
        AreaShare("Western district", 1.0, CoverageState.WATCHING, (), 1.0),
        AreaShare("Sumska oblast", 0.5, CoverageState.DEGRADED, (stuck,), 0.5),
        AreaShare(HOSTILE[5], 0.0, CoverageState.BLIND, (HOSTILE[2], "no record")),
        AreaShare(HOSTILE[4], 0.0, CoverageState.DENIED, ("access at 48.01593, 37.80281 refused",)),
    )


def the_coverage() -> tuple[CoverageShare, ...]:
    """What could be seen of two phenomena."""
    return (
        CoverageShare(Phenomenon.AIR_ALARM, 0.375, (Stratum.OFFICIAL_ALARM, Stratum.CIVILIAN), the_areas(), 0.375),
        CoverageShare(Phenomenon.EXPLOSION, 0.0, (), ()),
    )


def on_day(assessment: Assessment, day: date) -> Assessment:
    """The assessment with a local day: its items and incidents as the series have them, half of it seen."""
    start = datetime.combine(day, time(), ZoneInfo(assessment.time_zone))
    window = Interval(start, start + timedelta(days=1))
    areas = tuple(
        replace(area, share=float(number < 2), undisturbed=float(number < 2)) for number, area in enumerate(the_areas())
    )
    coverage = (CoverageShare(Phenomenon.AIR_ALARM, 0.5, (Stratum.OFFICIAL_ALARM,), areas, 0.5), the_coverage()[1])
    lines = tuple(
        _line_of_day(series, item.count) for series in the_series()[:2] for item in series.bins if item.start == start
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


def the_counts() -> tuple[CountLine, ...]:
    """Counts under four rules and two readings, one of them published."""
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


def the_series() -> tuple[Series, ...]:
    """Four that have counts, one of them in incidents too, one published, and one in which nothing was counted."""
    few = (3, *(0 for _ in DAILY[1:]))
    return (
        series_of("smm-item", "air-alarm", "official-alarm", DAILY),
        series_of("incident", "air-alarm", "official-alarm", tuple(count - count // 6 for count in DAILY)),
        series_of("incident", "explosion", "patrol", few, "published figure"),
        series_of("smm-item", "shot", "patrol", (0,) * len(DAILY)),
    )
