"""Evidence and its chain of custody: no byte moves without an event, and no event can be changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import store_samples as samples

from truceline.model import EvidenceFault, MissionFault, NotFound, TrucelineError, UsageFault, ValueFault
from truceline.model.custody import CustodyEntry, CustodyEvent, CustodyKind, CustodyStage, Handling, HashState
from truceline.store import EvidenceKeeper, Incoming, Pen, import_records, open_database
from truceline.store.custody import CUSTODY, event_of

LATER = Handling("viktor", "to compare two pictures", datetime(2031, 5, 2, tzinfo=UTC))
PICTURE = b"a picture of a crater"
ITEM = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "crater.jpg"
    path.write_bytes(PICTURE)
    return path


@pytest.fixture
def held(store: samples.Store, picture: Path) -> samples.Store:
    """A store with one item."""
    with store.keeper() as keeper:
        assert keeper.receive(picture, samples.HANDLING, {"name": picture.name}) == ITEM
    return store


def told(store: samples.Store, item: str = ITEM) -> list[tuple[str, str, str]]:
    """What was done with an item, how far it came, what the hash said."""
    return [(one.entry.kind, one.entry.stage, one.entry.hash) for one in store.records.custody_of(item)]


def spoil(store: samples.Store, data: bytes = b"another picture") -> None:
    path = store.kept_as(ITEM)
    path.chmod(0o644)
    path.write_bytes(data)


RECEIVED = [("receive", "begun", "absent"), ("receive", "done", "agrees")]


def test_receiving_is_begun_and_done_and_says_who_and_what_for(held: samples.Store):
    assert told(held) == RECEIVED
    begun, done = held.records.custody_of(ITEM)
    assert (begun.entry.handling, begun.entry.detail) == (samples.HANDLING, {"name": "crater.jpg"})
    assert (done.begun, done.prior, done.position) == (begun.id, begun.id, 2)
    assert done.entry.detail["bytes"] == len(PICTURE)
    assert held.kept_as(ITEM).stat().st_mode & 0o222 == 0, "nobody may write to it"


def test_every_event_is_told_to_the_private_log_in_its_own_transaction(held: samples.Store):
    held.reader().read(ITEM, LATER)
    events = [one for one in held.records.events() if one.kind == CUSTODY]
    assert [one.content["id"] for one in events] == [one.id for one in held.records.custody_of(ITEM)]
    assert [one.content["by"] for one in events] == ["olena", "olena", "viktor"]


def test_reading_is_on_record_before_the_bytes_are_given(held: samples.Store):
    assert held.reader().read(ITEM, LATER) == PICTURE
    assert told(held)[2:] == [("read", "done", "agrees")]
    with held.reader().reading(ITEM, LATER) as file:
        assert told(held)[3:] == [("read", "done", "agrees")]
        file.write(b"what I do to my copy")
    assert held.reader().read(ITEM, LATER) == PICTURE


def test_reading_that_cannot_be_put_on_record_gives_no_byte(held: samples.Store, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_given: object) -> None:
        raise TrucelineError("the outbox is full")

    monkeypatch.setattr("truceline.store.custody.add_event", refuse)
    given = []
    with pytest.raises(TrucelineError, match="outbox is full"), held.reader().reading(ITEM, LATER) as file:
        given.append(file)
    assert given == []
    assert told(held) == RECEIVED


@pytest.mark.parametrize("way", ["read", "copy", "export", "derive", "transfer", "receive"])
def test_bytes_that_are_others_are_never_given_and_that_is_on_record(
    held: samples.Store, picture: Path, tmp_path: Path, way: str
):
    spoil(held)
    with held.keeper() as keeper, pytest.raises(EvidenceFault, match="not those that came in"):
        _by(way, keeper, picture, tmp_path)
    assert told(held)[2:] == [(way, "failed", "differs")]
    assert held.records.custody_of(ITEM)[-1].entry.detail["found"] == hashlib.sha256(b"another picture").hexdigest()
    assert not (tmp_path / "copy.jpg").exists()


@pytest.mark.parametrize("way", ["read", "copy", "export", "derive", "transfer", "destroy"])
def test_bytes_that_are_gone_are_told_and_that_is_on_record(
    held: samples.Store, picture: Path, tmp_path: Path, way: str
):
    held.kept_as(ITEM).unlink()
    with held.keeper() as keeper, pytest.raises(EvidenceFault, match="gone"):
        _by(way, keeper, picture, tmp_path)
    assert told(held)[2:] == [(way, "failed", "absent")]


@pytest.mark.parametrize("way", ["read", "copy", "export", "derive", "transfer", "destroy"])
def test_what_was_never_received_has_no_chain_and_gets_none(
    store: samples.Store, picture: Path, tmp_path: Path, way: str
):
    with store.keeper() as keeper, pytest.raises(NotFound, match="no item of evidence"):
        _by(way, keeper, picture, tmp_path)
    assert store.records.items_received() == ()


def _by(way: str, keeper: EvidenceKeeper, picture: Path, folder: Path) -> None:
    if way == "read":
        keeper.read(ITEM, LATER)
    elif way == "copy":
        keeper.copy(ITEM, folder / "copy.jpg", LATER)
    elif way == "export":
        with keeper.leaving(ITEM, CustodyKind.EXPORT, LATER, {}) as file:
            file.read()
    elif way == "derive":
        keeper.derive(ITEM, b"smaller", LATER, {"how": "made smaller"})
    elif way == "transfer":
        keeper.transfer(ITEM, "roman", LATER)
    elif way == "destroy":
        keeper.destroy(ITEM, LATER, {"because": "the court ordered it"})
    else:
        keeper.receive(picture, LATER, {})


def test_each_act_is_a_link_of_the_chain(held: samples.Store, picture: Path, tmp_path: Path):
    with held.keeper() as keeper:
        for way in ("read", "copy", "export", "derive", "transfer", "receive", "destroy"):
            _by(way, keeper, picture, tmp_path)
    assert told(held)[2:] == [
        ("read", "done", "agrees"),
        ("copy", "begun", "agrees"),
        ("copy", "done", "agrees"),
        ("export", "begun", "agrees"),
        ("export", "done", "agrees"),
        ("derive", "begun", "agrees"),
        ("derive", "done", "agrees"),
        ("transfer", "done", "agrees"),
        ("receive", "begun", "agrees"),
        ("receive", "done", "agrees"),
        ("destroy", "begun", "agrees"),
        ("destroy", "done", "absent"),
    ]
    assert (tmp_path / "copy.jpg").read_bytes() == PICTURE
    assert not held.kept_as(ITEM).exists()
    made = hashlib.sha256(b"smaller").hexdigest()
    assert held.reader().read(made, LATER) == b"smaller"
    assert held.records.custody_of(made)[0].entry.detail["of"] == ITEM


def test_what_was_destroyed_can_be_received_again_and_the_chain_goes_on(held: samples.Store, picture: Path):
    with held.keeper() as keeper:
        keeper.destroy(ITEM, LATER, {})
        keeper.receive(picture, LATER, {})
        assert keeper.read(ITEM, LATER) == PICTURE
    assert [one.position for one in held.records.custody_of(ITEM)] == list(range(1, 8))


def test_a_copy_is_written_over_nothing(held: samples.Store, tmp_path: Path):
    target = tmp_path / "there.jpg"
    target.write_bytes(b"mine")
    with held.keeper() as keeper, pytest.raises(UsageFault, match="already"):
        keeper.copy(ITEM, target, LATER)
    assert target.read_bytes() == b"mine"
    assert told(held)[2:] == [("copy", "begun", "agrees"), ("copy", "failed", "agrees")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["crater.jpg", "mission", "there.jpg"]


def test_an_item_too_long_for_memory_is_not_held_in_it(held: samples.Store):
    with pytest.raises(UsageFault, match="longer than 4 bytes"):
        held.reader().read(ITEM, LATER, most_bytes=4)


def test_only_what_copies_or_exports_lets_bytes_leave(held: samples.Store):
    with (
        held.keeper() as keeper,
        pytest.raises(UsageFault, match="leaves by way of"),
        keeper.leaving(ITEM, CustodyKind.READ, LATER, {}),
    ):
        pass


def test_the_keeper_takes_the_pen_of_its_own_mission(held: samples.Store, tmp_path: Path):
    with pytest.raises(UsageFault, match="another mission"):
        EvidenceKeeper(held.folders, held.records, Pen(tmp_path), samples.BEGIN)


@pytest.mark.parametrize("words", ["", "  ", "a\u202eb", "a\x00b"])
def test_nobody_comes_to_evidence_under_an_empty_or_turned_name(words: str):
    with pytest.raises(ValueFault):
        Handling(words, "to look", samples.BEGIN)
    with pytest.raises(ValueFault):
        Handling("olena", words, samples.BEGIN)


@pytest.mark.parametrize("item", ["", "../../etc/passwd", "A" * 64, "0" * 63, ITEM.upper(), f"{ITEM[:62]}/."])
def test_what_is_no_hash_names_no_item(store: samples.Store, item: str):
    with pytest.raises(ValueFault, match="names no item"):
        CustodyEntry(item, CustodyKind.READ, CustodyStage.DONE, LATER)
    with pytest.raises(ValueFault, match="names no item"):
        store.reader().read(item, LATER)


def test_evidence_of_before_there_were_chains_begins_one_by_saying_so(store: samples.Store, picture: Path):
    with store.keeper() as keeper, keeper.receiving(picture, ITEM, samples.HANDLING, {}) as receipt:
        incoming = Incoming("table", picture.name, ITEM, (samples.PATROL,), received=(receipt.ending,))
        import_records(store.folders, store.records, incoming, samples.observations(3), now=samples.NOW)
    rows = store.rows_kept()
    link = sqlite3.connect(store.root / "records.db")
    with link:
        link.execute("DROP TABLE custody_event")
        link.execute("DROP TABLE act_signature")
        for guard in ("outbox_no_update", "outbox_no_delete"):
            link.execute(f"DROP TRIGGER {guard}")
        link.execute("DELETE FROM outbox")
        link.execute("UPDATE alembic_version SET version_num = '0005'")
    link.close()
    upgraded = samples.Store(store.root)
    upgraded.records.imports()  # opens the tables, which brings them up to date
    after = upgraded.rows_kept()
    assert {name: kept for name, kept in after.items() if name not in ("custody_event", "outbox")} == {
        name: kept for name, kept in rows.items() if name not in ("custody_event", "outbox")
    }
    assert after["custody_event"] == []
    assert upgraded.reader().read(ITEM, LATER) == PICTURE
    assert told(upgraded) == [("receive", "found", "agrees"), ("read", "done", "agrees")]
    assert upgraded.records.custody_of(ITEM)[0].entry.handling.by == "truceline"


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("UPDATE custody_event SET content = replace(content, 'olena', 'ivan0') WHERE number = 1", "custody event 1"),
        ("UPDATE custody_event SET position = 9 WHERE number = 2", "custody event 2"),
        ("UPDATE custody_event SET stage = 'failed' WHERE number = 2", "custody event 2"),
        ("UPDATE custody_event SET begun = '' WHERE number = 2", "custody event 2"),
        ("UPDATE custody_event SET content = '{}' WHERE number = 1", "custody event 1"),
        ("DELETE FROM custody_event WHERE number = 1", "custody event 1"),
    ],
)
def test_what_was_changed_behind_the_guard_is_noticed_in_a_chain(held: samples.Store, words: str, what: str):
    link = sqlite3.connect(held.root / "records.db")
    with link:
        for guard in ("custody_event_no_update", "custody_event_no_delete"):
            link.execute(f"DROP TRIGGER {guard}")
        link.execute(words)
    link.close()
    with pytest.raises(MissionFault, match=what):
        held.records.custody_of(ITEM)
    with pytest.raises(MissionFault, match=what):
        held.reader().read(ITEM, LATER)


def test_an_event_comes_back_as_it_was_written(held: samples.Store):
    event = held.records.custody_of(ITEM)[0]
    again = event_of(1, event.canonical.decode())
    assert (again, again.id, again.canonical) == (event, event.id, event.canonical)
    assert isinstance(again, CustodyEvent)
    said = json.loads(event.canonical)
    assert (said["at"], said["item"], said["prior"]) == ("2031-04-19T00:00:00+00:00", ITEM, "")


def test_two_who_act_at_once_do_not_take_one_place(held: samples.Store):
    engine = open_database(held.folders.database_url)
    assert held.reader().check(ITEM, LATER) is HashState.AGREES
    chain = held.records.custody_of(ITEM)
    assert len({one.id for one in chain}) == len(chain) == 3
    engine.dispose()


def test_a_chain_may_be_long(held: samples.Store):
    for minute in range(30):
        held.reader().check(ITEM, Handling("olena", "checking", samples.BEGIN + timedelta(minutes=minute)))
    assert len(held.records.custody_of(ITEM)) == 32
