"""The logs a mission wants to see held against each other in every report: what each class holds, without its rows."""

from __future__ import annotations

from typing import NoReturn

from truceline.mission.beside import LogsBeside
from truceline.mission.folder import Mission
from truceline.mission.reconcile_settings import LogsNamed
from truceline.mission.settings import where_in
from truceline.model import AgreementFault, Interval, NotFound, TrucelineError, UsageFault


def logs_beside(mission: Mission, period: Interval) -> tuple[LogsBeside, ...]:
    """Every pair of logs that ``mission.toml`` names, in its order, in what touches the period.

    In a mirror drill the parties it names change places as in everything else. Raises :class:`AgreementFault`, with
    the line, for a log the mission does not have.
    """
    return tuple(_beside(mission, named, period) for named in mission.settings.reconcile)


def _beside(mission: Mission, named: LogsNamed, period: Interval) -> LogsBeside:
    # takes half a second to load, which a report without logs need not spend
    from truceline.agreements.reconciling import Tolerances  # noqa: PLC0415
    from truceline.mission.reconciling import ComparisonAsked, compare_logs  # noqa: PLC0415
    from truceline.mission.reconciling_logs import LogAsked  # noqa: PLC0415

    usual = Tolerances()
    time_s = named.minutes * 60
    asked = ComparisonAsked(
        LogAsked(_mirrored(mission, named.a)),
        LogAsked(_mirrored(mission, named.b)),
        Tolerances(time_s, named.km * 1000, min(usual.alike_s, time_s)),
        period,
        named.control,
        empty_too=True,
    )
    try:
        found = compare_logs(mission, asked)
    except (NotFound, UsageFault) as cause:
        _refuse(mission, named, cause)
    return LogsBeside(found.a, found.b, found.tolerances, period, found.classes, found.differences, found.chance)


def _mirrored(mission: Mission, words: str) -> str:
    return ",".join(mission.mirrored(word) for word in words.split(","))


def _refuse(mission: Mission, named: LogsNamed, cause: TrucelineError) -> NoReturn:
    """The fault with the line of the log it speaks of, or of the entry when it speaks of both."""
    words = {key: _mirrored(mission, getattr(named, key)).split(",") for key in "ab"}
    keys = [key for key, mine in words.items() if any(repr(word) in cause.what for word in mine)]
    key = keys[0] if len(keys) == 1 else ""
    raise AgreementFault(
        f"[[reconcile]] cannot be followed: {cause.what}",
        where=where_in(mission.root / "mission.toml", key, "reconcile", named.number),
        do=cause.do,
        example=f'{key or "b"} = "others"',
    ) from cause
