"""Step 6 of the protocol: whether a permission excepts an incident from a norm.

A permission names what must hold for it: an order, a notice so long ahead, an offensive action of the other side
shortly before, the coordination mechanism tried. Each requirement stands ``met``, ``failed`` or ``open`` for each
incident. Where all are met, the incident is set aside as excepted. Where the party claims the exception and no
requirement has failed, nobody can say yet, and the incident accuses nobody. Where nobody claims it, an open
requirement excuses nothing.

Of several permissions for one norm the one that goes before the others governs the incidents in its scope, whether or
not it excuses them: an order of rules is never settled by which of them is kinder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

import numpy as np

from truceline.agreements.acts import ACTS
from truceline.agreements.attacks import DOUBTFUL, FAILED, MET, OPEN
from truceline.agreements.inside_windows import inside_awake
from truceline.agreements.objects import of_object
from truceline.agreements.places import Geography
from truceline.agreements.register import SAME, UNNAMED, is_by, standing_for, subjects
from truceline.agreements.scene import Scene
from truceline.model import (
    IncidentTable,
    Interval,
    InZone,
    Norm,
    RegisterEntry,
    RegisterKind,
    Requirement,
    Standing,
    TimeSense,
    microseconds,
)
from truceline.model.columns import Ints, Mask, Rows

_LASTING = frozenset(
    {
        RegisterKind.EVENT,
        RegisterKind.DONE,
        RegisterKind.ACKNOWLEDGEMENT,
        RegisterKind.DETERMINATION,
        RegisterKind.RELEASE,
    }
)
"""What holds from then on. An order, a notice or a call speaks only of what it names."""

_SECOND_US = 1_000_000
_NO_ROWS: Rows = np.zeros(0, dtype=np.intp)
_WIDEST_CLAIM = timedelta(hours=24)
"""A party must say what it claims an exception for: a claim on a longer span names no incident."""
_A_CLAIM = Requirement(entry=RegisterKind.CLAIM.value, by=(SAME,))
"""What a permitted deed without conditions of its own still needs: fire is no self-defence that nobody says it is."""


@dataclass(frozen=True)
class Excused:
    """Per incident, were it this party's: excepted, or claimed to be and not refuted; and by which permission.

    ``by`` is the place in ``names`` of the permission that governs the incident, -1 where none does.
    """

    excepted: Mask
    claimed: Mask
    by: Ints
    names: tuple[str, ...]
    near: tuple[tuple[str, float | None], ...] = ()
    """How near the attacks must have been that a permission requires, in metres; ``None`` where the text is silent."""

    def take(self, rows: Rows) -> Excused:
        """Some of the incidents."""
        return replace(self, excepted=self.excepted[rows], claimed=self.claimed[rows], by=self.by[rows])


def excused_by_nothing(number: int, names: tuple[str, ...] = ()) -> Excused:
    """The answer where none of the named permissions excepts from the norm."""
    nobody = np.zeros(number, dtype=bool)
    return Excused(nobody, nobody, np.full(number, -1, dtype=np.int64), names)


@dataclass(frozen=True)
class Permission:
    """A permission with the window in which it holds for the party; ``None`` when it does not hold."""

    norm: Norm
    window: Interval | None
    suspended: tuple[Interval, ...] = ()


def governing_order(permits: Sequence[Norm]) -> tuple[Norm, ...]:
    """Permissions with those that go before others first; otherwise in the order of the text."""
    left, ordered = list(permits), []
    while left:
        first = next(
            (one for one in left if not any(one.id in other.overrides for other in left if other is not one)), left[0]
        )
        ordered.append(first)
        left = [one for one in left if one is not first]
    return tuple(ordered)


@dataclass(frozen=True)
class Sights:
    """The incidents that bear on the norm, and where each stands in the table the geography measures, and among all."""

    incidents: IncidentTable
    rows: Rows
    known: Rows

    @cached_property
    def latest_us(self) -> Ints:
        """The latest moment at which each can have begun."""
        found: Ints = np.where(self.incidents.sometime, self.incidents.end_us, self.incidents.start_us)
        return found

    def named(self, number: int) -> Rows:
        """The incident of an id, looked up."""
        ids, order = self._ids
        wanted = np.uint64(number)
        return order[np.searchsorted(ids, wanted, "left") : np.searchsorted(ids, wanted, "right")]

    def began(self, first_us: int | None, last_us: int | None) -> Rows:
        """Those that began, at the earliest, from one moment to another, both of them in."""
        starts, order = self._starts
        left = 0 if first_us is None else int(np.searchsorted(starts, first_us, "left"))
        right = len(starts) if last_us is None else int(np.searchsorted(starts, last_us, "right"))
        return order[left:right]

    @cached_property
    def _ids(self) -> tuple[np.ndarray, Rows]:
        order = np.argsort(self.incidents.id, kind="stable")
        return self.incidents.id[order], order

    @cached_property
    def _starts(self) -> tuple[Ints, Rows]:
        order = np.argsort(self.incidents.start_us, kind="stable")
        return self.incidents.start_us[order], order


def excused(standings: Sequence[Standings], permissions: Sequence[Permission], acts: Sequence[Ints]) -> Excused:
    """How the permissions for a norm, in their order, stand to some incidents, were these the party's.

    ``acts`` says for each permission how the attacks stand that it requires; its entries stand in ``standings``.
    """
    number = len(standings[0].surely) if standings else 0
    near = tuple((one.norm.id, asked.near_m) for one in permissions for asked in attacks_asked(one))
    result = replace(excused_by_nothing(number, tuple(one.norm.id for one in permissions)), near=near)
    doubt = np.zeros(number, dtype=bool)
    for place, (permission, found, of_acts) in enumerate(zip(permissions, standings, acts, strict=True)):
        if permission.window is None:
            continue
        free = result.by < 0
        status = np.minimum(found.entries, of_acts)
        applies = found.surely & (status == MET)
        pending = found.perhaps & ~applies & (status != FAILED) & (found.claimed | (status >= DOUBTFUL))
        governs = free & (found.surely | pending)
        result = replace(
            result,
            excepted=result.excepted | (governs & applies & ~doubt),
            claimed=result.claimed | (governs & (pending | (applies & doubt))),
            by=np.where(governs, place, result.by),
        )
        # where one that goes before may govern and would not excuse, nobody can say that a later one does
        doubt |= free & ~governs & found.perhaps
    return result


@dataclass(frozen=True)
class Standings:
    """How one permission stands to some incidents, but for the attacks it requires.

    ``surely`` and ``perhaps``: which it speaks of, and may; ``entries`` how the worst of its other requirements stands;
    ``claimed`` for which the party claims it.
    """

    surely: Mask
    perhaps: Mask
    entries: Ints
    claimed: Mask


def standings(
    norm: Norm, permission: Permission, scene: Scene, sights: Sights, geography: Geography, party: str
) -> Standings:
    """How a permission from a norm stands to some incidents, were these the party's."""
    asked = _Asked(permission, scene, sights, geography, party)
    return Standings(*asked.scope(norm), asked.entries(), asked.claimed())


