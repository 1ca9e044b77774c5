"""The coverage beside each figure that is not a window's own: every reference window, every day or week of a series.

A quiet day on which nobody could look is not a quiet day, so no bar of a chart and no reference figure stands alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from truceline.agreements.counting import BIN_DAYS, FIRE, CountLine, Series, shifted_by_days
from truceline.coverage import coverage_shares
from truceline.mission.alerts import ALERTS
from truceline.mission.folder import Mission
from truceline.model import Interval, Phenomenon, midnight


class Seen:
    """Coverage of a mission for any phenomenon and window, each worked out once."""

    def __init__(self, mission: Mission, zone: ZoneInfo) -> None:
        """Read the coverage records of a mission; ``zone`` is its own."""
        self._records = mission.records.coverage()
        self._sources = mission.records.sources()
        self._areas = mission.settings.areas
        self._zone = zone
        self._known: dict[tuple[str, datetime, datetime], float] = {}

    def share(self, phenomenon: str, window: Interval) -> float:
        """The share of place and time in which a phenomenon could have been seen."""
        key = (phenomenon, window.start, window.end)
        if key not in self._known:
            self._known[key] = self._worked_out(phenomenon, window)
        return self._known[key]

    def beside_references(self, lines: Sequence[CountLine], windows: Mapping[str, Interval]) -> tuple[CountLine, ...]:
        """Count lines with the coverage of each of their reference windows."""
        return tuple(self._line(line, windows[line.reading]) for line in lines)

    def beside_bins(self, series: Sequence[Series]) -> tuple[Series, ...]:
        """Series with the coverage of each of their days or weeks."""
        return tuple(self._series(one) for one in series)

    def _line(self, line: CountLine, window: Interval) -> CountLine:
        reference = tuple(
            replace(one, coverage=self.share(line.phenomenon, shifted_by_days(window, one.shift_days, self._zone)))
            for one in line.reference
        )
        return replace(line, reference=reference, coverage=self.share(line.phenomenon, window))

    def _series(self, series: Series) -> Series:
        step = timedelta(days=BIN_DAYS[series.bin])
        bins = tuple(
            replace(
                one,
                coverage=self.share(
                    series.phenomenon, Interval(one.start, midnight(one.start.date() + step, self._zone))
                ),
            )
            for one in series.bins
        )
        return replace(series, bins=bins)

    def _worked_out(self, phenomenon: str, window: Interval) -> float:
        wanted = self._kinds(Phenomenon(phenomenon))
        touching = [record for record in self._records if record.time.overlaps(window)]
        shares = coverage_shares(touching, self._sources, self._areas, window, wanted)
        return min(share.share for share in shares)

    def _kinds(self, phenomenon: Phenomenon) -> tuple[Phenomenon, ...]:
        """What a phenomenon is the sum of, or itself; a sum is seen only as far as its least-seen kind.

        Of fire, a kind that no source of the mission can tell of stands in no figure, and is not asked for.
        """
        if phenomenon is Phenomenon.ANY_ALERT:
            return ALERTS
        if phenomenon is not Phenomenon.ANY_FIRE:
            return (phenomenon,)
        sensed = {one for source in self._sources for one in source.senses}
        return tuple(kind for kind in FIRE if kind in sensed) or FIRE
