"""Run the examples of a page and put their real output under them.

    python docs/run_examples.py docs/tutorial/your-own-mission.md

A block with a title is a file: it is written under that name. A block of the language ``console`` holds commands, each
after ``$ ``, and what they print. A comment before a block may say which exit code is meant and what part of the output
is shown::

    <!-- exit 3 -->
    <!-- show from "Findings" up to "Counts inside" -->
    <!-- as run above -->

The last one shows another part of the output of a command that has been run already.

Everything happens in an empty folder, which is gone afterwards. A test holds the pages to what this prints.
"""  # noqa: INP001  # a script beside the pages it works on, not a package

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r'(?P<notes>(?:<!-- [^\n]+ -->\n)*)```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<body>.*?)^```$',
    re.DOTALL | re.MULTILINE,
)
_EXIT = re.compile(r"<!-- exit (\d+) -->")
_AGAIN = "<!-- as run above -->"
_SHOW = re.compile(r'<!-- show from "([^"]+)"(?: up to "([^"]+)")? -->')
_COLUMNS = "100"
_TIMEOUT_S = 300


@dataclass(frozen=True)
class Run:
    """One command as it was run: with which exit code it was meant to end, and how it did."""

    command: str
    meant: int
    exit_code: int
    output: str


@dataclass(frozen=True)
class Played:
    """A page with fresh output, and every command that was run for it."""

    text: str
    runs: tuple[Run, ...]


def play(text: str, folder: Path) -> Played:
    """Write the files of a page into a folder, run its commands there, and put their output under them."""
    runs: list[Run] = []
    parts, last = [], 0
    for block in _BLOCK.finditer(text):
        parts.append(text[last : block.start("body")])
        parts.append(_body(block, folder, runs))
        last = block.end("body")
    return Played("".join([*parts, text[last:]]), tuple(runs))


def _body(block: re.Match[str], folder: Path, runs: list[Run]) -> str:
    body = block["body"]
    if block["title"]:
        path = folder / block["title"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    if block["language"] != "console":
        return body
    fresh = []
    for command in _commands(body):
        done = _earlier(command, runs) if _AGAIN in block["notes"] else None
        if done is None:
            done = _run(command, folder, _meant(block["notes"]))
            runs.append(done)
        fresh.append(f"$ {command}\n{_shown(done.output, block['notes'])}")
    return "".join(fresh)


def _earlier(command: str, runs: list[Run]) -> Run | None:
    return next((run for run in reversed(runs) if run.command == command), None)


def _commands(body: str) -> Iterator[str]:
    for line in body.splitlines():
        if line.startswith("$ "):
            yield line.removeprefix("$ ")


def _run(command: str, folder: Path, meant: int) -> Run:
    here = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "COLUMNS": _COLUMNS,
        "PATH": f"{here}{os.pathsep}{os.environ['PATH']}",
        "TERM": "dumb",
        "TZ": "UTC",
    }
    done = subprocess.run(  # noqa: S602  # the pages are our own, and a reader types their lines into a shell
        command,
        shell=True,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    output = done.stdout + (done.stderr if done.returncode else "")
    lines = [line.rstrip() for line in output.splitlines()]
    return Run(command, meant, done.returncode, "".join(f"{line}\n" for line in _trimmed(lines)))


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines


def _meant(notes: str) -> int:
    found = _EXIT.search(notes)
    return int(found[1]) if found else 0


def _shown(output: str, notes: str) -> str:
    """The part of an output a page shows; what is left out is marked with an ellipsis."""
    wanted = _SHOW.search(notes)
    if wanted is None:
        return output
    lines = output.splitlines()
    first = _line_with(lines, wanted[1], 0)
    end = _line_with(lines, wanted[2], first + 1) if wanted[2] else len(lines)
    kept = [*(["…"] if first else []), *_trimmed(lines[first:end]), *(["…"] if end < len(lines) else [])]
    return "".join(f"{line}\n" for line in kept)


def _line_with(lines: list[str], words: str, start: int) -> int:
    return next((number for number, line in enumerate(lines) if number >= start and words in line), len(lines))


def main(names: list[str]) -> int:
    """Refresh the pages named; 1 when a command of one did not end as it says."""
    wrong = 0
    for name in names:
        page = Path(name)
        with tempfile.TemporaryDirectory() as folder:
            played = play(page.read_text(encoding="utf-8"), Path(folder))
        page.write_text(played.text, encoding="utf-8")
        for run in played.runs:
            if run.exit_code != run.meant:
                wrong = 1
                sys.stderr.write(f"{name}: {run.command}\n  ended with {run.exit_code}\n{run.output}\n")
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
