"""The terms of a norm in plain English: what is done, with what, where, and what must hold first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from truceline.agreements.register import UNNAMED
from truceline.model import (
    AllOf,
    AnyOf,
    Bounds,
    CountLimit,
    Everywhere,
    InBand,
    InCorridor,
    InZone,
    ObjectTerm,
    Outside,
    Requirement,
    Side,
    Weapon,
    WeaponTerm,
    Where,
)
from truceline.model.norms import EACH_PARTY

_DOING: Mapping[str, str] = {
    "ground-fire": "open fire on the ground",
    "live-fire-training": "train with live fire",
    "air-attack": "attack from the air",
    "rocket-fire": "fire rockets or missiles",
    "any-attack": "attack in any way",
    "strike-on-energy": "strike energy sites",
    "strike": "strike",
    "heavy-weapons": "keep",
    "troop-presence": "keep troops",
    "fortifying": "build or keep fortifications",
    "mining": "lay or keep mines",
    "flight": "fly",
    "offensive": "take offensive action",
    "reconnaissance": "carry out reconnaissance",
    "sabotage": "carry out sabotage",
    "restricting-movement": "restrict movement",
    "open-crossing": "open the crossing",
    "provide-access": "give access",
    "establish-mechanism": "establish the mechanism",
    "publish": "publish what the clause names",
    "prevent": "prevent what the clause names",
    "dismantle": "dismantle what the clause names",
    "repair": "repair what the clause names",
    "investigate": "investigate what the clause names",
    "discipline": "take disciplinary measures",
    "monitor": "monitor what the clause names",
    "notify": "notify what the clause names",
    "finance": "finance what the clause names",
    "support": "give support",
    "determine": "determine what the clause names",
    "extend": "extend what was agreed",
    "suspend": "suspend what was agreed",
    "terminate": "terminate what was agreed",
    "withdraw-weapons": "withdraw",
    "hand-over-weapons": "hand over",
    "order-ceasefire": "order its forces to cease fire",
    "act-in-self-defence": "act in self-defence",
}
_TAKES_A_WEAPON: Mapping[str, str] = {
    "heavy-weapons": "heavy weapons",
    "withdraw-weapons": "heavy weapons",
    "hand-over-weapons": "weapons",
    "flight": "aircraft",
}
"""Acts that are done to a weapon, and the word for it where the text names none."""

_TARGETS: Mapping[str, str] = {
    "refinery": "refineries",
    "fuel-storage": "fuel storage",
    "gas-infrastructure": "gas infrastructure",
    "heating": "heating plants",
    "water-supply": "water supply",
    "residential": "residential buildings",
    "place-of-worship": "places of worship",
    "humanitarian": "humanitarian sites",
    "military": "military targets",
}
"""Classes of targets as several of them are called, where an s does not do."""


_CLASSES: Mapping[str, str] = {
    Weapon.HEAVY_MACHINE_GUN: "heavy machine guns",
    Weapon.AUTOMATIC_GRENADE_LAUNCHER: "automatic grenade launchers",
    Weapon.INFANTRY_FIGHTING_VEHICLE: "cannon of infantry fighting vehicles",
    Weapon.RECOILLESS_GUN: "recoilless guns",
    Weapon.MORTAR: "mortars",
    Weapon.MLRS: "multiple rocket launchers",
    Weapon.TANK: "tanks",
    Weapon.ANTI_AIRCRAFT_GUN: "anti-aircraft guns",
    Weapon.MISSILE: "missiles",
    Weapon.UAV: "unmanned aircraft",
    Weapon.ANTI_TANK_MISSILE: "anti-tank missiles",
    Weapon.ANTI_AIRCRAFT_MISSILE: "anti-aircraft missiles",
    Weapon.HELICOPTER: "helicopters",
}
"""Classes of weapons in the plural, where that is not the word itself."""


def doing(act: str, thing: ObjectTerm) -> str:
    """An act or deed as the end of a sentence.

    >>> from truceline.model import Bounds, ObjectTerm, WeaponTerm
    >>> doing("heavy-weapons", ObjectTerm((WeaponTerm("artillery", Bounds(at_least=100.0)),)))
    'keep artillery of 100 mm and more'
    """
    verb = _DOING.get(act, act.replace("-", " "))
    weapons = joined([weapon(term) for term in thing.weapons], "or")
    targets = joined([_TARGETS.get(target, target.replace("-", " ") + "s") for target in thing.targets], "or")
    if act in _TAKES_A_WEAPON:
        verb = f"{verb} {weapons or _TAKES_A_WEAPON[act]}"
    elif weapons:
        verb = f"{verb} with {weapons}"
    return f"{verb} at {targets}" if targets and act != "strike" else f"{verb} {targets}".strip()


def weapon(term: WeaponTerm) -> str:
    """A class of weapons in words; an exact limit says on which side of it the figure itself lies."""
    kind = _CLASSES.get(term.weapon, term.weapon.replace("-", " "))
    parts = [part for part in (kind, "/".join(term.names)) if part] or ["weapons"]
    if term.calibre_mm is not None:
        parts.append(f"of {bounds(term.calibre_mm, 'mm', 1.0)}")
    if term.range_m is not None:
        parts.append(f"with a range of {bounds(term.range_m, 'km', 1000.0)}")
    return " ".join(parts)


def bounds(limits: Bounds, unit: str, scale: float) -> str:
    """Limits on a number in words.

    >>> bounds(Bounds(over=100.0), "mm", 1.0), bounds(Bounds(at_least=82.0, under=100.0), "mm", 1.0)
    ('more than 100 mm (100 mm itself is free)', '82 mm and more and less than 100 mm')
    """
    if limits.at_least is not None and limits.at_least == limits.up_to:
        return f"exactly {_figure(limits.at_least, unit, scale)}"
    told = []
    if limits.over is not None:
        told.append(
            f"more than {_figure(limits.over, unit, scale)} ({_figure(limits.over, unit, scale)} itself is free)"
        )
    if limits.at_least is not None:
        told.append(f"{_figure(limits.at_least, unit, scale)} and more")
    if limits.up_to is not None:
        told.append(f"{_figure(limits.up_to, unit, scale)} and less")
    if limits.under is not None:
        told.append(f"less than {_figure(limits.under, unit, scale)}")
    return " and ".join(told)


def _figure(value: float, unit: str, scale: float) -> str:
    return f"{value / scale:g} {unit}"


def length(metres: float) -> str:
    """A length as a text would write it.

    >>> length(25_000.0), length(500.0)
    ('25 km', '500 m')
    """
    return f"{metres / 1000:g} km" if metres >= 1000.0 else f"{metres:g} m"


def place(where: Where) -> str:
    """Where a norm binds, as the end of a sentence.

    >>> from truceline.model import InBand
    >>> place(InBand((("each", "contact-line"),), 0.0, 25_000.0))
    'within 25 km of the line contact-line, on its own side'
    >>> place(AllOf((AnyOf((InZone("a"), InZone("b"))), InZone("c"))))
    '(in a or in b) and at the same time in c'
    """
    match where:
        case Outside(of):
            return f"anywhere except {_part(of)}"
        case AllOf(parts):
            return joined([_part(part) for part in parts] if len(parts) > 1 else [place(parts[0])], _TOGETHER)
        case AnyOf(parts):
            return joined([_part(part) for part in parts] if len(parts) > 1 else [place(parts[0])], "or")
        case _:
            return _one_place(where)


def out_of(where: Where) -> str:
    """What a withdrawal leaves empty, as the end of a sentence.

    >>> out_of(InBand((("each", "contact-line"),), 0.0, 25_000.0)), out_of(AnyOf((InZone("a"), InZone("b"))))
    ('out of the strip within 25 km of the line contact-line, on its own side', 'out of a and out of b')
    """
    match where:
        case AnyOf(parts) if all(isinstance(part, InZone | InBand | InCorridor) for part in parts):
            return joined([out_of(part) for part in parts], "and")
        case Outside(of):
            return f"out of every place except {_part(of)}"
        case InZone(zone, within_m):
            return f"out of {zone}" + (f" and of all within {length(within_m)} of it" if within_m else "")
        case InBand():
            return f"out of the strip {_one_place(where).replace('or anywhere beyond', 'and of everything beyond')}"
        case InCorridor():
            return f"out of {_one_place(where).removeprefix('in ')}"
        case _:
            return f"out of all that lies {place(where)}"


def _part(where: Where) -> str:
    """A place inside another one, in brackets where its words could be read as the other's."""
    simple = isinstance(where, Everywhere | InBand | InCorridor) or (isinstance(where, InZone) and not where.within_m)
    return place(where) if simple else f"({place(where)})"


