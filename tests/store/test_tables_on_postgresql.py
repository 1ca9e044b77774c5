"""The tables written for SQLite are those a PostgreSQL server gets: every statement that makes them is one it takes."""

from __future__ import annotations

import pytest
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from truceline.store.schema import metadata

SERVER = postgresql.dialect()


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_and_index_can_be_made_on_a_server(table: Table):
    said = str(CreateTable(table).compile(dialect=SERVER))
    assert f"CREATE TABLE {table.name}" in said
    assert "number SERIAL NOT NULL" in said or table.name not in {"source", "import_file", "coverage", "claim"}
    for index in table.indexes:
        assert f"ON {table.name}" in str(CreateIndex(index).compile(dialect=SERVER))
