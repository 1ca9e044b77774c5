"""RFC 3161 stamps: an authority with a clock of its own signs that these bytes were shown to it, and when.

Question: since when, at the latest, has this head existed? In: the bytes of a signed head, the answer of a time
stamping authority, the certificates the reader trusts for it, the latest time the reader believes (seconds since 1970,
UTC). Out: a :class:`Stamp` with the two whole seconds between which the authority's clock stood, rounded outwards by
its accuracy; or a fault that names what did not hold.

Trusted are the certificates in a file of the reader's and nothing that comes with an answer. Checked are: status,
version, imprint, nonce where one was asked for, signature, way to a root of the file, purpose (time stamping alone,
marked critical), validity at the time stated, accuracy. A stamp says nothing of the time before it: a head may be older
than its stamp, never younger. The times the witnesses state bound it from the other side. Authorities that two lines
name must share no certificate, so that nobody stamps twice. An answer of an authority that names its certificate by
another way than issuer and number, and attributes that name it a second time (ESSCertID), are left to the library.

Source: RFC 3161 (sections 2.3, 2.4.2); signature and certificates are checked by rfc3161-client on OpenSSL.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client.tsp import Accuracy

from truceline.ledger.encodings import decimal, shown
from truceline.ledger.over_http import plain
from truceline.model.errors import LedgerFault, MalformedRecord, NotProved, UnreadableFile

MOST_BYTES = 100_000
"""No answer of an authority is longer; those of the published ones have some 1,000 to 7,000 bytes."""
APART_S = 60
"""Stamps asked for at one time may be so far apart, beyond their accuracies."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}", re.ASCII)
_STATUSES = {2: "it refused", 3: "it answers later", 4: "a revocation is near", 5: "a revocation was told"}
_UNREADABLE = (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, UnsupportedAlgorithm)
"""What reading a certificate raises beside ValueError."""
_EXAMPLE = "authority north north-roots.pem https://north.example/tsr 1"


@dataclass(frozen=True)
class Authority:
    """A time stamping authority: its name here, the certificates trusted for it, its address, its agreed accuracy.

    ``accuracy_s`` is what is taken where an answer states none; ``None``: such an answer is refused.
    """

    name: str
    trusted: tuple[x509.Certificate, ...]
    url: str = ""
    accuracy_s: int | None = None


@dataclass(frozen=True)
class Stamp:
    """What an authority stated: when its clock was read, and the whole seconds between which the true time lies."""

    authority: str
    read: datetime
    earliest_s: int
    latest_s: int


def request() -> TimestampRequestBuilder:
    """What every request has: SHA-256, a nonce, and the wish that the authority's certificate comes with the answer."""
    return (
        TimestampRequestBuilder().hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True).cert_request(cert_request=True)
    )


def request_for(head: bytes) -> TimeStampRequest:
    """The request to stamp a head; its nonce is drawn anew each time."""
    return request().data(head).build()


def check_stamp(answer: bytes, head: bytes, authority: Authority, latest_s: int, nonce: int | None = None) -> Stamp:
    """The stamp in an answer, if it is this authority's over exactly these bytes.

    ``nonce`` is that of the request; ``None`` when an answer is read again later. Raises
    :class:`~truceline.model.errors.MalformedRecord` for bytes that are no answer, and
    :class:`~truceline.model.errors.NotProved` for whatever does not hold.
    """
    response = _response(answer)
    if response.status:
        words = "; ".join(response.status_string)
        raise _fault(
            f"{_STATUSES.get(response.status, 'it changed what was asked for')}: {plain(words)}", authority.name
        )
    info = response.tst_info
    if info.version != 1:
        raise _fault(f"it is of version {info.version}, and only 1 is known", authority.name)
    if nonce is not None and info.nonce != nonce:
        raise _fault("it answers another request", authority.name)
    try:
        VerifierBuilder(roots=list(authority.trusted)).build().verify_message(response, head)
    except (VerificationError, ValueError, *_UNREADABLE) as cause:
        raise _fault(_why(str(cause)), authority.name) from cause
    margin = _accuracy(info.accuracy, authority)
    at = info.gen_time
    earliest, latest = (at - margin).timestamp(), (at + margin).timestamp()
    stamp = Stamp(authority.name, at, floor(earliest), ceil(latest))
    if stamp.earliest_s > latest_s:
        raise _fault(f"it states {at:%Y-%m-%d %H:%M:%S} UTC, which is later than can be", authority.name)
    return stamp


def apart_s(stamps: Sequence[Stamp]) -> int:
    """How many seconds lie between the clocks that are farthest apart, beyond what their accuracies allow.

    >>> from datetime import UTC
    >>> one, other = (Stamp(name, datetime.fromtimestamp(at, UTC), at - 1, at + 1) for name, at in (("a", 5), ("b", 9)))
    >>> apart_s([one, other]), apart_s([one])
    (2, 0)
    """
    if not stamps:
        return 0
    return max(0, max(one.earliest_s for one in stamps) - min(one.latest_s for one in stamps))


