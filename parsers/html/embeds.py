"""What an article shows of elsewhere: players, maps, charts and posts, as links of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from parsers.article import ArticleLink
from parsers.html.document import Document, Element, above_text, squeeze, text_of

# The classes that platforms give the markup they hand out, and by which their scripts find it.
POST = re.compile(
    r"(?:^|\s)(?:twitter-(?:tweet|video)|instagram-media|tiktok-embed|fb-(?:post|video|xfbml-parse-ignore)|bluesky-embed|mastodon-embed"
    r"|text-post-media|reddit-embed-bq|reddit-card|wp-embedded-content|telegram-post)(?:\s|$)"
)
# Elements that name what they show by its number only.
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
# Frames that show readers nothing of the story: measurement, advertisements, buttons, sign-in.
UNSEEN = re.compile(
    r"googletagmanager|googlesyndication|doubleclick|adservice|adnxs|taboola|outbrain|/ads?[/._-]|recaptcha|/plugins/(?:like|share|page)"
    r"|widgets/(?:follow|tweet)_button|accounts\.google|/comments?[/?]|disqus",
    re.IGNORECASE,
)
HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.IGNORECASE)
MOST = 60
LONGEST_TITLE = 400


def is_post(classes: str | list[str] | None) -> bool:
    """Whether an element's classes say that it is a post of some platform. `classes`: as lxml or bs4 gives them."""
    return bool(classes and POST.search(classes if isinstance(classes, str) else " ".join(classes)))


def find_embeds(doc: Document, scope: Element | None) -> tuple[ArticleLink, ...]:
    """What stands between headline and text or in the text, in page order, each address once."""
    if scope is None:
        return ()
    found: dict[str, ArticleLink] = {}
    for node in [*above_text(doc, scope, *TAGS), *scope.iter(*TAGS)]:
        if len(found) < MOST and (link := _embed(doc, node)) and link.href:
            found.setdefault(link.href, link)
    return tuple(found.values())


def _embed(doc: Document, node: Element) -> ArticleLink | None:
    post = is_post(node.get("class"))
    if (node.tag in {"blockquote", "div"} and not post) or _is_hidden(node):
        return None
    href = next((url for said in _addresses(node) if (url := doc.absolute(said))), None)
    if href is None or UNSEEN.search(href):
        return None
    title = squeeze(text_of(node) if post else node.get("title"))
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
    """What may be the address: as the element says it, then of a player its files, of a post its last link, which is its date's."""
    if number := NUMBERED.get(node.tag):
        if said := node.get(number[0]):
            yield number[1].format(said)
        return
    yield from (
        v for name in SOURCES if (v := node.get(name)) and not v.startswith(("data:", "about:"))
    )
    yield from (v for child in node.iter("source") if (v := child.get("src")))
    if is_post(node.get("class")):
        yield from (v for a in reversed(list(node.iter("a"))) if (v := a.get("href")))
