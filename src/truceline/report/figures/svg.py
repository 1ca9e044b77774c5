"""Pieces of a drawing: escaped text, boxes, lines and the patterns that stand where colour alone would not do.

Colours are those of Okabe and Ito (2008), which people with any common colour blindness can tell apart. Each piece
has a class, so that a page can recolour it for a dark screen, and a colour of its own for print.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from truceline.report.content import shown

BLUE, SKY, ORANGE, VERMILLION, INK, GREY, PALE, PAPER = (
    "#0072B2",
    "#56B4E9",
    "#E69F00",
    "#D55E00",
    "#1F2933",
    "#5F6B76",
    "#D9DEE3",
    "#FFFFFF",
)
FONT = "Libertinus Serif, Georgia, serif"


def number(value: float) -> str:
    """A coordinate of the drawing, to a tenth.

    >>> number(3.0), number(2.25)
    ('3', '2.2')
    """
    return f"{value:.1f}".removesuffix(".0")


def attributes(**values: str | float) -> str:
    """Attributes of an element, in the order given; ``_`` stands for ``-`` and a last ``_`` is dropped."""
    parts = []
    for name, value in values.items():
        text = value if isinstance(value, str) else number(value)
        parts.append(f" {name.rstrip('_').replace('_', '-')}={quoteattr(text)}")
    return "".join(parts)


def box(x: float, y: float, width: float, height: float, **look: str | float) -> str:
    """A rectangle."""
    return f"<rect{attributes(x=x, y=y, width=max(width, 0.0), height=max(height, 0.0), **look)}/>"


def line(x1: float, y1: float, x2: float, y2: float, **look: str | float) -> str:
    """A straight line, thin and grey unless told otherwise."""
    look = {"stroke": PALE, "stroke_width": 1.0, "class_": "rule", **look}
    return f"<line{attributes(x1=x1, y1=y1, x2=x2, y2=y2, **look)}/>"


def words(x: float, y: float, text: str, **look: str | float) -> str:
    """A line of text; what comes from outside is escaped here."""
    look = {"font_size": 13.0, "fill": INK, "class_": "ink", **look}
    return f"<text{attributes(x=x, y=y, **look)}>{escape(shown(text))}</text>"


def titled(element: str, title: str) -> str:
    """An element with a title that shows when pointed at."""
    return f"<g><title>{escape(shown(title))}</title>{element}</g>"


def hatch(pattern_id: str, colour: str, turn: int, gap: float = 6.0, **look: str | float) -> str:
    """Parallel strokes at an angle."""
    head = attributes(id=pattern_id, width=gap, height=gap, patternUnits="userSpaceOnUse")
    strokes = {"stroke": colour, "stroke_width": 2.0, "class_": "hatch", **look}
    stroke = attributes(x1=gap / 2, y1=0.0, x2=gap / 2, y2=gap, **strokes)
    return f'<pattern{head} patternTransform="rotate({turn})"><line{stroke}/></pattern>'


def grid(pattern_id: str, colour: str, gap: float = 6.0) -> str:
    """Strokes that cross each other, aslant."""
    head = attributes(id=pattern_id, width=gap, height=gap, patternUnits="userSpaceOnUse")
    look: dict[str, str | float] = {"stroke": colour, "stroke_width": 1.6, "class_": "hatch"}
    cross = (attributes(x1=0.0, y1=0.0, x2=0.0, y2=gap, **look), attributes(x1=0.0, y1=0.0, x2=gap, y2=0.0, **look))
    lines = "".join(f"<line{one}/>" for one in cross)
    return f'<pattern{head} patternTransform="rotate(45)">{lines}</pattern>'


def dots(pattern_id: str, colour: str, gap: float = 6.0) -> str:
    """Dots in rows."""
    head = attributes(id=pattern_id, width=gap, height=gap, patternUnits="userSpaceOnUse")
    dot = attributes(cx=gap / 2, cy=gap / 2, r=1.2, fill=colour, class_="dots")
    return f"<pattern{head}><circle{dot}/></pattern>"


def drawing(width: float, height: float, defs: str, parts: list[str], label: str) -> str:
    """The whole drawing. The label says in words what it shows."""
    head = attributes(xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {number(width)} {number(height)}")
    say = attributes(role="img", aria_label=shown(label), font_family=FONT)
    return f"<svg{head}{say}><defs>{defs}</defs>{''.join(parts)}</svg>"


def shortened(text: str, longest: int) -> str:
    """A label cut to a length; the whole stands in a table beside the drawing."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
