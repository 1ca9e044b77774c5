"""One question over HTTP, and one whole answer in time, or none.

Question: what did the other side answer? In: an address, a body if there is one, how long to wait, how long an answer
may be. Out: status, kind and bytes of an answer that came whole. Redirections are not followed, and no answer is
awaited longer than the limit, however slowly it comes: half an answer is none.
"""

from __future__ import annotations

import http.client
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from truceline.ledger.encodings import shown

WAIT_S = 10.0
_PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Reply:
    """An answer as it came over the network."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Question:
    """What is sent: a body and its kind, or nothing but the address."""

    url: str
    body: bytes | None = None
    content_type: str = _PLAIN


@dataclass(frozen=True)
class Limits:
    """How long an answer is awaited, in seconds, and how many bytes of it are read."""

    wait_s: float = WAIT_S
    most_bytes: int = 1_000_000


def ask(question: Question, limits: Limits | None = None) -> Reply:
    """Ask over HTTP or HTTPS; raises OSError or HTTPException where no whole answer came in time."""
    limits = limits or Limits()
    link, path = _line(question.url, limits.wait_s)
    late = threading.Event()
    cut = threading.Timer(limits.wait_s, _hang_up, [link, late])
    cut.daemon = True
    try:
        link.connect()
        cut.start()  # a limit on each wait alone would let a byte a second hold everybody up for days
        if question.body is None:
            link.request("GET", path)
        else:
            link.request("POST", path, question.body, {"Content-Type": question.content_type})
        with link.getresponse() as came:
            reply = _whole(came, limits.most_bytes)
        if not late.is_set():  # else the end of the answer may be where it was cut off
            return reply
        raise TimeoutError
    except (OSError, http.client.HTTPException) as fault:
        if late.is_set() or isinstance(fault, TimeoutError):
            raise TimeoutError(f"no whole answer came within {limits.wait_s:g} s") from fault
        raise
    finally:
        cut.cancel()
        link.close()


def plain(words: str) -> str:
    """A stranger's words as one short line that no terminal obeys."""
    return shown("".join(sign if sign.isprintable() else " " for sign in words).strip()) or "no words"


def _line(url: str, wait_s: float) -> tuple[http.client.HTTPConnection, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise OSError(f"{shown(url)!r} is no address") from fault
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    if parts.scheme not in kinds or not parts.hostname:
        raise OSError(f"{shown(url)!r} is no address to ask at")
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return kinds[parts.scheme](parts.hostname, port, timeout=wait_s), path or "/"


def _whole(came: http.client.HTTPResponse, most_bytes: int) -> Reply:
    body = came.read(most_bytes + 1)
    stated = came.getheader("Content-Length")
    if len(body) > most_bytes or (stated is not None and stated != str(len(body))):
        raise OSError("the answer is cut short or too long")
    return Reply(came.status, came.getheader("Content-Type", ""), body)


def _hang_up(link: http.client.HTTPConnection, late: threading.Event) -> None:
    late.set()
    with suppress(OSError, AttributeError):  # it may be gone already
        link.sock.shutdown(socket.SHUT_RDWR)
