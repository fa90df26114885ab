"""Chains: records of the archive that are read together, those of an article or of a link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from warehouse.archive.archive import RecordLocation

Chain = Sequence[RecordLocation]


def group_chains(chains: Iterable[Chain], most: int) -> Iterator[list[Chain]]:
    """Chains of about so many records together; none is divided."""
    group: list[Chain] = []
    n_records = 0
    for each in chains:
        if group and n_records + len(each) > most:
            yield group
            group, n_records = [], 0
        group.append(each)
        n_records += len(each)
    if group:
        yield group
