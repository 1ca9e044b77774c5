"""An entry of the register may say which other it repeats, so that both are counted once.

The number of the other stands in a column of its own too. Versions before this would count both: they leave tables of
this revision alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; empty for entries that came in before it was kept: they repeat none."""
    op.add_column("register_entry", sa.Column("repeats", sa.Text, nullable=False, server_default=""))
