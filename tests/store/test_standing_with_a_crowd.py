"""Observations that stand with their crowd: known is who stands for them, and they repeat nobody's words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from truceline.cli.weighed import weighed_lines
from truceline.model import Membership, Standings
from truceline.store import standings_of, tellings_of
from truceline.store.weighed import weighed_membership_rows


def test_who_stands_with_a_crowd_is_kept_and_is_no_copy(tmp_path: Path):
    ids, nothing = np.array([1, 2, 3], np.uint64), np.nan
    told = Standings(
        ids, np.array([1, 1, 1], np.uint64), np.array([0.5, 0.5, nothing]), np.array([0.5, 0.5, nothing]),
        np.array([0.1, 0.1, nothing]),
    )  # fmt: skip
    rows = weighed_membership_rows(Membership(np.array([7, 7, 9], np.uint64), ids), told)
    pq.write_table(rows, tmp_path / "members.parquet")
    assert rows.column("telling").to_pylist() == [1, 1, 1]
    assert tellings_of(tmp_path / "members.parquet").tolist() == [1, 1, 0]
    assert len(standings_of(tmp_path / "members.parquet", np.array([9], np.uint64)).observation) == 0


def test_the_command_line_tells_how_many_were_set_aside_and_of_whom():
    found = {
        "weighed": 4, "incidents": 4, "told": (4.0, 3.0, 5.0), "real": (4.0, 3.0, 5.0), "copies": 0,
        "apart": {"crowd": 9_996}, "crowded": {"channel, civilian": 9_996},
    }  # fmt: skip
    lines = weighed_lines(found)
    assert any(line.startswith("not weighed, 9,996: of one teller") for line in lines)
    assert lines[-1] == "of a crowd of channel, civilian: 9,996"
    assert weighed_lines({key: each for key, each in found.items() if key != "crowded"})[-1] != lines[-1]
