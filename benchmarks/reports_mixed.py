"""Made-up incidents told of by unlike kinds of evidence, the truth known: what the table of strata and the curve need.

Incidents happen for some days in regions of 100 by 40 km, seven in ten around hot spots. Told of by

    patrol      a point, 1.5 km off, to the half-hour          press      a named place, to the day; is copied
    aircraft    a point, 200 m off, to the minute              satellite  a point, 300 m off, at its next pass
    acoustic    a located event with its ellipse, to a fifth of a second; some are no incident and are said to be so
    camera      a bearing good to one to three degrees, to the second; how far off is not known
    sector      "2-5 km SE of the post", to the half-hour
    thermal     a pixel of 375 m and more, some time since the last clear pass; as many fires are no incident
    authority   somewhere in this raion that day

Not all hear everywhere: microphones cover three fifths of a region, posts and cameras the ground around them. Metres
on a plane, seconds. The same seed gives the same reports.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from truceline.model.columns import Floats, Ints, Mask

KM, HOUR, DAY = 1000.0, 3600.0, 86400.0
KINDS = ("explosion", "artillery", "small arms", "airstrike", "drone")
STRATA = ("patrol", "press", "aircraft", "satellite", "acoustic", "camera", "sector", "thermal", "authority")

_KIND_SHARES = (0.35, 0.3, 0.2, 0.1, 0.05)
_LOUD = (0, 1, 3)
_WIDE_M, _HIGH_M = 100 * KM, 40 * KM
_HOT_SPOTS, _SETTLEMENTS, _POSTS, _CAMERAS = 12, 200, 8, 10
_RAION_M = 20 * KM
_SECTOR_HEARD_M, _CAMERA_REACH_M = 8 * KM, 15 * KM
_PASS_HOURS = (0.8, 1.6, 2.4, 12.3, 13.1, 13.9)
_NADIR_M, _EDGE_M = 375.0, 800.0
_SURENESS = 1.9, 0.1
"""Shape of how probable located events are said to be: one in twenty is none, and the probabilities are right."""


@dataclass(frozen=True)
class Setting:
    """How many incidents in how many regions and days, and which share of points, texts and raions is false."""

    incidents: int = 300
    regions: int = 1
    days: float = 30.0
    false_share: float = 0.05


class Truth(NamedTuple):
    """What happened: place, time, kind."""

    x_m: Floats
    y_m: Floats
    time_s: Floats
    kind: Ints


class Rows(NamedTuple):
    """Reports of one stratum. ``entity``: the incident, or less than 0 for what is none; ``kind`` -1: not said.

    Spread, span (from ``time_s`` on) and probability are NaN where nothing is said of them; ``origin`` is the number of
    the text that was copied, also at that text itself, and -1 where nobody knows of a copy.
    """

    entity: Ints
    x_m: Floats
    y_m: Floats
    time_s: Floats
    kind: Ints
    xx_m2: Floats
    xy_m2: Floats
    yy_m2: Floats
    span_s: Floats
    origin: Ints
    probability: Floats


@dataclass(frozen=True)
class Mixed:
    """All reports, the stratum of each (a number of ``STRATA``), and the truth."""

    rows: Rows
    stratum: Ints
    truth: Truth

    def without(self, stratum: str) -> Mixed:
        """The same reports, those of one stratum left out; an unknown name leaves all."""
        kept = np.array([name != stratum for name in STRATA])[self.stratum]
        return Mixed(_taken(self.rows, kept), self.stratum[kept], self.truth)


class _World(NamedTuple):
    """Chance, what was asked, the truth, settlements, posts and cameras, and the south-west corner of every region."""

    chance: np.random.Generator
    setting: Setting
    truth: Truth
    settlements: Floats
    posts: Floats
    cameras: Floats
    corners: Floats


def mixed(seed: int, setting: Setting) -> Mixed:
    """Reports of all strata in the order of their strata."""
    chance = np.random.default_rng(seed)
    world = _world(chance, setting)
    told = (
        _points(world, 0.40, 1.5 * KM, 0.5 * HOUR, (0.15, 0.05), 0.5 * HOUR),
        _press(world),
        _points(world, 0.15, 0.2 * KM, 0.05 * HOUR, (0.05, 0.02), 0.0),
        _satellite(world),
        _acoustic(world),
        _camera(world),
        _sector(world),
        _thermal(world),
        _authority(world),
    )
    stratum = np.repeat(np.arange(len(told)), [len(rows.entity) for rows in told])
    rows = Rows._make(np.concatenate(columns) for columns in zip(*told, strict=True))
    # What is no incident is each one of its own.
    none = rows.entity < 0
    rows.entity[none] = -1 - np.arange(int(none.sum()))
    return Mixed(rows, stratum, world.truth)


def _world(chance: np.random.Generator, setting: Setting) -> _World:
    regions, number = setting.regions, setting.incidents
    across = max(1, int(math.sqrt(regions / 2.5)))
    corners = np.array([(r % across * _WIDE_M, r // across * _HIGH_M) for r in range(regions)])

    def anywhere(many: int, low: float = 0.0, high: float = 1.0) -> Floats:
        within = np.c_[chance.uniform(0, 1, regions * many), chance.uniform(low, high, regions * many)]
        places: Floats = within * (_WIDE_M, _HIGH_M) + np.repeat(corners, many, axis=0)
        return places

    hot = anywhere(_HOT_SPOTS, 0.3, 0.7)
    region = chance.integers(0, regions, number)
    at_hot = hot[region * _HOT_SPOTS + chance.integers(0, _HOT_SPOTS, number)] + chance.normal(0, 2.5 * KM, (number, 2))
    anyhow = corners[region] + chance.uniform(0, 1, (number, 2)) * (_WIDE_M, _HIGH_M)
    place = np.where(chance.random(number)[:, None] < 0.7, at_hot, anyhow)
    when = chance.uniform(0, setting.days * DAY, number)
    kind = chance.choice(len(KINDS), number, p=_KIND_SHARES)
    truth = Truth(place[:, 0], place[:, 1], when, kind.astype(np.int64))
    posts, cameras = anywhere(_POSTS, 0.35, 0.65), anywhere(_CAMERAS, 0.35, 0.65)
    return _World(chance, setting, truth, anywhere(_SETTLEMENTS), posts, cameras, corners)


def _told(world: _World, share: float, again: float) -> tuple[Ints, Truth]:
    """Which incidents are told of (some more than once), with what is no incident behind them as -1."""
    chance, truth = world.chance, world.truth
    once = np.flatnonzero(chance.random(len(truth.x_m)) < share)
    entity = np.repeat(once, chance.geometric(1 - again, len(once)))
    none = chance.binomial(len(entity), world.setting.false_share)
    at = world.corners[chance.integers(0, len(world.corners), none)]
    at = at + chance.uniform(0, 1, (none, 2)) * (_WIDE_M, _HIGH_M)
    when, kind = chance.uniform(0, world.setting.days * DAY, none), chance.integers(0, len(KINDS), none)
    happened = Truth(
        np.r_[truth.x_m[entity], at[:, 0]], np.r_[truth.y_m[entity], at[:, 1]],
        np.r_[truth.time_s[entity], when], np.r_[truth.kind[entity], kind],
    )  # fmt: skip
    return np.r_[entity, np.full(none, -1)], happened


def _said(world: _World, kind: Ints, random: float) -> Ints:
    at_random = world.chance.random(len(kind)) < random
    return np.where(at_random, world.chance.integers(0, len(KINDS), len(kind)), kind)


def _rows(entity: Ints, x_m: Floats, y_m: Floats, time_s: Floats, kind: Ints) -> Rows:
    """Reports that say nothing of how exact they are."""
    unsaid, none = np.full(len(entity), np.nan), np.full(len(entity), -1)
    return Rows(entity, x_m, y_m, time_s, kind, unsaid, unsaid, unsaid, unsaid, none, unsaid)


def _taken(rows: Rows, kept: Mask | Ints) -> Rows:
    return Rows._make(column[kept] for column in rows)


def _points(
    world: _World, share: float, off_m: float, off_s: float, mistakes: tuple[float, float], grain_s: float
) -> Rows:
    """Patrols and aircraft: points and times with normal errors; ``mistakes`` are kinds at random and telling again."""
    chance = world.chance
    entity, happened = _told(world, share, mistakes[1])
    x, y = (along + chance.normal(0, off_m, len(entity)) for along in (happened.x_m, happened.y_m))
    when = happened.time_s + chance.normal(0, off_s, len(entity))
    when = np.round(when / grain_s) * grain_s if grain_s else when
    return _rows(entity, x, y, when, _said(world, happened.kind, mistakes[0]))


def _press(world: _World) -> Rows:
    """Named places near by, the day; three in ten are copied, and of four copies in five the origin is known."""
    chance = world.chance
    entity, happened = _told(world, 0.3, 0.1)
    near = np.asarray(cKDTree(world.settlements).query(np.c_[happened.x_m, happened.y_m], k=3)[1])
    named = near[np.arange(len(entity)), chance.choice(3, len(entity), p=(0.7, 0.2, 0.1))]
    x, y = world.settlements[named].T
    when = np.floor((happened.time_s + chance.exponential(6 * HOUR, len(entity))) / DAY) * DAY + DAY / 2
    rows = _rows(entity, x, y, when, _said(world, happened.kind, 0.25))
    copied = np.repeat(np.arange(len(entity)), chance.geometric(0.7, len(entity)) - 1)
    copies = _taken(rows, copied)
    later = DAY * (chance.random(len(copied)) < 0.3)
    known = chance.random(len(copied)) < 0.8
    origin = rows.origin.copy()
    origin[copied[known]] = copied[known]
    copies = copies._replace(time_s=copies.time_s + later, origin=np.where(known, copied, -1))
    real = copies.entity >= 0  # what is no incident is each one of its own, so it is not copied
    first = rows._replace(origin=origin)
    return Rows._make(np.concatenate(pair) for pair in zip(first, _taken(copies, real), strict=True))


def _satellite(world: _World) -> Rows:
    chance = world.chance
    entity, happened = _told(world, 0.1, 0.0)
    x, y = (along + chance.normal(0, 0.3 * KM, len(entity)) for along in (happened.x_m, happened.y_m))
    half, since = DAY / 2, 1.5 * HOUR
    when = np.ceil((happened.time_s - since) / half) * half + since
    return _rows(entity, x, y, when, _said(world, happened.kind, 0.5))


def _acoustic(world: _World) -> Rows:
    """Located events of loud incidents in the covered part, each with its own ellipse and how probable it is."""
    chance, truth = world.chance, world.truth
    inside = (truth.x_m % _WIDE_M < 0.6 * _WIDE_M) & np.isin(truth.kind, _LOUD)
    entity = np.flatnonzero(inside & (chance.random(len(inside)) < 0.7))
    sure, unsure = _SURENESS
    none = chance.binomial(len(entity), unsure / sure)
    probability = np.r_[chance.beta(sure + 1, unsure, len(entity)), chance.beta(sure, unsure + 1, none)]
    corner = world.corners[chance.integers(0, len(world.corners), none)]
    at = corner + chance.uniform(0, 1, (none, 2)) * (0.6 * _WIDE_M, _HIGH_M)
    number = len(entity) + none
    minor = np.exp(chance.normal(math.log(25.0), 0.5, number))
    major, turn = minor * (1 + chance.exponential(3.0, number)), chance.uniform(0, math.pi, number)
    along, across = chance.normal(0, 1, (2, number)) * (major, minor)
    x = np.r_[truth.x_m[entity], at[:, 0]] + along * np.cos(turn) - across * np.sin(turn)
    y = np.r_[truth.y_m[entity], at[:, 1]] + along * np.sin(turn) + across * np.cos(turn)
    when = np.r_[truth.time_s[entity], chance.uniform(0, world.setting.days * DAY, none)]
    rows = _rows(np.r_[entity, np.full(none, -1)], x, y, when + chance.normal(0, 0.2, number), np.full(number, -1))
    return _spread(rows, turn, major**2, minor**2)._replace(probability=np.minimum(probability, 1 - 1e-6))


def _spread(rows: Rows, turn: Floats, along_m2: Floats, across_m2: Floats) -> Rows:
    """An error along a direction (radians from east, turning north) and one across it, as said."""
    c, s = np.cos(turn), np.sin(turn)
    return rows._replace(
        xx_m2=along_m2 * c * c + across_m2 * s * s,
        xy_m2=(along_m2 - across_m2) * c * s,
        yy_m2=along_m2 * s * s + across_m2 * c * c,
    )


def _within(world: _World, at: Floats, reach_m: float) -> tuple[Ints, Ints, Floats, Floats]:
    """Incidents within reach of posts or cameras: incident, observer, distance and direction."""
    truth = world.truth
    pairs = cKDTree(at).sparse_distance_matrix(cKDTree(np.c_[truth.x_m, truth.y_m]), reach_m, output_type="ndarray")
    pairs = pairs[np.lexsort((pairs["j"], pairs["i"]))]
    observer, entity = pairs["i"].astype(np.int64), pairs["j"].astype(np.int64)
    x, y = truth.x_m[entity] - at[observer, 0], truth.y_m[entity] - at[observer, 1]
    return entity, observer, np.hypot(x, y), np.arctan2(y, x)


def _in_ring(near_m: Floats, far_m: Floats) -> tuple[Floats, Floats]:
    """Mean distance and mean square distance, even over the ground between two distances."""
    inside, outside = near_m**2, far_m**2
    mean = 2 / 3 * (far_m**3 - near_m**3) / (outside - inside)
    return mean, (outside + inside) / 2


def _seen_from(rows: Rows, at: Floats, direction: Floats, half: Floats, ring: tuple[Floats, Floats]) -> Rows:
    """Middle and spread of a sector: ``half`` its half angle in radians, even over its ground."""
    mean, square = ring
    middle = mean * np.sinc(half / math.pi)
    lengthwise = square * (1 + np.sinc(2 * half / math.pi)) / 2 - middle**2
    across = square * (1 - np.sinc(2 * half / math.pi)) / 2
    rows = rows._replace(x_m=at[:, 0] + middle * np.cos(direction), y_m=at[:, 1] + middle * np.sin(direction))
    return _spread(rows, direction, lengthwise, across)


def _camera(world: _World) -> Rows:
    """Bearings of loud incidents in sight, by day and night alike; each camera has its own error, known to it."""
    chance, truth = world.chance, world.truth
    entity, camera, _, direction = _within(world, world.cameras, _CAMERA_REACH_M)
    seen = np.isin(truth.kind[entity], _LOUD) & (chance.random(len(entity)) < 0.35)
    entity, camera, direction = entity[seen], camera[seen], direction[seen]
    none = chance.binomial(len(entity), world.setting.false_share)
    by = chance.integers(0, len(world.cameras), none)
    entity, camera = np.r_[entity, np.full(none, -1)], np.r_[camera, by]
    direction = np.r_[direction, chance.uniform(-math.pi, math.pi, none)]
    when = np.r_[truth.time_s[entity[: len(entity) - none]], chance.uniform(0, world.setting.days * DAY, none)]
    error = np.radians(1 + 2 * ((np.arange(len(world.cameras)) * 0.618) % 1))[camera]
    number = len(entity)
    away = np.full(number, _CAMERA_REACH_M)
    rows = _rows(entity, away, away, when + chance.normal(0, 1.0, number), np.full(number, -1))
    seen_at = direction + chance.normal(0, 1, number) * error
    # Even over the ground between two bearings has the spread of a normal error where the half angle is √3 of it.
    return _seen_from(rows, world.cameras[camera], seen_at, math.sqrt(3) * error, _in_ring(away * 0, away))


def _sector(world: _World) -> Rows:
    """What posts hear: one of eight winds, and between which distances; people judge distance a fifth off."""
    chance, truth = world.chance, world.truth
    entity, post, away, direction = _within(world, world.posts, _SECTOR_HEARD_M)
    heard = chance.random(len(entity)) < 0.35
    entity, post, away, direction = entity[heard], post[heard], away[heard], direction[heard]
    number = len(entity)
    judged = away * np.exp(chance.normal(0, 0.2, number))
    near, far = np.floor(0.7 * judged / KM) * KM, (np.floor(1.3 * judged / KM) + 1) * KM
    eighth = math.pi / 4
    wind = np.round((direction + chance.normal(0, math.radians(8), number)) / eighth) * eighth
    when = truth.time_s[entity] + chance.normal(0, 0.25 * HOUR, number)
    when = np.round(when / (0.5 * HOUR)) * 0.5 * HOUR
    rows = _rows(entity, away, away, when, _said(world, truth.kind[entity], 0.25))
    return _seen_from(rows, world.posts[post], wind, np.full(number, eighth / 2), _in_ring(near, far))


def _thermal(world: _World) -> Rows:
    """Pixels of fires that burn at a clear pass; the report spans the time since the clear pass before."""
    chance, truth, days = world.chance, world.truth, math.ceil(world.setting.days)
    passes = (np.arange(days)[:, None] * 24 + np.array(_PASS_HOURS)).ravel() * HOUR
    passes = np.sort(passes + chance.normal(0, 0.25 * HOUR, len(passes)))
    passes = np.r_[passes[0] - 10 * HOUR, passes[chance.random(len(passes)) < 0.7]]
    size = _NADIR_M + (_EDGE_M - _NADIR_M) * chance.uniform(0, 1, len(passes)) ** 2
    lit = np.flatnonzero(np.isin(truth.kind, _LOUD) & (chance.random(len(truth.kind)) < 0.4))
    after = np.searchsorted(passes, truth.time_s[lit])
    waited = passes[np.minimum(after, len(passes) - 1)] - truth.time_s[lit]
    seen = (after < len(passes)) & (chance.exponential(5 * HOUR, len(lit)) > waited)
    entity, after = lit[seen], after[seen]
    none = len(entity)
    at = world.corners[chance.integers(0, len(world.corners), none)]
    at = at + chance.uniform(0, 1, (none, 2)) * (_WIDE_M, _HIGH_M)
    after = np.r_[after, chance.integers(1, len(passes), none)]
    pixel = size[after]
    x = np.r_[truth.x_m[entity], at[:, 0]] + chance.uniform(-0.5, 0.5, 2 * none) * pixel
    y = np.r_[truth.y_m[entity], at[:, 1]] + chance.uniform(-0.5, 0.5, 2 * none) * pixel
    span = passes[after] - passes[after - 1]
    rows = _rows(np.r_[entity, np.full(none, -1)], x, y, passes[after - 1], np.full(2 * none, -1))
    return _spread(rows, x * 0, pixel**2 / 12, pixel**2 / 12)._replace(span_s=span)


def _authority(world: _World) -> Rows:
    """A raion and a day."""
    entity, happened = _told(world, 0.25, 0.0)
    x, y = (np.floor(along / _RAION_M) * _RAION_M + _RAION_M / 2 for along in (happened.x_m, happened.y_m))
    when = np.floor(happened.time_s / DAY) * DAY
    rows = _rows(entity, x, y, when, _said(world, happened.kind, 0.25))
    even = np.full(len(entity), _RAION_M**2 / 12)
    return _spread(rows, x * 0, even, even)._replace(span_s=np.full(len(entity), DAY))
