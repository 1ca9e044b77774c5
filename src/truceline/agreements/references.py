"""Whether everything an agreement file names exists in it, and nothing is named twice."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Any

from truceline.agreements.acts import ACTS
from truceline.model import EACH_PARTY, EVERYWHERE, AgreementFault, Weapon
from truceline.model.strict_yaml import StrictDocument

ANY_OBJECT = "any"
OBJECTS = (ANY_OBJECT, *(weapon.value for weapon in Weapon))
"""What a norm may be limited to."""

Path = tuple[str | int, ...]
_PARTY = "party-"
_SLIP = 0.85
"""How alike a body's name and a party's must be, of 1, to be held for a slip of the pen."""

_LISTS = ("parties", "sources", "clauses", "readings", "norms", "zones")


def check_references(document: StrictDocument, content: dict[str, Any]) -> None:
    """Raise :class:`AgreementFault` for the first id that stands twice or the first name that leads nowhere."""
    ids = {kind: _ids(document, content, kind) for kind in _LISTS}
    for kind, key in (("clauses", "source"), ("readings", "source"), ("norms", "clause")):
        _check_each(document, content, kind, key, ids["sources" if key == "source" else "clauses"])
    for i, reading in enumerate(content["readings"]):
        _check_bodies(document, reading["asserted_by"], ids["parties"], ("readings", i, "asserted_by"))
    for i, norm in enumerate(content["norms"]):
        _check_norm(document, norm, ids, ("norms", i))


def _ids(document: StrictDocument, content: dict[str, Any], kind: str) -> list[str]:
    seen: list[str] = []
    for i, entry in enumerate(content.get(kind, ())):
        if entry["id"] in seen:
            line = document.lines.get((kind, seen.index(entry["id"]), "id"), 1)
            raise document.fault(
                f"the id {entry['id']!r} stands twice, first in line {line}",
                (kind, i, "id"),
                do=f"give every entry of {kind} an id of its own",
                example=f"{entry['id']}-2",
            )
        seen.append(entry["id"])
    return seen


def _check_each(document: StrictDocument, content: dict[str, Any], kind: str, key: str, known: Sequence[str]) -> None:
    for i, entry in enumerate(content[kind]):
        if entry[key] not in known:
            raise document.unknown(key, entry[key], known, (kind, i, key))


def _check_bodies(document: StrictDocument, bodies: Sequence[str], parties: Sequence[str], path: Path) -> None:
    """A reading may be asserted by a body that is no party; what can only be a slip for a party must be one."""
    for i, body in enumerate(bodies):
        meant = _party_meant(body, parties)
        if body not in parties and (meant or body.startswith(_PARTY)):
            raise document.fault(
                f"unknown party {body!r}" + (f"; the nearest known is {meant!r}" if meant else ""),
                (*path, i),
                do=f"use one of: {', '.join(parties)}; or name a body that is no party",
                example=meant or parties[0],
            )


def _party_meant(body: str, parties: Sequence[str]) -> str:
    """The party a body's name is a slip for; empty for names that are merely alike, as ``third-party`` may be.

    >>> _party_meant("north", ["party-north"]), _party_meant("patry-north", ["party-north"])
    ('party-north', 'party-north')
    >>> _party_meant("northern-league", ["party-north"])
    ''
    """
    if _PARTY + body in parties:
        return _PARTY + body
    within = 0.5 if body.startswith(_PARTY) else _SLIP
    close = difflib.get_close_matches(body, parties, n=1, cutoff=within)
    return close[0] if close else ""


def _check_norm(document: StrictDocument, norm: dict[str, Any], ids: dict[str, list[str]], path: Path) -> None:
    for fault in _norm_faults(document, norm, ids, path):
        raise fault


def _norm_faults(
    document: StrictDocument, norm: dict[str, Any], ids: dict[str, list[str]], path: Path
) -> Iterator[AgreementFault]:
    who = norm["who"]
    if isinstance(who, str) and who != EACH_PARTY:
        yield document.unknown("word", who, (EACH_PARTY, *(f"[{party}]" for party in ids["parties"])), (*path, "who"))
    for key, known in (("who", ids["parties"]), ("readings", ids["readings"])):
        named = norm.get(key, ()) if not isinstance(norm.get(key), str) else ()
        yield from _list_faults(document, named, known, (*path, key))
    words = (("act", tuple(ACTS)), ("object", OBJECTS), ("where", (EVERYWHERE, *ids["zones"])))
    for key, allowed in words:
        if norm[key] not in allowed:
            yield document.unknown("zone" if key == "where" else key, norm[key], allowed, (*path, key))


def _list_faults(
    document: StrictDocument, named: Sequence[str], known: Sequence[str], path: Path
) -> Iterator[AgreementFault]:
    kind = "party" if path[-1] == "who" else "reading"
    for i, name in enumerate(named):
        if name not in known:
            yield document.unknown(kind, name, known, (*path, i))
        if name in named[:i]:
            yield document.fault(f"the {kind} {name!r} is named twice", (*path, i), do="name it once", example=name)
