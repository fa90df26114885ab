"""Whether sealed records are as they were, and whether seals are signed and stamped as they should be."""

from __future__ import annotations

import random
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

from flows.home_file import HomeFileError, read_home_file
from flows.http.timestamp_authority import StampError, certificates, verify
from flows.settings import Settings
from kliping.cli.doctor_lake import ERRORS, bad, note
from warehouse.archive.archive import Archive, ArchiveError
from warehouse.archive.seals import Notes, leaves, read_notes
from warehouse.archive.signatures import FILE, KeyFileError, is_of, read_key
from warehouse.plain_file import PlainFileError, read_plain
from warehouse.queries import Row

SAMPLE = 20  # archive files whose every record is read
NEXT_RUN = "`kliping maintain` does it"
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
    yield from _vouchers(notes)
    yield from _timestamps(settings.home, notes)


def _key(home: Path) -> Iterator[Row]:
    path = home / FILE
    try:
        if not read_key(home):
            yield note(
                "key", f"{path} is not there, so seals are not signed", "`kliping prove --key`"
            )
        elif path.stat().st_mode & 0o077:
            yield bad("key", f"others may read {path}", f"`chmod 600 {path}`")
    except (KeyFileError, PlainFileError, OSError) as error:
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
                    "restore the file, or find out who changed it",
                )


def _vouchers(notes: Notes) -> Iterator[Row]:
    by_root = {seal.root: seal for seal in notes.seals}
    roots = {each.root for each in notes.signatures} | {each.root for each in notes.timestamps}
    for root in sorted(roots - by_root.keys()):
        yield bad("seals", f"there was a seal with the root {root}, and it is gone", "restore it")
    for each in notes.signatures:
        if each.root in by_root and not is_of(each, by_root[each.root]):
            sealed_at = by_root[each.root].sealed_at
            yield bad("seals", f"the signature of the seal of {sealed_at} is wrong", WHO)


def _timestamps(home: Path, notes: Notes) -> Iterator[Row]:
    """Of the authority that the home names now: the certificate of an earlier one may be gone."""
    try:
        if not (named := read_home_file(home).timestamps):
            return
        trusted = certificates(read_plain(home / named.certificate))
    except HomeFileError:  # a finding of its own
        return
    except (StampError, PlainFileError, OSError) as error:
        yield bad("timestamps", str(error), "correct the certificate that kliping.toml names")
        return
    stamps = {each.root: each for each in notes.timestamps if each.authority == named.authority}
    if waiting := [seal for seal in notes.seals if seal.root not in stamps]:
        n = f"{len(waiting)} of {len(notes.seals)} seals"
        yield note("timestamps", f"{n} have none of {named.authority}", NEXT_RUN)
    for seal in notes.seals:
        try:
            if stamp := stamps.get(seal.root):
                verify(b64decode(stamp.response), seal.statement, trusted)
        except (StampError, ValueError) as error:
            yield bad("timestamps", f"of the seal of {seal.sealed_at}: {error}", WHO)
