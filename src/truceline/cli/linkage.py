"""What a fusion run came to, in sentences, and how many of its links chance alone would make."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from truceline.fusion import PartnerShare
from truceline.mission.fusing import FuseOutcome


def linkage_lines(outcome: FuseOutcome) -> list[str]:
    """A few sentences on a run."""
    found = outcome.linkage
    lines = [f"{outcome.observations:,} observations tell of {outcome.incidents:,} incidents"]
    if outcome.again:
        lines.append("nothing changed since the last run, so none was made")
    if outcome.rejected:
        lines.append(
            f"{outcome.rejected:,} rows of the files taken in could not be used and tell of none; they are kept, "
            "with line and reason: truceline rejected"
        )
    if found["repeats"]:
        longest = _seconds(found["longest_salvo_s"])
        lines.append(f"{found['repeats']:,} alert messages repeat another; the longest salvo lasted {longest}")
    if found["official_alarms"]:
        lines.append(
            f"{found['official_alarms']:,} official area-wide alarms, {found['volunteer_alarms']:,} volunteer alarms, "
            f"{found['partners']:,} pairs, median difference {_seconds(found['median_difference_s'])}"
        )
    torn = {what: found.get(f"{what}s_differ", 0) for what in ("weapon", "target")}  # runs of before have no such count
    lines.extend(
        f"incidents whose sources name different {what}s, left unknown: {n:,}" for what, n in torn.items() if n
    )
    if "weighed" in found:
        from truceline.cli.weighed import weighed_lines

        lines.extend(weighed_lines(found["weighed"]))
    return lines


def control_table(shares: Sequence[PartnerShare], gap_s: float) -> Table:
    """One row for the real feeds and one for each shift, under which every link is chance."""
    table = Table(title=f"Partners within {gap_s:.0f} s, and what chance would give", title_justify="left")
    for name in ("volunteer times moved by", "official alarms", "with any start near", "paired one to one", "median"):
        table.add_column(name, justify="right")
    for share in shares:
        near = f"{share.near:,} ({share.near / max(share.official, 1):.1%})"
        paired = f"{share.partnered:,} ({share.partnered / max(share.official, 1):.1%})"
        moved = "not moved" if share.shift_h == 0 else f"{share.shift_h:+g} h"
        table.add_row(moved, f"{share.official:,}", near, paired, _seconds(share.median_s))
    return table


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} s"
