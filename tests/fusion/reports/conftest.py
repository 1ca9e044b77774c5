"""Made-up weeks: incidents on a plain, and what three sources of very different manners say of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from truceline.fusion.reports import group_reports
from truceline.model import GroupedReports, PlaceSpread, ReportTable, Words
from truceline.model.columns import Floats, Ints

KM, HOUR = 1000.0, 3600.0
KINDS = ("artillery", "explosion", "small-arms", "uav")
# Share of incidents told, position error (m), time error (s), share of kinds at random, chance of one more report.
MANNERS = {
    "aircraft": (0.4, 200.0, 180.0, 0.05, 0.02),
    "patrol": (0.6, 1500.0, 1800.0, 0.15, 0.05),
    "station": (0.5, 600.0, 600.0, 0.3, 0.1),
}


@dataclass(frozen=True)
class Week:
    """Reports and, for each, the incident it tells of."""

    table: ReportTable
    incident: Ints

    @property
    def told(self) -> int:
        return len(np.unique(self.incident))


def table(source: list[str], x_m: Floats, y_m: Floats, time_s: Floats, kind: list[str]) -> ReportTable:
    ids = tuple(f"r{row}" for row in range(len(source)))
    return ReportTable(ids, Words.of(source), np.asarray(x_m), np.asarray(y_m), np.asarray(time_s), Words.of(kind))


def week(seed: int, incidents: int) -> Week:
    """Half the incidents in four hot spots, half anywhere on 100 × 40 km; 3 in 100 reports tell of nothing."""
    chance = np.random.default_rng(seed)
    spot = chance.uniform((10 * KM, 5 * KM), (90 * KM, 35 * KM), (4, 2))
    crowded = chance.random(incidents) < 0.5
    anywhere = chance.uniform((0, 0), (100 * KM, 40 * KM), (incidents, 2))
    near = spot[chance.integers(0, 4, incidents)] + chance.normal(0, 3 * KM, (incidents, 2))
    place = np.where(crowded[:, None], near, anywhere)
    moment, kind = chance.uniform(0, 168 * HOUR, incidents), chance.integers(0, len(KINDS), incidents)
    rows: list[tuple[str, float, float, float, str, int]] = []

    def say(source: str, incident: int, at: Floats, when: float, what: int) -> None:
        _, error_m, error_s, random_kind, _ = MANNERS[source]
        x, y = at + chance.normal(0, error_m, 2)
        said = int(chance.integers(0, len(KINDS))) if chance.random() < random_kind else what
        rows.append((source, x, y, when + chance.normal(0, error_s), KINDS[said], incident))

    for incident in range(incidents):
        for source, (share, _, _, _, again) in MANNERS.items():
            if chance.random() < share:
                say(source, incident, place[incident], moment[incident], kind[incident])
                while chance.random() < again:
                    say(source, incident, place[incident], moment[incident], kind[incident])
    for false in range(len(rows) * 3 // 100):
        at, when = chance.uniform((0, 0), (100 * KM, 40 * KM)), chance.uniform(0, 168 * HOUR)
        say(list(MANNERS)[false % 3], -1 - false, at, when, int(chance.integers(0, len(KINDS))))
    source, x_m, y_m, time_s, said, incident_of = (list(column) for column in zip(*rows, strict=True))
    return Week(table(source, x_m, y_m, time_s, said), np.array(incident_of))


@pytest.fixture(scope="session")
def week_of() -> Callable[[int, int], Week]:
    return week


@pytest.fixture(scope="session")
def one_week() -> Week:
    return week(7, 120)


# Weeks told by kinds of sources that state how exact they are, beside one that does not: a network of sensors (tens of
# metres, seconds), bearings of a camera (a long thin ellipse), sectors of a patrol, pixels of a satellite, press that
# names a district and a day, and an agency that states nothing.

DAY = 24 * HOUR
SHARES = {"agency": 0.4, "camera": 0.3, "network": 0.4, "patrol": 0.4, "pixel": 0.2, "press": 0.3}
WIDTH, HEIGHT = 80 * KM, 40 * KM


@dataclass(frozen=True)
class Mixed:
    """Reports and, for each, the incident it tells of."""

    table: ReportTable
    incident: Ints

    @property
    def told(self) -> int:
        return len(np.unique(self.incident))


@dataclass(frozen=True)
class Row:
    """One report: place, covariance (NaN: not stated), time, length of the interval (NaN: not stated)."""

    x: float
    y: float
    spread: tuple[float, float, float]
    time: float
    span: float


UNSTATED = (np.nan, np.nan, np.nan)


def _turned(along: float, across: float, angle: float) -> tuple[float, float, float]:
    c, s = np.cos(angle), np.sin(angle)
    return (
        c * c * along**2 + s * s * across**2,
        c * s * (along**2 - across**2),
        s * s * along**2 + c * c * across**2,
    )  # fmt: skip


def _off(chance: np.random.Generator, spread: tuple[float, float, float], by: float) -> Floats:
    xx, xy, yy = spread
    return by * np.asarray(np.linalg.cholesky([[xx, xy], [xy, yy]]) @ chance.normal(0, 1, 2))


def says(chance: np.random.Generator, source: str, at: Floats, when: float, worse: float) -> Row:
    """What a source says of a happening; places of the network are ``worse`` times as far off as it states."""
    if source == "agency":
        x, y = at + chance.normal(0, 1.0 * KM, 2)
        return Row(x, y, UNSTATED, when + chance.normal(0, 0.5 * HOUR), np.nan)
    if source == "press":
        district = (np.floor(at / (20 * KM)) + 0.5) * 20 * KM
        day = np.floor(when / DAY) * DAY
        return Row(district[0], district[1], _turned(6 * KM, 6 * KM, 0), day, DAY)
    spread, span, by = {
        "network": ((60.0, 60.0, 0.0), 4.0, worse),
        "camera": ((6 * KM, 250.0, chance.uniform(0, np.pi)), 10.0, 1.0),
        "patrol": ((0.9 * KM, 1.6 * KM, chance.uniform(0, np.pi)), 0.25 * HOUR, 1.0),
        "pixel": ((190.0, 230.0, 0.3), 60.0, 1.0),
    }[source]
    stated = _turned(*spread)
    x, y = at + _off(chance, stated, by)
    return Row(x, y, stated, when - chance.uniform(0, span), span)


def mixed_week(seed: int, incidents: int, worse: float = 1.0, only: tuple[str, ...] = tuple(SHARES)) -> Mixed:
    """Half the incidents in four hot spots; 3 in 100 reports tell of nothing."""
    chance = np.random.default_rng(seed)
    spot = chance.uniform((10 * KM, 5 * KM), (70 * KM, 35 * KM), (4, 2))
    near = spot[chance.integers(0, 4, incidents)] + chance.normal(0, 3 * KM, (incidents, 2))
    anywhere = chance.uniform((0, 0), (WIDTH, HEIGHT), (incidents, 2))
    place = np.where(chance.random((incidents, 1)) < 0.5, near, anywhere)
    moment, kind = chance.uniform(0, 7 * DAY, incidents), chance.integers(0, len(KINDS), incidents)
    rows: list[tuple[str, Row, str, int]] = []
    for incident in range(incidents):
        for source, share in SHARES.items():
            told = chance.random() < share
            row = says(chance, source, place[incident], moment[incident], worse)
            said = int(chance.integers(0, len(KINDS))) if chance.random() < 0.15 else kind[incident]
            if told and source in only:
                rows.append((source, row, KINDS[said], incident))
    for false in range(len(rows) * 3 // 100):
        source = only[false % len(only)]
        at = chance.uniform((0, 0), (WIDTH, HEIGHT))
        row = says(chance, source, at, chance.uniform(0, 7 * DAY), worse)
        rows.append((source, row, KINDS[int(chance.integers(0, len(KINDS)))], -1 - false))
    source, said, kinds, incident_of = (list(column) for column in zip(*rows, strict=True))
    spread = np.array([row.spread for row in said]).T
    table = ReportTable(
        tuple(f"r{row}" for row in range(len(rows))), Words.of(source), np.array([row.x for row in said]),
        np.array([row.y for row in said]), np.array([row.time for row in said]), Words.of(kinds),
        spread=PlaceSpread(*spread), span_s=np.array([row.span for row in said]),
    )  # fmt: skip
    return Mixed(table, np.array(incident_of))


_mixed = cache(mixed_week)


@cache
def _grouped(seed: int, incidents: int, worse: float, only: tuple[str, ...]) -> GroupedReports:
    return group_reports(_mixed(seed, incidents, worse, only).table)


@pytest.fixture(scope="session")
def mixed_of() -> Callable[..., Mixed]:
    """The week of a seed, a number of incidents, a factor on the network's errors and the sources that tell."""
    return _mixed


@pytest.fixture(scope="session")
def grouped_of() -> Callable[..., GroupedReports]:
    """The same, grouped."""
    return _grouped
