"""The JSON form of cases; described in docs/reference/cases.md. Parties and people stand in it by id only.

It holds what the reader may see and nothing more; a party's officer gets the shorter form.
"""

from __future__ import annotations

import json
from typing import Any

from truceline.mission.case_reading import SeenCase
from truceline.mission.public_time import public_time
from truceline.model import Act, plain_json
from truceline.store import OutboxEvent
from truceline.verification.case_times import clocks_of, times_of
from truceline.verification.cases import Case
from truceline.verification.reviewing import reviewed
from truceline.verification.rivals import hypotheses_of
from truceline.verification.showing import acts_shown, unsealed


def case_json(seen: SeenCase) -> dict[str, Any]:
    """One case as somebody may see it."""
    case, scene, party = seen.case, seen.scene, seen.person.party
    times = times_of(case, scene.rules)
    mine = [one for one in clocks_of(case, scene.rules, scene.now) if not party or one.party in ("", party)]
    whose = [one for one in case.opening.parties if not party or one == party]
    event = public_time(times.event) if party else times.event  # a time tells as much as a place
    told: dict[str, Any] = {
        "id": case.id,
        "stage": case.stage,
        "phase": case.phase(scene.rules),
        "finding": {"id": case.finding.id, "revision": case.finding.revision, "party": case.finding.party},
        "parties": case.opening.parties,
        "times": {
            "event": {"start": event.start, "end": event.end},
            "detection": times.detection.replace(second=0, microsecond=0) if party else times.detection,
            "notice": {one: at for one, at in times.notice if one in whose},
            "acknowledgement": {one: at for one, at in times.acknowledgement if one in whose},
            "finding": times.finding,
            "remedy": times.remedy,
        },
        "deadlines": mine,
        "acts": [_act(seen, act) for act in acts_shown(scene, seen.person, case)],
    }
    record: dict[str, Any] = plain_json(told if party else told | _inside(seen))
    return record


def _inside(seen: SeenCase) -> dict[str, Any]:
    """What only the mission's own people see."""
    case, scene = seen.case, seen.scene
    found = reviewed(case, scene.cases, scene.people, scene.rules)
    opened = unsealed(scene, seen.person, case, case.finding.sha256)
    return {
        "finding": case.finding,
        "incidents": case.opening.incidents,
        "list": case.opening.case_list,
        "collectors": case.opening.collectors,
        "newest": scene.newest,
        "may_follow": [stage.id for stage in scene.rules.after(case.stage)],
        "review": {
            "graded": len(found.counted),
            "not_counted": len(found.left_out),
            "quorum": scene.rules.quorum,
            "sealed": not opened,
            "agreed": found.outcome if opened else None,
        },
        "hypotheses": hypotheses_json(case),
    }


def hypotheses_json(case: Case) -> list[dict[str, Any]]:
    """The explanations kept with a finding, the least contradicted first, each with how many origins speak to it."""
    return [
        {
            "id": one.hypothesis.id,
            "kind": one.hypothesis.kind,
            "words": one.hypothesis.words,
            "for": one.speaks_for,
            "against": one.against,
            "open": one.open,
        }
        for one in hypotheses_of(case).standings()
    ]


def _act(seen: SeenCase, act: Act) -> dict[str, Any]:
    """One act, with how it is signed where that was asked."""
    signature = seen.signatures.get(act.id)
    return act_json(act) | ({} if signature is None else {"signature": signature})


def act_json(act: Act) -> dict[str, Any]:
    """One act: its id and its canonical JSON as an object."""
    content: dict[str, Any] = json.loads(act.canonical)
    return {"id": act.id, **content}


def event_json(event: OutboxEvent, *, sealed: bool = False) -> dict[str, Any]:
    """One event of the outbox, as the private log gets it; of a sealed one who did what, and not what it says."""
    content: dict[str, Any] = json.loads(event.canonical)
    if sealed:
        said = ("deed", "grade", "because")
        content["content"] = {name: value for name, value in content["content"].items() if name not in said}
    return {"id": event.id, **content, "sealed": sealed}
