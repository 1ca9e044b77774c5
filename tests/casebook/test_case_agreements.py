"""Each agreement holds together and treats its parties alike."""

from __future__ import annotations

import hashlib
from collections import Counter
from types import SimpleNamespace

from truceline.agreements.acts import ACTS
from truceline.agreements.deeds import DEEDS
from truceline.agreements.loading import load_agreement

LANGUAGES = {"en", "de", "uk", "ru"}
LONGEST_QUOTE_WORDS = 40
STATUSES = ("announced", "unilateral", "mirrored", "signed", "in-force", "ended")
SIDED_WORDS = (
    *("terrorist", "regime", "dictator", "occupier", "aggressor"),
    *("invader", "rebel", "separatist", "so-called"),
)


def test_parties_are_named_in_four_languages(case: SimpleNamespace):
    assert len(case.parties) == len(set(case.parties)) == 2
    for party in case.agreement["parties"]:
        assert party["id"].startswith("party-")
        assert set(party["name"]) >= LANGUAGES


def test_status_is_a_known_word(case: SimpleNamespace):
    assert case.agreement["status"] in STATUSES


def _resting(case: SimpleNamespace) -> list[dict[str, str]]:
    """Whatever names the source it rests on: clauses, readings, and the steps and reservations of instruments."""
    steps = [step for one in case.agreement.get("instruments", []) for step in one["status"]]
    promised = [
        entry
        for one in case.agreement.get("guarantees", [])
        for entry in (*one.get("ladder", []), *one.get("reservations", []))
    ]
    return [*case.agreement["clauses"], *case.agreement["readings"], *steps, *promised]


def test_all_that_is_said_rests_on_named_sources(case: SimpleNamespace):
    sources = {source["id"] for source in case.agreement["sources"]}
    assert {entry["source"] for entry in _resting(case)} <= sources
    assert all(source["title"] and source["date"] for source in case.agreement["sources"])


def test_every_source_is_used(case: SimpleNamespace):
    assert {entry["source"] for entry in _resting(case)} == {source["id"] for source in case.agreement["sources"]}


def test_readings_say_whose_they_are(case: SimpleNamespace):
    for reading in case.agreement["readings"]:
        assert reading["note"]
        assert set(reading["asserted_by"]) <= {*case.parties, *case.actors, "casebook"}


def test_a_reading_that_no_party_asserts_says_so(case: SimpleNamespace):
    for reading in case.agreement["readings"]:
        assert not {"casebook"} & set(reading["asserted_by"]) or "chosen" in reading["note"]


def test_clauses_of_a_case_carry_the_hash_of_their_words(case: SimpleNamespace):
    for clause in case.agreement["clauses"]:
        assert clause["sha256"] == hashlib.sha256(clause["text"].encode()).hexdigest(), clause["id"]
        assert len(clause["text"].split()) <= LONGEST_QUOTE_WORDS, clause["id"]


def test_norms_speak_of_known_acts_and_deeds_under_their_clauses(case: SimpleNamespace):
    clauses = {clause["id"] for clause in case.agreement["clauses"]}
    for norm in case.agreement["norms"]:
        assert norm["act"] in (ACTS if norm["kind"] == "forbid" else {**ACTS, **DEEDS})
        assert norm["clause"] in clauses
        assert set(norm.get("readings", [])) <= set(case.readings)


def test_what_binds_one_party_only_rests_on_words_of_its_own(case: SimpleNamespace):
    """A clause that binds each is held for each: nobody is given less, or more, of the same words."""
    bound: dict[str, set[bool]] = {}
    for norm in case.agreement["norms"]:
        if norm["kind"] in ("forbid", "oblige"):
            bound.setdefault(norm["clause"], set()).add(norm["who"] == "each")
    assert not [clause for clause, both in bound.items() if len(both) > 1]


def test_gaps_say_who_does_not_monitor_or_why_nothing_is_seen(case: SimpleNamespace):
    assert len(case.agreement["gaps"]) >= 3
    assert all(gap.endswith(".") for gap in case.agreement["gaps"])


def test_our_own_words_take_no_side(case: SimpleNamespace):
    ours = [
        *case.agreement["gaps"],
        *(gap for one in case.agreement.get("instruments", []) for gap in one.get("gaps", [])),
        *(reading["note"] for reading in case.agreement["readings"]),
        *(source["title"] for source in case.agreement["sources"]),
        *(figure[name] for figure in case.figures for name in ("figure", "value", "note")),
        *(claim["said_by"] for claim in case.claims),
        case.sources,
    ]
    assert not [word for word in SIDED_WORDS for text in ours if word in text.lower()]


def test_claims_of_kinds_are_asked_of_each_party(case: SimpleNamespace):
    totals = Counter(claim["party"] for claim in case.claims)
    assert not totals or set(totals) == set(case.parties)


def test_the_loader_reads_it_and_keeps_the_order_of_the_text(case: SimpleNamespace):
    agreement = load_agreement(case.folder / "agreement.yaml")
    assert agreement.id == case.folder.name
    assert [party.id for party in agreement.parties] == case.parties
    assert [reading.id for reading in agreement.readings] == case.readings
    assert agreement.gaps == tuple(case.agreement["gaps"])
