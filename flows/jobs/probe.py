"""The probe: proposes a source file from one address of a site, with its channels, robots.txt, addresses and sample articles.

It uses the same fetcher and worker processes as a crawl, one request at a time. Nothing is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from flows.http.errors import FetchFailed
from flows.jobs.probe_report import ProbeReport, proposed_source, sample_row
from flows.jobs.site_reader import POSTS, RUN, SiteReader, fault_text, probe_settings
from flows.load.worker_pool import Workers
from flows.settings import Settings
from parsers.article import Link, Response
from parsers.consent import reservations
from parsers.discovery.ordering import newest_first
from parsers.kinds import LinkKind, Reason, State
from parsers.probe.site_profile import SiteProfile, read_site_profile
from parsers.probe.source_proposal import AddressPattern, cadence, propose_pattern
from parsers.source import from_data
from parsers.text.redaction import masked
from parsers.text.urls import canonicalise, identity_key, site
from warehouse.write.outcome import Outcome

MAX_REQUESTS, MAX_SAMPLES, MAX_OF_A_KIND = 20, 5, 3
DELAY_SECONDS = 1.0
COMMON_FEEDS = ("/feed", "/feed.xml", "/rss", "/rss.xml", "/atom.xml")
COMMON_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml")
NOT_ARTICLES = re.compile(
    r"categor|kategori|kanal|tag|topi[ck]|author|page|image|video", re.IGNORECASE
)  # in the names of sitemaps that list other pages


class ProbeError(Exception):
    """The probe failed; the message says why, with the secrets of addresses removed."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(masked(message))


class NoAddressError(ProbeError):
    """The argument is not a web address."""

    exit_code = 2


async def probe(
    settings: Settings,
    url: str,
    *,
    delay_seconds: float = DELAY_SECONDS,
    progress: Callable[[int, int], None] | None = None,
) -> ProbeReport:
    """Probe a site from its home page or an article. Raises ProbeError."""
    try:
        url = canonicalise(url if "://" in url else f"https://{url}")
    except ValueError as error:
        raise NoAddressError(str(error)) from error
    draft = from_data({"name": "probe", "title": "probe", "home": "http://probe/"})
    with probe_settings(settings) as fetching:
        prober = Probe(fetching, draft, MAX_REQUESTS, delay_seconds, progress)
        async with prober.fetcher:
            page = await prober.read_site(url)
            source = prober.source
            with Workers({source.name: source}, fetching.budgets, 1) as prober.workers:
                return await prober.report(page)


