"""The checks of one source on its live site, within a few polite requests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flows.http.errors import FetchFailed
from flows.http.limits import FetchSettings
from flows.jobs.site_reader import POSTS, Channel, SiteReader, fault_text
from flows.load.worker_pool import Workers
from parsers.article import Link, Response
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
from parsers.probe.source_proposal import propose_address
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
    """The outlet as the worker processes know it: whole, without rules, with selectors that read any page."""
    generic: dict[str, object] = {"article": [], "unverified": [], "verified": {}}
    rules = [rule.model_copy(update={"url": None, "examples": []}) for rule in source.article]
    return [
        source,
        source.model_copy(update={"name": GENERIC.format(source.name), **generic}),
        source.model_copy(update={"name": SELECTORS.format(source.name), "article": rules}),
    ]


class Verifier(SiteReader):
    """The checks of one source; `checks` grows as they are made."""

    def __init__(
        self,
        settings: FetchSettings,
        source: Source,
        workers: Workers,
        delay_seconds: float | None,
    ) -> None:
        super().__init__(settings, source, MOST_REQUESTS, delay_seconds)
        self.workers = workers
        self.checks: list[RuleCheck] = []
        self.profile = SiteProfile()
        self.sitemaps: tuple[str, ...] = ()  # of robots.txt

    async def run(self) -> None:
        if not await self._check_robots():
            return
        await self._check_channels()
        links, unmatched = self._links()
        samples = await self._read_samples(links, unmatched)
        self._check_addresses(links, unmatched, samples)
        self._check_fields(samples)

    def _add(self, what: str, state: CheckState, **texts: str) -> None:
        self.checks.append(RuleCheck(what=what, state=state, **texts))

    async def _check_robots(self) -> bool:
        """Whether the outlet can be reached."""
        url = self.source.home
        try:
            self.sitemaps = (await self.read_robots()).sitemaps
        except FetchFailed as failed:
            self._add("robots", CheckState.BROKEN, url=url, note=fault_text(failed))
            return self.transport.n_answers > 0
        self._add("robots", CheckState.OK, url=url)
        return True

    async def _check_channels(self) -> None:
        for key, kind, template, url in self._channels():
            if self.transport.n_left < RESERVED:
                note = f"not asked: {MOST_REQUESTS} requests are the limit"
                self._add("channel", CheckState.UNCHECKED, key=key, url=template, note=note)
                continue
            channel = await self._read_channel(url, kind)
            state, note = _channel_state(channel)
            change = f"remove it from {key}" if _is_dead(channel) else ""
            self._add("channel", state, key=key, url=template, note=note, change=change)
        if not self._announcing():
            await self._find_other_channels()

    def _channels(self) -> Iterator[tuple[str, LinkKind, str, str]]:
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
        children = await self.channel(url, kind)
        channel = self.channels[-1]
        if children and self.transport.n_left >= RESERVED:
            await self.channel(newest_first(children)[0].url, kind, is_child=True)
        return channel

    async def _find_other_channels(self) -> None:
        """The feeds that the front page names, the sitemaps of robots.txt, else the front page's links."""
        response = await self.get(self.source.home, LinkKind.INDEX)
        if isinstance(response, Response):
            self.profile = read_site_profile(response)
        in_use = {*self.source.discover.feeds, *(c.url for c in self.channels)}
        has_new_feed = False
        for url in [feed for feed in self.profile.feeds if feed not in in_use][:2]:
            await self.channel(url, LinkKind.FEED)
            if self.source.owns(url) and not self.channels[-1].fault:
                has_new_feed = True
                key, note = "discover.feeds", "the front page names it"
                change = f"add it to {key}"
                self._add("feed", CheckState.DOUBTFUL, key=key, url=url, note=note, change=change)
        if has_new_feed:
            return
        for url in [url for url in self.sitemaps if url not in in_use][:1]:
            await self._read_channel(url, LinkKind.SITEMAP)
        if not self._announcing():
            await self.channel(self.source.home, LinkKind.INDEX)

    def _announcing(self) -> list[Channel]:
        """The channels that announce articles and are not dead."""
        return [c for c in self.channels if (c.links or c.unmatched) and not _is_dead(c)]

    def _links(self) -> tuple[list[Link], list[Link]]:
        """The announced articles that a rule finds, and those that look like articles; newest first."""
        channels = self._announcing()
        unmatched = {identity_key(x.url): x for c in channels for x in c.unmatched}
        links = {identity_key(x.url): x for c in channels for x in c.links}
        matched = [link for key, link in links.items() if key not in unmatched]
        return newest_first(matched), newest_first(unmatched.values())

    async def _read_samples(self, links: list[Link], unmatched: list[Link]) -> list[Sample]:
        """Three recent articles; two of them without a rule if many have none."""
        n_unmatched = min(len(unmatched), LEAST_UNMATCHED) if _refuses(links, unmatched) else 0
        n_unmatched = max(n_unmatched, min(len(unmatched), MOST_SAMPLES - len(links)))
        samples = []
        for link in [*unmatched[:n_unmatched], *links[: MOST_SAMPLES - n_unmatched]]:
            response = await self.get(link.url, LinkKind.PAGE)
            if isinstance(response, FetchFailed):
                self._add("article", CheckState.BROKEN, url=link.url, note=fault_text(response))
                continue
            generic = await self._read(link, response, GENERIC)
            sample = Sample(
                link=link,
                fetched_at=response.fetched_at,
                by_rule=(await self._read(link, response, SELECTORS)).article,
                generic=generic.article,
                is_matched=link in links,
            )
            note = "" if sample.article else f"{generic.reason}: {generic.detail}"
            state = CheckState.OK if sample.article else CheckState.BROKEN
            self._add("article", state, url=link.url, note=note)
            samples.append(sample)
        return samples

    async def _read(self, link: Link, response: Response, reader: str) -> Outcome:
        named = replace(link, source_id=reader.format(self.source.name))
        return await self.read(named, response)

    def _check_addresses(
        self, links: list[Link], unmatched: list[Link], samples: Sequence[Sample]
    ) -> None:
        if not self.source.has_address_rule:
            return
        n_all = len(links) + len(unmatched)
        if not n_all:
            self._add("address", CheckState.UNCHECKED, note="no link was announced")
            return
        share = f"{round(100 * len(unmatched) / n_all)} % of {n_all} article-like links do not fit"
        note = f"{share}, such as {unmatched[0].url}" if unmatched else ""
        if not _refuses(links, unmatched):
            is_proven = any(sample.is_matched and sample.article for sample in samples)
            for key in self._address_keys(links if is_proven else ()) or {""}:
                self._add("address", CheckState.OK, key=key, note=note)
            return
        # Only pages that are articles prove that the rule is wrong.
        proofs = [sample.generic for sample in samples if not sample.is_matched]
        if len(proofs) >= LEAST_UNMATCHED and all(proofs):
            listings = [self.source.home, *self.profile.listings]
            listings += [channel.url for channel in self.channels]
            change = propose_address(self.source, links, unmatched, listings)
            change = change or "write a pattern for them in `article`"
            self._add("address", CheckState.BROKEN, note=note, change=change)
        else:
            self._add("address", CheckState.DOUBTFUL, note=f"{note}, and may be no articles")

    def _address_keys(self, links: Sequence[Link]) -> set[str]:
        """Of the patterns that find the links; each counts for the first one."""
        patterns = [(f"article[{n}].url", r.url) for n, r in enumerate(self.source.article)]
        found = (
            next((key for key, url in patterns if url and re.search(url, link.url)), "")
            for link in links
        )
        return {*found} - {""}

    def _check_fields(self, samples: Sequence[Sample]) -> None:
        rule = self.source.rule(datetime.now(UTC).date())
        if rule in self.source.article:
            self.checks += selector_checks(rule, self.source.article.index(rule), samples)
        articles = [sample.article for sample in samples if sample.article]
        self.checks += [author_check(articles), instant_check(samples)]


def _channel_state(channel: Channel) -> tuple[CheckState, str]:
    if channel.fault:
        is_ours = channel.reason is Reason.RATE_LIMITED and "the limit of" in channel.fault
        return (CheckState.UNCHECKED if is_ours else CheckState.BROKEN), channel.fault
    if _is_dead(channel):
        return CheckState.BROKEN, f"nothing newer than {channel.newest_at:%Y-%m-%d}"
    return CheckState.OK, f"{channel.n_links} links"


def _is_dead(channel: Channel) -> bool:
    if channel.fault:
        is_empty = channel.kind == LinkKind.FEED and channel.reason in EMPTY
        return channel.reason in DEAD or is_empty
    return bool(channel.newest_at and datetime.now(UTC) - channel.newest_at > STALE)


def _refuses(links: Sequence[Link], unmatched: Sequence[Link]) -> bool:
    return len(unmatched) > MOST_REFUSED * (len(links) + len(unmatched))
