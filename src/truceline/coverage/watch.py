"""Who could see what of a window: the share by phenomenon and area, so that silence is not taken for peace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from truceline.coverage.shares import AreaShare, CoverageShare
from truceline.coverage.spans import Span, Spans, clipped, common, length, union, without
from truceline.model import (
    WHOLE_MISSION,
    Coverage,
    CoverageState,
    Interval,
    Phenomenon,
    Source,
    Stratum,
    UsageFault,
    microseconds,
)

NO_RECORD = "no record"
NO_SOURCE = "no source that can see it"
SELDOM_NOTICED = "its source would notice few of them"
ONLY_PARTS = "the mission names no areas, and only parts of it were watched"

LEAST_CHANCE = 0.5
"""The chance to notice one occurrence below which a source that watches is held to be degraded."""

SEEING = (CoverageState.WATCHING, CoverageState.DEGRADED)
_NOT_SEEING = (CoverageState.BLIND, CoverageState.DENIED, CoverageState.UNKNOWN)
_OVERRIDING = (CoverageState.BLIND, CoverageState.DENIED)


def coverage_shares(
    records: Sequence[Coverage],
    sources: Sequence[Source],
    areas: Sequence[str],
    window: Interval,
    phenomena: Sequence[Phenomenon],
) -> tuple[CoverageShare, ...]:
    """For each phenomenon the share of area × time in which at least one source that senses it could have seen it.

    A source sees while it is watching or degraded and no blind or denied record of its own says otherwise; one
    source's blindness never takes from another. A record for ``*`` holds in every area; with the mission's areas
    given as ``("*",)`` all of it is one area. Sight is undisturbed where a record says ``watching`` for all of the
    area, with a chance to notice of at least :data:`LEAST_CHANCE` or one nobody measured, and nothing else the source
    says, of the area or a part of it, stands against that. Raises :class:`UsageFault` for an empty window and for a
    record of a source that is not among ``sources``.
    """
    span = _checked(records, sources, window)
    watches = [_Watch.of(record, span) for record in records]
    overlapping = [watch for watch in watches if watch.span[0] < watch.span[1]]
    return tuple(_share_of(phenomenon, overlapping, sources, areas, span) for phenomenon in phenomena)


@dataclass(frozen=True, slots=True)
class _Watch:
    """A coverage record, cut to the window."""

    source: str
    area: str
    span: Span
    state: CoverageState
    detection: tuple[tuple[Phenomenon, float | None], ...]
    reason: str

    @classmethod
    def of(cls, record: Coverage, window: Span) -> _Watch:
        span = clipped((microseconds(record.time.start), microseconds(record.time.end)), window)
        return cls(record.source, record.area, span, record.state, record.detection, record.reason)

    def tells_of(self, phenomenon: Phenomenon) -> bool:
        """A record without a list of phenomena is about all its source senses; a zero chance to notice is no sight."""
        listed = dict(self.detection)
        if self.state in SEEING:
            return not listed or (phenomenon in listed and listed[phenomenon] != 0.0)
        return not listed or phenomenon in listed

    def notices(self, phenomenon: Phenomenon) -> bool:
        """Whether it would notice one often enough; a chance nobody measured is not held against it."""
        chance = dict(self.detection).get(phenomenon)
        return chance is None or chance >= LEAST_CHANCE


def _checked(records: Sequence[Coverage], sources: Sequence[Source], window: Interval) -> Span:
    if window.start == window.end:
        raise UsageFault("coverage of an empty window", where="window", do="give an end after the start")
    known = {source.id for source in sources}
    for record in records:
        if record.source not in known:
            raise UsageFault(
                f"coverage record {record.key!r} is of an unknown source {record.source!r}",
                where="coverage",
                do="list the source with what it senses",
            )
    return microseconds(window.start), microseconds(window.end)


def _share_of(
    phenomenon: Phenomenon, watches: Sequence[_Watch], sources: Sequence[Source], areas: Sequence[str], window: Span
) -> CoverageShare:
    sensing = {source.id for source in sources if phenomenon in source.senses}
    strata = {source.stratum for source in sources if source.id in sensing}
    telling = [watch for watch in watches if watch.source in sensing and watch.tells_of(phenomenon)]
    by_area = _by_area(telling)
    measured = [_area_share(_Told.of(area, by_area, phenomenon), window, bool(sensing)) for area in areas]
    whole = (window[1] - window[0]) * len(measured)
    share = float(Fraction(sum(one.seen_us for one in measured), whole)) if measured else 0.0
    undisturbed = float(Fraction(sum(one.undisturbed_us for one in measured), whole)) if measured else 0.0
    in_order = tuple(stratum for stratum in Stratum if stratum in strata)
    return CoverageShare(phenomenon, share, in_order, tuple(one.area for one in measured), undisturbed)


def _by_area(watches: Iterable[_Watch]) -> dict[str, list[_Watch]]:
    """Records by the area they name or name a part of (``Oblast / raion``)."""
    found: dict[str, list[_Watch]] = {}
    for watch in watches:
        found.setdefault(watch.area.partition(" / ")[0], []).append(watch)
    return found


@dataclass(frozen=True)
class _Told:
    """What records tell of one area and one phenomenon: of all of it, and of parts of it.

    In a mission that names no areas, each named area is a part of it that may also give sight, if never undisturbed.
    """

    area: str
    phenomenon: Phenomenon
    whole: tuple[_Watch, ...]
    parts: tuple[_Watch, ...]

    @classmethod
    def of(cls, area: str, by_area: dict[str, list[_Watch]], phenomenon: Phenomenon) -> _Told:
        undivided = area == WHOLE_MISSION
        if undivided:
            found = [watch for watches in by_area.values() for watch in watches]
        else:
            found = [*by_area.get(area, ()), *by_area.get(WHOLE_MISSION, ())]
        whole = tuple(watch for watch in found if watch.area in {area, WHOLE_MISSION})
        parts = tuple(watch for watch in found if watch.area not in {area, WHOLE_MISSION})
        return cls(area, phenomenon, whole, parts)

    @property
    def sights(self) -> tuple[_Watch, ...]:
        """Records whose sight counts for the area: those of a part count where the mission names no areas."""
        return (*self.whole, *self.parts) if self.area == WHOLE_MISSION else self.whole

    def _of_part(self, watch: _Watch) -> bool:
        return watch.area not in {self.area, WHOLE_MISSION}

    def seen(self) -> Spans:
        """When at least one source saw, its own blindness taken out, source by source and part by part."""
        together: list[Span] = []
        everywhere = _by_source(watch for watch in self.whole if watch.state in _OVERRIDING)
        groups: dict[tuple[str, str], list[_Watch]] = {}
        for watch in self.sights:
            groups.setdefault((watch.source, watch.area if self._of_part(watch) else self.area), []).append(watch)
        for (source, _), own in groups.items():
            blind = [watch.span for watch in (*own, *everywhere.get(source, ())) if watch.state in _OVERRIDING]
            together += without(union(watch.span for watch in own if watch.state in SEEING), union(blind))
        return union(together)

    def undisturbed(self) -> Spans:
        """When at least one source watched all of the area and said nothing else of it or of a part of it."""
        together: list[Span] = []
        against = _by_source(watch for watch in (*self.whole, *self.parts) if watch.state is not CoverageState.WATCHING)
        for source, own in _by_source(watch for watch in self.whole if self._is_clear(watch)).items():
            holes = union(watch.span for watch in against.get(source, ()))
            together += without(union(watch.span for watch in own), holes)
        return union(together)

    def _is_clear(self, watch: _Watch) -> bool:
        return watch.state is CoverageState.WATCHING and watch.notices(self.phenomenon)

    def reasons(self, unseen: Spans, dimmed: Spans, window: Span) -> tuple[str, ...]:
        """Why the area was unseen or seen dimly, each reason once, in order of time."""
        told = [(start, NO_RECORD) for start, _ in without((window,), union(watch.span for watch in self.sights))]
        for watch in (*self.whole, *self.parts):
            reason, where = self._reason(watch), self._where(watch, unseen, dimmed)
            told += [(start, reason) for start, _ in common((watch.span,), where)[:1] if reason]
        return tuple(dict.fromkeys(reason for _, reason in sorted(told)))

    def _reason(self, watch: _Watch) -> str:
        """What a record says against sight; nothing where it watched all of the area and would have noticed."""
        if watch.state is not CoverageState.WATCHING:
            return watch.reason or watch.state.value
        if self._of_part(watch):
            return ONLY_PARTS if self.area == WHOLE_MISSION else ""
        return "" if watch.notices(self.phenomenon) else SELDOM_NOTICED

    def _where(self, watch: _Watch, unseen: Spans, dimmed: Spans) -> Spans:
        """Where a record can be the reason: the darkness of a part, or of unknown extent, also dims what was seen."""
        if watch.state in SEEING:
            return dimmed
        dims = self._of_part(watch) or watch.state is CoverageState.UNKNOWN
        return union((*unseen, *dimmed)) if dims else unseen


def _by_source(watches: Iterable[_Watch]) -> dict[str, list[_Watch]]:
    found: dict[str, list[_Watch]] = {}
    for watch in watches:
        found.setdefault(watch.source, []).append(watch)
    return found


@dataclass(frozen=True)
class _Measured:
    """An area's share, and the microseconds seen at all and seen undisturbed."""

    area: AreaShare
    seen_us: int
    undisturbed_us: int


def _area_share(told: _Told, window: Span, sensed: bool) -> _Measured:
    seen, undisturbed = told.seen(), told.undisturbed()
    seen_us, undisturbed_us, whole_us = length(seen), length(undisturbed), window[1] - window[0]
    # Called by what held for most of the window: a few hours of sight do not make a dark area a dim one.
    dark = CoverageState.DEGRADED if 2 * seen_us >= whole_us else _longest(told.sights, window)
    state = CoverageState.WATCHING if undisturbed_us == whole_us else dark
    reasons = told.reasons(without((window,), seen), without(seen, undisturbed), window) if sensed else (NO_SOURCE,)
    share, clear = float(Fraction(seen_us, whole_us)), float(Fraction(undisturbed_us, whole_us))
    return _Measured(AreaShare(told.area, share, state, reasons, clear), seen_us, undisturbed_us)


def _longest(watches: Sequence[_Watch], window: Span) -> CoverageState:
    """The state without sight that held longest; what no record tells of counts as unknown."""
    held = {state: length(union(watch.span for watch in watches if watch.state is state)) for state in _NOT_SEEING}
    held[CoverageState.UNKNOWN] += length(without((window,), union(watch.span for watch in watches)))
    return max(_NOT_SEEING, key=lambda state: held[state])
