"""The loader: turns archived records into rows, with the archive, the warehouse, the sources and the worker processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from flows.load.chains import Chain
from flows.load.outcome import VERSIONS, Fetched
from flows.load.worker_pool import Workers
from parsers.kinds import LinkKind
from parsers.source import Source
from warehouse.archive.archive import Archive, Record
from warehouse.write import fetches
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Outcome
from warehouse.write.staging import StagedRows


class ChainParser(Protocol):
    """Other machines that parse, as `flows.load.dask_workers` asks them."""

    def set_repeated_lines(self, repeated: Mapping[str, frozenset[str]]) -> None: ...

    def parse(
        self, batches: Iterable[Sequence[Chain]], *, recovers: bool = False
    ) -> Iterator[tuple[Sequence[Chain], list[StagedRows | None]]]: ...


@dataclass(kw_only=True)
class Loader:
    sources: Mapping[str, Source]
    store: Database
    archive: Archive
    workers: Workers
    dask_workers: ChainParser | None = None  # for the archive as a whole

    def set_repeated_lines(self, repeated: Mapping[str, frozenset[str]]) -> None:
        """Set the boilerplate lines of each source, for everybody who parses."""
        self.workers.set_repeated_lines(repeated)
        if self.dask_workers:
            self.dask_workers.set_repeated_lines(repeated)

    def interpret(self, fetched: Iterable[Fetched]) -> list[Outcome]:
        """The outcome of each, in order, with rows in place of articles; nothing is stored."""
        return self.workers.stage(self.with_bodies(list(fetched), LinkKind.PART))

    def load(self, fetched: Iterable[Fetched]) -> list[Outcome]:
        """The outcome of each, in order, after storing their rows in the warehouse."""
        outcomes = self.interpret(fetched)
        if outcomes:
            self.store_outcomes(outcomes)
        return outcomes

    def store_outcomes(self, outcomes: Iterable[Outcome]) -> None:
        """Store their rows in one transaction."""
        load_outcomes(self.store, outcomes, self.sources, VERSIONS)

    def with_bodies(self, fetched: Sequence[Fetched], kind: str) -> Sequence[Fetched]:
        """Give unchanged responses of one kind the bodies that were archived before."""
        missing = [
            record.response.same_as
            for each in fetched
            for record in each.records
            if record.link.kind == kind and record.response.same_as
        ]
        if not missing:
            return fetched
        archived = self.archive.readable(fetches.record_locations(self.store, missing).values())
        bodies = {record.response.fetch_id: record.response.body for record in archived}

        def with_body(record: Record) -> Record:
            body = bodies.get(record.response.same_as or "") if record.link.kind == kind else None
            if not body:
                return record
            return replace(record, response=replace(record.response, body=body, status=200))

        return [replace(each, records=tuple(map(with_body, each.records))) for each in fetched]
