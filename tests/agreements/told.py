"""Short stories for the tests of this room: a truce in a few lines, incidents by the hour, entries of the register."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import strategies as made_up
from truceline.agreements.evaluation import EvaluationParameters, Evidence, evaluate
from truceline.agreements.ground import Ground
from truceline.agreements.loading import parse_agreement
from truceline.coverage.shares import AreaShare, CoverageShare
from truceline.model import (
    CountRange,
    CoverageState,
    EvidenceLink,
    Finding,
    Interval,
    Phenomenon,
    RegisterEntry,
    RegisterKind,
    Standing,
    Stratum,
    TimeSense,
    Words,
)

NORTH, SOUTH = made_up.PAIR
BEGIN = made_up.BEGIN
AFTERWARDS = EvaluationParameters(BEGIN + timedelta(days=60))
_LINK = EvidenceLink("0" * 64, 1)


def hours(first: float, last: float | None = None, sense: TimeSense = TimeSense.LASTED) -> Interval:
    """From so many hours after the beginning to so many; an instant when only one is given."""
    return Interval(BEGIN + timedelta(hours=first), BEGIN + timedelta(hours=first if last is None else last), sense)


def truce(*norms: str, last_h: int = 240, **keys: str) -> str:
    """The text of a truce of ten days with some norms, each given as the inside of braces; further keys as YAML."""
    end = (BEGIN + timedelta(hours=last_h)).isoformat()
    reading = keys.pop("reading", f"start: '{BEGIN.isoformat()}', end: '{end}'")
    return "\n".join(
        [
            "truceline: 1",
            "id: made-up",
            "title: {en: A made-up truce}",
            "status: signed",
            "parties: [{id: party-north, name: {en: N}}, {id: party-south, name: {en: S}}]",
            "actors: [{id: mechanism, name: {en: M}, role: mechanism}]",
            "sources: [{id: text, title: T, url: 'https://example.org', date: 2031-04-19}]",
            "clauses: [{id: c1, text: words, language: en, source: text}]",
            f"readings: [{{id: r, asserted_by: [party-north], source: text, {reading}}}{keys.pop('more', '')}]",
            "norms:",
            *(f"  - {{clause: c1, {norm}}}" for norm in norms),
            *(f"{key}: {value}" for key, value in keys.items()),
            "",
        ]
    )


FIRE = "id: fire, kind: forbid, who: each, act: ground-fire"
GUNS = "id: guns, kind: forbid, who: each, act: heavy-weapons"
TANKS = "id: tanks, kind: forbid, who: each, act: heavy-weapons, count: {at_most: 5, per: PER}"


def sight(time: Interval, party: str = NORTH, phenomenon: str = "explosion", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """One incident as the made-up tables take it."""
    return {"time": time, "party": party, "phenomenon": Phenomenon(phenomenon), **more}


def entry(kind: str, subject: str, time: Interval, by: str = NORTH, **more: Any) -> RegisterEntry:  # noqa: ANN401
    """One verified entry of the register."""
    count = more.pop("count", None)
    return RegisterEntry(
        key=more.pop("key", f"{kind}-{subject}-{time.start.isoformat()}-{by}"),
        kind=RegisterKind(kind),
        subject=subject,
        by=by,
        to=more.pop("to", ()),
        time=time,
        standing=Standing(more.pop("standing", "verified")),
        said_by=more.pop("said_by", "mechanism"),
        evidence=_LINK,
        count=None if count is None else CountRange(count, count, count),
        **more,
    )


def watched(share: float = 1.0) -> tuple[CoverageShare, ...]:
    """Everything watched for undisturbed, with a share of place and time."""
    area = AreaShare("somewhere", share, CoverageState.WATCHING, (), share)
    return tuple(CoverageShare(p, share, (Stratum.ACOUSTIC,), (area,), share) for p in Phenomenon)


def found(
    text: str,
    incidents: list[dict[str, Any]] | None = None,
    register: tuple[RegisterEntry, ...] = (),
    parameters: EvaluationParameters = AFTERWARDS,
    share: float = 1.0,
) -> dict[str, Finding]:
    """Findings by id, every incident being confirmed unless it says another grade."""
    rows = incidents or []
    evidence = Evidence(
        made_up.incident_table(rows),
        Words.of([row.get("grade", "confirmed") for row in rows]),
        register,
        lambda _: watched(share),
    )
    return {one.id: one for one in evaluate(parse_agreement(text), Ground(), evidence, parameters)}


def results(*story: Any, **more: Any) -> dict[str, str]:  # noqa: ANN401
    """Results by norm and party."""
    return {name.removesuffix("/r"): str(one.result) for name, one in found(*story, **more).items()}
