"""What an entry of the register can speak of: an entry on anything else would change no finding, unnoticed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from truceline.model import Agreement


def subjects_of(agreement: Agreement) -> tuple[str, ...]:
    """Whatever has an id in an agreement, parts of guarantees with the guarantee's id before them."""
    told = [agreement.id]
    for kind in (agreement.instruments, agreement.clauses, agreement.norms, agreement.events, agreement.guarantees):
        told += [one.id for one in kind]
    told += [f"{norm.instrument}/{norm.id}" for norm in agreement.norms if norm.instrument]
    for guarantee in agreement.guarantees:
        for part in (guarantee.trigger.criteria, guarantee.duties, guarantee.voids):
            told += [f"{guarantee.id}/{one.id}" for one in part]
    required = [one for norm in agreement.norms for one in (*norm.requires, *norm.void_if)]
    required += [one for guarantee in agreement.guarantees for void in guarantee.voids for one in void.requires]
    return tuple(dict.fromkeys([*told, *(one.subject for one in required if one.subject)]))


def is_subject(subject: str, subjects: Sequence[str], actors: Collection[str]) -> bool:
    """Whether a subject is one of these, by its id alone, with its owner before it, or as findings are told.

    >>> is_subject("consult", ["support/consult"], []), is_subject("fire/party-a/agreed", ["fire"], ["party-a"])
    (True, True)
    >>> is_subject("frie", ["fire"], ["party-a"])
    False
    """
    known = {part for one in subjects for part in (one, one.rpartition("/")[2])}
    parts = subject.split("/")
    told = any("/".join(parts[:i]) in known and parts[i] in actors for i in range(1, len(parts)))
    return subject in known or told
