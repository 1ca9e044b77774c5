"""What a publication holds of an incident, and what each level opens of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from truceline.ledger.bundles import MOST_OPENINGS
from truceline.ledger.disclosure import seal
from truceline.mission.publication import INCIDENTS_AT_ONCE, incident_fields
from truceline.mission.release_rules import DEFAULT_RULES, Level
from truceline.model import AreaPlace, CountRange, Incident, Interval, Phenomenon, PointPlace, SectorPlace, Stratum

NOON = datetime(2031, 6, 2, 12, 0, 7, 123456, tzinfo=UTC)
ONE = Incident(
    id="00ff00ff00ff00ff",
    revision=1,
    time=Interval(NOON, NOON),
    place=PointPlace(48.1234, 37.5678, 250.0, "a village"),
    phenomenon=Phenomenon.EXPLOSION,
    count=CountRange(2, 3, 5),
    strata=(Stratum.ACOUSTIC, Stratum.PATROL),
    observations=("0123456789abcdef",),
)
POST = "6 km west of our post at 48.1234, 37.5678"


def shown(level: Level, incident: Incident = ONE) -> dict[str, object]:
    return {path: value for path, value in incident_fields([incident]).items() if level.opens(path)}


def test_parties_and_public_see_cells_and_never_the_place():
    parties, public = DEFAULT_RULES.levels
    assert shown(parties)["/incidents/0/place/10km"] == [48.15, 37.55]
    assert shown(public)["/incidents/0/place/50km"] == [48.25, 37.75]
    assert "/incidents/0/place/10km" not in shown(public)
    for level in (parties, public):
        assert {"/incidents/0/place/1km", "/incidents/0/place/exact"}.isdisjoint(shown(level))
        assert "48.1234" not in str(shown(level))


def test_a_level_without_places_opens_nothing_of_them():
    level = replace(DEFAULT_RULES.levels[0], place="none")
    assert not [path for path in shown(level) if "place" in path]


def test_a_time_is_whole_minutes():
    time = incident_fields([ONE])
    assert time["/incidents/0/time/from"] == "2031-06-02T12:00:00+00:00"
    assert time["/incidents/0/time/until"] == "2031-06-02T12:01:00+00:00"


def test_how_far_it_may_be_is_told_in_whole_kilometres():
    told = incident_fields([replace(ONE, place=PointPlace(48.0, 37.0, 1_200.0, ""))])
    assert told["/incidents/0/place/within_km"] == 2


SEEN = SectorPlace(48.1234, 37.5678, 0.0, 0.0, 0.0, 5e3, POST)


@pytest.mark.parametrize("place", [AreaPlace(POST, None, ""), SEEN])
def test_the_words_of_a_post_are_not_even_sealed(place: AreaPlace | SectorPlace):
    assert incident_fields([replace(ONE, place=place)])["/incidents/0/place/name"] == ""


def test_where_an_observer_stands_is_never_sealed_finer_than_ten_kilometres():
    told = incident_fields([replace(ONE, place=SEEN)])
    assert told["/incidents/0/place/10km"] == [48.15, 37.55]
    assert {"/incidents/0/place/1km", "/incidents/0/place/exact"}.isdisjoint(told)


def test_a_named_area_is_told_by_its_name():
    told = incident_fields([replace(ONE, place=AreaPlace("Odeska oblast"))])
    assert told["/incidents/0/place/name"] == "Odeska oblast"
    assert told["/incidents/0/place/within_km"] is None
    shape = shapely.box(30, 46, 31, 47)
    wide = incident_fields([replace(ONE, place=AreaPlace("Odeska oblast", shape))])
    assert 60 < wide["/incidents/0/place/within_km"] < 80


@given(st.floats(0.5, 89), st.floats(-179, 179))
def test_what_is_opened_does_not_change_within_a_cell(lat: float, lon: float):
    public = DEFAULT_RULES.levels[1]
    here = shown(public, replace(ONE, place=PointPlace(lat, lon, 100.0, "")))
    middle = here["/incidents/0/place/50km"]
    assert isinstance(middle, list)
    again = shown(public, replace(ONE, place=PointPlace(middle[0], middle[1], 100.0, "")))
    assert {path: value for path, value in here.items() if "within" not in path} == {
        path: value for path, value in again.items() if "within" not in path
    }


def test_a_full_pack_fits_an_entry_and_a_bundle():
    fields = incident_fields([ONE] * INCIDENTS_AT_ONCE)
    sealed, _ = seal("c-0123456789ab/1/incidents-1", fields)
    assert sealed.entry()
    assert len(fields) < MOST_OPENINGS


def test_parties_swap_and_nothing_else_does():
    north, south = replace(ONE, party="north"), replace(ONE, party="south")
    assert incident_fields([north]) == incident_fields([south])
    assert timedelta(0) == DEFAULT_RULES.levels[0].after
