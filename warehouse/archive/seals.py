"""Seals: which records the archive had on a day, as the root of a tree of their hashes.

A seal is a small file of the archive that nobody changes later. It holds a hash of each record that no seal before it had,
so a record that is changed or lost later is found, and one that was removed on purpose keeps its hash in the tree.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from warehouse.archive.archive import Archive, ArchiveError
from warehouse.archive.members import read_member
from warehouse.archive.merkle import Hash, inclusion_path, leaf_hash, root_hash

FORMAT = "kliping seal 1"
REMOVAL = "kliping removal 1"
Leaves = Mapping[str, Mapping[str, str]]  # a hash in hexadecimals, by file and fetch


@dataclass(frozen=True, kw_only=True)
class Seal:
    sealed_at: str  # in UTC
    root: str  # as the file states it
    files: Leaves

    @cached_property
    def hashes(self) -> list[Hash]:
        """In their own order: where a record is does not matter."""
        return sorted(bytes.fromhex(each) for of in self.files.values() for each in of.values())

    @property
    def is_intact(self) -> bool:
        return self.root == root_hash(self.hashes).hex()

    def proof(self, fetch_id: str) -> dict[str, Any] | None:
        """What ties its record to the root, for a program that knows nothing of Kliping; None if it is not in this seal."""
        leaf = next((of[fetch_id] for of in self.files.values() if fetch_id in of), None)
        if leaf is None:
            return None
        index = self.hashes.index(bytes.fromhex(leaf))
        return {
            "fetch_id": fetch_id,
            "leaf": leaf,
            "index": index,
            "size": len(self.hashes),
            "path": [each.hex() for each in inclusion_path(self.hashes, index)],
            "root": self.root,
            "sealed_at": self.sealed_at,
        }


def seals(archive: Archive) -> list[Seal]:
    """In order of time. Raises ArchiveError for a note that cannot be read."""
    found = [
        Seal(sealed_at=each["sealed_at"], root=each["root"], files=each["files"])
        for each in _notes(archive, FORMAT)
    ]
    return sorted(found, key=lambda seal: seal.sealed_at)


def removed(archive: Archive) -> set[str]:
    """The fetches whose records were taken out on purpose. Raises ArchiveError, as `seals`."""
    return {name for each in _notes(archive, REMOVAL) for name in each["fetch_ids"]}


def proofs(archive: Archive, fetch_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Of those of the fetches that are sealed, removed ones too. Raises ArchiveError."""
    all_seals = seals(archive)
    found = (seal.proof(fetch_id) for fetch_id in fetch_ids for seal in all_seals)
    return [proof for proof in found if proof]


def add_seal(archive: Archive, now: datetime) -> Seal | None:
    """Seal the files that no seal has yet and that no run writes to; None if there is nothing new. Raises ArchiveError."""
    sealed = {name for seal in seals(archive) for name in seal.files}
    new = [path for path in archive.files() if archive.name(path) not in sealed]
    files = {archive.name(path): of for path in new if (of := _leaves_of_free_file(archive, path))}
    if not files:
        return None
    hashes = sorted(bytes.fromhex(each) for of in files.values() for each in of.values())
    seal = Seal(sealed_at=f"{now:%Y-%m-%dT%H:%M:%SZ}", root=root_hash(hashes).hex(), files=files)
    content = {"format": FORMAT, "sealed_at": seal.sealed_at, "root": seal.root, "files": files}
    _add(archive, f"{now:%Y%m%dT%H%M%SZ}", content)
    return seal


def note_removal(archive: Archive, now: datetime, fetch_ids: Collection[str]) -> None:
    """Call it before the records go, so that no kill lets them go unsaid."""
    content = {
        "format": REMOVAL,
        "removed_at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "fetch_ids": sorted(fetch_ids),
    }
    _add(archive, f"removed-{now:%Y%m%dT%H%M%SZ}", content)


def leaves(archive: Archive, path: Path) -> dict[str, str]:
    """The hash of each record of a file that counts, by fetch."""
    with archive.open(path) as file:
        return {
            segment.record.response.fetch_id: leaf_hash(
                read_member(file, segment.location.offset).block
            ).hex()
            for segment in archive.segments(path)
            if segment.record
        }


def _leaves_of_free_file(archive: Archive, path: Path) -> dict[str, str]:
    with archive.hold(path) as is_ours:
        return leaves(archive, path) if is_ours else {}


def _add(archive: Archive, name: str, content: Mapping[str, object]) -> None:
    """The digest lets two notes of one second stand beside each other."""
    text = json.dumps(content, indent=0).encode()
    archive.add_note(f"{name}-{sha256(text).hexdigest()[:8]}.json", text)


def _notes(archive: Archive, form: str) -> Iterator[dict[str, Any]]:
    for name, content in archive.notes():
        try:
            note = json.loads(content)
            if note["format"] == form:
                yield note
        except (ValueError, TypeError, KeyError) as error:
            raise ArchiveError(f"the note {name} of the archive cannot be read: {error}") from error
