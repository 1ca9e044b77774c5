"""Evidence with its record and its chain: received, shown, exported, destroyed; and what comes in to harm."""

from __future__ import annotations

import hashlib
import json
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from case_mission import PEOPLE

from truceline.ledger.keys import Signing, SigningKey
from truceline.ledger.sealed_boxes import new_seal_key
from truceline.ledger.signed_records import ACQUISITION, note_of
from truceline.mission import evidence
from truceline.mission.custody import custody_json, items_json
from truceline.mission.custody_export import export_item
from truceline.mission.devices import keyring_of
from truceline.mission.evidence import Asked, item_named, signed_in
from truceline.mission.examining import examine, examined_json
from truceline.mission.exporting import export
from truceline.mission.folder import Mission, open_mission
from truceline.mission.log_keys import make_key, read_identity
from truceline.mission.private_log import drain
from truceline.model import (
    AgreementFault,
    EvidenceFault,
    MalformedRecord,
    NotFound,
    NotPermitted,
    Person,
    Role,
    UnreadableFile,
    UsageFault,
    canonical_json,
)
from truceline.model.custody import CustodyKind
from truceline.verification.evidence_rights import may, refusal

NOON = datetime(2031, 6, 2, 12, tzinfo=UTC)
PICTURE = b"\xff\xd8\xff\xe0 a picture of a crater"
ITEM = hashlib.sha256(PICTURE).hexdigest()
MIRA, TABLET, IVAN, STRANGER = (
    SigningKey(name, Signing.ED25519, bytes([number]) * 32)
    for number, name in enumerate(("mira", "tablet-7", "ivan", "stranger"), 1)
)
RECORD = {
    "truceline": 1,
    "item": ITEM,
    "by": "mira",
    "device": "tablet-8",
    "method": "photographed on patrol",
    "source": "post-4",
    "when": {"at": "2031-04-19T18:02:11+00:00", "clock": "compared", "error_s": 2},
    "where": {"fix": "satellite", "lat": 48.1, "lon": 37.2, "radius_m": 8},
    "name": "crater.jpg",
    "context": "north wall of the school",
    "embedded": {"Make": "Maker"},
}


@pytest.fixture
def mission(mission: Mission) -> Mission:
    """The made-up mission with people, a device, and their keys."""
    keyed = PEOPLE.replace(
        "{id: mira, roles: [monitor], lists: [north]}",
        f"{{id: mira, roles: [monitor], lists: [north], accounts: [mira@secret.example], "
        f'keys: ["{MIRA.verifier.text()}"]}}',
    ).replace("{id: vera, ", f'{{id: vera, keys: ["{IVAN.verifier.text()}"], ')
    (mission.root / "people.yaml").write_text(keyed, encoding="utf-8")
    devices = f'truceline: 1\ndevices:\n  - {{id: tablet-8, keys: ["{TABLET.verifier.text()}"]}}\n'
    (mission.root / "devices.yaml").write_text(devices, encoding="utf-8")
    return open_mission(mission.root)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "crater.jpg"
    path.write_bytes(PICTURE)
    return path


def asked(who: str, **more: str) -> Asked:
    return Asked(who, "to compare two pictures", NOON, **more)


def signed(path: Path, key: SigningKey | None) -> Path:
    data = canonical_json(RECORD)
    path.write_bytes(data if key is None else note_of(ACQUISITION, data, key).encode())
    return path


@pytest.mark.parametrize(
    ("key", "state", "by"),
    [
        (MIRA, "signed", "mira"),
        (TABLET, "signed", "tablet-8"),
        (None, "unsigned", ""),
        (STRANGER, "unknown-key", ""),
        (IVAN, "key-of-another", "vera"),
    ],
    ids=["person", "device", "nobody", "stranger", "another"],
)
def test_a_record_is_kept_whoever_signed_it_and_signed_only_by_those_it_names(
    mission: Mission, picture: Path, tmp_path: Path, key: SigningKey | None, state: str, by: str
):
    item, acquired = evidence.receive(mission, picture, signed(tmp_path / "r.note", key), asked("mira"))
    assert item == ITEM
    assert acquired is not None
    assert acquired.signed.state.value == state
    (told,) = custody_json(mission, ITEM)["records"]
    assert (told["signature"], told["signed_by"]) == (state, by)
    about = custody_json(mission, told["record"])
    assert about["events"][0]["detail"]["about"] == ITEM


