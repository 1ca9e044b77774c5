"""Three arrivals fix a place and a time: the sources from which sound reaches three sensors at three moments.

With the first sensor in the origin and the moment counted from its arrival, each other sensor s, heard d later, gives
``2 s.x + 2 c d rho = |s|^2 - c^2 d^2``, where rho is the distance of the source from the first sensor. Two such
lines leave x as a straight function of rho, and ``|x| = rho`` a quadratic with none, one or two answers (spherical
interception: Fang 1990, IEEE Trans. Aerospace and Electronic Systems 26(5), 748-753). Sensors on one line fix rho and
the place along the line, and leave its two sides alike.
"""

from __future__ import annotations

import math

import numpy as np

from truceline.fusion.arrivals.air import flight
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import Picks
from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats, Ints

_ON_ONE_LINE = 1e-6
_SAME_PLACE_M = 1e-3
_TOUCHING = 0.02
_SQRT_2 = math.sqrt(2.0)
_NO_BEARING = 0.5
_PLANE = 3.0
_RANGE_ERROR = 0.4


@compiled
def _two_beside_line(
    second_x: float, second_y: float, along_3: float, ahead_2: float, ahead_3: float, out: Floats
) -> int:
    """The source on either side of the line through all three sensors."""
    along_2 = math.hypot(second_x, second_y)
    east, north = second_x / along_2, second_y / along_2
    det = along_2 * ahead_3 - along_3 * ahead_2
    if abs(det) < _SAME_PLACE_M * _SAME_PLACE_M:
        return 0
    fixed_2, fixed_3 = 0.5 * (along_2 * along_2 - ahead_2 * ahead_2), 0.5 * (along_3 * along_3 - ahead_3 * ahead_3)
    along = (fixed_2 * ahead_3 - fixed_3 * ahead_2) / det
    rho = (along_2 * fixed_3 - along_3 * fixed_2) / det
    square = rho * rho - along * along
    if rho < 0.0 or square < -_TOUCHING * rho * rho:
        return 0
    across = math.sqrt(max(square, 0.0))
    for side in range(2):
        beside = across if side else -across
        out[side, 0], out[side, 1], out[side, 2] = along * east - beside * north, along * north + beside * east, rho
    return 2 if across > 0.0 else 1


@compiled
def two_sources(
    second_x: float, second_y: float, third_x: float, third_y: float,
    after_second: float, after_third: float, speed: float, out: Floats,
) -> int:  # fmt: skip
    """Sources (x, y, distance from the first sensor) that fit; how many. Two sensors at one place give none."""
    det = second_x * third_y - second_y * third_x
    far_2, far_3 = math.hypot(second_x, second_y), math.hypot(third_x, third_y)
    if min(far_2, far_3, math.hypot(second_x - third_x, second_y - third_y)) < _SAME_PLACE_M:
        return 0
    if abs(det) < _ON_ONE_LINE * far_2 * far_3:
        along_3 = (second_x * third_x + second_y * third_y) / far_2
        return _two_beside_line(second_x, second_y, along_3, speed * after_second, speed * after_third, out)
    ahead_2, ahead_3 = speed * after_second, speed * after_third
    fixed_2 = 0.5 * (second_x * second_x + second_y * second_y - ahead_2 * ahead_2)
    fixed_3 = 0.5 * (third_x * third_x + third_y * third_y - ahead_3 * ahead_3)
    x0 = (fixed_2 * third_y - fixed_3 * second_y) / det
    y0 = (second_x * fixed_3 - third_x * fixed_2) / det
    x1 = (-ahead_2 * third_y + ahead_3 * second_y) / det
    y1 = (-second_x * ahead_3 + third_x * ahead_2) / det
    a, b, c = x1 * x1 + y1 * y1 - 1.0, 2.0 * (x0 * x1 + y0 * y1), x0 * x0 + y0 * y0
    if abs(a) < 1e-9:
        if abs(b) < 1e-9 or -c / b < 0:
            return 0
        out[0, 2] = -c / b
        out[0, 0], out[0, 1] = x0 + x1 * out[0, 2], y0 + y1 * out[0, 2]
        return 1
    inside = b * b - 4.0 * a * c
    if inside < -_TOUCHING * b * b:
        return 0
    root = math.sqrt(max(inside, 0.0))
    found = 0
    for sign in (-1.0, 1.0):
        rho = (-b + sign * root) / (2.0 * a)
        if rho >= 0.0:
            out[found, 0], out[found, 1], out[found, 2] = x0 + x1 * rho, y0 + y1 * rho, rho
            found += 1
        if root == 0.0:
            break
    return found


