"""What must hold for linking, however the observations look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion import Fused, fuse
from truceline.model import Columns, Membership, Words, exchange_parties

Make = Callable[..., Any]
"""A fixture that builds rows or tables."""

Rows = list[dict[str, Any]]


LAWS = settings(max_examples=80, deadline=None)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.integers(0, 10_000).map(lambda number: f"k{number}"),
            "second": st.integers(0, 4000),
            "lasts_s": st.integers(0, 2000),
            "phenomenon": st.sampled_from(["air-alarm", "rocket-alert", "drill", "explosion"]),
            "stratum": st.sampled_from(["official-alarm", "civilian", "patrol"]),
            "place": st.sampled_from(["area:North", "area:South", "area:North / Hills raion"]),
            "area": st.sampled_from(["North", "South", ""]),
            "party": st.sampled_from(["", "party-x", "party-y"]),
        }
    ),
    max_size=25,
    unique_by=lambda row: row["key"],
)


def as_said(table: Columns | Membership) -> list[tuple]:
    columns = [value.words() if isinstance(value, Words) else np.nan_to_num(value) for value in vars(table).values()]
    return list(zip(*(column.tolist() for column in columns), strict=True))


def everything(fused: Fused) -> tuple:
    return as_said(fused.incidents), as_said(fused.membership), fused.linkage


@LAWS
@given(rows=ROWS, data=st.data())
def test_the_order_of_observations_is_irrelevant(told: Make, observed: Make, rows: Rows, data: st.DataObject):
    shuffled = data.draw(st.permutations(rows))
    one, two = (fuse(observed([told(**row) for row in version])) for version in (rows, shuffled))
    assert everything(one) == everything(two)


@LAWS
@given(rows=ROWS)
def test_every_observation_is_in_exactly_one_incident(told: Make, observed: Make, rows: Rows):
    table = observed([told(**row) for row in rows])
    fused = fuse(table)
    assert sorted(fused.membership.observation.tolist()) == sorted(table.id.tolist())
    ids, sizes = np.unique(fused.membership.incident, return_counts=True)
    assert dict(zip(ids.tolist(), sizes.tolist(), strict=True)) == dict(
        zip(fused.incidents.id.tolist(), fused.incidents.members.tolist(), strict=True)
    )
    assert int(fused.incidents.members.sum()) == len(rows)


@LAWS
@given(rows=ROWS)
def test_an_observation_far_away_changes_no_other_incident(told: Make, observed: Make, rows: Rows):
    alone = fuse(observed([told(**row) for row in rows]))
    far = told("far", 10_000_000, phenomenon="air-alarm")
    joined = fuse(observed([*(told(**row) for row in rows), far]))
    assert set(as_said(alone.incidents)) < set(as_said(joined.incidents))
    assert len(joined.incidents) == len(alone.incidents) + 1


@LAWS
@given(rows=ROWS)
def test_exchanging_the_parties_exchanges_them_and_nothing_else(told: Make, observed: Make, rows: Rows):
    pair = ("party-x", "party-y")
    plain = fuse(observed([told(**row) for row in rows]))
    exchanged = fuse(observed([told(**row) for row in exchange_parties(rows, pair)]))
    assert exchange_parties(as_said(exchanged.incidents), pair) == as_said(plain.incidents)
    assert as_said(exchanged.membership) == as_said(plain.membership)


@LAWS
@given(rows=ROWS)
def test_nobody_has_two_partners_and_figures_stay_in_order(told: Make, observed: Make, rows: Rows):
    incidents = fuse(observed([told(**row) for row in rows])).incidents
    alarms = incidents.phenomenon.equal("air-alarm")
    assert (incidents.members[alarms] <= 2).all()
    assert (incidents.start_us <= incidents.end_us).all()
    assert (np.diff(incidents.start_us) >= 0).all()
