"""Outlets of the hostile site whose network, redirects or status codes are wrong."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from support import hostile_channels, hostile_pages
from support.responses import (
    BOMB,
    HEAD,
    LONG,
    Answer,
    Dynamic,
    Outlet,
    cut,
    encoded,
    front,
    http,
    new_article,
    page,
    rss,
    silence,
    sitemapindex,
    to,
    trickle,
)

CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
TEXT = new_article("sandi", "/berita/badan")
DAY = 86400
END_TAGS = re.compile(rb"</(?:p|article|body|html)>")
CHALLENGE = page(
    "<div id='challenge-platform'></div><noscript>Enable JavaScript and cookies to continue</noscript>",
    "Just a moment...",
)


def inside_a_tag(whole: bytes, at: int) -> bytes:
    """The page up to the middle of the first end tag after so many bytes."""
    return whole[: whole.index(b"</p>", at) + 2]


def outlets(canary: int) -> Iterator[Outlet]:
    """All outlets of the hostile site. `canary` is the port that nobody may reach."""
    yield from network()
    yield private_network(canary)
    yield from hosts()
    yield from hostile_pages.outlets()
    yield from hostile_channels.outlets(canary)


def network() -> Iterator[Outlet]:
    """Connections that hang or break, malformed HTTP, wrong codings, endless bodies, redirects."""
    yield from connections()
    yield truncated()
    yield malformed()
    yield Outlet(name="sandi", pages=codings())
    yield Outlet(
        name="raksasa",
        pages={
            "/berita/1/mengaku-enam-puluh-juta": cut(HEAD + b"Content-Length: 60000000\r\n\r\nxx"),
            "/berita/2/tanpa-akhir": trickle(
                HEAD + b"\r\n<html><body>", b"<p>lagi</p>" * 6000, 0.001
            ),
        },
    )
    yield Outlet(
        name="putar",
        pages=redirects(),
        others={f"/hop/{n}": to(f"/hop/{n + 1}") for n in range(30)} | REDIRECTED,
    )


def connections() -> Iterator[Outlet]:
    """A server that hangs, and one that breaks off."""
    yield Outlet(
        name="macet",
        pages={
            "/berita/1/tanpa-jawaban": silence,
            "/berita/2/kepala-menetes": trickle(b"HTTP/1.1 200 OK\r\nX-Panjang: "),
            "/berita/3/badan-menetes": trickle(LONG),
            "/berita/4/diam-sekali": [silence, http(new_article("macet", "/berita/4/diam-sekali"))],
        },
        delay_seconds=0.4,
    )
    yield Outlet(
        name="putus",
        pages={
            "/berita/1/ditutup-tanpa-kata": cut(b""),
            "/berita/2/direset-di-tengah": cut(LONG, reset=True),
            "/berita/3/kurang-dari-janji": cut(LONG),
            "/berita/4/potongan-rusak": cut(CHUNKED + b"5\r\nhello\r\nzz\r\nhello\r\n0\r\n\r\n"),
            "/berita/5/potongan-tak-selesai": cut(CHUNKED + b"5\r\nhello\r\n"),
            "/berita/6/putus-sekali": [
                cut(LONG, reset=True),
                http(new_article("putus", "/berita/6/putus-sekali")),
            ],
        },
    )


def truncated() -> Outlet:
    """Pages that end in the middle of their markup."""
    whole = new_article("terpotong", "/berita/1/halaman-terpotong", n_sentences=30)
    mended = "/berita/2/terpotong-sekali"
    unclosed = "/berita/3/tanpa-tag-penutup"
    return Outlet(
        name="terpotong",
        pages={
            "/berita/1/halaman-terpotong": http(inside_a_tag(whole, len(whole) * 2 // 3)),
            mended: [
                http(inside_a_tag(new_article("terpotong", mended, n_sentences=30), 2500)),
                http(new_article("terpotong", mended, n_sentences=30)),
            ],
            unclosed: http(END_TAGS.sub(b"", new_article("terpotong", unclosed))),
        },
    )


def malformed() -> Outlet:
    """Responses that are not HTTP."""
    coloured = "/berita/5/kepala-berwarna"
    return Outlet(
        name="kacau",
        pages={
            "/berita/1/bukan-http": cut(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
            "/berita/2/status-sampah": cut(b"HTTP/1.1 abc OK\r\n\r\n"),
            "/berita/3/kepala-raksasa": cut(HEAD + b"X-Panjang: " + b"a" * 2_000_000 + b"\r\n\r\n"),
            "/berita/4/dua-bingkai": http(TEXT, "Transfer-Encoding: chunked"),
            coloured: http(
                new_article("kacau", coloured),
                "X-Jahat: \x1b[31m\xff\xfe merah",
                "ETag: \x1b]0;x\x07",
            ),
        },
    )


def codings() -> dict[str, Answer]:
    squeezed = gzip.compress(TEXT)
    raw = zlib.compressobj(wbits=-15)
    deflated = raw.compress(new_article("sandi", "/berita/9/deflate-mentah")) + raw.flush()
    return {
        "/berita/1/gzip-terpotong": encoded(squeezed[:-20], "gzip"),
        "/berita/2/jumlah-salah": encoded(squeezed[:-8] + bytes(8), "gzip"),
        "/berita/3/bukan-gzip": encoded(TEXT, "gzip"),
        "/berita/4/brotli-tak-diminta": encoded(b"\x0b\x02\x80hello\x03", "br"),
        "/berita/5/zstd-tak-diminta": encoded(b"\x28\xb5\x2f\xfd", "zstd"),
        "/berita/6/bom-gzip": encoded(BOMB, "gzip"),
        "/berita/7/gzip-dua-kali": encoded(gzip.compress(squeezed), "gzip, gzip"),
        "/berita/8/bom-dalam-bom": encoded(gzip.compress(BOMB), "gzip"),
        "/berita/9/deflate-mentah": encoded(deflated, "deflate"),
    }


REDIRECTED: dict[str, Answer] = {
    "/kanal/ekonomi/": http(front([])),
    "/masuk": http(
        page(
            "<h1>Masuk</h1><form><input name='u'><input type='password' name='p'></form><p>Silakan masuk dahulu</p>",
            "Masuk",
        )
    ),
    "/berita/77/rumah-baru-kabar-lama": http(
        new_article("putar", "/berita/77/rumah-baru-kabar-lama")
    ),
}


def redirects() -> dict[str, Answer]:
    return {
        "/berita/1/kepada-diri-sendiri": to("/berita/1/kepada-diri-sendiri"),
        "/berita/2/berputar": to("/berita/3/berputar-balik"),
        "/berita/3/berputar-balik": to("http://PUTAR.test/berita/2/berputar#x"),
        "/berita/4/tiga-puluh-lompatan": to("/hop/0"),
        "/berita/5/tanpa-tujuan": cut(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"),
        "/berita/6/alamat-rusak": to("http://[::rusak/"),
        "/berita/7/ke-halaman-depan": to("/", "301 Moved Permanently"),
        "/berita/8/ke-daftar-kanal": to("/kanal/ekonomi/", "301 Moved Permanently"),
        "/berita/9/ke-pintu-masuk": to("/masuk"),
        "/berita/10/pindah-rumah": to("/berita/77/rumah-baru-kabar-lama", "301 Moved Permanently"),
    }


def private_targets(canary: int) -> dict[str, str]:
    """Addresses inside the private network, in every spelling."""
    return {
        "angka": f"http://127.0.0.1:{canary}/", "nama": f"http://localhost:{canary}/", "desimal": f"http://2130706433:{canary}/",
        "heksa": f"http://0x7f.1:{canary}/", "oktal": f"http://0177.0.0.1:{canary}/", "pendek": f"http://127.1:{canary}/",
        "enam": f"http://[::1]:{canary}/", "terpeta": f"http://[::ffff:127.0.0.1]:{canary}/", "nat64": f"http://[64:ff9b::7f00:1]:{canary}/",
        "6to4": f"http://[2002:7f00:1::]:{canary}/", "awan": "http://169.254.169.254/latest/meta-data/", "kantor": "http://10.0.0.1/",
        "cgnat": "http://100.64.0.1/", "grup": "http://224.0.0.1/", "pengguna": f"http://u:p@127.0.0.1:{canary}/",
        "pindahan": "http://dalam.selundup.test/", "pintu-lain": f"http://selundup.test:{canary}/", "berkas": "file:///etc/passwd",
        "gopher": f"gopher://127.0.0.1:{canary}/_x", "ftp": f"ftp://127.0.0.1:{canary}/", "data": "data:text/html,berita",
        "skrip": "javascript:alert(1)",
    }  # fmt: skip


def private_network(canary: int) -> Outlet:
    """Ways into the private network: redirects, links, feeds and sitemaps."""
    inside = f"http://127.0.0.1:{canary}/"
    pages: dict[str, Answer] = {
        f"/berita/{n}/ke-{name}": to(target)
        for n, (name, target) in enumerate(private_targets(canary).items(), 1)
    }
    refresh = f"<meta http-equiv='refresh' content='0;url={inside}'>"
    canonical = "/berita/50/kanonik-ke-dalam"
    head = f"<link rel='canonical' href='{inside}'><link rel='amphtml' href='{inside}'><link rel='next' href='{inside}?page=2'>"
    pages |= {
        "/berita/51/segar-ke-dalam": http(page(refresh)),
        canonical: http(
            new_article(
                "selundup",
                canonical,
                head,
                tail=f"<a rel='next' href='{inside}'>2</a><img src='{inside}'>",
            )
        ),
        "http://dalam.selundup.test/berita/60/nama-yang-pindah": b"",
    }
    feeds = [
        "/feed",
        f"http://127.0.0.1:{canary}/feed",
        "http://dalam.selundup.test/feed",
        f"http://selundup.test:{canary}/feed",
    ]
    more = [
        "http://169.254.169.254/berita/61/awan",
        f"{inside}berita/62/dalam",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ]
    return Outlet(
        name="selundup",
        pages=pages,
        others={
            "/feed": http(
                rss("http://selundup.test", [*pages, *more, *Outlet(name="selundup").usual])
            ),
            "/peta.xml": http(
                sitemapindex([inside, "http://dalam.selundup.test/peta.xml", "file:///etc/passwd"])
            ),
        },
        discover={"feeds": feeds, "sitemaps": ["/peta.xml", f"{inside}sitemap.xml"]},
        delay_seconds=0.1,
    )


def retry_after(value: str, status: str = "429 Too Many Requests") -> bytes:
    return http(b"", f"Retry-After: {value}", status=status)


def soon() -> bytes:
    return retry_after(
        format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True),
        "503 Service Unavailable",
    )


def hosts() -> Iterator[Outlet]:
    """Hosts that are busy, broken, unreachable, or refuse us."""
    ra = [
        f"/berita/{n}/tunggu-{name}"
        for n, name in enumerate(("sedetik", "sampai", "kemarin", "sampah"), 1)
    ]
    first = [
        retry_after("1"),
        Dynamic(lambda _headers, _visit: soon()),
        retry_after("Wed, 21 Oct 2015 07:28:00 GMT"),
        retry_after("sebentar"),
    ]
    yield Outlet(
        name="sibuk",
        pages={
            path: [response, http(new_article("sibuk", path))]
            for path, response in zip(ra, first, strict=True)
        },
    )
    waiting: dict[str, Answer] = {
        "/berita/1/besok-lagi": retry_after(str(DAY)),
        "/berita/2/ikut-menunggu": b"tak pernah",
    }
    yield Outlet(name="tutup", pages=waiting, good_first=True)
    failing = http(b"rusak", status="500 Internal Server Error")
    yield Outlet(
        name="roboh", pages={f"/berita/{n}/rusak": failing for n in range(1, 5)}, good_first=True
    )
    up_and_down = [f"/berita/{n}/naik-turun" for n in range(1, 4)]
    worse = http(b"", status="502 Bad Gateway")
    yield Outlet(
        name="goyah",
        pages={path: [failing, worse, http(new_article("goyah", path))] for path in up_and_down},
    )
    yield Outlet(name="mati", n_good=0)
    yield Outlet(name="sertifikat", n_good=0, scheme="https")
    yield Outlet(name="bukantls", n_good=0, scheme="https")
    yield Outlet(name="ditolak", pages=refusals())
    challenged = http(CHALLENGE, "cf-mitigated: challenge", status="403 Forbidden")
    yield Outlet(
        name="tantang",
        pages={f"/berita/{n}/bukan-untuk-mesin": challenged for n in range(1, 8)},
        good_first=True,
    )
    yield conditional()
    yield lying()


def refusals() -> dict[str, Answer]:
    bodies = {
        "400 Bad Request": b"", "401 Unauthorized": b"", "403 Forbidden": b"", "404 Not Found": b"", "410 Gone": b"", "451 Barred": b"",
        "204 No Content": b"", "206 Partial Content": TEXT, "999 Aneh": b"", "300 Multiple Choices": b"", "503 Busy": CHALLENGE,
    }  # fmt: skip
    pages: dict[str, Answer] = {
        f"/berita/{n}/status-{status[:3]}": cut(b"HTTP/1.1 204 No Content\r\n\r\n")
        if status[:3] == "204"
        else http(body, status=status)
        for n, (status, body) in enumerate(bodies.items(), 1)
    }
    return pages | {
        "/berita/20/cf-mitigated": http(
            CHALLENGE, "cf-mitigated: challenge", status="403 Forbidden"
        )
    }


def conditional() -> Outlet:
    """Pages with each kind of validator; the feed says on the second visit that all have changed."""
    paths = [
        f"/berita/{n}/{name}"
        for n, name in enumerate(("bertanda", "bertanggal", "berubah", "prasyarat"), 1)
    ]
    changed = {path: http(new_article("bersyarat", path), f'ETag: "{path}"') for path in paths}

    def tagged(path: str) -> Dynamic:
        return Dynamic(lambda sent, _: cut304() if "if-none-match" in sent else changed[path])

    def dated(sent: Mapping[str, str], _: int) -> bytes:
        return (
            cut304()
            if "if-modified-since" in sent
            else http(
                new_article("bersyarat", paths[1]), "Last-Modified: Thu, 01 Oct 2026 00:00:00 GMT"
            )
        )

    def edited(_sent: object, visit: int) -> bytes:
        return http(new_article("bersyarat", f"{paths[2]}{visit}"), f'ETag: "v{visit}"')

    def choosy(sent: Mapping[str, str], _: int) -> bytes:
        return (
            http(status="412 Precondition Failed") if "if-none-match" in sent else changed[paths[3]]
        )

    pages: dict[str, Answer] = dict(
        zip(
            paths, (tagged(paths[0]), Dynamic(dated), Dynamic(edited), Dynamic(choosy)), strict=True
        )
    )
    pages |= {"/berita/5/tak-pernah-ditanya": cut304()}
    return Outlet(
        name="bersyarat",
        pages=pages,
        others={"/feed": all_changed("bersyarat", [*pages, *Outlet(name="bersyarat").usual])},
    )


def lying() -> Outlet:
    """Pages that change from visit to visit and keep their validator."""

    def same(path: str) -> Dynamic:
        return Dynamic(
            lambda sent, visit: (
                cut304()
                if "if-none-match" in sent
                else http(new_article("bohong", f"{path}-{visit}"), 'ETag: "tetap"')
            )
        )

    pages: dict[str, Answer] = {
        path: same(path) for n in (1, 2) for path in [f"/berita/{n}/tanda-yang-tetap"]
    }
    return Outlet(
        name="bohong", n_good=0, pages=pages, others={"/feed": all_changed("bohong", list(pages))}
    )


def all_changed(name: str, paths: Sequence[str]) -> Dynamic:
    """An Atom feed that says at each visit that all has changed since the last one."""

    def feed(_: object, visit: int) -> bytes:
        changed = f"<updated>2026-10-0{visit}T00:00:00Z</updated>"
        links = (f"<link href='http://{name}.test{path}'/><id>{path}</id>" for path in paths)
        entries = "".join(f"<entry><title>Kabar</title>{link}{changed}</entry>" for link in links)
        body = f"<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>"
        return http(body.encode(), f'ETag: "f{visit}"', kind="application/atom+xml")

    return Dynamic(feed)


def cut304() -> bytes:
    return b"HTTP/1.1 304 Not Modified\r\n\r\n"
