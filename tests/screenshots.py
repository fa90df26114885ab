"""The pictures of the docs, from the home of a demo: `python tests/screenshots.py HOME`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from support.browser import Tab, chromium
from support.serving import started

from kliping.reading.brief import brief
from warehouse.read.published import Reader

DOCS = Path(__file__).parents[1] / "docs"


def main(home: Path) -> None:
    with Reader(home) as reader:
        [edited] = reader.rows("SELECT article_id FROM mart.edits LIMIT 1")
        report = home / "report.html"
        report.write_text(brief(reader, since=date(2026, 10, 1)), encoding="utf-8")
    article = f"/article/{edited['article_id']}"
    with started(home, "web") as line, chromium() as browser:
        site = line.split()[0].rstrip("/")
        for name, address, width, height, scheme in (
            ("article", site + article, 1100, 1740, "light"),
            ("phone", site + article, 390, 1250, "dark"),
            ("report", report.as_uri(), 820, 1250, "light"),
        ):
            size = {"width": width, "height": height}
            tab = Tab(browser, viewport=size, color_scheme=scheme)
            tab.open(address)
            tab.page.screenshot(path=DOCS / f"{name}.png")
            tab.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
