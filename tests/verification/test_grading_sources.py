"""Grading sources and items: blind to each other, the cautious one holds, nobody's order matters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model import UsageFault
from truceline.verification import GRADES_OF, Grading, Scale, together, visible_to

NOON = datetime(2031, 4, 19, 12, tzinfo=UTC)
gradings = st.lists(
    st.tuples(st.sampled_from("ABCDEF"), st.sampled_from(["ada", "ben", "cem"]), st.integers(0, 5)), max_size=6
)


def letter(grade: str, by: str, minute: int = 0, subject: str = "camera") -> Grading:
    return Grading(subject, Scale.RELIABILITY, grade, by, NOON + timedelta(minutes=minute), "seen at work")


def number(grade: str, by: str, item: str = "item", minute: int = 0) -> Grading:
    at = NOON + timedelta(minutes=minute)
    return Grading(item, Scale.CREDIBILITY, grade, by, at, "fits the crater", source="camera")


@pytest.mark.parametrize(
    ("given_grades", "grade", "apart"),
    [
        ("B", "B", False),
        ("BB", "B", False),
        ("BD", "D", True),
        ("BF", "B", True),
        ("FF", "F", False),
        ("EF", "E", True),
    ],
)
def test_the_most_cautious_of_those_who_could_judge(given_grades: str, grade: str, apart: bool):
    told = together(letter(one, f"person {place}") for place, one in enumerate(given_grades))
    assert told is not None
    assert (told.grade, told.apart, len(told.by)) == (grade, apart, len(given_grades))


def test_a_persons_newest_grade_holds_and_nobodys_is_no_grade():
    told = together([letter("A", "ada", 1), letter("D", "ada", 2), letter("B", "ada", 0)])
    assert told is not None
    assert told.grade == "D"
    assert together([]) is None


@given(gradings, st.randoms(use_true_random=False))
def test_the_order_in_which_people_are_asked_means_nothing(told: list[tuple[str, str, int]], random: object):
    asked = [letter(*one) for one in told]
    shuffled = list(asked)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert together(shuffled) == together(asked)


def test_gradings_of_different_subjects_are_not_mixed():
    with pytest.raises(UsageFault, match="different subjects"):
        together([letter("A", "ada"), letter("A", "ben", subject="drone")])


def test_nobody_sees_anothers_grade_before_giving_his_own():
    told = [letter("B", "ada"), number("3", "ada")]
    assert visible_to("ben", told) == ()
    assert visible_to("ada", told) == tuple(told)
    assert visible_to("ben", [*told, number("2", "ben")])[0].by == "ada"


def test_a_sources_letter_stays_hidden_until_ones_own_items_of_it_are_graded():
    told = [letter("B", "ada"), letter("C", "ben"), number("3", "ada"), number("4", "cem", "other item")]
    assert visible_to("ben", told) == (told[1],)
    graded = [*told, number("2", "ben"), number("2", "ben", "other item")]
    assert visible_to("ben", graded) == tuple(graded)


@given(gradings)
def test_who_graded_nothing_sees_nothing(told: list[tuple[str, str, int]]):
    assert visible_to("dan", [letter(*one) for one in told]) == ()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Grading("camera", Scale.RELIABILITY, "2", "ada", NOON, "x"), "no grade of reliability"),
        (lambda: Grading("item", Scale.CREDIBILITY, "A", "ada", NOON, "x"), "no grade of credibility"),
        (lambda: Grading("item", Scale.CREDIBILITY, "1", "ada", NOON, " "), "without its reason"),
        (lambda: Grading("item", Scale.CREDIBILITY, "1", "ada", NOON.replace(tzinfo=None), "x"), "time zone"),
    ],
)
def test_a_faulty_grade_cannot_be_given(wrong: object, message: str):
    with pytest.raises(UsageFault, match=message):
        wrong()  # type: ignore[operator]


def test_each_scale_ends_with_the_grade_that_says_nobody_can_tell():
    assert [grades[-1][1].endswith("cannot be judged") for grades in GRADES_OF.values()] == [True, True]
