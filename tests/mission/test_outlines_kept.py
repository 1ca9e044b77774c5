"""Outlines are kept in the mission when it is made: another machine, or no feeds at all, draws the same map."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import mission_samples as samples
import pytest

from truceline.mission.folder import Mission, new_mission, open_mission
from truceline.mission.gathering import gather
from truceline.mission.keeping_outlines import keep_outlines
from truceline.model import Phenomenon

OUTLINES = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": name},
                "geometry": {"type": "Polygon", "coordinates": [[[x, 48], [x + 1, 48], [x + 1, 49], [x, 48]]]},
            }
            for x, name in ((30, "Left bank"), (31, "Right bank"), (32, "elsewhere"))
        ],
    }
)


@pytest.fixture
def feeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of feeds with outlines of what the cases name."""
    folder = tmp_path / "feeds"
    (folder / "places").mkdir(parents=True)
    (folder / "places" / "areas.geojson").write_text(OUTLINES, encoding="utf-8")
    monkeypatch.setenv("TRUCELINE_DATA", str(folder))
    return folder


def _with_geometry(root: Path) -> Mission:
    settings = 'geometry = ["places/areas.geojson"]\ngeometry_licence = "Mappers, CC0"\n'
    (root / "mission.toml").write_text(samples.SETTINGS.replace("\n[series]", f"{settings}\n[series]"), "utf-8")
    keep_outlines(root / "geometry", ("places/areas.geojson",))
    made = open_mission(root)
    samples.conclude(made)
    return made


def test_the_same_mission_gives_the_same_map_without_the_feeds(mission: Mission, feeds: Path):
    made = _with_geometry(mission.root)
    before = gather(made)
    assert [shape.name for shape in before.shapes] == ["Left bank", "Right bank"]
    assert {(shape.phenomenon, shape.reading) for shape in before.shapes} == {(Phenomenon.EXPLOSION, "as-announced")}
    shutil.rmtree(feeds)
    assert gather(open_mission(mission.root)) == before


@pytest.mark.usefixtures("feeds")
def test_the_outlines_are_cited_by_hash_and_licence(mission: Mission):
    (cited,) = gather(_with_geometry(mission.root)).outlines
    digest = hashlib.sha256(OUTLINES.encode()).hexdigest()
    assert (cited.name, cited.sha256, cited.licence) == ("places/areas.geojson", digest, "Mappers, CC0")


@pytest.mark.usefixtures("feeds")
def test_feeds_that_come_later_change_no_mission(mission: Mission):
    settings = samples.SETTINGS.replace("\n[series]", 'geometry = ["places/areas.geojson"]\n\n[series]')
    (mission.root / "mission.toml").write_text(settings, "utf-8")
    made = open_mission(mission.root)
    samples.conclude(made)
    assert gather(made).shapes == ()


def test_a_mission_of_a_case_takes_its_outlines_with_it(tmp_path: Path, feeds: Path):
    name = "places/geoboundaries_UKR_ADM1_oblasts.geojson.gz"
    (feeds / name).write_bytes(b"outlines")
    made = new_mission(tmp_path / "made", "easter-2025")
    assert (made.root / "geometry" / name).read_bytes() == b"outlines"


def test_outlines_that_are_there_are_not_overwritten_and_none_leaves_the_folder(tmp_path: Path, feeds: Path):
    geometry = tmp_path / "mission" / "geometry"
    (geometry / "places").mkdir(parents=True)
    (geometry / "places" / "areas.geojson").write_text("mine", encoding="utf-8")
    (feeds.parent / "outside.geojson").write_text(OUTLINES, encoding="utf-8")
    keep_outlines(geometry, ("places/areas.geojson", "../outside.geojson", "absent.geojson"))
    assert (geometry / "places" / "areas.geojson").read_text("utf-8") == "mine"
    assert sorted(path.name for path in (tmp_path / "mission").rglob("*.geojson")) == ["areas.geojson"]
