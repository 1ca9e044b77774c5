"""Checking a file for a lawyer: every file with a fault is told of, and none ends in anything but a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from truceline.agreements.loading import load_document
from truceline.agreements.printing.checking import check_file
from truceline.model import AgreementFault
from truceline.model.strict_yaml import parse_strict_yaml

FAULTS = sorted((Path(__file__).parent / "faults").glob("*.yaml"))
SLOT = """\
truceline: 1
id: slip
title: {en: A slip}
status: signed
parties: [{id: party-north, name: {en: North}}, {id: party-south, name: {en: South}}]
sources: [{id: text, title: Text, url: "https://example.org/text", date: 2031-04-01}]
clauses: [{id: c1, text: guns go back, language: en, source: text}]
lines: [{id: contact, slot: "the line of contact", date: 2031-04-01, left: party-north, right: party-south}]
readings:
  - {id: as-written, asserted_by: [party-north], start: "2031-04-01T00:00:00Z", end: "2031-05-01T00:00:00Z",
     source: text}
norms:
  - {id: guns, kind: forbid, who: each, act: heavy-weapons, where: {line: contact, from: 0 m, to: DEPTH}, clause: c1}
"""


@pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)
def test_every_file_with_a_fault_is_told_of(path: Path):
    assert check_file(path).faults


def test_a_strip_of_25_metres_is_a_slip_also_where_the_line_is_still_to_be_drawn():
    assert load_document(parse_strict_yaml(SLOT.replace("DEPTH", "25 km")), Path())
    with pytest.raises(AgreementFault, match="25 m deep"):
        load_document(parse_strict_yaml(SLOT.replace("DEPTH", "25 m")), Path())


@pytest.mark.parametrize(("wrong", "told"), [("50000 km", "farther than any two places"), ("25", "has no unit")])
def test_a_length_nobody_can_mean_is_refused(wrong: str, told: str):
    with pytest.raises(AgreementFault, match=told):
        load_document(parse_strict_yaml(SLOT.replace("DEPTH", wrong)), Path())
