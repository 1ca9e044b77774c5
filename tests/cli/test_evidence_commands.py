"""The commands on evidence, from a key and a file to the chain and the export."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "mission"))

import mission_samples as samples
from case_mission import PEOPLE

from truceline.cli.main import app
from truceline.model import EvidenceFault, UsageFault

RUN = CliRunner()
PICTURE = b"a picture of a crater"
ITEM = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mission with people, a key of one of them, a picture and a signed record."""
    folder = tmp_path_factory.mktemp("evidence")
    root = samples.concluded_mission(folder / "mission")
    line = said("evidence", "key", "mira", "--out", str(folder / "mira.key")).strip()
    keyed = PEOPLE.replace("{id: mira, ", f'{{id: mira, keys: ["{line}"], ')
    (root / "people.yaml").write_text(keyed, encoding="utf-8")
    (folder / "photo\u202egpj.exe").write_bytes(PICTURE)
    record = {
        "truceline": 1,
        "item": ITEM,
        "by": "mira",
        "method": "photographed",
        "source": "post-4",
        "when": {"at": "2031-04-19T18:02:11+00:00", "clock": "free"},
        "where": {"fix": "none"},
        "name": "crater.jpg",
    }
    (folder / "crater.json").write_text(json.dumps(record), encoding="utf-8")
    key, note = str(folder / "mira.key"), str(folder / "crater.note")
    said("evidence", "sign", str(folder / "crater.json"), "--key", key, "--out", note)
    told = told_json(
        folder, "evidence", "receive", str(folder / "photo\u202egpj.exe"), "--record", note, "--as", "mira"
    )
    assert told == {"item": ITEM, "signature": "signed"}
    return folder


def said(*words: str) -> str:
    done = RUN.invoke(app, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def told_json(folder: Path, *words: str) -> dict[str, object]:
    found = json.loads(said(*words, "--mission", str(folder / "mission"), "--json"))
    assert isinstance(found, dict)
    return found


def test_the_chain_is_shown_and_no_name_turns_the_writing(made: Path):
    shown = said("custody", ITEM[:8], "--mission", str(made / "mission"))
    assert "signature: signed (mira)" in shown
    assert "\\u202e" in shown
    assert "\u202e" not in shown
    assert "waits" in shown
    assert "Chain of custody, times in UTC" in shown


def test_items_are_listed_and_looked_over(made: Path):
    items = told_json(made, "evidence", "list")["items"]
    assert isinstance(items, list)
    assert ITEM in {one["item"] for one in items}
    assert ITEM[:16] in said("evidence", "list", "--mission", str(made / "mission"))
    found = told_json(made, "evidence", "check", "--as", "audra")["items"]
    assert isinstance(found, list)
    assert {one["hash"] for one in found} == {"agrees"}


def test_it_is_copied_handed_on_and_exported(made: Path):
    where = ("--mission", str(made / "mission"))
    said("evidence", "copy", ITEM, str(made / "work.jpg"), "--as", "vera", "--purpose", "to compare", *where)
    assert (made / "work.jpg").read_bytes() == PICTURE
    said("evidence", "transfer", ITEM, "--to", "viktor", "--as", "vera", "--purpose", "takes over", *where)
    assert told_json(made, "custody", ITEM)["holder"] == "viktor"
    told = told_json(made, "custody", ITEM, "--export", str(made / "i.zip"), "--as", "paul", "--purpose", "an inquiry")
    assert told["file"] == str(made / "i.zip")
    with pytest.raises(UsageFault, match="who exports and what for"):
        RUN.invoke(app, ["custody", ITEM, "--export", "x.zip", *where], catch_exceptions=False)


def test_what_was_destroyed_or_changed_ends_with_its_own_code(made: Path, tmp_path: Path):
    where = ("--mission", str(made / "mission"))
    (tmp_path / "other.jpg").write_bytes(b"another")
    item = told_json(made, "evidence", "receive", str(tmp_path / "other.jpg"), "--as", "mira")["item"]
    words = ["evidence", "destroy", str(item), "--as", "hana", "--agreed-by", "audra", "--purpose", "asked for"]
    assert RUN.invoke(app, [*words, *where], catch_exceptions=False).exit_code == 0
    done = RUN.invoke(app, ["evidence", "check", "--as", "audra", *where], catch_exceptions=False)
    assert done.exit_code == EvidenceFault.exit_code
    assert f"{item}  absent" in done.output


def test_nothing_is_signed_over_a_file_that_is_there(made: Path):
    words = ["evidence", "sign", str(made / "crater.json"), "--key", str(made / "mira.key")]
    with pytest.raises(UsageFault, match="already"):
        RUN.invoke(app, [*words, "--out", str(made / "crater.note")], catch_exceptions=False)


def test_pictures_are_examined_and_flags_ask(made: Path, tmp_path: Path):
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 broken")
    item = told_json(made, "evidence", "receive", str(tmp_path / "broken.jpg"), "--as", "mira")["item"]
    told = told_json(made, "evidence", "examine", str(item), "--as", "rita", "--event", "2031-04-19T18:00:00+00:00")
    assert told["flags"] == [
        {"item": item, "flag": "unreadable", "because": "no picture that can be read", "other": ""}
    ]
    shown = said("evidence", "examine", str(item), "--as", "rita", "--mission", str(made / "mission"))
    assert "unreadable: no picture that can be read" in shown
    assert "1 items, 0 of them pictures, 1 flags" in shown
