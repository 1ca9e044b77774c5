"""``truceline ledger stamp``: heads stamped by authorities on this machine, and read again without them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "ledger"))

from ledger_samples import NOON, WITNESSES, cosigned, key_list, log_of
from stamp_authority import TestAuthority, town


@pytest.fixture
def head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("truceline.cli.ledger_stamps.now", lambda: datetime.fromtimestamp(NOON + 9, UTC))
    path = tmp_path / "head.txt"
    path.write_bytes(log_of(tmp_path / "log", [b"one"]))
    return path


def test_a_head_is_stamped_and_checked_without_asking_again(truceline: Callable, head: Path):
    one, other = TestAuthority("north"), TestAuthority("south")
    listed = head.with_name("clocks.txt")
    for authority in (one, other):
        head.with_name(f"{authority.name}.pem").write_bytes(authority.roots_file())
    with town(one) as url:
        listed.write_text(f"authority north north.pem {url}\nauthority south south.pem http://127.0.0.1:1/\n")
        said = truceline("ledger", "stamp", head, "--authorities", listed)
    assert said.exit_code == 12
    assert "north: stamped between 2031-04-21 11:59:59 UTC and 2031-04-21 12:00:01 UTC" in said.out
    assert "south: unreachable: " in said.out
    listed.write_text("authority north north.pem http://127.0.0.1:1/\n")
    kept = truceline("ledger", "stamp", head, "--authorities", listed, "--check", "--json")
    assert kept.exit_code == 0
    assert json.loads(kept.out) == {
        "size": 1,
        "authorities": [{"name": "north", "state": "stamped", "from": NOON - 1, "to": NOON + 1, "why": ""}],
        "existed_by": NOON + 1,
        "apart_s": 0,
        "disagree": False,
        "ahead": [],
    }


def test_clocks_that_disagree_are_told(truceline: Callable, head: Path):
    one, late = TestAuthority("north"), TestAuthority("south")
    for authority in (one, late):
        head.with_name(f"{authority.name}.pem").write_bytes(authority.roots_file())
    with town(one) as first, town(late, -3600) as second:
        listed = head.with_name("clocks.txt")
        listed.write_text(f"authority north north.pem {first}\nauthority south south.pem {second}\n")
        said = truceline("ledger", "stamp", head, "--authorities", listed)
    assert said.exit_code == 0
    assert "the clocks are 3598 s apart beyond their accuracies" in said.out


def test_a_witness_ahead_of_the_stamps_is_named(truceline: Callable, head: Path):
    one = TestAuthority("north")
    head.with_name("north.pem").write_bytes(one.roots_file())
    head.write_bytes(cosigned(head.read_bytes(), {**dict.fromkeys(WITNESSES, NOON), "party-b": NOON + 99}))
    listed, keys = head.with_name("clocks.txt"), head.with_name("keys.txt")
    keys.write_bytes(key_list())
    with town(one) as url:
        listed.write_text(f"authority north north.pem {url}\n")
        said = truceline("ledger", "stamp", head, "--authorities", listed, "--keys", keys)
    assert said.exit_code == 0
    assert "witnesses whose clocks are ahead of the stamps: party-b" in said.out


def test_what_is_not_there_is_told(truceline: Callable, head: Path):
    assert truceline("ledger", "stamp", head, "--authorities", head.with_name("none")).exit_code == 3
    head.with_name("north.pem").write_bytes(TestAuthority("north").roots_file())
    listed = head.with_name("clocks.txt")
    listed.write_text("authority north north.pem\n")
    assert truceline("ledger", "stamp", head.with_name("no-head"), "--authorities", listed).exit_code == 3
    said = truceline("ledger", "stamp", head, "--authorities", listed, "--check")
    assert said.exit_code == 12
    assert "no head over 1 entries was stamped" in said.err
