"""Step 5 of the protocol: how surely incidents lie where a norm binds, for the party it binds.

Distances from a line and depths in a zone are measured once per table of incidents and shared by all norms, parties and
readings that speak of them.
"""

from __future__ import annotations

from dataclasses import replace

from truceline.agreements.ground import Ground
from truceline.agreements.space.distance import SignedDistance, distances_from_line
from truceline.agreements.space.edges import Edges
from truceline.agreements.space.inside import (
    Band,
    Inside,
    any_of,
    both,
    inside_band,
    inside_corridor,
    inside_everywhere,
    inside_unknown,
    inside_zone,
    outside,
)
from truceline.model import AllOf, AnyOf, InBand, IncidentTable, InCorridor, InZone, LineTerms, Outside, Side, Where


class Geography:
    """Lines and zones held against one table of incidents; what was measured is kept for the next norm."""

    def __init__(self, ground: Ground, terms: tuple[LineTerms, ...], incidents: IncidentTable) -> None:
        """Nothing is measured until a norm asks for it."""
        self._ground = ground
        self._terms = {line.id: line for line in terms}
        self._incidents = incidents
        self._distances: dict[str, SignedDistance] = {}
        self._found: dict[tuple[Where, int], Inside] = {}

    def inside(self, where: Where, party: str) -> Inside:
        """How surely each incident lies in a place, the sides of lines seen from a party.

        Where a line or zone is still the mission's to bring, nobody can say.
        """
        if self.lacking(where) and not isinstance(where, Outside | AllOf | AnyOf):
            return inside_unknown(len(self._incidents))
        match where:
            case InBand():
                side = self._side(where, party)
                return self._kept(replace(where, lines=((party, where.line_of(party)),)), side)
            case Outside(of):
                return outside(self.inside(of, party))
            case AllOf(parts):
                return both(*(self.inside(part, party) for part in parts))
            case AnyOf(parts):
                return any_of(*(self.inside(part, party) for part in parts))
            case _:
                return self._kept(where, 0)

    @property
    def everywhere(self) -> Inside:
        """The answer for a norm that binds wherever the act is."""
        return inside_everywhere(len(self._incidents))

    def lacking(self, where: Where) -> tuple[str, ...]:
        """Ids of lines and zones of a place that the mission has still to bring."""
        return self._ground.lacking(where)

    def knows_zone(self, zone: str) -> bool:
        """Whether a word names a zone of the agreement."""
        return any(one.id == zone for one in self._ground.zones)

    def _side(self, band: InBand, party: str) -> int:
        """1 for the left of the line, -1 for its right, 0 for both."""
        own = self._terms[band.line_of(party)].side_of(party)
        return {Side.OTHER: -own, Side.BOTH: 0}.get(band.side, own)

    def _kept(self, where: Where, side: int) -> Inside:
        key = (where, side)
        if isinstance(where, InBand):
            line = where.lines[0][1]
            beyond = Side.OWN_AND_BEYOND if where.side is Side.OWN_AND_BEYOND else Side.OWN
            key = (InBand((("", line),), where.near_m, where.far_m, beyond), side)
        if key not in self._found:
            self._found[key] = self._measured(where, side)
        return self._found[key]

    def _measured(self, where: Where, side: int) -> Inside:
        incidents = self._incidents
        match where:
            case InZone(zone, within_m):
                return inside_zone(incidents, self._ground.zone(zone), grow_m=within_m)
            case InBand():
                line = where.lines[0][1]
                beyond = where.side is Side.OWN_AND_BEYOND
                band = Band(where.near_m, where.far_m, side, self._ground.line(line).accuracy_m, beyond=beyond)
                return inside_band(self._distance(line), incidents.radius_m, band)
            case InCorridor(line, width_m):
                distance = self._distance(line)
                return inside_corridor(
                    distance, incidents.radius_m, width_m, accuracy_m=self._ground.line(line).accuracy_m
                )
            case _:
                return inside_everywhere(len(incidents))

    def _distance(self, line: str) -> SignedDistance:
        if line not in self._distances:
            self._distances[line] = distances_from_line(
                self._incidents.lon, self._incidents.lat, Edges.of_lines(self._ground.line(line).parts)
            )
        return self._distances[line]
