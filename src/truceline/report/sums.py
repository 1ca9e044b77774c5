"""Totals against their parts, before anything is printed.

Published reports of missions have contradicted themselves: parts that exceed their total, figures that drift from one
page to the next. So every total that can be had in two ways is had in both, and when they differ nothing is written.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from truceline.agreements.counting.figures import BIN_DAYS, CountLine, Series
from truceline.agreements.guarantees.evaluation import duties_owed
from truceline.coverage.shares import CoverageShare
from truceline.mission.assessment import Assessment, ReadingWindow
from truceline.model import SumsDisagree, midnight
from truceline.report.edition import DAY, all_counts, all_windows, coverage_of

_TOLERANCE = 1e-6
_ADDITIVE_RULES = frozenset({"smm-item", "incident"})
"""Rules under which the count of two days is the sum of the counts of each."""


def check_sums(assessment: Assessment) -> None:
    """Raise :class:`SumsDisagree`, naming both figures, when a total differs from its parts."""
    _check_findings(assessment)
    _check_day(assessment)
    _check_coverage(assessment)
    _check_counts(assessment)
    _check_series(assessment)
    _check_rejected(assessment)


def disagree(what: str, stated: object, found: object, where: str) -> SumsDisagree:
    """The error for two figures that ought to be equal."""
    return SumsDisagree(
        f"{what}: {stated} stated, {found} found",
        where=where,
        do="nothing was written; find out which of the two is wrong",
    )


def _check_findings(assessment: Assessment) -> None:
    agreement = assessment.agreement
    expected = [(norm.id, party, reading.id) for norm in agreement.norms for party, reading in agreement.held(norm)]
    expected += duties_owed(agreement)
    found = Counter((finding.norm, finding.party, finding.reading) for finding in assessment.findings)
    if len(assessment.findings) != len(expected):
        raise disagree("findings for norms, parties and readings", len(expected), len(assessment.findings), "findings")
    missing = [key for key in expected if found[key] != 1]
    if missing:
        key = "/".join(missing[0])
        raise disagree(f"findings for {key}", 1, found[missing[0]], "findings")


def _check_day(assessment: Assessment) -> None:
    """The day's window is that local day, its counts are its own, and no reading goes by the same name."""
    if assessment.day is None:
        return
    day, zone = assessment.day, ZoneInfo(assessment.time_zone)
    bounds = tuple(midnight(day.day + timedelta(days=n), zone) for n in (0, 1))
    if (day.window.start, day.window.end) != bounds:
        stated, found = (
            " to ".join(m.isoformat() for m in ends) for ends in (bounds, (day.window.start, day.window.end))
        )
        raise disagree(f"bounds of the local day {day.day.isoformat()}", stated, found, DAY)
    strangers = [line.reading for line in day.counts if line.reading != DAY]
    if strangers:
        raise disagree("whose counts the day's are", DAY, strangers[0], DAY)
    if any(window.reading == DAY for window in assessment.windows):
        raise disagree(f"windows that go by the name {DAY!r}", 1, 2, DAY)


def _check_coverage(assessment: Assessment) -> None:
    for window in all_windows(assessment):
        for share in window.coverage:
            _check_share(share, f"coverage of {share.phenomenon} under {window.reading}")


def _check_share(share: CoverageShare, where: str) -> None:
    parts = [area.share for area in share.areas]
    for part in (share.share, *parts):
        _check_known_share(part, where)
    if parts and abs(sum(parts) / len(parts) - share.share) > _TOLERANCE:
        raise disagree("mean share over the areas", share.share, sum(parts) / len(parts), where)
    if not 0.0 <= share.undisturbed <= share.share + _TOLERANCE:
        raise disagree(
            "share seen undisturbed, as a part of the share", f"at most {share.share}", share.undisturbed, where
        )
    clear = [area.undisturbed for area in share.areas]
    if clear and abs(sum(clear) / len(clear) - share.undisturbed) > _TOLERANCE:
        raise disagree("mean undisturbed share over the areas", share.undisturbed, sum(clear) / len(clear), where)


