"""``truceline witness``: a key that only its owner may read, and a witness that answers until he is stopped."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from truceline.ledger.checkpoints import Checkpoint
from truceline.ledger.cosignatures import cosign, holds
from truceline.ledger.key_files import read_key
from truceline.ledger.keys import Signing, SigningKey, parse_verifier_key
from truceline.ledger.merkle import MemoryTree, leaf_hash
from truceline.ledger.notes import Note, parse_signature_lines

LOG = SigningKey("example.org/mission", Signing.ED25519, bytes(range(32)))
NAME = "example.com/party-a"


@pytest.mark.parametrize(("more", "signing"), [((), Signing.ED25519_COSIGNATURE), (("--lasting",), Signing.ML_DSA_44)])
def test_a_key_is_kept_for_its_owner_alone(
    truceline: Callable, tmp_path: Path, more: tuple[str, ...], signing: Signing
):
    path = tmp_path / "own.key"
    said = truceline("witness", "key", NAME, "--out", path, *more)
    assert said.exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    public = parse_verifier_key(said.out.removesuffix("\n"))
    assert (public.name, public.signing) == (NAME, signing)
    assert read_key(path).verifier == public
    assert path.read_text(encoding="utf-8").strip() not in said.out + said.err
    again = truceline("witness", "key", NAME, "--out", path)
    assert again.exit_code == 2
    assert "never overwritten" in again.err
    assert read_key(path).verifier == public


def test_a_key_that_cannot_be_is_not_written(truceline: Callable, tmp_path: Path):
    assert truceline("witness", "key", "two words", "--out", tmp_path / "a").exit_code == 12
    assert truceline("witness", "key", NAME, "--out", tmp_path / "no" / "a").exit_code == 2
    assert not list(tmp_path.iterdir())


def _key(path: Path, key: SigningKey, mode: int = 0o600) -> Path:
    path.write_text(f"{key.secret_text()}\n", encoding="utf-8")
    path.chmod(mode)
    return path


OWN = SigningKey(NAME, Signing.ED25519_COSIGNATURE, bytes(range(1, 33)))


def test_what_is_wrong_is_told_before_anything_is_served(truceline: Callable, tmp_path: Path):
    good = _key(tmp_path / "good", OWN)
    memory = ("--folder", tmp_path / "memory")

    def serve(key: Path, log: str) -> tuple[int, str]:
        said = truceline("witness", "serve", *memory, "--key", key, "--log", log)
        return said.exit_code, said.out + said.err

    for path, words, code in (
        (_key(tmp_path / "open", OWN, 0o640), "others than its owner", 2),
        (_key(tmp_path / "log", LOG), "not a witness's", 2),
        (tmp_path / "none", "cannot be read", 3),
        (tmp_path, "cannot be read", 3),
    ):
        ended, said = serve(path, LOG.verifier.text())
        assert (ended, words in said) == (code, True)
    ended, said = serve(good, OWN.verifier.text())
    assert (ended, "a witness's, not a log's" in said) == (2, True)
    ended, said = serve(good, LOG.secret_text())
    assert (ended, LOG.secret_text() in said) == (12, False)


def test_a_witness_serves_until_he_is_stopped_and_remembers(tmp_path: Path):
    key = _key(tmp_path / "own.key", OWN)
    tree = MemoryTree(leaf_hash(b"%d" % at) for at in range(5))
    head = Checkpoint(LOG.name, 5, tree.root())
    body = b"old 0\n\n" + Note(head.text(), (cosign(head, LOG, 1),)).encode()
    words = ["--folder", str(tmp_path / "memory"), "--key", str(key), "--log", LOG.verifier.text()]
    for status in (200, 409):
        with subprocess.Popen(
            [sys.executable, "-m", "truceline.cli.main", "witness", "serve", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        ) as served:
            try:
                assert served.stdout is not None
                url = served.stdout.readline().split(" at ")[1].strip()
                assert url.startswith("http://127.0.0.1:")
                link = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
                link.request("POST", "/add-checkpoint", body)
                came = link.getresponse()
                assert came.status == status
                text = came.read().decode()
                link.close()
            finally:
                served.send_signal(signal.SIGINT)
            _, told = served.communicate(timeout=30)
        assert served.returncode == 0
        assert f"POST {status}" in told
        if status == 200:
            (line,) = parse_signature_lines(text)
            assert holds(OWN.verifier, head.text(), line.signature)
        else:
            assert text == "5\n"
