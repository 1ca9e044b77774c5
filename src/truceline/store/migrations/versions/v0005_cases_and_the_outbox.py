"""Acts in cases, and the outbox of what the private log must hear of. The database itself refuses to change either."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both; missions of before hold no cases."""
    op.create_table(
        "case_act",
        sa.Column("number", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("id", "case_id")),
        sa.Column("position", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "content")),
    )
    op.create_index("case_act_by_id", "case_act", ["id"], unique=True)
    op.create_index("case_act_by_case", "case_act", ["case_id", "position"], unique=True)
    op.create_table(
        "outbox",
        sa.Column("number", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("id", "kind", "happened_at", "content")),
    )
    op.create_index("outbox_by_id", "outbox", ["id"], unique=True)
    for table in ("case_act", "outbox"):
        for statement in only_added_to(table, op.get_bind().dialect.name):
            op.execute(statement)


def only_added_to(table: str, dialect: str) -> tuple[str, ...]:
    """The statements by which a database refuses to change or delete rows of a table."""
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
            for act in ("UPDATE", "DELETE")
        )
    made = (
        f"CREATE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is only added to'; END $$"
    )
    used = (
        f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_kept()"
    )
    return made, used
