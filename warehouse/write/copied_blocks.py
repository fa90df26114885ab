"""The readers' copy, made of the database file block by block: a block that has not changed is not written again.

A DuckDB file has three headers, then blocks of one size. Each block begins with a checksum of its content, so two files are compared by
eight bytes a block. Two files take turns: readers open one, the other gets the blocks that changed since and takes the first one's place.
A file that somebody still has open, or that has another name, is never written to. Where the file system can share content between files
(XFS, Btrfs), the copy is a file that shares all of it, and nothing is written at all.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

from warehouse.disk import put_in_place, sync_folder

HEADER_BYTES = 4096
FIRST_BLOCK = 3 * HEADER_BYTES
CHECKSUM_BYTES = 8
CHAINS_A_BLOCK = 64  # parts of a block of metadata, which lists go through one after the other
NO_POINTER = -1
SHARE_CONTENT = 0x40049409  # FICLONE of Linux; Python names it from 3.12 on


class Header(NamedTuple):
    """What DuckDB writes at the end of a checkpoint, into one of two headers by turns."""

    iteration: int
    metadata: int
    free_list: int  # where the list of free blocks begins
    n_blocks: int
    block_bytes: int


def replace_copy(database: Path, copy: Path) -> None:
    """Readers get what the database had at its last checkpoint. Nobody writes to it meanwhile.

    A kill leaves the old copy or the new one. A file that was being written is never used again.
    """
    new, older = unfinished_copy(copy), _older(copy)
    new.unlink(missing_ok=True)
    try:
        if _share_content(database, new):
            older.unlink(missing_ok=True)
        else:
            _take_older(older, new)
            write_changed_blocks(database, new)
            with suppress(OSError):  # no copy yet; or no links here, and so each copy is a new file
                os.link(copy, older)
        put_in_place(new, copy)
    finally:
        new.unlink(missing_ok=True)  # half a copy on a full disk


def forget_older(copy: Path) -> None:
    """Of what was published before, nothing stays but for those who have it open."""
    _older(copy).unlink(missing_ok=True)


def remove_prepared(copy: Path) -> None:
    """What servers made of the copy before; first what is still being made, which then cannot get its name."""
    unfinished = unfinished_copy(prepared_copy(copy))
    for path in (unfinished, unfinished.with_name(f"{unfinished.name}.wal"), prepared_copy(copy)):
        path.unlink(missing_ok=True)


def remove_unused_prepared(copy: Path) -> None:
    """A server that still reads it makes it anew."""
    if _is_unused(prepared_copy(copy)):
        prepared_copy(copy).unlink(missing_ok=True)


def unfinished_copy(copy: Path) -> Path:
    return copy.with_name(f"{copy.name}.new")


def prepared_copy(copy: Path) -> Path:
    """Where servers have theirs of this copy (`warehouse.read.stored_views`)."""
    return copy.with_name(f"{copy.stem}.prepared{copy.suffix}")


def _older(copy: Path) -> Path:
    return copy.with_name(f"{copy.name}.older")


def _share_content(database: Path, new: Path) -> bool:
    """Whether the file system could make a file with the same content without a copy of it."""
    with database.open("rb") as source, new.open("wb") as target:
        try:
            fcntl.ioctl(target, SHARE_CONTENT, source.fileno())
        except OSError:
            return False
    return True


def _take_older(older: Path, new: Path) -> None:
    """Its name goes first, so that after a kill nobody takes it for a whole file."""
    if older.exists():
        older.replace(new)
        sync_folder(new.parent)
    if not _is_unused(new):
        new.unlink()


def write_changed_blocks(database: Path, copy: Path) -> None:
    """Make the copy equal to the database, except for blocks that are free. A new copy has holes there."""
    copy.touch()
    with database.open("rb") as source, copy.open("r+b") as target:
        header = _header(source.fileno())
        size = os.fstat(source.fileno()).st_size  # the file may end with the last block in use
        target.truncate(size)
        for start in _changed_blocks(source.fileno(), target.fileno(), header):
            _copy_bytes(source, target, start, header.block_bytes)
        _copy_bytes(source, target, 0, FIRST_BLOCK)


def _copy_bytes(source: IO[bytes], target: IO[bytes], start: int, length: int) -> None:
    source.seek(start)
    _write(target, start, source.read(length))


def _write(target: IO[bytes], start: int, content: bytes) -> None:
    target.seek(start)
    target.write(content)


def _changed_blocks(source: int, target: int, header: Header) -> Iterator[int]:
    """Where the blocks begin that are in use and differ."""
    for file in (source, target):
        # else the system reads what comes after each checksum, too
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_RANDOM)
    free = free_blocks(source, header)
    for n in range(header.n_blocks):
        start = FIRST_BLOCK + n * header.block_bytes
        if n not in free and (
            os.pread(source, CHECKSUM_BYTES, start) != os.pread(target, CHECKSUM_BYTES, start)
        ):
            yield start


def _header(file: int) -> Header:
    """The later one."""
    found = (os.pread(file, 48, at) for at in (HEADER_BYTES, 2 * HEADER_BYTES))
    return max(Header(*struct.unpack("<8xQqqQQ", content)) for content in found)


def free_blocks(file: int, header: Header) -> set[int]:
    """Numbers of the blocks whose content nobody needs."""
    listed = b"".join(_chain(file, header))
    n_free = struct.unpack_from("<Q", listed)[0] if listed else 0
    return set(struct.unpack_from(f"<{n_free}q", listed, 8)) if n_free else set()


def _chain(file: int, header: Header) -> Iterator[bytes]:
    """The parts of a list; each begins with the place of the next: the number of a block, and in the highest byte of a part in it."""
    part_bytes = (header.block_bytes - CHECKSUM_BYTES) // CHAINS_A_BLOCK // 8 * 8
    pointer = header.free_list
    while pointer != NO_POINTER:
        block, part = pointer & (1 << 56) - 1, pointer >> 56
        start = FIRST_BLOCK + block * header.block_bytes + CHECKSUM_BYTES + part * part_bytes
        content = os.pread(file, part_bytes, start)
        (pointer,) = struct.unpack_from("<q", content)
        yield content[8:]


def _is_unused(path: Path) -> bool:
    """Whether the file has no other name, and nobody has it open, this process neither. Where the system cannot tell, somebody may."""
    try:
        with path.open("r+b") as file:
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
            return os.fstat(file.fileno()).st_nlink == 1
    except (AttributeError, OSError):  # a system without leases
        return False
