"""What the picture of a located event says, in the reader's language."""

from __future__ import annotations

import math
from zoneinfo import ZoneInfo

import numpy as np

from truceline.mission.assessment import EventSketch
from truceline.mission.locating import EventExplained
from truceline.report.figures.event_names import FAR, Mark
from truceline.report.figures.event_picture import HEARD, MISSED, UNFIT, EventPicture, Said, Shape
from truceline.report.language import Tongue, check_language, msgid

LEGEND = (
    (HEARD, msgid("heard it")),
    (MISSED, msgid("should have heard it and did not")),
    (UNFIT, msgid("dead or deaf: its silence says nothing")),
    (FAR, msgid("heard nothing, farther away than any that did")),
)
BAND = msgid("grey: where 95 % of arrivals should lie")
_NEVER_SURE = 0.99999
"""No event is told as certain: beyond this the figures say no more."""

_UTC = ZoneInfo("UTC")


def event_picture(told: EventExplained, language: str) -> EventPicture:
    """The whole picture, with every sensor's place: it stays in the mission.

    Raises :class:`~truceline.model.UsageFault` for a language there is none in.
    """
    check_language(language)
    tongue = Tongue(language, _UTC)
    moved, belief = told.moved, told.run.workings.belief
    kinds = {
        voice.sensor: _kind(told, voice.arrival, voice.distance_m, unfit=told.unfit(voice)) for voice in moved.voices
    }
    in_order = sorted(moved.voices, key=lambda voice: (voice.distance_m, voice.sensor))
    x_m, y_m = told.run.events.x_m[told.row], told.run.events.y_m[told.row]
    place = told.run.workings.sensor_x_m - x_m, told.run.workings.sensor_y_m - y_m
    names = told.run.sensors
    speed = moved.air.speed_mps
    return EventPicture(
        title=title(tongue, told.number, told.time),
        description=_description(tongue, told),
        lines=_lines(tongue, told),
        marks=tuple(
            Mark(kinds[one.sensor], float(place[0][one.sensor]), float(place[1][one.sensor]), names[one.sensor])
            for one in in_order
        ),
        said=tuple(Said(kinds[one.sensor], one.distance_m, one.residual_s, names[one.sensor]) for one in in_order),
        shape=_shape(told),
        mirror=_mirror(told),
        legend=legend(tongue, set(kinds.values())),
        map_title=tongue.say(msgid("Sensors, and the place with its 95 % ellipse")),
        **axes(tongue),
        along_unit=1000.0,
        late_unit=0.001,
        spread=lambda distance_m: math.hypot(belief.pick_error_s, belief.air_error * distance_m / speed),
        id=f"event-{told.number}",
        length=lambda metres: length(tongue, metres),
        figure=tongue.number,
    )


def sketch_picture(tongue: Tongue, sketch: EventSketch, number: int) -> EventPicture:
    """The picture as it may leave the mission: no place, no name of a sensor, no distance, no seconds."""
    heard = [one for one in sketch.sensors if one.residual_errors is not None]
    missed = len(sketch.sensors) - len(heard)
    lines = [
        tongue.say(
            msgid("{time}; the 95 % ellipse is not longer than {major} or wider than {minor} to either side."),
            time=tongue.clock(sketch.time.start),
            major=length(tongue, sketch.major_m),
            minor=length(tongue, sketch.minor_m),
        ),
        heard_line(tongue, len(heard), missed, sketch.misses_expected, sketch.probability),
    ]
    if sketch.mirror_share is not None:
        sentence = msgid("It could as well be at a second place, with the probability {share}.")
        lines.append(tongue.say(sentence, share=tongue.share(sketch.mirror_share)))
    said = tuple(
        Said(
            MISSED if one.residual_errors is None else HEARD,
            float(place),
            math.nan if one.residual_errors is None else one.residual_errors,
            "",
        )
        for place, one in enumerate(sketch.sensors, 1)
    )
    what = tongue.say(
        msgid("An ellipse without a place, and residuals in order of distance. Positions of sensors are left out.")
    )
    return EventPicture(
        title=tongue.say(msgid("Located event behind the incident {incident}"), incident=sketch.incident),
        description=" ".join((what, *lines)),
        lines=tuple(lines),
        marks=(),
        said=said,
        shape=Shape(sketch.major_m, sketch.minor_m, sketch.azimuth_deg),
        mirror=None,
        legend=legend(tongue, {one.kind for one in said}),
        map_title=tongue.say(msgid("The 95 % ellipse, coarsened; no place")),
        distance_title=tongue.say(msgid("Sensors in order of distance, the nearest first")),
        residual_title=tongue.say(msgid("Later (+) or earlier, in standard errors")),
        band_title=tongue.say(BAND),
        along_unit=None,
        late_unit=1.0,
        spread=lambda _: 1.0,
        id=f"located-{number}",
        length=lambda metres: length(tongue, metres),
        figure=tongue.number,
    )


