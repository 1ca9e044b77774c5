"""What a later file may take back of an earlier one's coverage, and what it may not."""

from __future__ import annotations

from pathlib import Path

import mission_samples as samples
import pytest

from truceline.coverage import coverage_shares
from truceline.mission.folder import Mission
from truceline.mission.ingesting import Intake, ingest
from truceline.model import Interval, Phenomenon, parse_moment
from truceline.sources import ReadOptions

HEADER = "region,started_at,finished_at,naive\n"
OTHER = "B,2031-05-01T00:00:00Z,2031-05-01T01:00:00Z,False\nB,2031-05-09T23:00:00Z,2031-05-10T00:00:00Z,False\n"
STUCK = f"{HEADER}A,2031-05-03T00:00:00Z,2031-05-07T00:00:00Z,False\n{OTHER}"
CLOSED = f"{HEADER}A,2031-05-03T00:00:00Z,2031-05-03T01:00:00Z,False\n{OTHER}"
EXCERPT = f"{HEADER}B,2031-05-01T00:00:00Z,2031-05-01T01:00:00Z,False\n"
WINDOW = Interval(parse_moment("2031-05-01T00:00:00Z"), parse_moment("2031-05-10T00:00:00Z"))


@pytest.fixture
def empty(tmp_path: Path) -> Mission:
    return samples.make_mission(tmp_path / "mission")


def take_in(mission: Mission, alarms: str):
    path = mission.root / "alarms.csv"
    path.write_text(alarms, encoding="utf-8")
    return ingest(mission, Intake("ua-alarms", path, ReadOptions()), now=samples.NOW)


def share(mission: Mission, area: str):
    records, sources = mission.records.coverage(), mission.records.sources()
    (found,) = coverage_shares(records, sources, [area], WINDOW, [Phenomenon.AIR_ALARM])
    return found.share


def test_excerpt_takes_nothing_from_the_coverage_of_the_whole_list(empty: Mission):
    take_in(empty, CLOSED)
    assert share(empty, "B") == 1.0
    outcome = take_in(empty, EXCERPT)
    assert (share(empty, "B"), outcome.revised) == (1.0, 0)


def test_corrected_alarm_is_blind_no_more_and_the_old_file_does_not_undo_it(empty: Mission):
    take_in(empty, STUCK)
    assert share(empty, "A") == pytest.approx(5 / 9)
    take_in(empty, CLOSED)
    assert share(empty, "A") == 1.0
    for again in (CLOSED, STUCK, CLOSED):
        outcome = take_in(empty, again)
        assert (outcome.new, outcome.revised, outcome.coverage) == (0, 0, 0)
    assert share(empty, "A") == 1.0


def test_alarm_that_a_later_list_leaves_open_is_blind_and_the_first_list_again_changes_nothing(empty: Mission):
    take_in(empty, CLOSED)
    take_in(empty, STUCK)
    before = share(empty, "A")
    assert before == pytest.approx(5 / 9)
    outcome = take_in(empty, CLOSED)
    assert (outcome.new, outcome.revised, outcome.coverage) == (0, 0, 0)
    assert share(empty, "A") == before
