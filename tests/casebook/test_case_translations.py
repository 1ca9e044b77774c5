"""What the cases say in words of their own stands in every language of the reports, and says the same there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from types import SimpleNamespace

from truceline.mission.casebook import read_figures
from truceline.mission.translations import read_translations

CASES = Path(__file__).resolve().parents[2] / "cases"
LANGUAGES = ("de", "uk", "ru")
TITLES_OF_WORKS = {"dataset cited"}
LETTERS = {"de": r"[A-Za-zÄÖÜäöüß]", "uk": r"[А-ЩЬЮЯҐЄІЇа-щьюяґєії]", "ru": r"[А-яЁё]"}
FOREIGN_LETTERS = {"de": r"[А-яІЇЄҐіїєґ]", "uk": r"[ЁЪЫЭёъыэ]", "ru": r"[ІЇЄҐіїєґ]"}
SIDED_STEMS = (
    *("terrorist", "regime", "diktator", "besatz", "aggress", "rebell", "separatist", "sogenannt"),
    *("терорист", "террорист", "режим", "диктатор", "окупа", "оккупа", "агресор", "агрессор"),
    *("загарбник", "захватчик", "бойовик", "боевик", "сепаратист", "повстан", "так званий", "так называем"),
)


def own_words(case: SimpleNamespace) -> list[str]:
    """Every text of a case that is not a quotation, a citation or a bare figure."""
    texts = [*case.agreement["gaps"], *(reading.get("note", "") for reading in case.agreement["readings"])]
    texts += [
        body for reading in case.agreement["readings"] for body in reading["asserted_by"] if body not in case.parties
    ]
    for row in case.figures:
        texts += [row[name] for name in ("figure", "unit", "period", "note")]
        texts += [] if row["figure"] in TITLES_OF_WORKS else [row["value"]]
    return [text for text in dict.fromkeys(texts) if re.search(r"[A-Za-z]", text)]


def translated(case: SimpleNamespace) -> dict[str, dict[str, str]]:
    return tomllib.loads((case.folder / "translations.toml").read_text(encoding="utf-8"))


def test_every_text_stands_in_every_language(case: SimpleNamespace):
    held = translated(case)
    assert not [text for text in own_words(case) if text not in held]
    assert not [text for text, languages in held.items() if not all(languages.get(one) for one in LANGUAGES)]


def test_nothing_is_translated_that_no_longer_stands_in_the_case(case: SimpleNamespace):
    assert not set(translated(case)) - set(own_words(case))
    assert all(tuple(languages) == LANGUAGES for languages in translated(case).values())


def test_every_number_is_the_same_in_every_language(case: SimpleNamespace):
    for text, languages in translated(case).items():
        for words in languages.values():
            assert sorted(re.findall(r"\d+", words)) == sorted(re.findall(r"\d+", text)), words


def test_each_language_is_written_in_its_own_letters(case: SimpleNamespace):
    for languages in translated(case).values():
        for language, words in languages.items():
            assert re.search(LETTERS[language], words), words
            assert not re.search(FOREIGN_LETTERS[language], words), words


def test_a_sentence_stays_a_sentence(case: SimpleNamespace):
    for text, languages in translated(case).items():
        for words in languages.values():
            assert words.endswith(".") is text.endswith("."), words
            assert words == " ".join(words.split())


def test_the_translations_take_no_side(case: SimpleNamespace):
    said = [words.lower() for languages in translated(case).values() for words in languages.values()]
    assert not [(stem, words) for stem in SIDED_STEMS for words in said if stem in words]


def test_one_text_is_said_in_one_way_in_all_cases():
    ways: dict[str, dict[str, str]] = {}
    for path in sorted(CASES.glob("*/translations.toml")):
        for text, languages in tomllib.loads(path.read_text(encoding="utf-8")).items():
            assert ways.setdefault(text, languages) == languages


def test_the_mission_says_the_texts_it_reads(case: SimpleNamespace):
    translations = read_translations(case.folder / "translations.toml")
    held = translated(case)
    for figure in read_figures(case.folder / "figures.csv").published:
        for language in LANGUAGES:
            assert translations.say(figure.figure, language) == held[figure.figure][language]
        assert translations.say(figure.figure, "en") == figure.figure
