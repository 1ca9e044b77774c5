"""A made-up mission with evidence of every kind, each taken in as its own kind of file.

One incident (Greenfield, 10 April 2031, about 13:10 UTC) is told of by a patrol that heard it to the south-east, by
posts that located it, by a satellite, by a wire and a page that prints the wire, and by the bulletin of the raion.
Around it stand others that posts, satellite and wire tell of.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import mission_samples as samples
import numpy as np

from truceline.mission.folder import Mission, open_mission
from truceline.mission.ingesting import Intake, ingest
from truceline.sources import ReadOptions

SETTINGS = samples.SETTINGS.replace("Left bank", "Green raion").replace("Right bank", "Red raion").replace(
    "[series]", 'geometry = ["areas.geojson"]\n\n[fusion]\nlinking = "likelihood"\n\n[series]'
)  # fmt: skip
AGREEMENT = samples.AGREEMENT.replace("2031-04-19T18:00:00+03:00", "2031-04-01T00:00:00+03:00").replace(
    "2031-04-21T00:00:00+03:00", "2031-04-30T00:00:00+03:00"
)
NAMES = ("Northerners", "Southerners")
AREAS = {"Green raion": (37.0, 47.9, 37.5, 48.3), "Red raion": (37.5, 47.9, 38.0, 48.3)}
PLACES = "name,lat,lon,radius_m,area\nGreenfield,48.12,37.20,300,Green raion\n"
LAT, LON = 48.10, 37.23
AT = datetime(2031, 4, 10, 13, 10, 4, tzinfo=UTC)
STORY = "Shells hit the mill of Greenfield at noon and set its roof on fire, the regional police said on the tenth"

PATROL = 'SMM position,Event location,Means,No.,Observation,Description,Weapon,"Date, time"\n'
PIXELS = "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,confidence,frp,daynight\n"
LISTED = "key,start,end,lat,lon,radius,area,what,many,party,words\n"


def mapping(source: str, custodian: str, stratum: str, *, area: bool = False, sense: str = "sometime") -> str:
    """How a list of that source is read."""
    where = "  area: area\n" if area else "  lat: lat\n  lon: lon\n  radius_m: radius\n"
    return (
        f"truceline: 1\nsource:\n  id: {source}\n  title: {source}\n  custodian: {custodian}\n  stratum: {stratum}\n"
        "  senses: [explosion, strike]\n"
        f"time: {{sense: {sense}}}\ncolumns:\n  key: key\n  start: start\n  end: end\n{where}"
        "  phenomenon: what\n  count: many\n  party: party\n  words: words\n"
    )


def files(seed: int = 1, *, others: int = 30, parties: tuple[str, str] = NAMES) -> dict[str, tuple[str, str]]:
    """The files by name, each with its mapping (or its gazetteer)."""
    chance = np.random.default_rng(seed)
    day = (AT.replace(hour=0, minute=0, second=0), AT.replace(hour=0, minute=0, second=0) + timedelta(days=1))
    posts = [_located(LAT, LON, AT)]
    wire = [_row("w0", day, (LAT + 0.004, LON - 0.006, 2_500.0), "strike", 3, parties[0], STORY)]
    page = [_row("g0", day, (LAT + 0.004, LON - 0.006, 2_500.0), "strike", 3, parties[0], f"{STORY}.")]
    pixels = [_pixel(LAT + 0.001, LON, AT + timedelta(minutes=40))]
    for number in range(1, others):
        lat, lon = chance.uniform(47.95, 48.25), chance.uniform(37.05, 37.95)
        at = datetime(2031, 4, 2, tzinfo=UTC) + timedelta(seconds=float(chance.uniform(0, 24 * 86_400)))
        begin = at.replace(hour=0, minute=0, second=0, microsecond=0)
        whole = (begin, begin + timedelta(days=1))
        if chance.random() < 0.7:
            posts.append(_located(lat, lon, at))
        if chance.random() < 0.4:
            pixels.append(_pixel(lat, lon + 0.001, at + timedelta(minutes=float(chance.uniform(5, 60)))))
        if chance.random() < 0.4:
            words = f"Number {number}: the council of place {number} tells of {number + 2} broken windows by shelling"
            near = (lat + chance.normal(0, 0.006), lon + chance.normal(0, 0.006), 2_500.0)
            wire.append(_row(f"w{number}", whole, near, "strike", 1, parties[number % 2], words))
    patrol = 'Greenfield,1-4km SE,Heard,5,Explosion,Outgoing,N/K,"10-Apr, 16:10"'
    bulletin = [_row("b0", day, None, "strike", "", "", "one strike in the raion", "Green raion")]
    lists = {"wire": wire, "page": page, "bulletin": bulletin}
    made = {name: (LISTED + "".join(rows), _MAPPINGS[name]) for name, rows in lists.items()}
    events = json.dumps({"type": "FeatureCollection", "medium": "acoustic", "features": posts})
    made |= {"posts": (events, "")}
    return made | {"pixels": (PIXELS + "".join(pixels), ""), "patrol": (PATROL + patrol + "\n", PLACES)}


_MAPPINGS = {
    "wire": mapping("wire", "a news agency", "media"),
    "page": mapping("page", "a local page", "media"),
    "bulletin": mapping("bulletin", "an authority", "civilian", area=True),
}


def _row(key: str, span: tuple[datetime, datetime], at: tuple[float, float, float] | None, *told: object) -> str:
    """A line of a list; ``told`` is what, how many, the party, the words and the area, as far as they are given."""
    lat, lon, radius = ("", "", "") if at is None else (f"{at[0]:.5f}", f"{at[1]:.5f}", f"{at[2]:g}")
    start, end = (one.isoformat() for one in span)
    what, many, party, words, area = (*told, *([""] * (5 - len(told))))
    return f'{key},{start},{end},{lat},{lon},{radius},{area},{what},{many},{party},"{words}"\n'


def _located(lat: float, lon: float, at: datetime) -> dict[str, object]:
    """An event as `truceline locate` writes it."""
    told = {"event": 1, "time": at.isoformat(), "time_error_s": 0.1, "z_m": 0.0, "probability": 0.98, "arrivals": 9}
    told |= {"ellipse_major_m": 60.0, "ellipse_minor_m": 25.0, "ellipse_azimuth": 30.0}
    place = {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
    return {"type": "Feature", "geometry": place, "properties": told}


def _pixel(lat: float, lon: float, at: datetime) -> str:
    return f"{lat:.5f},{lon:.5f},330.1,0.4,0.4,{at:%Y-%m-%d},{at:%H%M},N,VIIRS,nominal,4.2,D\n"


def make_mission(folder: Path, *, settings: str = SETTINGS) -> Mission:
    """The mission in a new folder, with the outlines of its areas."""
    samples.make_mission(folder, settings=settings, agreement=AGREEMENT)
    (folder / "geometry").mkdir()
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
        }
        for name, (w, s, e, n) in AREAS.items()
    ]
    outlines = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / "geometry" / "areas.geojson").write_text(outlines, encoding="utf-8")
    return open_mission(folder)


def take_in(mission: Mission, name: str, told: tuple[str, str], part: str = "") -> None:
    """Take in one of the files."""
    table, how = told
    folder = mission.root.parent / "incoming"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}{part}.{'geojson' if name == 'posts' else 'csv'}"
    path.write_text(table, encoding="utf-8")
    form = {"pixels": "firms", "patrol": "smm-table", "posts": "located-events"}.get(name, "table")
    mapped = folder / f"{name}.{'csv-places' if form == 'smm-table' else 'yaml'}"
    mapped.write_text(how, encoding="utf-8")
    settings = {"smm-table": (("report_date", "2031-04-11"),), "located-events": (("network", "posts"),)}.get(form, ())
    options = ReadOptions(actors=mission.settings.actors, mapping=mapped if how else None, settings=settings)
    ingest(mission, Intake(form, path, options), now=samples.NOW)
