"""What single cases must show: a draft against its final text, rival figures and windows, and what nobody fills in."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from truceline.agreements.loading import load_agreement
from truceline.model import Agreement, InZone, NormKind, Outside

CASES = Path(__file__).resolve().parents[2] / "cases"
ANSWERED = ("easter-2025", "easter-2026", "may-2025", "may-2026", "energy-pause-2026")


def agreement(case: str) -> Agreement:
    return load_agreement(CASES / case / "agreement.yaml")


def test_the_final_declaration_has_lost_the_support_the_draft_promised():
    promised = {(one.instrument, who) for one in agreement("paris-2026").guarantees for who in one.guarantors}
    guarantees = {one.id: one for one in agreement("paris-2026").guarantees}
    assert (guarantees["draft-support"].guarantors, guarantees["draft-support"].instrument) == (
        guarantees["coalition-support"].guarantors,
        "draft",
    )
    assert ("draft", "united-states") in promised
    assert ("final", "united-states") not in promised


def test_only_who_is_named_owes_the_support_of_the_force():
    owed = [
        one for one in agreement("paris-2026").guarantees if "support-the-force" in {duty.id for duty in one.duties}
    ]
    assert [one.guarantors for one in owed] == [("united-states",)]


def test_consultations_of_which_either_may_ask_are_owed_both_ways():
    ways = {(one.clause, *one.guarantors, *one.beneficiaries) for one in agreement("paris-2026").guarantees}
    for clause, other in (("k1", "united-kingdom"), ("k2", "united-kingdom"), ("k3", "united-states")):
        assert {(clause, other, "party-ua"), (clause, "party-ua", other)} <= ways


def test_what_a_text_promises_without_a_trigger_hangs_on_none():
    norms = {norm.id: norm for norm in agreement("paris-2026").norms}
    assert (norms["assistance"].clause, norms["assistance"].instrument) == ("p2", "final")
    assert all(duty.clause != "p2" for one in agreement("paris-2026").guarantees for duty in one.duties)


def test_the_reported_letter_excuses_only_where_and_under_what_it_names():
    threats = next(norm for norm in agreement("lebanon-2024").norms if norm.id == "act-on-threats")
    assert threats.where == Outside(InZone("southern-region"))
    assert [one.entry for one in threats.requires] == ["determination"]
    assert threats.unknown == ("requires[0].by",)


def test_a_status_nobody_agrees_on_is_not_that_of_one_side():
    gaza = agreement("gaza-2025-01")
    ends = {reading.window.end for reading in gaza.readings}
    assert (gaza.status, len(ends) > 1) == ("in-force", True)
    assert all(step.status != "ended" for one in gaza.instruments for step in one.status)


def test_no_number_of_a_trigger_and_no_rule_of_the_commission_is_filled_in():
    paris = agreement("paris-2026")
    assert [one.at_least for guarantee in paris.guarantees for one in guarantee.trigger.criteria if one.at_least] == []
    final = next(one for one in paris.instruments if one.id == "final")
    assert {name for name, said in final.terms if said is None} >= {"decision_rule", "members", "deadlines"}


def test_what_one_guarantee_of_2024_counts_its_hours_from_stays_open():
    guarantees = {one.id: one for one in agreement("paris-2026").guarantees}
    clock = guarantees["consultation-2024"].duties[0].clock
    assert clock is not None
    assert (clock.starts, clock.text) == (None, "PT24H")


def test_the_bulletin_of_11_october_comes_apart_into_its_parts():
    text = (CASES / "gaza-2025-10" / "figures.csv").read_text(encoding="utf-8")
    rows = {row["figure"]: row["value"] for row in csv.DictReader(text.splitlines())}
    total = int(rows["deaths in the bulletin of 11 October 2025"])
    parts = [int(rows[f"of these {what}"]) for what in ("new deaths", "bodies recovered", "added by a committee")]
    assert (total, parts) == (471, [35, 116, 320])
    assert sum(parts) == total


def test_the_schedule_of_january_2025_comes_to_33():
    norms = {norm.id: norm for norm in agreement("gaza-2025-01").norms}
    weekly = [norms[f"hostages-day-{day}"] for day in (1, 7, 14, 21, 28, 35)] + [norms["hostages-last-week"]]
    owed = [norm.count.at_least or 0 for norm in weekly if norm.count is not None]
    assert owed == [3, 4, 3, 3, 3, 3, 14]
    everything = norms["hostages-of-the-first-stage"].count
    assert everything is not None
    assert sum(owed) == everything.at_least == 33


def test_rival_figures_of_trucks_are_readings_of_one_duty():
    found = {}
    for reading in agreement("gaza-2025-10").readings:
        (trucks,) = [norm for norm in reading.norms if norm.id == "aid-trucks"]
        found[reading.id] = trucks.count.at_least if trucks.count else None
    assert sorted(found.values()) == [300, 400, 600, 600]


def test_the_truce_of_may_2025_binds_only_who_announced_it():
    may = agreement("may-2025")
    fire = next(norm for norm in may.norms if norm.id == "ground-fire")
    assert may.bound_by(fire) == ("party-ru",)


def test_the_energy_truce_has_two_starts_and_three_lists():
    truce = agreement("energy-truce-2025")
    lists = {reading.norms[0].object.targets for reading in truce.readings}
    starts = {reading.window.start for reading in truce.readings}
    assert (len(starts), len(lists)) == (2, 3)
    assert min(lists, key=len) == (
        *("refinery", "pipeline", "fuel-storage", "power-plant", "power-grid", "nuclear-plant", "hydro-dam"),
    )


@pytest.mark.parametrize("case", ANSWERED)
def test_an_answer_asks_for_an_attack_of_the_other_side_and_says_what_it_leaves_open(case: str):
    permits = [norm for norm in agreement(case).norms if norm.kind is NormKind.PERMIT]
    assert permits
    for permit in permits:
        assert [(one.by, bool(one.act)) for one in permit.requires] == [(("other",), True)]
        assert permit.unknown == ("when.until",)


def test_a_reported_letter_and_a_draft_bind_nobody_in_lebanon():
    standing = {one.id: (one.type, one.status[-1].status) for one in agreement("lebanon-2024").instruments}
    assert standing["side-letter"] == ("side-letter", "announced")
    assert standing["initial-document"][0] == "draft"
