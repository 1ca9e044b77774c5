"""Records in SQLite or PostgreSQL, observations and incidents in a Parquet archive, evidence by its hash."""

from truceline.store.acts import KeptAct
from truceline.store.archive import put_in_place
from truceline.store.database import open_database, open_tables
from truceline.store.entries import FusionEntry, ImportEntry, ImportOutcome, Incoming, as_text
from truceline.store.evidence import EvidenceKeeper, EvidenceReader, Receipt, changed_meanwhile, check_size, sha256_of
from truceline.store.folders import StoreFolders
from truceline.store.importing import import_records
from truceline.store.lock import Pen, writing
from truceline.store.outbox import OutboxEvent
from truceline.store.reading import (
    ArchiveFiles,
    incident_rows,
    incident_table,
    membership_of,
    membership_rows,
    observation_table,
    observations_by_id,
    only,
)
from truceline.store.records import Records
from truceline.store.rows import observation_id
from truceline.store.space import room_for
from truceline.store.weighed import (
    ToldDetails,
    incident_details,
    link_rows,
    links_of,
    standings_of,
    tellings_of,
    told_details,
    weighed_membership_rows,
    with_details,
)

__all__ = [
    "ArchiveFiles",
    "EvidenceKeeper",
    "EvidenceReader",
    "FusionEntry",
    "ImportEntry",
    "ImportOutcome",
    "Incoming",
    "KeptAct",
    "OutboxEvent",
    "Pen",
    "Receipt",
    "Records",
    "StoreFolders",
    "ToldDetails",
    "as_text",
    "changed_meanwhile",
    "check_size",
    "import_records",
    "incident_details",
    "incident_rows",
    "incident_table",
    "link_rows",
    "links_of",
    "membership_of",
    "membership_rows",
    "observation_id",
    "observation_table",
    "observations_by_id",
    "only",
    "open_database",
    "open_tables",
    "put_in_place",
    "room_for",
    "sha256_of",
    "standings_of",
    "tellings_of",
    "told_details",
    "weighed_membership_rows",
    "with_details",
    "writing",
]
