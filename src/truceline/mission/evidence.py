"""Handling a mission's evidence: who may, what is done, and the record of how it was acquired.

Question: which way leads from a person at the command line to bytes of evidence? Everything here signs a person in by
``people.yaml``, asks the one table of rights, puts a refusal on record, and hands the rest to the room of evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from truceline.ledger.signed_records import ACQUISITION, SignatureState, Signed, read_record, signatures_of
from truceline.mission import people
from truceline.mission.devices import keyring_of
from truceline.mission.folder import Mission
from truceline.model import NotFound, UnreadableFile, UsageFault
from truceline.model.acquisition import Acquisition, acquisition_from
from truceline.model.custody import CustodyKind, Handling, HashState
from truceline.store import EvidenceKeeper, EvidenceReader, check_size, sha256_of, writing
from truceline.verification.evidence_rights import not_permitted, refusal
from truceline.verification.people import People

REFUSED = "evidence-refused"
"""The kind of a refusal in the outbox."""
SHORTEST_NAME = 8


@dataclass(frozen=True)
class Acquired:
    """An acquisition record as it was read, and what its signatures come to."""

    acquisition: Acquisition
    signed: Signed


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks to do with evidence: who by account, what for, when, and who agrees."""

    account: str
    purpose: str
    at: datetime
    agreed: str = ""


def signed_in(mission: Mission, kind: CustodyKind, asked: Asked, item: str = "") -> Handling:
    """The handling of somebody who may do that.

    Raises :class:`NotFound` for whoever is nobody in ``people.yaml``, and :class:`~truceline.model.NotPermitted`, once
    that is on record.
    """
    everyone = _people(mission)
    person = everyone.person(asked.account)
    second = everyone.person(asked.agreed) if asked.agreed else None
    handling = Handling(person.id, asked.purpose, asked.at)
    why = refusal(person, kind, second)
    if why:
        told = {"item": item, "event": kind.value, "by": person.id, "because": why, "purpose": asked.purpose}
        with mission.records.adding() as adding:
            adding.add_event(REFUSED, asked.at, told)
        raise not_permitted(why)
    return handling


def receive(mission: Mission, path: Path, record: Path | None, asked: Asked) -> tuple[str, Acquired | None]:
    """Keep a file as evidence with the record of how it was acquired; gives the item, and the record.

    A record nobody signed, or under a key nobody knows, is kept and never counts as signed. Raises
    :class:`UnreadableFile` for an empty file and one that is too long, :class:`UsageFault` for a record of other bytes.
    """
    handling = signed_in(mission, CustodyKind.RECEIVE, asked)
    _check_file(path)
    item = sha256_of(path)
    acquired = None if record is None else read_acquisition(mission, record.read_bytes())
    if acquired is not None and acquired.acquisition.item != item:
        raise UsageFault(
            "the record tells of other bytes than these",
            where=f"{acquired.acquisition.item} in the record, {item} in the file",
            do="give the record that was made of this very file",
        )
    detail: dict[str, str | int | bool] = {"name": path.name}
    with writing(mission.root) as pen:
        keeper = EvidenceKeeper(mission.folders, mission.records, pen, asked.at)
        if record is not None and acquired is not None:
            detail |= {
                "record": keeper.receive(record, handling, {"name": record.name, "about": item}),
                "signature": acquired.signed.state.value,
                "signed_by": ", ".join(acquired.signed.by),
            }
        with keeper.receiving(path, item, handling, detail):
            pass
    return item, acquired


def read_acquisition(mission: Mission, data: bytes) -> Acquired:
    """An acquisition record from its bytes. Raises :class:`~truceline.model.MalformedRecord` and ``ValueFault``."""
    record = read_record(data, ACQUISITION)
    acquisition = acquisition_from(record.content)
    return Acquired(acquisition, signatures_of(record, keyring_of(mission), acquisition.named))


def copy(mission: Mission, item: str, target: Path, asked: Asked) -> None:
    """A copy of an item in a new file."""
    handling = signed_in(mission, CustodyKind.COPY, asked, item)
    with writing(mission.root) as pen:
        EvidenceKeeper(mission.folders, mission.records, pen, asked.at).copy(item, target, handling)


def transfer(mission: Mission, item: str, to: str, asked: Asked) -> None:
    """Somebody else of the mission answers for an item from now on."""
    handling = signed_in(mission, CustodyKind.TRANSFER, asked, item)
    receiver = _people(mission).person(to)
    with writing(mission.root) as pen:
        EvidenceKeeper(mission.folders, mission.records, pen, asked.at).transfer(item, receiver.id, handling)


def destroy(mission: Mission, item: str, asked: Asked) -> None:
    """Take an item's bytes away for good; two people answer for it."""
    handling = signed_in(mission, CustodyKind.DESTROY, asked, item)
    agreed = _people(mission).person(asked.agreed).id
    with writing(mission.root) as pen:
        keeper = EvidenceKeeper(mission.folders, mission.records, pen, asked.at)
        keeper.destroy(item, handling, {"agreed_by": agreed})


def check(mission: Mission, items: tuple[str, ...], asked: Asked) -> tuple[tuple[str, HashState], ...]:
    """Hash items anew, each on record."""
    handling = signed_in(mission, CustodyKind.READ, asked)
    reader = EvidenceReader(mission.folders, mission.records)
    return tuple((item, reader.check(item, handling)) for item in items)


def item_named(mission: Mission, named: str) -> str:
    """The item that a name means: its SHA-256, at least eight digits of it, or the name of the file it came in as.

    Raises :class:`NotFound` for none and :class:`UsageFault` for more than one.
    """
    known = mission.records.items_received()
    found = [one for one in known if len(named) >= SHORTEST_NAME and one.startswith(named)]
    if not found:
        found = [one for one in known if named in names_of(mission, one)]
    if len(found) > 1:
        raise UsageFault(
            f"{named!r} may be any of {len(found)} items", do="give more digits", example=", ".join(found[:3])
        )
    if not found:
        raise NotFound(
            f"no item of evidence is called {named[:80]!r}",
            do="take one from the list",
            example="truceline evidence list",
        )
    return found[0]


def names_of(mission: Mission, item: str) -> tuple[str, ...]:
    """The names of the files an item came in as, in order, each once."""
    told = (one.entry.detail.get("name", "") for one in mission.records.custody_of(item))
    return tuple(dict.fromkeys(str(name) for name in told if name))


def state_of(signature: str) -> SignatureState | None:
    """The state of a record's signatures as it was when it came in; none where there was no record."""
    return SignatureState(signature) if signature else None


def _check_file(path: Path) -> None:
    if not path.is_file():
        what = "this is a folder, not a file" if path.is_dir() else "there is no such file"
        raise UnreadableFile(what, where=str(path), do="name a file", example="crater.jpg")
    if check_size(path) == 0:
        raise UnreadableFile(
            "the file holds no byte", where=str(path), do="fetch it from its source again; an empty file shows nothing"
        )


def _people(mission: Mission) -> People:
    parties = tuple(party.id for party in mission.agreement.parties)
    return mission.mirrored(people.load_people(mission.root / people.FILE, parties))
