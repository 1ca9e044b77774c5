"""Reading a mission's ``people.yaml``: who acts in it, in which roles, on which case lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from truceline.ledger.keys import parse_verifier_key
from truceline.model import NotFound, Person, Role, TrucelineError, UsageFault, ValueFault
from truceline.model.strict_yaml import StrictDocument, read_strict_yaml
from truceline.verification.people import People

FILE = "people.yaml"
KEYS = ("id", "roles", "lists", "party", "accounts", "keys")
EXAMPLE = "people:\n  - {id: olena, roles: [reviewer], lists: [north], accounts: [olena@mission]}"


def load_people(path: Path, parties: tuple[str, ...]) -> People:
    """Everyone in the file.

    Raises :class:`NotFound` when there is none, :class:`~truceline.model.AgreementFault` with line and key for what is
    wrong in it: an unknown key, role or party, a key that is none, two entries that share an account or a key.
    """
    if not path.is_file():
        raise NotFound(
            "this mission does not say who acts in it",
            where=str(path),
            do="write people.yaml: one entry for each natural person, with all accounts",
            example=EXAMPLE,
        )
    document = read_strict_yaml(path)
    content = grouped(document, document.value, (), ("truceline", "people"))
    if content.get("truceline") != 1 or isinstance(content["truceline"], bool):
        raise document.fault("this is not version 1 of the file's grammar", ("truceline",), example="truceline: 1")
    rows = content.get("people")
    if not isinstance(rows, list):
        raise document.fault("no list of people stands here", ("people",), do="list them", example=EXAMPLE)
    persons = tuple(_person(document, row, number, parties) for number, row in enumerate(rows))
    try:
        people = People(persons, document.sha256)
        _check_keys(people)
    except UsageFault as fault:
        raise document.fault(fault.what, ("people",), do=fault.do, example=fault.example) from fault
    return people


def grouped(
    document: StrictDocument, value: object, path: tuple[str | int, ...], known: tuple[str, ...]
) -> dict[str, Any]:
    """A group of known keys; raises the fault that points at one that is not."""
    if not isinstance(value, dict):
        raise document.fault("no group of keys stands here", path, do="write key: value", example=f"{known[0]}: ...")
    for key in value:
        if key not in known:
            raise document.unknown("key", key, known, (*path, key))
    return value


def texts(document: StrictDocument, value: object, path: tuple[str | int, ...]) -> tuple[str, ...]:
    """A list of texts; raises the fault that points at anything else, and at one that stands twice."""
    plain = isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)
    if not plain or len(set(value)) < len(value):  # type: ignore[call-overload, arg-type]  # a list of texts by now
        raise document.fault("this is no list of texts, each once", path, do="list them", example="[north, south]")
    return tuple(value)  # type: ignore[arg-type]  # as above


def _person(document: StrictDocument, row: object, number: int, parties: tuple[str, ...]) -> Person:
    path = ("people", number)
    content = grouped(document, row, path, KEYS)
    for needed in ("id", "roles"):
        if needed not in content:
            raise document.fault(f"the key {needed!r} is missing", path, do="add it", example=EXAMPLE)
    if not isinstance(content["id"], str) or not content["id"].strip():
        raise document.fault("a person's id is a word", (*path, "id"), do="write one", example="id: olena")
    roles = texts(document, content["roles"], (*path, "roles"))
    for place, role in enumerate(roles):
        if role not in list(Role):
            raise document.unknown("role", role, [str(one) for one in Role], (*path, "roles", place))
    party = content.get("party", "")
    if party and party not in parties:
        raise document.unknown("party", str(party), parties, (*path, "party"))
    more = {key: texts(document, content.get(key, []), (*path, key)) for key in ("lists", "accounts", "keys")}
    try:
        return Person(content["id"], tuple(map(Role, roles)), party=party, **more)
    except ValueFault as fault:
        raise document.fault(fault.what, path, do=fault.do, example=fault.example) from fault


def _check_keys(people: People) -> None:
    """Refuse what is no public key, and one key in two entries, whatever name and way of signing wrap it."""
    whose: dict[bytes, str] = {}
    for person in people.persons:
        for text in person.keys:
            try:
                public = parse_verifier_key(text).public
            except TrucelineError as fault:
                raise UsageFault(f"a key of {person.id}: {fault.what}", do=fault.do, example=fault.example) from fault
            if whose.setdefault(public, person.id) != person.id:
                raise UsageFault(
                    f"{whose[public]} and {person.id} share a key",
                    do="make one entry of the two: a natural person is one entry with all accounts and keys",
                    example=EXAMPLE,
                )
