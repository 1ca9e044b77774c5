"""UCDP GED: what each foreign column becomes.

=====================  =========================================================================
column                 noun
=====================  =========================================================================
id                     natural key of the event; ``id/deaths`` is the key of its dead
date_start, date_end   interval, sense *sometime*: from the local midnight that opens the first day
                       to the one that closes the last. The file names no zone: Europe/Kyiv is
                       assumed (or the zone that was asked for) and recorded in the interval
date_prec              words of the interval. 1: that day; 2: within 2-6 days; 3: within that week;
                       4: within 8-30 days or that month; 5: more than a month, at most a year.
                       Start and end already span these days, so they are used as they stand
where_prec             kind of place, see below
latitude, longitude    the point, for ``where_prec`` 1 and 2 only (degrees, WGS 84)
geom_wkt               a check: when it names another point, the row is rejected (swapped columns)
adm_1, adm_2           name of the area, for ``where_prec`` 3 and 4
where_coordinates      label of the point; name of the area for ``where_prec`` 5 and 7
low, best, high        count of the *casualty* observation (people killed)
side_a, side_b,        words only. Who fought is not who fired: nobody is attributed
where_description
other columns          passed over
=====================  =========================================================================

Each row is one *violent-event* (count 1) and, when any of its death figures is above 0, one *casualty*. Means:
**reported**. Where low, best and high are out of order (13 of 2,989 rows of Ukraine 2014-2021) the event is kept and
its death figures are rejected with the line: nobody can tell which of the three is the slip.

==========  ==============================================================  ==================================
where_prec  codebook                                                        place
==========  ==============================================================  ==================================
1           an exact place: a named village, town or spot                   point, 95 % radius 5 km
2           within about 25 km around a known point                         point, 95 % radius 25 km
3           a district (second-order administrative division)               area ``adm_1 / adm_2``, no shape
4           a province (first-order administrative division)                area ``adm_1``, no shape
5           a line (road, river) or a region without fixed bounds           area, named in the feed's words
6           the country only                                                area named by the country
7           international waters or airspace                                area, named in the feed's words
==========  ==============================================================  ==================================

The coordinates of codes 3 to 7 stand for the middle of something large; they are never turned into a point. The
radius of code 2 is the codebook's. The radius of code 1 is **our assumption**: coordinates of a settlement come from
a gazetteer, and 5 km holds a village or town around its centre; a city such as Donetsk is wider than that.

Coverage: the whole area is *degraded* over the span of the file. The dataset lists what the press and a few other
sources told of, and only events in which somebody died; an hour without rows is not an hour without fire.

Sources: Sundberg and Melander (2013), Introducing the UCDP Georeferenced Event Dataset, Journal of Peace Research
50(4), 523-532; Högbladh, UCDP GED Codebook, Uppsala University. Licence: CC BY 4.0.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from truceline.model import Phenomenon, Source, Stratum

COLUMNS = ("id", "date_prec", "date_start", "date_end", "where_prec", "latitude", "longitude", "low", "best", "high")

USED = (
    *("adm_1", "adm_2", "where_coordinates", "country"),
    *("geom_wkt", "side_a", "side_b", "where_description"),
)
"""Columns that may be absent, and are used where they stand; an excerpt often leaves some of them out."""

ASSUMED_ZONE = ZoneInfo("Europe/Kyiv")

EXACT_RADIUS_M = 5_000.0
"""95 % radius of ``where_prec`` 1, in metres: our assumption for a settlement around its gazetteer point."""

NEAR_RADIUS_M = 25_000.0
"""95 % radius of ``where_prec`` 2, in metres: the codebook's "about 25 km" taken as 95 %."""

MOST_DEATHS = 10_000_000
"""A death figure of one event above this is a slip of the pen."""

DATE_PRECISIONS = {
    "1": "that day",
    "2": "within 2-6 days",
    "3": "within that week",
    "4": "within 8-30 days or that month",
    "5": "within more than a month",
}

DEGRADED_REASON = "press-based, fatal events only: what nobody reported, or nobody died in, is not listed"

SOURCE = Source(
    id="ucdp-ged",
    title="UCDP Georeferenced Event Dataset",
    custodian="Uppsala Conflict Data Program",
    stratum=Stratum.MEDIA,
    senses=(Phenomenon.VIOLENT_EVENT, Phenomenon.CASUALTY),
    url="https://ucdp.uu.se/downloads/",
    licence="CC BY 4.0",
    note="Cite Sundberg and Melander (2013). Events in which at least one person died; local days.",
)
