"""Technical dissent: an instrument's silence counts where it surely watched, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.coverage import SURE_TO_NOTICE, technical_silence
from truceline.model import (
    Coverage,
    CoverageState,
    EvidenceLink,
    IncidentTable,
    Interval,
    ObservationTable,
    Phenomenon,
    Source,
    Stratum,
    Words,
    microseconds,
    strata_of,
)

NOON = datetime(2025, 4, 20, 12, tzinfo=UTC)
BLAST, SHOT = Phenomenon.EXPLOSION, Phenomenon.SHOT
EARS = Source("ears", "Microphones", "mission", Stratum.ACOUSTIC, (BLAST,))
RADAR = Source("radar", "A radar", "mission", Stratum.RADAR, (BLAST, SHOT))
PATROL = Source("patrol", "A patrol", "mission", Stratum.PATROL, (BLAST,))
MORE_EARS = tuple(replace(EARS, id=f"ears {number}") for number in (2, 3))
SOURCES = (EARS, RADAR, PATROL, *MORE_EARS)


def minutes(number: float) -> int:
    return microseconds(NOON + timedelta(minutes=number))


def columns(rows: list[tuple[float, float, str, float, float]], phenomenon: Phenomenon) -> dict[str, object]:
    """Rows of first and last minute, area, kilometres east of a place and 95 % radius in metres."""
    number = len(rows)
    return {
        "id": np.arange(number, dtype=np.uint64),
        "start_us": np.array([minutes(row[0]) for row in rows], np.int64),
        "end_us": np.array([minutes(row[1]) for row in rows], np.int64),
        "sometime": np.zeros(number, bool),
        "phenomenon": Words.of([phenomenon.value] * number),
        "place": np.zeros(number, np.uint64),
        "area": Words.of([row[2] for row in rows]),
        "party": Words.of([""] * number),
        "direction": Words.of([""] * number),
        "count_low": np.ones(number, np.int64),
        "count_best": np.ones(number, np.int64),
        "count_high": np.ones(number, np.int64),
        "lat": np.array([0.0 if np.isfinite(row[3]) else np.nan for row in rows]),
        "lon": np.array([row[3] / 111.32 for row in rows]),
        "radius_m": np.array([row[4] for row in rows]),
    }


def incidents(*rows: tuple[float, float, str, float, float], strata: int = 0, phenomenon: Phenomenon = BLAST):
    table = columns(list(rows), phenomenon)
    return IncidentTable(**table, strata=np.full(len(rows), strata, np.uint32), members=np.ones(len(rows), np.int64))


def registered(*rows: tuple[float, float, str, float, float], source: str = "ears"):
    table, stratum = columns(list(rows), BLAST), {one.id: one.stratum.value for one in SOURCES}[source]
    return ObservationTable(**table, source=Words.of([source] * len(rows)), stratum=Words.of([stratum] * len(rows)))


def watch(first: float = -60, last: float = 60, **more: object) -> Coverage:
    given = {"source": "ears", "area": "*", "state": "watching", "detection": ((BLAST, 0.95),)} | more
    return Coverage(
        key=f"{first} {last} {given['state']}",
        source=str(given["source"]),
        area=str(given["area"]),
        time=Interval(NOON + timedelta(minutes=first), NOON + timedelta(minutes=last)),
        state=CoverageState(given["state"]),
        detection=given["detection"],  # type: ignore[arg-type]  # given by the tests below
        reason="",
        evidence=EvidenceLink("0" * 64, 1),
    )


HERE = (0.0, 1.0, "North", 0.0, 500.0)
NOTHING = registered()


def against(told: IncidentTable, *records: Coverage, seen: ObservationTable = NOTHING) -> tuple[Stratum, ...]:
    return strata_of(int(technical_silence(told, records, SOURCES, seen).against[0]))


def test_an_instrument_that_watched_and_registered_nothing_dissents():
    assert against(incidents(HERE), watch()) == (Stratum.ACOUSTIC,)


@pytest.mark.parametrize(
    "record",
    [
        watch(0.5, 60),
        watch(-60, 0.5),
        watch(area="South"),
        watch(area="North / Village"),
        watch(detection=((BLAST, None),)),
        watch(detection=()),
        watch(detection=((BLAST, SURE_TO_NOTICE - 0.01),)),
        watch(detection=((SHOT, 1.0),)),
        watch(state="degraded"),
        watch(state="blind"),
        watch(source="patrol"),
    ],
    ids=["late", "early", "elsewhere", "a-part", "unmeasured", "unlisted", "seldom", "other", "dim", "blind", "person"],
)
def test_no_dissent_without_sure_watch(record: Coverage):
    assert against(incidents(HERE), record) == ()


@pytest.mark.parametrize("area", ["*", "North", "North / Village"])
def test_a_disturbance_anywhere_in_the_area_forbids_dissent(area: str):
    assert against(incidents(HERE), watch(), watch(0.2, 0.3, area=area, state="blind")) == ()


def test_a_disturbance_elsewhere_or_before_does_not():
    records = watch(), watch(area="South", state="blind"), watch(-60, -1, state="denied")
    assert against(incidents(HERE), *records) == (Stratum.ACOUSTIC,)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ((0.0, 0.0, "", 1.0, 100.0), True),
        ((-1.9, -1.9, "", 1.0, 100.0), True),
        ((-2.1, -2.1, "", 1.0, 100.0), False),
        ((2.9, 2.9, "", 1.0, 100.0), True),
        ((3.1, 3.1, "", 1.0, 100.0), False),
        ((-600.0, 600.0, "", 1.0, 100.0), True),
        ((0.0, 0.0, "", 9.0, 100.0), False),
        ((0.0, 0.0, "", 9.0, 6_000.0), True),
        ((0.0, 0.0, "", float("nan"), float("nan")), True),
    ],
)
def test_what_it_registered_nearby_is_no_silence(row: tuple[float, float, str, float, float], found: bool):
    assert (against(incidents(HERE), watch(), seen=registered(row)) == ()) is found


def test_another_channels_registration_breaks_no_silence():
    seen = registered((0.0, 0.0, "", 0.0, 1.0), source="radar")
    assert against(incidents(HERE), watch(), seen=seen) == (Stratum.ACOUSTIC,)


def test_what_tells_of_the_incident_does_not_dissent_and_what_tells_that_nothing_was_there_is_not_gainsaid():
    assert against(incidents(HERE, strata=2), watch()) == ()
    assert against(replace(incidents(HERE), count_high=np.array([0])), watch()) == ()


def test_every_source_of_a_stratum_that_watched_dissents_for_it_once():
    records = watch(), watch(source="radar", detection=((BLAST, 1.0), (SHOT, 1.0)))
    assert against(incidents(HERE), *records) == (Stratum.ACOUSTIC, Stratum.RADAR)
    found = technical_silence(incidents(HERE, strata=2), records, SOURCES, NOTHING)
    assert strata_of(int(found.watched[0])) == (Stratum.ACOUSTIC, Stratum.RADAR)


@pytest.mark.parametrize(
    ("speaking", "watching", "dissents"),
    [
        (["ears"], ["ears"], False),
        (["ears"], ["ears 2"], True),
        (["ears"], ["ears 2", "ears 3"], True),
        (["ears"], ["ears", "ears 2", "ears 3"], True),
        (["ears", "ears 2"], ["ears", "ears 2", "ears 3"], False),
        ([], ["ears 3"], True),
    ],
)
def test_an_instrument_is_gainsaid_unless_most_of_its_like_registered_something_too(
    speaking: list[str], watching: list[str], dissents: bool
):
    seen = registered(*[(0.0, 0.0, "", 0.0, 1.0)] * len(speaking))
    seen = replace(seen, source=Words.of(speaking)) if speaking else seen
    told = incidents(HERE, strata=2 if speaking else 0)
    found = against(told, *(watch(source=name) for name in watching), seen=seen)
    assert found == ((Stratum.ACOUSTIC,) if dissents else ())


@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(0, 9), st.sampled_from(["North", "South", ""])), min_size=1))
def test_each_incident_is_judged_by_itself(rows: list[tuple[float, float, str]]):
    told = [(at, at + 0.5, area, east, 200.0) for at, east, area in rows]
    records = watch(area="North"), watch(-10, 10, area="South")
    seen = registered((0.0, 0.0, "", 0.0, 100.0), (20.0, 20.0, "", 5.0, 100.0))
    whole = technical_silence(incidents(*told), records, (EARS,), seen).against
    alone = [int(technical_silence(incidents(one), records, (EARS,), seen).against[0]) for one in told]
    assert whole.tolist() == alone
