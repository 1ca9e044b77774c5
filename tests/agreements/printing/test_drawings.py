"""Where drawings lie, told so that a reader sees degrees that were exchanged where nothing else can."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from truceline.agreements.loading import load_document
from truceline.agreements.printing.drawings import box_of, place_told, place_warning
from truceline.agreements.printing.printout import Printout
from truceline.agreements.printing.record import agreement_record
from truceline.agreements.space.zone import ReferenceLine, Zone
from truceline.model import AgreementFault
from truceline.model.strict_yaml import read_strict_yaml

WITHDRAWAL = Path(__file__).parents[2] / "scenarios" / "agreements" / "withdrawal.yaml"
ALONG = [[37.0, 48.0], [38.0, 48.2]]


def brought(folder: Path, line: list[list[float]], bounds: str = "") -> Path:
    (folder / "geometry").mkdir()
    drawn = {"type": "LineString", "coordinates": line}
    (folder / "geometry" / "contact-line.geojson").write_text(json.dumps(drawn), encoding="utf-8")
    text = WITHDRAWAL.read_text(encoding="utf-8").replace("day_rule: local", f"day_rule: local\n{bounds}")
    path = folder / "agreement.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def printed(path: Path) -> tuple[str, list[str]]:
    document = read_strict_yaml(path)
    loaded = load_document(document, path.parent)
    text = " ".join(" ".join(Printout(loaded, document).whole()).split())
    return text, agreement_record(loaded, document)["warnings"]


def test_the_place_of_a_lone_line_is_told_and_its_reader_warned(tmp_path: Path):
    path = brought(tmp_path, [[lat, lon] for lon, lat in ALONG])
    text, warnings = printed(path)
    assert "lies at 37.00° N to 38.00° N, 48.00° E to 48.20° E" in text
    assert "Warning: contact-line is the only drawing" in text
    assert len(warnings) == 1
    assert warnings[0] in text


def test_with_bounds_there_is_nothing_to_warn_of(tmp_path: Path):
    text, warnings = printed(brought(tmp_path, ALONG, "bounds: [30.0, 45.0, 41.0, 53.0]"))
    assert warnings == []
    assert "Warning" not in text
    assert "lies at 48.00° N to 48.20° N, 37.00° E to 38.00° E" in text


def test_with_bounds_exchanged_degrees_are_refused(tmp_path: Path):
    with pytest.raises(AgreementFault, match="inside with the two exchanged"):
        printed(brought(tmp_path, [[lat, lon] for lon, lat in ALONG], "bounds: [30.0, 45.0, 41.0, 53.0]"))


def test_drawings_that_could_all_be_exchanged_are_warned_of_once():
    path = WITHDRAWAL.with_name("zone.yaml")
    document = read_strict_yaml(path)
    assert place_warning(load_document(document, path.parent), document).startswith("Drawings are checked against")


def test_nothing_drawn_nothing_to_warn_of():
    path = WITHDRAWAL.with_name("ceasefire.yaml")
    document = read_strict_yaml(path)
    assert place_warning(load_document(document, path.parent), document) == ""


@given(st.floats(-170, 170), st.floats(-80, 80), st.floats(0.1, 9), st.floats(0.1, 9))
def test_a_box_holds_what_was_drawn(west: float, south: float, wide: float, high: float):
    drawn = (west, south, west + wide, south + high)
    assert box_of(Zone("z", box(*drawn))) == pytest.approx(drawn)
    line = ReferenceLine("l", (np.array([drawn[:2], drawn[2:]]),))
    assert box_of(line) == pytest.approx(drawn)
    assert place_told(drawn).count("°") in (2, 3, 4)
