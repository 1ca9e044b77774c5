"""The chain of custody of an item as it is shown and handed on.

Question: what happened to these bytes from the day they came in, and who can check that? Out: JSON for machines and
people; times in UTC, people and sources under their pseudonyms, the state of hash and signatures, and the entry of the
private log where it has been drained. Nothing here reads a byte of evidence.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from truceline.ledger.checking_log import newest_head
from truceline.mission.evidence import names_of
from truceline.mission.folder import Mission
from truceline.mission.log_keys import log_folder, read_verifier
from truceline.model import NotFound, plain_json
from truceline.model.custody import CustodyEvent, CustodyKind, CustodyStage, HashState


def custody_json(mission: Mission, item: str) -> dict[str, Any]:
    """The chain of one item. Raises :class:`NotFound` for an item without one."""
    chain = mission.records.custody_of(item)
    if not chain:
        raise NotFound(
            "no item of evidence has that SHA-256",
            where=item,
            do="take one from the list",
            example="truceline evidence list",
        )
    numbers, (size, _) = mission.records.custody_numbers(item), head_of_log(mission)
    received = [one for one in chain if one.entry.kind is CustodyKind.RECEIVE]
    records = [one.entry.detail for one in received if "record" in one.entry.detail]
    holder = [str(one.entry.detail["to"]) for one in chain if one.entry.kind is CustodyKind.TRANSFER]
    return {
        "item": item,
        "names": list(names_of(mission, item)),
        "holder": (holder or [received[0].entry.handling.by if received else ""])[-1],
        "hash": last_hash(chain).value,
        "destroyed": _is_destroyed(chain),
        "records": [{name: one[name] for name in ("record", "signature", "signed_by")} for one in records],
        "logged": size,
        "events": [_event_json(one, numbers.get(one.id, 0), size) for one in chain],
    }


def items_json(mission: Mission) -> list[dict[str, Any]]:
    """Every item in the order they first came: its names, how many events it has, and what its hash last said."""
    found = []
    for item in mission.records.items_received():
        chain = mission.records.custody_of(item)
        found.append(
            {
                "item": item,
                "names": list(names_of(mission, item)),
                "received": plain_json(chain[0].entry.handling.at),
                "events": len(chain),
                "hash": last_hash(chain).value,
                "destroyed": _is_destroyed(chain),
            }
        )
    return found


def last_hash(chain: tuple[CustodyEvent, ...]) -> HashState:
    """What hashing said when an event last asked."""
    asked = [one.entry.hash for one in chain if one.entry.hash is not HashState.NOT_ASKED]
    return asked[-1] if asked else HashState.NOT_ASKED


def head_of_log(mission: Mission) -> tuple[int, bytes]:
    """How many entries the newest signed head of the private log has, and that head; 0 and none before there is one."""
    try:
        return newest_head(log_folder(mission), (read_verifier(mission),))
    except NotFound:
        return 0, b""


def plainly(text: str) -> str:
    r"""A text for a person, in which nothing can turn the direction of writing or move a cursor.

    >>> plainly("photo\u202egpj.exe")
    'photo\\u202egpj.exe'
    """
    return "".join(one if unicodedata.category(one)[0] != "C" else f"\\u{ord(one):04x}" for one in text)


def _event_json(event: CustodyEvent, number: int, size: int) -> dict[str, Any]:
    entry = event.entry
    return {
        "id": event.id,
        "position": event.position,
        "at": plain_json(entry.handling.at),
        "event": entry.kind.value,
        "stage": entry.stage.value,
        "by": entry.handling.by,
        "purpose": entry.handling.purpose,
        "hash": entry.hash.value,
        "detail": dict(entry.detail),
        "log_index": number - 1 if 0 < number <= size else None,
    }


def _is_destroyed(chain: tuple[CustodyEvent, ...]) -> bool:
    changing = (CustodyKind.DESTROY, CustodyKind.RECEIVE)
    told = [one.entry for one in chain if one.entry.kind in changing and one.entry.stage is not CustodyStage.BEGUN]
    return bool(told) and told[-1].kind is CustodyKind.DESTROY and told[-1].hash is HashState.ABSENT
