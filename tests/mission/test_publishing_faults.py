"""The disk fails at a call of publishing, or the process dies there: nothing wrong leaves, nothing is lost.

Some of the calls are tried each time; with TRUCELINE_EVERY_CALL=1 every one of them is (some minutes).
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import mission_samples as samples
import pytest
from case_mission import CaseMission
from public_mission import NOON, PublicMission, beside, public_mission

from truceline.ledger import disk
from truceline.ledger.checking_log import check_log, stored_entries
from truceline.ledger.verifying import Asked, read_keys, verify
from truceline.mission.case_room import open_case_room
from truceline.mission.folder import open_mission
from truceline.mission.log_keys import Which, log_folder, read_verifier
from truceline.mission.publisher import RELEASED
from truceline.mission.publishing import published
from truceline.mission.sealed import FOLDER
from truceline.model import TrucelineError

CALLS = ("write", "sync", "rename", "sync_folder", "make_folder")


CASES: dict[Path, str] = {}
"""The case of each folder made here."""


class Died(BaseException):
    """The process is gone: nothing after this call was done by it."""


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, at: int, fault: Callable[[], BaseException]) -> Iterator[list[int]]:
    """Let the call to the disk of that number fail, half done where it writes; gives how many there were."""
    made = [0]

    def wrapped(name: str) -> Callable[..., object]:
        call = getattr(disk, name)

        def instead(*given: object) -> object:
            made[0] += 1
            if made[0] == at:
                if name == "write":
                    handle, data = given
                    os.write(handle, bytes(data)[: len(bytes(data)) // 2])  # type: ignore[arg-type, call-overload]
                raise fault()
            return call(*given)

        return instead

    with monkeypatch.context() as patch:
        for name in CALLS:
            patch.setattr(disk, name, wrapped(name))
        yield made


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A decided case with both logs' keys and a policy, nothing published."""
    folder = tmp_path_factory.mktemp("faults")
    CASES[folder] = public_mission(samples.concluded_mission(folder / "mission"), folder / "memories").made.case
    return folder


def again(ready: Path, folder: Path) -> PublicMission:
    """A copy of it, with witnesses who remember nothing."""
    root = Path(shutil.copytree(ready / "mission", folder / "mission"))
    return beside(CaseMission(open_case_room(open_mission(root)), NOON, CASES[ready]), folder / "memories")


def check(town: PublicMission) -> None:
    """Whatever stands in the released folder holds, and nothing stands in the log that nobody sent."""
    keys = read_keys((town.root / "ledger" / "witnesses.policy").read_bytes())
    for path in (town.root / RELEASED).glob("*/*.json"):
        assert verify(path.read_bytes(), keys, Asked(town.clock() + 300)).held, path


def entries(town: PublicMission) -> list[bytes]:
    mission = town.made.room.mission
    return list(stored_entries(log_folder(mission, Which.PUBLIC), [read_verifier(mission, Which.PUBLIC)]))


def died() -> BaseException:
    return Died()


def full() -> BaseException:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def broken() -> BaseException:
    return OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.mark.parametrize(("fault", "every"), [(broken, 11), (full, 17), (died, 7)])
def test_whatever_call_fails_a_repeat_publishes_everything_once_and_nothing_wrong_leaves(
    ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], BaseException], every: int
):
    every = 1 if os.environ.get("TRUCELINE_EVERY_CALL") else every
    at, reached = 1, True
    while reached:
        town = again(ready, tmp_path / str(at))
        with failing(monkeypatch, at, fault) as made:
            try:
                town.publish()
                town.round()
            except (TrucelineError, Died):
                pass
            reached = made[0] >= at
        check(town)
        if not published(town.made.again().room):
            town.publish()
        found = town.round(minutes=1)
        assert found.enough
        assert found.withheld == ()
        assert len(town.released("parties")) == len(town.released("public")) == 2
        check(town)
        kept = entries(town)
        assert len(set(kept)) == len(kept)
        assert {path.stem for path in (town.root / FOLDER).glob("[0-9a-f]*.json")} >= {
            one.entry for one in published(town.made.again().room)
        }
        mission = town.made.room.mission
        assert check_log(log_folder(mission, Which.PUBLIC), [read_verifier(mission, Which.PUBLIC)]).damages == ()
        at += every
        shutil.rmtree(tmp_path / str(at - every))
    assert at > 60
