"""What a report hears of lines and zones: how each was drawn, or what a mission has still to bring."""

from __future__ import annotations

import pytest
from numpy import asarray
from shapely.geometry import box

from truceline.agreements.ground import Ground
from truceline.agreements.loading import load_ground
from truceline.agreements.space.zone import ReferenceLine, Zone
from truceline.mission.casebook import case_folder
from truceline.mission.ground_used import ground_used
from truceline.model import LineTerms


def test_a_drawn_line_and_zone_say_what_their_files_state():
    line = ReferenceLine("front", (asarray([[1.0, 2.0], [1.0, 3.0]]),), "2031-04-01", "survey", "f", "2", 300.0)
    zone = Zone("strip", box(0, 0, 1, 1), "2031-04-02", "traced", "s", "", 50.0)
    terms = LineTerms("front", "2031-04-01", "survey", "2", 300.0, "party-a", "party-b")
    told = ground_used(Ground((zone,), (line,), (terms,)))
    assert [(one.id, one.date, one.version, one.method, one.accuracy_m, one.line) for one in told] == [
        ("front", "2031-04-01", "2", "survey", 300.0, True),
        ("strip", "2031-04-02", "", "traced", 50.0, False),
    ]


@pytest.mark.parametrize("case", ["minsk-2", "golan-1974"])
def test_what_nobody_has_drawn_is_there_with_what_is_wanted(case: str):
    ground = load_ground(case_folder(case) / "agreement.yaml")
    told = {one.id: one for one in ground_used(ground)}
    assert set(ground.slots) == {one.id for one in told.values() if one.accuracy_m is None}
    assert ground.slots
    assert all(told[name].method for name in ground.slots)
