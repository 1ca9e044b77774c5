"""A count over all channels is printed unless one channel alone stands behind it with the very same figures."""

from __future__ import annotations

from dataclasses import replace

from truceline.agreements.counting import ANY_STRATUM, CountFigure, CountLine, told_once

PATROL = CountLine("smm-item", (), "shot", "patrol", "as-announced", CountFigure(3, 3, 3), (), None)
WHOLE = replace(PATROL, stratum=ANY_STRATUM)
CAMERA = replace(PATROL, stratum="optical", inside=CountFigure(1, 1, 1))


def test_one_channel_alone_is_told_once():
    assert told_once((PATROL, WHOLE)) == (PATROL,)


def test_other_figures_over_all_channels_are_told():
    other = replace(WHOLE, inside=CountFigure(2, 3, 3))
    assert told_once((PATROL, other)) == (PATROL, other)


def test_two_channels_and_their_whole_are_told():
    both = replace(WHOLE, inside=CountFigure(4, 4, 4))
    assert told_once((PATROL, CAMERA, both)) == (PATROL, CAMERA, both)
    assert told_once((PATROL, CAMERA, WHOLE)) == (PATROL, CAMERA, WHOLE)


def test_readings_rules_and_phenomena_do_not_stand_for_each_other():
    for other in ({"reading": "from-midnight"}, {"rule": "incident"}, {"phenomenon": "burst"}):
        assert told_once((replace(PATROL, **other), WHOLE)) == (replace(PATROL, **other), WHOLE)
        both = (PATROL, WHOLE, replace(PATROL, **other), replace(WHOLE, **other))
        assert told_once(both) == (PATROL, replace(PATROL, **other))
