"""Each measure of a criterion: the least there surely was and the most there can have been; the ladder; the matrix."""

from __future__ import annotations

from typing import Any

import guarantee_samples as samples
import pytest
from guarantee_samples import BEGUN, CONSULTING, COUNCIL, MEASURED, NORTH, SOUTH, entry, guaranteed, only, shot

from truceline.agreements.guarantees import reasons
from truceline.agreements.guarantees.matrix import matrix
from truceline.agreements.guarantees.standing import CriterionStanding, State
from truceline.model import Ladder, Phenomenon, RegisterEntry, Result

SCALE = "{id: scale, measure: incidents, at_least: 3, within: PT24H}"
UNCONFIRMED = samples.CONFIRMING[:1]


def criterion(text: str, incidents: list[dict[str, Any]], *register: RegisterEntry) -> CriterionStanding:
    agreement = samples.agreement(MEASURED, changed=[(SCALE, text)])
    return only(guaranteed(agreement, (BEGUN, *register), incidents)).trigger.criteria[0]


def measured(text: str, incidents: list[dict[str, Any]], *register: RegisterEntry) -> tuple[float, float | None, State]:
    found = criterion(text, incidents, *register)
    return found.low, found.high, found.state


@pytest.mark.parametrize(
    ("text", "incidents", "expected"),
    [
        ("{id: n, measure: incidents, at_least: 2}", [shot("2031-05-01T10:00:00Z")], (1, 1, State.NOT_MET)),
        (
            "{id: n, measure: incidents, at_least: 2}",
            [shot("2031-05-01T10:00:00Z"), shot("2031-06-01T10:00:00Z")],
            (2, 2, State.MET),
        ),
        (
            "{id: n, measure: incidents, at_least: 2, within: PT24H}",
            [shot("2031-05-01T10:00:00Z"), shot("2031-05-02T10:00:00Z")],
            (1, 1, State.NOT_MET),
        ),
        (
            "{id: n, measure: incidents, at_least: 2}",
            [shot("2031-05-01T10:00:00Z"), shot("2031-05-02T10:00:00Z", strata=UNCONFIRMED)],
            (1, 2, State.OPEN),
        ),
        (
            "{id: n, measure: incidents, at_least: 2}",
            [shot("2031-05-01T10:00:00Z"), shot("2031-05-02T10:00:00Z", party=NORTH)],
            (1, 1, State.NOT_MET),
        ),
        (
            "{id: n, measure: incidents, at_least: 1}",
            [shot("2031-02-10T10:00:00Z")],  # before the guarantee holds
            (0, 0, State.NOT_MET),
        ),
        (
            "{id: n, measure: incidents, at_least: 1, within: PT1H}",
            [shot("2031-05-01T10:00:00Z", hours=5)],  # at an unknown moment: surely in no one hour
            (0, 1, State.OPEN),
        ),
        (
            "{id: n, measure: days, at_least: 2}",
            [shot("2031-05-01T10:00:00Z"), shot("2031-05-01T11:00:00Z"), shot("2031-05-02T20:00:00Z", hours=8)],
            (1, 2, State.OPEN),
        ),
        (
            "{id: n, measure: areas, at_least: 2}",
            [shot("2031-05-01T10:00:00Z", area="left"), shot("2031-05-02T10:00:00Z", area="right")],
            (2, 2, State.MET),
        ),
        (
            "{id: n, measure: areas, at_least: 2}",
            [shot("2031-05-01T10:00:00Z", area="left"), shot("2031-05-02T10:00:00Z", area="")],
            (1, 2, State.OPEN),
        ),
        (
            "{id: n, measure: areas, at_least: 2, within: PT24H}",
            [shot("2031-05-01T10:00:00Z", area="left"), shot("2031-05-05T10:00:00Z", area="right")],
            (1, 1, State.NOT_MET),
        ),
        (
            "{id: n, measure: breached-norms, at_least: 2}",
            [shot("2031-05-01T10:00:00Z"), shot("2031-05-01T10:00:00Z", phenomenon=Phenomenon.FLIGHT)],
            (2, 2, State.MET),
        ),
        (
            "{id: n, measure: casualties, at_least: 4}",
            [
                shot("2031-05-01T10:00:00Z", phenomenon=Phenomenon.CASUALTY, count=(2, 3, 5)),
                shot("2031-05-02T10:00:00Z", phenomenon=Phenomenon.CASUALTY, count=(1, 1, 1), party=""),
            ],
            (2, 6, State.OPEN),
        ),
        (
            "{id: n, measure: casualties, at_least: 4}",
            [shot("2031-05-01T10:00:00Z", phenomenon=Phenomenon.CASUALTY, count=(2, -1, -1))],
            (2, None, State.OPEN),
        ),
        (
            "{id: n, measure: casualties, at_least: 2}",
            [shot("2031-05-01T10:00:00Z", phenomenon=Phenomenon.CASUALTY, count=(2, 3, 5))],
            (2, 5, State.MET),
        ),
        ("{id: n, measure: incidents, at_least: null}", [shot("2031-05-01T10:00:00Z")], (1, 1, State.OPEN)),
        ("{id: n, measure: determination, determined_by: null}", [], (0, 0, State.OPEN)),
        ("{id: n, measure: determination, determined_by: council}", [], (0, 0, State.NOT_MET)),
    ],
)
def test_a_criterion_is_measured(text: str, incidents: list[dict[str, Any]], expected: tuple[Any, ...]):
    assert measured(text, incidents) == expected


