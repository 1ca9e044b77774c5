"""Zones under their former address; they live in :mod:`truceline.agreements.space`."""

from truceline.agreements.space.reading import read_outline
from truceline.agreements.space.zone import Zone

__all__ = ["Zone", "read_outline"]
