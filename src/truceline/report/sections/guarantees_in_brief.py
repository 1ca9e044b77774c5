"""Guarantees in the summary: how many, what their duties came to, and which of them were broken or stay open."""

from __future__ import annotations

from collections import Counter

from truceline.agreements.guarantees.standing import DutyStanding, GuaranteeStanding
from truceline.model import Result
from truceline.report.content import sentence
from truceline.report.edition import Edition
from truceline.report.language import msgid
from truceline.report.words import RESULTS, word

_NAMED = (Result.BREACHED, Result.UNDETERMINED)
"""Results whose duties are named one by one; of the others the number says enough here."""
_DASH = "\N{EN DASH}"


def guarantees_in_brief(edition: Edition) -> list[str]:
    """A sentence on all, and one for each reason why a duty was broken or stays open; none without a guarantee."""
    standings = edition.assessment.guarantees
    if not standings:
        return []
    tongue = edition.tongue
    duties = [(standing, duty) for standing in standings for duty in standing.duties]
    tally = Counter(duty.result for _, duty in duties)
    counts = (f"{word(tongue, RESULTS, one)} {tongue.number(tally[one])}" for one in Result if tally[one])
    how_many = tongue.say_many(
        "{n} guarantee was held against what is known.",
        "{n} guarantees were held against what is known.",
        len({standing.guarantee for standing in standings}),
    )
    results = tongue.say(
        msgid("Their duties by result, for each guarantor, beneficiary and reading: {results}."),
        results=", ".join(counts),
    )
    return [f"{how_many} {results}", *_named(edition, duties)]


def _named(edition: Edition, duties: list[tuple[GuaranteeStanding, DutyStanding]]) -> list[str]:
    """The duties that were broken or stay open, those alike in result and reason together."""
    alike: dict[tuple[Result, str], dict[str, list[str]]] = {}
    for result in _NAMED:
        for standing, duty in duties:
            if duty.result is result:
                of_reason = alike.setdefault((result, edition.because(duty.because)), {})
                of_reason.setdefault(_duty(edition, standing, duty), []).append(standing.reading)
    return [
        f"{sentence(word(edition.tongue, RESULTS, result))} {_DASH} {_under(edition, named)}: {reason}."
        for (result, reason), named in alike.items()
    ]


def _under(edition: Edition, named: dict[str, list[str]]) -> str:
    """Duties with the readings under which that is so, where it is not under all."""
    every = {reading.id for reading in edition.assessment.agreement.readings}
    told = (
        name if every <= set(readings) else f"{name}, {edition.tongue.join(tuple(dict.fromkeys(readings)))}"
        for name, readings in named.items()
    )
    return "; ".join(told)


def _duty(edition: Edition, standing: GuaranteeStanding, duty: DutyStanding) -> str:
    pair = f"{edition.party(standing.guarantor)} \N{RIGHTWARDS ARROW} {edition.party(standing.beneficiary)}"
    return f"{standing.guarantee}, {duty.id} ({pair})"