def test_a_record_of_other_bytes_is_refused_and_nothing_is_kept(mission: Mission, tmp_path: Path):
    other = tmp_path / "other.jpg"
    other.write_bytes(PICTURE + b"x")
    before = mission.records.items_received()
    with pytest.raises(UsageFault, match="other bytes"):
        evidence.receive(mission, other, signed(tmp_path / "r.note", MIRA), asked("mira"))
    assert mission.records.items_received() == before


def test_a_record_that_is_none_is_refused_in_words(mission: Mission, picture: Path, tmp_path: Path):
    path = tmp_path / "r.note"
    path.write_bytes(b"\x89PNG")
    with pytest.raises(MalformedRecord):
        evidence.receive(mission, picture, path, asked("mira"))


def test_the_chain_tells_who_when_what_for_and_where_in_the_log(mission: Mission, picture: Path, tmp_path: Path):
    evidence.receive(mission, picture, signed(tmp_path / "r.note", MIRA), asked("mira"))
    evidence.copy(mission, ITEM, tmp_path / "work.jpg", asked("vera"))
    evidence.transfer(mission, ITEM, "viktor@mission", asked("vera"))
    told = custody_json(mission, ITEM)
    assert [(one["event"], one["stage"], one["by"]) for one in told["events"]] == [
        ("receive", "begun", "mira"),
        ("receive", "done", "mira"),
        ("copy", "begun", "vera"),
        ("copy", "done", "vera"),
        ("transfer", "done", "vera"),
    ]
    assert (told["holder"], told["hash"], told["names"]) == ("viktor", "agrees", ["crater.jpg"])
    assert {one["log_index"] for one in told["events"]} == {None}
    make_key(mission, randomness=lambda count: bytes(range(count)))
    drain(mission, read_identity(mission), lambda: int(NOON.timestamp()))
    entries = {one.content["id"]: one.number - 1 for one in mission.records.events() if one.kind == "custody"}
    assert [one["log_index"] for one in custody_json(mission, ITEM)["events"]] == [
        entries[one["id"]] for one in custody_json(mission, ITEM)["events"]
    ]
    assert (tmp_path / "work.jpg").read_bytes() == PICTURE


def exported(mission: Mission, target: Path, who: str = "paul") -> dict[str, bytes]:
    export_item(mission, ITEM, target, asked(who))
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_an_export_can_be_checked_with_other_tools_alone(mission: Mission, picture: Path, tmp_path: Path):
    evidence.receive(mission, picture, signed(tmp_path / "r.note", MIRA), asked("mira"))
    files = exported(mission, tmp_path / "item.zip")
    assert files[f"bytes/{ITEM}"] == PICTURE
    with zipfile.ZipFile(tmp_path / "item.zip") as archive:
        archive.extractall(tmp_path / "out")
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    before = ""
    for line in files["events.jsonl"].splitlines():
        event = json.loads(line)
        assert event["prior"] == before
        before = hashlib.sha256(line).hexdigest()
    assert (event["event"], event["stage"], event["by"]) == ("export", "begun", "paul")
    last = custody_json(mission, ITEM)["events"][-1]
    assert (last["event"], last["stage"]) == ("export", "done")
    note = files[f"acquisition/{custody_json(mission, ITEM)['records'][0]['record']}.note"]
    assert note == (tmp_path / "r.note").read_bytes()


def test_an_export_says_what_the_protocol_asks_for_and_what_is_not_known(
    mission: Mission, picture: Path, tmp_path: Path
):
    evidence.receive(mission, picture, signed(tmp_path / "r.note", MIRA), asked("mira"))
    files = exported(mission, tmp_path / "item.zip")
    profile = json.loads(files["berkeley-protocol.json"])["fields"]
    told = {one["asked"]: one for one in profile}
    assert told["collector"]["value"] == "mira"
    assert told["time, with the state of the clock"]["value"]["error_s"] == 2
    assert told["place, with the quality of its fix"]["value"]["fix"] == "satellite"
    assert told["embedded metadata"]["value"] == {"Make": "Maker"}
    assert told["sequence of custodians"]["value"] == ["mira"]
    assert [one["asked"] for one in profile if not one["known"]] == [
        "web address",
        "source code of the page",
        "capture of the page",
        "working copies",
    ]
    readme = files["README.txt"].decode()
    assert "is signed by the person or the device it names" in readme
    assert "Not known: web address" in readme


