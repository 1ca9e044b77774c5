"""Archive files written before observations had a calibre, a named system and a target."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import store_samples as samples

from truceline.fusion import fuse
from truceline.model import ObservationTable, Target, Weapon
from truceline.store import incident_rows, incident_table, observation_id, observation_table, observations_by_id
from truceline.store.archive import saying_nothing
from truceline.store.rows import UNKNOWN_BEFORE

HOWITZER = {"weapon": Weapon.ARTILLERY, "calibre_mm": 122.0, "weapon_name": "D-30", "target": Target.HOSPITAL}


def _table(store: samples.Store) -> ObservationTable:
    return observation_table(store.archive(), {"patrol": "patrol"})


def _age(store: samples.Store) -> None:
    """Take the columns out of every archive file that versions before did not write."""
    for path in store.archive().files:
        pq.write_table(pq.read_table(path).drop_columns(list(UNKNOWN_BEFORE)), path)


@pytest.fixture
def aged(store: samples.Store) -> samples.Store:
    store.bring_in(samples.observations(5))
    _age(store)
    return store


def test_what_an_older_file_has_no_column_for_is_unknown(aged: samples.Store):
    table = _table(aged)
    assert len(table.id) == 5
    assert np.isnan(table.calibre_mm).all()
    assert table.weapon_name.words().tolist() == table.target.words().tolist() == [""] * 5
    seen = next(observations_by_id(aged.archive(), [observation_id("patrol", "row-3")]))
    assert seen == samples.observation(3)


def test_the_same_rows_again_are_known(aged: samples.Store):
    outcome = aged.bring_in(samples.observations(5))
    assert (outcome.new, outcome.already, outcome.revised) == (0, 5, 0)


def test_a_row_that_now_names_its_weapon_is_a_revision(aged: samples.Store):
    outcome = aged.bring_in([samples.observation(number, **HOWITZER) for number in range(2)])
    assert (outcome.new, outcome.already, outcome.revised) == (0, 0, 2)
    table = _table(aged)
    assert table.calibre_mm[:2].tolist() == [122.0, 122.0]
    assert np.isnan(table.calibre_mm[2:]).all()
    assert table.weapon_name.words().tolist() == ["D-30", "D-30", "", "", ""]
    assert table.target.words().tolist() == ["hospital", "hospital", "", "", ""]


def test_older_and_newer_files_are_read_in_one_order(store: samples.Store):
    store.bring_in([samples.observation(number) for number in (4, 0, 2)])
    _age(store)
    store.bring_in([samples.observation(number, "b", **HOWITZER) for number in (3, 1)], "b")
    table = _table(store)
    assert np.all(np.diff(table.start_us) > 0)
    assert table.weapon.words().tolist() == ["", "artillery", "", "artillery", ""]


def test_an_incident_file_without_the_columns_is_unknown_in_them(tmp_path: Path, store: samples.Store):
    store.bring_in(samples.observations(3))
    fused = fuse(_table(store)).incidents
    path = tmp_path / "incidents.parquet"
    new = ["weapon", *UNKNOWN_BEFORE]
    pq.write_table(incident_rows(fused).drop_columns(new), path)
    found = incident_table(path)
    assert np.isnan(found.calibre_mm).all()
    for name in ("weapon", "weapon_name", "target"):
        assert getattr(found, name).words().tolist() == ["", "", ""]


def test_columns_that_say_nothing_are_told_from_those_that_do(store: samples.Store):
    columns = ("weapon", *UNKNOWN_BEFORE)
    store.bring_in(samples.observations(5))
    assert saying_nothing(store.archive().files, columns) == set(columns)
    store.bring_in([samples.observation(9, "b", calibre_mm=82.0, target=Target.SCHOOL)], "b")
    assert saying_nothing(store.archive().files, columns) == {"weapon", "weapon_name"}
    table = _table(store)
    assert table.target.words().tolist() == ["", "", "", "", "", "school"]
    assert table.calibre_mm[5] == 82.0
    assert np.isnan(table.calibre_mm[:5]).all()


def test_a_file_from_before_probabilities_states_none(store: samples.Store):
    store.bring_in(samples.observations(3))
    _age(store)
    store.bring_in([samples.observation(5, "b", **HOWITZER)], "b")
    for path in store.archive().files:
        pq.write_table(pq.read_table(path).drop_columns(["probability"]), path)
    store.bring_in([samples.observation(7, "c", probability=0.75)], "c")
    table = _table(store)
    assert table.probability.tolist()[-1] == 0.75
    assert np.isnan(table.probability[:-1]).all()
    assert table.weapon_name.words().tolist() == ["", "", "", "D-30", ""]
    told = observations_by_id(store.archive(), table.id.tolist())
    assert [one.probability for one in told] == [None, None, None, None, 0.75]
