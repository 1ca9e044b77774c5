"""A passage of a mapping file: what stands there, and where, so that every fault can point at its line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from truceline.model import InputFault
from truceline.model.strict_yaml import KeyPath, StrictDocument


@dataclass(frozen=True)
class Passage:
    """A value of the file and the keys that lead to it. Scalars are text, an empty one is no text at all."""

    document: StrictDocument
    path: KeyPath
    value: object

    def fault(self, what: str, do: str, example: str = "") -> InputFault:
        """The error that points here; the caller raises it."""
        return InputFault(what, where=self.document.where(self.path), do=do, example=example)

    def entries(self) -> dict[str, Passage]:
        """The keys below and what stands under each; raises :class:`InputFault` where there are none to expect."""
        if self.value in ("", None):
            return {}
        if not isinstance(self.value, dict):
            raise self.fault("keys with values are expected here", "write each as key: value", "zone: Europe/Kyiv")
        return {key: Passage(self.document, (*self.path, key), value) for key, value in self.value.items()}

    def section(self, known: Iterable[str]) -> dict[str, Passage]:
        """The same with known keys only; raises :class:`InputFault` naming the nearest."""
        names, found = tuple(known), self.entries()
        for key, below in found.items():
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1)
                do = f"did you mean {near[0]!r}?" if near else f"use one of: {', '.join(names)}"
                raise below.fault(f"the key {key!r} is not known", do)
        return found

    def below(self, key: str) -> Passage:
        """What stands under a key; where the key is absent, an empty text in this place."""
        found = self.entries().get(key)
        return found or Passage(self.document, self.path, "")

    def items(self) -> tuple[Passage, ...] | None:
        """The entries of a list; ``None`` when this is none."""
        if not isinstance(self.value, list):
            return None
        return tuple(Passage(self.document, (*self.path, i), value) for i, value in enumerate(self.value))

    def text(self) -> str:
        """A single value; raises :class:`InputFault` for several."""
        if not isinstance(self.value, str):
            raise self.fault("one value is expected here, not several", "give a single value")
        return self.value

    def among(self, known: Iterable[str]) -> str:
        """A single value that is one of these words; raises :class:`InputFault` naming the nearest."""
        words, value = [str(word) for word in known], self.text()
        if value in words:
            return value
        near = difflib.get_close_matches(value, words, n=1)
        do = f"did you mean {near[0]!r}?" if near else f"use one of: {', '.join(words)}"
        raise self.fault(f"{value!r} is not known" if value else "the value is empty", do, words[0])
