"""The probe: proposes a source file from one address of a site, with its channels, robots.txt, addresses and sample articles.

It uses the same fetcher and worker processes as a crawl, one request at a time. Nothing is stored.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from flows.http import robots
from flows.http.client import Fetcher, LinkResponse
from flows.http.errors import Fault, FetchFailed
from flows.http.limits import Budget, Budgets, FetchSettings
from flows.http.robots_cache import CachedRobots
from flows.http.ssrf import Guard
from flows.http.transport import PooledTransport, RawResponse
from flows.jobs.probe_report import Channel, ProbeReport, proposed_source, sample_row
from flows.load.outcome import Fetched
from flows.load.worker_pool import Workers
from flows.settings import VERSION, Settings
from parsers.article import Link, Response
from parsers.consent import reservations
from parsers.discovery.ordering import newest_first
from parsers.kinds import LinkKind, Reason, State
from parsers.probe.site_profile import SiteProfile, read_site_profile
from parsers.probe.source_proposal import AddressPattern, cadence, propose_pattern
from parsers.source import from_data
from parsers.text.redaction import masked
from parsers.text.urls import canonicalise, identity_key, site
from warehouse.archive.archive import Record, RecordLocation
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


class LimitedTransport(PooledTransport):
    """A transport with a limit of requests, redirects included."""

    n_requests = 0

    async def exchange(
        self, url: httpx.URL, headers: Sequence[tuple[str, str]], budget: Budget
    ) -> RawResponse:
        if self.n_requests >= MAX_REQUESTS:
            raise Fault(
                reason=Reason.RATE_LIMITED, detail=f"the probe has used its {MAX_REQUESTS} requests"
            )
        self.n_requests += 1
        return await super().exchange(url, headers, budget)


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
    with ExitStack() as stack:
        # With the host files of the runs, so that a run and a probe never load one host together; else in a temporary folder.
        locks = settings.home / "locks"
        locks = (
            locks if locks.is_dir() else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        )
        fetch_settings = FetchSettings(
            contact=settings.contact,
            allow_private=settings.allow_private,
            version=VERSION,
            locks=locks,
            budgets=Budgets(attempts=1),
            connect_to={host: (ip, port) for host, ip, port in settings.connect_to},
        )
        transport = LimitedTransport(fetch_settings, Guard(fetch_settings))
        fetcher: Fetcher[LinkResponse] = Fetcher(fetch_settings, transport=transport)
        async with fetcher:
            prober = Probe(fetcher, transport, locks, delay_seconds, progress)
            page = await prober.read_site(url)
            prober.workers = stack.enter_context(
                Workers({prober.draft.name: prober.draft}, fetch_settings.budgets, 1)
            )
            return await prober.report(page)


class Probe:
    """One probe of one site."""

    workers: Workers

    def __init__(
        self,
        fetcher: Fetcher[LinkResponse],
        transport: LimitedTransport,
        locks: Path,
        delay_seconds: float,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self._fetcher, self._transport, self._locks = fetcher, transport, locks
        self._delay, self._progress = delay_seconds, progress
        self.draft = from_data({"name": "probe", "title": "probe", "home": "http://probe/"})
        self.profile = SiteProfile()
        self.channels: list[Channel] = []

    async def read_site(self, url: str) -> Response:
        """Fetch the page, and the home page if that is another; set the profile and the draft. Returns the page."""
        page = await self._get(url, LinkKind.INDEX)
        if isinstance(page, str):
            raise ProbeError(f"{url} cannot be fetched: {page}")
        here = urlsplit(page.url)
        home = f"{here.scheme}://{here.netloc}/"
        front = page if here.path in {"", "/"} else await self._get(home, LinkKind.INDEX)
        profiles = [read_site_profile(p) for p in (front, page) if isinstance(p, Response)]
        self.profile = SiteProfile(
            title=next((d.title for d in profiles if d.title), None),
            language=next((d.language for d in profiles if d.language), None),
            feeds=next((d.feeds for d in profiles if d.feeds), ()),
            wordpress=next((d.wordpress for d in profiles if d.wordpress), None),
            anchors=tuple(dict.fromkeys(a for d in profiles for a in d.anchors)),
            index=next((d.index for d in profiles if d.index), ()),
        )
        name = re.sub(r"[^a-z0-9.-]", "-", site(home).split(":")[0]).strip("-.")
        name = (name if name.replace(".", "").isdigit() else name.split(".")[0]) or "outlet"
        self.draft = from_data(
            {
                "name": name,
                "title": self.profile.title or name,
                "home": home,
                "language": self.profile.language or "id",
            }
        )
        return page

    async def report(self, page: Response) -> ProbeReport:
        home = self.draft.home
        try:
            sitemaps, _ = await self._fetcher.sitemaps(
                Link(url=home, source_id=self.draft.name), delay_seconds=self._delay
            )
        except FetchFailed as failed:
            raise ProbeError(f"{home}robots.txt cannot be fetched: {failed.detail}") from failed
        copy = CachedRobots.load(self._locks, home.rstrip("/"))
        rules = robots.parse(copy.text) if copy.found else robots.MISSING
        links = await self._links(sitemaps)
        urls_of_channels = (channel.url for channel in self.channels)
        second_pages = (f"{home}page/2/", f"{home}?page=2")
        pattern = propose_pattern(
            links, (home, *second_pages, *self.profile.listings, *urls_of_channels)
        )
        samples = await self._samples(page, links, pattern)
        reserved = [
            *reservations(replace(page, body=copy.text.encode(), headers=()), "robots"),
            *reservations(page),
        ]
        return ProbeReport(
            source=proposed_source(
                draft=self.draft,
                profile=self.profile,
                channels=self.channels,
                links=links,
                pattern=pattern,
                samples=samples,
                rules=rules,
            ),
            n_requests=self._transport.n_requests,
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
            await self._channel(
                f"{self.profile.wordpress}?per_page=20&orderby=date&order=desc", LinkKind.WORDPRESS
            )
        if links := self._announced():
            return links
        await self._channel(self.draft.home, LinkKind.INDEX)
        if links := self._announced():
            return links
        tried = "".join(f"\n  {channel.url}: {channel.fault}" for channel in self.channels)
        raise ProbeError(f"nothing at {self.draft.home} announces articles; tried:{tried}")

    async def _get(self, url: str, kind: LinkKind) -> Response | str:
        """The response, or why there is none."""
        try:
            link = Link(url=url, source_id=self.draft.name, kind=kind)
            result = await self._fetcher.get(link, delay_seconds=self._delay)
        except FetchFailed as failed:
            return (
                f"robots.txt forbids it ({failed.detail})"
                if failed.reason is Reason.ROBOTS
                else f"{failed.reason}: {failed.detail}"
            )
        finally:
            if self._progress:
                self._progress(self._transport.n_requests, MAX_REQUESTS)
        return result.response

    async def _read(self, link: Link, response: Response) -> tuple[Fetched, Outcome]:
        record = Record(
            link=link,
            response=response,
            run_id="probe",
            location=RecordLocation(file="", offset=0, length=0),
        )
        fetched = Fetched(link=link, run_id="probe", records=(record,))
        return fetched, (await asyncio.to_thread(self.workers.interpret, [fetched]))[0]

    async def _channel(
        self, url: str, kind: LinkKind, *, is_child: bool = False
    ) -> tuple[Link, ...]:
        """Fetch one channel and store what it announces; returns the sitemaps that it names."""
        response = await self._get(url, kind)
        if isinstance(response, str):
            self.channels.append(Channel(kind=kind, url=url, is_child=is_child, fault=response))
            return ()
        url = response.url
        fetched, outcome = await self._read(
            Link(url=url, source_id=self.draft.name, kind=kind), response
        )
        links = tuple(a.link for a in outcome.announced if not a.skip)
        children = await asyncio.to_thread(self.workers.channels_of, fetched, self.draft)
        fault = (
            f"{outcome.reason}: {outcome.detail}"
            if outcome.reason
            else ""
            if links or children
            else "announces nothing on this site"
        )
        newest = max(
            (when for x in (*links, *children) if (when := x.published_at or x.modified_at)),
            default=None,
        )
        self.channels.append(
            Channel(
                kind=kind,
                url=url,
                is_child=is_child,
                n_links=len(links) or len(children),
                newest_at=newest,
                fault=fault,
                links=links,
            )
        )
        return children

    async def _feeds(self) -> None:
        for url in self.profile.feeds[:MAX_OF_A_KIND]:
            await self._channel(url, LinkKind.FEED)
        for path in COMMON_FEEDS:
            if any(c.kind == LinkKind.FEED and not c.fault for c in self.channels):
                return
            if (url := self.draft.home.rstrip("/") + path) not in self.profile.feeds:
                await self._channel(url, LinkKind.FEED)

    async def _sitemaps(self, urls: Iterable[str]) -> None:
        """Fetch the sitemaps of robots.txt, else the usual ones; and of their children the one that changed last."""
        usual = [self.draft.home.rstrip("/") + path for path in COMMON_SITEMAPS]
        roots = list(dict.fromkeys(urls))[:MAX_OF_A_KIND] or usual
        children: list[Link] = []
        for url in roots if any("news" in url for url in roots) else [*roots, usual[-1]]:
            children += await self._channel(url, LinkKind.SITEMAP)
        fetched = {channel.url for channel in self.channels}
        if children := [child for child in children if child.url not in fetched]:
            likely = [c for c in children if not NOT_ARTICLES.search(urlsplit(c.url).path)]
            await self._channel(
                newest_first(likely or children)[0].url, LinkKind.SITEMAP, is_child=True
            )

    def _announced(self) -> list[Link]:
        """Each article once, the newest first. Feeds count before sitemaps, which may list other pages too."""
        order = sorted(
            self.channels,
            key=lambda c: (
                c.is_child,
                (LinkKind.FEED, LinkKind.WORDPRESS, LinkKind.SITEMAP, LinkKind.INDEX).index(c.kind),
            ),
        )
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
            outcomes.append(
                (await self._read(Link(url=page.url, source_id=self.draft.name), page))[1]
            )
            matching = [
                link for link in matching if identity_key(link.url) != identity_key(page.url)
            ]
        for link in matching[: MAX_SAMPLES - len(outcomes)]:
            response = await self._get(link.url, LinkKind.PAGE)
            if isinstance(response, str):
                outcomes.append(
                    Outcome(link=link, run_id="probe", state=State.DEFERRED, detail=response)
                )
            else:
                outcomes.append((await self._read(link, response))[1])
        return outcomes
