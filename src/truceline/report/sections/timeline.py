"""The timeline: the first series that reaches into a window, drawn and as a table."""

from __future__ import annotations

from datetime import datetime

from truceline.agreements.counting.figures import Series, SeriesBin
from truceline.report.content import Block, Cell, Column, Figure, Section, Table, plain, sentence
from truceline.report.edition import Edition
from truceline.report.figures.timeline import Bar, Timeline, Window, draw
from truceline.report.language import msgid
from truceline.report.sections.agreed import no_such
from truceline.report.sums import bin_end
from truceline.report.words import PHENOMENA, RULES, STRATA, word


def timeline(edition: Edition) -> Section:
    """Drawing and table of one series; the choice depends on the order of the assessment alone."""
    title = edition.tongue.say(msgid("Timeline"))
    series = choose_series(edition)
    if series is None:
        return Section("timeline", title, no_such(edition, msgid("There is no series to draw.")))
    bars = tuple(_bar(edition, series, item) for item in bins_of(edition, series))
    windows = _windows(edition, series, bars)
    name = _name(edition, series)
    picture = Timeline(
        bars,
        windows,
        edition.tongue.say(msgid("Count per week") if series.bin == "week" else msgid("Count per day")),
        edition.tongue.say(msgid("local date, {zone}"), zone=edition.assessment.time_zone),
        edition.tongue.say(msgid("coverage not assessed")),
        _description(edition, name, bars),
    )
    drawn = Figure("timeline-figure", draw(picture), picture.description, _caption(edition, name))
    blocks: tuple[Block, ...] = (drawn, _table(edition, name, bars, windows))
    return Section("timeline", title, blocks)


def choose_series(edition: Edition) -> Series | None:
    """The first series with a day or week inside a window and coverage on record; ``None`` when there is none."""
    for series in edition.assessment.series:
        bins = bins_of(edition, series)
        if bins and any(_overlaps(edition, series, bins, w.start, w.end) for w in edition.assessment.windows):
            return series
    return None


def bins_of(edition: Edition, series: Series) -> tuple[SeriesBin, ...]:
    """The bins of the edition: all, or the one that holds the chosen day."""
    bounds = edition.day_bounds()
    if bounds is None:
        return series.bins
    return tuple(
        item
        for item in series.bins
        if item.start < bounds.end and bounds.start < bin_end(item.start, series.bin, edition.tongue.zone)
    )


def _overlaps(edition: Edition, series: Series, bins: tuple[SeriesBin, ...], start: datetime, end: datetime) -> bool:
    last = bin_end(bins[-1].start, series.bin, edition.tongue.zone)
    return bins[0].start < end and start < last


def _bar(edition: Edition, series: Series, item: SeriesBin) -> Bar:
    zone = edition.tongue.zone
    local = item.start.astimezone(zone)
    end = bin_end(item.start, series.bin, zone)
    label = edition.tongue.short_date(local.date())
    return Bar(local.timestamp(), end.timestamp(), label, item.count, edition.tongue.number(item.count))


def _windows(edition: Edition, series: Series, bars: tuple[Bar, ...]) -> tuple[Window, ...]:
    found = []
    for window in edition.assessment.windows:
        start, end = window.start.timestamp(), window.end.timestamp()
        if start >= bars[-1].end_s or end <= bars[0].start_s:
            continue
        share = edition.coverage(window.reading, series.phenomenon).share
        label = edition.tongue.say(msgid("window: {reading}"), reading=window.reading)
        strip = edition.tongue.say(
            msgid("coverage in the window {reading}: {share}"),
            reading=window.reading,
            share=edition.tongue.share(share),
        )
        found.append(Window(start, end, label, share, strip))
    return tuple(found)


def _name(edition: Edition, series: Series) -> str:
    tongue = edition.tongue
    parts = (
        word(tongue, PHENOMENA, series.phenomenon),
        word(tongue, STRATA, series.stratum),
        word(tongue, RULES, series.rule),
    )
    return tongue.join(parts)


def _caption(edition: Edition, name: str) -> str:
    return edition.tongue.say(
        msgid(
            "{series}. The window of each reading is shaded; coverage is known inside the windows and hatched"
            " elsewhere."
        ),
        series=sentence(name),
    )


def _description(edition: Edition, name: str, bars: tuple[Bar, ...]) -> str:
    return edition.tongue.say(
        msgid("Bar chart of {series}, from {first} to {last}. The figures stand in the table below."),
        series=name,
        first=bars[0].label,
        last=bars[-1].label,
    )


def _table(edition: Edition, name: str, bars: tuple[Bar, ...], windows: tuple[Window, ...]) -> Table:
    tongue = edition.tongue
    columns = (
        Column(tongue.say(msgid("From")), width=1.0),
        Column(tongue.say(msgid("Count")), numeric=True, width=0.8),
        Column(tongue.say(msgid("Coverage")), width=4.0),
    )
    rows = tuple(_row(edition, bar, windows) for bar in bars)
    return Table(tongue.say(msgid("Figures of the timeline: {series}"), series=name), columns, rows)


def _row(edition: Edition, bar: Bar, windows: tuple[Window, ...]) -> tuple[Cell, ...]:
    beside = tuple(w.strip_label for w in windows if w.start_s < bar.end_s and bar.start_s < w.end_s)
    coverage = "; ".join(beside) or edition.tongue.say(msgid("coverage not assessed"))
    return (plain(bar.label), plain(bar.written), plain(coverage))
