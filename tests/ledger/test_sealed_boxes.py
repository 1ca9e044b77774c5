"""Boxes that only the holder opens, whole or not at all."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.ledger.sealed_boxes import (
    PIECE_BYTES,
    Sealing,
    SealKey,
    new_seal_key,
    opened,
    opened_by_own_secret,
    parse_seal_key,
    parse_secret_seal_key,
)
from truceline.model.errors import LedgerFault, MalformedRecord, NotProved, UsageFault

SAFE, OTHER = new_seal_key("hague-safe"), new_seal_key("geneva-safe")


def box(data: bytes, *holders: SealKey) -> bytes:
    out = io.BytesIO()
    sealing = Sealing(out, holders or (SAFE.public,))
    for at in range(0, len(data), 50_000):
        sealing.write(data[at : at + 50_000])
    sealing.close()
    return out.getvalue()


def content(sealed: bytes, key=SAFE) -> bytes:  # noqa: ANN001 - a secret key
    return b"".join(opened(io.BytesIO(sealed), key))


@settings(max_examples=30, deadline=None)
@given(data=st.binary(max_size=300), times=st.sampled_from([1, 1000]))
def test_what_went_in_comes_out_for_every_holder(data: bytes, times: int):
    sealed = box(data * times, SAFE.public, OTHER.public)
    assert content(sealed) == content(sealed, OTHER) == data * times


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
def test_at_the_edges_of_pieces(size: int):
    sealed = box(bytes(size))
    assert content(sealed) == bytes(size)
    for cut in (len(sealed) - 1, len(sealed) - 17, len(sealed) - PIECE_BYTES - 16):
        with pytest.raises(LedgerFault):
            content(sealed[: max(cut, 0)])
    with pytest.raises(NotProved):
        content(sealed + b"\x00")


def test_nobody_else_opens_it():
    with pytest.raises(NotProved, match="not sealed to 'geneva-safe'"):
        content(box(b"names"), OTHER)
    assert b"names" not in box(b"names")


def test_no_bit_can_be_changed():
    sealed = box(b"names of sources", SAFE.public, OTHER.public)
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1 << at % 8]) + sealed[at + 1 :]
        with pytest.raises(LedgerFault):
            content(changed)


def test_pieces_cannot_be_moved_or_left_out():
    sealed = box(bytes(3 * PIECE_BYTES))
    step, first = PIECE_BYTES + 16, len(sealed) - 3 * (PIECE_BYTES + 16)
    header, pieces = sealed[:first], [sealed[first + at * step :][:step] for at in range(3)]
    for order in ((1, 0, 2), (0, 2), (0, 1), (0, 1, 2, 2)):
        with pytest.raises(NotProved):
            content(header + b"".join(pieces[at] for at in order))


def test_whoever_sealed_it_reads_it_back_with_the_boxs_own_secret():
    out = io.BytesIO()
    sealing = Sealing(out, [SAFE.public], bytes)
    sealing.write(b"names")
    sealing.close()
    assert b"".join(opened_by_own_secret(io.BytesIO(out.getvalue()), sealing.own_secret)) == b"names"


def test_a_box_without_holders_or_with_one_twice_is_not_begun():
    for holders in ((), (SAFE.public, SAFE.public), (SAFE.public, SealKey("other", SAFE.public.public))):
        with pytest.raises(UsageFault):
            Sealing(io.BytesIO(), holders)


@pytest.mark.parametrize("data", [b"", b"truceline-sealed/v1\n", b"truceline-sealed/v1\n{}\n", b"x" * 9000])
def test_what_is_no_box(data: bytes):
    with pytest.raises(MalformedRecord):
        content(data)


def test_keys_are_read_as_they_were_written_and_no_error_shows_a_secret():
    assert parse_seal_key(SAFE.public.text()) == SAFE.public
    assert parse_secret_seal_key(SAFE.secret_text()) == SAFE
    secret = SAFE.secret_text()
    for act, text in (
        (parse_seal_key, secret),
        (parse_secret_seal_key, secret[:-1]),
        (parse_secret_seal_key, secret.replace("hague", "haguf")),
        (parse_secret_seal_key, SAFE.public.text()),
        (parse_seal_key, SAFE.public.text()[:-4]),
        (parse_seal_key, SAFE.public.text().replace("hague", "haguf")),
        (parse_seal_key, "hague-safe+00000000+AA=="),
    ):
        with pytest.raises(MalformedRecord) as caught:
            act(text)
        assert secret[-44:-4] not in str(caught.value.as_record())
    assert secret[-44:-4] not in repr(SAFE)
