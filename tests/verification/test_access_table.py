"""The table of who may do what, every combination of it, against the page that people read."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from truceline.model import Phase, Role
from truceline.verification.access import TABLE, Knowing, Purpose, Question, decide

PAGE = Path(__file__).resolve().parents[2] / "docs" / "method" / "cases.md"
EVERYTHING = list(itertools.product(Role, Knowing, Phase, Purpose))
ANYWHERE = (Purpose.BREAK_GLASS, Purpose.AUDIT, Purpose.PUBLISH_REPORT, Purpose.GRADE_SOURCES)


def _page() -> set[tuple[str, str, str]]:
    """Role, purpose and phase of every yes in the table of the page."""
    text = PAGE.read_text(encoding="utf-8").split("## Who may do what")[1].split("\n## ")[0]
    head, _, *rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    phases = [cell.strip() for cell in head[2:]]
    assert phases == [str(phase) for phase in Phase]
    found = set()
    for role, purpose, *cells in rows:
        words = [cell.strip() for cell in cells]
        assert set(words) <= {"", "yes"}
        found |= {
            (role.strip(" `"), purpose.strip(" `"), phase)
            for phase, word in zip(phases, words, strict=True)
            if word == "yes"
        }
    return found


ALLOWED = _page()


def test_there_is_something_to_enumerate():
    assert len(EVERYTHING) == 9 * 3 * 7 * 18
    assert 60 < len(ALLOWED) < 200


def test_the_page_names_every_role():
    text = PAGE.read_text(encoding="utf-8").split("## Who may do what")[1]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)) >= {str(role) for role in Role}


@pytest.mark.parametrize("role", Role)
def test_every_combination_is_decided_as_the_page_says(role: Role):
    for _, knowing, phase, purpose in (one for one in EVERYTHING if one[0] is role):
        on_list = (role, purpose, phase) in ALLOWED
        expected = {
            Knowing.ON_LIST: on_list,
            Knowing.BY_GLASS: on_list
            and (purpose in ANYWHERE or (purpose is Purpose.READ and role is not Role.PARTY_OFFICER)),
            Knowing.OFF_LIST: on_list and purpose in ANYWHERE,
        }[knowing]
        decision = decide(Question("p", (role,), knowing, phase, purpose))
        assert decision.allowed == expected, decision
        assert decision.because
        assert ((role, knowing, phase, purpose) in TABLE) == expected


def test_the_table_holds_nothing_else():
    assert set(EVERYTHING) >= TABLE


@pytest.mark.parametrize(("knowing", "phase", "purpose"), list(itertools.product(Knowing, Phase, Purpose)))
def test_nobody_without_a_role_may_do_anything(knowing: Knowing, phase: Phase, purpose: Purpose):
    assert not decide(Question("gone", (), knowing, phase, purpose)).allowed


def test_two_roles_allow_what_either_does():
    for knowing, phase, purpose in itertools.product(Knowing, Phase, Purpose):
        either = [(role, knowing, phase, purpose) in TABLE for role in (Role.LIAISON_OFFICER, Role.REVIEWER)]
        both = decide(Question("p", (Role.LIAISON_OFFICER, Role.REVIEWER), knowing, phase, purpose))
        assert both.allowed == any(either)


def test_whoever_is_on_no_list_hears_nothing_of_the_case():
    told = {
        decide(Question("p", (Role.REVIEWER,), Knowing.OFF_LIST, phase, purpose)).because
        for phase, purpose in itertools.product(Phase, Purpose)
        if (phase, purpose) != (Phase.NO_CASE, Purpose.GRADE_SOURCES)  # which is of no case
    }
    assert told == {"is not on the case's list"}


def test_a_monitor_has_no_part_in_judging_and_a_party_none_in_grades():
    assert not [row for row in TABLE if row[0] is Role.MONITOR]
    assert {row[3] for row in TABLE if row[0] is Role.PARTY_OFFICER} == {Purpose.READ, Purpose.ANSWER}
