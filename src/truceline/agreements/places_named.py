"""Whether the lines and zones a norm is told by exist, and whether every party it binds has a side of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from truceline.agreements.examples import EXAMPLES
from truceline.model import EACH_PARTY, EVERYWHERE, AgreementFault
from truceline.model.strict_yaml import KeyPath, StrictDocument

_SIDED = ("own", "other")


def unknown_name(
    document: StrictDocument, kind: str, name: str, known: Sequence[str], path: Iterable[str | int]
) -> AgreementFault:
    """The error for a name that leads nowhere; where nothing of its kind is declared it says how to declare one."""
    declared = EXAMPLES.get(f"{kind}s")
    if known or declared is None:
        return document.unknown(kind, name, known, path)
    return document.fault(f"unknown {kind} {name!r}", path, do=f"declare it under {kind}s", example=declared)


def check_places(document: StrictDocument, ids: Mapping[str, Sequence[str]]) -> None:
    """Raise :class:`~truceline.model.AgreementFault` for the first place that leads nowhere."""
    content: Any = document.value
    zones = (EVERYWHERE, *ids["zones"], *ids["settlements"])
    for i, line in enumerate(content.get("lines", ())):
        _check_sides(document, line, ids["parties"], ("lines", i))
    for kind in ("zones", "settlements"):
        for i, zone in enumerate(content.get(kind, ())):
            if "beside" in zone:
                _check_beside(document, zone["beside"], content, ids, (kind, i, "beside"))
    for i, norm in enumerate(content["norms"]):
        for place, path in _places(norm.get("where", EVERYWHERE), ("norms", i, "where")):
            _check_place(document, place, zones, ids["lines"], path)
            if isinstance(place, dict) and "line" in place:
                _check_bound(document, norm, place, content, path)


def _places(place: Any, path: KeyPath) -> Iterator[tuple[Any, KeyPath]]:
    """A place and those it is made of."""
    yield place, path
    if isinstance(place, dict):
        if "outside" in place:
            yield from _places(place["outside"], (*path, "outside"))
        for key in ("all", "any"):
            for i, part in enumerate(place.get(key, ())):
                yield from _places(part, (*path, key, i))


def _check_place(
    document: StrictDocument, place: Any, zones: Sequence[str], lines: Sequence[str], path: KeyPath
) -> None:
    if isinstance(place, str):
        named = [("zone", place, zones, path)]
    else:
        named = [("zone", place["in"], zones[1:], (*path, "in"))] if "in" in place else []
        named += [("line", place["corridor"], lines, (*path, "corridor"))] if "corridor" in place else []
        line = place.get("line", {})
        own = line.items() if isinstance(line, dict) else ((None, line),)
        named += [("line", one, lines, (*path, "line", party) if party else (*path, "line")) for party, one in own]
    for kind, name, known, at in named:
        if name not in known:
            raise unknown_name(document, kind, name, known, at)


def _check_sides(document: StrictDocument, line: Mapping[str, Any], parties: Sequence[str], path: KeyPath) -> None:
    for key in ("left", "right"):
        if line[key] not in parties:
            raise document.unknown("party", line[key], parties, (*path, key))
    if line["left"] == line["right"]:
        raise document.fault(
            f"{line['left']!r} stands on both sides of the line",
            (*path, "right"),
            do="name the party on each side, seen in the direction in which the line is drawn",
            example="left: party-north, right: party-south",
        )


def _check_beside(
    document: StrictDocument, beside: Mapping[str, Any], content: Any, ids: Mapping[str, Sequence[str]], path: KeyPath
) -> None:
    if beside["line"] not in ids["lines"]:
        raise unknown_name(document, "line", beside["line"], ids["lines"], (*path, "line"))
    line = content["lines"][ids["lines"].index(beside["line"])]
    if beside["of"] not in (line["left"], line["right"]):
        raise document.unknown("side", beside["of"], (line["left"], line["right"]), (*path, "of"))


def _check_bound(
    document: StrictDocument, norm: Mapping[str, Any], place: Mapping[str, Any], content: Any, path: KeyPath
) -> None:
    """Every bound party needs a reference line, and a side of it where the side matters."""
    every = [party["id"] for party in content["parties"]]
    bound = _each(content, norm, every) if norm["who"] == EACH_PARTY else norm["who"]
    line = place["line"]
    for party in line if isinstance(line, dict) else ():
        if party not in every:
            raise document.unknown("party", party, every, (*path, "line", party))
    sides = {one["id"]: (one["left"], one["right"]) for one in content.get("lines", ())}
    for party in bound:
        own = line.get(party) if isinstance(line, dict) else line
        if own is None:
            raise document.fault(
                f"{party!r} is bound and has no reference line here",
                (*path, "line"),
                do="name a line for every bound party",
                example=f"line: {{{party}: {next(iter(sides), 'contact')}}}",
            )
        if place.get("side", "own") in _SIDED and party not in sides[own]:
            raise document.fault(
                f"{party!r} is bound and has no side of the line {own!r}",
                (*path, "line"),
                do=f"the sides belong to {' and '.join(sides[own])}; name another line, or side: both",
                example="side: both",
            )


def _each(content: Any, norm: Mapping[str, Any], every: Sequence[str]) -> Sequence[str]:
    """The parties that ``each`` means: those the instrument of the norm binds."""
    instruments = {clause["id"]: clause.get("instrument", "") for clause in content["clauses"]}
    name = norm.get("instrument", instruments[norm["clause"]])
    binds = next((one.get("binds") for one in content.get("instruments", ()) if one["id"] == name), None)
    return every if binds is None else [party for party in every if party in binds]
