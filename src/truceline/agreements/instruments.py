"""From when until when an instrument binds, by the steps its status took: the same for norms and guarantees.

A draft binds nobody, and an announcement that nobody took up neither. Any other text binds from the local day of its
first step beyond the announcement, sleeps from the day of a step ``suspended`` until that of the next, and ends with
the beginning of the day on which it ``ended``; a reading that ends on that day knows the moment, and it holds. A text
that ended and was taken up again by a later step sleeps in between. Steps after the moment of information are not
known yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from truceline.agreements import reasons
from truceline.model import Agreement, Because, Instrument, Interval, StatusStep, midnight

_DRAFT, _ANNOUNCED, _SUSPENDED, _ENDED = "draft", "announced", "suspended", "ended"
_A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class InForce:
    """When an instrument binds; ``why_not`` says why it does not at all, as far as is known."""

    since: datetime | None = None
    until: datetime | None = None
    suspended: tuple[Interval, ...] = ()
    why_not: Because | None = None


def in_force(agreement: Agreement, instrument: str, zone: ZoneInfo, as_of: datetime, latest: datetime) -> InForce:
    """When an instrument binds; a suspension that nothing ended lasts up to ``latest``, and beyond ``as_of``."""
    text = next((one for one in agreement.instruments if one.id == instrument), None)
    if text is None:
        alone = not agreement.instruments and agreement.status == _ANNOUNCED
        return InForce(why_not=Because(reasons.ANNOUNCED_ONLY)) if alone else InForce()
    if text.type == _DRAFT:
        return InForce(why_not=Because(reasons.DRAFT_BINDS_NOBODY))
    steps = _taken(text, as_of.astimezone(zone).date().isoformat())
    if not steps:
        return InForce(why_not=Because(reasons.ANNOUNCED_ONLY))
    ended = steps[-1].status == _ENDED
    until = _end(steps[-1], zone, latest) if ended else None
    lasts = max(latest, as_of + _A_SECOND)
    return InForce(_begin(steps[0], zone), until, _asleep(steps, zone, lasts))


def _taken(text: Instrument, today: str) -> tuple[StatusStep, ...]:
    """The steps known by a day, from the first by which somebody is bound."""
    known = [step for step in text.status if step.date <= today]
    first = next((place for place, step in enumerate(known) if step.status != _ANNOUNCED), len(known))
    return tuple(known[first:])


def _asleep(steps: Sequence[StatusStep], zone: ZoneInfo, latest: datetime) -> tuple[Interval, ...]:
    """The spans from each suspension, or from an end that was not the last word, to the next step of another kind."""
    spans, since = [], None
    for step in steps:
        if step.status == _SUSPENDED or (step.status == _ENDED and step is not steps[-1]):
            since = since or _begin(step, zone)
        elif since is not None:
            spans.append(Interval(since, _begin(step, zone)))
            since = None
    if since is not None and since < latest:
        spans.append(Interval(since, latest))
    return tuple(spans)


def _end(step: StatusStep, zone: ZoneInfo, latest: datetime) -> datetime:
    """When a text ended: with the beginning of the day, or at the moment within it at which the reading lets it end."""
    begin = _begin(step, zone)
    over = midnight(date.fromisoformat(step.date) + timedelta(days=1), zone)
    return latest if begin < latest <= over else begin


def _begin(step: StatusStep, zone: ZoneInfo) -> datetime:
    return midnight(date.fromisoformat(step.date), zone).astimezone(UTC)
