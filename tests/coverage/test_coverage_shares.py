"""What could have been seen of a window, and how much of it undisturbed."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.coverage import (
    NO_RECORD,
    NO_SOURCE,
    ONLY_PARTS,
    SELDOM_NOTICED,
    CoverageShare,
    coverage_shares,
)
from truceline.model import Coverage, CoverageState, EvidenceLink, Interval, Phenomenon, Source, Stratum, UsageFault

NOON = datetime(2025, 4, 20, 12, tzinfo=UTC)
WINDOW = Interval(NOON, NOON + timedelta(minutes=100))
SHOT, ALARM = Phenomenon.SHOT, Phenomenon.AIR_ALARM
CAMERA = Source("camera", "A camera", "mission", Stratum.OPTICAL, (SHOT,))
PATROL = Source("patrol", "A patrol", "mission", Stratum.PATROL, (SHOT, ALARM))
SOURCES = (CAMERA, PATROL)


def record(source: str, first: int, last: int, state: str = "watching", **more: object) -> Coverage:
    fields = {"area": "North", "reason": "", "detection": ()} | more
    return Coverage(
        key=f"{source} {first} {last} {state}",
        source=source,
        area=str(fields["area"]),
        time=Interval(NOON + timedelta(minutes=first), NOON + timedelta(minutes=last)),
        state=CoverageState(state),
        detection=fields["detection"],  # type: ignore[arg-type]  # given by the tests below
        reason=str(fields["reason"]),
        evidence=EvidenceLink("0" * 64, 1),
    )


def share(*records: Coverage, areas: tuple[str, ...] = ("North",), phenomenon: Phenomenon = SHOT) -> CoverageShare:
    return coverage_shares(records, SOURCES, areas, WINDOW, [phenomenon])[0]


def test_a_source_that_watches_all_the_time():
    found = share(record("camera", -50, 500))
    assert (found.share, found.areas[0].state, found.areas[0].reasons) == (1.0, CoverageState.WATCHING, ())
    assert found.strata == (Stratum.OPTICAL, Stratum.PATROL)


def test_its_own_blindness_overrides_what_it_says_it_watched():
    found = share(record("camera", 0, 100), record("camera", 20, 50, "blind", reason="jammed"))
    assert found.share == 0.7
    assert (found.areas[0].state, found.areas[0].reasons) == (CoverageState.DEGRADED, ("jammed",))


def test_an_area_that_was_dark_for_most_of_the_window_is_called_by_what_darkened_it():
    found = share(record("camera", 0, 100), record("camera", 20, 90, "blind", reason="stuck open"))
    assert (found.share, found.areas[0].state, found.areas[0].reasons) == (0.3, CoverageState.BLIND, ("stuck open",))
    half = share(record("camera", 0, 100), record("camera", 50, 100, "blind", reason="stuck open"))
    assert (half.share, half.areas[0].state) == (0.5, CoverageState.DEGRADED)


def test_blindness_for_the_whole_mission_and_for_an_area_both_override():
    everywhere = record("camera", 0, 100, area="*")
    assert share(everywhere, record("camera", 0, 25, "denied")).share == 0.75
    assert share(record("camera", 0, 100), record("camera", 0, 25, "blind", area="*")).share == 0.75
    assert share(everywhere, record("camera", 0, 25, "blind", area="South")).share == 1.0


def test_the_blindness_of_another_source_takes_nothing():
    found = share(record("camera", 0, 100), record("patrol", 0, 100, "denied", reason="checkpoint"))
    assert (found.share, found.areas[0].reasons) == (1.0, ())


def test_degraded_could_have_seen_and_the_state_says_so():
    found = share(record("camera", 0, 100, "degraded", reason="fog"))
    assert (found.share, found.areas[0].state, found.areas[0].reasons) == (1.0, CoverageState.DEGRADED, ("fog",))
    clear = share(record("camera", 0, 100, "degraded", reason="fog"), record("patrol", 0, 100))
    assert (clear.areas[0].state, clear.areas[0].reasons) == (CoverageState.WATCHING, ())


def test_an_area_without_a_record():
    found = share(record("camera", 0, 100), areas=("North", "South"))
    assert found.share == 0.5
    south = found.areas[1]
    assert (south.area, south.share, south.state, south.reasons) == ("South", 0.0, CoverageState.UNKNOWN, (NO_RECORD,))


def test_a_phenomenon_no_source_senses():
    found = share(record("camera", 0, 100), phenomenon=Phenomenon.GNSS_INTERFERENCE)
    assert (found.share, found.strata, found.areas[0].reasons) == (0.0, (), (NO_SOURCE,))


def test_a_source_is_no_witness_of_what_it_does_not_sense():
    found = share(record("camera", 0, 100), phenomenon=ALARM)
    assert (found.share, found.strata) == (0.0, (Stratum.PATROL,))


def test_a_record_about_some_phenomena_tells_nothing_of_others():
    about_alarms = record("patrol", 0, 100, detection=((ALARM, None),))
    assert (share(about_alarms).share, share(about_alarms, phenomenon=ALARM).share) == (0.0, 1.0)
    assert share(record("patrol", 0, 100, detection=((SHOT, 0.0),))).share == 0.0
    deaf = record("patrol", 0, 50, "blind", detection=((ALARM, None),))
    assert share(record("patrol", 0, 100), deaf).share == 1.0


def test_the_state_that_held_longest_and_reasons_in_order_of_time():
    found = share(
        record("camera", 60, 100, "blind", reason="power cut"),
        record("camera", 0, 60, "denied", reason="turned back"),
        record("patrol", 70, 80, "blind", reason="turned back"),
    ).areas[0]
    assert (found.state, found.reasons) == (CoverageState.DENIED, ("turned back", "power cut"))


def test_an_undivided_mission_is_one_area():
    spread = [
        record("camera", 0, 40),
        record("camera", 40, 80, area="South"),
        record("camera", 0, 100, "blind", area="X"),
    ]
    found = share(*spread, areas=("*",))
    assert (found.share, len(found.areas)) == (0.8, 1)


def test_a_part_of_an_area_neither_covers_nor_blinds_the_whole():
    part = "North / Hills raion"
    assert share(record("camera", 0, 100, area=part)).share == 0.0
    assert share(record("camera", 0, 100), record("camera", 0, 100, "blind", area=part)).share == 1.0


@pytest.mark.parametrize("state", ["blind", "denied", "unknown", "degraded"])
def test_the_darkness_of_a_part_leaves_no_undisturbed_sight_of_the_whole(state: str):
    parts = [record("camera", 20, 60, state, area=f"North / {i}", reason=f"closed {i}") for i in range(7)]
    found = share(record("camera", 0, 100), *parts)
    north = found.areas[0]
    assert (found.share, found.undisturbed, north.undisturbed) == (1.0, 0.6, 0.6)
    assert (north.state, north.reasons) == (CoverageState.DEGRADED, tuple(f"closed {i}" for i in range(7)))
    clear = share(record("camera", 0, 100), *parts, record("patrol", 0, 100))
    assert (clear.undisturbed, clear.areas[0].state) == (1.0, CoverageState.WATCHING)


@pytest.mark.parametrize(("chance", "undisturbed"), [(0.01, 0.0), (0.49, 0.0), (0.5, 1.0), (1.0, 1.0), (None, 1.0)])
def test_who_would_notice_few_does_not_watch_undisturbed(chance: float | None, undisturbed: float):
    found = share(record("camera", 0, 100, detection=((SHOT, chance),)))
    assert (found.share, found.undisturbed, found.areas[0].undisturbed) == (1.0, undisturbed, undisturbed)
    assert found.areas[0].reasons == (() if undisturbed else (SELDOM_NOTICED,))


def test_the_sight_of_parts_is_never_undisturbed_where_the_mission_names_no_areas():
    village = record("patrol", 0, 100, area="one village")
    found = share(village, areas=("*",))
    assert (found.share, found.undisturbed) == (1.0, 0.0)
    assert (found.areas[0].state, found.areas[0].reasons) == (CoverageState.DEGRADED, (ONLY_PARTS,))
    everywhere = share(village, record("camera", 0, 100, area="*"), areas=("*",))
    assert (everywhere.undisturbed, everywhere.areas[0].reasons) == (1.0, ())


def test_what_a_source_does_not_know_of_itself_is_not_undisturbed():
    found = share(record("camera", 0, 100), record("camera", 50, 100, "unknown", reason="hours not stated"))
    assert (found.share, found.undisturbed, found.areas[0].reasons) == (1.0, 0.5, ("hours not stated",))


def test_the_time_it_takes_grows_with_the_records_and_not_with_their_square():
    def seconds(number: int) -> float:
        records = [record("camera", 0, 50, area=f"place {i}") for i in range(number)]
        begun = time.process_time()
        share(*records, areas=("*",))
        return time.process_time() - begun

    few, many = min(seconds(300) for _ in range(3)), min(seconds(3000) for _ in range(3))
    assert many < 40 * few


def test_an_empty_window_is_refused():
    with pytest.raises(UsageFault, match="empty window"):
        coverage_shares([], SOURCES, ["North"], Interval(NOON, NOON), [SHOT])


def test_a_record_of_an_unknown_source_is_refused():
    with pytest.raises(UsageFault, match="drone"):
        share(record("drone", 0, 100))


RECORDS = st.lists(
    st.builds(
        lambda source, area, start, length, state: record(
            source, start, start + length, state, area=area, reason=f"{state} {start % 3}"
        ),
        st.sampled_from(["camera", "patrol"]),
        st.sampled_from(["North", "South", "North / Hills", "*"]),
        st.integers(-50, 120),
        st.integers(0, 150),
        st.sampled_from([state.value for state in CoverageState]),
    ),
    max_size=10,
)
AREAS = st.sampled_from([("North",), ("North", "South"), ("*",)])
LAWS = settings(max_examples=150, deadline=None)


@LAWS
@given(records=RECORDS, areas=AREAS)
def test_shares_equal_a_count_minute_by_minute(records: list[Coverage], areas: tuple[str, ...]):
    found = share(*records, areas=areas)
    for area in found.areas:
        seen = [minute for minute in range(100) if sees(records, area.area, minute)]
        assert area.share == pytest.approx(len(seen) / 100)
    assert found.share == pytest.approx(sum(area.share for area in found.areas) / len(areas))
    assert 0.0 <= found.share <= 1.0


@LAWS
@given(records=RECORDS, areas=AREAS)
def test_undisturbed_sight_equals_a_count_minute_by_minute(records: list[Coverage], areas: tuple[str, ...]):
    found = share(*records, areas=areas)
    for area in found.areas:
        seen = [minute for minute in range(100) if watches_undisturbed(records, area.area, minute)]
        assert area.undisturbed == pytest.approx(len(seen) / 100)
        assert area.undisturbed <= area.share
        assert (area.state is CoverageState.WATCHING) is (area.undisturbed == 1.0)
    assert found.undisturbed == pytest.approx(sum(area.undisturbed for area in found.areas) / len(areas))


def watches_undisturbed(records: list[Coverage], area: str, minute: int) -> bool:
    moment = NOON + timedelta(minutes=minute)
    now = [each for each in records if each.time.contains(moment)]
    for source in ("camera", "patrol"):
        own = [each for each in now if each.source == source]
        bearing = [each for each in own if area == "*" or each.area in {area, "*"} or each.area.startswith(f"{area} /")]
        watching = any(each.state == "watching" and each.area in {area, "*"} for each in bearing)
        if watching and all(each.state == "watching" for each in bearing):
            return True
    return False


def sees(records: list[Coverage], area: str, minute: int) -> bool:
    moment = NOON + timedelta(minutes=minute)
    now = [each for each in records if each.time.contains(moment)]
    parts = ("North", "South", "North / Hills", "*") if area == "*" else (area, "*")
    for source in ("camera", "patrol"):
        for part in parts:
            blind = {part, "*"} if area == "*" else {area, "*"}
            own = [each for each in now if each.source == source]
            sighted = any(each.state in {"watching", "degraded"} and each.area == part for each in own)
            if sighted and not any(each.state in {"blind", "denied"} and each.area in blind for each in own):
                return True
    return False


@LAWS
@given(records=RECORDS, areas=AREAS, start=st.integers(-50, 120), length=st.integers(0, 150))
def test_a_watching_record_never_lowers(records: list[Coverage], areas: tuple[str, ...], start: int, length: int):
    more = record("camera", start, start + length)
    found, before = share(*records, more, areas=areas), share(*records, areas=areas)
    assert found.share >= before.share
    assert found.undisturbed >= before.undisturbed


@LAWS
@given(records=RECORDS, areas=AREAS, start=st.integers(-50, 120), length=st.integers(0, 150))
def test_the_blindness_of_another_source_never_lowers(
    records: list[Coverage], areas: tuple[str, ...], start: int, length: int
):
    cameras = [each for each in records if each.source == "camera"]
    blind = record("patrol", start, start + length, "blind")
    found, before = share(*cameras, blind, areas=areas), share(*cameras, areas=areas)
    assert found.share >= before.share
    assert found.undisturbed >= before.undisturbed


@LAWS
@given(records=RECORDS.filter(bool), areas=AREAS, at=st.floats(0, 1))
def test_a_record_in_two_parts_says_the_same(records: list[Coverage], areas: tuple[str, ...], at: float):
    first, *others = records
    middle = first.time.start + (first.time.end - first.time.start) * at
    parts = [Interval(first.time.start, middle), Interval(middle, first.time.end)]
    split = [
        Coverage(first.key, first.source, first.area, part, first.state, (), first.reason, first.evidence)
        for part in parts
    ]
    assert share(*split, *others, areas=areas) == share(*records, areas=areas)


@LAWS
@given(records=RECORDS, areas=AREAS, data=st.data())
def test_the_order_of_records_is_irrelevant(records: list[Coverage], areas: tuple[str, ...], data: st.DataObject):
    shuffled = data.draw(st.permutations(records))
    assert share(*shuffled, areas=areas) == share(*records, areas=areas)
