"""What an import does not take: counted by file and reason, with the first places and values of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from flows.jobs.stored_files import StoredFile, is_warc
from flows.load.foreign_warc import Skip, Skipped
from flows.runs.summary import name_list
from warehouse.queries import Row

# In a file that are named for one reason; a quotation mark left open can cost a million lines.
MOST_PLACES = 100
MOST_VALUES = 3
ImportFile = Path | StoredFile


@dataclass(slots=True)
class Fault:
    """What was not imported of a file for one reason: how many, and the first of them."""

    n: int = 0
    places: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)  # of the refused cells

    def add(self, skipped: Skipped) -> None:
        self.n += 1
        if len(self.places) < MOST_PLACES:
            self.places.append(skipped.where)
        if skipped.value and len(self.values) < MOST_VALUES and skipped.value not in self.values:
            self.values.append(skipped.value)


@dataclass(slots=True)
class Skips:
    """What was not imported, counted: faults by file and reason, the rest by reason."""

    faults: dict[tuple[str, str], Fault] = field(default_factory=dict)
    others: Counter[tuple[str, str]] = field(default_factory=Counter)

    def of(self, path: ImportFile) -> Skip:
        def skip(skipped: Skipped) -> None:
            if skipped.is_fault:
                self.faults.setdefault((str(path), skipped.reason), Fault()).add(skipped)
            else:
                what = "records in WARC files" if is_warc(path.name) else "rows"
                self.others[what, skipped.reason] += 1

        return skip

    def failures(self) -> list[Row]:
        return [
            {
                "source_id": path,
                "kind": "import",
                "reason": reason,
                "n": fault.n,
                "example": name_list(fault.places, n=fault.n),
                "detail": ", ".join(map(repr, fault.values)) or None,
                "places": fault.places,
            }
            for (path, reason), fault in self.faults.items()
        ]

    def notes(self) -> list[str]:
        skipped = sorted(self.others.items())
        return [f"{n} {what} skipped: {why}" for (what, why), n in skipped]
