"""Three arrivals fix a place and a time: the sources from which sound reaches three sensors at three moments.

With the first sensor in the origin and the moment counted from its arrival, each other sensor s, heard d later, gives
``2 s.x + 2 c d rho = |s|^2 - c^2 d^2``, where rho is the distance of the source from the first sensor. Two such
lines leave x as a straight function of rho, and ``|x| = rho`` a quadratic with none, one or two answers (spherical
interception: Fang 1990, IEEE Trans. Aerospace and Electronic Systems 26(5), 748-753). Sensors on one line fix rho and
the place along the line, and leave its two sides alike.
"""

from __future__ import annotations

import math

from truceline.fusion.arrivals.air import flight
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import Picks
from truceline.fusion.compiled import compiled_inner
from truceline.model.columns import Floats, Ints

_ON_ONE_LINE = 1e-6
_SAME_PLACE_M = 1e-3
_NO_INVERSE = 1e-36
_TOUCHING = 0.02
_SQRT_2 = math.sqrt(2.0)
_NO_BEARING = 0.5
_PLANE = 3.0
_RANGE_ERROR = 0.4


@compiled_inner
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


@compiled_inner
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


@compiled_inner
def inverse(matrix: Floats, out: Floats) -> float:
    """Inverse of a 3 × 3 matrix; returns its determinant, 0 (and no inverse) where it is singular."""
    c0 = matrix[1, 1] * matrix[2, 2] - matrix[1, 2] * matrix[2, 1]
    c1 = matrix[1, 2] * matrix[2, 0] - matrix[1, 0] * matrix[2, 2]
    c2 = matrix[1, 0] * matrix[2, 1] - matrix[1, 1] * matrix[2, 0]
    det = matrix[0, 0] * c0 + matrix[0, 1] * c1 + matrix[0, 2] * c2
    if not abs(det) > _NO_INVERSE:
        return 0.0
    out[0, 0], out[1, 0], out[2, 0] = c0 / det, c1 / det, c2 / det
    out[0, 1] = (matrix[0, 2] * matrix[2, 1] - matrix[0, 1] * matrix[2, 2]) / det
    out[1, 1] = (matrix[0, 0] * matrix[2, 2] - matrix[0, 2] * matrix[2, 0]) / det
    out[2, 1] = (matrix[0, 1] * matrix[2, 0] - matrix[0, 0] * matrix[2, 1]) / det
    out[0, 2] = (matrix[0, 1] * matrix[1, 2] - matrix[0, 2] * matrix[1, 1]) / det
    out[1, 2] = (matrix[0, 2] * matrix[1, 0] - matrix[0, 0] * matrix[1, 2]) / det
    out[2, 2] = (matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]) / det
    return float(det)


