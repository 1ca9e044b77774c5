"""``truceline verify``: one file, one list of keys, plain words, and an exit code a script can rely on."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

_LEDGER_TESTS = str(Path(__file__).resolve().parents[1] / "ledger")
if _LEDGER_TESTS not in sys.path:
    sys.path.insert(0, _LEDGER_TESTS)

import ledger_samples as samples  # noqa: E402 - the folder must be on the path first

from truceline.cli import verify  # noqa: E402 - as above


@pytest.fixture
def handed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A bundle and a list of keys, an hour after the head was cosigned."""
    monkeypatch.setattr(verify, "now", lambda: datetime.fromtimestamp(samples.NOON + 3600, UTC))
    fields: dict[str, samples.Json] = {"/result": "breached", "/words": "=1+1<b>\u202e"}
    made = samples.bundle_of(tmp_path / "log", fields=fields, shown=tuple(fields), prose="It rained.\x1b\n[held] so")
    bundle, keys = tmp_path / "bundle.json", tmp_path / "keys.txt"
    bundle.write_bytes(made.encode())
    keys.write_bytes(samples.key_list())
    return bundle, keys


def test_a_good_bundle_is_told_in_plain_words(truceline: Callable, handed: tuple[Path, Path]):
    bundle, keys = handed
    said = truceline("verify", bundle, "--keys", keys, "--max-age", 1, "--both-parties")
    assert said.exit_code == 0, said.err + said.out
    for told in ("ALL HELD", "finding-2", "This proves:", "It does not prove:", "parties: yes", '"=1+1\\u003cb'):
        assert told in said.out, told
    assert "  | It rained.\\u001b\n  | [held] so" in said.out
    for sign in "<\u202e\x1b":
        assert sign not in said.out


def test_the_answer_is_given_in_the_language_asked_for(truceline: Callable, handed: tuple[Path, Path]):
    bundle, keys = handed
    said = truceline("verify", bundle, "--keys", keys, "--max-age", 0.01, "--lang", "uk")
    assert said.exit_code == 12
    for told in ("[НЕ ПІДТВЕРДЖЕНО] Станові журналу щонайбільше 0.01 днів.", "[підтверджено]    Запис", "НЕ ДОВЕДЕНО"):
        assert told in said.out, told
    assert "held" not in said.out.replace("[held] so", "").lower()
    machine = truceline("verify", bundle, "--keys", keys, "--lang", "uk", "--json")
    assert json.loads(machine.out)["steps"][0]["words"].startswith("The entry")
    assert "choose of en, de, uk, ru" in truceline("verify", bundle, "--keys", keys, "--lang", "fr").err


def test_for_a_machine_it_is_one_object_in_ascii(truceline: Callable, handed: tuple[Path, Path]):
    bundle, keys = handed
    said = truceline("verify", bundle, "--keys", keys, "--json")
    record = json.loads(said.out)
    assert (said.exit_code, record["held"], record["both_parties"]) == (0, True, True)
    assert record["fields"][1] == {"path": "/words", "value": "=1+1<b>\u202e"}
    assert said.out.isascii()
    assert "<" not in said.out


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_head_too_old_ends_with_the_code_of_the_log(truceline: Callable, handed: tuple[Path, Path], words: tuple):
    bundle, keys = handed
    said = truceline("verify", bundle, "--keys", keys, "--max-age", 0.01, *words)
    assert said.exit_code == 12
    assert "Nothing." in said.out
    if words:
        assert json.loads(said.out)["fields"] == []
    else:
        assert "NOT PROVED" in said.out
        assert "ALL HELD" not in said.out


def test_a_file_that_is_no_bundle(truceline: Callable, handed: tuple[Path, Path], tmp_path: Path):
    _, keys = handed
    said = truceline("verify", keys, "--keys", keys)
    assert said.exit_code == 12
    assert "[NOT HELD] The file is a proof bundle." in said.out
    assert truceline("verify", tmp_path / "absent", "--keys", keys).exit_code == 3
    assert truceline("verify", tmp_path, "--keys", keys).exit_code == 3


def test_the_page_is_written_beside_a_bundle_and_its_hash_is_told(truceline: Callable, tmp_path: Path):
    said = truceline("verifier", tmp_path / "stick")
    assert said.exit_code == 0, said.err
    digest = hashlib.sha256((tmp_path / "stick" / "verify.html").read_bytes()).hexdigest()
    assert f"SHA-256 {digest}" in said.out
    again = json.loads(truceline("verifier", tmp_path / "stick", "--json").out)
    assert again["sha256"] == digest
    (tmp_path / "a file").write_text("")
    assert truceline("verifier", tmp_path / "a file").exit_code == 3


def test_a_list_of_keys_that_is_wrong(truceline: Callable, handed: tuple[Path, Path]):
    bundle, keys = handed
    keys.write_text("quorum nobody\n")
    said = truceline("verify", bundle, "--keys", keys)
    assert said.exit_code == 12
    assert "line 1" in said.err
