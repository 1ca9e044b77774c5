"""``fuse`` and ``explain`` in a mission whose evidence is weighed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import mixed_mission as mixed
import pytest

from truceline.cli.weighed import _figure
from truceline.mission.folder import open_mission
from truceline.mission.fusing import all_incidents


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A mission with evidence of every kind, taken in and not fused yet."""
    mission = mixed.make_mission(tmp_path / "mission")
    for name, told in mixed.files(others=12).items():
        mixed.take_in(mission, name, told)
    return mission.root


def test_fuse_tells_the_number_of_incidents_and_explain_what_moved_one(truceline: Callable, made: Path):
    said = truceline("fuse", "-m", made)
    assert said.exit_code == 0
    assert "number of incidents they tell of, with its 95 % interval:" in said.out
    assert "1 reports repeat another telling and count once with it" in said.out
    told = json.loads(truceline("fuse", "-m", made, "--json").out)["linkage"]["weighed"]
    assert len(told["told"]) == len(told["real"]) == 3
    table = all_incidents(open_mission(made))
    most = f"{int(table.id[table.members.argmax()]):016x}"
    out = truceline("explain", most, "-m", made).out
    for words in ("probability that it is real:", "Without this observation", "strata left", "link"):
        assert words in out
    note, observations, moved = json.loads(truceline("explain", most, "-m", made, "--json").out)
    assert note["incident"]["probability"] > 0.5
    assert len(observations) == len(moved) == int(table.members.max())
    assert {"link", "moved_m", "moved_s", "narrowed", "made_surer", "strata_left", "copy_of"} <= moved[0].keys()


def test_a_wrong_word_of_linking_teaches_the_right_one(truceline: Callable, made: Path):
    path = made / "mission.toml"
    path.write_text(path.read_text().replace('"likelihood"', '"probability"'), encoding="utf-8")
    said = truceline("fuse", "-m", made)
    assert said.exit_code != 0
    assert "rules" in said.err
    assert "likelihood" in said.err


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (-0.0, "{:+.3f}", "+0.000"),
        (-0.0004, "{:+.3f}", "+0.000"),
        (-0.4, "{:+,.0f} s", "+0 s"),
        (-0.6, "{:+,.0f} s", "-1 s"),
        (0.01, "{:,.1f} times", "0.0 times"),
        (None, "{:+.3f}", "-"),
    ],
)
def test_nothing_has_no_sign(value: float | None, form: str, shown: str):
    assert _figure(value, form) == shown
