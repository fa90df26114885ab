"""Pages of invented text, and what the parser makes of them."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from parsers.article import Article, Context, Link, Page, Response
from parsers.parse import parse
from parsers.source import Source, default_source, load

PAGES = sorted(Path(__file__).parents[1].joinpath("pages").glob("*/*.json"))


FETCHED = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


SOURCES = load()


def page(
    body: bytes,
    url: str = "http://kabarmuara.test/baca/17/x.html",
    *,
    kind: str = "page",
    headers=(),
    redirects=(),
    requested_url=None,
) -> Page:
    response = Response(
        fetch_id="f",
        requested_url=requested_url or url,
        url=url,
        fetched_at=FETCHED,
        body=body,
        headers=headers,
        redirects=redirects,
    )
    return Page(link=Link(url=url, source_id="x", kind=kind), responses=(response,))


def outlet(name: str) -> Source:
    return SOURCES.get(name) or default_source("kabarmuara.test")


def saved_article(path: Path) -> tuple[Article, dict]:
    truth = json.loads(path.read_text(encoding="utf-8"))
    return parse(
        page(path.with_suffix(".html").read_bytes(), truth["url"]),
        outlet(path.parent.name),
        Context(),
    ), truth


def field_value(article: Article, field: str) -> object:
    return {
        "url": lambda: article.url,
        "date_published": lambda: article.date_published and article.date_published.isoformat(),
        "content_reference_date": lambda: str(article.content_reference_date),
        "authors": lambda: [[p.name, p.role] for p in article.authors],
        "tags": lambda: list(article.tags),
        "removed": lambda: [r.kind for r in article.removed],
        "related": lambda: [
            [x.title, x.href, x.after_paragraph] for x in article.links if x.rel == "related"
        ],
        "first": lambda: article.paragraphs[0],
        "last": lambda: article.paragraphs[-1],
        "paragraphs": lambda: len(article.paragraphs),
    }.get(field, lambda: getattr(article, field))()


TAG = re.compile(r"""<(\w+)((?:\s+[\w:-]+="[^"<>]*")+)(\s*/?)>""")


ATTRIBUTE = re.compile(r"""\s+[\w:-]+="[^"<>]*\"""")


def variants(text: str) -> dict[str, bytes]:
    meta = text.replace("charset=iso-8859-1", "charset=utf-8")
    return {
        "utf-16": b"\xff\xfe" + text.encode("utf-16-le"),
        "utf-8 with a mark": b"\xef\xbb\xbf" + text.encode(),
        "windows-1252": meta.replace("utf-8", "windows-1252")
        .replace("UTF-8", "windows-1252")
        .encode("cp1252", "xmlcharrefreplace"),
        "comments": text.replace("<p>", "<!-- iklan --><p><!-- x -->")
        .replace("<br>", "<br><!-- y -->")
        .encode(),
        "attributes in another order": TAG.sub(
            lambda m: f"<{m[1]}{''.join(reversed(ATTRIBUTE.findall(m[2])))}{m[3]}>", text
        ).encode(),
        "attributes": text.replace("<p>", '<p data-a="1" data-b="2">')
        .replace("<body", '<body data-x="9"')
        .encode(),
        "boilerplate": text.replace(
            "</body>",
            "<footer><ul>"
            + "".join(f'<li><a href="/k/{n}">Kanal {n}</a></li>' for n in range(30))
            + "</ul></footer></body>",
        ).encode(),
        "menus": re.sub(
            "(<body[^>]*>)",
            lambda m: (
                m[1]
                + "<nav><ul>"
                + "".join(f'<li><a href="/k/{n}">Kanal {n}</a></li>' for n in range(90))
                + "</ul></nav>"
            ),
            text,
        ).encode(),
    }


TEXT = "".join(
    f"<p>Petugas posko ke-{n} mencatat tujuh perahu kembali berlayar dari dermaga lama sejak pagi.</p>"
    for n in range(8)
)