def test_an_export_without_a_record_says_so(mission: Mission, picture: Path, tmp_path: Path):
    evidence.receive(mission, picture, None, asked("mira"))
    assert b"There is no acquisition record." in exported(mission, tmp_path / "item.zip")["README.txt"]


def test_no_account_or_key_of_a_person_leaves_with_an_item(mission: Mission, picture: Path, tmp_path: Path):
    evidence.receive(mission, picture, signed(tmp_path / "r.note", None), asked("mira@secret.example"))
    for data in exported(mission, tmp_path / "item.zip").values():
        assert b"secret.example" not in data
        assert MIRA.verifier.text().encode() not in data


def test_the_same_item_with_the_same_chain_gives_the_same_archive(mission: Mission, picture: Path, tmp_path: Path):
    evidence.receive(mission, picture, None, asked("mira"))
    other = open_mission(Path(_copied(mission.root, tmp_path / "again")))
    exported(mission, tmp_path / "a.zip")
    (tmp_path / "b").mkdir()
    exported(other, tmp_path / "b" / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b" / "a.zip").read_bytes()


def _copied(root: Path, to: Path) -> str:
    import shutil  # noqa: PLC0415 - used here only

    return str(shutil.copytree(root, to))


def test_bytes_that_differ_are_not_exported(mission: Mission, picture: Path, tmp_path: Path):
    evidence.receive(mission, picture, None, asked("mira"))
    kept = mission.folders.evidence / ITEM[:2] / ITEM
    kept.chmod(0o644)
    kept.write_bytes(b"x")
    with pytest.raises(EvidenceFault):
        export_item(mission, ITEM, tmp_path / "item.zip", asked("paul"))
    assert not (tmp_path / "item.zip").exists()
    last = custody_json(mission, ITEM)["events"][-1]
    assert (last["event"], last["stage"], last["hash"]) == ("export", "failed", "differs")


def test_destroying_takes_two_people_and_leaves_the_chain(mission: Mission, picture: Path):
    evidence.receive(mission, picture, None, asked("mira"))
    for agreed in ("", "hana", "paul"):
        with pytest.raises(NotPermitted):
            evidence.destroy(mission, ITEM, asked("hana", agreed=agreed))
    with pytest.raises(NotPermitted):
        evidence.destroy(mission, ITEM, asked("vera", agreed="hana"))
    assert [one.kind for one in mission.records.events()].count(evidence.REFUSED) == 4
    evidence.destroy(mission, ITEM, asked("hana", agreed="audra"))
    told = custody_json(mission, ITEM)
    assert (told["destroyed"], told["hash"]) == (True, "absent")
    assert told["events"][-2]["detail"]["agreed_by"] == "audra"
    assert [one["destroyed"] for one in items_json(mission) if one["item"] == ITEM] == [True]


@pytest.mark.parametrize(("role", "kind"), list(product(Role, CustodyKind)))
def test_who_may_do_what_with_evidence_is_the_table_of_the_page(role: Role, kind: CustodyKind):
    page = Path(__file__).resolve().parents[2] / "docs" / "method" / "custody.md"
    (row,) = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{role.value}` |")]
    cells = [cell.strip() for cell in row.split("|")[2:-1]]
    assert (cells[list(CustodyKind).index(kind)] == "yes") == may(_person(role), kind)


def _person(role: Role) -> Person:
    return Person("one", (role,), party="party-north" if role is Role.PARTY_OFFICER else "")


def test_both_parties_officers_have_the_same_rights():
    for kind in CustodyKind:
        north, south = (Person("x", (Role.PARTY_OFFICER,), party=one) for one in ("party-north", "party-south"))
        assert refusal(north, kind, None) == refusal(south, kind, None) != ""


def test_a_refusal_is_on_record_and_unknown_people_are_nobody(mission: Mission):
    with pytest.raises(NotPermitted, match="no role of nils may read"):
        signed_in(mission, CustodyKind.READ, asked("nils"), ITEM)
    assert mission.records.events()[-1].content == {
        "item": ITEM,
        "event": "read",
        "by": "nils",
        "because": "no role of nils may read evidence",
        "purpose": "to compare two pictures",
    }
    with pytest.raises(NotFound, match="nobody"):
        signed_in(mission, CustodyKind.READ, asked("anybody"))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("truceline: 2\ndevices: []\n", "version 1"),
        ("truceline: 1\ndevices: 3\n", "no list"),
        ("truceline: 1\ndevices:\n  - {id: a}\n  - {id: a}\n", "id of its own"),
        ("truceline: 1\ndevices:\n  - {id: a, owner: b}\n", "unknown key"),
        ("truceline: 1\ndevices:\n  - {id: mira}\n", "is a person"),
        ("truceline: 1\ndevices:\n  - {id: a, keys: [abc]}\n", "a key of a"),
        (f'truceline: 1\ndevices:\n  - {{id: a, keys: ["{MIRA.verifier.text()}"]}}\n', "share a key"),
    ],
)
def test_each_fault_of_the_devices_is_told(mission: Mission, text: str, what: str):
    (mission.root / "devices.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(AgreementFault, match=what):
        keyring_of(mission)


def test_an_item_is_named_by_digits_or_by_its_file(mission: Mission, picture: Path):
    evidence.receive(mission, picture, None, asked("mira"))
    for named in (ITEM, ITEM[:8], "crater.jpg"):
        assert item_named(mission, named) == ITEM
    for named in (ITEM[:7], "", "../../etc/passwd", "none.jpg"):
        with pytest.raises(NotFound):
            item_named(mission, named)


# What comes in to harm: it is kept as it is, and does nothing.


def _bomb() -> bytes:
    packer = zlib.compressobj(9)
    return packer.compress(bytes(64 << 20)) + packer.flush()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("bomb.zip", _bomb),
        ("polyglot.pdf", lambda: b"%PDF-1.7\n<script>alert(1)</script>PK\x03\x04" + PICTURE),
        ("photo\u202egpj.exe", lambda: b"MZ"),
        ("=cmd|' C calc'!A0.csv", lambda: b"=1+1"),
        ("<img src=x onerror=alert(1)>.html", lambda: b"<script>"),
        ("..\\..\\windows.ini", lambda: b"x"),
    ],
)
def test_whatever_a_file_is_called_or_holds_it_is_kept_and_does_nothing(
    mission: Mission, tmp_path: Path, name: str, make: Callable[[], bytes]
):
    path = tmp_path / "in" / name
    path.parent.mkdir()
    path.write_bytes(make())
    item, _ = evidence.receive(mission, path, None, asked("mira"))
    assert custody_json(mission, item)["names"] == [name]
    export_item(mission, item, tmp_path / "item.zip", asked("paul"))
    with zipfile.ZipFile(tmp_path / "item.zip") as archive:
        inside = archive.namelist()
        assert set(inside) == {
            f"bytes/{item}",
            "README.txt",
            "custody.json",
            "events.jsonl",
            "berkeley-protocol.json",
            "SHA256SUMS",
        }
        readme, told = archive.read("README.txt").decode(), archive.read("custody.json").decode()
    assert "\u202e" not in readme + told
    assert (mission.folders.evidence / item[:2] / item).stat().st_size == path.stat().st_size


def test_a_path_that_leads_out_is_a_name_in_the_record_and_nothing_more(
    mission: Mission, picture: Path, tmp_path: Path
):
    record = tmp_path / "r.json"
    record.write_bytes(canonical_json({**RECORD, "name": "../../../../etc/cron.d/x"}))
    evidence.receive(mission, picture, record, asked("mira"))
    assert all(".." not in name and not name.startswith("/") for name in exported(mission, tmp_path / "item.zip"))


def test_an_empty_file_is_refused_in_words(mission: Mission, tmp_path: Path):
    path = tmp_path / "empty.jpg"
    path.touch()
    with pytest.raises(UnreadableFile, match="holds no byte"):
        evidence.receive(mission, path, None, asked("mira"))


def test_a_file_of_a_hundred_gigabytes_that_is_a_hole_is_refused_unread(mission: Mission, tmp_path: Path):
    path = tmp_path / "hole.mp4"
    with path.open("wb") as file:
        file.truncate(100 << 30)
    with pytest.raises(UnreadableFile, match="107,374,182,400 bytes long"):
        evidence.receive(mission, path, None, asked("mira"))
    path.unlink()


def test_a_folder_and_a_missing_file_are_told(mission: Mission, tmp_path: Path):
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(UnreadableFile):
            evidence.receive(mission, path, None, asked("mira"))


def test_checking_goes_through_all_and_says_which_differs(mission: Mission, picture: Path):
    evidence.receive(mission, picture, None, asked("mira"))
    kept = mission.folders.evidence / ITEM[:2] / ITEM
    kept.chmod(0o644)
    kept.write_bytes(b"x")
    later = Asked("audra", "looking everything over", NOON + timedelta(days=1))
    found = dict(evidence.check(mission, mission.records.items_received(), later))
    assert found.pop(ITEM) == "differs"
    assert set(found.values()) == {"agrees"}


def test_pictures_are_examined_on_record_and_flags_ask(mission: Mission, tmp_path: Path):
    from PIL import Image  # noqa: PLC0415 - used here only

    said = "At six in the evening two mortar rounds hit the north wall of the school"
    Image.effect_mandelbrot((200, 150), (-2, -1.5, 1, 1.5), 60).convert("RGB").save(tmp_path / "one.jpg")
    Image.open(tmp_path / "one.jpg").resize((160, 120)).save(tmp_path / "two.jpg")
    (tmp_path / "a.txt").write_text(said, encoding="utf-8")
    (tmp_path / "b.txt").write_text(said.replace("two", "three"), encoding="utf-8")
    (tmp_path / "c.bin").write_bytes(b"PK\x03\x04" + bytes(50))
    names = ("one.jpg", "two.jpg", "a.txt", "b.txt", "c.bin")
    items = tuple(evidence.receive(mission, tmp_path / one, None, asked("mira"))[0] for one in names)
    found = examine(mission, items, asked("rita"), NOON)
    flags = {(name_of(mission, one.item), one.flag.value) for one in found.flags}
    assert flags == {
        ("one.jpg", "stripped-metadata"),
        ("two.jpg", "stripped-metadata"),
        (name_of(mission, min(items[:2])), "near-duplicate"),
        (name_of(mission, min(items[2:4])), "near-duplicate"),
        ("c.bin", "unreadable"),
    }
    for item in items:
        last = custody_json(mission, item)["events"][-1]
        assert (last["event"], last["by"], last["hash"]) == ("read", "rita", "agrees")
    assert len(examined_json(found)["flags"]) == 5
    with pytest.raises(NotPermitted):
        examine(mission, items, asked("nils"))


def name_of(mission: Mission, item: str) -> str:
    return str(custody_json(mission, item)["names"][0])


def test_an_item_that_was_changed_is_flagged_and_not_read(mission: Mission, picture: Path):
    evidence.receive(mission, picture, None, asked("mira"))
    kept = mission.folders.evidence / ITEM[:2] / ITEM
    kept.chmod(0o644)
    kept.write_bytes(b"x")
    (flag,) = examine(mission, (ITEM,), asked("rita")).flags
    assert (flag.flag.value, "not those that came in" in flag.because) == ("unreadable", True)


def test_an_emergency_export_stands_in_every_chain_it_carries(mission: Mission, picture: Path, tmp_path: Path):
    evidence.receive(mission, picture, None, asked("mira"))
    export(mission, tmp_path / "now.tar", (new_seal_key("safe").public,), NOON.isoformat())
    for item in mission.records.items_received():
        last = custody_json(mission, item)["events"][-1]
        assert (last["event"], last["stage"], last["detail"]["sealed_in"]) == ("export", "done", "now.tar")
