"""No case ships a border: lines and areas without a published drawing are slots, and nothing is judged by them."""

from __future__ import annotations

from types import SimpleNamespace

from truceline.agreements.loading import read_agreement


def test_no_line_or_area_of_a_case_is_drawn_from_nothing(case: SimpleNamespace):
    places = [one for kind in ("lines", "zones", "settlements") for one in case.agreement.get(kind, [])]
    for place in places:
        assert ("slot" in place) != ("file" in place), place["id"]
        assert "file" not in place or (case.folder / place["file"]).is_file()


def test_both_parties_have_a_side_of_every_line(case: SimpleNamespace):
    for line in case.agreement.get("lines", []):
        assert {line["left"], line["right"]} == set(case.parties), line["id"]


def test_every_slot_is_told_of_by_some_norm(case: SimpleNamespace):
    loaded = read_agreement(case.folder / "agreement.yaml")
    norms = [norm for reading in loaded.agreement.readings for norm in loaded.agreement.norms_in(reading)]
    used = {name for norm in norms for name in loaded.ground.lacking(norm.where)}
    assert set(loaded.ground.slots) == used
