"""Bundles and lists of keys, good ones and one for each fault, for every verifier to decide alike."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ledger_samples import (
    FIELDS,
    KEYS,
    LOG_KEY,
    NAME,
    NOON,
    WITNESSES,
    bundle_of,
    cosigned,
    key_list,
    log_of,
    sealed_of,
)

from truceline.ledger.bundles import Bundle, make_bundle
from truceline.ledger.checkpoints import Checkpoint
from truceline.ledger.cosignatures import cosign
from truceline.ledger.disclosure import Opening, open_field
from truceline.ledger.keys import Signing, SigningKey
from truceline.ledger.log import reading
from truceline.ledger.merkle import leaf_hash
from truceline.ledger.notes import Note, parse_note
from truceline.ledger.verifying import Asked
from truceline.model.canonical import canonical_json

DAY_S = 86_400
ASKED = Asked(NOON + 60, DAY_S)
QUANTUM = {
    name: SigningKey(KEYS[name].name, Signing.ML_DSA_44, bytes([100 + at]) * 32) for at, name in enumerate(WITNESSES)
}


@dataclass(frozen=True)
class Case:
    """A bundle's bytes, a list of keys, what is asked, and a file in hand by name and hash."""

    name: str
    bundle: bytes
    keys: bytes = key_list()
    asked: Asked = ASKED
    file: tuple[str, str] | None = None

    def form(self, language: str = "en") -> dict[str, object]:
        """The case as JSON for the page's script."""
        asked = {"latest": self.asked.latest_s, "maxAge": self.asked.max_age_s, "bothParties": self.asked.both_parties}
        coded = {key: base64.b64encode(one).decode() for key, one in (("bundle", self.bundle), ("keys", self.keys))}
        return {**coded, "asked": asked, "language": language, "file": self.file}


def raw(bundle: Bundle, **changed: object) -> bytes:
    """A bundle's file, without the checks of those who make one."""
    told: dict[str, object] = {
        "entry": bundle.entry.decode(),
        "format": "truceline-proof-bundle/1",
        "openings": [
            {"path": one.path, "salt": base64.b64encode(one.salt).decode(), "value": one.value}
            for one in bundle.openings
        ],
        "proof": bundle.proof.encode().decode(),
        **changed,
    }
    return canonical_json(told)


def all_cases(folder: Path) -> tuple[Case, ...]:
    """Every case, each under a name of its own."""
    made = bundle_of(folder / "log")
    return (
        *_good(made, folder),
        *_ways(made, folder),
        *_signed_otherwise(made, folder),
        *_openings(made, folder),
        *_forms(made),
        *_spellings(made),
        *_proofs(made),
        *_entries(made),
        *_lists(made),
    )


def _good(made: Bundle, folder: Path) -> Iterator[Case]:
    data = made.encode()
    yield Case("good", data)
    yield Case("good, any age", data, asked=Asked(NOON + 60))
    yield Case("good, both parties demanded", data, asked=replace(ASKED, both_parties=True))
    yield Case("good, words for reading", replace(made, prose="It rained.\u202e\n<b>").encode())
    yield Case("good, nothing shown", replace(made, openings=()).encode())
    yield Case("good, no quorum", data, f"log {LOG_KEY.verifier.text()}\nquorum none\n".encode(), Asked(NOON + 60))
    yield Case("good, who the parties are is not said", data, key_list(parties="#"))
    shown: dict[str, object] = {
        "/": None, "/a~1b": [True, False, [], {}], "/Слов'янськ نص": "نص עברית <b>&\u202e\x1b\u2028\U0001f600",
        "/number": -1.5e-7, "/large": 1e21, "/small": 5e-324, "/whole": 9007199254740991,
        "/deep": {"b": 1, "a": {"é": 2}},
    }  # fmt: skip
    made_up = bundle_of(folder / "values", fields=shown, shown=tuple(shown))  # type: ignore[arg-type]
    yield Case("good, values of every kind", made_up.encode())
    for days in (0.01, 3, 30, 365.25, 1e6, 0.00003, 1234567.8):
        yield Case(f"good or old, {days} days", data, asked=Asked(NOON + 60, int(days * DAY_S)))
    report = bundle_of(
        folder / "report", fields={"/sha256": "ab" * 32, "/name": "report.pdf"}, shown=("/sha256",)
    ).encode()
    yield Case("good, a file in hand", report, file=("re'port\u202e.pdf", "ab" * 32))
    yield Case("another file in hand", report, file=("report.pdf", "cd" * 32))
    yield Case("a file and no hash of one", data, file=("report.pdf", "ab" * 32))
    yield Case("a file and no bundle", b"{}", file=("report.pdf", "ab" * 32))
    yield Case("good, one entry alone", _alone(folder / "alone"))
    yield from _quantum(made)


