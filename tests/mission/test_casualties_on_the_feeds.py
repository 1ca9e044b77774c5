"""The dead of 11 October 2025, counted from the bulletins: each figure with the name of its rule."""

from __future__ import annotations

from pathlib import Path

import mission_samples as samples
import pytest

from truceline.mission.counting import count_asked, windows_asked
from truceline.mission.demonstration import Demonstration, demonstrate
from truceline.mission.feeds import FeedPlaces
from truceline.mission.folder import Mission, open_mission

pytestmark = pytest.mark.feeds


def shown(folder: Path, feeds: Path, *, swap_parties: bool = False) -> Mission:
    wanted = Demonstration("gaza-2025-10", folder / "shown", swap_parties=swap_parties)
    demonstrate(wanted, FeedPlaces(feeds, folder / "cache", network=False), now=samples.NOW)
    return open_mission(wanted.mission_folder)


@pytest.mark.parametrize("swap_parties", [False, True])
def test_471_and_35_come_out_with_their_rules(feeds: Path, tmp_path: Path, swap_parties: bool):
    mission = shown(tmp_path, feeds, swap_parties=swap_parties)
    windows = windows_asked(mission, "2025-10-11T00:00+03:00", "2025-10-12T00:00+03:00")
    counted = count_asked(mission, windows, (), None, all_rules=True)
    told = {
        (line.rule, dict(line.parameters)["what"]): (line.inside.low, line.inside.best, line.inside.high)
        for line in counted.lines
        if line.rule == "casualties"
    }
    assert told == {
        ("casualties", "counted"): (471, 471, 471),
        ("casualties", "new"): (35, 35, 35),
        ("casualties", "recovered"): (116, 116, 116),
        ("casualties", "recorded"): (320, 320, 320),
    }
