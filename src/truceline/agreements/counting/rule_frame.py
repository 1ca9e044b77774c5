"""What every counting rule tells of itself, and the pause that ends an episode for those that know one."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

from truceline.agreements.counting.figures import Parameter
from truceline.model import UsageFault


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to turn one log into one figure. What a rule can be told stands in its fields; a time zone never does.

    A rule that sorts by classes has no parameter for them: each of its lines says its class.
    """

    name: ClassVar[str]
    explanation: ClassVar[str]
    """In one sentence for a report: what counts one."""
    citation: ClassVar[str]
    """Who counts so, and where that can be read."""
    all_strata: ClassVar[bool]
    """Whether a figure over all strata together means anything; items of two channels may be the same items."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The rule's parameters and their values, in the order the rule states them."""
        return tuple((field.name, getattr(self, field.name)) for field in fields(self))


@dataclass(frozen=True, slots=True)
class WithPause(Rule):
    """A rule under which fire goes on, and counts one, until a pause is longer than the gap.

    ``gap_min`` minutes without fire end it. Raises :class:`UsageFault` for a negative gap.
    """

    gap_min: int = 60

    def __post_init__(self) -> None:
        """Refuse a negative gap."""
        if self.gap_min < 0:
            raise UsageFault(
                f"a gap of {self.gap_min} minutes is negative", where="gap_min", do="give minutes", example="60"
            )
