"""From one address of a site to a source file: its channels, its rules, its rhythm, its addresses, and how its articles read.

Everything goes through the guarded client and the killable readers, one request at a time. Nothing is kept.
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
from flows.http.client import Answer, Fetcher
from flows.http.errors import Fault, FetchFailed
from flows.http.limits import Budget, Budgets, FetchSettings
from flows.http.robots_cache import CachedRobots
from flows.http.ssrf import Guard
from flows.http.transport import PooledTransport, RawResponse
from flows.jobs.probe_report import Channel, Findings, row, source_found
from flows.load.outcome import Fetched
from flows.load.worker_pool import Workers
from flows.settings import VERSION, Settings
from parsers.article import Link, Response
from parsers.consent import reservations
from parsers.discovery.ordering import newest_first
from parsers.kinds import Reason
from parsers.probe.site_profile import SiteProfile, read_site_profile
from parsers.probe.source_proposal import AddressPattern, cadence, propose_pattern
from parsers.source import from_data
from parsers.text.redaction import masked
from parsers.text.urls import canonicalise, identity_key, site
from warehouse.archive.archive import Place, Record
from warehouse.write.outcome_rows import Outcome

MOST_REQUESTS, MOST_SAMPLES, MOST_OF_A_KIND = 20, 5, 3
DELAY_SECONDS = 1.0
COMMON_FEEDS = ("/feed", "/feed.xml", "/rss", "/rss.xml", "/atom.xml")
COMMON_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml")
FEW_ARTICLES = re.compile(
    r"categor|kategori|kanal|tag|topi[ck]|author|page|image|video", re.IGNORECASE
)  # sitemaps that list other things


class ProbeError(Exception):
    """Nothing can be said of the site; the message says why, and hides what is secret in an address."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(masked(message))


class NoAddressError(ProbeError):
    """What was given is no address of the web."""

    exit_code = 2


class Rationed(PooledTransport):
    """A site that is only looked at is not asked more often than this, whatever it redirects to."""

    n_requests = 0

    async def exchange(
        self, url: httpx.URL, headers: Sequence[tuple[str, str]], budget: Budget
    ) -> RawResponse:
        if self.n_requests >= MOST_REQUESTS:
            raise Fault(
                reason=Reason.RATE_LIMITED,
                detail=f"the probe's own {MOST_REQUESTS} requests are spent",
            )
        self.n_requests += 1
        return await super().exchange(url, headers, budget)


async def probe(
    settings: Settings,
    url: str,
    *,
    delay_seconds: float = DELAY_SECONDS,
    tell: Callable[[int, int], None] | None = None,
) -> Findings:
    """What can be found out from a home page or an article. Raises ProbeError."""
    try:
        url = canonicalise(url if "://" in url else f"https://{url}")
    except ValueError as error:
        raise NoAddressError(str(error)) from error
    with ExitStack() as stack:
        # Where runs keep the turns of hosts, so that a run and a probe never press one host together; else nowhere that lasts.
        locks = settings.home / "locks"
        locks = (
            locks if locks.is_dir() else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        )
        given = FetchSettings(
            contact=settings.contact,
            allow_private=settings.allow_private,
            version=VERSION,
            locks=locks,
            budgets=Budgets(attempts=1),
            connect_to={host: (ip, port) for host, ip, port in settings.connect_to},
        )
        transport = Rationed(given, Guard(given))
        fetcher: Fetcher[Answer] = Fetcher(given, transport=transport)
        async with fetcher:
            probing = Probing(fetcher, transport, locks, delay_seconds, tell)
            page = await probing.front(url)
            probing.workers = stack.enter_context(
                Workers({probing.draft.name: probing.draft}, given.budgets, 1)
            )
            return await probing.findings(page)


