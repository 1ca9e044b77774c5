"""From what stands in an agreement file to the terms of a norm: places, objects, limits and requirements.

The grammar has checked names and kinds of values; what is checked here is what a schema cannot say: that keys fit
together, that numbers have their units, and that none of it can be read two ways.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from truceline.agreements.measures import calibre_mm, distance_m, span
from truceline.agreements.moments import check_hour, moment_term
from truceline.agreements.register import UNNAMED
from truceline.model import ValueFault, zone
from truceline.model.norms import (
    ANYTHING,
    EACH_PARTY,
    EVERYWHERE,
    AllOf,
    AnyOf,
    Bounds,
    CountLimit,
    Everywhere,
    InBand,
    InCorridor,
    InZone,
    MomentTerm,
    ObjectTerm,
    Outside,
    Requirement,
    Side,
    WeaponTerm,
    Where,
)
from truceline.model.strict_yaml import KeyPath, StrictDocument

_ANY = "any"
_BAND_EXAMPLE = "where: {line: contact, from: 0 km, to: 25 km}"
_STRIP_EXAMPLE = "where: {line: contact, width: 50 km, measured: total-width}"
_CALIBRE_EXAMPLE = "calibre: {at_least: 100 mm}"
_PLACE_FORMS = (
    "in a zone {in, within}; between two distances of a line {line, from, to, side}; a strip along it {line, width, "
    "measured}; {corridor, width}; {outside}; {all}; {any}"
)


@dataclass(frozen=True)
class Terms:
    """Reads the terms of one file; every fault names the file, the line and the key."""

    document: StrictDocument

    def moment(self, text: str, path: KeyPath) -> MomentTerm:
        """A moment."""
        try:
            term = moment_term(text)
            where = self._zone()
            if term.at is not None and where is not None:
                check_hour(text, where)
        except ValueFault as fault:
            raise self._at(fault, path) from fault
        return term

    def _zone(self) -> ZoneInfo | None:
        """The time zone that the file names; nothing where it names none, or one that is refused on its own line."""
        content: Any = self.document.value
        try:
            return zone(content["time_zone"]) if "time_zone" in content else None
        except ValueFault:
            return None

    def seconds(self, text: str, path: KeyPath) -> int:
        """A duration as seconds, days taken as 24 hours."""
        try:
            length = span(text)
        except ValueFault as fault:
            raise self._at(fault, path) from fault
        return length.days * 86_400 + length.seconds

    def metres(self, text: object, path: KeyPath) -> float:
        """A distance."""
        try:
            return distance_m(text)
        except ValueFault as fault:
            raise self._at(fault, path) from fault

    def thing(self, value: Any, path: KeyPath) -> ObjectTerm:
        """What an act must concern."""
        if value is None or value == _ANY:
            return ANYTHING
        if isinstance(value, str):
            return ObjectTerm((WeaponTerm(value),))
        if not value:
            raise self.document.fault(
                "the object names nothing",
                path,
                do="name weapons or targets, or say any: an empty list would leave the object open unseen",
                example="object: any",
            )
        if isinstance(value, list):
            return ObjectTerm(self._weapons(value, path))
        weapons = self._weapons(value.get("weapons", ()), (*path, "weapons"))
        return ObjectTerm(weapons, tuple(value.get("targets", ())))

    def _weapons(self, values: Sequence[Mapping[str, Any]], path: KeyPath) -> tuple[WeaponTerm, ...]:
        return tuple(self._weapon(value, (*path, i)) for i, value in enumerate(values))

    def _weapon(self, value: Mapping[str, Any], path: KeyPath) -> WeaponTerm:
        if not value:
            raise self.document.fault(
                "a weapon term says nothing",
                path,
                do="name a class, a calibre, a range or systems",
                example=_CALIBRE_EXAMPLE,
            )
        calibre = self._bounds(value.get("calibre"), (*path, "calibre"), calibre=True)
        reach = self._bounds(value.get("range"), (*path, "range"), calibre=False)
        return WeaponTerm(value.get("weapon", ""), calibre, reach, tuple(value.get("names", ())))

    def _bounds(self, value: Any, path: KeyPath, *, calibre: bool) -> Bounds | None:
        if value is None:
            return None
        if not isinstance(value, dict) or not value:
            raise self.document.fault(
                f"{value!r} does not say on which side of it the limit lies",
                path,
                do="write over, at_least, up_to or under: over 100 mm leaves 100 mm free, at least 100 mm does not",
                example=_CALIBRE_EXAMPLE if calibre else "range: {over: 70 km}",
            )
        read = calibre_mm if calibre else distance_m
        limits: dict[str, float] = {}
        for key, text in value.items():
            try:
                limits[key] = read(text)
            except ValueFault as fault:
                raise self._at(fault, (*path, key)) from fault
        return self._ordered(Bounds(**limits), path)

    def _ordered(self, bounds: Bounds, path: KeyPath) -> Bounds:
        lower = [limit for limit in (bounds.over, bounds.at_least) if limit is not None]
        upper = [limit for limit in (bounds.up_to, bounds.under) if limit is not None]
        if len(lower) > 1 or len(upper) > 1 or (lower and upper and lower[0] > upper[0]):
            raise self.document.fault(
                "the limits leave nothing between them or say one thing twice",
                path,
                do="give at most one lower and one upper limit, the lower below the upper",
                example="calibre: {at_least: 82 mm, under: 100 mm}",
            )
        return bounds

    def where(self, value: Any, path: KeyPath) -> Where:
        """Where a norm binds."""
        if value is None or value == EVERYWHERE:
            return Everywhere()
        if isinstance(value, str):
            return InZone(value)
        return self._beside_line(value, path) if "line" in value else self._by_keys(value, path)

    def _by_keys(self, value: Mapping[str, Any], path: KeyPath) -> Where:
        """A place told by a group of keys, other than beside a line."""
        form = frozenset(value)
        if form in ({"in"}, {"in", "within"}):
            return InZone(value["in"], self.metres(value.get("within", "0 m"), (*path, "within")))
        if form == {"corridor", "width"}:
            return InCorridor(value["corridor"], self._width(value["width"], (*path, "width")))
        if form == {"outside"}:
            return Outside(self.where(value["outside"], (*path, "outside")))
        for key, kind in (("all", AllOf), ("any", AnyOf)):
            if form == {key}:
                return kind(tuple(self.where(part, (*path, key, i)) for i, part in enumerate(value[key])))
        raise self.document.fault(
            f"a place cannot be told by {', '.join(sorted(form)) or 'nothing'}",
            path,
            do=f"tell it in one of these ways: {_PLACE_FORMS}",
            example=_BAND_EXAMPLE,
        )

    def _beside_line(self, value: Mapping[str, Any], path: KeyPath) -> InBand:
        form = frozenset(value) - {"line", "side"}
        line = value["line"]
        lines = tuple(line.items()) if isinstance(line, dict) else ((EACH_PARTY, line),)
        side = Side(value.get("side", "own"))
        if form == {"from", "to"}:
            near, far = (self.metres(value[key], (*path, key)) for key in ("from", "to"))
        elif form == {"width", "measured"}:
            width = self._width(value["width"], (*path, "width"))
            near, far = 0.0, width if value["measured"] == "per-side" else width / 2
        else:
            raise self.document.fault(
                "a strip along a line is told by from and to, or by width and measured: 50 km wide is 25 km a side "
                "in one reading and 50 in another",
                path,
                do="say from and to, or say how the width is measured: per-side or total-width",
                example=_STRIP_EXAMPLE,
            )
        if far <= near:
            raise self.document.fault(
                f"the strip ends {value.get('to')} from the line, not beyond where it begins",
                (*path, "to"),
                do="give a farther end",
                example=_BAND_EXAMPLE,
            )
        return InBand(lines, near, far, side)

    def _width(self, text: object, path: KeyPath) -> float:
        width = self.metres(text, path)
        if width == 0.0:
            raise self.document.fault("the strip has no width", path, do="give its width", example=_STRIP_EXAMPLE)
        return width

    def count(self, value: Mapping[str, Any] | None, path: KeyPath) -> CountLimit | None:
        """A counted limit."""
        if value is None:
            return None
        limits = [key for key in ("at_most", "at_least") if key in value]
        if len(limits) != 1:
            raise self.document.fault(
                "a counted limit is at_most or at_least, one of the two",
                path,
                do="write two norms where a text sets both",
                example="count: {at_most: 75, per: moment, unit: tanks}",
            )
        per = value.get("per", "moment" if limits == ["at_most"] else "window")
        return CountLimit(value.get("at_most"), value.get("at_least"), per, value.get("unit", ""))

    def requirements(self, values: Sequence[Mapping[str, Any]], path: KeyPath) -> tuple[Requirement, ...]:
        """What must hold for a permission or a voiding clause."""
        return tuple(self._requirement(value, (*path, i)) for i, value in enumerate(values))

    def _requirement(self, value: Mapping[str, Any], path: KeyPath) -> Requirement:
        if ("entry" in value) == ("act" in value):
            raise self.document.fault(
                "a requirement is an entry of the register or an act seen, one of the two",
                path,
                do="name the kind of entry, or the act",
                example="requires: [{entry: order, by: same}]",
            )
        if "entry" in value and "near" in value:
            raise self.document.fault(
                "near is asked of an entry of the register, which has no position",
                (*path, "near"),
                do="set near beside an act seen only; an entry may name a zone or area as its place",
                example="requires: [{act: offensive, by: other, within: PT1H, near: 15 km}]",
            )
        if "act" in value and ("by" not in value or value["by"] == []):
            raise self.document.fault(
                f"it is not said whose {value['act']} is required, so that anybody's would do, the party's own too",
                path,
                do="say whose, by same, other or ids; write null where the text leaves it open",
                example="requires: [{act: offensive, by: other, within: PT1H}]",
            )
        # a text that names nobody lets nobody meet it: the gap is shown, and no actor fills it
        by = (UNNAMED,) if "by" in value and value["by"] is None else value.get("by", ())
        return Requirement(
            entry=value.get("entry", ""),
            act=value.get("act", ""),
            by=(by,) if isinstance(by, str) else tuple(by),
            to=tuple(value.get("to", ())),
            subject=value.get("subject", ""),
            ahead_s=self.seconds(value["ahead"], (*path, "ahead")) if "ahead" in value else 0,
            within_s=self.seconds(value["within"], (*path, "within")) if "within" in value else None,
            near_m=self.metres(value["near"], (*path, "near")) if "near" in value else None,
        )

    def _at(self, fault: ValueFault, path: KeyPath) -> Exception:
        return self.document.fault(fault.what, path, do=fault.do, example=fault.example)


def held_to(where: Where) -> Where:
    """Where somebody must go from, or stay away, that is told on its own side: who moved forward has not withdrawn.

    A strip on one's own side that begins at the line takes in what lies beyond it. ``own-only`` does not, and neither
    does a strip that begins farther back, or one outside which is meant.

    >>> held_to(InBand((("each", "contact-line"),), 0.0, 25_000.0)).side
    <Side.OWN_AND_BEYOND: 'own-and-beyond'>
    """
    match where:
        case InBand(side=Side.OWN, near_m=0.0):
            return replace(where, side=Side.OWN_AND_BEYOND)
        case AllOf(parts):
            return AllOf(tuple(map(held_to, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(held_to, parts)))
        case _:
            return where
