"""An observation is the same after the archive."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest
import store_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.model import AreaPlace, LinePlace, Observation, id_of
from truceline.store import observation_id, observations_by_id
from truceline.store.archive import write_rows
from truceline.store.rows import SCHEMA, flatten, unflatten


@settings(max_examples=100, deadline=None)
@given(samples.random_observations())
def test_flattening_and_back_is_the_same_observation(seen: Observation):
    row = dict(zip(SCHEMA.names, flatten(seen), strict=True))
    again = unflatten(row)
    assert again == seen
    assert id_of(again.place.key) == row["place"]


@settings(max_examples=10, deadline=None)
@given(st.lists(samples.random_observations(), max_size=8))
def test_parquet_gives_back_what_it_was_given(tmp_path_factory: pytest.TempPathFactory, seen: list[Observation]):
    path = tmp_path_factory.mktemp("rows") / "rows.parquet"
    write_rows(path, SCHEMA, map(flatten, seen))
    assert [unflatten(row) for row in pq.read_table(path).to_pylist()] == seen


def test_the_shape_of_an_area_and_of_a_line_comes_back():
    area = AreaPlace("a district", samples.box(36.5, 47.5, 37.0, 48.0))
    road = LinePlace("a road", samples.LineString([(36, 47), (37, 48)]), 250.0)
    for place in (area, road):
        seen = samples.observation(1, place=place)
        again = unflatten(dict(zip(SCHEMA.names, flatten(seen), strict=True)))
        assert again.place.area_95().equals_exact(place.area_95(), 1e-6)


def test_the_area_of_a_place_is_what_stands_before_its_first_level_mark():
    row = flatten(samples.observation(1, place=AreaPlace("Odeska oblast / a raion / a hromada")))
    assert row[SCHEMA.names.index("area")] == "Odeska oblast"


def test_two_sources_may_use_the_same_key(store: samples.Store):
    place = AreaPlace("Odeska oblast")
    one = samples.observation(1, place=place)
    other = samples.observation(1, place=place, source="volunteers")
    assert observation_id(one.source, one.key) != observation_id(other.source, other.key)
    assert store.bring_in([one]).new == 1
    outcome = store.bring_in([other], "b")
    assert (outcome.new, outcome.revised) == (1, 0)


def test_observations_are_found_by_id_in_order_of_time(store: samples.Store):
    store.bring_in(samples.observations(50))
    ids = [observation_id("patrol", f"row-{number}") for number in (40, 3, 17)]
    found = list(observations_by_id(store.archive(), ids))
    assert [seen.key for seen in found] == ["row-3", "row-17", "row-40"]
    assert list(observations_by_id(store.archive(), [])) == []
