"""The sight of a row is the coverage of a window as long as it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.coverage import coverage_shares
from truceline.mission.reconciling_sight import SIGHTS, sight_of
from truceline.model import (
    Coverage,
    CoverageState,
    EvidenceLink,
    Interval,
    ObservationTable,
    Phenomenon,
    Source,
    Stratum,
    Words,
    id_of,
    microseconds,
)

DAY = datetime(2031, 4, 20, tzinfo=UTC)
SOURCES = tuple(
    Source(name, name, name, Stratum.PATROL, senses)
    for name, senses in (("one", (Phenomenon.BURST,)), ("two", (Phenomenon.BURST, Phenomenon.EXPLOSION)))
)
SPANS = st.tuples(st.integers(0, 20), st.integers(1, 10)).map(lambda at: (at[0], at[0] + at[1]))
RECORDS = st.lists(
    st.builds(
        lambda source, area, span, state, chance: Coverage(
            key="k",
            source=source,
            area=area,
            time=interval(*span),
            state=state,
            detection=() if chance is None else ((Phenomenon.BURST, chance),),
            reason="",
            evidence=EvidenceLink("", 1),
        ),
        st.sampled_from(["one", "two"]),
        st.sampled_from(["North", "South", "*"]),
        SPANS,
        st.sampled_from(list(CoverageState)),
        st.sampled_from([None, None, 0.0, 0.2, 1.0]),
    ),
    max_size=8,
)


def interval(begin: float, end: float) -> Interval:
    return Interval(DAY + timedelta(hours=begin), DAY + timedelta(hours=end))


def row(time: Interval, place: str = "area:North", phenomenon: str = "burst") -> ObservationTable:
    one, nowhere, empty = np.ones(1, np.int64), np.full(1, np.nan), Words.of([""])
    return ObservationTable(
        id=np.ones(1, np.uint64),
        start_us=one * microseconds(time.start),
        end_us=one * microseconds(time.end),
        sometime=np.zeros(1, bool),
        phenomenon=Words.of([phenomenon]),
        place=np.array([id_of(place)], np.uint64),
        area=Words.of(["North"]),
        party=empty,
        direction=empty,
        count_low=one,
        count_best=one,
        count_high=one,
        lat=nowhere,
        lon=nowhere,
        radius_m=nowhere,
        source=empty,
        stratum=empty,
    )


def sight(time: Interval, records: list[Coverage], **more: str) -> str:
    return SIGHTS[sight_of(row(time, **more), SOURCES, records)[0]]


@settings(max_examples=200, deadline=None)
@given(records=RECORDS, span=SPANS)
def test_a_row_is_seen_as_far_as_its_time_and_area_were(records: list[Coverage], span: tuple[int, int]):
    time = interval(*span)
    records = [replace(record, key=str(number)) for number, record in enumerate(records)]
    (share,) = coverage_shares(records, SOURCES, ["North"], time, [Phenomenon.BURST])
    told = {1.0: {"watched"}, 0.0: {"blind", "unknown"}}.get(share.share, {"partly"})
    assert sight(time, records) in told


def test_a_moment_is_watched_from_the_first_moment_of_a_record_up_to_its_last():
    record = Coverage("k", "one", "North", interval(5, 6), CoverageState.WATCHING, (), "", EvidenceLink("", 1))
    told = [sight(interval(hour, hour), [record]) for hour in (4.999, 5, 5.999, 6)]
    assert told == ["unknown", "watched", "watched", "unknown"]


def test_a_record_of_the_very_part_a_row_names_tells_of_it_and_no_other_part_does():
    parts = {
        name: Coverage("k", "one", name, interval(0, 9), CoverageState.WATCHING, (), "", EvidenceLink("", 1))
        for name in ("North / Hill", "North / Dale")
    }
    told = {name: sight(interval(1, 2), [record], place="area:North / Hill") for name, record in parts.items()}
    assert told == {"North / Hill": "watched", "North / Dale": "unknown"}


def test_nobody_who_senses_such_a_thing_is_blind_to_it_and_a_near_word_will_do():
    record = Coverage("k", "one", "*", interval(0, 9), CoverageState.WATCHING, (), "", EvidenceLink("", 1))
    assert sight(interval(1, 2), [record], phenomenon="air-alarm") == "blind"
    assert sight(interval(1, 2), [record], phenomenon="violent-event") == "watched"
    assert sight(interval(1, 2), [replace(record, state=CoverageState.UNKNOWN)]) == "unknown"