def _alone(folder: Path) -> bytes:
    entry, salts = sealed_of(1)
    head = cosigned(log_of(folder, [entry]), dict.fromkeys(WITNESSES, NOON))
    return make_bundle(reading(folder), head, 0, (open_field(salts, "/count", 3),)).encode()


def _quantum(made: Bundle) -> Iterator[Case]:
    """Cosignatures by ML-DSA-44, one with time 0, one damaged, and a log that signs so."""
    note = parse_note(made.proof.checkpoint)
    head = Checkpoint(NAME, 5, _root(note))
    keys = key_list()
    for name in WITNESSES:
        keys = keys.replace(KEYS[name].verifier.text().encode(), QUANTUM[name].verifier.text().encode())
    signed = [cosign(head, QUANTUM[name], NOON) for name in WITNESSES]
    own = tuple(one for one in note.signatures if one.name == NAME)
    yield Case("good, ML-DSA-44", _under(made, Note(note.text, (*own, *signed))), keys)
    damaged = replace(signed[2], signature=signed[2].signature[:-1] + b"\x01")
    yield Case("ML-DSA-44 damaged", _under(made, Note(note.text, (*own, *signed[:2], damaged))), keys)
    late = replace(signed[0], signature=bytes(7) + b"\x01" + signed[0].signature[8:])
    yield Case("ML-DSA-44 at another time", _under(made, Note(note.text, (*own, late))), keys)
    cut = replace(signed[0], signature=signed[0].signature[:-1])
    yield Case("ML-DSA-44 cut short", _under(made, Note(note.text, (*own, cut))), keys)


def _root(note: Note) -> bytes:
    return base64.b64decode(note.text.split("\n")[2])


def _under(made: Bundle, note: Note) -> bytes:
    return raw(made, proof=replace(made.proof, checkpoint=note.encode()).encode().decode())


def _ways(made: Bundle, folder: Path) -> Iterator[Case]:
    proof = made.proof
    for name, changed in (
        ("another number", replace(proof, index=1)),
        ("a number outside", replace(proof, index=9)),
        ("a number at the edge", replace(proof, index=5)),
        ("nodes swapped", replace(proof, hashes=proof.hashes[::-1])),
        ("a node missing", replace(proof, hashes=proof.hashes[1:])),
        ("a node extra", replace(proof, hashes=(*proof.hashes, bytes(32)))),
        ("no node at all", replace(proof, hashes=())),
    ):
        yield Case(name, replace(made, proof=changed).encode())
    entries = [sealed_of(number)[0] for number in range(5, 10)]
    head = cosigned(log_of(folder / "other", entries), dict.fromkeys(WITNESSES, NOON))
    other = make_bundle(reading(folder / "other"), head, 2)
    yield Case("the proof of another entry", replace(made, proof=other.proof).encode())


