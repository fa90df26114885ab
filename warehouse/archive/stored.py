"""The archive of a lake: files are written in the home's folder, and kept in object storage once they are closed.

Rows are loaded only from files that are kept. A file in the folder is one that is being written, or that a killed run left.
"""

from __future__ import annotations

import io
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import IO
from uuid import uuid4

from parsers.article import Link, Response
from warehouse.archive.archive import NOTES, Archive, Writer, explain_damage, hold
from warehouse.archive.members import Member, compress, read_member
from warehouse.archive.segments import file_info, parts_of
from warehouse.archive.warc import (
    ArchiveError,
    FilePart,
    Record,
    RecordLocation,
    decode,
    encode_info,
    new_info,
    parse,
)
from warehouse.disk import sync_folder
from warehouse.object_file import open_object
from warehouse.storage import Storage

PREFIX = "archive/"
UNLOADED = "unloaded/"  # of an empty object for each kept file that has to be looked at
MERGED = "-merged-"  # in the names of files that were made of others


class StoredArchive(Archive):
    """Every method raises StorageUnavailable, too."""

    def __init__(self, folder: Path, storage: Storage) -> None:
        super().__init__(folder)
        self._storage = storage
        self._sizes: dict[str, int] = {}  # of the objects that were seen
        self._parts: dict[str, dict[str, int]] = {}

    def writer(self, run_id: str, now: datetime, code_version: str, flow: str = "") -> Writer:
        """The run's files one after the other: `flush` closes one, keeps it, and begins the next."""
        return StoredWriter(self, self._month_folder(now), run_id, flow, code_version)

    def files(self) -> list[Path]:
        """Those in the folder, and those that are kept, but parts of other ones."""
        kept = self._kept()
        names = kept.keys() - {part for name in kept for part in self.parts(self.folder / name)}
        return sorted({*super().files(), *(self.folder / name for name in names)})

    def unloaded(self) -> list[Path]:
        """Lists nothing that is loaded."""
        names = set[str]()
        for each in self._storage.objects(UNLOADED):
            with suppress(FileNotFoundError):
                name = each.name.removeprefix(UNLOADED)
                self._sizes[name] = self._storage.find(f"{PREFIX}{name}").size
                names.add(name)
        return sorted({*super().files(), *(self.folder / name for name in names)})

    def mark_loaded(self, names: Iterable[str]) -> None:
        self._storage.delete(*(f"{UNLOADED}{name}" for name in names))

    def parts(self, path: Path) -> dict[str, int]:
        name = self.name(path)
        if MERGED not in name:
            return {}
        if name not in self._parts:
            with self.open(path) as file:
                self._parts[name] = parts_of(file, file_info(file))
        return self._parts[name]

    def merge(self, paths: Sequence[Path], run_id: str, now: datetime) -> Path | None:
        """Put files one behind the other into a new one of the first one's folder; they stay. None for fewer than two.

        No file of the first version is among them: its records do not name it.
        """
        bodies, parts = list[bytes](), list[FilePart]()
        for path in paths:
            body, _ = self._storage.get(f"{PREFIX}{self.name(path)}")
            info = file_info(io.BytesIO(body))
            if info.flow is not None and info.warcinfo_id:
                size, of = len(body), info.warcinfo_id
                part = FilePart(file=self.name(path), size=size, warcinfo_id=of, run_id=info.run_id, flow=info.flow)  # fmt: skip
                bodies, parts = [*bodies, body], [*parts, part]
        if len(parts) < 2:
            return None
        target = paths[0].with_name(f"{run_id}{MERGED}{uuid4().hex[:8]}.warc.gz")
        head = replace(new_info(run_id, "maintain"), parts=tuple(parts))
        bodies.insert(0, compress(encode_info(head, target.name, "kliping", now)))
        self._put(self.name(target), b"".join(bodies))
        return target

    def remove_parts(self, path: Path) -> None:
        """Those of a merged file, where they still are."""
        self._storage.delete(*(f"{PREFIX}{name}" for name in self.parts(path)))

    def remove_old_parts(self, before: datetime) -> None:
        """Those of files that were merged before that moment, so that no reader is about to read them."""
        present = {each.name.removeprefix(PREFIX): each for each in self._storage.objects(PREFIX)}
        for name, each in present.items():
            if MERGED in name and each.modified_at < before:
                path = self.folder / name
                if present.keys() & self.parts(path).keys():
                    self.remove_parts(path)

    def _kept(self) -> dict[str, int]:
        """The size of each file in the storage."""
        found = {
            each.name.removeprefix(PREFIX): each.size
            for each in self._storage.objects(PREFIX)
            if each.name.endswith(".warc.gz")
        }
        self._sizes |= found
        return found

    def _put(self, name: str, body: bytes) -> None:
        """A kept file, and the sign that it is not loaded: whoever finds the sign finds the file."""
        self._storage.put_new(f"{PREFIX}{name}", body)
        self._storage.put_new(f"{UNLOADED}{name}", b"")
        self._sizes[name] = len(body)

    def notes(self) -> Iterator[tuple[str, bytes]]:
        names = sorted(found.name for found in self._storage.objects(f"{PREFIX}{NOTES}/"))
        return ((name.rpartition("/")[2], self._storage.get(name)[0]) for name in names)

    def add_note(self, name: str, content: bytes) -> None:
        self._storage.put_new(f"{PREFIX}{NOTES}/{name}", content)

    def open(self, path: Path) -> IO[bytes]:
        with suppress(FileNotFoundError):
            return super().open(path)
        return open_object(self._storage, self._storage.find(f"{PREFIX}{self.name(path)}"))

    def hold(self, path: Path) -> AbstractContextManager[bool]:
        """A kept file is replaced as a whole, so it is never in the making."""
        return hold(path) if path.exists() else nullcontext(True)

    def keep(self, path: Path) -> None:
        """Raises ObjectExists where another file of that name is kept."""
        if path.exists():
            body = path.read_bytes()
            self._put(self.name(path), body)
            path.unlink()
            sync_folder(path.parent)

    def size(self, path: Path) -> int:
        return super().size(path) or self._sizes.get(self.name(path), 0)

    def cut_torn_tail(self, path: Path) -> int:
        return super().cut_torn_tail(path) if path.exists() else 0

    def drop(
        self,
        path: Path,
        fetch_ids: Collection[str],
        locations: Iterable[RecordLocation] = (),
        *,
        in_place: bool = False,
    ) -> None:
        """Replace the object, unless somebody else has replaced it meanwhile. Raises ObjectChanged.

        What was merged into it goes as well.
        """
        self.keep(path)
        self.remove_parts(path)
        name = self.name(path)
        body, e_tag = self._storage.get(f"{PREFIX}{name}")
        with TemporaryDirectory(prefix="kliping-") as folder:
            copy = Path(folder) / name
            copy.parent.mkdir(parents=True)
            copy.write_bytes(body)
            Archive(Path(folder)).drop(copy, fetch_ids, locations, in_place=in_place)
            rest = copy.read_bytes()
        self._storage.replace(f"{PREFIX}{name}", rest, e_tag)
        self._sizes[name] = len(rest)

    def read_all(self, locations: Sequence[RecordLocation]) -> Iterator[Record]:
        """Kept records, near ones of a file by one request, in the order given. Raises ArchiveError where one is missing.

        They are read at once, and decoded one after the other.
        """
        by_file: dict[str, list[RecordLocation]] = {}
        for location in locations:
            by_file.setdefault(location.file, []).append(location)
        blocks = {
            location: block
            for file, of_file in by_file.items()
            for location, block in zip(of_file, self._blocks(file, of_file), strict=True)
        }
        return (_record(location, blocks[location]) for location in locations)

    def _blocks(self, file: str, locations: Sequence[RecordLocation]) -> list[bytes]:
        starts = [location.offset for location in locations]
        lengths = [location.length for location in locations]
        try:
            return self._storage.ranges(f"{PREFIX}{file}", starts, lengths)
        except FileNotFoundError as error:
            message = f"{file}: the file is missing, and so is its record at byte {starts[0]}"
            raise ArchiveError(message) from error

    def _member(self, location: RecordLocation) -> Member:
        if (self.folder / location.file).exists():
            with suppress(FileNotFoundError):  # it was kept just now
                return super()._member(location)
        [part] = self._storage.ranges(
            f"{PREFIX}{location.file}", [location.offset], [location.length]
        )
        member = read_member(io.BytesIO(part), 0)
        return Member(offset=location.offset, length=member.length, block=member.block)


