"""Every way of a mission to bytes of evidence, watched from outside: whoever opens them does so in their room."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import mission_samples as samples
import pytest
from test_private_log import NOON, by_hand

from truceline.mission.folder import Mission, open_mission
from truceline.mission.gathering import gather
from truceline.mission.ingesting import Intake, ingest
from truceline.mission.log_keys import make_key, read_identity, read_verifier
from truceline.mission.private_log import compare, drain
from truceline.model import EvidenceFault, LedgerFault, UnreadableFile
from truceline.model.custody import NOT_NAMED, Handling
from truceline.sources import ReadOptions
from truceline.store import EvidenceReader

READER = Handling("paul", "drawing", samples.NOW)
_WATCHED: list[tuple[Path, list[str]]] = []


def _watch(event: str, given: tuple[object, ...]) -> None:
    if not _WATCHED or event != "open" or not isinstance(given[0], str | bytes | Path):
        return
    folder, seen = _WATCHED[-1]
    path = Path(given[0].decode() if isinstance(given[0], bytes) else given[0])
    if folder in path.parents and path.is_file():
        frame, rooms = sys._getframe(1), []
        while frame is not None:
            rooms.append(Path(frame.f_code.co_filename).name)
            frame = frame.f_back
        if "evidence_files.py" not in rooms:
            seen.append(f"{path.name} by {[one for one in rooms if one != 'pathlib.py'][:3]}")


sys.addaudithook(_watch)


@pytest.fixture
def watched(mission: Mission) -> Iterator[list[str]]:
    """Who opened a file of evidence outside its room."""
    seen: list[str] = []
    _WATCHED.append((mission.folders.evidence, seen))
    yield seen
    _WATCHED.pop()


def test_the_watch_sees_whoever_goes_round(mission: Mission, watched: list[str]):
    item = mission.records.items_received()[0]
    (mission.folders.evidence / item[:2] / item).read_bytes()
    assert len(watched) == 1


def test_a_mission_at_work_opens_evidence_in_its_room_only(mission: Mission, watched: list[str]):
    samples.take_in(mission, samples.HEADER + "4,2031-04-20T11:00:00Z,,Left bank,shot,,x\n", "other.csv")
    samples.conclude(mission)
    gather(mission, reading=READER)
    EvidenceReader(mission.folders, mission.records).read(mission.records.items_received()[0], READER)
    assert watched == []


def test_taking_a_file_in_is_received_with_everything_beside_it(mission: Mission):
    sha256 = mission.records.imports()[0].incoming.sha256
    items = mission.records.items_received()
    assert len(items) == 2, "the table and its mapping"
    assert sha256 in items
    for item in items:
        begun, done = mission.records.custody_of(item)
        assert (begun.entry.stage, done.entry.stage, done.begun) == ("begun", "done", begun.id)
        assert begun.entry.handling.by == NOT_NAMED
    assert {mission.records.custody_of(item)[0].entry.detail["name"] for item in items} == {
        "patrol.csv",
        "mapping.yaml",
    }


def test_who_takes_a_file_in_stands_in_its_chain_and_so_does_the_second_time(mission: Mission):
    path = mission.root / "patrol.csv"
    options = ReadOptions(mapping=mission.root / "mapping.yaml")
    imports = mission.records.imports()
    ingest(mission, Intake("table", path, options, by="dora"), now=samples.NOW)
    chain = mission.records.custody_of(imports[0].incoming.sha256)
    assert [one.entry.stage for one in chain] == ["begun", "done", "begun", "done"]
    assert chain[-1].entry.handling.by == "dora"


def test_an_import_that_fails_stands_in_the_chain_as_failed(mission: Mission):
    with pytest.raises(UnreadableFile):
        samples.take_in(mission, "", "empty.csv")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    _begun, failed = mission.records.custody_of(empty)
    assert (failed.entry.stage, failed.entry.hash, failed.entry.detail["why"]) == ("failed", "absent", "UnreadableFile")


def test_evidence_that_was_changed_stops_the_same_file_coming_in_again(mission: Mission):
    sha256 = mission.records.imports()[0].incoming.sha256
    path = mission.folders.evidence / sha256[:2] / sha256
    path.chmod(0o644)
    path.write_bytes(b"other words")
    with pytest.raises(EvidenceFault, match="not those that came in"):
        samples.take_in(mission, samples.TABLE, "patrol.csv")


def test_a_file_longer_than_meant_is_refused_before_it_is_read(mission: Mission):
    path = mission.root / "hole.csv"
    with path.open("wb") as file:
        file.truncate(100 << 30)
    with pytest.raises(UnreadableFile, match="107,374,182,400 bytes long"):
        ingest(mission, Intake("table", path, ReadOptions()), now=samples.NOW)
    path.unlink()


def test_chains_are_entered_in_the_private_log_and_what_is_slipped_out_is_told(mission: Mission):
    make_key(mission, randomness=lambda count: bytes(range(count)))
    drain(mission, read_identity(mission), lambda: NOON)
    keys = (read_verifier(mission),)
    assert compare(mission, keys).waiting == 0
    by_hand(mission, "DELETE FROM custody_event WHERE number = (SELECT max(number) FROM custody_event)")
    with pytest.raises(LedgerFault, match="all evidence have 3 custody events, and events tell of 4"):
        compare(open_mission(mission.root), keys)


def test_an_event_slipped_in_without_telling_is_found(mission: Mission):
    make_key(mission, randomness=lambda count: bytes(range(count)))
    drain(mission, read_identity(mission), lambda: NOON)
    reader = EvidenceReader(mission.folders, mission.records)
    reader.read(mission.records.items_received()[0], READER)
    link = sqlite3.connect(mission.root / "records.db")
    with link:
        link.execute("DROP TRIGGER outbox_no_delete")
        link.execute("DELETE FROM outbox WHERE number = (SELECT max(number) FROM outbox)")
    link.close()
    with pytest.raises(LedgerFault, match="custody events, and events tell of"):
        compare(open_mission(mission.root), (read_verifier(mission),))
