"""A whole daily table: observations, two sources, coverage, outages."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from smm_rows import CAMERA, HEADER, ROWS, SET, only, read

from truceline.model import (
    AreaPlace,
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
from truceline.sources.smm_table.settings import KYIV


def test_calibre_and_name_are_carried_and_what_does_not_fit_is_flagged(tmp_path: Path):
    named, torn = (ROWS[0].replace(",N/K,", f",{words},") for words in ("MLRS (BM-21 Grad)", "howitzer (152mm D-30)"))
    first, second = only(read(tmp_path, named, torn), Observation)
    assert (first.weapon, first.calibre_mm, first.weapon_name) == (Weapon.MLRS, 122.0, "BM-21")
    assert Flag.WEAPON_CONFLICT not in first.flags
    assert (second.weapon, second.calibre_mm, second.weapon_name) == (Weapon.ARTILLERY, None, "")
    assert Flag.WEAPON_CONFLICT in second.flags
    assert "152mm D-30" in second.words


def test_words_for_a_weapon_change_no_natural_key(tmp_path: Path):
    plain, armed = (only(read(tmp_path, row), Observation)[0] for row in (ROWS[0], ROWS[0].replace(",N/K,", ",D-30,")))
    assert plain.key == armed.key


def test_rows_become_observations_of_cameras_and_patrols(tmp_path: Path, places: Path):
    camera, patrol, exercise = only(read(tmp_path, *ROWS, mapping=places), Observation)
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
    records = read(tmp_path, *ROWS)
    assert [type(o.place) for o in only(records, Observation)] == [AreaPlace] * 3
    assert only(records, Observation)[0].place.label == f"{CAMERA} / 0.6-4km S and SSW"
    assert not only(records, Rejected)


def test_the_words_of_a_post_are_marked_as_not_to_be_told(tmp_path: Path, places: Path):
    assert [o.place.public_name for o in only(read(tmp_path, *ROWS), Observation)] == [""] * 3
    (known,) = only(read(tmp_path, "Greenfield,in town,Saw,1,Shot,,N/K,20:15", mapping=places), Observation)
    assert known.place.public_name == "north area"


def test_an_event_seen_from_a_named_place_is_put_there(tmp_path: Path, places: Path):
    (found,) = only(
        read(tmp_path, f"{CAMERA},1-2km N of Greenfield,Saw,1,Shot,,N/K,20:15", mapping=places), Observation
    )
    assert isinstance(found.place, SectorPlace)
    assert found.place.lat == 48.1


def test_a_tape_of_equal_rows_has_distinct_keys_and_the_same_ones_again(tmp_path: Path):
    first = [o.key for o in only(read(tmp_path, ROWS[0], ROWS[0]), Observation)]
    assert len(set(first)) == 2
    assert first == [o.key for o in only(read(tmp_path, ROWS[0], ROWS[0]), Observation)]


@pytest.mark.parametrize(
    ("old", "new"),
    [("about 40", "7"), ("In flight from W to E", "impact"), ("N/K", "82mm mortar"), ("Projectile", "Projectile ")],
)
def test_a_corrected_row_keeps_its_key(tmp_path: Path, old: str, new: str):
    (before, after) = (only(read(tmp_path, row), Observation)[0] for row in (ROWS[0], ROWS[0].replace(old, new)))
    assert before.key == after.key


def test_the_key_does_not_hang_on_the_order_or_the_number_of_columns(tmp_path: Path):
    (before,) = only(read(tmp_path, ROWS[0]), Observation)
    header = '"Date, time",Remarks,Event location,Means,Number,Observation,Description,Weapon,Position'
    row = f"19-Sep 20:15,seen twice,0.6-4km S and SSW,Recorded,about 40,Projectile,In flight from W to E,N/K,{CAMERA}"
    (after,) = only(read(tmp_path, row, header=header), Observation)
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
    keys = {o.key for o in only(read(tmp_path, ROWS[0], ROWS[0].replace(old, new)), Observation)}
    assert len(keys) == 2
    assert not any("-2" in key for key in keys)


def test_rows_alike_but_for_their_number_are_two_things_in_the_order_of_the_file(tmp_path: Path):
    other = ROWS[0].replace("about 40", "3")
    first, second = only(read(tmp_path, ROWS[0], other), Observation)
    assert (second.key, second.count.best) == (f"{first.key}-2", 3)


def test_a_row_whose_number_cannot_be_read_keeps_its_turn(tmp_path: Path):
    bad = ROWS[0].replace("about 40", "dozens")
    (second,) = only(read(tmp_path, bad, ROWS[0]), Observation)
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
    found = read(tmp_path, f"{CAMERA},S,Recorded,1,Explosion,,N/K,{day},{hour}", header=DATED)[0]
    assert (f"{found.time.start.astimezone(KYIV):%m-%d %H:%M}", found.time.duration_s / 3600) == (start, length_h)


def test_a_day_that_stands_in_both_columns_is_not_guessed(tmp_path: Path):
    found = read(tmp_path, f"{CAMERA},S,Recorded,1,Explosion,,N/K,14/09/2021,20 Sep 05:30", header=DATED)[0]
    assert isinstance(found, Rejected)


def test_a_column_for_the_day_is_enough(tmp_path: Path):
    found = read(tmp_path, f"{CAMERA},S,Recorded,1,Explosion,,N/K,14/09/2021", header=DATED.removesuffix(",Time"))[0]
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
        read(tmp_path, header=header)
    assert all(name in caught.value.what for name in names)


def test_remarks_in_columns_of_one_name_are_all_kept(tmp_path: Path):
    found = read(tmp_path, ROWS[0] + ",one,two", header=HEADER + ",Remarks,Remarks")[0]
    assert found.words.endswith("one | two")


def test_a_row_of_a_day_after_the_report_is_rejected(tmp_path: Path):
    later, endless = (ROWS[0].replace("19-Sep", day) for day in ("20 Sep 2031", "31.12.9999"))
    records = read(tmp_path, later, endless, ROWS[1])
    assert ["2031" in r.reason or "9999" in r.reason for r in only(records, Rejected)] == [True, True]
    assert len(only(records, Observation)) == 1


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
    found = read(tmp_path, "Greenfield\t2km S\tSaw\t1\tflare\t\tN/K\t19-Sep 20:15", header=header)
    assert found[0].phenomenon == Phenomenon.FLARE


def test_a_renamed_column_names_the_nearest(tmp_path: Path):
    with pytest.raises(MissingColumn, match="the nearest present is 'Event place'"):
        read(tmp_path, header=HEADER.replace("Event location", "Event place"))


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
    records = read(tmp_path, ROWS[0].replace(old, new), ROWS[1])
    (bad,) = only(records, Rejected)
    assert bad.line == 2
    assert reason in bad.reason
    assert len(only(records, Observation)) == 1


def test_a_gazetteer_with_swapped_coordinates_is_refused(tmp_path: Path, places: Path):
    places.write_text("name,lat,lon,radius_m\nGreenfield,137.9,48.1,300\n")
    with pytest.raises(ValueFault) as caught:
        read(tmp_path, *ROWS, mapping=places)
    assert "swapped" in caught.value.do
    assert "line 2" in caught.value.where


def test_two_sources_two_strata(tmp_path: Path):
    found = source_format("smm-table").sources(SourceFile(tmp_path, ""), ReadOptions(settings=SET))
    assert [(s.id, s.stratum) for s in found] == [
        ("smm-cameras", Stratum.OPTICAL),
        ("smm-patrols", Stratum.PATROL),
    ]
