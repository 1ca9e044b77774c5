"""A served witness answers as the protocol says, and nothing that goes wrong on the line or the disk signs a head."""

from __future__ import annotations

import errno
import hashlib
import http.client
import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from witness_towns import LOG, OWN, head_of, serving

from truceline.ledger import disk
from truceline.ledger.asking_witnesses import request_bytes
from truceline.ledger.checkpoints import parse_checkpoint
from truceline.ledger.notes import parse_note
from truceline.ledger.witness_serving import Serving, WitnessServer
from truceline.model.errors import LedgerFault

ID = hashlib.sha256(LOG.name.encode()).hexdigest()[:32]
FIVE = request_bytes(head_of(5), 0)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WitnessServer]:
    with serving(tmp_path, OWN[0], Serving(prefix="/witness", request_s=5.0)) as found:
        yield found


def ask(server: WitnessServer, method: str, path: str, body: bytes | None = None) -> tuple[int, str, str]:
    link = http.client.HTTPConnection(*server.server_address[:2], timeout=20)
    try:
        link.request(method, path, body)
        came = link.getresponse()
        return came.status, came.getheader("Content-Type", ""), came.read().decode()
    finally:
        link.close()


def say(server: WitnessServer, *pieces: bytes) -> bytes:
    """What comes back for bytes as they are."""
    with socket.create_connection(server.server_address[:2], timeout=20) as line:
        for piece in pieces:
            line.sendall(piece)
        came = b""
        while more := line.recv(65_536):
            came += more
        return came


def test_the_protocol_goes_over_the_line_as_it_is_decided(server: WitnessServer):
    add = "/witness/add-checkpoint"
    status, kind, text = ask(server, "POST", add, FIVE)
    assert (status, kind) == (200, "text/plain; charset=utf-8")
    assert text.startswith(f"— {OWN[0].name} ")
    assert ask(server, "POST", add, FIVE) == (409, "text/x.tlog.size", "5\n")
    assert ask(server, "POST", add, request_bytes(head_of(300), 5))[0] == 200
    assert ask(server, "POST", add, request_bytes(head_of(400, 3), 300))[0] == 422
    assert ask(server, "POST", add, b"old 05\n\n")[0] == 400


def test_anybody_may_read_what_he_signed_and_what_speaks_against_the_log(server: WitnessServer):
    assert ask(server, "GET", f"/witness/logs/{ID}/head")[0] == 404
    for head, old in ((head_of(5), 0), (head_of(17), 5), (head_of(17, 3), 17)):
        ask(server, "POST", "/witness/add-checkpoint", request_bytes(head, old))
    assert ask(server, "GET", "/witness/logs")[2] == f"{ID} {LOG.name}\n"
    newest = ask(server, "GET", f"/witness/logs/{ID}/head")[2]
    assert parse_checkpoint(parse_note(newest.encode()).text) == head_of(17).checkpoint
    names = ask(server, "GET", f"/witness/logs/{ID}/signed")[2].split()
    assert [int(name.split("-")[0]) for name in names] == [5, 17]
    assert ask(server, "GET", f"/witness/logs/{ID}/signed?from=6")[2].split() == names[1:]
    assert ask(server, "GET", f"/witness/logs/{ID}/signed/{names[1]}")[2] == newest
    (against,) = ask(server, "GET", f"/witness/logs/{ID}/against")[2].split()
    other = ask(server, "GET", f"/witness/logs/{ID}/against/{against}")[2]
    assert parse_checkpoint(parse_note(other.encode()).text) == head_of(17, 3).checkpoint


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/add-checkpoint", 404),
        ("POST", "/witness/add-checkpoint/", 404),
        ("POST", "/witness", 404),
        ("POST", "/witness/logs", 405),
        ("GET", "/witness/add-checkpoint", 405),
        ("PUT", "/witness/add-checkpoint", 405),
        ("HEAD", "/witness/logs", 405),
        ("GET", "/", 404),
        ("GET", f"/witness/logs/{ID}/signed/../../../etc/passwd", 404),
        ("GET", f"/witness/logs/{ID}/signed/.writing", 404),
        ("GET", f"/witness/logs/{ID}/signed/%2e%2e", 404),
        ("GET", f"/witness/logs/{ID}/elsewhere", 404),
        ("GET", f"/witness/logs/{'0' * 32}/head", 404),
        ("GET", f"/witness/logs/{ID}/signed?from=+5", 400),
        ("GET", "/witness/" + "a" * 70_000, 414),
    ],
)
def test_any_other_address_or_method_is_refused(server: WitnessServer, method: str, path: str, status: int):
    assert ask(server, method, path)[0] == status
    assert not server.witness.signed(LOG.name)


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (b"", 411),
        (b"Transfer-Encoding: chunked\r\n", 411),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 411),
        (b"Content-Length: 5\r\nContent-Length: 6\r\n", 400),
        (b"Content-Length: -5\r\n", 400),
        (b"Content-Length: five\r\n", 400),
        (b"Content-Length: " + b"9" * 5_000 + b"\r\n", 400),
        (b"Content-Length: 1000001\r\n", 413),
    ],
)
def test_a_body_of_unknown_or_too_great_length_is_not_read(server: WitnessServer, lines: bytes, status: int):
    with socket.create_connection(server.server_address[:2], timeout=20) as line:
        line.sendall(b"POST /witness/add-checkpoint HTTP/1.1\r\n" + lines + b"\r\n")
        assert line.recv(65_536).split(b" ")[1] == str(status).encode()
    assert not server.witness.signed(LOG.name)


