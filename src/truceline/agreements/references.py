"""Whether everything an agreement file names exists in it, nothing is named twice, and no two rules conflict."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from truceline.agreements.acts import ACTS
from truceline.agreements.deeds import DEEDS
from truceline.agreements.examples import EXAMPLES
from truceline.agreements.moments import event_of
from truceline.agreements.orders import check_orders
from truceline.agreements.places_named import check_places, unknown_name
from truceline.model import EACH_PARTY, RegisterKind, Target, Weapon
from truceline.model.norms import NormKind
from truceline.model.strict_yaml import KeyPath, StrictDocument

ANY_OBJECT = "any"
OBJECTS = (ANY_OBJECT, *(weapon.value for weapon in Weapon))
"""What a norm may be limited to in one word."""

_PARTY = "party-"
_SLIP = 0.85
"""How alike a body's name and a party's must be, of 1, to be held for a slip of the pen."""

_LISTS = (
    "parties",
    "actors",
    "sources",
    "instruments",
    "clauses",
    "events",
    "readings",
    "norms",
    "guarantees",
    "lines",
    "zones",
    "settlements",
)
_NAMED_TOGETHER = (("parties", "actors"), ("norms", "guarantees"), ("zones", "settlements", "lines"))
"""Lists whose ids must differ from each other's too: a finding or a place is told by the id alone."""

_SAME, _OTHER = "same", "other"


def check_references(document: StrictDocument) -> None:
    """Raise :class:`AgreementFault` for the first id that stands twice or the first name that leads nowhere."""
    _References(document).check()


