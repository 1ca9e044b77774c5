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

import numpy as np

from truceline.agreements.acts import ACTS
from truceline.agreements.inside import inside_awake
from truceline.agreements.objects import of_object
from truceline.agreements.places import Geography
from truceline.agreements.register import UNNAMED, is_by, subjects
from truceline.model import (
    CONFIRMED,
    IncidentTable,
    Interval,
    InZone,
    Norm,
    RegisterEntry,
    RegisterKind,
    Requirement,
    Standing,
    TimeSense,
    Words,
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

_MET, _OPEN, _FAILED = 1, 0, -1
_SECOND_US = 1_000_000


@dataclass(frozen=True)
class Excused:
    """Per incident, were it this party's: excepted, or claimed to be and not refuted; and by which permission.

    ``by`` is the place in ``names`` of the permission that governs the incident, -1 where none does.
    """

    excepted: Mask
    claimed: Mask
    by: Ints
    names: tuple[str, ...]

    def take(self, rows: Rows) -> Excused:
        """Some of the incidents."""
        return Excused(self.excepted[rows], self.claimed[rows], self.by[rows], self.names)


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


@dataclass(frozen=True)
class Scene:
    """All incidents in question with their grades, the register, and the parties: what requirements are judged on."""

    incidents: IncidentTable
    grades: Words
    register: tuple[RegisterEntry, ...]
    parties: tuple[str, ...]
    breach_probability: float


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
    """The incidents that bear on the norm, and where each stands in the table that the geography measures."""

    incidents: IncidentTable
    rows: Rows


def excused(
    norm: Norm, permissions: Sequence[Permission], scene: Scene, sights: Sights, geography: Geography, party: str
) -> Excused:
    """How the permissions for a norm, in their order, stand to some incidents, were these the party's."""
    names = tuple(one.norm.id for one in permissions)
    result = excused_by_nothing(len(sights.rows), names)
    doubt = np.zeros(len(sights.rows), dtype=bool)
    for place, permission in enumerate(permissions):
        if permission.window is None:
            continue
        asked = _Asked(permission, scene, sights.incidents, sights.rows, geography, party)
        surely, perhaps = asked.scope(norm)
        free = result.by < 0
        status = asked.requirements()
        applies = surely & (status == _MET)
        pending = perhaps & ~applies & (status != _FAILED) & (asked.claimed() | ((status == _MET) & ~surely))
        governs = free & (surely | pending)
        result = Excused(
            result.excepted | (governs & applies & ~doubt),
            result.claimed | (governs & (pending | (applies & doubt))),
            np.where(governs, place, result.by),
            names,
        )
        # where one that goes before may govern and would not excuse, nobody can say that a later one does
        doubt |= free & ~governs & perhaps
    return result


@dataclass(frozen=True)
class _Asked:
    """One permission held against some incidents."""

    permission: Permission
    scene: Scene
    incidents: IncidentTable
    rows: Rows
    geography: Geography
    party: str

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

    def requirements(self) -> Ints:
        """Whether all requirements are met (1), one has failed (-1), or something is open (0), per incident."""
        status = np.full(len(self.rows), _MET, dtype=np.int64)
        for requirement in self.permission.norm.requires:
            one = self._of_acts(requirement) if requirement.act else self._of_entries(requirement)
            status = np.where(status == _FAILED, status, np.where(one == _FAILED, _FAILED, np.minimum(status, one)))
        return status

    def claimed(self) -> Mask:
        """Which incidents the party claims the exception for; a claim that somebody established to be false is none."""
        found = np.zeros(len(self.rows), dtype=bool)
        denied = found.copy()
        for entry in self.scene.register:
            mine = entry.kind is RegisterKind.CLAIM and entry.subject in self._names and entry.by == self.party
            if mine and entry.standing is not Standing.DENIED:
                found |= self._spoken_of(entry, Requirement())
            elif mine:
                denied |= self._spoken_of(entry, Requirement())
        return (found & ~denied) | self._found_by_somebody()

    def _found_by_somebody(self) -> Mask:
        """Where the text leaves open who must meet a requirement, and somebody did: neither met nor refuted."""
        found = np.zeros(len(self.rows), dtype=bool)
        for requirement in self.permission.norm.requires:
            if requirement.by == (UNNAMED,):
                found |= self._of_entries(replace(requirement, by=())) == _MET
        return found

    @property
    def _names(self) -> tuple[str, ...]:
        return subjects(self.permission.norm.id, self.permission.norm.instrument)

    def _of_entries(self, requirement: Requirement) -> Ints:
        met = np.zeros(len(self.rows), dtype=bool)
        failed = met.copy()
        names = (requirement.subject,) if requirement.subject else self._names
        for entry in self.scene.register:
            if entry.kind.value != requirement.entry or entry.subject not in names:
                continue
            if not is_by(entry.by, requirement.by, self.party, self.scene.parties):
                continue
            if not set(requirement.to) <= set(entry.to):
                continue
            spoken = self._spoken_of(entry, requirement)
            met |= spoken & (entry.standing is Standing.VERIFIED)
            failed |= spoken & (entry.standing is Standing.DENIED)
        return np.where(met, _MET, np.where(failed, _FAILED, _OPEN))

    def _spoken_of(self, entry: RegisterEntry, requirement: Requirement) -> Mask:
        """Which incidents an entry speaks of, in time: by name, by the span it covers, or by coming shortly before."""
        start = self.incidents.start_us
        said = microseconds(entry.time.end if entry.time.sense is TimeSense.SOMETIME else entry.time.start)
        known = np.ones(len(self.rows), dtype=bool)
        if not _told_afterwards(entry):
            known = said + requirement.ahead_s * _SECOND_US <= start
        if requirement.within_s is not None:
            known &= start - microseconds(entry.time.start) <= requirement.within_s * _SECOND_US
        return known & self._in_place(entry) & self._named(entry, limited=requirement.within_s is not None)

    def _named(self, entry: RegisterEntry, *, limited: bool) -> Mask:
        start = self.incidents.start_us
        if entry.about:
            named: Mask = self.incidents.id == np.uint64(_number(entry.about))
            return named
        if entry.covers is not None:
            first, last = microseconds(entry.covers.start), microseconds(entry.covers.end)
            within: Mask = (start >= first) & (start < last) & (self.incidents.end_us <= max(last, first + 1))
            return within
        return np.full(len(self.rows), limited or entry.kind in _LASTING)

    def _in_place(self, entry: RegisterEntry) -> Mask:
        if not entry.place:
            return np.ones(len(self.rows), dtype=bool)
        if self.geography.knows_zone(entry.place):
            inside = self.geography.inside(InZone(entry.place), self.party).take(self.rows)
            surely: Mask = inside.at_least >= self.scene.breach_probability
            return surely
        return self.incidents.area.equal(entry.place)

    def _of_acts(self, requirement: Requirement) -> Ints:
        """Met where a confirmed incident of the act, by one of those meant, came so shortly before."""
        everything = self.scene.incidents
        shows = everything.phenomenon.among([str(one) for one in ACTS[requirement.act].shown_by])
        by = np.asarray(
            [is_by(name, requirement.by, self.party, self.scene.parties) for name in everything.party.names], dtype=bool
        )
        wanted = shows & by[everything.party.codes] & self.scene.grades.equal(CONFIRMED) & (everything.count_low > 0)
        first = everything.start_us[wanted]
        last = np.where(everything.sometime[wanted], everything.end_us[wanted], first)
        order = np.argsort(last, kind="stable")
        # of all that had surely begun by then, the one that can have begun the least long before
        latest_start = np.maximum.accumulate(first[order]) if len(order) else first
        place = np.searchsorted(last[order], self.incidents.start_us - requirement.ahead_s * _SECOND_US, side="right")
        met = place > 0
        if requirement.within_s is not None and len(order):
            before = latest_start[np.maximum(place - 1, 0)]
            met &= self.incidents.start_us - before <= requirement.within_s * _SECOND_US
        return np.where(met, _MET, _OPEN)


def _told_afterwards(entry: RegisterEntry) -> bool:
    """Whether an entry speaks of what came before it: a claim, and what a body found of an incident it names."""
    return entry.kind is RegisterKind.CLAIM or (entry.kind is RegisterKind.DETERMINATION and bool(entry.about))


def _number(text: str) -> int:
    """The number of an incident id; one that is none names no incident."""
    try:
        return int(text, 16) % (1 << 64)
    except ValueError:
        return 0
