"""Which reports are one telling: sources that copy each other are one piece of evidence.

**The question:** do two sources speak for themselves, or does one repeat the other (or both a third)? **In:** words,
source, time (s) and place (m) of each report. **Out:** an origin for each report, empty where it speaks for itself.

Two reports of different sources are one telling when they name the same web address, or when their words are nearly the
same, and when besides they begin at most two days apart and their places may be one. Words are nearly the same when
they share three of five of their three-word sequences (Broder 1997, "On the resemblance and containment of documents":
shingles, and a sketch of the least hashes to find candidates). Words of fewer than eight words say too little to be
called a copy. A source does not copy itself: of two rows of one source at most one belongs to a telling.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from truceline.model import PlaceSpread, Words
from truceline.model.columns import Floats, Ints

ALIKE = 0.6
"""Share of three-word sequences in common from which on two texts are one telling."""
FEWEST_WORDS = 8
WINDOW_S = 2 * 86_400.0
_SHINGLE = 3
_SKETCH = 8
_NEXT_IN_TIME = 64
_SQUARES_APART = 13.8
"""Chi-square of two degrees of freedom that chance passes once in a thousand."""
_PLACE_ERROR_M2 = 2_500.0**2
"""What two people who place the same text on a map may differ by, beside what they state (variance)."""
_LINK = re.compile(r"https?://(?:www\.)?([^\s\"'<>)\]]+)", re.IGNORECASE)
_UNSEEN = frozenset(("Cf", "Mn"))
"""Categories of soft hyphens and joiners, and of marks that no letter is composed with."""
_WORD = re.compile(r"\w+")


class _Pair(NamedTuple):
    """Two reports that are alike: how much, and how far apart, so that the likest come first."""

    unlike: float
    squares: float
    apart_s: float
    one: int
    other: int


def origins(words: Words, source: Words, begin_s: Floats, at_m: tuple[Floats, Floats], spread: PlaceSpread) -> Words:
    """The telling each report belongs to, named by its earliest report; empty where it is the only one.

    >>> text = "Shelling hit the school of the village at noon and two people were hurt, police said"
    >>> at, same = np.array([0.0, 600.0]), np.zeros(2)
    >>> spread = PlaceSpread(same + 1e6, same, same + 1e6)
    >>> origins(Words.of([text, text + "."]), Words.of(["page", "wire"]), at, (same, same), spread).words().tolist()
    ['telling-0', 'telling-0']
    """
    telling = np.arange(len(begin_s))
    if len(begin_s) and len(source.names) > 1:
        pairs = sorted(set(_alike(words, source, begin_s, at_m, spread)))
        telling = _joined(pairs, source.codes, len(begin_s))
    many = np.bincount(telling, minlength=len(telling) or 1)
    shared, code = np.unique(np.where(many[telling] > 1, telling, -1), return_inverse=True)
    names = tuple("" if one < 0 else f"telling-{one}" for one in shared.tolist())
    return Words(code.reshape(-1).astype(np.int32), names)


def links(text: str) -> frozenset[str]:
    """The web addresses in a text, as far as they tell one page from another.

    >>> sorted(links("See https://www.example.org/a/?utm_source=x#top and http://example.org/a"))
    ['example.org/a']
    """
    found = set()
    for address in _LINK.findall(text):
        page, _, query = address.rstrip(".,;:").partition("#")[0].partition("?")
        kept = [part for part in query.split("&") if part and not part.lower().startswith("utm_")]
        host, mark, path = page.partition("/")
        whole = f"{host.lower()}{mark}{path}".rstrip("/")
        found.add(f"{whole}?{'&'.join(sorted(kept))}" if kept else whole)
    return frozenset(found)


def shingles(text: str) -> frozenset[int]:
    """Hashes of a text's three-word sequences; none of a text that is too short to be called a copy.

    >>> shingles("one loud explosion")
    frozenset()
    """
    said = _WORD.findall(_plain(_LINK.sub(" ", text)).casefold())
    if len(said) < FEWEST_WORDS:
        return frozenset()
    parts = (" ".join(said[at : at + _SHINGLE]) for at in range(len(said) - _SHINGLE + 1))
    return frozenset(int.from_bytes(blake2b(part.encode(), digest_size=8).digest(), "big") for part in parts)


def _plain(text: str) -> str:
    """One spelling of letters that are written in several ways, without stress marks and marks nobody sees."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFKC", text)
    return "".join(one for one in composed if unicodedata.category(one) not in _UNSEEN)


