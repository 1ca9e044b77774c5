"""Acts in cases and the outbox: added and never changed, together or not at all, and a change by hand is noticed."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime

import pytest
import store_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.model import MissionFault, MissionInUse, TrucelineError, canonical_json
from truceline.model.custody import CustodyEntry, CustodyKind, CustodyStage, Handling
from truceline.store import KeptAct, OutboxEvent, open_database
from truceline.store.adding import Adding
from truceline.store.database import reading, transaction
from truceline.store.migrations.versions.v0005_cases_and_the_outbox import only_added_to
from truceline.store.outbox import add_event, events_after
from truceline.store.schema import ONLY_ADDED_TO

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def kept(store: samples.Store) -> samples.Store:
    with store.records.adding() as adding:
        adding.append_act("c-1", "opening", '{"a":1}')
        adding.append_act("c-2", "opening", '{"a":2}')
        adding.append_act("c-1", "notice", '{"a":3}')
        for number in (1, 2, 3):
            adding.add_event("decision", NOON, {"who": "olena", "number": number})
    return store


def test_acts_are_read_in_the_order_they_came(kept: samples.Store):
    acts = kept.records.acts()
    assert [(act.case, act.position, act.kind) for act in acts] == [
        ("c-1", 1, "opening"),
        ("c-2", 1, "opening"),
        ("c-1", 2, "notice"),
    ]


def test_around_a_case_stand_its_acts_and_how_the_others_were_opened(kept: samples.Store):
    with kept.records.adding() as adding:
        adding.append_act("c-2", "notice", '{"a":4}')
    with kept.records.adding() as adding:
        around = [(act.case, act.kind) for act in adding.acts_around("c-1")]
        unknown = [(act.case, act.kind) for act in adding.acts_around()]
    assert around == [("c-1", "opening"), ("c-2", "opening"), ("c-1", "notice")]
    assert unknown == [("c-1", "opening"), ("c-2", "opening")]


@pytest.mark.parametrize(
    "words", ["UPDATE case_act SET content = '{}' WHERE number = 2", "DELETE FROM case_act WHERE number = 1"]
)
def test_what_was_changed_around_a_case_is_noticed(kept: samples.Store, words: str):
    link = sqlite3.connect(kept.root / "records.db")
    with link:
        for act in ("update", "delete"):
            link.execute(f"DROP TRIGGER case_act_no_{act}")
        link.execute(words)
    link.close()
    with kept.records.adding() as adding, pytest.raises(MissionFault, match="is gone or was changed"):
        adding.acts_around("c-1")


def test_events_are_numbered_without_a_gap_and_read_from_any_number_on(kept: samples.Store):
    assert [event.number for event in kept.records.events()] == [1, 2, 3]
    assert [event.number for event in kept.records.events(2)] == [3]
    assert kept.records.events(3) == ()


def test_the_id_of_an_event_is_the_hash_of_what_the_log_gets(kept: samples.Store):
    event = kept.records.events()[0]
    assert json.loads(event.canonical) == {
        "number": 1,
        "kind": "decision",
        "at": "2026-01-02T12:00:00+00:00",
        "content": {"who": "olena", "number": 1},
    }
    assert len({one.id for one in kept.records.events()}) == 3


def test_the_same_event_twice_is_two_events(store: samples.Store):
    with store.records.adding() as adding:
        first, second = (adding.add_event("decision", NOON, {"who": "olena"}) for _ in range(2))
    assert first.id != second.id


def test_an_act_and_its_event_stand_together_or_not_at_all(store: samples.Store):
    with pytest.raises(TrucelineError, match="meanwhile"), store.records.adding() as adding:
        _act_and_fail(adding)
    assert store.records.acts() == ()
    assert store.records.events() == ()


def _act_and_fail(adding: Adding) -> None:
    adding.append_act("c-1", "opening", "{}")
    adding.add_event("act", NOON, {})
    raise TrucelineError("something went wrong meanwhile")


def test_the_same_act_is_kept_once(kept: samples.Store):
    with pytest.raises(MissionInUse, match="meanwhile"), kept.records.adding() as adding:
        adding.append_act("c-3", "opening", '{"a":1}')
    assert len(kept.records.acts()) == 3


@pytest.mark.parametrize("table", ONLY_ADDED_TO)
@pytest.mark.parametrize("words", ["UPDATE {} SET number = 7 WHERE number = 1", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_a_row(kept: samples.Store, table: str, words: str):
    with kept.records.adding() as adding:
        adding.append_custody(
            CustodyEntry("0" * 64, CustodyKind.RECEIVE, CustodyStage.DONE, Handling("olena", "a test", NOON))
        )
        adding.add_signature("0" * 64, "a note")
    link = sqlite3.connect(kept.root / "records.db")
    with pytest.raises(sqlite3.IntegrityError, match="only added to"), link:
        link.execute(words.format(table))
    link.close()


def test_a_refused_change_is_told_in_words(kept: samples.Store):
    engine = open_database(kept.folders.database_url)
    with pytest.raises(MissionFault, match="never changed"), transaction(engine) as connection:
        connection.exec_driver_sql("DELETE FROM case_act")


@pytest.mark.parametrize("table", ONLY_ADDED_TO)
def test_a_server_gets_the_same_guard(table: str):
    made, used = only_added_to(table, "postgresql")
    assert f"{table} is only added to" in made
    assert f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}" in used


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("UPDATE case_act SET content = '{\"a\":9}' WHERE number = 3", "act 2 of case c-1"),
        ("DELETE FROM case_act WHERE number = 1", "act 1 of case c-1"),
        ("UPDATE case_act SET case_id = 'c-2', position = 2 WHERE number = 1", "act 1 of case c-2"),
        ('UPDATE outbox SET content = \'{"who":"ivan"}\' WHERE number = 2', "event 2"),
        ("UPDATE outbox SET kind = 'other' WHERE number = 1", "event 1"),
        ("UPDATE outbox SET happened_at = '2020-01-01T00:00:00+00:00' WHERE number = 3", "event 3"),
        ("DELETE FROM outbox WHERE number = 2", "event 2"),
    ],
)
def test_what_was_changed_behind_the_guard_is_noticed(kept: samples.Store, words: str, told: str):
    link = sqlite3.connect(kept.root / "records.db")
    with link:
        for table in ONLY_ADDED_TO:
            link.execute(f"DROP TRIGGER {table}_no_update")
            link.execute(f"DROP TRIGGER {table}_no_delete")
        link.execute(words)
    link.close()
    with pytest.raises(MissionFault, match=told):
        _ = (kept.records.acts(), kept.records.events())


@settings(max_examples=20, deadline=None)
@given(st.lists(st.dictionaries(st.text("ab", min_size=1), st.text(st.characters(codec="utf-8"))), max_size=5))
def test_what_goes_into_the_outbox_comes_out(contents: list[dict[str, str]]):
    engine = open_database("sqlite://")
    with transaction(engine) as connection:
        put = [add_event(connection, "x", NOON, one) for one in contents]
    with reading(engine) as connection:
        assert events_after(connection) == tuple(put)
    engine.dispose()


def test_an_act_is_kept_under_the_hash_of_its_content():
    act = KeptAct("c-1", 1, "opening", canonical_json({}).decode())
    assert act.id == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert OutboxEvent(1, "a", "", {}).id != OutboxEvent(2, "a", "", {}).id
