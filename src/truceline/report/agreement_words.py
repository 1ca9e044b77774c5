"""The words of agreements as a reader meets them: deeds, modes, kinds of text, links, requirements and guarantees."""

from __future__ import annotations

from truceline.report.language import msgid

DEEDS = {
    "withdraw-weapons": msgid("withdrawal of weapons"),
    "withdraw-forces": msgid("withdrawal of forces"),
    "remove-fortifications": msgid("removal of fortifications"),
    "clear-mines": msgid("clearing of mines"),
    "deploy-forces": msgid("deployment of forces"),
    "disarm": msgid("disarmament"),
    "dismantle": msgid("dismantling"),
    "prevent": msgid("prevention of acts by others"),
    "release-persons": msgid("release of persons"),
    "return-remains": msgid("return of remains"),
    "hand-over-weapons": msgid("handover of weapons"),
    "hand-over-information": msgid("handover of information"),
    "deliver-aid": msgid("delivery of aid"),
    "admit-aid": msgid("admission of aid"),
    "allow-passage": msgid("free passage"),
    "open-crossing": msgid("opening of a crossing"),
    "provide-access": msgid("granting of access"),
    "repair": msgid("repair"),
    "notify": msgid("notification"),
    "consult": msgid("consultation"),
    "negotiate": msgid("negotiation"),
    "order-ceasefire": msgid("order to cease fire"),
    "publish": msgid("publication"),
    "establish-mechanism": msgid("establishment of a mechanism"),
    "monitor": msgid("monitoring"),
    "investigate": msgid("investigation"),
    "determine": msgid("determination"),
    "discipline": msgid("disciplinary measures"),
    "extend": msgid("extension"),
    "suspend": msgid("suspension"),
    "terminate": msgid("termination"),
    "support": msgid("support"),
    "finance": msgid("financing"),
    "impose-sanctions": msgid("imposition of sanctions"),
    "lift-sanctions": msgid("lifting of sanctions"),
    "act-in-self-defence": msgid("self-defence"),
}

MODES = {
    "achievement": msgid("to be done once"),
    "maintenance": msgid("to be kept up throughout"),
    "achievement-then-maintenance": msgid("to be done once, and kept up from then on"),
}

TEXT_KINDS = {
    "ceasefire": msgid("ceasefire"),
    "truce": msgid("truce"),
    "pause": msgid("pause"),
    "framework": msgid("framework"),
    "addendum": msgid("addendum"),
    "decision": msgid("decision"),
    "side-letter": msgid("side letter"),
    "declaration": msgid("declaration"),
    "guarantee": msgid("guarantee"),
    "plan": msgid("plan"),
    "draft": msgid("draft"),
}
"""What kind of text an instrument is."""

LINKS = {
    "within": msgid("stands within: {title}"),
    "starts-with": msgid("begins with: {title}"),
    "side-letter-to": msgid("is a side letter to: {title}"),
    "draft-of": msgid("is a draft of: {title}"),
    "amends": msgid("amends: {title}"),
    "implements": msgid("implements: {title}"),
    "replaces": msgid("replaces: {title}"),
    "extends": msgid("extends: {title}"),
}

REQUIRED = {
    "event": msgid("an event come about"),
    "done": msgid("a duty done"),
    "notice": msgid("a notice"),
    "order": msgid("an order"),
    "coordination": msgid("the coordination mechanism tried first"),
    "request": msgid("a request"),
    "acknowledgement": msgid("an acknowledgement of receipt"),
    "response": msgid("an option used"),
    "determination": msgid("a determination"),
    "release": msgid("a waiver"),
}
"""Entries of the register that a permission or a voiding clause asks for."""

OPEN_POINTS = {
    "until": msgid("no deadline or end is named"),
    "from": msgid("no beginning or nearest distance is named"),
    "at_most": msgid("no number is named that is allowed at most"),
    "at_least": msgid("no number is named that is needed at least"),
    "by": msgid("it is not said who has to act"),
    "provisional_by": msgid("nobody is named who may find provisionally that the trigger is met"),
    "confirmed_by": msgid("nobody is named who confirms that the trigger is met"),
    "determined_by": msgid("nobody is named who determines it"),
    "starts": msgid("it is not said what starts the time"),
}
"""What a ``null`` in a norm or guarantee leaves open, by the key that has no value."""

ENTRY_BY = msgid("nobody is named whose entry of this kind counts ({entry})")
"""What a ``null`` leaves open that stands for the author of an entry of the register, other than a determination."""

JUDGED = {
    "counts": msgid("counts"),
    "outside": msgid("outside time or place"),
    "another-party": msgid("names somebody else"),
    "excepted": msgid("an exception applies"),
    "threat-only": msgid("a threat only"),
    "position-unsure": msgid("not surely inside time and place"),
    "not-confirmed": msgid("below the evidence standard"),
    "not-attributed": msgid("names nobody"),
    "count-unsure": msgid("may have been none at all"),
    "object-unsure": msgid("not surely the object meant"),
    "exception-claimed": msgid("an exception is claimed, and open"),
}
"""What became of one incident when a norm was held against a party."""
