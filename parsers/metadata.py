"""The rest of what a page says about its article: section, tags, description, language, images, access, canonical address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from parsers import jsonld
from parsers.article import Image
from parsers.document import Document, Element, squeeze, text_of

CREDIT = re.compile(r"\s*[(\[]?\b(?:foto|photo|photograph|image|credit|kredit|dok\.?|sumber|source|bild|quelle)\s*[:/]\s*(?P<who>[^)\]]{2,80})[)\]]?\s*$"
                    r"|\s*[(\[](?P<wire>[^)\]]*(?:/|getty|antara|reuters|dok|istimewa)[^)\]]*)[)\]]\.?\s*$", re.IGNORECASE)
GENERIC_SECTIONS = frozenset({"home", "beranda", "news", "article", "articles", "index"})
MOST_TAGS = 40


def about_this(doc: Document) -> list[jsonld.Node]:
    """The JSON-LD article nodes of this very page."""
    urls = [doc.url, doc.rel("canonical"), doc.meta("og:url")]
    return jsonld.about(doc.graph, [u for u in urls if u], [*doc.headings[:3], doc.meta("og:title") or "", doc.title])


def find_section(doc: Document, articles: list[jsonld.Node], css: str | None) -> tuple[str | None, str]:
    said: list[tuple[str, Iterable[str | None]]] = [
        ("rule", (text_of(n) for n in doc.select(css))),
        ("jsonld", (jsonld.as_text(n.get("articleSection")) for n in articles)),
        ("meta", (doc.meta("article:section", "parsely-section", "section", "sailthru.section", "cxenseparse:category"),)),
        ("microdata", (e.get("content") or text_of(e) for e in doc.with_attribute("itemprop", "articlesection"))),
        ("breadcrumb", _breadcrumb(doc)),
    ]
    for where, values in said:
        for value in values:
            text = squeeze(unescape(value or ""))
            if 1 < len(text) < 60:  # noqa: PLR2004 - a section is a word or a few
                return text, where
    return None, "none"


def _breadcrumb(doc: Document) -> Iterator[str]:
    """The last step before the article itself."""
    for node in doc.graph:
        if "BreadcrumbList" in jsonld.types(node):
            steps = [s for s in jsonld.as_list(node.get("itemListElement")) if isinstance(s, dict)]
            names = [n for s in steps if (n := jsonld.as_text(s.get("name")) or jsonld.as_text(s.get("item")))]
            titles = {h.casefold() for h in doc.headings}
            yield from (n for n in reversed(names) if n.casefold() not in titles and n.casefold() not in GENERIC_SECTIONS and not n.startswith("http"))


def find_tags(doc: Document, articles: list[jsonld.Node], css: str | None) -> tuple[tuple[str, ...], str]:
    said: list[tuple[str, list[str]]] = [
        ("rule", [text_of(n) for n in doc.select(css)]),
        ("jsonld", [t for n in articles for k in jsonld.as_list(n.get("keywords")) if (t := jsonld.as_text(k))]),
        ("meta", doc.metas.get("article:tag", []) or doc.metas.get("news_keywords", []) or doc.metas.get("keywords", [])),
        ("rel", [text_of(e) for e in doc.with_attribute("rel", "tag")]),
    ]
    for where, values in said:
        tags = dict.fromkeys(t.lstrip("#").strip() for v in values for t in (re.split(r"\s*[,;]\s*", squeeze(unescape(v))) if where in {"jsonld", "meta"} else [squeeze(v)]))
        if kept := tuple(t for t in tags if 1 < len(t) < 80)[:MOST_TAGS]:  # noqa: PLR2004 - a phrase at most
            return kept, where
    return (), "none"


def find_description(doc: Document, articles: list[jsonld.Node]) -> tuple[str | None, str]:
    said = [("meta", doc.meta("description")), ("og", doc.meta("og:description", "twitter:description")),
            *(("jsonld", jsonld.as_text(n.get("description"))) for n in articles)]
    return next(((t, where) for where, value in said if (t := squeeze(unescape(value or "")))), (None, "none"))


def find_access(doc: Document, articles: list[jsonld.Node]) -> bool | None:
    """What the page itself says of being free."""
    for node in articles:
        said = str(node.get("isAccessibleForFree", "")).rsplit("/", 1)[-1].lower()
        if said in {"true", "false"}:
            return said == "true"
    tier = (doc.meta("article:content_tier") or "").lower()
    return {"free": True, "metered": False, "locked": False}.get(tier)


def find_images(doc: Document, articles: list[jsonld.Node], scope: Element | None) -> tuple[Image, ...]:
    """The primary image the head names, then those inside the article, each once, with caption and credit."""
    found: dict[str, Image] = {}
    for raw in [*doc.metas.get("og:image", [])[:1], *(u for n in articles for v in jsonld.as_list(n.get("image"))[:1] if (u := _image_url(v)))][:2]:
        if (url := doc.absolute(raw)) and not found:
            found[url] = Image(role="primary", content_url=url)
    for node in list(scope.iter("img"))[:60] if scope is not None else ():
        image = _image(doc, node)
        if image:
            known = next((k for k in found if _same_file(k, image.content_url)), None)
            if known:
                found[known] = Image(role=found[known].role, content_url=known, caption=found[known].caption or image.caption,
                                     credit_text=found[known].credit_text or image.credit_text, alt_text=image.alt_text, width=image.width, height=image.height)
            else:
                found[image.content_url] = image
    return tuple(found.values())


def _image_url(value: Any) -> str | None:
    if isinstance(value, dict):
        value = jsonld.as_text(value.get("url")) or jsonld.as_text(value.get("contentUrl"))
    return value if isinstance(value, str) else None


def _same_file(one: str, other: str) -> bool:
    def name(url: str) -> str:
        return re.sub(r"[-_]\d{2,4}x\d{2,4}(?=\.\w+$)", "", url.split("?")[0].rsplit("/", 1)[-1])
    return name(one) == name(other) != ""


def _image(doc: Document, node: Element) -> Image | None:
    source = next((node.get(a) for a in ("data-src", "data-lazy-src", "data-original", "src") if node.get(a) and not node.get(a).startswith("data:")), None)
    url = doc.absolute(source)
    width, height = _pixels(node.get("width")), _pixels(node.get("height"))
    if not url or (width is not None and width < 100):  # noqa: PLR2004 - icons and counters
        return None
    figure = next((a for a in node.iterancestors() if a.tag == "figure" or "caption" in (a.get("class") or "")), None)
    caption = squeeze(" ".join(text_of(c) for c in figure.xpath(".//figcaption | .//*[contains(@class, 'caption')][not(.//img)]")[:1])) if figure is not None else ""
    text, credit = split_credit(caption)
    return Image(role="inline", content_url=url, caption=text, credit_text=credit, alt_text=squeeze(node.get("alt")) or None, width=width, height=height)


def split_credit(caption: str) -> tuple[str | None, str | None]:
    """`Warga antre. (Foto: Antara/Budi)` → the sentence, and whom it credits."""
    m = CREDIT.search(caption)
    if not m:
        return caption or None, None
    return caption[:m.start()].strip() or None, (m["who"] or m["wire"]).strip() or None


def _pixels(text: str | None) -> int | None:
    m = re.match(r"\s*(\d{1,5})", text or "")
    return int(m[1]) if m else None


def find_language(doc: Document, articles: list[jsonld.Node], text: str, default: str) -> tuple[str | None, str]:
    """The language the text is in; asked of a classifier only where page and outlet are silent or disagree."""
    said = [t for v in (doc.tree.get("lang"), doc.tree.get("{http://www.w3.org/XML/1998/namespace}lang"), doc.meta("og:locale", "content-language", "language"),
                        *(jsonld.as_text(n.get("inLanguage")) for n in articles)) if (t := code(v))]
    known = {*said, *({default} if default != "und" else set())}
    # Templates say `en` whatever the text is; without an outlet that says the same it is no answer.
    if len(known) == 1 and not (known == {"en"} and default == "und"):
        return known.pop(), "html" if said else "source"
    return classify(text) or (said[0] if said else None), "text"


def code(value: str | None) -> str | None:
    m = re.match(r"\s*([a-z]{2,3})(?:$|[-_])", (value or "").lower())
    return {"in": "id"}.get(m[1], m[1]) if m else None


def classify(text: str) -> str | None:
    """py3langid's answer on the first few thousand characters; it tells Indonesian from Malay."""
    if len(text) < 20:  # noqa: PLR2004 - a name could be of any language
        return None
    import py3langid  # noqa: PLC0415 - its model loads only where it is asked
    return str(py3langid.classify(text[:3000])[0])

