"""Located events for maps and for seismology: GeoJSON, and QuakeML 1.2. Neither says where a sensor stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from xml.sax.saxutils import quoteattr

import numpy as np

from truceline.mission.locating.ellipses import Ellipses, ellipses_of
from truceline.mission.locating.tables import Told, event_numbers, never_sure
from truceline.model import UsageFault
from truceline.model.columns import Floats
from truceline.model.times import parse_moment

_METRES_IN_A_DEGREE = 111_195.0


def geojson(told: Told) -> Iterator[str]:
    """The events as a feature collection, in pieces: a point each, its uncertainty among the properties in metres.

    Beside them stand the medium and the span the network spoke in: from the first event or arrival to the last.
    """
    events, ellipse = told.located.events, _true(told)
    lon, lat = told.heard.frame.degrees(events.x_m, events.y_m)
    times, probability = told.heard.clock.written(events.time_s).to_pylist(), never_sure(events.probability)
    mirrors = _mirrors(told)
    heard = np.r_[told.heard.judged.arrivals.time_s, events.time_s]
    span = told.heard.clock.written(np.array([heard.min(), heard.max()]) if len(heard) else np.full(2, np.nan))
    members = {"medium": str(told.medium), "heard_from": span[0].as_py(), "heard_until": span[1].as_py()}
    yield '{"type": "FeatureCollection", ' + json.dumps(members)[1:-1] + ', "features": ['
    for row, event in enumerate(event_numbers(told).tolist()):
        properties = {
            "event": event,
            "time": times[row],
            "time_error_s": _number(np.sqrt(events.covariance[row, 2, 2]), 4),
            "z_m": _number(events.z_m[row], 3),
            "probability": _number(probability[row], 4),
            "ellipse_major_m": _number(ellipse.major[row], 3),
            "ellipse_minor_m": _number(ellipse.minor[row], 3),
            "ellipse_azimuth": _number(ellipse.azimuth_deg[row], 2),
            "arrivals": int(events.arrivals[row]),
            **mirrors.get(row, {}),
        }
        point = {"type": "Point", "coordinates": [round(float(lon[row]), 7), round(float(lat[row]), 7)]}
        yield ("," if row else "") + "\n" + json.dumps({"type": "Feature", "geometry": point, "properties": properties})
    yield "\n]}\n"


def _true(told: Told) -> Ellipses:
    """The ellipses in metres and against true north."""
    events, frame = told.located.events, told.heard.frame
    return ellipses_of(events.covariance, frame.turn_true(events.x_m, events.y_m))


def _mirrors(told: Told) -> dict[int, dict[str, float]]:
    events = told.located.events
    rows = np.flatnonzero(events.mirror_share > 0)
    lon, lat = told.heard.frame.degrees(events.mirror_x_m[rows], events.mirror_y_m[rows])
    return {
        int(row): {
            "mirror_lon": round(float(east), 7),
            "mirror_lat": round(float(north), 7),
            "mirror_share": round(float(events.mirror_share[row]), 6),
        }
        for row, east, north in zip(rows, lon, lat, strict=True)
    }


def _number(value: float, places: int) -> float | None:
    return round(float(value), places) if np.isfinite(value) else None


def check_quakeml(told: Told) -> None:
    """Raise :class:`UsageFault` where events cannot stand in QuakeML: it needs a place on Earth and a date."""
    frame, clock = told.heard.frame, told.heard.clock
    if frame.on_earth and (clock.absolute or not len(told.heard.judged.arrivals)):
        return
    raise UsageFault(
        "QuakeML needs " + ("the date of the arrivals" if frame.on_earth else "the place of the sensors on Earth"),
        where="--quakeml",
        do="give times in ISO 8601" if frame.on_earth else "give sensors by lat,lon, or name their grid with --crs",
        example="a1,P7,2025-04-19T18:00:00.123+03:00" if frame.on_earth else "--crs EPSG:32637",
    )


def quakeml(told: Told) -> Iterator[str]:
    """The events as QuakeML 1.2, in pieces, each with its origin, ellipse, picks and arrivals."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<q:quakeml xmlns:q="http://quakeml.org/xmlns/quakeml/1.2" xmlns="http://quakeml.org/xmlns/bed/1.2">\n'
        '<eventParameters publicID="smi:local/truceline/located">\n'
    )
    events = told.located.events
    lon, lat = told.heard.frame.degrees(events.x_m, events.y_m)
    times, ellipse, members = told.heard.clock.written(events.time_s).to_pylist(), _true(told), _members(told)
    degrees = _errors_in_degrees(ellipse, lat)
    for row in range(len(events)):
        place = (float(lon[row]), float(lat[row]), degrees[0][row], degrees[1][row])
        yield _event(told, row, times[row], place, ellipse, members[row])
    yield "</eventParameters>\n</q:quakeml>\n"


