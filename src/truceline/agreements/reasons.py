"""Every sentence an evaluation can say, as templates with named values.

One place, so that each can be translated, and so that a reviewer can see that no sentence speaks of one party
differently from another: neither templates nor values hold a party's name or id. Counts stand after a colon, because
languages bend nouns after numbers in different ways.
"""

from __future__ import annotations

from truceline.agreements.acts import ACTS
from truceline.agreements.guarantees.reasons import GUARANTEE_REASONS

STEP_TITLES: tuple[str, ...] = (
    "Instrument and reading",
    "Time",
    "Actor",
    "Act and object",
    "Space",
    "Exceptions and exemptions",
    "Evidence standard",
    "Coverage",
    "Result",
    "What would change it",
    "Attribution",
)
"""Titles of the eleven steps, in order; translated like the reasons."""

WINDOW_NOT_BEGUN = "the window has not begun"
WINDOW_RUNNING = "the window is still running"
WINDOW_OVER = "the window is over"

DRAFT_BINDS_NOBODY = "the instrument is a draft and binds nobody"
ANNOUNCED_ONLY = "the instrument was announced only and binds nobody yet"
EVENT_NOT_COME = "the moment is told from an event that has not come about as far as is known: {event}"
WAITS_FOR = "the norm waits for another that is not achieved as far as is known: {norm}"
NEVER_BINDS = "under this reading the norm binds at no moment"
HAD_ENDED = "the instrument had ended before the norm would have bound"
SLEPT_THROUGHOUT = "the norm was suspended for as long as it would have bound"
DEADLINE_BEFORE_BOUND = "the deadline had passed before the duty bound, so that nobody was late"
DEADLINE_AFTER_END = "the instrument had ended before the deadline came"
DEADLINE_AFTER_READING = "under this reading nobody was bound any more when the deadline came"
DEADLINE_ASLEEP = "the deadline fell into a suspension, and the text does not say if time ran on"
RELEASED = "the one to whom it is owed waived it"
VOIDED = "the clause that makes it void applies"
VOID_OPEN = "somebody found what would make it void, and the text does not say who may find it"

TIME_COUNTED = (
    "incidents surely inside the window: {inside}; perhaps inside: {perhaps}; "
    "begun before it and gone on inside it: {went_on}; while the norm was suspended: {suspended}"
)
TIME_OF_DEED = "entries of the register up to the moment of information: {entries}; deadline over: {over}"
OVER_YES = "yes"
OVER_NO = "no"
OVER_UNKNOWN = "the text names none"

ACT_COUNTED = (
    "incidents that show the act: {shown}; that only threaten it: {threats}; "
    "surely of the object: {surely}; perhaps: {perhaps}; of another: {other}"
)
DEED_COUNTED = (
    "entries that say it was done, verified: {done}; only claimed: {claimed}; "
    "that somebody established it was not: {not_done}"
)

SPACE_EVERYWHERE = "the norm binds everywhere"
SPACE_COUNTED = (
    "incidents that show the act surely inside: {inside}; perhaps inside: {perhaps}; of unknown position: {unknown}; "
    "likeliest to be inside: {likely}"
)

PLACE_NOT_GIVEN = "where {place} runs is not given: a mission has to bring its drawing before this can be judged"

ACTOR_COUNTED = (
    "incidents that name this party as the actor: {named}; that name nobody: {nobody}; "
    "confirmed ones that name somebody else, set aside: {others}"
)
ACTOR_COUNTED_WITH_UNNAMED = (
    "incidents that name this party as the actor: {named}; that name nobody: {nobody}, "
    "of which somebody is named by too few channels in {unnamed}; "
    "confirmed ones that name somebody else, set aside: {others}"
)
ACTOR_OF_DEED = "the deed is this party's; entries by others are not counted"

