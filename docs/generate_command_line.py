"""Print the page of the command line, docs/reference/command-line.md, from the commands themselves.

python docs/generate_command_line.py > docs/reference/command-line.md
"""  # noqa: INP001  # a script beside the pages it writes, not a package

from __future__ import annotations

import re
import sys
from typing import Any

import typer.main

from truceline.cli.main import app

_HEAD = """\
# Command line

Every command and option. This page is printed from the commands themselves by `docs/generate_command_line.py`; a test
fails when it is stale. `truceline COMMAND --help` says the same in the terminal.

Every command takes `--json` and then prints one JSON object on standard output. A fault is told on standard error, in
four parts (what happened, where, what to do, a valid example), and ends with its own exit code: see
[Errors](errors.md). Progress is shown on standard error and is gone when the work is done.

Three variables of the environment are read:

| variable | meaning |
|---|---|
| `TRUCELINE_DATA` | folder that holds the public feeds |
| `TRUCELINE_OFFLINE` | any value: never ask the network for a feed |
| `TRUCELINE_CASES` | another folder of cases than the one that is installed |
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(_command(name, command) for name, command in commands())])


def commands() -> list[tuple[str, Any]]:
    """Every command with the words it is called by, those of a group one by one."""
    found: list[tuple[str, Any]] = []
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]  # a group
        inner = getattr(command, "commands", {})
        found += [(f"{name} {word}", one) for word, one in inner.items()] or [(name, command)]
    return found


def _command(name: str, command: Any) -> str:  # noqa: ANN401  # the type is private to typer
    shown = [param for param in command.params if not getattr(param, "hidden", False)]
    arguments = [param for param in shown if param.param_type_name == "argument"]
    options = [param for param in shown if param.param_type_name == "option"]
    usage = " ".join(["truceline", name, *map(_placeholder, arguments), *(["[OPTIONS]"] if options else [])])
    parts = [f"## {name}", _plain(command.help or ""), f"```text\n{usage}\n```", _table("argument", arguments)]
    return "\n\n".join(part for part in [*parts, _table("option", options)] if part) + "\n"


def _placeholder(argument: Any) -> str:  # noqa: ANN401  # as above
    word = argument.metavar or argument.name.upper()
    return word if argument.required else f"[{word}]"


def _table(kind: str, params: list[Any]) -> str:
    if not params:
        return ""
    rows = [f"| {_written(param)} | {_meaning(param)} |" for param in params]
    return "\n".join([f"| {kind} | meaning |", "|---|---|", *rows])


def _written(param: Any) -> str:  # noqa: ANN401  # as above
    if param.param_type_name == "argument":
        word = (param.metavar or param.name.upper()).replace("|", "` or `")
        return f"`{word}`"
    names = " ".join(f"`{name}`" for name in [*param.opts, *param.secondary_opts])
    return names + ("" if param.is_flag else " …") + (" (may be repeated)" if param.multiple else "")


def _meaning(param: Any) -> str:  # noqa: ANN401  # as above
    words = _plain(param.help or "").replace("|", "\\|")
    if param.required:
        return f"{words} Required."
    # a path by default means "here", which the command's own help says better than "."
    default = "here" if isinstance(param.show_default, str) else param.default
    said = isinstance(default, str | int) and not isinstance(default, bool) and default != ""
    return f"{words} Default: {default}." if said else words


def _plain(text: str) -> str:
    """Help text as Markdown: what is bold in the terminal is code on the page."""
    return re.sub(r"\[/?bold\]", "`", text).strip()


if __name__ == "__main__":
    sys.stdout.write(page())
