"""The three cases whose figures are known, on the real feeds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mission_samples as samples
import pytest

from truceline.mission.demonstration import Demonstration, demonstrate
from truceline.mission.feeds import FeedPlaces
from truceline.mission.json_form import assessment_json

pytestmark = pytest.mark.feeds

Told = dict[str, Any]


@pytest.fixture(scope="module")
def judge(feeds: Path, tmp_path_factory: pytest.TempPathFactory):
    """The JSON of a case judged on the feeds; each once."""
    known: dict[tuple[str, bool], Told] = {}
    folder = tmp_path_factory.mktemp("cases")

    def judged(case: str, *, swap_parties: bool = False) -> Told:
        if (case, swap_parties) not in known:
            wanted = Demonstration(case, folder / case, swap_parties=swap_parties)
            places = FeedPlaces(feeds, folder / "cache", network=False)
            known[case, swap_parties] = assessment_json(demonstrate(wanted, places, now=samples.NOW))
        return known[case, swap_parties]

    return judged


def _counted(told: Told, rule: str, phenomenon: str) -> Told:
    (found,) = [one for one in told["counts"] if (one["rule"], one["phenomenon"]) == (rule, phenomenon)]
    assert found["basis"] != "published figure"
    return found


def _bins(told: Told, rule: str, phenomenon: str) -> list[Told]:
    (found,) = [one for one in told["series"] if (one["rule"], one["phenomenon"]) == (rule, phenomenon)]
    assert found["basis"] != "published figure"
    return found["bins"]


def test_easter_2025_counts_alarm_starts_beside_the_days_around(judge):  # noqa: ANN001 - a function
    found = _counted(judge("easter-2025"), "smm-item", "air-alarm")
    assert found["inside"] == 5
    reference = {one["shift_days"]: one["count"] for one in found["reference"]}
    assert [reference[shift] for shift in range(-7, -1)] == [51, 58, 39, 64, 76, 101]
    assert [reference[shift] for shift in range(2, 8)] == [27, 58, 47, 47, 40, 42]
    assert sorted(reference) == [*range(-7, -1), *range(2, 8)]


def test_easter_2025_cannot_judge_fire_on_the_ground(judge):  # noqa: ANN001 - a function
    findings = [one for one in judge("easter-2025")["findings"] if one["norm"] == "ground-fire"]
    assert {one["party"] for one in findings} == {"party-ru", "party-ua"}
    for one in findings:
        assert (one["result"], one["probability"], one["attribution"]) == ("undetermined", None, "not attributed")
        assert "no source that can see ground fire" in one["because"]


def test_easter_2025_shows_stuck_oblasts_as_not_watched(judge):  # noqa: ANN001 - a function
    (seen,) = [
        one
        for one in judge("easter-2025")["coverage"]
        if (one["phenomenon"], one["reading"]) == ("air-alarm", "as-announced")
    ]
    states = {area["area"]: area["state"] for area in seen["areas"]}
    for area in ("Kharkivska oblast", "Dnipropetrovska oblast"):
        assert states[area] in ("blind", "degraded")
    assert states["Crimea"] != "watching"
    assert 0 < seen["share"] < 1


def test_easter_2025_shows_both_claims_and_no_sum_of_them(judge):  # noqa: ANN001 - a function
    told = judge("easter-2025")
    claimed = {(one["party"], one["best"]) for one in told["claims"] if one["quantity"] == "violations"}
    assert {("party-ru", 4900), ("party-ua", 2935)} <= claimed
    text = json.dumps(told)
    assert str(4900 + 2935) not in text
    assert str((4900 + 2935) / 2) not in text


def test_easter_2025_mirrored_is_the_mirror_byte_for_byte(judge):  # noqa: ANN001 - a function
    plain = json.dumps(judge("easter-2025"), ensure_ascii=False)
    mirrored = json.dumps(judge("easter-2025", swap_parties=True), ensure_ascii=False)
    back = mirrored.replace("party-ru", "\x00").replace("party-ua", "party-ru").replace("\x00", "party-ua")
    assert back == plain
    assert mirrored != plain


def test_gaza_pause_counts_alert_rows_a_day(judge):  # noqa: ANN001 - a function
    bins = _bins(judge("gaza-pause-2023"), "smm-item", "any-alert")
    asked = [one for one in bins if "2023-11-20" <= one["start"][:10] <= "2023-12-01"]
    assert [one["count"] for one in asked] == [191, 79, 35, 41, 7, 10, 0, 0, 0, 0, 4, 202]


def test_gaza_pause_shows_the_strip_as_unseen_while_israel_is_watched(judge):  # noqa: ANN001 - a function
    told = judge("gaza-pause-2023")
    alerts = [one for one in told["coverage"] if one["phenomenon"] == "rocket-alert"]
    assert len(alerts) == 6, (
        "one for each reading: three windows, two rival figures and another day in the first of them"
    )
    for one in alerts:
        assert (one["share"], one["undisturbed"]) == (0.5, 0.5)
        areas = {area["area"]: (area["share"], area["undisturbed"], area["state"]) for area in one["areas"]}
        assert areas == {"Israel": (1.0, 1.0, "watching"), "Gaza Strip": (0.0, 0.0, "unknown")}


def test_gaza_pause_mirrored_is_the_mirror_byte_for_byte(judge):  # noqa: ANN001 - a function
    plain = json.dumps(judge("gaza-pause-2023"), ensure_ascii=False)
    mirrored = json.dumps(judge("gaza-pause-2023", swap_parties=True), ensure_ascii=False)
    back = (
        mirrored.replace("party-israel", "\x00").replace("party-hamas", "party-israel").replace("\x00", "party-hamas")
    )
    assert back == plain


def test_gaza_pause_makes_one_incident_of_a_salvo_and_says_both_numbers(judge):  # noqa: ANN001 - a function
    told = judge("gaza-pause-2023")
    rows, incidents = (sum(one["count"] for one in _bins(told, rule, "any-alert")) for rule in ("smm-item", "incident"))
    assert 0 < incidents < rows


def test_minsk_2_counts_events_by_week(judge):  # noqa: ANN001 - a function
    bins = _bins(judge("minsk-2"), "smm-item", "violent-event")
    assert [one["count"] for one in bins] == [97, 77, 49, 57, 32, 9, 8, 8]
    assert bins[4]["start"] == "2015-02-15T00:00:00+02:00"