NO_EXCEPTION = "no exception from the norm is in the text"
EXCEPTIONS_COUNTED = (
    "this party's incidents to which an exception applies, set aside: {excepted}; "
    "for which one is claimed and open: {claimed}"
)
EXCEPTIONS_ANYWHERE = (
    "this party's incidents to which an exception applies, set aside: {excepted}; "
    "for which one is claimed and open: {claimed}; where the attack was that they answer, the text does not ask"
)
WAIVERS_COUNTED = "waivers by the one to whom it is owed: {released}"

EVIDENCE_COUNTED = (
    "incidents confirmed: {confirmed}; probable: {probable}; possible: {possible}; insufficient: {insufficient}; "
    "technical dissent: not examined"
)
EVIDENCE_AND_DISSENT = (
    "incidents confirmed: {confirmed}; probable: {probable}; possible: {possible}; insufficient: {insufficient}; "
    "watched by an instrument sure to notice: {watched}; technical dissent: {dissent}"
)
EVIDENCE_OF_DEED = "only verified entries count; a claim of one's own deed proves nothing"

COVERAGE_COUNTED = "what was watched for least: {phenomenon}, undisturbed in {share_percent} % of place and time"
COVERAGE_UNSEEABLE = "no phenomenon of the vocabulary shows this act by itself"
COVERAGE_OF_DEED = "no sensor sees the deed; that nothing is recorded never shows that it was not done"

NOT_ATTRIBUTED_STEP = (
    "nobody: only a breach by confirmed incidents or verified entries that name the party is attributed"
)
ATTRIBUTED_STEP = "this party: named as the actor by what the breach rests on"

BREACHED = "confirmed incidents inside window and zone whose actor is this party: {decisive}"
COMPLIED = (
    "no incident shows or threatens the act, and it was watched for undisturbed in {share_percent} % of place and time"
)
COMPLIED_SET_ASIDE = (
    "no incident counts against this party; set aside as confirmed and naming somebody else: {others}, "
    "as outside window and zone: {outside}; the act was watched for undisturbed in {share_percent} % of place and time"
)
NOT_BREACHED_EXCEPTED = (
    "the act was seen, and an exception applies to every sight of it that would count: {excepted}; "
    "it was watched for undisturbed in {share_percent} % of place and time"
)
INSIDE_UNSURE = "incidents that show the act: {shown}, and none lies surely inside window and zone"
NOT_CONFIRMED = "incidents that show the act inside window and zone: {inside}, and none meets the evidence standard"
NOT_ATTRIBUTED_YET = "confirmed incidents inside window and zone: {confirmed}, and none is attributed to this party"
OBJECT_OPEN = "confirmed incidents whose actor is this party: {some}, and none says if it was the object meant"
COUNT_MAY_BE_ZERO = "confirmed incidents whose actor is this party: {attributed}, and each may have been none at all"
EXCEPTION_OPEN = (
    "confirmed incidents whose actor is this party: {of_object}, and for each an exception is claimed that is neither "
    "established nor refuted"
)
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

LIMIT_UNKNOWN = "the text names no number"
LIMIT_BREACHED = "surely at least {low} together, where at most {limit} are allowed"
LIMIT_OPEN = "between {low} and {high} together, where at most {limit} are allowed"
LIMIT_OPEN_ENDED = "at least {low} together and nobody knows the most, where at most {limit} are allowed"
LIMIT_KEPT = (
    "at most {high} together, where at most {limit} are allowed; watched for undisturbed in {share_percent} % of "
    "place and time"
)

