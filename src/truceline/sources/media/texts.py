"""How much of two texts is the same, word for word.

Question: does one text repeat another, with a few words changed? In: two texts. Out: the share of their runs of three
words that both have (resemblance of shingles; Broder, "On the resemblance and containment of documents", 1997), from 0
to 1.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w+")
_RUN = 3


def shared_words(one: str, other: str) -> float:
    """The share of runs of three words that two texts have in common; 0 where either has fewer than three words.

    >>> shared_words("two rounds hit the north wall", "Two rounds hit the north wall!")
    1.0
    """
    first, second = _runs(one), _runs(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
