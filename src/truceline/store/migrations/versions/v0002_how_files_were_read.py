"""What a person told a format about a file, which decides what its rows mean, stands beside the file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; empty for files that came in before it was kept."""
    op.add_column("import_file", sa.Column("options", sa.Text, nullable=False, server_default=""))
