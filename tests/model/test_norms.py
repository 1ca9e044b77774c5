"""What a norm says: places that cannot be meant are refused when they are made."""

import pytest

from truceline.model import EACH_PARTY, InBand, Side
from truceline.model.errors import ValueFault

LINES = ((EACH_PARTY, "contact-line"),)


def test_what_lies_beyond_a_line_belongs_to_a_strip_that_begins_at_it():
    assert InBand(LINES, 0.0, 25_000.0, Side.OWN_AND_BEYOND).side is Side.OWN_AND_BEYOND
    with pytest.raises(ValueFault, match="cannot take in what lies beyond its line"):
        InBand(LINES, 5_000.0, 25_000.0, Side.OWN_AND_BEYOND)
