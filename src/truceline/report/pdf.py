"""The PDF: tagged for screen readers (PDF/UA-1), set in the fonts that come with the typesetter.

Words reach the typesetter as JSON data and are set as text, so nothing in a name can become markup. The bundled fonts
show Latin, Greek, Cyrillic, Hebrew and basic Arabic; any other character appears as its code point, never as a box.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import fields, is_dataclass
from datetime import datetime
from importlib import resources

import typst

from truceline.report.content import Content

_SHOWABLE = (
    "\\x20-\\x7e\\xa0-\\u02ff\\u0300-\\u0304\\u0306-\\u030c\\u0370-\\u0373\\u0376\\u0377\\u037b-\\u037e\\u0384-\\u038a\\u038c"
    "\\u038e-\\u03a1\\u03a3-\\u03ff\\u0400-\\u04ff\\u05b0-\\u05bc\\u05be-\\u05c2\\u05d0-\\u05ea\\u05f0-\\u05f4"
    "\\u060c\\u061b\\u061f\\u0621-\\u063a\\u0640-\\u064a\\u0660-\\u0669"
    "\\u10d0-\\u10fa\\u1e00-\\u1eff\\u2010-\\u2027\\u202f-\\u203a\\u20ac\\u20b4\\u20aa\\u2116\\u2122\\u2190-\\u2199\\u2212"
    "\\u221e\\u2248\\u2260\\u2264\\u2265"
)
_LONG_WORD = re.compile(r"[^\s\u200b]{24,}")
_BREAK = "\N{ZERO WIDTH SPACE}"
_AS_THEY_ARE = frozenset({"url", "to", "id"})
"""Addresses outside and inside the report: a break in one would lead nowhere."""
_NOT_SHOWABLE = re.compile(f"[^{_SHOWABLE}]")


def render_pdf(content: Content, as_of: datetime) -> bytes:
    """The content as PDF/UA-1. ``as_of`` is the document's date: the same input gives the same bytes."""
    template = resources.files("truceline.report").joinpath("templates", "report.typ").read_bytes()
    compiled = typst.compile(  # type: ignore[call-overload]  # its stub does not know files given by name
        {"main.typ": template, "content.json": _as_json(content)},
        format="pdf",
        pdf_standards=["ua-1"],
        font_paths=[],
        ignore_system_fonts=True,
        timestamp=int(as_of.timestamp()),
    )
    return bytes(compiled)


def showable(text: str) -> str:
    """A text with every character the bundled fonts lack replaced by its code point.

    >>> showable("Київ חיפה 中")
    'Київ חיפה [U+4E2D]'
    """
    return _NOT_SHOWABLE.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)


def breakable(text: str) -> str:
    r"""A text whose long words (file names, checksums) may be broken at their joints, or every sixteen letters.

    >>> breakable("alerts_events_labeled.parquet").split("\u200b")
    ['alerts_', 'events_', 'labeled.', 'parquet']
    """
    return _LONG_WORD.sub(lambda found: re.sub(r"([_/.:-]|[^_/.:-]{16})(?=.)", rf"\1{_BREAK}", found.group()), text)


@functools.lru_cache(maxsize=8192)
def _set_as(text: str) -> str:
    return breakable(showable(text))


def _as_json(content: Content) -> bytes:
    return json.dumps(_plain(content), ensure_ascii=False).encode()


def _plain(value: object, name: str = "") -> object:
    """Records as objects, tuples as lists, every text showable; addresses stay as they are."""
    if isinstance(value, str):
        return value if name in _AS_THEY_ARE else showable(value) if name == "svg" else _set_as(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(getattr(value, name), name) for name in _names_of(type(value))}
    return value


@functools.cache
def _names_of(record: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(record))