def _signed_otherwise(made: Bundle, folder: Path) -> Iterator[Case]:
    for name, times in (
        ("four of five", dict.fromkeys(WITNESSES[:4], NOON)),
        ("nobody", {}),
        ("one party silent", dict.fromkeys(WITNESSES[1:], NOON)),
        ("other party silent", {one: NOON for one in WITNESSES if one != "party-b"}),
        ("both silent", dict.fromkeys(WITNESSES[2:], NOON)),
        ("from the future", {**dict.fromkeys(WITNESSES, NOON), "neutral-3": NOON + DAY_S}),
        ("stale", {one: NOON if at < 4 else NOON - 9 * DAY_S for at, one in enumerate(WITNESSES)}),
        ("the far end of time", dict.fromkeys(WITNESSES, 2**62)),
    ):
        data = bundle_of(folder / name, times).encode()
        yield Case(f"cosigned: {name}", data)
        yield Case(f"cosigned: {name}, parties demanded", data, asked=replace(ASKED, both_parties=True))
    late = bundle_of(folder / "late", dict.fromkeys(WITNESSES, 253_402_300_800)).encode()
    yield Case("cosigned in the year 10000", late, asked=Asked(2**40))
    other = SigningKey("example.org/other", Signing.ED25519, bytes([7]) * 32)
    head = Checkpoint("example.org/other", 1, leaf_hash(made.entry))
    note = Note(head.text(), tuple(cosign(head, key, NOON) for key in (other, *KEYS.values()))).encode()
    proof = replace(made.proof, index=0, hashes=(), checkpoint=note)
    yield Case("a head of another log", replace(made, proof=proof).encode())
    strange = SigningKey(NAME, Signing.ED25519, bytes([9]) * 32).verifier.text()
    yield Case(
        "another key of the log", made.encode(), key_list().replace(LOG_KEY.verifier.text().encode(), strange.encode())
    )
    strangers = key_list()
    for at, name in enumerate(WITNESSES):
        stranger = SigningKey(KEYS[name].name, Signing.ED25519_COSIGNATURE, bytes([50 + at]) * 32)
        strangers = strangers.replace(KEYS[name].verifier.text().encode(), stranger.verifier.text().encode())
    yield Case("strangers of the same names", made.encode(), strangers)
    yield from _damaged_signatures(made)


def _damaged_signatures(made: Bundle) -> Iterator[Case]:
    note = parse_note(made.proof.checkpoint)
    for at, name in ((0, "log"), (3, "witness")):
        for how, change in (
            ("a bit", lambda one: one[:-1] + bytes([one[-1] ^ 1])),
            ("S plus the order", _with_order),
            ("one byte less", lambda one: one[:-1]),
            ("one byte more", lambda one: one + b"\0"),
        ):
            one = note.signatures[at]
            lines = (
                *note.signatures[:at],
                replace(one, signature=change(one.signature)),
                *note.signatures[at + 1 :],
            )
            yield Case(f"signature of the {name}: {how}", _under(made, Note(note.text, lines)))
    yield Case("a line twice", _under(made, Note(note.text, (*note.signatures, note.signatures[2]))))
    head = Checkpoint(NAME, 5, _root(note))
    again = cosign(head, KEYS["guarantor"], NOON + 30)
    yield Case("a witness twice, at two times", _under(made, Note(note.text, (*note.signatures, again))))
    many = note.signatures * 13
    yield Case("101 signatures", _under(made, Note(note.text, many[:101])))
    yield Case("100 signatures", _under(made, Note(note.text, many[:100])))


def _with_order(signature: bytes) -> bytes:
    order = 2**252 + 27742317777372353535851937790883648493
    factor = int.from_bytes(signature[-32:], "little") + order
    return signature[:-32] + factor.to_bytes(32, "little")


def _openings(made: Bundle, folder: Path) -> Iterator[Case]:
    _, other = sealed_of(77)
    first = made.openings[0]
    for name, wrong in (
        ("of another finding", open_field(other, "/result", FIELDS["/result"])),
        ("another value", replace(first, value="complied")),
        ("another path", replace(first, path="/count")),
        ("a short salt", Opening("/result", "breached", b"short")),
        ("no salt", Opening("/result", "breached", b"")),
        ("an empty path", replace(first, path="")),
        ("a path of two marks", replace(first, path='/it\'s "so"\\\n\x7f\u00a0\u0600')),
    ):
        yield Case(f"opening: {name}", replace(made, openings=(wrong,)).encode())
    yield Case("opening: twice", replace(made, openings=(first, first)).encode())
    nasty = '=HYPERLINK("x")<script>\u202egnp.exe\x1b[2J\u2028'
    fields: dict[str, object] = {"/result": nasty, "/\u202e<b>": 1}
    yield Case(
        "opening: words that would run",
        bundle_of(folder / "nasty", fields=fields, shown=tuple(fields)).encode(),  # type: ignore[arg-type]
    )


