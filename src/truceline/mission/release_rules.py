"""Reading a mission's ``release.yaml``: who is shown what of a published finding, how coarse, and how late.

A level is a circle of readers. To each the same bytes are released at the same moment: ``parties`` are both parties,
``public`` is everybody. Places are opened to a cell of 50, 10 or 1 km, or not at all; the exact place has no level.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from truceline.ledger.disclosure import PLACE_STEPS_DEG
from truceline.mission.people import grouped, texts
from truceline.model.strict_yaml import StrictDocument, read_strict_yaml

FILE = "release.yaml"
KEYS = {
    "": ("truceline", "levels", "private_head_minutes"),
    "levels": ("after_hours", "place", "withhold"),
}
"""Every key of the file, by the part it stands in; the names of levels are free."""
FIELDS = (
    *("mission", "case", "stage", "agreement", "clause", "finding", "norm", "party", "reading", "other_readings"),
    *("result", "probability", "attribution", "because", "would_change", "trace", "revision", "review"),
    *("hypotheses", "dissents", "times", "notices", "replies", "silences", "publication", "parts", "incidents"),
    *("file", "bytes", "sha256", "tells_until"),
)
"""The fields that are sealed, at the top; ``withhold`` names none other."""
RESERVED = ("checkpoint", "stamps")
NO_PLACE = "none"
CELLS = tuple(name for name, _ in PLACE_STEPS_DEG)
"""How finely a place may be opened, the coarsest first."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_POINTER = re.compile(r"(/([^~/]|~[01])+)+")


@dataclass(frozen=True, slots=True)
class Level:
    """One circle of readers: how long after the event, how fine a place, and which fields stay closed.

    ``withhold`` are JSON pointers in which ``*`` stands for one name or number; what is below one is withheld too.
    Where a level sets none, the usual ones of the public hold; ``parties`` has none.
    """

    name: str
    after: timedelta
    place: str
    withhold: tuple[str, ...]

    def opens(self, path: str) -> bool:
        """Whether a sealed field is shown to these readers.

        >>> level = Level("public", timedelta(hours=24), "50km", ("/replies/*/words",))
        >>> [level.opens(one) for one in ("/replies/0/says", "/replies/0/words", "/incidents/3/place/10km")]
        [True, False, False]
        """
        parts = path.split("/")
        if "place" in parts:
            finer = CELLS[CELLS.index(self.place) + 1 :] if self.place in CELLS else CELLS
            if self.place == NO_PLACE or parts[-1] in (*finer, "exact"):
                return False
        return not any(_below(parts, one.split("/")) for one in self.withhold)


@dataclass(frozen=True, slots=True)
class ReleaseRules:
    """The levels, and at which interval the private log's head goes into the public one."""

    levels: tuple[Level, ...]
    private_head_s: int


DEFAULT_RULES = ReleaseRules(
    (
        Level("parties", timedelta(0), "10km", ()),
        Level("public", timedelta(hours=24), "50km", ("/replies/*/words", "/dissents")),
    ),
    3_600,
)
"""The levels of a mission that sets none."""


def load_release_rules(path: Path) -> ReleaseRules:
    """The rules in the file, or the usual ones; raises :class:`~truceline.model.AgreementFault` with line and key."""
    if not path.is_file():
        return DEFAULT_RULES
    document = read_strict_yaml(path)
    content = grouped(document, document.value, (), KEYS[""])
    if content.get("truceline") != 1 or isinstance(content["truceline"], bool):
        raise document.fault("this is not version 1 of the file's grammar", ("truceline",), example="truceline: 1")
    levels = content.get("levels")
    if levels is None:
        found = DEFAULT_RULES.levels
    elif isinstance(levels, dict) and levels:
        found = tuple(_level(document, str(name), given) for name, given in levels.items())
    else:
        raise document.fault("no level stands here", ("levels",), example="public: {after_hours: 24, place: 50km}")
    minutes = _whole(document, content, ("private_head_minutes",), DEFAULT_RULES.private_head_s // 60, 1_440)
    if minutes < 1:
        raise document.fault("an interval has a minute or more", ("private_head_minutes",), example="60")
    return ReleaseRules(found, minutes * 60)


def _level(document: StrictDocument, name: str, given: object) -> Level:
    path = ("levels", name)
    if not _NAME.fullmatch(name) or name in RESERVED:
        raise document.fault(
            f"{name!r} is no name of a level", path, do="use small letters, digits and hyphens", example="public"
        )
    content = grouped(document, given, path, KEYS["levels"])
    place = content.get("place", CELLS[0])
    if place not in (*CELLS, NO_PLACE):
        raise document.fault(
            f"a place is not opened to {place!r}: {', '.join(CELLS)} or {NO_PLACE}",
            (*path, "place"),
            do="take one of these; the exact place has no level",
            example="place: 10km",
        )
    usual = () if name == "parties" else DEFAULT_RULES.levels[1].withhold
    withhold = texts(document, content["withhold"], (*path, "withhold")) if "withhold" in content else usual
    for number, one in enumerate(withhold):
        if one.split("/")[1:2] and _POINTER.fullmatch(one) and one.split("/")[1] not in FIELDS:
            raise document.unknown("field", one.split("/")[1], FIELDS, (*path, "withhold", number))
        if not _POINTER.fullmatch(one):
            raise document.fault(
                f"{one!r} is no JSON pointer", (*path, "withhold", number), do="begin it with /", example="/dissents"
            )
    hours = _whole(document, content, (*path, "after_hours"), 24, 24 * 3_660)
    return Level(name, timedelta(hours=hours), place, withhold)


def _whole(document: StrictDocument, group: dict[str, Any], path: tuple[str, ...], usual: int, most: int) -> int:
    value = group.get(path[-1], usual)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise document.fault(
            f"{value!r} is not a whole number from 0 to {most:,}", path, do="give one", example=f"{path[-1]}: {usual}"
        )
    return value


def _below(path: list[str], pattern: list[str]) -> bool:
    return len(path) >= len(pattern) and all(want in ("*", have) for have, want in zip(path, pattern, strict=False))