@compiled_inner
def _heard_of(
    pick: int, x: float, y: float, t: float, speed: float, wind_x: float, wind_y: float, net: Network, picks: Picks,
    pick_error_s: float, air_error: float,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Of an arrival: how its travel time changes per metre east and north, the rest of its time, and its variance."""
    sensor = picks.sensor[pick]
    travel, slope_x, slope_y, _ = flight(x, y, net.x_m[sensor], net.y_m[sensor], speed, wind_x, wind_y)
    return slope_x, slope_y, picks.time_s[pick] - t - travel, pick_error_s**2 + (air_error * travel) ** 2


@compiled_inner
def fitted_to_three(
    three: Ints, x: float, y: float, t: float, speed: float, wind_x: float, wind_y: float,
    net: Network, picks: Picks, pick_error_s: float, air_error: float, cov: Floats,
) -> tuple[bool, float, float, float]:  # fmt: skip
    """Place and time moved until the three exact travel times fit (two steps), with their covariance."""
    farthest = net.near_m[picks.sensor[three[0]], min(6, net.near_m.shape[1] - 1)]
    for turn in range(2):
        ax, ay, rest_a, own_a = _heard_of(
            three[0], x, y, t, speed, wind_x, wind_y, net, picks, pick_error_s, air_error
        )  # fmt: skip
        bx, by, rest_b, own_b = _heard_of(
            three[1], x, y, t, speed, wind_x, wind_y, net, picks, pick_error_s, air_error
        )  # fmt: skip
        cx, cy, rest_c, own_c = _heard_of(
            three[2], x, y, t, speed, wind_x, wind_y, net, picks, pick_error_s, air_error
        )  # fmt: skip
        # The inverse of the three slopes (the third column, of time, is 1): rows of east, north and time.
        det = ax * (by - cy) + ay * (cx - bx) + (bx * cy - by * cx)
        if not abs(det) > _NO_INVERSE:
            return False, x, y, t
        east_a, east_b, east_c = (by - cy) / det, (cy - ay) / det, (ay - by) / det
        north_a, north_b, north_c = (cx - bx) / det, (ax - cx) / det, (bx - ax) / det
        time_a, time_b, time_c = (bx * cy - by * cx) / det, (ay * cx - ax * cy) / det, (ax * by - ay * bx) / det
        step_x = east_a * rest_a + east_b * rest_b + east_c * rest_c
        step_y = north_a * rest_a + north_b * rest_b + north_c * rest_c
        step_t = time_a * rest_a + time_b * rest_b + time_c * rest_c
        length = math.hypot(step_x, step_y)
        part = farthest / length if length > farthest else 1.0
        x, y, t = x + part * step_x, y + part * step_y, t + step_t
        if turn == 1:
            cov[0, 0] = east_a * own_a * east_a + east_b * own_b * east_b + east_c * own_c * east_c
            cov[0, 1] = east_a * own_a * north_a + east_b * own_b * north_b + east_c * own_c * north_c
            cov[0, 2] = east_a * own_a * time_a + east_b * own_b * time_b + east_c * own_c * time_c
            cov[1, 0] = north_a * own_a * east_a + north_b * own_b * east_b + north_c * own_c * east_c
            cov[1, 1] = north_a * own_a * north_a + north_b * own_b * north_b + north_c * own_c * north_c
            cov[1, 2] = north_a * own_a * time_a + north_b * own_b * time_b + north_c * own_c * time_c
            cov[2, 0] = time_a * own_a * east_a + time_b * own_b * east_b + time_c * own_c * east_c
            cov[2, 1] = time_a * own_a * north_a + time_b * own_b * north_b + time_c * own_c * north_c
            cov[2, 2] = time_a * own_a * time_a + time_b * own_b * time_b + time_c * own_c * time_c
    return True, x, y, t


@compiled_inner
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


@compiled_inner
def fitted_at_range(
    three: Ints, x: float, y: float, t: float, away: float, speed: float, wind_x: float, wind_y: float,
    net: Network, picks: Picks, pick_error_s: float, air_error: float, cov: Floats,
) -> tuple[float, float, float]:  # fmt: skip
    """Place and time moved by three arrivals that do not tell how far: about as far as it was, within half of that."""
    for a in range(3):
        for b in range(3):
            cov[a, b] = 0.0
    cov[0, 0] = cov[1, 1] = (_RANGE_ERROR * away) ** 2
    cov[2, 2] = (away / speed) ** 2
    for i in range(3):
        sensor = picks.sensor[three[i]]
        travel, slope_x, slope_y, _ = flight(x, y, net.x_m[sensor], net.y_m[sensor], speed, wind_x, wind_y)
        gain_x = cov[0, 0] * slope_x + cov[0, 1] * slope_y + cov[0, 2]
        gain_y = cov[1, 0] * slope_x + cov[1, 1] * slope_y + cov[1, 2]
        gain_t = cov[2, 0] * slope_x + cov[2, 1] * slope_y + cov[2, 2]
        variance = slope_x * gain_x + slope_y * gain_y + gain_t + pick_error_s**2 + (air_error * travel) ** 2
        part = (picks.time_s[three[i]] - t - travel) / variance
        x, y, t = x + gain_x * part, y + gain_y * part, t + gain_t * part
        cov[0, 0] -= gain_x * gain_x / variance
        cov[1, 1] -= gain_y * gain_y / variance
        cov[2, 2] -= gain_t * gain_t / variance
        cov[0, 1] = cov[1, 0] = cov[0, 1] - gain_x * gain_y / variance
        cov[0, 2] = cov[2, 0] = cov[0, 2] - gain_x * gain_t / variance
        cov[1, 2] = cov[2, 1] = cov[1, 2] - gain_y * gain_t / variance
    return x, y, t
