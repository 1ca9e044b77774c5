"""What a case says in words of its own is said in the reader's language; what it quotes is not."""

from __future__ import annotations

import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from truceline.mission.assessment import Assessment, PublishedFigure
from truceline.mission.translations import Translations
from truceline.report import LANGUAGES, compose, render_html
from truceline.report.edition import Edition
from truceline.report.known_sentences import known_sentence
from truceline.report.language import Tongue
from truceline.report.open_data import findings_json

FIGURE = PublishedFigure("rounds heard", "few by day", "rounds", "one day", "The Paper", "", "2031-04-21", "by ear")
OWN = ("No end is set.", "Read as midnight.", "rounds heard", "few by day", "rounds", "one day", "by ear")


@pytest.fixture
def translated(assessment: Assessment) -> Assessment:
    first, *others = assessment.agreement.readings
    readings = (replace(first, note="Read as midnight."), *others)
    agreement = replace(assessment.agreement, gaps=("No end is set.",), readings=readings)
    words = Translations(tuple((text, "de", f"»{text.upper()}«") for text in (*OWN, "The Paper")))
    return replace(assessment, agreement=agreement, figures=(FIGURE,), translations=words)


def test_own_words_are_said_in_the_language(translated: Assessment):
    page = render_html(compose(translated, "de"))
    assert not [text for text in OWN if f"»{text.upper()}«" not in page]
    assert not [text for text in OWN if f">{text}<" in page]


def test_a_source_keeps_its_own_words(translated: Assessment):
    page = render_html(compose(translated, "de"))
    assert "The Paper" in page
    assert "THE PAPER" not in page


def test_a_language_without_translation_shows_what_was_written(translated: Assessment):
    page = render_html(compose(translated, "uk"))
    assert not [text for text in OWN if text not in page]


def test_the_machine_form_keeps_the_words_as_written(translated: Assessment):
    told = json.loads(findings_json(Edition.of(translated, "de")))
    assert told["readings"][0]["note"] == "Read as midnight."


@pytest.mark.parametrize(
    "words",
    [
        "not operational",
        "the feed a.csv is there, but it cannot be unpacked: cut short; counts of it are published figures",
        "the feed a.csv is there, but its bytes are not the pinned ones; counts of it are published figures",
        "the feed a.csv is not on this machine and could not be fetched; counts of it are published figures",
    ],
)
@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_what_other_rooms_say_of_feeds_and_cameras_is_said_in_the_language(words: str, language: str):
    said = known_sentence(Tongue(language, ZoneInfo("UTC")), words)
    assert said != words
    assert ("a.csv" in said) == ("a.csv" in words)
