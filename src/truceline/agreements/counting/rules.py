"""The counting rules: ways to turn one log into one figure, each with its parameters and where it comes from.

None of them is the right one. On 2 April 2021 the same front came to 21 under one and 1,021 under another. Every
report prints four of them side by side (:func:`usual_rules`); :mod:`~truceline.agreements.counting.field_rules` holds
the others.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import ClassVar

from truceline.agreements.counting.field_rules import (
    Casualties,
    OneHourRegrouping,
    WeaponClass,
    WithdrawalLines,
)
from truceline.agreements.counting.kinds import DEATHS
from truceline.agreements.counting.rule_frame import Rule, WithPause
from truceline.model import UsageFault

EPISODE_GAPS_MIN = (30, 60, 120)
"""Gaps under which every episode count is given besides its own, because the choice of the gap moves it."""


@dataclass(frozen=True, slots=True)
class SmmItem(Rule):
    """Every item counts: each explosion, burst, shot, projectile or flare that an observer logged.

    >>> SmmItem().parameters
    ()
    """

    name: ClassVar[str] = "smm-item"
    explanation: ClassVar[str] = (
        "Every item an observer logged counts one; a count nobody could make enters with the least it must have been."
    )
    citation: ClassVar[str] = (
        "OSCE Special Monitoring Mission to Ukraine, daily reports with annex table of violations, 2014-2022, "
        "https://reliefweb.int/report/ukraine/osce-special-monitoring-mission-ukraine-smm-daily-report-2992021-"
        "issued-21-december"
    )
    all_strata: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Episode(WithPause):
    """Continuous fire in one direction counts one, however many items it holds.

    ``gap_min`` minutes without fire end an episode. Raises :class:`UsageFault` for a negative gap.

    >>> Episode(30).parameters
    (('gap_min', 30),)
    """

    name: ClassVar[str] = "episode"
    explanation: ClassVar[str] = (
        "Continuous fire counts one: what was seen of one kind, in one area and direction, with no pause longer than "
        "the gap."
    )
    citation: ClassVar[str] = (
        "Command of the Joint Forces Operation, April 2021, on its count of 4 against 494: "
        "https://ukranews.com/en/news/768600-under-1-violation-of-ceasefire-in-jfo-zone-armed-forces-mean-continuous-"
        "episode-of-use-of-various; one-hour gap: https://informnapalm.org/en/metodolohia/print/"
    )
    all_strata: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class SiteDay(Rule):
    """One per place and local day of the mission, however much fell there."""

    name: ClassVar[str] = "site-day"
    explanation: ClassVar[str] = (
        "A place counts one for each local day on which anything was observed there; rows that name no place count one "
        "each, and at the least all of a day together for one."
    )
    citation: ClassVar[str] = (
        "Day-and-location units as in Sundberg & Melander 2013, Introducing the UCDP Georeferenced Event Dataset, "
        "Journal of Peace Research 50(4), https://doi.org/10.1177/0022343313484347"
    )
    all_strata: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class PerIncident(Rule):
    """One per incident: all observations that tell of one event count once."""

    name: ClassVar[str] = "incident"
    explanation: ClassVar[str] = "Every incident counts one, whoever and however many observed it."
    citation: ClassVar[str] = "Truceline, docs/method/fusion.md: observations of one event become one incident"
    all_strata: ClassVar[bool] = True


RULES: dict[str, type[Rule]] = {
    SmmItem.name: SmmItem,
    Episode.name: Episode,
    SiteDay.name: SiteDay,
    PerIncident.name: PerIncident,
    OneHourRegrouping.name: OneHourRegrouping,
    WeaponClass.name: WeaponClass,
    WithdrawalLines.name: WithdrawalLines,
    Casualties.name: Casualties,
}
"""Every rule by name, in the order reports print them."""

WITH_GAP = tuple(name for name, rule in RULES.items() if issubclass(rule, WithPause))
"""Rules that have a gap in minutes."""


def rule_named(name: str, **parameters: int | str) -> Rule:
    """The rule of that name with those parameters; raises :class:`UsageFault` naming the nearest for an unknown one.

    >>> rule_named("episode", gap_min=30)
    Episode(gap_min=30)
    """
    if name not in RULES:
        near = difflib.get_close_matches(name, RULES, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else f"use one of: {', '.join(RULES)}"
        raise UsageFault(f"there is no counting rule {name!r}", where="rule", do=hint, example="smm-item")
    _check_parameters(name, parameters)
    make: Callable[..., Rule] = RULES[name]
    return make(**parameters)


def all_rules() -> tuple[Rule, ...]:
    """Every rule with its usual parameters, that of casualties once for each of its figures."""
    return (*usual_rules(), OneHourRegrouping(), WeaponClass(), WithdrawalLines(), *casualty_rules())


def usual_rules() -> tuple[Rule, ...]:
    """The four rules of every report."""
    return SmmItem(), Episode(), SiteDay(), PerIncident()


def casualty_rules() -> tuple[Casualties, ...]:
    """The rule of casualties, once for each of its figures."""
    return tuple(Casualties(what) for what in DEATHS)


def _check_parameters(name: str, parameters: dict[str, int | str]) -> None:
    known = [field.name for field in fields(RULES[name])]
    for given in parameters:
        if given not in known:
            near = difflib.get_close_matches(given, known, n=1, cutoff=0.3)
            raise UsageFault(
                f"the rule {name} has no parameter {given!r}",
                where=name,
                do=f"did you mean {near[0]}?" if near else f"it takes: {', '.join(known) or 'none'}",
                example="rule_named('episode', gap_min=60)",
            )
