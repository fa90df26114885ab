"""ReplayWeb.page shows a packed page. It is no dependency: `npm pack replaywebpage`, and name the unpacked folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from support.browser import Tab, chromium, needs_browser
from support.command_line import kliping

from warehouse.read.published import Reader

PACKAGE = os.environ.get("KLIPING_TEST_REPLAY")
PLAYER = '<!doctype html><script src="/replay/ui.js"></script><replay-web-page source="/bukti.wacz" url="{url}" replayBase="/replay/"></replay-web-page>'
LARGEST = "SELECT event_id FROM mart.events ORDER BY n_articles DESC, event_id LIMIT 1"
PAGES = "SELECT url, headline FROM mart.event_articles WHERE event_id = $event_id ORDER BY url"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("demo_home"),
    pytest.mark.skipif(not PACKAGE, reason="KLIPING_TEST_REPLAY names no folder"),
    needs_browser,
]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_browser_shows_every_packed_page_of_an_event(demo_home, tmp_path):
    with Reader(demo_home) as reader:
        [event] = reader.rows(LARGEST)
        pages = reader.rows(PAGES, event)
    file = tmp_path / "bukti.wacz"
    done = kliping(demo_home, "evidence", event["event_id"], "--event", "--output", str(file))
    assert done.returncode == 0, done.stderr
    shutil.copytree(PACKAGE, tmp_path / "replay")

    with serving(tmp_path) as address, chromium() as browser:
        for page in pages:
            (tmp_path / "index.html").write_text(PLAYER.format(url=page["url"]), "utf-8")
            tab = Tab(browser, address)
            tab.open("/")
            frame = tab.page.frame_locator("replay-web-page iframe").frame_locator("iframe")
            frame.get_by_text(page["headline"]).first.wait_for(timeout=60_000)
            tab.close()
            assert not [each for each in tab.requests if not each.startswith((address, "blob:"))]