def test_whoever_sends_too_much_hears_why(server: WitnessServer):
    assert ask(server, "POST", "/witness/add-checkpoint", b"A" * 1_000_001)[0] == 413


def test_one_connection_carries_one_request(server: WitnessServer):
    one = b"POST /witness/add-checkpoint HTTP/1.1\r\nConnection: keep-alive\r\nContent-Length: %d\r\n\r\n" % len(FIVE)
    came = say(server, one + FIVE + one + FIVE, b"")
    assert came.count(b"HTTP/1.0 ") == 1


@pytest.mark.parametrize("start", [b"POST /witness/add-ch", b"POST /witness/add-checkpoint HTTP/1.1\r\nX: ", b""])
def test_a_slow_request_is_cut_off_however_steadily_it_drips(tmp_path: Path, start: bytes):
    with serving(tmp_path, OWN[0], Serving(prefix="/witness", request_s=0.3)) as server:
        began = time.monotonic()
        with socket.create_connection(server.server_address[:2], timeout=20) as line, suppress(OSError):
            line.sendall(start)
            while time.monotonic() - began < 10:
                line.sendall(b"a")
                time.sleep(0.05)
        assert time.monotonic() - began < 8


def test_a_body_that_stops_is_told_so_and_signs_nothing(tmp_path: Path):
    with serving(tmp_path, OWN[0], Serving(request_s=0.3)) as server:
        head = b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(FIVE)
        assert say(server, head + FIVE[:-1]).startswith(b"HTTP/1.0 408 ")
        assert not server.witness.signed(LOG.name)


def test_more_at_once_than_he_bears_are_hung_up_on_and_he_goes_on(tmp_path: Path):
    with serving(tmp_path, OWN[0], Serving(request_s=1.0, at_once=2)) as server:
        idle = [socket.create_connection(server.server_address[:2], timeout=20) for _ in range(2)]
        time.sleep(0.2)
        assert not _answers(server)
        for line in idle:
            line.close()
        until = time.monotonic() + 10
        while not _answers(server):
            assert time.monotonic() < until, "the places were never freed"
            time.sleep(0.1)


def _answers(server: WitnessServer) -> bool:
    try:
        return ask(server, "GET", "/logs")[0] == 200
    except (OSError, http.client.HTTPException):
        return False


@pytest.mark.parametrize("fault", [errno.EIO, errno.ENOSPC])
def test_a_fault_of_the_disk_is_no_signature(server: WitnessServer, monkeypatch: pytest.MonkeyPatch, fault: int):
    def fails(_: int) -> None:
        raise OSError(fault, os.strerror(fault))

    with monkeypatch.context() as patch:
        patch.setattr(disk, "sync", fails)
        status, _, text = ask(server, "POST", "/witness/add-checkpoint", FIVE)
    assert status == 500
    assert OWN[0].name not in text
    assert str(server.witness.folder) not in text
    assert not server.witness.signed(LOG.name)
    assert ask(server, "POST", "/witness/add-checkpoint", FIVE)[0] == 200


def test_a_damaged_memory_answers_500(server: WitnessServer):
    ask(server, "POST", "/witness/add-checkpoint", FIVE)
    (path,) = server.witness.folder.rglob("[0-9]*-*")
    path.write_bytes(b"\xff")
    assert ask(server, "POST", "/witness/add-checkpoint", request_bytes(head_of(17), 5))[0] == 500
    assert ask(server, "GET", f"/witness/logs/{ID}/signed/{path.name}")[0] == 500


def test_two_servers_on_one_memory_are_refused(server: WitnessServer):
    with pytest.raises(LedgerFault, match="somebody else is writing to the memory"):
        WitnessServer(server.witness, Serving())
