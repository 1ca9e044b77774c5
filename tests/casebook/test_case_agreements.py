"""Each agreement holds together and treats its parties alike."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from types import SimpleNamespace

from truceline.agreements.acts import ACTS
from truceline.agreements.loading import load_agreement

LANGUAGES = {"en", "de", "uk", "ru"}
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


def test_clauses_and_readings_rest_on_named_sources(case: SimpleNamespace):
    sources = {source["id"] for source in case.agreement["sources"]}
    resting = [*case.agreement["clauses"], *case.agreement["readings"]]
    assert {entry["source"] for entry in resting} <= sources
    assert all(source["title"] and source["date"] for source in case.agreement["sources"])


def test_every_source_is_used(case: SimpleNamespace):
    used = {entry["source"] for entry in (*case.agreement["clauses"], *case.agreement["readings"])}
    assert used == {source["id"] for source in case.agreement["sources"]}


def test_readings_start_before_they_end_and_say_whose_they_are(case: SimpleNamespace):
    for reading in case.agreement["readings"]:
        start, end = (datetime.fromisoformat(reading[name]) for name in ("start", "end"))
        assert start.tzinfo is not None
        assert end.tzinfo is not None
        assert start < end
        assert set(reading["asserted_by"]) <= {*case.parties, "casebook"}


def test_a_reading_that_no_party_asserts_says_so(case: SimpleNamespace):
    for reading in case.agreement["readings"]:
        assert not {"casebook"} & set(reading["asserted_by"]) or "chosen" in reading["note"]


def test_norms_forbid_known_acts_under_their_clauses(case: SimpleNamespace):
    clauses = {clause["id"] for clause in case.agreement["clauses"]}
    for norm in case.agreement["norms"]:
        assert norm["kind"] == "forbid"
        assert norm["act"] in ACTS
        assert norm["clause"] in clauses
        assert norm["where"] == "everywhere"
        assert set(norm.get("readings", [])) <= set(case.readings)


def test_no_party_is_given_a_norm_that_the_other_is_not(case: SimpleNamespace):
    held = {party: Counter() for party in case.parties}
    for norm in case.agreement["norms"]:
        for party in case.parties if norm["who"] == "each" else norm["who"]:
            held[party][norm["kind"], norm["act"], norm["object"]] += 1
    first, *others = held.values()
    assert all(other == first for other in others)


def test_gaps_say_who_does_not_monitor_or_why_nothing_is_seen(case: SimpleNamespace):
    assert len(case.agreement["gaps"]) >= 3
    assert all(gap.endswith(".") for gap in case.agreement["gaps"])


def test_our_own_words_take_no_side(case: SimpleNamespace):
    ours = [
        *case.agreement["gaps"],
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
