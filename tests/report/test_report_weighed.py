"""What a report says where all evidence was weighed: the number of incidents, how sure each is, what it replaced."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from truceline.mission.assessment import Assessment, WeighedNote
from truceline.mission.json_form import assessment_json
from truceline.model import Phenomenon
from truceline.report import LANGUAGES, write_report

FOUND = WeighedNote(1_234, 400, 7, (412.4, 398.2, 426.9), (380.0, 351.0, 409.0), (("no-place", 3), ("alert", 2)))


@pytest.fixture
def weighed(assessment: Assessment) -> Assessment:
    """The made-up assessment, its first incident weighed."""
    first, *rest = assessment.incidents
    types = ((Phenomenon.STRIKE, 0.8), (Phenomenon.BURST, 0.2))
    incident = replace(first.incident, probability=0.934, types=types, replaces=("00ff00ff00ff00ff",))
    return replace(assessment, incidents=(replace(first, incident=incident), *rest), weighed=FOUND)


def page(told: Assessment, folder: Path, language: str = "en") -> str:
    write_report(told, folder, language, ("report.html",))
    return (folder / "report.html").read_text("utf-8")


def test_the_number_of_incidents_stands_with_its_interval(weighed: Assessment, folder: Path):
    text = page(weighed, folder)
    assert "412 incidents (95 % between 398 and 427)" in text
    assert "380 are real (95 % between 351 and 409)" in text
    assert "7 reports repeat another telling" in text
    assert "5 observations could not be weighed" in text


def test_an_incident_says_how_sure_it_is_and_what_else_it_may_have_been(weighed: Assessment, folder: Path):
    text = page(weighed, folder)
    assert "probability that it is real: 93.4%" in text
    assert "or burst of fire: 20%" in text
    assert "takes the place of 00ff00ff00ff00ff" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_it(weighed: Assessment, folder: Path, language: str):
    text = page(weighed, folder, language)
    assert "412" in text
    assert "00ff00ff00ff00ff" in text
    assert (language == "en") == ("held against each other" in text)


def test_by_rules_alone_nothing_of_it_is_said(assessment: Assessment, folder: Path):
    text = page(assessment, folder)
    assert "held against each other" not in text
    assert "probability that it is real" not in text
    assert "weighed" not in assessment_json(assessment)


def test_machines_get_the_same_numbers(weighed: Assessment, folder: Path):
    write_report(weighed, folder, "en", ("incidents.geojson",))
    first = json.loads((folder / "incidents.geojson").read_text("utf-8"))["features"][0]["properties"]
    assert first["probability"] == 0.934
    assert first["types"] == {"strike": 0.8, "burst": 0.2}
    assert first["replaces"] == ["00ff00ff00ff00ff"]
    assert assessment_json(weighed)["weighed"]["told"] == [412.4, 398.2, 426.9]
    assert assessment_json(weighed)["weighed"]["apart"] == {"no-place": 3, "alert": 2}
