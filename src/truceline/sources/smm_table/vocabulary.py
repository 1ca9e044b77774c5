"""The table's own words for columns, means, observations and weapons, and what they are in Truceline."""

from __future__ import annotations

import difflib
import re

from truceline.model import Armament, Means, Phenomenon, ValueFault, Weapon, armament, calibre_in, weapon_named
from truceline.sources.smm_table.bearings import WIND, short_names

COLUMNS: dict[str, tuple[str, ...]] = {
    "position": ("SMM position", "Position", "Observer position", "Location of SMM", "Monitoring position"),
    "location": ("Event location", "Location of event", "Location", "Event location (from the position)"),
    "means": ("Means", "Means of observation", "Observed by"),
    "number": ("No.", "No", "Number", "Count", "Nr.", "#"),
    "observation": ("Observation", "Observed", "Event", "Type"),
    "description": ("Description", "Details", "Desc."),
    "weapon": ("Weapon", "Weapon type", "Weapons"),
    "date": ("Date", "Day", "Event date", "Date of event"),
    "time": ("Date, time", "Date/time", "Date, Time", "Date and time", "Datetime", "Time", "Hour", "Time of event"),
    "context": ("Context", "Remarks", "Comment", "Note"),
}
"""What the columns are called; the first name of each is the usual one. ``context`` may be absent.

A ``date`` beside the ``time`` is joined with it; one of the two is enough.
"""

_MEANS = {
    "saw": Means.SAW,
    "seen": Means.SAW,
    "observed": Means.SAW,
    "heard": Means.HEARD,
    "recorded": Means.RECORDED,
    "detected": Means.DETECTED,
    "assessed": Means.REPORTED,
    "reported": Means.REPORTED,
}
_OBSERVATIONS = (
    ("muzzle flash", Phenomenon.MUZZLE_FLASH),
    ("illumination flare", Phenomenon.FLARE),
    ("flare", Phenomenon.FLARE),
    ("explosion", Phenomenon.EXPLOSION),
    ("airburst", Phenomenon.EXPLOSION),
    ("burst", Phenomenon.BURST),
    ("projectile", Phenomenon.PROJECTILE),
    ("tracer", Phenomenon.PROJECTILE),
    ("shot", Phenomenon.SHOT),
)
_WEAPONS = (
    (r"heavy machine[ -]gun|\bhmg\b", Weapon.HEAVY_MACHINE_GUN),
    (r"automatic grenade launcher|\bagl\b|\bags-17\b", Weapon.AUTOMATIC_GRENADE_LAUNCHER),
    (r"\bifv\b|infantry fighting vehicle|\bbmp-?\d?\b", Weapon.INFANTRY_FIGHTING_VEHICLE),
    (r"\bspg-?9\b|recoilless", Weapon.RECOILLESS_GUN),
    (r"\bmlrs\b|multiple launch rocket|\bgrad\b|\buragan\b|\bsmerch\b", Weapon.MLRS),
    (r"anti-?aircraft(?! (?:guided )?missile)|\bzu-?23\b", Weapon.ANTI_AIRCRAFT_GUN),
    (r"anti-?aircraft (?:guided )?missile|\bsurface[- ]to[- ]air\b", Weapon.ANTI_AIRCRAFT_MISSILE),
    (r"\bmortar", Weapon.MORTAR),
    (r"\bartillery\b|\bhowitzer", Weapon.ARTILLERY),
    (r"(?<!anti[-\s‐-–])\btanks?\b", Weapon.TANK),
    (r"\batgm\b|\banti[-\s‐-–]?tank (?:guided\b|missile)", Weapon.ANTI_TANK_MISSILE),
    (r"\bmissile", Weapon.MISSILE),
    (r"\bhelicopter", Weapon.HELICOPTER),
    (r"\buavs?\b|\bdrone", Weapon.UAV),
    (r"small[ -]arms?|\brifle|\blight machine[ -]gun", Weapon.SMALL_ARMS),
)
_OF_A_KIND = frozenset({Weapon.ANTI_TANK_MISSILE, Weapon.ANTI_AIRCRAFT_MISSILE})
_EXERCISE = re.compile(r"live[ -]fire|training exercise", re.IGNORECASE)
_FLIGHT = re.compile(rf"{WIND.pattern}(?:\s+to\s+(?:the\s+)?|\s*[-–]\s*){WIND.pattern}", re.IGNORECASE)
_FROM, _TO, _DIRECTION = (re.compile(rf"\b{word}\b", re.IGNORECASE) for word in ("from", "to", "direction"))
_OUTAGE = re.compile(
    r"\b(?:(?:not|non)[ -]*(?:fully )?operational|not functioning|inoperative|out of order|offline|no power)\b",
    re.IGNORECASE,
)


