"""One file per fault: the first line of each says where the fault is and what the reader is told."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from truceline.agreements.grammar import agreement_schema
from truceline.agreements.loading import load_agreement, load_document, parse_agreement
from truceline.model import AgreementFault
from truceline.model.strict_yaml import KeyPath, StrictDocument, key_text, parse_strict_yaml, read_strict_yaml

FAULTS = sorted((Path(__file__).parent / "faults").glob("*.yaml"))
SLIPS = [path for path in FAULTS if path.stem not in {"empty", "not-a-mapping", "only-a-word"}]
"""Files that are good but for one slip; in the others nothing but the fault stands."""
PROMISE = re.compile(r"# line (\d+): (.+)")


@pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)
def test_the_fault_is_named_with_its_line(path: Path):
    promised = PROMISE.match(path.read_text(encoding="utf-8"))
    assert promised
    with pytest.raises(AgreementFault) as caught:
        load_agreement(path)
    line, words = promised.groups()
    assert words in caught.value.what
    assert f"{path}:{line}" in caught.value.where
    assert caught.value.do
    assert caught.value.exit_code == 4
    assert_valid(caught.value.example)


@pytest.mark.parametrize("path", SLIPS, ids=lambda path: path.stem)
def test_the_file_differs_from_the_good_one_in_its_slip_alone(path: Path):
    good = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8").splitlines()
    changed = [line for line in path.read_text(encoding="utf-8").splitlines()[1:] if line not in good]
    missing = [line for line in good if line not in path.read_text(encoding="utf-8").splitlines()]
    assert len(changed) <= 4
    assert len(missing) <= 3


UNREADABLE = (
    ("cp1251.yaml", ":4", "the file is not UTF-8: line 4 holds the byte 0xCF", "iconv -f cp1251 -t UTF-8 cp1251.yaml"),
    ("utf-16.yaml", ":1", "the file is not UTF-8 but UTF-16", "iconv -f UTF-16 -t UTF-8 utf-16.yaml"),
    ("a-folder.yaml", "", "the file cannot be read: it is a folder", "a-folder.yaml/inside.yaml"),
    ("cp1252.yaml", "", "the file cannot be read: there is none of that name", "cp1251.yaml"),
    ("beside/nothing.yaml", "", "the file cannot be read: there is none of that name", "agreements/truce.yaml"),
)
"""Files that cannot be opened or read, in a folder of their own since no text promises anything in them."""


@pytest.mark.parametrize(("name", "line", "what", "example"), UNREADABLE)
def test_a_file_that_cannot_be_read_is_told_as_such(name: str, line: str, what: str, example: str):
    path = Path(__file__).parent / "faults" / "unreadable" / name
    with pytest.raises(AgreementFault) as caught:
        load_agreement(path)
    assert caught.value.what == what
    assert caught.value.where == f"{path}{line}"
    assert caught.value.do
    assert example in caught.value.example


def test_what_stands_in_a_folder_is_named(tmp_path: Path):
    path = Path(__file__).parent / "faults" / "unreadable"
    with pytest.raises(AgreementFault) as caught:
        load_agreement(path / "cp1252.yaml")
    assert caught.value.do == "did you mean cp1251.yaml?"
    with pytest.raises(AgreementFault) as caught:
        load_agreement(path)
    assert caught.value.do == "name a file in it: cp1251.yaml, utf-16.yaml"
    with pytest.raises(AgreementFault) as caught:
        load_agreement(tmp_path)
    assert caught.value.do == "name the file, not its folder"


def test_a_file_nested_beyond_reason_is_refused():
    with pytest.raises(AgreementFault, match="nested too deeply"):
        parse_agreement("[" * 5000)


def test_a_file_of_unreasonable_size_is_refused(tmp_path: Path):
    path = tmp_path / "truce.yaml"
    path.write_text("# " + "x" * (5 * 1024 * 1024), encoding="utf-8")
    with pytest.raises(AgreementFault, match="larger than"):
        load_agreement(path)


def test_the_first_of_two_faults_is_told():
    text = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8")
    two = text.replace("status:", "stauts:").replace("kind:", "knd:")
    with pytest.raises(AgreementFault, match="stauts"):
        parse_agreement(two)


EVERY_KEY = Path(__file__).parent / "every_key" / "agreement.yaml"
SCHEMA = agreement_schema()
OPEN = {
    "instruments[0].terms.decision_rule",
    "instruments[0].terms.members",
    "norms[0].when.until",
    "norms[2].when.until",
    "norms[4].when.until",
    "norms[0].void_if[0].by",
    *(f"norms[1].requires[{i}].by" for i in range(4)),
    "norms[3].count.at_most",
    "norms[4].count.at_least",
    "readings[1].changes.norms.limit.count.at_most",
    "guarantees[0].trigger.criteria[0].at_least",
    "guarantees[0].trigger.criteria[1].determined_by",
    "guarantees[0].trigger.provisional_by",
    "guarantees[0].trigger.confirmed_by",
    "guarantees[0].duties[0].clock.starts",
    "guarantees[0].voids[0].requires[0].by",
    "terms.verification",
    "terms.languages",
}
"""Where a text may say nothing, and the file null."""


def assert_valid(example: str) -> None:
    """A line of the file must be one: each of its keys takes such a value somewhere in the schema."""
    assert example
    if example.startswith("{"):
        return  # GeoJSON, which the tests of space read again
    try:
        value = parse_strict_yaml(example).value
    except AgreementFault:
        return  # a value alone, such as a moment
    for key, inner in value.items() if isinstance(value, dict) else ():
        asked = [one[key] for one in groups_of_keys(SCHEMA) if key in one]
        fits = [Draft202012Validator({**one, "$defs": SCHEMA["$defs"]}).is_valid(inner) for one in asked]
        assert any(fits) or not fits, example
        assert fits or not re.fullmatch("[a-z_]+", key) or key == "type", example


def groups_of_keys(schema: object) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield schema["properties"]
        for inner in schema.values():
            yield from groups_of_keys(inner)


def test_the_file_of_every_key_is_in_order_and_uses_every_key():
    assert load_agreement(EVERY_KEY)
    written = {key for path in paths_in(read_strict_yaml(EVERY_KEY).value) for key in path if isinstance(key, str)}
    assert {key for group in groups_of_keys(SCHEMA) for key in group} <= written


def paths_in(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    if path:
        yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from paths_in(inner, (*path, key))


def with_value(document: StrictDocument, path: KeyPath, value: object) -> StrictDocument:
    content = copy.deepcopy(document.value)
    here: Any = content
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return replace(document, value=content)


@pytest.mark.parametrize("wrong", [[[]], {"x": []}, True, None, -7.5, "\u0445"], ids=repr)
def test_a_wrong_value_of_any_key_is_refused_with_its_line_or_is_words(wrong: object):
    document = read_strict_yaml(EVERY_KEY)
    for path in paths_in(document.value):
        fault = refused(with_value(document, path, wrong))
        if fault is not None:
            assert re.search(rf"{EVERY_KEY}:[0-9]+", fault.where), key_text(path)
            assert fault.do, key_text(path)
            assert fault.example, key_text(path)
            continue
        words = isinstance(wrong, str) and path[-1] not in ("id", "at", "from", "until", "subject", "sha256")
        degrees = wrong == -7.5 and path[0] == "bounds"
        left_open = wrong is None and key_text(path) in OPEN
        assert words or degrees or left_open or path[-1] == "on_request", key_text(path)


def refused(document: StrictDocument) -> AgreementFault | None:
    try:
        load_document(document, EVERY_KEY.parent)
    except AgreementFault as fault:
        return fault
    return None


NAMES = {"parties", "actors", "sources", "instruments", "clauses", "readings", "norms", "guarantees", "lines", "zones"}


def test_a_name_changed_where_it_is_declared_leads_nowhere_where_it_is_used():
    document = read_strict_yaml(EVERY_KEY)
    unused = {"text", "narrow", "close", "towns", "release", "limit", "return-fire", "support"}
    for path in paths_in(document.value):
        if len(path) != 3 or path[0] not in NAMES or path[2] != "id":
            continue
        name: Any = document.value
        for key in path:
            name = name[key]
        if name in unused:
            continue
        with pytest.raises(AgreementFault):
            load_document(with_value(document, path, f"{name}-2"), EVERY_KEY.parent)


@pytest.mark.parametrize("depth", [5, 60, 120, 200, 400, 900])
def test_places_within_places_without_end_are_refused(depth: int):
    text = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8")
    nested = "{outside: " * depth + "everywhere" + "}" * depth
    nested_text = text.replace("where: everywhere", f"where: {nested}")
    if depth < 10:
        assert parse_agreement(nested_text)
    elif depth > 300:
        with pytest.raises(AgreementFault, match="nested too deeply"):
            parse_agreement(nested_text)
    else:
        with suppress(AgreementFault):
            parse_agreement(nested_text)


@pytest.mark.parametrize("number", ["9" * 400 + ".0", "9" * 25, "1e9", "０５", "25\u00a0km", "²", "- 5", "0x10"])
def test_numbers_that_are_none_are_refused_wherever_they_stand(number: str):
    text = EVERY_KEY.read_text(encoding="utf-8")
    for old in ("at_most: 75", "at_least: 3", "accuracy: 200 m", "over: 82 mm", "to: 30 km", "within: PT1H"):
        key = old.split(":")[0]
        with pytest.raises(AgreementFault):
            load_document(parse_strict_yaml(text.replace(old, f"{key}: {number}"), str(EVERY_KEY)), EVERY_KEY.parent)
