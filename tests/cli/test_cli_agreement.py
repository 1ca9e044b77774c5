"""``truceline agreement``: what it tells a lawyer and a machine, and how it ends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

SCENARIOS = Path(__file__).parents[1] / "scenarios"
AGREEMENTS = SCENARIOS / "agreements"
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "write-an-agreement.md"


@pytest.fixture
def river(tmp_path: Path) -> Path:
    """The agreement and the story of the how-to page."""
    agreement, story = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "river.yaml").write_text(agreement, encoding="utf-8")
    (tmp_path / "story.yaml").write_text(story, encoding="utf-8")
    return tmp_path


def test_a_sound_file_is_printed_for_a_lawyer(truceline: Callable, river: Path):
    said = truceline("agreement", "check", river / "river.yaml")
    assert said.exit_code == 0
    text = re.sub(r"\s+", " ", said.out)
    assert (
        "must not keep weapons of 100 mm and more within 25 km of the line contact-line, on its own side, or anywhere"
        in text
    )
    assert "norms.artillery.where.measured: total-width → per-side" in text
    assert "artillery then reads: Each party must not keep weapons of 100 mm and more within 50 km" in text
    assert re.search(r"SHA-256: [0-9a-f]{64}, not stated in the file", text)
    assert "line contact-line: not drawn yet, a mission has to bring the line of the annex map" in text
    assert "- Who verifies the withdrawal is not said." in text


@pytest.mark.parametrize("path", sorted(AGREEMENTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_norm_gap_and_unknown_of_a_file_is_printed(truceline: Callable, path: Path):
    text = truceline("agreement", "check", path).out
    record = json.loads(truceline("agreement", "check", path, "--json").out)
    assert record["sound"]
    flat = re.sub(r"\s+", " ", text)
    for norm in record["norms"]:
        assert re.sub(r"\s+", " ", norm["sentence"]) in flat
    for clause in record["clauses"]:
        assert clause["sha256"] in text
    for name, unknown in record["unknown"].items():
        for key in unknown:
            assert f"{name} leaves open: {key}" in text
    for line in record["lines"]:
        assert f"line {line['id']}: {line['length_m'] / 1000:.1f} km" in text


def test_all_slips_of_the_form_are_told_at_once(truceline: Callable, river: Path):
    path = river / "river.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("status: signed", "status: agreed").replace("kind: forbid", "kind: ban"))
    said = truceline("agreement", "check", path)
    assert said.exit_code == 4
    assert said.out == ""
    assert "unknown status 'agreed'" in said.err
    assert "unknown kind 'ban'" in said.err
    assert f"where: {path}:4 status" in said.err
    assert said.err.endswith("faults: 2\n")


def test_the_slip_of_the_page_is_told_as_the_page_says(truceline: Callable, river: Path):
    path = river / "river.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("calibre: {at_least: 100 mm}", "calibre: 100 mm"))
    said = truceline("agreement", "check", path)
    promised = re.search(r"```text\n('100 mm'.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert promised
    for line in promised[1].replace("river.yaml", str(path)).splitlines():
        assert line in said.err


def test_a_later_stage_is_looked_at_too(truceline: Callable, river: Path):
    path = river / "river.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("clause: article-2", "clause: article-3"), encoding="utf-8")
    record = json.loads(truceline("agreement", "check", path, "--json").out)
    assert not record["sound"]
    assert [fault["what"] for fault in record["faults"]] == [
        "unknown clause 'article-3'; the nearest known is 'article-2'"
    ]


def test_a_missing_file_and_an_unknown_case_are_told(truceline: Callable, tmp_path: Path):
    assert truceline("agreement", "check", tmp_path / "nothing.yaml").exit_code == 4
    said = truceline("agreement", "check", "minks-2")
    assert said.exit_code == 7
    assert "minsk-2" in said.err


def test_a_case_of_the_casebook_is_found_by_its_name(truceline: Callable):
    said = truceline("agreement", "check", "easter-2025")
    assert said.exit_code == 0
    assert "Easter truce 2025" in said.out


def test_one_reading_on_a_day(truceline: Callable):
    path = AGREEMENTS / "phases.yaml"
    said = truceline("agreement", "show", path, "--on", "2031-04-05")
    assert said.exit_code == 0
    assert "effective+P5D (2031-04-06 00:00 Europe/Kyiv)" in said.out
    assert "fire: waits until maps is achieved" in said.out
    record = json.loads(truceline("agreement", "show", path, "--on", "2031-04-05", "--json").out)
    assert record["binding"] == ["maps"]
    assert record["not_binding"]["posts"] == "waits for the event 'd-day'"
    assert record["events"]["d-day"] is None


def test_before_and_after_the_window_nothing_binds(truceline: Callable):
    for day in ("2031-03-31", "2031-05-01"):
        record = json.loads(truceline("agreement", "show", AGREEMENTS / "ceasefire.yaml", "--on", day, "--json").out)
        assert record["binding"] == []


def test_a_reading_changes_what_is_shown(truceline: Callable):
    path = AGREEMENTS / "width.yaml"
    for reading, kilometres in (("total-width", 25), ("per-side", 50)):
        assert f"within {kilometres} km" in truceline("agreement", "show", path, "--reading", reading).out
    said = truceline("agreement", "show", path, "--reading", "perside")
    assert said.exit_code == 2
    assert "did you mean per-side?" in said.err


def test_a_day_that_is_none_is_told(truceline: Callable):
    said = truceline("agreement", "show", AGREEMENTS / "width.yaml", "--on", "15 April")
    assert said.exit_code == 2
    assert "where: --on" in said.err


def test_a_draft_and_its_final_word_by_word_and_key_by_key(truceline: Callable, river: Path):
    final = (river / "river.yaml").read_text(encoding="utf-8")
    draft = final.replace("of 100 mm and more", "over 100 mm").replace("{at_least: 100 mm}", "{over: 100 mm}")
    (river / "draft.yaml").write_text(draft, encoding="utf-8")
    said = truceline("agreement", "diff", river / "draft.yaml", river / "river.yaml")
    promised = re.search(r"```text\n(clauses .*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert promised
    assert said.out == promised[1]
    assert truceline("agreement", "diff", river / "draft.yaml", river / "draft.yaml").out == "no difference\n"


def test_two_instruments_of_one_file(truceline: Callable, tmp_path: Path):
    text = (AGREEMENTS / "ceasefire.yaml").read_text(encoding="utf-8")
    status = "status: [{step: signed, date: 2031-03-20, source: text}]"
    two = (
        "instruments:\n"
        f"  - {{id: draft, title: {{en: Draft}}, type: draft, {status}}}\n"
        f"  - {{id: final, title: {{en: Final}}, type: ceasefire, {status}}}\n"
        "clauses:\n"
        "  - {id: d1, instrument: draft, text: All shooting ceases in April., language: en, source: text}\n"
    )
    text = text.replace("clauses:\n", two).replace("{id: c1,", "{id: c1, instrument: final,")
    text = text.replace("norms:\n", "norms:\n  - {id: shots, kind: forbid, who: each, act: ground-fire, clause: d1}\n")
    path = tmp_path / "family.yaml"
    path.write_text(text, encoding="utf-8")
    said = truceline("agreement", "diff", f"{path}#draft", f"{path}#final")
    assert said.exit_code == 0, said.err
    assert "clauses d1 → c1 text: All [-shooting-] {+fire+} ceases [-in-] {+for the month of+} April." in said.out
    assert "instrument itself type: draft → ceasefire" in said.out
    assert "norms shots → fire where: (not there) → everywhere" in said.out
    said = truceline("agreement", "diff", f"{path}#drat", f"{path}#final")
    assert said.exit_code == 2
    assert "did you mean draft?" in said.err


def test_a_line_that_moved(truceline: Callable, tmp_path: Path):
    for name, lat in (("old", 48.0), ("new", 48.1)):
        folder = tmp_path / name / "geometry"
        folder.mkdir(parents=True)
        line = {"type": "LineString", "coordinates": [[37.0, lat], [38.0, lat]]}
        (folder / "contact-line.geojson").write_text(json.dumps(line), encoding="utf-8")
        text = (AGREEMENTS / "withdrawal.yaml").read_text(encoding="utf-8")
        (tmp_path / name / "a.yaml").write_text(text, encoding="utf-8")
    record = json.loads(truceline("agreement", "diff", tmp_path / "old/a.yaml", tmp_path / "new/a.yaml", "--json").out)
    apart = next(one for one in record["changes"] if one["key"].startswith("farthest apart"))
    assert 11.1 < float(apart["after"].removesuffix(" km")) < 11.2


def test_stories_that_hold_end_with_zero(truceline: Callable, river: Path):
    said = truceline("agreement", "test", river)
    assert said.exit_code == 0, said.out
    assert said.out == "scenarios: 1; as told: 1; otherwise: 0\n"


def test_a_file_that_is_neither_story_nor_agreement_is_named(truceline: Callable, river: Path):
    (river / "typo.yml").write_text("scenari: story\n", encoding="utf-8")
    told = truceline("agreement", "test", river).out
    assert told.endswith(f"\nnot run, as it is neither a scenario nor an agreement: {river / 'typo.yml'}\n")
    assert json.loads(truceline("agreement", "test", river, "--json").out)["not_run"] == [str(river / "typo.yml")]


def test_a_story_that_does_not_hold_is_printed_and_ends_with_one(truceline: Callable, river: Path):
    path = river / "story.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("result: breached", "result: complied"))
    said = truceline("agreement", "test", river)
    assert said.exit_code == 1
    assert f"{path}:16 expect[0].result" in said.out
    assert "found: artillery/party-north/total-width: breached" in said.out
    assert "with the parties exchanged, exactly-100-mm:" in said.out
    assert "scenarios that came out otherwise than told: 1 of 1" in said.err


def test_a_story_that_cannot_be_run_is_told(truceline: Callable, river: Path):
    path = river / "story.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("incidents:", "events:"))
    said = truceline("agreement", "test", river, "--json")
    assert said.exit_code == 1
    (outcome,) = json.loads(said.out)["outcomes"]
    assert outcome["fault"]["what"].startswith("unknown key 'events'")
    assert json.loads(said.err)["error"] == "NotAsExpected"


def test_a_folder_without_stories_is_a_slip_of_the_command(truceline: Callable, tmp_path: Path):
    assert truceline("agreement", "test", tmp_path).exit_code == 2
    assert truceline("agreement", "test", tmp_path / "nothing").exit_code == 2


@pytest.mark.parametrize("command", ["check", "show", "diff", "test"])
def test_each_command_explains_itself(truceline: Callable, command: str):
    assert re.search(rf"^\s+{command}\s", truceline("agreement", "--help").out, re.MULTILINE)
    said = truceline("agreement", command, "--help")
    assert said.exit_code == 0
    assert "--json" in said.out
