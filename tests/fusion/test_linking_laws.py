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
            "weapon": st.sampled_from(["", "mortar", "artillery"]),
            "calibre_mm": st.sampled_from([float("nan"), 120.0, 122.0]),
            "weapon_name": st.sampled_from(["", "D-30", "2S1"]),
            "target": st.sampled_from(["", "hospital", "power-grid"]),
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


ARMS = ("weapon", "calibre_mm", "weapon_name", "target")


@LAWS
@given(rows=ROWS)
def test_an_incident_names_only_what_its_members_who_name_one_agree_on(told: Make, observed: Make, rows: Rows):
    table = observed([told(**row) for row in rows])
    fused = fuse(table)
    said = dict(zip(table.id.tolist(), as_named(table), strict=True))
    members: dict[int, list[dict[str, object]]] = {}
    for incident, one in zip(fused.membership.incident.tolist(), fused.membership.observation.tolist(), strict=True):
        members.setdefault(incident, []).append(said[one])
    for number, found in zip(fused.incidents.id.tolist(), as_named(fused.incidents), strict=True):
        named = {name: {one[name] for one in members[number]} - {""} for name in ARMS}
        expected = {name: next(iter(words)) if len(words) == 1 else "" for name, words in named.items()}
        if len(named["weapon"]) > 1 or len(named["calibre_mm"]) > 1:
            expected |= {"calibre_mm": "", "weapon_name": ""}
        assert found == expected


@LAWS
@given(rows=ROWS)
def test_every_incident_whose_members_differ_is_counted(told: Make, observed: Make, rows: Rows):
    table = observed([told(**row) for row in rows])
    fused = fuse(table)
    said = dict(zip(table.id.tolist(), as_named(table), strict=True))
    torn: dict[str, set[int]] = {name: set() for name in ARMS}
    first: dict[tuple[int, str], object] = {}
    for incident, one in zip(fused.membership.incident.tolist(), fused.membership.observation.tolist(), strict=True):
        for name in ARMS:
            word = said[one][name]
            if word and first.setdefault((incident, name), word) != word:
                torn[name].add(incident)
    weapons = torn["weapon"] | torn["calibre_mm"] | torn["weapon_name"]
    assert (fused.linkage.weapons_differ, fused.linkage.targets_differ) == (len(weapons), len(torn["target"]))


def as_named(table: Columns) -> list[dict[str, object]]:
    """What each row says of weapon and target; an unknown calibre as the empty text."""
    calibres = ["" if np.isnan(one) else one for one in table.calibre_mm.tolist()]
    words = {name: getattr(table, name).words().tolist() for name in ARMS if name != "calibre_mm"}
    columns = words | {"calibre_mm": calibres}
    return [{name: columns[name][row] for name in ARMS} for row in range(len(table))]
