"""Sentences that other rooms write in English: why something was not seen, and notes on how a case was judged.

They arrive as finished words. Those known here are said in the reader's language; any other words, such as those of an
observer about a camera's outage, are a quotation and stay as they were.
"""

from __future__ import annotations

import functools
import re

from truceline.report.language import Tongue, msgid
from truceline.report.words import any_word

KNOWN = (
    msgid("no record"),
    msgid("no source that can see it"),
    msgid("its source would notice few of them"),
    msgid("the mission names no areas, and only parts of it were watched"),
    msgid("permanent alarm: no start can be seen"),
    msgid("one alarm stands open for {hours} h: no further start can be seen"),
    msgid("alarms of this region are listed"),
    msgid("alerts to the public are listed from the first row of the archive to its last"),
    msgid("press-based, fatal events only: what nobody reported, or nobody died in, is not listed"),
    msgid("one ministry's bulletins: whom it registered; bodies not yet recovered are not among them"),
    msgid("satellites pass a few times a day and clouds hide the ground: no row is not no fire"),
    msgid("sensors hear what is loud and near: no row is not no explosion"),
    msgid("the file does not say where its sensors hear"),
    msgid("not operational"),
    msgid("reported in this period"),
    msgid("patrol reported; its hours on the spot are not stated"),
    msgid("{out} of {all} cameras out"),
    msgid("{out} of {all} cameras out; nothing is said of the others"),
    msgid("a row speaks of an outage without hours that can be read"),
    msgid("the table does not say when its source watched"),
    msgid("feeds were left out on request; counts are published figures"),
    msgid("the feed {file} is not on this machine and could not be fetched; counts of it are published figures"),
    msgid("the feed {file} is there, but its bytes are not the pinned ones; counts of it are published figures"),
    msgid("the feed {file} is there, but it cannot be unpacked: {why}; counts of it are published figures"),
)
"""Templates; what stands in braces is carried over into the translation."""

_BRACED = re.compile(r"\\\{(\w+)\\\}")


def known_sentence(tongue: Tongue, words: str) -> str:
    """A sentence of another room in the language, or its own words when nobody knows them here."""
    for template, pattern in _patterns():
        found = pattern.fullmatch(words)
        if found:
            return tongue.fill(template, {name: _figure(text) for name, text in found.groupdict().items()})
    return any_word(tongue, words)


def _figure(text: str) -> str | int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text


@functools.cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((template, re.compile(_BRACED.sub(r"(?P<\1>.+)", re.escape(template)))) for template in KNOWN)
