"""The first tables: sources, imports, rejected rows, coverage, claims, fusion runs, findings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables as they were in the first release."""
    op.create_table("source", _number(), _text("id"), _count("revision"), _text("content"))
    _imports()
    _what_came_in()
    _what_was_concluded()


def _imports() -> None:
    op.create_table(
        "import_file",
        _number(),
        *(_text(name) for name in ("format", "file_name", "sha256", "imported_at")),
        *(_count(name) for name in ("new", "already", "revised", "rejected", "coverage")),
        *(_text(name) for name in ("observation_file", "licence", "credit", "url")),
    )
    op.create_table("rejected_row", _number(), _belongs("import_file"), _count("line"), _text("reason"), _text("raw"))
    op.create_index("rejected_row_by_import", "rejected_row", ["import_number", "line"])


def _what_came_in() -> None:
    keyed = (_text("key"), _count("revision"))
    op.create_table(
        "coverage",
        _number(),
        *keyed,
        _belongs("import_file"),
        _text("source"),
        _text("area"),
        _count("start_us"),
        _count("end_us"),
        _text("content"),
    )
    op.create_index("coverage_by_key", "coverage", ["key", "revision"])
    keyed = (_text("key"), _count("revision"))
    op.create_table("claim", _number(), *keyed, _belongs("import_file"), _text("content"))
    op.create_index("claim_by_key", "claim", ["key", "revision"])


def _what_was_concluded() -> None:
    op.create_table(
        "fusion_run",
        _number(),
        *(_text(name) for name in ("fused_at", "based_on", "parameters", "incident_file", "member_file")),
        _count("incidents"),
        _text("linkage"),
    )
    op.create_table("assessment_run", _number(), _text("assessed_at"), _text("based_on"), _text("findings"))
    op.create_table(
        "finding",
        _number(),
        sa.Column("run_number", sa.Integer, sa.ForeignKey("assessment_run.number"), nullable=False),
        _text("id"),
        _count("revision"),
        _text("result"),
        sa.Column("probability", sa.Float, nullable=True),
        _text("content"),
        _text("reason"),
    )
    op.create_index("finding_by_id", "finding", ["id", "revision"])


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.Integer, primary_key=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _belongs(table: str) -> sa.Column[int]:
    return sa.Column("import_number", sa.Integer, sa.ForeignKey(f"{table}.number"), nullable=False)
