"""An incident that states anything else than before is of a new revision."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.mission.revisions import as_begun, revisions
from truceline.model import IncidentTable, Words

WORDS = ("phenomenon", "area", "party", "direction")
STATED = [column.name for column in fields(IncidentTable) if column.name not in {"id", "members"}]


def table(ids: list[int]) -> IncidentTable:
    rows = len(ids)
    whole = {
        name: np.arange(rows, dtype=np.int64)
        for name in ("start_us", "end_us", "count_low", "count_best", "count_high")
    }
    real = {name: np.full(rows, np.nan) for name in ("lat", "lon", "radius_m")}
    texts = {name: Words.of(["b" if one % 2 else "a" for one in ids]) for name in WORDS}
    return IncidentTable(
        **whole,
        **real,
        **texts,
        id=np.array(ids, dtype=np.uint64),
        sometime=np.zeros(rows, dtype=bool),
        place=np.arange(rows, dtype=np.uint64),
        strata=np.ones(rows, dtype=np.uint32),
        members=np.ones(rows, dtype=np.int64),
    )


def changed(now: IncidentTable, name: str, row: int) -> IncidentTable:
    column = getattr(now, name)
    if isinstance(column, Words):
        texts = column.words().tolist()
        texts[row] = "c"
        return replace(now, **{name: Words.of(texts)})
    other = column.copy()
    other[row] = ~other[row] if column.dtype == bool else 7 if np.isnan(float(other[row])) else other[row] + 1
    return replace(now, **{name: other})


@pytest.mark.parametrize("name", STATED)
def test_a_change_of_anything_it_states_is_a_revision(name: str):
    before = table([5, 3, 8])
    known = np.array([1, 4, 2])
    assert revisions(before, before, known).tolist() == [1, 4, 2]
    assert revisions(changed(before, name, 1), before, known).tolist() == [1, 5, 2]


def test_words_are_the_same_by_their_text_whatever_their_number():
    before = table([1, 2])
    renamed = replace(before, party=Words(np.array([2, 1], dtype=np.int32), ("0", "a", "b", "z")))
    assert renamed.party.words().tolist() == before.party.words().tolist()
    assert revisions(renamed, before, np.array([1, 1])).tolist() == [1, 1]


def test_the_first_run_and_an_empty_one():
    assert revisions(table([1, 2]), table([]), np.zeros(0, dtype=np.int64)).tolist() == [1, 1]
    assert revisions(table([]), table([1]), np.array([3])).tolist() == []


@given(
    now=st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=8),
    before=st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=8),
    shared=st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=8),
)
def test_known_incidents_keep_their_revision_and_new_ones_begin_at_one(
    now: list[int], before: list[int], shared: list[int]
):
    both = [one for one in shared if one not in now and one not in before]
    early, late = table([*before, *both]), table([*both[::-1], *now])
    same = early.take(np.array([early.id.tolist().index(one) for one in both[::-1]], dtype=np.int64))
    known = np.arange(len(early)) + 2
    found = revisions(same, early, known).tolist()
    assert found == [int(known[early.id.tolist().index(one)]) for one in both[::-1]]
    fresh = set(now) - set(before) - set(both)
    for one, revision in zip(late.id.tolist(), revisions(late, early, known).tolist(), strict=True):
        assert (revision == 1) == (one in fresh)


def weighed(**figures: float) -> IncidentTable:
    usual = {"start_us": 0, "end_us": 10_000_000, "lat": 48.0, "lon": 37.0, "radius_m": 1_000.0, "probability": 0.9}
    told = {name: np.array([figures.get(name, value)]) for name, value in usual.items()}
    return replace(table([5]), **told, place=np.array([round(1e6 * figures.get("lat", 48.0))], np.uint64))


@pytest.mark.parametrize(
    ("name", "little", "much"),
    [
        ("start_us", 400_000, 600_000),
        ("end_us", 10_400_000, 10_600_000),
        ("lat", 48.0004, 48.0005),
        ("lon", 37.0006, 37.0007),
        ("radius_m", 1_040.0, 1_060.0),
        ("probability", 0.891, 0.889),
    ],
)
def test_figures_that_move_by_little_are_of_the_same_revision(name: str, little: float, much: float):
    known = np.array([3])
    assert revisions(weighed(**{name: little}), weighed(), known).tolist() == [3]
    assert revisions(weighed(**{name: much}), weighed(), known).tolist() == [4]


def test_a_little_is_much_where_nothing_was_weighed():
    before = replace(weighed(), probability=np.array([np.nan]))
    now = replace(weighed(start_us=1), probability=np.array([np.nan]))
    assert revisions(now, before, np.array([3])).tolist() == [4]


@pytest.mark.parametrize(
    ("name", "step"),
    [("start_us", 200_000), ("end_us", 200_000), ("lat", 0.0002), ("lon", 0.0003), ("radius_m", 20.0),
     ("probability", -0.004)],
)  # fmt: skip
def test_many_small_steps_make_a_revision_as_one_large_one_does(name: str, step: float):
    first = float(getattr(weighed(), name)[0])
    began, known, told = weighed(), np.array([1]), []
    for number in range(1, 7):
        now = weighed(**{name: first + number * step})
        found = revisions(now, began, known)
        began, known = as_begun(now, found, began, known), found
        told.append(int(found[0]))
    assert told == [1, 1, 2, 2, 2, 3]


def test_of_incidents_that_are_new_the_figures_begin_now():
    before, now = weighed(), replace(weighed(lat=49.0), id=np.array([77], np.uint64))
    found = revisions(now, before, np.array([3]))
    assert as_begun(now, found, before, np.array([3])).lat.tolist() == [49.0]
    assert as_begun(now, found, before.take(np.zeros(0, int)), np.zeros(0, int)).lat.tolist() == [49.0]
