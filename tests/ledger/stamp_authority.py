"""A time stamping authority for tests: its root, its certificate, its answers, each with the fault asked for."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rfc3161_client import TimeStampRequest

NOON = datetime(2031, 4, 21, 12, tzinfo=UTC)
"""1_934_539_200 seconds since 1970."""
_TST_INFO = "1.2.840.113549.1.9.16.1.4"


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def integer(value: int, tag: int = 0x02) -> bytes:
    return der(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    body = bytes([40 * first + second])
    for one in rest:
        septets = [one & 127]
        while one := one >> 7:
            septets.insert(0, 128 | one & 127)
        body += bytes(septets)
    return der(0x06, body)


SHA256 = der(0x30, oid("2.16.840.1.101.3.4.2.1"))
_ECDSA = der(0x30, oid("1.2.840.10045.4.3.2"))


@dataclass(frozen=True)
class Told:
    """What an answer says, for a test to change: times, accuracy, status, certificates that come with it."""

    time: datetime = NOON
    accuracy: tuple[int, int | None, int | None] | None = (1, None, None)
    status: int = 0
    version: int = 1
    nonce: int | None = -1  # -1: the one asked for
    imprint: bytes = b""
    with_certificates: bool = True


@dataclass(frozen=True)
class Line:
    """How the certificates of an authority are made, for a test to change."""

    purposes: Sequence[x509.ObjectIdentifier] = (ExtendedKeyUsageOID.TIME_STAMPING,)
    critical: bool = True
    begins: datetime = NOON - timedelta(days=30)
    ends: datetime = NOON + timedelta(days=30)
    issuer_is_authority: bool = True


@dataclass(frozen=True)
class TestAuthority:
    """An authority with one root, one certificate between, and one to sign with."""

    name: str
    line: Line = field(default_factory=Line)
    __test__ = False

    def __post_init__(self) -> None:
        keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
        names = [_name(f"{self.name} {part}") for part in ("root", "issuer", "clock")]
        root = _authority(names[0], names[0], keys[0], keys[0], is_authority=True)
        issuer = _authority(names[1], names[0], keys[1], keys[0], is_authority=self.line.issuer_is_authority)
        for what, value in (("root", root), ("issuer", issuer), ("key", keys[2])):
            object.__setattr__(self, what, value)
        object.__setattr__(self, "certificate", _clock(names[2], names[1], keys[2], keys[1], self.line))

    root: x509.Certificate = field(init=False)
    issuer: x509.Certificate = field(init=False)
    key: ec.EllipticCurvePrivateKey = field(init=False)
    certificate: x509.Certificate = field(init=False)

    def roots_file(self) -> bytes:
        return b"".join(one.public_bytes(Encoding.PEM) for one in (self.root, self.issuer))

    def answer(self, asked: TimeStampRequest, told: Told = Told()) -> bytes:
        status = der(0x30, integer(told.status), der(0x30, der(0x0C, b"in words")) if told.status else b"")
        if told.status > 1:
            return der(0x30, status)
        if told.nonce == -1:
            told = replace(told, nonce=asked.nonce)
        return der(0x30, status, self._token(_info(told.imprint or asked.message_imprint.message, told), told))

    def _token(self, info: bytes, told: Told) -> bytes:
        digest = hashlib.sha256(info).digest()
        certificate = self.certificate.public_bytes(Encoding.DER)
        named = der(0x30, der(0x30, der(0x30, der(0x04, hashlib.sha256(certificate).digest()))))
        attributes = sorted(
            (
                der(0x30, oid("1.2.840.113549.1.9.3"), der(0x31, oid(_TST_INFO))),
                der(0x30, oid("1.2.840.113549.1.9.4"), der(0x31, der(0x04, digest))),
                der(0x30, oid("1.2.840.113549.1.9.16.2.47"), der(0x31, named)),
            )
        )
        signature = self.key.sign(der(0x31, *attributes), ec.ECDSA(hashes.SHA256()))
        who = der(0x30, self.certificate.issuer.public_bytes(), integer(self.certificate.serial_number))
        signer = der(0x30, integer(1), who, SHA256, der(0xA0, *attributes), _ECDSA, der(0x04, signature))
        content = der(0x30, oid(_TST_INFO), der(0xA0, der(0x04, info)))
        beside = der(0xA0, certificate) if told.with_certificates else b""
        signed = der(0x30, integer(3), der(0x31, SHA256), content, beside, der(0x31, signer))
        return der(0x30, oid("1.2.840.113549.1.7.2"), der(0xA0, signed))


def _info(imprint: bytes, told: Told) -> bytes:
    algorithm = {32: SHA256, 64: der(0x30, oid("2.16.840.1.101.3.4.2.3"))}.get(len(imprint), SHA256)
    accuracy = b""
    if told.accuracy is not None:
        seconds, millis, micros = told.accuracy
        parts = [integer(seconds)] + [
            integer(value, tag) for value, tag in ((millis, 0x80), (micros, 0x81)) if value is not None
        ]
        accuracy = der(0x30, *parts)
    return der(
        0x30,
        integer(told.version),
        oid("1.2.3.4.1"),
        der(0x30, algorithm, der(0x04, imprint)),
        integer(7),
        der(0x18, told.time.strftime("%Y%m%d%H%M%SZ").encode()),
        accuracy,
        b"" if told.nonce is None else integer(told.nonce),
    )


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _authority(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
) -> x509.Certificate:
    usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "content_commitment"), False)
    return (
        _builder(subject, issuer, key)
        .not_valid_before(NOON - timedelta(days=3650))
        .not_valid_after(NOON + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=is_authority,
                crl_sign=is_authority,
                encipher_only=False,
                decipher_only=False,
                **usage,
            ),
            critical=True,
        )
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .sign(by, hashes.SHA256())
    )


def _clock(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
    line: Line,
) -> x509.Certificate:
    made = (
        _builder(subject, issuer, key)
        .not_valid_before(line.begins)
        .not_valid_after(line.ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    if line.purposes:
        made = made.add_extension(x509.ExtendedKeyUsage(line.purposes), critical=line.critical)
    return made.sign(by, hashes.SHA256())


def request_in(body: bytes) -> TimeStampRequest:
    """The request in the bytes that were sent, as far as an answer needs it."""

    class Imprint:
        message = body[body.index(b"\x04\x20") + 2 :][:32]

    class Asked:
        message_imprint = Imprint
        nonce = int.from_bytes((rest := body[body.index(b"\x04\x20") + 34 :])[2 : 2 + rest[1]], "big", signed=True)

    return Asked  # type: ignore[return-value]


@contextmanager
def town(one: TestAuthority, off_s: int = 0) -> Iterator[str]:
    """The authority on a free port of this machine, its clock so many seconds off."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/timestamp-query"
            answer = one.answer(request_in(body), Told(time=NOON + timedelta(seconds=off_s)))
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        running = threading.Thread(target=server.serve_forever, args=(0.01,))
        running.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/tsr"
        finally:
            server.shutdown()
            running.join()
