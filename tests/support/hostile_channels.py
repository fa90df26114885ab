"""Outlets of the hostile site whose robots.txt, feeds or sitemaps are wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator

from support.responses import (
    BOMB,
    HEAD,
    LONG,
    Answer,
    Outlet,
    cut,
    encoded,
    front,
    http,
    item,
    new_article,
    rss,
    silence,
    sitemapindex,
    to,
    trickle,
    urlset,
)


def outlets(canary: int) -> Iterator[Outlet]:
    """`canary` is the port that nobody may reach."""
    yield from robots(canary)
    yield from channels(canary)


def robots(canary: int) -> Iterator[Outlet]:
    """Every way in which a robots.txt can fail, and some in which it can be odd."""
    yield from unreachable_robots(canary)
    yield from missing_robots()
    yield from odd_robots()


def unreachable_robots(canary: int) -> Iterator[Outlet]:
    """A robots.txt that cannot be fetched forbids everything."""
    closed: dict[str, Answer] = {
        "robot500": http(status="500 Oops"),
        "robotdiam": silence,
        "robotputus": cut(LONG, reset=True),
        "robotbom": encoded(BOMB, "gzip"),
        "robot429": http(status="429 Too Many Requests"),
        "robotssrf": to(f"http://127.0.0.1:{canary}/robots.txt"),
    }
    for name, failing in closed.items():
        never: dict[str, Answer] = {"/berita/1/jangan-diminta": http(new_article(name, "/x"))}
        yield Outlet(name=name, others={"/robots.txt": failing}, n_good=0, pages=never)


def missing_robots() -> Iterator[Outlet]:
    """A robots.txt that does not exist allows everything."""
    hops: dict[str, Answer] = {
        "/robots.txt": to("/r/1"),
        **{f"/r/{n}": to(f"/r/{n + 1}") for n in range(1, 9)},
    }
    yield Outlet(name="robotpindah", others=hops)
    yield Outlet(name="robot403", others={"/robots.txt": http(status="403 Forbidden")})
    yield Outlet(name="robothtml", others={"/robots.txt": http(front([]))})


def odd_robots() -> Iterator[Outlet]:
    """Rules for us alone, a file that is too long, and one that forbids everything."""

    def text(*lines: str, sep: str = "\n", bom: bytes = b"") -> bytes:
        return http(bom + sep.join(lines).encode(), kind="text/plain")

    forbidden: dict[str, Answer] = {
        "/berita/1/rahasia-dapur": b"tak pernah",
        "/berita/2/cetak?print=1&x=y": b"tak pernah",
    }
    ours = (
        "User-agent: Kliping",
        "Disallow: /berita/*rahasia",
        "Disallow: /*?*x=y$",
        "Allow: /",
        "Crawl-delay: 0.5",
    )
    rules = ("User-agent: *", "Disallow: /", "", *ours)
    yield Outlet(
        name="robotkita",
        pages=forbidden,
        others={"/robots.txt": text(*rules, sep="\r", bom=b"\xef\xbb\xbf")},
    )
    padding = "# " + "x" * 700_000
    secret: dict[str, Answer] = {"/berita/1/rahasia-dapur": b"tak pernah"}
    yield Outlet(
        name="robotbesar",
        pages=secret,
        others={"/robots.txt": text("User-agent: *", "Disallow: /*rahasia", padding)},
    )
    yield Outlet(
        name="robottutup",
        n_good=0,
        pages=secret,
        others={"/robots.txt": text("User-agent: *", "Disallow: /")},
    )


def channels(canary: int) -> Iterator[Outlet]:
    """Feeds and sitemaps."""
    home = "http://umpan.test"
    good = {name: f"/berita/{n}/dari-umpan-{name}" for n, name in enumerate(SALVAGED, 1)}
    feeds: dict[str, Answer] = {
        f"/umpan/{name}": http(make(home, good[name]), kind="application/xml")
        for name, make in SALVAGED.items()
    }
    yield Outlet(
        name="umpan",
        others=feeds,
        n_good=0,
        more_good=tuple(good.values()),
        discover={"feeds": list(feeds)},
        delay_seconds=0.1,
    )
    yield bad_feeds(canary)
    yield sitemaps(f"http://127.0.0.1:{canary}")
    yield Outlet(name="beku", n_good=6)  # its feed has said nothing new for weeks
    yield from wordpress()


def bad_feeds(canary: int) -> Outlet:
    """Feeds with entities, errors, nothing in them, or no end."""
    inside, rotten = f"http://127.0.0.1:{canary}", "http://umpanbusuk.test"
    entities = f'<!ENTITY rahasia SYSTEM "file:///etc/passwd"><!ENTITY % jauh SYSTEM "{inside}/p.dtd"> %jauh;'
    xxe = f'<!DOCTYPE rss SYSTEM "{inside}/x.dtd" [{entities}]>'
    leaking = item(f"{rotten}/berita/1/dari-xxe", 1, "<guid>&rahasia;</guid>").encode()
    xxe_feed = rss(rotten, [], f"<?xml version='1.0'?>{xxe}").replace(
        b"</channel>", leaking + b"</channel>"
    )
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bad: dict[str, Answer] = {
        "/xxe": http(xxe_feed),
        "/tawa": http(
            rss(rotten, [], f"<!DOCTYPE rss [<!ENTITY a0 'ha'>{laughs}]>").replace(
                b"Kabar", b"&a9;"
            )
        ),
        "/kuadrat": http(
            rss(rotten, [], f"<!DOCTYPE rss [<!ENTITY a '{'a' * 50_000}'>]>").replace(
                b"Kabar", b"&a;" * 50_000
            )
        ),
        "/html": http(front([])),
        "/kosong": http(b""),
        "/tanpa-isi": http(rss(rotten, [])),
        "/tak-ada": http(status="404 Not Found"),
        "/rusak": http(status="500 Oops"),
        "/tanpa-akhir": trickle(
            HEAD + b"\r\n<rss><channel>", item(f"{rotten}/berita/66/lagi", 1).encode() * 3000, 0.001
        ),
        "/json-rusak": http(b'{"items": [{"url": ', kind="application/json"),
    }
    return Outlet(
        name="umpanbusuk",
        others=bad | {"/?halaman=1": http(front(["/berita/2/dari-daftar-saja-yang-masih-ada"]))},
        more_good=("/berita/1/dari-xxe", "/berita/2/dari-daftar-saja-yang-masih-ada"),
        discover={"feeds": [*bad, "/feed"], "index": ["/?halaman={page}"]},
    )


def wordpress() -> Iterator[Outlet]:
    """Posts as JSON: with invalid entries, with an error after the last page, and as HTML or other JSON."""

    def posts(page: int) -> str:
        return f"/wp-json/wp/v2/posts?per_page=100&page={page}&orderby=date&order=desc"

    good = "/berita/1/dari-wordpress"
    post = {
        "link": f"http://wepe.test{good}",
        "id": 1,
        "date_gmt": "2026-10-01T00:00:00",
        "title": {"rendered": "Kabar &amp; cerita"},
    }
    odd: list[object] = [
        post,
        None,
        7,
        {"link": None},
        {"link": "javascript:alert(1)", "title": "x", "date_gmt": {}},
        {"id": [[]]},
    ]
    answers: dict[str, Answer] = {
        posts(1): http(json.dumps(odd).encode(), kind="application/json"),
        posts(2): http(
            b'{"code": "rest_post_invalid_page_number"}',
            status="400 Bad Request",
            kind="application/json",
        ),
    }
    posted = {"wordpress": "/wp-json/wp/v2/posts"}
    yield Outlet(name="wepe", others=answers, n_good=0, more_good=(good,), discover=posted)
    for name, body in {
        "wepehtml": front([]),
        "wepedalam": b"[" * 100_000,
        "wepelain": b'{"posts": "banyak"}',
    }.items():
        yield Outlet(
            name=name,
            others={posts(1): http(body, kind="application/json")},
            n_good=0,
            discover=posted,
        )


def _garbled(home: str, path: str) -> bytes:
    return rss(home, [path]).replace(b"Kabar ke-0", "Kafé & teh <b>\x0b\x1f".encode("cp1252"))


EVIL = (
    "javascript:alert(1)",
    "file:///etc/passwd",
    "data:text/html,x",
    "mailto:a@b.test",
    "http://[::1",
)
Make = Callable[[str, str], bytes]  # from the home and the path of a good page

SALVAGED: dict[str, Make] = {
    "sampah-di-depan": lambda home, path: (
        b"\n\nWarning: mysql_connect() in /var/www\n" + rss(home, [path])
    ),
    "terpotong": lambda home, path: rss(home, [path, "/berita/99/separuh-alamat"])[:-70],
    "rusak-di-tengah": lambda home, path: rss(home, [path]).replace(
        b"</channel>", b"<salah>&nbsp;&tak-dikenal; & <![CDATA[]]></channel>"
    ),
    "sandi-bohong": lambda home, path: rss(home, [path], '<?xml version="1.0" encoding="utf-16"?>'),
    "karakter-kendali": _garbled,
    "gzip-tanpa-kata": lambda home, path: gzip.compress(rss(home, [path])),
    "tautan-nisbi": lambda _, path: rss("", ["PATH"]).replace(
        b"<link>PATH</link>", f"<link>\n  {path}\n</link>".encode()
    ),
    "tanpa-skema": lambda home, path: rss(home, [path]).replace(b"<link>http:", b"<link>"),
    "tautan-jahat": lambda home, path: rss(home, [*EVIL, path]),
    "satu-guid": lambda home, path: rss(home, [path]).replace(b"</item>", b"<guid>1</guid></item>"),
    "tanggal-aneh": lambda home, path: (
        rss(home, [path]).replace(b"+0700", b"WIB").replace(b"Oct", b"Okt")
    ),
    "tanggal-depan": lambda home, path: rss(home, [path]).replace(b"2026", b"2099"),
    "json": lambda home, path: (
        f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"url": "{home}{path}"}}]}}'.encode()
    ),
    "rdf": lambda home, path: (
        f"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><item><link>{home}{path}</link></item></rdf:RDF>".encode()
    ),
}


def sitemaps(inside: str) -> Outlet:
    """A sitemap index that names itself, other sites, sixty children, and children eight levels deep."""
    home = "http://peta.test"
    names = ("biasa", "padat", "teks", "berita", "dalam-1", "terlalu-dalam")
    good = {name: f"/berita/{n}/dari-peta-{name}" for n, name in enumerate(names, 1)}
    deep: dict[str, Answer] = {
        f"/dalam/{n}.xml": http(sitemapindex([f"{home}/dalam/{n + 1}.xml"])) for n in range(1, 9)
    }
    children = [
        "/induk.xml",
        "/biasa.xml",
        "/padat.xml.gz",
        "/teks.txt",
        "/berita.xml",
        "/dalam/1.xml",
    ]
    strangers = ["http://lain.test/peta.xml", f"{inside}/peta.xml"]
    addresses = [
        *(home + child for child in children),
        *strangers,
        *(f"{home}/anak/{n}.xml" for n in range(60)),
    ]
    others: dict[str, Answer] = {
        "/robots.txt": http(
            f"Sitemap: {home}/induk.xml\nSitemap: {inside}/peta.xml\n".encode(), kind="text/plain"
        ),
        "/induk.xml": http(sitemapindex(addresses)),
        "/biasa.xml": http(urlset(home, [good["biasa"]])),
        "/padat.xml.gz": http(
            gzip.compress(urlset(home, [good["padat"]])), kind="application/gzip"
        ),
        "/teks.txt": http(f"{home}{good['teks']}\n".encode(), kind="text/plain"),
        "/berita.xml": http(_news_sitemap(home + good["berita"])),
        **deep,
        **{f"/anak/{n}.xml": http(urlset(home, [good["biasa"]])) for n in range(60)},
    }
    return Outlet(
        name="peta",
        others=others,
        more_good=tuple(good[name] for name in names[:4]),
        delay_seconds=0.05,
    )


def _news_sitemap(url: str) -> bytes:
    news = "<n:news><n:title>Kabar</n:title><n:publication_date>2026-10-01T07:00:00+07:00</n:publication_date></n:news>"
    space = "xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'"
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' {space}><url><loc>{url}</loc>{news}</url></urlset>".encode()
