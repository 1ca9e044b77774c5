"""A head held against the clock: is it recent enough, and do witnesses and stamps agree on when it was there?

Question: is this the log of now, or an old one shown again? In: a signed head, a list of keys with its quorum of
witnesses, the reader's time, the greatest age allowed (seconds). Out: the time of the newest quorum; or a refusal.

Only witnesses make a head fresh: a cosignature with a time says that it was the newest then. A stamp does not, since
anybody can have an old head stamped today; it bounds the other side. A witness under the stamped bytes who states a
time after the stamp was made has a clock that is ahead, or lies about it. Times from the future of the reader are
refused before anything is counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from truceline.ledger.stamps import Stamp, existed_by_s
from truceline.ledger.verifying import KeyList, head_time, moment
from truceline.model.errors import NotProved

MAX_AGE_S = 7 * 86_400
"""A week: the usual greatest age of a head. Longer than an outage, shorter than a reporting period."""
CLOCKS_DIFFER_S = 300
"""So far may a clock elsewhere be ahead of this machine's."""


def check_fresh(head: bytes, keys: KeyList, now_s: int, max_age_s: int = MAX_AGE_S) -> int:
    """The time since which enough witnesses say they signed this head, if that is recent enough.

    Raises :class:`~truceline.model.errors.NotProved` where the list's log or quorum did not sign, where a time is in
    the future, where nobody states a time, or where the head is too old.
    """
    signed = keys.policy.check(head, now_s + CLOCKS_DIFFER_S).signed
    time_s = head_time(keys.policy, signed)
    if time_s is None or now_s - time_s > max_age_s:
        told = "nobody states when it was signed" if time_s is None else f"enough signatures are of {moment(time_s)}"
        raise NotProved(
            f"the head is stale: {told}, and it may be {max_age_s / 86_400:g} days old",
            do="ask the log for its newest head; if there is none, its witnesses were not there: ask them why",
        )
    return time_s


def ahead_of_stamps(head: bytes, keys: KeyList, stamps: Sequence[Stamp]) -> tuple[str, ...]:
    """The witnesses under a stamped head who state a time at which the stamp was there already."""
    by_s = existed_by_s(stamps)
    if by_s is None:
        return ()
    names = {one.key: one.name for one in keys.policy.witnesses}
    signed = keys.policy.check(head).signed
    return tuple(names[one.key] for one in signed.witnesses if one.time_s is not None and one.time_s > by_s)
