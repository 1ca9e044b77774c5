"""A witness on the network: whoever runs a log may ask him to cosign a head, and anybody may read what he signed.

Question: how does a request reach the decision, and the answer the log, without a fault, a flood or a slow line ever
becoming a signature? In: a :class:`~truceline.ledger.witness_memory.Witness`, an address and limits. Out: a server.

========================================  =============================================================
``POST PREFIX/add-checkpoint``            the decision of ``ledger/witnessing.py``: status, type and text
``GET PREFIX/logs``                       one line for each log: its id here, a space, its name
``GET PREFIX/logs/ID/head``               the newest head he signed
``GET PREFIX/logs/ID/signed?from=SIZE``   names of heads he signed, from a size on, at most 1,000
``GET PREFIX/logs/ID/against?from=SIZE``  names of heads the log signed that he could not follow
``GET PREFIX/logs/ID/signed/NAME``        one of them, as stored; so too below ``against``
========================================  =============================================================

The server is Python's own: one way in, a few requests a minute from a few logs, so nothing has to be installed on a
small machine. Its known weaknesses are closed here: a body must state its length, at most 1,000,000 bytes; a request
that has not come whole within ``request_s`` is cut off; so many requests at once and no more; each connection carries
one request (HTTP/1.0), so no second one can hide behind the first. It speaks no TLS: it listens on this machine alone
unless told otherwise, and a proxy stands before it for others. What it answers is signed; trust needs no TLS.

A disk that fails is told as 500, and nothing was signed as far as anybody learns. Source: C2SP tlog-witness; its way
for monitors to read is still open there, so the addresses below ``logs`` are ours.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

from truceline.ledger import disk
from truceline.ledger.encodings import decimal
from truceline.ledger.notes import MOST_BYTES
from truceline.ledger.witness_memory import KINDS, Witness
from truceline.ledger.witnessing import Answer
from truceline.model.errors import MalformedRecord, TrucelineError

LOOPBACK = "127.0.0.1"
ADD = "/add-checkpoint"
_LOGS = "/logs"
_FROM = "from="
_PIECE_BYTES = 65_536
_UNKNOWN = Answer(404, "there is nothing at this address\n")


@dataclass(frozen=True)
class Serving:
    """Where a witness listens and what he lets himself be burdened with; port 0 takes a free one."""

    host: str = LOOPBACK
    port: int = 0
    prefix: str = ""
    request_s: float = 10.0
    at_once: int = 16


class WitnessServer(ThreadingHTTPServer):
    """A witness who listens; ``serve_forever`` answers until ``shutdown``, and leaving the ``with`` lets go of all."""

    daemon_threads = False  # closing waits for the last answers before another process may write to the memory
    request_queue_size = 64

    def __init__(self, witness: Witness, serving: Serving, told: Callable[[str], None] = lambda _: None) -> None:
        """Listen; ``told`` gets a line for each answer: method and status, never who asked.

        Raises :class:`~truceline.model.errors.LedgerFault` where another process writes to this memory: two that
        decide side by side could sign a fork. OSError where the address cannot be had.
        """
        self.witness, self.serving, self.told = witness, serving, told
        self._places = threading.BoundedSemaphore(serving.at_once)
        with disk.telling_faults("the memory", witness.folder):
            self._alone = disk.hold_alone(witness.folder, "the memory of this witness")
        try:
            super().__init__((serving.host, serving.port), _Asked)
        except BaseException:
            os.close(self._alone)
            raise

    def __enter__(self) -> Self:
        """The listening server."""
        return self

    @property
    def url(self) -> str:
        """The address to give to a log, without ``/add-checkpoint``."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}{self.serving.prefix}"

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the base class
        """Take a request up if there is a place for it; else hang up, which no log can take for consent."""
        if not self._places.acquire(blocking=False):
            self.told("hung up: too many requests at once")
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._places.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as above
        """Answer one request and free its place."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401, ARG002 - as above
        """Tell of a request that could not be answered to its end."""
        self.told(f"not answered: {type(sys.exception()).__name__}")

    def server_close(self) -> None:
        """Stop listening and let others write to the memory."""
        super().server_close()
        with suppress(OSError):
            os.close(self._alone)
        self._alone = -1


class _Asked(BaseHTTPRequestHandler):
    """One request, from its first byte to the end of its answer."""

    server: WitnessServer
    server_version, sys_version = "truceline-witness", ""
    protocol_version = "HTTP/1.0"

    def setup(self) -> None:
        # A limit on each wait alone would let a byte a second keep a place for days.
        request_s = self.server.serving.request_s
        super().setup()
        self.connection.settimeout(2 * request_s)
        self._cut = threading.Timer(request_s, self._stop_reading)
        self._cut.daemon = True
        self._cut.start()

    def finish(self) -> None:
        try:
            super().finish()
            self._read_rest()
        finally:
            self._cut.cancel()

    def do_POST(self) -> None:
        path = self._path()
        if path != ADD:
            self._tell(_only("GET") if f"{path}/".startswith(f"{_LOGS}/") else _UNKNOWN)
            return
        body = self._body()
        self._tell(body if isinstance(body, Answer) else self._decided(body))

    def do_GET(self) -> None:
        path = self._path()
        if path == ADD:
            self._tell(_only("POST"))
            return
        try:
            answer = self._read_out(path)
        except (TrucelineError, OSError, ValueError):
            answer = Answer(500, "the memory of this witness cannot be read\n")
        self._tell(answer)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """What the base class refuses: a method there is not, a head that is too long or no HTTP."""
        self._tell(
            Answer(405, "send GET or POST\n") if code == 501 else Answer(code, "this is no request to a witness\n")
        )

    def log_message(self, *_: object) -> None:
        """Say nothing by itself: the base class would write down who asked."""

    def _decided(self, body: bytes) -> Answer:
        try:
            return self.server.witness.add_checkpoint(body)
        except (TrucelineError, OSError) as fault:
            self.server.told(f"nothing signed: {fault}")
            return Answer(500, "the witness could not keep this head, so he did not sign it; ask again later\n")

    def _body(self) -> bytes | Answer:
        """The body, or why it is not read."""
        lengths = self.headers.get_all("Content-Length", [])
        if "Transfer-Encoding" in self.headers or not lengths:
            return Answer(411, "state the length of the body in Content-Length\n")
        try:
            (length,) = (decimal(one.strip(), "the length") for one in set(lengths))
        except (MalformedRecord, ValueError):
            return Answer(400, "Content-Length is not one decimal number\n")
        if length > MOST_BYTES:
            return Answer(413, f"the body is longer than {MOST_BYTES:,} bytes\n")
        body = self.rfile.read(length)
        if len(body) < length:
            return Answer(408, "the body did not come whole in time\n")
        return body

    def _read_out(self, path: str) -> Answer:
        witness = self.server.witness
        if path == _LOGS:
            return Answer(200, "".join(f"{short} {origin}\n" for short, origin in witness.logs()))
        known = dict(witness.logs())
        match path.removeprefix(_LOGS).split("/")[1:]:
            case [short, "head"] if short in known:
                head = witness.latest(known[short])
                found = None if head is None else witness.names("signed", known[short], head.size)[-1:]
                return _note(witness.kept("signed", known[short], found[0]) if found else None)
            case [short, kind] if short in known and kind in KINDS:
                return self._listed(kind, known[short])
            case [short, kind, name] if short in known and kind in KINDS:
                return _note(witness.kept(kind, known[short], name))
        return _UNKNOWN

    def _listed(self, kind: str, origin: str) -> Answer:
        query = urlsplit(self.path).query
        try:
            size = decimal(query.removeprefix(_FROM), "the size") if query else 0
        except MalformedRecord as fault:
            return Answer(400, f"{fault.what}\n")
        return Answer(200, "".join(f"{name}\n" for name in self.server.witness.names(kind, origin, size)))

    def _path(self) -> str:
        """The path below the prefix; empty for any other."""
        path, prefix = self.path.partition("?")[0], self.server.serving.prefix
        return path.removeprefix(prefix) if path.startswith(f"{prefix}/") else ""

    def _tell(self, answer: Answer) -> None:
        body = answer.text.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        if answer.status == 405:
            self.send_header("Allow", "POST" if self._path() == ADD else "GET")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.server.told(f"{self.command or 'no method'} {answer.status}")

    def _stop_reading(self) -> None:
        """Wake a read that waits, as if the line had ended; the answer can still go out."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RD)

    def _read_rest(self) -> None:
        """Take in what was refused unread, within bounds: hanging up on it would take the answer back on the way."""
        with suppress(OSError, ValueError):
            self.connection.shutdown(socket.SHUT_WR)
            left = 2 * MOST_BYTES
            while left > 0 and (piece := self.connection.recv(_PIECE_BYTES)):
                left -= len(piece)


def _note(stored: bytes | None) -> Answer:
    return _UNKNOWN if stored is None else Answer(200, stored.decode())


def _only(method: str) -> Answer:
    return Answer(405, f"send {method} to this address\n")
