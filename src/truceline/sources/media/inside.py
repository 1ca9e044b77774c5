"""The process that opens what nobody trusts: it reads a picture from standard input and answers in JSON.

It is started by :mod:`truceline.sources.media.reading` and by nothing else, and imports nothing of ours. Before it
looks at the first byte it gives up what it does not need: it can write no file, open no further file and no socket,
start no process, and has only so much memory and so many seconds. Whatever goes wrong in here, the answer is no answer.
"""

from __future__ import annotations

import io
import json
import resource
import struct
import sys
import warnings
from itertools import pairwise
from typing import Any

from PIL import ExifTags, Image

_TEXT, _FIELDS = 200, 200
_HASH_SIDE = 8
_THUMBNAIL_AT, _THUMBNAIL_BYTES = 0x0201, 0x0202


def confine(memory_bytes: int, seconds: int) -> None:
    """Give up for good what is not needed: no file may grow, none may be opened, and a socket is a file."""
    Image.init()
    with Image.new("RGB", (16, 16)) as made:  # what is loaded late must be loaded before files can be opened no more
        for form in ("JPEG", "PNG"):
            kept = io.BytesIO()
            made.save(kept, form)
            Image.open(io.BytesIO(kept.getvalue())).load()
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def told(data: bytes, most_pixels: int) -> dict[str, Any]:
    """What a picture says of itself; raises whatever its reader raises."""
    Image.MAX_IMAGE_PIXELS = most_pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(io.BytesIO(data)) as picture:
        width, height = picture.size
        if width * height > most_pixels:
            raise ValueError("too many pixels")
        exif = picture.getexif()
        fields = _named(exif, ExifTags.TAGS) | _named(exif.get_ifd(ExifTags.IFD.Exif), ExifTags.TAGS)
        return {
            "kind": str(picture.format),
            "width": width,
            "height": height,
            "fields": dict(sorted(fields.items())[:_FIELDS]),
            "gps": _named(exif.get_ifd(ExifTags.IFD.GPSInfo), ExifTags.GPSTAGS),
            "trailing_bytes": _trailing(data),
            "thumbnail": _thumbnail(picture.info.get("exif", b""), exif),
            "look": look_of(picture),
        }


def look_of(picture: Image.Image) -> str:
    """64 bits of what it looks like: is each of 8 by 8 places brighter than its right one (dHash, Krawetz 2013)."""
    small = picture.convert("L").resize((_HASH_SIDE + 1, _HASH_SIDE), Image.Resampling.LANCZOS)
    grey = small.tobytes()
    rows = (grey[at : at + _HASH_SIDE + 1] for at in range(0, len(grey), _HASH_SIDE + 1))
    bits = "".join("1" if left > right else "0" for row in rows for left, right in pairwise(row))
    return f"{int(bits, 2):016x}"


def _named(fields: Any, names: Any) -> dict[str, str]:  # noqa: ANN401 - whatever the library holds
    found = {}
    for number, value in fields.items():
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        clean = "".join(one for one in text if one.isprintable())[:_TEXT]
        found[str(names.get(number, f"field {number}"))] = clean.strip()
    return found


def _thumbnail(data: bytes, exif: Any) -> str | None:  # noqa: ANN401 - as above
    """What the small picture inside looks like; nothing where there is none that can be read."""
    ifd = exif.get_ifd(ExifTags.IFD.IFD1)
    at, size = ifd.get(_THUMBNAIL_AT), ifd.get(_THUMBNAIL_BYTES)
    if not isinstance(at, int) or not isinstance(size, int):
        return None
    try:
        with Image.open(io.BytesIO(data.removeprefix(b"Exif\x00\x00")[at : at + size])) as small:
            return look_of(small)
    except (OSError, ValueError, SyntaxError):
        return None


def _trailing(data: bytes) -> int:
    """How many bytes stand behind the end of a JPEG or PNG picture, where another file could be."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        end = 8
        while end + 8 <= len(data):
            size, kind = struct.unpack(">I4s", data[end : end + 8])
            end += 12 + size
            if kind == b"IEND":
                return int(max(len(data) - end, 0))
        return 0
    if data.startswith(b"\xff\xd8"):
        end = data.rfind(b"\xff\xd9")
        return 0 if end < 0 else int(len(data) - end - 2)
    return 0


def main() -> None:
    """Read at most so many bytes of standard input, and answer."""
    memory_bytes, seconds, most_bytes, most_pixels = map(int, sys.argv[1:5])
    confine(memory_bytes, seconds)
    data = sys.stdin.buffer.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ValueError("too many bytes")
    sys.stdout.write(json.dumps(told(data, most_pixels)))


if __name__ == "__main__":
    main()
