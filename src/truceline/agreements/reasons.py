"""Every sentence an evaluation can say, as templates with named values.

One place, so that each can be translated, and so that a reviewer can see that no sentence speaks of one party
differently from another: neither templates nor values hold a party's name or id. Counts stand after a colon, because
languages bend nouns after numbers in different ways.
"""

from __future__ import annotations

from truceline.agreements.acts import ACTS

STEP_TITLES: tuple[str, ...] = (
    "Reading and window",
    "Time",
    "Act",
    "Object",
    "Space",
    "Actor",
    "Evidence standard",
    "Coverage",
    "Result",
    "What would change it",
)
"""Titles of the ten steps, in order; translated like the reasons."""

WINDOW_NOT_BEGUN = "the window has not begun"
WINDOW_RUNNING = "the window is still running"
WINDOW_OVER = "the window is over"

TIME_COUNTED = (
    "incidents surely inside the window: {inside}; perhaps inside: {perhaps}; "
    "begun before it and gone on inside it: {went_on}"
)

ACT_COUNTED = "incidents that show the act: {shown}; that only threaten it: {threats}"

OBJECT_ANY = "the norm covers every weapon"
OBJECT_UNKNOWN = "the norm covers one class of weapon, and no incident says which weapon it was"

SPACE_EVERYWHERE = "the norm binds everywhere"
SPACE_COUNTED = (
    "incidents that show the act surely inside the zone: {inside}; perhaps inside: {perhaps}; "
    "of unknown position: {unknown}"
)

ACTOR_COUNTED = (
    "incidents that name this party as the actor: {named}; that name nobody: {nobody}; "
    "confirmed ones that name somebody else, set aside: {others}"
)

EVIDENCE_COUNTED = (
    "incidents confirmed: {confirmed}; probable: {probable}; possible: {possible}; insufficient: {insufficient}; "
    "technical dissent: not examined"
)

COVERAGE_COUNTED = "what was watched for least: {phenomenon}, undisturbed in {share_percent} % of place and time"
COVERAGE_UNSEEABLE = "no phenomenon of the vocabulary shows this act by itself"

BREACHED = "confirmed incidents inside window and zone whose actor is this party: {decisive}"
COMPLIED = (
    "no incident shows or threatens the act, and it was watched for undisturbed in {share_percent} % of place and time"
)
COMPLIED_SET_ASIDE = (
    "no incident counts against this party; set aside as confirmed and naming somebody else: {others}, "
    "as outside window and zone: {outside}; the act was watched for undisturbed in {share_percent} % of place and time"
)
INSIDE_UNSURE = "incidents that show the act: {shown}, and none lies surely inside window and zone"
NOT_CONFIRMED = "incidents that show the act inside window and zone: {inside}, and none meets the evidence standard"
NOT_ATTRIBUTED_YET = "confirmed incidents inside window and zone: {confirmed}, and none is attributed to this party"
OBJECT_OPEN = "confirmed incidents whose actor is this party: {decisive}, and none says if it was the weapon meant"
COUNT_MAY_BE_ZERO = "confirmed incidents whose actor is this party: {attributed}, and each may have been none at all"
BEGUN_BEFORE = "incidents that show the act, begun before the window and gone on inside it: {before}"
THREAT_BEGUN_BEFORE = "only threats were seen, begun before the window and gone on inside it: {before}"
STILL_RUNNING = "nothing that counts was seen so far, and the window is still running"
COVERAGE_TOO_SMALL = (
    "nothing that counts was seen, but it was watched for undisturbed in {share_percent} % of place and time only; "
    "{needed_percent} % are needed"
)
AREAS_TOO_DIM = (
    "nothing that counts was seen, but areas in which it was watched for undisturbed for less than {needed_percent} % "
    "of the time: {dim} of {areas}"
)

CHANGE_BEGIN = "the beginning of the window"
CHANGE_END = "the end of the window, with the coverage up to it"
CHANGE_SOURCE = "a source that can see the act itself and watched during the window"
CHANGE_COVERAGE = "records of sources that watched undisturbed where and when nobody is known to have done so"
CHANGE_SHOWN = "an observation that shows the act itself"
CHANGE_INSIDE = "a closer time or position that places an incident surely inside, or surely outside"
CHANGE_BEGUN_BEFORE = "an observation that shows the act begin inside the window, or shows that it ended before"
CHANGE_COUNT = "a count that is surely one or more"
CHANGE_STANDARD = "further independent channels, until an incident meets the evidence standard"
CHANGE_ACTOR = "evidence of who acted"
CHANGE_WEAPON = "an observation that names the weapon"
CHANGE_REFUTED = (
    "evidence that no decisive incident happened so: another time, place or actor, "
    "or an instrument that watched and registered nothing"
)
CHANGE_FOUND = "a late or corrected record of an incident inside window and zone, or of a source that did not watch"

ALL_REASONS: tuple[str, ...] = (
    WINDOW_NOT_BEGUN,
    WINDOW_RUNNING,
    WINDOW_OVER,
    TIME_COUNTED,
    ACT_COUNTED,
    OBJECT_ANY,
    OBJECT_UNKNOWN,
    SPACE_EVERYWHERE,
    SPACE_COUNTED,
    ACTOR_COUNTED,
    EVIDENCE_COUNTED,
    COVERAGE_COUNTED,
    COVERAGE_UNSEEABLE,
    BREACHED,
    COMPLIED,
    COMPLIED_SET_ASIDE,
    INSIDE_UNSURE,
    NOT_CONFIRMED,
    NOT_ATTRIBUTED_YET,
    OBJECT_OPEN,
    COUNT_MAY_BE_ZERO,
    BEGUN_BEFORE,
    THREAT_BEGUN_BEFORE,
    STILL_RUNNING,
    COVERAGE_TOO_SMALL,
    AREAS_TOO_DIM,
    CHANGE_BEGIN,
    CHANGE_END,
    CHANGE_SOURCE,
    CHANGE_COVERAGE,
    CHANGE_SHOWN,
    CHANGE_INSIDE,
    CHANGE_BEGUN_BEFORE,
    CHANGE_COUNT,
    CHANGE_STANDARD,
    CHANGE_ACTOR,
    CHANGE_WEAPON,
    CHANGE_REFUTED,
    CHANGE_FOUND,
    *(act.blind_because for act in ACTS.values()),
    *dict.fromkeys(act.threat_only for act in ACTS.values()),
)
"""Every template a finding can carry, those of the acts included."""