def _forms(made: Bundle) -> Iterator[Case]:
    told = json.loads(made.encode())
    opening = told["openings"][0]
    for name, changed in (
        ("a key more", {**told, "note": "x"}),
        ("a key less", {key: told[key] for key in told if key != "openings"}),
        ("a key of the language", {**told, "__proto__": {"prose": "x"}}),
        ("another format", {**told, "format": "truceline-proof-bundle/2"}),
        ("no format", {key: told[key] for key in told if key != "format"}),
        ("an opening with a key more", {**told, "openings": [{**opening, "x": 1}]}),
        ("an opening with a key less", {**told, "openings": [{"path": "/", "salt": "AA=="}]}),
        ("an opening with a number for a path", {**told, "openings": [{**opening, "path": 1}]}),
        ("an opening with no text for a salt", {**told, "openings": [{**opening, "salt": None}]}),
        ("a salt with stray bits", {**told, "openings": [{**opening, "salt": "AB=="}]}),
        ("a salt with a line end", {**told, "openings": [{**opening, "salt": "AA==\n"}]}),
        ("a salt for addresses", {**told, "openings": [{**opening, "salt": "-_-_"}]}),
        ("a salt without its end", {**told, "openings": [{**opening, "salt": "AAA"}]}),
        ("an opening that is a text", {**told, "openings": ["x"]}),
        ("an opening that is a list", {**told, "openings": [[]]}),
        ("openings that are no list", {**told, "openings": {}}),
        ("too many openings", {**told, "openings": told["openings"] * 600}),
        ("an entry that is no text", {**told, "entry": 3}),
        ("an entry too long", {**told, "entry": "x" * 70_000}),
        ("an entry too long in bytes", {**told, "entry": "\u00e9" * 33_000}),
        ("a proof that is empty", {**told, "proof": ""}),
        ("prose that is empty", {**told, "prose": ""}),
        ("prose that is null", {**told, "prose": None}),
        ("prose too long", {**told, "prose": "x" * 100_001}),
        ("prose of long characters", {**told, "prose": "\U0001f600" * 100_000}),
        ("a proof of Windows", {**told, "proof": told["proof"].replace("\n", "\r\n")}),
        ("a list", [told]),
        ("a text", "x"),
        ("null", None),
        ("too deep", {**told, "openings": json.loads("[" * 32 + "]" * 32)}),
        ("nearly too deep", {**told, "openings": json.loads("[" * 31 + "]" * 31)}),
        ("a value nearly too deep", {**told, "openings": [{**opening, "value": json.loads("[" * 29 + "]" * 29)}]}),
    ):
        yield Case(f"form: {name}", canonical_json(changed))


