"""NASA FIRMS: what each foreign column becomes. Names are read in upper, lower or mixed case.

=======================  =======================================================================
column                   noun
=======================  =======================================================================
latitude, longitude      middle of the pixel (degrees, WGS 84)
scan, track              size of the pixel across and along the satellite's path, in km; together
                         with the middle they give the place, see below. Absent or empty: a pixel
                         of 1 km by 1 km is assumed and the flag ``footprint-assumed`` set
acq_date, acq_time       with the time (UTC, ``HHMM``): that moment. Without: an interval of the
                         whole UTC day, sense *sometime*
satellite                part of the natural key, words
instrument, confidence,  words, as written
frp, daynight
brightness, bright_t31,  passed over
version, type, ...
=======================  =======================================================================

Each row is one *thermal-anomaly*; means **detected**. Natural key: latitude, longitude, date, time (four digits) and
satellite as written. Rows that repeat it say the same.

The place is a footprint. A fire anywhere in the pixel lights the whole of it up, so the place is an area with a
rectangle around the pixel and no point. Pixels lie slanted on the map: satellites of this kind cross a parallel at up
to about 20 degrees from north (orbits inclined 98-99 degrees, latitudes up to 60 degrees), and the table does not
say which way. The rectangle therefore runs north-south and holds a pixel of ``scan`` by ``track`` turned by up to
20 degrees either way; it is somewhat larger than the pixel.

The assumed pixel is 1 km by 1 km: the size of a MODIS pixel straight below the satellite, and with the slant enough
for a VIIRS pixel (375 m below the satellite) out to the edge of its view, about 0.8 km. Assuming 375 m would claim
a precision that a table without satellite names does not have. A MODIS pixel at the edge of view is about 4.8 km by
2 km and not held.

A thermal anomaly is heat, not fire from weapons: burning fields (in Ukraine in March and from July to September),
steel works and gas flares are in the table too. Tables without ``confidence`` may hold low-confidence rows.

Coverage: the whole area is *degraded* over the span of the file. Each satellite passes a few times a day, and cloud
hides the ground.

Sources: NASA Earthdata, active fire data attributes of MODIS and VIIRS; Giglio, MODIS Collection 6 Active Fire Product
User's Guide; Schroeder et al. (2014), Remote Sensing of Environment 143, 85-96. Licence: NASA open data, with the
acknowledgement in ``Source.note``.
"""

from __future__ import annotations

from datetime import timedelta

from truceline.model import Phenomenon, Source, Stratum

ASSUMED_KM = 1.0
"""Side of a pixel nobody gave the size of, in km."""

WIDEST_KM = 20.0
"""No pixel of these instruments is wider; a larger figure is metres or a slip."""

SLANT_DEG = 20.0
"""How far a pixel may be turned against north, in degrees."""

RESOLUTION = timedelta(minutes=1)
"""Passes are timed to the minute, so the last minute of the file was still seen."""

DEGRADED_REASON = "satellites pass a few times a day and clouds hide the ground: no row is not no fire"

SOURCE = Source(
    id="nasa-firms",
    title="NASA FIRMS active fire detections",
    custodian="NASA LANCE FIRMS",
    stratum=Stratum.THERMAL,
    senses=(Phenomenon.THERMAL_ANOMALY,),
    url="https://firms.modaps.eosdis.nasa.gov/",
    licence="NASA open data",
    note=(
        "We acknowledge the use of data from NASA's Fire Information for Resource Management System (FIRMS), part of "
        "NASA's Earth Science Data and Information System (ESDIS). Heat is not fire from weapons."
    ),
)
