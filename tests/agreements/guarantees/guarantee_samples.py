"""Made-up guarantees of the kinds there have been: found, then confirmed; consulted on request; with options."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import strategies as made_up
from truceline.agreements.evaluation import EvaluationParameters, Evidence, under_each_reading
from truceline.agreements.ground import Ground
from truceline.agreements.guarantees.evaluation import evaluate_guarantees
from truceline.agreements.guarantees.standing import DutyStanding, Guaranteed, GuaranteeStanding
from truceline.agreements.loading import parse_agreement
from truceline.model import (
    Agreement,
    EvidenceLink,
    Interval,
    Phenomenon,
    RegisterEntry,
    RegisterKind,
    Standing,
    Stratum,
    TimeSense,
    id_of,
    parse_moment,
)
from truceline.verification import grade_words

NORTH, SOUTH = made_up.PAIR
CONFIRMING = (Stratum.SEISMIC, Stratum.ACOUSTIC, Stratum.PATROL)
LATER = "2031-12-01T00:00:00Z"

HEAD = """\
truceline: 1
id: made-up
title: {en: A made-up guarantee}
status: signed
parties:
  - {id: party-north, name: {en: Northland}}
  - {id: party-south, name: {en: Southland}}
actors:
  - {id: ally, name: {en: The ally}, role: guarantor}
  - {id: friend, name: {en: The friend}, role: guarantor}
  - {id: council, name: {en: The council}, role: mechanism}
sources:
  - {id: text, title: Text, url: "https://example.org/text", date: 2031-01-01}
instruments:
  - {id: pact, title: {en: The pact}, type: guarantee, status: [{step: STATUS, date: 2031-01-10, source: text}]}
clauses:
  - {id: c1, text: all fire ceases, language: en, source: text, instrument: pact}
  - {id: c2, text: each ally assists, language: en, source: text, instrument: pact}
events:
  - {id: ceasefire-in-force}
readings:
  - id: plain
    asserted_by: [party-north, party-south]
    start: "2031-02-01T00:00:00Z"
    end: "2041-01-01T00:00:00Z"
    source: text
norms:
  - {id: fire, kind: forbid, who: each, act: ground-fire, object: any, where: everywhere, clause: c1}
  - {id: flights, kind: forbid, who: each, act: flight, object: any, where: everywhere, clause: c1}
guarantees:
"""

COUNCIL = """\
  - id: assistance
    guarantors: [ally, friend]
    beneficiaries: [party-north]
    against: [party-south]
    trigger:
      criteria: [{id: from-abroad, measure: determination, determined_by: council}]
      provisional_by: council
      confirmed_by: council
    duties:
      - {id: assist, mode: must, clause: c2}
      - {id: measures, mode: may, clause: c2, options: [overflight, intelligence]}
    clause: c2
"""
"""As in 2001: found provisionally, then confirmed by the same body; a duty to assist, discretion in the means."""

CONSULTING = """\
  - id: support
    guarantors: [party-north, party-south]
    beneficiaries: [party-north, party-south]
    trigger: {criteria: []}
    duties:
      - id: consult
        mode: must
        clause: c2
        on_request: true
        clock: {starts: notice, within: PT24H, stopped_by: [request], may_stop: [party-north, party-south]}
    clause: c2
"""
"""As in 2024: consult within 24 hours of a request, in both directions."""

MEASURED = """\
  - id: renewed-attack
    guarantors: [ally]
    beneficiaries: [party-north]
    against: [party-south]
    starts: ceasefire-in-force
    trigger:
      criteria:
        - {id: scale, measure: incidents, at_least: 3, within: PT24H}
        - {id: length, measure: days, at_least: 2}
    duties:
      - id: warn
        mode: must
        clause: c2
        clock: {starts: event, within: PT72H, stopped_by: [determination], may_stop: [council]}
      - {id: answer, mode: must, clause: c2, clock: {starts: notice, within: PT24H}}
      - {id: plan, mode: must, clause: c2, clock: {starts: null, within: PT72H}}
      - {id: means, mode: may, clause: c2, options: [sanctions, intelligence]}
    voids:
      - id: own-attack
        clause: c2
        requires: [{entry: determination, by: [council], subject: own-attack}]
    reservations:
      - {guarantor: ally, text: needs a vote of parliament, source: text}
    ladder:
      - {guarantor: ally, step: ratified, date: 2031-03-01, source: text}
      - {guarantor: ally, step: said, date: 2031-01-05, source: text}
      - {guarantor: ally, step: in-place, date: 2031-09-01, source: text}
    clause: c2
