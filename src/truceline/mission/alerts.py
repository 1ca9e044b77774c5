"""Kinds of public alert, whose sum newspapers and ministries give."""

from __future__ import annotations

from truceline.model import Phenomenon

ALERTS = (
    Phenomenon.ROCKET_ALERT,
    Phenomenon.AIRCRAFT_ALERT,
    Phenomenon.INFILTRATION_ALERT,
    Phenomenon.WARNING,
)
"""Kinds of public alert that are summed; drills are none of them."""