def _check_counts(assessment: Assessment) -> None:
    for line in all_counts(assessment):
        where = f"count of {line.phenomenon} under {line.rule}, {line.reading}"
        _check_line_coverage(line, coverage_of(assessment, line.reading, line.phenomenon), where)
        for figure in (line.inside, *(reference.figure for reference in line.reference)):
            known = [n for n in (figure.low, figure.best, figure.high) if n is not None]
            if known != sorted(known):
                raise disagree("low, best and high in order", sorted(known), known, where)
        _check_ratio(line, where)


def _check_line_coverage(line: CountLine, share: CoverageShare, where: str) -> None:
    """The share beside a count is that of its window; those of the moved windows are shares at all."""
    if line.coverage is not None and abs(line.coverage - share.share) > _TOLERANCE:
        raise disagree("coverage beside the count, as its window has it", line.coverage, share.share, where)
    for reference in line.reference:
        _check_known_share(reference.coverage, f"{where}, moved by {reference.shift_days} days")


def _check_known_share(share: float | None, where: str) -> None:
    if share is not None and not 0.0 <= share <= 1.0 + _TOLERANCE:
        raise disagree("a share between 0 and 1", "0 to 1", share, where)


def _check_ratio(line: CountLine, where: str) -> None:
    behind = [reference for reference in line.reference if reference.in_ratio]
    unseen = [reference.shift_days for reference in behind if reference.coverage == 0.0]
    if unseen:
        raise disagree("coverage of each window behind the ratio", "above 0", f"0, moved by {unseen[0]} days", where)
    if line.ratio is None:
        if behind:
            raise disagree("windows behind a ratio that is not given", 0, len(behind), where)
        return
    pairs = (
        ("count inside, as the ratio takes it", line.ratio.inside, line.inside.best),
        ("reference windows behind the ratio", line.ratio.windows, len(behind)),
        ("sum of the reference windows behind the ratio", line.ratio.reference, sum(r.figure.best for r in behind)),
    )
    for what, stated, found in pairs:
        if stated != found:
            raise disagree(what, stated, found, where)


def _check_series(assessment: Assessment) -> None:
    zone = ZoneInfo(assessment.time_zone)
    for series in assessment.series:
        for item in series.bins:
            _check_known_share(item.coverage, f"series of {series.phenomenon}, {item.start.isoformat()}")
        for line in all_counts(assessment):
            if _same_count(series, line):
                for window in all_windows(assessment):
                    if window.reading == line.reading:
                        _check_bins(series, line, window, zone)


def _same_count(series: Series, line: CountLine) -> bool:
    mine = (series.rule, series.phenomenon, series.stratum, series.basis)
    return series.rule in _ADDITIVE_RULES and mine == (line.rule, line.phenomenon, line.stratum, line.basis)


def _check_bins(series: Series, line: CountLine, window: ReadingWindow, zone: ZoneInfo) -> None:
    spans = [(item.start, bin_end(item.start, series.bin, zone), item.count) for item in series.bins]
    if not spans or spans[0][0] > window.start or spans[-1][1] < window.end:
        return
    within = sum(count for start, end, count in spans if window.start <= start and end <= window.end)
    touching = sum(count for start, end, count in spans if start < window.end and window.start < end)
    if not within <= line.inside.best <= touching:
        what = f"{series.phenomenon} per {series.bin} against the window's count under {series.rule}"
        bins = str(within) if within == touching else f"{within} to {touching}"
        raise disagree(what, line.inside.best, bins, f"series {series.stratum}, {line.reading}")


def bin_end(start: datetime, size: str, zone: ZoneInfo) -> datetime:
    """The end of a day or week that begins at a local moment; a day may have 23 or 25 hours.

    One that begins with its day, which is not everywhere at 00:00, ends where the day after it begins.
    """
    local = start.astimezone(zone)
    after = local + timedelta(days=BIN_DAYS[size])
    return midnight(after.date(), zone).astimezone(zone) if start == midnight(local.date(), zone) else after


def _check_rejected(assessment: Assessment) -> None:
    totals: Counter[str] = Counter()
    for note in assessment.imports:
        totals[note.file_name] += note.rejected
    listed = Counter(name for name, _ in assessment.rejected)
    for name, rows in listed.items():
        if rows > totals[name]:
            raise disagree(f"rejected rows of {name}", totals[name], rows, "imports")
