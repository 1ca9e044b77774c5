"""Velocity models that make no sense are refused with what is wrong."""

from __future__ import annotations

import pytest

from truceline.model import ValueFault, VelocityModel
from truceline.model.ground import CRUST


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        (((), (), ()), "layers"),
        (((0.0, 1.0), (5000.0,), (3000.0,)), "layers"),
        (((1.0,), (5000.0,), (3000.0,)), "begins at"),
        (((0.0,), (3000.0,), (5000.0,)), "layer 1 has P 3 and S 5"),
        (((0.0,), (5.8,), (3.36,)), "layer 1"),
        (((0.0, 5000.0, 5000.0), (4e3, 5e3, 6e3), (2e3, 3e3, 3.5e3)), "layer 3 does not lie below layer 2"),
    ],
)
def test_layers_that_make_no_sense_are_refused(layers: tuple[tuple[float, ...], ...], said: str):
    with pytest.raises(ValueFault, match=said):
        VelocityModel(*layers)


def test_the_standard_crust_stands():
    assert CRUST.top_m == (0.0, 20_000.0, 35_000.0)
