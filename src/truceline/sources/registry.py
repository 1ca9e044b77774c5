"""All known formats by name; each is loaded only when it is asked for."""

from __future__ import annotations

import difflib
from importlib import import_module

from truceline.model import UsageFault
from truceline.sources.protocol import ReadOptions, SourceFormat

_ROOMS = {
    "ua-alarms": "truceline.sources.ua_alarms",
    "il-alerts": "truceline.sources.il_alerts",
    "ucdp-ged": "truceline.sources.ucdp_ged",
    "firms": "truceline.sources.firms",
    "casualty-bulletins": "truceline.sources.casualty_bulletins",
    "smm-table": "truceline.sources.smm_table",
    "party-claims": "truceline.sources.party_claims",
    "register": "truceline.sources.register",
    "located-events": "truceline.sources.located_events",
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


def check_settings(form: SourceFormat, options: ReadOptions) -> None:
    """Raise :class:`UsageFault` for a setting the format does not understand: it would change nothing, unsaid.

    >>> check_settings(source_format("ua-alarms"), ReadOptions(settings=(("stuck_after", "48"),)))
    Traceback (most recent call last):
    truceline.model.errors.UsageFault: ua-alarms has no setting 'stuck_after'
    """
    for name, _ in options.settings:
        if name not in form.settings:
            near = difflib.get_close_matches(name, form.settings, n=1)
            known = ", ".join(form.settings) or "none"
            raise UsageFault(
                f"{form.name} has no setting {name!r}",
                where="--set",
                do=f"did you mean {near[0]}?" if near else f"its settings are: {known}",
                example=f"--set {near[0] if near else (form.settings or ('report_date',))[0]}=…",
            )
