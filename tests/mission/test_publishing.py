"""Publishing a case: who may, what goes into the public log, who must cosign, what is handed out, and nothing else."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import mission_samples as samples
import pytest
from public_mission import NAMES, PublicMission, public_mission
from stamp_authority import Line, TestAuthority, Told, request_in

from truceline.ledger.asking_witnesses import Refused, Reply, Unreachable
from truceline.ledger.bundles import read_bundle
from truceline.ledger.checking_log import check_log, stored_entries
from truceline.ledger.disclosure import read_sealed
from truceline.ledger.public_entries import GAP, PRIVATE_HEAD, REFUSAL, read_public
from truceline.ledger.public_entries import POLICY as PUBLIC_POLICY
from truceline.ledger.stamping import Stamped, StampUnreachable
from truceline.ledger.stamps import Authority
from truceline.ledger.verifier_page.building import FILE_NAME, verifier_page
from truceline.ledger.verifying import Asked, read_keys, verify
from truceline.mission.case_deeds import replying
from truceline.mission.log_keys import Which, log_folder, read_verifier
from truceline.mission.public_log import publish_round
from truceline.mission.publisher import POLICY, RELEASED
from truceline.mission.publishing import published, redact
from truceline.mission.release_rules import FILE
from truceline.mission.sealed import FOLDER, read_part
from truceline.model import CaseFault, LedgerFault, NotFound, NotPermitted, UsageFault


@pytest.fixture(scope="session")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples.concluded_mission(tmp_path_factory.mktemp("public") / "mission")


@pytest.fixture
def town(decided: Path, tmp_path: Path) -> PublicMission:
    return public_mission(Path(shutil.copytree(decided, tmp_path / "mission")), tmp_path / "memories")


def entries(town: PublicMission) -> list[bytes]:
    mission = town.made.room.mission
    return list(stored_entries(log_folder(mission, Which.PUBLIC), [read_verifier(mission, Which.PUBLIC)]))


def told(town: PublicMission, kind: str) -> list[dict[str, object]]:
    return [one for one in map(read_public, entries(town)) if one.get("format") == kind]


def finding(town: PublicMission) -> Path:
    """The released bundle of the finding itself, for the parties."""
    return min(town.released("parties"), key=lambda path: len(path.name))


def verdict(town: PublicMission, path: Path, **asked: object):
    keys = read_keys((town.root / RELEASED / "keys.txt").read_bytes())
    return verify(path.read_bytes(), keys, Asked(town.clock(), **asked))


def test_a_decided_case_is_published_to_both_parties_and_the_public_and_anybody_can_check_it(town: PublicMission):
    town.publish()
    found = town.round()
    assert found.enough
    assert found.cosigned == NAMES
    assert (found.waiting, found.withheld) == (0, ())
    assert {one.level for one in found.released} == {"parties", "public"}
    for level in ("parties", "public"):
        for path in town.released(level):
            seen = verdict(town, path, max_age_s=60, both_parties=True)
            assert seen.held, [one for one in seen.steps if not one.held]
    shown = {one.path: one.value for one in read_bundle(finding(town).read_bytes()).openings}
    assert shown["/result"] == "breached"
    assert shown["/stage"] == "confirmed"
    assert shown["/replies/0/words"] == "our view"
    assert shown["/clause/id"] == "c1"
    assert shown["/review/graded"] == 2


def test_the_public_is_told_later_and_less(town: PublicMission):
    town.publish()
    until = read_part(town.made.room.mission, published(town.made.again().room)[0].entry).until
    town.now = until + timedelta(hours=23, minutes=59)
    first = town.round()
    assert {one.level for one in first.released} == {"parties"}
    assert first.waiting == len(first.released)
    second = town.round(minutes=2)
    assert {one.level for one in second.released} == {"public"}
    parties = {one.path for path in town.released("parties") for one in read_bundle(path.read_bytes()).openings}
    public = {one.path for path in town.released("public") for one in read_bundle(path.read_bytes()).openings}
    assert public < parties
    assert {path.split("/")[-1] for path in parties - public} <= {"words", "10km", "dissents"}
    assert not any(path.endswith(("/exact", "/1km")) for path in parties)
    assert any(path.endswith("/place/name") for path in public)


def test_nobody_and_nothing_exact_is_named_in_what_is_released(town: PublicMission):
    town.publish()
    town.round()
    names = [person.id for person in town.made.room.people.persons]
    for path in (*town.released("parties"), *town.released("public")):
        words = path.read_text(encoding="utf-8")
        values = json.dumps([one.value for one in read_bundle(path.read_bytes()).openings])
        assert not [one for one in names if f'"{one}"' in words]
        assert "observation" not in values


def test_the_same_round_again_releases_nothing_and_enters_nothing(town: PublicMission):
    town.publish()
    first = town.round()
    before = {path: path.read_bytes() for path in (town.root / RELEASED).rglob("*.json")}
    again = town.round(minutes=1)
    assert (again.entered, again.released, again.size) == (0, (), first.size)
    assert again.enough
    assert {path: path.read_bytes() for path in (town.root / RELEASED).rglob("*.json")} == before


def test_too_few_cosignatures_release_nothing_and_the_silence_is_in_the_log(town: PublicMission):
    town.publish()
    town.away = {"party-a", "guarantor", "neutral-3"}
    found = town.round()
    assert not found.enough
    assert found.released == ()
    assert not (town.root / RELEASED).exists()
    silent = {name for one in found.answers if isinstance(one, Unreachable) for name in one.names}
    assert silent == town.away
    assert {name for one in told(town, REFUSAL) for name in one["witnesses"]} == town.away
    town.away = set()
    assert town.round(minutes=1).released


def test_all_witnesses_down_for_a_week_release_nothing_and_are_told_once_an_interval(town: PublicMission):
    town.publish()
    town.away = set(NAMES)
    for _ in range(7):
        assert not town.round(days=1).enough
        town.round(minutes=1)
    assert len(told(town, REFUSAL)) == 7 * len(NAMES)
    town.away = set()
    found = town.round(days=1)
    assert found.enough
    assert found.released


def test_a_refusal_is_itself_published_in_the_witness_words(town: PublicMission):
    town.publish()
    town.spoilt = {"party-b": Reply(403, "text/plain", b"we do not sign this\n")}
    found = town.round()
    assert found.enough
    assert [one.words for one in found.answers if isinstance(one, Refused)] == ["we do not sign this"]
    (one,) = told(town, REFUSAL)
    assert (one["witnesses"], one["status"], one["words"]) == (["party-b"], 403, "we do not sign this")
    seen = verdict(town, finding(town))
    assert seen.held
    assert not seen.stamp.held


def test_an_answer_that_is_no_signature_is_no_consent(town: PublicMission):
    town.publish()
    town.spoilt = {name: Reply(200, "text/plain", b"yes\n") for name in NAMES[:3]}
    found = town.round()
    assert not found.enough
    assert found.released == ()


def test_the_private_head_enters_at_fixed_intervals_busy_or_not_and_a_gap_is_told(town: PublicMission):
    town.round()
    assert [one["root"] for one in told(town, PRIVATE_HEAD)]
    town.round(minutes=20)
    assert len(told(town, PRIVATE_HEAD)) == 1
    town.round(hours=1)
    heads = told(town, PRIVATE_HEAD)
    assert len(heads) == 2
    assert heads[0]["root"] != heads[1]["root"]
    assert told(town, GAP) == []
    town.round(hours=5)
    (missed,) = told(town, GAP)
    assert missed["until"] - missed["from"] == 4 * 3600
    assert "size" not in heads[0]


def test_only_who_may_publishes_and_only_what_was_decided(town: PublicMission):
    for who in ("rita", "vera", "nils"):
        with pytest.raises(NotPermitted):
            town.publish(who)
    assert not list((town.root / FOLDER).glob("*"))
    town.publish()
    with pytest.raises(CaseFault, match="published already"):
        town.publish()


def test_what_is_under_review_is_not_published(decided: Path, tmp_path: Path):
    root = Path(shutil.copytree(decided, tmp_path / "mission"))
    town = public_mission(root, tmp_path / "memories", decided=False)
    with pytest.raises(NotPermitted, match="only in the phases"):
        town.publish("hana")


def test_a_finding_edited_after_the_decision_is_not_published(town: PublicMission):
    town.made.edit_the_finding(probability=0.5)
    with pytest.raises(CaseFault, match="edited since"):
        town.publish()


def test_grades_of_somebody_gone_since_publish_nothing(town: PublicMission):
    people = (town.root / "people.yaml").read_text(encoding="utf-8")
    (town.root / "people.yaml").write_text(
        people.replace("  - {id: rita, roles: [reviewer], lists: [north]}\n", ""), encoding="utf-8"
    )
    with pytest.raises(CaseFault, match="do not come to confirmed"):
        town.publish()


def test_no_policy_no_publishing(town: PublicMission):
    (town.root / POLICY).unlink()
    with pytest.raises(NotFound, match="no witnesses are agreed"):
        town.by()


def test_a_policy_of_another_log_is_refused(town: PublicMission):
    lines = (town.root / POLICY).read_text(encoding="utf-8").split("\n")
    (town.root / POLICY).write_text("\n".join(lines[1:]), encoding="utf-8")
    with pytest.raises(LedgerFault, match="does not name the key"):
        town.by()


def test_an_entry_changed_on_the_disk_is_noticed_before_anything_is_signed(town: PublicMission):
    town.publish()
    town.away = set(NAMES)
    town.round()
    asked = len(town.asked)
    bundles = (town.root / "ledger" / "public" / "tile" / "entries").rglob("*.p/*")
    bundle = max(bundles, key=lambda path: int(path.name))
    data = bytearray(bundle.read_bytes())
    data[40] ^= 1
    bundle.write_bytes(bytes(data))
    town.away = set()
    with pytest.raises(LedgerFault):
        town.round(minutes=1)
    assert len(town.asked) == asked
    assert not (town.root / RELEASED).exists()


def test_a_closed_field_is_opened_no_more_and_all_proofs_stay(town: PublicMission):
    town.publish()
    entry = published(town.made.again().room)[0].entry
    done, deleted = redact(
        town.made.again().room, "hana", entry[:16], ["/replies/0/words"], "it names a person", town.now
    )
    assert (done.act.kind, deleted) == ("redacting", 1)
    kept = json.loads((town.root / FOLDER / f"{entry}.json").read_bytes())
    assert "/replies/0/words" not in {*kept["salts"], *kept["values"]}
    town.round()
    path = finding(town)
    assert verdict(town, path).held
    assert "/replies/0/words" not in {one.path for one in read_bundle(path.read_bytes()).openings}
    assert len(read_sealed(read_bundle(path.read_bytes()).entry).commitments) % 16 == 0


def test_deleted_salts_restored_from_a_backup_open_nothing(town: PublicMission):
    town.publish()
    entry = published(town.made.again().room)[0].entry
    kept = (town.root / FOLDER / f"{entry}.json").read_bytes()
    redact(town.made.again().room, "hana", entry[:16], ["/replies/0/words"], "it names a person", town.now)
    (town.root / FOLDER / f"{entry}.json").write_bytes(kept)
    found = town.round()
    assert any("its salt is there again" in one for one in found.withheld)
    assert not [path for path in town.released("parties") if "incidents" not in path.name]
    done, deleted = redact(town.made.again().room, "hana", entry[:16], ["/replies/0/words"], "again", town.now)
    assert (done, deleted) == (None, 1)
    assert town.round(minutes=1).released


def test_secrets_that_are_gone_hold_nothing_else_up(town: PublicMission):
    town.publish()
    for one in published(town.made.again().room)[1:]:
        (town.root / FOLDER / f"{one.entry}.json").unlink()
    found = town.round()
    assert len(found.withheld) == len(published(town.made.again().room)) - 1
    assert {one.level for one in found.released} == {"parties", "public"}


def test_only_the_head_of_mission_closes_a_field(town: PublicMission):
    town.publish()
    entry = published(town.made.again().room)[0].entry
    with pytest.raises(NotPermitted):
        redact(town.made.again().room, "paul", entry[:16], ["/replies/0/words"], "no", town.now)
    with pytest.raises(NotFound, match="never sealed"):
        redact(town.made.again().room, "hana", entry[:16], ["/replies/0/word"], "no", town.now)
    with pytest.raises(UsageFault):
        redact(town.made.again().room, "hana", entry[:4], ["/replies/0/words"], "no", town.now)


def test_secrets_are_readable_by_their_owner_alone(town: PublicMission):
    town.publish()
    assert (town.root / FOLDER).stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in (town.root / FOLDER).glob("*"))


def test_the_public_log_is_whole_after_all_of_this(town: PublicMission):
    town.publish()
    town.away = {"party-a"}
    town.round()
    town.round(hours=3)
    mission = town.made.room.mission
    found = check_log(log_folder(mission, Which.PUBLIC), [read_verifier(mission, Which.PUBLIC)])
    assert (found.damages, found.remarks) == ((), ())
    assert check_log(log_folder(mission), [read_verifier(mission)]).damages == ()


def test_a_witness_put_back_to_an_older_day_is_asked_from_there(town: PublicMission, tmp_path: Path):
    town.publish()
    town.round()
    (memory,) = (tmp_path / "memories" / "neutral-1" / "signed").glob("*")
    for path in memory.iterdir():
        path.unlink()
    found = town.round(hours=2)
    assert "neutral-1" in found.cosigned


def test_the_page_that_checks_without_us_stands_beside_the_bundles(town: PublicMission):
    town.publish()
    town.round()
    assert (town.root / RELEASED / FILE_NAME).read_bytes() == verifier_page()


def test_the_cosigned_head_is_stamped_where_clocks_are_listed_and_a_missing_one_holds_nothing_up(town: PublicMission):
    line = Line(begins=town.now - timedelta(days=1), ends=town.now + timedelta(days=1))
    north = TestAuthority("north", line)
    listed = tuple(Authority(name, (north.root, north.issuer), f"http://{name}.example") for name in ("north", "south"))

    def post(url: str, body: bytes) -> Reply:
        if "south" in url:
            raise TimeoutError("no whole answer came within 10 s")
        return Reply(200, "application/timestamp-reply", north.answer(request_in(body), Told(time=town.now)))

    town.publish()
    found = publish_round(replace(town.by(), authorities=listed, post_stamp=post))
    assert [type(one) for one in found.stamps] == [Stamped, StampUnreachable], found.stamps
    assert found.released
    assert not town.round(minutes=1).stamps


def test_a_closed_field_is_not_sealed_again_when_the_case_is_published_later(town: PublicMission):
    town.publish()
    entry = published(town.made.again().room)[0].entry
    redact(town.made.again().room, "hana", entry[:16], ["/replies/0/words"], "it names a person", town.now)
    town.made.now = max(town.made.now, town.now)
    town.made.again().move("lina", "remedy-due")
    town.publish()
    later = [one for one in published(town.made.again().room) if one.name.endswith("/2")]
    assert "/replies/0/words" not in read_part(town.made.room.mission, later[0].entry).values
    assert "/replies/1/words" in read_part(town.made.room.mission, later[0].entry).values


def test_a_field_closed_while_witnesses_are_asked_is_not_released(town: PublicMission):
    town.publish()
    entry = published(town.made.again().room)[0].entry
    asked, post = [], town.post

    def closing(url: str, body: bytes) -> Reply:
        if not asked:
            asked.append(url)
            redact(town.made.again().room, "hana", entry[:16], ["/replies/0/words"], "it names a person", town.now)
        return post(url, body)

    assert publish_round(replace(town.by(), post=closing)).released
    assert "/replies/0/words" not in {one.path for one in read_bundle(finding(town).read_bytes()).openings}


def test_no_consensus_is_published_only_while_those_grades_count(decided: Path, tmp_path: Path):
    root = Path(shutil.copytree(decided, tmp_path / "mission"))
    town = public_mission(root, tmp_path / "memories", decided=False)
    town.made.grade("rita")
    town.made.grade("viktor", "disputed")
    town.made.move("hana", "no-consensus")
    people = (town.root / "people.yaml").read_text(encoding="utf-8")
    (town.root / "people.yaml").write_text(
        people.replace("  - {id: rita, roles: [reviewer], lists: [north]}\n", ""), encoding="utf-8"
    )
    with pytest.raises(CaseFault, match="do not come to no-consensus"):
        town.publish()
    (town.root / "people.yaml").write_text(people, encoding="utf-8")
    town.publish()
    assert town.round().released


def test_a_policy_that_asks_for_nobody_is_refused_and_each_policy_stands_in_the_log(town: PublicMission):
    town.publish()
    town.round()
    whole = (town.root / POLICY).read_text(encoding="utf-8")
    assert [one["policy"] for one in told(town, PUBLIC_POLICY)] == [whole]
    (town.root / POLICY).write_text(whole.replace("quorum five", "quorum none"), encoding="utf-8")
    with pytest.raises(LedgerFault, match="asks for no witness"):
        town.by()
    (town.root / POLICY).write_text(whole.replace("group five 5", "group five 4"), encoding="utf-8")
    town.round(minutes=1)
    assert len(told(town, PUBLIC_POLICY)) == 2


def test_a_released_file_that_was_changed_is_told(town: PublicMission):
    town.publish()
    town.round()
    path = finding(town)
    path.write_bytes(b"{}")
    found = town.round(minutes=1)
    assert [one for one in found.withheld if path.name in one and "not the file that was released" in one]


def test_without_keys_db_nothing_is_entered_twice(town: PublicMission):
    town.publish()
    town.away = set(NAMES)
    town.round()
    (town.root / "ledger" / "public" / "keys.db").unlink()
    town.away = set()
    town.round(minutes=1)
    sealed = [entry for entry in entries(town) if b"truceline-sealed-finding" in entry]
    assert len(sealed) == len(set(sealed)) == len(published(town.made.again().room))


def test_a_clock_ahead_lets_nothing_out_before_witnesses_say_it_is_time(town: PublicMission):
    town.publish()
    until = read_part(town.made.room.mission, published(town.made.again().room)[0].entry).until
    town.now = until + timedelta(hours=1)
    by = replace(town.by(), clock=lambda: int((until + timedelta(hours=30)).timestamp()))
    assert {one.level for one in publish_round(by).released} == {"parties"}
    found = town.round(minutes=1)
    assert any("the clock stands before" in one for one in found.withheld)


def test_replies_too_long_for_a_bundle_are_told_before_anything_is_sent(town: PublicMission):
    for _ in range(130):
        town.made.act("lina", replying(town.made.notices[0], "answers", "€" * 10_000, town.made.now))
    with pytest.raises(UsageFault, match="more than readers take"):
        town.publish()
    assert published(town.made.again().room) == ()


def test_closing_again_what_came_back_takes_the_right_to_close(town: PublicMission):
    town.publish()
    entry = published(town.made.again().room)[0].entry
    redact(town.made.again().room, "hana", entry[:16], ["/replies/0/words"], "it names a person", town.now)
    for who, fault in (("paul", NotPermitted), ("nobody-such", NotFound)):
        with pytest.raises(fault):
            redact(town.made.again().room, who, entry[:16], ["/replies/0/words"], "again", town.now)


@pytest.mark.parametrize("broken", [b'{"entry":5}', b"[]", b"{", b'{"entry":"x","salts":[],"values":{}}'])
def test_a_broken_file_of_secrets_holds_nothing_else_up(town: PublicMission, broken: bytes):
    town.publish()
    first, *rest = published(town.made.again().room)
    (town.root / FOLDER / f"{first.entry}.json").write_bytes(broken)
    found = town.round()
    assert len(found.withheld) == 1
    assert len(found.released) == 2 * len(rest)


def test_a_level_of_one_party_alone_is_refused(town: PublicMission):
    (town.root / FILE).write_text("truceline: 1\nlevels:\n  party-north: {after_hours: 0}\n", encoding="utf-8")
    with pytest.raises(LedgerFault, match="one party's alone"):
        town.by()
