"""Reading what a case says in other languages, and taking it along into a mission."""

from __future__ import annotations

from pathlib import Path

import pytest

from truceline.mission.casebook import case_folder
from truceline.mission.folder import new_mission
from truceline.mission.translations import Translations, read_translations
from truceline.model import InputFault


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "translations.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_text_is_said_in_the_language_else_as_it_was_written(tmp_path: Path):
    said = read_translations(written(tmp_path, '["No end is set."]\nde = "Ein Ende ist nicht gesetzt."\n'))
    assert said.say("No end is set.", "de") == "Ein Ende ist nicht gesetzt."
    assert said.say("No end is set.", "uk") == "No end is set."
    assert said.say("No end is set", "de") == "No end is set"


def test_a_case_needs_no_translations(tmp_path: Path):
    assert read_translations(tmp_path / "translations.toml") == Translations()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('["No end"\nde = "Kein Ende"', "not TOML"),
        ('"No end" = "Kein Ende"', "has no languages below it"),
        ('["No end"]\nDeutsch = "Kein Ende"', "not another language"),
        ('["No end"]\nen = "No end at all"', "not another language"),
        ('["No end"]\nde = ""', "has no words in 'de'"),
        ('["No end"]\nde = 3', "has no words in 'de'"),
        ('["No end"]\nde = "a"\n["No end"]\nde = "b"', "not TOML"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, text: str, told: str):
    with pytest.raises(InputFault, match=told) as refused:
        read_translations(written(tmp_path, text))
    assert "translations.toml" in refused.value.where


def test_a_mission_from_a_case_speaks_its_languages(tmp_path: Path):
    mission = new_mission(tmp_path / "m", "easter-2025")
    assert mission.translations == read_translations(case_folder("easter-2025") / "translations.toml")
    assert all(mission.translations.say(gap, "de") != gap for gap in mission.agreement.gaps)


def test_a_mission_of_ones_own_has_none(tmp_path: Path):
    assert new_mission(tmp_path / "m").translations == Translations()
