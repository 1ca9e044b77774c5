"""``mission.toml`` read strictly: what is not understood is refused, naming what was meant."""

from __future__ import annotations

import re
from pathlib import Path

import mission_samples as samples
import pytest

from truceline.mission.settings import read_settings
from truceline.model import AgreementFault, MissionNewer, NotAMission


def _read(tmp_path: Path, text: str):  # noqa: ANN202 - Settings
    path = tmp_path / "mission.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path)


def test_settings_in_order_are_read(tmp_path: Path):
    settings = _read(tmp_path, samples.SETTINGS)
    assert (settings.id, settings.time_zone) == ("made-up", "Europe/Kyiv")
    assert settings.areas == ("Left bank", "Right bank")
    assert settings.actors == (("Northerners", "party-north"), ("Southerners", "party-south"))
    assert (settings.series.before, settings.series.after, settings.swap_parties) == (2, 2, False)


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ('time_zon = "UTC"\n', "time_zone"),
        ("swap_party = true\n", "swap_parties"),
        ("[serie]\nbin = 'day'\n", "series"),
        ("[fusion]\npartner_gap = 3\n", "partner_gap_s"),
        ("[reference]\nshift_days = [1]\n", "shifts_days"),
        ('[[feed]]\nformats = "x"\n', "format"),
    ],
)
def test_an_unknown_key_is_refused_naming_the_nearest(tmp_path: Path, wrong: str, near: str):
    with pytest.raises(AgreementFault, match="unknown key") as refused:
        _read(tmp_path, wrong + samples.SETTINGS if "[" not in wrong else samples.SETTINGS + wrong)
    assert near in refused.value.do
    lines = (tmp_path / "mission.toml").read_text(encoding="utf-8").splitlines()
    key = refused.value.what.split("'")[1]
    line = next(number for number, words in enumerate(lines, 1) if re.match(rf"\[*{key}\b", words))
    assert refused.value.where == f"{tmp_path / 'mission.toml'} line {line}"


def test_an_unknown_key_of_a_section_names_the_section(tmp_path: Path):
    with pytest.raises(AgreementFault, match=r"unknown key 'bins' in \[series\]"):
        _read(tmp_path, samples.SETTINGS.replace("bin =", "bins ="))


