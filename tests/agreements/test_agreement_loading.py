"""A good agreement file becomes exactly what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from truceline.agreements.acts import ACTS
from truceline.agreements.deeds import DEEDS
from truceline.agreements.examples import EXAMPLES
from truceline.agreements.grammar import agreement_schema
from truceline.agreements.loading import load_agreement, load_zones, parse_agreement, read_agreement
from truceline.model import AgreementFault, Phenomenon, Weapon
from truceline.model.strict_yaml import parse_strict_yaml

GOOD = Path(__file__).parent / "good.yaml"
RING = [[30.0, 48.0], [31.0, 48.0], [31.0, 49.0], [30.0, 49.0], [30.0, 48.0]]


def test_every_part_is_read():
    agreement = load_agreement(GOOD)
    assert [party.id for party in agreement.parties] == ["party-north", "party-south"]
    assert agreement.parties[0].name("en") == "Northland"
    (reading,) = agreement.readings
    assert reading.window.start == datetime(2031, 4, 19, 15, tzinfo=UTC)
    assert reading.window.end == datetime(2031, 4, 20, 21, tzinfo=UTC)
    (norm,) = agreement.norms
    assert agreement.bound_by(norm) == ("party-north", "party-south")
    assert agreement.clauses[0].text == "all fire ceases"


def test_the_hash_is_that_of_the_bytes():
    first, second = read_agreement(GOOD), read_agreement(GOOD)
    assert first.sha256 == second.sha256
    assert len(first.sha256) == 64


@pytest.mark.parametrize(
    "body", ["mediator", "third-party", "northern-league", "south-radio", "party", "norther", "parties"]
)
def test_bodies_that_are_no_party_may_assert_a_reading(body: str):
    text = GOOD.read_text(encoding="utf-8")
    agreement = parse_agreement(text.replace("asserted_by: [party-north, party-south]", f"asserted_by: [{body}]"))
    assert agreement.readings[0].asserted_by == (body,)


@pytest.mark.parametrize("slip", ["north", "patry-north", "party-east", "party-nrth"])
def test_a_slip_for_a_party_is_refused_and_told_what_else_may_stand_there(slip: str):
    text = GOOD.read_text(encoding="utf-8")
    with pytest.raises(AgreementFault, match="unknown party") as caught:
        parse_agreement(text.replace("asserted_by: [party-north, party-south]", f"asserted_by: [{slip}]"))
    assert "or name a body that is no party" in caught.value.do


def test_a_plain_yaml_time_with_offset_is_read_as_the_quoted_one():
    text = GOOD.read_text(encoding="utf-8")
    assert parse_agreement(text.replace('"2031-04-19T18:00:00+03:00"', "2031-04-19T18:00:00+03:00")) == parse_agreement(
        text
    )


def test_yaml_guesses_nothing():
    read = parse_strict_yaml(
        "a: no\nb: 1e3\nc: 012\nd: 12:30\ne: 2031-04-19\nf: 'true'\ng: true\nh: ~\ni: 2.5\nj: -3\n"
    )
    assert read.value == {
        "a": "no",
        "b": "1e3",
        "c": "012",
        "d": "12:30",
        "e": "2031-04-19",
        "f": "true",
        "g": True,
        "h": None,
        "i": 2.5,
        "j": -3,
    }


def keys_of(schema: dict[str, Any]):
    yield from schema.get("properties", {}).items()
    for part in schema.get("$defs", {}).values():
        yield from keys_of(part)


def keys_written(value: object) -> set[str]:
    if isinstance(value, list):
        return {key for one in value for key in keys_written(one)}
    return {*value, *(key for one in value.values() for key in keys_written(one))} if isinstance(value, dict) else set()


def test_every_key_of_the_schema_is_described_and_has_a_valid_example():
    for key, child in keys_of(agreement_schema()):
        assert child.get("description"), key
        read = parse_strict_yaml(EXAMPLES[key]).value
        assert key in keys_written(read), key


def test_every_key_act_and_status_is_in_the_reference():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "agreement-keys.md").read_text(encoding="utf-8")
    schema = agreement_schema()
    words = [key for key, _ in keys_of(schema)] + list(ACTS) + list(DEEDS) + schema["properties"]["status"]["enum"]
    assert [word for word in words if f"`{word}`" not in page] == []


def test_an_act_speaks_only_of_known_phenomena_and_says_what_blindness_means():
    for act in ACTS.values():
        assert {*act.shown_by, *act.threatened_by} <= set(Phenomenon)
        assert set(act.silence_needs) <= set(act.shown_by)
        assert not set(act.shown_by) & set(act.threatened_by)
        assert act.blind_because


@pytest.fixture
def with_zone(tmp_path: Path):
    def write(geometry: object) -> Path:
        text = GOOD.read_text(encoding="utf-8").replace("where: everywhere", "where: corridor")
        text += "zones:\n  - {id: corridor, file: corridor.geojson, date: 2031-04-01, method: drawn by hand}\n"
        (tmp_path / "corridor.geojson").write_text(
            geometry if isinstance(geometry, str) else json.dumps(geometry), encoding="utf-8"
        )
        path = tmp_path / "truce.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def polygon(ring: list[Any]):
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.mark.parametrize(
    "wrapped",
    [
        polygon(RING),
        {"type": "Feature", "properties": {}, "geometry": polygon(RING)},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": polygon(RING)}]},
        {"type": "MultiPolygon", "coordinates": [[RING]]},
        polygon([[*RING[0], 120.0], *RING[1:-1], [*RING[0], 120.0]]),
        {**polygon(RING), "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}},
        {**polygon(RING), "crs": {"type": "name", "properties": {"name": "EPSG:4326"}}},
        {**polygon(RING), "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}},
    ],
)
def test_an_outline_is_read_with_its_day_and_method(with_zone: Callable[[object], Path], wrapped: dict[str, Any]):
    (zone,) = load_zones(with_zone(wrapped))
    assert (zone.id, zone.date, zone.method) == ("corridor", "2031-04-01", "drawn by hand")
    assert zone.shape.area == pytest.approx(1.0)


CROSSING = [[30.0, 48.0], [31.0, 49.0], [31.0, 48.0], [30.0, 49.0], [30.0, 48.0]]


@pytest.mark.parametrize(
    ("geometry", "told"),
    [
        (polygon(CROSSING), "Self-intersection"),
        (polygon(RING[:-1]), "open"),
        (polygon(RING[:3]), "fewer than four"),
        (polygon([]), "fewer than four"),
        ({"type": "Polygon", "coordinates": []}, "empty"),
        ({"type": "MultiPolygon", "coordinates": []}, "empty"),
        (polygon([[30.0, 48.0]] * 4), "empty"),
        (polygon([[30.0, 98.0], *RING[1:-1], [30.0, 98.0]]), "off the globe"),
        (polygon([["30", 48.0], *RING[1:]]), "not a position"),
        (polygon([[30.0], *RING[1:]]), "not a position"),
        ({"type": "Point", "coordinates": [30.0, 48.0]}, "not an outline"),
        ({"type": "Feature", "geometry": None}, "not an outline"),
        ({"type": "FeatureCollection", "features": []}, "exactly one"),
        ({**polygon(RING), "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4284"}}}, "4284"),
        ({"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:3857"}}, "features": []}, "3857"),
        ({"type": "Feature", "geometry": {**polygon(RING), "crs": None}}, "reference system None"),
        ({"type": "FeatureCollection", "features": [{"crs": "EPSG:28404", "geometry": polygon(RING)}]}, "28404"),
        (polygon([[179.0, 48.0], [-179.0, 48.0], [-179.0, 49.0], [179.0, 49.0], [179.0, 48.0]]), "half the globe"),
        ("{not json", "not GeoJSON"),
        ('{"type": "Polygon", "coordinates": [[[NaN, 48.0], [31, 48], [31, 49], [NaN, 48.0]]]}', "off the globe"),
    ],
)
def test_a_wrong_outline_is_refused_naming_file_and_line(
    with_zone: Callable[[object], Path], geometry: object, told: str
):
    path = with_zone(geometry)
    with pytest.raises(AgreementFault, match=told) as caught:
        load_agreement(path)
    assert "corridor.geojson" in caught.value.where
    assert f"{path}:27" in caught.value.where
    assert caught.value.example


def test_the_example_of_the_reference_loads():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "agreement-file.md").read_text(encoding="utf-8")
    agreement = parse_agreement(page.split("```yaml\n")[1].split("```")[0])
    assert agreement.gaps == ("who verifies is not said",)


def test_weapon_classes_of_the_reference_are_those_of_the_vocabulary():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "agreement-keys.md").read_text(encoding="utf-8")
    listed = page.split("## Weapon classes\n\n")[1].split(".")[0]
    assert [word.strip("` ") for word in listed.split(",")] == [weapon.value for weapon in Weapon]
