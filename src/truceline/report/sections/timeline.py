"""The timeline: one chart for each phenomenon and channel, every day of it beside its own coverage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from truceline.agreements.counting.figures import PUBLISHED, Series, SeriesBin
from truceline.report.content import (
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    Phrase,
    Section,
    Table,
    paragraph,
    plain,
    sentence,
)
from truceline.report.edition import Edition
from truceline.report.figures.timeline import Bar, Timeline, Window, draw
from truceline.report.language import msgid
from truceline.report.sections.agreed import no_such
from truceline.report.sections.beside import dim_anywhere, dimly, share_words, span_words
from truceline.report.sums import bin_end
from truceline.report.words import BASES, PHENOMENA, RULES, STRATA, word

MOST_CHARTS = 4
_RULES_DRAWN = ("smm-item", "incident")
_TALL, _LOW = 190.0, 120.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """One phenomenon through one channel: the series that is drawn, and its incidents where they were counted too."""

    series: Series
    incidents: Series | None

    @property
    def total(self) -> int:
        """The sum over all days."""
        return sum(item.count for item in self.series.bins)


def timeline(edition: Edition) -> Section:
    """Charts and their figures; which are drawn depends on the order of the assessment alone."""
    tongue = edition.tongue
    title = tongue.say(msgid("Timeline"))
    found = to_draw(edition)
    if not found:
        return Section("timeline", title, no_such(edition, msgid("There is no series to draw.")))
    counted = tuple(one for one in found if one.total)
    shown, rest = counted[:MOST_CHARTS], counted[MOST_CHARTS:]
    height = _TALL if len(shown) == 1 else _LOW
    blocks: list[Block] = [paragraph(_how_to_read(edition, len(shown)))] if shown else []
    for number, one in enumerate(shown, start=1):
        blocks += [Heading(sentence(_name(edition, one.series))), _figure(edition, one, number, height)]
    blocks += _left_over(edition, rest, tuple(one for one in found if not one.total))
    blocks += [_table(edition, group) for group in _of_the_same_days(shown)]
    return Section("timeline", title, tuple(blocks))


def to_draw(edition: Edition) -> tuple[Drawn, ...]:
    """For each phenomenon and channel its items, or its incidents where nothing else was counted."""
    groups: dict[tuple[str, str], dict[str, Series]] = {}
    for series in edition.assessment.series:
        if series.bins:
            groups.setdefault((series.phenomenon, series.stratum), {}).setdefault(series.rule, series)
    return tuple(_drawn(by_rule) for by_rule in groups.values())


def _drawn(by_rule: dict[str, Series]) -> Drawn:
    rules = [rule for rule in (*_RULES_DRAWN, *by_rule) if rule in by_rule]
    return Drawn(by_rule[rules[0]], by_rule.get("incident") if rules[0] != "incident" else None)


def _figure(edition: Edition, one: Drawn, number: int, height: float) -> Figure:
    tongue, series = edition.tongue, one.series
    bars = tuple(_bar(edition, series, item) for item in series.bins)
    weekly = series.bin == "week"
    picture = Timeline(
        f"timeline-{number}",
        bars,
        _windows(edition, bars),
        tongue.say(msgid("Count per week") if weekly else msgid("Count per day")),
        tongue.say(msgid("local date, {zone}"), zone=edition.assessment.time_zone),
        _strip_label(edition, series),
        _description(edition, series, bars),
        height,
    )
    return Figure(picture.id, draw(picture), picture.description, _total(edition, one))


def _bar(edition: Edition, series: Series, item: SeriesBin) -> Bar:
    tongue, day = edition.tongue, edition.day.window if edition.day else None
    local = item.start.astimezone(tongue.zone)
    end = bin_end(item.start, series.bin, tongue.zone)
    return Bar(
        local.timestamp(),
        end.timestamp(),
        tongue.short_date(local.date()),
        item.count,
        tongue.number(item.count),
        item.coverage,
        share_words(tongue, item.coverage, series.basis),
        marked=day is not None and item.start < day.end and day.start < end,
    )


def _windows(edition: Edition, bars: tuple[Bar, ...]) -> tuple[Window, ...]:
    """The window of each reading that reaches into the days drawn."""
    return tuple(
        Window(start, end, edition.tongue.say(msgid("window: {reading}"), reading=window.reading))
        for window in edition.assessment.windows
        if (start := window.start.timestamp()) < bars[-1].end_s and bars[0].start_s < (end := window.end.timestamp())
    )


def _strip_label(edition: Edition, series: Series) -> str:
    tongue = edition.tongue
    if all(item.coverage is None for item in series.bins):
        unknown = share_words(tongue, None, series.basis)
        return tongue.say(msgid("coverage: {coverage}"), coverage=unknown)
    each = tongue.say(msgid("coverage of each week") if series.bin == "week" else msgid("coverage of each day"))
    return dimly(tongue, each, said=_dim(edition, series))


def _dim(edition: Edition, series: Series) -> bool:
    return series.basis != PUBLISHED and dim_anywhere(edition, series.phenomenon)


def _name(edition: Edition, series: Series) -> str:
    tongue = edition.tongue
    published = (word(tongue, BASES, PUBLISHED),) if series.basis == PUBLISHED else ()
    return tongue.join((word(tongue, PHENOMENA, series.phenomenon), word(tongue, STRATA, series.stratum), *published))


def _how_to_read(edition: Edition, charts: int) -> str:
    tongue = edition.tongue
    text = msgid(
        "The window of each reading is shaded. The strip below shows how much of each day or week could have been seen;"
        " it is hatched where that was not assessed."
    )
    own_scale = tongue.say(msgid("Each chart has its own scale."))
    return f"{tongue.say(text)} {own_scale}" if charts > 1 else tongue.say(text)


def _total(edition: Edition, one: Drawn) -> str:
    """All days together, by item and by incident where the two differ, with the coverage they were seen under."""
    tongue, series = edition.tongue, one.series
    parts = [f"{tongue.number(one.total)} ({word(tongue, RULES, series.rule)})"]
    if one.incidents is not None and (incidents := sum(item.count for item in one.incidents.bins)) != one.total:
        parts.append(f"{tongue.number(incidents)} ({word(tongue, RULES, one.incidents.rule)})")
    return tongue.say(
        msgid("From {first} to {last}: {total}. Coverage of these days: {coverage}."),
        first=_day(edition, series.bins[0].start),
        last=_last_day(edition, series),
        total=tongue.join(tuple(parts)),
        coverage=_span(edition, series),
    )


def _span(edition: Edition, series: Series) -> str:
    words = span_words(edition.tongue, [item.coverage for item in series.bins], series.basis)
    return dimly(edition.tongue, words, said=_dim(edition, series))


def _day(edition: Edition, start: datetime) -> str:
    return edition.tongue.short_date(start.astimezone(edition.tongue.zone).date())


def _last_day(edition: Edition, series: Series) -> str:
    return _day(edition, bin_end(series.bins[-1].start, series.bin, edition.tongue.zone) - timedelta(hours=1))


def _description(edition: Edition, series: Series, bars: tuple[Bar, ...]) -> str:
    return edition.tongue.say(
        msgid("Bar chart of {series}, from {first} to {last}. The figures stand in the table below."),
        series=_name(edition, series),
        first=bars[0].label,
        last=bars[-1].label,
    )


def _left_over(edition: Edition, rest: tuple[Drawn, ...], empty: tuple[Drawn, ...]) -> list[Block]:
    """What is not drawn: further series with their totals, and series in which nothing was counted."""
    tongue = edition.tongue
    further = "; ".join(_in_words(edition, one) for one in rest)
    nothing = "; ".join(_in_words(edition, one) for one in empty)
    said = []
    if rest:
        said.append(tongue.say(msgid("Counted and not drawn, for length: {series}."), series=further))
    if empty:
        said.append(tongue.say(msgid("Looked for, and nothing counted in these days: {series}."), series=nothing))
    return [paragraph(text) for text in said]


def _in_words(edition: Edition, one: Drawn) -> str:
    return edition.tongue.say(
        msgid("{series} \N{EN DASH} {total} (coverage: {coverage})"),
        series=_name(edition, one.series),
        total=edition.tongue.number(one.total),
        coverage=_span(edition, one.series),
    )


def _of_the_same_days(shown: tuple[Drawn, ...]) -> list[tuple[Series, ...]]:
    """Series over the same days share a table."""
    groups: dict[tuple[str, tuple[datetime, ...]], list[Series]] = {}
    for one in shown:
        days = tuple(item.start for item in one.series.bins)
        groups.setdefault((one.series.bin, days), []).append(one.series)
    return [tuple(group) for group in groups.values()]


def _table(edition: Edition, group: tuple[Series, ...]) -> Table:
    """A column for each series; a single one has a column for its coverage as well."""
    tongue = edition.tongue
    figures = (
        tuple(Column(sentence(_name(edition, series)), numeric=True) for series in group)
        if len(group) > 1
        else (
            Column(tongue.say(msgid("Count")), numeric=True, width=0.7),
            Column(tongue.say(msgid("Coverage")), numeric=True, width=0.8),
        )
    )
    bars = [tuple(_bar(edition, series, item) for item in series.bins) for series in group]
    windows = _windows(edition, bars[0])
    rows = tuple(_row(edition, beside, windows) for beside in zip(*bars, strict=True))
    each = tongue.say(msgid("Figures of the timeline, each with its coverage"))
    caption = dimly(tongue, each, said=any(_dim(edition, series) for series in group))
    return Table(caption, (Column(tongue.say(msgid("From")), width=2.0), *figures), rows)


def _row(edition: Edition, beside: tuple[Bar, ...], windows: tuple[Window, ...]) -> tuple[Cell, ...]:
    first = beside[0]
    inside = ", ".join(w.label for w in windows if w.start_s < first.end_s and first.start_s < w.end_s)
    where = (Phrase(inside, tone="quiet"),) if inside else ()
    start = (Phrase(first.label, tone="strong" if first.marked else ""), *where)
    if len(beside) == 1:
        return (start, plain(first.written, tone="figure"), plain(first.seen))
    return (start, *((Phrase(bar.written, tone="figure"), Phrase(_seen(edition, bar), tone="quiet")) for bar in beside))


def _seen(edition: Edition, bar: Bar) -> str:
    return edition.tongue.say(msgid("coverage: {coverage}"), coverage=bar.seen)