@pytest.mark.parametrize(
    ("there", "instead", "said"),
    [
        ('"Europe/Kyiv"', '"Europe/Kiew"', "unknown time zone"),
        ('"Europe/Kyiv"', "3", "cannot be used"),
        ("2031-05-31T00:00:00+00:00", "2031-05-31T00:00:00", "without a zone"),
        ("2031-05-31T00:00:00+00:00", "soon", "not a time"),
        ('["Left bank", "Right bank"]', '"Left bank"', "areas is a list of texts"),
        ('["Left bank", "Right bank"]', "[1, 2]", "areas is a list of texts"),
        ('["Left bank", "Right bank"]', '["Left bank / north"]', "named as a part of another"),
        ('bin = "day"', 'bin = "month"', "day or week"),
        ("before = 2", "before = -2", "0 or more"),
        ("before = 2", 'before = "many"', "cannot be used"),
        ('name = "made-up"', 'name = "made-up"\nswap_parties = "false"', "swap_parties is true or false"),
        ('name = "made-up"', 'name = "made-up"\ntitle = "A truce"', "title is a table"),
        ('name = "made-up"', 'name = "made-up"\ngeometry = "oblasts.geojson"', "geometry is a list"),
        ('name = "made-up"', 'name = "made-up"\nfusion = 3', "fusion is no table"),
        ('name = "made-up"', 'name = "made-up"\nfeed = 3', "feed is no table"),
        ('name = "made-up"\n', "", "'name' is missing"),
        ('time_zone = "Europe/Kyiv"\n', "", "'time_zone' is missing"),
        ("[series]", '[fusion]\npartner_gap_s = "long"\n[series]', "number of seconds"),
        ("[series]", "[fusion]\nrepeat_gap_s = -1\n[series]", "number of seconds"),
        ("[series]", "[fusion]\nrepeat_gap_s = inf\n[series]", "from 0 to 86400"),
        ("[series]", "[fusion]\npartner_gap_s = 86400.5\n[series]", "from 0 to 86400"),
        ("[series]", '[[feed]]\nformat = "ua-alarms"\n[series]', "cannot be used"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(tmp_path: Path, there: str, instead: str, said: str):
    assert there in samples.SETTINGS
    with pytest.raises(AgreementFault, match=said):
        _read(tmp_path, samples.SETTINGS.replace(there, instead))


@pytest.mark.parametrize(
    ("there", "instead", "said", "line"),
    [
        ("before = 2", "before = true", "before is a whole number", 9),
        ("after = 2", 'after = "7"', "after is a whole number", 10),
        ("after = 2", "after = 7.5", "after is a whole number", 10),
        ("[series]", "[reference]\nshifts_days = [1.9]\n[series]", "shifts_days is a list of whole numbers", 8),
        ("[series]", "[reference]\nshifts_days = [7, 7]\n[series]", "shifts_days is a list of whole numbers", 8),
        ("[series]", "[reference]\nshifts_days = [0]\n[series]", "shifts_days is a list of whole numbers", 8),
        ("[series]", "[reference]\nshifts_days = 7\n[series]", "shifts_days is a list of whole numbers", 8),
        ('["Left bank", "Right bank"]', '["Left bank", "Left bank", "Right bank"]', "areas names 'Left bank' twice", 5),
        ('["Left bank", "Right bank"]', '"Left bank"', "areas is a list of texts", 5),
        ("2031-05-31T00:00:00+00:00", "soon", "as_of: not a time", 4),
        ('"Europe/Kyiv"', '"Europe/Kiew"', "unknown time zone", 3),
        ("[series]", "bounds = ['22', 44, 41, 53]\n[series]", "bounds is", 7),
        ("[series]", "swap_parties = 1\n[series]", "swap_parties is true or false", 7),
        ("[series]", "[[feed]]\nformat = 3\n[series]", "format of a feed is a text", 8),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_its_line(
    tmp_path: Path, there: str, instead: str, said: str, line: int
):
    with pytest.raises(AgreementFault, match=said) as refused:
        _read(tmp_path, samples.SETTINGS.replace(there, instead))
    assert refused.value.where == f"{tmp_path / 'mission.toml'} line {line}"


@pytest.mark.parametrize("text", ["time_zone = ", "a = 1\na = 2\n", "\x00", "just words"])
def test_what_is_no_toml_is_refused(tmp_path: Path, text: str):
    with pytest.raises(AgreementFault, match="not TOML"):
        _read(tmp_path, text)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path):
    path = tmp_path / "mission.toml"
    path.write_bytes('name = "Київ"'.encode("cp1251"))
    with pytest.raises(AgreementFault, match="not TOML"):
        read_settings(path)


@pytest.mark.parametrize("version", ["2", "99", '"1"', "1.5"])
def test_a_folder_of_a_newer_version_is_left_alone(tmp_path: Path, version: str):
    with pytest.raises(MissionNewer) as newer:
        _read(tmp_path, samples.SETTINGS.replace("truceline = 1", f"truceline = {version}"))
    assert "with the version that wrote it" in newer.value.do


def test_a_folder_without_settings_is_no_mission(tmp_path: Path):
    with pytest.raises(NotAMission) as refused:
        read_settings(tmp_path / "mission.toml")
    assert (refused.value.where, refused.value.exit_code) == (str(tmp_path), 5)
    assert "truceline new" in refused.value.example


def test_a_file_is_no_mission_folder(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(NotAMission):
        read_settings(tmp_path / "file" / "mission.toml")
