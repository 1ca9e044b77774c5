"""Which occasion of a duty a deed belongs to: what set the guarantee off, or one request among others.

On request, a deed belongs to the latest request before it: what was done for the second shows neither that the first
was answered nor that it was answered late. What may have come before the request, or before what set the guarantee
off, answers it perhaps: it clears nobody, and accuses nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from truceline.agreements.guarantees.performing import Record
from truceline.agreements.register import surely_by, surely_from
from truceline.model import RegisterEntry


@dataclass(frozen=True)
class Occasion:
    """One occasion on which a duty is owed, and the deeds on it.

    ``done`` surely belongs to it, the earliest first; ``perhaps`` may; ``before`` came before it, and after the
    guarantee began to hold.
    """

    request: RegisterEntry | None
    later: tuple[RegisterEntry, ...]
    record: Record
    done: tuple[RegisterEntry, ...]
    perhaps: tuple[RegisterEntry, ...]
    before: tuple[RegisterEntry, ...] = ()

    def refuting(self, deadline: datetime | None) -> tuple[RegisterEntry, ...]:
        """Entries that establish that it was not done by a deadline: they speak of that moment, or of it and later.

        An entry that names the time it covers speaks of that time alone; any other, of the latest request before it.
        """
        if deadline is None:
            return ()
        return tuple(
            entry
            for entry in self.record.not_done
            if (
                entry.covers.start <= deadline <= entry.covers.end
                if entry.covers is not None
                else surely_from(entry) >= deadline and self._own(entry)
            )
        )

    def contradicting(self, done: datetime, deadline: datetime | None) -> tuple[RegisterEntry, ...]:
        """Entries that establish, of a time after it was done, that it was not."""
        return tuple(
            entry
            for entry in self.record.not_done
            if (
                entry.covers.start <= (deadline or done) and done < entry.covers.end
                if entry.covers is not None
                else surely_from(entry) >= done and self._own(entry)
            )
        )

    def _own(self, entry: RegisterEntry) -> bool:
        """Whether an entry can speak of no later request."""
        return _before_all(self.later, entry)


def on_request(record: Record, place: int, as_of: datetime) -> Occasion:
    """The occasion of one request among those of a record."""
    request, later = record.requests[place], record.requests[place + 1 :]
    done, perhaps = [], []
    for entry in record.done:
        if _known(entry, as_of) and surely_by(request) <= surely_from(entry) and _before_all(later, entry):
            done.append(entry)
        elif entry.time.end >= request.time.start:
            perhaps.append(entry)
    return Occasion(request, later, record, tuple(done), tuple(perhaps))


def set_off(record: Record, event: datetime | None, as_of: datetime) -> Occasion:
    """The occasion of a guarantee that was set off; ``event`` is the first act that counts, if one is known."""
    done, perhaps, before = [], [], []
    for entry in record.done:
        if event is not None and surely_by(entry) < event:
            before.append(entry)
        elif _known(entry, as_of) and (event is None or surely_from(entry) >= event):
            done.append(entry)
        else:
            perhaps.append(entry)
    return Occasion(None, (), record, tuple(done), tuple(perhaps), tuple(before))


def _known(entry: RegisterEntry, as_of: datetime) -> bool:
    """Whether it had surely been done by the moment of information."""
    return surely_by(entry) <= as_of


def _before_all(later: Sequence[RegisterEntry], entry: RegisterEntry) -> bool:
    """Whether an entry surely tells of what came before every later request."""
    return all(entry.time.end < request.time.start for request in later)
