"""Counts, coded words, column tables, party exchange, and the room's exported names."""

from __future__ import annotations

import inspect
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import truceline.model
from truceline.model import (
    UNKNOWN_COUNT,
    Agreement,
    Clause,
    CountRange,
    Norm,
    NormKind,
    ObservationTable,
    Party,
    ValueFault,
    Words,
    exchange_parties,
    id_text,
)

PAIR = ("party-north", "party-south")
TEXTS = st.one_of(
    st.sampled_from([*PAIR, "norm-1/party-north/reading-1", "party-south/party-north", "party-northern", ""]), st.text()
)
RECORDS = st.recursive(
    st.one_of(TEXTS, st.integers(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(TEXTS, inner, max_size=4),
        st.builds(lambda one: Party("party-north", (("en", one),)), TEXTS),
    ),
    max_leaves=12,
)


@given(RECORDS)
def test_exchanging_twice_gives_the_record_back(record: object):
    assert exchange_parties(exchange_parties(record, PAIR), PAIR) == record


@given(RECORDS)
def test_the_order_of_the_pair_does_not_matter(record: object):
    assert exchange_parties(record, PAIR) == exchange_parties(record, PAIR[::-1])


def test_ids_are_exchanged_wherever_they_stand_alone_and_prose_is_left():
    norm = Norm("n", NormKind.FORBID, ("party-south",), "ground-fire", "any", "everywhere", "c1")
    clause = Clause("c1", "party-north shall not fire", "en", "s")
    agreement = Agreement("a", (), "signed", (Party("party-north", ()),), (), (clause,), (), (norm,))
    swapped = exchange_parties(agreement, PAIR)
    assert swapped.parties[0].id == "party-south"
    assert swapped.norms[0].who == ("party-north",)
    assert swapped.clauses[0].text == "party-north shall not fire"
    assert exchange_parties("party-northern", PAIR) == "party-northern"


def test_the_address_of_a_citation_stays_what_it_is():
    for address in ("https://example.org/party-north/s", "ftp://party-south/party-north"):
        assert exchange_parties({"url": address}, PAIR) == {"url": address}


def test_words_of_an_enum_are_not_taken_for_parties():
    assert exchange_parties((NormKind.FORBID,), ("forbid", "permit")) == (NormKind.FORBID,)


COUNTS = st.tuples(st.integers(-5, 50), st.none() | st.integers(-5, 50), st.none() | st.integers(-5, 50))


def test_a_count_nobody_can_have_made_is_refused():
    for figures in ((10**12 + 1,) * 3, (1, None, 9 * 10**18)):
        with pytest.raises(ValueFault, match="more than anybody can have counted"):
            CountRange(*figures)
    assert CountRange(1, 10**12, 10**12).high == 10**12
    assert CountRange(0, None, None).high is None


@given(COUNTS)
def test_a_count_is_in_order_and_not_negative_or_refused(figures: tuple[int, int | None, int | None]):
    known = [one for one in figures if one is not None]
    if min(known) >= 0 and known == sorted(known):
        count = CountRange(*figures)
        assert (count.low, count.best, count.high) == figures
    else:
        with pytest.raises(ValueFault, match="out of order or negative"):
            CountRange(*figures)


def test_a_sure_and_an_unknown_count():
    assert CountRange.exactly(4) == CountRange(4, 4, 4)
    assert CountRange.unknown() == CountRange(1, None, None, "N/K")


@given(st.lists(st.text(max_size=5)))
def test_words_are_given_back_as_they_came(words: list[str]):
    coded = Words.of(words)
    assert list(coded.words()) == words
    assert [coded.word(i) for i in range(len(words))] == words
    assert list(coded.names) == sorted(set(words))


@given(st.lists(st.sampled_from("abcd"), min_size=1), st.data())
def test_taking_rows_of_words_takes_those_words(words: list[str], data: st.DataObject):
    rows = data.draw(st.lists(st.integers(0, len(words) - 1)))
    assert list(Words.of(words).take(np.asarray(rows, np.int64)).words()) == [words[i] for i in rows]


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcdz")))
def test_masks_of_words_say_which_rows_hold_them(words: list[str], asked: list[str]):
    coded = Words.of(words)
    assert list(coded.among(asked)) == [word in asked for word in words]
    for one in "abz":
        assert list(coded.equal(one)) == [word == one for word in words]


def test_taking_rows_of_a_table_takes_them_in_every_column():
    table = _table(5)
    rows = np.asarray([4, 0, 2])
    taken = table.take(rows)
    assert len(taken) == 3
    for column in fields(table):
        before, after = getattr(table, column.name), getattr(taken, column.name)
        if isinstance(before, Words):
            before, after = before.words(), after.words()
        np.testing.assert_array_equal(after, before[rows])


def test_weapon_and_target_left_out_are_unknown_in_every_row():
    for rows in (0, 3):
        table = _table(rows)
        assert table.calibre_mm.shape == (rows,)
        assert np.isnan(table.calibre_mm).all()
        for column in (table.weapon, table.weapon_name, table.target):
            assert column.words().tolist() == [""] * rows


def test_weapon_and_target_given_are_kept():
    table = replace(_table(2), weapon=Words.of(["mortar", ""]), calibre_mm=np.array([82.0, np.nan]))
    assert table.take(np.asarray([0])).weapon.word(0) == "mortar"
    assert table.take(np.asarray([0])).calibre_mm.tolist() == [82.0]
    assert len(table.take(np.zeros(0, np.int64)).weapon.codes) == 0


def _table(rows: int) -> ObservationTable:
    numbers = np.arange(rows)
    words = Words.of([f"w{i}" for i in range(rows)])
    names = ("phenomenon", "area", "party", "direction", "source", "stratum")
    figures = ("start_us", "end_us", "count_low", "count_best", "count_high")
    return ObservationTable(
        id=numbers.astype(np.uint64),
        place=numbers.astype(np.uint64) + 7,
        sometime=numbers % 2 == 0,
        **dict.fromkeys(figures, numbers * 10),
        **dict.fromkeys(("lat", "lon", "radius_m"), numbers / 7),
        **dict.fromkeys(names, words),
    )


@given(st.integers(0, 2**64 - 1))
def test_an_id_as_people_see_it_is_16_digits_and_reads_back(number: int):
    assert len(id_text(number)) == 16
    assert int(id_text(number), 16) == number


def test_every_exported_name_exists_once_and_in_order():
    names = truceline.model.__all__
    assert len(names) == len(set(names))
    assert [name for name in names if not hasattr(truceline.model, name)] == []


def test_every_exported_class_and_function_says_what_it_means():
    for name in truceline.model.__all__:
        one = getattr(truceline.model, name)
        if inspect.isclass(one) or inspect.isfunction(one):
            text = inspect.getdoc(one) or ""
            generated = text.startswith(f"{name}(")
            assert text, f"{name} has no docstring"
            assert not generated, f"{name} has only the docstring dataclasses make"


def test_everything_public_in_the_room_is_exported():
    shown = set(truceline.model.__all__)
    defined = {
        name
        for name, one in vars(truceline.model).items()
        if not name.startswith("_") and (inspect.isclass(one) or inspect.isfunction(one))
    }
    assert defined <= shown
    assert UNKNOWN_COUNT < 0
