"""``truceline publish``: with witnesses that listen on this machine, from the decision to a bundle a reader checks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from case_mission import CaseMission, case_mission
from public_mission import NAMES

from truceline.ledger.keys import Signing, SigningKey, parse_verifier_key
from truceline.ledger.witness_memory import Witness
from truceline.ledger.witness_serving import Serving, WitnessServer
from truceline.mission.publisher import POLICY

NOW = 1_966_000_000


@dataclass
class Desk:
    """A decided case, its mission's folder, and seven witnesses on free ports."""

    made: CaseMission
    folder: Path
    servers: dict[str, WitnessServer]


@pytest.fixture
def desk(truceline: Callable, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    made = case_mission(folder).to_review()
    made.grade("rita")
    made.grade("viktor")
    made.move("hana", "confirmed")
    for log in ("private", "public"):
        assert truceline("ledger", "init", "--log", log, "--mission", folder).exit_code == 0
    line = (folder / "ledger/keys/public-log.pub").read_text().strip()
    key = parse_verifier_key(line)
    clock = _clock(monkeypatch)
    with ExitStack() as open_ones:
        servers = {}
        lines = [f"log {line}"]
        for at, name in enumerate(NAMES):
            own = SigningKey(f"{name}.example", Signing.ED25519_COSIGNATURE, bytes([at + 1]) * 32)
            witness = Witness(tmp_path / "memories" / name, {key.name: (key,)}, (own,), clock)
            server = open_ones.enter_context(WitnessServer(witness, Serving()))
            running = threading.Thread(target=server.serve_forever, args=(0.01,))
            running.start()
            open_ones.callback(running.join)
            open_ones.callback(server.shutdown)
            servers[name] = server
            lines.append(f"witness {name} {own.verifier.text()} {server.url}")
        lines += [f"group five 5 {' '.join(NAMES)}", "quorum five", "#parties party-a party-b", ""]
        (folder / POLICY).write_text("\n".join(lines), encoding="utf-8")
        yield Desk(made, folder, servers)


def _clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """The command's clock, and the witnesses', after everything that was done in the case."""
    moment = datetime.fromtimestamp(NOW, UTC)
    for module in ("publish", "verify"):
        monkeypatch.setattr(f"truceline.cli.{module}.now", lambda: moment)
    return lambda: NOW


def test_from_the_decision_to_a_bundle_that_a_reader_checks(truceline: Callable, desk: Desk):
    said = truceline("publish", desk.made.case, "--as", "paul", "--mission", desk.folder)
    assert said.exit_code == 0, said.err
    assert "enough cosigned" in said.out
    assert "released: parties/" in said.out
    released = desk.folder / "ledger" / "released"
    bundles = sorted((released / "public").glob("*.json"))
    assert len(bundles) == 2
    for path in bundles:
        checked = truceline("verify", path, "--keys", released / "keys.txt", "--both-parties", "--max-age", "1")
        assert checked.exit_code == 0, checked.out
        assert "ALL HELD" in checked.out
    again = json.loads(truceline("publish", "--mission", desk.folder, "--json").out)
    assert (again["entered"], again["released"], again["enough"]) == (0, [], True)
    listed = json.loads(truceline("published", "--as", "hana", "--mission", desk.folder, "--json").out)
    assert [one["levels"] for one in listed["published"]] == [["parties", "public"]] * 2
    told = truceline("published", "--as", "paul", "--mission", desk.folder)
    assert desk.made.case in told.out


def test_one_field_is_closed_and_the_bundle_of_before_still_holds(truceline: Callable, desk: Desk):
    assert truceline("publish", desk.made.case, "--as", "paul", "--mission", desk.folder).exit_code == 0
    listed = json.loads(truceline("published", "--as", "hana", "--mission", desk.folder, "--json").out)
    entry = listed["published"][0]["entry"]
    words = ("redact", entry[:16], "/replies/0/words", "--because", "it names a person", "--mission", desk.folder)
    assert truceline(*words, "--as", "paul").exit_code != 0
    assert "salts deleted: 1" in truceline(*words, "--as", "hana").out
    assert "salts deleted: 0" in truceline(*words, "--as", "hana").out
    closed = json.loads(truceline("published", "--as", "hana", "--mission", desk.folder, "--json").out)
    assert closed["published"][0]["closed"] == ["/replies/0/words"]
    released = desk.folder / "ledger" / "released"
    for path in (released / "parties").glob("*.json"):
        assert truceline("verify", path, "--keys", released / "keys.txt").exit_code == 0


def test_too_few_witnesses_end_with_a_code_of_their_own_and_release_nothing(truceline: Callable, desk: Desk):
    for name in NAMES[:3]:
        desk.servers[name].server_close()
    said = truceline("publish", desk.made.case, "--as", "paul", "--mission", desk.folder)
    assert said.exit_code == 12
    assert "TOO FEW" in said.out
    assert said.out.count("unreachable") == 3
    assert not (desk.folder / "ledger" / "released").exists()


def test_a_case_without_somebody_is_a_mistake(truceline: Callable, desk: Desk):
    said = truceline("publish", desk.made.case, "--mission", desk.folder)
    assert said.exit_code == 2
    assert "is published by somebody" in said.err


def test_without_witnesses_nothing_is_published(truceline: Callable, desk: Desk):
    (desk.folder / POLICY).unlink()
    said = truceline("publish", desk.made.case, "--as", "paul", "--mission", desk.folder)
    assert "no witnesses are agreed" in said.err
    assert not (desk.folder / "ledger" / "sealed").exists()


def test_a_report_is_published_and_held_against_its_bundle(truceline: Callable, desk: Desk, tmp_path: Path):
    report = tmp_path / "day.pdf"
    report.write_bytes(b"what was seen that day")
    said = truceline("publish", "--report", report, "--as", "paul", "--mission", desk.folder, "--json")
    assert said.exit_code == 0, said.err
    told = json.loads(said.out)
    assert [one["level"] for one in told["released"]] == ["parties"]
    assert told["waiting"] == 1
    released = desk.folder / "ledger" / "released"
    (bundle,) = (released / "parties").glob("report-*.json")
    words = ("verify", bundle, "--keys", released / "keys.txt", "--file", report)
    assert truceline(*words).exit_code == 0
    assert "[held]     The file 'day.pdf'" in truceline(*words).out
    again = json.loads(truceline(*said_again(report, desk)).out)
    assert again["entered"] == 0
    report.write_bytes(b"what was seen that day, cleaned up")
    changed = truceline(*words)
    assert changed.exit_code == 12
    assert "NOT PROVED" in changed.out


def said_again(report: Path, desk: Desk) -> tuple[object, ...]:
    return ("publish", "--report", report, "--as", "hana", "--mission", desk.folder, "--json")


def test_only_who_may_publishes_a_report(truceline: Callable, desk: Desk, tmp_path: Path):
    report = tmp_path / "day.pdf"
    report.write_bytes(b"what was seen that day")
    for who in ("rita", "vera", "nils", "mira"):
        said = truceline("publish", "--report", report, "--as", who, "--mission", desk.folder)
        assert said.exit_code not in (0, 12)
        assert "may not publish-report" in said.err
    gone = truceline("publish", "--report", tmp_path / "none.pdf", "--as", "paul", "--mission", desk.folder)
    assert "cannot be read" in gone.err
    assert not (desk.folder / "ledger" / "sealed").exists()


def test_a_bundle_without_a_hash_proves_no_file(truceline: Callable, desk: Desk, tmp_path: Path):
    assert truceline("publish", desk.made.case, "--as", "paul", "--mission", desk.folder).exit_code == 0
    released = desk.folder / "ledger" / "released"
    other = tmp_path / "other.pdf"
    other.write_bytes(b"anything")
    for path in (released / "parties").glob("*.json"):
        said = truceline("verify", path, "--keys", released / "keys.txt", "--file", other)
        assert said.exit_code == 12
        assert "shows no hash of a file" in said.out