@compiled
def inverse(matrix: Floats, out: Floats) -> float:
    """Inverse of a 3 × 3 matrix; returns its determinant, 0 (and no inverse) where it is singular."""
    c0 = matrix[1, 1] * matrix[2, 2] - matrix[1, 2] * matrix[2, 1]
    c1 = matrix[1, 2] * matrix[2, 0] - matrix[1, 0] * matrix[2, 2]
    c2 = matrix[1, 0] * matrix[2, 1] - matrix[1, 1] * matrix[2, 0]
    det = matrix[0, 0] * c0 + matrix[0, 1] * c1 + matrix[0, 2] * c2
    if not abs(det) > 1e-36:
        return 0.0
    out[0, 0], out[1, 0], out[2, 0] = c0 / det, c1 / det, c2 / det
    out[0, 1] = (matrix[0, 2] * matrix[2, 1] - matrix[0, 1] * matrix[2, 2]) / det
    out[1, 1] = (matrix[0, 0] * matrix[2, 2] - matrix[0, 2] * matrix[2, 0]) / det
    out[2, 1] = (matrix[0, 1] * matrix[2, 0] - matrix[0, 0] * matrix[2, 1]) / det
    out[0, 2] = (matrix[0, 1] * matrix[1, 2] - matrix[0, 2] * matrix[1, 1]) / det
    out[1, 2] = (matrix[0, 2] * matrix[1, 0] - matrix[0, 0] * matrix[1, 2]) / det
    out[2, 2] = (matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]) / det
    return float(det)


@compiled
def fitted_to_three(
    three: Ints, x: float, y: float, t: float, speed: float, wind_x: float, wind_y: float,
    net: Network, picks: Picks, pick_error_s: float, air_error: float, cov: Floats,
) -> tuple[bool, float, float, float]:  # fmt: skip
    """Place and time moved until the three exact travel times fit (two steps), with their covariance."""
    slopes, back = np.empty((3, 3)), np.empty((3, 3))
    rest, variance = np.empty(3), np.empty(3)
    farthest = net.near_m[picks.sensor[three[0]], min(6, net.near_m.shape[1] - 1)]
    for _ in range(2):
        for i in range(3):
            sensor = picks.sensor[three[i]]
            travel, slope_x, slope_y, _ = flight(x, y, net.x_m[sensor], net.y_m[sensor], speed, wind_x, wind_y)
            slopes[i, 0], slopes[i, 1], slopes[i, 2] = slope_x, slope_y, 1.0
            variance[i] = pick_error_s**2 + (air_error * travel) ** 2
            rest[i] = picks.time_s[three[i]] - t - travel
        if inverse(slopes, back) == 0.0:
            return False, x, y, t
        step_x = back[0, 0] * rest[0] + back[0, 1] * rest[1] + back[0, 2] * rest[2]
        step_y = back[1, 0] * rest[0] + back[1, 1] * rest[1] + back[1, 2] * rest[2]
        step_t = back[2, 0] * rest[0] + back[2, 1] * rest[1] + back[2, 2] * rest[2]
        length = math.hypot(step_x, step_y)
        part = farthest / length if length > farthest else 1.0
        x, y, t = x + part * step_x, y + part * step_y, t + step_t
    for i in range(3):
        for j in range(3):
            cov[i, j] = (
                back[i, 0] * variance[0] * back[j, 0]
                + back[i, 1] * variance[1] * back[j, 1]
                + back[i, 2] * variance[2] * back[j, 2]
            )
    return True, x, y, t


@compiled
def bearing_of_plane(
    second_x: float, second_y: float, third_x: float, third_y: float,
    after_second: float, after_third: float, speed: float, error_s: float, out: Floats,
) -> bool:  # fmt: skip
    """Whether a plane wave at the speed of sound could have made the three moments: then how far is not to be told.

    ``out``: the direction (east, north) it comes from. ``error_s``: standard error of the two differences in time.
    """
    det = second_x * third_y - second_y * third_x
    longest = max(math.hypot(second_x, second_y), math.hypot(third_x, third_y))
    error = speed * error_s * _SQRT_2 * longest / max(abs(det), 1e-9)
    if error > _NO_BEARING:
        return False
    slow_x = (after_second * third_y - after_third * second_y) / det
    slow_y = (second_x * after_third - third_x * after_second) / det
    slowness = math.hypot(slow_x, slow_y)
    if abs(slowness * speed - 1.0) > _PLANE * error:
        return False
    out[0], out[1] = -slow_x / slowness, -slow_y / slowness
    return True


@compiled
def fitted_at_range(
    three: Ints, x: float, y: float, t: float, away: float, speed: float, wind_x: float, wind_y: float,
    net: Network, picks: Picks, pick_error_s: float, air_error: float, cov: Floats,
) -> tuple[float, float, float]:  # fmt: skip
    """Place and time moved by three arrivals that do not tell how far: about as far as it was, within half of that."""
    cov[:, :] = 0.0
    cov[0, 0] = cov[1, 1] = (_RANGE_ERROR * away) ** 2
    cov[2, 2] = (away / speed) ** 2
    gain = np.empty(3)
    for i in range(3):
        sensor = picks.sensor[three[i]]
        travel, slope_x, slope_y, _ = flight(x, y, net.x_m[sensor], net.y_m[sensor], speed, wind_x, wind_y)
        for a in range(3):
            gain[a] = cov[a, 0] * slope_x + cov[a, 1] * slope_y + cov[a, 2]
        variance = slope_x * gain[0] + slope_y * gain[1] + gain[2] + pick_error_s**2 + (air_error * travel) ** 2
        rest = (picks.time_s[three[i]] - t - travel) / variance
        x, y, t = x + gain[0] * rest, y + gain[1] * rest, t + gain[2] * rest
        for a in range(3):
            for b in range(a, 3):
                cov[a, b] -= gain[a] * gain[b] / variance
                cov[b, a] = cov[a, b]
    return x, y, t
