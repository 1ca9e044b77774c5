"""The findings: each norm held against each party under each reading, and what would change the result."""

from __future__ import annotations

from truceline.agreements.evaluation import across_readings
from truceline.model import NOT_ATTRIBUTED, Finding, Norm, Result
from truceline.report.content import Block, Cell, Column, Heading, Phrase, Section, Table, paragraph, plain, sentence
from truceline.report.edition import Edition, anchor
from truceline.report.language import msgid
from truceline.report.sections.agreed import no_such
from truceline.report.words import RESULTS, word


def findings(edition: Edition) -> Section:
    """One table for each norm; parties and readings in the order of the agreement."""
    tongue, assessment = edition.tongue, edition.assessment
    blocks: list[Block] = []
    for norm in assessment.agreement.norms:
        blocks += [Heading(edition.norm_title(norm), anchor(norm)), _table(edition, norm)]
    if not blocks:
        blocks = [*no_such(edition, msgid("The text holds no norm that could be held against what was observed."))]
    else:
        blocks.append(paragraph(_how_to_read(edition), "note"))
    return Section("findings", tongue.say(msgid("Findings")), tuple(blocks))


def _how_to_read(edition: Edition) -> str:
    return edition.tongue.say(
        msgid(
            "The probability is stated for a breach only: it says how surely at least one decisive incident lies inside"
            " window and zone, at the least; a dash means that none can be stated."
            " Undetermined and not attributed are ordinary results. These findings are proposals of the evaluation;"
            " people review them before anything is held to be established."
        )
    )


def _table(edition: Edition, norm: Norm) -> Table:
    tongue = edition.tongue
    columns = (
        Column(tongue.say(msgid("Party")), width=1.5),
        Column(tongue.say(msgid("Reading")), width=1.4),
        Column(tongue.say(msgid("Result")), width=1.2),
        Column(tongue.say(msgid("Probability")), numeric=True, width=1.0),
        Column(tongue.say(msgid("Attribution")), width=1.2),
        Column(tongue.say(msgid("Because, and what would change it")), width=3.0),
    )
    found = in_order(edition, norm)
    rows = (*_rows(edition, found), *_over_all_readings(edition, found))
    caption = tongue.say(msgid("Findings for each party and reading, in the order of the agreement"))
    return Table(caption, columns, rows)


def _over_all_readings(edition: Edition, found: list[Finding]) -> tuple[tuple[Cell, ...], ...]:
    """For whom the result hangs on the reading, as a row beside the others; none where it does for nobody."""
    tongue = edition.tongue
    words = tongue.say(msgid("The readings differ in their result. No reading is preferred to another."))
    return tuple(
        (
            plain(edition.party(party)),
            plain(tongue.say(msgid("over all readings")), "quiet"),
            (Phrase(word(tongue, RESULTS, result), tone=result.value),),
            plain("\N{EN DASH}"),
            plain("\N{EN DASH}"),
            plain(words),
        )
        for _, party, result in across_readings(found)
        if result is Result.CONTESTED
    )


def in_order(edition: Edition, norm: Norm) -> list[Finding]:
    """The findings of a norm; parties and readings in the order of the agreement."""
    bound = edition.assessment.agreement.held(norm)
    place = {(party, reading.id): number for number, (party, reading) in enumerate(bound)}
    mine = [finding for finding in edition.assessment.findings if finding.norm == norm.id]
    return sorted(mine, key=lambda finding: place.get((finding.party, finding.reading), len(place)))


def _rows(edition: Edition, found: list[Finding]) -> list[tuple[Cell, ...]]:
    """A row for each party and reading; one for all readings of a norm where they say the very same of a party."""
    rows: list[tuple[Cell, ...]] = []
    known = {finding.reading for finding in found}
    for party in dict.fromkeys(finding.party for finding in found):
        of = [finding for finding in found if finding.party == party]
        told = [_told(edition, finding) for finding in of]
        who, readings = plain(edition.party(party)), [finding.reading for finding in of]
        if len(of) > 1 and set(readings) == known and all(one == told[0] for one in told):
            named = Phrase(edition.tongue.join(tuple(readings)), tone="quiet")
            rows.append((who, (Phrase(edition.all_of(readings, readings)), named), *told[0]))
        else:
            rows += [(who, plain(reading), *one) for reading, one in zip(readings, told, strict=True)]
    return rows


def _told(edition: Edition, finding: Finding) -> tuple[Cell, ...]:
    """Everything a row says besides for whom and under which reading."""
    tongue = edition.tongue
    probability = "\N{EN DASH}" if finding.probability is None else tongue.share(finding.probability)
    return (
        (Phrase(word(tongue, RESULTS, finding.result), tone=finding.result.value),),
        plain(probability),
        plain(_attribution(edition, finding)),
        _why(edition, finding),
    )


def _attribution(edition: Edition, finding: Finding) -> str:
    if finding.attribution == NOT_ATTRIBUTED:
        return word(edition.tongue, RESULTS, NOT_ATTRIBUTED)
    return edition.party(finding.attribution)


def _why(edition: Edition, finding: Finding) -> Cell:
    tongue = edition.tongue
    change = tuple(
        Phrase(tongue.say(msgid("Would change: {reason}"), reason=edition.because(reason)), tone="quiet")
        for reason in finding.would_change
    )
    return (Phrase(sentence(edition.because(finding.because))), *change)
