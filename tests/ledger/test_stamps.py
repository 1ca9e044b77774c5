"""Stamps of authorities made here, and the published ones of others."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from ledger_samples import LOG_KEY, NAME, NOON, WITNESSES, cosigned
from stamp_authority import NOON as CLOCK
from stamp_authority import Line, TestAuthority, Told, request_in, town

from truceline.ledger import disk
from truceline.ledger.checkpoints import Checkpoint
from truceline.ledger.cosignatures import cosign
from truceline.ledger.merkle import leaf_hash
from truceline.ledger.notes import Note
from truceline.ledger.over_http import Reply
from truceline.ledger.stamping import (
    Stamped,
    StampRefused,
    StampUnreachable,
    check_stamps,
    read_stamps,
    send,
    sizes_stamped,
    stamp_head,
)
from truceline.ledger.stamps import (
    MOST_BYTES,
    Authority,
    Stamp,
    apart_s,
    check_stamp,
    existed_by_s,
    read_authorities,
    request_for,
)
from truceline.model.errors import LedgerFault, MalformedRecord, NotProved, StorageFull, UnreadableFile

LATEST = NOON + 60
REPLY = "application/timestamp-reply"


def head_of(entry: bytes = b"entry") -> bytes:
    checkpoint = Checkpoint(NAME, 1, leaf_hash(entry))
    head = Note(checkpoint.text(), (cosign(checkpoint, LOG_KEY, NOON),)).encode()
    return cosigned(head, dict.fromkeys(WITNESSES, NOON))


HEAD = head_of()
REQUEST = request_for(HEAD)
NORTH, SOUTH = TestAuthority("north"), TestAuthority("south")


def trusted(one: TestAuthority, **changes: object) -> Authority:
    return replace(Authority(one.name, (one.root, one.issuer), f"http://{one.name}.example/tsr"), **changes)


def answering(**told: Told) -> Callable[[str, bytes], Reply]:
    """A line to both authorities, without a network."""

    def post(url: str, body: bytes) -> Reply:
        one = NORTH if "north" in url else SOUTH
        return Reply(200, REPLY, one.answer(request_in(body), told.get(one.name, Told())))

    return post


def test_an_answer_shows_by_when_the_head_existed():
    stamp = check_stamp(NORTH.answer(REQUEST), HEAD, trusted(NORTH), LATEST, REQUEST.nonce)
    assert stamp == Stamp("north", CLOCK, NOON - 1, NOON + 1)


@pytest.mark.parametrize(
    ("accuracy", "agreed_s", "bounds"),
    [
        ((0, 500, 2), None, (-1, 1)),
        ((0, None, None), None, (0, 0)),
        ((2, 1, None), None, (-3, 3)),
        (None, 5, (-5, 5)),
        ((1, None, None), 5, (-1, 1)),
    ],
)
def test_times_are_rounded_outwards(
    accuracy: tuple[int, int | None, int | None] | None, agreed_s: int | None, bounds: tuple[int, int]
):
    answer = NORTH.answer(REQUEST, Told(accuracy=accuracy))
    stamp = check_stamp(answer, HEAD, trusted(NORTH, accuracy_s=agreed_s), LATEST)
    assert (stamp.earliest_s - NOON, stamp.latest_s - NOON) == bounds


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (Told(status=2), "it refused: in words"),
        (Told(status=1), "it changed what was asked for"),
        (Told(status=3), "it answers later"),
        (Told(nonce=17), "it answers another request"),
        (Told(nonce=None), "it answers another request"),
        (Told(version=2), "it is of version 2"),
        (Told(imprint=bytes(32)), "Mismatch between messages"),
        (Told(imprint=bytes(64)), "Mismatch between messages"),
        (Told(accuracy=None), "it states no accuracy"),
        (Told(with_certificates=False), "signer certificate not found"),
        (Told(time=CLOCK + timedelta(hours=1)), "it states 2031-04-21 13:00:00 UTC, which is later than can be"),
        (Told(time=CLOCK - timedelta(days=40)), "not yet valid"),
        (Told(time=CLOCK + timedelta(days=40)), "expired"),
    ],
)
def test_an_answer_that_is_no_stamp_is_refused_with_its_fault(told: Told, why: str):
    with pytest.raises(NotProved, match="the stamp of 'north' does not hold") as caught:
        check_stamp(NORTH.answer(REQUEST, told), HEAD, trusted(NORTH), LATEST, REQUEST.nonce)
    assert why in caught.value.what


@pytest.mark.parametrize(
    "line",
    [
        Line(purposes=()),
        Line(purposes=(ExtendedKeyUsageOID.CODE_SIGNING,)),
        Line(purposes=(ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING)),
        Line(critical=False),
        Line(ends=CLOCK - timedelta(seconds=1)),
        Line(begins=CLOCK + timedelta(seconds=1)),
        Line(issuer_is_authority=False),
    ],
    ids=["no purpose", "another", "one more", "not critical", "expired", "not yet", "issuer is none"],
)
def test_a_certificate_that_may_not_stamp_is_refused(line: Line):
    other = TestAuthority("other", line)
    with pytest.raises(NotProved, match="its certificate or signature does not hold"):
        check_stamp(other.answer(REQUEST), HEAD, trusted(other), LATEST)


def test_trust_comes_from_the_file_of_roots_and_not_from_a_name_or_the_answer():
    twin = TestAuthority("north")
    for trust in ((twin.root, twin.issuer), (SOUTH.root, NORTH.issuer), (NORTH.issuer,), (NORTH.certificate,)):
        with pytest.raises(NotProved):
            check_stamp(NORTH.answer(REQUEST), HEAD, trusted(NORTH, trusted=trust), LATEST)


def test_a_stamp_of_another_head_is_none_of_this_one():
    with pytest.raises(NotProved, match="Mismatch"):
        check_stamp(NORTH.answer(REQUEST), head_of(b"other"), trusted(NORTH), LATEST)


def test_no_bit_of_a_stamp_can_be_changed_to_another_time():
    answer = NORTH.answer(REQUEST)
    stamp = check_stamp(answer, HEAD, trusted(NORTH), LATEST)
    unseen: set[int] = set()
    for at in range(len(answer)):
        for bit in range(8):
            changed = bytearray(answer)
            changed[at] ^= 1 << bit
            try:
                assert check_stamp(bytes(changed), HEAD, trusted(NORTH), LATEST) == stamp
                unseen.add(at)
            except LedgerFault:
                pass
    assert len(unseen) <= 20, "names of algorithms and the like, which no signature covers"


@pytest.mark.parametrize("cut", [0, 1, 2, 100, 500])
def test_bytes_that_are_no_answer(cut: int):
    answer = NORTH.answer(REQUEST)
    for data in (answer[:cut], answer + b"\x00", b"<html>", bytes(MOST_BYTES + 1)):
        with pytest.raises(MalformedRecord):
            check_stamp(data, HEAD, trusted(NORTH), LATEST)


def test_clocks_that_disagree_beyond_their_accuracy_are_told():
    stamps = [Stamp(name, CLOCK, at - 1, at + 1) for name, at in (("a", NOON), ("b", NOON + 2), ("c", NOON + 30))]
    assert apart_s(stamps[:2]) == 0
    assert apart_s(stamps) == apart_s(stamps[::-1]) == 28
    assert existed_by_s(stamps) == NOON + 1
    assert existed_by_s(stamps, 2) == NOON + 3
    assert existed_by_s((), 1) is existed_by_s(stamps, 4) is existed_by_s(stamps, 0) is None


def test_two_authorities_stamp_and_both_stamps_are_kept(tmp_path: Path):
    both = (trusted(NORTH), trusted(SOUTH))
    found = stamp_head(tmp_path, HEAD, both, LATEST, answering(south=Told(time=CLOCK + timedelta(seconds=40))))
    assert [type(one) for one in found.outcomes] == [Stamped, Stamped]
    assert found.apart_s == 38
    assert sizes_stamped(tmp_path) == (1,)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["1.head", "1.north.tsr", "1.south.tsr"]
    assert read_stamps(tmp_path, 1, both, LATEST) == found


def test_who_is_down_or_refuses_is_told_apart_and_only_they_are_asked_again(tmp_path: Path):
    both = (trusted(NORTH), trusted(SOUTH))

    def down(url: str, body: bytes) -> Reply:
        if "north" in url:
            raise ConnectionRefusedError("Connection refused")
        return Reply(200, REPLY, SOUTH.answer(request_in(body), Told(status=2)))

    found = stamp_head(tmp_path, HEAD, both, LATEST, down)
    assert found.outcomes == (
        StampUnreachable("north", "Connection refused"),
        StampRefused("south", "the stamp of 'south' does not hold: it refused: in words"),
    )
    assert found.stamps == ()
    asked: list[str] = []

    def counted(url: str, body: bytes) -> Reply:
        asked.append(url)
        return answering()(url, body)

    stamp_head(tmp_path, HEAD, both[:1], LATEST, counted)
    assert len(stamp_head(tmp_path, HEAD, both, LATEST, counted).stamps) == 2
    assert asked == ["http://north.example/tsr", "http://south.example/tsr"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500, REPLY, b""),
        Reply(302, "text/html", b""),
        Reply(200, "text/html", b"<html>"),
        Reply(200, REPLY, b""),
        Reply(200, REPLY, NORTH.answer(REQUEST)),  # of a request of before
        Reply(200, REPLY, SOUTH.answer(REQUEST)),  # of another authority
    ],
)
def test_an_answer_that_is_no_stamp_is_not_kept(tmp_path: Path, reply: Reply):
    found = stamp_head(tmp_path, HEAD, (trusted(NORTH),), LATEST, lambda _url, _body: reply)
    assert isinstance(found.outcomes[0], StampRefused)
    assert [one.name for one in tmp_path.iterdir()] == ["1.head"]


def test_an_authority_without_address_is_unreachable(tmp_path: Path):
    found = stamp_head(tmp_path, HEAD, (trusted(NORTH, url=""),), LATEST, answering())
    assert found.outcomes == (StampUnreachable("north", "the list gives no address"),)


def test_a_damaged_stamp_is_refused_and_asked_for_again(tmp_path: Path):
    one = (trusted(NORTH),)
    stamp_head(tmp_path, HEAD, one, LATEST, answering())
    path = tmp_path / "1.north.tsr"
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    assert isinstance(read_stamps(tmp_path, 1, one, LATEST).outcomes[0], StampRefused)
    path.unlink()
    path.mkdir()
    assert isinstance(read_stamps(tmp_path, 1, one, LATEST).outcomes[0], StampUnreachable)
    path.rmdir()
    assert isinstance(stamp_head(tmp_path, HEAD, one, LATEST, answering()).outcomes[0], Stamped)


def test_more_cosignatures_change_nothing_and_a_fork_is_refused(tmp_path: Path):
    one = (trusted(NORTH),)
    stamp_head(tmp_path, HEAD, one, LATEST, answering())
    fewer = cosigned(HEAD.split(b"\n\n")[0] + b"\n\n" + HEAD.split(b"\n\n")[1].splitlines(keepends=True)[0], {})
    assert stamp_head(tmp_path, fewer, one, LATEST, answering()).head == HEAD
    assert check_stamps(tmp_path, fewer, one, LATEST).stamps
    with pytest.raises(NotProved, match="two faces"):
        stamp_head(tmp_path, head_of(b"other"), one, LATEST, answering())
    with pytest.raises(NotProved, match="two faces"):
        check_stamps(tmp_path, head_of(b"other"), one, LATEST)


def test_a_head_never_stamped_has_no_stamps(tmp_path: Path):
    with pytest.raises(NotProved, match="no head over 9 entries was stamped"):
        read_stamps(tmp_path, 9, (trusted(NORTH),), LATEST)


def test_a_full_disk_keeps_no_half_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    real, calls = disk.write, []

    def full(handle: int, data: bytes) -> None:
        calls.append(data)
        if len(calls) == 2:  # the head is there, the stamp is not
            raise OSError(28, "No space left on device")
        real(handle, data)

    monkeypatch.setattr(disk, "write", full)
    with pytest.raises(StorageFull):
        stamp_head(tmp_path, HEAD, (trusted(NORTH),), LATEST, answering())
    assert [one.name for one in tmp_path.iterdir()] == ["1.head"]
    assert len(stamp_head(tmp_path, HEAD, (trusted(NORTH),), LATEST, answering()).stamps) == 1


def test_over_the_network(tmp_path: Path):
    with town(NORTH) as url:
        authorities = (trusted(NORTH, url=url), trusted(SOUTH, url="http://127.0.0.1:1/"))
        found = stamp_head(tmp_path, HEAD, authorities, LATEST)
        assert send(url, REQUEST.as_bytes()).status == 200
    assert [type(one) for one in found.outcomes] == [Stamped, StampUnreachable]


def test_a_list_of_authorities_is_read(tmp_path: Path):
    for one in (NORTH, SOUTH):
        (tmp_path / f"{one.name}.pem").write_bytes(one.roots_file())
    (tmp_path / "list").write_text(
        "# ours\n\nauthority north north.pem http://north.example/tsr 1\nauthority south south.pem\n"
    )
    assert read_authorities(tmp_path / "list") == (trusted(NORTH, accuracy_s=1), trusted(SOUTH, url=""))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "names no authority"),
        ("authority north\n", "no line of an authority"),
        ("authority NORTH north.pem\n", "no line of an authority"),
        ("authority ../north north.pem\n", "no line of an authority"),
        ("witness north north.pem\n", "no line of an authority"),
        ("authority north north.pem http://a b\n", "nothing more"),
        ("authority north north.pem http://a 01\n", "the accuracy"),
        ("authority north list\n", "holds no certificates"),
        ("authority north north.pem\nauthority north south.pem\n", "two lines name one authority"),
        ("authority north north.pem\nauthority south north.pem\n", "share a certificate"),
    ],
)
def test_a_list_that_is_wrong_is_refused_with_its_fault(tmp_path: Path, text: str, what: str):
    for one in (NORTH, SOUTH):
        (tmp_path / f"{one.name}.pem").write_bytes(one.roots_file())
    (tmp_path / "list").write_text(text)
    with pytest.raises(MalformedRecord) as caught:
        read_authorities(tmp_path / "list")
    assert what in caught.value.what


def test_a_list_or_a_file_of_roots_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(UnreadableFile):
        read_authorities(tmp_path / "list")
    (tmp_path / "list").write_text("authority north north.pem\n")
    with pytest.raises(UnreadableFile, match="or a file it names"):
        read_authorities(tmp_path / "list")


def _of_others(folder: Path) -> Authority:
    data = (folder / "ts_chain.pem").read_bytes()
    blocks = re.findall(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", data, re.DOTALL)
    trust = [x509.load_pem_x509_certificate(one) for one in blocks] or [x509.load_der_x509_certificate(data)]
    return Authority(folder.name, tuple(trust), accuracy_s=1)


@pytest.mark.feeds
@pytest.mark.parametrize(
    ("name", "message", "why"),
    [
        ("test_tsa/response.tsr", b"hello", ""),
        ("test_tsa/response.tsr", b"hellp", "Mismatch"),
        ("test_tsa/other_response.tsr", b"hello", "certificate"),
        ("test_tsa/response-injected-certs.tsr", b"hello", ""),
        ("sigstage/response-sha256.tsr", b"hello", ""),
        ("sigstage/response-sha384.tsr", b"hello", ""),
        ("sigstage/response-sha512.tsr", b"hello", ""),
        ("sigstage/response-invalid-signature.tsr", b"hello", "signature"),
        ("sigstage/response-no-embedded-cert.tsr", b"hello", "Certificates neither found"),
        ("sigstore.mock/response-expired.tsr", None, "Certificates neither found"),
        ("identrust/issue-104.tsr", b"?", "Mismatch"),
    ],
)
def test_stamps_of_others(vectors: Path, name: str, message: bytes | None, why: str):
    path = vectors / "rfc3161/test/fixtures" / name
    message = (path.parent / "payload").read_bytes() if message is None else message
    if why:
        with pytest.raises(NotProved, match=why):
            check_stamp(path.read_bytes(), message, _of_others(path.parent), LATEST)
    else:
        stamp = check_stamp(path.read_bytes(), message, _of_others(path.parent), LATEST)
        assert stamp.latest_s - stamp.earliest_s == 2


def test_a_root_is_written_as_others_read_it():
    assert b"BEGIN CERTIFICATE" in NORTH.roots_file()
    assert x509.load_pem_x509_certificates(NORTH.roots_file())[0].public_bytes(Encoding.DER)