def _alike(
    words: Words, source: Words, begin_s: Floats, at_m: tuple[Floats, Floats], spread: PlaceSpread
) -> Iterator[_Pair]:
    """Pairs of different sources whose words are alike and whose place and time may be one."""
    sequences = [shingles(text) for text in words.names]
    pages = [links(text) for text in words.names]
    rows_of = _rows_of(words)
    for keys in (pages, [frozenset(sorted(each)[:_SKETCH]) for each in sequences]):
        for texts in _buckets(keys):
            rows = np.concatenate([rows_of[text] for text in texts])
            rows = rows[np.lexsort((rows, begin_s[rows]))]
            for one, other in _near(rows, begin_s, source.codes):
                first, second = words.codes[one], words.codes[other]
                unlike = 0.0 if pages[first] & pages[second] else 1.0 - _shared(sequences[first], sequences[second])
                squares = _squares(one, other, at_m, spread)
                if unlike <= 1.0 - ALIKE and squares <= _SQUARES_APART:
                    yield _Pair(unlike, squares, abs(float(begin_s[one] - begin_s[other])), *sorted((one, other)))


def _rows_of(words: Words) -> list[Ints]:
    order = np.argsort(words.codes, kind="stable")
    return np.split(order, np.searchsorted(words.codes[order], np.arange(1, len(words.names))))


def _buckets(keys: Iterable[Iterable[object]]) -> Iterator[list[int]]:
    """Texts that share a key, each bucket once; also those of one text, which several sources may use."""
    bucket: dict[object, list[int]] = {}
    for text, each in enumerate(keys):
        for key in each:
            bucket.setdefault(key, []).append(text)
    yield from {tuple(texts): texts for texts in bucket.values()}.values()


def _near(rows: Ints, begin_s: Floats, source: np.ndarray) -> Iterator[tuple[int, int]]:
    """Pairs of different sources that begin at most two days apart; each with at most its 64 next in time."""
    for at, one in enumerate(rows.tolist()):
        for other in rows[at + 1 : at + 1 + _NEXT_IN_TIME].tolist():
            if begin_s[other] - begin_s[one] > WINDOW_S:
                break
            if source[one] != source[other]:
                yield one, other


def _shared(one: frozenset[int], other: frozenset[int]) -> float:
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def _squares(one: int, other: int, at_m: tuple[Floats, Floats], spread: PlaceSpread) -> float:
    """Squared distance of two places in standard deviations of their difference."""
    x, y = (float(column[one] - column[other]) for column in at_m)
    parts = (np.nan_to_num(column[[one, other]]).sum() for column in (spread.xx_m2, spread.xy_m2, spread.yy_m2))
    xx, xy, yy = parts
    xx, yy = float(xx) + 2 * _PLACE_ERROR_M2, float(yy) + 2 * _PLACE_ERROR_M2
    return float((yy * x * x - 2 * xy * x * y + xx * y * y) / (xx * yy - xy * xy))


def _joined(pairs: Iterable[_Pair], source: np.ndarray, number: int) -> Ints:
    """Tellings from pairs, the likest first; two that both hold a row of one source are not joined."""
    telling = np.arange(number)
    members: dict[int, list[int]] = {}
    for pair in pairs:
        one, other = int(telling[pair.one]), int(telling[pair.other])
        if one == other:
            continue
        here, there = members.get(one, [one]), members.get(other, [other])
        if {source[row] for row in here} & {source[row] for row in there}:
            continue
        both = sorted(here + there)
        telling[both] = both[0]
        members[both[0]] = both
    return telling