def attacks_asked(permission: Permission) -> tuple[Requirement, ...]:
    """What a permission requires of what was seen."""
    return tuple(one for one in permission.norm.requires if one.act)


@dataclass(frozen=True)
class _Asked:
    """One permission held against some incidents."""

    permission: Permission
    scene: Scene
    sights: Sights
    geography: Geography
    party: str

    @property
    def incidents(self) -> IncidentTable:
        return self.sights.incidents

    @property
    def rows(self) -> Rows:
        return self.sights.rows

    def scope(self, norm: Norm) -> tuple[Mask, Mask]:
        """Which incidents the permission surely speaks of, and which it may."""
        permit = self.permission.norm
        act = ACTS.get(permit.act)
        shown = spoken = np.ones(len(self.rows), dtype=bool)
        if act is not None and permit.act != norm.act:
            shown = self.incidents.phenomenon.among([str(one) for one in act.shown_by])
            spoken = shown | self.incidents.phenomenon.among([str(one) for one in act.threatened_by])
        concerned = of_object(self.incidents, permit.object)
        place = self.geography.inside(permit.where, self.party).take(self.rows)
        window = self.permission.window
        time = inside_awake(self.incidents, window, self.permission.suspended) if window else None
        began = time.probability if time else np.zeros(len(self.rows))
        threshold = self.scene.breach_probability
        surely = shown & concerned.surely & (place.at_least >= threshold) & (began >= threshold)
        away = place.at_most < 1.0 - threshold
        return surely, spoken & concerned.perhaps & ~away & (began > 0.0)

    def entries(self) -> Ints:
        """How the worst of the requirements stands that ask for an entry of the register, per incident."""
        permit = self.permission.norm
        status = np.full(len(self.rows), MET, dtype=np.int64)
        for requirement in permit.requires or (() if permit.act in ACTS else (_A_CLAIM,)):
            if not requirement.act:
                status = np.minimum(status, self._of_entries(requirement))
        return status

    def claimed(self) -> Mask:
        """Which incidents the party claims the exception for; one that somebody established to be false is no claim.

        Where one body established that the claim is true and another that it is false, it is open.
        """
        found, denied, verified = (np.zeros(len(self.rows), dtype=bool) for _ in range(3))
        for entry in self.scene.entries(RegisterKind.CLAIM.value, self._names):
            if entry.by == self.party:
                standing = standing_for(entry, self.party)
                stands = {Standing.DENIED: denied, Standing.VERIFIED: verified}.get(standing, found)
                stands[self._spoken_of(entry, Requirement())[0]] = True
        return verified | (found & ~denied) | self._found_by_somebody()

    def _found_by_somebody(self) -> Mask:
        """Where the text leaves open who must meet a requirement, and somebody did: neither met nor refuted."""
        found = np.zeros(len(self.rows), dtype=bool)
        for requirement in self.permission.norm.requires:
            if requirement.by == (UNNAMED,):
                found |= self._of_entries(replace(requirement, by=())) >= DOUBTFUL
        return found

    @property
    def _names(self) -> tuple[str, ...]:
        return subjects(self.permission.norm.id, self.permission.norm.instrument)

    def _of_entries(self, requirement: Requirement) -> Ints:
        met, doubtful, failed = (np.zeros(len(self.rows), dtype=bool) for _ in range(3))
        names = (requirement.subject,) if requirement.subject else self._names
        for entry in self.scene.entries(requirement.entry, names):
            if not is_by(entry.by, requirement.by, self.party, self.scene.parties):
                continue
            if not set(requirement.to) <= set(entry.to):
                continue
            surely, perhaps = self._spoken_of(entry, requirement)
            standing = standing_for(entry, self.party)
            if standing is Standing.VERIFIED:
                met[surely] = True
                doubtful[perhaps] = True
            elif standing is Standing.DENIED:
                failed[surely] = True
        cases = (met & failed, failed, met, doubtful)
        return np.select(cases, (OPEN, FAILED, MET, DOUBTFUL), default=OPEN)

    def _spoken_of(self, entry: RegisterEntry, requirement: Requirement) -> tuple[Rows, Rows]:
        """Which incidents an entry surely speaks of, in time, and which it may, as they began earlier or later."""
        said = microseconds(entry.time.end if entry.time.sense is TimeSense.SOMETIME else entry.time.start)
        from_us = None if _told_afterwards(entry) else said + requirement.ahead_s * _SECOND_US
        until_us = None
        if requirement.within_s is not None:
            until_us = microseconds(entry.time.start) + requirement.within_s * _SECOND_US
        rows = self._named(entry, from_us, until_us)
        rows = rows[self._in_place(entry, rows)]
        surely = np.ones(len(rows), dtype=bool) if until_us is None else self.sights.latest_us[rows] <= until_us
        return rows[surely], rows[~surely]

    def _named(self, entry: RegisterEntry, from_us: int | None, until_us: int | None) -> Rows:
        """Which incidents that began in a span an entry names: one by its id, those in the time it covers, or all."""
        start = self.incidents.start_us
        if entry.about:
            rows = self.sights.named(_number(entry.about))
        elif entry.covers is not None:
            first, last = microseconds(entry.covers.start), microseconds(entry.covers.end)
            rows = self.sights.began(first, last - 1)
            rows = rows[self.incidents.end_us[rows] <= max(last, first + 1)][: None if names_a_time(entry) else 0]
        else:
            lasting = until_us is not None or entry.kind in _LASTING
            return self.sights.began(from_us, until_us) if lasting else _NO_ROWS
        in_time = np.ones(len(rows), dtype=bool)
        if from_us is not None:
            in_time &= from_us <= start[rows]
        if until_us is not None:
            in_time &= start[rows] <= until_us
        return rows[in_time]

    def _in_place(self, entry: RegisterEntry, rows: Rows) -> Mask:
        if not entry.place:
            return np.ones(len(rows), dtype=bool)
        if self.geography.knows_zone(entry.place):
            inside = self.geography.inside(InZone(entry.place), self.party).take(self.rows[rows])
            surely: Mask = inside.at_least >= self.scene.breach_probability
            return surely
        named: Mask = self.incidents.area.equal(entry.place)[rows]
        return named


def _told_afterwards(entry: RegisterEntry) -> bool:
    """Whether an entry speaks of what came before it: a claim, and what a body found of an incident it names."""
    return entry.kind is RegisterKind.CLAIM or (entry.kind is RegisterKind.DETERMINATION and bool(entry.about))


def names_a_time(entry: RegisterEntry) -> bool:
    """Whether the time an entry covers tells what it speaks of: a claim, unless denied, on no more than a day."""
    said_again = entry.standing is Standing.DENIED or bool(entry.about)
    if entry.kind is not RegisterKind.CLAIM or said_again or entry.covers is None:
        return True
    return entry.covers.end - entry.covers.start <= _WIDEST_CLAIM


def _number(text: str) -> int:
    """The number of an incident id; one that is none names no incident."""
    try:
        return int(text, 16) % (1 << 64)
    except ValueError:
        return 0
