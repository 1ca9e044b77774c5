"""The words of obligations and guarantees as a reader meets them: states, measures, steps, time stamps and clocks."""

from __future__ import annotations

from truceline.report.language import msgid

DUE_STATES = {
    "overdue": msgid("overdue"),
    "open": msgid("open"),
    "unrecorded": msgid("window over, not recorded"),
    "due": msgid("due within 24 hours"),
    "running": msgid("running"),
    "no-deadline": msgid("open, without a deadline"),
    "waiting": msgid("not binding yet"),
    "done": msgid("done"),
    "failed": msgid("not done, or too late"),
    "stopped": msgid("stopped in time"),
    "waived": msgid("waived"),
    "void": msgid("void"),
}

MEASURES = {
    "incidents": msgid("incidents, confirmed and attributed"),
    "days": msgid("days with such an incident"),
    "areas": msgid("areas with such an incident"),
    "casualties": msgid("casualties"),
    "breached-norms": msgid("norms breached"),
    "determination": msgid("determination by a body"),
}

CRITERION_STATES = {"met": msgid("met"), "not-met": msgid("not met"), "open": msgid("open")}

STEPS = {
    "said": msgid("said"),
    "declared": msgid("declared"),
    "signed": msgid("signed"),
    "ratified": msgid("ratified"),
    "funded": msgid("funded"),
    "in-place": msgid("in place"),
}
"""How firm a commitment is, the weakest first."""

STAMPS = {
    "event": msgid("event"),
    "detection": msgid("detection"),
    "notice": msgid("notice"),
    "acknowledgement": msgid("acknowledgement"),
    "finding": msgid("finding"),
    "remedy": msgid("remedy"),
}

CLOCK_STATES = {
    "never-runs": msgid("never runs: the text does not say what starts it"),
    "not-started": msgid("not started"),
    "running": msgid("running"),
    "done": msgid("done"),
    "stopped": msgid("stopped"),
    "over": msgid("over"),
}

DUTY_MODES = {"must": msgid("must"), "may": msgid("may")}
