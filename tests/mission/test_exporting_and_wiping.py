"""A mission carried out sealed, opened elsewhere, and taken off its machine; nothing shown, nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import mission_samples as samples
import pytest
from case_mission import case_mission

from truceline.ledger import disk
from truceline.ledger.sealed_boxes import new_seal_key
from truceline.mission.carried import EXPORTS, WIPING, files_of, is_public, sha256_of_file
from truceline.mission.exporting import Exported, export
from truceline.mission.folder import Mission, open_mission
from truceline.mission.log_keys import make_key, read_identity
from truceline.mission.opening_exports import check_export, open_export
from truceline.mission.private_log import drain
from truceline.mission.wiping import wipe
from truceline.model import LedgerFault, MalformedRecord, MissionInUse, NotAMission, NotFound, NotProved, UsageFault
from truceline.store import writing

SAFE = new_seal_key("hague-safe")
AT = "2031-06-02T08:00:00+00:00"


@pytest.fixture(scope="session")
def whole_mission(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mission with a case, its private log, and files as publishing leaves them."""
    root = samples.concluded_mission(tmp_path_factory.mktemp("carried") / "mission")
    one = case_mission(root)
    one.open()
    make_key(one.room.mission)
    drain(one.room.mission, read_identity(one.room.mission), lambda: 1_938_000_000)
    public = {
        "ledger/public/checkpoint": b"head",
        "ledger/public/keys.db": b"who submitted what",
        "ledger/public/tile/entries/000.p/1": b"entry",
        "ledger/public/stamps/1.head": b"head",
        "ledger/released/checkpoint": b"cosigned head",
        "ledger/released/keys.txt": b"quorum none",
        "ledger/released/public/finding-1.json": b"{}",
        "ledger/released/parties/finding-1.json": b"for the parties alone",
        "ledger/sealed/finding-1.json": b"salts",
        "a name nobody thought of": b"\x00",
    }
    disk.put(root, public)
    return root


@pytest.fixture
def mission(whole_mission: Path, tmp_path: Path) -> Mission:
    return open_mission(Path(shutil.copytree(whole_mission, tmp_path / "mission")))


def exported(mission: Mission, tmp_path: Path, name: str = "out.tar") -> Exported:
    return export(mission, tmp_path / "stick" / name, (SAFE.public,), AT)


def content(root: Path) -> dict[str, bytes]:
    return {name: (root / name).read_bytes() for name in files_of(root)}


@pytest.mark.parametrize("name", ["out.tar", "out"])
def test_what_is_carried_out_is_the_whole_mission_for_whoever_has_the_key(mission: Mission, tmp_path: Path, name: str):
    before = content(mission.root)
    done = exported(mission, tmp_path, name)
    found = check_export(done.path)
    assert (found.sha256, found.mission) == (done.sha256, mission.settings.id)
    assert set(found.public) == {one for one in before if is_public(one)}
    assert (done.public, done.private) == (len(found.public), len(before) - len(found.public))
    assert open_export(done.path, SAFE, tmp_path / "there") == len(before)
    assert content(tmp_path / "there") == content(mission.root), "with what its chains of custody say of the export"
    assert set(content(tmp_path / "there")) == set(before)
    assert open_mission(tmp_path / "there").records.events()
    assert sorted(one.name for one in (tmp_path / "stick").iterdir()) == [name]


def test_nothing_private_stands_in_the_open(mission: Mission, tmp_path: Path):
    done = exported(mission, tmp_path)
    whole = done.path.read_bytes()
    for words in (
        b"who submitted what",
        b"for the parties alone",
        b"salts",
        b"nobody thought of",
        b"PRIVATE+KEY",
        b"mira",
    ):
        assert words not in whole
    with tarfile.open(done.path) as tar:
        names = set(tar.getnames())
    assert names == {"MANIFEST.json", "private.sealed"} | {f"public/{one}" for one in check_export(done.path).public}
    assert not {"ledger/keys/private-log.key", "records.db", "ledger/public/journal/0", "mission.toml"} & set(
        filter(is_public, [*files_of(mission.root), "ledger/public/journal/0"])
    )