class Probe(SiteReader):
    """One probe of one site, whose source is a draft."""

    profile = SiteProfile()

    async def read_site(self, url: str) -> Response:
        """Fetch the page, and the home page if that is another; set the profile and the draft. Returns the page."""
        page = await self.get(url, LinkKind.INDEX)
        if isinstance(page, FetchFailed):
            private = (
                "; KLIPING_ALLOW_PRIVATE=ip:port,… names what may be asked though it is not public"
            )
            hint = private if page.reason is Reason.SSRF else ""
            raise ProbeError(f"{url} cannot be fetched: {fault_text(page)}{hint}")
        here = urlsplit(page.url)
        home = f"{here.scheme}://{here.netloc}/"
        front = page if here.path in {"", "/"} else await self.get(home, LinkKind.INDEX)
        self.profile = read_site_profile(page)
        if isinstance(front, Response):
            self.profile = read_site_profile(front).completed_by(self.profile)
        name = re.sub(r"[^a-z0-9.-]", "-", site(home).split(":")[0]).strip("-.")
        name = (name if name.replace(".", "").isdigit() else name.split(".")[0]) or "outlet"
        self.source = from_data(
            {
                "name": name,
                "title": self.profile.title or name,
                "home": home,
                "language": self.profile.language or "id",
            }
        )
        return page

    async def report(self, page: Response) -> ProbeReport:
        home = self.source.home
        try:
            rules, robots_txt, sitemaps = await self.read_robots()
        except FetchFailed as failed:
            raise ProbeError(f"{home}robots.txt cannot be fetched: {failed.detail}") from failed
        links = await self._links(sitemaps)
        urls_of_channels = (channel.url for channel in self.channels)
        second_pages = (f"{home}page/2/", f"{home}?page=2")
        pattern = propose_pattern(
            links, (home, *second_pages, *self.profile.listings, *urls_of_channels)
        )
        samples = await self._samples(page, links, pattern)
        reserved = [
            *reservations(replace(page, body=robots_txt.encode(), headers=()), LinkKind.ROBOTS),
            *reservations(page),
        ]
        return ProbeReport(
            source=proposed_source(
                draft=self.source,
                profile=self.profile,
                channels=self.channels,
                links=links,
                pattern=pattern,
                samples=samples,
                rules=rules,
            ),
            n_requests=self.transport.n_requests,
            channels=tuple(self.channels),
            cadence=cadence(links),
            robots=rules,
            reserved=tuple(dict.fromkeys(reserved)),
            pattern=pattern,
            samples=tuple(map(sample_row, samples)),
        )

    async def _links(self, sitemaps: Iterable[str]) -> list[Link]:
        """Fetch the channels, and the home page if they announce nothing; returns the announced links. Raises ProbeError."""
        await self._feeds()
        await self._sitemaps(sitemaps)
        if self.profile.wordpress:
            await self.channel(f"{self.profile.wordpress}{POSTS}", LinkKind.WORDPRESS)
        if links := self._announced():
            return links
        await self.channel(self.source.home, LinkKind.INDEX)
        if links := self._announced():
            return links
        tried = "".join(f"\n  {channel.url}: {channel.fault}" for channel in self.channels)
        raise ProbeError(f"nothing at {self.source.home} announces articles; tried:{tried}")

    async def _feeds(self) -> None:
        for url in self.profile.feeds[:MAX_OF_A_KIND]:
            await self.channel(url, LinkKind.FEED)
        for path in COMMON_FEEDS:
            if any(c.kind == LinkKind.FEED and not c.fault for c in self.channels):
                return
            if (url := self.source.home.rstrip("/") + path) not in self.profile.feeds:
                await self.channel(url, LinkKind.FEED)

    async def _sitemaps(self, urls: Iterable[str]) -> None:
        """Fetch the sitemaps of robots.txt, else the usual ones; and of their children the one that changed last."""
        usual = [self.source.home.rstrip("/") + path for path in COMMON_SITEMAPS]
        roots = list(dict.fromkeys(urls))[:MAX_OF_A_KIND] or usual
        children: list[Link] = []
        for url in roots if any("news" in url for url in roots) else [*roots, usual[-1]]:
            children += await self.channel(url, LinkKind.SITEMAP)
        fetched = {channel.url for channel in self.channels}
        if children := [child for child in children if child.url not in fetched]:
            likely = [c for c in children if not NOT_ARTICLES.search(urlsplit(c.url).path)]
            await self.channel(
                newest_first(likely or children)[0].url, LinkKind.SITEMAP, is_child=True
            )

    def _announced(self) -> list[Link]:
        """Each article once, the newest first. Feeds count before sitemaps, which may list other pages too."""
        kinds = (LinkKind.FEED, LinkKind.WORDPRESS, LinkKind.SITEMAP, LinkKind.INDEX)
        order = sorted(self.channels, key=lambda c: (c.is_child, kinds.index(c.kind)))
        links: dict[str, Link] = {}
        for link in (link for channel in order for link in channel.links):
            links.setdefault(identity_key(link.url), link)
        return newest_first(links.values())

    async def _samples(
        self, page: Response, links: list[Link], pattern: AddressPattern | None
    ) -> list[Outcome]:
        """Parse a few articles with the generic rules; first the page of the argument, if it is an article."""
        matching = [link for link in links if not pattern or re.search(pattern.text, link.url)]
        outcomes: list[Outcome] = []
        if urlsplit(page.url).path not in {"", "/"} and (
            not pattern or re.search(pattern.text, page.url)
        ):
            outcomes.append(await self.read(Link(url=page.url, source_id=self.source.name), page))
            matching = [
                link for link in matching if identity_key(link.url) != identity_key(page.url)
            ]
        for link in matching[: MAX_SAMPLES - len(outcomes)]:
            response = await self.get(link.url, LinkKind.PAGE)
            if isinstance(response, FetchFailed):
                detail = fault_text(response)
                outcomes.append(Outcome(link=link, run_id=RUN, state=State.DEFERRED, detail=detail))
            else:
                outcomes.append(await self.read(link, response))
        return outcomes
