"""What a mission refuses because it cannot be its own, and by what names it knows its parties."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import mission_samples as samples
import pytest

from truceline.mission.admitting import admitted
from truceline.mission.folder import Mission, open_mission
from truceline.mission.fusing import all_incidents
from truceline.mission.settings import Bounds
from truceline.model import (
    AgreementFault,
    Claim,
    CountRange,
    EllipsePlace,
    EvidenceLink,
    Interval,
    Means,
    Observation,
    Phenomenon,
    PointPlace,
    RegisterEntry,
    RegisterKind,
    Rejected,
    SectorPlace,
    Standing,
    UnknownPlace,
    id_text,
)

DAY = Interval(datetime(2031, 1, 1, tzinfo=UTC), datetime(2031, 1, 2, tzinfo=UTC))
LINK = EvidenceLink("a" * 64, 7)
SEEN = Observation("k", "s", DAY, UnknownPlace(), Means.HEARD, Phenomenon.EXPLOSION, LINK, words="boom")
CLAIM = Claim(
    "k", "party-north", "party-south", "violations", CountRange.exactly(3), DAY, "x", "2031-01-02", "", "u", "q", LINK
)
ENTRY = RegisterEntry(
    *("17", RegisterKind.NOTICE, "ground-fire", "party-north", ("party-south", "mechanism"), DAY),
    *(Standing.VERIFIED, "mechanism", LINK),
    quote="Fire will be returned.",
)
BOX = Bounds(36.0, 47.0, 40.0, 50.0)


def bounded(mission: Mission, bounds: Bounds | None) -> Mission:
    return Mission(mission.root, replace(mission.settings, bounds=bounds))


@pytest.mark.parametrize(
    ("place", "why"),
    [
        (PointPlace(37.5, 48.5, 10.0), "look swapped"),
        (PointPlace(48.5, 60.0, 10.0), "outside the mission's bounds"),
        (EllipsePlace(37.5, 48.5, 90.0, 10.0, 0.0), "look swapped"),
        (SectorPlace(37.5, 48.5, 0.0, 90.0, 0.0, 500.0), "look swapped"),
    ],
)
def test_a_position_outside_the_bounds_is_kept_as_rejected(mission: Mission, place: object, why: str):
    (refused,) = admitted(bounded(mission, BOX), iter([replace(SEEN, place=place)]))
    assert isinstance(refused, Rejected)
    assert (refused.line, refused.raw, why in refused.reason) == (7, "boom", True)


def test_only_a_position_far_away_is_not_called_swapped(mission: Mission):
    (refused,) = admitted(bounded(mission, BOX), iter([replace(SEEN, place=PointPlace(10.0, 60.0, 1.0))]))
    assert isinstance(refused, Rejected)
    assert "swapped" not in refused.reason


def test_inside_the_bounds_without_bounds_and_without_position_all_is_taken(mission: Mission):
    inside = replace(SEEN, place=PointPlace(48.5, 37.5, 10.0))
    assert list(admitted(bounded(mission, BOX), iter([inside, SEEN]))) == [inside, SEEN]
    far = replace(SEEN, place=PointPlace(10.0, 60.0, 1.0))
    assert list(admitted(mission, iter([far]))) == [far]


def test_bounds_may_lie_over_the_antimeridian():
    pacific = Bounds(170.0, -20.0, -170.0, 0.0)
    assert pacific.hold(-10.0, 175.0)
    assert pacific.hold(-10.0, -175.0)
    assert not pacific.hold(-10.0, 0.0)


@pytest.mark.parametrize("changed", [{"party": "party-nort"}, {"about": "party-nort"}])
def test_a_claim_of_a_stranger_is_kept_as_rejected(mission: Mission, changed: dict[str, str]):
    (refused,) = admitted(mission, iter([replace(CLAIM, **changed)]))
    assert isinstance(refused, Rejected)
    assert "is no party of the agreement; did you mean party-north?" in refused.reason


@pytest.mark.parametrize("bounds", [None, BOX])
def test_an_observation_of_a_stranger_is_kept_as_rejected(mission: Mission, bounds: Bounds | None):
    (refused,) = admitted(bounded(mission, bounds), iter([replace(SEEN, party="party-nort")]))
    assert isinstance(refused, Rejected)
    assert (refused.line, refused.raw) == (7, "boom")
    assert "is no party of the agreement; did you mean party-north?" in refused.reason


def test_an_observation_of_a_party_or_of_nobody_is_taken(mission: Mission):
    seen = [replace(SEEN, party="party-north"), SEEN]
    assert list(admitted(bounded(mission, BOX), iter(seen))) == seen


def test_a_claim_that_accuses_nobody_is_taken(mission: Mission):
    assert list(admitted(mission, iter([replace(CLAIM, about="")]))) == [replace(CLAIM, about="")]


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"by": "party-nort"}, "by"),
        ({"to": ("mechanism", "party-nort")}, "to"),
        ({"said_by": "party-nort"}, "said_by"),
        ({"subject": "ground-fire/party-nort/as-announced"}, "subject"),
    ],
)
def test_an_entry_of_the_register_that_names_a_stranger_is_kept_as_rejected(
    mission: Mission, changed: dict[str, object], column: str
):
    (refused,) = admitted(mission, iter([replace(ENTRY, **changed)]))
    assert isinstance(refused, Rejected)
    assert refused.reason == f"{column} 'party-nort' is no party of the agreement; did you mean party-north?"
    assert (refused.line, "Fire will be returned." in refused.raw, "party-nort" in refused.raw) == (7, True, True)


def test_an_entry_of_parties_and_other_actors_or_of_nobody_known_is_taken(mission: Mission):
    told = [ENTRY, replace(ENTRY, by="", to=()), replace(ENTRY, subject="ground-fire/party-south/as-announced")]
    assert list(admitted(mission, iter(told))) == told


def test_a_claim_on_more_than_a_day_is_kept_as_rejected_unless_it_was_refuted(mission: Mission):
    day = Interval(DAY.start, DAY.start + timedelta(hours=24))
    longer = Interval(DAY.start, DAY.start + timedelta(hours=24, seconds=1))
    claim = replace(ENTRY, kind=RegisterKind.CLAIM, standing=Standing.CLAIMED, covers=day)
    taken = [
        claim,
        replace(claim, covers=longer, standing=Standing.DENIED),
        replace(claim, covers=longer, about=id_text(int(all_incidents(mission).id[0]))),
        replace(claim, covers=longer, kind=RegisterKind.NOTICE),
    ]
    assert list(admitted(mission, iter(taken))) == taken
    (refused,) = admitted(mission, iter([replace(claim, covers=longer)]))
    assert isinstance(refused, Rejected)
    assert "covers is longer than 24 hours" in refused.reason


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"place": "Left bnak"}, "is no zone of the agreement and no area of the mission; did you mean Left bank?"),
        ({"about": "000000000000004d"}, "is no incident the mission has or had; copy its id from explain"),
        ({"option": "sanctions"}, "is none of any guarantee of the agreement; it has: none"),
    ],
)
def test_an_entry_on_what_the_mission_does_not_have_is_kept_as_rejected(
    mission: Mission, changed: dict[str, str], why: str
):
    entry = replace(ENTRY, **changed)
    (refused,) = admitted(mission, iter([entry]))
    assert isinstance(refused, Rejected)
    ((column, value),) = changed.items()
    assert refused.reason.startswith(f"{column} {value!r} {why}")
    assert (refused.line, value in refused.raw) == (7, True)


def test_an_entry_on_what_the_mission_has_is_taken(mission: Mission):
    told = [
        replace(ENTRY, place="Left bank"),
        replace(ENTRY, place="Right bank / Old mill"),
        replace(ENTRY, about=id_text(int(all_incidents(mission).id[1]))),
    ]
    assert list(admitted(mission, iter(told))) == told


@pytest.mark.parametrize("areas", [("*",), ("Left bank", "Right bank")])
def test_before_the_first_incidents_none_is_refused(tmp_path: Path, areas: tuple[str, ...]):
    empty = samples.make_mission(tmp_path / "empty")
    empty = Mission(empty.root, replace(empty.settings, areas=areas))
    told = [replace(ENTRY, about="000000000000004d"), replace(ENTRY, place="Left bank")]
    assert list(admitted(empty, iter(told))) == told


def test_an_undivided_mission_knows_the_areas_of_its_incidents(mission: Mission):
    undivided = Mission(mission.root, replace(mission.settings, areas=("*",)))
    told = [replace(ENTRY, place="Left bank")]
    assert list(admitted(undivided, iter(told))) == told
    (refused,) = admitted(undivided, iter([replace(ENTRY, place="Nowhere")]))
    assert isinstance(refused, Rejected)
    assert "it has: Left bank" in refused.reason


def test_an_option_is_one_of_its_own_duty(mission: Mission):
    path = Path(__file__).parents[1] / "scenarios" / "agreements" / "guarantee.yaml"
    text = path.read_text(encoding="utf-8")
    next((mission.root / "agreements").glob("*.yaml")).write_text(text, encoding="utf-8")
    guaranteed = open_mission(mission.root)
    used = replace(ENTRY, kind=RegisterKind.RESPONSE, by="guarantor", to=(), said_by="commission", option="drones")
    taken = [
        replace(used, subject="support/monitors"),
        replace(used, subject="monitors", option="observers"),
        replace(used, subject="support/respond", option="anything"),
    ]
    assert list(admitted(guaranteed, iter(taken))) == taken
    wrong = [replace(used, subject="support/monitors", option="drone")]
    (refused,) = admitted(guaranteed, iter(wrong))
    assert isinstance(refused, Rejected)
    assert refused.reason == "option 'drone' is none of the duty 'support/monitors'; did you mean drones?"


@pytest.mark.parametrize(
    ("subject", "near"), [("ground-fire/consutl", "ground-fire"), ("ground-fire/as-announced", "ground-fire")]
)
def test_the_whole_path_of_a_subject_must_be_known(mission: Mission, subject: str, near: str):
    (refused,) = admitted(mission, iter([replace(ENTRY, subject=subject)]))
    assert isinstance(refused, Rejected)
    assert f"subject {subject!r} is no event, norm, duty or criterion of the agreement; did you mean {near}?" in (
        refused.reason
    )


def test_parties_are_known_by_id_and_by_every_name(mission: Mission):
    options = mission.read_options()
    for party in mission.agreement.parties:
        assert options.actor(party.id) == party.id
        assert [options.actor(name) for _, name in party.names] == [party.id] * len(party.names)
    assert options.actor("Nobody we know") == ""


@pytest.mark.parametrize(("wrong", "near"), [("party-nroth", "party-north"), ("nobody", "party-south")])
def test_an_actor_that_is_no_party_is_a_fault(mission: Mission, wrong: str, near: str):
    path = mission.root / "mission.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"Northerners" = "party-north"', f'"Northerners" = "{wrong}"'), encoding="utf-8")
    with pytest.raises(AgreementFault, match=f"'Northerners' is '{wrong}'") as refused:
        open_mission(mission.root).read_options()
    assert near in refused.value.do
    assert refused.value.where == f"{path} line 13"


@pytest.mark.parametrize("bad", ["[1, 2, 3]", "[30.0, 50.0, 40.0, 40.0]", '"everywhere"'])
def test_bounds_that_are_no_box_are_a_fault(mission: Mission, bad: str):
    path = mission.root / "mission.toml"
    path.write_text(f"bounds = {bad}\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(AgreementFault, match="settings cannot be used"):
        open_mission(mission.root)
