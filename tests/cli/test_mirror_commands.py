"""``truceline ledger mirror`` and ``rebuild-keys``: what they print and how they end."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from case_mission import case_mission

sys.path.insert(0, str(Path(__file__).parents[1] / "ledger"))

from ledger_samples import LOG_KEY, WITNESSES, cosigned, key_list, log_of


def test_a_log_is_mirrored_and_a_fork_ends_with_the_code_of_the_log(truceline: Callable, tmp_path: Path):
    log_of(tmp_path / "log", [b"one", b"two"])
    log_of(tmp_path / "other", [b"one", b"three"])
    key = tmp_path / "log.pub"
    key.write_text(LOG_KEY.verifier.text() + "\n")
    copy = tmp_path / "copy"
    said = truceline("ledger", "mirror", tmp_path / "log", copy, "--key", key)
    assert said.exit_code == 0
    assert "2 new entries; the copy has 2" in said.out
    again = json.loads(truceline("ledger", "mirror", tmp_path / "log", copy, "--key", key, "--json").out)
    assert (again["new"], again["size"]) == (0, 2)
    assert again["head"] == (tmp_path / "log/checkpoint").read_text()
    fork = truceline("ledger", "mirror", tmp_path / "other", copy, "--key", key)
    assert fork.exit_code == 12
    assert "two faces" in fork.err


def test_a_stale_head_is_not_copied(truceline: Callable, tmp_path: Path):
    head = log_of(tmp_path / "log", [b"one"])
    key, keys = tmp_path / "log.pub", tmp_path / "keys.txt"
    key.write_text(LOG_KEY.verifier.text() + "\n")
    keys.write_bytes(key_list())
    words = ("ledger", "mirror", tmp_path / "log", tmp_path / "copy", "--key", key, "--keys", keys)
    alone = truceline(*words)
    assert (alone.exit_code, "are not the quorum" in alone.err) == (12, True)
    now_s = int(time.time())
    (tmp_path / "log/checkpoint").write_bytes(cosigned(head, dict.fromkeys(WITNESSES, now_s - 8 * 86_400)))
    stale = truceline(*words)
    assert (stale.exit_code, "the head is stale" in stale.err) == (12, True)
    assert truceline(*words, "--max-age", "9").exit_code == 0
    assert truceline(*words[:-1], tmp_path / "none").exit_code == 3


def test_lost_keys_are_made_anew(truceline: Callable, folder: Path):
    case_mission(folder).open()
    truceline("ledger", "init", "--mission", folder)
    truceline("ledger", "drain", "--mission", folder)
    (folder / "ledger/private/keys.db").unlink()
    assert json.loads(truceline("ledger", "rebuild-keys", "--mission", folder, "--json").out) == {"keys": 0}
    assert "made anew with 0 keys" in truceline("ledger", "rebuild-keys", "--mission", folder).out
    assert truceline("ledger", "fsck", "--mission", folder).exit_code == 0