def existed_by_s(stamps: Sequence[Stamp], trusted: int = 1) -> int | None:
    """By when the head existed at the latest, if at least ``trusted`` of these clocks are right; ``None`` if too few.

    With ``trusted=1`` any one clock is believed, the earliest counts; with 2, two have to say so.

    >>> from datetime import UTC
    >>> two = [Stamp(name, datetime.fromtimestamp(at, UTC), at - 1, at + 1) for name, at in (("a", 5), ("b", 9))]
    >>> existed_by_s(two), existed_by_s(two, 2), existed_by_s(two, 3)
    (6, 10, None)
    """
    times = sorted(one.latest_s for one in stamps)
    return times[trusted - 1] if 1 <= trusted <= len(times) else None


def read_authorities(path: Path) -> tuple[Authority, ...]:
    """The authorities of a file, one a line: ``authority NAME ROOTS [URL] [ACCURACY]``.

    ROOTS is a PEM file beside it, with the root and, where answers bring no certificates between, those. ACCURACY is in
    whole seconds. Empty lines and lines that begin with ``#`` are passed over. Raises
    :class:`~truceline.model.errors.UnreadableFile` and :class:`~truceline.model.errors.MalformedRecord`.
    """
    text = _bytes(path).decode("utf-8", "replace")
    found: list[Authority] = []
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        found.append(_authority(words, path.parent, f"{path}, line {number}"))
    if not found:
        raise _list_fault("the list names no authority", str(path))
    _refuse_one_twice(found, str(path))
    return tuple(found)


def _authority(words: list[str], folder: Path, where: str) -> Authority:
    if words[0] != "authority" or not 3 <= len(words) <= 5 or not _NAME.fullmatch(words[1]):
        raise _list_fault(f"this is no line of an authority: {shown(' '.join(words))!r}", where)
    rest = words[3:]
    accuracy_s = decimal(rest.pop(), "the accuracy") if rest and rest[-1].isdecimal() else None
    if len(rest) > 1:
        raise _list_fault("after the address stands the accuracy in whole seconds, and nothing more", where)
    try:
        trusted = tuple(x509.load_pem_x509_certificates(_bytes(folder / words[2])))
    except ValueError as cause:
        raise _list_fault(f"{shown(words[2])} holds no certificates in PEM, or more than those", where) from cause
    return Authority(words[1], trusted, rest[0] if rest else "", accuracy_s)


def _refuse_one_twice(found: Sequence[Authority], where: str) -> None:
    names = [one.name for one in found]
    if len(set(names)) != len(names):
        raise _list_fault("two lines name one authority", where)
    seen: dict[x509.Certificate, str] = {}
    for one in found:
        for certificate in one.trusted:
            if seen.setdefault(certificate, one.name) != one.name:
                raise _list_fault(
                    f"{one.name!r} and {seen[certificate]!r} share a certificate: one authority would stamp twice",
                    where,
                )


def _response(answer: bytes) -> TimeStampResponse:
    if len(answer) > MOST_BYTES:
        raise _malformed(f"the answer is longer than {MOST_BYTES:,} bytes")
    try:
        response = decode_timestamp_response(answer)
        if response.status == 0 and (response.as_bytes() != answer or not response.tst_info.gen_time):
            raise _malformed("the answer is not in the one form its format has")
    except ValueError as cause:
        raise _malformed("this is no answer of a time stamping authority") from cause
    return response


def _accuracy(stated: Accuracy | None, authority: Authority) -> timedelta:
    """How far the clock may be off. RFC 3161 leaves it to the authority whether to state it."""
    if stated is not None:
        return timedelta(seconds=stated.seconds or 0, milliseconds=stated.millis or 0, microseconds=stated.micros or 0)
    if authority.accuracy_s is None:
        raise _fault("it states no accuracy, and the list of authorities gives none for it", authority.name)
    return timedelta(seconds=authority.accuracy_s)


def _why(words: str) -> str:
    """The library's reason in words: what OpenSSL found, without its error stack."""
    if found := re.search(r'Verify error: ([^"]+)', words) or re.search(r'reason: "([^"]+)"', words):
        return f"its certificate or signature does not hold ({found[1]})"
    return plain(words).removesuffix(".")


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:
            return opened.read(MOST_BYTES)
    except OSError as cause:
        raise UnreadableFile(
            f"the list of authorities, or a file it names, cannot be read ({cause.strerror})",
            where=str(path),
            do="name the list; the files of certificates stand beside it",
            example=_EXAMPLE,
        ) from cause


def _fault(what: str, authority: str) -> NotProved:
    return NotProved(
        f"the stamp of {authority!r} does not hold: {what}",
        do="do not rely on it; ask the authority again, and keep this answer",
    )


def _malformed(what: str) -> MalformedRecord:
    return MalformedRecord(what, do="ask the authority again; an answer is binary, in DER")


def _list_fault(what: str, where: str) -> LedgerFault:
    return MalformedRecord(what, where=where, do="mend the list of authorities", example=_EXAMPLE)
