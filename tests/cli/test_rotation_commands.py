"""``truceline ledger rotate-key`` and ``check-rotation``: from the old key to the new one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from case_mission import case_mission


def test_a_key_is_changed_and_whoever_trusts_the_old_one_is_given_the_new(
    truceline: Callable, folder: Path, tmp_path: Path
):
    case_mission(folder).open()
    truceline("ledger", "init", "--mission", folder)
    truceline("ledger", "drain", "--mission", folder)
    old = tmp_path / "old.pub"
    old.write_bytes((folder / "ledger/keys/private-log.pub").read_bytes())
    begun = truceline("ledger", "rotate-key", "--mission", folder)
    assert begun.exit_code == 0
    assert "both keys sign every head until" in begun.out
    statement = folder / "ledger/keys/private-log.next.txt"
    checked = json.loads(truceline("ledger", "check-rotation", statement, "--key", old, "--json").out)
    assert checked["because"] == "planned"
    early = truceline("ledger", "rotate-key", "--finish", "--mission", folder)
    assert (early.exit_code, "both keys sign until" in early.err) == (2, True)
    stolen = json.loads(truceline("ledger", "rotate-key", "--compromised", "--mission", folder, "--json").out)
    assert (stolen["done"], stolen["new"], stolen["because"]) == (True, checked["new"], "compromised")
    assert (folder / "ledger/keys/private-log.pub").read_text() == stolen["new"] + "\n"
    assert truceline("ledger", "fsck", "--mission", folder).exit_code == 0
    other = truceline("ledger", "check-rotation", stolen["statement"], "--key", folder / "ledger/keys/private-log.pub")
    assert other.exit_code == 12
    secret = (folder / "ledger/keys/private-log.key").read_text().strip()
    assert secret not in begun.out + begun.err


def test_before_there_is_a_key_it_says_what_to_do(truceline: Callable, folder: Path):
    assert truceline("ledger", "rotate-key", "--mission", folder).exit_code == 7
