"""Old heads shown again are refused by age; only witnesses make a head fresh."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledger_samples import KEYS, LOG_KEY, NOON, WITNESSES, cosigned, key_list, log_of
from stamp_authority import NOON as CLOCK

from truceline.ledger.freshness import CLOCKS_DIFFER_S, MAX_AGE_S, ahead_of_stamps, check_fresh
from truceline.ledger.log import reading
from truceline.ledger.mirroring import mirror
from truceline.ledger.stamps import Stamp
from truceline.ledger.verifying import read_keys
from truceline.model.errors import NotProved

LIST = read_keys(key_list())
DAY_S = 86_400


@pytest.fixture
def head(tmp_path: Path) -> bytes:
    return cosigned(log_of(tmp_path / "log", [b"one"]), dict.fromkeys(WITNESSES, NOON))


def test_a_head_of_now_is_fresh_and_one_of_last_week_is_not(head: bytes):
    assert check_fresh(head, LIST, NOON) == NOON
    assert check_fresh(head, LIST, NOON + MAX_AGE_S) == NOON
    with pytest.raises(NotProved, match="the head is stale: enough signatures are of 2031-04-21 12:00:00 UTC"):
        check_fresh(head, LIST, NOON + MAX_AGE_S + 1)
    with pytest.raises(NotProved, match="stale"):
        check_fresh(head, LIST, NOON + 61, 60)
    assert check_fresh(head, LIST, NOON + 30 * DAY_S, 31 * DAY_S) == NOON


def test_when_all_witnesses_were_down_for_a_week_readers_are_told_so(tmp_path: Path):
    """The log goes on signing alone; the last cosigned head grows old and then counts no more."""
    last = cosigned(log_of(tmp_path / "log", [b"one"]), dict.fromkeys(WITNESSES, NOON))
    alone = log_of(tmp_path / "later", [b"one", b"two"])
    assert check_fresh(last, LIST, NOON + 6 * DAY_S)
    for one in (last, alone):
        with pytest.raises(NotProved):
            check_fresh(one, LIST, NOON + 8 * DAY_S)


def test_four_fresh_signatures_do_not_make_an_old_head_new(tmp_path: Path):
    times = {name: NOON if at < 4 else NOON - 9 * DAY_S for at, name in enumerate(WITNESSES)}
    with pytest.raises(NotProved, match="2031-04-12"):
        check_fresh(cosigned(log_of(tmp_path / "log", [b"one"]), times), LIST, NOON)


def test_a_cosignature_from_the_future_is_refused_before_it_is_counted(tmp_path: Path):
    head = log_of(tmp_path / "log", [b"one"])
    for ahead, holds in ((CLOCKS_DIFFER_S, True), (CLOCKS_DIFFER_S + 1, False)):
        times = {**dict.fromkeys(WITNESSES, NOON), WITNESSES[0]: NOON + ahead}
        if holds:
            assert check_fresh(cosigned(head, times), LIST, NOON) == NOON
        else:
            with pytest.raises(NotProved, match="after"):
                check_fresh(cosigned(head, times), LIST, NOON)


def test_a_log_without_witnesses_is_never_fresh(tmp_path: Path):
    alone = read_keys(f"log {LOG_KEY.verifier.text()}\nquorum none\n".encode())
    with pytest.raises(NotProved, match="nobody states when"):
        check_fresh(log_of(tmp_path / "log", [b"one"]), alone, NOON)


def test_a_witness_ahead_of_the_stamp_is_named(tmp_path: Path):
    times = {**dict.fromkeys(WITNESSES, NOON), "party-b": NOON + 90}
    head = cosigned(log_of(tmp_path / "log", [b"one"]), times)
    stamp = Stamp("north", CLOCK, NOON + 9, NOON + 11)
    assert ahead_of_stamps(head, LIST, [stamp]) == ("party-b",)
    assert ahead_of_stamps(head, LIST, []) == ()
    assert KEYS["party-b"]


def test_a_mirror_takes_no_stale_head(tmp_path: Path, head: bytes):
    (tmp_path / "log/checkpoint").write_bytes(head)
    fresh = lambda data: check_fresh(data, LIST, NOON + 8 * DAY_S)  # noqa: E731 - one line says it
    with pytest.raises(NotProved, match="stale"):
        mirror(reading(tmp_path / "log"), tmp_path / "copy", (LOG_KEY.verifier,), fresh)
    assert not (tmp_path / "copy").exists()
    mirror(reading(tmp_path / "log"), tmp_path / "copy", (LOG_KEY.verifier,), lambda one: check_fresh(one, LIST, NOON))
