"""The agreement a scenario is about: a file, a case of the casebook or keys in the scenario, with its changes."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from truceline.agreements.changes import key_in, names_in
from truceline.agreements.measures import distance_m
from truceline.agreements.scenarios.grammar import EXAMPLES
from truceline.model import ValueFault
from truceline.model.strict_yaml import KeyPath, StrictDocument, read_strict_yaml

_PLACES = ("lines", "zones", "settlements")
_MADE_UP = "made up in the scenario"

FindCase = Callable[[str], Path]
"""The agreement file of a case of the casebook."""


@dataclass(frozen=True)
class GivenAgreement:
    """The agreement of a scenario as a document, and the folder from which its geometry files are found."""

    document: StrictDocument
    folder: Path


@dataclass(frozen=True)
class _LaidOver(StrictDocument):
    """An agreement of which parts stand in the scenario: a fault in those points there."""

    scenario: StrictDocument | None = None
    replaced: Mapping[KeyPath, KeyPath] = field(default_factory=dict)
    """Where the scenario holds what, by the path it has in the agreement."""
    base: StrictDocument | None = None

    def where(self, path: Any = ()) -> str:
        """File, line and key path, in the scenario or in the agreement's own file."""
        keys = tuple(path)
        held = [one for one in self.replaced if keys[: len(one)] == one]
        if held and self.scenario is not None:
            longest = max(held, key=len)
            return self.scenario.where((*self.replaced[longest], *keys[len(longest) :]))
        return self.base.where(keys) if self.base is not None else super().where(keys)


def given_agreement(scenario: StrictDocument, find_case: FindCase) -> GivenAgreement:
    """The agreement of a scenario, with the scenario's changes.

    Raises :class:`~truceline.model.AgreementFault` for a change that leads nowhere.
    """
    content: Any = scenario.value
    folder = Path(scenario.file).parent
    named = content.get("agreement")
    if named is None:
        path = find_case(content["case"])
        base, folder = read_strict_yaml(path), path.parent
        return GivenAgreement(_drawn(scenario, _changed(scenario, base, {})), folder)
    if isinstance(named, str):
        path = folder / named
        return GivenAgreement(_drawn(scenario, _changed(scenario, read_strict_yaml(path), {})), path.parent)
    if "like" in named:
        path = folder / str(named["like"])
        return GivenAgreement(_drawn(scenario, _changed(scenario, read_strict_yaml(path), named)), path.parent)
    lines = {path[1:]: line for path, line in scenario.lines.items() if path[:1] == ("agreement",)}
    own = _LaidOver(named, lines, scenario.file, scenario.sha256, scenario, {(): ("agreement",)})
    return GivenAgreement(_drawn(scenario, _changed(scenario, own, {})), folder)


def _changed(scenario: StrictDocument, base: StrictDocument, keys: Mapping[str, Any]) -> StrictDocument:
    """An agreement with some keys of its own replaced whole, and some values changed."""
    changes: Mapping[str, Any] = scenario.value.get("changes", {}) if isinstance(scenario.value, dict) else {}
    laid = {key: value for key, value in keys.items() if key != "like"}
    if not laid and not changes:
        return base
    value: Any = copy.deepcopy(base.value)
    if not isinstance(value, dict):
        return base
    replaced: dict[KeyPath, KeyPath] = {(): ("agreement",)} if isinstance(base, _LaidOver) else {}
    for key, part in laid.items():
        value[key] = copy.deepcopy(part)
        replaced[(key,)] = ("agreement", key)
    for text, part in changes.items():
        here: KeyPath = ("changes", text)
        path = _place(scenario, value, text, here)
        _set(value, path, copy.deepcopy(part))
        replaced[path] = here
    return _LaidOver(value, _lines(base, scenario, replaced), base.file, base.sha256, scenario, replaced, base)


def _drawn(scenario: StrictDocument, base: StrictDocument) -> StrictDocument:
    """An agreement with the lines and zones that the scenario makes up: no slots, and as accurate as it says."""
    content: Any = scenario.value
    value: Any = copy.deepcopy(base.value)
    if "geometry" not in content or not isinstance(value, dict):
        return base
    replaced: dict[KeyPath, KeyPath] = {}
    for kind in _PLACES:
        for i, entry in enumerate(_listed(value, kind)):
            shape = content["geometry"].get(str(entry.get("id", ""))) if isinstance(entry, dict) else None
            if shape is not None:
                value[kind][i] = _as_drawn(entry, shape, content["as_of"][:10])
                replaced[kind, i] = ("geometry", entry["id"])
    return _LaidOver(value, base.lines, base.file, base.sha256, scenario, replaced, base)


