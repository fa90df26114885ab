"""The pictures of an article: the lead and those in the text, with caption and credit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from parsers.article import Image
from parsers.html import jsonld
from parsers.html.document import Document, Element, above_text, text_of
from parsers.text.normalize import collapse_whitespace

CREDIT = re.compile(
    r"\s*[(\[]?\b(?:foto|photo|photograph|image|credit|kredit|dok\.?|sumber|source|bild|quelle)\s*[:/]\s*(?P<who>[^)\]]{2,80})[)\]]?\s*$"
    r"|\s*[(\[](?P<wire>[^)\]]*(?:/|getty|antara|reuters|dok|istimewa)[^)\]]*)[)\]]\.?\s*$",
    re.IGNORECASE,
)
# A picture that is on every page: a logo, a placeholder, an advertisement.
STOCK = re.compile(
    r"(?:^|[/_.-])(?:logo|default|placeholder|no-?image|favicon|iklan|banner|ads?|advert\w*)(?:[_.-][^/]*)?$",
    re.IGNORECASE,
)
SOURCES = ("data-src", "data-lazy-src", "data-original", "src")
MOST = 60
LEAST_PIXELS = 100  # smaller ones are icons and counters
LONGEST_CAPTION = 400


def find_images(doc: Document, scope: Element | None) -> tuple[Image, ...]:
    """The lead picture (from the head, else above the text), then those in the text."""
    urls = map(doc.absolute, _head_images(doc))
    head = next((url for url in urls if url and not STOCK.search(url)), None)
    above = next((image for node in above_text(scope, "img") if (image := _image(doc, node))), None)
    inside: dict[str, Image] = {}
    for node in list(scope.iter("img"))[:MOST] if scope is not None else ():
        if image := _image(doc, node):
            inside.setdefault(_file(image.content_url), image)
    lead = inside.pop(_file(head or (above.content_url if above else "")), None) or above
    if lead:
        primary = [replace(lead, role="primary", content_url=head or lead.content_url)]
    else:
        primary = [Image(role="primary", content_url=head)] if head else []
    return (*primary, *inside.values())


def _head_images(doc: Document) -> Iterator[str]:
    yield from doc.metas.get("og:image", [])[:1]
    yield from (
        v
        for node in doc.with_attribute("itemprop", "image")
        if (v := node.get("content") or node.get("src") or node.get("href"))
    )
    for node in doc.articles:
        for value in jsonld.as_list(node.get("image"))[:1]:
            url = (
                (jsonld.as_text(value.get("url")) or jsonld.as_text(value.get("contentUrl")))
                if isinstance(value, dict)
                else value
            )
            if isinstance(url, str):
                yield url


def _file(url: str) -> str:
    """The name of a picture's file without its size."""
    return re.sub(
        r"[-_]\d{2,4}x\d{2,4}(?=\.\w+$)", "", url.split("?", maxsplit=1)[0].rsplit("/", 1)[-1]
    )


def _image(doc: Document, node: Element) -> Image | None:
    url = doc.absolute(
        next((v for a in SOURCES if (v := node.get(a)) and not v.startswith("data:")), None)
    )
    width, height = _pixels(node.get("width")), _pixels(node.get("height"))
    if not url or STOCK.search(url) or (width is not None and width < LEAST_PIXELS):
        return None
    text, credit = split_credit(_caption(node))
    alt = collapse_whitespace(node.get("alt")) or None
    return Image(
        role="inline",
        content_url=url,
        caption=text,
        credit_text=credit,
        alt_text=alt,
        width=width,
        height=height,
    )


def _caption(node: Element) -> str:
    """The caption in an element around only this picture, or the text of its figure or table."""
    for box in list(node.iterancestors())[:5]:
        if len(box.findall(".//img")) > 1:
            break
        marked: list[Any] = box.xpath(
            ".//figcaption | .//*[contains(@class, 'caption')][not(.//img)]"
        )
        text = collapse_whitespace(" ".join(text_of(c) for c in marked[:1]))
        if not text and box.tag in {"figure", "table"}:
            text = collapse_whitespace(text_of(box))
        if text:
            return text if len(text) <= LONGEST_CAPTION else ""
    return ""


def split_credit(caption: str) -> tuple[str | None, str | None]:
    """Splits `Warga antre. (Foto: Antara/Budi)` into the sentence and the credit."""
    m = CREDIT.search(caption)
    if not m:
        return caption or None, None
    return caption[: m.start()].strip() or None, (m["who"] or m["wire"]).strip() or None


def _pixels(text: str | None) -> int | None:
    m = re.match(r"\s*(\d{1,5})", text or "")
    return int(m[1]) if m else None