class _References:
    """The names of one file, and what leads to each."""

    def __init__(self, document: StrictDocument) -> None:
        self.document = document
        self.content: Any = document.value
        self.ids = {kind: self._ids(kind) for kind in _LISTS}
        self.actors = (*self.ids["parties"], *self.ids["actors"])

    def check(self) -> None:
        """All of it, in the order of the file's kinds."""
        self._check_together()
        self._check_instruments()
        self._check_clauses()
        for i, event in enumerate(self.content.get("events", ())):
            self._check_moment(event.get("at"), ("events", i, "at"))
        for i, reading in enumerate(self.content["readings"]):
            for key in ("start", "end"):
                self._check_moment(reading[key], ("readings", i, key))
            self._known("source", reading["source"], self.ids["sources"], ("readings", i, "source"))
            self._check_bodies(reading["asserted_by"], ("readings", i, "asserted_by"))
        for i, norm in enumerate(self.content["norms"]):
            self._check_norm(norm, ("norms", i))
        for i, guarantee in enumerate(self.content.get("guarantees", ())):
            self._check_guarantee(guarantee, ("guarantees", i))
        check_places(self.document, self.ids)
        check_orders(self.document)
        for i, norm in enumerate(self.content["norms"]):
            self._check_after(norm, ("norms", i, "after"))

    def _ids(self, kind: str) -> list[str]:
        seen: list[str] = []
        for i, entry in enumerate(self.content.get(kind, ())):
            if entry["id"] in seen:
                raise self._twice(entry["id"], (kind, seen.index(entry["id"])), (kind, i))
            seen.append(entry["id"])
        return seen

    def _twice(self, name: str, first: KeyPath, here: KeyPath) -> Exception:
        line = self.document.lines.get((*first, "id"), 1)
        return self.document.fault(
            f"the id {name!r} stands twice, first in line {line}",
            (*here, "id"),
            do=f"give every entry of {here[0]} an id of its own",
            example=f"{name}-2",
        )

    def _check_together(self) -> None:
        for kinds in _NAMED_TOGETHER:
            seen: dict[str, KeyPath] = {}
            for kind in kinds:
                for i, name in enumerate(self.ids[kind]):
                    if name in seen:
                        raise self._twice(name, seen[name], (kind, i))
                    seen[name] = (kind, i)
        for i, name in enumerate(self.ids["actors"]):
            if name.startswith(_PARTY):
                raise self.document.fault(
                    f"the actor {name!r} is named like a party",
                    ("actors", i, "id"),
                    do="list it under parties, or name it without party-",
                    example=name.removeprefix(_PARTY),
                )

    def _known(self, kind: str, name: str, known: Sequence[str], path: KeyPath) -> None:
        if name not in known:
            raise unknown_name(self.document, kind, name, known, path)

    def _all_known(self, kind: str, names: Sequence[str], known: Sequence[str], path: KeyPath) -> None:
        for i, name in enumerate(names):
            self._known(kind, name, known, (*path, i))
            if name in names[:i]:
                raise self.document.fault(
                    f"the {kind} {name!r} is named twice", (*path, i), do="name it once", example=name
                )

    def _check_instruments(self) -> None:
        for i, entry in enumerate(self.content.get("instruments", ())):
            path: KeyPath = ("instruments", i)
            for key in ("binds", "signed_by"):
                self._all_known("actor", entry.get(key, ()), self.actors, (*path, key))
            for j, step in enumerate(entry["status"]):
                self._known("source", step["source"], self.ids["sources"], (*path, "status", j, "source"))
                if j and step["date"] < entry["status"][j - 1]["date"]:
                    raise self.document.fault(
                        f"the status {step['step']!r} of {step['date']} stands after one of a later day",
                        (*path, "status", j, "date"),
                        do="list the steps in the order in which they were reached",
                        example="status: [{step: signed, date: 2015-02-12, source: package}]",
                    )
            for j, link in enumerate(entry.get("links", ())):
                self._known("instrument", link["to"], self.ids["instruments"], (*path, "links", j, "to"))

    def _check_clauses(self) -> None:
        instruments = self.ids["instruments"]
        for i, clause in enumerate(self.content["clauses"]):
            path: KeyPath = ("clauses", i)
            self._known("source", clause["source"], self.ids["sources"], (*path, "source"))
            if "instrument" in clause:
                self._known("instrument", clause["instrument"], instruments, (*path, "instrument"))
            elif len(instruments) > 1:
                raise self.document.fault(
                    f"the clause {clause['id']!r} does not say in which of {len(instruments)} instruments it stands",
                    path,
                    do=f"name one of: {', '.join(instruments)}",
                    example=f"instrument: {instruments[0]}",
                )
            self._check_hash(clause, path)

    def _check_hash(self, clause: dict[str, Any], path: KeyPath) -> None:
        found = hashlib.sha256(clause["text"].encode()).hexdigest()
        if clause.get("sha256", found) != found:
            raise self.document.fault(
                f"the words of the clause {clause['id']!r} are not those its SHA-256 was taken of",
                (*path, "sha256"),
                do="compare the words with the source; if they are right, take the hash out: `truceline agreement "
                "check` prints that of the words",
                example=EXAMPLES["sha256"],
            )

    def _check_bodies(self, bodies: Sequence[str], path: KeyPath) -> None:
        """A reading may be asserted by a body that is no party; what can only be a slip for a party must be one."""
        parties = self.ids["parties"]
        for i, body in enumerate(bodies):
            meant = _party_meant(body, parties)
            if body not in self.actors and (meant or body.startswith(_PARTY)):
                raise self.document.fault(
                    f"unknown party {body!r}" + (f"; the nearest known is {meant!r}" if meant else ""),
                    (*path, i),
                    do=f"use one of: {', '.join(parties)}; or name a body that is no party",
                    example=meant or parties[0],
                )

    def _check_norm(self, norm: dict[str, Any], path: KeyPath) -> None:
        self._known("clause", norm["clause"], self.ids["clauses"], (*path, "clause"))
        if "instrument" in norm:
            self._known("instrument", norm["instrument"], self.ids["instruments"], (*path, "instrument"))
        self._check_who(norm["who"], (*path, "who"))
        self._all_known("reading", norm.get("readings", ()), self.ids["readings"], (*path, "readings"))
        self._known("act", norm["act"], _words_for(norm["kind"]), (*path, "act"))
        self._check_object(norm.get("object"), (*path, "object"))
        for key in ("after", "overrides"):
            self._all_known("norm", norm.get(key, ()), self.ids["norms"], (*path, key))
        for key in ("requires", "void_if"):
            self._check_requirements(norm.get(key, ()), (*path, key))
        for key in ("from", "until"):
            self._check_moment(norm.get("when", {}).get(key), (*path, "when", key))
        for fault in _misplaced(self.document, norm, path):
            raise fault

    def _check_after(self, norm: dict[str, Any], path: KeyPath) -> None:
        """Only an obligation can be achieved: what waits for anything else would wait for ever."""
        kinds = {one["id"]: one["kind"] for one in self.content["norms"]}
        for i, name in enumerate(norm.get("after", ())):
            if kinds[name] != NormKind.OBLIGE:
                raise self.document.fault(
                    f"{norm['id']!r} waits for {name!r}, which is no obligation and is never achieved",
                    (*path, i),
                    do="name an obligation, or give the moment from which it binds under when",
                    example="after: [phase-one]",
                )

    def _check_who(self, who: Any, path: KeyPath) -> None:
        if isinstance(who, str):
            if who != EACH_PARTY:
                raise self.document.unknown("word", who, (EACH_PARTY, *(f"[{name}]" for name in self.actors)), path)
            return
        self._all_known("party", who, self.actors, path)

    def _check_object(self, value: Any, path: KeyPath) -> None:
        if isinstance(value, str):
            self._known("object", value, OBJECTS, path)
            return
        weapons, at = (
            (value, path) if isinstance(value, list) else ((value or {}).get("weapons", ()), (*path, "weapons"))
        )
        for i, term in enumerate(weapons):
            if "weapon" in term:
                self._known("weapon", term["weapon"], OBJECTS[1:], (*at, i, "weapon"))
        targets = value.get("targets", ()) if isinstance(value, dict) else ()
        self._all_known("target", targets, tuple(target.value for target in Target), (*path, "targets"))

    def _check_requirements(self, values: Sequence[dict[str, Any]], path: KeyPath) -> None:
        for i, value in enumerate(values):
            here = (*path, i)
            if "act" in value:
                self._known("act", value["act"], tuple(ACTS), (*here, "act"))
            by = value.get("by")
            if isinstance(by, str):
                self._known("actor", by, (_SAME, _OTHER, *self.actors), (*here, "by"))
            else:
                self._all_known("actor", by or (), (_SAME, _OTHER, *self.actors), (*here, "by"))
            self._all_known("actor", value.get("to", ()), self.actors, (*here, "to"))

    def _check_moment(self, text: Any, path: KeyPath) -> None:
        event = event_of(text) if isinstance(text, str) else ""
        if event:
            self._known("event", event, self.ids["events"], path)

    def _check_guarantee(self, entry: dict[str, Any], path: KeyPath) -> None:
        self._known("clause", entry["clause"], self.ids["clauses"], (*path, "clause"))
        if "instrument" in entry:
            self._known("instrument", entry["instrument"], self.ids["instruments"], (*path, "instrument"))
        self._check_trigger(entry, (*path, "trigger", "criteria"))
        for key in ("guarantors", "beneficiaries", "against"):
            self._all_known("actor", entry.get(key, ()), self.actors, (*path, key))
        self._check_moment(entry.get("starts"), (*path, "starts"))
        self._all_known("reading", entry.get("readings", ()), self.ids["readings"], (*path, "readings"))
        for part in ("duties", "voids"):
            for i, one in enumerate(entry.get(part, ())):
                self._known("clause", one["clause"], self.ids["clauses"], (*path, part, i, "clause"))
                self._check_requirements(one.get("requires", ()), (*path, part, i, "requires"))
        for part in ("reservations", "ladder"):
            for i, one in enumerate(entry.get(part, ())):
                self._known("guarantor", one["guarantor"], entry["guarantors"], (*path, part, i, "guarantor"))
                self._known("source", one["source"], self.ids["sources"], (*path, part, i, "source"))
        self._check_bodies_named(entry, path)
        self._check_own_ids(entry, path)

    def _check_bodies_named(self, entry: dict[str, Any], path: KeyPath) -> None:
        """Who finds, confirms or stops something must be listed: a misspelt body would be waited for in vain."""
        trigger = entry["trigger"]
        for key in ("provisional_by", "confirmed_by"):
            self._body(trigger.get(key), (*path, "trigger", key))
        for i, criterion in enumerate(trigger["criteria"]):
            self._body(criterion.get("determined_by"), (*path, "trigger", "criteria", i, "determined_by"))
        for i, duty in enumerate(entry["duties"]):
            clock = duty.get("clock", {})
            here: KeyPath = (*path, "duties", i, "clock")
            self._all_known("actor", clock.get("may_stop", ()), self.actors, (*here, "may_stop"))
            self._all_known("entry", clock.get("stopped_by", ()), tuple(RegisterKind), (*here, "stopped_by"))

    def _body(self, name: str | None, path: KeyPath) -> None:
        if name is not None:
            self._known("actor", name, self.actors, path)

    def _check_trigger(self, entry: dict[str, Any], path: KeyPath) -> None:
        """A trigger without a criterion would always be met: only what is owed on request can do without."""
        if not entry["trigger"]["criteria"] and not all(duty.get("on_request", False) for duty in entry["duties"]):
            raise self.document.fault(
                f"the guarantee {entry['id']!r} names nothing that sets it off",
                path,
                do="name each condition, with null for a number the text leaves open; or owe every duty on request",
                example="criteria: [{id: scale, measure: incidents, at_least: null}]",
            )

    def _check_own_ids(self, entry: dict[str, Any], path: KeyPath) -> None:
        for part, values in (
            ("duties", entry["duties"]),
            ("criteria", entry["trigger"]["criteria"]),
            ("voids", entry.get("voids", ())),
        ):
            names = [one["id"] for one in values]
            for i, name in enumerate(names):
                if name in names[:i]:
                    at = (*path, "trigger", part) if part == "criteria" else (*path, part)
                    raise self._twice(name, (*at, names.index(name)), (*at, i))


