"""``verify`` and ``verifier``: a proof bundle held against a list of keys, offline, by us or without us."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from truceline.cli.options import JsonOption, now

if TYPE_CHECKING:
    from truceline.ledger.verifying import Step, Verdict

Say = Callable[[str], str]
"""A sentence in the reader's language."""

_DAY_S = 86_400
_CLOCKS_DIFFER_S = 300
"""So far ahead of this machine's clock may a witness's be."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command("verify", short_help="Check a proof bundle with a list of keys, offline.")(verify)
    app.command("verifier", short_help="Write the page that checks proof bundles in a browser, without a network.")(
        verifier
    )


def verify(
    bundle: Annotated[Path, typer.Argument(help="The proof bundle, one file.", show_default=False)],
    keys: Annotated[Path, typer.Option("--keys", help="The list of keys you trust, a C2SP tlog-policy.")],
    max_age_days: Annotated[
        float | None, typer.Option("--max-age", min=0, help="Refuse a head of the log older than so many days.")
    ] = None,
    both_parties: Annotated[
        bool, typer.Option("--both-parties", help="Demand that both parties cosigned the head.")
    ] = False,
    file: Annotated[
        Path | None, typer.Option("--file", help="A file, such as a report, that must be the one whose hash is shown.")
    ] = None,
    language: Annotated[str, typer.Option("--lang", help="Language of the answer: en, de, uk or ru.")] = "en",
    as_json: JsonOption = False,
) -> None:
    """Check that a finding stands in the log as shown, under a head that the witnesses on your list saw.

    Nothing is fetched. Each step is told, held or not, then what it proves and what it does not. The exit code is 0
    only if every step held, 12 otherwise.
    """
    from truceline.ledger.bundles import MOST_BUNDLE_BYTES
    from truceline.ledger.notes import MOST_BYTES
    from truceline.ledger.verifier_page.speaking import check_language, said_in
    from truceline.ledger.verifying import Asked, read_keys, with_file
    from truceline.ledger.verifying import verify as held_against
    from truceline.model.errors import LedgerFault

    check_language(language)
    listed = read_keys(_bytes(keys, MOST_BYTES))
    max_age_s = None if max_age_days is None else int(max_age_days * _DAY_S)
    asked = Asked(int(now().timestamp()) + _CLOCKS_DIFFER_S, max_age_s, both_parties)
    verdict = held_against(_bytes(bundle, MOST_BUNDLE_BYTES), listed, asked)
    if file is not None:
        verdict = with_file(verdict, file.name, _sha256(file))
    _print_json(verdict) if as_json else _print(verdict, partial(said_in, language))
    if not verdict.held:
        raise typer.Exit(LedgerFault.exit_code)


def verifier(
    folder: Annotated[Path, typer.Argument(help="Folder for verify.html, such as that of the bundle.")] = Path(),
    as_json: JsonOption = False,
) -> None:
    """Write verify.html, one file that checks proof bundles as `verify` does, in any browser and without a network.

    Every copy of one version has the same bytes. Read its SHA-256 aloud to those who shall trust it.
    """
    from truceline.ledger.verifier_page.building import FILE_NAME, verifier_page
    from truceline.model.errors import UnreadableFile

    page = verifier_page()
    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page)
    except OSError as fault:
        raise UnreadableFile(
            "the page cannot be written", where=ascii(str(path)), do="name a folder that may be written to"
        ) from fault
    record = {"path": str(path), "bytes": len(page), "sha256": hashlib.sha256(page).hexdigest()}
    if as_json:
        sys.stdout.write(json.dumps(record, indent=1) + "\n")
    else:
        sys.stdout.write(f"{ascii(str(path))[1:-1]}  {record['bytes']:,} bytes\nSHA-256 {record['sha256']}\n")


def _sha256(path: Path) -> str:
    """The SHA-256 of a file of any length."""
    from truceline.model.errors import UnreadableFile

    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as fault:
        raise UnreadableFile(
            "the file cannot be read", where=ascii(str(path)), do="name a file that is there and may be read"
        ) from fault


def _bytes(path: Path, most: int) -> bytes:
    """The bytes of a file, one more than may be read at most."""
    from truceline.model.errors import UnreadableFile

    try:
        if not path.is_file():
            raise FileNotFoundError
        with path.open("rb") as stream:
            return stream.read(most + 1)
    except OSError as fault:
        raise UnreadableFile(
            "the file cannot be read", where=ascii(str(path)), do="name a file that is there and may be read"
        ) from fault


def _print(verdict: Verdict, say: Say) -> None:
    from truceline.ledger.verifying import as_text

    lines = [_line(one, say) for one in verdict.steps]
    stamp = verdict.stamp
    both = say("yes") if stamp.held else say(f"NO: {stamp.why}")
    lines += ["", f"{say('Stamp of both parties:')} {both}"]
    lines += ["", say("ALL HELD") if verdict.held else say("NOT PROVED")]
    lines += ["", say("This proves:"), *(f"  - {say(one)}" for one in verdict.proves)]
    if verdict.proves_not:
        lines += ["", say("It does not prove:"), *(f"  - {say(one)}" for one in verdict.proves_not)]
    if verdict.unopened:
        lines += ["", say(verdict.unopened)]
    if verdict.held and verdict.bundle and verdict.bundle.prose:
        lines += ["", f"{say('Words for reading, signed by nobody')}:"]
        lines += [f"  | {as_text(line)}" for line in verdict.bundle.prose.split("\n")]
    sys.stdout.write("\n".join(lines) + "\n")


def _line(one: Step, say: Say) -> str:
    """A step; the marks are as wide as each other, so that what did not hold stands out."""
    marks = [say(mark).split(" ", 1)[1] for mark in ("✓ held", "✗ NOT HELD")]
    wide = max(len(mark) for mark in marks) + 2
    mark = f"[{marks[not one.held]}]".ljust(wide)
    return f"{mark} {say(one.words)}" + ("" if one.held else f"\n{' ' * (wide + 2)}{say(one.why)}")


def _print_json(verdict: Verdict) -> None:
    """The verdict in ASCII alone, without signs of markup, so that no page and no terminal runs a word of it."""
    openings: list[dict[str, Any]] = []
    if verdict.held and verdict.bundle:
        openings = [{"path": one.path, "value": one.value} for one in verdict.bundle.openings]
    record = {
        "held": verdict.held,
        "steps": [_form(one) for one in verdict.steps],
        "both_parties": verdict.stamp.held,
        "fields": openings,
        "commitments": verdict.commitments,
        "proves": verdict.proves,
        "proves_not": verdict.proves_not,
    }
    text = json.dumps(record, indent=1)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    sys.stdout.write(text + "\n")


def _form(one: Step) -> dict[str, Any]:
    return {"step": one.step, "held": one.held, "words": one.words, "why": one.why}
