"""Files of a mission that cannot be used are told in four parts, and nothing that stands there is written over."""

from __future__ import annotations

import json
from pathlib import Path

import mission_samples as samples
import pytest

from truceline.mission.casebook import read_figures
from truceline.mission.folder import Mission, new_mission, open_mission
from truceline.mission.gathering import gather
from truceline.model import InputFault, MissionFault, NotAMission

HEADER = (
    "figure,kind,rule,phenomenon,stratum,reading,shift_days,bin_start,value,unit,period,source,url,published,note\n"
)


@pytest.mark.parametrize(
    ("case", "name"),
    [("", "agreements/example.yaml"), ("minsk-2", "claims.csv"), ("minsk-2", "agreements/minsk-2.yaml")],
)
def test_a_new_mission_writes_over_nothing(tmp_path: Path, case: str, name: str):
    mine = tmp_path / "m" / name
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(MissionFault, match=f"a file {name} here already") as refused:
        new_mission(tmp_path / "m", case)
    assert refused.value.where == str(mine)
    assert mine.read_text(encoding="utf-8") == "mine"
    assert [path for path in (tmp_path / "m").rglob("*") if path.is_file()] == [mine]


def test_a_copy_of_a_case_that_was_killed_is_finished(tmp_path: Path):
    whole = new_mission(tmp_path / "whole", "minsk-2")
    new_mission(tmp_path / "killed", "minsk-2")
    (tmp_path / "killed" / "mission.toml").unlink()
    (tmp_path / "killed" / "claims.csv").unlink()
    killed = new_mission(tmp_path / "killed", "minsk-2")
    assert killed.files_at_opening == whole.files_at_opening
    assert (killed.root / "claims.csv").read_bytes() == (whole.root / "claims.csv").read_bytes()


def test_settings_that_are_a_folder_are_no_mission(tmp_path: Path):
    (tmp_path / "mission.toml").mkdir()
    with pytest.raises(NotAMission, match=r"mission\.toml cannot be read"):
        open_mission(tmp_path)


@pytest.mark.parametrize(
    "row",
    ["alarms,count,smm-item\n", "alarms,series,smm-item,air-alarm\n", "alarms,fact" + "," * 20 + "\n"],
    ids=["short count", "short series", "long"],
)
def test_a_figure_with_too_few_or_too_many_values_names_its_line(tmp_path: Path, row: str):
    path = tmp_path / "figures.csv"
    path.write_text(HEADER + row, encoding="utf-8")
    with pytest.raises(InputFault, match="15 values") as refused:
        read_figures(path)
    assert refused.value.where.endswith("line 2")


def test_figures_that_are_not_utf_8_are_refused(tmp_path: Path):
    path = tmp_path / "figures.csv"
    path.write_bytes(HEADER.encode() + b"\xff\xfe")
    with pytest.raises(InputFault, match="cannot be read"):
        read_figures(path)


def _with_outlines(mission: Mission, features: object) -> Mission:
    settings = mission.root / "mission.toml"
    settings.write_text('geometry = ["areas.geojson"]\n' + settings.read_text(encoding="utf-8"), encoding="utf-8")
    (mission.root / "geometry").mkdir(exist_ok=True)
    outlines = json.dumps({"type": "FeatureCollection", "features": features})
    (mission.root / "geometry" / "areas.geojson").write_text(outlines, encoding="utf-8")
    opened = open_mission(mission.root)
    samples.conclude(opened)
    return opened


BOX = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
DRAWN = {"type": "Feature", "properties": {"name": "Left bank"}, "geometry": BOX}


def test_a_feature_without_a_place_is_not_drawn(mission: Mission):
    nowhere = {"type": "Feature", "properties": {"name": "Right bank"}, "geometry": None}
    shapes = gather(_with_outlines(mission, [nowhere, DRAWN])).shapes
    assert [shape.name for shape in shapes] == ["Left bank"]


@pytest.mark.parametrize(
    "feature", [{"properties": {}}, "no feature", {"geometry": {"type": "Blob"}}, {"geometry": BOX, "properties": "x"}]
)
def test_a_feature_that_cannot_be_read_is_named(mission: Mission, feature: object):
    with pytest.raises(InputFault, match="feature 2 has no geometry") as refused:
        gather(_with_outlines(mission, [DRAWN, feature]))
    assert refused.value.where.endswith("areas.geojson")
