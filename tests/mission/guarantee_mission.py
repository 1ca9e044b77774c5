"""A made-up mission whose agreement holds a duty with a deadline and a guarantee; with its register."""

from __future__ import annotations

from pathlib import Path

import mission_samples as samples

from truceline.mission.folder import Mission
from truceline.mission.ingesting import Intake, ingest
from truceline.sources.register.reader import COLUMNS

AGREEMENT = (
    samples.AGREEMENT.replace(
        "sources:",
        "actors:\n"
        "  - {id: ally, name: {en: The ally}, role: guarantor}\n"
        "  - {id: council, name: {en: The council}, role: mechanism}\n"
        "sources:",
    ).replace('end: "2031-04-21T00:00:00+03:00"', 'end: "2031-04-22T00:00:00+03:00"')
    + """\
  - id: list-mines
    kind: oblige
    mode: achievement
    who: each
    act: hand-over-information
    clause: c1
    when: {until: "2031-04-20T12:00:00+03:00"}
guarantees:
  - id: support
    guarantors: [ally]
    beneficiaries: [party-north]
    against: [party-south]
    trigger: {criteria: [{id: scale, measure: incidents, at_least: null}], confirmed_by: council}
    duties:
      - {id: consult, mode: must, clause: c1, on_request: true, clock: {starts: notice, within: PT24H}}
      - {id: help, mode: may, clause: c1, options: [sanctions]}
    reservations: [{guarantor: ally, text: needs a vote, source: communique}]
    ladder:
      - {guarantor: ally, step: said, date: 2031-04-01, source: communique}
      - {guarantor: ally, step: signed, date: 2031-04-10, source: communique}
    clause: c1
"""
)

REGISTER = (
    ",".join(COLUMNS)
    + "\n"
    + (
        "1,request,support/consult,party-north,ally,2031-04-20T06:00:00Z,,,verified,council,,,,,,,,,,,,\n"
        "2,done,list-mines,party-north,,2031-04-20T07:00:00Z,,,verified,council,,,,,,,,,,,,\n"
        "3,not-done,support/consult,ally,,2031-04-22T07:00:00Z,,,verified,council,,,,,,,,,,,,\n"
    )
)


def guaranteed_mission(folder: Path, *, settings: str = samples.SETTINGS, register: str = REGISTER) -> Mission:
    """The mission in a new folder, with its register taken in; not fused, since nothing was observed."""
    mission = samples.make_mission(folder, settings=settings, agreement=AGREEMENT)
    path = mission.root / "register.csv"
    path.write_text(register, encoding="utf-8")
    ingest(mission, Intake("register", path, mission.read_options()), now=samples.NOW)
    return mission