def _errors_in_degrees(ellipse: Ellipses, lat: Floats) -> tuple[Floats, Floats]:
    """Standard errors of longitude and latitude."""
    across = _METRES_IN_A_DEGREE * np.maximum(np.cos(np.radians(lat)), 1e-6)
    return np.sqrt(ellipse.xx) / across, np.sqrt(ellipse.yy) / _METRES_IN_A_DEGREE


def _members(told: Told) -> list[list[int]]:
    """The rows of the arrivals of each event."""
    assigned = told.located.events.assigned
    order = np.argsort(assigned, kind="stable")
    cuts = np.searchsorted(assigned[order], np.arange(len(told.located.events) + 1))
    return [order[a:b].tolist() for a, b in pairwise(cuts.tolist())]


def _event(
    told: Told, row: int, time: str, place: tuple[float, float, float, float], ellipse: Ellipses, members: list[int]
) -> str:
    events, event = told.located.events, row + 1
    lon, lat, lon_error, lat_error = place
    depth = -events.z_m[row]
    seconds = float(np.sqrt(events.covariance[row, 2, 2]))
    real = float(never_sure(events.probability[[row]])[0])
    parts = [
        f'<event publicID="smi:local/truceline/event/{event}">\n',
        f"<preferredOriginID>smi:local/truceline/origin/{event}</preferredOriginID>\n",
        f"<comment><text>probability of being real {real:.4f}</text></comment>\n",
        *(_pick(told, member) for member in members),
        f'<origin publicID="smi:local/truceline/origin/{event}">\n',
        f"<time><value>{time}</value><uncertainty>{seconds:.6f}</uncertainty></time>\n",
        f"<longitude><value>{lon:.7f}</value><uncertainty>{lon_error:.7f}</uncertainty></longitude>\n",
        f"<latitude><value>{lat:.7f}</value><uncertainty>{lat_error:.7f}</uncertainty></latitude>\n",
        _depth(depth, events.covariance[row]) if np.isfinite(depth) else "",
        (
            "<originUncertainty>"
            f"<minHorizontalUncertainty>{ellipse.minor[row]:.3f}</minHorizontalUncertainty>"
            f"<maxHorizontalUncertainty>{ellipse.major[row]:.3f}</maxHorizontalUncertainty>"
            f"<azimuthMaxHorizontalUncertainty>{ellipse.azimuth_deg[row]:.2f}</azimuthMaxHorizontalUncertainty>"
            "<preferredDescription>uncertainty ellipse</preferredDescription>"
            "<confidenceLevel>95</confidenceLevel></originUncertainty>\n"
        ),
        f"<quality><usedPhaseCount>{int(events.arrivals[row])}</usedPhaseCount></quality>\n",
        "<evaluationMode>automatic</evaluationMode>\n<evaluationStatus>preliminary</evaluationStatus>\n",
        *(_arrival(told, member, event) for member in members),
        "</origin>\n</event>\n",
    ]
    return "".join(parts)


def _depth(depth_m: float, covariance: Floats) -> str:
    """Depth (m), with its error where it was found and not taken."""
    error = f"<uncertainty>{np.sqrt(covariance[3, 3]):.3f}</uncertainty>" if len(covariance) > 3 else ""
    return f"<depth><value>{depth_m:.3f}</value>{error}</depth>\n"


def _pick(told: Told, member: int) -> str:
    arrivals = told.heard.judged.arrivals
    sensor = told.heard.network.sensors.id[int(arrivals.sensor[member])]
    network, _, station = sensor.partition(".") if "." in sensor else ("", "", sensor)
    phase = arrivals.phase.word(member)
    return (
        f'<pick publicID="{_pick_id(told, member)}">'
        f"<time><value>{_moment(told, float(arrivals.time_s[member]))}</value></time>"
        f"<waveformID networkCode={quoteattr(network)} stationCode={quoteattr(station)}/>"
        + (f"<phaseHint>{phase}</phaseHint>" if phase else "")
        + "<evaluationMode>automatic</evaluationMode></pick>\n"
    )


def _arrival(told: Told, member: int, event: int) -> str:
    phase = told.heard.judged.arrivals.phase.word(member) or "P"
    return (
        f'<arrival publicID="smi:local/truceline/arrival/{event}/{member + 1}">'
        f"<pickID>{_pick_id(told, member)}</pickID><phase>{phase}</phase></arrival>\n"
    )


def _pick_id(told: Told, member: int) -> str:
    """A name of an arrival that QuakeML allows: its own letters and digits, and its row, which makes it unique."""
    named = told.heard.judged.arrivals.id[member][:64]
    allowed = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in named)
    return f"smi:local/truceline/pick/{member + 1}/{allowed}"


def _moment(told: Told, seconds: float) -> str:
    begins = parse_moment(told.heard.clock.epoch)
    return (begins + timedelta(microseconds=round(seconds * 1e6))).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
