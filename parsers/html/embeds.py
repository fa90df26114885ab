"""Embedded players, maps, charts and posts, as links of the article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from parsers.article import ArticleLink
from parsers.html.document import Document, Element, above_text, text_of
from parsers.text.normalize import collapse_whitespace

# The classes in the markup that platforms offer for embedding.
POST = re.compile(
    r"(?:^|\s)(?:twitter-(?:tweet|video)|instagram-media|tiktok-embed|fb-(?:post|video|xfbml-parse-ignore)|bluesky-embed|mastodon-embed"
    r"|text-post-media|reddit-embed-bq|reddit-card|wp-embedded-content|telegram-post)(?:\s|$)"
)
# Elements that have an id in place of an address.
NUMBERED = {
    "amp-youtube": ("data-videoid", "https://www.youtube.com/watch?v={}", "video"),
    "lite-youtube": ("videoid", "https://www.youtube.com/watch?v={}", "video"),
    "amp-twitter": ("data-tweetid", "https://x.com/i/status/{}", "post"),
    "amp-instagram": ("data-shortcode", "https://www.instagram.com/p/{}/", "post"),
}
LABELS = {"video": "video", "amp-video": "video", "audio": "audio", "amp-audio": "audio"}
TAGS = ("iframe", "amp-iframe", "embed", *LABELS, *NUMBERED, "blockquote", "div")
SOURCES = ("data-src", "data-lazy-src", "data-instgrm-permalink", "data-href", "cite", "src")
PLAYER = re.compile(
    r"(?:^|\.)(?:youtube(?:-nocookie)?\.com|youtu\.be|vimeo\.com|dailymotion\.com|vidio\.com)$"
)
# Frames without content for readers: measurement, advertisements, buttons, sign-in.
UNSEEN = re.compile(
    r"googletagmanager|googlesyndication|doubleclick|adservice|adnxs|taboola|outbrain|/ads?[/._-]|recaptcha|/plugins/(?:like|share|page)"
    r"|widgets/(?:follow|tweet)_button|accounts\.google|/comments?[/?]|disqus",
    re.IGNORECASE,
)
HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.IGNORECASE)
MOST = 60
LONGEST_TITLE = 400


def is_post(classes: str | None) -> bool:
    """Whether the classes mark a post of some platform."""
    return bool(classes and POST.search(classes))


def find_embeds(doc: Document, scope: Element | None) -> tuple[ArticleLink, ...]:
    """Those between headline and text and in the text, in page order, each address once."""
    if scope is None:
        return ()
    found: dict[str, ArticleLink] = {}
    for node in [*above_text(scope, *TAGS), *scope.iter(*TAGS)]:
        if len(found) < MOST and (link := _embed(doc, node)) and link.href:
            found.setdefault(link.href, link)
    return tuple(found.values())


def _embed(doc: Document, node: Element) -> ArticleLink | None:
    post = is_post(node.get("class"))
    if (node.tag in {"blockquote", "div"} and not post) or _is_hidden(node):
        return None
    href = next((url for raw in _addresses(node) if (url := doc.absolute(raw))), None)
    if href is None or UNSEEN.search(href):
        return None
    title = collapse_whitespace(text_of(node) if post else node.get("title"))
    return ArticleLink(
        rel="embed",
        label="post" if post else _label(node, href),
        title=title[:LONGEST_TITLE] or None,
        href=href,
    )


def _label(node: Element, href: str) -> str:
    if node.tag in NUMBERED:
        return NUMBERED[node.tag][2]
    return LABELS.get(node.tag) or (
        "video" if PLAYER.search(urlsplit(href).hostname or "") else "frame"
    )


def _is_hidden(node: Element) -> bool:
    return bool(
        HIDDEN.search(node.get("style") or "")
        or {"0", "1"} & {node.get("width"), node.get("height")}
    )


def _addresses(node: Element) -> Iterator[str]:
    """Candidates: the element's attributes, a player's files, a post's links from the last on.

    The last link of a post is the one on its date.
    """
    if numbered := NUMBERED.get(node.tag):
        attribute, template, _ = numbered
        if number := node.get(attribute):
            yield template.format(number)
        return
    yield from (
        v for name in SOURCES if (v := node.get(name)) and not v.startswith(("data:", "about:"))
    )
    yield from (v for child in node.iter("source") if (v := child.get("src")))
    if is_post(node.get("class")):
        yield from (v for a in reversed(list(node.iter("a"))) if (v := a.get("href")))
