"""The queue of what all sources of a run bring to load: outcomes of one moment are loaded together, since each load has a fixed cost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from flows.load.isolation import ends_the_run
from warehouse.write.outcome import Outcome

MAX_OUTCOMES = 2000  # in one load: their rows are in memory
MANY_OUTCOMES = 500  # are worth a load: more make it little cheaper for each
PATIENCE_SECONDS = 0.5  # for outcomes of other sources that fetch
PARSE_PATIENCE_SECONDS = 10  # for those of sources whose pages are being parsed


class _Batch:
    """The outcomes of one caller, and whether they are loaded."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = outcomes
        self.loaded: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class LoadQueue:
    """`await queue.load(outcomes)` returns when their rows are stored. `store` blocks, and runs in a thread."""

    def __init__(self, store: Callable[[list[Outcome]], None]) -> None:
        self._store = store
        self._waiting: list[_Batch] = []
        self._is_loading = asyncio.Lock()
        self._has_changed = asyncio.Event()
        self._n_at_work = self._n_parsing = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """In the block a source may bring outcomes; a load does not wait for more when all such sources wait for it."""
        self._n_at_work += 1
        try:
            yield
        finally:
            self._n_at_work -= 1
            self._has_changed.set()

    @contextmanager
    def parsing(self) -> Iterator[None]:
        """In the block outcomes are made, for which a load waits longer: worker processes parse the pages of one source after the other."""
        self._n_parsing += 1
        try:
            yield
        finally:
            self._n_parsing -= 1
            self._has_changed.set()

    async def load(self, outcomes: Sequence[Outcome]) -> None:
        """Raises what `store` raised for these outcomes, or for the whole run; not what others' outcomes caused."""
        batch = _Batch(outcomes)
        self._waiting.append(batch)
        self._has_changed.set()
        async with self._is_loading:
            if not batch.loaded.done():
                await self._wait_for_others()
                await self._load_next()
        await batch.loaded

    async def _wait_for_others(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(PARSE_PATIENCE_SECONDS):
                while not self._is_due():
                    self._has_changed.clear()
                    async with asyncio.timeout(None if self._n_parsing else PATIENCE_SECONDS):
                        await self._has_changed.wait()

    def _is_due(self) -> bool:
        n = sum(len(batch.outcomes) for batch in self._waiting)
        return len(self._waiting) >= self._n_at_work or n >= MANY_OUTCOMES

    async def _load_next(self) -> None:
        """Load the batches that wait, the first in any case, up to MAX_OUTCOMES."""
        n, batches = 0, list[_Batch]()
        while self._waiting and (not batches or n + len(self._waiting[0].outcomes) <= MAX_OUTCOMES):
            batches.append(self._waiting.pop(0))
            n += len(batches[-1].outcomes)
        try:
            await self._load(batches)
        finally:  # no caller waits for a cancelled load; the next run loads what is archived
            for batch in batches:
                batch.loaded.cancel()

    async def _load(self, batches: Sequence[_Batch]) -> None:
        try:
            await asyncio.to_thread(self._store, [o for batch in batches for o in batch.outcomes])
        except Exception as error:  # noqa: BLE001 - it is raised where the outcomes came from
            if len(batches) > 1 and not ends_the_run(error):
                for batch in batches:  # each alone: the error is that of one
                    await self._load([batch])
                return
            for batch in batches:
                batch.loaded.set_exception(error)
        else:
            for batch in batches:
                batch.loaded.set_result(None)
