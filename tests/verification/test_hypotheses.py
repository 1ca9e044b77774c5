"""Rival explanations: two at least, judged by what speaks against them, copies once, nobody picks for people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model import UsageFault
from truceline.verification import Bears, Hypotheses, Hypothesis, HypothesisKind, Mark

K = HypothesisKind
THREE = (
    Hypothesis("shelled", K.AS_ALLEGED, "mortar fire from the north bank"),
    Hypothesis("own-store", K.ACCIDENT, "a store of ammunition blew up"),
    Hypothesis("staged", K.STAGED_BY_ACCUSER, "set off by those who report it"),
)
bearings = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(THREE), st.sampled_from(Bears), st.sampled_from(["", "wire"])),
    unique_by=lambda mark: (mark[0], mark[1].id),
)


def mark(evidence: str, hypothesis: str, bears: str, origin: str = "") -> Mark:
    return Mark(evidence, hypothesis, Bears(bears), "as found", origin)


def test_the_least_contradicted_stands_first_whatever_speaks_for_the_others():
    marks = (
        mark("crater", "shelled", "for"),
        mark("video", "shelled", "for"),
        mark("radar", "shelled", "against"),
        mark("crater", "own-store", "against"),
        mark("witness", "own-store", "against"),
    )
    told = [(one.hypothesis.id, one.speaks_for, one.against) for one in Hypotheses(THREE, marks).standings()]
    assert told == [("staged", 0, 0), ("shelled", 2, 1), ("own-store", 0, 2)]
    assert [one.id for one in Hypotheses(THREE, marks).open_rivals()] == ["staged"]


def test_what_repeats_one_origin_counts_once():
    marks = (
        mark("page", "shelled", "for", "wire"),
        mark("paper", "shelled", "for", "wire"),
        mark("x", "shelled", "for"),
    )
    assert next(one for one in Hypotheses(THREE, marks).standings() if one.hypothesis.id == "shelled").speaks_for == 2


def test_evidence_that_fits_all_alike_is_named():
    marks = (*(mark("smoke", one.id, "for") for one in THREE), mark("crater", "shelled", "for"))
    assert Hypotheses(THREE, marks).tells_nothing_apart() == ("smoke",)


@given(bearings, st.randoms(use_true_random=False))
def test_order_means_nothing(told: list[tuple[int, Hypothesis, Bears, str]], random: object):
    marks = [Mark(f"item {at}", one.id, bears, "as found", origin) for at, one, bears, origin in told]
    shuffled = list(marks)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert Hypotheses(THREE, tuple(shuffled)).standings() == Hypotheses(THREE, tuple(marks)).standings()
    assert Hypotheses(THREE[::-1], tuple(marks)).standings() == Hypotheses(THREE, tuple(marks)).standings()


@given(bearings)
def test_more_evidence_never_speaks_less_against(told: list[tuple[int, Hypothesis, Bears, str]]):
    marks = tuple(Mark(f"item {at}", one.id, bears, "as found", origin) for at, one, bears, origin in told)
    less = {one.hypothesis.id: one.against for one in Hypotheses(THREE, marks[:-1]).standings()}
    more = {one.hypothesis.id: one.against for one in Hypotheses(THREE, marks).standings()}
    assert all(more[name] >= less[name] for name in less)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Hypotheses(THREE[:2]), "1 rivals"),
        (lambda: Hypotheses(THREE[1:]), "2 rivals of what is alleged"),
        (lambda: Hypotheses((*THREE, THREE[1])), "two hypotheses are called 'own-store'"),
        (lambda: Hypotheses(THREE, (mark("x", "stagged", "for"),)), "no hypothesis is called 'stagged'"),
        (lambda: Hypotheses(THREE, (mark("x", "staged", "for"), mark("x", "staged", "against"))), "in two ways"),
    ],
)
def test_a_finding_without_its_rivals_cannot_be_kept(wrong: object, message: str):
    with pytest.raises(UsageFault, match=message):
        wrong()  # type: ignore[operator]
