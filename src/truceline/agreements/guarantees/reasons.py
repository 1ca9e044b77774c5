"""Every sentence the evaluation of a guarantee can say, as templates with named values.

Like those of :mod:`truceline.agreements.reasons`, of which they are part: neither templates nor values hold the id or
name of a party or guarantor, and counts stand after a colon.
"""

from __future__ import annotations

HOLDS = "the guarantee holds"
NOT_SIGNED = "the guarantor is not among those who signed or declared the instrument"
NOT_BEGUN = "the guarantee has not begun"
HAS_ENDED = "the guarantee has ended"
VOIDED = "a voiding clause applies: every condition of it is verified, a finding by the body that the text names"
SUSPENDED = "suspended by a verified entry of the register"

SUSPENDED_INSTRUMENT = "the instrument is suspended"

CRITERIA_COUNTED = "criteria of the trigger met: {met}; not met: {not_met}; open: {open}"
CRITERIA_MET = "every criterion of the trigger is met, and the text asks for no finding by a body"
CRITERION_NOT_MET = "the trigger is not met, as far as is established; criteria not met: {not_met}; open: {open}"
CRITERION_OPEN = "whether the trigger is met is open; criteria met: {met}; open: {open}"
NO_CRITERION = "the text names neither a criterion of the trigger nor a body that finds it met"
NOBODY_CONFIRMS = "every criterion of the trigger is met, and the text names nobody who confirms it"
AWAITS_FINDING = "every criterion of the trigger is met, and the body that confirms it has not done so"
PROVISIONAL_ONLY = "the trigger is found to be met provisionally only; the duty waits for the confirmation"
FOUND_CONFIRMED = "the body that the text names has confirmed that the trigger is met"
FINDING_DENIED = "the body that the text names has found that the trigger is not met"

MEASURED_MET = "at least {low}, where {needed} are needed"
MEASURED_NOT_MET = "at most {high}, where {needed} are needed"
MEASURED_OPEN = "between {low} and {high}, where {needed} are needed"
MEASURED_OPEN_ENDED = "at least {low} and nobody knows the most, where {needed} are needed"
NO_NUMBER = "the text names no number; at least {low} were found"
NO_BODY = "the text names no body that determines it"
DETERMINED = "the body that the text names determined it"
DETERMINED_NOT = "the body that the text names determined that it is not so"
NOT_DETERMINED = "the body that the text names has not determined it"

NOBODY_ASKED = "it is owed on request, and none is recorded as verified"
REQUEST_CLAIMED = "it is owed on request, and requests are only claimed: {claimed}"
CLOCK_NEVER_RUNS = (
    "the text does not say what starts its clock, so it never runs by itself; nobody recorded that it was done"
)
CLOCK_WAITING = "its clock has not started: the time stamp that starts it is not on the record; the stamp: {stamp}"
CLOCK_RUNNING = "its clock is running; nobody recorded so far that it was done"
CLOCK_STOPPED = "its clock was stopped in time by one who may"
CLOCK_BEFORE_TRIGGER = "its time was over before the trigger was found to be met, so that nobody was late"
CLOCK_BEFORE_REQUEST = "its time was over before anybody asked for it, so that nobody was late"
CLOCK_SUSPENDED = "its time ran out while the guarantee was suspended"
CLOCK_AFTER_END = "the guarantee had ended before its time was over, so that nobody was late"
ASKED_SUSPENDED = "it was asked for while the guarantee was suspended"
DONE_IN_TIME = "done within its time, verified"
DONE_NO_LIMIT = "done, verified; no time limit runs"
DONE_LATE = "done only after its time, verified"
DONE_ABOUT_THE_END = "done, verified, but at a moment that may lie on either side of the end of its time"
ENDED_ABOUT_THE_END = (
    "its time is over, but it may have been waived or void, or its clock stopped, before: "
    "the moment is not known closely"
)
DONE_UNSURE = "done, verified, but nobody recorded whether it was done on this occasion"
DONE_CONTRADICTED = "verified entries say both that it was done in time and that it was not done"
DONE_CLAIMED = "only its own word says that it was done: {claimed}"
ESTABLISHED_NOT_DONE = "its time is over, and it is established not to have been done"
NOT_DONE_CLAIMED = "its time is over, and that it was not done is only claimed: {claimed}"
OVERDUE_SILENT = "its time is over, and nobody recorded whether it was done; silence proves nothing"
NO_LIMIT = "the text names no time limit, and nobody recorded that it was done"
OPTION_USED = "options used, verified: {used}"
OPTION_UNUSED = "no option was used; nobody need use one"
OPTION_UNUSED_OPEN = "whether the trigger is met is open; no option was used, and nobody need use one"
OPTION_OUTSIDE = "what was used is none of the options in the text: {outside}"

STAMPS_COUNTED = "time stamps on the record: {known} of {all}; clocks running: {running}; clocks over: {over}"
GUARANTOR_STEP = "the duty is the guarantor's; what others did for it is not counted"
ENDS_COUNTED = "waivers by the beneficiary: {released}; voiding clauses that apply: {voided}; suspended: {suspended}"
GUARANTEE_EVIDENCE = (
    "criteria rest on incidents that were decisive for a finding; only verified entries count, and of a determination "
    "only one by the body that the text names"
)
GUARANTEE_COVERAGE = "what nobody saw is in no criterion; that nothing is recorded never shows that a duty was not done"

CHANGE_SIGNED = "the guarantor's signature or declaration"
CHANGE_INCIDENTS = "further confirmed and attributed incidents, or evidence against those that count"
CHANGE_FINDING = "a verified finding by the body that the text names"
CHANGE_BODY = "a text that names the body or the number"
CHANGE_REQUEST = "a verified entry of the register that it was asked for"
CHANGE_STAMP = "a verified entry of the register for the time stamp that starts its clock"
CHANGE_CLOCK = "a text that says what starts its clock, or within which time it is due"
CHANGE_TIME_OVER = "the end of its time"
CHANGE_UNVOID = "an entry of the register that takes back the finding that made it void"
CHANGE_UNSUSPENDED = "the end of the suspension"

GUARANTEE_REASONS: tuple[str, ...] = tuple(
    text for name, text in sorted(globals().items()) if name.isupper() and isinstance(text, str)
)
"""Every template above."""
