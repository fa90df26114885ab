"""WARC files, whole and damaged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from flows.http.limits import Budgets
from flows.load.foreign_warc import ForeignReader, Skipped
from parsers.article import Response
from support.warc_bytes import (
    ALL,
    gz,
)

NOW = datetime(2026, 11, 26, tzinfo=UTC)


EVERY = [1, 2, 3, 4, 5, 6]


REST = [1, 3, 4, 5, 6]  # without the second, which is the bad one


MEMBERS = [gz(each) for each in ALL]


BEFORE, AFTER = b"".join(MEMBERS[:2]), b"".join(MEMBERS[3:])


SECOND = len(BEFORE)  # where its member begins


@dataclass
class Found:
    responses: list[Response] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def pages(self) -> list[int]:
        return [int(r.url.rpartition("/")[2]) for r in self.responses]

    @property
    def faults(self) -> str:
        return "; ".join(s.reason for s in self.skipped if s.is_fault)

    @property
    def others(self) -> str:
        return "; ".join(s.reason for s in self.skipped if not s.is_fault)


def read(folder: Path, content: bytes, budgets: Budgets | None = None) -> Found:
    path, seen = folder / "berkas.warc", Found()
    path.write_bytes(content)

    def refuse(url: str) -> str | None:
        return None if url.startswith("http://kabar.test/baca/") else "not of kabar"

    reader = ForeignReader(
        budgets=budgets or Budgets(), now=NOW, refuse=refuse, skip=seen.skipped.append
    )
    with path.open("rb") as file:
        seen.responses += reader.responses(file)
    return seen
