"""What weighing adds to a run of fusion, kept beside its incidents; and what weighing needs of the archive.

Runs that were not weighed, and files of older versions, have none of it: every question is then answered with nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truceline.model import EllipsePlace, IncidentDetails, Links, Membership, Place, Standings, Words, id_text
from truceline.model.columns import Ids, Ints, Mask
from truceline.store.reading import ArchiveFiles, all_in_order, only, words_of
from truceline.store.rows import flatten_place, unflatten_place

_PLACE_COLUMNS = ("place", "place_kind", "place_label", "area", "lat", "lon", "radius_m", "place_detail")
_NOTHING = IncidentDetails(0)


@dataclass(frozen=True)
class ToldDetails:
    """What weighing needs beside the columns of observations, in their order (start, then id).

    ``points`` marks rows whose place is a point; ``places`` are all others, by their number.
    """

    id: Ids
    words: Words
    points: Mask
    places: Mapping[int, Place]


def told_details(archive: ArchiveFiles) -> ToldDetails:
    """The words and places of every observation."""
    rows = all_in_order(archive, ("id", "start_us", "words", *_PLACE_COLUMNS))
    points = np.asarray(pc.equal(rows.column("place_kind"), "point").to_numpy(zero_copy_only=False), bool)
    number = np.asarray(rows.column("place").to_numpy(), np.uint64)
    _, first = np.unique(number[~points], return_index=True)
    others = rows.select(_PLACE_COLUMNS).take(pa.array(np.flatnonzero(~points)[first]))
    places = {int(row["place"]): unflatten_place(row) for row in others.to_pylist()}
    return ToldDetails(rows.column("id").to_numpy(), words_of(rows.column("words")), points, places)


def with_details(rows: pa.Table, details: tuple[IncidentDetails, ...]) -> pa.Table:
    """The rows of incidents with the columns that weighing adds."""
    known = {one.incident: one for one in details}
    told = [known.get(number, _NOTHING) for number in rows.column("id").to_pylist()]
    columns = {
        "place_detail": [_place_text(one.place) for one in told],
        "types": [json.dumps(one.types) if one.types else "" for one in told],
        "disagreement": [one.disagreement for one in told],
        "replaces": [" ".join(map(id_text, one.replaces)) for one in told],
    }
    for name, values in columns.items():
        rows = rows.append_column(name, pa.array(values, pa.float64() if name == "disagreement" else pa.string()))
    return rows


def incident_details(path: Path, wanted: Ids | None = None) -> dict[int, IncidentDetails]:
    """What weighing added to incidents, by id; to all of a run or some."""
    if "types" not in pq.read_schema(path).names:
        return {}
    names = ["id", "place_detail", "types", "disagreement", "replaces"]
    rows = pq.read_table(path, columns=names, filters=only(wanted, "id")).to_pylist()
    return {row["id"]: _details(row) for row in rows}


def weighed_membership_rows(membership: Membership, standings: Standings) -> pa.Table:
    """A membership with how each observation stands to its incident; unknown where it was not weighed."""
    order = np.argsort(standings.observation)
    at, weighed = _positions(standings.observation[order], membership.observation)
    row = order[at] if len(order) else at
    found: dict[str, pa.Array] = {
        "incident": pa.array(membership.incident),
        "observation": pa.array(membership.observation),
    }
    for name in ("telling", "link", "best", "false"):
        column = getattr(standings, name)
        values = column[row] if len(column) else np.zeros(len(weighed))
        found[name] = pa.array(values, mask=~weighed | np.isnan(values.astype(float)))
    return pa.table(found)


def standings_of(path: Path, incidents: Ids) -> Standings:
    """How the observations of incidents stand to them; none where they were not weighed."""
    rows = pq.read_table(path, filters=only(incidents, "incident"))
    if "false" not in rows.column_names:
        none, nothing = np.zeros(0, np.uint64), np.zeros(0)
        return Standings(none, none, nothing, nothing, nothing)
    rows = rows.filter(pc.is_valid(rows.column("false")))
    real = (np.asarray(rows.column(name).to_numpy(), float) for name in ("link", "best", "false"))
    return Standings(rows.column("observation").to_numpy(), rows.column("telling").to_numpy(), *real)


def tellings_of(path: Path) -> Ids:
    """The telling of each row of a membership, in its order; 0 where it was not weighed."""
    rows = pq.read_table(path)
    if "telling" not in rows.column_names:
        return np.zeros(len(rows), np.uint64)
    # Who stands with a crowd has the report that stands for it and no weight: it repeats nobody's words.
    weighed = pc.is_valid(rows.column("false"))
    telling = pc.if_else(weighed, rows.column("telling"), pa.scalar(0, pa.uint64()))
    return np.asarray(pc.fill_null(telling, pa.scalar(0, pa.uint64())).to_numpy(), np.uint64)


def link_rows(links: Links) -> pa.Table:
    """Links as an Arrow table, the inverse of :func:`links_of`."""
    return pa.table({name: pa.array(getattr(links, name)) for name in ("first", "second", "probability")})


def links_of(path: Path, observations: Ids) -> Links:
    """The links of some observations, to each other or to any."""
    wanted = pa.array(observations, pa.uint64())
    filters = pc.field("first").isin(wanted) | pc.field("second").isin(wanted)
    rows = pq.read_table(path, filters=filters)
    return Links(*(rows.column(name).to_numpy() for name in ("first", "second", "probability")))


def _positions(ordered: Ids, wanted: Ids) -> tuple[Ints, Mask]:
    at = np.searchsorted(ordered, wanted)
    inside = np.minimum(at, max(0, len(ordered) - 1))
    there = ordered[inside] == wanted if len(ordered) else np.zeros(len(wanted), bool)
    return np.asarray(inside, np.int64), np.asarray(there, bool)


def _place_text(place: EllipsePlace | None) -> str:
    if place is None:
        return ""
    _, area, (_, _, _, detail) = flatten_place(place)
    return json.dumps([area, place.label, detail])


def _details(row: dict[str, Any]) -> IncidentDetails:
    place = None
    if row["place_detail"]:
        area, label, detail = json.loads(row["place_detail"])
        found = unflatten_place({"place_kind": "ellipse", "place_label": label, "area": area, "place_detail": detail})
        place = found if isinstance(found, EllipsePlace) else None
    types = tuple((name, share) for name, share in json.loads(row["types"])) if row["types"] else ()
    replaces = tuple(int(one, 16) for one in row["replaces"].split())
    return IncidentDetails(row["id"], place, types, row["disagreement"], replaces)
