"""The register has a table of its own: what was done or said on the record, one entry to a row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it; missions of before hold no entries."""
    op.create_table(
        "register_entry",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("import_number", sa.Integer, sa.ForeignKey("import_file.number"), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_index("register_entry_by_key", "register_entry", ["key", "revision"])
