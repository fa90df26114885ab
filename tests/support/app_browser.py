"""Asks an ASGI application for pages."""

import asyncio

import httpx

from kliping.web.application import make_app
from warehouse.archive.archive import Archive


def site_of(home, **options):
    """The explorer over a home."""
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
