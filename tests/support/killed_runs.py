"""Runs to be killed, for the tests of crashes."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
from pathlib import Path

from kliping.newsroom import Newsroom
from kliping.newsroom.pages import Answer
from support.runs import (
    ask,
)


async def kill(process: asyncio.subprocess.Process) -> bool:
    """SIGKILL; whether it came before the end."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.communicate()
    return process.returncode == -signal.SIGKILL


def leftovers(home: Path) -> list[str]:
    """Whatever is in a home beside its three stores, their locks, and the copy of the sources."""
    copies = {"kliping.duckdb", "kliping.duckdb.older"}
    files = {"archive", "warehouse.duckdb", "locks", "sources.json"} | copies
    return [path.name for path in home.iterdir() if path.name not in files] + [
        path.name for path in (home / "locks").iterdir() if re.match(r"run-|.*\.tmp$", path.name)
    ]


class Serial(Newsroom):
    """With an article of four pages, of which a second visit finds the first one edited."""

    ADDRESS = "/d-900001/laporan"

    def respond(self, host, method, target, headers):
        path, _, query = target.partition("?")
        if host != "kabar.test":
            return super().respond(host, method, target, headers)
        if path == "/feed/":
            changed = f"2026-11-2{self.visit}T05:00:00Z"
            entry = f"<entry><id>1</id><title>Laporan</title><link href='http://kabar.test{self.ADDRESS}'/><updated>{changed}</updated></entry>"
            return Answer(
                body=f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>".encode(),
                content_type="application/atom+xml",
            )
        if path != self.ADDRESS:
            return Answer(status=404)
        page = int(query.removeprefix("page=") or 1)
        more = (
            f"<a class='next' href='{self.ADDRESS}?page={page + 1}'>Lanjut</a>" if page < 4 else ""
        )
        n_passengers = "seratus" if self.visit > 1 and page == 1 else "dua ratus"
        text = f"Bagian {page}: kapal itu membawa {n_passengers} penumpang dari pelabuhan ke pulau di seberang pada hari ke-{page} pelayaran."
        body = f"<html><head><title>Laporan</title></head><body><h1>Laporan</h1><div class='isi'><p>{text}</p></div>{more}</body></html>"
        return Answer(body=body.encode())


SERIAL = """
name = "kabar"
title = "Kabar"
home = "http://kabar.test/"
language = "id"
timezone = "Asia/Jakarta"
[discover]
feeds = ["http://kabar.test/feed/"]
[fetch]
delay_seconds = 0.0
[[article]]
url = '/d-(?P<id>\\d+)/'
body = ".isi"
headline = "h1"
next_page = "a.next"
"""


PAGES = [
    f"http://kabar.test{Serial.ADDRESS}{query}" for query in ("", "?page=2", "?page=3", "?page=4")
]


def parts(home: Path) -> list[tuple]:
    return ask(
        home,
        "SELECT regexp_extract_all(body_text, 'Bagian \\d'), n_versions FROM mart.articles WHERE source_id = 'kabar'",
    )


WHOLE = [f"Bagian {n}" for n in (1, 2, 3, 4)]
