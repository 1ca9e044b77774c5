"""Events located from sensors, drawn so that no sensor can be found by the drawing."""

from __future__ import annotations

from truceline.report.content import Block, Figure, Section, paragraph
from truceline.report.edition import Edition
from truceline.report.event_words import sketch_picture
from truceline.report.figures.event_picture import draw
from truceline.report.language import msgid


def located(edition: Edition) -> Section | None:
    """A picture for each located event behind an incident; nothing where no incident rests on one."""
    tongue, assessment = edition.tongue, edition.assessment
    if not (assessment.sketches or assessment.sketches_lacking):
        return None
    blocks: list[Block] = [
        paragraph(
            tongue.say(
                msgid(
                    "These incidents rest on events located from the times at which sensors heard them. Where the"
                    " sensors stand is not released: of distances only the order is told, ellipses are widened, places"
                    " left out."
                )
            )
        )
    ]
    for number, sketch in enumerate(assessment.sketches, 1):
        picture = sketch_picture(tongue, sketch, number)
        blocks.append(
            Figure(f"located-{number}", draw(picture), f"{picture.title}. {picture.description}", picture.title)
        )
    if assessment.sketches_left_out:
        blocks.append(
            paragraph(
                tongue.say_many(
                    "{n} further located event is not drawn, for the length of this report.",
                    "{n} further located events are not drawn, for the length of this report.",
                    assessment.sketches_left_out,
                )
            )
        )
    if assessment.sketches_lacking:
        blocks.append(
            paragraph(
                tongue.say_many(
                    "{n} located event cannot be drawn: what it was located with was not kept.",
                    "{n} located events cannot be drawn: what they were located with was not kept.",
                    assessment.sketches_lacking,
                )
            )
        )
    return Section("located", tongue.say(msgid("Appendix: events located from sensors")), tuple(blocks))
