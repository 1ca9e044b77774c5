"""Entries of the register: what is refused, and that the parties of an entry can be exchanged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from truceline.model import (
    CountRange,
    EvidenceLink,
    Interval,
    RegisterEntry,
    RegisterKind,
    Standing,
    TimeSense,
    ValueFault,
    exchange_parties,
)

NOON = datetime(2020, 8, 3, 12, tzinfo=UTC)
ENTRY = RegisterEntry(
    key="2020-0017",
    kind=RegisterKind.NOTICE,
    subject="return-fire",
    by="party-north",
    to=("party-south", "mechanism"),
    time=Interval(NOON, NOON),
    standing=Standing.CLAIMED,
    said_by="party-north",
    evidence=EvidenceLink("0" * 64, 2),
    covers=Interval(NOON, NOON + timedelta(hours=2)),
    quote="party-north tells party-south",
)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("key", " ", "key is empty"),
        ("subject", "", "subject is empty: notice of what"),
        ("subject", "Return fire", "subject 'Return fire' is no id"),
        ("subject", "norm//reading", "subject 'norm//reading' is no id"),
        ("by", "Party North", "by 'Party North' is no id"),
        ("to", ("party-south", ""), "to '' is no id"),
        ("to", ("party-south", "the other side"), "to 'the other side' is no id"),
        ("to", ("party-south", "party-south"), "to names one addressee twice"),
        ("said_by", "", "said_by .. is no id"),
        ("said_by", "the President", "said_by .the President. is no id"),
        ("option", "Severe Sanctions", "option 'Severe Sanctions' is no id"),
        ("kind", RegisterKind.RESPONSE, "option is empty"),
        ("value", float("nan"), "value is no finite number"),
        ("value", 120.0, "unit and value belong together"),
        ("unit", "mm", "unit and value belong together"),
    ],
)
def test_an_entry_that_could_be_read_two_ways_is_refused(field: str, value: object, said: str):
    with pytest.raises(ValueFault, match=said) as caught:
        replace(ENTRY, **{field: value})
    assert caught.value.do
    assert caught.value.example


@pytest.mark.parametrize("kind", list(RegisterKind))
def test_only_a_suspension_or_reservation_may_speak_of_the_whole_agreement(kind: RegisterKind):
    if kind in {RegisterKind.SUSPENSION, RegisterKind.RESERVATION}:
        assert replace(ENTRY, kind=kind, subject="").subject == ""
    else:
        with pytest.raises(ValueFault, match="subject is empty"):
            replace(ENTRY, kind=kind, subject="", option="sanctions")


def test_who_did_it_may_be_unknown_and_when_may_be_some_time_of_a_day():
    day = Interval(NOON, NOON + timedelta(days=1), TimeSense.SOMETIME, "on 3 August")
    found = replace(ENTRY, by="", to=(), time=day, count=CountRange(3, None, None), value=120.0, unit="mm")
    assert found.time.sense is TimeSense.SOMETIME


def test_exchanging_the_parties_exchanges_who_did_it_to_whom_and_who_says_so():
    swapped = exchange_parties(ENTRY, ("party-north", "party-south"))
    assert (swapped.by, swapped.to, swapped.said_by) == ("party-south", ("party-north", "mechanism"), "party-south")
    assert swapped.quote == ENTRY.quote
    assert exchange_parties(swapped, ("party-north", "party-south")) == ENTRY
