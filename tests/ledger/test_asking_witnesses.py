"""A log asks its witnesses: only a signature that holds is consent, and whoever did not consent is told by name."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from witness_towns import LOG, NOW, OWN, answering, head_of, serving

from truceline.ledger.asking_witnesses import (
    Cosigned,
    Head,
    Refused,
    Reply,
    Unreachable,
    collect,
    request_bytes,
    send,
)
from truceline.ledger.cosignatures import cosign
from truceline.ledger.keys import Signing, SigningKey
from truceline.ledger.policies import Policy, parse_policy
from truceline.ledger.witness_serving import WitnessServer
from truceline.ledger.witnessing import PLAIN_TYPE, SIZE_TYPE
from truceline.model.errors import UsageFault

NAMES = ("party-a", "party-b", "neutral")
Three = tuple[WitnessServer, ...]


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    with ExitStack() as stack:
        yield tuple(stack.enter_context(serving(tmp_path / key.name, key)) for key in OWN)


def policy_of(*urls: str, least: int = 2) -> Policy:
    lines = [f"witness {name} {key.verifier.text()} {url}" for name, key, url in zip(NAMES, OWN, urls, strict=True)]
    group = f"group enough {least} {' '.join(NAMES)}\nquorum enough\n"
    return parse_policy("\n".join([f"log {LOG.verifier.text()}", *lines, group]).encode())


def test_three_witnesses_cosign_and_the_head_fulfils_the_policy(three: Three):
    policy = policy_of(*(one.url for one in three), least=3)
    for size in (5, 5, 300, 599):
        found = collect(head_of(size), policy, NOW)
        assert found.enough
        assert found.cosigned == NAMES
        assert policy.check(found.note.encode(), NOW).witnesses == NAMES
    assert [len(one.witness.signed(LOG.name)) for one in three] == [3, 3, 3]


def test_a_size_that_is_known_needs_one_request(three: Three):
    policy, asked = policy_of(*(one.url for one in three)), []

    def post(url: str, body: bytes) -> Reply:
        asked.append(body.partition(b"\n")[0])
        return send(url, body)

    collect(head_of(5), policy, NOW, post=post)
    collect(head_of(17), policy, NOW, {one.url: 5 for one in three}, post)
    assert asked == [b"old 0"] * 3 + [b"old 5"] * 3
    assert collect(head_of(17), policy, NOW, {one.url: 99 for one in three}, post).enough


def test_a_fork_is_refused_by_all_and_kept_as_evidence(three: Three):
    policy = policy_of(*(one.url for one in three))
    collect(head_of(17), policy, NOW)
    for forked, status in ((head_of(17, 3), 409), (head_of(40, 3), 422)):
        found = collect(forked, policy, NOW)
        assert not found.enough
        assert found.cosigned == ()
        assert found.note == forked.note
        assert [(type(one), one.names) for one in found.answers] == [(Refused, (name,)) for name in NAMES]
        assert {one.status for one in found.answers if isinstance(one, Refused)} == {status}
    for one in three:
        link = http.client.HTTPConnection(*one.server_address[:2], timeout=10)
        link.request("GET", f"/logs/{one.witness.logs()[0][0]}/against")
        names = link.getresponse().read().decode().split()
        link.close()
        assert [int(name.split("-")[0]) for name in names] == [17, 40]


def test_a_fork_shown_to_one_party_only_finds_no_quorum(three: Three):
    policy = policy_of(*(one.url for one in three))
    collect(head_of(17), policy, NOW)
    alone = policy_of(three[0].url, "", "")
    assert not collect(head_of(40, 17), alone, NOW).enough
    honest = collect(head_of(40), policy, NOW)
    assert honest.cosigned == NAMES[1:]
    assert honest.enough


def test_a_witness_who_is_down_and_one_without_address_are_told_apart_from_consent(three: Three):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"
    found = collect(head_of(5), policy_of(three[0].url, nobody, ""), NOW)
    assert [type(one) for one in found.answers] == [Cosigned, Unreachable, Unreachable]
    assert "refused" in found.answers[1].words
    assert "no address" in found.answers[2].words
    assert (found.cosigned, found.enough) == (("party-a",), False)


def _drip(line: socket.socket) -> None:
    line.recv(65_536)
    for sign in b"HTTP/1.0 200 OK\r\n" + b"X" * 200:
        line.sendall(bytes([sign]))
        time.sleep(0.05)


def _silent(line: socket.socket) -> None:
    while line.recv(65_536):
        pass


@pytest.mark.parametrize("speak", [_drip, _silent])
def test_a_slow_witness_holds_nobody_up(three: Three, speak: Callable[[socket.socket], None]):
    with answering(speak) as url:
        began = time.monotonic()
        policy = policy_of(three[0].url, three[1].url, url)
        found = collect(head_of(5), policy, NOW, post=partial(send, wait_s=1.0))
        assert time.monotonic() - began < 8
    assert found.cosigned == NAMES[:2]
    assert found.answers[2] == Unreachable(("neutral",), "no whole answer came within 1 s")
    assert found.enough


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.0 200 OK\r\nContent-Length: 900\r\n\r\nshort",
        b"HTTP/1.0 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"A" * 9_000_000,
        b"no web server",
    ],
)
def test_half_an_answer_is_none(answer: bytes):
    def speak(line: socket.socket) -> None:
        line.recv(65_536)
        line.sendall(answer)

    with answering(speak) as url:
        found = collect(head_of(5), policy_of(url, "", ""), NOW, post=partial(send, wait_s=5.0))
    assert isinstance(found.answers[0], Unreachable)
    assert not found.enough


def test_a_redirection_is_not_followed():
    def speak(line: socket.socket) -> None:
        line.recv(65_536)
        line.sendall(b"HTTP/1.0 307 Elsewhere\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")

    with answering(speak) as url:
        (found, *_) = collect(head_of(5), policy_of(url, "", ""), NOW).answers
    assert (type(found), found.status, found.words) == (Refused, 307, "no words")


HEAD = head_of(5)


def line_of(key: SigningKey, head: Head = HEAD, time_s: int = NOW) -> str:
    return cosign(head.checkpoint, key, time_s).line()


STRANGER = SigningKey("example.com/stranger", Signing.ED25519_COSIGNATURE, b"s" * 32)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (line_of(OWN[0], head_of(6)), "'party-a' does not hold"),
        (line_of(OWN[0]) + line_of(OWN[0], head_of(6)), "'party-a' does not hold"),
        (line_of(OWN[0], time_s=NOW + 1), "time that cannot be"),
        (line_of(STRANGER), "no signature of 'party-a' came"),
        (line_of(OWN[0])[:-1], "no list of signatures"),
        (line_of(OWN[0]).replace("\n", "\r\n"), "no list of signatures"),
        (line_of(OWN[0]) * 101, "no list of signatures"),
        ("", "no list of signatures"),
    ],
)
def test_an_answer_of_200_without_a_signature_that_holds_is_no_consent(text: str, words: str):
    found = collect(HEAD, policy_of("http://a", "", ""), NOW, post=lambda *_: Reply(200, PLAIN_TYPE, text.encode()))
    assert isinstance(found.answers[0], Refused)
    assert words in found.answers[0].words
    assert found.note == HEAD.note
    assert not found.enough


def test_lines_of_strangers_are_passed_over():
    text = line_of(STRANGER) + line_of(OWN[0])
    found = collect(HEAD, policy_of("http://a", "", ""), NOW, post=lambda *_: Reply(200, PLAIN_TYPE, text.encode()))
    assert found.cosigned == ("party-a",)
    assert [one.name for one in found.note.signatures] == [LOG.name, OWN[0].name]


@pytest.mark.parametrize(
    ("kind", "body", "asked"),
    [
        (SIZE_TYPE, b"3\n", 2),
        (SIZE_TYPE, b"0\n", 1),
        (SIZE_TYPE, b"6\n", 1),
        (SIZE_TYPE, b"+3\n", 1),
        (SIZE_TYPE, b"3", 1),
        (SIZE_TYPE, b"9" * 25 + b"\n", 1),
        (PLAIN_TYPE, b"3\n", 1),
    ],
)
def test_a_witness_who_names_another_size_is_asked_once_more_and_no_more(kind: str, body: bytes, asked: int):
    bodies: list[bytes] = []

    def post(_: str, sent: bytes) -> Reply:
        bodies.append(sent)
        return Reply(409, kind, body)

    found = collect(HEAD, policy_of("http://a", "", ""), NOW, post=post)
    assert isinstance(found.answers[0], Refused)
    assert len(bodies) == asked


def test_witnesses_under_one_address_are_asked_once():
    text = line_of(OWN[0]) + line_of(OWN[1])
    found = collect(
        HEAD, policy_of("http://a", "http://a", ""), NOW, post=lambda *_: Reply(200, PLAIN_TYPE, text.encode())
    )
    assert found.cosigned == NAMES[:2]
    assert len(found.answers) == 2


def test_a_stranger_s_words_reach_no_terminal_as_they_are():
    body = b"\x1b[2Jno\nsignature\xff" + b"x" * 500
    found = collect(HEAD, policy_of("http://a", "", ""), NOW, post=lambda *_: Reply(403, PLAIN_TYPE, body))
    words = found.answers[0].words
    assert words.isprintable()
    assert len(words) <= 60


@pytest.mark.parametrize("url", ["ftp://a", "file:///etc/passwd", "http://", "http://a:99999", "a"])
def test_what_is_no_address_is_not_asked(url: str):
    assert isinstance(collect(HEAD, policy_of(url, "", ""), NOW).answers[0], Unreachable)


def test_a_head_of_another_size_than_its_tree_is_refused():
    with pytest.raises(UsageFault, match="the head is of 5 entries and the tree of 6"):
        Head(HEAD.note, head_of(6).tree)
    with pytest.raises(UsageFault, match="nobody can follow from 6"):
        request_bytes(HEAD, 6)
