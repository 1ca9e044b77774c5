"""An incident without each of its observations: the links are asked again, and it is as if it had never been told."""

from __future__ import annotations

import mixed_evidence as mixed
import numpy as np
import pytest

from truceline.fusion.leaving_out import left_out
from truceline.fusion.reports.asking_again import asked_again, asked_of
from truceline.fusion.weighing import weigh
from truceline.model import ReportTable, Words

EVIDENCE = mixed.evidence_of(mixed.background(np.random.default_rng(1), 60))


def members_of(told: object) -> list[set[int]]:
    found: dict[int, set[int]] = {}
    for incident, observation in zip(told.incident.tolist(), told.observation.tolist(), strict=True):
        found.setdefault(incident, set()).add(observation)
    return list(found.values())


@pytest.fixture(scope="module")
def largest() -> list[list[int]]:
    """The four incidents with most observations."""
    found = members_of(weigh(EVIDENCE).fused.membership)
    return [sorted(one) for one in sorted(found, key=lambda one: (-len(one), min(one)))[:4]]


def test_who_no_longer_belongs_together_without_an_observation_is_told(largest: list[list[int]]):
    """As it is when the observation was never told; at most one is another by chance of the search."""
    alike, parted = [], 0
    for members in largest:
        for one, rest in zip(members, left_out(EVIDENCE, members), strict=True):
            others = set(members) - {one}
            if len(others) < 2:
                continue
            without = EVIDENCE.take(np.flatnonzero(EVIDENCE.observations.id != np.uint64(one)))
            anew = max(members_of(weigh(without).fused.membership), key=lambda each: len(each & others))
            alike.append(anew == set(rest.left))
            parted += bool(rest.parted)
            assert set(rest.parted) <= others
            assert not set(rest.joined) & set(members)
            assert set(rest.left) == (others - set(rest.parted)) | set(rest.joined)
    assert parted > 0
    assert sum(alike) >= len(alike) - 1


def test_of_one_alone_nothing_is_left():
    one = int(EVIDENCE.observations.id[0])
    assert left_out(EVIDENCE, [one]) == (None,)


def test_a_second_telling_of_the_same_words_changes_nothing_at_all():
    chance = np.random.default_rng(5)
    told = mixed.background(chance, 20)
    three = mixed.of_one_incident(chance, 900, ("posts", "wire"))
    page = mixed.seen("page", "page-900", 0.0, three[1].place, words=three[1].words)
    page = type(page)(**{name: getattr(three[1], name) for name in page.__dataclass_fields__} | {
        "source": "page", "key": "page-900"})  # fmt: skip
    evidence = mixed.evidence_of([*told, *three, page])
    rows = np.flatnonzero(evidence.observations.source.among(("page",)))
    group = next(
        one for one in members_of(weigh(evidence).fused.membership) if int(evidence.observations.id[rows[0]]) in one
    )
    assert len(group) >= 3
    rests = dict(zip(sorted(group), left_out(evidence, sorted(group)), strict=True))
    copy = rests[int(evidence.observations.id[rows[0]])]
    assert (copy.moved_m, copy.moved_s, copy.narrowed, copy.parted, copy.joined) == (0.0, 0.0, 1.0, (), ())


def test_nobody_is_asked_again_where_nobody_is_left():
    at = np.array([0.0, 100.0])
    known = asked_of(ReportTable(("a", "b"), Words.of(["x", "y"]), at, at, at, Words.of(["shelling"] * 2)))
    assert not len(asked_again(known, np.zeros(0, np.int64)).group)
    assert len(asked_again(known, np.array([1])).group) == 1
