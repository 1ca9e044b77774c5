"""What a second file, or the same file once more, does to a store."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import store_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.model import CountRange, CoverageState, EvidenceLink, Phenomenon, Rejected
from truceline.store import observation_id, observations_by_id


def _file() -> list[samples.Record]:
    refused = [Rejected(99, "no time", "x,y"), Rejected(98, "no place", "z")]
    return [*samples.observations(30), samples.coverage(1), samples.claim(4), *refused]


def test_a_first_import_tells_what_it_brought(store: samples.Store):
    outcome = store.bring_in(_file())
    assert (outcome.new, outcome.already, outcome.revised, outcome.rejected, outcome.coverage) == (31, 0, 0, 2, 1)


def test_the_same_file_again_changes_nothing_at_all(store: samples.Store):
    store.bring_in(_file())
    files, rows = store.bytes_kept(), store.rows_kept()
    outcome = store.bring_in(_file())
    assert (outcome.new, outcome.already, outcome.revised, outcome.rejected, outcome.coverage) == (0, 31, 0, 2, 0)
    assert store.bytes_kept() == files
    assert store.rows_kept() == rows


def test_the_same_rows_in_another_file_are_known_and_the_file_is_registered(store: samples.Store):
    store.bring_in(_file())
    rest = [record for record in _file() if not isinstance(record, Rejected)]
    moved = [replace(record, evidence=EvidenceLink(samples.sha("b"), 1000 + i)) for i, record in enumerate(rest)]
    outcome = store.bring_in(moved, "b")
    assert (outcome.new, outcome.already, outcome.revised, outcome.coverage) == (0, 31, 0, 0)
    assert [entry.incoming.file_name for entry in store.records.imports()] == ["a.csv", "b.csv"]
    assert len(store.records.archive_files()) == 1


@settings(max_examples=4, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 25))
def test_the_order_of_rows_does_not_matter(tmp_path_factory: pytest.TempPathFactory, shuffle: random.Random, rows: int):
    plain, mixed = (samples.Store(tmp_path_factory.mktemp("store")) for _ in range(2))
    seen = list(samples.observations(rows))
    plain.bring_in(seen)
    shuffle.shuffle(seen)
    mixed.bring_in(seen)
    assert mixed.table() == plain.table()


def test_whether_rows_come_in_one_file_or_two_does_not_matter(store: samples.Store, tmp_path: Path):
    halves = samples.Store(tmp_path / "halves")
    store.bring_in(samples.observations(40))
    halves.bring_in(list(samples.observations(40))[25:], "late")
    halves.bring_in(list(samples.observations(40))[:30], "early")
    assert halves.table() == store.table()


def test_the_same_key_with_other_values_in_one_file_is_refused_naming_both_lines(store: samples.Store):
    first, other = (
        samples.observation(5),
        samples.observation(5, evidence=EvidenceLink(samples.sha("a"), 44), words="two"),
    )
    outcome = store.bring_in([first, other])
    assert (outcome.new, outcome.rejected) == (1, 1)
    (row,) = store.records.rejected(1, 10)
    assert (row.line, row.raw) == (44, "two")
    assert "line 7" in row.reason
    (kept,) = observations_by_id(store.archive(), [observation_id("patrol", "row-5")])
    assert kept == first


def test_the_same_key_with_the_same_values_in_one_file_is_one_record(store: samples.Store):
    outcome = store.bring_in([samples.observation(5), samples.observation(5)])
    assert (outcome.new, outcome.already, outcome.rejected) == (1, 1, 0)
    assert len(store.table()["id"]) == 1


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (samples.claim(4), samples.claim(4, count=CountRange.exactly(5), evidence=EvidenceLink(samples.sha("a"), 44))),
        (samples.coverage(4), samples.coverage(4, reason="other", evidence=EvidenceLink(samples.sha("a"), 44))),
        (samples.entry(4), samples.entry(4, by="party-south", evidence=EvidenceLink(samples.sha("a"), 44))),
    ],
    ids=["claim", "coverage", "entry of the register"],
)
def test_claims_coverage_and_entries_that_contradict_themselves_are_refused_likewise(
    store: samples.Store, first: samples.Record, other: samples.Record
):
    outcome = store.bring_in([first, other])
    assert outcome.rejected == 1
    assert outcome.new + outcome.coverage == 1
    (row,) = store.records.rejected(1, 10)
    assert row.line == 44
    assert "line 6" in row.reason
    kept = (*store.records.claims(), *store.records.coverage(), *store.records.register_entries())
    assert kept == (first,)


def test_a_later_file_with_other_values_is_a_revision_and_the_old_one_stays(store: samples.Store):
    store.bring_in(samples.observations(3))
    old = store.bytes_kept()
    outcome = store.bring_in([samples.observation(1, "b", count=CountRange(1, 2, 3))], "b")
    assert (outcome.new, outcome.revised, outcome.rejected) == (0, 1, 0)
    assert len(store.table()["id"]) == 3
    assert sorted(store.table()["count_best"]) == [1, 1, 2]
    assert old.items() <= store.bytes_kept().items()


def test_a_revised_observation_is_read_in_its_newest_form_alone(store: samples.Store):
    for number, word in enumerate(("first", "second", "third")):
        store.bring_in([samples.observation(1, word, words=word, count=CountRange.exactly(number))], word)
    (read,) = observations_by_id(store.archive(), [observation_id("patrol", "row-1")])
    assert read.words == "third"
    assert store.table()["count_best"] == [2]


def test_reading_an_old_file_again_does_not_undo_a_correction(store: samples.Store):
    old = [samples.observation(1), samples.claim(1), samples.coverage(1)]
    new = [
        samples.observation(1, "b", words="corrected"),
        samples.claim(1, "b", quote="corrected"),
        samples.coverage(1, "b", reason="corrected"),
    ]
    store.bring_in(old)
    store.bring_in(new, "b")
    rows = store.rows_kept()
    outcome = store.bring_in(old)
    assert (outcome.new, outcome.already, outcome.revised, outcome.coverage) == (0, 2, 0, 0)
    assert store.rows_kept() == rows
    assert store.records.claims()[0].quote == "corrected"
    assert store.records.coverage()[0].reason == "corrected"


def test_a_third_file_may_go_back_to_what_the_first_said(store: samples.Store):
    for file, words in (("a", "first"), ("b", "other"), ("c", "first")):
        store.bring_in([samples.observation(1, file, words=words), samples.claim(1, file, quote=words)], file)
    (read,) = observations_by_id(store.archive(), [observation_id("patrol", "row-1")])
    assert read.words == "first"
    assert store.records.claims()[0].quote == "first"


def test_the_same_file_read_in_another_way_is_a_revision(store: samples.Store):
    zones = ("Europe/Kyiv", "UTC", "Europe/Kyiv")
    for name in zones:
        time = replace(samples.observation(1).time, assumed_zone=name)
        assert store.bring_in([samples.observation(1, time=time)]).already == 0
    (read,) = observations_by_id(store.archive(), [observation_id("patrol", "row-1")])
    assert read.time.assumed_zone == "Europe/Kyiv"


def test_coverage_of_two_sources_under_one_key_stays_two_records(store: samples.Store):
    store.bring_in([samples.coverage(1), samples.coverage(1, source="cameras", state=CoverageState.BLIND)])
    assert {one.source for one in store.records.coverage()} == {"patrol", "cameras"}


def test_claims_keep_the_order_they_came_in_also_when_revised(store: samples.Store):
    store.bring_in([samples.claim(2), samples.claim(1)])
    store.bring_in([samples.claim(3, "b"), samples.claim(2, "b", quote="Now more.")], "b")
    assert [one.key for one in store.records.claims()] == ["claim-2", "claim-1", "claim-3"]
    assert store.records.claims()[0].quote == "Now more."


def test_coverage_is_given_for_a_window(store: samples.Store):
    store.bring_in([samples.coverage(0), samples.coverage(5)])
    assert [one.key for one in store.records.coverage(samples.coverage(5).time)] == ["watch-5"]


def test_rejected_rows_are_read_back_by_line_and_up_to_a_limit(store: samples.Store):
    store.bring_in(_file())
    assert store.records.rejected(1, 10) == (Rejected(98, "no place", "z"), Rejected(99, "no time", "x,y"))
    assert [row.line for row in store.records.rejected(1, 1)] == [98]


def test_a_source_described_anew_is_a_revision(store: samples.Store):
    store.bring_in(samples.observations(1))
    with store.records.adding() as adding:
        adding.add_sources([replace(samples.PATROL, senses=(Phenomenon.EXPLOSION, Phenomenon.SHOT))])
    (source,) = store.records.sources()
    assert source.senses == (Phenomenon.EXPLOSION, Phenomenon.SHOT)
    assert len(store.rows_kept()["source"]) == 2


def test_an_empty_stream_is_registered_and_brings_nothing(store: samples.Store):
    outcome = store.bring_in([])
    assert (outcome.new, outcome.already, outcome.rejected) == (0, 0, 0)
    assert store.table()["id"] == []


def test_a_stream_that_fails_halfway_leaves_nothing(store: samples.Store):
    def stream() -> Iterator[samples.Record]:
        yield from samples.observations(25_000)
        raise ValueError("the file ends here")

    store.bring_in(samples.observations(2), "before")
    files, rows = store.bytes_kept(), store.rows_kept()
    with pytest.raises(ValueError, match="ends here"):
        store.bring_in(stream())
    assert (store.bytes_kept(), store.rows_kept()) == (files, rows)
