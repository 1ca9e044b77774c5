"""What was agreed in the made-up assessment, and what was found."""

from __future__ import annotations

from made_up_words import HOSTILE, NARROW, PAIR, UAV, WIDE

from truceline.model import (
    ANYTHING,
    NOT_ATTRIBUTED,
    Agreement,
    Because,
    Clause,
    Everywhere,
    Finding,
    Interval,
    InZone,
    Norm,
    NormKind,
    Party,
    Reading,
    Result,
    TextSource,
    TraceStep,
)


def the_agreement() -> Agreement:
    """A truce of two parties in four languages, read in two ways."""
    parties = (
        Party("party-north", (("en", "Northland"), ("de", "Nordland"), ("uk", "Північ"), ("ru", "Север"))),
        Party("party-south", (("en", "Southland"), ("de", "Südland"), ("uk", "Південь"), ("ru", "Юг"))),
    )
    sources = (
        TextSource("north-text", "Announcement of the north", "https://north.example/text?a=1&b=2", "2031-04-19"),
        TextSource("south-text", HOSTILE[0], "javascript:alert(1)", "2031-04-19"),
    )
    return Agreement(
        "spring-2031",
        (
            ("en", "Spring truce <2031>"),
            ("de", "Frühlingswaffenruhe"),
            ("uk", "Весняне перемир’я"),
            ("ru", "Весеннее перемирие"),
        ),
        "mirrored",
        parties,
        sources,
        (
            Clause("c1", "From six in the evening all hostilities cease.", "en", "north-text"),
            Clause("c2", "כל פעולות האיבה ייפסקו", "he", "south-text"),
        ),
        (
            Reading("as-announced", Interval(*WIDE), PAIR, "north-text", "Moscow time is meant."),
            Reading("from-midnight", Interval(*NARROW), ("party-south",), "south-text", HOSTILE[3]),
        ),
        (
            Norm("ground-fire", NormKind.FORBID, ("each",), "ground-fire", ANYTHING, Everywhere(), "c1"),
            Norm("air", NormKind.FORBID, ("each",), "air-attack", UAV, InZone("zone-1"), "c2"),
        ),
        ("who verifies is not said", HOSTILE[1]),
    )


def _finding(norm: str, party: str, reading: str, result: Result, number: int) -> Finding:
    probability = (None, 0.985, 0.5, 0.99995)[number % 4]
    trace = (
        TraceStep(
            1,
            "Time",
            Because(
                "incidents surely inside the window: {inside}; perhaps inside: {perhaps}",
                (("inside", 5), ("perhaps", 2)),
            ),
        ),
        TraceStep(2, "Coverage", Because("no source that can see ground fire"), (("share", 0.0),), ("a" * 64 + ":12",)),
    )
    return Finding(
        f"{norm}/{party}/{reading}",
        norm,
        party,
        reading,
        result,
        probability,
        NOT_ATTRIBUTED,
        Because("only threats were seen: {threats}; an alarm is a threat, not a strike", (("threats", 1234),)),
        (Because("an observation that shows the act itself"), Because("evidence of who acted")),
        trace,
        ("incident-0001",),
    )


def the_findings(agreement: Agreement) -> tuple[Finding, ...]:
    """Findings of every norm, party and reading, results and probabilities in turn."""
    keys = [
        (norm.id, party, reading.id)
        for norm in agreement.norms
        for party in agreement.bound_by(norm)
        for reading in agreement.readings_of(norm)
    ]
    results = (Result.UNDETERMINED, Result.NOT_BREACHED, Result.CONTESTED, Result.BREACHED)
    return tuple(_finding(*key, results[number % 4], number) for number, key in enumerate(keys))
