"""What texts have in common, as numbers: their three-word sequences, and the web pages they name.

**The question:** which numbers stand for a text, so that what texts share can be found by comparing numbers? **In:**
texts. **Out:** per text sorted numbers, those of all texts in one column.

A word has a number of its own, cut from its hash, and a sequence one mixed from those of its three words (finaliser of
SplitMix64: Steele, Lea & Flood 2014), so that each different word is hashed once and the rest is arithmetic on columns.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from truceline.model.columns import Ids, Ints

FEWEST_WORDS = 8
"""Texts of fewer words say too little to be called a copy."""
_SHINGLE = 3
_LINK = re.compile(r"https?://(?:www\.)?([^\s\"'<>)\]]+)", re.IGNORECASE)
_MARK = "://"
_UNSEEN = frozenset(("Cf", "Mn"))
"""Categories of soft hyphens and joiners, and of marks that no letter is composed with."""
_WORD = re.compile(r"\w+")
_ODD = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


class Sequences(NamedTuple):
    """Numbers of texts: those of one (from ``begin[text]`` to ``begin[text + 1]``) rise, and none stands twice."""

    begin: Ints
    number: Ids


def links(text: str) -> frozenset[str]:
    """The web addresses in a text, as far as they tell one page from another.

    >>> sorted(links("See https://www.example.org/a/?utm_source=x#top and http://example.org/a"))
    ['example.org/a']
    """
    found = set()
    for address in _LINK.findall(text) if _MARK in text else ():
        page, _, query = address.rstrip(".,;:").partition("#")[0].partition("?")
        kept = [part for part in query.split("&") if part and not part.lower().startswith("utm_")]
        host, mark, path = page.partition("/")
        whole = f"{host.lower()}{mark}{path}".rstrip("/")
        found.add(f"{whole}?{'&'.join(sorted(kept))}" if kept else whole)
    return frozenset(found)


def shingles(text: str) -> frozenset[int]:
    """Numbers of a text's three-word sequences; none of a text that is too short to be called a copy.

    >>> shingles("one loud explosion")
    frozenset()
    """
    return frozenset(sequences_of((text,)).number.tolist())


def pages_of(texts: Sequence[str]) -> Sequences:
    """The web pages each text names, numbered as they are met."""
    known: dict[str, int] = {}
    named = [sorted({known.setdefault(page, len(known)) for page in sorted(links(text))}) for text in texts]
    begin = np.cumsum([0, *(len(pages) for pages in named)], dtype=np.int64)
    return Sequences(begin, np.array([page for pages in named for page in pages], np.uint64))


def sequences_of(texts: Iterable[str]) -> Sequences:
    """The three-word sequences of each text; none of a text that is too short to be called a copy.

    >>> sequences_of(("Too short", "But one two three four five six seven eight")).begin
    array([0, 0, 7])
    """
    known, said, many = _Numbers(), array("Q"), array("q")
    for text in texts:
        words = _WORD.findall(_plain(_LINK.sub(" ", text) if _MARK in text else text).casefold())
        long = len(words) >= FEWEST_WORDS
        many.append(len(words) if long else 0)
        if long:
            said.extend(map(known.__getitem__, words))
    word, length = np.array(said, np.uint64), np.array(many, np.int64)
    text_of = np.repeat(np.arange(len(length)), length)
    first = np.flatnonzero(text_of[: -_SHINGLE + 1] == text_of[_SHINGLE - 1 :])
    of, number = text_of[first], _mixed([word[first + place] for place in range(_SHINGLE)])
    order = np.lexsort((number, of))
    of, number = of[order], number[order]
    new = np.r_[True, (of[1:] != of[:-1]) | (number[1:] != number[:-1])][: len(of)]
    return Sequences(np.r_[0, np.cumsum(np.bincount(of[new], minlength=len(length)))].astype(np.int64), number[new])


def least_of(sequences: Sequences, most: int) -> Sequences:
    """The least numbers of each text, at most so many: those of texts that are alike are mostly the same."""
    many = np.minimum(np.diff(sequences.begin), most)
    begin = np.r_[0, np.cumsum(many)].astype(np.int64)
    at = np.arange(begin[-1]) + np.repeat(sequences.begin[:-1] - begin[:-1], many)
    return Sequences(begin, sequences.number[at])


class _Numbers(dict[str, int]):
    """The number of each word, cut from its hash when it is first met."""

    def __missing__(self, word: str) -> int:
        number = self[word] = int.from_bytes(
            blake2b(word.encode(errors="surrogatepass"), digest_size=8).digest(), "big"
        )
        return number


def _mixed(words: Sequence[Ids]) -> Ids:
    total = np.zeros(len(words[0]), np.uint64)
    for word, odd in zip(words, _ODD, strict=True):
        total = (total ^ word) * odd
        total ^= total >> np.uint64(29)
    total = (total ^ (total >> np.uint64(30))) * _MIX[0]
    total = (total ^ (total >> np.uint64(27))) * _MIX[1]
    return np.asarray(total ^ (total >> np.uint64(31)))


def _plain(text: str) -> str:
    """One spelling of letters that are written in several ways, without stress marks and marks nobody sees."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFKC", text)
    return "".join(one for one in composed if unicodedata.category(one) not in _UNSEEN)
