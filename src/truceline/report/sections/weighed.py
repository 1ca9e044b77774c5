"""What weighing all evidence came to, and what it says of an incident."""

from __future__ import annotations

from truceline.mission.assessment import WeighedNote
from truceline.model import Incident
from truceline.report.content import Block, Phrase, paragraph
from truceline.report.edition import Edition
from truceline.report.language import Tongue, msgid
from truceline.report.words import PHENOMENA, word


def weighed_blocks(edition: Edition) -> tuple[Block, ...]:
    """The number of incidents with its interval, copies, and how much could not be weighed; nothing by rules alone."""
    found, tongue = edition.assessment.weighed, edition.tongue
    if found is None or found.weighed == 0:
        return ()
    told = [
        tongue.say_many(
            "{n} observation was held against all others, of every channel, by its probability.",
            "{n} observations of all channels were held against each other by their probability.",
            found.weighed,
        ),
        tongue.say(
            msgid(
                "Over the whole period they tell of {number} incidents (95 % between {low} and {high}), of which "
                "{real} are real (95 % between {least} and {most})."
            ),
            **_numbers(found, tongue),
        ),
        tongue.say(msgid("The incidents listed are the grouping that fits best; single links may be wrong.")),
    ]
    if found.copies:
        told.append(
            tongue.say_many(
                "{n} report repeats another telling and counts once with it.",
                "{n} reports repeat another telling and count once with it.",
                found.copies,
            )
        )
    if apart := sum(number for _, number in found.apart):
        told.append(
            tongue.say_many(
                "{n} observation could not be weighed and stands by itself or by the rules of alerts.",
                "{n} observations could not be weighed and stand by themselves or by the rules of alerts.",
                apart,
            )
        )
    return (paragraph(" ".join(told)),)


def weighed_phrases(edition: Edition, incident: Incident) -> tuple[Phrase, ...]:
    """How sure an incident is, what else it may have been, and which incidents it took the place of."""
    tongue, told = edition.tongue, []
    if incident.probability is not None:
        real = tongue.share(incident.probability)
        told.append(Phrase(tongue.say(msgid("probability that it is real: {share}"), share=real), tone="quiet"))
    for phenomenon, share in incident.types[1:]:
        said = tongue.say(
            msgid("or {phenomenon}: {share}"), phenomenon=word(tongue, PHENOMENA, phenomenon), share=tongue.share(share)
        )
        told.append(Phrase(said, tone="quiet"))
    if incident.replaces:
        ids = ", ".join(incident.replaces)
        told.append(Phrase(tongue.say(msgid("takes the place of {ids}"), ids=ids), tone="quiet"))
    return tuple(told)


def _numbers(found: WeighedNote, tongue: Tongue) -> dict[str, str]:
    """Each number rounded to whole incidents."""
    names = ("number", "low", "high", "real", "least", "most")
    return {name: tongue.number(round(one)) for name, one in zip(names, (*found.told, *found.real), strict=True)}