def test_a_breach_told_by_the_register_counts_among_the_norms_breached():
    text = "{id: n, measure: breached-norms, at_least: 1}"
    owed = (
        "{id: hand-over, kind: oblige, mode: achievement, who: each, act: hand-over-information, clause: c1, "
        "when: {until: '2031-04-01T00:00:00Z'}}\nguarantees:\n"
    )
    agreement = samples.agreement(MEASURED, changed=[(SCALE, text), ("guarantees:\n", f"  - {owed}")])
    not_done = entry("not-done", "hand-over", SOUTH, "2031-04-02T00:00:00Z")
    found = only(guaranteed(agreement, (BEGUN, not_done))).trigger.criteria[0]
    assert (found.low, found.state, found.findings) == (1, State.MET, ("hand-over/party-south/plain",))


def test_what_the_text_leaves_open_is_a_gap():
    agreement = samples.agreement(
        MEASURED,
        changed=[
            (SCALE, "{id: scale, measure: incidents, at_least: null}"),
            ("{id: length, measure: days, at_least: 2}", "{id: deliberate, measure: determination}"),
        ],
    )
    standing = only(guaranteed(agreement, (BEGUN,), samples.ATTACK))
    assert standing.gaps == (
        "trigger.criteria[0].at_least",
        "duties[2].clock.starts",
        "trigger.criteria[1].determined_by",
    )
    assert [str(one.because) for one in standing.trigger.criteria] == [
        reasons.NO_NUMBER.format(low=4),
        reasons.NO_BODY,
    ]


def test_a_ladder_shows_its_highest_step_and_those_that_nothing_shows():
    later, earlier = (
        only(guaranteed(samples.agreement(MEASURED), (BEGUN,), as_of=when)).ladder
        for when in (samples.LATER, "2031-08-01T00:00:00Z")
    )
    assert later.highest is Ladder.IN_PLACE
    assert later.missing == (Ladder.DECLARED, Ladder.SIGNED, Ladder.FUNDED)
    assert earlier.highest is Ladder.RATIFIED
    assert earlier.missing == (Ladder.DECLARED, Ladder.SIGNED)
    nothing = only(guaranteed(samples.agreement(COUNCIL)), "friend").ladder
    assert (nothing.highest, nothing.missing) == (None, ())


def test_the_matrix_shows_every_party_and_guarantor_and_its_empty_cells():
    one_sided = samples.agreement(MEASURED + COUNCIL)
    found = matrix(one_sided, guaranteed(one_sided).standings)
    assert found.guarantors == (NORTH, SOUTH, "ally", "friend")
    assert found.beneficiaries == (NORTH, SOUTH)
    assert found.empty == ((NORTH, SOUTH), (SOUTH, NORTH), ("ally", SOUTH), ("friend", SOUTH))
    mutual = samples.agreement(CONSULTING)
    assert matrix(mutual, guaranteed(mutual).standings).empty == ()


