"""Located events: what each property of ``events.geojson`` becomes.

==========================  ====================================================================
property                    noun
==========================  ====================================================================
geometry                    place: an ellipse that holds the event with 95 %, with
``ellipse_major_m``, …      semi-axes in metres and the bearing of the long one
``mirror_lon``, ``…_lat``,  the second place and its probability, where the sensors cannot tell
``mirror_share``            the event from its mirror image: the place then has both, each with
                            its share, and no one of them is said to be it
time, ``time_error_s``      interval: 1.96 standard errors to either side, sense *sometime*
probability                 probability, and kept in the words. Below the least probability (0.9, or
                            ``--set least_probability=``) the row is rejected with its reason
event, arrivals             words
``medium`` of the whole     the channel: *acoustic* or *seismic*
``heard_from``, ``…_until``  coverage, see below
==========================  ====================================================================

Phenomenon: **explosion**, one; what a sound was, an arrival time does not say. ``--set phenomenon=shot`` or another
word of the vocabulary says so where it is known. Means **detected**. No party, no weapon, no direction.

Natural key: time, longitude and latitude as written. A second location of the same arrivals gives the same bytes and so
the same keys. One with more arrivals gives other places: these are other rows, and so other observations; take in one
run of an hour, not two.

``--set network=north`` names the network; each has a source of its own.

Coverage: from the first event or arrival to the last the network spoke. Where it hears nobody can tell from the file,
so the whole mission is *unknown*, until ``--set area=NAME`` names the area in which it stands: then that area is
*degraded*, since only loud events not far away are heard.

``workings.npz`` is kept as evidence beside the file; no row is read from it. The picture of an event is drawn from it.
"""

from __future__ import annotations

import difflib
import math

from truceline.model import Phenomenon, Source, Stratum, UsageFault
from truceline.model.vocabulary import SUMS
from truceline.sources.located_events.events import Collection, Told
from truceline.sources.protocol import ReadOptions

EVENTS_FILE, WORKINGS_FILE = "events.geojson", "workings.npz"
NETWORK, AREA, PHENOMENON, LEAST = "network", "area", "phenomenon", "least_probability"
LEAST_PROBABILITY = 0.9
"""Of rows that are only just taken in, at most one in ten is a chance meeting of unrelated arrivals."""

HEARS_NEAR = "sensors hear what is loud and near: no row is not no explosion"
WHERE_UNKNOWN = "the file does not say where its sensors hear"
_TITLES = {Stratum.ACOUSTIC: "Events located by sound", Stratum.SEISMIC: "Events located by waves in the ground"}


def told_of(options: ReadOptions) -> Told:
    """What a person told about the file. Raises :class:`UsageFault` for a setting that makes no sense."""
    return Told(
        network=options.setting(NETWORK),
        area=options.setting(AREA),
        phenomenon=_phenomenon(options.setting(PHENOMENON, str(Phenomenon.EXPLOSION))),
        least=_least(options.setting(LEAST, str(LEAST_PROBABILITY))),
    )


def source_of(collection: Collection, told: Told) -> Source:
    """The network as a source."""
    named = f"-{told.network}" if told.network else ""
    return Source(
        id=f"located-{collection.stratum}{named}",
        title=_TITLES[collection.stratum] + (f" ({told.network})" if told.network else ""),
        custodian="the mission",
        stratum=collection.stratum,
        senses=(told.phenomenon,),
        note="located from arrival times at a network of sensors; where these stand is not released",
    )


def _phenomenon(word: str) -> Phenomenon:
    known = [str(one) for one in Phenomenon if one not in SUMS]
    if word in known:
        return Phenomenon(word)
    near = difflib.get_close_matches(word, known, n=1)
    raise UsageFault(
        f"no phenomenon {word!r}",
        where=f"--set {PHENOMENON}",
        do=f"did you mean {near[0]}?" if near else "take a word of the vocabulary",
        example=f"--set {PHENOMENON}={Phenomenon.SHOT}",
    )


def _least(text: str) -> float:
    try:
        least = float(text)
    except ValueError:
        least = math.nan
    if 0.0 <= least <= 1.0:
        return least
    raise UsageFault(
        f"{text!r} is no probability",
        where=f"--set {LEAST}",
        do="give a number from 0 to 1",
        example=f"--set {LEAST}={LEAST_PROBABILITY}",
    )
