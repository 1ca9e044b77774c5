"""The summary people see at the end of a command: findings, counts beside coverage, claims, and what was blind."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from truceline.agreements.counting import PUBLISHED, RULES, CountFigure, CountLine, Series, told_once
from truceline.coverage.shares import CoverageShare
from truceline.mission.assessment import Assessment
from truceline.model import Agreement, Claim, CountRange, CoverageState, Finding

_BLIND_SHOWN = 12
_NO_RATIO = {
    "window-not-over": "- (window not over)",
    "window-unseen": "- (window not seen)",
    "reference-unseen": "- (other days not seen)",
}


def print_summary(
    console: Console, assessment: Assessment, language: str, files: Sequence[Path], mission_folder: Path
) -> None:
    """Everything a person wants to know before opening the report."""
    console.print(f"\n[bold]{escape(assessment.agreement.title(language))}[/bold]")
    console.print(f"information as of {assessment.as_of:%Y-%m-%d %H:%M} UTC; times of the windows in UTC")
    for window in assessment.windows:
        console.print(
            f"  reading {escape(window.reading)}: {window.start:%Y-%m-%d %H:%M} to {window.end:%Y-%m-%d %H:%M}"
        )
    names = party_names(assessment.agreement, language)
    console.print(findings_table(assessment.findings, names))
    coverage = {window.reading: window.coverage for window in assessment.windows}
    console.print(counts_told(assessment.counts, coverage, assessment.series))
    if assessment.claims:
        console.print(claims_table(assessment.claims, names))
        console.print("claims stand side by side; they are never added, subtracted or averaged")
    for line in blind_lines(coverage):
        console.print(line)
    for note in assessment.notes:
        console.print(f"note: {escape(note)}")
    console.print("\n[bold]report[/bold]")
    for path in files:
        console.print(f"  {escape(str(path))}", soft_wrap=True)
    if assessment.findings:
        console.print(
            f"\nnext: truceline explain {assessment.findings[0].id} --mission {escape(str(mission_folder))}",
            soft_wrap=True,
        )


def party_names(agreement: Agreement, language: str) -> dict[str, str]:
    """What each party and other actor is called in a language, by id; an accusation of nobody is a dash."""
    return {"": "-", **{one.id: one.name(language) for one in (*agreement.parties, *agreement.actors)}}


def findings_table(findings: Sequence[Finding], names: Mapping[str, str]) -> Table:
    """One row a finding; one for all readings of a norm where each of them says the very same of a party."""
    table = Table(title="Findings", title_justify="left")
    for heading in ("norm", "party", "reading", "result", "probability", "because"):
        table.add_column(heading, overflow="fold")  # cut short, rival readings would look alike
    for norm, party, reading, told in _by_reading(findings):
        table.add_row(escape(norm), escape(_name(party, names)), escape(reading), *map(escape, told))
    return table


def _by_reading(findings: Sequence[Finding]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Norm, party, reading, and what stands behind them."""
    of: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
    known: dict[str, set[str]] = {}
    for one in findings:
        probability = "-" if one.probability is None else f"{one.probability:.2f}"
        told = (one.result.value, probability, str(one.because))
        of.setdefault((one.norm, one.party), {})[one.reading] = told
        known.setdefault(one.norm, set()).add(one.reading)
    rows = []
    for (norm, party), by_reading in of.items():
        alike = len(by_reading) > 1 and set(by_reading) == known[norm] and len(set(by_reading.values())) == 1
        shown = {all_readings(len(by_reading)): next(iter(by_reading.values()))} if alike else by_reading
        rows += [(norm, party, reading, told) for reading, told in shown.items()]
    return rows


def all_readings(n: int) -> str:
    """That every reading of a norm comes out alike.

    >>> all_readings(2), all_readings(3)
    ('both readings', 'all 3 readings')
    """
    return "both readings" if n == 2 else f"all {n} readings"


def counts_told(
    lines: Sequence[CountLine], coverage: Mapping[str, Sequence[CoverageShare]], series: Sequence[Series] = ()
) -> Table | str:
    """The table of counts; where there are none, a line that says so and where published counts by day stand.

    >>> counts_told((), {})
    'Counts: nothing was counted here'
    """
    if lines:
        return counts_table(lines, coverage)
    published = any(one.basis == PUBLISHED and one.bins for one in series)
    elsewhere = "; the published figures stand in the timeline of the report" if published else ""
    return f"Counts: nothing was counted here{elsewhere}"


def counts_table(lines: Sequence[CountLine], coverage: Mapping[str, Sequence[CoverageShare]]) -> Table:
    """One row a count, never without the coverage it was seen under; the reference windows as lowest to highest."""
    table = Table(title="Counts inside the window, and in the same hours of other days", title_justify="left")
    for name in ("rule", "what, by whom", "reading", "inside", "other days", "ratio, 95 %", "seen"):
        table.add_column(name, overflow="fold")
    for line in told_once(lines):
        rule = " ".join([line.rule, *(f"{name}={value}" for name, value in line.parameters)]) + _by_gap(line)
        seen = _seen(line, coverage.get(line.reading, ()))
        what = f"{line.phenomenon}, {line.stratum}"
        ratio = _ratio(line)
        table.add_row(rule, what, escape(line.reading), figure_told(line.inside), _reference(line), ratio, seen)
    return table


