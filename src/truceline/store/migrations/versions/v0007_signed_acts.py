"""Signatures of acts in cases, beside the acts. The database itself refuses to change one.

Acts of before have none, and are shown as unsigned.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from truceline.store.migrations.versions.v0005_cases_and_the_outbox import only_added_to

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty."""
    op.create_table(
        "act_signature",
        sa.Column("number", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("act_id", "note")),
    )
    op.create_index("act_signature_by_act", "act_signature", ["act_id"], unique=True)
    for statement in only_added_to("act_signature", op.get_bind().dialect.name):
        op.execute(statement)
