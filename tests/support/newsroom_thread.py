"""The newsroom in a thread, beside commands that run an event loop of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from kliping.newsroom import Newsroom


@contextmanager
def newsroom_in_a_thread() -> Iterator[Newsroom]:
    """The newsroom beside commands that run an event loop of their own."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def wait_for(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(60)

    site = Newsroom(visit=2)
    wait_for(site.__aenter__())
    try:
        yield site
    finally:
        wait_for(site.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()
