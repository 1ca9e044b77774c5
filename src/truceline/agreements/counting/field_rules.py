"""Counting rules of missions and parties besides the four of every report: who used each, and for what.

They are asked for by name or with ``--all-rules``; those of casualties and withdrawal lines also stand in a report
wherever the records hold something for them to tell apart.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import ClassVar

from truceline.agreements.counting.kinds import DEATHS
from truceline.agreements.counting.rule_frame import Rule, WithPause
from truceline.model import UsageFault


@dataclass(frozen=True, slots=True)
class OneHourRegrouping(WithPause):
    """All fire in one area (else place) counts one until nothing fell there for longer than the gap; flares not.

    ``gap_min`` minutes without fire end it. Raises :class:`UsageFault` for a negative gap.

    >>> OneHourRegrouping().parameters
    (('gap_min', 60),)
    """

    name: ClassVar[str] = "one-hour-regrouping"
    explanation: ClassVar[str] = (
        "All fire in one area, or at one place outside any, counts one until nothing was observed there for longer "
        "than the gap, of whatever kind and direction; illumination flares are left out."
    )
    citation: ClassVar[str] = (
        "InformNapalm, methodology for comparing reports of the OSCE and the Joint Forces Operation: "
        "https://informnapalm.org/en/metodolohia/print/"
    )
    all_strata: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class WeaponClass(Rule):
    """Every item counts, one line for each class of weapon; a weapon nobody named is a class of its own."""

    name: ClassVar[str] = "weapon-class"
    explanation: ClassVar[str] = (
        "Every item counts one, in the class of the weapon its observer named; items without a weapon are a class of "
        "their own, so that the classes add up to every item."
    )
    citation: ClassVar[str] = (
        "OSCE Special Monitoring Mission to Ukraine, daily reports, column of weapons in the annex table of "
        "violations, 2014-2022, https://reliefweb.int/report/ukraine/osce-special-monitoring-mission-ukraine-smm-"
        "daily-report-2992021-issued-21-december"
    )
    all_strata: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class WithdrawalLines(Rule):
    """Weapons seen, one line for each way they stand to their withdrawal lines, as the observer said."""

    name: ClassVar[str] = "withdrawal-lines"
    explanation: ClassVar[str] = (
        "Every weapon counts one each time an observer saw or missed it, as daily reports list them: one tank seen on "
        "ten days counts ten, and sites are not counted. Each is in violation of withdrawal lines, beyond them but "
        "outside storage sites, in the security zone, not to be verified as withdrawn, permanently missing, or without "
        "any of these said."
    )
    citation: ClassVar[str] = (
        "OSCE Special Monitoring Mission to Ukraine, daily reports, section on the withdrawal of weapons, as of "
        "7 February 2017 (violation; outside storage sites): "
        "http://arab.com.ua/en/osce-doesnt-have-enough-information-on-withdrawal-of-weapon, and of September 2017 "
        "(could not be verified as withdrawn; missing): "
        "http://www.menafn.com/1095825458/Ukrian-OSCE-SMM-observes-Russian-tanks-near-Luhansk?src=RSS"
    )
    all_strata: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Casualties(Rule):
    """The dead of a period, by what is meant by that.

    ``what`` is ``counted`` (all that were added to the toll), ``new`` (killed in the period), ``recovered`` (bodies
    found of people who died earlier) or ``recorded`` (earlier deaths entered in a record). The first is the sum of the
    others. Raises :class:`UsageFault` for another word.

    >>> Casualties("new").parameters
    (('what', 'new'),)
    """

    what: str = "counted"

    name: ClassVar[str] = "casualties"
    explanation: ClassVar[str] = (
        "The dead of a period are all who were added to the toll (counted), or of these only the newly killed (new), "
        "the bodies found of people who died earlier (recovered), or earlier deaths entered in a record (recorded)."
    )
    citation: ClassVar[str] = (
        "Daily bulletin of the Ministry of Health in Gaza, 11 October 2025: 151 bodies, 116 of them recovered, and 320 "
        "deaths confirmed by a committee, https://en.ypagency.net/?p=372134; 35 newly killed: "
        "https://tass.com/world/2028443"
    )
    all_strata: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse a word that stands for no count of the dead."""
        if self.what not in DEATHS:
            near = difflib.get_close_matches(self.what, DEATHS, n=1, cutoff=0.3)
            raise UsageFault(
                f"casualties cannot be counted as {self.what!r}",
                where="what",
                do=f"did you mean {near[0]}?" if near else f"use one of: {', '.join(DEATHS)}",
                example="new",
            )
