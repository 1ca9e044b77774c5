"""The record tables, the same for SQLite and PostgreSQL. Rows are added, never changed.

Observations and incidents are bulk and live in the Parquet archive; these tables say which archive files count.
A file nobody names here does not exist for any reader.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, MetaData, Table, Text

metadata = MetaData()

source = Table(
    "source",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
)

import_file = Table(
    "import_file",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("format", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("imported_at", Text, nullable=False),
    Column("new", BigInteger, nullable=False),
    Column("already", BigInteger, nullable=False),
    Column("revised", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("coverage", BigInteger, nullable=False),
    Column("observation_file", Text, nullable=False, default=""),
    Column("licence", Text, nullable=False, default=""),
    Column("credit", Text, nullable=False, default=""),
    Column("url", Text, nullable=False, default=""),
    Column("options", Text, nullable=False, server_default=""),
)

rejected_row = Table(
    "rejected_row",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("import_number", Integer, ForeignKey("import_file.number"), nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Index("rejected_row_by_import", "import_number", "line"),
)

coverage = Table(
    "coverage",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("import_number", Integer, ForeignKey("import_file.number"), nullable=False),
    Column("source", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("start_us", BigInteger, nullable=False),
    Column("end_us", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
    Index("coverage_by_key", "key", "revision"),
)

claim = Table(
    "claim",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("import_number", Integer, ForeignKey("import_file.number"), nullable=False),
    Column("content", Text, nullable=False),
    Index("claim_by_key", "key", "revision"),
)

register_entry = Table(
    "register_entry",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("import_number", Integer, ForeignKey("import_file.number"), nullable=False),
    Column("content", Text, nullable=False),
    Column("repeats", Text, nullable=False, server_default=""),
    Index("register_entry_by_key", "key", "revision"),
)

fusion_run = Table(
    "fusion_run",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("fused_at", Text, nullable=False),
    Column("based_on", Text, nullable=False),
    Column("parameters", Text, nullable=False),
    Column("incident_file", Text, nullable=False),
    Column("member_file", Text, nullable=False),
    Column("incidents", BigInteger, nullable=False),
    Column("linkage", Text, nullable=False),
)

assessment_run = Table(
    "assessment_run",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("assessed_at", Text, nullable=False),
    Column("based_on", Text, nullable=False),
    Column("findings", Text, nullable=False),
)

finding = Table(
    "finding",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("run_number", Integer, ForeignKey("assessment_run.number"), nullable=False),
    Column("id", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("result", Text, nullable=False),
    Column("probability", Float, nullable=True),
    Column("content", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("finding_by_id", "id", "revision"),
)

case_act = Table(
    "case_act",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("content", Text, nullable=False),
    Index("case_act_by_id", "id", unique=True),
    Index("case_act_by_case", "case_id", "position", unique=True),
)
"""Every act in a case, in the order it came; ``id`` is the SHA-256 of ``content``."""

act_signature = Table(
    "act_signature",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("act_id", Text, nullable=False),
    Column("note", Text, nullable=False),
    Index("act_signature_by_act", "act_id", unique=True),
)
"""The signed note over an act, by the act's id; an act that nobody signed has none."""

outbox = Table(
    "outbox",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("happened_at", Text, nullable=False),
    Column("content", Text, nullable=False),
    Index("outbox_by_id", "id", unique=True),
)
"""What the private log must hear of, written with the act itself; ``id`` is the key by which it is taken up once."""

custody_event = Table(
    "custody_event",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("begun", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("content", Text, nullable=False),
    Index("custody_event_by_id", "id", unique=True),
    Index("custody_event_by_item", "item", "position", unique=True),
    Index("custody_event_by_begun", "begun"),
)
"""Everything done with an item of evidence; ``id`` is the SHA-256 of ``content``, ``begun`` that of what it ends."""

ONLY_ADDED_TO = ("case_act", "act_signature", "outbox", "custody_event")
"""Tables in which the database itself refuses to change or delete a row."""