def test_another_key_opens_nothing_and_leaves_nothing(mission: Mission, tmp_path: Path):
    done = exported(mission, tmp_path)
    with pytest.raises(NotProved, match="not sealed to"):
        open_export(done.path, new_seal_key("other"), tmp_path / "there")
    assert not list(tmp_path.glob("*there*"))


@pytest.mark.parametrize("name", ["out.tar", "out"])
def test_a_changed_export_is_told(mission: Mission, tmp_path: Path, name: str):
    done = exported(mission, tmp_path, name)
    for path in [done.path] if name == "out.tar" else sorted(one for one in done.path.rglob("*") if one.is_file()):
        whole = path.read_bytes()
        at = whole.index(b"truceline-sealed/v1") + 200 if name == "out.tar" else len(whole) // 2
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert _known_as(done.path) != done.sha256
        path.write_bytes(whole)
    if name == "out":
        (done.path / "more").write_bytes(b"")
        with pytest.raises(NotProved, match="'more'"):
            check_export(done.path)
        (done.path / "more").unlink()
        (done.path / "private.sealed").unlink()
        with pytest.raises(NotProved, match=r"private\.sealed"):
            check_export(done.path)


def _known_as(path: Path) -> str:
    try:
        return check_export(path).sha256
    except LedgerFault:
        return ""


def test_what_is_no_export_is_told(tmp_path: Path):
    with pytest.raises(NotFound):
        check_export(tmp_path / "none")
    with pytest.raises(NotFound):
        check_export(tmp_path)
    (tmp_path / "file.tar").write_bytes(b"no tar")
    with pytest.raises(NotProved):
        check_export(tmp_path / "file.tar")
    (tmp_path / "MANIFEST.json").write_bytes(b'{"public":{"../../etc/passwd":"00"}}')
    with pytest.raises((MalformedRecord, NotProved)):
        check_export(tmp_path)


def test_nothing_is_exported_while_somebody_writes_or_over_something(mission: Mission, tmp_path: Path):
    with writing(mission.root), pytest.raises(MissionInUse):
        exported(mission, tmp_path)
    with closing(sqlite3.connect(mission.root / "records.db", isolation_level=None)) as link:
        link.execute("BEGIN IMMEDIATE")
        with pytest.raises(MissionInUse):
            exported(mission, tmp_path)
    (tmp_path / "stick").mkdir(exist_ok=True)
    (tmp_path / "stick/out").mkdir()
    for out in (tmp_path / "stick/out", mission.root / "inside"):
        with pytest.raises(UsageFault):
            export(mission, out, (SAFE.public,), AT)
    (mission.root / "link").symlink_to("/etc/hostname")
    with pytest.raises(UsageFault, match="link"):
        exported(mission, tmp_path)


def test_any_call_to_the_disk_may_fail_and_there_is_no_half_export(
    mission: Mission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    failing, at, ended = [0], 0, False
    for name in ("write", "sync", "rename"):
        monkeypatch.setattr(disk, name, partial(_counted, getattr(disk, name), failing))
    while not ended:
        at += 1
        failing[0] = at
        try:
            done = exported(mission, tmp_path)
            ended = True
        except LedgerFault:
            failing[0] = 0
            out = tmp_path / "stick/out.tar"
            if out.exists():  # it had its name already
                assert check_export(out).mission == mission.settings.id
                out.unlink()
    assert at > 10
    assert check_export(done.path).sha256 == done.sha256


def _counted(real: Callable[..., None], failing: list[int], *words: object) -> None:
    failing[0] -= 1
    if failing[0] == 0:
        raise OSError(5, "Input/output error")
    real(*words)


def test_a_wipe_takes_everything_private_and_leaves_what_is_public(mission: Mission, tmp_path: Path):
    root, name = mission.root, mission.settings.id
    public = {one: data for one, data in content(root).items() if is_public(one)}
    done = exported(mission, tmp_path)
    found = wipe(root, done.path, done.sha256, name)
    assert (found.gone, found.left) == (done.private, ())
    assert content(root) == public
    assert not (root / EXPORTS).exists()
    assert not (root / WIPING).exists()
    assert not (root / "ledger/sealed").exists()
    with pytest.raises(NotAMission):
        wipe(root, done.path, done.sha256, name)
    assert open_export(done.path, SAFE, tmp_path / "there") == done.private + done.public


def test_bytes_are_overwritten_before_the_name_is_gone(mission: Mission, tmp_path: Path):
    key = mission.root / "ledger/keys/private-log.key"
    other = tmp_path / "other name"
    other.hardlink_to(key)
    done = exported(mission, tmp_path)
    cut: list[bytes] = []
    real = os.ftruncate

    def seen(handle: int, size: int) -> None:
        cut.append(os.pread(handle, 1000, 0))
        real(handle, size)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "ftruncate", seen)
        found = wipe(mission.root, done.path, done.sha256, mission.settings.id, lambda count: b"x" * count)
    assert set(b"".join(cut[1:])) == {ord("x")}  # the first is the lock's
    assert other.read_bytes() == b""
    assert found.left == (
        "ledger/keys/private-log.key: it has another name somewhere; its bytes are overwritten, that name is there",
    )


