"""The name of a machine among those of a lake: of one home, whose lock files keep the pace of hosts."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from warehouse.disk import make_folder


def machine_name(home: Path) -> str:
    """Made by the first run and then the home's for ever; 18 characters, of which 10 are random.

    Not made with the home: copies of a home that was only set up, as in an image of a disk, become different machines.
    It is in the folder of locks, which no backup has.
    """
    path = home / "locks" / "machine"
    if not path.exists():
        _name(path)
    return path.read_text()


def _name(path: Path) -> None:
    make_folder(path.parent)
    draft = path.with_name(f"machine-{secrets.token_hex(4)}.tmp")
    draft.write_text(f"{os.uname().nodename[:7]}/{secrets.token_hex(5)}")
    try:
        os.link(draft, path)  # fails where another process was first, and never shows half a name
    except FileExistsError:
        pass
    finally:
        draft.unlink()
