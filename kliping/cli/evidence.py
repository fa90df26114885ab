"""Commands that hand over what the archive has of articles, for others to check without Kliping."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from kliping.cli.app import FAILED, OK, SHARE, UsageError, app, published_copy
from kliping.cli.options import output_option
from kliping.cli.umask import STANDARD_OUTPUT, user_files, write_output
from kliping.output import Format, say, show, to_json
from kliping.sql_files import sql

if TYPE_CHECKING:
    from warehouse.archive.archive import Archive
    from warehouse.archive.seals import Notes
    from warehouse.queries import Row
    from warehouse.read.published import Reader

PROOF_FILE = "proofs/proof.json"  # some programs expect every file of a WACZ file in a folder
SEALING = "`kliping maintain` does it"
OPEN = f"are not sealed yet; {SEALING}"
RECORDS, EVENT = sql("packed/records"), sql("packed/event")


@app.command(rich_help_panel=SHARE)
def prove(
    ctx: typer.Context,
    url: Annotated[
        str | None, Argument(metavar="URL|ID", help="Of an article.", show_default=False)
    ] = None,
    output: Annotated[
        Path | None, output_option("Write the proof to this file.", is_text=True)
    ] = None,
    key: Annotated[
        bool, Option("--key", help="Print the public key of the seals; make it if there is none.")
    ] = False,
    form: Annotated[Format, Option("--format", help="Of the list of seals.")] = Format.TABLE,
) -> int:
    """Proof that an article's records were there at a seal.

    docs/check_proof.py and check_seal.py check it without Kliping. Without an address, every seal is listed with its root.
    """
    from flows.stores import archive
    from kliping.reading.explain import chapter
    from warehouse.archive.seals import proof_file, read_notes

    store = archive(ctx.obj)
    if key:
        write_output(output or STANDARD_OUTPUT, _public_key(ctx.obj.home), "the public key")
        return OK
    if url is None:
        show(_sealed(read_notes(store)), form, empty=f"nothing is sealed yet; {SEALING}")
        return OK
    with published_copy(ctx.obj) as reader:
        fetch_ids = [row["fetch_id"] for row in chapter(reader, "fetches", url)]
    proof = proof_file(store, url, fetch_ids)
    if n_open := len({*fetch_ids} - {each["fetch_id"] for each in proof["proofs"]}):
        say(f"{n_open} records {OPEN}")
    if not (n := len(proof["proofs"])):
        say(f"no record of {url} is sealed")
        return FAILED
    note = f"{n} records; docs/check_proof.py and check_seal.py check it"
    write_output(output or STANDARD_OUTPUT, to_json(proof) + "\n", note)
    return OK


def _public_key(home: Path) -> str:
    from warehouse.archive.signatures import make_key, public_pem, read_key
    from warehouse.disk import make_folder

    make_folder(home)
    return public_pem(read_key(home) or make_key(home))


def _sealed(notes: Notes) -> list[Row]:
    """A row for each seal."""
    found = {(each.kind, each.root) for each in notes.vouchers}
    return [
        {"sealed_at": seal.sealed_at, "records": len(seal.hashes)}
        | {kind: (kind, seal.root) in found for kind in ("signature", "timestamp")}
        | {"root": seal.root}
        for seal in notes.seals
    ]


@app.command(rich_help_panel=SHARE)
def evidence(
    ctx: typer.Context,
    target: Annotated[
        str,
        Argument(metavar="URL|ID|STUDY", help="An article; or a study, by its file or its folder."),
    ],
    output: Annotated[
        Path | None,
        output_option("Its name ends in .wacz. Default for a folder: records.wacz in it."),
    ] = None,
    event: Annotated[bool, Option("--event", help="All articles of the article's event.")] = False,
    include_reserved: Annotated[
        bool, Option("--include-reserved", help="Also of reserved texts; you answer for it.")
    ] = False,
) -> int:
    """Archived pages with their proof, as a WACZ file.

    ReplayWeb.page and other programs for web archives open it.
    """
    from flows.stores import archive
    from kliping.studies.study_folder import WACZ
    from warehouse.read.reserved_texts import reservations

    if not output and not Path(target).is_dir():
        raise UsageError("name the file with --output; only a study's folder has a place for it")
    output = output or Path(target) / WACZ
    if output.suffix != ".wacz":
        raise UsageError(f"{output}: programs know such a file by its name; let it end in .wacz")
    with published_copy(ctx.obj) as reader:
        title, article_ids = _chosen(reader, target, is_event=event)
        reserved = {} if include_reserved else reservations(reader, article_ids)
        open_ids = [each for each in article_ids if each not in reserved]
        hint = f"{len(reserved)} texts are reserved by publishers; --include-reserved packs them"
        if reserved and not open_ids:
            raise UsageError(hint)
        if reserved:
            say(hint)
        rows = reader.rows(RECORDS, {"article_ids": open_ids})
    _pack(archive(ctx.obj), rows, output, target, title)
    return OK


def _chosen(reader: Reader, target: str, *, is_event: bool) -> tuple[str, list[str]]:
    """What is packed: a title, and the ids of articles. Raises UsageError, StudyError."""
    from kliping.reading.explain import article_of_url, metadata
    from kliping.studies.study import found_articles
    from kliping.studies.study_file import read_study
    from kliping.studies.study_folder import counted_articles
    from parsers.text.urls import canonicalise

    path = Path(target)
    if path.is_dir():
        return counted_articles(path)
    if path.suffix == ".toml":
        study = read_study(path)
        return study.question, found_articles(reader, study)
    url = canonicalise(target) if "://" in target else target
    article = metadata(reader, article_of_url(reader, url) or url)
    if not article:
        raise UsageError(f"no article of {target} is published; `kliping search` finds addresses")
    rows = reader.rows(EVENT, {"article_id": article["article_id"]}) if is_event else []
    rows = rows or [article]
    return rows[0]["headline"] or article["url"], [row["article_id"] for row in rows]


def _pack(archive: Archive, rows: list[Row], output: Path, target: str, title: str) -> None:
    """Raises ArchiveError if no record can be packed."""
    from flows.clock import now_utc
    from flows.settings import VERSION
    from warehouse.archive.archive import ArchiveError, RecordLocation
    from warehouse.archive.seals import proof_file
    from warehouse.archive.wacz import WaczFile

    archived = [row for row in rows if row["file"]]
    packed: list[str] = []
    faults: list[ArchiveError] = []
    software = f"kliping {VERSION}"
    with user_files(), WaczFile(output, title=title, software=software, now=now_utc()) as wacz:
        for row in archived:
            at = RecordLocation(file=row["file"], offset=row["offset"], length=row["length"])
            try:
                wacz.add(archive.block(at), row["title"])
                packed.append(row["fetch_id"])
            except ArchiveError as error:
                faults.append(error)
        if not packed:
            raise [*faults, ArchiveError(f"the archive has no record of {target} any more")][0]
        proof = proof_file(archive, target, packed)
        n_proofs = len(proof["proofs"])
        wacz.finish({PROOF_FILE: to_json(proof).encode()} if n_proofs else {})
    say(f"{output}: {len(packed)} records, {n_proofs} proofs")
    lacks = {
        "are no longer archived": len(rows) - len(archived),
        f"cannot be read, such as {[*faults, ''][0]}": len(faults),
        OPEN: len(packed) - n_proofs,
    }
    for reason, n in lacks.items():
        if n:
            say(f"{n} records {reason}")
