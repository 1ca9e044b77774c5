"""``translations.toml``: what a case says in words of its own, in the languages of its readers.

A case is written in English: what a text leaves open, notes on readings, the names of published figures. Each of these
texts may stand here once more, under itself, in other languages. Quotations and titles of documents are not translated.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from truceline.model import InputFault

_EXAMPLE = '["Nobody is named to monitor."]\nde = "Niemand ist als Beobachter benannt."'
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Translations:
    """The English texts of a case in other languages; what nobody translated stays English.

    >>> Translations((("hours", "de", "Stunden"),)).say("hours", "de")
    'Stunden'
    >>> Translations().say("hours", "de")
    'hours'
    """

    entries: tuple[tuple[str, str, str], ...] = ()
    """The English text, a language, and the same in that language."""

    def say(self, text: str, language: str) -> str:
        """A text of the case in a language, else as it was written."""
        found = (words for english, spoken, words in self.entries if (english, spoken) == (text, language))
        return next(found, text)


def read_translations(path: Path) -> Translations:
    """The translations of a case; none when it has no file. Raises :class:`InputFault` naming the text."""
    if not path.is_file():
        return Translations()
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise InputFault(f"not TOML: {cause}", where=str(path), example=_EXAMPLE) from cause
    return Translations(tuple(entry for english, table in tables.items() for entry in _entries(path, english, table)))


def _entries(path: Path, english: str, table: object) -> Iterator[tuple[str, str, str]]:
    if not isinstance(table, dict):
        raise _fault(path, english, "has no languages below it")
    for language, words in table.items():
        if language == "en" or not _LANGUAGE.fullmatch(language):
            raise _fault(path, english, f"has the key {language!r}, which is not another language")
        if not isinstance(words, str) or not words.strip():
            raise _fault(path, english, f"has no words in {language!r}")
        yield english, language, words


def _fault(path: Path, english: str, what: str) -> InputFault:
    return InputFault(
        f"the text {english!r} {what}",
        where=str(path),
        do="write the English text as a heading and each language below it",
        example=_EXAMPLE,
    )
