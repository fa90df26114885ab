"""Seal the archive; then sign each seal, and have an authority state the time. What fails is tried again by the next run."""

from __future__ import annotations

from collections.abc import Iterator

from flows.home_file import read_home_file
from flows.http.timestamp_authority import StampError, ask
from flows.runs.run import Run
from warehouse.archive.archive import ArchiveError
from warehouse.archive.seals import Notes, Voucher, add_seal, add_voucher, read_notes
from warehouse.archive.signatures import read_key, sign
from warehouse.plain_file import PlainFileError, read_plain

MOST_STAMPS = (
    20  # of a run: an authority that is named late is not asked for years of seals at once
)


def seal_archive(run: Run) -> None:
    try:
        if seal := add_seal(run.archive, run.clock()):
            run.note(f"{len(seal.hashes)} archive records sealed, root {seal.root}")
        notes = read_notes(run.archive)
    except ArchiveError as error:
        run.note(f"nothing was sealed: {error}")
        return
    for text in (*_sign(run, notes), *_stamp(run, notes)):
        run.note(text)


def _sign(run: Run, notes: Notes) -> Iterator[str]:
    """Yields why it did not."""
    signed = {each.root for each in notes.vouchers if each.kind == "signature"}
    try:
        key = read_key(run.settings.home)
    except (PlainFileError, OSError) as error:
        yield f"nothing was signed: {error}"
        return
    for seal in notes.seals:
        if key and seal.root not in signed and seal.is_intact:
            add_voucher(run.archive, run.clock(), sign(key, seal))


def _stamp(run: Run, notes: Notes) -> Iterator[str]:
    """Yields how many it did, and why not all."""
    if not (named := read_home_file(run.settings.home).timestamps):
        return
    stamped = {each.root for each in notes.vouchers if each.by == named.authority}
    waiting = [seal for seal in notes.seals if seal.root not in stamped and seal.is_intact]
    n = 0
    try:
        trusted = read_plain(run.settings.home / named.certificate)
        for seal in waiting[:MOST_STAMPS]:
            data = ask(named.authority, seal.statement, trusted)
            stamp = Voucher(kind="timestamp", root=seal.root, by=named.authority, data=data)
            add_voucher(run.archive, run.clock(), stamp)
            n += 1
    except (StampError, PlainFileError, OSError) as error:
        yield f"no timestamp of {named.authority}: {error}; the next `maintain` asks again"
    if n:
        yield f"{n} of {len(waiting)} seals have a timestamp now"
