"""Whether what a story names is there: a name mistyped in the register or in an expectation would pass unnoticed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from truceline.agreements.ground import Ground
from truceline.agreements.subjects import is_subject, subjects_of
from truceline.model import Agreement
from truceline.model.strict_yaml import StrictDocument


def check_names(scenario: StrictDocument, agreement: Agreement, ground: Ground) -> None:
    """Raise :class:`~truceline.model.AgreementFault` for the first name that leads nowhere."""
    content: Any = scenario.value
    actors = [one.id for one in (*agreement.parties, *agreement.actors)]
    subjects = subjects_of(agreement)
    places = [*(zone.id for zone in ground.zones), *_areas(content)]
    for i, entry in enumerate(content.get("register", ())):
        if "subject" in entry and not is_subject(entry["subject"], subjects, actors):
            raise scenario.unknown("subject", entry["subject"], subjects, ("register", i, "subject"))
        for place, one in enumerate(entry.get("to", ())):
            _check(scenario, "actor", one, actors, ("register", i, "to", place))
        if "place" in entry:
            _check(scenario, "place", entry["place"], places, ("register", i, "place"))
    incidents = [one["id"] for one in content.get("incidents", ())]
    for i, expected in enumerate(content["expect"]):
        for key in ("incidents", "inside"):
            for name in expected.get(key, ()):
                _check(scenario, "incident", name, incidents, ("expect", i, key, name))


def _areas(content: Any) -> list[str]:  # a checked file, told by its schema
    """The areas a story speaks of: those of its incidents and those that somebody watched."""
    watched = content.get("watched")
    named = watched.get("areas", {}) if isinstance(watched, dict) else {}
    return [*(one["area"] for one in content.get("incidents", ()) if "area" in one), *named]


def _check(scenario: StrictDocument, kind: str, name: str, known: Sequence[str], path: tuple[str | int, ...]) -> None:
    if name not in known:
        raise scenario.unknown(kind, name, tuple(dict.fromkeys(known)), path)
