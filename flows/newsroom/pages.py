"""What each address of the newsroom answers: a pure function of host, address, `now` and visit. No clock is read here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cached_property
from itertools import groupby
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from flows.newsroom.manuscripts import HERE, Manuscript, Piece, manuscripts, target_url

WIB = timezone(timedelta(hours=7))
WITA = timezone(timedelta(hours=8))
LAUNCHED = datetime(2026, 8, 1, 8, tzinfo=WIB)  # when what never changes was last changed
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
IN_LISTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    name: str
    title: str
    tagline: str
    zone: timezone = WIB
    encoding: str = "utf-8"
    content_type: str = "text/html; charset=utf-8"
    draft: str  # an address that looks like an article's and that robots.txt forbids
    crawl_delay: str | None = None

    @property
    def home(self) -> str:
        return f"http://{self.name}.test"


OUTLETS = {
    o.name: o
    for o in (
        Outlet(name="suararantau", title="SuaraRantau.test", tagline="Kabar Pekerja Migran Indonesia", draft="/pratinjau/20/11/2026/49990/naskah-belum-terbit/"),
        Outlet(name="portalnusa", title="PortalNusa", tagline="Berita Terkini Hari Ini", draft="/cetak/d-830999/naskah-belum-terbit", crawl_delay="0.2"),
        Outlet(name="harianlama", title="Harian Lama", tagline="Terbit di Makassar sejak 1998", zone=WITA, encoding="windows-1252", content_type="text/html",
               draft="/draf/read/2026/11/20/9999/naskah-belum-terbit.html"),
    )
}  # fmt: skip
HOSTS = tuple(f"{www}{name}.test" for name in OUTLETS for www in ("", "www."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    modified: datetime | None = None
    headers: tuple[tuple[str, str], ...] = ()


def prose(text: str) -> Markup:
    """Escaped, with the emphasis the desk set."""
    return Markup(re.sub(r"&lt;(/?(?:em|strong))&gt;", r"<\1>", str(escape(text))))  # noqa: S704 - escaped one line above


def day_name(when: date) -> str:
    return DAYS[when.weekday()]


def zone_name(when: datetime) -> str:
    return "WITA" if when.utcoffset() == timedelta(hours=8) else "WIB"


def printed(when: datetime) -> str:
    """`Selasa, 21 Okt 2026 20:43 WIB`"""
    return f"{day_name(when)}, {when:%d} {MONTHS[when.month - 1]} {when:%Y %H:%M} {zone_name(when)}"


def rfc822(when: datetime) -> str:
    # strftime follows the process's locale; a header must not
    english = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[when.weekday()]}, {when:%d} {english[when.month - 1]} {when:%Y %H:%M:%S %z}"


def utc(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S+00:00}"


def json_ld(value: Any) -> Markup:
    """JSON for a script element, where `</` would end it."""
    return Markup(json.dumps(value, ensure_ascii=False, indent=None).replace("</", "<\\/"))  # noqa: S704 - made safe in this line


def _link(piece: Piece) -> str | None:
    return target_url(piece.target)


TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters |= {f.__name__: f for f in (prose, printed, rfc822, utc, json_ld, day_name, zone_name)} | {
    "link": _link
}


@dataclass(frozen=True)
class Edition:
    """One outlet as it stands at a moment of a visit."""

    outlet: Outlet
    now: datetime
    visit: int

    @cached_property
    def all(self) -> tuple[Manuscript, ...]:
        """Newest first, the withdrawn one too."""
        return tuple(
            m for m in reversed(manuscripts(self.visit)) if m.outlet == self.outlet.name and m.published <= self.now
        )

    @cached_property
    def standing(self) -> tuple[Manuscript, ...]:
        return tuple(m for m in self.all if not m.gone_at)

    @cached_property
    def widgets(self) -> tuple[Manuscript, ...]:
        """What sidebars and tickers show: kept in a cache that no edit reaches, so that an edit changes one page and not all."""
        return tuple(m for m in reversed(manuscripts()) if m.outlet == self.outlet.name and m.published <= self.now)

    def beside(self, article: Manuscript | None, count: int) -> tuple[Manuscript, ...]:
        """The articles before this one, then the newest: a row that differs from page to page."""
        at = next((n for n, m in enumerate(self.widgets) if article and m.id == article.id), -1)
        return (self.widgets[at + 1 :] + self.widgets[: max(at, 0)])[:count]

    def page(self, template: str, modified: datetime = LAUNCHED, status: int = 200, **names: Any) -> Answer:
        text = TEMPLATES.get_template(f"{self.outlet.name}/{template}").render(
            outlet=self.outlet, edition=self, now=self.now, **names
        )
        body = text.encode(self.outlet.encoding, "xmlcharrefreplace")
        return Answer(body=body, status=status, content_type=self.outlet.content_type, modified=modified)

    def xml(self, template: str, content_type: str, modified: datetime = LAUNCHED, **names: Any) -> Answer:
        text = TEMPLATES.get_template(template).render(outlet=self.outlet, edition=self, now=self.now, **names)
        return Answer(body=text.encode(), content_type=content_type, modified=modified)

    def article(self, article: Manuscript, query: dict[str, str] | None = None) -> Answer:
        if article.gone_at:
            return self.page("missing.html", article.gone_at, 410)
        part = (query or {}).get("page", "1")
        blocks, parts = article.blocks, 2 if article.paged else 1
        if part != "all" and parts > 1:
            middle = len(blocks) * 3 // 5
            blocks = blocks[:middle] if part == "1" else blocks[middle:]
        if part not in {"all", *"12"[:parts]}:
            return self.missing()
        return self.page("article.html", article.changed_at, article=article, blocks=blocks, part=part, parts=parts)

    def missing(self) -> Answer:
        return self.page("missing.html", status=404)

    def listing(self, chosen: Iterable[Manuscript], title: str, **names: Any) -> Answer:
        """A page of links. The withdrawn one is not shown, and its going is a change of the list."""
        found = tuple(chosen)
        newest = max((m.changed_at for m in found), default=LAUNCHED)
        return self.page("list.html", newest, articles=[m for m in found if not m.gone_at], title=title, **names)

    def changed(self, chosen: Iterable[Manuscript]) -> datetime:
        return max((m.changed_at for m in chosen), default=LAUNCHED)


def answer(host: str, target: str, *, now: datetime, visit: int = 1) -> Answer:
    """What the newsroom says to GET `target` on `host`."""
    if host.startswith("www.") and host in HOSTS:
        return Answer(status=301, headers=(("Location", f"http://{host.removeprefix('www.')}{target}"),))
    if host not in HOSTS:
        return Answer(status=421, body=b"no such host here\n", content_type="text/plain")
    edition = Edition(OUTLETS[host.removesuffix(".test")], now, visit)
    parts = urlsplit(target)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    for pattern, route in ROUTES:
        if (found := re.fullmatch(pattern, f"{edition.outlet.name}{parts.path}")) and (
            said := route(edition, found, query)
        ):
            return said
    return edition.missing()


def _article(edition: Edition, found: re.Match[str], query: dict[str, str]) -> Answer | None:
    path = found[0].removeprefix(edition.outlet.name)
    if article := next((m for m in edition.all if m.path == path), None):
        return edition.article(article, query)
    if any(m.path == f"{path}/" for m in edition.all):
        return Answer(status=301, headers=(("Location", f"{edition.outlet.home}{path}/"),))
    return None


def _front(edition: Edition, _: re.Match[str], query: dict[str, str]) -> Answer:
    if edition.outlet.name == "suararantau" and (number := query.get("p")):
        article = next((m for m in edition.all if str(m.id) == number), None)
        return edition.article(article) if article else edition.missing()
    return edition.listing(edition.all[:IN_LISTS], edition.outlet.tagline, page=1, pages=1)


def _numbered(edition: Edition, found: re.Match[str], _: dict[str, str]) -> Answer:
    page, pages = int(found[1]), -(-len(edition.all) // IN_LISTS)
    if not 1 <= page <= pages:
        return edition.missing()
    return edition.listing(edition.all[(page - 1) * IN_LISTS : page * IN_LISTS], "Arsip", page=page, pages=pages)


def _dated(edition: Edition, found: re.Match[str], query: dict[str, str]) -> Answer:
    """One day's articles, at most five a page; beyond the last page the list is empty, as real indexes answer."""
    size = 5
    try:
        day = (
            date.fromisoformat(query.get("date", f"{edition.now:%Y-%m-%d}"))
            if not found.groups()
            else date(*(int(n) for n in found.groups()))
        )
        page = int(query.get("page", "1"))
    except ValueError:
        return edition.missing()
    chosen = [m for m in edition.all if m.published.date() == day]
    title = f"Indeks {day_name(day)}, {day:%d/%m/%Y}"
    pages = -(-len(chosen) // size) if not found.groups() else 1
    chosen = chosen[(page - 1) * size : page * size] if not found.groups() else chosen
    return edition.listing(chosen, title, page=page, pages=pages, day=day)


def _draft(edition: Edition, _: re.Match[str], __: dict[str, str]) -> Answer:
    """A draft that robots.txt keeps from machines and that the front page links to by mistake."""
    return edition.page("draft.html")


def _robots(edition: Edition, _: re.Match[str], __: dict[str, str]) -> Answer:
    lines = ["User-agent: *", f"Disallow: /{edition.outlet.draft.split('/')[1]}/", "Disallow: /cari"]
    lines += [f"Crawl-delay: {edition.outlet.crawl_delay}"] if edition.outlet.crawl_delay else []
    lines += [
        "",
        f"Sitemap: {edition.outlet.home}/sitemap_index.xml",
        f"Sitemap: {edition.outlet.home}/news-sitemap.xml",
        "",
    ]
    return Answer(body="\n".join(lines).encode(), content_type="text/plain; charset=utf-8", modified=LAUNCHED)


def _rss(edition: Edition, _: re.Match[str], __: dict[str, str]) -> Answer:
    chosen = edition.standing[:IN_LISTS]
    return edition.xml(
        "rss.xml",
        "application/rss+xml; charset=utf-8",
        edition.changed(chosen),
        articles=chosen,
        changed=edition.changed(chosen),
    )


def _atom(edition: Edition, _: re.Match[str], __: dict[str, str]) -> Answer:
    chosen = edition.standing[:IN_LISTS]
    return edition.xml(
        "atom.xml",
        "application/atom+xml; charset=utf-8",
        edition.changed(chosen),
        articles=chosen,
        changed=edition.changed(chosen),
    )


def _sitemap_index(edition: Edition, _: re.Match[str], __: dict[str, str]) -> Answer:
    months = [
        (month, edition.changed(group)) for month, group in groupby(edition.all, key=lambda m: f"{m.published:%Y-%m}")
    ]
    return edition.xml(
        "sitemap_index.xml", "application/xml; charset=utf-8", edition.changed(edition.all), months=months
    )


def _sitemap(edition: Edition, found: re.Match[str], _: dict[str, str]) -> Answer | None:
    """One month; a withdrawn article stays in it, with the time of its going, as content systems leave it."""
    chosen = [m for m in edition.all if f"{m.published:%Y-%m}" == found[1]]
    return (
        edition.xml("sitemap.xml", "application/xml; charset=utf-8", edition.changed(chosen), articles=chosen)
        if chosen
        else None
    )


def _news_sitemap(edition: Edition, _: re.Match[str], __: dict[str, str]) -> Answer:
    chosen = [m for m in edition.standing if m.published > edition.now - timedelta(hours=48)]
    return edition.xml("news_sitemap.xml", "application/xml; charset=utf-8", edition.changed(chosen), articles=chosen)


def _wordpress(edition: Edition, _: re.Match[str], query: dict[str, str]) -> Answer:
    """WordPress's own list: times in it, and in `after` and `before`, are the site's local time unless they say otherwise."""
    try:
        size, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
        limits = {key: _local(query[key], edition) for key in ("after", "before") if key in query}
    except ValueError:
        return _json(
            {"code": "rest_invalid_param", "message": "Parameter tidak valid.", "data": {"status": 400}},
            edition.now,
            status=400,
        )
    after, before = limits.get("after"), limits.get("before")
    chosen = [m for m in edition.all if (not after or m.published > after) and (not before or m.published < before)]
    standing = [m for m in chosen if not m.gone_at]
    pages = -(-len(standing) // size) if 1 <= size <= 100 else 0
    if not 1 <= page <= max(pages, 1):
        return _json(
            {"code": "rest_post_invalid_page_number", "message": "Nomor halaman tidak valid.", "data": {"status": 400}},
            edition.now,
            status=400,
        )
    totals = (("X-WP-Total", str(len(standing))), ("X-WP-TotalPages", str(pages)))
    return _json([_post(m) for m in standing[(page - 1) * size : page * size]], edition.changed(chosen), headers=totals)


def _local(text: str, edition: Edition) -> datetime:
    when = datetime.fromisoformat(text.replace(" ", "+"))
    return when if when.tzinfo else when.replace(tzinfo=edition.outlet.zone)


def _post(m: Manuscript) -> dict[str, Any]:
    changed = m.modified or m.published
    local, gmt = f"{m.published:%Y-%m-%dT%H:%M:%S}", utc(m.published)[:19]
    return {
        "id": m.id, "date": local, "date_gmt": gmt, "guid": {"rendered": f"http://{m.outlet}.test/?p={m.id}"},
        "modified": f"{changed:%Y-%m-%dT%H:%M:%S}", "modified_gmt": utc(changed)[:19], "slug": m.slug, "status": "publish", "type": "post",
        "link": m.url, "title": {"rendered": str(escape(m.headline))}, "excerpt": {"rendered": f"<p>{escape(m.description)}</p>\n", "protected": False},
    }  # fmt: skip


def _json(value: Any, modified: datetime, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(
        body=body, status=status, content_type="application/json; charset=UTF-8", modified=modified, headers=headers
    )


def _picture(_: Edition, __: re.Match[str], ___: dict[str, str]) -> Answer:
    """One grey dot: nothing here reads pictures, but a page's pictures must not be missing."""
    dot = bytes.fromhex("47494638376101000100800000cccccc0000002c00000000010001000002024401003b")
    return Answer(body=dot, content_type="image/gif", modified=LAUNCHED)


Route = Callable[[Edition, "re.Match[str]", dict[str, str]], Answer | None]
ROUTES: tuple[tuple[str, Route], ...] = (
    (r"\w+/robots\.txt", _robots),
    (r"\w+/sitemap_index\.xml", _sitemap_index),
    (r"\w+/sitemap-(\d{4}-\d\d)\.xml", _sitemap),
    (r"\w+/news-sitemap\.xml", _news_sitemap),
    (r"suararantau/feed/|portalnusa/rss", _rss),
    (r"harianlama/atom\.xml", _atom),
    (r"suararantau/wp-json/wp/v2/posts/?", _wordpress),
    (r"suararantau/page/(\d{1,4})/", _numbered),
    (r"portalnusa/indeks", _dated),
    (r"harianlama/arsip/(\d{4})/(\d\d)/(\d\d)/", _dated),
    (r"\w+/", _front),
    (r"\w+/(?:wp-content|foto|img)/\S+", _picture),
    *((re.escape(f"{o.name}{o.draft}"), _draft) for o in OUTLETS.values()),
    (r"\w+/.+", _article),
)