def _words_for(kind: str) -> tuple[str, ...]:
    """What a norm of a kind can be about: acts that are seen, deeds that are on the record, or both."""
    if kind == NormKind.FORBID:
        return tuple(ACTS)
    if kind == NormKind.PERMIT:
        return (*ACTS, *DEEDS)
    return tuple(DEEDS)


def _misplaced(document: StrictDocument, norm: dict[str, Any], path: KeyPath) -> Iterator[Exception]:
    """Keys that mean nothing on a norm of this kind, and those it cannot do without."""
    kind, mode = norm["kind"], norm.get("mode", "")
    oblige, permit = kind == NormKind.OBLIGE, kind == NormKind.PERMIT
    if oblige and not mode:
        yield document.fault("an obligation without a mode", path, do="say how it is kept", example="mode: achievement")
    for key, fits, meant in (
        ("mode", oblige, "an obligation"),
        ("requires", permit, "a permission"),
        ("overrides", permit, "a permission"),
    ):
        if key in norm and not fits:
            yield document.fault(
                f"{key} stands on a norm that is not {meant}",
                (*path, key),
                do=f"write it on {meant}",
                example="kind: permit",
            )
    yield from _misplaced_limits(document, norm, path)
    if mode.startswith("achievement") and "until" not in norm.get("when", {}):
        yield document.fault(
            "an achievement without a deadline",
            path,
            do="give when.until; write null where the text names none",
            example="when: {from: effective+P2D, until: effective+P14D}",
        )


