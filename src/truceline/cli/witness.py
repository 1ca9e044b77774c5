"""``witness``: be one of those who sign that a log only grows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truceline.cli.options import now, paper

if TYPE_CHECKING:
    from truceline.ledger.keys import SigningKey, VerifierKey


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Be a witness: sign that a log only grows, and keep every head that was signed.",
    )
    group.command("key", short_help="Make the key of a witness.")(key)
    group.command("serve", short_help="Answer logs that ask for a cosignature.")(serve)
    app.add_typer(group, name="witness", short_help="Be a witness of a log.")


def key(
    name: Annotated[str, typer.Argument(help="Name of the witness, best like a web address.")],
    out: Annotated[Path, typer.Option("--out", help="File for the secret key; never overwritten.")],
    lasting: Annotated[
        bool, typer.Option("--lasting", help="ML-DSA-44, which outlasts a quantum computer, in place of Ed25519.")
    ] = False,
) -> None:
    """Make a key, keep the secret in a file only its owner may read, and print the line to hand to others.

    'truceline witness key example.com/party-a --out party-a.key'. Compare the line aloud with those who receive it.
    """
    from truceline.ledger.key_files import keep_key
    from truceline.ledger.keys import Signing, new_key

    made = new_key(name, Signing.ML_DSA_44 if lasting else Signing.ED25519_COSIGNATURE)
    keep_key(out, made)
    paper().print(made.verifier.text(), markup=False, soft_wrap=True)


def serve(
    folder: Annotated[Path, typer.Option("--folder", help="Folder that keeps every head that was signed.")],
    keys: Annotated[list[Path], typer.Option("--key", help="File of the secret key; may be given again.")],
    logs: Annotated[list[str], typer.Option("--log", help="Public key of a log to follow; may be given again.")],
    host: Annotated[str, typer.Option("--host", help="Address to listen on; this machine alone when left out.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 0,
) -> None:
    """Answer logs by the C2SP witness protocol until stopped with Ctrl-C; anybody may read what was signed.

    'truceline witness serve --folder memory --key party-a.key --log "$(cat mission-log.pub)" --port 8750'.
    """
    from truceline.ledger.key_files import read_key
    from truceline.ledger.witness_memory import Witness
    from truceline.ledger.witness_serving import Serving, WitnessServer
    from truceline.model.errors import UsageFault

    own = tuple(_witness_key(read_key(one), one) for one in keys)
    witness = Witness(folder, _known(logs), own, lambda: int(now().timestamp()))
    try:
        server = WitnessServer(witness, Serving(host, port), lambda line: typer.echo(line, err=True))
    except OSError as fault:
        raise UsageFault(
            f"nobody can listen at {host}:{port} ({fault.strerror})",
            do="take another port, or stop who listens there",
            example="--port 8750",
        ) from fault
    with server:
        typer.echo(f"the witness listens at {server.url}")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            typer.echo("stopped", err=True)


def _known(logs: list[str]) -> dict[str, tuple[VerifierKey, ...]]:
    from truceline.ledger.keys import Signing, parse_verifier_key
    from truceline.model.errors import UsageFault

    known: dict[str, tuple[VerifierKey, ...]] = {}
    for text in logs:
        one = parse_verifier_key(text.strip())
        if one.signing is Signing.ED25519_COSIGNATURE:
            raise UsageFault(f"the key of {one.name!r} is a witness's, not a log's", do="ask the log for its own key")
        known[one.name] = (*known.get(one.name, ()), one)
    return known


def _witness_key(own: SigningKey, path: Path) -> SigningKey:
    from truceline.ledger.keys import Signing
    from truceline.model.errors import UsageFault

    if own.signing is Signing.ED25519:
        raise UsageFault(
            f"the key of {own.name!r} signs a log's heads, not a witness's", where=str(path), do="make one: witness key"
        )
    return own
