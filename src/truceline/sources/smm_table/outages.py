"""Rows and bare lines that say a camera did not work: which camera, and when.

A row that says how something was observed and what it was is an observation, whatever else it tells: a resident's words
about a power cut make no camera blind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from truceline.model import Interval, TimeSense, ValueFault
from truceline.sources.smm_table.positions import is_camera, is_people
from truceline.sources.smm_table.times import Calendar, read_time
from truceline.sources.smm_table.vocabulary import after_outage, before_outage, is_observation, is_outage

_ONWARD = frozenset({"since", "from"})
_UP_TO = frozenset({"until", "to"})


@dataclass(frozen=True, slots=True)
class Outage:
    """When a camera was out of order, and the words that say so."""

    camera: str
    said: str
    """What the row says after "was not operational"."""


def states_outage(position: str, means: str, observation: str, cells: Sequence[str]) -> bool:
    """Whether a row tells of something out of order and not of something observed.

    >>> states_outage("SMM camera at the mill", "", "", ["SMM camera at the mill", "not operational"])
    True
    >>> states_outage("Mill", "Heard", "Burst", ["Mill", "Heard", "Burst", "a resident said there was no power"])
    False
    """
    if means and observation and (is_observation(observation) or not is_outage(observation)):
        return False
    if is_outage(position) or is_outage(observation):
        return True
    return not means and not observation and any(is_outage(cell) for cell in cells)


def read_outage(position: str, cells: Sequence[str]) -> Outage:
    """Which camera a row is about: the position, or what stands before "was not operational".

    Raises :class:`ValueFault` when the words name no camera: of people it cannot be said that they were out of order.
    """
    sentence = position if is_outage(position) else next(cell for cell in cells if is_outage(cell))
    subject = before_outage(sentence)
    named = subject if sentence is position or not position else position
    if not named or not (is_camera(named) or (is_camera(subject) and not is_people(named))):
        raise ValueFault(
            "the words say that something was not operational, but not which camera",
            do="name the camera first",
            example="SMM camera at Oktiabr mine was not operational",
        )
    return Outage(named, after_outage(sentence))


def outage_time(cell: str, said: str, calendar: Calendar) -> Interval:
    """When a camera was out of order, from the time cell and from what the sentence says; without either the period.

    Where both give a time, all that either takes in. "Since 15 September", and a single moment, run to the end of the
    reporting period; "until" runs from its start. Raises :class:`ValueFault` for words that cannot be read, and for an
    outage that begins after the period.
    """
    spans = [_span(cell, calendar)] if cell else []
    if any(letter.isdigit() for letter in said):
        try:
            spans.append(_span(said, calendar))
        except ValueFault:
            if not spans:
                raise
    spans = spans or [calendar.whole_period()]
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    return Interval(start, end, TimeSense.LASTED, spans[0].text, spans[0].assumed_zone)


def _span(words: str, calendar: Calendar) -> Interval:
    time, period = read_time(words, calendar), calendar.whole_period()
    named = set(re.findall(r"[a-z]+", words.lower()))
    onward, up_to = bool(named & _ONWARD), bool(named & _UP_TO)
    start, end = time.start, time.end
    if up_to and not onward:
        start = min(start, period.start)
    elif start == end or (onward and not up_to):
        end = max(end, period.end)
    if start == end:
        raise ValueFault(
            f"time {words!r} puts the outage after the reporting period",
            do="say it in the report of its own day",
            example="20 Sep, 01:00-03:00",
        )
    return Interval(start, end, TimeSense.LASTED, words, time.assumed_zone)
