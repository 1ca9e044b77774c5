"""Asking a process of its own what a picture says of itself, and believing no more of the answer than its form.

Question: what does this file say of its making, without any of its bytes being opened by a process that holds the
mission? In: an open file. Out: a :class:`MediaTold`, or none with the reason. The answer is JSON of bounded size, read
for a bounded time; every value is checked for its form, since whoever made the picture may have made the answer.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

_INSIDE = Path(__file__).with_name("inside.py")
_HEX = frozenset("0123456789abcdef")
_PIECE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """What the reading process may use at most."""

    memory_bytes: int = 1 << 30
    cpu_s: int = 10
    wall_s: float = 30.0
    file_bytes: int = 100 << 20
    pixels: int = 100_000_000
    answer_bytes: int = 256 << 10


@dataclass(frozen=True, slots=True)
class MediaTold:
    """What a picture says of itself; ``why_not`` says why nothing was read, and everything else is empty then.

    ``look`` and ``thumbnail`` are 16 hexadecimal digits (dHash) of the picture and of the small one inside it.
    """

    why_not: str = ""
    kind: str = ""
    width: int = 0
    height: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    gps: Mapping[str, str] = field(default_factory=dict)
    trailing_bytes: int = 0
    look: str = ""
    thumbnail: str = ""


def read_media(file: BinaryIO, limits: MediaLimits = MediaLimits()) -> MediaTold:
    """What a picture in an open file, with a number of the system behind it, says of itself. Raises nothing for it."""
    file.seek(0)
    numbers = (limits.memory_bytes, limits.cpu_s, limits.file_bytes, limits.pixels)
    # -I: neither the folder one stands in nor the environment decides what is loaded.
    words = [sys.executable, "-I", str(_INSIDE), *map(str, numbers)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter, our own file, and numbers
        words, stdin=file.fileno(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
    ) as asked:
        try:
            answer, why_not = _answer(asked, limits)
        finally:
            asked.kill()
    if not why_not and asked.returncode != 0 and not answer:
        why_not = "no picture that can be read"
    return MediaTold(why_not=why_not) if why_not else told_by(answer)


def told_by(answer: bytes) -> MediaTold:
    """An answer as it may be believed: its form and nothing more.

    >>> told_by(b"[]").why_not
    'the answer of the reading process has another form'
    """
    try:
        said: Any = json.loads(answer)
        width, height, trailing = (_number(said[name]) for name in ("width", "height", "trailing_bytes"))
        kind, fields, gps = _text(said["kind"]), _texts(said["fields"]), _texts(said["gps"])
        look, thumbnail = _look(said["look"]), "" if said["thumbnail"] is None else _look(said["thumbnail"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return MediaTold(why_not="the answer of the reading process has another form")
    return MediaTold("", kind, width, height, fields, gps, trailing, look, thumbnail)


def _answer(asked: subprocess.Popen[bytes], limits: MediaLimits) -> tuple[bytes, str]:
    if asked.stdout is None:
        return b"", "the reading process gave no answer"
    pipe, size = asked.stdout.fileno(), 0
    pieces: list[bytes] = []
    ends = time.monotonic() + limits.wall_s
    while True:
        left_s = ends - time.monotonic()
        if left_s <= 0 or not select.select([pipe], [], [], left_s)[0]:
            return b"", "reading it took too long"
        piece = os.read(pipe, _PIECE_BYTES)
        if not piece:
            asked.wait(timeout=max(ends - time.monotonic(), 1.0))
            return b"".join(pieces), ""
        pieces.append(piece)
        size += len(piece)
        if size > limits.answer_bytes:
            return b"", "the answer of the reading process was too long"


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise ValueError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 200 or not value.isprintable():
        raise ValueError(value)
    return value


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > 200:
        raise ValueError(value)
    return {_text(name): _text(one) for name, one in value.items()}


def _look(value: object) -> str:
    text = _text(value)
    if len(text) != 16 or set(text) - _HEX:
        raise ValueError(value)
    return text
