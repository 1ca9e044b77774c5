"""YAML that cannot surprise: what a lawyer reads in the file is what the program reads.

Agreements, evidence standards, mappings and other files people write by hand are read through this door. It differs
from plain YAML in that nothing is guessed: ``no`` stays a word (it is also a language), a date stays text, ``18:00``
is not a number of seconds, a key may stand only once, and tabs, anchors, aliases, tags and second documents are
refused. Every value remembers its line, so that an error can point at it.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from truceline.model.errors import AgreementFault, TrucelineError

KeyPath = tuple[str | int, ...]

_LARGEST_BYTES = 4 * 1024 * 1024
_A_FILE = "agreements/truce.yaml"
_LISTED = 8
_LINE_END = b"\n"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_TRUTH = {"true": True, "false": False}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)$")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+$")


@dataclass(frozen=True)
class StrictDocument:
    """A hand-written file as plain values, with the line of every key and the SHA-256 of the bytes."""

    value: object
    lines: Mapping[KeyPath, int]
    file: str
    sha256: str

    def where(self, path: Iterable[str | int] = ()) -> str:
        """File, line and key path of a value, as in ``truce.yaml:12 readings[0].start``."""
        keys = tuple(path)
        known = keys
        while known and known not in self.lines:
            known = known[:-1]
        return f"{self.file}:{self.lines.get(known, 1)} {key_text(keys)}".rstrip()

    def fault(self, what: str, path: Iterable[str | int] = (), *, do: str = "", example: str = "") -> AgreementFault:
        """The error that points at a value; the caller raises it."""
        return AgreementFault(what, where=self.where(path), do=do, example=example)

    def unknown(self, kind: str, word: str, known: Iterable[str], path: Iterable[str | int]) -> AgreementFault:
        """The error for a word nobody knows, naming the nearest known one."""
        words = tuple(known)
        near = nearest(word, words)
        return self.fault(
            f"unknown {kind} {word!r}" + (f"; the nearest known is {near!r}" if near else ""),
            path,
            do=f"use one of: {', '.join(words) or '(none is declared)'}",
            example=near or (words[0] if words else ""),
        )


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, empty when none is near.

    >>> nearest("raedings", ["parties", "readings"])
    'readings'
    """
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return close[0] if close else ""