class Probing:
    """One probe of one site."""

    workers: Workers

    def __init__(
        self,
        fetcher: Fetcher[Answer],
        transport: Rationed,
        locks: Path,
        delay_seconds: float,
        tell: Callable[[int, int], None] | None,
    ) -> None:
        self._fetcher, self._transport, self._locks = fetcher, transport, locks
        self._delay, self._tell = delay_seconds, tell
        self.draft = from_data({"name": "probe", "title": "probe", "home": "http://probe/"})
        self.door = SiteProfile()
        self.channels: list[Channel] = []

    async def front(self, url: str) -> Response:
        """The page that was given, and the home page where that is another; sets what they say of the site."""
        page = await self._get(url, "index")
        if isinstance(page, str):
            raise ProbeError(f"{url} cannot be had: {page}")
        here = urlsplit(page.url)
        home = f"{here.scheme}://{here.netloc}/"
        front = page if here.path in {"", "/"} else await self._get(home, "index")
        doors = [read_site_profile(p) for p in (front, page) if isinstance(p, Response)]
        self.door = SiteProfile(
            title=next((d.title for d in doors if d.title), None),
            language=next((d.language for d in doors if d.language), None),
            feeds=next((d.feeds for d in doors if d.feeds), ()),
            wordpress=next((d.wordpress for d in doors if d.wordpress), None),
            anchors=tuple(dict.fromkeys(a for d in doors for a in d.anchors)),
            index=next((d.index for d in doors if d.index), ()),
        )
        name = re.sub(r"[^a-z0-9.-]", "-", site(home).split(":")[0]).strip("-.")
        name = (name if name.replace(".", "").isdigit() else name.split(".")[0]) or "outlet"
        self.draft = from_data(
            {
                "name": name,
                "title": self.door.title or name,
                "home": home,
                "language": self.door.language or "id",
            }
        )
        return page

    async def findings(self, page: Response) -> Findings:
        home = self.draft.home
        try:
            listed, _ = await self._fetcher.sitemaps(
                Link(url=home, source_id=self.draft.name), delay_seconds=self._delay
            )
        except FetchFailed as failed:
            raise ProbeError(f"{home}robots.txt cannot be had: {failed.detail}") from failed
        copy = CachedRobots.load(self._locks, home.rstrip("/"))
        rules = robots.parse(copy.text) if copy.found else robots.MISSING
        links = await self._links(listed)
        urls_of_channels = (channel.url for channel in self.channels)
        second_pages = (f"{home}page/2/", f"{home}?page=2")
        pattern = propose_pattern(
            links, (home, *second_pages, *self.door.listings, *urls_of_channels)
        )
        samples = await self._samples(page, links, pattern)
        reserved = [
            *reservations(replace(page, body=copy.text.encode(), headers=()), "robots"),
            *reservations(page),
        ]
        return Findings(
            source=source_found(
                draft=self.draft,
                door=self.door,
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
            samples=tuple(row(outcome) for outcome in samples),
        )

    async def _links(self, sitemaps: Iterable[str]) -> list[Link]:
        """Ask the channels, and the home page where they announce nothing. Raises ProbeError."""
        await self._feeds()
        await self._sitemaps(sitemaps)
        if self.door.wordpress:
            await self._channel(
                f"{self.door.wordpress}?per_page=20&orderby=date&order=desc", "wordpress"
            )
        if links := self._announced():
            return links
        await self._channel(self.draft.home, "index")
        if links := self._announced():
            return links
        tried = "".join(f"\n  {channel.url}: {channel.fault}" for channel in self.channels)
        raise ProbeError(f"nothing at {self.draft.home} announces articles; tried:{tried}")

    async def _get(self, url: str, kind: str) -> Response | str:
        """The answer, or why there is none."""
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
            if self._tell:
                self._tell(self._transport.n_requests, MOST_REQUESTS)
        return result.response

    async def _read(self, link: Link, response: Response) -> tuple[Fetched, Outcome]:
        record = Record(
            link=link, response=response, run_id="probe", place=Place(file="", offset=0, length=0)
        )
        fetched = Fetched(link=link, run_id="probe", records=(record,))
        return fetched, (await asyncio.to_thread(self.workers.interpret, [fetched]))[0]

    async def _channel(self, url: str, kind: str, *, is_child: bool = False) -> tuple[Link, ...]:
        """Ask one channel and note what it announces; the sitemaps that it names."""
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
        for url in self.door.feeds[:MOST_OF_A_KIND]:
            await self._channel(url, "feed")
        for path in COMMON_FEEDS:
            if any(c.kind == "feed" and not c.fault for c in self.channels):
                return
            if (url := self.draft.home.rstrip("/") + path) not in self.door.feeds:
                await self._channel(url, "feed")

    async def _sitemaps(self, listed: Iterable[str]) -> None:
        """Those of robots.txt, else the usual ones; and of what they name the one that changed last."""
        usual = [self.draft.home.rstrip("/") + path for path in COMMON_SITEMAPS]
        named = list(dict.fromkeys(listed))[:MOST_OF_A_KIND] or usual
        children: list[Link] = []
        for url in named if any("news" in url for url in named) else [*named, usual[-1]]:
            children += await self._channel(url, "sitemap")
        if children := [
            c for c in children if not any(c.url == known.url for known in self.channels)
        ]:
            likely = [c for c in children if not FEW_ARTICLES.search(urlsplit(c.url).path)]
            await self._channel(newest_first(likely or children)[0].url, "sitemap", is_child=True)

    def _announced(self) -> list[Link]:
        """Each article once, the newest first; a feed's word before a sitemap's, which may list other pages too."""
        order = sorted(
            self.channels,
            key=lambda c: (c.is_child, ("feed", "wordpress", "sitemap", "index").index(c.kind)),
        )
        found: dict[str, Link] = {}
        for link in (link for channel in order for link in channel.links):
            found.setdefault(identity_key(link.url), link)
        return newest_first(found.values())

    async def _samples(
        self, page: Response, links: list[Link], pattern: AddressPattern | None
    ) -> list[Outcome]:
        """A few articles as the generic reader reads them; the given page first, where it is one."""
        fit = [link for link in links if not pattern or re.search(pattern.text, link.url)]
        outcomes: list[Outcome] = []
        if urlsplit(page.url).path not in {"", "/"} and (
            not pattern or re.search(pattern.text, page.url)
        ):
            outcomes.append(
                (await self._read(Link(url=page.url, source_id=self.draft.name), page))[1]
            )
            fit = [link for link in fit if identity_key(link.url) != identity_key(page.url)]
        for link in fit[: MOST_SAMPLES - len(outcomes)]:
            response = await self._get(link.url, "page")
            if isinstance(response, str):
                outcomes.append(
                    Outcome(link=link, run_id="probe", state="deferred", detail=response)
                )
            else:
                outcomes.append((await self._read(link, response))[1])
        return outcomes
