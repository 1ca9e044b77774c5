"""From a table of published totals to claims, every value checked.

One row is one total in one statement. ``low`` is always given; ``best`` is empty when none was named; ``high``
is empty when the claimant left it open ("at least 40").
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from truceline.model import Claim, CountRange, Interval, Source, ValueFault, parse_moment
from truceline.sources.counts import whole_number
from truceline.sources.days import check_year, first_and_last
from truceline.sources.protocol import ReadOptions, Record, SourceFile
from truceline.sources.tables import Row, read_rows, records_of

COLUMNS = (
    "party",
    "about",
    "quantity",
    "low",
    "best",
    "high",
    "period_start",
    "period_end",
    "said_by",
    "said_on",
    "rule",
    "url",
    "quote",
)
"""All thirteen must be there; ``about``, ``best``, ``high`` and ``rule`` may be empty in a row."""

_MAY_BE_EMPTY = frozenset({"about", "best", "high", "rule"})
_EXAMPLES = {
    "party": "party-ua",
    "quantity": "violations",
    "low": "2935",
    "period_start": "2025-04-19T18:00:00+03:00",
    "period_end": "2025-04-21T00:00:00+03:00",
    "said_by": "the president",
    "said_on": "2025-04-21",
    "url": "https://example.org/statement",
    "quote": "In total, the army violated the ceasefire 2,935 times.",
}
_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST_QUOTE = 400
_LARGEST = 10_000_000


class PartyClaims:
    """The format ``party-claims``."""

    name = "party-claims"
    title = "totals that a side published about a period, as claims.csv"
    settings: tuple[str, ...] = ()

    def sources(self, file: SourceFile, options: ReadOptions) -> tuple[Source, ...]:
        """None: a claim carries its party itself.

        Which of the two party strata a claimant belongs to follows from the order of the parties in the agreement,
        which a file of claims does not hold; whoever knows the agreement assigns it.
        """
        del file, options
        return ()

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Record]:
        """Claims in file order; a row with a fault is rejected with the reason."""
        rows = read_rows(file.path, COLUMNS, encoding=options.encoding)
        yield from records_of(rows, lambda row: read_claim(row, file, options))


def read_claim(row: Row, file: SourceFile, options: ReadOptions) -> Claim:
    """One claim; raises :class:`ValueFault` naming the column and showing a valid value."""
    values = row.values
    for column in COLUMNS:
        if not values[column] and column not in _MAY_BE_EMPTY:
            raise _fault(column, "is empty")
    return Claim(
        key=claim_key(values),
        party=_party("party", values["party"], options),
        about=_party("about", values["about"], options) if values["about"] else "",
        quantity=_slug("quantity", values["quantity"]),
        count=CountRange(_number("low", values) or 0, _number("best", values), _number("high", values)),
        period=_period(values, options),
        said_by=values["said_by"],
        said_on=_said_on(values, options),
        rule=values["rule"],
        url=_url(values["url"]),
        quote=_quote(values["quote"]),
        evidence=file.link(row.line),
    )


def claim_key(values: dict[str, str]) -> str:
    """The natural key: who said what of whom, about which period, when. The figures may be revised under it."""
    columns = ("party", "about", "quantity", "period_start", "period_end", "said_by", "said_on", "rule")
    return hashlib.sha256("\x1f".join(values[column] for column in columns).encode()).hexdigest()[:32]


def _party(column: str, name: str, options: ReadOptions) -> str:
    """A party id: the one the mission gives the name, else the name itself when it is written as an id."""
    return options.actor(name) or _slug(column, name)


def _slug(column: str, text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise _fault(column, f"{text!r} is no id of small letters, digits and hyphens")
    return text


def _number(column: str, values: dict[str, str]) -> int | None:
    text = values[column]
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]+", text):
        raise _fault(column, f"{text!r} is not a whole number in plain digits")
    number = whole_number(text, _LARGEST)
    if number is None:
        raise _fault(column, f"{text} is negative or above {_LARGEST:,}")
    return number


def _period(values: dict[str, str], options: ReadOptions) -> Interval:
    """From start to end; a day without an hour is meant whole, as the last day of a period too."""
    start, _, start_assumed = _reach("period_start", values, options)
    _, end, end_assumed = _reach("period_end", values, options)
    if start == end:
        raise _fault("period_end", "is the same as the start: a total is about a span of time")
    text = f"{values['period_start']}/{values['period_end']}"
    zone = options.zone.key if options.zone and (start_assumed or end_assumed) else ""
    return Interval(start, end, text=text, assumed_zone=zone)


def _reach(column: str, values: dict[str, str], options: ReadOptions) -> tuple[datetime, datetime, bool]:
    try:
        return first_and_last(values[column], options.zone)
    except ValueFault as fault:
        raise ValueFault(f"{column}: {fault.what}", do=fault.do, example=fault.example) from fault


def _said_on(values: dict[str, str], options: ReadOptions) -> str:
    """The day of the statement, which cannot lie before the period began (a day of slack for time zones)."""
    text = values["said_on"]
    try:
        said = date.fromisoformat(text)
    except ValueError as cause:
        raise _fault("said_on", f"{text!r} is not a day") from cause
    check_year(said)
    if said < parse_moment(values["period_start"], options.zone).date() - timedelta(days=1):
        raise _fault("said_on", f"{text} is before the period it speaks of")
    return said.isoformat()


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", text):
        raise _fault("url", f"{text!r} is no web address")
    return text


def _quote(text: str) -> str:
    if len(text) > _LONGEST_QUOTE:
        raise _fault("quote", f"has {len(text)} characters; at most a sentence ({_LONGEST_QUOTE}) is kept")
    return text


def _fault(column: str, what: str) -> ValueFault:
    example = _EXAMPLES.get(column, _EXAMPLES["low"] if column in {"best", "high"} else "party-ru")
    return ValueFault(f"{column} {what}", do="correct the value", example=example)


FORMAT = PartyClaims()
