"""Answers: one JSON object on standard output and nothing else, or words for people."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import mission_samples as samples
import pytest

KEYS = ("case", "agreement", "window", "counts", "series", "coverage", "findings", "claims", "rejected_rows", "files")
ASSESSED = {
    "window": {"reading", "start", "end"},
    "counts": {"rule", "phenomenon", "stratum", "reading", "inside", "reference"},
    "series": {"rule", "phenomenon", "stratum", "bin", "bins"},
    "coverage": {"reading", "phenomenon", "share", "areas"},
    "findings": {"id", "norm", "party", "reading", "result", "probability", "attribution", "because"},
}


def test_the_demo_answers_with_everything_asked_for(truceline: Callable, tmp_path: Path):
    said = truceline("demo", "easter-2025", "--no-feeds", "--out", tmp_path / "demo", "--json")
    assert said.exit_code == 0
    told = json.loads(said.out)
    assert [key for key in KEYS if key not in told] == []
    assert (told["case"], told["agreement"], told["rejected_rows"]) == ("easter-2025", "easter-2025", 0)
    for key, needed in ASSESSED.items():
        assert told[key], f"{key} is empty"
        for one in told[key]:
            assert needed <= set(one), key
    assert all(set(one) >= {"shift_days", "count"} for line in told["counts"] for one in line["reference"])
    assert all(set(one) >= {"start", "count"} for line in told["series"] for one in line["bins"])
    assert [path for path in told["files"] if not Path(path).is_file()] == []
    names = {Path(path).name for path in told["files"]}
    assert names >= {"report.html", "report.pdf", "findings.json", "counts.csv", "incidents.geojson", "coverage.csv"}


def test_the_demo_may_be_repeated_in_its_own_folder(truceline: Callable, tmp_path: Path):
    words = ("demo", "gaza-pause-2023", "--no-feeds", "--out", tmp_path, "--json")
    once, again = truceline(*words), truceline(*words)
    assert (once.exit_code, again.exit_code) == (0, 0)
    assert once.out == again.out


def test_where_nothing_was_counted_a_line_says_so_and_no_empty_table(truceline: Callable, tmp_path: Path):
    said = truceline("demo", "gaza-pause-2023", "--no-feeds", "--out", tmp_path)
    assert said.exit_code == 0
    assert "Counts: nothing was counted here; the published figures stand in the timeline of the report\n" in said.out
    assert "Counts inside the window" not in said.out
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "The figures that others published by day or week stand in the timeline." in page
    counted = truceline("count", "--mission", tmp_path / "mission-without-feeds")
    assert counted.out == "Counts: nothing was counted here\n"


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (("fuse",), {"observations", "incidents", "linkage"}),
        (("fuse", "--control"), {"control"}),
        (("assess",), {"findings"}),
        (("count",), {"counts", "coverage"}),
        (("count", "--rule", "episode", "--gap-min", "30", "--from", "2031-04-19", "--to", "2031-04-21"), {"counts"}),
        (("explain", "ground-fire/party-north/as-announced"), {"finding", "clause", "reading", "incidents", "history"}),
        (("rejected",), {"rejected"}),
        (("ingest", "table", "{folder}/patrol.csv", "--mapping", "{folder}/mapping.yaml"), {"imports"}),
        (("report", "--out", "{folder}/out"), set(KEYS)),
    ],
)
def test_standard_output_holds_one_json_object_and_nothing_else(
    truceline: Callable, folder: Path, words: tuple[str, ...], keys: set[str]
):
    said = truceline(*(word.format(folder=folder) for word in words), "--mission", folder, "--json")
    assert said.exit_code == 0, said.err
    assert keys <= set(json.loads(said.out))


def test_a_real_process_says_nothing_but_json_either(folder: Path):
    words = [sys.executable, "-m", "truceline.cli.main", "count", "--mission", str(folder), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert {line["inside"] for line in json.loads(done.stdout)["counts"]} == {1}


def test_the_gap_of_an_episode_is_told_with_the_count(truceline: Callable, folder: Path):
    said = truceline("count", "--rule", "episode", "--gap-min", "30", "-m", folder, "--json")
    counts = json.loads(said.out)["counts"]
    assert counts
    assert {(one["rule"], one["parameters"]["gap_min"]) for one in counts} == {("episode", 30)}


def test_taking_a_file_in_twice_says_already_have_it(truceline: Callable, folder: Path):
    words = ("ingest", "table", folder / "patrol.csv", "--mapping", folder / "mapping.yaml", "-m", folder)
    said = truceline(*words)
    assert said.out == "patrol.csv: already have it (3 rows)\n"
    told = json.loads(truceline(*words, "--json").out)["imports"]
    assert told == [
        {
            "file": "patrol.csv",
            "new": 0,
            "already": 3,
            "revised": 0,
            "rejected": 0,
            "coverage": 0,
            "coverage_already": 1,
            "set_aside": 0,
            "sources_revised": 0,
        }
    ]


def test_a_source_described_differently_is_told(truceline: Callable, folder: Path):
    mapping = folder / "mapping.yaml"
    mapping.write_text(samples.MAPPING.replace("stratum: patrol", "stratum: acoustic"), encoding="utf-8")
    words = ("ingest", "table", folder / "patrol.csv", "--mapping", mapping, "-m", folder)
    assert "its source is described differently than before" in truceline(*words).out
    assert "described differently" not in truceline(*words).out


def test_rejected_rows_are_announced_and_shown(truceline: Callable, folder: Path):
    path = folder / "bad.csv"
    path.write_text(samples.HEADER + "9,[bold]never,,Left bank,explosion,,?\n", encoding="utf-8")
    said = truceline("ingest", "table", path, "--mapping", folder / "mapping.yaml", "-m", folder)
    assert "1 rows rejected" in said.out or "1 row rejected" in said.out
    assert "truceline rejected bad.csv" in said.out
    assert truceline("rejected", "bad.csv", "-m", folder).out.startswith("bad.csv:2: ")
    fused = " ".join(truceline("fuse", "-m", folder).out.split())
    assert "1 rows of the files taken in could not be used" in fused
    assert "they are kept, with line and reason: truceline rejected" in fused
    assert json.loads(truceline("fuse", "-m", folder, "--json").out)["rejected"] == 1
    (row,) = json.loads(truceline("rejected", "-m", folder, "--json").out)["rejected"]
    assert (row["file"], row["line"]) == ("bad.csv", 2)
    assert "[bold]never" in row["raw"]
    assert "no rejected rows" in truceline("rejected", "patrol.csv", "-m", folder).out


WATCH = """\
truceline: 1
source: {id: post, title: A post, custodian: the mission, stratum: patrol, senses: [explosion]}
rows: watching
time: {sense: lasted}
columns: {start: start, end: end, area: area, state: state, reason: reason}
"""


def test_a_file_of_coverage_alone_taken_in_twice_says_already_have_it(truceline: Callable, folder: Path):
    (folder / "watch.yaml").write_text(WATCH, encoding="utf-8")
    table = "start,end,area,state,reason\n2031-04-20T00:00:00Z,2031-04-20T06:00:00Z,Left bank,watching,on post\n"
    (folder / "watch.csv").write_text(table, encoding="utf-8")
    words = ("ingest", "table", folder / "watch.csv", "--mapping", folder / "watch.yaml", "-m", folder)
    assert "1 coverage records" in truceline(*words).out
    assert truceline(*words).out == "watch.csv: already have it (1 coverage records)\n"
    (folder / "watch.csv").write_text(table.splitlines()[0] + "\n", encoding="utf-8")
    assert "there is no row in it" in truceline(*words).out


def test_rejected_rows_beyond_the_limit_are_counted(truceline: Callable, folder: Path):
    path = folder / "bad.csv"
    rows = "".join(f"{n},never,,Left bank,explosion,,?\n" for n in range(120))
    path.write_text(samples.HEADER + rows, encoding="utf-8")
    truceline("ingest", "table", path, "--mapping", folder / "mapping.yaml", "-m", folder)
    lines = truceline("rejected", "-m", folder).out.splitlines()
    assert (len(lines), lines[-1]) == (51, "bad.csv: and 70 further; show them with --limit 120")
    assert truceline("rejected", "--limit", "0", "-m", folder).out.startswith("bad.csv: and 120 further")
    assert len(truceline("rejected", "--limit", "120", "-m", folder).out.splitlines()) == 120
    told = json.loads(truceline("rejected", "--limit", "7", "-m", folder, "--json").out)
    assert (len(told["rejected"]), told["further"]) == (7, 113)


@pytest.mark.parametrize("as_json", [False, True])
def test_what_was_taken_in_before_a_fault_is_told(truceline: Callable, folder: Path, *, as_json: bool):
    words = ("ingest", "table", folder / "patrol.csv", folder / "none.csv", "--mapping", folder / "mapping.yaml")
    said = truceline(*words, "-m", folder, *(["--json"] if as_json else []))
    assert said.exit_code == 3
    assert "no such file" in said.err
    assert "patrol.csv" in said.out
    if as_json:
        assert [one["already"] for one in json.loads(said.out)["imports"]] == [3]


def test_names_with_brackets_and_colons_are_printed_as_they_are(truceline: Callable, tmp_path: Path):
    folder = tmp_path / "m[bold] :fire:"
    assert str(folder) in truceline("new", folder).out
    (folder / "mapping.yaml").write_text(samples.MAPPING, encoding="utf-8")
    for name in ("log[old].csv", ":fire:.csv"):
        (folder / name).write_text(samples.HEADER + f"9,never,,Left bank,explosion,,{name}\n", encoding="utf-8")
        said = truceline("ingest", "table", folder / name, "--mapping", folder / "mapping.yaml", "-m", folder)
        assert said.out.startswith(f"{name}: ")
        assert f"truceline rejected {shlex.quote(name)} --mission {shlex.quote(str(folder))}" in said.out
        assert truceline("rejected", name, "-m", folder).out.startswith(f"{name}:2: ")
    for command in ("fuse", "assess"):
        assert truceline(command, "-m", folder).exit_code == 0
    assert str(folder / "reports") in truceline("report", "-m", folder).out


def test_a_finding_is_printed_as_a_tree_down_to_its_rows(truceline: Callable, folder: Path):
    said = truceline("explain", "ground-fire/party-north/as-announced", "-m", folder)
    assert said.exit_code == 0
    for words in ("All fire shall cease.", "as-announced", "patrol.csv:2", "one loud explosion", "attribution"):
        assert words in said.out


def test_a_count_for_people_stands_beside_its_coverage(truceline: Callable, folder: Path):
    said = truceline("count", "--rule", "smm-item", "-m", folder)
    assert "explosion" in said.out
    assert "100%" in said.out


def test_a_mapping_is_drafted_and_nothing_taken_in(truceline: Callable, folder: Path):
    before = sorted(folder.rglob("*"))
    said = truceline("ingest", "table", folder / "patrol.csv", "--draft-mapping", "-m", folder)
    assert said.exit_code == 0
    assert "columns:" in said.out
    assert sorted(folder.rglob("*")) == before


def test_a_new_mission_is_made_and_named(truceline: Callable, tmp_path: Path):
    said = truceline("new", tmp_path / "m", "--case", "minsk-2", "--json")
    assert json.loads(said.out) == {"mission": str(tmp_path / "m"), "agreement": "minsk-2"}
    assert truceline("assess", "-m", tmp_path / "m").exit_code == 0
