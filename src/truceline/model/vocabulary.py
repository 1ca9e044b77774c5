"""The words observers use, after the tables of the OSCE Special Monitoring Mission to Ukraine.

Each value is what stands in files and outputs; adapters map foreign words onto these and keep the
originals. Source: annex tables of the SMM daily reports, 2014-2022.
"""

from __future__ import annotations

from enum import StrEnum


class Means(StrEnum):
    """How an observer knows."""

    SAW = "saw"
    HEARD = "heard"
    RECORDED = "recorded"
    DETECTED = "detected"
    REPORTED = "reported"


class Phenomenon(StrEnum):
    """What was observed, before anyone says what it means."""

    EXPLOSION = "explosion"
    BURST = "burst"
    SHOT = "shot"
    PROJECTILE = "projectile"
    FLARE = "flare"
    MUZZLE_FLASH = "muzzle-flash"
    ANY_FIRE = "any-fire"
    """The sum over what observers of fire list one by one, flares included; made when counting, never observed."""
    VIOLENT_EVENT = "violent-event"
    AIR_ALARM = "air-alarm"
    ROCKET_ALERT = "rocket-alert"
    AIRCRAFT_ALERT = "aircraft-alert"
    INFILTRATION_ALERT = "infiltration-alert"
    WARNING = "warning"
    ANY_ALERT = "any-alert"
    """The sum over all kinds of public alerts, drills left out; made when counting, never observed."""
    DRILL = "drill"
    THERMAL_ANOMALY = "thermal-anomaly"
    WEAPON_PRESENCE = "weapon-presence"
    MOVEMENT_RESTRICTION = "movement-restriction"
    GNSS_INTERFERENCE = "gnss-interference"
    FIRE_AT_UAV = "fire-at-uav"
    CASUALTY = "casualty"
    INJURY = "injury"
    """A person injured and alive, where a source tells the injured from the dead."""
    BODY_RECOVERED = "body-recovered"
    """The body of a person who died earlier was found; when they died is another question."""
    DEATH_RECORDED = "death-recorded"
    """An earlier death was entered in a record, such as a missing person declared dead."""
    STRIKE = "strike"
    """Something was hit, by whatever means, as reported or seen."""
    FLIGHT = "flight"
    """An aircraft, manned or not, seen in flight."""
    TROOP_PRESENCE = "troop-presence"
    """Persons under arms; the count is persons."""
    FORTIFICATION = "fortification"
    MINE = "mine"
    ADVANCE = "advance"
    """Movement of a unit forward: an offensive action."""
    RECONNAISSANCE = "reconnaissance"
    SABOTAGE = "sabotage"


class Weapon(StrEnum):
    """Weapon classes an observer may name."""

    SMALL_ARMS = "small-arms"
    HEAVY_MACHINE_GUN = "heavy-machine-gun"
    AUTOMATIC_GRENADE_LAUNCHER = "automatic-grenade-launcher"
    INFANTRY_FIGHTING_VEHICLE = "infantry-fighting-vehicle-cannon"
    RECOILLESS_GUN = "recoilless-gun"
    MORTAR = "mortar"
    ARTILLERY = "artillery"
    MLRS = "mlrs"
    TANK = "tank"
    ANTI_AIRCRAFT_GUN = "anti-aircraft-gun"
    MISSILE = "missile"
    UAV = "uav"
    AIRCRAFT = "aircraft"
    ANTI_TANK_MISSILE = "anti-tank-missile"
    ANTI_AIRCRAFT_MISSILE = "anti-aircraft-missile"
    HELICOPTER = "helicopter"


class Target(StrEnum):
    """Classes of what was hit or aimed at, as reported or seen. Whether it was meant is another question."""

    POWER_PLANT = "power-plant"
    POWER_GRID = "power-grid"
    NUCLEAR_PLANT = "nuclear-plant"
    HYDRO_DAM = "hydro-dam"
    REFINERY = "refinery"
    FUEL_STORAGE = "fuel-storage"
    PIPELINE = "pipeline"
    GAS_INFRASTRUCTURE = "gas-infrastructure"
    HEATING = "heating"
    WATER_SUPPLY = "water-supply"
    HOSPITAL = "hospital"
    SCHOOL = "school"
    RESIDENTIAL = "residential"
    PLACE_OF_WORSHIP = "place-of-worship"
    PORT = "port"
    RAILWAY = "railway"
    HUMANITARIAN = "humanitarian"
    CULTURAL_SITE = "cultural-site"
    MEDICAL_VEHICLE = "medical-vehicle"
    MILITARY = "military"


class Stratum(StrEnum):
    """An independent channel of knowledge. Evidence is weighed by strata, never by number of reports."""

    SEISMIC = "seismic"
    ACOUSTIC = "acoustic"
    RADAR = "radar"
    THERMAL = "thermal"
    OPTICAL = "optical"
    PATROL = "patrol"
    OFFICIAL_ALARM = "official-alarm"
    CIVILIAN = "civilian"
    MEDIA = "media"
    PARTY_A = "party-a"
    PARTY_B = "party-b"


TECHNICAL_STRATA = frozenset({Stratum.SEISMIC, Stratum.ACOUSTIC, Stratum.RADAR, Stratum.THERMAL, Stratum.OPTICAL})
"""Strata that rest on instruments, each on a physics of its own."""

CONFIRMED = "confirmed"
GRADES = ("insufficient", "possible", "probable", CONFIRMED)
"""What an evidence standard can say of an incident, weakest first; a grade's number is its place here."""

WHOLE_MISSION = "*"
"""The name of the whole mission area, where coverage is told of all of it or the mission names no areas."""


class CoverageState(StrEnum):
    """Whether a source could see. Anything but ``watching`` and ``degraded`` sees nothing."""

    WATCHING = "watching"
    DEGRADED = "degraded"
    BLIND = "blind"
    DENIED = "denied"
    UNKNOWN = "unknown"


class Flag(StrEnum):
    """What is odd about an observation, or what its observer said beside it. A note for the reader, never a verdict."""

    END_INVENTED = "end-invented"
    END_MISSING = "end-missing"
    STUCK_OPEN = "stuck-open"
    ZONE_ASSUMED = "zone-assumed"
    DRILL = "drill"
    LIVE_FIRE_EXERCISE = "live-fire-exercise"
    FOOTPRINT_ASSUMED = "footprint-assumed"
    DIRECTION_UNREADABLE = "direction-unreadable"
    PARTY_NOT_KNOWN = "party-not-known"
    WEAPON_CONFLICT = "weapon-conflict"
    WITHDRAWAL_VIOLATION = "withdrawal-violation"
    OUTSIDE_STORAGE = "outside-storage"
    IN_SECURITY_ZONE = "in-security-zone"
    NOT_VERIFIABLE = "not-verifiable"
    PERMANENTLY_MISSING = "permanently-missing"


SUMS = frozenset({Phenomenon.ANY_ALERT, Phenomenon.ANY_FIRE})
"""Phenomena that are sums over others, made when counting: nobody observes one."""

WEAPON_STANDINGS = (
    Flag.WITHDRAWAL_VIOLATION,
    Flag.OUTSIDE_STORAGE,
    Flag.IN_SECURITY_ZONE,
    Flag.NOT_VERIFIABLE,
    Flag.PERMANENTLY_MISSING,
)
"""How a weapon stands to its withdrawal lines, as the observer said: one of these flags, or none."""
