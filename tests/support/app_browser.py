"""Asks an ASGI application for pages."""

import asyncio
from dataclasses import replace

import httpx

from kliping.web.application import make_app
from kliping.web.sql_page import LIMITS
from warehouse.archive.archive import Archive
from warehouse.read.shared_copy import Patience

PATIENT = Patience(seconds=600, wait_seconds=600)  # no test depends on the speed of the machine


def site_of(home, **options):
    """The explorer over a home."""
    sql_limits = replace(LIMITS, seconds=600, wait_seconds=600)
    options = {"patience": PATIENT, "sql_limits": sql_limits, **options}
    return make_app(home, Archive(home / "archive"), **options)


class Browser:
    """Asks an application without a socket between."""

    def __init__(self, app, host="localhost"):
        self._app, self._host = app, host

    def get(self, path, **options):
        return asyncio.run(self._get(path, options))

    async def _get(self, path, options):
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{self._host}") as client:  # fmt: skip
            return await client.get(path, **options)
