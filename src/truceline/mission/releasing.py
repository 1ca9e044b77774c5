"""Releasing: the cosigned head, and every bundle whose time has come, to the readers it is for.

Question: what may be handed out now? In: a head that enough witnesses cosigned, and what was sent. Out: files below
``ledger/released/``, each bundle held against the policy as a reader holds it, put on record, and written once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from truceline.ledger import disk
from truceline.ledger.asking_witnesses import Collected
from truceline.ledger.bundles import Bundle, make_bundle
from truceline.ledger.cosignatures import open_checkpoint
from truceline.ledger.log import reading
from truceline.ledger.verifier_page.building import FILE_NAME, verifier_page
from truceline.ledger.verifying import Asked as Asking
from truceline.ledger.verifying import head_time, verify
from truceline.mission.log_keys import Which, log_folder
from truceline.mission.publisher import (
    CLOCKS_DIFFER_S,
    HEAD,
    KEYS,
    RELEASE,
    RELEASED,
    Bundled,
    Publisher,
    Sent,
    clock_of,
    readable,
)
from truceline.mission.release_rules import Level
from truceline.mission.source_grades import all_events
from truceline.model import LedgerFault, TrucelineError
from truceline.store import writing


@dataclass(frozen=True, slots=True)
class Released:
    """Bundles released now, how many wait for their time, and why others could not be released."""

    bundles: tuple[Bundled, ...] = ()
    waiting: int = 0
    why: tuple[str, ...] = ()


def release(by: Publisher, collected: Collected, numbers: Mapping[str, int]) -> Released:
    """Write the cosigned head, and every bundle whose time has come and that was not written yet.

    Nobody closes a field meanwhile: what was sent is read again with the mission's pen in hand. The time is that which
    enough witnesses stated, or this machine's where it is earlier, so that no clock alone lets anything out too soon.
    """
    note, folder = collected.note.encode(), by.mission.root / RELEASED
    with writing(by.mission.root):
        sent, why = readable(by)
        with disk.telling_faults("the cosigned head", folder):
            disk.make_folder(folder)
            disk.put(folder, {HEAD: note, KEYS: by.policy_bytes, FILE_NAME: verifier_page()})
        releasing = _Releasing(by, note, _now(by, note), _known_hashes(by))
        for level in by.rules.levels:
            for one in sent:
                if one.entry in numbers:
                    releasing.take(level, one, numbers[one.entry])
    return Released(tuple(releasing.bundles), releasing.waiting, (*why, *releasing.why))


@dataclass
class _Releasing:
    """One release, as far as it has come."""

    by: Publisher
    note: bytes
    now: datetime
    known: Mapping[tuple[str, str], set[str]]
    bundles: list[Bundled] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    waiting: int = 0

    def take(self, level: Level, one: Sent, number: int) -> None:
        """Release one entry to a level, if it is time and was not done; a file that was changed since is told."""
        path = self.by.mission.root / RELEASED / one.file(level)
        if path.exists():
            if not path.is_file() or _sha256(path) not in self.known.get((level.name, path.name), ()):
                self.why.append(f"{one.file(level)}: it is not the file that was released; take it away, and repeat")
            return
        if one.part is None:
            return
        if one.part.until + level.after > self.now:
            self.waiting += 1
            return
        try:
            read = reading(log_folder(self.by.mission, Which.PUBLIC))
            _write_bundle(self.by, path, make_bundle(read, self.note, number, one.part.openings(level.opens)))
        except TrucelineError as fault:
            self.why.append(f"{one.file(level)}: {fault.what}")
        else:
            self.bundles.append(Bundled(level.name, one.file(level)))


def _write_bundle(by: Publisher, path: Path, bundle: Bundle) -> None:
    """One bundle, held against the policy as a reader holds it, put on record, and then written.

    Killed in between, it is on record once more when it is written.
    """
    data = bundle.encode()
    verdict = verify(data, by.keys, Asking(by.clock() + CLOCKS_DIFFER_S))
    if not verdict.held:
        why = next(one.why for one in verdict.steps if not one.held)
        raise LedgerFault(f"a reader would refuse it: {why}", where=str(path), do="see to the policy and the log")
    sha256 = hashlib.sha256(data).hexdigest()
    content = {"level": path.parent.name, "file": path.name, "index": bundle.proof.index, "sha256": sha256}
    with by.mission.records.adding() as adding:
        adding.add_event(RELEASE, clock_of(by), content)
    with disk.telling_faults("a bundle", path.parent):
        disk.make_folder(path.parent)
        disk.put(path.parent, {path.name: data})


def _known_hashes(by: Publisher) -> dict[tuple[str, str], set[str]]:
    """The SHA-256 of every bundle that was released, by level and file."""
    with by.mission.records.adding() as adding:
        told = [one.content for one in all_events(adding) if one.kind == RELEASE]
    found: dict[tuple[str, str], set[str]] = {}
    for one in told:
        found.setdefault((str(one["level"]), str(one["file"])), set()).add(str(one["sha256"]))
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _now(by: Publisher, note: bytes) -> datetime:
    """This machine's time, or that since which enough witnesses say they signed where it is earlier."""
    log, keys = by.identity.keys[0].verifier, [one.key for one in by.keys.policy.witnesses]
    signed = open_checkpoint(note, by.identity.origin, [log], keys, by.clock() + CLOCKS_DIFFER_S)
    seen_s = head_time(by.keys.policy, signed)
    return clock_of(by) if seen_s is None else min(clock_of(by), datetime.fromtimestamp(seen_s, UTC))
