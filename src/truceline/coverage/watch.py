"""Who could see what of a window: the share by phenomenon and area, so that silence is not taken for peace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from truceline.coverage.shares import AreaShare, CoverageShare
from truceline.coverage.spans import Span, Spans, clipped, common, length, union, without
from truceline.model import Coverage, CoverageState, Interval, Phenomenon, Source, Stratum, UsageFault, microseconds

WHOLE_MISSION = "*"
NO_RECORD = "no record"
NO_SOURCE = "no source that can see it"

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
    given as ``("*",)`` all of it is one area. Raises :class:`UsageFault` for an empty window and for a record of a
    source that is not among ``sources``.
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
    measured = [_area_share(area, _of_area(telling, area), window, bool(sensing)) for area in areas]
    whole = (window[1] - window[0]) * len(measured)
    share = float(Fraction(sum(one.seen_us for one in measured), whole)) if measured else 0.0
    undisturbed = float(Fraction(sum(one.undisturbed_us for one in measured), whole)) if measured else 0.0
    in_order = tuple(stratum for stratum in Stratum if stratum in strata)
    return CoverageShare(phenomenon, share, in_order, tuple(one.area for one in measured), undisturbed)


def _of_area(watches: Sequence[_Watch], area: str) -> list[_Watch]:
    """Records that hold in an area; an undivided mission takes all, and keeps apart where each holds."""
    if area == WHOLE_MISSION:
        return list(watches)
    return [replace(watch, area=area) for watch in watches if watch.area in {area, WHOLE_MISSION}]


@dataclass(frozen=True)
class _Measured:
    """An area's share, and the microseconds seen at all and seen undisturbed."""

    area: AreaShare
    seen_us: int
    undisturbed_us: int


def _area_share(area: str, watches: Sequence[_Watch], window: Span, sensed: bool) -> _Measured:
    undisturbed = _seen(watches, (CoverageState.WATCHING,))
    seen = _seen(watches, SEEING)
    lost = without((window,), undisturbed)
    seen_us, whole_us = length(seen), window[1] - window[0]
    # Called by what held for most of the window: a few hours of sight do not make a dark area a dim one.
    dark = CoverageState.DEGRADED if 2 * seen_us >= whole_us else _longest(watches, window)
    reasons = _reasons(watches, without((window,), seen), without(seen, undisturbed), window)
    if not sensed:
        reasons = (NO_SOURCE,)
    share = float(Fraction(seen_us, whole_us))
    state = dark if lost else CoverageState.WATCHING
    return _Measured(AreaShare(area, share, state, reasons), seen_us, length(undisturbed))


def _seen(watches: Sequence[_Watch], states: Sequence[CoverageState]) -> Spans:
    """When at least one source saw in one of these states, its own blindness taken out, source by source."""
    together: list[Span] = []
    for source, area in sorted({(watch.source, watch.area) for watch in watches}):
        own = [watch for watch in watches if watch.source == source]
        sight = union(watch.span for watch in own if watch.area == area and watch.state in states)
        blind = union(watch.span for watch in own if watch.area in {area, WHOLE_MISSION} and watch.state in _OVERRIDING)
        together += without(sight, blind)
    return union(together)


def _longest(watches: Sequence[_Watch], window: Span) -> CoverageState:
    """The state without sight that held longest; what no record tells of counts as unknown."""
    held = {state: length(union(watch.span for watch in watches if watch.state is state)) for state in _NOT_SEEING}
    held[CoverageState.UNKNOWN] += length(without((window,), union(watch.span for watch in watches)))
    return max(_NOT_SEEING, key=lambda state: held[state])


def _reasons(watches: Sequence[_Watch], unseen: Spans, dimmed: Spans, window: Span) -> tuple[str, ...]:
    """Why the area was unseen or seen dimly, each reason once, in order of time."""
    told: list[tuple[int, str]] = []
    for watch in watches:
        where = dimmed if watch.state is CoverageState.DEGRADED else unseen
        shared = common((watch.span,), where) if watch.state is not CoverageState.WATCHING else ()
        told += [(start, watch.reason or watch.state.value) for start, _ in shared[:1]]
    silent = without((window,), union(watch.span for watch in watches))
    told += [(start, NO_RECORD) for start, _ in silent]
    return tuple(dict.fromkeys(reason for _, reason in sorted(told)))
