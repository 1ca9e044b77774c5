"""``people.yaml`` and ``cases.yaml``: each thing that can be wrong in them is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_mission import PEOPLE, RULES
from mission_samples import AGREEMENT

from truceline.agreements.loading import load_agreement
from truceline.ledger.keys import Signing, SigningKey
from truceline.mission.case_rules import load_case_rules
from truceline.mission.people import load_people
from truceline.model import Agreement, AgreementFault, NotFound, Phase
from truceline.verification.people import People
from truceline.verification.stages import DEFAULT_RULES, CaseRules, Deadline, Stage

PARTIES = ("party-north", "party-south")
HEAD = "truceline: 1\npeople:\n"
SEED, OTHER_SEED = b"\x01" * 32, b"\x02" * 32


def _key(name: str, seed: bytes = SEED, signing: Signing = Signing.ED25519) -> str:
    return SigningKey(name, signing, seed).verifier.text()


def _people(tmp_path: Path, text: str) -> People:
    (tmp_path / "people.yaml").write_text(text, encoding="utf-8")
    return load_people(tmp_path / "people.yaml", PARTIES)


@pytest.fixture(scope="session")
def agreement(tmp_path_factory: pytest.TempPathFactory) -> Agreement:
    path = tmp_path_factory.mktemp("agreement") / "a.yaml"
    path.write_text(AGREEMENT, encoding="utf-8")
    return load_agreement(path)


def _rules(tmp_path: Path, agreement: Agreement, text: str) -> CaseRules:
    (tmp_path / "cases.yaml").write_text(text, encoding="utf-8")
    return load_case_rules(tmp_path / "cases.yaml", agreement)


def test_people_are_read(tmp_path: Path):
    people = _people(tmp_path, PEOPLE)
    assert people.person("tablet-7").id == people.person(" VIKTOR ").id == "viktor"
    assert people.person("nils").party == "party-north"
    assert len(people.sha256) == 64


def test_there_must_be_a_file(tmp_path: Path):
    with pytest.raises(NotFound, match="does not say who acts"):
        load_people(tmp_path / "people.yaml", PARTIES)


PEOPLE_FAULTS = {
    "version": ("truceline: 2\npeople: []\n", "version 1", ":1"),
    "truth for a version": ("truceline: true\npeople: []\n", "version 1", ":1"),
    "no version": ("people: []\n", "version 1", ":1"),
    "no list": ("truceline: 1\npeople: olena\n", "no list of people", ":2"),
    "unknown part": ("truceline: 1\npeople: []\nplaces: []\n", "unknown key 'places'", ":3"),
    "unknown key": (HEAD + "  - {id: a, roles: [], list: [north]}\n", "the nearest known is 'lists'", ":3"),
    "no id": (HEAD + "  - {roles: []}\n", "'id' is missing", ":3"),
    "no roles": (HEAD + "  - {id: a}\n", "'roles' is missing", ":3"),
    "empty id": (HEAD + "  - {id: ' ', roles: []}\n", "a person's id is a word", ":3"),
    "a number for an id": (HEAD + "  - {id: 7, roles: []}\n", "a person's id is a word", ":3"),
    "unknown role": (HEAD + "  - {id: a, roles: [reviwer]}\n", "the nearest known is 'reviewer'", ":3"),
    "role twice": (HEAD + "  - {id: a, roles: [reviewer, reviewer]}\n", "each once", ":3"),
    "lists in a word": (HEAD + "  - {id: a, roles: [], lists: north}\n", "no list of texts", ":3"),
    "unknown party": (
        HEAD + "  - {id: a, roles: [party-officer], party: party-nort}\n",
        "the nearest known is 'party-north'",
        ":3",
    ),
    "party without the role": (HEAD + "  - {id: a, roles: [reviewer], party: party-north}\n", "belong together", ":3"),
    "a party's officer with a role": (
        HEAD + "  - {id: a, roles: [party-officer, reviewer], party: party-north}\n",
        "a role in the mission",
        ":3",
    ),
    "one id twice": (HEAD + "  - {id: a, roles: []}\n  - {id: A, roles: []}\n", "share the account", ":2"),
    "shared account": (
        HEAD + "  - {id: a, roles: [], accounts: [x]}\n  - {id: b, roles: [], accounts: [X]}\n",
        "a and b share the account x",
        ":2",
    ),
    "account that is another's id": (
        HEAD + "  - {id: a, roles: []}\n  - {id: b, roles: [], accounts: [a]}\n",
        "share the account",
        ":2",
    ),
    "shared key": (
        HEAD + f"  - {{id: a, roles: [], keys: ['{_key('a')}']}}\n  - {{id: b, roles: [], keys: ['{_key('b')}']}}\n",
        "a and b share",
        ":2",
    ),
    "shared key in another way of signing": (
        HEAD
        + f"  - {{id: a, roles: [], keys: ['{_key('a')}']}}\n"
        + f"  - {{id: b, roles: [], keys: ['{_key('b', SEED, Signing.ED25519_COSIGNATURE)}']}}\n",
        "a and b share a key",
        ":2",
    ),
    "no key at all": (HEAD + "  - {id: a, roles: [], keys: [secret]}\n", "a key of a", ":2"),
}


@pytest.mark.parametrize(("text", "told", "line"), PEOPLE_FAULTS.values(), ids=PEOPLE_FAULTS.keys())
def test_each_thing_wrong_with_people_is_told(tmp_path: Path, text: str, told: str, line: str):
    with pytest.raises(AgreementFault, match=told) as refused:
        _people(tmp_path, text)
    assert f"people.yaml{line}" in refused.value.where


def test_two_people_with_keys_of_their_own_are_two(tmp_path: Path):
    keys = (_key("a"), _key("b", OTHER_SEED))
    rows = [f"  - {{id: {name}, roles: [], keys: ['{key}']}}\n" for name, key in zip("ab", keys, strict=True)]
    assert len(_people(tmp_path, HEAD + "".join(rows)).persons) == 2


def test_rules_are_read(tmp_path: Path, agreement: Agreement):
    rules = _rules(tmp_path, agreement, RULES + "review: {quorum: 3, dissents: 1}\nwatch: {night: [20, 5], bulk: 7}\n")
    assert (rules.quorum, rules.dissents) == (3, 1)
    assert rules.deadlines == (
        Deadline("reply", 7, 0, "c1"),
        Deadline("review", 14, 0, ""),
        Deadline("remedy", 30, 0, "c1"),
    )
    assert (rules.watch.night_from_hour, rules.watch.night_to_hour, rules.watch.bulk) == (20, 5, 7)
    assert rules.stages == DEFAULT_RULES.stages


def test_without_a_file_the_usual_rules_hold(tmp_path: Path, agreement: Agreement):
    assert load_case_rules(tmp_path / "cases.yaml", agreement) == DEFAULT_RULES


def test_a_mission_names_its_own_stages(tmp_path: Path, agreement: Agreement):
    text = """\
