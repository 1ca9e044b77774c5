"""``ledger seal-key``, ``export``, ``open-export`` and ``wipe``: a mission carried out, and taken off this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truceline.cli.options import JsonOption, MissionOption, now, paper, print_json

if TYPE_CHECKING:
    from truceline.ledger.sealed_boxes import SealKey, SecretSealKey


def add_to(group: typer.Typer) -> None:
    """Add the commands to the group ``ledger``."""
    group.command("seal-key", short_help="Make a key that opens exports; keep it elsewhere.")(seal_key)
    group.command("export", short_help="Carry the mission out: public open, private sealed.")(export)
    group.command("open-export", short_help="Check an export; with a key, open it.")(open_export)
    group.command("wipe", short_help="Take everything private off this machine.")(wipe)


def seal_key(
    name: Annotated[str, typer.Argument(help="Name of the holder, for instance hague-safe.")],
    out: Annotated[Path, typer.Option("--out", help="File for the secret key; never overwritten.")],
) -> None:
    """Make a key, keep the secret in a file only its owner may read, and print the line to seal to.

    'truceline ledger seal-key hague-safe --out hague-safe.key'. Make it where the export will be opened, not where the
    mission is: take only the printed line there, in a file.
    """
    from truceline.ledger.key_files import keep_secret_line
    from truceline.ledger.sealed_boxes import new_seal_key

    made = new_seal_key(name)
    keep_secret_line(out, made.secret_text())
    _say(made.public.text())


def export(
    out: Annotated[Path, typer.Option("--out", help="New folder, or new file that ends with .tar.")],
    to: Annotated[list[Path], typer.Option("--to", help="File with the line of a holder's key; may be given again.")],
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Carry the mission out: what is public in the open, all else sealed to holders elsewhere, and read back.

    'truceline ledger export --out /media/stick/now.tar --to hague-safe.pub'. The hash that is printed is what the
    export is known by: tell it to somebody by another way. This machine cannot open what it sealed.
    """
    from truceline.mission.exporting import export as carry_out
    from truceline.mission.folder import open_mission

    holders = tuple(_seal_key(one) for one in to)
    done = carry_out(open_mission(mission), out, holders, now().isoformat(timespec="seconds"))
    if as_json:
        print_json({"export": str(done.path), "sha256": done.sha256, "public": done.public, "private": done.private})
        return
    _say(
        f"exported to {done.path}: {done.public} files in the open, {done.private} sealed and read back",
        f"hash of the export: {done.sha256}",
        f"opens with the key of: {', '.join(one.name for one in holders)}",
    )


def open_export(
    path: Annotated[Path, typer.Argument(metavar="EXPORT", help="The folder or .tar file.")],
    key: Annotated[Path | None, typer.Option("--seal-key", help="File of a secret key it is sealed to.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="New folder for what is in it; only with --seal-key.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Hold every file of an export against its manifest; with a key and a folder, put the whole mission there.

    'truceline ledger open-export now.tar --seal-key hague-safe.key --out easter-2025'.
    """
    from truceline.mission.opening_exports import check_export
    from truceline.mission.opening_exports import open_export as put_there
    from truceline.model import UsageFault

    if (key is None) != (out is None):
        raise UsageFault(
            "an export is opened with a key, into a folder",
            where="--seal-key, --out",
            do="give both, or neither to check the export",
            example="truceline ledger open-export now.tar --seal-key hague-safe.key --out easter-2025",
        )
    found = check_export(path)
    count = None if key is None or out is None else put_there(path, _secret(key), out)
    if as_json:
        print_json(
            {
                "mission": found.mission,
                "made_at": found.made_at,
                "sha256": found.sha256,
                "public": len(found.public),
                "opened": count,
            }
        )
        return
    _say(f"whole: export of {found.mission!r} of {found.made_at}", f"hash of the export: {found.sha256}")
    _say(f"{len(found.public)} files in the open" if count is None else f"{count} files are in {out}")


def wipe(
    sure: Annotated[str, typer.Option("--sure", help="The mission's id, to say aloud what shall be gone.")],
    made: Annotated[Path, typer.Option("--export", help="The export everything private is safe in.")],
    sha256: Annotated[str, typer.Option("--sha256", help="The hash of that export, as it was printed then.")],
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Overwrite and take away everything private of the mission on this machine; the public part stays.

    Only what stands unchanged in the export is taken away. May be killed and repeated. Ends with exit code 12 where
    something was left. It says what no wipe can reach.
    """
    from truceline.mission.wiping import REMAINS
    from truceline.mission.wiping import wipe as take_away
    from truceline.model import LedgerFault

    done = take_away(mission, made, sha256, sure)
    if as_json:
        print_json({"gone": done.gone, "left": list(done.left), "remains": list(REMAINS)})
    else:
        _say(f"{done.gone} files are overwritten and gone")
        _say(*(f"left: {one}" for one in done.left), *(f"know that {one}" for one in REMAINS))
    if done.left:
        raise typer.Exit(LedgerFault.exit_code)


def _seal_key(path: Path) -> SealKey:
    from truceline.ledger.key_files import read_line
    from truceline.ledger.sealed_boxes import parse_seal_key

    return parse_seal_key(read_line(path))


def _secret(path: Path) -> SecretSealKey:
    from truceline.ledger.key_files import read_secret_line
    from truceline.ledger.sealed_boxes import parse_secret_seal_key

    return parse_secret_seal_key(read_secret_line(path))


def _say(*lines: str) -> None:
    for line in lines:
        paper().print(line, markup=False, soft_wrap=True)
