"""What stands at a moment as far as the text alone says: which texts bind, which norms and which guarantees.

A text is asked for its steps up to that moment, as the evaluation asks it when it was told nothing later; see
:mod:`truceline.agreements.instruments`.
"""

from __future__ import annotations

from datetime import datetime

from truceline.agreements.instruments import in_force
from truceline.agreements.printing.sentences import Teller
from truceline.agreements.printing.words import joined
from truceline.model import Guarantee, Mode, MomentTerm, Norm, NormKind


def text_on(teller: Teller, instrument: str, moment: datetime) -> str:
    """Whether a text binds anybody at a moment: empty when it does, else why not or no more."""
    text = next((one for one in teller.agreement.instruments if one.id == instrument), None)
    held = in_force(teller.agreement, instrument, teller.zone, moment, teller.reading.window.end)
    day = moment.astimezone(teller.zone).date().isoformat()
    if text is not None and not text.status_on(day):
        return "does not exist yet"
    if text is not None and text.type == "draft":
        return "a draft binds nobody"
    if held.why_not is not None:
        return "announced only, binds nobody yet"
    if held.until is not None and moment >= held.until:
        return f"ended on {teller.day(held.until)}"
    slept = next((span for span in held.suspended if span.contains(moment)), None)
    return f"suspended since {teller.day(slept.start)}" if slept else ""


def norm_on(teller: Teller, norm: Norm, moment: datetime) -> str:
    """Whether a norm binds at a moment: empty when it does, else why not."""
    return _by_its_text(teller, norm.instrument, moment) or _by_its_moments(teller, norm, moment)


def guarantee_on(teller: Teller, guarantee: Guarantee, moment: datetime) -> str:
    """Whether a guarantee holds at a moment for all its guarantors: empty when it does, else why not."""
    return (
        _by_its_text(teller, guarantee.instrument, moment)
        or _not_begun(teller, guarantee.starts, moment)
        or _not_signed(teller, guarantee)
    )


def _by_its_text(teller: Teller, instrument: str, moment: datetime) -> str:
    """Why the text or the reading does not bind anybody then."""
    why = text_on(teller, instrument, moment)
    if why:
        return f"{instrument}: {why}" if instrument else why
    return "" if teller.reading.window.contains(moment) else "outside the window of this reading"


def _not_begun(teller: Teller, starts: MomentTerm | None, moment: datetime) -> str:
    start = teller.moments.when(starts) if starts else None
    if starts is not None and start is None:
        return f"waits for the event {starts.event!r}"
    return f"not before {teller.day(start)}" if start is not None and moment < start else ""


def _not_signed(teller: Teller, guarantee: Guarantee) -> str:
    text = next((one for one in teller.agreement.instruments if one.id == guarantee.instrument), None)
    signed = text.signed_by if text is not None else ()
    missing = [teller.name(one) for one in guarantee.guarantors if signed and one not in signed]
    return f"not signed by {joined(missing, 'and')}" if missing else ""


def _by_its_moments(teller: Teller, norm: Norm, moment: datetime) -> str:
    early = _not_begun(teller, norm.start, moment)
    if early:
        return early
    until = teller.moments.when(norm.until) if norm.until else None
    achieving = norm.kind is NormKind.OBLIGE and norm.mode is not Mode.MAINTENANCE
    if until is not None and moment >= until and not achieving:
        return f"only until {teller.day(until)}"
    if norm.after:
        return f"waits until {joined(list(norm.after), 'and')} is achieved, which the register says"
    return ""