@pytest.mark.parametrize("change", ["changed", "new"])
def test_what_is_not_in_the_export_stops_the_wipe(mission: Mission, tmp_path: Path, change: str):
    done = exported(mission, tmp_path)
    path = mission.root / ("mission.toml" if change == "changed" else "new.txt")
    path.write_bytes((path.read_bytes() if path.exists() else b"") + b"\n")
    before = content(mission.root)
    with pytest.raises(LedgerFault, match="would be lost"):
        wipe(mission.root, done.path, done.sha256, mission.settings.id)
    assert content(mission.root) == before


def test_another_hash_another_mission_or_a_damaged_export_stops_the_wipe(mission: Mission, tmp_path: Path):
    done = exported(mission, tmp_path)
    before = content(mission.root)
    for sha256, name in (("0" * 64, mission.settings.id), (done.sha256, "other")):
        with pytest.raises(UsageFault):
            wipe(mission.root, done.path, sha256, name)
    shutil.rmtree(mission.root / EXPORTS)
    with pytest.raises(LedgerFault, match="no receipt"):
        wipe(mission.root, done.path, done.sha256, mission.settings.id)
    whole = bytearray(done.path.read_bytes())
    whole[whole.index(b"truceline-sealed/v1") + 500] ^= 1
    done.path.write_bytes(whole)
    with pytest.raises(NotProved):
        wipe(mission.root, done.path, done.sha256, mission.settings.id)
    assert content(mission.root) == before


def test_a_wipe_killed_anywhere_is_gone_on_with(mission: Mission, tmp_path: Path):
    done = exported(mission, tmp_path)
    at, real, ended = 0, disk.rename, False
    while not ended:
        at += 3
        left = [at]

        def killed(old: Path, new: Path) -> None:
            left[0] -= 1  # noqa: B023 - used within the turn alone
            if left[0] == 0:  # noqa: B023
                raise KeyboardInterrupt
            real(old, new)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(disk, "rename", killed)
            try:
                wipe(mission.root, done.path, done.sha256, mission.settings.id)
                ended = True
            except KeyboardInterrupt:
                assert (mission.root / WIPING).exists()
    assert at > 6
    assert all(map(is_public, files_of(mission.root)))


def test_secret_keys_and_salts_go_first(mission: Mission, tmp_path: Path):
    done = exported(mission, tmp_path)
    order: list[str] = []
    real = Path.chmod

    def seen(path: Path, mode: int) -> None:
        order.append(path.relative_to(mission.root).as_posix())
        real(path, mode)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "chmod", seen)
        wipe(mission.root, done.path, done.sha256, mission.settings.id)
    places = [next(at for at, one in enumerate(order) if one.startswith(part)) for part in _ORDER]
    assert places == sorted(places)
    assert order[-1] == WIPING


_ORDER = ("ledger/keys/private-log.key", "ledger/sealed", "ledger/private", "records.db", "evidence")


def test_the_receipt_names_every_private_file_by_its_hash(mission: Mission, tmp_path: Path):
    done = exported(mission, tmp_path)
    receipt = json.loads((mission.root / EXPORTS / f"{done.sha256}.json").read_bytes())["private"]
    assert receipt == {one: sha256_of_file(mission.root / one) for one in files_of(mission.root) if not is_public(one)}
