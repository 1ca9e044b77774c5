"""Made-up weeks: incidents on a plain, and what three sources of very different manners say of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from truceline.model import ReportTable, Words
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
