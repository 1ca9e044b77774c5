"""Published totals: read whole, every fault named."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from truceline.model import Claim, MissingColumn, Rejected
from truceline.sources import ReadOptions, SourceFile, source_format
from truceline.sources.party_claims.reader import COLUMNS

GOOD = {
    "party": "party-a1",
    "about": "party-b1",
    "quantity": "violations",
    "low": "120",
    "best": "",
    "high": "",
    "period_start": "2031-04-19T18:00:00+03:00",
    "period_end": "2031-04-21T00:00:00+03:00",
    "said_by": "the staff, in a briefing",
    "said_on": "2031-04-21",
    "rule": "",
    "url": "https://example.org/a",
    "quote": "They fired 120 times.",
}


def _read(tmp_path: Path, *rows: dict[str, str], options: ReadOptions | None = None) -> list[Any]:
    path = tmp_path / "claims.csv"
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return list(source_format("party-claims").read(SourceFile(path, "f" * 64), options or ReadOptions()))


def test_an_open_total_keeps_its_open_end(tmp_path: Path):
    (claim,) = _read(tmp_path, GOOD)
    assert isinstance(claim, Claim)
    assert (claim.count.low, claim.count.best, claim.count.high) == (120, None, None)
    assert (claim.party, claim.about, claim.evidence.line) == ("party-a1", "party-b1", 2)
    assert claim.period.duration_s == 30 * 3600


def test_a_corrected_figure_keeps_its_key_and_another_period_does_not(tmp_path: Path):
    (first,) = _read(tmp_path, GOOD)
    (corrected,) = _read(tmp_path, {**GOOD, "low": "125", "best": "130", "high": "140"})
    (other,) = _read(tmp_path, {**GOOD, "period_end": "2031-04-20T00:00:00+03:00"})
    assert first.key == corrected.key != other.key


def test_exchanging_the_parties_exchanges_them_in_the_claims(tmp_path: Path):
    (claim,) = _read(tmp_path, {**GOOD, "party": "party-b1", "about": "party-a1"})
    assert (claim.party, claim.about) == ("party-b1", "party-a1")


def test_names_become_ids_by_the_mission_s_table(tmp_path: Path):
    (claim,) = _read(tmp_path, {**GOOD, "party": "The North"}, options=ReadOptions(actors=(("The North", "party-a1"),)))
    assert claim.party == "party-a1"


def test_a_time_without_zone_takes_the_one_named_and_says_so(tmp_path: Path):
    options = ReadOptions(zone=ZoneInfo("Europe/Kyiv"))
    (claim,) = _read(tmp_path, {**GOOD, "period_start": "2031-04-19T18:00:00"}, options=options)
    assert claim.period.assumed_zone == "Europe/Kyiv"


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [
        ("2031-04-19", "2031-04-20", 48),
        ("2031-04-19T18:00:00", "2031-04-20", 30),
        ("2031-04-19", "2031-04-19", 24),
        ("2031-04-19", "2031-04-20T00:00:00", 24),
    ],
)
def test_a_day_without_an_hour_is_meant_whole(tmp_path: Path, first: str, last: str, hours: int):
    options = ReadOptions(zone=ZoneInfo("Europe/Kyiv"))
    (claim,) = _read(tmp_path, {**GOOD, "period_start": first, "period_end": last}, options=options)
    assert claim.period.duration_s == hours * 3600
    assert claim.period.assumed_zone == "Europe/Kyiv"


def test_days_where_clocks_change_at_midnight_are_read(tmp_path: Path):
    options = ReadOptions(zone=ZoneInfo("Asia/Beirut"))
    days = {"period_start": "2024-03-30", "period_end": "2024-03-31", "said_on": "2024-04-01"}
    (claim,) = _read(tmp_path, {**GOOD, **days}, options=options)
    assert claim.period.duration_s == 47 * 3600


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("party", "", "party is empty"),
        ("party", "The North", "no id"),
        ("about", "B!", "no id"),
        ("quantity", "All violations", "no id"),
        ("low", "", "low is empty"),
        ("low", "4,900", "plain digits"),
        ("low", "about 40", "plain digits"),
        ("low", "-3", "negative"),
        ("best", "99999999", "above"),
        ("best", "9" * 5000, "above"),
        ("low", "-" + "9" * 5000, "negative"),
        ("period_start", "0001-01-01T00:00:00+03:00", "years 1 to 9999"),
        ("period_start", "1031-04-19T18:00:00+03:00", "the year 1031"),
        ("period_end", "2931-04-19T18:00:00+03:00", "the year 2931"),
        ("said_on", "2931-04-21", "the year 2931"),
        ("high", "100", "out of order"),
        ("period_start", "2031-04-19T18:00:00", "without a zone"),
        ("period_start", "2031-04-22T18:00:00+03:00", "before the start"),
        ("period_end", "2031-04-19T18:00:00+03:00", "same as the start"),
        ("said_on", "21 April", "not a day"),
        ("said_on", "2031-01-01", "before the period"),
        ("said_by", "", "said_by is empty"),
        ("url", "", "url is empty"),
        ("url", "example", "web address"),
        ("quote", "a" * 401, "401 characters"),
    ],
)
def test_a_faulty_value_is_rejected_with_the_reason(tmp_path: Path, column: str, value: str, reason: str):
    bad, good = _read(tmp_path, {**GOOD, column: value}, GOOD)
    assert isinstance(bad, Rejected)
    assert reason in bad.reason
    assert "for example" in bad.reason or "give" in bad.reason
    assert bad.line == 2
    assert isinstance(good, Claim)


def test_a_missing_column_names_the_nearest(tmp_path: Path):
    path = tmp_path / "claims.csv"
    path.write_text(",".join(COLUMNS).replace("said_by", "saidby") + "\n")
    with pytest.raises(MissingColumn, match="'saidby'"):
        list(source_format("party-claims").read(SourceFile(path, ""), ReadOptions()))


def test_the_room_does_not_know_which_party_stratum_a_claimant_has(tmp_path: Path):
    assert source_format("party-claims").sources(SourceFile(tmp_path, ""), ReadOptions()) == ()
