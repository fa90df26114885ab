"""An object of object storage as a file that is read by range, so that its size is no matter."""

from __future__ import annotations

import io
import os
from typing import IO, Any, cast

from warehouse.storage import Object, Storage

BLOCK = 8 << 20  # bytes of a request
N_BLOCKS = 2  # kept: whoever steps back a little, behind a record, needs the one before


def open_object(storage: Storage, found: Object) -> IO[bytes]:
    """The file, as it was when it was found. Its methods raise FileNotFoundError, ObjectChanged, StorageUnavailable."""
    return cast("IO[bytes]", io.BufferedReader(_ObjectFile(storage, found)))


class _ObjectFile(io.RawIOBase):
    def __init__(self, storage: Storage, found: Object) -> None:
        self._storage, self._object = storage, found
        self._position = 0
        self._blocks: dict[int, bytes] = {}

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._object.size}
        self._position = start[whence] + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Up to the end of the block."""
        if self._position >= self._object.size:
            return 0
        n, first = divmod(self._position, BLOCK)
        piece = self._block(n)[first : first + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _block(self, n: int) -> bytes:
        if n not in self._blocks:
            start = n * BLOCK
            length = min(BLOCK, self._object.size - start)
            self._blocks[n] = self._storage.block(self._object, start, length)
            while len(self._blocks) > N_BLOCKS:
                del self._blocks[next(iter(self._blocks))]
        return self._blocks[n]
