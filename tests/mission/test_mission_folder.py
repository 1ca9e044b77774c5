"""Making and opening mission folders, and taking files in."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import mission_samples as samples
import pytest

from truceline.mission.assessing import assess_mission
from truceline.mission.counting import windows_asked
from truceline.mission.folder import Mission, new_mission, open_mission
from truceline.mission.fusing import all_incidents, fuse_mission
from truceline.mission.gathering import gather
from truceline.mission.ingesting import Intake, ingest
from truceline.mission.json_form import assessment_json
from truceline.model import (
    AgreementFault,
    InputFault,
    MissionFault,
    MissionInUse,
    MissionReadOnly,
    NotFound,
    StorageFull,
    UnreadableFile,
    UsageFault,
    ValueFault,
)
from truceline.sources import ReadOptions
from truceline.store import EvidenceKeeper, Receipt, writing


@pytest.mark.parametrize("name", ["plain", 'with "quotes"', "with \\ and ß", "[brackets]"])
def test_a_new_mission_opens_whatever_its_folder_is_called(tmp_path: Path, name: str):
    made = new_mission(tmp_path / name)
    assert made.settings.id == name
    assert open_mission(tmp_path / name).agreement.id == "example"


def test_a_new_mission_goes_all_the_way_with_nothing_in_it(tmp_path: Path):
    made = new_mission(tmp_path / "m")
    samples.conclude(made)
    told = assessment_json(gather(made))
    assert [finding["result"] for finding in told["findings"]] == ["not-yet", "not-yet"]
    assert (told["incidents"], told["counts"], told["rejected_rows"]) == (0, [], 0)


def test_a_mission_is_never_written_over(tmp_path: Path):
    new_mission(tmp_path / "m")
    before = (tmp_path / "m" / "mission.toml").read_bytes()
    with pytest.raises(MissionFault, match="a mission here already"):
        new_mission(tmp_path / "m", "easter-2025")
    assert (tmp_path / "m" / "mission.toml").read_bytes() == before


def test_an_unknown_case_makes_no_folder_and_names_the_nearest(tmp_path: Path):
    with pytest.raises(NotFound) as refused:
        new_mission(tmp_path / "m", "easter-20255")
    assert "easter-2025" in refused.value.do
    assert not (tmp_path / "m").exists()


def test_a_file_in_the_way_is_told_as_such(tmp_path: Path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "m"):
        with pytest.raises(MissionFault, match="in the way"):
            new_mission(folder)


@pytest.mark.parametrize(
    ("number", "fault"), [(errno.EROFS, MissionReadOnly), (errno.EACCES, MissionReadOnly), (errno.ENOSPC, StorageFull)]
)
def test_a_folder_that_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, fault: type[Exception]
):
    def refuse(*_arguments: object, **_names: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(fault):
        new_mission(tmp_path / "m")


@pytest.mark.parametrize("files", [0, 2])
def test_a_mission_has_exactly_one_agreement(tmp_path: Path, files: int):
    made = samples.make_mission(tmp_path / "m")
    (made.root / "agreements" / "made-up.yaml").unlink()
    for number in range(files):
        (made.root / "agreements" / f"{number}.yaml").write_text(samples.AGREEMENT, encoding="utf-8")
    with pytest.raises(AgreementFault, match=f"here are {files}"):
        assert made.agreement


def test_the_same_file_twice_changes_nothing_anybody_reads(mission: Mission):
    before = assessment_json(gather(mission))
    outcome = samples.take_in(mission, samples.TABLE)
    assert (outcome.new, outcome.already, outcome.revised) == (0, 3, 0)
    samples.conclude(mission)
    assert assessment_json(gather(open_mission(mission.root))) == before


def test_nothing_stale_is_shown(mission: Mission):
    samples.take_in(mission, samples.HEADER + "1,2021-01-02T03:00:00+00:00,,Left bank,explosion,,boom\n")
    with pytest.raises(MissionFault, match="files came in") as unfused:
        assess_mission(mission, now=samples.NOW)
    assert unfused.value.example == "truceline fuse"
    fuse_mission(mission, now=samples.NOW)
    with pytest.raises(MissionFault, match="findings are missing, or older"):
        gather(mission)
    samples.conclude(mission)
    gather(mission)
    settings = mission.root / "mission.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n# a changed setting\n", encoding="utf-8")
    with pytest.raises(MissionFault, match="findings are missing, or older"):
        gather(open_mission(mission.root))


def test_a_rejected_row_is_not_counted_twice_when_its_file_comes_twice(mission: Mission):
    bad = samples.HEADER + "9,not a time,,Left bank,explosion,,?\n"
    for _ in range(2):
        assert samples.take_in(mission, bad, "bad.csv").rejected == 1
    samples.conclude(mission)
    told = assessment_json(gather(mission))
    assert told["rejected_rows"] == 1
    assert [(row["file"], row["line"]) for row in told["rejected"]] == [("bad.csv", 2)]


def test_a_file_that_cannot_be_used_leaves_no_evidence_and_no_row(mission: Mission):
    kept = sorted(mission.folders.evidence.rglob("*"))
    imports = mission.records.imports()
    with pytest.raises(UnreadableFile):
        samples.take_in(mission, "", "empty.csv")
    assert mission.records.imports() == imports
    assert [path for path in sorted(mission.folders.evidence.rglob("*")) if path.is_file() and path not in kept] == []


def test_a_row_written_after_the_hash_was_taken_is_not_taken_in(mission: Mission, monkeypatch: pytest.MonkeyPatch):
    before, kept = mission.records.imports(), sorted(mission.folders.evidence.rglob("*"))

    receiving = EvidenceKeeper.receiving

    @contextmanager
    def kept_while_others_write(self: EvidenceKeeper, *given: Any) -> Iterator[Receipt]:  # noqa: ANN401 - handed on
        with receiving(self, *given) as receipt:
            with (mission.root / "log.csv").open("a", encoding="utf-8") as log:
                log.write("5,2031-04-20T12:00:00Z,,Left bank,shot,,late\n")
            yield receipt

    monkeypatch.setattr(EvidenceKeeper, "receiving", kept_while_others_write)
    with pytest.raises(UnreadableFile, match="changed while it was read") as refused:
        samples.take_in(mission, samples.HEADER + "4,2031-04-20T11:00:00Z,,Left bank,shot,,x\n", "log.csv")
    assert refused.value.where.endswith("log.csv")
    assert mission.records.imports() == before
    assert [path for path in sorted(mission.folders.evidence.rglob("*")) if path.is_file() and path not in kept] == []


def test_a_file_that_is_not_there(mission: Mission):
    with pytest.raises(UnreadableFile, match="no such file"):
        ingest(mission, Intake("table", mission.root / "none.csv", ReadOptions()), now=samples.NOW)


def test_an_unknown_format_names_the_nearest(mission: Mission):
    with pytest.raises(UsageFault) as refused:
        ingest(mission, Intake("tabel", mission.root / "patrol.csv", ReadOptions()), now=samples.NOW)
    assert "table" in refused.value.do


def test_evidence_is_the_bytes_that_came_in(mission: Mission):
    (entry,) = mission.records.imports()
    sha256 = entry.incoming.sha256
    assert (mission.folders.evidence / sha256[:2] / sha256).read_text(encoding="utf-8") == samples.TABLE


def test_what_was_told_about_a_file_is_kept_with_it(mission: Mission):
    (entry,) = mission.records.imports()
    kept = json.loads(entry.incoming.options)["mapping"]
    assert kept["file"] == "mapping.yaml"
    assert (mission.folders.evidence / kept["sha256"][:2] / kept["sha256"]).read_text("utf-8") == samples.MAPPING
    path = mission.root / "other.csv"
    path.write_text(samples.HEADER + "4,2031-04-20T11:00:00,,Left bank,shot,,x\n", encoding="utf-8")
    told = ReadOptions(mapping=mission.root / "mapping.yaml", zone=ZoneInfo("Asia/Tokyo"), encoding="cp1252")
    for _ in range(2):
        ingest(mission, Intake("table", path, told), now=samples.NOW)
    _, entry = mission.records.imports()
    assert json.loads(entry.incoming.options) == {"encoding": "cp1252", "mapping": kept, "zone": "Asia/Tokyo"}
    samples.conclude(mission)
    assert assessment_json(gather(mission))["imports"][1]["options"]["zone"] == "Asia/Tokyo"


def test_a_mapping_of_a_file_that_cannot_be_used_is_not_kept_and_one_in_use_stays(mission: Mission):
    files = _evidence(mission)
    with pytest.raises(UnreadableFile):
        samples.take_in(mission, "", "empty.csv")
    assert _evidence(mission) == files
    (mission.root / "mapping.yaml").write_text(samples.MAPPING + "# another\n", encoding="utf-8")
    with pytest.raises(UnreadableFile):
        samples.take_in(mission, "", "empty.csv")
    assert _evidence(mission) == files


def test_a_mapping_that_is_not_there(mission: Mission):
    intake = Intake("table", mission.root / "patrol.csv", ReadOptions(mapping=mission.root / "none.yaml"))
    with pytest.raises(InputFault, match="no such mapping") as refused:
        ingest(mission, intake, now=samples.NOW)
    assert refused.value.where.endswith("none.yaml")


def _evidence(mission: Mission) -> list[Path]:
    return sorted(path for path in mission.folders.evidence.rglob("*") if path.is_file())


def test_while_somebody_writes_nobody_else_does(mission: Mission):
    with writing(mission.root), pytest.raises(MissionInUse):
        samples.take_in(mission, samples.TABLE.replace("one loud", "two loud"), "other.csv")


def test_fusing_again_makes_no_new_run(mission: Mission):
    files = sorted(mission.folders.incidents.iterdir())
    assert fuse_mission(mission, now=samples.NOW).again
    assert sorted(mission.folders.incidents.iterdir()) == files


def test_remnants_of_a_killed_run_are_cleared_away(mission: Mission):
    stray = mission.folders.incidents / "incidents-000000000000.parquet"
    stray.write_bytes(b"PAR1")
    (mission.folders.incidents / "members-1.making").write_bytes(b"PAR1")
    samples.take_in(mission, samples.HEADER + "4,2031-04-20T11:00:00Z,,Left bank,shot,,x\n", "more.csv")
    fuse_mission(mission, now=samples.NOW)
    assert not stray.exists()
    assert len(list(mission.folders.incidents.iterdir())) == 4
    assert len(all_incidents(mission)) == 4


def test_a_full_disk_while_fusing_keeps_the_run_before(mission: Mission, monkeypatch: pytest.MonkeyPatch):
    samples.take_in(mission, samples.HEADER + "4,2031-04-20T11:00:00Z,,Left bank,shot,,x\n", "more.csv")
    files = sorted(mission.folders.incidents.iterdir())

    def full(_rows: object, path: Path, **_names: object) -> None:
        path.write_bytes(b"PAR1 half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("truceline.mission.fusing.pq.write_table", full)
        with pytest.raises(StorageFull):
            fuse_mission(mission, now=samples.NOW)
    assert sorted(mission.folders.incidents.iterdir()) == files
    assert len(all_incidents(mission)) == 3
    assert fuse_mission(mission, now=samples.NOW).incidents == 4


def test_an_assessment_that_changes_keeps_the_old_finding(mission: Mission):
    (before, _) = mission.records.findings()
    mapping = mission.root / "mapping.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("state: watching", "state: blind"), encoding="utf-8")
    samples.take_in(mission, samples.TABLE.replace("one loud", "two loud"), "again.csv")
    fuse_mission(mission, now=samples.NOW)
    findings = assess_mission(mission, now=samples.NOW)
    history = mission.records.finding_history(before.id)
    assert history[0][2] == before
    assert history[-1][2] == findings[0]
    if findings[0] != before:
        assert "changed" in history[-1][1]


def test_without_a_period_the_windows_are_the_readings(mission: Mission):
    ((name, window),) = windows_asked(mission, "", "")
    assert (name, window) == ("as-announced", mission.agreement.readings[0].window)


def test_a_period_of_ones_own_is_read_in_the_missions_zone(mission: Mission):
    ((name, window),) = windows_asked(mission, "2031-04-20", "2031-04-21T00:00:00+00:00")
    assert name == "period"
    assert window.start.isoformat() == "2031-04-19T21:00:00+00:00"
    assert window.end.isoformat() == "2031-04-21T00:00:00+00:00"


@pytest.mark.parametrize(("start", "end"), [("2031-04-20", ""), ("", "2031-04-20")])
def test_half_a_period_is_refused(mission: Mission, start: str, end: str):
    with pytest.raises(UsageFault, match="a start and an end"):
        windows_asked(mission, start, end)


def test_a_period_that_ends_before_it_starts_is_refused(mission: Mission):
    with pytest.raises(ValueFault, match="before the start"):
        windows_asked(mission, "2031-04-21", "2031-04-20")


@pytest.mark.parametrize("reading", ["as-announced", "no such reading", ""])
def test_the_series_is_anchored_at_the_local_day_of_its_reading(mission: Mission, reading: str):
    chosen = replace(mission.settings, series=replace(mission.settings.series, reading=reading))
    told = assessment_json(gather(Mission(mission.root, chosen)))
    starts = [one["start"] for one in told["series"][0]["bins"]]
    assert starts[0] == "2031-04-17T00:00:00+03:00"
    assert starts[-1] == "2031-04-20T00:00:00+03:00"
