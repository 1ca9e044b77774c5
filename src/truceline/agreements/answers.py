"""Which incidents are themselves excused: an answer is no attack that the other side may answer in its turn.

Whether an attack may be answered depends on whether it was an answer itself, and so on back in time. An attack must
surely have begun before what answers it; so incidents are judged one after the other, in the order in which they had
surely begun, and each rests only on those before it. Of one whose excuse nobody can settle, nobody can say whether it
may be answered.

Most of it is found for all incidents at once: how each stands for every possible standing of the attacks it answers.
Only which of these it is, is found in the order of time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from truceline.agreements.attacks import DOUBTFUL, EXCUSED, MET, OPEN, PERHAPS_EXCUSED, Attacks, Before, attacks
from truceline.agreements.permissions import Permission, Sights, attacks_asked, excused, standings
from truceline.agreements.places import Geography
from truceline.agreements.scene import Scene
from truceline.model import Norm, Requirement
from truceline.model.columns import Ints, Rows

_STANDINGS = (OPEN, DOUBTFUL, MET)
_Asked = tuple[Requirement, str]
"""What is required, and of which party's permission."""


@dataclass(frozen=True)
class Excusing:
    """The permissions of one party from one norm, in their order, and the party's incidents that show its act.

    ``perhaps`` where nobody can say when these permissions bind: then they excuse perhaps at most.
    """

    norm: Norm
    party: str
    permissions: tuple[Permission, ...]
    sights: Sights
    perhaps: bool = False

    @property
    def asked(self) -> tuple[_Asked, ...]:
        """The attacks that its permissions require, each once."""
        every = (one for permission in self.permissions for one in attacks_asked(permission))
        return tuple((one, self.party) for one in dict.fromkeys(every))


def excuses(excusing: Sequence[Excusing], scene: Scene, geography: Geography) -> Ints:
    """Whether each incident known is excused by one of the permissions: surely, perhaps, or not."""
    required = dict.fromkeys(asked for one in excusing for asked in one.asked)
    sought = {asked: attacks(*asked, scene) for asked in required}
    found = np.zeros(len(scene.incidents), dtype=np.int64)
    sought_at_all = np.zeros(len(found), dtype=bool)
    for wanted in sought.values():
        sought_at_all[wanted.rows] = True
    waiting: dict[int, list[tuple[Excusing, Ints]]] = {}
    for one in excusing:
        outcomes = _outcomes(one, scene, geography)
        found[one.sights.known] = np.maximum(found[one.sights.known], outcomes.min(axis=1))
        depends = (outcomes.min(axis=1) != outcomes.max(axis=1)) & sought_at_all[one.sights.known]
        for place in np.flatnonzero(depends).tolist():
            waiting.setdefault(int(one.sights.known[place]), []).append((one, outcomes[place]))
    return _in_order_of_time(found, waiting, sought, scene) if waiting else found


def _outcomes(one: Excusing, scene: Scene, geography: Geography) -> Ints:
    """For each incident a row: whether it is excused, for every way in which the attacks required may stand."""
    parts = [standings(one.norm, permit, scene, one.sights, geography, one.party) for permit in one.permissions]
    number = len(one.sights.rows)
    columns = []
    for stand in product(_STANDINGS, repeat=len(one.asked)):
        by_requirement = {asked: status for (asked, _), status in zip(one.asked, stand, strict=True)}
        acts = [
            np.full(number, min((by_requirement[asked] for asked in attacks_asked(permit)), default=MET))
            for permit in one.permissions
        ]
        result = excused(parts, one.permissions, acts)
        outcome = np.where(result.excepted, EXCUSED, np.where(result.claimed, PERHAPS_EXCUSED, 0))
        columns.append(np.minimum(outcome, PERHAPS_EXCUSED) if one.perhaps else outcome)
    return np.column_stack(columns)


def _in_order_of_time(
    found: Ints, waiting: dict[int, list[tuple[Excusing, Ints]]], sought: dict[_Asked, Attacks], scene: Scene
) -> Ints:
    """The same with those settled that depend on the attacks before them."""
    before = {asked: Before(one) for asked, one in sought.items()}
    excuse = found.copy()
    start, latest = scene.incidents.start_us, scene.latest_us
    for row, told_to in _as_they_came(sought, before, latest):
        for one, outcomes in waiting.get(row, ()):
            way = 0
            for asked in one.asked:
                way = way * len(_STANDINGS) + before[asked].standing(row, int(start[row]), int(latest[row]))
            excuse[row] = max(excuse[row], outcomes[way])
        for attack, place in told_to:
            attack.add(place, int(excuse[row]))
    return excuse


def _as_they_came(
    sought: dict[_Asked, Attacks], before: dict[_Asked, Before], latest: Ints
) -> Iterator[tuple[int, list[tuple[Before, int]]]]:
    """Each incident that is an attack to somebody, in the order of time, with who is to be told of it."""
    told: dict[int, list[tuple[Before, int]]] = {}
    for asked, one in sought.items():
        for place, row in enumerate(one.rows.tolist()):
            told.setdefault(row, []).append((before[asked], place))
    rows: Rows = np.fromiter(told, dtype=np.intp, count=len(told))
    for row in rows[np.lexsort((rows, latest[rows]))].tolist():
        yield row, told[row]
