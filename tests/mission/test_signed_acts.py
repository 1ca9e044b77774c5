"""Acts under the signature of whoever does them: kept, shown, demanded where the mission says so, and never faked."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import mission_samples as samples
import pytest
from case_mission import PEOPLE, RULES, CaseMission, case_mission

from truceline.ledger.keys import Signing, SigningKey
from truceline.ledger.signed_records import ACQUISITION, note_of
from truceline.mission.case_acts import ACT
from truceline.mission.case_form import case_json
from truceline.mission.case_reading import read_case
from truceline.mission.case_room import open_case_room
from truceline.mission.folder import open_mission
from truceline.model import AgreementFault, CaseFault

VERA = SigningKey("vera", Signing.ED25519, bytes(range(32)))
DORA = SigningKey("dora", Signing.ED25519, bytes(range(1, 33)))
NOBODY = SigningKey("nobody", Signing.ED25519, bytes(range(2, 34)))
SIGNED = PEOPLE.replace("{id: vera, ", f'{{id: vera, keys: ["{VERA.verifier.text()}"], ').replace(
    "{id: dora, ", f'{{id: dora, keys: ["{DORA.verifier.text()}"], '
)


@pytest.fixture(scope="session")
def concluded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples.concluded_mission(tmp_path_factory.mktemp("signed") / "mission")


@pytest.fixture
def folder(concluded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(concluded, tmp_path / "mission"))


def with_key(made: CaseMission, key: SigningKey | None) -> CaseMission:
    return replace(made, room=open_case_room(open_mission(made.room.mission.root), key))


def states(made: CaseMission, who: str = "vera") -> list[tuple[str, str]]:
    record = case_json(read_case(made.again().room, who, made.case, made.now))
    return [(act["act"], act["signature"]) for act in record["acts"]]


@pytest.fixture
def opened(folder: Path) -> CaseMission:
    made = with_key(case_mission(folder, people=SIGNED), VERA)
    made.open()
    return made


def test_an_act_is_kept_with_its_signature_and_shown_as_signed(opened: CaseMission):
    assert states(opened) == [("opening", "signed")]
    (event,) = [one for one in opened.room.mission.records.events() if one.kind == ACT]
    assert "truceline case act 1" in str(event.content["signed"])
    unsigned = with_key(opened, None)
    unsigned.move("dora", "recorded")
    assert states(unsigned) == [("opening", "signed"), ("move", "unsigned")]


def test_nobody_signs_for_another(opened: CaseMission):
    with pytest.raises(CaseFault, match="the key is vera's, and dora acts"):
        opened.move("dora", "recorded")
    with pytest.raises(CaseFault, match="stands at nobody"):
        with_key(opened, NOBODY).move("dora", "recorded")
    signed = with_key(opened, DORA)
    signed.move("dora", "recorded")
    assert states(signed) == [("opening", "signed"), ("move", "signed")]


def test_where_signatures_are_required_an_act_without_one_is_refused(folder: Path):
    made = case_mission(folder, people=SIGNED, rules=f"{RULES}signatures: required\n")
    with pytest.raises(CaseFault, match="every act is signed"):
        made.open()
    signed = with_key(made, VERA)
    signed.open()
    assert states(signed) == [("opening", "signed")]


def test_an_unknown_word_for_signatures_is_a_fault_of_the_file(folder: Path):
    with pytest.raises(AgreementFault, match="unknown word 'maybe'"):
        case_mission(folder, rules=f"{RULES}signatures: maybe\n")


def by_hand(made: CaseMission, words: str, *given: str) -> None:
    link = sqlite3.connect(made.room.mission.root / "records.db")
    with link:
        for (name,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            link.execute(f"DROP TRIGGER {name}")
        link.execute(words, given)
    link.close()


@pytest.mark.parametrize(
    ("key", "text", "state"),
    [
        (NOBODY, "{act}", "unknown-key"),
        (DORA, "{act}", "key-of-another"),
        (VERA, "{other}", "does-not-hold"),
    ],
)
def test_a_signature_put_there_afterwards_is_told_for_what_it_is(
    opened: CaseMission, key: SigningKey, text: str, state: str
):
    act = read_case(opened.again().room, "vera", opened.case, opened.now).case.acts[0]
    body = act.canonical if text == "{act}" else act.canonical.replace(b"two posts", b"two masts")
    note = note_of("truceline case act 1", body, key).encode().decode()
    by_hand(opened, "UPDATE act_signature SET note = ?", note)
    assert states(opened) == [("opening", state)]


def test_a_signature_under_another_kind_of_record_is_none_under_an_act(opened: CaseMission):
    act = read_case(opened.again().room, "vera", opened.case, opened.now).case.acts[0]
    by_hand(opened, "UPDATE act_signature SET note = ?", note_of(ACQUISITION, act.canonical, VERA).encode().decode())
    assert states(opened) == [("opening", "does-not-hold")]


def test_the_database_refuses_to_change_a_signature(opened: CaseMission):
    link = sqlite3.connect(opened.room.mission.root / "records.db")
    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        link.execute("UPDATE act_signature SET note = ''")
    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        link.execute("DELETE FROM act_signature")
    link.close()


def test_a_case_may_be_read_without_a_key_where_signatures_are_required(folder: Path):
    made = with_key(case_mission(folder, people=SIGNED, rules=f"{RULES}signatures: required\n"), VERA)
    made.open()
    with pytest.raises(CaseFault, match="the key is vera's"):
        made.move("dora", "recorded")
    assert case_json(read_case(made.again().room, "hana", made.case, made.now))["stage"] == "alleged"
