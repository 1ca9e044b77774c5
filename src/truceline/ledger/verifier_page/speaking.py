"""What a verifier says, in the reader's language, from the catalogues that the page uses too.

In: an English sentence of :mod:`truceline.ledger.verifying`, as it was finished with names and numbers in it. Out: the
same in a language of the page. A sentence is known by the words around what was put in; what was put in stays as it
was, but for the few places where our own words stand (what is meant, when, who, why). A sentence nobody knows stays
English: better that than silence.
"""

from __future__ import annotations

import functools
import re

from truceline.ledger.verifier_page.building import LANGUAGE_NAMES, catalogue
from truceline.model.errors import UsageFault

_OWN_WORDS = frozenset({"what", "when", "why", "signing"})
_LISTED = "who"
_GROUPED = frozenset({"size"})
_BRACED = re.compile(r"\\\{(\w+)\\\}")
_WHEN = re.compile(r"(?<= \()(?:a time not stated|second \d+ since 1970)(?=\))")  # names hold no space


def check_language(language: str) -> None:
    """Raise :class:`~truceline.model.errors.UsageFault` for a language there is no catalogue of."""
    if language not in LANGUAGE_NAMES:
        raise UsageFault(
            f"nothing is said in the language {language!r}",
            where="--lang",
            do=f"choose of {', '.join(LANGUAGE_NAMES)}",
            example="--lang uk",
        )


def said_in(language: str, words: str) -> str:
    """A sentence of a verifier in a language.

    >>> said_in("de", "the proof has 2 hashes where 3 are needed")
    'der Beweis hat 2 Hashes, wo 3 gebraucht werden'
    """
    if language == "en" or not words:
        return words
    told = catalogue(language)
    if words in told:
        return told[words]
    for template, pattern in _patterns(language):
        if found := pattern.fullmatch(words):
            values = {name: _value(language, name, text) for name, text in found.groupdict().items()}
            return told[template].format(**values)
    return words


def _value(language: str, name: str, text: str) -> str:
    if name in _OWN_WORDS:
        return said_in(language, text)
    if name == _LISTED:
        return catalogue(language).get(text, _WHEN.sub(lambda found: said_in(language, found[0]), text))
    return text.replace(",", catalogue(language)[","]) if name in _GROUPED else text


@functools.cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Every template with places to fill, those with the most words of their own first."""
    templates = [
        one for one in catalogue(language) if "{" in one and re.search(r"[a-z]{3}", re.sub(r"\{\w+\}", "", one))
    ]
    templates.sort(key=lambda one: -len(re.sub(r"\{\w+\}", "", one)))
    return tuple((one, re.compile(_BRACED.sub(r"(?P<\1>.*)", re.escape(one)), re.DOTALL)) for one in templates)
