"""Which incidents a report lists: inside the windows, or of a day all that touch it, before any is cut for length."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import mission_samples as samples
import pytest

from truceline.mission import gathering
from truceline.mission.folder import Mission
from truceline.mission.gathering import gather
from truceline.model import AreaPlace, PointPlace, id_of

EARLY = "".join(
    f"e{n},2031-04-19T17:{n:02}:00Z,2031-04-19T17:{n:02}:30Z,Left bank,explosion,,bang {n}\n" for n in range(10, 40)
)
LATER = (
    "before,2031-04-24T20:00:00Z,2031-04-24T22:00:00Z,Left bank,air-alarm,,went on over midnight\n"
    "on,2031-04-25T09:00:00Z,2031-04-25T09:01:00Z,Right bank,shot,,on the day\n"
    "instant,2031-04-24T21:00:00Z,2031-04-24T21:00:00Z,Right bank,burst,,at midnight sharp\n"
    "after,2031-04-25T21:00:00Z,2031-04-25T21:00:00Z,Right bank,burst,,the next midnight\n"
)


@pytest.fixture
def busy(mission: Mission) -> Mission:
    """The made-up mission with thirty incidents early in the window and some on a day outside it."""
    samples.take_in(mission, samples.HEADER + EARLY + LATER, "busy.csv")
    samples.conclude(mission)
    return mission


def _words(mission: Mission, day: date | None) -> list[str]:
    told = {f"busy.csv:{line}": row.split(",")[0] for line, row in enumerate((EARLY + LATER).splitlines(), 2)}
    return [told.get(note.rows[0], note.rows[0]) for note in gather(mission, day=day).incidents]


def test_a_day_is_listed_in_full_although_the_windows_are_not(busy: Mission, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gathering, "INCIDENTS_LISTED", 5)
    assert len(_words(busy, None)) == 5
    assert gather(busy).incidents_left_out == 28
    assert _words(busy, date(2031, 4, 20)) == ["patrol.csv:3", "patrol.csv:4"]
    assert gather(busy, day=date(2031, 4, 20)).incidents_left_out == 0


def test_of_a_day_is_listed_what_touches_it_inside_a_window_or_not(busy: Mission):
    assert _words(busy, date(2031, 4, 25)) == ["before", "instant", "on"]


def test_what_is_listed_of_a_day_overlaps_it(busy: Mission):
    gathered = gather(busy, day=date(2031, 4, 25))
    assert gathered.day is not None
    assert all(gathered.day.window.overlaps(note.incident.time) for note in gathered.incidents)


def test_more_of_a_day_than_is_listed_is_counted(busy: Mission, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gathering, "INCIDENTS_LISTED", 2)
    gathered = gather(busy, day=date(2031, 4, 25))
    assert (len(gathered.incidents), gathered.incidents_left_out) == (2, 1)


def test_the_place_is_the_one_fusion_chose_and_not_the_earliest(mission: Mission):
    (seen, *_) = gathering.observations_by_id(
        mission.archive(), [int(one, 16) for one in gather(mission).incidents[0].incident.observations]
    )
    wide, near = replace(seen, place=AreaPlace("Left bank")), replace(seen, place=PointPlace(48.0, 37.8, 50))
    assert gathering._place_of((wide, near), id_of(near.place.key)) == near.place
    assert gathering._place_of((wide, near), 0) == wide.place
