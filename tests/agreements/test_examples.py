"""Every example is valid where it is shown: in the reference of the keys, and in the fault of a key written wrongly."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from truceline.agreements import examples
from truceline.agreements.examples import example_at, example_of, keys_on
from truceline.agreements.grammar import agreement_schema, faults_of_shape, validator_of
from truceline.agreements.scenarios import grammar as scenario_grammar
from truceline.model.strict_yaml import KeyPath, StrictDocument, parse_strict_yaml, read_strict_yaml

ROOT = Path(__file__).parents[2]
KEYS_PAGE = ROOT / "docs" / "reference" / "agreement-keys.md"
AGREEMENT, SCENARIO = agreement_schema(), scenario_grammar.scenario_schema()
STORIES = (
    "return-fire/every-condition-met",
    "cases/minsk/mortar-24-km-behind-the-line",
    "cases/colombia/patrol-in-the-ring",
)
FILES = (
    (AGREEMENT, examples.EXAMPLES, ROOT / "tests" / "agreements" / "every_key" / "agreement.yaml"),
    *((SCENARIO, scenario_grammar.EXAMPLES, ROOT / "tests" / "scenarios" / f"{story}.yaml") for story in STORIES),
)
WRONG = ({"no-such-key": 1}, [[]], 7, "", None)


def values_of(key: str, value: object) -> Iterator[object]:
    """Every value that stands under a key, however deep."""
    if isinstance(value, dict):
        yield from ([value[key]] if key in value else [])
        for inner in value.values():
            yield from values_of(key, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from values_of(key, inner)


def fits(schema: Mapping[str, Any], part: Mapping[str, Any], example: str, key: str) -> bool:
    """Whether an example shows the key, and with a value that it takes in that part."""
    shown = list(values_of(key, parse_strict_yaml(example).value))
    held = Draft202012Validator({**part, "$defs": schema["$defs"]})
    return bool(shown) and all(held.is_valid(value) for value in shown)


def parts_of(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every part of a schema, its keys and how each is written; one without a name goes by the key it is under."""

    def keys(name: str, part: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        for key, child in part.get("properties", {}).items():
            yield name, key, child
            yield from keys(key, child)
            if isinstance(child.get("items"), dict):
                yield from keys(key, child["items"])

    yield from keys("", schema)
    for name, part in schema["$defs"].items():
        yield from keys(name, part)


CHECKED = [
    (schema, told, *one)
    for schema, told in ((AGREEMENT, examples.EXAMPLES), (SCENARIO, scenario_grammar.EXAMPLES))
    for one in parts_of(schema)
]


@pytest.mark.parametrize(
    ("schema", "told", "part", "key", "child"), CHECKED, ids=[f"{one[2] or 'file'}.{one[3]}" for one in CHECKED]
)
def test_every_key_has_an_example_valid_in_its_own_part(
    schema: Mapping[str, Any], told: Mapping[str, str], part: str, key: str, child: Mapping[str, Any]
):
    assert fits(schema, child, example_of(told, part, key), key)


def test_no_example_is_for_a_key_that_there_is_not():
    for schema, told in ((AGREEMENT, examples.EXAMPLES), (SCENARIO, scenario_grammar.EXAMPLES)):
        known = {f"{part}.{key}" for part, key, _ in parts_of(schema)}
        assert {name for name in told if "." in name} <= known


def test_the_page_of_keys_shows_examples_valid_in_their_own_part():
    parts = {part.replace("_", " ").capitalize(): part for part in AGREEMENT["$defs"]} | {"The file": ""}
    by_key = {(part, key): child for part, key, child in parts_of(AGREEMENT)}
    part, shown = "", 0
    for line in KEYS_PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            part = parts.get(line.removeprefix("## "), "?")
        row = re.fullmatch(r"\| `([a-z_0-9]+)` \| (?:yes|no) \| .* \| `(.+)` \|", line)
        if row and part != "?":
            assert fits(AGREEMENT, by_key[part, row[1]], row[2], row[1]), line
            shown += 1
    assert shown == sum(len(one.get("properties", ())) for one in (AGREEMENT, *AGREEMENT["$defs"].values()))


def paths_in(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Every path in a file that ends with a key."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(key, str):
            yield (*path, key)
        yield from paths_in(inner, (*path, key))


def child_at(schema: Mapping[str, Any], path: KeyPath) -> Mapping[str, Any] | None:
    """How the schema writes the last key of a path; nothing for a name that the author chose."""
    part, key = list(keys_on(schema, path))[-1]
    found = [child for name, known, child in parts_of(schema) if (name, known) == (part, key)]
    return found[0] if found else None


def put(document: StrictDocument, path: KeyPath, value: object) -> StrictDocument:
    """The document with another value at a path."""
    whole: Any = copy.deepcopy(document.value)
    here = whole
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return StrictDocument(whole, document.lines, document.file, document.sha256)


@pytest.mark.parametrize(("schema", "told", "file"), FILES, ids=[file.stem for *_, file in FILES])
def test_whatever_is_written_wrongly_the_example_is_valid_there(
    schema: Mapping[str, Any], told: Mapping[str, str], file: Path
):
    document, validator, seen = read_strict_yaml(file), validator_of(schema), set()
    for path in paths_in(document.value):
        place = tuple(keys_on(schema, path))[-1]
        child = child_at(schema, path)
        if place in seen or child is None:
            continue
        seen.add(place)
        for wrong in WRONG:
            changed = put(document, path, wrong)
            for fault in faults_of_shape(changed, validator, told, schema):
                at = changed.where(path)
                if fault.where == at and "unknown" not in fault.what and "missing" not in fault.what:
                    assert fits(schema, child, fault.example, path[-1]), (path, wrong, fault.example)
        assert fits(schema, child, example_at(told, schema, path), str(path[-1]))