def read_means(text: str) -> Means:
    """How the observer knew; what was seen as well as heard was seen. An assessment is no perception: ``reported``.

    >>> read_means("Saw and heard"), read_means("Assessed")
    (<Means.SAW: 'saw'>, <Means.REPORTED: 'reported'>)
    """
    found = {_MEANS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _MEANS}
    for means in Means:
        if means in found:
            return means
    raise _unknown("means", text, tuple(_MEANS))


def read_observation(text: str) -> Phenomenon:
    """What was observed; "undetermined explosion" is an explosion and its doubt stays in the words."""
    found = _phenomenon(text)
    if found is None:
        raise _unknown("observation", text, tuple(word for word, _ in _OBSERVATIONS))
    return found


def is_observation(text: str) -> bool:
    """Whether the words name something that can be observed.

    >>> is_observation("Undetermined explosion"), is_observation("Camera not operational")
    (True, False)
    """
    return _phenomenon(text) is not None


def _phenomenon(text: str) -> Phenomenon | None:
    lowered = text.lower()
    return next((what for word, what in _OBSERVATIONS if re.search(rf"\b{word}(?:s|es)?\b", lowered)), None)


def read_weapon(text: str) -> Weapon | None:
    """The weapon class, ``None`` for N/K and for words of no class; the words themselves are kept elsewhere.

    >>> read_weapon("82mm mortar"), read_weapon("N/K"), read_weapon("anti-tank gun")
    (<Weapon.MORTAR: 'mortar'>, None, None)
    """
    found = _classes(text)
    return found.pop() if len(found) == 1 else None


def read_armament(text: str) -> Armament:
    """Class, calibre and named system; nothing of it where the words name weapons of several classes.

    >>> read_armament("MLRS (BM-21 Grad)")
    Armament(weapon=<Weapon.MLRS: 'mlrs'>, calibre_mm=122.0, name='BM-21', conflict=False)
    >>> read_armament("120mm mortar and small arms") == Armament()
    True
    """
    if len(_classes(text)) > 1:
        return Armament()
    return armament(read_weapon(text), calibre_in(text), weapon_named(text))


def _classes(text: str) -> set[Weapon]:
    lowered = text.lower()
    found = {weapon for pattern, weapon in _WEAPONS if re.search(pattern, lowered)}
    return found - {Weapon.MISSILE} if found & _OF_A_KIND else found


def read_direction(description: str) -> tuple[str, bool]:
    """The direction of fire in the description, and whether words that speak of one could not be read.

    >>> read_direction("In flight from w to E"), read_direction("vertical flight"), read_direction("from left to right")
    (('W to E', False), ('vertical', False), ('', True))
    >>> read_direction("from south-west to north-east"), read_direction("assessed to be an impact")
    (('SW to NE', False), ('', False))
    """
    if flight := _FLIGHT.search(short_names(description)):
        return f"{flight[1].upper()} to {flight[2].upper()}", False
    lowered = description.lower()
    for word in ("vertical", "outgoing", "incoming"):
        if word in lowered:
            return word, False
    _, *after = _FROM.split(description, maxsplit=1)
    return "", bool((after and _TO.search(after[0])) or _DIRECTION.search(description))


def is_exercise(words: str) -> bool:
    """Whether the words speak of a live-fire exercise."""
    return bool(_EXERCISE.search(words))


def is_outage(words: str) -> bool:
    """Whether the words say that a camera did not work.

    >>> is_outage("SMM camera at Shyrokyne was not operational"), is_outage("Explosion")
    (True, False)
    """
    return bool(_OUTAGE.search(words))


def before_outage(words: str) -> str:
    """The camera a sentence about an outage is about: what stands before "was not operational"."""
    head = " ".join(_OUTAGE.split(words, maxsplit=1)[0].split())
    return re.sub(r"\s*[-,:;(]?\s*(?:\b(?:was|were|is|are|has been|had been|remained))?\s*$", "", head).strip()


def after_outage(words: str) -> str:
    """What a sentence about an outage says after "was not operational": often since or until when."""
    rest = _OUTAGE.split(words, maxsplit=1)[-1]
    return re.sub(r"\b(?:due to|because of)\b.*$", "", rest).strip(" .,;()")


def _unknown(what: str, text: str, known: tuple[str, ...]) -> ValueFault:
    near = difflib.get_close_matches(text.lower(), known, n=1)
    return ValueFault(
        f"{what} {text!r} is not known",
        do=f"did you mean {near[0]!r}?" if near else f"use one of: {', '.join(known)}",
        example=known[0],
    )