"""
"""As in Paris and the drafts beside it: measured criteria, clocks that start at different stamps, options, a lapse."""


def agreement(guarantees: str, *, status: str = "signed", changed: Sequence[tuple[str, str]] = ()) -> Agreement:
    """The agreement with these guarantees, some words of it changed."""
    text = HEAD.replace("STATUS", status) + guarantees
    for old, new in changed:
        assert old in text, old
        text = text.replace(old, new)
    return parse_agreement(text)


def entry(kind: str, subject: str, by: str, at: str, **more: Any) -> RegisterEntry:  # noqa: ANN401 - any field
    """An entry of the register; ``until`` makes it sometime between the two moments, ``lasted`` throughout."""
    start = parse_moment(at)
    sense = TimeSense.SOMETIME if "until" in more else TimeSense.LASTED
    end = parse_moment(more.pop("until", None) or more.pop("lasted", None) or at)
    covers = more.pop("covers", None)
    if covers is not None:
        covers = Interval(parse_moment(covers[0]), parse_moment(covers[1]))
    option = more.pop("option", "sanctions" if kind == "response" else "")
    return RegisterEntry(
        key=more.pop("key", f"{kind}-{subject}-{by}-{at}".replace(":", "")),
        kind=RegisterKind(kind),
        subject=subject,
        by=by,
        to=more.pop("to", ()),
        time=Interval(start, end, sense),
        standing=Standing(more.pop("standing", "verified")),
        said_by=more.pop("said_by", "mission"),
        evidence=EvidenceLink("0" * 64, 2),
        covers=covers,
        option=option,
        **more,
    )


def shot(  # any column of the made-up table may be given
    at: str,
    *,
    party: str = SOUTH,
    hours: int = 0,
    **more: Any,  # noqa: ANN401
) -> dict[str, Any]:
    """A confirmed burst of fire of a party, at a moment or sometime in so many hours."""
    start = parse_moment(at)
    sense = TimeSense.SOMETIME if hours else TimeSense.LASTED
    return {
        "time": Interval(start, start + timedelta(hours=hours), sense),
        "phenomenon": Phenomenon.BURST,
        "party": party,
        "position": (48.5, 30.5, 100.0),
        "strata": CONFIRMING,
        "id": id_of(f"{at} {party} {hours} {sorted(more)}"),
        **more,
    }


BEGUN = entry("event", "ceasefire-in-force", "council", "2031-03-01T00:00:00Z")
ASKED = entry("request", "support/consult", NORTH, "2031-05-01T10:00:00Z", to=(SOUTH,))

ATTACK = tuple(
    shot(at) for at in ("2031-05-01T10:00:00Z", "2031-05-01T12:00:00Z", "2031-05-01T14:00:00Z", "2031-05-02T09:00:00Z")
)
"""Four bursts, three of them within hours, on two days: the trigger of ``MEASURED``."""


def guaranteed(
    text: Agreement,
    register: Sequence[RegisterEntry] = (),
    incidents: Sequence[dict[str, Any]] = (),
    as_of: str | datetime = LATER,
) -> Guaranteed:
    """How its guarantees stand."""
    table = made_up.incident_table(list(incidents))
    moment = parse_moment(as_of) if isinstance(as_of, str) else as_of
    evidence = Evidence(table, grade_words(table.strata), tuple(register))
    under = under_each_reading(text, Ground(), evidence, EvaluationParameters(moment))
    return evaluate_guarantees(text, under)


def only(found: Guaranteed, guarantor: str = "ally", beneficiary: str = NORTH) -> GuaranteeStanding:
    """The one standing between two."""
    (standing,) = [one for one in found.standings if (one.guarantor, one.beneficiary) == (guarantor, beneficiary)]
    return standing


def duty(standing: GuaranteeStanding, name: str) -> DutyStanding:
    """One duty of it."""
    return next(one for one in standing.duties if one.id == name)
