"""The register as the store keeps it: every entry once, corrections as revisions, whatever order it came in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import store_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.model import (
    CountRange,
    EvidenceLink,
    Interval,
    RegisterEntry,
    RegisterKind,
    Standing,
    TimeSense,
    exchange_parties,
)

PAIR = ("party-north", "party-south")
_TOKENS = st.sampled_from([*PAIR, "mechanism", "return-fire", "d-day", "norm/party-north/as-signed"])
_ACTORS = st.sampled_from([*PAIR, "mechanism", "osce-smm"])
_WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_KINDS = st.sampled_from([kind for kind in RegisterKind if kind is not RegisterKind.RESPONSE])


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    """Any stretch of time."""
    start = draw(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
    return Interval(
        start, start + draw(st.timedeltas(timedelta(0), timedelta(days=400))), draw(st.sampled_from(TimeSense))
    )


@st.composite
def entries(draw: st.DrawFn, number: int) -> RegisterEntry:
    """An entry with anything in every field."""
    value = draw(st.none() | st.floats(allow_nan=False, allow_infinity=False))
    return RegisterEntry(
        key=f"2020/{number}",
        kind=draw(_KINDS),
        subject=draw(_TOKENS),
        by=draw(_ACTORS | st.just("")),
        to=tuple(draw(st.lists(_ACTORS, unique=True, max_size=3))),
        time=draw(intervals()),
        standing=draw(st.sampled_from(Standing)),
        said_by=draw(_ACTORS),
        evidence=EvidenceLink(samples.sha("a"), number + 2),
        covers=draw(st.none() | intervals()),
        place=draw(_WORDS),
        about=draw(st.sampled_from(["", "00ff00ff00ff00ff"])),
        option=draw(st.sampled_from(["", "sanctions"])),
        count=draw(st.none() | samples.counts()),
        value=value,
        unit="" if value is None else "km",
        quote=draw(_WORDS),
        repeats=draw(st.sampled_from(["", "2020/other"])),
    )


@st.composite
def registers(draw: st.DrawFn) -> list[RegisterEntry]:
    """Up to six entries of different numbers."""
    return [draw(entries(number)) for number in range(draw(st.integers(0, 6)))]


@settings(max_examples=15, deadline=None)
@given(registers(), st.data())
def test_entries_come_back_as_they_were_whatever_their_order_and_once_only(
    tmp_path_factory: pytest.TempPathFactory, register: list[RegisterEntry], data: st.DataObject
):
    plain, mixed = (samples.Store(tmp_path_factory.mktemp("store")) for _ in range(2))
    assert plain.bring_in(register).new == len(register)
    kept, rows = plain.records.register_entries(), plain.rows_kept()
    assert sorted(kept, key=lambda one: one.key) == register
    assert plain.bring_in(register).already == len(register)
    assert plain.rows_kept() == rows
    mixed.bring_in(data.draw(st.permutations(register)))
    assert mixed.records.register_entries() == kept


@settings(max_examples=10, deadline=None)
@given(registers())
def test_exchanging_the_parties_before_or_after_keeping_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, register: list[RegisterEntry]
):
    plain, mirrored = (samples.Store(tmp_path_factory.mktemp("store")) for _ in range(2))
    plain.bring_in(register)
    mirrored.bring_in(exchange_parties(register, PAIR))
    assert mirrored.records.register_entries() == exchange_parties(plain.records.register_entries(), PAIR)


def test_a_correction_is_a_revision_and_what_was_said_before_stays(store: samples.Store):
    said = samples.entry(1)
    verified = samples.entry(1, "b", standing=Standing.VERIFIED, said_by="mechanism")
    store.bring_in([said, samples.entry(2)])
    outcome = store.bring_in([verified], "b")
    assert (outcome.new, outcome.revised) == (0, 1)
    assert store.records.register_entries() == (verified, samples.entry(2))
    assert store.records.register_history("entry-1") == ((1, said), (2, verified))
    assert store.records.register_history("entry-9") == ()


def test_an_old_file_read_again_does_not_undo_a_correction(store: samples.Store):
    store.bring_in([samples.entry(1)])
    store.bring_in([samples.entry(1, "b", count=CountRange.exactly(3))], "b")
    assert store.bring_in([samples.entry(1)]).already == 1
    assert store.records.register_entries()[0].count == CountRange.exactly(3)


def test_a_corrected_time_moves_the_entry_in_the_register(store: samples.Store):
    store.bring_in([samples.entry(1), samples.entry(2)])
    store.bring_in([samples.entry(1, "b", time=samples.entry(5).time)], "b")
    assert [one.key for one in store.records.register_entries()] == ["entry-2", "entry-1"]
