"""Finding a feed: the data folder first, always held to its hash; without it the case goes on."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import mission_samples as samples
import pytest

from truceline.mission.casebook import case_names
from truceline.mission.demonstration import Demonstration, demonstrate
from truceline.mission.feeds import FeedPlaces, feed_places, find_feed
from truceline.mission.folder import open_mission
from truceline.mission.json_form import assessment_json
from truceline.mission.settings import Feed
from truceline.model import FeedAbsent, MissionFault, NotFound

WORDS = b"a,b\n1,2\n"
FEED = Feed("table", "alarms/feed.csv.gz", "https://example.org/feed.csv", hashlib.sha256(WORDS).hexdigest(), "", "")


def _places(tmp_path: Path) -> FeedPlaces:
    for name in ("data/alarms", "cache/alarms"):
        (tmp_path / name).mkdir(parents=True)
    return FeedPlaces(tmp_path / "data", tmp_path / "cache", network=False)


def test_a_feed_is_held_to_the_hash_of_its_unpacked_bytes(tmp_path: Path):
    places = _places(tmp_path)
    path = tmp_path / "data" / "alarms" / "feed.csv.gz"
    path.write_bytes(gzip.compress(WORDS))
    assert find_feed(FEED, places) == path


def test_an_unpacked_feed_will_do_as_well(tmp_path: Path):
    places = _places(tmp_path)
    path = tmp_path / "cache" / "alarms" / "feed.csv"
    path.write_bytes(WORDS)
    assert find_feed(FEED, places) == path


def test_the_data_folder_comes_before_the_cache(tmp_path: Path):
    places = _places(tmp_path)
    for folder in ("data", "cache"):
        (tmp_path / folder / "alarms" / "feed.csv").write_bytes(WORDS)
    assert find_feed(FEED, places).is_relative_to(tmp_path / "data")


def test_other_bytes_than_the_pinned_ones_are_not_taken(tmp_path: Path):
    places = _places(tmp_path)
    (tmp_path / "data" / "alarms" / "feed.csv").write_bytes(WORDS + b"3,4\n")
    with pytest.raises(FeedAbsent, match="not the pinned ones") as absent:
        find_feed(FEED, places)
    assert FEED.sha256 in absent.value.example


def test_an_outdated_file_in_the_data_folder_does_not_hide_the_right_one(tmp_path: Path):
    places = _places(tmp_path)
    (tmp_path / "data" / "alarms" / "feed.csv.gz").write_bytes(b"damaged")
    (tmp_path / "data" / "alarms" / "feed.csv").write_bytes(WORDS + b"3,4\n")
    right = tmp_path / "cache" / "alarms" / "feed.csv"
    right.write_bytes(WORDS)
    assert find_feed(FEED, places) == right


def test_an_outdated_file_does_not_keep_the_right_one_from_being_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    places = replace(_places(tmp_path), network=True)
    (tmp_path / "data" / "alarms" / "feed.csv").write_bytes(WORDS + b"3,4\n")
    monkeypatch.setattr("pooch.retrieve", lambda *_words, **_names: str(tmp_path / "fetched"))
    assert find_feed(FEED, places) == tmp_path / "fetched"


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(WORDS, mtime=0)[:-9], gzip.compress(WORDS, mtime=0)[:12] + b"\xff" * 20],
    ids=["cut short", "damaged"],
)
def test_a_feed_that_cannot_be_unpacked_is_absent(tmp_path: Path, packed: bytes):
    places = _places(tmp_path)
    (tmp_path / "data" / "alarms" / "feed.csv.gz").write_bytes(packed)
    with pytest.raises(FeedAbsent, match="cannot be unpacked"):
        find_feed(FEED, places)


def test_offline_a_feed_that_is_nowhere_is_absent(tmp_path: Path):
    with pytest.raises(FeedAbsent) as absent:
        find_feed(FEED, _places(tmp_path))
    assert "TRUCELINE_DATA" in absent.value.do
    assert absent.value.where == FEED.url


def test_a_network_that_gives_nothing_is_an_absent_feed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_arguments: object, **_names: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr("pooch.retrieve", refuse)
    with pytest.raises(FeedAbsent):
        find_feed(FEED, replace(_places(tmp_path), network=True))


def test_the_data_folder_and_the_network_are_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TRUCELINE_DATA", str(tmp_path))
    monkeypatch.setenv("TRUCELINE_OFFLINE", "1")
    assert (feed_places().folder, feed_places().network) == (tmp_path, False)
    monkeypatch.setenv("TRUCELINE_DATA", str(tmp_path / "nowhere"))
    assert (feed_places().folder, feed_places().not_there) == (None, str(tmp_path / "nowhere"))
    with pytest.raises(FeedAbsent) as absent:
        find_feed(FEED, replace(feed_places(), cache=tmp_path))
    assert str(tmp_path / "nowhere") in absent.value.do


def test_a_casebook_that_is_not_where_it_was_said_to_be_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TRUCELINE_CASES", str(tmp_path / "casse"))
    with pytest.raises(NotFound, match="TRUCELINE_CASES names no folder") as refused:
        case_names()
    assert refused.value.where == str(tmp_path / "casse")


@pytest.fixture
def nowhere(tmp_path: Path) -> FeedPlaces:
    """No feed, no cache, no network."""
    return FeedPlaces(None, tmp_path / "cache", network=False)


@pytest.mark.parametrize("case", case_names())
def test_every_case_can_be_shown_without_its_feeds(tmp_path: Path, nowhere: FeedPlaces, case: str):
    shown = demonstrate(Demonstration(case, tmp_path), nowhere, now=samples.NOW)
    has_feeds = bool(open_mission(tmp_path / "mission").settings.feeds)
    assert any("published figures" in note for note in shown.notes) == has_feeds
    assert {line.basis for line in shown.counts} <= {"published figure"}
    assert shown.findings
    assert shown.claims or shown.figures


def test_without_feeds_the_published_counts_stand_in(tmp_path: Path, nowhere: FeedPlaces):
    wanted = Demonstration("easter-2025", tmp_path, feeds=False)
    told = assessment_json(demonstrate(wanted, nowhere, now=samples.NOW))
    (line,) = told["counts"]
    assert (line["rule"], line["phenomenon"], line["inside"], line["basis"]) == (
        "smm-item",
        "air-alarm",
        5,
        "published figure",
    )
    assert told["notes"] == ["feeds were left out on request; counts are published figures"]


def test_a_case_shown_twice_in_one_folder_is_the_same(tmp_path: Path, nowhere: FeedPlaces):
    wanted = Demonstration("easter-2025", tmp_path)
    once = assessment_json(demonstrate(wanted, nowhere, now=samples.NOW))
    again = assessment_json(demonstrate(wanted, nowhere, now=samples.NOW))
    assert once == again


def test_claims_edited_between_two_demonstrations_are_taken_in(tmp_path: Path, nowhere: FeedPlaces):
    wanted = Demonstration("easter-2025", tmp_path)
    before = demonstrate(wanted, nowhere, now=samples.NOW)
    path = tmp_path / "mission" / "claims.csv"
    text = path.read_text(encoding="utf-8")
    assert "2935" in text
    path.write_text(text.replace("2935", "2936"), encoding="utf-8")
    after = demonstrate(wanted, nowhere, now=samples.NOW)
    assert [one.incoming.file_name for one in open_mission(tmp_path / "mission").records.imports()] == [
        "claims.csv"
    ] * 2
    assert {one.count.best for one in after.claims} - {one.count.best for one in before.claims} == {2936}


def test_a_folder_that_holds_another_case_is_refused(tmp_path: Path, nowhere: FeedPlaces):
    demonstrate(Demonstration("minsk-2", tmp_path), nowhere, now=samples.NOW)
    with pytest.raises(MissionFault, match="'minsk-2', not 'easter-2025'"):
        demonstrate(Demonstration("easter-2025", tmp_path), nowhere, now=samples.NOW)


@pytest.mark.parametrize("other", ["", "minsk-2"])
def test_files_that_no_demonstration_of_the_case_wrote_are_refused(tmp_path: Path, nowhere: FeedPlaces, other: str):
    if other:
        demonstrate(Demonstration(other, tmp_path, feeds=False), nowhere, now=samples.NOW)
    (tmp_path / "report.html").write_text("mine")
    wanted = Demonstration("easter-2025", tmp_path, files=("report.html", "report.pdf"))
    with pytest.raises(MissionFault, match=r"holds report\.html, not written by a demo of 'easter-2025'"):
        demonstrate(wanted, nowhere, now=samples.NOW)
    assert not wanted.mission_folder.exists()


def test_every_variant_of_a_case_may_write_beside_the_others(tmp_path: Path, nowhere: FeedPlaces):
    wanted = Demonstration("easter-2025", tmp_path, files=("report.html",))
    demonstrate(wanted, nowhere, now=samples.NOW)
    (tmp_path / "report.html").write_text("written by the demonstration")
    for variant in (wanted, replace(wanted, swap_parties=True), replace(wanted, feeds=False)):
        assert demonstrate(variant, nowhere, now=samples.NOW).findings


def test_files_of_other_names_are_no_hindrance(tmp_path: Path, nowhere: FeedPlaces):
    (tmp_path / "notes.txt").write_text("mine")
    wanted = Demonstration("easter-2025", tmp_path, files=("report.html",))
    assert demonstrate(wanted, nowhere, now=samples.NOW).findings


def test_the_mirrored_case_has_a_folder_of_its_own(tmp_path: Path, nowhere: FeedPlaces):
    plain = demonstrate(Demonstration("easter-2025", tmp_path), nowhere, now=samples.NOW)
    mirrored = demonstrate(Demonstration("easter-2025", tmp_path, swap_parties=True), nowhere, now=samples.NOW)
    assert [party.id for party in mirrored.agreement.parties] == [party.id for party in plain.agreement.parties][::-1]


def test_an_unknown_case_leaves_no_folder(tmp_path: Path, nowhere: FeedPlaces):
    with pytest.raises(NotFound):
        demonstrate(Demonstration("no-such-truce", tmp_path / "x"), nowhere, now=samples.NOW)
    assert not (tmp_path / "x").exists()
