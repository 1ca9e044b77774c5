"""Every sentence of a report exists in every language, whole and with the same places to fill."""

from __future__ import annotations

import ast
import csv
import importlib.util
import io
import pkgutil
import string
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_from_dir
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from truceline import sources
from truceline.agreements.counting.making import ALL_MAKINGS
from truceline.agreements.reasons import ALL_REASONS, STEP_TITLES
from truceline.model import CoverageState, Means, NormKind, Phenomenon, Result, Stratum, Target, TimeSense, Weapon
from truceline.report import LANGUAGES, known_sentences, words

KEYWORDS = {"msgid": None, "say": None, "say_many": (1, 2)}
ROOM = Path(str(resources.files("truceline.report")))
TRANSLATED = LANGUAGES[1:]
FORMS = {"de": 2, "uk": 3, "ru": 3}


def sentences_used() -> dict[str, str]:
    """Every English sentence in use, with its plural where it has one."""
    found: dict[str, str] = {}
    for _, _, message, _, _ in extract_from_dir(ROOM, keywords=KEYWORDS, method_map=[("**.py", "python")]):
        one, many = message if isinstance(message, tuple) else (message, "")
        found[one] = many
    for template in sorted(ROOM.glob("templates/*.j2")):
        with template.open("rb") as text:
            for _, _, message, _ in babel_extract(text, tuple(KEYWORDS), (), {}):
                found[message] = ""
    found.update(dict.fromkeys((*ALL_REASONS, *STEP_TITLES, *ALL_MAKINGS), ""))
    return found


def catalogue(language: str) -> Catalog:
    """A language's catalogue."""
    with (ROOM / "locale" / language / "LC_MESSAGES" / "truceline.po").open("rb") as text:
        return read_po(text, locale=language)


def gaps(sentence: str) -> list[str]:
    """The names of the places to fill, sorted."""
    return sorted(str(name) for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def faults_of(one: str, many: str, message: Message | None, language: str) -> list[str]:
    """What is wrong with a translation."""
    if message is None:
        return [f"missing: {one}"]
    if message.fuzzy:
        return [f"fuzzy: {one}"]
    forms = list(message.string) if isinstance(message.string, (tuple, list)) else [message.string]
    if len(forms) != (FORMS[language] if many else 1) or not all(forms):
        return [f"empty or too few forms: {one}"]
    return [f"other places to fill: {one} -> {form}" for form in forms if gaps(form) != gaps(one)]


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_is_missing_empty_fuzzy_or_misfilled(language: str):
    book = catalogue(language)
    faults = [
        fault for one, many in sentences_used().items() for fault in faults_of(one, many, book.get(one), language)
    ]
    assert faults == []


def _marked_in_code() -> set[str]:
    """The same sentences, read from the syntax tree, which also sees into f-strings."""
    calls = (
        node
        for file in sorted(ROOM.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in KEYWORDS
    )
    return {call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant)}


def test_extraction_misses_no_marked_sentence():
    assert _marked_in_code() - set(sentences_used()) == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over(language: str):
    used = sentences_used()
    left = [message.id for message in catalogue(language) if message.id]
    assert [one for one in (m[0] if isinstance(m, (tuple, list)) else m for m in left) if one not in used] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_plural_forms_are_those_of_the_language(language: str):
    assert catalogue(language).num_plurals == FORMS[language]


@pytest.mark.parametrize(
    ("vocabulary", "members"),
    [
        (words.RESULTS, Result),
        (words.STRATA, Stratum),
        (words.PHENOMENA, Phenomenon),
        (words.STATES, CoverageState),
        (words.WEAPONS, Weapon),
        (words.TARGETS, Target),
        (words.MEANS, Means),
        (words.NORM_KINDS, NormKind),
        (words.SENSES, TimeSense),
    ],
)
def test_every_word_of_the_model_has_a_word_for_readers(vocabulary: dict[str, str], members: type):
    assert [member for member in members if member.value not in vocabulary] == []


def test_a_missing_sentence_would_be_noticed():
    assert faults_of("nobody ever said this", "", catalogue("de").get("nobody ever said this"), "de")


def test_a_forgotten_place_to_fill_would_be_noticed():
    message = Message("{n} of {m}", "{n}")
    assert faults_of("{n} of {m}", "", message, "de") == ["other places to fill: {n} of {m} -> {n}"]


def test_the_extraction_finds_marked_sentences():
    code = io.BytesIO(b'tongue.say(msgid("one" " two"), a=1); tongue.say_many("x", "y", 3)')
    assert [message for _, message, _, _ in extract("python", code, KEYWORDS)] == ["one two", ("x", "y")]


def test_known_sentences_keep_what_they_carry():
    assert all(gaps(template) == sorted(set(gaps(template))) for template in known_sentences.KNOWN)


def test_every_quantity_claimed_in_the_casebook_has_a_word_for_readers():
    claimed = set()
    for table in sorted((Path(__file__).parents[2] / "cases").glob("*/claims.csv")):
        with table.open(encoding="utf-8", newline="") as text:
            claimed |= {row["quantity"] for row in csv.DictReader(text) if row.get("quantity")}
    assert "strikes-on-energy" in claimed
    assert claimed - set(words.QUANTITIES) == set()


def test_every_reason_why_a_source_saw_less_has_a_sentence_for_readers():
    rooms = [
        importlib.import_module(f"truceline.sources.{room.name}.mapping")
        for room in pkgutil.iter_modules(sources.__path__)
        if room.ispkg and importlib.util.find_spec(f"truceline.sources.{room.name}.mapping")
    ]
    reasons = {room.DEGRADED_REASON for room in rooms if hasattr(room, "DEGRADED_REASON")}
    assert len(reasons) >= 3
    assert reasons - set(known_sentences.KNOWN) == set()