def _misplaced_limits(document: StrictDocument, norm: dict[str, Any], path: KeyPath) -> Iterator[Exception]:
    """A number that no finding would ask about, and conditions of a kind that nobody would look for."""
    kind, count = norm["kind"], norm.get("count", {})
    wanted = {NormKind.FORBID: "at_most", NormKind.OBLIGE: "at_least"}.get(NormKind(kind), "")
    limits = [key for key in ("at_most", "at_least") if key in count]
    if len(limits) == 1 and (limits != [wanted] or (wanted == "at_least" and count.get("per") == "moment")):
        yield document.fault(
            f"a counted limit of this kind means nothing on a norm that says {kind}",
            (*path, "count"),
            do="write at_most on what is forbidden, at_least (per day or window) on what is owed",
            example="count: {at_most: 75, per: moment}"
            if kind == NormKind.FORBID
            else "count: {at_least: 10, per: day}",
        )
    for i, requirement in enumerate(norm.get("void_if", ())):
        for key in ("act", "ahead", "within", "near"):
            if key in requirement:
                yield document.fault(
                    f"{key} stands under void_if: a norm becomes void by what is on the register alone",
                    (*path, "void_if", i, key),
                    do="name the kind of entry that makes it void, such as the determination of a body",
                    example="void_if: [{entry: determination, by: [commission], subject: unprovoked-attack}]",
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
