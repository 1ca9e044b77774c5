"""An item with its chain in one file for whoever judges later: a court, an inquiry, the other party's expert.

Question: can somebody without this software see what the bytes are, how they came in, who had them since, and check it?
Out: a ZIP archive of plain files: the bytes, the acquisition record, the chain, the signed head of the private log, a
table of what the Berkeley Protocol asks for and where it stands, and a page in plain words. The export is itself an
event: begun is the last link inside, done follows when the file is whole.

Source: Berkeley Protocol on Digital Open Source Investigations (OHCHR and UC Berkeley, 2022), paragraphs 153 to 155
(what is collected), 167 (chain of custody), and the part on preservation of chapter VI.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

from truceline.mission.custody import custody_json, head_of_log, plainly
from truceline.mission.evidence import Acquired, Asked, read_acquisition, signed_in
from truceline.mission.folder import Mission
from truceline.mission.whole_files import Written
from truceline.model import UsageFault, plain_json
from truceline.model.custody import CustodyKind, Handling
from truceline.store import EvidenceKeeper, writing

_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Every file in the archive bears it: the same item with the same chain gives the same bytes."""
_WRITTEN = Written("the export", "export again", "--export item.zip")
_CHUNK_BYTES = 1 << 20


def export_item(mission: Mission, item: str, target: Path, asked: Asked) -> dict[str, Any]:
    """Write the export of an item to a new file; gives its profile. Raises what reading evidence does."""
    if target.exists():
        raise UsageFault(
            "there is a file of that name already; nothing is written over", where=str(target), do="name another"
        )
    handling = signed_in(mission, CustodyKind.EXPORT, asked, item)
    with writing(mission.root) as pen:
        keeper = EvidenceKeeper(mission.folders, mission.records, pen, asked.at)
        records = [(one["record"], keeper.read(one["record"], handling)) for one in _records(mission, item)]
        with keeper.leaving(item, CustodyKind.EXPORT, handling, {"to": target.name}) as file:
            chain = custody_json(mission, item)
            acquired = read_acquisition(mission, records[-1][1]) if records else None
            profile = profile_of(chain, acquired, handling)
            texts = {
                "README.txt": readme(chain, profile).encode(),
                "custody.json": _json(chain),
                "events.jsonl": b"".join(one.canonical + b"\n" for one in mission.records.custody_of(item)),
                "berkeley-protocol.json": _json(profile),
                **{f"acquisition/{name}.note": data for name, data in records},
                **_head(mission),
            }
            _WRITTEN.put(target, lambda out: _archive(out, item, file, texts))
    return profile


def profile_of(chain: dict[str, Any], acquired: Acquired | None, handling: Handling) -> dict[str, Any]:
    """What the Berkeley Protocol asks for, where it stands in the export, and what is not known."""
    told = None if acquired is None else acquired.acquisition
    embedded = {} if told is None else dict(told.embedded)
    rows: tuple[tuple[str, str, object, str], ...] = (
        ("155 (a)", "web address", told and told.url, "acquisition"),
        (
            "155 (b)",
            "source code of the page",
            None,
            "not kept by this record; where it was saved it is an item of its own",
        ),
        ("155 (c)", "capture of the page", None, "where it was taken it is an item of its own"),
        ("155 (d)", "embedded media", f"bytes/{chain['item']}", "the bytes themselves"),
        ("155 (e)", "embedded metadata", embedded, "acquisition"),
        ("155 (f)", "contextual data", told and told.context, "acquisition"),
        ("155 (g)", "collector", told and told.by, "acquisition, under the person's pseudonym"),
        ("155 (g)", "device", told and told.device, "acquisition"),
        ("155 (g)", "method", told and told.method, "acquisition"),
        ("155 (g)", "time, with the state of the clock", told and plain_json(told.when), "acquisition"),
        ("155 (g)", "place, with the quality of its fix", told and plain_json(told.where), "acquisition"),
        ("155 (h)", "hash value", f"SHA-256 {chain['item']}", "checked when this was exported"),
        ("153", "original name", chain["names"], "custody.json"),
        ("153-154", "changes made while it was collected", "none: bytes are kept as they came", "custody.json"),
        ("167", "sequence of custodians", _custodians(chain), "custody.json"),
        ("167", "control, date and time, transfer, analysis, disposition", len(chain["events"]), "events.jsonl"),
        ("VI.D", "authenticity", acquired and acquired.signed.state.value, "signature of the acquisition record"),
        ("VI.D", "identity", chain["item"], "the name is the hash"),
        ("VI.D", "persistence", chain["hash"], "what hashing the bytes said"),
        ("VI.D", "working copies", _made(chain), "custody.json: copy and derive"),
        ("VI.D", "who exported it, what for, when", plain_json(handling), "custody.json, last event"),
    )
    return {
        "profile": "Berkeley Protocol on Digital Open Source Investigations (2022), collection and preservation",
        "fields": [
            {"paragraph": where, "asked": what, "value": value or None, "known": bool(value), "stands": stands}
            for where, what, value, stands in rows
        ],
    }


