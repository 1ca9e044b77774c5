"""What a report says of the lines and zones of an agreement: how each was drawn, or that nobody has drawn it yet."""

from __future__ import annotations

from truceline.agreements.ground import Ground
from truceline.mission.assessment import GroundNote


def ground_used(ground: Ground) -> tuple[GroundNote, ...]:
    """The lines in the order of the text, the zones and settlements, then the zones nobody has drawn."""
    wanted = dict(ground.wanted)
    drawn = {one.id: one for one in ground.lines}
    lines = tuple(
        GroundNote(one.id, one.date, one.version, drawn[one.id].method, drawn[one.id].accuracy_m, line=True)
        if one.id in drawn
        else GroundNote(one.id, method=wanted.get(one.id, one.slot), line=True)
        for one in ground.terms
    )
    zones = tuple(GroundNote(one.id, one.date, one.version, one.method, one.accuracy_m) for one in ground.zones)
    told = {one.id for one in lines}
    return (
        *lines,
        *zones,
        *(GroundNote(name, method=wanted.get(name, "")) for name in ground.slots if name not in told),
    )
