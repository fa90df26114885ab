"""Seals: which records the archive had on a day, as the root of a tree of their hashes.

A seal is a small file of the archive that nobody changes later. It holds a hash of each record that no seal before it had,
so a record that is changed or lost later is found, and one that was removed on purpose keeps its hash in the tree.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from warehouse.archive.archive import Archive, ArchiveError
from warehouse.archive.members import read_member
from warehouse.archive.merkle import Hash, inclusion_paths, leaf_hash, root_hash

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
    def statement(self) -> str:
        """What the operator signs, and what an authority stamps."""
        n = len(self.hashes)
        return f"kliping seal 1\nsealed at {self.sealed_at}\nrecords {n}\nroot {self.root}\n"

    @cached_property
    def _leaves(self) -> dict[str, str]:
        return {fetch_id: leaf for of in self.files.values() for fetch_id, leaf in of.items()}

    @cached_property
    def _indexes(self) -> dict[str, int]:
        return {each.hex(): index for index, each in enumerate(self.hashes)}

    @cached_property
    def _paths(self) -> list[list[Hash]]:
        return inclusion_paths(self.hashes)

    @property
    def is_intact(self) -> bool:
        return self.root == root_hash(self.hashes).hex()

    def proof(self, fetch_id: str) -> dict[str, Any] | None:
        """What ties its record to the root, for a program that knows nothing of Kliping; None if it is not in this seal."""
        if not (leaf := self._leaves.get(fetch_id)):
            return None
        index = self._indexes[leaf]
        return {
            "fetch_id": fetch_id,
            "leaf": leaf,
            "index": index,
            "size": len(self.hashes),
            "path": [each.hex() for each in self._paths[index]],
            "root": self.root,
            "sealed_at": self.sealed_at,
        }


@dataclass(frozen=True, kw_only=True)
class Voucher:
    """Somebody states something of the statement of a seal: the operator that it is theirs, an authority when it saw it."""

    kind: Literal["signature", "timestamp"]
    root: str  # of the seal
    by: str  # a public key of Ed25519 as PEM, or the address of an authority
    data: str  # in Base64: the signature, or a TimeStampResp of RFC 3161


@dataclass(frozen=True, kw_only=True)
class Removal:
    removed_at: str  # in UTC
    fetch_ids: list[str]


FORMS = {"kliping seal 1": Seal, "kliping removal 1": Removal, "kliping voucher 1": Voucher}


@dataclass(frozen=True, kw_only=True)
class Notes:
    """All that is written down of the archive as a whole."""

    seals: list[Seal]  # in order of time
    removed: set[str]  # the fetches whose records were taken out on purpose
    vouchers: list[Voucher]


def read_notes(archive: Archive) -> Notes:
    """Raises ArchiveError for a note that cannot be read."""
    found: dict[type, list[Any]] = {kind: [] for kind in FORMS.values()}
    for name, content in archive.notes():
        try:
            note = json.loads(content)
            if kind := FORMS.get(note.pop("format")):
                found[kind].append(kind(**note))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ArchiveError(f"the note {name} of the archive cannot be read: {error}") from error
    return Notes(
        seals=sorted(found[Seal], key=lambda seal: seal.sealed_at),
        removed={each for removal in found[Removal] for each in removal.fetch_ids},
        vouchers=found[Voucher],
    )


def seals(archive: Archive) -> list[Seal]:
    """In order of time. Raises ArchiveError."""
    return read_notes(archive).seals


def proof_file(archive: Archive, of: str, fetch_ids: Iterable[str]) -> dict[str, Any]:
    """The proofs of those of the fetches that are sealed, removed ones too, and what vouches for their roots.

    `of` says what they belong to. Raises ArchiveError.
    """
    notes = read_notes(archive)
    proofs = [found for each in fetch_ids for seal in notes.seals if (found := seal.proof(each))]
    roots = {each["root"] for each in proofs}
    return {
        "format": "kliping proof 1",
        "of": of,
        "proofs": proofs,
        "seals": {seal.root: seal.statement for seal in notes.seals if seal.root in roots},
        "vouchers": [asdict(each) for each in notes.vouchers if each.root in roots],
    }


def add_seal(archive: Archive, now: datetime) -> Seal | None:
    """Seal the files that no seal has yet and that no run writes to; None if there is nothing new. Raises ArchiveError."""
    sealed = {name for seal in seals(archive) for name in seal.files}
    new = [path for path in archive.files() if archive.name(path) not in sealed]
    files = {archive.name(path): of for path in new if (of := _leaves_of_free_file(archive, path))}
    if not files:
        return None
    hashes = sorted(bytes.fromhex(each) for of in files.values() for each in of.values())
    seal = Seal(sealed_at=_moment(now), root=root_hash(hashes).hex(), files=files)
    _add(archive, now, "", seal)
    return seal


def add_voucher(archive: Archive, now: datetime, voucher: Voucher) -> None:
    _add(archive, now, f"{voucher.kind}-", voucher)


def note_removal(archive: Archive, now: datetime, fetch_ids: Collection[str]) -> None:
    """Call it before the records go, so that no kill lets them go unsaid."""
    removal = Removal(removed_at=_moment(now), fetch_ids=sorted(fetch_ids))
    _add(archive, now, "removed-", removal)


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


def _add(archive: Archive, now: datetime, kind: str, note: Seal | Removal | Voucher) -> None:
    """The digest lets two notes of one second stand beside each other."""
    form = next(form for form, of_form in FORMS.items() if isinstance(note, of_form))
    text = json.dumps({"format": form, **asdict(note)}, indent=0).encode()
    archive.add_note(f"{kind}{now:%Y%m%dT%H%M%SZ}-{sha256(text).hexdigest()[:8]}.json", text)


def _moment(now: datetime) -> str:
    return f"{now:%Y-%m-%dT%H:%M:%SZ}"