DUTY_DONE = "done by the deadline, verified: {amount} of {needed}"
DUTY_DONE_NO_DEADLINE = "done, verified: {amount} of {needed}; the text names no deadline"
DUTY_LATE = "done only after the deadline, verified: {late}"
DUTY_NOT_DONE = "established not to have been done: {not_done}"
DUTY_CONTRADICTED = "verified entries contradict each other: done: {done}; established not to be: {not_done}"
DUTY_CONTRARY = "after the deadline, confirmed incidents of what was to be gone, whose actor is this party: {decisive}"
DUTY_RUNNING = "the deadline is still to come; done so far, verified: {amount} of {needed}"
DUTY_NO_DEADLINE = "the text names no deadline; done so far, verified: {amount} of {needed}"
DUTY_CLAIMED = "only claims say that it was done, or the word of a party: {claimed}"
DUTY_UNKNOWN = "nobody recorded whether it was done; verified: {amount} of {needed}"
DUTY_GONE_UNSURE = "done by the deadline as far as is recorded, but whether it lasted is not established"
DUTY_LASTED = (
    "done by the deadline, and nothing contrary was seen since, watched for undisturbed in {share_percent} % of place "
    "and time"
)
DUTY_GONE = (
    "nothing of it was seen since the deadline, watched for undisturbed in {share_percent} % of place and time; that "
    "it was done nobody verified"
)
DUTY_KEPT = "kept up throughout, verified"
DUTY_DAYS_KEPT = "kept on every day, verified: {days}"
DUTY_DAYS_BROKEN = "days on which somebody established that it was not kept: {days}"
DUTY_DAYS_OPEN = "days on which it was kept, verified: {kept} of {days}; of the others nobody recorded enough"

PERMISSION_USED = "used within its terms: {uses}"
PERMISSION_UNUSED = "not used; nobody need use it"
POWER_USED = "exercised: {uses}"
POWER_UNUSED = "not exercised; nobody need exercise it"

CHANGE_BEGIN = "the beginning of the window"
CHANGE_EVENT = "a verified entry of the register that the event came about"
CHANGE_FIRST = "the achievement of the norm it waits for, verified"
CHANGE_STATUS = "the signature of the instrument, or its coming into force"
CHANGE_TEXT = "a text that binds for a moment at least"
CHANGE_END = "the end of the window, with the coverage up to it"
CHANGE_SOURCE = "a source that can see the act itself and watched during the window"
CHANGE_COVERAGE = "records of sources that watched undisturbed where and when nobody is known to have done so"
CHANGE_SHOWN = "an observation that shows the act itself"
CHANGE_INSIDE = "a closer time or position that places an incident surely inside, or surely outside"
CHANGE_PLACE = "a drawing of the line or zone, dated and with its accuracy"
CHANGE_BEGUN_BEFORE = "an observation that shows the act begin inside the window, or shows that it ended before"
CHANGE_COUNT = "a count that is surely one or more"
CHANGE_STANDARD = (
    "independent channels enough for the evidence standard, in one incident; "
    "so far only alarms of several channels are put together as one"
)
CHANGE_ACTOR = "evidence of who acted"
CHANGE_WEAPON = "an observation that names the weapon or what was hit"
CHANGE_EXCEPTION = "a verified entry of the register that each condition of the exception was met, or that one was not"
CHANGE_EXCEPTION_CLAIM = "a claim of an exception, with its conditions established"
CHANGE_REFUTED = (
    "evidence that no decisive incident happened so: another time, place or actor, "
    "or an instrument that watched and registered nothing"
)
CHANGE_FOUND = "a late or corrected record of an incident inside window and zone, or of a source that did not watch"
CHANGE_NUMBER = "closer counts"
CHANGE_LIMIT = "a text that names the number"
CHANGE_VERIFIED = "a verified entry of the register that it was done, or that it was not"
CHANGE_ENTRY = "an entry of the register that corrects those it rests on"
CHANGE_USED = "a verified entry of the register that it was used"
CHANGE_RESTORED = "an entry of the register that takes back the waiver or the finding that made it void"

ALL_REASONS: tuple[str, ...] = (
    *(text for name, text in sorted(globals().items()) if name.isupper() and isinstance(text, str)),
    *(act.blind_because for act in ACTS.values()),
    *dict.fromkeys(act.threat_only for act in ACTS.values()),
    *GUARANTEE_REASONS,
)
"""Every template a finding can carry, those of the acts and of guarantees included."""
