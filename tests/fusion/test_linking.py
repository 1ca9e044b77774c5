"""Which observations become one incident, and what the incident takes from whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from truceline.fusion import Fused, FusionParameters, fuse, partner_report
from truceline.model import Stratum, UsageFault

Make = Callable[..., Any]
"""A fixture that builds rows or tables."""


def groups(fused: Fused, id_of: Callable[[str], int], keys: Sequence[str]) -> set[frozenset[str]]:
    name = {id_of(key): key for key in keys}
    together: dict[int, set[str]] = {}
    for incident, observation in zip(fused.membership.incident, fused.membership.observation, strict=True):
        together.setdefault(int(incident), set()).add(name[int(observation)])
    return {frozenset(keys) for keys in together.values()}


def linked(
    told: Make, observed: Make, id_of: Callable[[str], int], rows: list[dict[str, Any]], **gaps: float
) -> set[frozenset[str]]:
    rows = [told(**row) for row in rows]
    return groups(fuse(observed(rows), FusionParameters(**gaps)), id_of, [row.key for row in rows])


def alert(key: str, second: float, place: str = "area:Hill", **more: object) -> dict[str, object]:
    return {"key": key, "second": second, "place": place, "phenomenon": "rocket-alert", "area": "", **more}


def volunteer(key: str, second: float, **more: object) -> dict[str, object]:
    return {"key": key, "second": second, "stratum": "civilian", **more}


def test_an_official_and_a_volunteer_alarm_become_one_incident(told: Make, observed: Make):
    rows = [told("o", 100, 60), told("v", 76, 30 * 60, stratum="civilian")]
    fused = fuse(observed(rows))
    incident = fused.incidents
    assert incident.members.tolist() == [2]
    assert (incident.start_us[0], incident.end_us[0]) == (100_000_000, 160_000_000), "the official times are kept"
    order = list(Stratum)
    assert incident.strata[0] == 1 << order.index(Stratum.OFFICIAL_ALARM) | 1 << order.index(Stratum.CIVILIAN)
    assert (fused.linkage.partners, fused.linkage.median_difference_s) == (1, 24.0)


def test_nearest_first_and_one_to_one(told: Make, observed: Make, id_of: Callable[[str], int]):
    rows = [{"key": "o1", "second": 0}, {"key": "o2", "second": 500}, volunteer("v1", 400), volunteer("v2", -800)]
    assert linked(told, observed, id_of, rows) == {frozenset({"o2", "v1"}), frozenset({"o1", "v2"})}


def test_the_gap_itself_still_links(told: Make, observed: Make, id_of: Callable[[str], int]):
    rows = [{"key": "o", "second": 0}, volunteer("v", 900)]
    assert len(linked(told, observed, id_of, rows)) == 1
    assert len(linked(told, observed, id_of, rows, partner_gap_s=899.999)) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"area": "South", "place": "area:South"},
        {"place": "area:North / Hills raion"},
        {"phenomenon": "drill"},
        {"stratum": "official-alarm", "source": "another"},
        {"stratum": "media"},
    ],
)
def test_alarms_that_are_not_partners(
    told: Make, observed: Make, id_of: Callable[[str], int], change: dict[str, object]
):
    rows = [{"key": "o", "second": 0}, volunteer("v", 5) | change]
    assert len(linked(told, observed, id_of, rows)) == 2


def test_rows_of_one_broadcast_and_their_repeats_are_one_salvo(told: Make, observed: Make, id_of: Callable[[str], int]):
    rows = [alert("a", 0), alert("b", 0.4, "area:Lake"), alert("c", 200, "area:Lake"), alert("d", 200, "area:Sea")]
    assert linked(told, observed, id_of, rows) == {frozenset("abcd")}


@pytest.mark.parametrize(
    "second_row",
    [
        alert("b", 301),
        alert("b", 30, "area:Lake"),
        alert("b", 0, source="another"),
        alert("b", 0, phenomenon="aircraft-alert"),
    ],
)
def test_messages_that_are_not_of_one_salvo(
    told: Make, observed: Make, id_of: Callable[[str], int], second_row: dict[str, object]
):
    assert len(linked(told, observed, id_of, [alert("a", 0), second_row])) == 2


def test_a_message_without_a_place_repeats_none(told: Make, observed: Make, id_of: Callable[[str], int]):
    rows = [alert("a", 0, "unknown:"), alert("b", 200, "unknown:")]
    assert len(linked(told, observed, id_of, rows)) == 2
    in_words = [alert("a", 0, "unknown:the hills"), alert("b", 200, "unknown:the hills")]
    assert len(linked(told, observed, id_of, in_words)) == 1
    one_broadcast = [alert("a", 0, "unknown:"), alert("b", 0.4, "unknown:")]
    assert len(linked(told, observed, id_of, one_broadcast)) == 1


def test_a_salvo_lasts_from_its_first_message_to_the_end_of_its_last(told: Make, observed: Make):
    rows = [told(**alert("a", 10)), told(**alert("b", 200, lasts_s=15))]
    fused = fuse(observed(rows))
    assert (fused.incidents.start_us[0], fused.incidents.end_us[0]) == (10_000_000, 215_000_000)
    assert (fused.linkage.repeats, fused.linkage.longest_salvo_s) == (1, 205.0)


def test_similar_explosions_stay_apart(told: Make, observed: Make, id_of: Callable[[str], int]):
    rows = [{"key": key, "second": 0, "phenomenon": "explosion", "stratum": "patrol"} for key in "abc"]
    assert len(linked(told, observed, id_of, rows)) == 3


def test_what_an_incident_takes_from_its_members(told: Make, observed: Make):
    vague = told("v", 3, stratum="civilian", party="party-x", direction="N", count=(2, 5, 9), position=(48, 37, 900))
    official = told("o", 0, count=(3, 4, -1))
    incident = fuse(observed([vague, official])).incidents
    assert (incident.count_low[0], incident.count_best[0], incident.count_high[0]) == (2, 4, -1)
    assert (incident.party.word(0), incident.direction.word(0)) == ("party-x", "N")
    assert (incident.lat[0], incident.lon[0], incident.radius_m[0]) == (48, 37, 900)


def test_members_that_name_different_parties_leave_it_unnamed(told: Make, observed: Make):
    rows = [told("o", 0, party="party-x"), told("v", 0, stratum="civilian", party="party-y")]
    assert fuse(observed(rows)).incidents.party.word(0) == ""


def test_members_that_name_different_calibres_keep_the_class_and_are_counted(told: Make, observed: Make):
    rows = [
        told("o", 0, weapon="artillery", calibre_mm=122.0, weapon_name="D-30", target="hospital"),
        told("v", 0, stratum="civilian", weapon="artillery", calibre_mm=152.0),
    ]
    fused = fuse(observed(rows))
    found = fused.incidents
    assert (found.weapon.word(0), found.weapon_name.word(0), found.target.word(0)) == ("artillery", "", "hospital")
    assert np.isnan(found.calibre_mm[0])
    assert (fused.linkage.weapons_differ, fused.linkage.targets_differ) == (1, 0)


@pytest.mark.parametrize("interested", ["party-a", "party-b"])
def test_no_weapon_or_target_is_known_on_a_partys_word(told: Make, observed: Make, interested: str):
    arms = {"weapon": "mortar", "calibre_mm": 120.0, "weapon_name": "PM-43", "target": "school"}
    found = fuse(observed([told("p", 0, stratum=interested, **arms)])).incidents
    assert (found.weapon.word(0), found.weapon_name.word(0), found.target.word(0)) == ("", "", "")
    assert np.isnan(found.calibre_mm[0])


@pytest.mark.parametrize("interested", ["party-a", "party-b"])
def test_nobody_is_named_on_a_partys_word(told: Make, observed: Make, interested: str):
    alone = fuse(observed([told("p", 0, stratum=interested, party="party-x")])).incidents
    assert alone.party.word(0) == ""
    rows = [told("o", 0, party="party-y"), told("p", 7_200, stratum=interested, party="party-x")]
    assert sorted(fuse(observed(rows)).incidents.party.words()) == ["", "party-y"]


def test_nobody_is_named_on_the_word_of_a_channel_the_mission_does_not_hold_independent(told: Make, observed: Make):
    rows = observed([told("o", 0, party="party-x"), told("m", 7_200, stratum="media", party="party-y")])
    both = (Stratum.PARTY_B, Stratum.PARTY_A)
    stricter = FusionParameters(interested=(Stratum.OFFICIAL_ALARM, *both))
    assert sorted(fuse(rows, stricter).incidents.party.words()) == ["", "party-y"]
    assert sorted(fuse(rows).incidents.party.words()) == ["party-x", "party-y"]
    assert FusionParameters(interested=both) == FusionParameters()


def test_a_partys_channel_cannot_be_held_independent():
    with pytest.raises(UsageFault, match="a party's word"):
        FusionParameters(interested=(Stratum.PARTY_A,))


def test_nothing_in_nothing_out(observed: Make):
    fused = fuse(observed([]))
    assert (len(fused.incidents), len(fused.membership.incident), fused.linkage.observations) == (0, 0, 0)


def test_an_observation_handed_in_twice_is_refused(told: Make, observed: Make):
    with pytest.raises(UsageFault, match="twice"):
        fuse(observed([told("a", 0), told("a", 5)]))


@pytest.mark.parametrize("gap_s", [-1.0, float("nan"), float("inf"), 86_400.1])
@pytest.mark.parametrize("name", ["repeat_gap_s", "partner_gap_s"])
def test_a_gap_that_is_no_length_is_refused(told: Make, observed: Make, name: str, gap_s: float):
    with pytest.raises(UsageFault, match=str(gap_s)):
        FusionParameters(**{name: gap_s})
    with pytest.raises(UsageFault):
        partner_report(observed([told("a", 0)]), gap_s)


def test_the_longest_gap_is_a_day():
    assert FusionParameters(86_400.0, 86_400.0).repeat_gap_s == 86_400.0


def test_the_partner_report_moves_the_volunteers_for_its_control(told: Make, observed: Make):
    rows = [told("o1", 0), told("o2", 7200), told("v1", 10, stratum="civilian"), told("v2", 20, stratum="civilian")]
    real, moved = partner_report(observed(rows), 900, (2,))
    assert (real.official, real.near, real.partnered, real.median_s) == (2, 1, 1, 10.0)
    assert (moved.shift_h, moved.near, moved.near_share) == (2, 1, 0.5)
    far = partner_report(observed(rows), 900, (100,))[1]
    assert (far.near, far.median_s) == (0, None)


def test_pairs_of_a_dense_feed_are_the_greedy_ones(told: Make, observed: Make, id_of: Callable[[str], int]):
    chance = np.random.default_rng(7)
    seconds = chance.integers(0, 20_000, 60).tolist()
    strata = ["official-alarm", "civilian"]
    rows = [told(f"k{i}", second, stratum=strata[i % 2]) for i, second in enumerate(seconds)]
    found = groups(fuse(observed(rows)), id_of, [row.key for row in rows])
    near = sorted(
        (abs(o.second - v.second), id_of(o.key), id_of(v.key), o.key, v.key)
        for o in rows[::2]
        for v in rows[1::2]
        if abs(o.second - v.second) <= 900
    )
    expected: set[frozenset[str]] = set()
    for *_, official, civilian in near:
        if not any({official, civilian} & pair for pair in expected):
            expected.add(frozenset({official, civilian}))
    assert {pair for pair in found if len(pair) == 2} == expected


def test_equal_distances_go_by_the_ids_whatever_the_order_of_rows(told: Make, observed: Make, id_of: Make):
    rows = [{"key": f"o{number}", "second": 20 * (number % 2)} for number in range(8)]
    for first in rows:
        for second in rows:
            if first["second"] != second["second"]:
                chosen = min((first["key"], second["key"]), key=id_of)
                found = linked(told, observed, id_of, [first, second, volunteer("v", 10)])
                assert frozenset({chosen, "v"}) in found
