"""Reading a mission's ``devices.yaml``: the devices that sign what they record; and whose every known key is.

Question: by whose key was a record signed? In: ``devices.yaml`` and ``people.yaml``, either of which may not be there.
Out: the id of a person or device for each public key. One key stands for one person or one device and never for two.
"""

from __future__ import annotations

from pathlib import Path

from truceline.ledger.keys import VerifierKey, parse_verifier_key
from truceline.ledger.signed_records import Keyring
from truceline.mission import people
from truceline.mission.folder import Mission
from truceline.mission.people import grouped, texts
from truceline.model import TrucelineError
from truceline.model.strict_yaml import read_strict_yaml

FILE = "devices.yaml"
EXAMPLE = "devices:\n  - {id: tablet-7, keys: [tablet-7+1a2b3c4d+AQID...]}"


def load_devices(path: Path) -> dict[str, tuple[str, ...]]:
    """The lines of the keys of each device, by its id; none where there is no such file.

    Raises :class:`~truceline.model.AgreementFault` with line and key for what is wrong in it.
    """
    if not path.is_file():
        return {}
    document = read_strict_yaml(path)
    content = grouped(document, document.value, (), ("truceline", "devices"))
    if content.get("truceline") != 1 or isinstance(content["truceline"], bool):
        raise document.fault("this is not version 1 of the file's grammar", ("truceline",), example="truceline: 1")
    rows = content.get("devices")
    if not isinstance(rows, list):
        raise document.fault("no list of devices stands here", ("devices",), do="list them", example=EXAMPLE)
    found: dict[str, tuple[str, ...]] = {}
    for number, row in enumerate(rows):
        place = ("devices", number)
        one = grouped(document, row, place, ("id", "keys"))
        name = one.get("id")
        if not isinstance(name, str) or not name.strip() or name in found:
            raise document.fault("a device has an id of its own", place, do="write one", example=EXAMPLE)
        found[name] = texts(document, one.get("keys", []), (*place, "keys"))
    return found


def keyring_of(mission: Mission) -> Keyring:
    """Whose each key of the mission's people and devices is.

    Raises what reading the two files does, and :class:`~truceline.model.AgreementFault` for a key of two owners and for
    a device that bears a person's id.
    """
    folder = mission.root
    lines: dict[str, tuple[str, ...]] = {}
    if (folder / people.FILE).is_file():
        parties = tuple(party.id for party in mission.agreement.parties)
        everyone = people.load_people(folder / people.FILE, parties)
        lines = {person.id: person.keys for person in everyone.persons}
    devices = load_devices(folder / FILE)
    keyring: dict[VerifierKey, str] = {}
    whose: dict[bytes, str] = {}
    for owner, keys in (*lines.items(), *devices.items()):
        if owner in devices and owner in lines:
            raise _fault(folder, f"{owner} is a person of people.yaml", "give the device an id of its own")
        for line in keys:
            try:
                key = parse_verifier_key(line)
            except TrucelineError as fault:
                raise _fault(folder, f"a key of {owner}: {fault.what}", fault.do) from fault
            if whose.setdefault(key.public, owner) != owner:
                raise _fault(folder, f"{whose[key.public]} and {owner} share a key", "make a key for each of the two")
            keyring[key] = owner
    return keyring


def _fault(folder: Path, what: str, do: str) -> TrucelineError:
    document = read_strict_yaml(folder / FILE) if (folder / FILE).is_file() else None
    if document is None:
        document = read_strict_yaml(folder / people.FILE)
    return document.fault(what, (), do=do, example=EXAMPLE)