def _one_place(where: Where) -> str:
    match where:
        case InZone(zone, within_m):
            return f"in {zone} or within {length(within_m)} of it" if within_m else f"in {zone}"
        case InBand(lines, near_m, far_m, side):
            far = f"within {length(far_m)} of" if near_m == 0 else f"between {length(near_m)} and {length(far_m)} from"
            return f"{far} {_lines(lines)}, {_SIDES[side]}"
        case InCorridor(line, width_m):
            return f"in the corridor along {line}, {length(width_m)} wide in all ({length(width_m / 2)} to either side)"
        case _:
            return "anywhere"


_SIDES = {
    Side.OWN: "on its own side",
    Side.OWN_ONLY: "on its own side",
    Side.OWN_AND_BEYOND: "on its own side, or anywhere beyond it",
    Side.OTHER: "on the other side",
    Side.BOTH: "on either side",
}


def _lines(lines: Sequence[tuple[str, str]]) -> str:
    if lines[0][0] == EACH_PARTY:
        return f"the line {lines[0][1]}"
    return "its own reference line (" + "; ".join(f"{party}: {line}" for party, line in lines) + ")"


_TOGETHER = "and at the same time"
_PER = {"moment": "at one time", "day": "on each local day", "window": "in all"}


def number(limit: CountLimit) -> str:
    """A counted limit in words.

    >>> number(CountLimit(at_most=75, per="moment", unit="tanks"))
    'at most 75 tanks at one time'
    """
    value = limit.at_most if limit.at_most is not None else limit.at_least
    sign = "at least" if limit.at_least is not None else "at most"
    figure = "(the text names no number)" if value is None else f"{sign} {value}"
    return " ".join(part for part in (figure, limit.unit, _PER[limit.per]) if part)


