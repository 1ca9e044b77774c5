"""What a reading reads differently, and that it stays with that reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from truceline.agreements.loading import load_agreement, load_document
from truceline.model import AgreementFault, InBand
from truceline.model.strict_yaml import parse_strict_yaml

EVERY_KEY = Path(__file__).parent / "every_key" / "agreement.yaml"


def test_a_reading_has_its_own_values_and_the_text_keeps_its_own():
    agreement = load_agreement(EVERY_KEY)
    wide, narrow = agreement.readings
    for norms, far_m, most, calibre in (
        (agreement.norms, 25_000.0, 75, 100.0),
        (wide.norms, 25_000.0, 75, 100.0),
        (narrow.norms, 20_000.0, 36, None),
    ):
        norm = {one.id: one for one in norms}
        where, limit = norm["withdrawal"].where, norm["limit"].count
        bounds = norm["withdrawal"].object.weapons[0].calibre_mm
        assert isinstance(where, InBand)
        assert limit is not None
        assert bounds is not None
        assert (where.far_m, limit.at_most, bounds.at_least) == (far_m, most, calibre)
    assert narrow.events[0].at != wide.events[0].at
    assert narrow.guarantees[0].duties[0].clock != wide.guarantees[0].duties[0].clock
    assert ("norms.withdrawal.where.to", "20 km") in narrow.changes


def test_a_fault_inside_a_changed_value_is_told_with_the_line_of_the_change():
    text = EVERY_KEY.read_text(encoding="utf-8")
    for old, new in (("{over: 100 mm}", "{over: 100 m}"), ("where.to: 20 km", "where.to: 20")):
        wrong = text.replace(old, new)
        line = next(i for i, words in enumerate(wrong.splitlines(), start=1) if new in words)
        with pytest.raises(AgreementFault) as caught:
            load_document(parse_strict_yaml(wrong, "truce.yaml"), EVERY_KEY.parent)
        assert caught.value.where.startswith(f"truce.yaml:{line} ")
