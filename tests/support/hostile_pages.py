"""Outlets of the hostile site whose pages are wrong: no article, costly to parse, or with misleading addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from support.responses import Answer, Dynamic, Outlet, front, http, new_article, page, rss

NESTED = page(
    ("<div>" * 140 + "<p>kata</p>" + "</div>" * 140) * 1000
)  # no deeper than some pages are, and half a minute's work


def outlets() -> Iterator[Outlet]:
    yield from contents()
    yield from identities()


def contents() -> Iterator[Outlet]:
    """Block pages, empty pages and bodies that are no article; pages that are costly to parse; articles in several parts."""
    wall = {
        "negara": page("<h1>Access denied</h1><p>Your country is not allowed to access this site.</p>", "Access denied"),
        "tantangan": page("<h1>Checking your browser</h1><p>Verifying you are a human. Please wait.</p>", "Just a moment..."),
        "persetujuan": page("<h1>Before you continue</h1><p>Kami menggunakan cookie. Terima semua, atau atur.</p>", "Persetujuan"),
        "masuk": page("<h1>Masuk</h1><form><input type='password'></form><p>Silakan masuk untuk membaca.</p>", "Masuk"),
        "pelanggan": page("<article><h1>Harga beras</h1><p>Harga beras naik lagi pekan ini.</p><p>Khusus pelanggan. Berlangganan.</p>"),
        "cangkang": page("<div id='root'></div><script src='/app.js'></script>", "Kabar"),
        "hilang": page("<h1>404</h1><p>Halaman tidak ditemukan.</p>", "Halaman tidak ditemukan"),
        "kosong": b"", "spasi": b" \n\t ", "daftar": front([]), "pdf": b"%PDF-1.7 berita <a", "json": b'{"berita": 1}',
    }  # fmt: skip
    yield Outlet(
        name="tembok",
        pages={f"/berita/{n}/{name}": http(body) for n, (name, body) in enumerate(wall.items(), 1)},
    )
    heavy = b"<p>" + b"<b><i>x</b></i>" * 200_000
    yield Outlet(
        name="berat",
        pages={
            "/berita/1/dalam-sekali": http(NESTED),
            "/berita/2/simpul-tanpa-akhir": http(b"<html><body><article><h1>Berat</h1>" + heavy),
            "/berita/3/atribut-raksasa": http(page(f"<p title='{'x' * 2_000_000}'>pendek</p>")),
        },
    )
    parts = [f"/berita/1/tiga-bagian{more}" for more in ("", "?page=2", "?page=3")]
    lost = [f"/berita/2/bagian-hilang{more}" for more in ("", "?page=2")]
    yield Outlet(
        name="bersambung",
        pages={parts[0]: part(parts, 0), lost[0]: part(lost, 0)},
        others={
            parts[1]: part(parts, 1),
            parts[2]: part(parts, 2),
            lost[1]: http(status="500 Oops"),
        },
    )


def part(paths: list[str], n: int) -> bytes:
    following = f"<a rel='next' href='{paths[n + 1]}'>Selanjutnya</a>" if n + 1 < len(paths) else ""
    return http(new_article("bersambung", paths[n], tail=following))


def identities() -> Iterator[Outlet]:
    """One article under many addresses, and addresses without end."""
    yield twins()
    yield maze()
    many = [*Outlet(name="berlimpah").usual, *(f"/arsip/{n}/lama" for n in range(50_000))]
    yield Outlet(
        name="berlimpah",
        others={"/feed": http(rss("http://berlimpah.test", many))},
        url=r"/berita/\d+/",
    )


def twins() -> Outlet:
    """One article under many addresses, with false canonical links and a copy."""
    home, one = "http://kembar.test", "/berita/1/satu-kabar-banyak-alamat"
    spellings = [
        one,
        f"{one}?utm_source=rss&utm_medium=feed",
        f"{one}?fbclid=abc",
        f"{one}#komentar",
        f"{one}/",
        f"HTTP://WWW.KEMBAR.TEST:80{one}",
    ]
    claims = {
        "luar": "http://lain.test/berita/9/punya-orang",
        "depan": "/",
        "skrip": "javascript:alert(1)",
    }
    pages: dict[str, Answer] = {
        path: http(new_article("kembar", path, f"<link rel='canonical' href='{claim}'>"))
        for n, (name, claim) in enumerate(claims.items(), 2)
        for path in [f"/berita/{n}/kanonik-{name}"]
    }
    copy = [f"/berita/{n}/salinan-{n}" for n in (8, 9)]
    pages |= {path: http(new_article("kembar", "salinan")) for path in copy}
    pages[one] = pages[f"{one}/"] = http(new_article("kembar", one))
    feed = rss(home, [*spellings, *pages, *Outlet(name="kembar").usual])
    return Outlet(name="kembar", pages=pages, others={"/feed": http(feed)})


def maze() -> Outlet:
    """A calendar without end, links in circles, addresses too deep and too long."""
    circles = [f"/{'a/' * n}kabar-yang-berputar-putar-terus" for n in range(3, 9)]
    deep = "/" + "/".join(f"bab{n}" for n in range(20)) + "/kabar-yang-terlalu-dalam-sekali"
    found = "/berita/40/kabar-yang-ada-di-kalender"

    def calendar(sent: Mapping[str, str], _: int) -> bytes:
        month = sent[":path"].rpartition("=")[2]
        links = [
            found,
            *circles,
            deep,
            f"/berita/5{month}/kabar-baru-setiap-bulan-{month}",
            "/kabar-panjang-" + "x" * 3000,
        ]
        body = "".join(f"<p><a href='{link}'>Kabar tentang {link[-20:]}</a></p>" for link in links)
        return http(
            page(f"{body}<a rel='next' href='/kalender?bulan={int(month) + 1}'>Berikutnya</a>")
        )

    dates: dict[str, Answer] = {f"/kalender?bulan={n}": Dynamic(calendar) for n in range(1, 200)}
    months: dict[str, Answer] = {
        p: http(new_article("labirin", p))
        for n in range(1, 200)
        for p in [f"/berita/5{n}/kabar-baru-setiap-bulan-{n}"]
    }
    return Outlet(
        name="labirin",
        others=dates | months,
        n_good=0,
        more_good=(found,),
        discover={"index": ["/kalender?bulan={page}"]},
        delay_seconds=0.05,
    )
