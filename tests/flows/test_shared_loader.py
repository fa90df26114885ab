"""Sources share one loader: what waits is loaded together, and an error stays with the outcomes that caused it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from flows.load.load_queue import MANY_OUTCOMES, MAX_OUTCOMES, LoadQueue
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
    loader = LoadQueue(store)
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
    loader = LoadQueue(store)
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


async def bring(loader, outcomes, after=()):
    """A source that loads its outcomes when these events are set."""
    with loader.at_work():
        for event in after:
            await event.wait()
        await loader.load(outcomes)


@pytest.fixture
def store():
    store = Store()
    store.go.set()
    return store


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr("flows.load.load_queue.PATIENCE_SECONDS", 60)
    monkeypatch.setattr("flows.load.load_queue.PARSE_PATIENCE_SECONDS", 60)


async def test_a_load_waits_for_the_other_sources_at_work(store, patient):
    loader, later = LoadQueue(store), asyncio.Event()
    sources = bring(loader, [2], [later]), bring(loader, [1])
    tasks = [asyncio.create_task(source) for source in sources]
    await asyncio.sleep(0)
    later.set()

    await asyncio.wait_for(asyncio.gather(*tasks), 10)
    assert store.calls == [[1, 2]]


async def test_a_load_waits_for_no_source_that_has_ended(store, patient):
    loader, end = LoadQueue(store), asyncio.Event()

    async def end_later():
        with loader.at_work():
            await end.wait()

    tasks = [asyncio.create_task(work) for work in (end_later(), bring(loader, [1]))]
    await asyncio.sleep(0)
    end.set()

    await asyncio.wait_for(asyncio.gather(*tasks), 10)
    assert store.calls == [[1]]


async def test_a_load_waits_for_a_slow_source_a_moment_only(store, monkeypatch):
    monkeypatch.setattr("flows.load.load_queue.PATIENCE_SECONDS", 0.01)
    loader = LoadQueue(store)

    with loader.at_work():
        await asyncio.wait_for(bring(loader, [1]), 10)
    assert store.calls == [[1]]


async def test_a_load_waits_for_pages_that_are_being_parsed(store, monkeypatch):
    monkeypatch.setattr("flows.load.load_queue.PATIENCE_SECONDS", 0)
    loader, parsed = LoadQueue(store), asyncio.Event()

    async def parse_and_bring():
        with loader.at_work():
            with loader.parsing():
                await parsed.wait()
            await loader.load([2])

    with loader.at_work():
        tasks = [asyncio.create_task(work) for work in (parse_and_bring(), bring(loader, [1]))]
        await asyncio.sleep(0.01)
        parsed.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 10)
    assert store.calls == [[1, 2]]


async def test_a_load_does_not_wait_without_end_for_pages_that_are_being_parsed(store, monkeypatch):
    monkeypatch.setattr("flows.load.load_queue.PARSE_PATIENCE_SECONDS", 0.01)
    loader = LoadQueue(store)

    with loader.at_work(), loader.parsing():
        await asyncio.wait_for(bring(loader, [1]), 10)
    assert store.calls == [[1]]


async def test_many_outcomes_are_loaded_without_waiting_for_more(store, patient):
    loader, many = LoadQueue(store), list(range(MANY_OUTCOMES))

    with loader.at_work():
        await asyncio.wait_for(bring(loader, many), 10)
    assert store.calls == [many]
