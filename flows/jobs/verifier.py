"""The checks of one source on its live site, within a few polite requests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from flows.http.errors import FetchFailed
from flows.jobs.site_reader import POSTS, Channel, SiteReader, fault_text
from parsers.article import Article, Link, Response
from parsers.discovery.ordering import expand_index, newest_first
from parsers.kinds import LinkKind, Reason
from parsers.probe.rule_checks import (
    CheckState,
    RuleCheck,
    Sample,
    author_check,
    instant_check,
    selector_checks,
)
from parsers.probe.site_profile import SiteProfile, read_site_profile
from parsers.probe.source_patch import (
    AddressProposal,
    Findings,
    propose_address,
    rule_of,
    without_addresses,
    without_rules,
)
from parsers.source import Source
from parsers.text.urls import identity_key
from warehouse.write.outcome import Outcome

MOST_REQUESTS = 15
RESERVED = 4  # requests for articles
MOST_SAMPLES = 3
STALE = timedelta(days=60)  # a channel with nothing newer is dead
MOST_REFUSED = 0.05  # share of article-like links that no rule may find
LEAST_UNMATCHED = 2  # articles that a pattern is proposed from
# Why a channel will never work again; other faults may pass.
DEAD = frozenset({Reason.NOT_FOUND, Reason.NOT_ARTICLE, Reason.PARSE_ERROR})
EMPTY = frozenset({Reason.NO_CONTENT, Reason.EMPTY})  # a sitemap or listing may be so for a day


GENERIC, SELECTORS = "{}.generic", "{}.selectors"  # names of an outlet's readers


def readers(source: Source) -> list[Source]:
    """The outlet as the worker processes know it: whole, without rules, with selectors only."""
    generic = without_rules(source, GENERIC.format(source.name))
    return [source, generic, without_addresses(source, SELECTORS.format(source.name))]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """An article page as both readers see it."""

    link: Link
    fetched_at: datetime
    by_rule: Outcome
    generic: Outcome
    is_matched: bool  # a rule finds its address

    @property
    def article(self) -> Article | None:
        return self.by_rule.article or self.generic.article


class Verifier:
    """The checks of one source; `checks` grows as they are made."""

    def __init__(self, site: SiteReader) -> None:
        self.site, self.source = site, site.source
        self.checks: list[RuleCheck] = []
        self.profile = SiteProfile()
        self._by_template: dict[str, tuple[str, Channel]] = {}  # as in the file -> key, result
        self._new_feeds: list[str] = []
        self._address: AddressProposal | None = None
        self._verified: set[str] = set()

    async def run(self) -> None:
        if not await self._check_robots():
            return
        await self._check_channels()
        links, unmatched = self._links()
        pages = await self._read_pages(links, unmatched)
        self._check_addresses(links, unmatched, pages)
        self._check_pages(pages)

    def findings(self) -> Findings:
        broken = [c for c in self.checks if c.what == "selector" and c.state is CheckState.BROKEN]
        empty = tuple(c.key for c in broken if c.note.startswith("matches nothing"))
        return Findings(
            verified=tuple(sorted(self._verified)),
            unverified=empty,
            refuted=tuple(c.key for c in broken if c.key not in empty),
            dead_channels=tuple(url for url, (_, c) in self._by_template.items() if self._dead(c)),
            new_feeds=tuple(self._new_feeds),
            address=self._address,
        )

    def _add(self, what: str, state: CheckState, key: str = "", note: str = "") -> None:
        self.checks.append(RuleCheck(what=what, state=state, key=key, note=note))

    async def _check_robots(self) -> bool:
        """Whether the outlet can be reached."""
        link = Link(url=self.source.home, source_id=self.source.name)
        try:
            self._sitemaps, _ = await self.site.fetcher.sitemaps(
                link, delay_seconds=self.site.delay_seconds
            )
        except FetchFailed as failed:
            self._sitemaps = ()
            self._add("robots", CheckState.BROKEN, self.source.home, fault_text(failed))
            return self.site.transport.n_answers > 0
        self._add("robots", CheckState.OK, self.source.home)
        return True

    async def _check_channels(self) -> None:
        for key, kind, template, url in self._channels():
            if self.site.transport.n_requests > MOST_REQUESTS - RESERVED:
                note = f"not asked: {MOST_REQUESTS} requests are the limit"
                self._add("channel", CheckState.UNCHECKED, template, note)
                continue
            channel = await self._read_channel(url, kind)
            self._by_template[template] = key, channel
            state, note = self._channel_state(channel)
            self._add("channel", state, template, note)
        for key in {key for key, _ in self._by_template.values()}:
            channels = [c for k, c in self._by_template.values() if k == key]
            alive = [c for c in channels if not self._dead(c)]
            if alive and all(self._channel_state(c)[0] is CheckState.OK for c in alive):
                self._verified.add(key)
        if not self._announcing():
            await self._find_other_channels()

    def _channels(self) -> Iterable[tuple[str, LinkKind, str, str]]:
        """(key, kind, as the file writes it, address) of the file's channels."""
        discover, today = self.source.discover, datetime.now(self.source.zone).date()
        yield from (("discover.feeds", LinkKind.FEED, u, u) for u in discover.feeds)
        yield from (("discover.sitemaps", LinkKind.SITEMAP, u, u) for u in discover.sitemaps)
        for template in discover.index:
            url = expand_index(template, 1, today)
            yield "discover.index", LinkKind.INDEX, template, url
        if url := discover.wordpress or "":
            yield "discover.wordpress", LinkKind.WORDPRESS, url, url + POSTS

    async def _read_channel(self, url: str, kind: LinkKind) -> Channel:
        """A channel; of a sitemap index also the sitemap that changed last."""
        children = await self.site.channel(url, kind)
        channel = self.site.channels[-1]
        if children and self.site.transport.n_requests <= MOST_REQUESTS - RESERVED:
            await self.site.channel(newest_first(children)[0].url, kind, is_child=True)
        return channel

    def _channel_state(self, channel: Channel) -> tuple[CheckState, str]:
        if channel.fault:
            is_ours = channel.reason is Reason.RATE_LIMITED and "the limit of" in channel.fault
            return (CheckState.UNCHECKED if is_ours else CheckState.BROKEN), channel.fault
        if self._dead(channel) and channel.newest_at:
            return CheckState.BROKEN, f"nothing newer than {channel.newest_at:%Y-%m-%d}"
        return CheckState.OK, f"{channel.n_links} links"

    def _dead(self, channel: Channel) -> bool:
        if channel.fault:
            is_empty = channel.kind == LinkKind.FEED and channel.reason in EMPTY
            return channel.reason in DEAD or is_empty
        return bool(channel.newest_at and datetime.now(UTC) - channel.newest_at > STALE)

    async def _find_other_channels(self) -> None:
        """The feeds that the front page names, the sitemaps of robots.txt, else the front page's links."""
        response = await self.site.get(self.source.home, LinkKind.INDEX)
        if isinstance(response, Response):
            self.profile = read_site_profile(response)
        in_use = {*self.source.discover.feeds, *(c.url for c in self.site.channels)}
        for url in [feed for feed in self.profile.feeds if feed not in in_use][:2]:
            await self.site.channel(url, LinkKind.FEED)
            if self.source.owns(url) and not self.site.channels[-1].fault:
                self._new_feeds.append(url)
        if self._new_feeds:
            return
        for url in [url for url in self._sitemaps if url not in in_use][:1]:
            await self._read_channel(url, LinkKind.SITEMAP)
        if not self._announcing():
            await self.site.channel(self.source.home, LinkKind.INDEX)

    def _announcing(self) -> list[Channel]:
        """The channels that announce articles and are not dead."""
        return [c for c in self.site.channels if (c.links or c.unmatched) and not self._dead(c)]

    def _links(self) -> tuple[list[Link], list[Link]]:
        """The announced articles that a rule finds, and those that look like articles; newest first."""
        channels = self._announcing()
        unmatched = {identity_key(x.url): x for c in channels for x in c.unmatched}
        links = {identity_key(x.url): x for c in channels for x in c.links}
        matched = [link for key, link in links.items() if key not in unmatched]
        return newest_first(matched), newest_first(unmatched.values())

    async def _read_pages(self, links: list[Link], unmatched: list[Link]) -> list[ReadPage]:
        """Three recent articles; two of them without a rule if many have none."""
        n_unmatched = min(len(unmatched), LEAST_UNMATCHED) if self._refuses(links, unmatched) else 0
        n_unmatched = max(n_unmatched, min(len(unmatched), MOST_SAMPLES - len(links)))
        chosen = [*((x, False) for x in unmatched[:n_unmatched])]
        chosen += [(x, True) for x in links[: MOST_SAMPLES - n_unmatched]]
        pages = []
        for link, is_matched in chosen:
            response = await self.site.get(link.url, LinkKind.PAGE)
            if isinstance(response, FetchFailed):
                self._add("article", CheckState.BROKEN, link.url, fault_text(response))
                continue
            page = ReadPage(
                link=link,
                fetched_at=response.fetched_at,
                by_rule=await self._read(link, response, SELECTORS),
                generic=await self._read(link, response, GENERIC),
                is_matched=is_matched,
            )
            note = "" if page.article else f"{page.generic.reason}: {page.generic.detail}"
            state = CheckState.OK if page.article else CheckState.BROKEN
            self._add("article", state, link.url, note)
            pages.append(page)
        return pages

    async def _read(self, link: Link, response: Response, reader: str) -> Outcome:
        named = replace(link, source_id=reader.format(self.source.name))
        return await self.site.read(named, response)

    def _refuses(self, links: list[Link], unmatched: list[Link]) -> bool:
        return len(unmatched) > MOST_REFUSED * (len(links) + len(unmatched))

    def _check_addresses(
        self, links: list[Link], unmatched: list[Link], pages: list[ReadPage]
    ) -> None:
        if not self.source.has_address_rule:
            return
        n_all = len(links) + len(unmatched)
        if not n_all:
            self._add("address", CheckState.UNCHECKED, note="no link was announced")
            return
        note = f"{round(100 * len(unmatched) / n_all)} % of {n_all} article-like links do not fit"
        if not self._refuses(links, unmatched):
            self._add("address", CheckState.OK, note=note if unmatched else "")
            if any(page.is_matched and page.article for page in pages):
                found = {rule_of(self.source, link.url) for link in links}
                self._verified |= {f"article[{n}].url" for n in found if n is not None}
            return
        # Only pages that are articles prove that the rule is wrong.
        proofs = [page.generic.article for page in pages if not page.is_matched]
        if len(proofs) >= LEAST_UNMATCHED and all(proofs):
            listings = [self.source.home, *self.profile.listings]
            listings += [channel.url for channel in self.site.channels]
            self._address = propose_address(self.source, links, unmatched, listings)
            self._add("address", CheckState.BROKEN, note=note)
        else:
            self._add("address", CheckState.DOUBTFUL, note=f"{note}, and may be no articles")

    def _check_pages(self, pages: list[ReadPage]) -> None:
        rule = self.source.rule(datetime.now(UTC).date())
        samples = [
            Sample(by_rule, generic, page.link.published_at, page.fetched_at)
            for page in pages
            if (by_rule := page.by_rule.article) and (generic := page.generic.article)
        ]
        if rule in self.source.article:
            n = self.source.article.index(rule)
            checks = list(selector_checks(rule, n, samples))
            self.checks += checks
            self._verified |= {check.key for check in checks if check.state is CheckState.OK}
        instants = [
            (article, page.link.published_at, page.fetched_at)
            for page in pages
            if (article := page.article)
        ]
        self.checks.append(author_check([article for article, *_ in instants]))
        self.checks.append(instant_check(instants))
