"""``locate``: events from the arrival times at a network of sensors."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truceline.cli.options import JsonOption, paper, print_json, progress

if TYPE_CHECKING:
    from truceline.mission.locating import LocateOutcome
    from truceline.mission.locating.tables import Fault

_FAULTS_SHOWN = 8
_SIGMAS_95 = 1.96


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command("locate", short_help="Locate events from the arrival times at sensors.")(locate)


def locate(
    arrivals: Annotated[
        list[Path],
        typer.Option(help="Arrivals: a file, several by repeating the option, or a folder of pulse files."),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the results.")],
    sensors: Annotated[
        Path | None, typer.Option(help="Where the sensors stand; may be left out for pulse files, which say so.")
    ] = None,
    medium: Annotated[str, typer.Option(help="What carried the waves: acoustic or seismic.")] = "acoustic",
    velocity_model: Annotated[
        Path | None,
        typer.Option(
            help="Layers of the ground for seismic: a table depth_km,vp_km_s,vs_km_s.",
            show_default="the crust of IASP91",
        ),
    ] = None,
    crs: Annotated[
        str,
        typer.Option(
            help="What x and y are: local-km, local-m, or a projected grid in metres such as EPSG:32637.",
            show_default="local-km for x,y",
        ),
    ] = "",
    form: Annotated[str, typer.Option("--format", help="Format of the tables: csv or parquet.")] = "csv",
    quakeml: Annotated[bool, typer.Option("--quakeml", help="Also write the events as QuakeML 1.2.")] = False,
    workings: Annotated[
        bool, typer.Option(help="Keep what 'truceline explain' needs: the one file that says where sensors stand.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Locate events from the times at which sensors heard them: place, time, 95 % ellipse, probability of being real.

    Sensors are a table sensor,x,y (z may follow) or sensor,lat,lon; arrivals a table arrival,sensor,time in seconds or
    ISO 8601. CSV (gzip and zstd too), Parquet, live-fire pulses, pick tables of GaMMA and PhaseNet, and with the
    extra 'picks' QuakeML are read. No setting depends on the place: speed of sound and wind are found with the events.

    Nothing is lost: arrivals of no event are in leftover, rows that cannot be used in rejected with the reason, odd
    ones in flagged. Keep the results as safe as the positions of the sensors: workings.npz repeats these, no other file
    does. 'truceline explain EVENT --located DIR' tells what moved an event, and draws it.
    """
    from truceline.mission.locating import LocateAsked, locate_files

    with progress() as shown:
        shown.add_task("locating", total=None)
        outcome = locate_files(
            LocateAsked(sensors, tuple(arrivals), out, medium, crs, form, quakeml, workings, velocity_model)
        )
    if as_json:
        print_json(outcome.as_record())
        return
    console = paper()
    for line in _lines(outcome, out):
        console.print(line, markup=False, soft_wrap=True)


def _lines(outcome: LocateOutcome, out: Path) -> list[str]:
    """A few sentences on a run."""
    used = outcome.assigned + outcome.leftover
    lines = [f"{outcome.events:,} events located from {used:,} arrivals at {outcome.sensors:,} sensors"]
    if used:
        lines.append(f"{outcome.assigned:,} arrivals belong to an event, {outcome.leftover:,} to none (leftover)")
    if outcome.mirrored:
        lines.append(f"{outcome.mirrored:,} events could as well be at a second place (mirrors)")
    lines.extend(_fault_line(one) for one in outcome.faults[:_FAULTS_SHOWN])
    if len(outcome.faults) > _FAULTS_SHOWN:
        lines.append(f"and {len(outcome.faults) - _FAULTS_SHOWN:,} more findings on sensors (sensors)")
    if outcome.not_checked and outcome.medium != "seismic":
        lines.append(f"{outcome.not_checked:,} sensors gave too little to be checked; that is no proof of silence")
    lines.extend(f"not used, {count:,} rows: {reason}" for reason, count in outcome.reasons.items())
    lines.extend(f"used and flagged, {count:,} rows: {reason}" for reason, count in outcome.flags.items())
    lines.extend(f"note: {note}" for note in outcome.notes)
    lines.append(f"written to {out}: {', '.join(outcome.files)}")
    return lines


def _fault_line(fault: Fault) -> str:
    """One finding on a sensor: what, how large with 95 %, and whether the events were located without it.

    A clock is ahead where the number is positive.
    """
    size = "" if math.isnan(fault.value) or not fault.unit else f" {fault.value:+.4g} {fault.unit}"
    sure = f" (\u00b1 {_SIGMAS_95 * fault.error:.2g})" if size and fault.error > 0 else ""
    return f"sensor {fault.sensor}: {fault.finding}{size}{sure}{', taken out' if fault.corrected else ''}"
