"""Whether what stands in an order has one: links, conditions, exceptions and events must not run in a circle.

Two permissions that except from one norm could both apply to one incident. A conflict of rules is never settled by
which of them stands last: one must say that it goes before the other, or the file is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from truceline.agreements.acts import ACTS
from truceline.agreements.moments import event_of
from truceline.model.norms import NormKind
from truceline.model.strict_yaml import KeyPath, StrictDocument

_OVERRIDE_EXAMPLE = "overrides: [ceasefire]"
_NAMING = ("after", "overrides")
_LINK_EXAMPLE = "links: [{relation: draft-of, to: declaration}]"


def check_orders(document: StrictDocument) -> None:
    """Raise :class:`~truceline.model.AgreementFault` for the first circle, or for exceptions without an order."""
    content: Any = document.value
    norms = content["norms"]
    _check_circle(document, "instruments", _links(content), "links", _LINK_EXAMPLE)
    _check_circle(document, "norms", {n["id"]: n.get("after", ()) for n in norms}, "after", "after: [phase-one]")
    _check_circle(document, "norms", {n["id"]: n.get("overrides", ()) for n in norms}, "overrides", _OVERRIDE_EXAMPLE)
    _check_circle(document, "events", _told_from(content), "at", "at: 2015-02-15T00:00:00+02:00")
    _check_exceptions(document, norms)


def _links(content: Any) -> dict[str, Sequence[str]]:
    return {one["id"]: [link["to"] for link in one.get("links", ())] for one in content.get("instruments", ())}


def _told_from(content: Any) -> dict[str, Sequence[str]]:
    events = content.get("events", ())
    return {one["id"]: [event] if (event := event_of(one.get("at") or "")) else [] for one in events}


def _check_circle(
    document: StrictDocument, kind: str, leads: Mapping[str, Sequence[str]], key: str, example: str
) -> None:
    for i, name in enumerate(leads):
        circle = _circle(name, leads)
        if circle:
            path: KeyPath = (kind, i, key)
            told = f"{name!r} names itself" if len(circle) == 2 else f"a circle: {' → '.join(circle)}"
            # never one that would lead round again
            free = next((one for one, led in leads.items() if one not in circle and not led), "")
            raise document.fault(
                f"{told} under {key}",
                path,
                do=f"take one {key} out, so that there is an order",
                example=f"{key}: [{free}]" if free and key in _NAMING else example,
            )


def _circle(start: str, leads: Mapping[str, Sequence[str]]) -> list[str]:
    """The way from a name back to itself, empty when there is none."""
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop()
        for following in leads.get(way[-1], ()):
            if following == start:
                return [*way, start]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []


def _check_exceptions(document: StrictDocument, norms: Sequence[Mapping[str, Any]]) -> None:
    for norm in norms:
        excepting = [
            (i, one)
            for i, one in enumerate(norms)
            if one["kind"] == NormKind.PERMIT
            and norm["id"] in one.get("overrides", ())
            and norm["kind"] != NormKind.PERMIT
        ]
        for (_, one), (i, other) in combinations(excepting, 2):
            if not _ordered(one, other) and _may_meet(one, other):
                raise document.fault(
                    f"the exceptions {one['id']!r} and {other['id']!r} from {norm['id']!r} could both apply, and "
                    "neither goes before the other",
                    ("norms", i, "overrides"),
                    do="let the one that goes before name the other under overrides too, or hold them under different "
                    "readings",
                    example=f"overrides: [{norm['id']}, {one['id']}]",
                )


def _ordered(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return other["id"] in one.get("overrides", ()) or one["id"] in other.get("overrides", ())


def _may_meet(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both could apply to one incident: not under different readings, for different parties or other acts."""
    for key in ("readings", "who"):
        mine, theirs = one.get(key), other.get(key)
        if isinstance(mine, list) and isinstance(theirs, list) and not set(mine) & set(theirs):
            return False
    return _share_a_sight(one["act"], other["act"])


def _share_a_sight(one: str, other: str) -> bool:
    """Whether one incident can be a sight of both acts; of a deed, such as self-defence, any incident may be one."""
    if one == other or one not in ACTS or other not in ACTS:
        return True
    mine, theirs = ({*ACTS[act].shown_by, *ACTS[act].threatened_by} for act in (one, other))
    return bool(mine & theirs)
