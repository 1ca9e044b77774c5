"""The second reading of stored entries, held against the log that wrote them and against every flipped byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from truceline.ledger.cosignatures import open_checkpoint
from truceline.ledger.journal import Submission
from truceline.ledger.keys import Signing, SigningKey
from truceline.ledger.log import Log, LogIdentity
from truceline.ledger.rechecking import bundle_name, reread
from truceline.ledger.tiles import TilePlace
from truceline.model import LedgerFault

IDENTITY = LogIdentity("example.org/log", (SigningKey("example.org/log", Signing.ED25519, bytes(range(32))),))


def grown_log(folder: Path, size: int) -> bytes:
    with Log(folder, IDENTITY, lambda: 1) as log:
        log.append([Submission(b"%d" % at, b"entry %d" % at) for at in range(size)])
        log.settle()
        return open_checkpoint(log.head, IDENTITY.origin, [IDENTITY.keys[0].verifier]).checkpoint.root


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 1_000])
def test_it_comes_to_the_root_of_the_log(tmp_path: Path, size: int):
    root = grown_log(tmp_path, size)
    found = reread(tmp_path, size, range(0, size, 100))
    assert found.root == root
    assert found.entries == {at: b"entry %d" % at for at in range(0, size, 100)}


def test_every_flipped_byte_changes_the_root_or_is_told(tmp_path: Path):
    root = grown_log(tmp_path, 5)
    path = tmp_path / "tile" / "entries" / "000.p" / "5"
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            assert reread(tmp_path, 5).root != root
        except LedgerFault:
            continue


def test_a_bundle_that_is_gone_is_told(tmp_path: Path):
    grown_log(tmp_path, 5)
    (tmp_path / "tile" / "entries" / "000.p" / "5").unlink()
    with pytest.raises(LedgerFault, match="cannot be read again"):
        reread(tmp_path, 5)


@pytest.mark.parametrize("number", [0, 1, 999, 1_000, 1_234_067])
@pytest.mark.parametrize("width", [1, 255, 256])
def test_both_roads_name_the_same_file(number: int, width: int):
    assert bundle_name(number, width) == TilePlace(-1, number, width).path()


def test_a_head_over_another_root_is_not_signed(tmp_path: Path):
    grown_log(tmp_path, 3)
    with Log(tmp_path, IDENTITY, lambda: 1) as log:
        with pytest.raises(LedgerFault, match="do not come to the root"):
            log.signed_over(bytes(32))
        assert log.signed_over(reread(tmp_path, 3).root) == log.head