def key_text(path: Iterable[str | int]) -> str:
    """A key path as people write it.

    >>> key_text(("readings", 0, "start"))
    'readings[0].start'
    """
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def read_strict_yaml(
    path: Path, *, plain: bool = False, fault: type[TrucelineError] = AgreementFault
) -> StrictDocument:
    """The file as plain values; raises ``fault`` with file and line for anything out of order.

    With ``plain`` every value stays the text it is written as, for files that speak of foreign words.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
    except OSError as cause:
        what, do, example = _unread(path, cause)
        raise fault(f"the file cannot be read: {what}", where=str(path), do=do, example=example) from cause
    if len(content) > _LARGEST_BYTES:
        raise fault(
            "the file is larger than 4 MiB",
            where=str(path),
            do="nobody writes this much by hand: check the path; geometry stands in files of its own",
            example=_A_FILE,
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = content[: cause.start].count(b"\n") + 1
        form = "UTF-16" if content.startswith(_UTF_16) else ""
        raise fault(
            f"the file is not UTF-8 but {form}" if form else f"the file is not UTF-8: {_byte(content, cause.start)}",
            where=f"{path}:{line}",
            do="save it as UTF-8 in your editor, or convert it from the encoding it was saved in",
            example=f"iconv -f {form or 'cp1251'} -t UTF-8 {path.name} > as-utf-8.yaml",
        ) from cause
    return parse_strict_yaml(text, str(path), hashlib.sha256(content).hexdigest(), plain=plain, fault=fault)


def _byte(content: bytes, at: int) -> str:
    return f"line {content[:at].count(_LINE_END) + 1} holds the byte 0x{content[at]:02X}"


def _unread(path: Path, cause: OSError) -> tuple[str, str, str]:
    """Why a file could not be opened, what to do, and a path that would do."""
    folder = path if path.is_dir() else path.parent
    there = sorted(one.name for one in folder.glob("*.y*ml") if one.is_file()) if folder.is_dir() else []
    listed = ", ".join(there[:_LISTED])
    near = nearest(path.name, there)
    example = str(folder / (near or there[0])) if there else _A_FILE
    if path.is_dir():
        return "it is a folder", f"name a file in it: {listed}" if there else "name the file, not its folder", example
    if not isinstance(cause, FileNotFoundError):
        return cause.strerror or type(cause).__name__, "check the path, and who may read it", _A_FILE
    beside = f"; beside it stand: {listed}" if there else ""
    return "there is none of that name", f"did you mean {near}?" if near else f"check the path{beside}", example


def parse_strict_yaml(
    text: str,
    file: str = "(text)",
    sha256: str = "",
    *,
    plain: bool = False,
    fault: type[TrucelineError] = AgreementFault,
) -> StrictDocument:
    """The text as plain values; raises ``fault`` as :func:`read_strict_yaml` does.

    >>> parse_strict_yaml("no: 2025-04-19").value
    {'no': '2025-04-19'}
    >>> parse_strict_yaml("12: true", plain=True).value
    {'12': 'true'}
    """
    _refuse_tabs(text, file, fault)
    try:
        loader = _StrictLoader(text)
        node = loader.get_single_node()
        lines: dict[KeyPath, int] = {}
        value = _value(node, (), lines, _plain if plain else _scalar) if node is not None else None
    except yaml.MarkedYAMLError as cause:
        raise _yaml_fault(cause, file, fault) from cause
    except yaml.YAMLError as cause:
        raise fault(f"not YAML: {cause}", where=file, do="remove control characters") from cause
    except RecursionError as cause:
        raise fault("nested too deeply", where=file, do="no such file needs more than five levels") from cause
    return StrictDocument(value, lines, file, sha256 or hashlib.sha256(text.encode()).hexdigest())


class _Refused(yaml.MarkedYAMLError):
    """YAML that is in order and still not taken, because it is easily misread."""


class _StrictLoader(yaml.SafeLoader):
    """PyYAML's safe loader, refusing what lets one place of a file change another."""

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        """Refuse anchors, aliases and tags, then go on as usual."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's stub leaves it untyped
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused(problem="anchors (&) and aliases (*) are not used", problem_mark=event.start_mark)
        if getattr(event, "tag", None):
            raise _Refused(problem="tags (!) are not used", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def _refuse_tabs(text: str, file: str, fault: type[TrucelineError]) -> None:
    for number, line in enumerate(text.splitlines(), start=1):
        if "\t" in line:
            raise fault(
                "a tab stands in this line", where=f"{file}:{number}", do="use spaces", example="  id: easter-2025"
            )


def _yaml_fault(cause: yaml.MarkedYAMLError, file: str, fault: type[TrucelineError]) -> TrucelineError:
    line = cause.problem_mark.line + 1 if cause.problem_mark else 1
    if isinstance(cause, _Refused):
        return fault(
            str(cause.problem), where=f"{file}:{line}", do="write every value once, in plain words", example="id: c1"
        )
    return fault(
        f"not in order as YAML: {cause.problem or cause.context}",
        where=f"{file}:{line}",
        do="check colons, quotes and indentation; put texts with a colon in quotes",
        example='text: "Article 2: weapons are withdrawn"',
    )


def _value(node: Node, path: KeyPath, lines: dict[KeyPath, int], of_scalar: Callable[[ScalarNode], object]) -> object:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        return {key: _value(child, (*path, key), lines, of_scalar) for key, child in _pairs(node, path, lines)}
    if isinstance(node, SequenceNode):
        return [_value(child, (*path, i), lines, of_scalar) for i, child in enumerate(node.value)]
    if not isinstance(node, ScalarNode):
        return None
    _refuse_half_characters(node)
    return of_scalar(node)


def _refuse_half_characters(node: ScalarNode) -> None:
    """Refuse an escaped half of a character, which no file could be written with again."""
    if _HALF_CHARACTER.search(node.value):
        raise _Refused(problem="half of a character stands here (\\ud800 to \\udfff)", problem_mark=node.start_mark)


def _pairs(node: MappingNode, path: KeyPath, lines: dict[KeyPath, int]) -> Iterator[tuple[str, Node]]:
    seen: dict[str, int] = {}
    for key_node, child in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            raise _Refused(problem="a key must be a word", problem_mark=key_node.start_mark)
        _refuse_half_characters(key_node)
        key = str(key_node.value)
        if key in seen:
            raise _Refused(
                problem=f"the key {key!r} stands twice, first in line {seen[key]}", problem_mark=key_node.start_mark
            )
        seen[key] = lines[(*path, key)] = line
        yield key, child


def _plain(node: ScalarNode) -> str:
    return str(node.value)


def _scalar(node: ScalarNode) -> str | int | float | bool | None:
    text = str(node.value)
    if node.style is not None:
        return text
    if text in ("", "~", "null"):
        return None
    if text.lower() in _TRUTH:
        return _TRUTH[text.lower()]
    if _INTEGER.match(text) and len(text) < 20:
        return int(text)
    return float(text) if _DECIMAL.match(text) else text
