"""What weighing says of its own sureness is borne out: places, times, probabilities and the number of incidents."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
from mixed_evidence import PLANE, START, evidence_of, told_and_true

from truceline.fusion.weighing import weigh
from truceline.model import id_of

SEEDS = range(1, 7)
INCIDENTS = 200


@cache
def judged(seed: int) -> dict[str, list[float]]:
    """Of one made-up month: whether each fused place and time holds the truth, and each probability beside it."""
    told, true = told_and_true(np.random.default_rng(seed), INCIDENTS)
    found = weigh(evidence_of(told))
    number = {id_of(f"{one.source}\x1f{one.key}"): int(one.key.rpartition("-")[2]) for one in told}
    members: dict[int, list[int]] = {}
    belongs = found.fused.membership
    for incident, one in zip(belongs.incident.tolist(), belongs.observation.tolist(), strict=True):
        members.setdefault(incident, []).append(number[one])
    table, places = found.fused.incidents, {one.incident: one.place for one in found.details}
    held: dict[str, list[float]] = {"place": [], "time": [], "right": [], "probability": [], "real": [], "count": []}
    for row, incident in enumerate(table.id.tolist()):
        held["probability"].append(float(table.probability[row]))
        held["real"].append(float(any(one in true for one in members[incident])))
        most = Counter(members[incident]).most_common(1)[0][0]
        if places.get(incident) is not None and most in true:
            held["right"].append(float(len(set(members[incident])) == 1))
            (x_m, y_m), at_s = true[most]
            spread = places[incident].density().moments().on(PLANE)
            covariance = np.array([[spread.xx_m2, spread.xy_m2], [spread.xy_m2, spread.yy_m2]])
            off = np.array([x_m - spread.x_m, y_m - spread.y_m])
            held["place"].append(float(off @ np.linalg.solve(covariance, off) <= 5.991))
            at_us = (START.timestamp() + at_s) * 1e6
            held["time"].append(float(table.start_us[row] - 1 <= at_us <= table.end_us[row] + 1))
    _, low, high = found.summary.told
    held["count"].append(float(low <= len(set(number.values())) <= high))
    return held


def share(name: str, *, right: bool = False) -> float:
    """How often it was so; ``right``: where nothing was put together that is not one."""
    told = np.array([one for seed in SEEDS for one in judged(seed)[name]])
    if right:
        told = told[np.array([one for seed in SEEDS for one in judged(seed)["right"]]) == 1.0]
    return float(told.mean())


def test_fused_places_and_times_hold_the_truth_as_often_as_they_say():
    assert 0.92 <= share("place", right=True) <= 0.985
    assert 0.92 <= share("time", right=True) <= 0.985


def test_where_single_links_are_wrong_some_places_and_times_are_too():
    assert share("place") >= 0.88
    assert share("time") >= 0.88


def test_the_number_of_incidents_lies_in_its_interval():
    assert share("count") >= 0.75


def test_incidents_are_real_as_often_as_is_said():
    said = np.array([one for seed in SEEDS for one in judged(seed)["probability"]])
    real = np.array([one for seed in SEEDS for one in judged(seed)["real"]])
    for low, high in ((0.5, 0.8), (0.8, 0.95), (0.95, 1.0)):
        some = (said >= low) & (said < high)
        assert some.sum() > 20
        assert abs(said[some].mean() - real[some].mean()) < 0.08
