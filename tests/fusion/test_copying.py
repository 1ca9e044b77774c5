"""Sources that copy each other are one telling, and those that only sound alike are not."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion.copying import origins
from truceline.fusion.sequences import shingles
from truceline.model import PlaceSpread, Words

STORY = "Shells hit the mill of Greenfield at noon and set its roof on fire, the police said"
OTHER = "Three drones were seen over the harbour of Bluewater before dawn, fishermen told the paper"


def told(*rows: tuple[str, str, float, float]) -> list[str]:
    """The origin of each of (words, source, seconds, metres east)."""
    words, source, at_s, x = zip(*rows, strict=True)
    x_m, none = np.array(x, float), np.zeros(len(rows))
    spread = PlaceSpread(none + 1e6, none, none + 1e6)
    return origins(Words.of(words), Words.of(source), np.array(at_s, float), (x_m, none), spread).words().tolist()


@pytest.mark.parametrize(
    "copy",
    [STORY, STORY.upper() + "!", STORY.replace("police", "regional police"), f"{STORY} (via the wire)"],
)
def test_the_same_words_or_nearly_are_one_telling(copy: str):
    assert told((STORY, "wire", 0, 0), (copy, "page", 3_600, 500), (OTHER, "paper", 0, 0)) == ["telling-0"] * 2 + [""]


def test_one_address_is_one_telling_whatever_the_words():
    address = "https://www.example.org/a?utm_source=y"
    assert told((f"Seen {address}", "wire", 0, 0), ("http://example.org/a/", "page", 0, 0)) == ["telling-0"] * 2


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ((OTHER, "page", 0.0, 0.0), "other words"),
        ((STORY, "page", 3 * 86_400.0, 0.0), "three days later"),
        ((STORY, "page", 0.0, 90_000.0), "far away"),
        ((STORY, "wire", 0.0, 0.0), "a source does not copy itself"),
    ],
)
def test_what_is_no_copy(second: tuple[str, str, float, float], why: str):
    assert told((STORY, "wire", 0, 0), second) == ["", ""], why


def test_few_words_say_too_little_to_be_a_copy():
    assert told(("one loud explosion", "wire", 0, 0), ("one loud explosion", "page", 0, 0)) == ["", ""]
    assert shingles("one two three four five six seven") == frozenset()


def test_of_several_rows_of_one_source_each_finds_its_own_copy():
    rows = ((STORY, "wire", 0, 0), (STORY, "wire", 60, 6_000), (STORY, "page", 0, 100), (STORY, "page", 60, 6_100))
    assert told(*rows) == ["telling-0", "telling-1", "telling-0", "telling-1"]


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(5)))
def test_the_order_of_rows_does_not_matter(order: list[int]):
    rows = [
        (STORY, "wire", 0.0, 0.0),
        (STORY + " today", "page", 100.0, 50.0),
        (OTHER, "wire", 0.0, 0.0),
        (OTHER, "blog", 50.0, 0.0),
        (STORY, "blog", 900.0, 20.0),
    ]
    found = told(*(rows[at] for at in order))
    together = {frozenset(at for at, one in zip(order, found, strict=True) if one == name) for name in set(found)}
    assert together == {frozenset({0, 1, 4}), frozenset({2, 3})}


GERMAN = "Granaten trafen am Mittag die Mühle von Greenfield und setzten ihr Dach in Brand, teilte die Polizei mit"
UKRAINIAN = "Снаряди опівдні влучили у млин Грінфілда і підпалили його дах, повідомила десятого поліція регіону"
RUSSIAN = "Снаряды в полдень попали в мельницу Гринфилда и подожгли её крышу, сообщила десятого полиция района"


@pytest.mark.parametrize("text", [GERMAN, UKRAINIAN, RUSSIAN])
@pytest.mark.parametrize(
    "change",
    [
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text[:13] + "\u00ad" + text[13:],
        lambda text: "\ufeff" + text.replace(" ", "\u00a0"),
        lambda text: text.upper(),
    ],
    ids=["letters in two parts", "a soft hyphen", "hard spaces", "capitals"],
)
def test_the_same_words_are_the_same_however_their_letters_are_written(text: str, change: Callable[[str], str]):
    assert change(text) != text
    assert shingles(change(text)) == shingles(text)
    assert len(shingles(text)) > 5


def test_a_mark_of_stress_makes_no_other_word():
    assert shingles(UKRAINIAN.replace("млин", "мли\u0301н")) == shingles(UKRAINIAN)
