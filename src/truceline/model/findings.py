"""What is concluded: incidents, findings with their trace, cases and publications."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from truceline.model.counts import CountRange
from truceline.model.places import Place
from truceline.model.times import Interval
from truceline.model.vocabulary import Phenomenon, Stratum, Target, Weapon

Scalar = str | int | float | None


class Result(StrEnum):
    """What a norm comes to for one party under one reading."""

    COMPLIED = "complied"
    BREACHED = "breached"
    NOT_BREACHED = "not-breached"
    UNDETERMINED = "undetermined"
    CONTESTED = "contested"
    NOT_YET = "not-yet"
    RELEASED = "released"
    VOID = "void"
    DISCRETION_UNUSED = "discretion-unused"


NOT_ATTRIBUTED = "not attributed"


@dataclass(frozen=True, slots=True)
class Because:
    """A reason as an English template and its values, so that every language can say it.

    >>> str(Because("{n} incidents of one stratum only", (("n", 3),)))
    '3 incidents of one stratum only'
    """

    template: str
    values: tuple[tuple[str, Scalar], ...] = ()

    def __str__(self) -> str:
        """The English sentence."""
        return self.template.format(**dict(self.values))


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One numbered step of an evaluation: what was asked, what came out, on which figures and evidence."""

    number: int
    title: str
    outcome: Because
    figures: tuple[tuple[str, Scalar], ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incident:
    """Observations that tell of one event, with the independent strata behind it.

    ``probability`` that the event is real is ``None`` unless observations were weighed against each other; then
    ``types`` is what happened with probabilities where they name different things, and ``replaces`` the incidents of
    the run before whose observations it took over. Weapon, calibre in
    millimetres, named system and target are what the observations that name one agree on.
    """

    id: str
    revision: int
    time: Interval
    place: Place
    phenomenon: Phenomenon
    count: CountRange
    strata: tuple[Stratum, ...]
    observations: tuple[str, ...]
    party: str = ""
    probability: float | None = None
    weapon: Weapon | None = None
    calibre_mm: float | None = None
    weapon_name: str = ""
    target: Target | None = None
    types: tuple[tuple[Phenomenon, float], ...] = ()
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedIncident:
    """What became of one incident when a norm was held against a party.

    ``outcome`` is ``counts`` or the first thing that keeps it from counting. ``inside`` is how likely it lies in window
    and place, as the best single figure; ``inside_at_least`` and ``inside_at_most`` bound it. Only the first bound
    accuses. ``None`` where nobody can say.
    """

    incident: str
    outcome: str
    inside: float | None
    inside_at_least: float | None
    inside_at_most: float | None


@dataclass(frozen=True, slots=True)
class Finding:
    """A norm held against a party under one reading, with everything it rests on.

    ``id`` is ``norm/party/reading``. ``probability`` is that of the result given the evidence, ``None``
    when nothing could have been seen.
    """

    id: str
    norm: str
    party: str
    reading: str
    result: Result
    probability: float | None
    attribution: str
    because: Because
    would_change: tuple[Because, ...]
    trace: tuple[TraceStep, ...]
    incidents: tuple[str, ...] = ()
    judged: tuple[JudgedIncident, ...] = ()