def title(tongue: Tongue, number: int, time: str) -> str:
    """The name of a picture."""
    return tongue.say(msgid("Event {number}: {time}"), number=tongue.number(number), time=time)


def axes(tongue: Tongue) -> dict[str, str]:
    """What the axes of the residuals are."""
    return {
        "distance_title": tongue.say(msgid("Distance (km)")),
        "residual_title": tongue.say(msgid("Arrived later (+) or earlier than foretold (ms)")),
        "band_title": tongue.say(BAND),
    }


def legend(tongue: Tongue, kinds: set[str]) -> tuple[tuple[str, str], ...]:
    """What the symbols that are drawn mean."""
    return tuple((kind, tongue.say(said)) for kind, said in LEGEND if kind in kinds)


def length(tongue: Tongue, metres: float) -> str:
    """A length in metres or kilometres."""
    if metres >= 1000.0:
        return tongue.say(msgid("{length} km"), length=tongue.number(metres / 1000.0))
    return tongue.say(msgid("{length} m"), length=tongue.number(round(metres, 2) if metres < 10.0 else round(metres)))


def heard_line(tongue: Tongue, arrivals: int, missed: int, expected: float, probability: float) -> str:
    """How probable it is, how many heard it, and how many did not that should have."""
    return tongue.say(
        msgid(
            "Probability of being real: {probability}. Arrivals: {arrivals}. Sensors that heard nothing though a"
            " farther one did: {missed}; to be expected: {expected}."
        ),
        probability=tongue.share(min(probability, _NEVER_SURE)),
        arrivals=tongue.number(arrivals),
        missed=tongue.number(missed),
        expected=tongue.number(round(expected, 1)),
    )


def _kind(told: EventExplained, arrival: int, distance_m: float, *, unfit: bool) -> str:
    if arrival >= 0:
        return HEARD
    if unfit:
        return UNFIT
    return MISSED if distance_m <= told.moved.farthest_m else FAR


def _shape(told: EventExplained) -> Shape:
    one = told.ellipse
    return Shape(float(one.major[0]), float(one.minor[0]), float(one.azimuth_deg[0]))


def _mirror(told: EventExplained) -> Shape | None:
    """The second place, with the ellipse of the first mirrored in the line half-way between the two."""
    events, row, shape = told.run.events, told.row, _shape(told)
    if told.mirror is None:
        return None
    x_m, y_m = float(events.mirror_x_m[row] - events.x_m[row]), float(events.mirror_y_m[row] - events.y_m[row])
    across = math.degrees(math.atan2(x_m, y_m))
    azimuth = (2.0 * across - shape.azimuth_deg) % 180.0
    return Shape(shape.major_m, shape.minor_m, azimuth, x_m, y_m)


def _lines(tongue: Tongue, told: EventExplained) -> tuple[str, ...]:
    shape, (x, y) = _shape(told), told.place
    probability = float(told.run.events.probability[told.row])
    lines = [
        tongue.say(
            msgid(
                "Event {number}: {time}, within {seconds} s; x {x}, y {y} ({frame}); 95 % ellipse {major} by {minor}."
            ),
            number=tongue.number(told.number),
            time=told.time,
            seconds=tongue.number(round(1.96 * told.time_error_s, 2)),
            x=_coordinate(told, x),
            y=_coordinate(told, y),
            frame=told.run.frame.name,
            major=length(tongue, shape.major_m),
            minor=length(tongue, shape.minor_m),
        ),
        heard_line(tongue, len(told.moved.heard), _misses(told), told.moved.misses_expected, probability),
    ]
    if told.mirror is not None:
        sentence = msgid("It could as well be at a second place (?), whose probability is {share}.")
        lines.append(tongue.say(sentence, share=tongue.share(told.mirror[2])))
    return tuple(lines)


def _coordinate(told: EventExplained, value: float) -> str:
    """A coordinate to about a metre, in the digits of the files."""
    places = {"degrees": 5, "local-km": 3}.get(told.run.frame.name, 0)
    return f"{value:.{places}f}"


def _misses(told: EventExplained) -> int:
    return sum(not told.unfit(voice) for voice in told.moved.missed)


def _description(tongue: Tongue, told: EventExplained) -> str:
    """What the picture shows, for those who do not see it: the text below it, and the size of the residuals."""
    rests = [abs(voice.residual_s) for voice in told.moved.heard]
    said = tongue.say(
        msgid(
            "Map of the sensors around the event, and residuals by distance. The middle residual is {middle} ms, the"
            " largest {largest} ms."
        ),
        middle=tongue.number(round(1000.0 * float(np.median(rests)), 1)),
        largest=tongue.number(round(1000.0 * max(rests), 1)),
    )
    return " ".join((said, *_lines(tongue, told)))
