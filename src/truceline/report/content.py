"""What a report says, as sections of words and figures already in the reader's language.

Every renderer reads this and nothing else, so that page and PDF cannot differ in what they say. Texts come from
outside too (place names, quotations): every text of a record here shows control and direction-override characters by
their code point, so that a name cannot reorder or hide the words around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LONGEST_ADDRESS, _ADDRESS_SHOWN = 2_000, 80
"""Letters of an address that is still a link, since no PDF takes one without end, and of one that is not."""

_UNSHOWN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\uffff]"
)
_SPACES = re.compile("[ \t\n\r\f\v\x85\u1680\u2000-\u2008\u200a\u2028\u2029\u3000]+")
"""White space that can be joined; the no-break spaces of figures and dates are kept."""


def shown(text: str) -> str:
    r"""A text in which nothing is invisible: white space joined, control characters as their code point.

    >>> shown("a\u202eb"), shown("two\n lines")
    ('a[U+202E]b', 'two lines')
    """
    plain = _SPACES.sub(" ", text).strip(" ")
    return _UNSHOWN.sub(lambda found: f"[U+{ord(found.group()):04X}]", plain)


def web_link(url: str) -> str:
    """The address when it is one a reader may safely follow, else nothing.

    >>> web_link("https://example.org/a"), web_link("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    address = url.strip()
    safe = address.lower().startswith(("https://", "http://")) and not _UNSHOWN.search(address) and " " not in address
    return address if safe else ""


def _show(record: object, *names: str) -> None:
    """Make what is invisible in these texts of a frozen record visible."""
    for name in names:
        object.__setattr__(record, name, shown(getattr(record, name)))


@dataclass(frozen=True, slots=True)
class Phrase:
    """A few words; ``tone`` is ``""``, ``quiet``, ``strong``, ``figure`` or a result word such as ``undetermined``.

    ``to`` is the ``id`` of a heading of the same report, to which the words then lead.
    """

    text: str
    url: str = ""
    language: str = ""
    tone: str = ""
    to: str = ""

    def __post_init__(self) -> None:
        """Make what is invisible visible, and drop addresses nobody should follow; of an endless one say the start."""
        url = web_link(self.url) if self.url else ""
        if len(url) > _LONGEST_ADDRESS:
            object.__setattr__(self, "text", f"{self.text} ({url[:_ADDRESS_SHOWN]}\N{HORIZONTAL ELLIPSIS})")
            url = ""
        object.__setattr__(self, "url", url)
        _show(self, "text")


Cell = tuple[Phrase, ...]
"""One field of a table: phrases, each on a line of its own."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column's title, whether it holds figures, and its share of the width."""

    title: str
    numeric: bool = False
    width: float = 1.0

    def __post_init__(self) -> None:
        """Make what is invisible visible."""
        _show(self, "title")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under titled columns; the first field of a row names it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    kind: str = field(default="table", init=False)

    def __post_init__(self) -> None:
        """Make what is invisible visible."""
        _show(self, "caption", "note")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or several; ``tone`` ``note`` sets it smaller."""

    phrases: tuple[Phrase, ...]
    tone: str = ""
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """Points of a list, each of one or more phrases that follow one another."""

    items: tuple[tuple[Phrase, ...], ...]
    kind: str = field(default="listing", init=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and what stands behind them."""

    rows: tuple[tuple[str, Cell], ...]
    kind: str = field(default="facts", init=False)

    def __post_init__(self) -> None:
        """Make what is invisible visible."""
        object.__setattr__(self, "rows", tuple((shown(label), cell) for label, cell in self.rows))


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document, unchanged, and where they stand."""

    words: Phrase
    credit: Cell
    kind: str = field(default="quote", init=False)


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part of a section; with an ``id`` where phrases lead to it."""

    text: str
    id: str = ""
    kind: str = field(default="heading", init=False)

    def __post_init__(self) -> None:
        """Make what is invisible visible."""
        _show(self, "text")


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing, what it shows in words, and its caption."""

    id: str
    svg: str
    alternative: str
    caption: str
    kind: str = field(default="figure", init=False)

    def __post_init__(self) -> None:
        """Make what is invisible visible; the words inside the drawing are shown where it is drawn."""
        _show(self, "alternative", "caption")


Block = Table | Paragraph | Listing | Facts | Quote | Heading | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the report."""

    id: str
    title: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        """Make what is invisible visible."""
        _show(self, "title")


@dataclass(frozen=True, slots=True)
class Content:
    """A whole report in one language. ``footer`` stands under every page, ``edition`` above the title."""

    language: str
    edition: str
    title: str
    header: Facts
    lead: tuple[Paragraph, ...]
    contents_label: str
    footer: str
    link_label: str
    sections: tuple[Section, ...]

    def __post_init__(self) -> None:
        """Make what is invisible visible."""
        _show(self, "edition", "title", "contents_label", "footer", "link_label")


def sentence(text: str) -> str:
    """The same words with a capital at the front.

    >>> sentence("no record")
    'No record'
    """
    return text[:1].upper() + text[1:]


def plain(text: str, tone: str = "") -> Cell:
    """A field of one phrase."""
    return (Phrase(text, tone=tone),)


def paragraph(text: str, tone: str = "") -> Paragraph:
    """A paragraph of one phrase."""
    return Paragraph((Phrase(text),), tone)