class StoredWriter(Writer):
    """Appends to a file in the folder; other threads may append while `flush` keeps the one before."""

    def __init__(
        self, archive: StoredArchive, month: Path, run_id: str, flow: str, code_version: str
    ) -> None:
        self._archive, self._month, self._flow = archive, month, flow
        self._kept: list[tuple[Path, int]] = []
        self._n_files, self._n_before = 1, 0  # the records of the files before this one
        self._appending, self._flushing = Lock(), Lock()
        path = month / f"{run_id}-0.warc.gz"
        super().__init__(archive.folder, path, new_info(run_id, flow), code_version)

    def append(self, link: Link, response: Response, refers_to: datetime | None = None) -> Record:
        with self._appending:
            return super().append(link, response, refers_to)

    def flush(self) -> None:
        """Raises StorageUnavailable: then the next run on this machine keeps the file."""
        with self._flushing:
            with self._appending:
                n_records = self.n_records - self._n_before
                if not n_records:
                    return
                file, path = self._file, self.path
                self._begin_next()
            with file:  # locked until it is kept
                os.fsync(file.fileno())
                self._archive.keep(path)
            self._kept.append((path, n_records))

    def finished(self) -> list[tuple[Path, int]]:
        self.flush()
        return self._kept

    def _begin_next(self) -> None:
        self._n_before = self.n_records
        path = self._month / f"{self.run_id}-{self._n_files}.warc.gz"
        self._n_files += 1
        self._begin(path, new_info(self.run_id, self._flow))


def _record(location: RecordLocation, block: bytes) -> Record:
    with explain_damage(location):
        return decode(parse(read_member(io.BytesIO(block), 0).block), location)
