"""Custody events: what was done with every item of evidence. The database itself refuses to change one.

Evidence of before has no events: its chain begins, when it is next touched, by saying so.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from truceline.store.migrations.versions.v0005_cases_and_the_outbox import only_added_to

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty."""
    op.create_table(
        "custody_event",
        sa.Column("number", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("id", "item")),
        sa.Column("position", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("begun", "stage", "content")),
    )
    op.create_index("custody_event_by_id", "custody_event", ["id"], unique=True)
    op.create_index("custody_event_by_item", "custody_event", ["item", "position"], unique=True)
    op.create_index("custody_event_by_begun", "custody_event", ["begun"])
    for statement in only_added_to("custody_event", op.get_bind().dialect.name):
        op.execute(statement)
