"""What two texts differ in: which entries are pairs, what differs in them, and what stands on one side alone."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.agreements.loading import load_document
from truceline.agreements.printing.differences import Change, Side, changes, side
from truceline.agreements.printing.pairing import ALIKE, ALIKE_BY_NUMBER, pairs, words_alike
from truceline.agreements.printing.summaries import ABSENT
from truceline.model.strict_yaml import read_strict_yaml

CASES = Path(__file__).parents[3] / "cases"
WORDS = ("fire", "ceases", "in", "april", "weapons", "withdraw", "from", "the", "line", "100")
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
CLAUSES = st.dictionaries(st.sampled_from([f"{kind}{n}" for kind in "abc" for n in range(4)]), TEXTS, max_size=6)


def of_case(case: str, instrument: str = "") -> Side:
    path = CASES / case / "agreement.yaml"
    document = read_strict_yaml(path)
    return side(load_document(document, path.parent), document, instrument)


def between(case: str, one: str, other: str) -> tuple[Change, ...]:
    return changes(of_case(case, one), of_case(case, other))


PAIRS = (
    (("paris-2026", "draft"), ("paris-2026", "final")),
    (("paris-2026", "points-28"), ("paris-2026", "points-20")),
    (("paris-2026", "us-framework"), ("paris-2026", "us-document")),
    (("easter-2025", ""), ("easter-2026", "")),
    (("may-2025", ""), ("may-2026", "")),
    (("energy-truce-2025", ""), ("energy-pause-2026", "")),
    (("gaza-2025-01", ""), ("gaza-2025-10", "")),
)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_nothing_is_printed_as_it_lies_in_the_file(one: tuple[str, str], other: tuple[str, str]):
    for change in changes(of_case(*one), of_case(*other)):
        line = change.line()
        assert "sha256" not in line
        assert not {"{", "[{"} & {*line} or change.key == "text", line


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_other_way_round_the_same_differs(one: tuple[str, str], other: tuple[str, str]):
    there, back = changes(of_case(*one), of_case(*other)), changes(of_case(*other), of_case(*one))

    def ends(change: Change, *, turned: bool) -> tuple[str, ...]:
        entry = " → ".join(sorted(change.entry.split(" → ")))
        known = (change.part, entry, change.key, change.only_in)
        return (*known, *((change.after, change.before) if turned else (change.before, change.after)))

    assert sorted(ends(one, turned=False) for one in there) == sorted(ends(one, turned=True) for one in back)


def test_the_draft_of_paris_and_the_declaration():
    lines = [change.line() for change in between("paris-2026", "draft", "final")]
    assert "only in draft: clauses d1: “the US commits to support the forces in the event of an attack”" in lines
    pair = "guarantees draft-support → coalition-support"
    alone = "guarantees draft-us-support: from united-states to party-ua, against party-ru: must support the force"
    assert f"only in draft: {alone}" in lines
    assert f"{pair}: paired by 0.75 of what they say" in lines
    assert any(line.startswith("only in final: norms commission: Special Commission has the power") for line in lines)
    assert f"only in final: {pair} reservations.poland: text No troops in Ukraine., source poland-2026-01-06" in lines


def test_a_file_does_not_differ_from_itself():
    for case in sorted(path.name for path in CASES.iterdir() if path.is_dir()):
        assert changes(of_case(case), of_case(case)) == ()


def entries(texts: dict[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"id": name, "text": text} for name, text in texts.items()}


@given(CLAUSES, CLAUSES)
def test_clauses_are_paired_alike_whichever_text_is_named_first(one: dict[str, str], other: dict[str, str]):
    there = pairs("clauses", entries(one), entries(other), {})
    back = pairs("clauses", entries(other), entries(one), {})
    assert {(mine, pair.other) for mine, pair in there.items()} == {(pair.other, mine) for mine, pair in back.items()}
    assert len({pair.other for pair in there.values()}) == len(there)
    for mine, pair in there.items():
        least = ALIKE_BY_NUMBER if mine[-1] == pair.other[-1] else ALIKE
        assert mine == pair.other or words_alike(one[mine], other[pair.other]) >= least


def test_the_likest_are_paired_first():
    draft = entries({"d1": "All fire ceases.", "d2": "All fire ceases in April."})
    final = entries({"f7": "All fire ceases in April and May."})
    assert {name: pair.other for name, pair in pairs("clauses", draft, final, {}).items()} == {"d2": "f7"}


def test_a_number_helps_only_words_that_are_somewhat_alike():
    draft, final = entries({"art-3": "Tanks go back."}), entries({"c3": "Prisoners come home."})
    assert pairs("clauses", draft, final, {}) == {}
    final = entries({"c3": "All tanks leave the zone and go."})
    assert pairs("clauses", draft, final, {})["art-3"].rests_on.startswith("number 3, ")


def test_what_stands_alone_is_told_of_its_own_side():
    alone = [change for change in between("paris-2026", "points-28", "points-20") if change.part == "clauses"]
    assert {(change.entry, change.only_in) for change in alone} == {
        ("u3", "points-28"),
        ("u4", "points-28"),
        ("u5", "points-20"),
    }
    assert all(ABSENT in (change.before, change.after) for change in alone)


EVERY_KEY = Path(__file__).parents[1] / "every_key" / "agreement.yaml"
NOT_TOLD = ("truceline", "id", "sha256")
"""The version of the grammar; ids, by which entries are found; the hash of words that are compared themselves."""


def values_in(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], object]]:
    """Every single value of a file with its path."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from values_in(inner, (*path, key))
    if not isinstance(value, dict | list):
        yield path, value


def test_no_value_of_a_file_changes_untold():
    before = read_strict_yaml(EVERY_KEY)
    loaded = load_document(before, EVERY_KEY.parent)
    for path, value in values_in(before.value):
        whole: Any = copy.deepcopy(before.value)
        here = whole
        for key in path[:-1]:
            here = here[key]
        here[path[-1]] = not value if isinstance(value, bool) else f"{value}-otherwise"
        after = replace(before, value=whole)
        if path[-1] not in NOT_TOLD:
            assert changes(side(loaded, before, ""), side(loaded, after, "")), path
