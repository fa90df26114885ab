"""Sources share one loader: what waits is loaded together, and an error stays with the outcomes that caused it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from flows.load.shared_loader import MAX_OUTCOMES, SharedLoader
from warehouse.write.database import DatabaseBusy


class Store:
    """Numbers stand for outcomes. The first call waits until `go` is set; `bad` numbers are refused."""

    def __init__(self, bad=(), error=RuntimeError):
        self.calls, self.go, self.bad, self.error = [], threading.Event(), set(bad), error

    def __call__(self, outcomes):
        self.calls.append(outcomes)
        assert self.go.wait(10)
        if self.bad & set(outcomes):
            raise self.error("refused")


async def load_all(store, *batches):
    """Load the first batch, and all others while it is being loaded; returns what each raised."""
    loader = SharedLoader(store)
    tasks = [asyncio.create_task(loader.load(batches[0]))]
    while not store.calls:
        await asyncio.sleep(0)
    tasks += [asyncio.create_task(loader.load(batch)) for batch in batches[1:]]
    await asyncio.sleep(0)
    store.go.set()
    return [
        type(error) if error else None
        for error in await asyncio.gather(*tasks, return_exceptions=True)
    ]


async def test_what_comes_during_a_load_is_loaded_together():
    store = Store()

    assert await load_all(store, [1], [2, 3], [4], [5]) == [None] * 4
    assert store.calls == [[1], [2, 3, 4, 5]]


async def test_a_load_has_a_limit_and_a_larger_batch_is_loaded_alone():
    store, large = Store(), list(range(MAX_OUTCOMES + 1))

    assert await load_all(store, [1], [2], large, [3]) == [None] * 4
    assert store.calls == [[1], [2], large, [3]]


async def test_an_error_is_raised_only_where_its_outcomes_came_from():
    store = Store(bad=[3])

    assert await load_all(store, [1], [2], [3], [4]) == [None, None, RuntimeError, None]
    assert store.calls == [[1], [2, 3, 4], [2], [3], [4]]


async def test_an_error_of_the_machine_is_raised_everywhere_at_once():
    store = Store(bad=[3], error=DatabaseBusy)

    assert await load_all(store, [1], [2], [3]) == [None, DatabaseBusy, DatabaseBusy]
    assert store.calls == [[1], [2, 3]]


async def test_after_a_cancelled_load_nobody_waits():
    store = Store()
    loader = SharedLoader(store)
    first = asyncio.create_task(loader.load([1]))
    while not store.calls:
        await asyncio.sleep(0)
    second = asyncio.create_task(loader.load([2]))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    store.go.set()

    await asyncio.wait_for(second, 10)
    assert store.calls == [[1], [2]]
