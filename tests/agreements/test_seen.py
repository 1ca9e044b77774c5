"""Coverage asked of several spans: of those alone in which a norm was not suspended."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from truceline.agreements.acts import ACTS
from truceline.agreements.seen import over_spans, visibility
from truceline.model import Phenomenon


def shares(part: float, area: str = "river") -> tuple[SimpleNamespace, ...]:
    areas = (SimpleNamespace(area=area, undisturbed=part),)
    return tuple(SimpleNamespace(phenomenon=one, share=part, undisturbed=part, areas=areas) for one in Phenomenon)


@pytest.mark.parametrize(
    ("parts", "weakest", "dim"),
    [
        ([(3600.0, shares(1.0)), (3600.0, shares(0.0))], 0.5, 1),
        ([(3600.0, shares(1.0)), (10800.0, shares(0.6))], 0.7, 1),
        ([(3600.0, shares(1.0)), (60.0, shares(1.0))], 1.0, 0),
        ([(3600.0, shares(1.0)), (3600.0, ())], 0.5, 1),
        ([], 0.0, 0),
    ],
)
def test_each_span_counts_with_its_length(parts, weakest: float, dim: int):  # noqa: ANN001
    seen = visibility(ACTS["ground-fire"], over_spans(parts), 0.9)
    assert (seen.weakest, seen.dim_areas) == (pytest.approx(weakest), dim)
