"""The counts: the same events under every rule, each beside its coverage and the windows it is compared with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from truceline.agreements.counting import RULES as COUNTING_RULES
from truceline.agreements.counting import told_once
from truceline.agreements.counting.figures import PUBLISHED, CountFigure, CountLine, ReferenceCount
from truceline.mission.assessment import ReadingWindow
from truceline.model import midnight
from truceline.report.content import Block, Cell, Column, Heading, Listing, Phrase, Section, Table, plain
from truceline.report.edition import DAY, Edition
from truceline.report.language import msgid
from truceline.report.sections.agreed import no_such
from truceline.report.sections.beside import coverage_beside, dim_anywhere, dimly, seen_cell, share_words
from truceline.report.sections.unseen import window_title
from truceline.report.words import BASES, NO_RATIO, PHENOMENA, RULE_MEANINGS, RULES, STRATA, parameter, word

_DOT = " \N{MIDDLE DOT} "


def counts(edition: Edition) -> Section:
    """One table for each window and what was counted in it, then what each rule means."""
    tongue, lines = edition.tongue, edition.counts()
    blocks: list[Block] = []
    for readings in _told_alike(edition, lines):
        mine = tuple(line for line in lines if line.reading == readings[0])
        blocks += [Heading(_title(edition, readings)), _table(edition, readings[0], mine)]
    if blocks:
        blocks += [Heading(tongue.say(msgid("What the rules count"))), _rules(edition)]
    else:
        blocks += _nothing_counted(edition)
    return Section("counts", tongue.say(msgid("Counts under every rule")), tuple(blocks))


def _told_alike(edition: Edition, lines: tuple[CountLine, ...]) -> list[list[str]]:
    """The readings; those together that have one window, with the same counts and coverage in it."""
    alike: list[tuple[object, list[str]]] = []
    for reading in dict.fromkeys(line.reading for line in lines):
        window = edition.window(reading)
        counted = tuple(replace(line, reading="") for line in lines if line.reading == reading)
        told = (window and replace(window, reading=""), counted)
        same = next((readings for one, readings in alike if one == told and DAY not in (reading, *readings)), None)
        if same is None:
            alike.append((told, [reading]))
        else:
            same.append(reading)
    return [readings for _, readings in alike]


def _title(edition: Edition, readings: list[str]) -> str:
    if len(readings) == 1:
        return window_title(edition, readings[0])
    return edition.tongue.say(
        msgid("One window, counted alike under: {readings}"), readings=edition.tongue.join(tuple(readings))
    )


def _nothing_counted(edition: Edition) -> tuple[Block, ...]:
    """Says so, and where the counts stand that others published by day or week."""
    blocks = no_such(edition, msgid("Nothing was counted: no source sensed anything that a rule could count."))
    if any(series.basis == PUBLISHED and series.bins for series in edition.assessment.series):
        blocks += no_such(edition, msgid("The figures that others published by day or week stand in the timeline."))
    return blocks


def _table(edition: Edition, reading: str, lines: tuple[CountLine, ...]) -> Table:
    of_day = edition.day is not None and reading == DAY
    window = edition.window(reading)
    caption = edition.tongue.say(
        msgid("Counts on the day {period}") if of_day else msgid("Counts inside the window {period}"),
        period=edition.period(window.start, window.end) if window else reading,
    )
    told = told_once(lines)
    notes = (
        _how_to_read(edition),
        *((_what_dim_means(edition),) if any(_dim(edition, line) for line in lines) else ()),
        *((_one_channel_alone(edition),) if len(told) < len(lines) else ()),
        *(_inside_a_window(edition, lines) if of_day else ()),
    )
    return Table(
        caption, _columns(edition, of_day=of_day), tuple(_row(edition, line) for line in told), " ".join(notes)
    )


def _columns(edition: Edition, *, of_day: bool) -> tuple[Column, ...]:
    tongue = edition.tongue
    inside, moved, ratio = (
        (msgid("On the day"), msgid("Days compared with"), msgid("On the day / reference"))
        if of_day
        else (msgid("Inside the window"), msgid("Same window, moved by days"), msgid("Inside / reference"))
    )
    return (
        Column(tongue.say(msgid("Phenomenon and channel")), width=1.5),
        Column(tongue.say(msgid("Rule")), width=1.6),
        Column(tongue.say(inside), numeric=True, width=1.1),
        Column(tongue.say(msgid("Coverage")), numeric=True, width=1.0),
        Column(tongue.say(moved), width=2.6),
        Column(tongue.say(ratio), numeric=True, width=1.2),
    )


def _how_to_read(edition: Edition) -> str:
    return edition.tongue.say(
        msgid(
            "Range: the fewest and the most it can have been. Coverage: share of place and time in which at least one"
            " source could have seen it. Ratio: rate inside over rate in those moved windows that could have been seen"
            " and do not overlap one another. Its 95% interval is exact for independent events at a steady rate only;"
            " fire and alarms come in clusters, and the items of one row are no separate events, so the truth may lie"
            " further off. It describes a difference and says nothing about its cause."
        )
    )


def _dim(edition: Edition, line: CountLine) -> bool:
    return line.basis != PUBLISHED and dim_anywhere(edition, line.phenomenon)


def _what_dim_means(edition: Edition) -> str:
    return edition.tongue.say(
        msgid(
            "Undisturbed: the part of the coverage in which a source watched in full; the rest was seen by degraded"
            " sources only, which miss much, so that more may have happened than was counted."
        )
    )


def _inside_a_window(edition: Edition, lines: tuple[CountLine, ...]) -> tuple[str, ...]:
    """Which of the days beside it touch a window: they are no days without an agreement."""
    tongue, day = edition.tongue, edition.day
    shifts = sorted({reference.shift_days for line in lines for reference in line.reference})
    touching = tuple(
        shift
        for shift in shifts
        if day is not None
        and any(_touches(edition, day.day + timedelta(days=shift), w) for w in edition.assessment.windows)
    )
    if not touching:
        return ()
    signed = tongue.join(tuple(tongue.signed(shift) for shift in touching))
    return (
        tongue.say(msgid("Of these days, the following touch a window of the agreement: {shifts}."), shifts=signed),
    )


def _touches(edition: Edition, day: date, window: ReadingWindow) -> bool:
    start, end = (midnight(day + timedelta(days=n), edition.tongue.zone) for n in (0, 1))
    return start < window.end and window.start < end


def _one_channel_alone(edition: Edition) -> str:
    return edition.tongue.say(
        msgid(
            "Where there is one channel alone, the count over all channels is the same and is not printed again;"
            " counts.csv holds both."
        )
    )


def _row(edition: Edition, line: CountLine) -> tuple[Cell, ...]:
    tongue = edition.tongue
    what = (
        Phrase(word(tongue, PHENOMENA, line.phenomenon)),
        Phrase(word(tongue, STRATA, line.stratum), tone="quiet"),
        Phrase(word(tongue, BASES, line.basis), tone="quiet"),
    )
    return (
        what,
        _rule(edition, line),
        figure_cell(edition, line.inside),
        _coverage(edition, line),
        *_beside(edition, line),
    )


def _coverage(edition: Edition, line: CountLine) -> Cell:
    """The share that could have been seen, and what of it was seen undisturbed."""
    share = coverage_beside(edition, line)
    if share is None:
        return plain(share_words(edition.tongue, None, line.basis), tone="quiet")
    if line.basis == PUBLISHED:
        return plain(edition.tongue.share(share))
    return seen_cell(edition.tongue, edition.coverage(line.reading, line.phenomenon))


def _rule(edition: Edition, line: CountLine) -> Cell:
    settings = tuple(Phrase(parameter(edition.tongue, name, value), tone="quiet") for name, value in line.parameters)
    return (Phrase(word(edition.tongue, RULES, line.rule)), *settings, *_by_gap(edition, line))


def _by_gap(edition: Edition, line: CountLine) -> Cell:
    """How far the gap moves the figure: the same count under others."""
    if not line.gaps:
        return ()
    tongue = edition.tongue
    gaps, found = (
        "\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}".join(tongue.number(number) for number in numbers)
        for numbers in zip(*((one.gap_min, one.count) for one in line.gaps), strict=True)
    )
    return plain(tongue.say(msgid("with a gap of {gaps} min: {counts}"), gaps=gaps, counts=found), tone="quiet")


def figure_cell(edition: Edition, figure: CountFigure) -> Cell:
    """The best count, and its range when there is one."""
    best = Phrase(edition.tongue.number(figure.best), tone="figure")
    spread = _range(edition, figure)
    return (best, Phrase(spread, tone="quiet")) if spread else (best,)


def _range(edition: Edition, figure: CountFigure) -> str:
    tongue = edition.tongue
    if figure.high is None:
        return tongue.say(msgid("{low} or more"), low=tongue.number(figure.low))
    if figure.low == figure.high:
        return ""
    return f"{tongue.number(figure.low)}\N{EN DASH}{tongue.number(figure.high)}"


def _beside(edition: Edition, line: CountLine) -> tuple[Cell, Cell]:
    if not line.reference:
        return plain(edition.tongue.say(msgid("no reference window"))), plain("\N{EN DASH}")
    before = tuple(r for r in line.reference if r.shift_days < 0)
    after = tuple(r for r in line.reference if r.shift_days >= 0)
    groups = [group for group in (before, after) if group]
    dimmed = _dim(edition, line)
    seen = [dimly(edition.tongue, _seen(edition, group, line.basis), said=dimmed) for group in groups]
    alike = len(set(seen)) == 1
    lines = [_moved(edition, group, "" if alike else said) for group, said in zip(groups, seen, strict=True)]
    for_all = (Phrase(seen[0], tone="quiet"),) if alike else ()
    beside = (*(phrase for group in lines for phrase in group), *for_all, *_behind_the_ratio(edition, line))
    return beside, _ratio(edition, line)


def _behind_the_ratio(edition: Edition, line: CountLine) -> Cell:
    """Which of the moved windows the ratio rests on, where not on all."""
    tongue = edition.tongue
    behind = tuple(tongue.signed(one.shift_days) for one in line.reference if one.in_ratio)
    if len(behind) in {0, len(line.reference)}:
        return ()
    return plain(tongue.say(msgid("behind the ratio: {shifts} days"), shifts=tongue.join(behind)), tone="quiet")


def _moved(edition: Edition, group: tuple[ReferenceCount, ...], seen: str) -> tuple[Phrase, ...]:
    """Which shifts, the counts in the same order, and their coverage unless it is said once for all."""
    tongue = edition.tongue
    shifts = [reference.shift_days for reference in group]
    if len(shifts) > 2 and shifts == list(range(shifts[0], shifts[0] + len(shifts))):
        label = f"{tongue.signed(shifts[0])} \N{HORIZONTAL ELLIPSIS} {tongue.signed(shifts[-1])}"
    else:
        label = tongue.join(tuple(tongue.signed(shift) for shift in shifts))
    figures = _DOT.join(_short(edition, reference.figure) for reference in group)
    return (
        Phrase(tongue.say(msgid("{shifts} days:"), shifts=label), tone="quiet"),
        Phrase(figures),
        *((Phrase(seen, tone="quiet"),) if seen else ()),
    )


def _seen(edition: Edition, group: tuple[ReferenceCount, ...], basis: str) -> str:
    """The coverage of moved windows: once when it is the same for all, else in the order of the counts."""
    tongue = edition.tongue
    shares = [share_words(tongue, reference.coverage, basis) for reference in group]
    if len(set(shares)) == 1:
        return tongue.say(msgid("coverage of each: {coverage}"), coverage=shares[0])
    return tongue.say(msgid("coverage in this order: {coverage}"), coverage=_DOT.join(shares))


def _short(edition: Edition, figure: CountFigure) -> str:
    spread = _range(edition, figure)
    best = edition.tongue.number(figure.best)
    return f"{best}\N{NO-BREAK SPACE}({spread})" if spread else best


def _ratio(edition: Edition, line: CountLine) -> Cell:
    tongue, ratio = edition.tongue, line.ratio
    if ratio is None:
        why = (Phrase(word(tongue, NO_RATIO, line.no_ratio), tone="quiet"),) if line.no_ratio else ()
        return (Phrase("\N{EN DASH}"), *why)
    high = "\N{INFINITY}" if ratio.high is None else tongue.number(float(ratio.high))
    interval = f"{tongue.number(float(ratio.low))}\N{EN DASH}{high}"
    best = "\N{EN DASH}" if ratio.ratio is None else tongue.number(float(ratio.ratio))
    return (Phrase(best, tone="figure"), Phrase(interval, tone="quiet"))


def _citation(edition: Edition, rule: str) -> Cell:
    """Where a rule comes from; a figure published under another rule has none here."""
    known = COUNTING_RULES.get(rule)
    if known is None:
        return ()
    return plain(edition.tongue.say(msgid("Source: {citation}"), citation=known().citation), tone="quiet")


def _rules(edition: Edition) -> Listing:
    used = dict.fromkeys(line.rule for line in edition.counts())
    tongue = edition.tongue
    return Listing(
        tuple(
            (
                Phrase(f"{word(tongue, RULES, rule)} ({rule}):", tone="strong"),
                Phrase(word(tongue, RULE_MEANINGS, rule)),
                *_citation(edition, rule),
            )
            for rule in used
        )
    )
