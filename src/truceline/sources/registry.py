"""All known formats by name; each is loaded only when it is asked for."""

from __future__ import annotations

import difflib
from importlib import import_module

from truceline.model import UsageFault
from truceline.sources.protocol import SourceFormat

_ROOMS = {
    "ua-alarms": "truceline.sources.ua_alarms",
    "il-alerts": "truceline.sources.il_alerts",
    "ucdp-ged": "truceline.sources.ucdp_ged",
    "firms": "truceline.sources.firms",
    "smm-table": "truceline.sources.smm_table",
    "party-claims": "truceline.sources.party_claims",
    "table": "truceline.sources.free_table",
}


def format_names() -> tuple[str, ...]:
    """Every format's name."""
    return tuple(_ROOMS)


def source_format(name: str) -> SourceFormat:
    """The format of that name; raises :class:`UsageFault` naming the nearest for an unknown one."""
    if name not in _ROOMS:
        near = difflib.get_close_matches(name, _ROOMS, n=1)
        raise UsageFault(
            f"there is no format {name!r}",
            do=f"did you mean {near[0]}?" if near else f"use one of: {', '.join(_ROOMS)}",
            example="truceline ingest ua-alarms alarms.csv.gz",
        )
    found: SourceFormat = import_module(_ROOMS[name]).FORMAT
    return found
