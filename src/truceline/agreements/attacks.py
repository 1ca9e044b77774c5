"""Whether an attack that a permission requires came before an incident: in time, by one of those meant, and near it.

An attack that is itself excused is none that may be answered; of one whose excuse nobody can settle, nobody can say.
Where the text sets a distance (``near``), the attack must surely have been within it; where it sets none, place is not
asked. Without a span (``within``) an attack counts from the reading's own beginning on.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from truceline.agreements.acts import ACTS
from truceline.agreements.register import is_by
from truceline.agreements.scene import Scene
from truceline.agreements.space.apart import NO_CELL, Nearness
from truceline.model import CONFIRMED, Requirement
from truceline.model.columns import Ints, Mask, Rows

MET, DOUBTFUL, OPEN, FAILED = 2, 1, 0, -1
"""How a requirement stands. Doubtful: met or not, as time, place or another's excuse has it, which nobody knows."""
EXCUSED, PERHAPS_EXCUSED, NOT_EXCUSED = 2, 1, 0
"""Whether an incident is itself excused by a permission of the one who acted."""
_SECOND_US = 1_000_000


@dataclass(frozen=True)
class Attacks:
    """The incidents that would be the attack a requirement asks for, seen from one party, were they not excused.

    In the order in which they had surely begun, so that an incident is judged after all that came before it.
    """

    requirement: Requirement
    rows: Rows
    first_us: Ints
    last_us: Ints
    open_start: Mask
    """Those of which nobody knows whether they came before the moment from which attacks count."""
    nearness: Nearness | None
    """How near all incidents lie to one another, if the text sets a distance."""
    own: Mask
    """Which of all incidents are the party's own: only these can be its answers."""

    @property
    def ahead_us(self) -> int:
        """How long before an incident the attack must have come, at the least."""
        return self.requirement.ahead_s * _SECOND_US

    @property
    def within_us(self) -> int | None:
        """And at the most; ``None`` where the text sets no span."""
        return None if self.requirement.within_s is None else self.requirement.within_s * _SECOND_US

    def standing(self, asked: Rows, start_us: Ints, latest_us: Ints, excuse: Ints) -> Ints:
        """How the requirement stands for each of some incidents, given which incidents are excused themselves."""
        own = excuse[self.rows]
        plain = (own == NOT_EXCUSED) & ~self.open_start
        if self.nearness is not None:
            return self._near(asked, start_us, latest_us, own)
        surely = self._in_time(start_us, latest_us, np.flatnonzero(plain))
        perhaps = self._in_time(start_us, latest_us, np.flatnonzero(own != EXCUSED))
        return np.maximum(surely, np.minimum(perhaps, DOUBTFUL))

    def _in_time(self, start_us: Ints, latest_us: Ints, which: Rows) -> Ints:
        """The same for some of the attacks, wherever they were: all incidents at once."""
        first, last = self.first_us[which], self.last_us[which]
        # of all that had surely begun by then, the one that can have begun the least long before
        reached = np.maximum.accumulate(first) if len(first) else first
        place = np.searchsorted(last, start_us - self.ahead_us, side="right" if self.ahead_us else "left")
        status: Ints = np.where(place > 0, MET, OPEN)
        if self.within_us is not None and len(first):
            until = reached[np.maximum(place - 1, 0)] + self.within_us
            status[(status == MET) & (latest_us > until)] = DOUBTFUL
            status[start_us > until] = OPEN
        return status

    def _near(self, asked: Rows, start_us: Ints, latest_us: Ints, own: Ints) -> Ints:
        """The same where the text sets a distance: each incident against the attacks shortly before it."""
        before = Before(self)
        for place, excuse in enumerate(own.tolist()):
            before.add(place, excuse)
        status = np.full(len(asked), OPEN, dtype=np.int64)
        for place in np.flatnonzero(self.own[asked]).tolist():
            status[place] = before.standing(int(asked[place]), int(start_us[place]), int(latest_us[place]))
        return status


def attacks(requirement: Requirement, party: str, scene: Scene) -> Attacks:
    """The attacks a requirement asks for, by anybody meant, confirmed and surely at least one."""
    incidents, latest_us = scene.incidents, scene.latest_us
    shows = incidents.phenomenon.among([str(one) for one in ACTS[requirement.act].shown_by])
    by = np.asarray([is_by(name, requirement.by, party, scene.parties) for name in incidents.party.names], dtype=bool)
    wanted = shows & by[incidents.party.codes] & scene.grades.equal(CONFIRMED) & (incidents.count_low > 0)
    # without a span the reading's beginning is as far back as anybody looks, whatever other readings begin with
    since_us = scene.since_us if requirement.within_s is None else np.iinfo(np.int64).min
    rows = np.flatnonzero(wanted & (latest_us >= since_us))
    rows = rows[np.argsort(latest_us[rows], kind="stable")]
    first = incidents.start_us[rows]
    nearness = scene.nearness(requirement.near_m) if requirement.near_m is not None else None
    own = incidents.party.equal(party)
    return Attacks(requirement, rows, first, latest_us[rows], first < since_us, nearness, own)


