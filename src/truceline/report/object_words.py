"""What an act concerns, in the reader's words: weapons by class, calibre and range, targets, lengths and durations."""

from __future__ import annotations

from babel import units

from truceline.model import Bounds, ObjectTerm, WeaponTerm
from truceline.report.agreement_words import DEEDS
from truceline.report.language import Tongue, msgid
from truceline.report.words import ACTS, TARGETS, WEAPONS, word

DAY_S, HOUR_S, MINUTE_S = 86_400, 3_600, 60


def act_words(tongue: Tongue, act: str) -> str:
    """An act or a deed in the language."""
    return word(tongue, {**DEEDS, **ACTS}, act)


def object_words(tongue: Tongue, term: ObjectTerm) -> tuple[str, ...]:
    """Each class of weapons and each target of an object; nothing when it is open."""
    weapons = tuple(_weapon(tongue, weapon) for weapon in term.weapons)
    return (*weapons, *(word(tongue, TARGETS, target) for target in term.targets))


def _weapon(tongue: Tongue, term: WeaponTerm) -> str:
    name = word(tongue, WEAPONS, term.weapon) if term.weapon else ""
    reach = _bounds(tongue, term.range_m, "")
    parts = (
        name,
        _bounds(tongue, term.calibre_mm, "length-millimeter"),
        tongue.say(msgid("range {limits}"), limits=reach) if reach else "",
        " / ".join(term.names),
    )
    return ", ".join(part for part in parts if part)


def _bounds(tongue: Tongue, bounds: Bounds | None, unit: str) -> str:
    """Limits in words: more than 100 mm leaves 100 mm free, 100 mm and more does not."""
    if bounds is None:
        return ""
    if bounds.at_least is not None and bounds.at_least == bounds.up_to:
        return _amount(tongue, bounds.at_least, unit)
    limits = (
        (msgid("more than {amount}"), bounds.over),
        (msgid("{amount} and more"), bounds.at_least),
        (msgid("{amount} at most"), bounds.up_to),
        (msgid("less than {amount}"), bounds.under),
    )
    amounts = ((words, _amount(tongue, limit, unit)) for words, limit in limits if limit is not None)
    return ", ".join(tongue.say(words, amount=amount) for words, amount in amounts)


def _amount(tongue: Tongue, limit: float, unit: str) -> str:
    return measure(tongue, limit, unit) if unit else distance(tongue, limit)


def measure(tongue: Tongue, value: float, unit: str, length: str = "short") -> str:
    """A figure with its unit as the language writes it."""
    return str(units.format_unit(value, unit, length, locale=tongue.locale))  # type: ignore[arg-type]


def distance(tongue: Tongue, metres: float) -> str:
    """A distance in metres below one kilometre, else in kilometres."""
    if abs(metres) < 1000.0:
        return measure(tongue, metres, "length-meter")
    return measure(tongue, metres / 1000.0, "length-kilometer")


def span(tongue: Tongue, seconds: int) -> str:
    """A duration in days, hours, minutes and seconds; nothing for none.

    >>> from zoneinfo import ZoneInfo
    >>> span(Tongue("en", ZoneInfo("UTC")), 14 * 86_400 + 3_600)
    '14 days 1 hour'
    """
    sizes = (("day", DAY_S), ("hour", HOUR_S), ("minute", MINUTE_S), ("second", 1))
    parts, left = [], seconds
    for name, size in sizes:
        whole, left = divmod(left, size)
        if whole:
            parts.append(measure(tongue, whole, f"duration-{name}", "long"))
    return " ".join(parts)


def rough_span(tongue: Tongue, seconds: float) -> str:
    """A duration in whole days and hours, or below a day in hours and minutes, cut and not rounded.

    >>> from zoneinfo import ZoneInfo
    >>> rough_span(Tongue("en", ZoneInfo("UTC")), 2 * 86_400 + 3_700.5)
    '2 days 1 hour'
    """
    whole = int(seconds)
    step = HOUR_S if whole >= DAY_S else MINUTE_S
    return span(tongue, whole - whole % step) or span(tongue, MINUTE_S)
