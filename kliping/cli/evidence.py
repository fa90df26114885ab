"""Commands that hand over what the archive has of an article, for others to check without Kliping."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from kliping.cli.app import FAILED, OK, READ, app, published_copy
from kliping.cli.options import output_option
from kliping.cli.umask import STANDARD_OUTPUT, write_output
from kliping.output import Format, say, show, to_json

PROOF = "kliping proof 1"


@app.command(rich_help_panel=READ)
def prove(
    ctx: typer.Context,
    url: Annotated[
        str | None, Argument(metavar="URL|ID", help="Of an article.", show_default=False)
    ] = None,
    output: Annotated[
        Path | None, output_option("Write the proof to this file.", is_text=True)
    ] = None,
    form: Annotated[Format, Option("--format", help="Of the list of seals.")] = Format.TABLE,
) -> int:
    """Proof that the archive had the records of an article when it was sealed.

    docs/check_proof.py checks it without Kliping. Without an address, every seal is listed with its root.
    """
    from flows.stores import archive
    from kliping.reading.explain import chapter
    from warehouse.archive.seals import proofs, seals

    store = archive(ctx.obj)
    if url is None:
        rows = [
            {"sealed_at": seal.sealed_at, "records": len(seal.hashes), "root": seal.root}
            for seal in seals(store)
        ]
        show(rows, form, empty="nothing is sealed yet; `kliping maintain` does it")
        return OK
    with published_copy(ctx.obj) as reader:
        fetch_ids = [row["fetch_id"] for row in chapter(reader, "fetches", url)]
    found = proofs(store, fetch_ids)
    if n_open := len(set(fetch_ids) - {proof["fetch_id"] for proof in found}):
        say(f"{n_open} records are not sealed yet; `kliping maintain` does it")
    if not found:
        say(f"no record of {url} is sealed")
        return FAILED
    text = to_json({"format": PROOF, "url": url, "proofs": found}) + "\n"
    write_output(
        output or STANDARD_OUTPUT, text, f"{len(found)} records; docs/check_proof.py checks it"
    )
    return OK