def _listed(value: object, kind: str) -> list[Any]:
    """The lines or zones of an agreement; none where it tells them in no list, which its grammar refuses."""
    found = value.get(kind) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _as_drawn(entry: Mapping[str, Any], shape: Mapping[str, Any], day: str) -> dict[str, Any]:
    kept = {key: value for key, value in entry.items() if key != "slot"}
    accuracy = shape.get("accuracy", entry.get("accuracy", "0 m"))
    return {"file": _MADE_UP, "date": day, "method": _MADE_UP, **kept, "accuracy": accuracy}


def _lines(base: StrictDocument, scenario: StrictDocument, replaced: Mapping[KeyPath, KeyPath]) -> dict[KeyPath, int]:
    lines = {path: line for path, line in base.lines.items() if not any(path[: len(r)] == r for r in replaced if r)}
    for path, there in replaced.items():
        lines |= {
            (*path, *inner[len(there) :]): line
            for inner, line in scenario.lines.items()
            if inner[: len(there)] == there and path
        }
    return lines


def _place(scenario: StrictDocument, value: Any, text: str, here: KeyPath) -> KeyPath:
    """The key path of a dotted one; only its last part may be new."""
    path: KeyPath = ()
    parts = text.split(".")
    for number, part in enumerate(parts):
        key = key_in(value, part)
        if key is None and number == len(parts) - 1 and isinstance(value, Mapping):
            return (*path, part)
        if key is None:
            raise scenario.fault(
                f"{text!r} leads nowhere: there is no {part!r}",
                here,
                do=f"name one of: {', '.join(names_in(value)) or '(nothing stands there)'}",
                example=EXAMPLES["changes"],
            )
        path, value = (*path, key), value[key]
    return path


def _set(content: Any, path: KeyPath, value: object) -> None:
    for key in path[:-1]:
        content = content[key]
    content[path[-1]] = value


def geometry_given(scenario: StrictDocument, agreement: StrictDocument) -> dict[str, object]:
    """The made-up lines and zones of a scenario as GeoJSON, by their ids; each must be one of the agreement's."""
    content: Any = scenario.value
    named: Any = agreement.value
    known = {
        str(entry.get("id", "")): kind for kind in _PLACES for entry in _listed(named, kind) if isinstance(entry, dict)
    }
    found: dict[str, object] = {}
    for name, shape in content.get("geometry", {}).items():
        if name not in known:
            raise scenario.unknown("line or zone", name, known, ("geometry", name))
        geometry = _geojson(scenario, shape, ("geometry", name))
        found[name] = _collection(geometry) if known[name] == "settlements" else geometry
    return found


def _collection(geometry: Mapping[str, Any]) -> Mapping[str, Any]:
    """One outline as a set of settlements."""
    if geometry["type"] == "FeatureCollection":
        return geometry
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": geometry}],
    }


def _geojson(scenario: StrictDocument, shape: Mapping[str, Any], path: KeyPath) -> Mapping[str, Any]:
    if "line" in shape:
        return {"type": "LineString", "coordinates": shape["line"]}
    if "polygon" in shape:
        corners = shape["polygon"]
        closed = corners if corners[0] == corners[-1] else [*corners, corners[0]]
        return {"type": "Polygon", "coordinates": [closed]}
    if "box" in shape:
        west, south, east, north = shape["box"]
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        return {"type": "Polygon", "coordinates": [ring]}
    circles = [
        {
            "type": "Feature",
            "properties": {"radius_m": metres(scenario, one["radius"], (*path, "circles", i, "radius"))},
            "geometry": {"type": "Point", "coordinates": one["at"]},
        }
        for i, one in enumerate(shape["circles"])
    ]
    return {"type": "FeatureCollection", "features": circles}


def metres(scenario: StrictDocument, text: object, path: KeyPath) -> float:
    """A distance of a scenario in metres; the fault names file, line and key."""
    try:
        return distance_m(text)
    except ValueFault as fault:
        raise scenario.fault(fault.what, path, do=fault.do, example=fault.example) from fault
