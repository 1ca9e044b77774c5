"""The record tables: migrations, revisions of findings, and tables of another age."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import store_samples as samples
from sqlalchemy import Connection, Inspector, create_engine, inspect
from sqlalchemy.exc import OperationalError

from truceline.model import (
    Because,
    Finding,
    Interval,
    MissionFault,
    MissionInUse,
    MissionNewer,
    Result,
    StorageFull,
    TraceStep,
    TrucelineError,
)
from truceline.store import FusionEntry, Records, open_database, open_tables
from truceline.store.adding import Adding
from truceline.store.database import KNOWN_REVISIONS, NEWEST_REVISION
from truceline.store.schema import metadata

FOUND = Finding(
    id="ground-fire/party-north/as-announced",
    norm="ground-fire",
    party="party-north",
    reading="as-announced",
    result=Result.UNDETERMINED,
    probability=None,
    attribution="not attributed",
    because=Because("{n} incidents", (("n", 3),)),
    would_change=(Because("a patrol"),),
    trace=(TraceStep(1, "what", Because("so"), (("share", 0.25), ("none", None), ("word", "x")), ("00ff",)),),
)


def test_migrations_make_the_tables_of_the_schema(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'records.db'}"
    migrated = inspect(open_database(url))
    made = create_engine("sqlite://")
    metadata.create_all(made)
    schema = inspect(made)
    assert set(migrated.get_table_names()) - {"alembic_version"} == set(schema.get_table_names())
    for table in schema.get_table_names():
        assert _columns(migrated, table) == _columns(schema, table)
        assert _keys(migrated, table) == _keys(schema, table)
    made.dispose()


def _columns(database: Inspector, table: str) -> list[tuple[object, ...]]:
    columns = database.get_columns(table)
    return [(one["name"], str(one["type"]), one["nullable"], one["primary_key"]) for one in columns]


def _keys(database: Inspector, table: str) -> tuple[object, ...]:
    indexes = [(one["name"], tuple(one["column_names"])) for one in database.get_indexes(table)]
    foreign = [(tuple(one["constrained_columns"]), one["referred_table"]) for one in database.get_foreign_keys(table)]
    return sorted(indexes), sorted(foreign)


def test_opening_migrated_tables_again_changes_nothing(store: samples.Store):
    store.bring_in(samples.observations(3))
    before = (store.root / "records.db").read_bytes()
    open_database(store.folders.database_url).dispose()
    assert (store.root / "records.db").read_bytes() == before


def test_tables_of_the_first_release_are_brought_to_the_newest_and_keep_their_rows(store: samples.Store):
    store.bring_in([*samples.observations(3), samples.claim(1), samples.coverage(1)])
    rows, table = store.rows_kept(), store.table()
    _by_hand(store, "DROP TABLE register_entry")
    _by_hand(store, "ALTER TABLE import_file DROP COLUMN options")
    _before_cases(store, "0001")
    upgraded = samples.Store(store.root)
    (entry,) = upgraded.records.imports()
    assert (entry.incoming.options, entry.incoming.file_name, entry.outcome.new) == ("", "a.csv", 4)
    assert upgraded.table() == table
    after = upgraded.rows_kept()
    assert {name: kept for name, kept in after.items() if name != "import_file"} == {
        name: kept for name, kept in rows.items() if name != "import_file"
    }
    assert [row[:-1] for row in after["import_file"]] == [row[:-1] for row in rows["import_file"]]
    outcome = upgraded.bring_in([*samples.observations(3), samples.claim(1), samples.coverage(1)])
    assert (outcome.already, len(upgraded.records.imports())) == (4, 1)


def test_tables_of_before_the_register_are_given_one_and_keep_their_rows(store: samples.Store):
    store.bring_in([*samples.observations(3), samples.claim(1), samples.coverage(1)])
    rows = store.rows_kept()
    _by_hand(store, "DROP TABLE register_entry")
    _before_cases(store, "0002")
    upgraded = samples.Store(store.root)
    assert upgraded.records.register_entries() == ()
    assert upgraded.rows_kept() == rows
    assert upgraded.bring_in([samples.entry(1, "b")], "b").new == 1
    assert upgraded.records.register_entries() == (samples.entry(1, "b"),)


def test_entries_of_before_they_could_repeat_another_repeat_none(store: samples.Store):
    store.bring_in([samples.entry(1)])
    rows = store.rows_kept()
    _by_hand(store, "ALTER TABLE register_entry DROP COLUMN repeats")
    _by_hand(store, """UPDATE register_entry SET content = replace(content, ',"repeats":""', '')""")
    _before_cases(store, "0003")
    upgraded = samples.Store(store.root)
    assert upgraded.records.register_entries() == (samples.entry(1),)
    assert [row[-1] for row in upgraded.rows_kept()["register_entry"]] == [""]
    assert upgraded.bring_in([samples.entry(1)]).already == 1
    assert upgraded.bring_in([samples.entry(2, "b", repeats="entry-1")], "b").new == 1
    assert [row[-1] for row in upgraded.rows_kept()["register_entry"]] == ["", "entry-1"]
    assert upgraded.records.register_entries()[1].repeats == "entry-1"
    assert len(rows["register_entry"]) == 1


def test_the_newest_revision_is_the_last_known():
    assert KNOWN_REVISIONS[-1] == NEWEST_REVISION


def test_tables_of_a_newer_version_are_left_alone(store: samples.Store):
    store.bring_in(samples.observations(3))
    _by_hand(store, "UPDATE alembic_version SET version_num = '9999'")
    before = (store.root / "records.db").read_bytes()
    with pytest.raises(MissionNewer, match="revision 9999") as newer:
        open_database(store.folders.database_url)
    assert (newer.value.exit_code, newer.value.http_status) == (5, 409)
    assert (store.root / "records.db").read_bytes() == before


def test_a_damaged_database_is_told_as_such(tmp_path: Path):
    (tmp_path / "records.db").write_bytes(b"this is no database, and it is long enough to look like one" * 40)
    with pytest.raises(MissionFault, match="damaged"):
        assert samples.Store(tmp_path).records


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_tables_that_are_gone_are_not_made_anew_beside_what_they_told_of(store: samples.Store, how: str):
    store.bring_in(samples.observations(3))
    path = store.root / "records.db"
    path.unlink() if how == "gone" else path.write_bytes(b"")
    files = store.bytes_kept()
    with pytest.raises(MissionFault, match="record tables are gone") as refused:
        open_tables(store.folders)
    assert refused.value.where == str(path)
    assert store.bytes_kept() == files
    assert path.exists() == (how == "empty")


def test_an_older_copy_of_the_tables_sets_aside_what_it_does_not_know(store: samples.Store):
    store.bring_in(samples.observations(3))
    older = (store.root / "records.db").read_bytes()
    store.bring_in(samples.observations(5, "b"), "b")
    (store.root / "records.db").write_bytes(older)
    outcome = store.bring_in(samples.observations(5, "b"), "b")
    assert (outcome.new, outcome.set_aside) == (2, 1)
    assert len(list(store.folders.strays.iterdir())) == 1
    assert store.bring_in(samples.observations(5, "b"), "b").set_aside == 0


@pytest.mark.parametrize("name", ["what?", "50%20", "a#b", "a&b=c", "ß ü", "mode=ro?cache=shared"])
def test_a_folder_may_be_called_anything(tmp_path: Path, name: str):
    store = samples.Store(tmp_path / name)
    store.bring_in(samples.observations(3))
    assert (tmp_path / name / "records.db").stat().st_size
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_tables_another_program_writes_to_are_told_as_in_use(store: samples.Store):
    assert store.records
    link = sqlite3.connect(store.root / "records.db", isolation_level=None)
    link.execute("BEGIN EXCLUSIVE")
    with pytest.raises(MissionInUse), store.records.adding() as adding:
        adding.add_sources([samples.PATROL])
    link.close()


@pytest.mark.parametrize(
    "read",
    [
        Records.archive_files,
        Records.imports,
        Records.sources,
        Records.coverage,
        Records.claims,
        Records.register_entries,
        Records.latest_fusion,
        Records.incident_files,
        Records.findings,
        Records.latest_assessment_basis,
        lambda records: records.rejected(1, 5),
        lambda records: records.finding_history("x"),
        lambda records: records.register_history("x"),
        lambda records: records.name_evidence("x"),
        Records.acts,
        Records.events,
    ],
)
def test_tables_another_program_holds_cannot_be_read_and_that_is_told(
    store: samples.Store, monkeypatch: pytest.MonkeyPatch, read: Callable[[Records], object]
):
    records = store.records

    def locked(*_arguments: object) -> None:
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("database is locked"))

    monkeypatch.setattr("sqlalchemy.engine.base.Connection.execute", locked)
    with pytest.raises(MissionInUse):
        read(records)


@pytest.mark.parametrize(
    ("name", "fault"), [("SQLITE_IOERR_WRITE", StorageFull), ("SQLITE_IOERR_READ", MissionFault), ("", MissionFault)]
)
def test_a_failing_disk_is_not_called_full(
    store: samples.Store, monkeypatch: pytest.MonkeyPatch, name: str, fault: type[TrucelineError]
):
    records, broken = store.records, sqlite3.OperationalError("disk I/O error")
    broken.sqlite_errorname = name

    def fail(*_arguments: object) -> None:
        raise OperationalError("SELECT", {}, broken)

    monkeypatch.setattr("sqlalchemy.engine.base.Connection.execute", fail)
    with pytest.raises(fault, match="the disk") as refused:
        records.imports()
    assert ("full" in refused.value.what) == (fault is StorageFull)


def test_coverage_of_a_window_is_what_touches_it_in_its_newest_form(store: samples.Store):
    records = [samples.coverage(number) for number in range(2_000)]
    store.bring_in(records)
    moved = replace(records[5].time, start=samples.BEGIN + timedelta(days=30), end=samples.BEGIN + timedelta(days=31))
    store.bring_in([samples.coverage(5, "b", time=moved)], "b")
    for start, end in ((3, 8), (4, 5), (5, 6), (24 * 30, 24 * 30 + 1), (5_000, 5_001)):
        window = Interval(samples.BEGIN + timedelta(hours=start), samples.BEGIN + timedelta(hours=end))
        touching = tuple(one for one in store.records.coverage() if one.time.overlaps(window))
        assert store.records.coverage(window) == touching


def test_many_keyed_records_are_asked_for_and_added_together(store: samples.Store, monkeypatch: pytest.MonkeyPatch):
    assert store.records  # what makes the tables is not counted
    asked: list[object] = []
    execute = Connection.execute

    def counted(self: Connection, *words: object) -> object:
        asked.append(words[0])
        return execute(self, *words)  # type: ignore[call-overload]  # handed on

    monkeypatch.setattr(Connection, "execute", counted)
    rows = [*(samples.coverage(number) for number in range(2_500)), *(samples.claim(number) for number in range(600))]
    assert store.bring_in(rows).coverage == 2_500
    assert store.bring_in(rows, "b").coverage_already == 2_500
    assert len(asked) < 60


def test_a_transaction_that_fails_keeps_nothing(store: samples.Store):
    with pytest.raises(TrucelineError, match="no table"), store.records.adding() as adding:
        _add_and_fail(adding)
    assert store.records.sources() == ()


def test_a_finding_that_changes_is_a_revision_with_the_reason(store: samples.Store):
    later = replace(FOUND, result=Result.BREACHED, probability=0.97)
    _assess(store, FOUND, reason="ignored for the first")
    _assess(store, FOUND, reason="nothing changed")
    _assess(store, later, reason="a patrol came")
    assert store.records.findings() == (later,)
    assert store.records.finding_history(FOUND.id) == (
        (1, "first assessment", FOUND),
        (2, "a patrol came", later),
    )


def test_a_finding_that_changes_back_is_a_third_revision(store: samples.Store):
    later = replace(FOUND, result=Result.BREACHED, probability=0.97)
    for one in (FOUND, later, FOUND):
        _assess(store, one, reason="changed")
    assert store.records.findings() == (FOUND,)
    assert [revision for revision, _, _ in store.records.finding_history(FOUND.id)] == [1, 2, 3]


def test_findings_keep_the_order_of_the_assessment(store: samples.Store):
    other = replace(FOUND, id="a/b/c")
    _assess(store, FOUND, other)
    assert store.records.findings() == (FOUND, other)
    _assess(store, other, FOUND)
    assert store.records.findings() == (other, FOUND)


def test_findings_an_assessment_no_longer_has_are_not_read_and_not_lost(store: samples.Store):
    other = replace(FOUND, id="a/b/c")
    _assess(store, FOUND, other)
    _assess(store, other)
    assert store.records.findings() == (other,)
    assert len(store.records.finding_history(FOUND.id)) == 1


def test_without_an_assessment_there_are_no_findings(store: samples.Store):
    assert store.records.findings() == ()
    assert store.records.finding_history("a/b/c") == ()
    assert store.records.latest_fusion() is None


def test_the_newest_fusion_run_is_read_and_every_runs_files_are_known(store: samples.Store):
    for number in (1, 2):
        entry = FusionEntry(0, "[]", "{}", f"incidents-{number}", f"members-{number}", number, "{}")
        with store.records.adding() as adding:
            adding.add_fusion(entry, samples.NOW)
    newest = store.records.latest_fusion()
    assert newest is not None
    assert (newest.number, newest.incident_file, newest.incidents) == (2, "incidents-2", 2)
    assert store.records.incident_files() == {"incidents-1", "incidents-2", "members-1", "members-2"}


def _add_and_fail(adding: Adding) -> None:
    adding.add_sources([samples.PATROL])
    raise TrucelineError("no table for that")


def _assess(store: samples.Store, *findings: Finding, reason: str = "") -> None:
    with store.records.adding() as adding:
        adding.add_assessment(findings, json.dumps({}), reason, samples.NOW)


def _before_cases(store: samples.Store, revision: str) -> None:
    """Take out the tables of cases and of custody and say that the rest is of an older revision."""
    _by_hand(store, "DROP TABLE custody_event")
    _by_hand(store, "DROP TABLE act_signature")
    _by_hand(store, "DROP TABLE case_act")
    _by_hand(store, "DROP TABLE outbox")
    _by_hand(store, "UPDATE alembic_version SET version_num = ?", revision)


def _by_hand(store: samples.Store, words: str, *values: str) -> None:
    link = sqlite3.connect(store.root / "records.db")
    with link:
        link.execute(words, values)
    link.close()
