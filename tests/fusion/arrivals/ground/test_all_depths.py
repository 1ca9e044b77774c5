"""Events over all depths: the surface weighs by itself, ellipses hold, and doubt about an arrival widens them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from truceline.fusion.arrivals.ground import GroundSettings, finishing, locate_in_ground
from truceline.fusion.arrivals.ground.all_depths import AllDepths, Unsure, over_all_depths
from truceline.fusion.arrivals.ground.settling import Found

Make = Callable[..., Any]


@pytest.fixture(scope="module")
def asked(shaken: Make) -> tuple[Any, tuple[Any, ...]]:
    """What was made, and with what the events were asked over all depths."""
    made, kept = shaken(1), []

    def asking(found: Found, unsure: Unsure, settings: GroundSettings) -> AllDepths:
        kept.append((found, unsure, settings))
        return over_all_depths(found, unsure, settings)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finishing, "over_all_depths", asking)
        locate_in_ground(made.sensors, made.arrivals)
    return made, kept[0]  # second places, where there are any, are asked after


def test_blasts_are_told_to_be_at_the_surface_and_quakes_below_it(asked: tuple[Any, tuple[Any, ...]]):
    made, given = asked
    out = over_all_depths(*given)
    depth = made.truth[np.abs(out.mean[:, 2, None] - made.truth[:, 2]).argmin(axis=1), 3]
    assert np.median(out.at_surface[depth == 0]) > 0.5
    assert np.median(out.at_surface[depth > 4_000]) < 0.05
    assert ((out.at_surface >= 0) & (out.at_surface <= 1)).all()


def test_covariance_is_positive_and_no_place_is_above_the_ground(asked: tuple[Any, tuple[Any, ...]]):
    out = over_all_depths(*asked[1])
    assert (np.linalg.eigvalsh(out.covariance) > 0).all()
    assert (out.mean[:, 3] >= 0).all()


def test_true_places_and_depths_lie_within_what_is_told(shaken: Make):
    inside, deep = [], []
    for seed in range(11, 15):
        made = shaken(seed, events=30)
        events = locate_in_ground(made.sensors, made.arrivals).events
        truth = made.truth[np.abs(events.time_s[:, None] - made.truth[:, 2]).argmin(axis=1)]
        off = np.c_[events.x_m, events.y_m] - truth[:, :2]
        inside.append(np.einsum("ei,eij,ej->e", off, np.linalg.inv(events.covariance[:, :2, :2]), off) < 5.99)
        deep.append(np.abs(-events.z_m - truth[:, 3]) < 1.96 * np.sqrt(events.covariance[:, 3, 3]))
    assert np.concatenate(inside).mean() > 0.9
    assert np.concatenate(deep).mean() > 0.9


def test_doubt_whether_arrivals_are_its_own_widens_an_ellipse_and_never_narrows_it(asked: tuple[Any, tuple[Any, ...]]):
    found, unsure, settings = asked[1]
    sure = over_all_depths(found, replace(unsure, log_chance=np.full_like(unsure.log_chance, -60.0)), settings)
    doubted = over_all_depths(found, replace(unsure, log_chance=unsure.log_chance + 4.0), settings)
    more = doubted.covariance - sure.covariance
    assert (np.einsum("eii->ei", more) >= -1e-9).all()
    assert np.median(more[:, 0, 0] / sure.covariance[:, 0, 0]) > 0.01


def test_ground_that_errs_widens_and_the_order_of_events_does_not_matter(asked: tuple[Any, tuple[Any, ...]]):
    found, unsure, settings = asked[1]
    plain = over_all_depths(found, unsure, settings)
    wrong = over_all_depths(found, replace(unsure, common=np.full(4, 0.05)), settings)
    area = np.linalg.det(wrong.covariance[:, :2, :2]) / np.linalg.det(plain.covariance[:, :2, :2])
    assert np.median(area) > 1.5
    order = np.random.default_rng(1).permutation(len(found.home))
    turned = over_all_depths(found.take(order), unsure, settings)
    assert np.allclose(turned.mean, plain.mean[order], rtol=1e-6, atol=1e-3)
