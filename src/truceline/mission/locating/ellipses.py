"""The 95 % ellipse of a place, from its covariance, in the axes and the unit of the results."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.model.columns import Floats

CHI2_95 = 5.991
"""95 % of a two-dimensional normal distribution lie within this squared distance, in standard errors."""


@dataclass(frozen=True)
class Ellipses:
    """Semi-axes, bearing of the major one (degrees clockwise from north, 0 to 180), and the covariance behind them."""

    major: Floats
    minor: Floats
    azimuth_deg: Floats
    xx: Floats
    xy: Floats
    yy: Floats


def ellipses_of(covariance: Floats, turn: Floats, unit_m: float = 1.0) -> Ellipses:
    """The ellipses of covariances (events, 2 or more, 2 or more) in m², axes turned clockwise by ``turn`` radians.

    >>> east = ellipses_of(np.array([[[4.0, 0.0], [0.0, 1.0]]]), np.zeros(1))
    >>> [round(float(part[0]), 2) for part in (east.major, east.minor, east.azimuth_deg)]
    [4.9, 2.45, 90.0]
    """
    plane = covariance[:, :2, :2] / unit_m**2
    cos, sin = np.cos(turn), np.sin(turn)
    rotation = np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], -2)
    turned = rotation @ plane @ rotation.transpose(0, 2, 1)
    xx, xy, yy = turned[:, 0, 0], (turned[:, 0, 1] + turned[:, 1, 0]) / 2, turned[:, 1, 1]
    middle, half = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    azimuth = np.degrees(0.5 * np.arctan2(2 * xy, yy - xx)) % 180.0
    return Ellipses(
        np.sqrt(CHI2_95 * (middle + half)), np.sqrt(CHI2_95 * np.maximum(middle - half, 0.0)), azimuth, xx, xy, yy
    )
