"""The picture of a located event: everything on paper, symbols that need no colour, and nothing that runs."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.report.figures.event_frame import Frame, Panel, axis_steps, bar_length
from truceline.report.figures.event_names import FAR, Mark, meet, width
from truceline.report.figures.event_picture import (
    HEARD,
    MISSED,
    PANEL,
    UNFIT,
    WIDTH,
    EventPicture,
    Said,
    Shape,
    draw,
)

PLACES = [(HEARD, 800.0, 900.0), (HEARD, -2000.0, 400.0), (MISSED, 300.0, -700.0), (UNFIT, 0.0, 600.0), (FAR, 9e3, 0.0)]


def picture(places: list[tuple[str, float, float]], shape: Shape, mirror: Shape | None = None) -> EventPicture:
    return EventPicture(
        title="Event 3",
        description="told in words",
        lines=("a line of text",),
        marks=tuple(Mark(kind, x, y, f"s{at}") for at, (kind, x, y) in enumerate(places)),
        said=tuple(
            Said(kind, math.hypot(x, y), 0.01 * at if kind == HEARD else math.nan, f"s{at}")
            for at, (kind, x, y) in enumerate(places)
        ),
        shape=shape,
        mirror=mirror,
        legend=((HEARD, "heard"), (MISSED, "missed")),
        map_title="map",
        distance_title="km",
        residual_title="ms",
        band_title="band",
        along_unit=1000.0,
        late_unit=0.001,
        spread=lambda metres: 0.02 + 1e-6 * metres,
        id="event-3",
        length=lambda metres: f"{metres:g} m",
        figure=lambda value: f"{value:g}",
    )


METRES = st.floats(-50_000.0, 50_000.0, allow_nan=False)
KINDS = st.sampled_from([HEARD, MISSED, UNFIT, FAR])
AXES = st.floats(0.5, 30_000.0)


@given(st.lists(st.tuples(KINDS, METRES, METRES), min_size=1, max_size=20), AXES, AXES, st.floats(0.0, 180.0))
def test_all_that_is_drawn_lies_on_paper(
    places: list[tuple[str, float, float]], one: float, other: float, azimuth: float
):
    drawn = draw(picture(places, Shape(max(one, other), min(one, other), azimuth), Shape(one, one, 0.0, 500.0, -900.0)))
    root = ET.fromstring(drawn)  # noqa: S314 - our own bytes
    assert "nan" not in drawn
    assert "inf" not in re.sub(r"<title>.*?</title>", "", drawn)
    for circle in root.iter("{http://www.w3.org/2000/svg}circle"):
        assert 0 <= float(circle.get("cx", "nan")) <= WIDTH
    for ellipse in root.iter("{http://www.w3.org/2000/svg}ellipse"):
        x, y, longest = (float(ellipse.get(name, "nan")) for name in ("cx", "cy", "rx"))
        assert longest - 1 <= x <= PANEL - longest + 1
        # Enlarged below the map where no corner of it is free, and nowhere else beyond it.
        assert longest - 1 <= y <= PANEL - longest + 1 or PANEL + 8 <= y - longest < y + longest <= PANEL + 8 + 104


def test_what_a_sensor_did_is_told_by_form_not_by_colour():
    drawn = draw(picture(PLACES, Shape(400.0, 200.0, 30.0)))
    looks = dict(
        re.findall(r'<(?:circle|line)[^>]*?(fill="[^"]*"|stroke-width="2")[^>]*?class="(heard|missed|unfit)"', drawn)
    )
    assert len(looks) >= 2
    assert drawn.count('class="unfit"') == 4  # a cross on the map and one among the residuals
    assert re.search(r'r="5" fill="#FFFFFF"[^>]*class="missed"', drawn)
    assert re.search(r'r="4.5" fill="#0072B2"[^>]*class="heard"', drawn)


def test_a_small_ellipse_is_shown_again_enlarged_and_a_large_one_once():
    small, large = (draw(picture(PLACES, Shape(size, size / 2, 30.0))) for size in (10.0, 3000.0))
    assert small.count("<ellipse") == large.count("<ellipse") == 1
    assert small.count('class="scale"') == 2 * large.count('class="scale"')


def enlarged(drawn: str) -> tuple[float, float, float, float]:
    """Where the ellipse is shown enlarged."""
    (found,) = re.findall(r'<rect x="([^"]*)" y="([^"]*)" width="104" height="104"', drawn)
    left, top = map(float, found)
    return left, top, left + 104, top + 104


CORNERS = [(HEARD, east, north) for east in (-900.0, 900.0) for north in (-900.0, 900.0)]
INNER = [(MISSED, 0.75 * east, 0.75 * north) for _, east, north in CORNERS]


def test_an_enlarged_ellipse_stands_below_the_map_where_every_corner_is_taken():
    crowded, free = (draw(picture(places, Shape(5.0, 4.0, 0.0))) for places in (CORNERS + INNER, CORNERS[:2]))
    assert enlarged(crowded)[1] > PANEL
    assert enlarged(free)[3] < PANEL
    below = [float(y) for y, text in re.findall(r'<text x="[^"]*" y="([^"]*)"[^>]*>([^<]*)', crowded) if "line" in text]
    assert min(below) > enlarged(crowded)[3]


SMALL = Shape(1e-3, 1e-3, 0.0)


@given(st.lists(st.tuples(KINDS, METRES, METRES), min_size=1, max_size=20))
def test_no_sensor_stands_under_the_enlarged_ellipse(places: list[tuple[str, float, float]]):
    drawn = draw(picture([*places, (HEARD, 1.0, 1.0)], SMALL))
    here = enlarged(drawn)
    for x, y in re.findall(r'<circle cx="([^"]*)" cy="([^"]*)"[^>]*class="(?:heard|missed|far)"', drawn):
        if float(x) <= PANEL:
            assert not meet(here, (float(x), float(y), float(x), float(y))) or float(y) > PANEL


NAMES = st.text(st.sampled_from("WПОСТШУМ-07ilw"), min_size=1, max_size=18)


@given(st.lists(st.tuples(METRES, METRES, NAMES), min_size=1, max_size=25), st.sampled_from([3.0, 20_000.0]))
def test_a_name_is_whole_or_not_there_and_runs_over_nothing(told: list[tuple[float, float, str]], size: float):
    marks = tuple(Mark(HEARD, x, y, name) for x, y, name in told)
    drawn = draw(replace(picture([(HEARD, 1.0, 1.0)], Shape(size, size, 0.0)), marks=marks))
    boxes = []
    for x, y, anchor, name in re.findall(
        r'<text x="([^"]*)" y="([^"]*)"[^>]*?font-size="10"[^>]*?text-anchor="(\w+)"[^>]*>([^<]*)', drawn
    ):
        wide = width(name)
        left = float(x) - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        boxes.append((left + 0.1, float(y) - 8.0, left + wide - 0.1, float(y) + 1.0))
    places = re.findall(r'<circle cx="([^"]*)" cy="([^"]*)"[^>]*class="heard"', drawn)
    for number, here in enumerate(boxes):
        assert 0 <= here[0] < here[2] <= PANEL
        assert 0 <= here[1] < here[3] <= PANEL
        assert not any(meet(here, other) for other in boxes[:number])
        assert not any(meet(here, (float(x), float(y), float(x), float(y))) for x, y in places)


def test_a_mirror_lobe_is_dashed_and_marked():
    drawn = draw(picture(PLACES, Shape(900.0, 500.0, 30.0), Shape(900.0, 500.0, 150.0, 0.0, -5000.0)))
    assert drawn.count("<ellipse") == 2
    assert re.search(r'<ellipse[^>]*stroke-dasharray="5 4"', drawn)
    assert ">?</text>" in drawn


def test_without_marks_no_sensor_is_named_or_placed():
    bare = replace(picture(PLACES, Shape(400.0, 200.0, 30.0)), marks=(), said=(Said(HEARD, 1000.0, 0.01, ""),))
    drawn = draw(bare)
    assert "s0" not in drawn
    assert drawn.count('class="heard"') == 2  # one among the residuals, one in the legend


def test_names_are_escaped():
    places = picture([(HEARD, 1.0, 1.0)], Shape(5.0, 5.0, 0.0))
    named = replace(places, marks=(Mark(HEARD, 1.0, 1.0, "<script>&"),))
    assert "<script>" not in draw(named)


@given(st.floats(1e-3, 1e7))
def test_a_scale_bar_is_round_and_fits(longest: float):
    length = bar_length(longest)
    assert length <= longest * (1 + 1e-6)
    assert length > longest / 2.6
    assert f"{length:e}"[0] in "125"


@given(st.floats(-1e5, 0.0), st.floats(1e-3, 1e5))
def test_axis_figures_lie_between_and_hold_zero(low: float, high: float):
    steps = axis_steps(low, high)
    assert 2 <= len(steps) <= 8
    assert 0.0 in steps
    assert all(low - 1e-6 <= step <= high + 1e-6 for step in steps)


def test_north_is_up_and_east_to_the_right():
    frame = Frame.around([(-100.0, -100.0), (100.0, 100.0)], Panel(0, 0, 200, 200))
    assert frame.place(50.0, 0.0)[0] > frame.place(0.0, 0.0)[0]
    assert frame.place(0.0, 50.0)[1] < frame.place(0.0, 0.0)[1]


@pytest.mark.parametrize(("azimuth", "turn"), [(90.0, "rotate(0 "), (0.0, "rotate(270 "), (45.0, "rotate(315 ")])
def test_an_ellipse_is_turned_clockwise_from_north(azimuth: float, turn: str):
    assert turn in draw(picture(PLACES, Shape(3000.0, 100.0, azimuth)))
