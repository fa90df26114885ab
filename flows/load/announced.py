"""Links that channels announced, and that the warehouse does not know yet since the rows of the channels wait for the loader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from parsers.article import Link
from parsers.kinds import LinkKind
from warehouse.write import frontier
from warehouse.write.database import Database
from warehouse.write.outcome import Announced, Outcome

Found = tuple[Announced, bool]  # and whether a listing announced it


class AnnouncedLinks:
    """Of one run; the links of a source are used by one thread at a time."""

    def __init__(self) -> None:
        self._by_source: dict[str, dict[str, list[Found]]] = {}  # and by address

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Those that are to be fetched."""
        for outcome in outcomes:
            for each in outcome.announced:
                if each.is_own and not each.skip:
                    links = self._by_source.setdefault(each.link.source_id, {})
                    found = (each, outcome.link.kind == LinkKind.INDEX)
                    links.setdefault(each.link.url, []).append(found)

    def new(self, store: Database, source_id: str) -> list[Link]:
        """One for each article, without those that are known, or were fetched."""
        links = self._by_source.get(source_id, {})
        if not links:
            return []
        fetched = set(store.waiting.urls()) if store.waiting else set()  # before they are loaded
        for url in fetched.union(frontier.known_urls(store, links)) & links.keys():
            del links[url]
        by_article: dict[str, Link] = {}
        for url in sorted(links, key=lambda url: ("?" in url, url)):
            by_article.setdefault(links[url][0][0].article_id, _best(links[url]))
        return list(by_article.values())


def _best(found: Sequence[Found]) -> Link:
    """As `frontier/announced_links.sql` chooses."""
    best, _ = min(found, key=_rank)
    modified = [each.link.modified_at for each, _ in found if each.link.modified_at]
    return replace(best.link, modified_at=max(modified, default=None))


def _rank(found: Found) -> tuple[bool, bool, bool, str]:
    link, is_listing = found[0].link, found[1]
    return link.published_at is None, is_listing, link.title is None, link.discovered_by
