"""Whether a file keeps the grammar of an agreement, and what to tell its author when it does not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from truceline.agreements.examples import EXAMPLES, example_at
from truceline.model import AgreementFault
from truceline.model.strict_yaml import KeyPath, StrictDocument, nearest

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

GRAMMAR_VERSION = 1

_KINDS = {
    "object": "a group of keys",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "boolean": "true or false",
}


@lru_cache(maxsize=1)
def agreement_schema() -> dict[str, Any]:
    """The JSON Schema of an agreement file, as shipped."""
    text = resources.files("truceline.agreements").joinpath("schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    return validator_of(agreement_schema())


def validator_of(schema: Mapping[str, Any]) -> Draft202012Validator:
    """What holds files against a JSON Schema."""
    # jsonschema costs a fifth of a second to import: commands that read no agreement must not pay for it
    from jsonschema import Draft202012Validator, validators  # noqa: PLC0415 - see above

    held: Draft202012Validator = validators.extend(  # type: ignore[no-untyped-call]  # its stub leaves it untyped
        Draft202012Validator, {"pattern": _check_pattern}
    )(schema)
    return held


def _check_pattern(
    _: object, pattern: str, instance: object, __: object
) -> Iterator[ValidationError]:  # jsonschema's own takes a line break after the end for none
    from jsonschema import ValidationError  # noqa: PLC0415 - see above

    whole = pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern
    if isinstance(instance, str) and not re.search(whole, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Told = tuple[Mapping[str, str], Mapping[str, Any]]
"""The examples of a kind of file, and the schema in which a key finds its own."""


@dataclass(frozen=True)
class _Breach:
    """One place where the file breaks the schema."""

    path: KeyPath
    keyword: str
    expected: Any
    instance: Any
    schema: dict[str, Any]

    def unknown_keys(self) -> list[str]:
        """Keys that the schema does not know at this place."""
        if self.keyword != "additionalProperties" or not isinstance(self.instance, dict):
            return []
        return [key for key in self.instance if key not in self.schema.get("properties", {})]


def check_grammar(document: StrictDocument) -> None:
    """Raise :class:`AgreementFault` for the first unknown key, else the first place that breaks the grammar."""
    if document.value is None:
        raise document.fault("the file is empty", do="start from the example", example=EXAMPLES["truceline"])
    if not isinstance(document.value, dict):
        raise document.fault("the file is not a group of keys", do="write key: value", example=EXAMPLES["truceline"])
    _check_version(document, document.value)
    faults = faults_of_shape(document, _validator(), EXAMPLES, agreement_schema())
    if faults:
        raise faults[0]


def grammar_faults(document: StrictDocument) -> tuple[AgreementFault, ...]:
    """Every place that breaks the grammar of an agreement file, in the order of lines; none for a file in order."""
    if not isinstance(document.value, dict):
        return ()
    return faults_of_shape(document, _validator(), EXAMPLES, agreement_schema())


def check_entries(document: StrictDocument, entries: Iterable[KeyPath]) -> None:
    """The same for single entries, told as ``("norms", 3)``, of a file whose other entries were checked before."""
    whole, content = _validator(), document.value
    for kind, place in dict.fromkeys(entries):
        entry: Any = content[kind][place]  # type: ignore[index]  # a file that was checked as a whole
        part: Any = whole.evolve(schema={"$ref": f"#/$defs/{str(kind).removesuffix('s')}"})
        faults = faults_of_shape(document, part, EXAMPLES, agreement_schema(), (kind, place), entry)
        if faults:
            raise faults[0]


def faults_of_shape(
    document: StrictDocument,
    validator: Draft202012Validator,
    examples: Mapping[str, str],
    schema: Mapping[str, Any],
    at: KeyPath = (),
    value: object = None,
) -> tuple[AgreementFault, ...]:
    """Every place at which a file breaks a schema, in the order of lines; of unknown keys only, where there are any.

    ``schema`` is that of the whole file, in which each fault finds the example of its own key. With ``at`` only the
    ``value`` that stands there is held against the schema.
    """
    held = value if at else document.value
    breaches = [replace(breach, path=(*at, *breach.path)) for breach in _breaches(validator, held)]
    # a misspelt key is also a missing one: the misspelling is what its author needs to hear
    misspelt = [breach for breach in breaches if breach.unknown_keys()]
    told = (examples, schema)
    faults = [(_line(document, breach), _fault(document, breach, told)) for breach in misspelt or breaches]
    return tuple(fault for _, fault in sorted(faults, key=lambda pair: (pair[0], pair[1].what)))


def _breaches(validator: Draft202012Validator, value: object) -> Iterator[_Breach]:
    for error in validator.iter_errors(value):
        schema: Any = error.schema
        known = schema if isinstance(schema, dict) else {}
        yield _Breach(tuple(error.absolute_path), str(error.validator), error.validator_value, error.instance, known)


def _check_version(document: StrictDocument, value: Mapping[str, object]) -> None:
    version = value.get("truceline")
    if isinstance(version, int) and not isinstance(version, bool) and version > GRAMMAR_VERSION:
        raise document.fault(
            f"written for grammar version {version}; this Truceline knows version {GRAMMAR_VERSION}",
            ("truceline",),
            do="install a newer Truceline, or write the file in the older grammar",
            example=EXAMPLES["truceline"],
        )


def _line(document: StrictDocument, breach: _Breach) -> int:
    return document.lines.get((*breach.path, *breach.unknown_keys()[:1]), 1)


def _fault(document: StrictDocument, breach: _Breach, told: _Told) -> AgreementFault:
    if breach.unknown_keys():
        return _unknown_key(document, breach.unknown_keys()[0], breach, told)
    if breach.keyword == "required":
        missing = str(next(key for key in breach.expected if key not in breach.instance))
        return document.fault(
            f"the key {missing!r} is missing", breach.path, do="add it", example=_example(told, (*breach.path, missing))
        )
    if breach.keyword == "enum":
        words = ["null" if word is None else str(word) for word in breach.expected]
        return document.unknown(str(breach.path[-1]), str(breach.instance), words, breach.path)
    meaning = str(breach.schema.get("description", "write it as in the example"))
    return document.fault(_what(breach), breach.path, do=meaning, example=_example(told, breach.path))


def _example(told: _Told, path: KeyPath) -> str:
    return example_at(*told, path)


def _unknown_key(document: StrictDocument, key: str, breach: _Breach, told: _Told) -> AgreementFault:
    known = list(breach.schema["properties"])
    near = nearest(key, known)
    return document.fault(
        f"unknown key {key!r}" + (f"; the nearest known is {near!r}" if near else ""),
        (*breach.path, key),
        do=f"use one of: {', '.join(known)}",
        example=_example(told, (*breach.path, near or known[0])),
    )


def _what(breach: _Breach) -> str:
    if breach.keyword == "type":
        wanted = breach.expected if isinstance(breach.expected, list) else [breach.expected]
        return f"{breach.instance!r} is not {' or '.join(_KINDS[kind] for kind in wanted)}"
    if breach.keyword in ("minItems", "minLength", "minProperties"):
        return "nothing stands here"
    return f"{breach.instance!r} is not written as asked"
