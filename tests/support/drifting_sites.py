"""Generated outlets, and what changes at them behind the back of their source files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from kliping.newsroom import Newsroom
from kliping.newsroom.edition import Answer
from parsers.source import Source, from_data

WIB = timedelta(hours=7)
STARTED_AT = datetime.now(UTC).replace(second=0, microsecond=0)
NAMES = ("Rina Melati", "Joko Santosa", "Maria Ulfah", "Agus Salim Hidayat")
TOPICS = ("banjir", "panen", "pasar", "sekolah", "jembatan", "pelabuhan")
SENTENCE = "Warga {topic} nomor {n} bekerja bersama perangkat desa sejak pagi sampai sore hari, kata kepala dusun."
BESIDE = "Langganan surat kabar kami setiap pekan memberi pembaca rangkuman peristiwa terbaru dan tajuk pilihan redaksi."
FEED, FEEDS = "/umpan.xml", ("/umpan.xml", "/umpan-daerah.xml", "/umpan-ekonomi.xml")
N_ARTICLES = 12


def slug(n: int) -> str:
    topic = TOPICS[n % len(TOPICS)]
    return f"warga-{topic}-bergotong-royong-hari-ke-{n}"


def by_date(folder: str, digits: int) -> Callable[[int, datetime], str]:
    first = 10 ** (digits - 1) + 2_054_791
    return lambda n, when: f"/{folder}/{when:%Y/%m/%d}/{first + 37 * n}/{slug(n)}"


def by_id(form: str, first: int = 4_168_758) -> Callable[[int, datetime], str]:
    return lambda n, _: form.format(id=first + 13 * n, slug=slug(n))


@dataclass(frozen=True)
class Site:
    """What one host serves, and what its source file says."""

    name: str
    address: Callable[[int, datetime], str]  # from an article's number and time to its path
    rule: dict[str, object]
    old: Callable[[int, datetime], str] | None = None  # of some of the articles
    n_old: int = 0
    feeds: tuple[str, ...] = FEEDS  # in the source file
    answers: dict[str, str] = field(default_factory=dict)  # path -> dead, html, stale
    named_feed: str = ""  # that the front page names
    classes: dict[str, str] = field(default_factory=dict)  # field -> class on the pages now
    beside: str = "samping"  # class of a box beside the text
    kicker: str = "rubrik"
    reminder: str = "agenda"  # class of a date that is not the publication's

    @property
    def home(self) -> str:
        return f"http://{self.name}.test"

    def source(self) -> Source:
        feeds = [self.home + path for path in self.feeds]
        return from_data(
            {
                "name": self.name,
                "title": self.name.capitalize(),
                "home": f"{self.home}/",
                "discover": {"feeds": feeds},
                "fetch": {"delay_seconds": 5.0},
                "article": [self.rule],
            }
        )

    def path_of(self, n: int) -> str:
        form = self.old if self.old and n < self.n_old else self.address
        return form(n, self.time_of(n) + WIB)

    def time_of(self, n: int) -> datetime:
        return STARTED_AT - timedelta(hours=1 + n)

    def articles(self) -> dict[str, int]:
        return {self.path_of(n): n for n in range(N_ARTICLES)}

    def answer(self, path: str) -> Answer:
        if path == "/robots.txt":
            return Answer(body=b"User-agent: *\nDisallow: /cari\n", content_type="text/plain")
        if path == "/":
            return Answer(body=self._front().encode())
        kind = self.answers.get(path, "")
        if kind == "html":
            return Answer(body=self._front().encode())
        if kind != "dead" and path in {*self.feeds, self.named_feed}:
            age = timedelta(days=3000 if kind == "stale" else 0)
            return Answer(body=self._feed(age).encode(), content_type="application/rss+xml")
        if (n := self.articles().get(path)) is not None:
            return Answer(body=self._page(n).encode())
        return Answer(status=404)

    def _front(self) -> str:
        head = f'<link rel="alternate" type="application/rss+xml" href="{self.named_feed}">'
        links = "".join(f'<a href="{path}">Kabar {n}</a>' for path, n in self.articles().items())
        sections = '<a href="/nasional/">Nasional</a><a href="/tag/banjir">Banjir</a>'
        return f"<!doctype html><html lang='id'><head><title>{self.name}</title>{head if self.named_feed else ''}</head><body>{sections}{links}</body></html>"

    def _feed(self, age: timedelta) -> str:
        items = "".join(
            f"<item><title>{self.headline(n)}</title><link>{self.home}{path}</link>"
            f"<pubDate>{format_datetime(self.time_of(n) - age)}</pubDate></item>"
            for path, n in self.articles().items()
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'

    def headline(self, n: int) -> str:
        return slug(n).replace("-", " ").capitalize()

    def _page(self, n: int) -> str:
        names = {key: key for key in ("judul", "isi", "penulis", "tanggal")} | self.classes
        title, when = escape(self.headline(n)), self.time_of(n) + WIB
        lines = [
            SENTENCE.format(topic=TOPICS[(n + k) % len(TOPICS)], n=10 * n + k) for k in range(9)
        ]
        text = "".join(f"<p>{' '.join(lines[k : k + 3])}</p>" for k in range(0, 9, 3))
        return (
            f"<!doctype html><html lang='id'><head><meta charset='utf-8'><title>{title} | {self.name}</title>"
            f"<meta property='og:title' content='{title}'>"
            f"<meta property='article:published_time' content='{when:%Y-%m-%dT%H:%M:%S}+07:00'></head><body>"
            f"<div class='{self.kicker}'>Laporan khusus pekan ini dari daerah</div>"
            f"<article><h1 class='{names['judul']}'>{title}</h1>"
            f"<div class='{names['penulis']}'>Penulis: {NAMES[n % len(NAMES)]}</div>"
            f"<div class='{names['tanggal']}'>{when.day} {_month(when)} {when:%Y %H:%M} WIB</div>"
            f"<div class='{names['isi']}'>{text}</div></article>"
            f"<aside class='{self.reminder}'>1 Januari 2019 08:00 WIB</aside>"
            f"<aside class='{self.beside}'>{''.join(f'<p>{BESIDE} Edisi {k}.</p>' for k in range(6))}</aside></body></html>"
        )


def _month(when: datetime) -> str:
    months = (
        "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
    )
    return months.split()[when.month - 1]


SELECTORS = {"body": ".isi", "headline": ".judul", "authors": ".penulis", "date": ".tanggal"}
EIGHT = r"/read/(?P<year>\d{4})/(?P<month>\d{2})/(?P<day>\d{2})/\d{8}/"
BERITA = r"/berita/(?P<id>\d+)/"


def steady(name: str, rule: str = BERITA) -> Site:
    """An outlet of which everything holds."""
    form = by_date("read", 8) if rule == EIGHT else by_id("/berita/{id}/{slug}")
    example = f"http://{name}.test{form(3, datetime(2026, 3, 4, tzinfo=UTC))}"
    return Site(name, form, {"url": rule, "examples": [example], **SELECTORS})


def with_other_addresses(
    name: str, address: Callable[[int, datetime], str], rule: str = BERITA, n_old: int = 0
) -> Site:
    """An outlet whose articles, but the first ones, have addresses of another form."""
    before = steady(name, rule)
    return replace(before, address=address, old=before.address, n_old=n_old)


# Twenty outlets with one drift each.
DRIFTS: dict[str, Site] = {
    site.name: site
    for site in (
        with_other_addresses("sembilan", by_date("read", 9), EIGHT, n_old=4),
        with_other_addresses("sepuluh", by_date("read", 10), EIGHT),
        with_other_addresses("tujuh", by_date("read", 7), EIGHT, n_old=5),
        with_other_addresses("baca", by_id("/baca/{id}/{slug}")),
        with_other_addresses("akhir", by_id("/daerah/{slug}-{id}"), n_old=3),
        with_other_addresses("awalan", by_id("/d-{id}/{slug}")),
        with_other_addresses("bertanggal", by_date("kabar", 7)),
        with_other_addresses("polos", lambda n, _: f"/peristiwa/{slug(n)}"),
        with_other_addresses("halaman-html", by_id("/warta/{slug}-{id}.html")),
        replace(steady("mati-satu"), answers={FEEDS[1]: "dead"}),
        replace(steady("mati-dua"), answers={FEEDS[2]: "dead"}),
        replace(steady("jadi-html"), answers={FEEDS[1]: "html"}),
        replace(steady("basi"), answers={FEEDS[2]: "stale"}),
        replace(
            steady("pindah"), feeds=(FEED,), answers={FEED: "dead"}, named_feed="/rss-baru.xml"
        ),
        replace(steady("isi-baru"), classes={"isi": "isi-artikel"}),
        replace(steady("judul-baru"), classes={"judul": "judul-utama"}),
        replace(steady("tanggal-baru"), classes={"tanggal": "waktu"}),
        replace(steady("isi-salah"), classes={"isi": "teks"}, beside="isi"),
        replace(steady("judul-salah"), classes={"judul": "kepala"}, kicker="judul"),
        replace(steady("tanggal-salah"), classes={"tanggal": "jam"}, reminder="tanggal"),
    )
}


class DriftingSites(Newsroom):
    """Serves sites by host name."""

    def __init__(self, sites: dict[str, Site]) -> None:
        super().__init__()
        self.sites = sites

    def respond(self, host: str, method: str, target: str, headers: dict[str, str]) -> Answer:
        site = self.sites.get(host.removeprefix("www.").removesuffix(".test"))
        return site.answer(target) if site else Answer(status=404)
