"""Acts an agreement can forbid, and what an observation can tell about each.

``shown_by`` lists phenomena that are the act itself; ``threatened_by`` those that only warn of it: an alarm is a
threat, not a strike. A norm on an act that nothing in place could show stays undetermined.

A projectile in flight may be a tracer round, a shell or a rocket. Until incidents carry a weapon it shows an attack of
some kind, and of rocket fire it is a sign only.
"""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model import Phenomenon

_SOUNDS_OF_FIRE = (
    Phenomenon.EXPLOSION,
    Phenomenon.BURST,
    Phenomenon.SHOT,
    Phenomenon.PROJECTILE,
    Phenomenon.MUZZLE_FLASH,
    Phenomenon.VIOLENT_EVENT,
)

_HEARD_AS = (Phenomenon.EXPLOSION, Phenomenon.BURST, Phenomenon.SHOT)
"""Fire of every calibre: who listens for explosions alone does not hear a rifle."""

_ALARM_IS_NO_STRIKE = "only threats were seen: {threats}; an alarm is a threat, not a strike"
_FIRE_IS_NO_TRAINING = "only fire was seen: {threats}; nothing shows that it was training"
_SIGN_IS_NO_ROCKET = (
    "only signs of it were seen: {threats}; neither an alert nor a projectile in flight shows that it was a rocket"
)
_SIGN_IS_NO_STRIKE = "only signs of it were seen: {threats}; no alarm, explosion or heat shows what was struck"
_HEAT_IS_NO_STRIKE = "only heat was seen from space: {threats}; heat is a sign of fire, and no fire shows a strike"


@dataclass(frozen=True, slots=True)
class Act:
    """A forbidden kind of act and the phenomena that show it or warn of it."""

    name: str
    shown_by: tuple[Phenomenon, ...]
    threatened_by: tuple[Phenomenon, ...] = ()
    blind_because: str = ""
    """What is missing when no source can see it, as in "no source that can see ground fire"."""
    silence_needs: tuple[Phenomenon, ...] = ()
    """Phenomena that must all have been watched for before silence speaks for compliance; ``shown_by`` when empty."""
    threat_only: str = _ALARM_IS_NO_STRIKE
    """What is said when only its signs were seen, ``threats`` of them, and why they are not the act."""
    presence: bool = False
    """Whether the act is being there: then what came before the window and stayed into it is the act inside it."""

    @property
    def watched_for(self) -> tuple[Phenomenon, ...]:
        """What must have been watched for before silence counts."""
        return self.silence_needs or self.shown_by


ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act("ground-fire", _SOUNDS_OF_FIRE, (), "no source that can see ground fire", _HEARD_AS),
        Act(
            "live-fire-training",
            (),
            _SOUNDS_OF_FIRE,
            "no source that can tell live-fire training from other fire",
            threat_only=_FIRE_IS_NO_TRAINING,
        ),
        Act(
            "air-attack",
            (),
            (Phenomenon.AIR_ALARM, Phenomenon.AIRCRAFT_ALERT),
            "no source that can see a strike from the air",
        ),
        Act(
            "rocket-fire",
            (),
            (Phenomenon.ROCKET_ALERT, Phenomenon.PROJECTILE),
            "no source that can see rocket fire",
            threat_only=_SIGN_IS_NO_ROCKET,
        ),
        Act(
            "any-attack",
            _SOUNDS_OF_FIRE,
            (Phenomenon.AIR_ALARM, Phenomenon.ROCKET_ALERT, Phenomenon.AIRCRAFT_ALERT),
            "no source that can see an attack",
            _HEARD_AS,
        ),
        Act(
            "strike-on-energy",
            (Phenomenon.STRIKE,),
            (Phenomenon.THERMAL_ANOMALY,),
            "no source that can see a strike on energy sites",
            threat_only=_HEAT_IS_NO_STRIKE,
        ),
        Act(
            "strike",
            (Phenomenon.STRIKE,),
            (
                Phenomenon.EXPLOSION,
                Phenomenon.THERMAL_ANOMALY,
                Phenomenon.AIR_ALARM,
                Phenomenon.ROCKET_ALERT,
                Phenomenon.AIRCRAFT_ALERT,
            ),
            "no source that can see what was struck",
            threat_only=_SIGN_IS_NO_STRIKE,
        ),
        Act("heavy-weapons", (Phenomenon.WEAPON_PRESENCE,), (), "no source that can see heavy weapons", presence=True),
        Act("troop-presence", (Phenomenon.TROOP_PRESENCE,), (), "no source that can see troops", presence=True),
        Act("fortifying", (Phenomenon.FORTIFICATION,), (), "no source that can see fortifications", presence=True),
        Act("mining", (Phenomenon.MINE,), (), "no source that can see mines", presence=True),
        Act("flight", (Phenomenon.FLIGHT,), (), "no source that can see aircraft in flight"),
        Act(
            "offensive",
            (Phenomenon.ADVANCE,),
            (),
            "no source that can see an offensive action",
        ),
        Act("reconnaissance", (Phenomenon.RECONNAISSANCE,), (), "no source that can see reconnaissance"),
        Act("sabotage", (Phenomenon.SABOTAGE,), (), "no source that can see sabotage"),
        Act("restricting-movement", (Phenomenon.MOVEMENT_RESTRICTION,), (), "no source that can see restrictions"),
    )
}
"""Every act by name."""
