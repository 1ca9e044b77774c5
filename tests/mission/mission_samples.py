"""A made-up mission: two parties, one reading, a patrol's table with its mapping."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from truceline.mission.assessing import assess_mission
from truceline.mission.folder import Mission, open_mission
from truceline.mission.fusing import fuse_mission
from truceline.mission.ingesting import Intake, ingest
from truceline.sources import ReadOptions
from truceline.store import ImportOutcome

NOW = datetime(2031, 6, 1, tzinfo=UTC)
PAIR = ("party-north", "party-south")

SETTINGS = """\
truceline = 1
name = "made-up"
time_zone = "Europe/Kyiv"
as_of = "2031-05-31T00:00:00+00:00"
areas = ["Left bank", "Right bank"]

[series]
bin = "day"
before = 2
after = 2

[actors]
"Northerners" = "party-north"
"Southerners" = "party-south"
"""

AGREEMENT = """\
truceline: 1
id: made-up
title: {en: A made-up truce}
status: mirrored
parties:
  - {id: party-north, name: {en: North}}
  - {id: party-south, name: {en: South}}
sources:
  - {id: communique, title: Communique, url: "https://example.org/text", date: 2031-04-18}
clauses:
  - {id: c1, text: "All fire shall cease.", language: en, source: communique}
readings:
  - id: as-announced
    asserted_by: [party-north, party-south]
    start: "2031-04-19T18:00:00+03:00"
    end: "2031-04-21T00:00:00+03:00"
    source: communique
norms:
  - {id: ground-fire, kind: forbid, who: each, act: ground-fire, object: any, where: everywhere, clause: c1}
"""

MAPPING = """\
truceline: 1
source:
  id: patrol
  title: A patrol
  custodian: the mission
  stratum: patrol
  senses: [explosion, burst, shot, projectile, air-alarm, rocket-alert, violent-event]
time: {sense: lasted}
columns:
  key: key
  start: start
  end: end
  area: area
  phenomenon: what
  party: party
  words: words
coverage:
  - {start: "2031-04-01T00:00:00+00:00", end: "2031-05-01T00:00:00+00:00", state: watching}
"""

HEADER = "key,start,end,area,what,party,words\n"
TABLE = HEADER + (
    "1,2031-04-19T17:00:00Z,2031-04-19T17:03:00Z,Left bank,explosion,Northerners,one loud explosion\n"
    "2,2031-04-20T09:00:00Z,2031-04-20T09:00:00Z,Right bank,burst,Southerners,a burst\n"
    "3,2031-04-20T10:00:00Z,2031-04-20T10:05:00Z,Right bank,shot,,shots\n"
)


def make_mission(folder: Path, *, settings: str = SETTINGS, agreement: str = AGREEMENT) -> Mission:
    """The mission in a new folder."""
    (folder / "agreements").mkdir(parents=True)
    (folder / "agreements" / "made-up.yaml").write_text(agreement, encoding="utf-8")
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    (folder / "mission.toml").write_text(settings, encoding="utf-8")
    return open_mission(folder)


def take_in(mission: Mission, table: str, name: str = "patrol.csv") -> ImportOutcome:
    """Take in a table of the patrol's."""
    path = mission.root / name
    path.write_text(table, encoding="utf-8")
    options = ReadOptions(actors=mission.settings.actors, mapping=mission.root / "mapping.yaml")
    return ingest(mission, Intake("table", path, options), now=NOW)


def conclude(mission: Mission) -> None:
    """Fuse and assess."""
    fuse_mission(mission, now=NOW)
    assess_mission(mission, now=NOW)


def exchanged(text: str) -> str:
    """A text with the two party ids exchanged."""
    north, south = PAIR
    return text.replace(north, "\x00").replace(south, north).replace("\x00", south)


def concluded_mission(root: Path) -> Path:
    """The folder of a made-up mission with three observations, taken in, fused and assessed; to be copied, not used."""
    made = make_mission(root)
    take_in(made, TABLE)
    conclude(made)
    return made.root
