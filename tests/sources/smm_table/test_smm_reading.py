"""A whole daily table: observations, two sources, coverage, outages."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from truceline.model import (
    AreaPlace,
    Coverage,
    CoverageState,
    Flag,
    Means,
    MissingColumn,
    Observation,
    Phenomenon,
    Rejected,
    SectorPlace,
    Stratum,
    ValueFault,
    Weapon,
)
from truceline.sources import ReadOptions, SourceFile, source_format
from truceline.sources.smm_table.coverage import OUTAGE_WITHOUT_HOURS
from truceline.sources.smm_table.settings import KYIV

HEADER = 'SMM position,Event location,Means,No.,Observation,Description,Weapon,"Date, time"'
CAMERA = "SMM camera at the red mill"
ROWS = (
    f"{CAMERA},0.6-4km S and SSW,Recorded,about 40,Projectile,In flight from W to E,N/K,19-Sep 20:15",
    '2 km N of Greenfield,2-5km SE,Heard,N/K,Undetermined explosion,Undetermined,N/K,"20 Sep, 04:30-05:10"',
    "Greenfield,N/K,Saw and heard,3,Bursts,Live-fire exercise in the disengagement area,Small arms,during the day",
)
SET = (("report_date", "2021-09-21"),)


@pytest.fixture
def places(tmp_path: Path) -> Path:
    path = tmp_path / "places.csv"
    path.write_text("name,lat,lon,radius_m,area\nGreenfield,48.1,37.9,300,north area\nthe red mill,48.0,37.8,0,\n")
    return path


def _read(tmp_path: Path, *rows: str, header: str = HEADER, mapping: Path | None = None) -> list[Any]:
    path = tmp_path / "day.csv"
    path.write_text("\n".join((header, *rows)) + "\n")
    return list(source_format("smm-table").read(SourceFile(path, "0" * 64), ReadOptions(mapping=mapping, settings=SET)))


def _only(records: list[Any], kind: type) -> list[Any]:
    return [record for record in records if isinstance(record, kind)]


def test_calibre_and_name_are_carried_and_what_does_not_fit_is_flagged(tmp_path: Path):
    named, torn = (ROWS[0].replace(",N/K,", f",{words},") for words in ("MLRS (BM-21 Grad)", "howitzer (152mm D-30)"))
    first, second = _only(_read(tmp_path, named, torn), Observation)
    assert (first.weapon, first.calibre_mm, first.weapon_name) == (Weapon.MLRS, 122.0, "BM-21")
    assert Flag.WEAPON_CONFLICT not in first.flags
    assert (second.weapon, second.calibre_mm, second.weapon_name) == (Weapon.ARTILLERY, None, "")
    assert Flag.WEAPON_CONFLICT in second.flags
    assert "152mm D-30" in second.words


def test_words_for_a_weapon_change_no_natural_key(tmp_path: Path):
    plain, armed = (
        _only(_read(tmp_path, row), Observation)[0] for row in (ROWS[0], ROWS[0].replace(",N/K,", ",D-30,"))
    )
    assert plain.key == armed.key


def test_rows_become_observations_of_cameras_and_patrols(tmp_path: Path, places: Path):
    camera, patrol, exercise = _only(_read(tmp_path, *ROWS, mapping=places), Observation)
    assert (camera.source, camera.means, camera.phenomenon) == ("smm-cameras", Means.RECORDED, Phenomenon.PROJECTILE)
    assert camera.place.key == "sector:48.000000,37.800000,168.75-213.75,600-4000"
    assert (camera.direction, camera.weapon, camera.count.best) == ("W to E", None, 40)
    assert (patrol.source, patrol.phenomenon, patrol.count.best) == ("smm-patrols", Phenomenon.EXPLOSION, None)
    assert isinstance(patrol.place, SectorPlace)
    assert patrol.place.lat == pytest.approx(48.118, abs=0.001)
    assert patrol.place.near_m < 2000
    assert patrol.place.far_m > 5000
    assert Flag.LIVE_FIRE_EXERCISE in exercise.flags
    assert Flag.FOOTPRINT_ASSUMED in exercise.flags
    assert exercise.weapon == Weapon.SMALL_ARMS
    assert "disengagement area" in exercise.words


def test_without_a_gazetteer_places_are_words_and_nothing_is_lost(tmp_path: Path):
    records = _read(tmp_path, *ROWS)
    assert [type(o.place) for o in _only(records, Observation)] == [AreaPlace] * 3
    assert _only(records, Observation)[0].place.label == f"{CAMERA} / 0.6-4km S and SSW"
    assert not _only(records, Rejected)


def test_the_words_of_a_post_are_marked_as_not_to_be_told(tmp_path: Path, places: Path):
    assert [o.place.public_name for o in _only(_read(tmp_path, *ROWS), Observation)] == [""] * 3
    (known,) = _only(_read(tmp_path, "Greenfield,in town,Saw,1,Shot,,N/K,20:15", mapping=places), Observation)
    assert known.place.public_name == "north area"


def test_an_event_seen_from_a_named_place_is_put_there(tmp_path: Path, places: Path):
    (found,) = _only(
        _read(tmp_path, f"{CAMERA},1-2km N of Greenfield,Saw,1,Shot,,N/K,20:15", mapping=places), Observation
    )
    assert isinstance(found.place, SectorPlace)
    assert found.place.lat == 48.1


def test_positions_that_reported_watched_and_patrols_only_for_a_part(tmp_path: Path, places: Path):
    states = {(c.source, c.area): c.state for c in _only(_read(tmp_path, *ROWS, mapping=places), Coverage)}
    assert states == {
        ("smm-cameras", CAMERA): CoverageState.WATCHING,
        ("smm-patrols", "north area"): CoverageState.DEGRADED,
    }


def test_an_outage_is_blind_and_taken_out_of_the_watch(tmp_path: Path):
    outage = f'{CAMERA} was not operational,,,,,,,"20 Sep, 01:00-03:00"'
    found = _only(_read(tmp_path, ROWS[0], outage), Coverage)
    assert [(c.state, c.time.duration_s / 3600) for c in found] == [
        (CoverageState.BLIND, 2),
        (CoverageState.WATCHING, 5.5),
        (CoverageState.WATCHING, 16.5),
    ]


def test_a_bare_line_about_an_outage_is_the_whole_period(tmp_path: Path):
    (found,) = _read(tmp_path, "SMM camera in Whitewater was not operational due to 2 days of fog.")
    assert (found.area, found.state, found.time.duration_s) == ("SMM camera in Whitewater", CoverageState.BLIND, 86_400)


def test_an_outage_since_a_day_runs_to_the_end_of_the_period(tmp_path: Path):
    (found,) = _read(tmp_path, "SMM camera in Whitewater was not operational since 15 September")
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
    records = _read(tmp_path, ROWS[1].replace(old, new))
    (observation,) = _only(records, Observation)
    (coverage,) = _only(records, Coverage)
    assert observation.source == coverage.source == "smm-patrols"
    assert coverage.state is CoverageState.DEGRADED
    assert "patrol reported" in coverage.reason
    assert not _only(records, Rejected)


def test_a_camera_whose_observation_speaks_of_an_outage_is_not_held_to_have_watched_undisturbed(tmp_path: Path):
    said = ROWS[0] + ",recorded before the camera was not operational"
    observation, coverage = _read(tmp_path, said, header=HEADER + ",Context")
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
    (found,) = _read(tmp_path, row)
    assert (found.source, found.state, found.time.duration_s) == ("smm-cameras", CoverageState.BLIND, 86_400)
    assert "red mill" in found.area


@pytest.mark.parametrize("position", ["SMM patrol in Greenfield", "Greenfield", ""])
def test_an_outage_of_no_camera_is_rejected(tmp_path: Path, position: str):
    (found,) = _read(tmp_path, f"{position},,,,,no power,,")
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
    (found,) = _read(tmp_path, f"{CAMERA} {said}")
    assert (found.area, found.state, found.time.duration_s) == (CAMERA, CoverageState.BLIND, 15 * 3600)


def test_a_sentence_that_its_commas_parted_is_put_together(tmp_path: Path):
    (found,) = _read(tmp_path, "SMM camera at the mill, south side, was not operational, 20 Sep 01:00-03:00")
    assert (found.area, found.time.duration_s) == ("SMM camera at the mill, south side", 2 * 3600)


def test_an_outage_until_a_moment_runs_from_the_start_of_the_period(tmp_path: Path):
    (found,) = _read(tmp_path, f"{CAMERA} was not operational until 20 Sep 04:30")
    assert found.time.duration_s == 9 * 3600


def test_the_words_on_an_outage_in_brackets_are_understood(tmp_path: Path):
    (found,) = _read(tmp_path, f"{CAMERA} was not operational (since 15 September)")
    assert found.time.duration_s == pytest.approx((5 * 24 + 19.5) * 3600)


def test_an_outage_takes_in_what_the_sentence_and_the_time_cell_say(tmp_path: Path):
    (found,) = _read(tmp_path, f"{CAMERA} was not operational since 20 Sep 01:00,,,,,,,20 Sep 04:30")
    assert found.time.duration_s == 18.5 * 3600


@pytest.mark.parametrize("said", ["was not operational, once at 4", "was not operational since 21 Sep 04:30"])
def test_a_camera_whose_outage_cannot_be_dated_is_not_held_to_have_watched(tmp_path: Path, said: str):
    records = _read(tmp_path, ROWS[0], f"{CAMERA} {said}")
    (coverage,) = _only(records, Coverage)
    assert len(_only(records, Rejected)) == 1
    assert (coverage.state, coverage.reason) == (CoverageState.DEGRADED, OUTAGE_WITHOUT_HOURS)


NORTH, SOUTH = "SMM camera at the north post", "SMM camera at the south post"


@pytest.fixture
def two_cameras(tmp_path: Path) -> Path:
    path = tmp_path / "two.csv"
    rows = ("name,lat,lon,radius_m,area", "the north post,48.1,37.9,0,crossing", "the south post,48,37.9,0,crossing")
    path.write_text("\n".join(rows))
    return path


def _spells(records: list[Any]) -> list[tuple[str, float, str]]:
    return [(str(c.state), c.time.duration_s / 3600, c.reason.partition(":")[0]) for c in _only(records, Coverage)]


def test_one_broken_camera_dims_its_area_and_two_make_it_blind(tmp_path: Path, two_cameras: Path):
    reports = (ROWS[0].replace(CAMERA, NORTH), ROWS[0].replace(CAMERA, SOUTH))
    hours = ((NORTH, "01:00-05:00"), (SOUTH, "03:00-05:00"))
    outages = (f"{name} was not operational 20 Sep {stated}" for name, stated in hours)
    records = _read(tmp_path, *reports, *outages, mapping=two_cameras)
    assert _spells(records) == [
        ("degraded", 2, "1 of 2 cameras out"),
        ("blind", 2, "not operational"),
        ("watching", 5.5, "reported in this period"),
        ("watching", 14.5, "reported in this period"),
    ]
    assert {c.area for c in _only(records, Coverage)} == {"crossing"}


def test_where_one_camera_was_out_and_the_other_did_not_report_nobody_can_say(tmp_path: Path, two_cameras: Path):
    rows = (f"{NORTH} was not operational", f"{SOUTH} was not operational 20 Sep 03:30-05:30")
    assert _spells(_read(tmp_path, *rows, mapping=two_cameras)) == [
        ("unknown", 8, "1 of 2 cameras out; nothing is said of the others"),
        ("blind", 2, "not operational"),
        ("unknown", 14, "1 of 2 cameras out; nothing is said of the others"),
    ]


def test_one_camera_under_two_introductions_is_one(tmp_path: Path, two_cameras: Path):
    rows = (ROWS[0].replace(CAMERA, NORTH), "Camera in the north post was not operational")
    assert _spells(_read(tmp_path, *rows, mapping=two_cameras)) == [("blind", 24, "not operational")]


_OUT = st.lists(st.tuples(st.sampled_from((NORTH, SOUTH)), st.integers(0, 18), st.integers(1, 59)), max_size=5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_OUT, st.sets(st.sampled_from((NORTH, SOUTH))))
def test_law_spells_never_overlap_and_an_area_is_blind_only_while_all_its_cameras_are_out(
    tmp_path: Path, two_cameras: Path, outages: list[tuple[str, int, int]], reported: set[str]
):
    rows = [ROWS[0].replace(CAMERA, name) for name in sorted(reported)]
    rows += [f"{name} was not operational 20 Sep {hour:02}:00-{hour:02}:{minute:02}" for name, hour, minute in outages]
    spells = sorted(_only(_read(tmp_path, *rows, mapping=two_cameras), Coverage), key=lambda c: c.time.start)
    assert all(one.time.end <= other.time.start for one, other in itertools.pairwise(spells))
    known = reported | {name for name, _, _ in outages}
    for spell in spells:
        middle = (spell.time.start + spell.time.duration_s / 2 * timedelta(seconds=1)).astimezone(KYIV)
        out = {name for name, hour, minute in outages if middle.hour == hour and middle.minute < minute}
        assert (spell.state is CoverageState.BLIND) == (out == known)
        assert (spell.state is CoverageState.WATCHING) == (not out and bool(reported))


def test_a_tape_of_equal_rows_has_distinct_keys_and_the_same_ones_again(tmp_path: Path):
    first = [o.key for o in _only(_read(tmp_path, ROWS[0], ROWS[0]), Observation)]
    assert len(set(first)) == 2
    assert first == [o.key for o in _only(_read(tmp_path, ROWS[0], ROWS[0]), Observation)]


@pytest.mark.parametrize(
    ("old", "new"),
    [("about 40", "7"), ("In flight from W to E", "impact"), ("N/K", "82mm mortar"), ("Projectile", "Projectile ")],
)
def test_a_corrected_row_keeps_its_key(tmp_path: Path, old: str, new: str):
    (before, after) = (_only(_read(tmp_path, row), Observation)[0] for row in (ROWS[0], ROWS[0].replace(old, new)))
    assert before.key == after.key


def test_the_key_does_not_hang_on_the_order_or_the_number_of_columns(tmp_path: Path):
    (before,) = _only(_read(tmp_path, ROWS[0]), Observation)
    header = '"Date, time",Remarks,Event location,Means,Number,Observation,Description,Weapon,Position'
    row = f"19-Sep 20:15,seen twice,0.6-4km S and SSW,Recorded,about 40,Projectile,In flight from W to E,N/K,{CAMERA}"
    (after,) = _only(_read(tmp_path, row, header=header), Observation)
    assert before.key == after.key


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (CAMERA, "Greenfield"),
        ("0.6-4km", "0.7-4km"),
        ("Recorded", "Saw"),
        ("Projectile", "Explosion"),
        ("20:15", "20:16"),
    ],
)
def test_another_thing_seen_has_another_key(tmp_path: Path, old: str, new: str):
    keys = {o.key for o in _only(_read(tmp_path, ROWS[0], ROWS[0].replace(old, new)), Observation)}
    assert len(keys) == 2
    assert not any("-2" in key for key in keys)


def test_rows_alike_but_for_their_number_are_two_things_in_the_order_of_the_file(tmp_path: Path):
    other = ROWS[0].replace("about 40", "3")
    first, second = _only(_read(tmp_path, ROWS[0], other), Observation)
    assert (second.key, second.count.best) == (f"{first.key}-2", 3)


def test_a_row_whose_number_cannot_be_read_keeps_its_turn(tmp_path: Path):
    bad = ROWS[0].replace("about 40", "dozens")
    (second,) = _only(_read(tmp_path, bad, ROWS[0]), Observation)
    assert second.key.endswith("-2")


DATED = "SMM position,Event location,Means,No.,Observation,Description,Weapon,Date,Time"


@pytest.mark.parametrize(
    ("day", "hour", "start", "length_h"),
    [
        ("14/09/2021", "05:30", "09-14 05:30", 0),
        ("2021-09-14", "05:30:00", "09-14 05:30", 0),
        ("2021-09-14 00:00:00", "05:30", "09-14 05:30", 0),
        ("14-Sep", "evening", "09-14 18:00", 4),
        ("14 Sep 2021", "", "09-14 00:00", 24),
        ("14 Sep 2021", "N/K", "09-14 00:00", 24),
        ("", "05:30", "09-20 05:30", 0),
        ("", "", "09-19 19:30", 24),
    ],
)
def test_a_column_for_the_day_is_joined_with_the_one_for_the_hour(
    tmp_path: Path, day: str, hour: str, start: str, length_h: float
):
    found = _read(tmp_path, f"{CAMERA},S,Recorded,1,Explosion,,N/K,{day},{hour}", header=DATED)[0]
    assert (f"{found.time.start.astimezone(KYIV):%m-%d %H:%M}", found.time.duration_s / 3600) == (start, length_h)


def test_a_day_that_stands_in_both_columns_is_not_guessed(tmp_path: Path):
    found = _read(tmp_path, f"{CAMERA},S,Recorded,1,Explosion,,N/K,14/09/2021,20 Sep 05:30", header=DATED)[0]
    assert isinstance(found, Rejected)


def test_a_column_for_the_day_is_enough(tmp_path: Path):
    found = _read(tmp_path, f"{CAMERA},S,Recorded,1,Explosion,,N/K,14/09/2021", header=DATED.removesuffix(",Time"))[0]
    assert found.time.duration_s == 86_400


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (HEADER.replace("No.", "No,No."), ("'No.'", "'No'")),
        (HEADER.replace("No.", "No.,No."), ("'No.'", "'No.', 'No.'")),
        (HEADER.replace("Means", "Means,Observed by"), ("'Means'", "'Observed by'")),
        (HEADER + ",Date", ("'Date'", "'Date, time'")),
    ],
)
def test_columns_that_claim_to_hold_the_same_are_refused(tmp_path: Path, header: str, names: tuple[str, ...]):
    with pytest.raises(MissingColumn, match="stands more than once") as caught:
        _read(tmp_path, header=header)
    assert all(name in caught.value.what for name in names)


def test_remarks_in_columns_of_one_name_are_all_kept(tmp_path: Path):
    found = _read(tmp_path, ROWS[0] + ",one,two", header=HEADER + ",Remarks,Remarks")[0]
    assert found.words.endswith("one | two")


def test_a_row_of_a_day_after_the_report_is_rejected(tmp_path: Path):
    later, endless = (ROWS[0].replace("19-Sep", day) for day in ("20 Sep 2031", "31.12.9999"))
    records = _read(tmp_path, later, endless, ROWS[1])
    assert ["2031" in r.reason or "9999" in r.reason for r in _only(records, Rejected)] == [True, True]
    assert len(_only(records, Observation)) == 1


def test_a_workbook_reads_like_the_text(tmp_path: Path):
    book = openpyxl.Workbook()
    for row in (
        ["SMM position", "Event location", "Means", "No.", "Observation", "Description", "Weapon", "Time"],
        [CAMERA, "2-5km SE", "Recorded", 12, "Explosion", "Impact", "N/K", "20/09/2021 05:13"],
    ):
        book.active.append(row)
    path = tmp_path / "day.xlsx"
    book.save(path)
    (found, _) = source_format("smm-table").read(SourceFile(path, "0" * 64), ReadOptions(settings=SET))
    assert (found.count.best, found.evidence.line, found.words.count("|")) == (12, 2, 7)


def test_header_variants_and_tabs(tmp_path: Path):
    header = "Position\tLocation\tMeans\tNumber\tObserved\tDetails\tWeapon type\tDate/time"
    found = _read(tmp_path, "Greenfield\t2km S\tSaw\t1\tflare\t\tN/K\t19-Sep 20:15", header=header)
    assert found[0].phenomenon == Phenomenon.FLARE


def test_a_renamed_column_names_the_nearest(tmp_path: Path):
    with pytest.raises(MissingColumn, match="the nearest present is 'Event place'"):
        _read(tmp_path, header=HEADER.replace("Event location", "Event place"))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("about 40", "dozens", "dozens"),
        ("about 40", "-4", "-4"),
        ("Recorded", "Smelt", "Smelt"),
        ("Projectile", "Comet", "Comet"),
        ("19-Sep 20:15", "once", "once"),
        ("0.6-4km", "4-0.6km", "farther"),
        (CAMERA, "", "no SMM position"),
        ("N/K", "N/K,extra", "9 values"),
        (",N/K,", ",", "7 values"),
    ],
)
def test_a_bad_row_is_rejected_with_its_line_and_reason(tmp_path: Path, old: str, new: str, reason: str):
    records = _read(tmp_path, ROWS[0].replace(old, new), ROWS[1])
    (bad,) = _only(records, Rejected)
    assert bad.line == 2
    assert reason in bad.reason
    assert len(_only(records, Observation)) == 1


def test_a_gazetteer_with_swapped_coordinates_is_refused(tmp_path: Path, places: Path):
    places.write_text("name,lat,lon,radius_m\nGreenfield,137.9,48.1,300\n")
    with pytest.raises(ValueFault) as caught:
        _read(tmp_path, *ROWS, mapping=places)
    assert "swapped" in caught.value.do
    assert "line 2" in caught.value.where


def test_two_sources_two_strata(tmp_path: Path):
    found = source_format("smm-table").sources(SourceFile(tmp_path, ""), ReadOptions(settings=SET))
    assert [(s.id, s.stratum) for s in found] == [
        ("smm-cameras", Stratum.OPTICAL),
        ("smm-patrols", Stratum.PATROL),
    ]