truceline: 1
stages:
  - {id: complained, phase: opened}
  - {id: withdrawn, phase: ended, after: [complained]}
  - {id: told, phase: notified, after: [complained]}
  - {id: judged, phase: review, after: [told]}
  - {id: confirmed, phase: finding, after: [judged]}
  - {id: open, phase: ended, after: [judged], needs: [no-consensus]}
"""
    rules = _rules(tmp_path, agreement, text)
    assert rules.stages[1] == Stage("withdrawn", Phase.ENDED, ("complained",))
    assert rules.outcomes == ("confirmed",)


PAST_THE_NOTICES = """\
truceline: 1
stages:
  - {id: alleged, phase: opened}
  - {id: judged, phase: review, after: [alleged]}
  - {id: confirmed, phase: finding, after: [judged]}
"""
RULE_FAULTS = {
    "version": ("truceline: 3\n", "version 1"),
    "unknown part": ("truceline: 1\nquorum: 2\n", "unknown key 'quorum'"),
    "one reviewer": ("truceline: 1\nreview: {quorum: 1}\n", "lets one person decide"),
    "a word for a number": ("truceline: 1\nreview: {quorum: two}\n", "not a whole number"),
    "truth for a number": ("truceline: 1\nreview: {quorum: true}\n", "not a whole number"),
    "unknown deadline": ("truceline: 1\ndeadlines: {repply: {within: P7D, clause: c1}}\n", "unknown key 'repply'"),
    "unknown clause": ("truceline: 1\ndeadlines: {reply: {within: P7D, clause: c9}}\n", "clause of the agreement 'c9'"),
    "no clause": ("truceline: 1\ndeadlines: {remedy: {within: P7D}}\n", "no clause is named"),
    "no duration": ("truceline: 1\ndeadlines: {reply: {within: a week, clause: c1}}\n", "not a duration"),
    "months": ("truceline: 1\ndeadlines: {reply: {within: P1M, clause: c1}}\n", "months or years"),
    "no time": ("truceline: 1\ndeadlines: {reply: {within: P0D, clause: c1}}\n", "no deadline"),
    "no group": ("truceline: 1\ndeadlines: P7D\n", "no group of keys"),
    "one hour of night": ("truceline: 1\nwatch: {night: [22]}\n", "two hours"),
    "no hour": ("truceline: 1\nwatch: {night: [22, 25]}\n", "no clock shows"),
    "never": ("truceline: 1\nwatch: {bulk: 0}\n", "at least 1"),
    "stages in a word": ("truceline: 1\nstages: alleged\n", "no list of stages"),
    "no phase": ("truceline: 1\nstages: [{id: alleged}]\n", "'phase'"),
    "unknown phase": ("truceline: 1\nstages: [{id: alleged, phase: open}]\n", "the nearest known is 'opened'"),
    "the phase before": ("truceline: 1\nstages: [{id: alleged, phase: no-case}]\n", "unknown phase"),
    "unknown demand": (
        "truceline: 1\nstages: [{id: alleged, phase: opened, needs: [notice]}]\n",
        "the nearest known is 'notices'",
    ),
    "past the notices": (PAST_THE_NOTICES, "a check would be skipped"),
}


@pytest.mark.parametrize(("text", "told"), RULE_FAULTS.values(), ids=RULE_FAULTS.keys())
def test_each_thing_wrong_with_rules_is_told(tmp_path: Path, agreement: Agreement, text: str, told: str):
    with pytest.raises(AgreementFault, match=told) as refused:
        _rules(tmp_path, agreement, text)
    assert "cases.yaml:" in refused.value.where
