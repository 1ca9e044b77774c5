"""What weighing came to, and what each observation did to an incident, for people at the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table

from truceline.model import EllipsePlace, Incident

if TYPE_CHECKING:
    from truceline.mission.influence import Influence

_APART = {
    "alert": "alert messages and air alarms, joined by their own rules",
    "no-event": "tell of a state or of harm, and of no event that others could tell of",
    "no-place": "say of no place that has a shape",
    "wide-place": "name a place wider than 50 km",
    "long-time": "name a time longer than a week",
    "crowd": "of one teller, place and time more than are weighed one by one; each stays an incident of its own",
}


def weighed_lines(found: Mapping[str, Any]) -> list[str]:
    """A few sentences on what weighing came to."""
    told, real = _range(found["told"]), _range(found["real"])
    lines = [
        f"{found['weighed']:,} observations were weighed; they are put together to {found['incidents']:,} incidents",
        f"number of incidents they tell of, with its 95 % interval: {told}; of which real: {real}",
    ]
    if found["copies"]:
        lines.append(f"{found['copies']:,} reports repeat another telling and count once with it")
    lines.extend(f"not weighed, {count:,}: {_APART.get(reason, reason)}" for reason, count in found["apart"].items())
    lines.extend(f"of a crowd of {teller}: {count:,}" for teller, count in found.get("crowded", {}).items())
    return lines


def weighed_told(one: Incident) -> list[str]:
    """What weighing says of an incident: how sure it is, what it was, how wide its place is, what it replaces."""
    lines = []
    if one.probability is not None:
        lines.append(f"probability that it is real: {one.probability:.3f}")
    if one.types:
        lines.append("what it was: " + ", ".join(f"{name} {share:.2f}" for name, share in one.types))
    if isinstance(one.place, EllipsePlace):
        lines.append(f"place, 95 %: {one.place.major_m:,.0f} by {one.place.minor_m:,.0f} m (half axes)")
    if one.replaces:
        lines.append("takes the place of: " + ", ".join(one.replaces))
    return lines


def influence_table(moved: Sequence[Influence]) -> Table:
    """One row for each observation: what would be otherwise without it."""
    table = Table(title="Without this observation", title_justify="left")
    headings = ("source", "stratum", "link", "place moves", "place wider", "time moves", "real", "links", "strata left")
    for name in headings:
        table.add_column(
            name, overflow="fold", justify="left" if name in ("source", "stratum", "links", "strata left") else "right"
        )
    for one in moved:
        table.add_row(
            one.source + (f" (copy of {one.copy_of})" if one.copy_of else ""),
            one.stratum.value,
            "-" if one.link is None else f"{one.link:.2f}",
            _figure(one.moved_m, "{:,.0f} m"),
            _figure(one.narrowed, "{:,.1f} times"),
            _figure(None if one.moved_s is None else -one.moved_s, "{:+,.0f} s"),
            _figure(None if one.made_surer is None else -one.made_surer, "{:+.3f}"),
            _links_without(one),
            ", ".join(each.value for each in one.strata_left) or "none",
        )
    return table


def _links_without(one: Influence) -> str:
    """Who would no longer be put together with the others, and who would join them."""
    told = [f"{len(ids)} {what}" for what, ids in (("part", one.parted), ("join", one.joined)) if ids]
    return ", ".join(told) or "-" if one.moved_m is None else ", ".join(told) or "stay"


def _figure(value: float | None, form: str) -> str:
    if value is None:
        return "-"
    shown = form.format(value)
    return shown if any(digit in shown for digit in "123456789") else form.format(0.0)  # nothing has no sign


def _range(told: Sequence[float]) -> str:
    number, low, high = told
    return f"{number:,.0f} ({low:,.0f} to {high:,.0f})"
