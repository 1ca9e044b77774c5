"""Run by Alembic: brings the record tables of an open connection to the newest revision."""

from __future__ import annotations

from alembic import context

from truceline.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
