"""Weighed evidence that comes bit by bit: in any order and any batches the same incidents, and each change told."""

from __future__ import annotations

import itertools
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import mission_samples as samples
import mixed_mission as mixed
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.mission.folder import Mission, open_mission
from truceline.mission.fusing import all_incidents, fuse_mission, incident_revisions, run_file
from truceline.store import incident_details, incident_table, membership_of

FIGURES = ("id", "start_us", "end_us", "sometime", "lat", "lon", "radius_m", "probability", "count_low", "count_high")
Members = dict[int, frozenset[int]]


@dataclass(frozen=True)
class Run:
    """What a run of fusion told: members by incident, revisions, and what each incident replaces."""

    members: Members
    revision: dict[int, int]
    replaces: dict[int, tuple[int, ...]]


def rows_of(name: str, table: str) -> list[str]:
    """The rows of a file, each as a file of its own."""
    if name == "posts":
        told = json.loads(table)
        return [json.dumps({**told, "features": [one]}) for one in told["features"]]
    head, *rows = table.splitlines(keepends=True)
    return [head + one for one in rows]


def joined(name: str, rows: list[str]) -> str:
    """Rows of one kind as one file again."""
    if name == "posts":
        first = json.loads(rows[0])
        return json.dumps({**first, "features": [json.loads(one)["features"][0] for one in rows]})
    return rows[0].splitlines(keepends=True)[0] + "".join(one.splitlines(keepends=True)[1] for one in rows)


def incidents_of(mission: Mission) -> list[tuple[str, ...]]:
    """All that an incident states but its revision."""
    table = all_incidents(mission)
    columns = [getattr(table, name).tolist() for name in FIGURES]
    columns += [getattr(table, name).words().tolist() for name in ("phenomenon", "party", "area")]
    opened = mission.records.latest_fusion()
    details = incident_details(run_file(mission, opened.incident_file))
    rows = []
    for row in zip(*columns, strict=True):
        one = details.get(row[0])
        rows.append(tuple(map(str, (*row, one and one.place, one and one.types, one and one.disagreement))))
    return sorted(rows)


def run_of(mission: Mission) -> Run:
    """The newest run."""
    last = mission.records.latest_fusion()
    path = run_file(mission, last.incident_file)
    told = membership_of(run_file(mission, last.member_file))
    members: dict[int, set[int]] = {}
    for incident, observation in zip(told.incident.tolist(), told.observation.tolist(), strict=True):
        members.setdefault(incident, set()).add(observation)
    replaces = {key: one.replaces for key, one in incident_details(path).items()}
    assert set(members) == set(incident_table(path).id.tolist())
    return Run({key: frozenset(one) for key, one in members.items()}, incident_revisions(path), replaces)


def batches(mission: Mission, pieces: list[tuple[str, str]], hows: dict[str, str], cuts: list[int]) -> Iterator[Run]:
    """Take in pieces batch by batch, fusing after each."""
    edges = [0, *sorted(cuts), len(pieces)]
    for number, (begin, end) in enumerate(itertools.pairwise(edges)):
        batch = pieces[begin:end]
        for name in dict.fromkeys(name for name, _ in batch):
            rows = [row for other, row in batch if other == name]
            mixed.take_in(mission, name, (joined(name, rows), hows[name]), f"-{number}")
        fuse_mission(open_mission(mission.root), now=samples.NOW)
        yield run_of(open_mission(mission.root))


def check_succession(before: Run, after: Run) -> None:
    """Each incident that came or went is told: the new one names the old, one revision on."""
    named = {one for key in after.members if key not in before.members for one in after.replaces.get(key, ())}
    assert set(before.members) - set(after.members) <= named
    for key, members in after.members.items():
        if key in before.members:
            assert after.revision[key] - before.revision[key] in (0, 1)
            assert after.replaces.get(key, ()) == before.replaces.get(key, ())
            continue
        took = {one for one, others in before.members.items() if others & members}
        assert set(after.replaces.get(key, ())) == took
        assert after.revision[key] == max((before.revision[one] for one in took), default=0) + 1


@settings(max_examples=4, deadline=None)
@given(data=st.data(), seed=st.integers(0, 10_000))
def test_any_order_in_any_batches_gives_the_same_incidents_and_each_change_is_told(data: st.DataObject, seed: int):
    files = mixed.files(seed, others=data.draw(st.integers(2, 14)))
    hows = {name: how for name, (_, how) in files.items()}
    pieces = [(name, row) for name, (table, _) in files.items() for row in rows_of(name, table)]
    shuffled = [
        pieces[one] for one in np.random.default_rng(data.draw(st.integers(0, 10_000))).permutation(len(pieces))
    ]
    cuts = data.draw(st.lists(st.integers(1, len(pieces) - 1), max_size=3, unique=True))
    with tempfile.TemporaryDirectory() as folder:
        whole = mixed.make_mission(Path(folder) / "whole" / "mission")
        (_,) = batches(whole, pieces, hows, [])
        parts = mixed.make_mission(Path(folder) / "parts" / "mission")
        before = Run({}, {}, {})
        for after in batches(parts, shuffled, hows, cuts):
            check_succession(before, after)
            before = after
        assert incidents_of(open_mission(parts.root)) == incidents_of(open_mission(whole.root))
