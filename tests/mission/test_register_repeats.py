"""Entries of a register that repeat others: taken in where they can, in any order, and kept as rejected where not."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import mission_samples as samples
import pytest

from truceline.mission.folder import Mission
from truceline.mission.ingesting import Intake, ingest
from truceline.sources.register.reader import COLUMNS
from truceline.store import ImportOutcome

HEADER = ",".join((*COLUMNS, "repeats")) + "\n"


def row(key: str, repeats: str = "", kind: str = "done", by: str = "party-north", subject: str = "ground-fire") -> str:
    """One row of a register."""
    start = "2031-04-20T08:00:00Z"
    return f"{key},{kind},{subject},{by},,{start},,,verified,mechanism" + "," * 12 + f",{repeats}\n"


def take_in(mission: Mission, *rows: str, name: str = "register.csv") -> ImportOutcome:
    """Take in a register."""
    path = mission.root / name
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return ingest(mission, Intake("register", path, mission.read_options()), now=samples.NOW)


def _held(mission: Mission) -> dict[str, str]:
    return {one.key: one.repeats for one in mission.records.register_entries()}


def _reasons(mission: Mission) -> list[str]:
    return [one.reason for one in mission.records.rejected(mission.records.imports()[-1].number, 9)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_other_entry_may_stand_before_or_after_it_or_be_in_already(mission: Mission, order: tuple[int, ...]):
    rows = [row("a"), row("b", "a"), row("c", "b")]
    assert take_in(mission, *(rows[i] for i in order)).new == 3
    assert take_in(mission, *(rows[i] for i in order), name="again.csv").already == 3
    assert take_in(mission, row("d", "c"), name="more.csv").new == 1
    assert _held(mission) == {"a": "", "b": "a", "c": "b", "d": "c"}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (row("b", "aa"), "repeats 'aa', and the register has no such entry; did you mean a?"),
        (row("b", "b"), "repeats names the entry itself"),
        (row("b", "a", kind="not-done"), "is of the kind 'done' and not 'not-done'"),
        (row("b", "a", by="party-south"), "is by 'party-north' and not by 'party-south'"),
        (row("b", "a", subject="c1"), "is on 'ground-fire' and not on 'c1'"),
    ],
)
def test_what_an_entry_cannot_repeat_is_kept_as_rejected_with_its_reason(mission: Mission, wrong: str, why: str):
    if ",c1," in wrong:
        wrong, why = wrong.replace(",c1,", ",grond-fire,"), "is no event, norm, duty"
    outcome = take_in(mission, row("a"), wrong)
    assert (outcome.new, outcome.rejected) == (1, 1)
    assert why in _reasons(mission)[0]
    assert _held(mission) == {"a": ""}


def test_what_repeats_a_rejected_entry_is_rejected_with_it(mission: Mission):
    outcome = take_in(mission, row("c", "b"), row("b", "z"), row("a"))
    assert (outcome.new, outcome.rejected) == (1, 2)
    assert ["repeats 'b'" in _reasons(mission)[0], "repeats 'z'" in _reasons(mission)[1]] == [True, True]


def test_entries_that_repeat_each_other_are_rejected_in_one_file_and_over_two(mission: Mission):
    assert take_in(mission, row("a", "b"), row("b", "a"), row("c", "a")).rejected == 3
    take_in(mission, row("a"), row("b", "a"), name="first.csv")
    outcome = take_in(mission, row("a", "b"), name="correction.csv")
    assert (outcome.revised, outcome.rejected) == (0, 1)
    assert "repeats 'b' in a circle: a → b → a" in _reasons(mission)[0]
    assert _held(mission) == {"a": "", "b": "a"}


def test_an_old_file_read_again_after_a_correction_is_known_and_not_refused(mission: Mission):
    old = (row("a", "b"), row("b"))
    assert take_in(mission, *old, name="old.csv").new == 2
    assert take_in(mission, row("a"), row("b", "a"), name="new.csv").revised == 2
    outcome = take_in(mission, *old, name="old.csv")
    assert (outcome.already, outcome.revised, outcome.rejected) == (2, 0, 0)
    assert _held(mission) == {"a": "", "b": "a"}


def test_a_mirror_drill_refuses_and_keeps_the_same_with_the_parties_exchanged(tmp_path: Path):
    plain = samples.make_mission(tmp_path / "plain")
    mirrored = samples.make_mission(tmp_path / "mirrored", settings="swap_parties = true\n" + samples.SETTINGS)
    rows = (row("a"), row("b", "a"), row("c", "a", by="party-south"), row("d", by="party-south"))
    for one in (plain, mirrored):
        take_in(one, *rows)
        take_in(one, row("e", "d", by="party-south"), row("f", "d"), name="more.csv")
    assert _held(plain) == _held(mirrored) == {"a": "", "b": "a", "d": "", "e": "d"}
    assert samples.exchanged(_reasons(mirrored)[0]) == _reasons(plain)[0]
    raws = [one.records.rejected(one.records.imports()[-1].number, 1)[0].raw for one in (plain, mirrored)]
    assert raws[0] == raws[1]
