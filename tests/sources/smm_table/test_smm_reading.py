"""A whole daily table: observations, two sources, coverage, outages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

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


def test_a_tape_of_equal_rows_has_distinct_keys_and_the_same_ones_again(tmp_path: Path):
    first = [o.key for o in _only(_read(tmp_path, ROWS[0], ROWS[0]), Observation)]
    assert len(set(first)) == 2
    assert first == [o.key for o in _only(_read(tmp_path, ROWS[0], ROWS[0]), Observation)]


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
