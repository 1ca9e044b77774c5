"""Files of sensors and arrivals taken in: one network, one clock, metres and seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from truceline.model import Medium
from truceline.sources.arrivals.frames import Frame, frame_of
from truceline.sources.arrivals.judging import Judged, judge, spoken_of
from truceline.sources.arrivals.network import Network, check_ids, network_of
from truceline.sources.arrivals.reading import arrival_paths, read_arrivals, read_sensors
from truceline.sources.arrivals.times import Clock
from truceline.sources.arrivals.units import check_units


@dataclass(frozen=True)
class Heard:
    """What a network heard, ready to be located, and how to write results in the form of the files."""

    network: Network
    judged: Judged
    frame: Frame
    clock: Clock


def take_in(sensors: Path | None, arrivals: Sequence[Path], *, medium: Medium, crs: str = "") -> Heard:
    """Read, check and bring to metres and seconds. Rows that cannot be used are kept aside with their reason.

    ``crs`` is ``local-km``, ``local-m`` or a projected grid such as ``EPSG:32637``; empty for what the files say.
    Raises :class:`InputFault` and its kinds for a file that cannot be used, :class:`UsageFault` for a question
    that makes no sense.
    """
    paths = arrival_paths(arrivals)
    rows = read_sensors(sensors, paths)
    check_ids(rows)
    rows = rows.in_order()
    frame = frame_of(rows, crs)
    spoken = spoken_of(read_arrivals(paths, rows.id))
    network = network_of(rows, frame, spoken.clock)
    judged = judge(spoken, network)
    check_units(network.sensors, judged.arrivals, frame, medium)
    return Heard(network, judged, frame, spoken.clock)
