"""When positions of a daily table watched: outages of cameras, told in words, and what they leave of an area."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from smm_rows import CAMERA, HEADER, ROWS, only, read

from truceline.model import (
    Coverage,
    CoverageState,
    Observation,
    Rejected,
)
from truceline.sources.smm_table.coverage import OUTAGE_WITHOUT_HOURS
from truceline.sources.smm_table.settings import KYIV


def test_positions_that_reported_watched_and_patrols_only_for_a_part(tmp_path: Path, places: Path):
    states = {(c.source, c.area): c.state for c in only(read(tmp_path, *ROWS, mapping=places), Coverage)}
    assert states == {
        ("smm-cameras", CAMERA): CoverageState.WATCHING,
        ("smm-patrols", "north area"): CoverageState.DEGRADED,
    }


def test_an_outage_is_blind_and_taken_out_of_the_watch(tmp_path: Path):
    outage = f'{CAMERA} was not operational,,,,,,,"20 Sep, 01:00-03:00"'
    found = only(read(tmp_path, ROWS[0], outage), Coverage)
    assert [(c.state, c.time.duration_s / 3600) for c in found] == [
        (CoverageState.BLIND, 2),
        (CoverageState.WATCHING, 5.5),
        (CoverageState.WATCHING, 16.5),
    ]


def test_a_bare_line_about_an_outage_is_the_whole_period(tmp_path: Path):
    (found,) = read(tmp_path, "SMM camera in Whitewater was not operational due to 2 days of fog.")
    assert (found.area, found.state, found.time.duration_s) == ("SMM camera in Whitewater", CoverageState.BLIND, 86_400)


def test_an_outage_since_a_day_runs_to_the_end_of_the_period(tmp_path: Path):
    (found,) = read(tmp_path, "SMM camera in Whitewater was not operational since 15 September")
    assert found.time.duration_s == pytest.approx((5 * 24 + 19.5) * 3600)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Undetermined,N/K", "resident said there was no power since shelling,N/K"),
        ("Undetermined,N/K", "heard before the camera was not operational,N/K"),
        ("2-5km SE", "2-5km SE"),  # as it stands
    ],
)
def test_a_row_that_says_what_was_observed_is_an_observation_whatever_else_it_tells(tmp_path: Path, old: str, new: str):
    records = read(tmp_path, ROWS[1].replace(old, new))
    (observation,) = only(records, Observation)
    (coverage,) = only(records, Coverage)
    assert observation.source == coverage.source == "smm-patrols"
    assert coverage.state is CoverageState.DEGRADED
    assert "patrol reported" in coverage.reason
    assert not only(records, Rejected)


def test_a_camera_whose_observation_speaks_of_an_outage_is_not_held_to_have_watched_undisturbed(tmp_path: Path):
    said = ROWS[0] + ",recorded before the camera was not operational"
    observation, coverage = read(tmp_path, said, header=HEADER + ",Context")
    assert isinstance(observation, Observation)
    assert "not operational" in observation.words
    assert (coverage.state, coverage.reason) == (CoverageState.DEGRADED, OUTAGE_WITHOUT_HOURS)


@pytest.mark.parametrize(
    "row",
    [
        f"{CAMERA},,,,Not operational,,,",
        f"{CAMERA},N/K,Recorded,,Camera was not operational,,,",
        f"{CAMERA},,,,,no power,,",
        f"{CAMERA} (not operational),,,,,,,",
        "The red mill,,,,SMM camera was not operational,,,",
        ",,,,SMM camera at the red mill was not operational,,,",
    ],
)
def test_an_outage_may_stand_in_any_cell_of_a_row_without_an_observation(tmp_path: Path, row: str):
    (found,) = read(tmp_path, row)
    assert (found.source, found.state, found.time.duration_s) == ("smm-cameras", CoverageState.BLIND, 86_400)
    assert "red mill" in found.area


@pytest.mark.parametrize("position", ["SMM patrol in Greenfield", "Greenfield", ""])
def test_an_outage_of_no_camera_is_rejected(tmp_path: Path, position: str):
    (found,) = read(tmp_path, f"{position},,,,,no power,,")
    assert isinstance(found, Rejected)
    assert "not which camera" in found.reason


@pytest.mark.parametrize(
    "said",
    [
        "was not operational, 20 Sep 04:30",
        "was not operational since 20 Sep 04:30",
        "(not operational from 20 Sep 04:30)",
        "was not operational,,,,,,,20 Sep 04:30",
    ],
)
def test_an_outage_from_a_moment_on_runs_to_the_end_of_the_period(tmp_path: Path, said: str):
    (found,) = read(tmp_path, f"{CAMERA} {said}")
    assert (found.area, found.state, found.time.duration_s) == (CAMERA, CoverageState.BLIND, 15 * 3600)


def test_a_sentence_that_its_commas_parted_is_put_together(tmp_path: Path):
    (found,) = read(tmp_path, "SMM camera at the mill, south side, was not operational, 20 Sep 01:00-03:00")
    assert (found.area, found.time.duration_s) == ("SMM camera at the mill, south side", 2 * 3600)


def test_an_outage_until_a_moment_runs_from_the_start_of_the_period(tmp_path: Path):
    (found,) = read(tmp_path, f"{CAMERA} was not operational until 20 Sep 04:30")
    assert found.time.duration_s == 9 * 3600


def test_the_words_on_an_outage_in_brackets_are_understood(tmp_path: Path):
    (found,) = read(tmp_path, f"{CAMERA} was not operational (since 15 September)")
    assert found.time.duration_s == pytest.approx((5 * 24 + 19.5) * 3600)


def test_an_outage_takes_in_what_the_sentence_and_the_time_cell_say(tmp_path: Path):
    (found,) = read(tmp_path, f"{CAMERA} was not operational since 20 Sep 01:00,,,,,,,20 Sep 04:30")
    assert found.time.duration_s == 18.5 * 3600


@pytest.mark.parametrize("said", ["was not operational, once at 4", "was not operational since 21 Sep 04:30"])
def test_a_camera_whose_outage_cannot_be_dated_is_not_held_to_have_watched(tmp_path: Path, said: str):
    records = read(tmp_path, ROWS[0], f"{CAMERA} {said}")
    (coverage,) = only(records, Coverage)
    assert len(only(records, Rejected)) == 1
    assert (coverage.state, coverage.reason) == (CoverageState.DEGRADED, OUTAGE_WITHOUT_HOURS)


NORTH, SOUTH = "SMM camera at the north post", "SMM camera at the south post"


@pytest.fixture
def two_cameras(tmp_path: Path) -> Path:
    path = tmp_path / "two.csv"
    rows = ("name,lat,lon,radius_m,area", "the north post,48.1,37.9,0,crossing", "the south post,48,37.9,0,crossing")
    path.write_text("\n".join(rows))
    return path


def _spells(records: list[Any]) -> list[tuple[str, float, str]]:
    return [(str(c.state), c.time.duration_s / 3600, c.reason.partition(":")[0]) for c in only(records, Coverage)]


def test_one_broken_camera_dims_its_area_and_two_make_it_blind(tmp_path: Path, two_cameras: Path):
    reports = (ROWS[0].replace(CAMERA, NORTH), ROWS[0].replace(CAMERA, SOUTH))
    hours = ((NORTH, "01:00-05:00"), (SOUTH, "03:00-05:00"))
    outages = (f"{name} was not operational 20 Sep {stated}" for name, stated in hours)
    records = read(tmp_path, *reports, *outages, mapping=two_cameras)
    assert _spells(records) == [
        ("degraded", 2, "1 of 2 cameras out"),
        ("blind", 2, "not operational"),
        ("watching", 5.5, "reported in this period"),
        ("watching", 14.5, "reported in this period"),
    ]
    assert {c.area for c in only(records, Coverage)} == {"crossing"}


def test_where_one_camera_was_out_and_the_other_did_not_report_nobody_can_say(tmp_path: Path, two_cameras: Path):
    rows = (f"{NORTH} was not operational", f"{SOUTH} was not operational 20 Sep 03:30-05:30")
    assert _spells(read(tmp_path, *rows, mapping=two_cameras)) == [
        ("unknown", 8, "1 of 2 cameras out; nothing is said of the others"),
        ("blind", 2, "not operational"),
        ("unknown", 14, "1 of 2 cameras out; nothing is said of the others"),
    ]


def test_one_camera_under_two_introductions_is_one(tmp_path: Path, two_cameras: Path):
    rows = (ROWS[0].replace(CAMERA, NORTH), "Camera in the north post was not operational")
    assert _spells(read(tmp_path, *rows, mapping=two_cameras)) == [("blind", 24, "not operational")]


_OUT = st.lists(st.tuples(st.sampled_from((NORTH, SOUTH)), st.integers(0, 18), st.integers(1, 59)), max_size=5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_OUT, st.sets(st.sampled_from((NORTH, SOUTH))))
def test_law_spells_never_overlap_and_an_area_is_blind_only_while_all_its_cameras_are_out(
    tmp_path: Path, two_cameras: Path, outages: list[tuple[str, int, int]], reported: set[str]
):
    rows = [ROWS[0].replace(CAMERA, name) for name in sorted(reported)]
    rows += [f"{name} was not operational 20 Sep {hour:02}:00-{hour:02}:{minute:02}" for name, hour, minute in outages]
    spells = sorted(only(read(tmp_path, *rows, mapping=two_cameras), Coverage), key=lambda c: c.time.start)
    assert all(one.time.end <= other.time.start for one, other in itertools.pairwise(spells))
    known = reported | {name for name, _, _ in outages}
    for spell in spells:
        middle = (spell.time.start + spell.time.duration_s / 2 * timedelta(seconds=1)).astimezone(KYIV)
        out = {name for name, hour, minute in outages if middle.hour == hour and middle.minute < minute}
        assert (spell.state is CoverageState.BLIND) == (out == known)
        assert (spell.state is CoverageState.WATCHING) == (not out and bool(reported))
