"""Opening the record tables: engine, migrations, one transaction at a time.

SQLite runs with a rollback journal, not a write-ahead log: versions before 3.51.3 can corrupt a WAL database
under two writers, and one mission has one writer anyway (:mod:`truceline.store.lock`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from truceline.model import MissionFault, MissionInUse, MissionNewer, MissionReadOnly, StorageFull, TrucelineError
from truceline.store.folders import StoreFolders

NEWEST_REVISION = "0007"
KNOWN_REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")

_FAULTS: tuple[tuple[tuple[str, ...], type[TrucelineError], str, str], ...] = (
    (
        ("is full", "SQLITE_IOERR_WRITE", "No space left"),
        StorageFull,
        "the disk is full, or takes no more; nothing was kept",
        "make room and repeat the command",
    ),
    (
        ("disk I/O error",),
        MissionFault,
        "the disk failed while the records were read or written",
        "check the disk, then repeat the command; put back a copy of the mission if it goes on",
    ),
    (
        ("readonly database", "unable to open database"),
        MissionReadOnly,
        "the records cannot be written",
        "check the folder's permissions, or copy the mission",
    ),
    (("database is locked",), MissionInUse, "another process is writing the records", "wait until it is done"),
    (
        ("UNIQUE constraint failed", "duplicate key value"),
        MissionInUse,
        "another process wrote to the same records meanwhile; nothing of this was kept",
        "repeat the command",
    ),
    (
        ("is only added to",),
        MissionFault,
        "a record that stands is never changed; nothing was kept",
        "add what corrects it",
    ),
    (
        ("not a database", "malformed"),
        MissionFault,
        "the record tables are damaged",
        "put back a copy of records.db, or import again into a new mission",
    ),
)
"""Words of a database, what they mean for the mission, and what to do."""


def open_tables(folders: StoreFolders) -> Engine:
    """The record tables of a mission, made when nothing was ever taken in.

    Raises :class:`MissionFault` when they are gone and what they told of is still there: new tables would know nothing
    of it. Raises also what :func:`open_database` raises.
    """
    path = folders.records_file
    if not (path.is_file() and path.stat().st_size) and folders.hold_anything():
        raise MissionFault(
            "the record tables are gone; the archive and the evidence they told of are still here",
            where=str(path),
            do="put back a copy of records.db, or take the files in again in a new mission",
            example="truceline new my-mission",
        )
    return open_database(folders.database_url)


def open_database(address: str | URL) -> Engine:
    """An engine on migrated tables.

    Raises :class:`MissionNewer` for tables this version does not know, and what :func:`transaction` raises.

    >>> open_database("sqlite://").dialect.name
    'sqlite'
    """
    # A file is opened for as long as it is used and no longer: a connection kept in a pool would be a file left open.
    url = make_url(address)
    engine = create_engine(url, poolclass=NullPool) if _is_a_file(url) else create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    with _database_faults(engine), engine.connect() as connection:
        present = _revision_of(connection)
    if present not in (*KNOWN_REVISIONS, ""):
        raise MissionNewer(
            f"the record tables are of revision {present}, newer than {NEWEST_REVISION}",
            where=_where(url),
            do="open the mission with the version of Truceline that wrote it, or a later one",
        )
    if present != NEWEST_REVISION:
        with transaction(engine) as connection:
            _migrate(connection)
    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """All or nothing.

    Raises :class:`StorageFull`, :class:`MissionReadOnly`, :class:`MissionInUse` or, for damaged tables,
    :class:`MissionFault`.
    """
    with _database_faults(engine), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read by. Raises what :func:`transaction` raises."""
    with _database_faults(engine), engine.connect() as connection:
        yield connection


@contextmanager
def _database_faults(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DatabaseError as cause:
        words, where = f"{cause.orig} {getattr(cause.orig, 'sqlite_errorname', '')}", _where(engine.url)
        for known, fault, what, do in _FAULTS:
            if any(one in words for one in known):
                raise fault(what, where=where, do=do) from cause
        raise


def _is_a_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and bool(url.database)


def _where(url: URL) -> str:
    """A database's address for a person, without its password."""
    return str(url.database) if _is_a_file(url) else str(url)


def _revision_of(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow to load and needed once per mission
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", "truceline.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _prepare_sqlite(raw: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection type
    raw.isolation_level = None
    cursor = raw.cursor()
    for setting in ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=2000"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # The driver would otherwise begin late, and tables made by a migration could not be rolled back.
    connection.exec_driver_sql("BEGIN")
