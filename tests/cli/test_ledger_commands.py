"""``truceline ledger``: a key made once, the outbox drained, the log looked over, each with plain exits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from case_mission import case_mission

from truceline.ledger.keys import parse_verifier_key


@pytest.fixture
def desk(truceline: Callable, folder: Path) -> Callable:
    case_mission(folder).open()
    return lambda *words: truceline("ledger", *words, "--mission", folder)


def test_a_log_is_begun_drained_looked_over_and_shown(desk: Callable, folder: Path):
    made = json.loads(desk("init", "--json").out)
    assert parse_verifier_key(made["verifier"]).name.endswith("/private")
    assert Path(made["public"]).read_text() == made["verifier"] + "\n"
    first = json.loads(desk("drain", "--json").out)
    assert first["entered"] == first["size"] > 1
    assert json.loads(desk("drain", "--json").out)["entered"] == 0
    looked = json.loads(desk("fsck", "--json").out)
    assert (looked["size"], looked["waiting"], looked["damages"]) == (first["size"], 0, [])
    assert json.loads(desk("show", "--json").out) == {
        "log": looked["log"],
        "size": first["size"],
        "waiting": 0,
        "head": first["head"],
    }
    other = desk("fsck", folder / "ledger/private", "--key", made["public"], "--json")
    assert json.loads(other.out)["size"] == first["size"]


def test_people_are_told_in_words_and_never_the_secret(desk: Callable, folder: Path):
    said = [desk("init"), desk("drain"), desk("drain"), desk("fsck"), desk("show")]
    assert [one.exit_code for one in said] == [0] * 5
    told = "".join(one.out + one.err for one in said)
    assert "the records agree with it; 0 events wait" in told
    secret = (folder / "ledger/keys/private-log.key").read_text().strip()
    assert secret not in told
    assert "PRIVATE+KEY" not in told
    assert desk("init").exit_code == 5


def test_damage_is_told_and_ends_with_its_own_code(desk: Callable, folder: Path):
    desk("init")
    desk("drain")
    (journal,) = (folder / "ledger/private/journal").iterdir()
    data = bytearray(journal.read_bytes())
    data[40] ^= 1
    journal.write_bytes(data)
    said = desk("fsck")
    assert said.exit_code == 12
    assert "damage: journal/" in said.out
    assert json.loads(desk("fsck", "--json").out)["damages"][0]["where"].startswith("journal/")
    assert desk("show").exit_code == 12
    assert desk("drain").exit_code == 12


def test_before_there_is_a_key_or_a_log_it_says_what_to_do(desk: Callable, folder: Path):
    for command in ("drain", "fsck", "show"):
        said = desk(command)
        assert (said.exit_code, "truceline ledger init" in said.err) == (7, True)
    desk("init")
    assert desk("fsck").exit_code == 7
    assert desk("fsck", folder).exit_code == 2
    assert desk("init", "--name", "x").exit_code == 5
