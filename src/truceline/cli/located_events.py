"""``explain EVENT --located DIR``: what moved a located event, as a table, as JSON and as a picture."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from truceline.cli.options import paper, print_json, progress

if TYPE_CHECKING:
    from rich.table import Table

    from truceline.fusion.arrivals.explaining import Voice
    from truceline.mission.locating import EventExplained

_SAYS_NOTHING = 0.05
"""Log odds below which the silence of a far sensor is only counted."""

_UNKNOWN = "–"


def explain_located(what: str, folder: Path, svg: Path | None, language: str, *, as_json: bool) -> None:
    """Explain events of a located folder, and draw them where a file or folder for pictures is named."""
    from truceline.mission.locating import events_of, explained_record

    numbers = _numbers(what)
    with progress() as shown:
        shown.add_task("explaining", total=None)
        told = events_of(folder, numbers)
        drawn = _drawn(told, svg, language)
    if as_json:
        records = [explained_record(one) for one in told]
        print_json(records[0] if numbers is not None and len(numbers) == 1 else {"events": records})
        return
    for one in told:
        for line in _lines(one):
            paper().print(line, markup=False, soft_wrap=True)
        paper().print(_table(one))
    for path in drawn:
        paper().print(f"drawn: {path}", markup=False, soft_wrap=True)


def _numbers(what: str) -> list[int] | None:
    from truceline.model import UsageFault

    if what.strip() == "all":
        return None
    parts = [part.strip() for part in what.split(",")]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise UsageFault(
            f"{what!r} is no number of a located event",
            where="--located",
            do="give numbers as events.csv has them, or all",
            example="truceline explain 12,13 --located located",
        )
    return [int(part) for part in parts]


def _drawn(told: tuple[EventExplained, ...], svg: Path | None, language: str) -> list[Path]:
    """The pictures written: one event into the file named, several into the folder named."""
    from truceline.mission.whole_files import Written
    from truceline.report.event_words import event_picture
    from truceline.report.figures.event_picture import draw

    if svg is None:
        return []
    one_file = len(told) == 1 and svg.suffix.lower() == ".svg" and not svg.is_dir()
    keeping = Written("the picture", again="draw again", example="--svg event-12.svg")
    keeping.make(svg.parent if one_file else svg)
    paths = []
    for one in told:
        path = svg if one_file else svg / f"event-{one.number}.svg"
        keeping.put_bytes(path, draw(event_picture(one, language)).encode())
        paths.append(path)
    return paths


def _lines(told: EventExplained) -> list[str]:
    """A few sentences on an event."""
    moved, ellipse, known = told.moved, told.ellipse, told.ellipse_in_known_air
    x, y = told.place
    probability = float(told.run.events.probability[told.row])
    misses = [voice for voice in moved.missed if not told.unfit(voice)]
    wind_mps = math.hypot(moved.air.wind_x_mps, moved.air.wind_y_mps)
    still_m = math.hypot(moved.air.still_x_m, moved.air.still_y_m)
    size = f"{ellipse.major[0]:.1f} by {ellipse.minor[0]:.1f} m, long axis towards {ellipse.azimuth_deg[0]:.0f}°"
    heard = f"heard by {len(moved.heard)} sensors as far as {moved.farthest_m:,.0f} m"
    missed = f"{len(misses)} nearer ones did not, {moved.misses_expected:.1f} were to be expected"
    air = f"air: {moved.air.speed_mps:.1f} m/s, wind {wind_mps:.1f} m/s"
    still = f"without the wind the place would be {still_m:.1f} m off"
    exact = f"in air known exactly the ellipse {known.major[0]:.1f} by {known.minor[0]:.1f} m"
    time = f"{told.time} ± {1.96 * told.time_error_s:.3f} s (95 %)"
    lines = [
        f"event {told.number}: {time} at {x:g}, {y:g} ({told.run.frame.name})",
        f"probability of being real {_never_sure(probability)}; 95 % ellipse {size}",
        f"{heard}; {missed}",
        f"{air}; {still}, {exact}",
    ]
    if told.mirror is not None:
        x, y, share = told.mirror
        lines.append(f"it could as well be at {x:g}, {y:g}: probability {share:.3f}")
    return lines


def _never_sure(probability: float) -> str:
    """A probability to four places that is never rounded to certainty.

    Example:
        >>> _never_sure(0.99996), _never_sure(0.98125), _never_sure(0.00003)
        ('>0.9999', '0.9812', '<0.0001')
    """
    if probability >= 0.99995:
        return ">0.9999"
    return "<0.0001" if probability < 0.00005 else f"{probability:.4f}"


def _table(told: EventExplained) -> Table:
    from rich.table import Table

    table = Table(title="if this sensor had not stood there")
    for name in ("sensor", "distance m", "residual s", "in errors", "leverage", "place moves m", "in ellipses"):
        table.add_column(name, justify="left" if name == "sensor" else "right")
    table.add_column("adds log odds", justify="right")
    table.add_column("what it is")
    shown = [voice for voice in told.moved.voices if _speaks(told, voice)]
    for voice in shown:
        table.add_row(*_row(told, voice))
    if further := len(told.moved.voices) - len(shown):
        table.caption = f"and {further:,} farther sensors, whose silence says nothing; --json has them"
    return table


def _speaks(told: EventExplained, voice: Voice) -> bool:
    near = voice.distance_m <= told.moved.farthest_m
    return voice.arrival >= 0 or near or abs(voice.adds) >= _SAYS_NOTHING


def _row(told: EventExplained, voice: Voice) -> tuple[str, ...]:
    return (
        told.run.sensors[voice.sensor],
        f"{voice.distance_m:,.0f}",
        _figure(voice.residual_s, "+.4f"),
        _figure(voice.residual_s / voice.error_s, "+.1f"),
        _figure(voice.leverage, ".2f"),
        _figure(voice.shift_m, ".1f"),
        _figure(voice.shift_ellipses, ".2f"),
        _figure(voice.adds, "+.2f"),
        _what(told, voice),
    )


def _what(told: EventExplained, voice: Voice) -> str:
    if voice.arrival >= 0:
        said = f"arrival {told.run.arrivals[voice.arrival]}"
        return said if math.isfinite(voice.shift_m) else f"{said}: without it there is no event"
    if told.unfit(voice):
        return "silent: dead or deaf"
    if voice.distance_m <= told.moved.farthest_m:
        return f"missed: it hears {voice.heard_chance:.0%} of such"
    return f"silent and farther: {voice.heard_chance:.0%}"


def _figure(value: float, form: str) -> str:
    return f"{value:{form}}" if math.isfinite(value) else _UNKNOWN
