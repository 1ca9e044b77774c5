"""Mapping files as YAML in which every value is plain text, and no key stands twice."""

from __future__ import annotations

from pathlib import Path

import yaml

from truceline.model import InputFault, UnreadableFile

_LARGEST = 1 << 20


class _PlainLoader(yaml.BaseLoader):
    """Scalars stay text ("no" is not False, 2021-09-20 no date); a repeated key is a fault."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: dict[object, int] = {}
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if not isinstance(key, str) or key in seen:
                first = f", first in line {seen[key]}" if isinstance(key, str) else ""
                raise InputFault(
                    f"the key {key!r} stands twice{first}" if first else f"{key!r} cannot be a key",
                    where=f"line {line}",
                    do="keep one of the two",
                )
            seen[key] = line
        return super().construct_mapping(node, deep=deep)


def read_yaml(path: Path) -> object:
    """The file's content with all scalars as text.

    Raises :class:`UnreadableFile` when it is no text, :class:`InputFault` naming the line when it is no YAML.
    """
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as cause:
        raise UnreadableFile(
            f"the mapping cannot be read: {cause.strerror}",
            where=str(path),
            do="check the name, or draft a mapping from the table",
            example="truceline ingest table log.csv --draft-mapping > log.yaml",
        ) from cause
    except UnicodeDecodeError as cause:
        raise UnreadableFile(
            "the mapping is not UTF-8", where=str(path), do="save it as UTF-8 in your editor"
        ) from cause
    if len(raw) > _LARGEST:
        raise UnreadableFile("a mapping of more than 1 MiB", where=str(path), do="name the mapping, not the table")
    return parse_yaml(text, where=str(path))


def parse_yaml(text: str, *, where: str) -> object:
    """YAML text with all scalars as text; raises :class:`InputFault` naming the line."""
    for number, line in enumerate(text.splitlines(), 1):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            raise InputFault(
                "a tab stands where YAML needs spaces",
                where=f"{where} line {number}",
                do="indent with two spaces",
                example="time:\n    zone: Europe/Kyiv",
            )
    try:
        return yaml.load(text, _PlainLoader)  # noqa: S506  # a BaseLoader makes nothing but text, lists and mappings
    except yaml.YAMLError as cause:
        mark = getattr(cause, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        problem = getattr(cause, "problem", None) or str(cause)
        raise InputFault(f"not YAML: {problem}", where=f"{where}{line}", do="check indents and colons") from cause
    except InputFault as fault:
        raise InputFault(fault.what, where=f"{where} {fault.where}", do=fault.do, example=fault.example) from fault
