"""The overview of the explorer, without a server."""

from __future__ import annotations

from pathlib import Path

from kliping.reading.labels import Language
from kliping.web.answer import render
from kliping.web.filters import read_filters
from kliping.web.page_request import PageRequest
from kliping.web.pages import overview


def overview_page(reader, language=Language.ENGLISH, **selection):
    filters = read_filters({name: str(value) for name, value in selection.items()}, language)
    request = PageRequest(reader=reader, home=Path(), filters=filters, path={})
    return render(overview(request), filters, "/")
