"""Counts of a mission: what stands behind a ratio, which rules are meant, and what is worked out only when asked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import mission_samples as samples
import pytest

from truceline.agreements.counting import Episode, SmmItem
from truceline.mission import counting
from truceline.mission.counting import count_mission, count_windows, rules_named
from truceline.mission.folder import Mission, open_mission
from truceline.mission.gathering import local_day
from truceline.model import Interval, UsageFault


def rows_of(days: list[date], hour: int) -> str:
    rows = [f"{n},{day}T{hour:02d}:00:00Z,,Left bank,shot,,one shot\n" for n, day in enumerate(days)]
    return samples.HEADER + "".join(rows)


@pytest.fixture
def steady(tmp_path: Path) -> Mission:
    """One shot on each day from 14 to 21 April 2031, the last of which information was taken in."""
    made = samples.make_mission(tmp_path / "steady")
    settings = made.root / "mission.toml"
    text = settings.read_text(encoding="utf-8").replace("2031-05-31T00:00:00+00:00", "2031-04-21T21:00:00+00:00")
    settings.write_text(text, encoding="utf-8")
    made = open_mission(made.root)
    samples.take_in(made, rows_of([date(2031, 4, day) for day in range(14, 22)], 9))
    samples.conclude(made)
    return made


def test_a_day_as_the_days_before_it_is_no_more_than_they(steady: Mission):
    day = local_day(steady, date(2031, 4, 21))
    line = next(line for line in day.counts if line.rule == "smm-item")
    assert line.inside.best == 1
    assert [(one.shift_days, one.figure.best) for one in line.reference] == [(-days, 1) for days in range(7, 0, -1)]
    assert line.ratio is not None
    assert (line.ratio.ratio, line.ratio.windows) == (1.0, 7)


def test_every_line_has_a_ratio_or_says_why_not(mission: Mission):
    lines = count_mission(mission).lines
    assert lines
    assert all((line.ratio is None) == bool(line.no_ratio) for line in lines)
    for line in lines:
        behind = [one for one in line.reference if one.in_ratio]
        assert all(one.coverage is None or one.coverage > 0 for one in behind)
        assert len(behind) == (0 if line.ratio is None else line.ratio.windows)


def test_a_period_at_the_end_of_the_calendar_is_counted(mission: Mission):
    for_good = Interval(datetime(2031, 4, 19, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC))
    lines = count_windows(mission, [("period", for_good)], [SmmItem()])
    assert [line.inside.best for line in lines] == [1, 1, 1]
    assert all((line.reference, line.no_ratio) == ((), "window-not-over") for line in lines)
    assert (
        count_windows(mission, [("day", Interval(datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 2, tzinfo=UTC)))], [])
        == ()
    )


def test_series_are_worked_out_only_when_asked_for(mission: Mission, monkeypatch: pytest.MonkeyPatch):
    def never(*_: object) -> None:
        raise AssertionError("nobody asked for a series")

    monkeypatch.setattr(counting, "series", never)
    reading = mission.agreement.readings[0]
    assert count_windows(mission, [(reading.id, reading.window)], [SmmItem()])
    with pytest.raises(AssertionError, match="nobody asked"):
        count_mission(mission)


def test_a_rule_named_twice_counts_once():
    assert rules_named(["episode", "smm-item", "episode"], 30) == (Episode(30), SmmItem())


def test_a_gap_without_the_episode_rule_is_refused():
    with pytest.raises(UsageFault, match="incident has none"):
        rules_named(["incident"], 30)
    assert Episode(30) in rules_named([], 30)
