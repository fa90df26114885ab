"""The rest of what a page says about its article: section, tags, description, language, access."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import unescape
from typing import Any

from parsers.html import jsonld
from parsers.html.document import Document, said_by, squeeze, text_of

GENERIC_SECTIONS = frozenset({"home", "beranda", "news", "article", "articles", "index"})
MOST_TAGS = 40
MUCH_LIKELIER = (
    30  # times; no Indonesian piece of 200 letters, of 10,000, is 8 times likelier Malay
)
SHORTEST = 20  # letters of a text that can be guessed at


def about_this(doc: Document) -> list[jsonld.Node]:
    """The JSON-LD article nodes of this very page."""
    urls = [doc.url, doc.rel("canonical"), doc.meta("og:url")]
    return jsonld.about(
        doc.graph,
        [u for u in urls if u],
        [*doc.headings[:3], doc.meta("og:title") or "", doc.title],
    )


def find_section(
    doc: Document, articles: list[jsonld.Node], css: str | None
) -> tuple[str | None, str]:
    said: list[tuple[str, Iterable[str | None]]] = [
        ("rule", (said_by(n) for n in doc.select(css))),
        ("jsonld", (jsonld.as_text(n.get("articleSection")) for n in articles)),
        (
            "meta",
            (
                doc.meta(
                    "article:section",
                    "parsely-section",
                    "section",
                    "sailthru.section",
                    "cxenseparse:category",
                ),
            ),
        ),
        (
            "microdata",
            (
                e.get("content") or text_of(e)
                for e in doc.with_attribute("itemprop", "articlesection")
            ),
        ),
        ("breadcrumb", _breadcrumb(doc)),
    ]
    for where, values in said:
        for value in values:
            text = squeeze(unescape(value or ""))
            if 1 < len(text) < 60:
                return text, where
    return None, "none"


def _breadcrumb(doc: Document) -> Iterator[str]:
    """The last step before the article itself."""
    for node in doc.graph:
        if "BreadcrumbList" in jsonld.types(node):
            steps = [s for s in jsonld.as_list(node.get("itemListElement")) if isinstance(s, dict)]
            names = [
                n
                for s in steps
                if (n := jsonld.as_text(s.get("name")) or jsonld.as_text(s.get("item")))
            ]
            titles = {h.casefold() for h in doc.headings}
            yield from (
                n
                for n in reversed(names)
                if n.casefold() not in titles
                and n.casefold() not in GENERIC_SECTIONS
                and not n.startswith("http")
            )


def find_tags(
    doc: Document, articles: list[jsonld.Node], css: str | None
) -> tuple[tuple[str, ...], str]:
    said: list[tuple[str, list[str]]] = [
        ("rule", [text_of(n) for n in doc.select(css)]),
        (
            "jsonld",
            [
                t
                for n in articles
                for k in jsonld.as_list(n.get("keywords"))
                if (t := jsonld.as_text(k))
            ],
        ),
        (
            "meta",
            doc.metas.get("article:tag", [])
            or doc.metas.get("news_keywords", [])
            or doc.metas.get("keywords", []),
        ),
        ("rel", [text_of(e) for e in doc.with_attribute("rel", "tag")]),
    ]
    for where, values in said:
        tags: dict[str, str] = {}  # one word in two spellings is one tag, as it is printed first
        for value in values:
            for part in (
                re.split(r"\s*[,;]\s*", squeeze(unescape(value)))
                if where in {"jsonld", "meta"}
                else [squeeze(value)]
            ):
                tag = part.lstrip("#").strip()
                tags.setdefault(tag.casefold(), tag)
        if kept := tuple(t for t in tags.values() if 1 < len(t) < 80)[:MOST_TAGS]:
            return kept, where
    return (), "none"


def find_description(doc: Document, articles: list[jsonld.Node]) -> tuple[str | None, str]:
    said = [
        ("meta", doc.meta("description")),
        ("og", doc.meta("og:description", "twitter:description")),
        *(("jsonld", jsonld.as_text(n.get("description"))) for n in articles),
    ]
    return next(
        ((t, where) for where, value in said if (t := squeeze(unescape(value or "")))),
        (None, "none"),
    )


def find_access(doc: Document, articles: list[jsonld.Node]) -> str | None:
    """Whether the page says it is free, paid, or partial: with a part marked as paid, or so many articles a month.

    https://developers.google.com/search/docs/appearance/structured-data/paywalled-content, and Facebook's `article:content_tier`.
    """
    for node in articles:
        said = _is_free(node)
        if any(
            isinstance(part, dict) and _is_free(part) is False
            for part in jsonld.as_list(node.get("hasPart"))
        ):
            return "partial"
        if said is not None:
            return "free" if said else "paid"
    tier = (doc.meta("article:content_tier") or "").lower()
    return {"free": "free", "metered": "partial", "locked": "paid"}.get(tier)


def _is_free(node: jsonld.Node) -> bool | None:
    """schema.org's boolean, as sites write it: `false`, `"False"`, `http://schema.org/False`."""
    return {"true": True, "false": False}.get(
        str(node.get("isAccessibleForFree", "")).rsplit("/", 1)[-1].lower()
    )


def find_language(
    doc: Document, articles: list[jsonld.Node], text: str, default: str
) -> tuple[str | None, str]:
    """The language of the text, and who says so: `text`, `html` or `source`. `default` is the outlet's, or `und`.

    What page and outlet state is believed. A guess from the text decides where they state nothing or contradict each
    other, and where it is much likelier than all that they state: themes say `en` whatever is written, and papers of one
    language print articles in another.
    """
    on_page = list(_stated_languages(doc, articles))
    stated = dict.fromkeys([*on_page, *([default] if default != "und" else [])])
    likelihoods = classify(text)
    guess = next(iter(likelihoods), None)
    likely = sum(likelihoods.get(language, 0.0) for language in stated)
    if guess and (guess in stated or likelihoods[guess] >= MUCH_LIKELIER * likely):
        return guess, "text"
    language = max(stated, key=lambda each: likelihoods.get(each, 0.0), default=None)
    return language, "html" if language in on_page else "source"


def _stated_languages(doc: Document, articles: list[jsonld.Node]) -> Iterator[str]:
    for value in (
        doc.tree.get("lang"),
        doc.tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
        doc.meta("og:locale", "content-language", "language"),
        *(jsonld.as_text(node.get("inLanguage")) for node in articles),
    ):
        if language := code(value):
            yield language


def code(value: str | None) -> str | None:
    m = re.match(r"\s*([a-z]{2,3})(?:$|[-_])", (value or "").lower())
    return {"in": "id"}.get(m[1], m[1]) if m else None


def classify(text: str) -> dict[str, float]:
    """How likely each language is by the first hundred words or so, the likeliest first; nothing for a few letters."""
    return dict(_identifier().rank(text[:800])) if len(text) >= SHORTEST else {}


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - its model takes half a second to load

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