class Before:
    """Attacks as they come to be known, in their order: how the requirement stands for one incident after another."""

    def __init__(self, attacks: Attacks) -> None:
        """None has come yet."""
        self._attacks = attacks
        self._surely, self._perhaps = _Come(), _Come()
        self._rows = attacks.rows.tolist()
        self._first, self._last = attacks.first_us.tolist(), attacks.last_us.tolist()
        self._surely_by_cell: dict[int, list[int]] = {}
        self._perhaps_by_cell: dict[int, list[int]] = {}

    def add(self, place: int, excuse: int) -> None:
        """The next of the attacks, by its place among them, which is excused itself, perhaps, or not."""
        if excuse == EXCUSED:
            return
        plain = excuse == NOT_EXCUSED and not self._attacks.open_start[place]
        row, moments = self._rows[place], (self._first[place], self._last[place])
        come = self._surely if plain else self._perhaps
        come.add(row, *moments)
        nearness = self._attacks.nearness
        if nearness is not None:  # told to every cell it may be near, so that each is asked once
            by_cell = self._surely_by_cell if plain else self._perhaps_by_cell
            for cell in nearness.around(nearness.cells[row]):
                by_cell.setdefault(cell, []).append(len(come.rows) - 1)

    def standing(self, row: int, start_us: int, latest_us: int) -> int:
        """How the requirement stands for an incident, given the attacks so far."""
        surely = self._judged(self._surely, self._surely_by_cell, row, start_us, latest_us)
        if surely != OPEN or not self._perhaps.rows:  # of those that perhaps count, none makes it more than doubtful
            return surely
        perhaps = self._judged(self._perhaps, self._perhaps_by_cell, row, start_us, latest_us)
        return min(perhaps, DOUBTFUL)

    def _judged(self, come: _Come, by_cell: dict[int, list[int]], row: int, start_us: int, latest_us: int) -> int:
        nearness = self._attacks.nearness
        if nearness is None:
            return self._anywhere(come, start_us, latest_us)
        begin = 0 if self._attacks.within_us is None else bisect_left(come.reached, start_us - self._attacks.within_us)
        end, cell = come.by(start_us, self._attacks.ahead_us), nearness.cells[row]
        known: Sequence[Sequence[int]] = (range(len(come.rows)),)
        if cell != NO_CELL:
            known = (by_cell.get(cell, ()), by_cell.get(NO_CELL, ()))
        found = OPEN
        for places in known:
            among = range(bisect_left(places, begin), bisect_left(places, end))
            found = max(
                found, self._near(come, nearness, map(places.__getitem__, reversed(among)), row, start_us, latest_us)
            )
            if found == MET:
                break
        return found

    def _anywhere(self, come: _Come, start_us: int, latest_us: int) -> int:
        """Wherever the attacks were."""
        number, within = come.by(start_us, self._attacks.ahead_us), self._attacks.within_us
        if number == 0 or within is None:
            return MET if number else OPEN
        until = come.reached[number - 1] + within
        return MET if latest_us <= until else DOUBTFUL if start_us <= until else OPEN

    def _near(
        self, come: _Come, nearness: Nearness, places: Iterable[int], row: int, start_us: int, latest_us: int
    ) -> int:
        """Those near it, the latest first; among those that perhaps count one is enough that may be near."""
        enough = DOUBTFUL if come is self._perhaps else MET
        within, found = self._attacks.within_us, OPEN
        for place in places:
            late = None if within is None else come.first[place] + within
            if late is not None and start_us > late:
                continue
            surely, perhaps = nearness.near(row, come.rows[place])
            if surely and (late is None or latest_us <= late):
                return MET
            found = DOUBTFUL if perhaps else found
            if found == enough:
                break
        return found


@dataclass
class _Come:
    """Attacks that have come: which, when each began and surely had, and the latest first moment of all so far."""

    rows: list[int] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    reached: list[int] = field(default_factory=list)

    def add(self, row: int, first_us: int, last_us: int) -> None:
        self.rows.append(row)
        self.first.append(first_us)
        self.last.append(last_us)
        self.reached.append(max(first_us, self.reached[-1]) if self.reached else first_us)

    def by(self, start_us: int, ahead_us: int) -> int:
        """How many had surely begun so long before a moment; what began at that moment came no earlier."""
        side = bisect_right if ahead_us else bisect_left
        return side(self.last, start_us - ahead_us)