def test_a_voiding_clause_that_names_no_body_is_met_by_nobody():
    requires = "requires: [{entry: determination, by: [council], subject: own-attack}]"
    agreement = samples.agreement(
        MEASURED, changed=[(requires, "requires: [{entry: determination, subject: own-attack}]")]
    )
    said = entry("determination", "own-attack", "council", "2031-05-03T12:00:00Z")
    assert only(guaranteed(agreement, (BEGUN, said))).holding.void_at is None


def test_a_mutual_guarantee_becomes_void_for_the_one_that_is_named():
    agreement = samples.agreement(
        MEASURED, changed=[("beneficiaries: [party-north]", "beneficiaries: [party-north, party-south]")]
    )
    said = entry("determination", "own-attack/party-south", "council", "2031-05-03T12:00:00Z")
    found = guaranteed(agreement, (BEGUN, said))
    assert only(found, beneficiary=SOUTH).holding.void_at is not None
    assert only(found, beneficiary=NORTH).holding.void_at is None


INCIDENTS = "{id: n, measure: incidents, at_least: 1}"
CASUALTIES = "{id: n, measure: casualties, at_least: 9}"


@pytest.mark.parametrize(
    ("text", "incident", "expected"),
    [
        # sometime around the moment from which the guarantee holds
        (INCIDENTS, shot("2031-02-28T22:00:00Z", hours=4), (0, 1, State.OPEN)),
        # unconfirmed and naming the other side: it may yet be theirs
        (
            CASUALTIES,
            shot(
                "2031-05-01T10:00:00Z", phenomenon=Phenomenon.CASUALTY, count=(2, 2, 2), party=NORTH, strata=UNCONFIRMED
            ),
            (0, 2, State.NOT_MET),
        ),
        (
            CASUALTIES,
            shot("2031-05-01T10:00:00Z", phenomenon=Phenomenon.CASUALTY, count=(2, 2, 2), party=NORTH),
            (0, 0, State.NOT_MET),
        ),
    ],
)
def test_what_may_count_is_in_the_most_and_not_in_the_least(
    text: str, incident: dict[str, Any], expected: tuple[Any, ...]
):
    assert measured(text, [incident]) == expected


def test_a_beneficiarys_own_acts_never_set_it_off_where_the_text_names_nobody():
    agreement = samples.agreement(MEASURED, changed=[("    against: [party-south]\n", ""), (SCALE, INCIDENTS)])
    own = only(guaranteed(agreement, (BEGUN,), [shot("2031-05-01T10:00:00Z", party=NORTH)]))
    assert own.against == (SOUTH,)
    assert own.trigger.criteria[0].low == 0


def test_nothing_of_before_the_guarantee_holds_counts():
    text = "{id: n, measure: determination, determined_by: council}"
    early = "2031-02-10T00:00:00Z"
    assert measured(text, [], entry("determination", "n", "council", early))[2] is State.NOT_MET
    notices = [
        entry("notice", "renewed-attack", NORTH, early, to=("ally",)),
        entry("notice", "renewed-attack", "ally", "2031-05-01T00:00:00Z"),
        entry("notice", "renewed-attack", NORTH, "2031-05-01T00:00:00Z", to=("friend",)),
    ]
    standing = only(guaranteed(samples.agreement(MEASURED), (BEGUN, *notices)))
    assert [one.stamp.value for one in standing.stamps if one.given is not None] == []


def test_what_was_done_for_another_beneficiary_is_not_done_for_this_one():
    both = [("beneficiaries: [party-north]", "beneficiaries: [party-north, party-south]")]
    found = entry("determination", "assistance/confirmed", "council", "2031-09-12T12:00:00Z")
    done = entry("done", "assist", "ally", "2031-09-20T12:00:00Z", to=(NORTH,))
    standings = guaranteed(samples.agreement(COUNCIL, changed=both), [found, done])
    results = [samples.duty(only(standings, beneficiary=party), "assist").result for party in (NORTH, SOUTH)]
    assert results == [Result.COMPLIED, Result.UNDETERMINED]