def readme(chain: dict[str, Any], profile: dict[str, Any]) -> str:
    """The page in plain words."""
    unknown = [one["asked"] for one in profile["fields"] if not one["known"]]
    record = chain["records"][-1] if chain["records"] else None
    signed = "There is no acquisition record." if record is None else _SIGNED[record["signature"]]
    names = ", ".join(plainly(one) for one in chain["names"]) or "not on record"
    size = chain["logged"]
    waiting = sum(one["log_index"] is None for one in chain["events"])
    lines = [
        "An item of evidence with its chain of custody",
        "",
        f"Item (SHA-256 of its bytes): {chain['item']}",
        f"Came in as: {names}",
        f"Events in its chain: {len(chain['events'])}",
        signed,
        "",
        "What is in this archive",
        f"  bytes/{chain['item']}    the bytes, unchanged, without a name that could start a program",
        "  acquisition/            how it was acquired, as it was signed, if there is a record",
        "  custody.json            the chain, to be read",
        "  events.jsonl            the same chain, one event a line, exactly as it was hashed",
        "  berkeley-protocol.json  what the Berkeley Protocol asks for, where it stands, and what is not known",
        "  log/checkpoint          the signed head of the mission's private log, if there is one",
        "",
        "How to check it without our software",
        f"  1. sha256sum bytes/{chain['item']}",
        "     must print the item's name. If it does, these are the bytes that came in.",
        "  2. Take each line of events.jsonl, without its line end, and hash it with SHA-256. The 'prior' of each line",
        "     must be the hash of the line before; the first has none.",
        "  3. The entry of the private log at 'log_index' of custody.json holds the hash of that line as 'id'. Ask the",
        "     mission for a proof under a head that witnesses signed.",
        f"     The head here has {size} entries; {waiting} events of this chain are not under it yet.",
        "",
        "What this does not show",
        "  That the bytes are true, or made when and where they say. People and sources stand under pseudonyms.",
        f"  Not known: {', '.join(unknown) or 'nothing of what is asked'}.",
        "",
    ]
    return "\n".join(lines)


_SIGNED = {
    "signed": "The acquisition record is signed by the person or the device it names.",
    "unsigned": "The acquisition record is signed by nobody. Take it as what somebody wrote.",
    "unknown-key": "The acquisition record is signed by a key the mission does not know. Take it as unsigned.",
    "key-of-another": "The acquisition record is signed by somebody it does not name. Take it as unsigned.",
    "does-not-hold": "The signature of the acquisition record DOES NOT HOLD: it was changed after it was signed.",
}


def _records(mission: Mission, item: str) -> list[dict[str, Any]]:
    return list(custody_json(mission, item)["records"])


def _custodians(chain: dict[str, Any]) -> list[str]:
    first = [one["by"] for one in chain["events"] if one["event"] == "receive"][:1]
    return [*first, *(str(one["detail"]["to"]) for one in chain["events"] if one["event"] == "transfer")]


def _made(chain: dict[str, Any]) -> list[str]:
    return [f"{one['event']} {one['at']}" for one in chain["events"] if one["event"] in ("copy", "derive")]


def _head(mission: Mission) -> dict[str, bytes]:
    _, head = head_of_log(mission)
    return {"log/checkpoint": head} if head else {}


def _json(record: Any) -> bytes:  # noqa: ANN401 - whatever JSON can hold
    return (json.dumps(record, ensure_ascii=True, indent=1, sort_keys=True) + "\n").encode()


def _archive(out: BinaryIO, item: str, file: BinaryIO, texts: dict[str, bytes]) -> None:
    """Names in the archive are ours alone; none of them comes from outside, so none can lead out of a folder."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        digest = hashlib.sha256()
        with archive.open(zipfile.ZipInfo(f"bytes/{item}", _MOMENT), "w", force_zip64=True) as made:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
                made.write(chunk)
        for name, data in texts.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), data)
        sums = {
            f"bytes/{item}": digest.hexdigest(),
            **{one: hashlib.sha256(data).hexdigest() for one, data in texts.items()},
        }
        lines = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))
        archive.writestr(zipfile.ZipInfo("SHA256SUMS", _MOMENT), lines.encode())
