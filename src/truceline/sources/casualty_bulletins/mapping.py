"""Daily casualty bulletins of Gaza: what each field of a day becomes.

===================  ===========================================================================
field                noun
===================  ===========================================================================
report_date          the last local day the bulletin is about; natural key with the name of the part.
                     The file names no hour and no zone: Asia/Gaza is assumed (or the zone that was
                     asked for) and recorded in the interval
report_period        how many hours: 24, 48, 72, 96 are as many whole days up to and with the
                     ``report_date``, sense *sometime*. 0 with figures is taken as that day alone;
                     0 without figures says that no bulletin came, and gives nothing, coverage neither
killed_truce_new     *casualty*: killed in the period
killed_succumbed     *casualty*, its own record: died in the period of wounds of before
killed_recovered     *body-recovered*: bodies found of people who died earlier
killed_committee     *death-recorded*: earlier deaths that a committee confirmed
killed               the total added to the toll, a check on the parts: parts above it, and the day
                     is rejected. What it has beyond its parts is *casualty* with low 0: how many of
                     them were newly killed is not told, and no split is made up
report_source        words. ``missing`` with figures is rejected: no bulletin stands behind them
ext_…                passed over: interpolated or carried on by the dataset, not said by a bulletin
…_cum, injured and   passed over
other fields
===================  ===========================================================================

A part of 0 or a part that is not there gives no record. Place: the area ``Gaza Strip``; the bulletins name no spot.
Means: **reported**. Nobody is attributed: who died is not who fired.

Coverage: ``Gaza Strip`` is *degraded* over the days that bulletins are about, one record for each unbroken run. A
ministry lists whom it registered; bodies under rubble come months later.

Stratum: one party's word. ``party-b`` unless ``--set stratum=party-a`` says that the ministry is on the side the
agreement names first; the standard of evidence treats both strata alike.

Licence: public domain (Unlicense), TechForPalestine/palestine-datasets.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from truceline.model import Phenomenon, Source, Stratum

ASSUMED_ZONE = ZoneInfo("Asia/Gaza")
WATCHED_AREA = "Gaza Strip"
"""What the bulletins are about: a mission that is to count this sight names its area so."""

TOTAL = "killed"
PARTS = {
    "killed_truce_new": Phenomenon.CASUALTY,
    "killed_succumbed": Phenomenon.CASUALTY,
    "killed_recovered": Phenomenon.BODY_RECOVERED,
    "killed_committee": Phenomenon.DEATH_RECORDED,
}
"""Fields that are parts of the total, and what each is."""

UNSPLIT = "killed_not_split"
"""The name, in keys, of what the total has beyond its parts."""

NO_BULLETIN = "missing"
"""The ``report_source`` of days of which the dataset found no bulletin."""

HOURS = (0, 24, 48, 72, 96, 120, 144, 168)
"""Periods that are whole days, at most a week."""

MOST_DEATHS = 1_000_000
"""A figure of one bulletin above this is a slip of the pen."""

DEGRADED_REASON = "one ministry's bulletins: whom it registered; bodies not yet recovered are not among them"

STRATA = {one.value: one for one in (Stratum.PARTY_A, Stratum.PARTY_B)}


def source(stratum: Stratum) -> Source:
    """The ministry and media office behind the bulletins, on one side or the other."""
    return Source(
        id="gaza-casualty-bulletins",
        title="Daily casualty bulletins of Gaza",
        custodian="Ministry of Health in Gaza, gathered by Tech for Palestine",
        stratum=stratum,
        senses=(Phenomenon.CASUALTY, Phenomenon.BODY_RECOVERED, Phenomenon.DEATH_RECORDED),
        url="https://github.com/TechForPalestine/palestine-datasets",
        licence="Unlicense (public domain)",
        note="One party's figures. A day is when deaths entered the toll; bodies recovered that day died earlier.",
    )