def _spellings(made: Bundle) -> Iterator[Case]:
    data = made.encode()
    for name, changed in (
        ("nothing", b""),
        ("zero bytes", b"\x00" * 100),
        ("a packed file", b"PK\x03\x04"),
        ("brackets without end", b"[" * 100_000),
        ("brackets in a text", b'"' + b"[" * 100 + b'"'),
        ("a text without end", b'"' + b"[" * 100),
        ("a key twice", b'{"a":1,"a":1}'),
        ("a key of ours twice", data[:-1] + b',"format":"truceline-proof-bundle/1"}'),
        ("no number", b'{"a":NaN}'),
        ("beyond all numbers", b'{"a":1e999}'),
        ("half a character", b'"\\ud800"'),
        ("half a character as it is", b'"\xed\xa0\x80"'),
        ("a whole number too wide", b'{"a":9007199254740992}'),
        ("a whole number just wide", b'{"a":9007199254740991}'),
        ("a number below", b'{"a":-9007199254740993}'),
        ("a number of 25 digits", b'{"a":' + b"9" * 25 + b"}"),
        ("a number of 5000 digits", b'{"a":' + b"9" * 5000 + b"}"),
        ("minus nought", b'{"a":-0}'),
        ("one with a point", b'{"a":1.0}'),
        ("plus", b'{"a":+5}'),
        ("a leading nought", b'{"a":05}'),
        ("an escape too many", data.replace(b'"entry"', b'"\\u0065ntry"')),
        ("a slash escaped", data.replace(b"/1", b"\\/1", 1)),
        ("a tab in a text", b'{"a":"\t"}'),
        ("a line end more", data + b"\n"),
        ("a mark of order", b"\xef\xbb\xbf" + data),
        ("a space", data.replace(b":", b": ", 1)),
        ("two bytes a sign", data.decode().encode("utf-16")),
        ("another order", b'{"format":"truceline-proof-bundle/1","entry":"x"}'),
        ("cut short", data[:-1]),
        ("twice", data + data),
        ("too long", b" " * 4_000_001),
        ("long to the limit", b" " * 4_000_000),
    ):
        yield Case(f"spelling: {name}", changed)


def _proofs(made: Bundle) -> Iterator[Case]:
    text = made.proof.encode().decode()
    head, note = text.split("\n\n", 1)
    body, signatures = note.split("\n\n", 1)
    lines = head.split("\n")
    first_hash = lines[2]
    for name, changed in (
        ("another first line", text.replace("@v1", "@v2", 1)),
        ("nothing but the first line", lines[0] + "\n"),
        ("no line of the index", text.replace(lines[1] + "\n", "")),
        ("the first line and no more", lines[0] + "\n\n" + note),
        ("an index with plus", text.replace("index 2", "index +2")),
        ("an index with nought", text.replace("index 2", "index 02")),
        ("an index in other digits", text.replace("index 2", "index \u0662")),
        ("an index of 25 digits", text.replace("index 2", "index " + "1" * 25)),
        ("an index too large", text.replace("index 2", f"index {2**63}")),
        ("the largest index", text.replace("index 2", f"index {2**63 - 1}")),
        ("stray bits in a hash", text.replace(first_hash, first_hash[:-2] + _other(first_hash[-2]) + "=")),
        ("a hash of 31 bytes", text.replace(first_hash, base64.b64encode(bytes(31)).decode())),
        ("64 hashes", text.replace(first_hash, "\n".join([first_hash] * 64))),
        ("a hash that is none", text.replace(first_hash, "it's no hash")),
        ("extra data", text.replace("index 2", "extra AA==\nindex 2")),
        ("extra data that are none", text.replace("index 2", "extra \nindex 2")),
        ("extra data that are not exact", text.replace("index 2", "extra AB==\nindex 2")),
        ("no checkpoint", head + "\n"),
        ("an empty checkpoint", head + "\n\n"),
        ("letters above the checkpoint", text.replace("index 2", "index 2\u00e9")),
        ("a control character", text.replace(body, body + "\nx\x07")),
        ("a tab", text.replace(body, body + "\nx\t")),
        ("an extension", text.replace(body, body + "\nextension")),
        ("an empty extension", text.replace(body, body + "\n\nextension")),
        ("no signature", head + "\n\n" + body + "\n\n"),
        ("no divided text", head + "\n\n" + body + "\n"),
        ("an end too few", text[:-1]),
        ("an end too many", text + "\n"),
        ("a line without a dash", text.replace("\u2014 ", "- ", 1)),
        ("a line with three words", text.replace("\u2014 example.org", "\u2014 example org", 1)),
        ("a long line that is none", head + "\n\n" + body + "\n\n" + "x\U0001f600'" * 40 + "\n"),
        ("a name with a plus", text.replace("\u2014 example.org", "\u2014 exam+ple.org", 1)),
        ("a name with a hard space", text.replace("\u2014 example.org", "\u2014 exam\u00a0ple.org", 1)),
        ("a name of no letters", text.replace("\u2014 example.org/mission/public ", "\u2014  ", 1)),
        ("a signature without bytes", head + "\n\n" + body + "\n\n\u2014 a AAAAAA==\n"),
        ("a signature that is none", head + "\n\n" + body + "\n\n\u2014 a A\n"),
        ("two lines of checkpoint", head + "\n\n" + "\n".join(body.split("\n")[:2]) + "\n\n" + signatures),
        ("a size with plus", text.replace("\n5\n", "\n+5\n")),
        ("another size", text.replace("\n5\n", "\n6\n")),
        ("a size of 25 digits", text.replace("\n5\n", "\n" + "5" * 25 + "\n")),
        ("no entries and another root", text.replace("\n5\n", "\n0\n")),
        ("a root that is none", text.replace("\n5\n", "\n5\n\n", 1)),
        ("another origin", text.replace("\nexample.org/mission/public\n5", "\nexample.org/mission/private\n5")),
        ("an empty origin", text.replace("\nexample.org/mission/public\n5", "\n\n5")),
        ("too long", text + "x" * 1_000_000),
    ):
        if changed == text:
            raise AssertionError(name)
        yield Case(f"proof: {name}", raw(made, proof=changed))


