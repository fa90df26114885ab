"""Whether sealed records are as they were, and whether seals are signed and stamped as they should be."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from flows.home_file import HomeFileError, read_home_file
from flows.http.timestamp_authority import StampError, verify
from flows.settings import Settings
from kliping.cli.doctor_lake import ERRORS, bad, note
from warehouse.archive.archive import Archive, ArchiveError
from warehouse.archive.seals import Notes, leaves, read_notes
from warehouse.archive.signatures import FILE, is_signed, read_key
from warehouse.plain_file import PlainFileError, read_plain
from warehouse.queries import Row

SAMPLE = 20  # archive files whose every record is read
WHO = "restore it, or find out who changed it"


def examine_seals(settings: Settings, archive: Archive) -> Iterator[Row]:
    """Nothing where all is well. Files that are gone are found, and changes in those that are read."""
    yield from _key(settings.home)
    try:
        notes = read_notes(archive)
        yield from _records(archive, notes)
    except (ArchiveError, *ERRORS) as error:
        yield bad("seals", str(error), "restore it from a backup")
        return
    yield from _vouchers(settings.home, notes)


def _key(home: Path) -> Iterator[Row]:
    path = home / FILE
    try:
        if not read_key(home):
            yield note("key", f"{path}, which signs seals, is not there", "`kliping prove --key`")
        elif path.stat().st_mode & 0o077:
            yield bad("key", f"others may read {path}", f"`chmod 600 {path}`")
    except (PlainFileError, OSError) as error:
        yield bad("key", str(error), "restore it, or move it away")


def _records(archive: Archive, notes: Notes) -> Iterator[Row]:
    files = {archive.name(path): path for path in archive.files()}
    chosen = {*random.sample(sorted(files), min(SAMPLE, len(files)))}
    for seal in notes.seals:
        if not seal.is_intact:
            yield bad("seals", f"the seal of {seal.sealed_at} was changed", "restore it")
        for name in sorted(seal.files.keys() & {*chosen, *(seal.files.keys() - files.keys())}):
            now = leaves(archive, files[name]) if name in files else {}
            sealed = seal.files[name].items()
            if lost := {key for key, leaf in sealed if now.get(key) != leaf} - notes.removed:
                yield bad(
                    "seals",
                    f"{len(lost)} records of {name} are not as they were sealed on {seal.sealed_at}, e.g. {min(lost)}",
                    WHO,
                )


def _vouchers(home: Path, notes: Notes) -> Iterator[Row]:
    """Stamps of the authority that the home names now are verified: the certificate of an earlier one may be gone."""
    seals = {seal.root: seal for seal in notes.seals}
    for root in sorted({each.root for each in notes.vouchers} - seals.keys()):
        yield bad("seals", f"there was a seal with the root {root}, and it is gone", "restore it")
    try:
        named = read_home_file(home).timestamps
        trusted = read_plain(home / named.certificate) if named else b""
    except (HomeFileError, PlainFileError, OSError) as error:
        yield bad("timestamps", str(error), "correct kliping.toml")
        return
    waiting = seals.keys() - {
        each.root for each in notes.vouchers if named and each.by == named.authority
    }
    if named and waiting:
        n = f"{len(waiting)} of {len(seals)} seals"
        yield note("timestamps", f"{n} have none of {named.authority}", "`kliping maintain`")
    for each in notes.vouchers:
        if not (seal := seals.get(each.root)):
            continue
        try:
            if each.kind == "signature" and not is_signed(seal, each):
                raise StampError("it does not agree with its key")
            if named and each.by == named.authority:
                verify(each.data, seal.statement, trusted)
        except StampError as error:
            yield bad("seals", f"the {each.kind} of the seal of {seal.sealed_at}: {error}", WHO)
