"""Commands that hand over what the archive has of an article, for others to check without Kliping."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

from kliping.cli.app import FAILED, OK, SHARE, UsageError, app, published_copy
from kliping.cli.options import output_option
from kliping.cli.umask import STANDARD_OUTPUT, user_files, write_output
from kliping.output import Format, say, show, to_json

if TYPE_CHECKING:
    from warehouse.archive.archive import Archive
    from warehouse.queries import Row

PROOF = "kliping proof 1"
PROOF_FILE = "proofs/proof.json"  # some programs expect every file of a WACZ file in a folder
OPEN = "are not sealed yet; `kliping maintain` does it"


@app.command(rich_help_panel=SHARE)
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
    """Proof that an article's records were there at a seal.

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
        say(f"{n_open} records {OPEN}")
    if not found:
        say(f"no record of {url} is sealed")
        return FAILED
    text = to_json({"format": PROOF, "url": url, "proofs": found}) + "\n"
    write_output(
        output or STANDARD_OUTPUT, text, f"{len(found)} records; docs/check_proof.py checks it"
    )
    return OK


@app.command(rich_help_panel=SHARE)
def evidence(
    ctx: typer.Context,
    url: Annotated[str, Argument(metavar="URL|ID", help="Of an article.")],
    output: Annotated[Path, output_option("The file to write; its name ends in .wacz.")],
    include_reserved: Annotated[
        bool,
        Option("--include-reserved", help="Also of a reserved text; you answer for it."),
    ] = False,
) -> int:
    """An article's archived pages with their proof, as a WACZ file.

    ReplayWeb.page and other programs for web archives open it.
    """
    from flows.stores import archive
    from kliping.reading.explain import article_of_url, chapter, metadata
    from warehouse.read.archived_records import archived_block
    from warehouse.read.reserved_texts import reservations

    if output.suffix != ".wacz":
        raise UsageError(f"{output}: programs know such a file by its name; let it end in .wacz")
    store = archive(ctx.obj)
    with published_copy(ctx.obj) as reader:
        article = metadata(reader, article_of_url(reader, url) or url)
        if not article:
            raise UsageError(f"no article of {url} is published; `kliping search` finds addresses")
        if reservations(reader, [article["article_id"]]) and not include_reserved:
            raise UsageError("the publisher reserves this text; --include-reserved packs it")
        fetch_ids = [row["fetch_id"] for row in chapter(reader, "fetches", article["url"])]
        found = {name: archived_block(reader, store, name) for name in fetch_ids}
    blocks = {name: block for name, block in found.items() if block}
    if not blocks:
        say(f"the archive has no record of {url} any more")
        return FAILED
    proof = _write(output, store, blocks, article)
    lacking = len(fetch_ids) - len(blocks), len(blocks) - len(proof)
    for n, reason in zip(lacking, ("are no longer archived", OPEN), strict=True):
        if n:
            say(f"{n} records {reason}")
    return OK


def _write(
    output: Path, store: Archive, blocks: Mapping[str, bytes], article: Row
) -> list[dict[str, Any]]:
    """Returns the proofs in the file."""
    from flows.clock import now_utc
    from flows.settings import VERSION
    from warehouse.archive.seals import proofs
    from warehouse.archive.wacz import write_wacz

    found = proofs(store, blocks)
    proof = to_json({"format": PROOF, "url": article["url"], "proofs": found}).encode()
    with user_files():
        write_wacz(
            output,
            blocks.values(),
            title=article["headline"] or article["url"],
            software=f"kliping {VERSION}",
            now=now_utc(),
            others={PROOF_FILE: proof} if found else {},
        )
    say(f"{output}: {len(blocks)} records, {len(found)} proofs")
    return found
