"""Pages for worker processes."""

from __future__ import annotations

from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from flows.http.limits import Budgets
from flows.load.outcome import Fetched
from flows.load.worker_pool import Workers
from parsers.article import Link, Response
from parsers.source import from_data
from support import hostile_pages
from support.builders import T0
from support.responses import new_article
from warehouse.archive.archive import Record, RecordLocation

SOURCES = {"kabar": from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})}


NESTED = hostile_pages.NESTED  # reads for half a minute


PLACE = RecordLocation(file="f.warc.gz", offset=0, length=1)


def fetched(n: int, body: bytes | None = None, kind: str = "page") -> Fetched:
    link = Link(url=f"http://kabar.test/berita/{n}/kabar-hari-ini", source_id="kabar", kind=kind)
    answer = Response(
        fetch_id=str(uuid5(NAMESPACE_URL, link.url)),
        requested_url=link.url,
        url=link.url,
        fetched_at=T0,
        status=200,
        body=body if body is not None else new_article("kabar", f"/{n}"),
    )
    return Fetched(
        link=link,
        run_id="run",
        records=(Record(link=link, response=answer, run_id="run", location=PLACE),),
    )


def workers(n_children: int = 1, **budgets) -> Workers:
    return Workers(SOURCES, Budgets(**budgets), n_children)


def pids(readers: Workers) -> list[int]:
    """The children that live."""
    return [child.pid for child in readers.processes.running]


def in_parts(n_asked: int, n_parts: int) -> Fetched:
    """An article of which so many pages were asked for."""
    first = fetched(1)
    following = [
        f"<a rel='next' href='?page={n + 1}'>Selanjutnya</a>" if n < n_parts else ""
        for n in range(1, n_asked + 1)
    ]
    records = [
        replace(
            first.records[0],
            link=replace(first.link, kind="part" if n > 1 else "page"),
            response=replace(
                first.response,
                url=(url := first.link.url + (f"?page={n}" if n > 1 else "")),
                requested_url=url,
                body=new_article("kabar", f"/1/{n}", tail=tail),
            ),
        )
        for n, tail in enumerate(following, 1)
    ]
    return replace(first, records=tuple(records))
