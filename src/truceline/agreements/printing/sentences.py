"""Each norm as one sentence in plain English, with its times on the calendar and its exceptions in their order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from truceline.agreements.deeds import WITHDRAWALS
from truceline.agreements.moments import Moments, calendar, moments
from truceline.agreements.permissions import governing_order
from truceline.agreements.printing.words import doing, joined, number, out_of, place, requirement
from truceline.model import Agreement, Everywhere, Mode, MomentTerm, Norm, NormKind, Reading
from truceline.model.norms import EACH_PARTY


@dataclass(frozen=True)
class Teller:
    """Tells the norms of an agreement as one reading has them; ``whole`` tells of every exception in the text."""

    agreement: Agreement
    reading: Reading
    whole: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the agreement counts days."""
        return calendar(self.agreement.time_zone, self.agreement.day_rule).zone

    @property
    def moments(self) -> Moments:
        """When the events of this reading are, as far as the text alone says."""
        days = calendar(self.agreement.time_zone, self.agreement.day_rule)
        return moments(self.agreement.events_in(self.reading), (), days)

    def day(self, moment: datetime) -> str:
        """A moment on the calendar of the agreement.

        A day without its hour would not say on which side of midnight something ends.
        """
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M} {self.agreement.time_zone}"

    def when(self, term: MomentTerm) -> str:
        """A moment as the text has it, and on the calendar where that is known."""
        known = self.moments.when(term)
        if known is None:
            return f"{term.text} (its day comes from the register)"
        return self.day(known) if not term.event else f"{term.text} ({self.day(known)})"

    def who(self, norm: Norm) -> str:
        """Whom a norm binds."""
        if norm.who == (EACH_PARTY,):
            bound = self.agreement.bound_by(norm)
            every = len(bound) == len(self.agreement.parties)
            return "Each party" if every else f"Each party bound by {norm.instrument} ({', '.join(bound)})"
        return joined([self.name(one) for one in norm.who], "and")

    def name(self, actor: str) -> str:
        """The name of a party or actor in English."""
        known = {one.id: one.name("en") for one in (*self.agreement.parties, *self.agreement.actors)}
        return known.get(actor, actor)

    def sentence(self, norm: Norm) -> str:
        """A norm as a sentence."""
        return " ".join(part for part in (self._rule(norm), self._conditions(norm), self._exceptions(norm)) if part)

    def _rule(self, norm: Norm) -> str:
        what, where = doing(norm.act, norm.object), self._where(norm)
        many = f", {number(norm.count)}" if norm.count is not None else ""
        at = f" {where}" if where else ""
        if norm.kind is NormKind.FORBID:
            modal = "may" if norm.count is not None else "must not"
            return f"{self.who(norm)} {modal} {what}{at}{many}{self._span(norm)}."
        if norm.kind is NormKind.PERMIT:
            return f"{self.who(norm)} may {what}{at}{many}{self._span(norm)}."
        if norm.kind is NormKind.POWER:
            return f"{self.who(norm)} has the power to {what}{at}{many}{self._span(norm)}."
        return f"{self.who(norm)} must {what}{at}{many}{self._by(norm)}."

    def _where(self, norm: Norm) -> str:
        """Where a norm binds; a withdrawal leads out of the place, and a demand without one needs none told."""
        if isinstance(norm.where, Everywhere) and norm.kind is not NormKind.FORBID:
            return ""
        return out_of(norm.where) if norm.act in WITHDRAWALS else place(norm.where)

    def _span(self, norm: Norm) -> str:
        told = [f"from {self.when(norm.start)}"] if norm.start else []
        told += [f"until {self.when(norm.until)}"] if norm.until else []
        return f", {' '.join(told)}" if told else ""

    def _by(self, norm: Norm) -> str:
        start = f", beginning {self.when(norm.start)}" if norm.start else ""
        if norm.mode is Mode.MAINTENANCE:
            end = f" until {self.when(norm.until)}" if norm.until else ""
            return f"{start}, and keep doing so throughout{end}"
        deadline = f", by {self.when(norm.until)}" if norm.until else ", with no deadline in the text"
        then = ", and keep it so from then on" if norm.mode is Mode.ACHIEVEMENT_THEN_MAINTENANCE else ""
        return f"{start}{deadline}{then}"

    def _conditions(self, norm: Norm) -> str:
        told = []
        if norm.after:
            have = "has" if len(norm.after) == 1 else "have"
            told.append(f"It binds only once {joined(list(norm.after), 'and')} {have} been achieved.")
        if norm.requires:
            told.append("It applies only with: " + "; ".join(requirement(one) for one in norm.requires) + ".")
        if norm.void_if:
            told.append("It becomes void with: " + "; ".join(requirement(one) for one in norm.void_if) + ".")
        if norm.kind is NormKind.PERMIT and norm.overrides:
            told.append(f"It goes before: {', '.join(norm.overrides)}.")
        if norm.unknown:
            told.append(f"The text leaves open: {', '.join(norm.unknown)}.")
        return " ".join(told)

    def _exceptions(self, norm: Norm) -> str:
        permits = [
            one
            for one in (self.agreement.norms if self.whole else self.agreement.norms_in(self.reading))
            if one.kind is NormKind.PERMIT and norm.id in one.overrides and norm.kind is not NormKind.PERMIT
        ]
        ordered = [one.id for one in governing_order(permits)]
        return f"Exceptions, the first that fits goes before: {', '.join(ordered)}." if ordered else ""
