"""The map: states told apart without colour, small areas on top, names that never cover each other."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from truceline.mission.assessment import Assessment, MapShape
from truceline.model import Phenomenon
from truceline.report import LANGUAGES, compose, render_html
from truceline.report.figures.coverage_map import LOOKS
from truceline.report.figures.map_labels import Named, labels

SVG = "{http://www.w3.org/2000/svg}"


def _square(west: float, south: float, size: float) -> dict[str, object]:
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _drawing(assessment: Assessment, *shapes: MapShape) -> ET.Element:
    content = compose(replace(assessment, shapes=shapes or assessment.shapes))
    blocks = next(section.blocks for section in content.sections if section.id == "map")
    return ET.fromstring(next(block.svg for block in blocks if block.kind == "figure"))  # noqa: S314  our own drawing


def _named(name: str, left: float, top: float, size: float) -> Named:
    return Named(name, ((left, top), (left + size, top), (left + size, top + size), (left, top + size)))


def _names(parts: list[str]) -> list[str]:
    texts = [ET.fromstring(part) for part in parts]  # noqa: S314  our own drawing
    return [text.text or "" for text in texts if text.tag == "text" and text.get("class") == "ink"]


def test_no_two_states_have_the_same_strokes(assessment: Assessment):
    patterns = list(_drawing(assessment).iter(f"{SVG}pattern"))
    strokes = [
        (
            [child.tag for child in pattern],
            pattern.get("patternTransform"),
            [child.get("stroke-width") for child in pattern],
        )
        for pattern in patterns
    ]
    assert len(patterns) == len(LOOKS) - 1
    assert all(one not in strokes[:place] for place, one in enumerate(strokes))


def test_a_small_area_lies_over_the_one_around_it(assessment: Assessment):
    seen = (Phenomenon.AIR_ALARM, "as-announced")
    town = MapShape("Town", _square(31, 48, 0.2), "blind", *seen)
    land = MapShape("Land", _square(30, 47, 4), "watching", *seen)
    for order in ((town, land), (land, town)):
        titles = [title.text for title in _drawing(assessment, *order).iter(f"{SVG}title")]
        assert titles == ["Land: watching", "Town: blind"]


def test_a_small_area_has_its_name_beside_it_and_a_line():
    parts = labels((_named("Land", 100, 100, 400), _named("Small Town", 200, 200, 12)), 720, 620)
    assert _names(parts) == ["Land", "Small Town"]
    assert sum(part.startswith("<line") for part in parts) == 1


def test_a_long_name_takes_a_line_for_each_word():
    assert _names(labels((_named("Northern district", 100, 100, 70),), 720, 620)) == ["Northern", "district"]
    assert _names(labels((_named("Upper-Northern district", 100, 100, 60),), 720, 620)) == [
        "Upper-",
        "Northern",
        "district",
    ]


def test_names_never_cover_each_other():
    areas = tuple(_named(f"District {number}", 100 + 3 * number, 100, 90) for number in range(9))
    assert len(_names(labels(areas, 720, 620))) == 1


@pytest.mark.parametrize("ring", [((5.0, 5.0),), ((5.0, 5.0), (9.0, 9.0)), ((0.0, 0.0), (9.0, 9.0), (0.0, 0.0))])
def test_a_ring_without_an_inside_breaks_nothing(ring: tuple[tuple[float, float], ...]):
    assert Named("Nowhere", ring).heart
    assert isinstance(labels((Named("Nowhere", ring),), 720, 620), list)


def test_the_caption_says_of_what_and_of_which_reading_the_map_is(assessment: Assessment):
    blocks = next(section.blocks for section in compose(assessment).sections if section.id == "map")
    figure = next(block for block in blocks if block.kind == "figure")
    assert figure.caption.startswith("Shown: air-raid alarm, in the window of the reading as-announced. ")
    assert "air-raid alarm" in figure.alternative


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_of_the_outlines_its_licence_and_its_hash_are_named(assessment: Assessment, language: str):
    page = render_html(compose(assessment, language))
    assert all(words in page for words in ("areas.geojson", "CC BY 4.0", "e" * 64))
