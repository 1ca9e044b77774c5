"""The field's words as a reader meets them: results, channels, phenomena, states, rules."""

from __future__ import annotations

from truceline.report.language import Tongue, msgid

RESULTS = {
    "complied": msgid("complied"),
    "breached": msgid("breached"),
    "not-breached": msgid("not breached"),
    "undetermined": msgid("undetermined"),
    "contested": msgid("contested"),
    "not-yet": msgid("not yet due"),
    "released": msgid("released"),
    "void": msgid("void"),
    "discretion-unused": msgid("discretion unused"),
    "not attributed": msgid("not attributed"),
}

STRATA = {
    "seismic": msgid("seismic"),
    "acoustic": msgid("acoustic"),
    "radar": msgid("radar"),
    "thermal": msgid("thermal"),
    "optical": msgid("optical"),
    "patrol": msgid("patrol"),
    "official-alarm": msgid("official alarm"),
    "civilian": msgid("civilian"),
    "media": msgid("media"),
    "party-a": msgid("party A"),
    "party-b": msgid("party B"),
    "any": msgid("all channels together"),
}

PHENOMENA = {
    "explosion": msgid("explosion"),
    "burst": msgid("burst of fire"),
    "shot": msgid("shot"),
    "projectile": msgid("projectile in flight"),
    "flare": msgid("illumination flare"),
    "muzzle-flash": msgid("muzzle flash"),
    "any-fire": msgid("fire of any kind"),
    "violent-event": msgid("violent event"),
    "air-alarm": msgid("air-raid alarm"),
    "rocket-alert": msgid("rocket alert"),
    "aircraft-alert": msgid("aircraft alert"),
    "infiltration-alert": msgid("infiltration alert"),
    "any-alert": msgid("alert of any kind"),
    "warning": msgid("warning"),
    "drill": msgid("drill"),
    "thermal-anomaly": msgid("thermal anomaly"),
    "weapon-presence": msgid("presence of weapons"),
    "movement-restriction": msgid("restriction of movement"),
    "gnss-interference": msgid("interference with satellite navigation"),
    "fire-at-uav": msgid("fire at an unmanned aircraft"),
    "casualty": msgid("casualty"),
    "injury": msgid("person injured"),
    "body-recovered": msgid("body recovered of a person who died earlier"),
    "death-recorded": msgid("earlier death recorded"),
    "strike": msgid("strike"),
    "flight": msgid("aircraft in flight"),
    "troop-presence": msgid("presence of armed persons"),
    "fortification": msgid("fortification"),
    "mine": msgid("mine"),
    "advance": msgid("advance of a unit"),
    "reconnaissance": msgid("reconnaissance"),
    "sabotage": msgid("sabotage"),
}

STATES = {
    "watching": msgid("watching"),
    "degraded": msgid("partly watching"),
    "blind": msgid("blind"),
    "denied": msgid("access denied"),
    "unknown": msgid("coverage unknown"),
}

RULES = {
    "smm-item": msgid("every item"),
    "episode": msgid("continuous episode"),
    "site-day": msgid("site and day"),
    "incident": msgid("incident"),
    "one-hour-regrouping": msgid("fire at one place, regrouped by the hour"),
    "weapon-class": msgid("every item, by class of weapon"),
    "withdrawal-lines": msgid("weapons, by how they stand to withdrawal lines"),
    "casualties": msgid("the dead of a period"),
}

