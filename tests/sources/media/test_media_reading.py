"""Untrusted pictures in a process that can do nothing else, and flags on them; every picture here is made up."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from truceline.model import Interval
from truceline.sources.media import (
    MediaFlag,
    MediaLimits,
    MediaTold,
    flags_of_many,
    flags_of_one,
    inside,
    read_media,
    shared_words,
)
from truceline.sources.media.flags import bits_apart
from truceline.sources.media.reading import told_by

EVENT = datetime(2031, 4, 19, 18, tzinfo=UTC)
ON = Interval(EVENT, EVENT + timedelta(minutes=5))
MAKE, MODEL, CHANGED, EXIF_IFD, GPS_IFD = 271, 272, 306, 34665, 34853
ORIGINAL, ZONE, WIDTH, HEIGHT = 36867, 36881, 40962, 40963
CAMERA = {MAKE: "Maker", MODEL: "M1", EXIF_IFD: {ORIGINAL: "2031:04:19 21:02:11", ZONE: "+03:00"}}
SATELLITE = {1: "N", 2: (48.0, 6.0, 12.3), 3: "E", 4: (37.0, 12.0, 4.5), 7: (18.0, 2.0, 10.0), 29: "2031:04:19"}


def drawn(shift: int = 0, size: tuple[int, int] = (320, 240)) -> Image.Image:
    picture = Image.new("RGB", size, (90, 120, 160))
    draw = ImageDraw.Draw(picture)
    for number in range(12):
        at = (number * 53 + shift) % size[0], (number * 37) % size[1]
        draw.ellipse((*at, at[0] + 60, at[1] + 40), fill=(number * 20, 255 - number * 17, number * 11 % 255))
    return picture


def jpeg(picture: Image.Image | None = None, fields: dict[int, object] | None = None, quality: int = 90) -> bytes:
    kept, exif = io.BytesIO(), Image.Exif()
    for number, value in (fields or {}).items():
        if isinstance(value, dict):
            exif.get_ifd(number).update(value)
        else:
            exif[number] = value
    (picture or drawn()).save(kept, "JPEG", exif=exif.tobytes() if fields else b"", quality=quality)
    return kept.getvalue()


def with_thumbnail(picture: bytes, small: bytes) -> bytes:
    """A picture with another small one inside, put in by hand."""
    head = b"II*\x00" + struct.pack("<I", 8)
    first = struct.pack("<HHHI4sI", 1, MAKE, 2, 2, b"A\x00\x00\x00", 26)
    second = struct.pack("<HHHIIHHIII", 2, 0x0201, 4, 1, 56, 0x0202, 4, 1, len(small), 0)
    body = b"Exif\x00\x00" + head + first + second + small
    assert len(head + first + second) == 56
    return picture[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + picture[2:]


def read(data: bytes, limits: MediaLimits | None = None) -> MediaTold:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return read_media(file, limits or MediaLimits())


def flags(data: bytes, event: Interval | None = ON) -> list[MediaFlag]:
    return [one.flag for one in flags_of_one("item", read(data), event)]


def test_a_picture_says_what_it_is_and_what_it_says():
    told = read(jpeg(fields={**CAMERA, GPS_IFD: SATELLITE}))
    assert (told.why_not, told.kind, told.width, told.height, told.trailing_bytes) == ("", "JPEG", 320, 240, 0)
    assert (told.fields["Make"], told.fields["DateTimeOriginal"]) == ("Maker", "2031:04:19 21:02:11")
    assert told.gps["GPSLatitudeRef"] == "N"
    assert len(told.look) == 16
    assert flags(jpeg(fields={**CAMERA, GPS_IFD: SATELLITE})) == []


def _png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"",
        lambda: b"not a picture",
        lambda: jpeg()[:200],
        lambda: b"PK\x03\x04" + bytes(500),
        lambda: b"%PDF-1.7 <script>alert(1)</script>",
        lambda: _png_header(60_000, 60_000),
        lambda: _png_header(2**31 - 1, 2**31 - 1),
        lambda: b"GIF89a" + b"\xff" * 100,
    ],
    ids=["empty", "text", "cut short", "zip", "pdf", "bomb of pixels", "bomb of pixels past counting", "broken gif"],
)
def test_what_is_no_picture_is_told_and_ends_nothing(make: Callable[[], bytes]):
    told = read(make())
    assert told.why_not == "no picture that can be read"
    assert flags_of_one("item", told)[0].flag is MediaFlag.UNREADABLE


def test_a_file_longer_than_the_limit_is_not_read():
    assert read(jpeg(), MediaLimits(file_bytes=100)).why_not == "no picture that can be read"


def test_what_takes_too_long_or_says_too_much_is_cut_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for words, why in (("while True: pass", "took too long"), ("while True: print('x' * 9999)", "too long")):
        other = tmp_path / "inside.py"
        other.write_text(words, encoding="utf-8")
        monkeypatch.setattr("truceline.sources.media.reading._INSIDE", other)
        assert why in read(jpeg(), MediaLimits(wall_s=2.0)).why_not


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/hostname').read()",
        "open('/tmp/written', 'w')",
        "socket.socket()",
        "subprocess.run(['true'])",
        "bytearray(2 << 30)",
    ],
)
def test_the_process_can_do_nothing_else(attempt: str):
    script = (
        f"import sys, socket, subprocess; sys.path.insert(0, {str(Path(inside.__file__).parent)!r})\n"
        f"import inside; inside.confine(1 << 30, 5)\n"
        f"try:\n    {attempt}\nexcept (OSError, MemoryError) as fault:\n    print('refused', type(fault).__name__)\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("refused"), done.stdout + done.stderr


def test_it_ends_when_its_seconds_are_used_up():
    script = (
        f"import sys; sys.path.insert(0, {str(Path(inside.__file__).parent)!r})\n"
        "import inside; inside.confine(1 << 30, 1)\nwhile True: pass\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, check=False, timeout=60)
    assert done.returncode < 0


def test_it_loads_nothing_of_ours():
    text = Path(inside.__file__).read_text(encoding="utf-8")
    assert "import truceline" not in text
    assert "from truceline" not in text


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        b'{"kind":"JPEG","width":-1,"height":1,"trailing_bytes":0,"fields":{},"gps":{},"look":"0000000000000000","thumbnail":null}',
        b'{"kind":"J\\u202e","width":1,"height":1,"trailing_bytes":0,"fields":{},"gps":{},"look":"0000000000000000","thumbnail":null}',
        b'{"kind":"JPEG","width":1,"height":1,"trailing_bytes":0,"fields":{"a":1},"gps":{},"look":"0000000000000000","thumbnail":null}',
        b'{"kind":"JPEG","width":1,"height":1,"trailing_bytes":0,"fields":{},"gps":{},"look":"zz","thumbnail":null}',
        b'{"kind":"JPEG","width":true,"height":1,"trailing_bytes":0,"fields":{},"gps":{},"look":"0000000000000000","thumbnail":null}',
    ],
)
def test_an_answer_of_another_form_is_not_believed(answer: bytes):
    assert told_by(answer).why_not == "the answer of the reading process has another form"


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_answer_whatever_raises(answer: bytes):
    assert isinstance(told_by(answer), MediaTold)


# Each flag, by a picture made for it, and its like that has none.


def test_created_before_the_event():
    early = {**CAMERA, EXIF_IFD: {ORIGINAL: "2031:04:18 09:00:00", ZONE: "+03:00"}}
    assert flags(jpeg(fields=early)) == [MediaFlag.CREATED_BEFORE]
    assert flags(jpeg(fields=early), None) == []
    unsure = {**CAMERA, EXIF_IFD: {ORIGINAL: "2031:04:19 09:00:00"}}
    assert flags(jpeg(fields=unsure)) == [], "somewhere on earth it was later then"


def test_re_encoded():
    other = {**CAMERA, EXIF_IFD: {**CAMERA[EXIF_IFD], WIDTH: 4000, HEIGHT: 3000}}  # type: ignore[dict-item]
    assert flags(jpeg(fields=other)) == [MediaFlag.RE_ENCODED]
    same = {**CAMERA, EXIF_IFD: {**CAMERA[EXIF_IFD], WIDTH: 240, HEIGHT: 320}}  # type: ignore[dict-item]
    assert flags(jpeg(fields=same)) == [], "a picture may be turned"
    assert flags(jpeg(fields={**CAMERA, CHANGED: "2031:04:20 08:00:00"})) == [MediaFlag.RE_ENCODED]


def test_stripped_metadata():
    assert flags(jpeg()) == [MediaFlag.STRIPPED]
    kept = io.BytesIO()
    drawn().save(kept, "PNG")
    assert flags(kept.getvalue()) == [], "a picture of a screen never had any"


def test_a_small_picture_inside_that_is_another():
    small = jpeg(drawn().resize((160, 120)), quality=60)
    other = jpeg(Image.effect_mandelbrot((160, 120), (-2, -1.5, 1, 1.5), 60).convert("RGB"), quality=60)
    assert flags(with_thumbnail(jpeg(), small)) == []
    assert flags(with_thumbnail(jpeg(), other)) == [MediaFlag.THUMBNAIL_DIFFERS]


def test_a_clock_that_jumped():
    late = {**SATELLITE, 7: (18.0, 9.0, 11.0)}
    assert flags(jpeg(fields={**CAMERA, GPS_IFD: late})) == [MediaFlag.CLOCK_JUMP]
    no_zone = {**CAMERA, EXIF_IFD: {ORIGINAL: "2031:04:19 21:02:11"}}
    assert flags(jpeg(fields={**no_zone, GPS_IFD: SATELLITE})) == [], "three hours are a zone"
    assert flags(jpeg(fields={**no_zone, GPS_IFD: late})) == [MediaFlag.CLOCK_JUMP]


def test_bytes_behind_the_end():
    whole = jpeg(fields=CAMERA)
    assert flags(whole + b"PK\x03\x04 another file") == [MediaFlag.TRAILING_BYTES]


def test_pictures_that_look_alike():
    told = {
        "a": read(jpeg(fields=CAMERA)),
        "b": read(jpeg(drawn().resize((200, 150)), quality=40)),
        "c": read(jpeg(drawn(shift=170))),
    }
    (found,) = flags_of_many(told)
    assert (found.item, found.other, found.flag) == ("a", "b", MediaFlag.NEAR_DUPLICATE)
    assert bits_apart(told["a"].look, told["c"].look) > 10


def test_one_fix_at_two_times():
    later = {**CAMERA, EXIF_IFD: {ORIGINAL: "2031:04:19 21:12:11", ZONE: "+03:00"}}
    a, b = jpeg(fields={**CAMERA, GPS_IFD: SATELLITE}), jpeg(drawn(shift=170), fields={**later, GPS_IFD: SATELLITE})
    (found,) = flags_of_many({"a": read(a), "b": read(b)})
    assert found.flag is MediaFlag.IDENTICAL_FIXES
    moved = {**SATELLITE, 2: (48.0, 6.0, 12.4)}
    c = jpeg(drawn(shift=170), fields={**later, GPS_IFD: moved})
    assert flags_of_many({"a": read(a), "c": read(c)}) == ()


def test_texts_that_repeat_each_other():
    said = "At six in the evening two mortar rounds hit the north wall of the school"
    assert shared_words(said, said.upper() + "!") == 1.0
    assert shared_words(said, said.replace("two", "three")) > 0.5
    assert shared_words(said, "Nothing was heard at the bridge all night long by the patrol") == 0.0
    assert shared_words("two words", "two words") == 0.0
