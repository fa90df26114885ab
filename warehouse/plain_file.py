"""Files that a stranger may have made: only plain ones of bounded size are read."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MOST_BYTES = 10_000_000
LINK = "it is a link: put the file itself there"
NOT_PLAIN = "it is no plain file"
# a socket answers ENXIO
REFUSED = {errno.ELOOP: LINK, errno.ENXIO: NOT_PLAIN, errno.EISDIR: NOT_PLAIN}


class PlainFileError(ValueError):
    """The file is not read; the message has its path and the reason."""

    exit_code = 2


def read_plain(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """The content. Follows no link, and waits for no FIFO.

    Raises PlainFileError, and FileNotFoundError, NotADirectoryError or PermissionError as `open` does.
    """
    try:
        with open(path, "rb", opener=_open) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise PlainFileError(f"{path}: {NOT_PLAIN}")
            content = file.read(most_bytes + 1)
    except OSError as error:
        if error.errno not in REFUSED:
            raise
        raise PlainFileError(f"{path}: {REFUSED[error.errno]}") from None
    if len(content) > most_bytes:
        raise PlainFileError(f"{path}: it has more than {most_bytes:,} bytes")
    return content


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def read_plain_files(folder: Path, pattern: str, most_bytes: int = MOST_BYTES) -> dict[Path, bytes]:
    """The content of each file of the folder, by name; `most_bytes` are for all of them together. Raises as `read_plain`."""
    files: dict[Path, bytes] = {}
    for path in sorted(folder.glob(pattern)):
        files[path] = read_plain(path, most_bytes)
        most_bytes -= len(files[path])
    return files


def require_plain_folder(folder: Path) -> None:
    """Raises PlainFileError for a link."""
    if folder.is_symlink():
        raise PlainFileError(f"{folder}: {LINK}")
