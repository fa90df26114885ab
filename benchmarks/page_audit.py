"""Every kind of page of `kliping web` over a home, in both languages, at three widths, light and dark: what axe-core finds, what sticks out, what is too long.

    python benchmarks/page_audit.py HOME [--pictures FOLDER]

The pages are those with the most rows: the longest article, the person who is quoted most. The exit code is 1 if there is anything to mend.
"""

from __future__ import annotations

import argparse
import re
import sys
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support.browser import Tab, chromium
from support.serving import started

from kliping.reading.explain import archived_fetches
from kliping.web.quote_address import quote_key
from warehouse.read.published import Reader

VIEWS = tuple(product(("light", "dark"), (390, 768, 1280)))
LANGUAGES = ("en", "id")
MOST_BYTES = 100_000
LISTS = "articles quotes figures mentions copies edits comparisons people organizations events topics places outlets questions watches"  # fmt: skip
LONGEST = {  # the key of the page with the most rows of its kind
    "/article/{}": "SELECT article_id FROM mart.quotes GROUP BY ALL ORDER BY count(*) DESC, article_id LIMIT 1",
    "/article/{}?edited": "SELECT article_id FROM mart.edits GROUP BY ALL ORDER BY count(*) DESC, article_id LIMIT 1",
    "/article/{}?copied": "SELECT cluster_id FROM mart.copies GROUP BY ALL ORDER BY count(*) DESC, cluster_id LIMIT 1",
    "/entity/{}": "SELECT speaker_entity_id FROM mart.quotes WHERE speaker_entity_id IS NOT NULL GROUP BY ALL ORDER BY count(*) DESC LIMIT 1",
    "/entity/{}?body": "SELECT entity_id FROM mart.organizations ORDER BY n_articles DESC, entity_id LIMIT 1",
    "/event/{}": "SELECT event_id FROM mart.events ORDER BY n_outlets DESC, n_articles DESC, event_id LIMIT 1",
    "/event/{}/figures": "SELECT event_id FROM mart.figure_comparisons GROUP BY ALL ORDER BY count(*) DESC, event_id LIMIT 1",
    "/topic/{}": "SELECT topic_id FROM mart.topics GROUP BY ALL ORDER BY count(*) DESC LIMIT 1",
    "/outlet/{}": "SELECT source_id FROM mart.articles GROUP BY ALL ORDER BY count(*) DESC LIMIT 1",
    "/questions/{}": "SELECT 'speakers'",
}
UTTERANCE = """SELECT article_id, text FROM mart.quotes WHERE speaker_entity_id IS NOT NULL AND article_id IN (
SELECT article_id FROM mart.copies UNION SELECT cluster_id FROM mart.copies) ORDER BY length(text) DESC, article_id LIMIT 1"""  # fmt: skip


def addresses(home: Path) -> list[str]:
    with Reader(home) as reader:
        found = {
            page: [value for row in reader.rows(query) for value in row.values()]
            for page, query in LONGEST.items()
        }
        edited = found["/article/{}?edited"] or found["/article/{}"]
        [record, *_] = archived_fetches(reader, edited[0])
        outlets = [row["source_id"] for row in reader.rows("SELECT source_id FROM mart.outlets ORDER BY source_id LIMIT 2")]  # fmt: skip
        quotes = [f"/utterance/{row['article_id']}/{quote_key(row['text'])}" for row in reader.rows(UTTERANCE)]  # fmt: skip
    pages = [page.format(key) for page, keys in found.items() for key in keys[:1]]
    compare = "&".join(f"source{n}={outlet}" for n, outlet in enumerate(outlets, 1))
    return [
        *("/", "/search?q=pekerja", f"/compare?{compare}&by=day", "/sql?q=FROM mart.articles LIMIT 5"),
        *(f"/{name}" for name in LISTS.split()),
        *pages,
        *quotes,
        f"/article/{edited[0]}/at/{record['fetch_id']}",
        "/article/none",
    ]  # fmt: skip


def audit(tab: Tab, path: str, pictures: Path | None) -> list[str]:
    """What is wrong with a page, each with the view in which it is."""
    size = len(tab.open(path))
    found = [f"{size:,} bytes"] if size > MOST_BYTES else []
    for scheme, width in VIEWS:
        tab.page.emulate_media(color_scheme=scheme)
        wrong = [*tab.overflow(width), *tab.violations()]
        found += [f"{scheme} {width}: {line}" for line in wrong]
        if pictures:
            name = re.sub(r"\W+", "-", path).strip("-") or "overview"
            tab.page.screenshot(path=pictures / f"{name}-{width}-{scheme}.png", full_page=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    paths = addresses(options.home.resolve())
    n_wrong = 0
    with started(options.home.resolve(), "web") as line, chromium() as browser:
        tab = Tab(browser, line.split()[0].rstrip("/"))
        for path, language in product(paths, LANGUAGES):
            address = f"{path}{'&' if '?' in path else '?'}lang={language}"
            for wrong in audit(tab, address, options.pictures):
                n_wrong += 1
                print(f"{address}: {wrong}")
    print(
        f"{len(paths) * len(LANGUAGES) * len(VIEWS)} renders of {len(paths)} pages: {n_wrong} to mend"
    )
    return n_wrong > 0


if __name__ == "__main__":
    sys.exit(main())
