"""A log's key changed for a new one, planned or after a theft, and killed in between."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import mission_samples as samples
import pytest
from case_mission import case_mission
from public_mission import PublicMission, public_mission

from truceline.ledger import disk
from truceline.ledger.checking_log import check_log, stored_entries
from truceline.ledger.cosignatures import open_checkpoint
from truceline.ledger.rotations import check_rotation, read_rotation
from truceline.mission.folder import Mission, open_mission
from truceline.mission.log_keys import Which, log_folder, make_key, read_identity, read_verifier
from truceline.mission.private_log import compare, drain
from truceline.mission.publisher import POLICY
from truceline.mission.rotating import begin, finish
from truceline.model import LedgerFault, NotProved, UsageFault

NOON = 1_938_000_000
DAY_S = 86_400


@pytest.fixture(scope="session")
def concluded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples.concluded_mission(tmp_path_factory.mktemp("rotating") / "mission")


@pytest.fixture
def mission(concluded: Path, tmp_path: Path) -> Mission:
    one = case_mission(Path(shutil.copytree(concluded, tmp_path / "mission")))
    one.open()
    found = one.room.mission
    make_key(found)
    drain(found, read_identity(found), lambda: NOON)
    return found


@pytest.fixture
def town(concluded: Path, tmp_path: Path) -> PublicMission:
    return public_mission(Path(shutil.copytree(concluded, tmp_path / "mission")), tmp_path / "memories")


def at(day: float) -> int:
    return NOON + int(day * DAY_S)


def test_a_key_is_changed_and_no_reader_loses_the_thread(mission: Mission):
    old = read_verifier(mission)
    stated = begin(mission, Which.PRIVATE, lambda: at(0), 30 * DAY_S)
    new = stated.rotation.new
    assert check_rotation(stated.path.read_bytes(), old) == stated.rotation
    folder = log_folder(mission)
    head = (folder / "checkpoint").read_bytes()
    for key in (old, new):
        assert open_checkpoint(head, old.name, (key,)).checkpoint.size == compare(mission, (key,)).logged
        assert check_log(folder, (key,)).damages == ()
    again = begin(mission, Which.PRIVATE, lambda: at(1), 30 * DAY_S)
    assert again == stated
    with pytest.raises(UsageFault, match="both keys sign until"):
        finish(mission, Which.PRIVATE, lambda: at(29))
    done = finish(mission, Which.PRIVATE, lambda: at(30))
    assert read_verifier(mission) == new
    assert [key.verifier for key in read_identity(mission).keys] == [new]
    drain(mission, read_identity(mission), lambda: at(31))
    assert check_log(folder, (new,)).damages == ()
    assert done.path.read_bytes().decode() in b"".join(stored_entries(folder, (new,))).decode().replace("\\n", "\n")
    with pytest.raises(UsageFault, match="no next key"):
        finish(mission, Which.PRIVATE, lambda: at(40))


def test_a_second_change_follows_the_first(mission: Mission):
    first = read_verifier(mission)
    begin(mission, Which.PRIVATE, lambda: at(0), 0)
    middle = finish(mission, Which.PRIVATE, lambda: at(0)).rotation
    begin(mission, Which.PRIVATE, lambda: at(1), 0)
    last = finish(mission, Which.PRIVATE, lambda: at(1)).rotation
    assert (middle.old, middle.new, last.old) == (first, last.old, middle.new)
    assert len(list((mission.root / "ledger/keys").glob("*-to-*.txt"))) == 2


def test_a_stolen_key_is_changed_at_once_also_during_a_planned_change(mission: Mission):
    old = read_verifier(mission)
    begin(mission, Which.PRIVATE, lambda: at(0), 30 * DAY_S)
    begin(mission, Which.PRIVATE, lambda: at(1), 30 * DAY_S, compromised=True)
    done = finish(mission, Which.PRIVATE, lambda: at(1))
    assert (done.rotation.because, done.rotation.both_until_s) == ("compromised", at(1))
    drain(mission, read_identity(mission), lambda: at(2))
    begun = begin(mission, Which.PRIVATE, lambda: at(3), 0)
    head = (log_folder(mission) / "checkpoint").read_bytes()
    assert begun.rotation.old == done.rotation.new
    with pytest.raises(NotProved):
        open_checkpoint(head, old.name, (old,))


def test_killed_anywhere_a_change_is_gone_on_with(mission: Mission):
    old, turns = read_verifier(mission), 0
    for act in (
        lambda: begin(mission, Which.PRIVATE, lambda: at(0), 0),
        lambda: finish(mission, Which.PRIVATE, lambda: at(0)),
    ):
        step, ended = 0, False
        while not ended:
            step += 1
            turns += 1
            ended = _killed_at(step, act) or bool(list((mission.root / "ledger/keys").glob("*-to-*.txt")))
    assert turns > 12
    mission = open_mission(mission.root)
    new = read_verifier(mission)
    assert new != old
    assert check_log(log_folder(mission), (new,)).damages == ()
    entries = b"".join(stored_entries(log_folder(mission), (new,)))
    assert entries.count(b"truceline-key-rotation/v1") == 1


def _killed_at(step: int, act: object) -> bool:
    """Whether the act came to its end before its so many calls to the disk; else it was killed there."""
    left = [step]
    with pytest.MonkeyPatch.context() as patched:
        for name in ("sync", "rename"):
            patched.setattr(disk, name, _counting(getattr(disk, name), left))
        try:
            act()  # type: ignore[operator]
        except KeyboardInterrupt:
            return False
    return True


def _counting(real: object, left: list[int]) -> object:
    def call(*words: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        real(*words)  # type: ignore[operator]

    return call


def test_an_exchanged_next_key_is_told(mission: Mission):
    begin(mission, Which.PRIVATE, lambda: at(0), 0)
    keys = mission.root / "ledger/keys"
    (keys / "private-log.next.pub").write_bytes((keys / "private-log.pub").read_bytes())
    with pytest.raises(LedgerFault, match="not the one that was stated"):
        finish(mission, Which.PRIVATE, lambda: at(0))


def test_witnesses_and_publishing_follow_a_new_key(town: PublicMission):
    town.publish()
    town.round(hours=25)
    mission = town.made.room.mission
    begin(mission, Which.PUBLIC, town.clock, 30 * DAY_S)
    assert town.round(hours=1).enough
    statement = next(
        one for one in stored_entries(log_folder(mission, Which.PUBLIC), _both(mission)) if b"rotation" in one
    )
    rotation = read_rotation(statement)
    town.now += timedelta(days=31)
    finish(mission, Which.PUBLIC, town.clock)
    with pytest.raises(LedgerFault, match="does not name the key"):
        town.by()
    policy = mission.root / POLICY
    policy.write_text(f"log {rotation.new.text()}\n" + policy.read_text())
    for witness in town.witnesses.values():
        witness._logs[rotation.new.name] = (rotation.old, rotation.new)
    assert town.round(hours=1).enough


def _both(mission: Mission) -> tuple:
    return tuple(key.verifier for key in read_identity(mission, Which.PUBLIC).keys)
