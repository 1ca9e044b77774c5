"""How far apart two lines of two logs may be and still tell of one thing, and which words may mean the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from truceline.model import Phenomenon, UsageFault
from truceline.model.columns import Floats

LONGEST_TIME_S = 86_400.0
FARTHEST_M = 100_000.0

_FIRE = (
    *(Phenomenon.EXPLOSION, Phenomenon.PROJECTILE, Phenomenon.MUZZLE_FLASH),
    *(Phenomenon.BURST, Phenomenon.SHOT, Phenomenon.FIRE_AT_UAV, Phenomenon.VIOLENT_EVENT),
)
_NEIGHBOURS = (
    (Phenomenon.EXPLOSION, Phenomenon.PROJECTILE, Phenomenon.MUZZLE_FLASH),
    (Phenomenon.BURST, Phenomenon.SHOT, Phenomenon.FIRE_AT_UAV),
    (Phenomenon.PROJECTILE, Phenomenon.FLARE),
    (Phenomenon.AIR_ALARM, Phenomenon.ROCKET_ALERT, Phenomenon.AIRCRAFT_ALERT),
    (Phenomenon.VIOLENT_EVENT, Phenomenon.CASUALTY),
)
_ALERTS = (
    *(Phenomenon.AIR_ALARM, Phenomenon.ROCKET_ALERT, Phenomenon.AIRCRAFT_ALERT),
    *(Phenomenon.INFILTRATION_ALERT, Phenomenon.WARNING),
)
ANOTHER_WORD, NEIGHBOUR, KIN = 0.25, 0.5, 1.0


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How near two lines must be to be held against each other.

    ``time_s``: largest distance of their starts, in seconds. ``place_m``: largest distance of their positions beyond
    both 95 % radii, in metres. ``alike_s``: up to here two starts are called the same. ``parts_of_area``: two different
    named places of one area, neither with a position, may be one place. All inclusive. Raises :class:`UsageFault` for
    what is negative, no number or beyond :data:`LONGEST_TIME_S` and :data:`FARTHEST_M`, and where ``alike_s`` is longer
    than ``time_s``.

    >>> Tolerances(time_s=300, place_m=1000)
    Tolerances(time_s=300, place_m=1000, alike_s=60.0, parts_of_area=False)
    """

    time_s: float = 900.0
    place_m: float = 5_000.0
    alike_s: float = 60.0
    parts_of_area: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no distance."""
        most = (("time_s", self.time_s, LONGEST_TIME_S), ("place_m", self.place_m, FARTHEST_M))
        for name, value, highest in (*most, ("alike_s", self.alike_s, LONGEST_TIME_S)):
            if not 0.0 <= value <= highest:
                raise UsageFault(
                    f"a tolerance of {value:g}", where=name, do=f"give a number from 0 to {highest:,.0f}", example="900"
                )
        if self.alike_s > self.time_s:
            raise UsageFault(
                f"starts {self.alike_s:g} s apart would be the same, and {self.time_s:g} s apart no match",
                where="alike_s",
                do="give no more than the tolerance in time",
                example="60",
            )


def kinship(first: str, second: str) -> float | None:
    """How far apart two words for what was observed are: 0 the same, up to 1; ``None`` when they cannot be one thing.

    ``violent-event`` is what an incident log writes for any fire ("shelling"). Neighbours are what one event may show
    as, such as the flash, the projectile and the explosion. An explosion and a burst are the farthest that still match.

    >>> kinship("explosion", "violent-event"), kinship("explosion", "burst"), kinship("explosion", "air-alarm")
    (0.25, 1.0, None)
    """
    both = {first, second}
    if len(both) == 1:
        return 0.0
    if Phenomenon.VIOLENT_EVENT in both and both <= set(_FIRE):
        return ANOTHER_WORD
    if any(both <= set(words) for words in _NEIGHBOURS):
        return NEIGHBOUR
    return KIN if both <= set(_FIRE) or both <= set(_ALERTS) else None


def kinships(first: Sequence[str], second: Sequence[str]) -> Floats:
    """:func:`kinship` of every word with every other; infinite where there is none."""
    found = [[kinship(one, other) for other in second] for one in first]
    table = np.array([[np.inf if one is None else one for one in row] for row in found], dtype=np.float64)
    return table.reshape(len(first), len(second))
