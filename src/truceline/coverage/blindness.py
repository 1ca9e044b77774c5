"""Who was blind, where, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from truceline.coverage.spans import Span, clipped, union
from truceline.coverage.watch import SEEING
from truceline.model import WHOLE_MISSION, Coverage, CoverageState, Interval, microseconds, moment_at

_Blind = tuple[str, str, CoverageState, str]


@dataclass(frozen=True, slots=True)
class BlindSpell:
    """A stretch in which a source could not see an area (``*``: all of it), or nobody knows whether it could."""

    area: str
    source: str
    start: datetime
    end: datetime
    state: CoverageState
    reason: str


def blind_spells(records: Sequence[Coverage], areas: Sequence[str], window: Interval) -> tuple[BlindSpell, ...]:
    """Every stretch of the window in which a source was blind, denied or in an unknown state, cut to the window.

    In the order of the mission's areas, then of time. A record for a part of an area (``Oblast / raion``) is listed
    with its area; touching stretches of one source with one reason are one.
    """
    inside = (microseconds(window.start), microseconds(window.end))
    spans: dict[_Blind, list[Span]] = {}
    for record in records:
        if record.state not in SEEING and _rank(record.area, areas) is not None:
            span = clipped((microseconds(record.time.start), microseconds(record.time.end)), inside)
            spans.setdefault((record.area, record.source, record.state, record.reason), []).append(span)
    spells = [_spell(blind, span) for blind, found in spans.items() for span in union(found)]
    return tuple(sorted(spells, key=lambda spell: _place_in_list(spell, areas)))


def _spell(blind: _Blind, span: Span) -> BlindSpell:
    area, source, state, reason = blind
    return BlindSpell(area, source, moment_at(span[0]), moment_at(span[1]), state, reason)


def _rank(area: str, areas: Sequence[str]) -> int | None:
    """Where an area stands in the mission's list: the whole mission first, then in its order; ``None``: not in it."""
    if area == WHOLE_MISSION or WHOLE_MISSION in areas:
        return 0
    whole = area.partition(" / ")[0]
    return areas.index(whole) + 1 if whole in areas else None


def _place_in_list(spell: BlindSpell, areas: Sequence[str]) -> tuple[int, datetime, datetime, str, str, str, str]:
    rank = _rank(spell.area, areas) or 0
    return rank, spell.start, spell.end, spell.area, spell.state.value, spell.reason, spell.source