def _reference(line: CountLine) -> str:
    if not line.reference:
        return "-"
    found = sorted(one.figure.best for one in line.reference)
    shares = sorted(one.coverage for one in line.reference if one.coverage is not None)
    span = str(found[0]) if found[0] == found[-1] else f"{found[0]} to {found[-1]}"
    windows = f"{len(found)} window" + ("s" if len(found) > 1 else "")
    seen = cut_percent(shares[0]) if shares else "not stated"
    return f"{span} ({windows}, seen {'at least ' if len(shares) > 1 else ''}{seen})"


def claims_table(claims: Sequence[Claim], names: Mapping[str, str]) -> Table:
    """One row a claim, in the order they came."""
    table = Table(
        "party", "about", "claims", "how many", "said by", "on", title="Published claims", title_justify="left"
    )
    for one in claims:
        number = range_told(one.count)
        table.add_row(
            *(
                escape(text)
                for text in (
                    _name(one.party, names),
                    _name(one.about, names),
                    one.quantity,
                    number,
                    one.said_by,
                    one.said_on,
                )
            )
        )
    return table


def range_told(count: CountRange) -> str:
    """A figure with its range, as the report writes it.

    >>> range_told(CountRange(5, None, 10)), range_told(CountRange(36, 40, 44)), range_told(CountRange(7, None, None))
    ('5-10', '40 (36-44)', 'at least 7')
    """
    if count.low == count.best == count.high:
        return str(count.best)
    spread = f"at least {count.low}" if count.high is None else f"{count.low}-{count.high}"
    plain_floor = count.high is None and count.best == count.low
    return spread if count.best is None or plain_floor else f"{count.best} ({spread})"


def blind_lines(coverage: Mapping[str, Sequence[CoverageShare]]) -> list[str]:
    """A line for every phenomenon somebody senses, and the areas that were not wholly seen."""
    lines = []
    for reading, shares in coverage.items():
        for share in shares:
            if not share.strata:
                continue
            dark = [area for area in share.areas if area.state is not CoverageState.WATCHING]
            names = ", ".join(f"{area.area} ({area.state.value})" for area in dark[:_BLIND_SHOWN])
            more = f" and {len(dark) - _BLIND_SHOWN} more" if len(dark) > _BLIND_SHOWN else ""
            lines.append(
                f"seen, {reading}, {share.phenomenon.value}: {cut_percent(share.share)}"
                + (f"; not: {names}{more}" if dark else "")
            )
    return [escape(line) for line in lines]


def _name(party: str, names: Mapping[str, str]) -> str:
    return names.get(party, party)


def _seen(line: CountLine, shares: Sequence[CoverageShare]) -> str:
    if line.basis == PUBLISHED:
        return "not stated"
    found = [share for share in shares if share.phenomenon.value == line.phenomenon]
    if not found:
        return "not known"
    dim = "" if found[0].undisturbed == found[0].share else f" ({cut_percent(found[0].undisturbed)} undisturbed)"
    return f"{cut_percent(found[0].share)}{dim}"


def figure_told(figure: CountFigure) -> str:
    """The best figure, and its range when there is one."""
    if figure.low == figure.best == figure.high:
        return str(figure.best)
    return f"{figure.best} ({figure.low}-{'open' if figure.high is None else figure.high})"


def _ratio(line: CountLine) -> str:
    """The ratio, its interval and how many windows it rests on; or why there is none."""
    ratio = line.ratio
    if ratio is None or ratio.ratio is None:
        return _NO_RATIO.get(line.no_ratio, "-")
    high = "open" if ratio.high is None else f"{ratio.high:.2f}"
    windows = f"{ratio.windows} window" + ("s" if ratio.windows > 1 else "")
    return f"{ratio.ratio:.2f} ({ratio.low:.2f}-{high})\nfrom {windows}"


def _by_gap(line: CountLine) -> str:
    """How far the gap moves an episode count."""
    if not line.gaps:
        return ""
    gaps, counts = ("/".join(str(n) for n in ns) for ns in zip(*((g.gap_min, g.count) for g in line.gaps), strict=True))
    return f"\nwith {gaps} min: {counts}"


def rule_lines(lines: Sequence[CountLine]) -> list[str]:
    """What each rule that was counted under means, and where it comes from."""
    used = [RULES[name]() for name in dict.fromkeys(line.rule for line in lines) if name in RULES]
    return [escape(f"{rule.name}: {rule.explanation} Source: {rule.citation}") for rule in used]


def cut_percent(share: float) -> str:
    """A share in whole percent, cut and never rounded up: nobody saw more than is said.

    >>> cut_percent(0.8469), cut_percent(1.0), cut_percent(0.29)
    ('84%', '100%', '29%')
    """
    return f"{math.floor(round(share * 100.0, 6))}%"
