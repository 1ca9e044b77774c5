"""Deeds: what an agreement can oblige, allow or empower somebody to do, known from the register and not from sensors.

A deed is done when the register says so, verified. That nothing is recorded never shows that it was not done: somebody
has to establish that (``not-done``), or something contrary to it has to be seen after the deadline. For a withdrawal
that is the presence of what was to be withdrawn.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deed:
    """A kind of deed, and the act that is seen where it was not done (empty: no sensor can see that)."""

    name: str
    contrary: str = ""


DEEDS: dict[str, Deed] = {
    deed.name: deed
    for deed in (
        Deed("withdraw-weapons", "heavy-weapons"),
        Deed("withdraw-forces", "troop-presence"),
        Deed("remove-fortifications", "fortifying"),
        Deed("clear-mines", "mining"),
        *(
            Deed(name)
            for name in (
                "deploy-forces",
                "disarm",
                "dismantle",
                "prevent",
                "release-persons",
                "return-remains",
                "hand-over-weapons",
                "hand-over-information",
                "deliver-aid",
                "admit-aid",
                "allow-passage",
                "open-crossing",
                "provide-access",
                "repair",
                "notify",
                "consult",
                "negotiate",
                "order-ceasefire",
                "publish",
                "establish-mechanism",
                "monitor",
                "investigate",
                "determine",
                "discipline",
                "extend",
                "suspend",
                "terminate",
                "support",
                "finance",
                "impose-sanctions",
                "lift-sanctions",
                "act-in-self-defence",
            )
        ),
    )
}
"""Every deed by name."""

WITHDRAWALS = ("withdraw-weapons", "withdraw-forces")
"""Deeds whose place is the one that is left: they lead out of it."""
