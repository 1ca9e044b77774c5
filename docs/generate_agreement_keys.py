"""Print the page of the agreement file's keys, docs/reference/agreement-keys.md, from the schema and the vocabularies.

python docs/generate_agreement_keys.py > docs/reference/agreement-keys.md
"""  # noqa: INP001  # a script beside the pages it writes, not a package

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from truceline.agreements.acts import ACTS
from truceline.agreements.deeds import DEEDS
from truceline.agreements.examples import EXAMPLES, example_of
from truceline.agreements.grammar import agreement_schema
from truceline.model import Target, Weapon

_HEAD = """\
# Every key of the agreement file

This page is printed from the grammar itself by `docs/generate_agreement_keys.py`; a test fails when it is stale. The
machine-readable grammar is `truceline/agreements/schema.json` (JSON Schema 2020-12). How the keys work together is told
in [The agreement file](agreement-file.md); what they come to, in [evaluation](../method/evaluation.md).

A value `null`, where it is allowed, says that the text leaves the point open: it is shown as a gap, and nobody fills it
in.
"""


def page() -> str:
    """The whole page."""
    schema = agreement_schema()
    parts = [_HEAD, "## The file\n", _table(schema)]
    for name, part in schema["$defs"].items():
        if "properties" in part:
            title = name.replace("_", " ").capitalize()
            parts += [f"## {title}\n", _told(part), _table(part, name)]
    parts += ["## Values\n", _values(schema["$defs"]), _words()]
    return "\n".join(part for part in parts if part)


def _told(part: Mapping[str, Any]) -> str:
    return f"{part['description']}\n" if "description" in part else ""


def _table(part: Mapping[str, Any], name: str = "") -> str:
    needed = part.get("required", ())
    example = {key: example_of(EXAMPLES, name, key) for key in part["properties"]}
    rows = [
        f"| `{key}` | {'yes' if key in needed else 'no'} | {_meaning(value)} | `{example[key]}` |"
        for key, value in part["properties"].items()
    ]
    return "\n".join(["| key | needed | meaning | for example |", "|---|---|---|---|", *rows, ""])


def _meaning(value: Mapping[str, Any]) -> str:
    words = [str(word) for word in value.get("enum", ()) if word is not None]
    told = [f"One of {', '.join(f'`{word}`' for word in words)}."] if words else []
    null = " `null` where the text does not say." if _may_be_null(value) and "null" not in value["description"] else ""
    return " ".join([value["description"].replace("|", "\\|"), *told]) + null


def _may_be_null(value: Mapping[str, Any]) -> bool:
    return "null" in value.get("type", ()) if isinstance(value.get("type"), list) else None in value.get("enum", ())


def _values(parts: Mapping[str, Any]) -> str:
    rows = [f"| {name} | {part['description']} |" for name, part in parts.items() if "properties" not in part]
    return "\n".join(["| value | how it is written |", "|---|---|", *rows, ""])


def _words() -> str:
    return "\n".join([*_acts(), *_deeds(), *_list("Weapon classes", Weapon), *_list("Target classes", Target)])


def _acts() -> Iterator[str]:
    yield "## Acts\n"
    yield "What is seen. `forbid` takes an act, `permit` an act or a deed.\n"
    yield "| act | shown by | only threatened by | before silence counts, somebody must have watched for |"
    yield "|---|---|---|---|"
    for act in ACTS.values():
        columns = (act.shown_by, act.threatened_by, act.watched_for)
        told = [", ".join(phenomenon.value for phenomenon in column) or "–" for column in columns]
        yield f"| `{act.name}` | {' | '.join(told)} |"
    yield ""


def _deeds() -> Iterator[str]:
    yield "## Deeds\n"
    yield "What is known from the register. `oblige` and `power` take a deed, `permit` an act or a deed.\n"
    yield "| deed | what is seen where it was not done |"
    yield "|---|---|"
    for deed in DEEDS.values():
        yield f"| `{deed.name}` | {f'`{deed.contrary}`' if deed.contrary else '–'} |"
    yield ""


def _list(title: str, words: Any) -> Iterator[str]:  # noqa: ANN401  # an enumeration
    yield f"## {title}\n"
    yield ", ".join(f"`{word.value}`" for word in words) + ".\n"


if __name__ == "__main__":
    sys.stdout.write(page())