RULE_MEANINGS = {
    "smm-item": msgid(
        "Every item an observer logged counts one; a count nobody could make enters with the least it must have been."
    ),
    "episode": msgid(
        "Continuous fire counts one: what was seen of one kind, in one area and direction, with no pause longer than "
        "the gap."
    ),
    "site-day": msgid(
        "A place counts one for each local day on which anything was observed there; rows that name no place count one "
        "each, and at the least all of a day together for one."
    ),
    "incident": msgid("Every incident counts one, whoever and however many observed it."),
    "one-hour-regrouping": msgid(
        "All fire in one area, or at one place outside any, counts one until nothing was observed there for longer "
        "than the gap, of whatever kind and direction; illumination flares are left out."
    ),
    "weapon-class": msgid(
        "Every item counts one, in the class of the weapon its observer named; items without a weapon are a class of "
        "their own, so that the classes add up to every item."
    ),
    "withdrawal-lines": msgid(
        "Every weapon counts one each time an observer saw or missed it, as daily reports list them: one tank seen on "
        "ten days counts ten, and sites are not counted. Each is in violation of withdrawal lines, beyond them but "
        "outside storage sites, in the security zone, not to be verified as withdrawn, permanently missing, or without "
        "any of these said."
    ),
    "casualties": msgid(
        "The dead of a period are all who were added to the toll (counted), or of these only the newly killed (new), "
        "the bodies found of people who died earlier (recovered), or earlier deaths entered in a record (recorded)."
    ),
}

WEAPON_STANDINGS = {
    "withdrawal-violation": msgid("in violation of withdrawal lines"),
    "outside-storage": msgid("beyond withdrawal lines, outside storage sites"),
    "in-security-zone": msgid("in the security zone"),
    "not-verifiable": msgid("not to be verified as withdrawn"),
    "permanently-missing": msgid("permanently missing"),
    "not-known": msgid("not known"),
}
"""How a weapon stands to its withdrawal lines; the last also of a class of weapon."""

DEATHS = {
    "counted": msgid("all added to the toll"),
    "new": msgid("newly killed"),
    "recovered": msgid("bodies recovered"),
    "recorded": msgid("earlier deaths recorded"),
}
"""Which of the dead are counted."""

NO_RATIO = {
    "window-not-over": msgid("no ratio: the window was not over when the information ended"),
    "window-unseen": msgid("no ratio: nobody could have seen any of it"),
    "no-reference": msgid("no ratio: there is no window to compare with"),
    "reference-unseen": msgid("no ratio: nobody could have seen any of the windows to compare with"),
}

ACTS = {
    "ground-fire": msgid("fire on the ground"),
    "live-fire-training": msgid("live-fire training"),
    "air-attack": msgid("attack from the air"),
    "rocket-fire": msgid("rocket fire"),
    "any-attack": msgid("any attack"),
    "strike-on-energy": msgid("strike on energy sites"),
    "heavy-weapons": msgid("presence of heavy weapons"),
    "strike": msgid("strike"),
    "troop-presence": msgid("presence of armed persons"),
    "fortifying": msgid("fortifying"),
    "mining": msgid("laying of mines"),
    "flight": msgid("flights"),
    "offensive": msgid("offensive action"),
    "reconnaissance": msgid("reconnaissance"),
    "sabotage": msgid("sabotage"),
    "restricting-movement": msgid("restriction of movement"),
}

NORM_KINDS = {
    "forbid": msgid("forbidden"),
    "oblige": msgid("obliged"),
    "permit": msgid("permitted"),
    "power": msgid("power"),
}

WEAPONS = {
    "any": msgid("of any kind"),
    "small-arms": msgid("small arms"),
    "heavy-machine-gun": msgid("heavy machine gun"),
    "automatic-grenade-launcher": msgid("automatic grenade launcher"),
    "infantry-fighting-vehicle-cannon": msgid("cannon of an infantry fighting vehicle"),
    "recoilless-gun": msgid("recoilless gun"),
    "mortar": msgid("mortar"),
    "artillery": msgid("artillery"),
    "mlrs": msgid("multiple rocket launcher"),
    "tank": msgid("tank"),
    "anti-aircraft-gun": msgid("anti-aircraft gun"),
    "missile": msgid("missile"),
    "uav": msgid("unmanned aircraft"),
    "aircraft": msgid("aircraft"),
    "anti-tank-missile": msgid("anti-tank missile"),
    "anti-aircraft-missile": msgid("anti-aircraft missile"),
    "helicopter": msgid("helicopter"),
}

