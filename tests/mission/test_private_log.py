"""The private log of a mission: every event once, through kills; what is changed in the records afterwards shows."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import mission_samples as samples
import pytest
from case_mission import BEGIN, CaseMission, case_mission

from truceline.ledger import disk
from truceline.ledger.checking_log import LogCheck, check_log, stored_entries
from truceline.ledger.cosignatures import open_checkpoint
from truceline.ledger.log import KEYS, Log
from truceline.mission.case_room import open_case_room
from truceline.mission.folder import Mission, open_mission
from truceline.mission.log_keys import LEDGER, PUBLIC, SECRET, log_folder, make_key, read_identity, read_verifier
from truceline.mission.private_log import compare, drain, entry_of, key_of
from truceline.model import LedgerFault, MissionFault, NotFound, canonical_json

NOON = 1_934_539_200


@pytest.fixture(scope="session")
def acted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case taken to its review, and the log's key; nothing is in the log yet."""
    root = samples.concluded_mission(tmp_path_factory.mktemp("private") / "mission")
    made = case_mission(root).to_review()
    make_key(made.room.mission, randomness=lambda count: bytes(range(count)))
    return root


@pytest.fixture
def mission(acted: Path, tmp_path: Path) -> Mission:
    return open_mission(Path(shutil.copytree(acted, tmp_path / "mission")))


def drained(mission: Mission, at_once: int = 4) -> int:
    return drain(mission, read_identity(mission), lambda: NOON, at_once).entered


def settled(mission: Mission) -> None:
    with Log(log_folder(mission), read_identity(mission), lambda: NOON) as log:
        log.settle()


def looked_over(mission: Mission) -> LogCheck:
    return check_log(log_folder(mission), [read_verifier(mission)], key_of)


def by_hand(mission: Mission, words: str, given: tuple[str, ...] = ()) -> None:
    """As somebody with the file of the records does who knows his way about."""
    link = sqlite3.connect(mission.root / "records.db")
    with link:
        for (name,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            link.execute(f"DROP TRIGGER {name}")
        link.execute(words, given)
    link.close()


def test_what_was_done_is_entered_in_order_and_the_log_is_whole(mission: Mission):
    events = mission.records.events()
    done = drain(mission, read_identity(mission), lambda: NOON, 4)
    assert len(events) > 10
    assert (done.entered, done.size) == (len(events), len(events))
    head = open_checkpoint(done.head.encode(), f"{mission.settings.id}/private", [read_verifier(mission)]).checkpoint
    assert head.size == len(events)
    for _ in range(2):
        assert list(stored_entries(log_folder(mission), [read_verifier(mission)])) == [one.canonical for one in events]
        found = looked_over(mission)
        assert (found.damages, found.remarks, found.size) == ((), (), len(events))
        settled(mission)


def test_draining_again_enters_nothing_and_then_only_what_is_new(mission: Mission):
    first = drained(mission)
    assert drained(mission) == 0
    before = len(mission.records.events())
    again = CaseMission(open_case_room(mission), BEGIN + timedelta(days=1), mission.records.acts()[0].case)
    again.grade("rita")
    new = len(mission.records.events()) - before
    assert new == 2, "the decision and the act"
    assert compare(mission, (read_verifier(mission),)).waiting == new
    assert drained(mission) == new
    assert looked_over(mission).size == first + new


def test_killed_between_any_two_steps_nothing_is_lost_or_entered_twice(
    acted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    class Killed(BaseException):
        pass

    class Calls:
        left = 0

    def dying(call: Callable[..., object]) -> Callable[..., object]:
        def instead(*given: object, **more: object) -> object:
            Calls.left -= 1
            if Calls.left < 0:
                raise Killed
            return call(*given, **more)

        return instead

    steps, killed = 0, True
    while killed:
        mission = open_mission(Path(shutil.copytree(acted, tmp_path / str(steps))))
        identity, events = read_identity(mission), mission.records.events()
        Calls.left = steps
        with monkeypatch.context() as patch:
            for name in ("write", "sync", "rename", "sync_folder", "make_folder"):
                patch.setattr(disk, name, dying(getattr(disk, name)))
            patch.setattr("truceline.ledger.log.SETTLE_AT", 8)
            try:
                drain(mission, identity, lambda: NOON, 4)
                killed = False
            except Killed:
                pass
        inside = len(list(stored_entries(log_folder(mission), [read_verifier(mission)])))
        assert drained(mission) == len(events) - inside
        assert drained(mission) == 0
        assert looked_over(mission).damages == ()
        assert list(stored_entries(log_folder(mission), [read_verifier(mission)])) == [one.canonical for one in events]
        steps += 1
        shutil.rmtree(mission.root)
    assert steps > 20


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("UPDATE case_act SET content = replace(content, 'our view', 'we did it')", "gone or was changed"),
        ("DELETE FROM case_act WHERE number = (SELECT max(number) FROM case_act)", "acts, and events tell of"),
        ("DELETE FROM outbox WHERE number = 3", "event 3 of the outbox is gone or was changed"),
        ("DELETE FROM outbox WHERE number = (SELECT max(number) FROM outbox)", "no longer"),
        ("UPDATE outbox SET content = replace(content, 'our view', 'we did it')", "gone or was changed"),
        ("UPDATE outbox SET content = '{' WHERE number = 2", "cannot be read"),
        ("DELETE FROM outbox", "was told of event 1"),
    ],
)
def test_what_is_changed_in_the_records_afterwards_is_found(mission: Mission, words: str, told: str):
    drained(mission)
    by_hand(mission, words)
    for attempt in (lambda: compare(mission, (read_verifier(mission),)), lambda: drained(mission)):
        with pytest.raises(LedgerFault, match=told):
            attempt()
    assert looked_over(mission).damages == ()


