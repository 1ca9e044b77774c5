"""The printout for machines tells what the printout for people tells: norms, guarantees, named moments, terms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from truceline.agreements.loading import load_document
from truceline.agreements.printing.guarantees_told import guarantee_told
from truceline.agreements.printing.record import agreement_record, shown_record
from truceline.agreements.printing.sentences import Teller
from truceline.model.strict_yaml import read_strict_yaml

FILES = [
    Path(__file__).parents[1] / "every_key" / "agreement.yaml",
    *sorted((Path(__file__).parents[3] / "cases").glob("*/agreement.yaml")),
]


@pytest.mark.parametrize("path", FILES, ids=[path.parent.name for path in FILES])
def test_nothing_of_the_text_is_left_out_for_machines(path: Path):
    document = read_strict_yaml(path)
    loaded = load_document(document, path.parent)
    one, record = loaded.agreement, agreement_record(loaded, document)
    whole = Teller(one, one.readings[0], whole=True)
    assert [norm["sentence"] for norm in record["norms"]] == [whole.sentence(norm) for norm in one.norms]
    assert [promised["lines"] for promised in record["guarantees"]] == [
        [line.strip() for line in guarantee_told(whole, promised)] for promised in one.guarantees
    ]
    assert [event["id"] for event in record["events"]] == [event.id for event in one.events]
    assert record["terms"] == dict(one.terms)
    assert json.loads(json.dumps(record)) == record


def test_a_guarantee_tells_machines_its_terms_key_by_key():
    path = FILES[0]
    document = read_strict_yaml(path)
    loaded = load_document(document, path.parent)
    (entry,), (told,) = document.value["guarantees"], agreement_record(loaded, document)["guarantees"]
    for key in ("id", "clause", "guarantors", "beneficiaries", "against", "starts", "reservations", "ladder"):
        assert told[key] == entry[key], key
    for key in ("provisional_by", "confirmed_by"):
        assert told[key] == entry["trigger"].get(key)
    clocks = [duty["clock"] and duty["clock"]["within"] for duty in told["duties"]]
    assert clocks == [duty.get("clock", {}).get("within") for duty in entry["duties"]]
    for mine, theirs in zip(told["criteria"], entry["trigger"]["criteria"], strict=True):
        assert {key: mine[key] for key in theirs if key != "within"} == {
            k: v for k, v in theirs.items() if k != "within"
        }
    assert [one["id"] for one in told["voids"]] == [one["id"] for one in entry["voids"]]


def test_a_reading_shows_its_guarantees_as_it_has_them():
    path = FILES[0]
    document = read_strict_yaml(path)
    loaded = load_document(document, path.parent)
    for reading in loaded.agreement.readings:
        shown = shown_record(loaded, reading, None)
        assert [one["id"] for one in shown["guarantees"]] == [one.id for one in loaded.agreement.guarantees_in(reading)]
