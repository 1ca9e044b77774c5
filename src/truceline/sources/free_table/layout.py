"""How a table lies in its file: what a mapping says of it, and what a person says on the command line."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model import UsageFault
from truceline.sources.counts import whole_number
from truceline.sources.free_table.passages import Passage
from truceline.sources.protocol import ReadOptions

SETTINGS = ("delimiter", "sheet", "header_line")
"""What can be set for one reading; ``--encoding`` goes with them."""
_MOST_LINES = 1_000_000


@dataclass(frozen=True, slots=True)
class Layout:
    """How the table lies in its file; empty means to be found out."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_line: int = 1


def mapped_layout(at: Passage) -> Layout:
    """The layout a mapping states; raises :class:`InputFault`."""
    given = at.section(("encoding", *SETTINGS))
    texts = {name: value.text() for name, value in given.items()}
    line = _line(texts.get("header_line", "1"))
    if line is None:
        what = f"header_line {texts['header_line']!r} is no line"
        raise given["header_line"].fault(what, "the first line is 1", "header_line: 1")
    delimiter = _delimiter(texts.get("delimiter", ""))
    if len(delimiter) > 1:
        what = f"delimiter {delimiter!r} is longer than a character"
        raise given["delimiter"].fault(what, "give one", 'delimiter: ";"')
    return Layout(texts.get("encoding", ""), delimiter, texts.get("sheet", ""), line)


def layout_in_force(options: ReadOptions, mapped: Layout | None = None) -> Layout:
    """What a person says goes before what the mapping says; raises :class:`UsageFault`.

    >>> layout_in_force(ReadOptions(settings=(("sheet", "Log"),)), Layout(header_line=3))
    Layout(encoding='', delimiter='', sheet='Log', header_line=3)
    """
    before = mapped or Layout()
    line = _line(options.setting("header_line", str(before.header_line)))
    if line is None:
        raise UsageFault("header_line is no line", where="--set", do="the first line is 1", example="header_line=2")
    delimiter = _delimiter(options.setting("delimiter", before.delimiter))
    if len(delimiter) > 1:
        raise UsageFault(
            "the delimiter is longer than a character", where="--set", do="give one", example="delimiter=;"
        )
    return Layout(options.encoding or before.encoding, delimiter, options.setting("sheet", before.sheet), line)


def _line(text: str) -> int | None:
    return whole_number(text, _MOST_LINES) or None


def _delimiter(text: str) -> str:
    return text.replace("\\t", "\t").replace("tab", "\t")