def _other(sign: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return alphabet[alphabet.index(sign) + 1]


def _entries(made: Bundle) -> Iterator[Case]:
    told = json.loads(made.entry)
    commitments = told["commitments"]
    for name, changed in (
        ("no finding at all", {}),
        ("a key more", {**told, "x": 1}),
        ("another format", {**told, "format": "truceline-sealed-finding/2"}),
        ("no name", {**told, "finding": ""}),
        ("a number for a name", {**told, "finding": 17}),
        ("commitments that are no list", {**told, "commitments": "x"}),
        ("a commitment that is no text", {**told, "commitments": [*commitments[1:], None]}),
        ("a commitment that is not exact", {**told, "commitments": [*commitments[1:], "x"]}),
        ("a commitment of 31 bytes", {**told, "commitments": [base64.b64encode(bytes(31)).decode()]}),
        ("one commitment less", {**told, "commitments": commitments[1:]}),
        ("commitments turned round", {**told, "commitments": commitments[::-1]}),
        ("a commitment twice", {**told, "commitments": [commitments[0], *commitments[:-1]]}),
        ("no commitments", {**told, "commitments": []}),
        ("a name of signs", {**told, "finding": "'<b>\u202e\\"}),
    ):
        yield Case(f"entry: {name}", raw(made, entry=canonical_json(changed).decode()))
    for name, text in (
        ("not canonical", json.dumps(told)),
        ("no JSON", "{"),
        ("brackets without end", "[" * 50_000),
        ("deep", "[" * 500 + "]" * 500),
    ):
        yield Case(f"entry: {name}", raw(made, entry=text))


def _lists(made: Bundle) -> Iterator[Case]:
    data, text = made.encode(), key_list().decode()
    log = LOG_KEY.verifier.text()
    party = KEYS["party-a"].verifier.text()
    own = SigningKey(NAME, Signing.ED25519_COSIGNATURE, LOG_KEY.seed).verifier.text()
    name, key_id, value = party.split("+", 2)
    for fault, changed in (
        ("nothing", ""),
        ("no quorum", text.replace("quorum enough\n", "")),
        ("two quorums", text + "quorum none\n"),
        ("a quorum of nobody", text.replace("quorum enough", "quorum nobody")),
        ("one public key twice", text + f"witness twin {party}\n"),
        ("one log twice", text + f"log {log}\n"),
        ("the log its own witness", text + f"witness own {own}\n"),
        (
            "one party",
            text.replace("party-a party-b\n", "party-a\n", 1).replace("#parties party-a party-b", "#parties party-a"),
        ),
        ("one party twice", text.replace("#parties party-a party-b", "#parties party-a party-a")),
        ("a party nobody knows", text.replace("#parties party-a", "#parties party-x")),
        ("parties twice", text + "#parties party-a party-b\n"),
        ("parties with hard spaces", text.replace("#parties party-a", "\u2003#parties\u00a0party-a")),
        ("a word that is none", text + "witnesses x\n"),
        ("a long word that is none", text + "x" * 100 + "\n"),
        ("a word of the language", text + "constructor x\n"),
        ("too few words", text + "witness x\n"),
        ("too many words", text + "log a b c\n"),
        ("a group without members", text + "group x 1\n"),
        ("a name taken", text + f"witness party-a {party}\n"),
        ("none for a name", text + f"witness none {party}\n"),
        ("a member nobody knows", text + "group x 1 nobody\n"),
        ("a member twice", text + "group x all party-a\n"),
        ("a member twice in one", text.replace("group enough 5 party-a", "group enough 5 party-a party-a")),
        ("more than all", text.replace("enough 5", "enough 8")),
        ("fewer than one", text.replace("enough 5", "enough 0")),
        ("a number with plus", text.replace("enough 5", "enough +5")),
        ("all", text.replace("enough 5", "enough all")),
        ("any", text.replace("enough 5", "enough any")),
        ("groups in groups", text.replace("quorum enough", "group more any enough\nquorum more")),
        ("one witness for a quorum", text.replace("quorum enough", "quorum neutral-3")),
        ("a key of two parts", text + f"log {name}+{key_id}\n"),
        ("an id in capitals", text.replace(key_id, key_id.upper())),
        ("another id", text.replace(key_id, "00000000")),
        ("a key that is not exact", text.replace(value, value[:-1])),
        ("a key with a name of its own", text.replace(f"{name}+{key_id}", f"other+{key_id}")),
        ("an empty key", text.replace(value, "")),
        ("an unknown way of signing", text.replace(value, base64.b64encode(b"\x02" + bytes(32)).decode())),
        ("a key of 31 bytes", text.replace(value, base64.b64encode(b"\x04" + bytes(31)).decode())),
        ("a weak key", text.replace(value, base64.b64encode(b"\x04" + bytes(32)).decode())),
        ("a key written in a second way", text.replace(value, base64.b64encode(b"\x04" + b"\xff" * 32).decode())),
        (
            "a witness who signs notes",
            text + f"witness x {SigningKey('x', Signing.ED25519, bytes([77]) * 32).verifier.text()}\n",
        ),
        ("a secret key", text + f"log {SigningKey('x', Signing.ED25519, bytes([77]) * 32).secret_text()}\n"),
        ("a secret key in a comment", text + "# PRIVATE+KEY+x\n"),
        ("line ends of Windows", text.replace("\n", "\r\n")),
        ("a control character", text + "\x07\n"),
        ("the sign of deletion", text + "\x7f\n"),
        ("tabs and many spaces", text.replace(" ", " \t  ")),
        ("letters of a name", text.replace("party-a", "сторона-а\U0001f600")),
        ("a quoted name", text.replace("quorum enough", "quorum it's<b>\u202e")),
        ("too long", text + "#" * 1_000_000),
    ):
        yield Case(f"list: {fault}", data, changed.encode())
    yield Case("list: a name that is no text", data, key_list().replace(b"log example", b"log \xff\xe2\x82example"))
    yield Case(
        "list: a witness whose name is no text", data, key_list().replace(b"neutral-1", b"n\xff\xe2\x82\xac\xf0\x9f")
    )
    yield Case("list: a word that is no text", data, key_list() + b"\xf0\x9f\x98\x80\xff x\n")
    longer = SigningKey("x" * 300, Signing.ML_DSA_44, bytes([5]) * 32)
    yield Case(
        "list: a name too long to be signed", data, key_list() + f"witness x {longer.verifier.text()}\n".encode()
    )