def test_an_event_changed_together_with_its_id_is_found(mission: Mission):
    drained(mission)
    event = mission.records.events()[4]
    forged = type(event)(event.number, event.kind, event.at, {**event.content, "because": "he said so"})
    row = (forged.id, canonical_json(forged.content).decode())
    by_hand(mission, "UPDATE outbox SET id = ?, content = ? WHERE number = 5", row)
    assert mission.records.events()[4].id == forged.id
    with pytest.raises(LedgerFault, match="event 5 of the outbox is not what the private log was told"):
        drained(mission)


def test_an_act_slipped_in_without_an_event_is_found(mission: Mission):
    drained(mission)
    case = mission.records.acts()[0].case
    with mission.records.adding() as adding:
        adding.append_act(case, "notice", "{}")
    with pytest.raises(LedgerFault, match="acts, and events tell of"):
        drained(mission)


def test_lost_keys_are_told_and_draining_enters_nothing_twice(mission: Mission):
    count = drained(mission)
    settled(mission)
    (log_folder(mission) / KEYS).unlink()
    assert [(one.where, "lost" in one.what) for one in looked_over(mission).damages] == [(KEYS, True)]
    assert drained(mission) == 0
    found = looked_over(mission)
    assert found.size == count
    assert [one.where for one in found.damages] == [KEYS], "an empty one in its place is no better"


def test_an_event_too_long_for_an_entry_is_entered_by_its_hash(mission: Mission):
    with mission.records.adding() as adding:
        event = adding.add_event("decision", BEGIN, {"because": "x" * 70_000})
    drained(mission)
    *_, last = stored_entries(log_folder(mission), [read_verifier(mission)])
    assert last == entry_of(event) != event.canonical
    assert event.id.encode() in last
    assert looked_over(mission).damages == ()


def test_the_key_is_made_once_and_only_its_owner_reads_it(mission: Mission):
    secret = mission.root / LEDGER / SECRET
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.parent.stat().st_mode & 0o777 == 0o700
    before = secret.read_bytes()
    with pytest.raises(MissionFault, match="its key already"):
        make_key(mission)
    (mission.root / LEDGER / PUBLIC).unlink()
    assert make_key(mission) == read_identity(mission).keys[0].verifier, "a making cut short is gone on with"
    assert secret.read_bytes() == before
    secret.chmod(0o640)
    with pytest.raises(LedgerFault, match="others than its owner") as told:
        read_identity(mission)
    assert "PRIVATE" not in told.value.diagnosis()


@pytest.mark.parametrize("left", [PUBLIC, None])
def test_a_log_without_its_secret_key_gets_no_new_one(mission: Mission, left: Path | None):
    drained(mission)
    (mission.root / LEDGER / SECRET).unlink()
    if left is None:
        (mission.root / LEDGER / PUBLIC).unlink()
    with pytest.raises(LedgerFault, match="the secret key is gone"):
        make_key(mission)
    with pytest.raises(NotFound, match="no key yet"):
        read_identity(mission)


def test_an_exchanged_public_key_is_told(mission: Mission):
    other = type(read_identity(mission).keys[0])(
        f"{mission.settings.id}/private", read_verifier(mission).signing, b"x" * 32
    )
    (mission.root / LEDGER / PUBLIC).write_text(other.verifier.text() + "\n")
    with pytest.raises(LedgerFault, match="do not belong together"):
        read_identity(mission)