TARGETS = {
    "power-plant": msgid("power plant"),
    "power-grid": msgid("power grid"),
    "nuclear-plant": msgid("nuclear power plant"),
    "hydro-dam": msgid("dam of a hydroelectric plant"),
    "refinery": msgid("refinery"),
    "fuel-storage": msgid("fuel storage"),
    "pipeline": msgid("pipeline"),
    "gas-infrastructure": msgid("gas infrastructure"),
    "heating": msgid("district heating"),
    "water-supply": msgid("water supply"),
    "hospital": msgid("hospital"),
    "school": msgid("school"),
    "residential": msgid("residential building"),
    "place-of-worship": msgid("place of worship"),
    "port": msgid("port"),
    "railway": msgid("railway"),
    "humanitarian": msgid("humanitarian convoy or site"),
    "cultural-site": msgid("cultural site"),
    "medical-vehicle": msgid("medical vehicle"),
    "military": msgid("military target"),
}

MEANS = {
    "saw": msgid("saw"),
    "heard": msgid("heard"),
    "recorded": msgid("recorded"),
    "detected": msgid("detected"),
    "reported": msgid("reported"),
}

STATUSES = {
    "announced": msgid("announced"),
    "unilateral": msgid("unilateral"),
    "mirrored": msgid("announced by one side, mirrored by the other"),
    "signed": msgid("signed"),
    "ratified": msgid("ratified"),
    "in-force": msgid("in force"),
    "suspended": msgid("suspended"),
    "ended": msgid("ended"),
}

BASES = {"observations": msgid("observations"), "published figure": msgid("published figure")}

SENSES = {"lasted": msgid("went on throughout"), "sometime": msgid("at an unknown moment in between")}

QUANTITIES = {
    "violations": msgid("violations"),
    "violations-first-day": msgid("violations, first day"),
    "assaults": msgid("assaults"),
    "shellings": msgid("shellings"),
    "shellings-with-heavy-weapons": msgid("shellings with heavy weapons"),
    "times-fired-upon": msgid("times fired upon"),
    "mortar-shells": msgid("mortar shells"),
    "air-strikes": msgid("air strikes"),
    "drone-strikes": msgid("drone strikes"),
    "long-range-drones": msgid("long-range drones"),
    "strikes-on-energy": msgid("strikes on energy sites"),
    "rockets-intercepted": msgid("rockets intercepted"),
    "aid-trucks-to-the-north": msgid("aid trucks to the north"),
    "people-killed": msgid("people killed"),
    "killed": msgid("killed"),
    "wounded": msgid("wounded"),
}
"""What parties claim a total of, as the case files of the casebook name it."""

VOCABULARIES = (
    PHENOMENA,
    STRATA,
    RESULTS,
    STATES,
    RULES,
    ACTS,
    WEAPONS,
    MEANS,
    BASES,
    NORM_KINDS,
    STATUSES,
    SENSES,
    QUANTITIES,
    RULE_MEANINGS,
    NO_RATIO,
    TARGETS,
)
"""Every vocabulary, in the order in which a word of unknown kind is looked up."""


def word(tongue: Tongue, vocabulary: dict[str, str], value: str) -> str:
    """A word of a vocabulary in the language; a word nobody knows stays as it is."""
    known = vocabulary.get(value)
    return tongue.say(known) if known else value


def any_word(tongue: Tongue, value: str) -> str:
    """A word of whichever vocabulary knows it first; other text stays as it is."""
    for vocabulary in VOCABULARIES[:9]:
        if value in vocabulary:
            return tongue.say(vocabulary[value])
    return value


def parameter(tongue: Tongue, name: str, value: str | float) -> str:
    """A counting rule's parameter with its unit, or the class a count is of."""
    if name == "gap_min" and not isinstance(value, str):
        return tongue.say(msgid("gap {minutes} min"), minutes=tongue.number(value))
    if name in {"class", "what"}:
        return word(tongue, {**WEAPONS, **WEAPON_STANDINGS, **DEATHS}, str(value))
    return f"{name} = {tongue.scalar(value)}"