_ENTRIES = {
    "event": "the event",
    "done": "its completion, verified",
    "notice": "a notice",
    "order": "an order",
    "coordination": "a call to the coordination mechanism",
    "request": "a request",
    "acknowledgement": "an acknowledgement",
    "response": "a response",
    "determination": "a determination",
    "release": "a waiver",
}
_BY = {"same": "the party that acts", "other": "the other party", UNNAMED: "somebody the text does not name"}


def requirement(one: Requirement) -> str:
    """What must stand in the register or have happened, in words.

    >>> requirement(Requirement(act="offensive", by=("other",), within_s=21_600))
    'offensive by the other party seen at most 6 hours before, wherever it was'
    """
    head = f"{one.act.replace('-', ' ')}" if one.act else _ENTRIES[one.entry]
    parts = [head]
    if one.subject:
        parts.append(f"on {one.subject}")
    if one.by:
        parts.append("by " + joined([_BY.get(name, name) for name in one.by], "or"))
    if one.to:
        parts.append("to " + joined(list(one.to), "and"))
    if one.act:
        parts.append("seen")
    if one.ahead_s:
        parts.append(f"at least {duration(one.ahead_s)} before")
    if one.within_s is not None:
        parts.append(f"at most {duration(one.within_s)} before")
    return " ".join(parts) + (_nearness(one) if one.act else "")


def _nearness(one: Requirement) -> str:
    return ", wherever it was" if one.near_m is None else f", at most {length(one.near_m)} away"


def duration(seconds: int) -> str:
    """A duration in its largest whole unit.

    >>> duration(86_400), duration(5_400), duration(3_600)
    ('1 day', '90 minutes', '1 hour')
    """
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds % size == 0:
            many = seconds // size
            return f"{many} {unit}" + ("" if many == 1 else "s")
    return f"{seconds} seconds"


def joined(parts: Sequence[str], word: str) -> str:
    """Parts as a list in a sentence.

    >>> joined(["a", "b", "c"], "or")
    'a, b or c'
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"
