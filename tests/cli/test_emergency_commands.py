"""``truceline ledger seal-key``, ``export``, ``open-export`` and ``wipe``, from the key to the empty folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from case_mission import case_mission


def test_a_mission_is_carried_out_opened_elsewhere_and_wiped(truceline: Callable, folder: Path, tmp_path: Path):
    mission = case_mission(folder).room.mission
    key, line, out = tmp_path / "safe.key", tmp_path / "safe.pub", tmp_path / "now.tar"
    made = truceline("ledger", "seal-key", "hague-safe", "--out", key)
    assert made.exit_code == 0
    assert key.read_text().strip() not in made.out + made.err
    line.write_text(made.out)
    assert key.stat().st_mode & 0o777 == 0o600
    assert truceline("ledger", "seal-key", "hague-safe", "--out", key).exit_code == 2
    done = json.loads(truceline("ledger", "export", "--out", out, "--to", line, "--mission", folder, "--json").out)
    checked = truceline("ledger", "open-export", out)
    assert f"hash of the export: {done['sha256']}" in checked.out
    assert truceline("ledger", "open-export", out, "--seal-key", key).exit_code == 2
    there = tmp_path / "there"
    opened = truceline("ledger", "open-export", out, "--seal-key", key, "--out", there, "--json")
    assert json.loads(opened.out)["opened"] == done["public"] + done["private"]
    words = ("ledger", "wipe", "--export", out, "--mission", folder)
    assert truceline(*words, "--sha256", "0" * 64, "--sure", mission.settings.id).exit_code == 2
    assert truceline(*words, "--sha256", done["sha256"], "--sure", "other").exit_code == 2
    said = truceline(*words, "--sha256", done["sha256"], "--sure", mission.settings.id)
    assert said.exit_code == 0
    assert f"{done['private']} files are overwritten and gone" in said.out
    assert "flash storage" in said.out
    assert not (folder / "records.db").exists()
    assert (there / "records.db").exists()


def test_a_secret_key_is_not_taken_for_a_public_one_nor_shown(truceline: Callable, folder: Path, tmp_path: Path):
    key = tmp_path / "safe.key"
    truceline("ledger", "seal-key", "hague-safe", "--out", key)
    said = truceline("ledger", "export", "--out", tmp_path / "now.tar", "--to", key, "--mission", folder)
    assert said.exit_code == 12
    assert key.read_text().strip()[-40:] not in said.out + said.err
    assert truceline("ledger", "open-export", tmp_path / "none").exit_code == 7
