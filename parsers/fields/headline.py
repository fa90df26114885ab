"""The headline: what the page prints, confirmed by its head."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice

from parsers.fields.field import Field
from parsers.html import jsonld
from parsers.html.document import MOST_HEADINGS, Document, Element, text_of
from parsers.text.normalize import collapse_whitespace, letters, words

SEPARATOR = re.compile(r"\s+[|•·»–—:~-]+\s+|\s*(?:[|»]|::)\s*")
INLINE = re.compile(
    r"</?(?:[abiuq]|em|strong|span|sup|sub|br|font|small)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
CUT = re.compile(r"\s*(?:\.{2,}|…)")  # where some software shortens a title
HOST = re.compile(r"[\w-]+\.(?:com|co|net|org|id)\b", re.IGNORECASE)
PART = re.compile(r"\s+(?:halaman|page|hal\.?)\s+(?:all|semua|\d+)$", re.IGNORECASE)
KICKER = re.compile(
    r"kicker|roofline|overline|overtitle|supertitle|topline|dachzeile|eyebrow|subtitle|title__topic",
    re.IGNORECASE,
)
SITE_WORDS = 4  # of ` - Kabar Muara Daerah` and the like
MIN_TITLE = 3
LONGEST = 500  # letters; longer texts are not headlines
ALIKE = 0.5  # the least agreement of the only printed title with the head
ENOUGH = 0.75  # from this agreement on, two titles are the same


def find_headline(doc: Document, css: str | None) -> Field[str | None]:
    """The headline; never made from the text of the article."""
    by_rule = (collapse_whitespace(text_of(node)) for node in doc.select(css))
    if chosen := next(filter(None, by_rule), None):
        return Field(chosen, "rule")
    head = head_titles(doc)
    texts = (h for h in printed_titles(doc) if 0 < len(h) <= LONGEST)
    printed = [h for h in texts if not _is_site(h, doc.site_names)]
    printed = [h for h in printed if not _is_shortened(h, printed)]
    if stated := _stated(doc, printed):
        return Field(without_site(stated, doc), "jsonld")
    best = max(
        ((agreement(h, title), -i, h) for i, h in enumerate(printed) for title, _ in head),
        default=None,
    )
    if best and best[0] >= ENOUGH:
        heads = [without_site(title, doc) for title, _ in head]
        return Field(without_kicker(without_site(best[2], doc), heads), "h1")
    if best and len(printed) == 1 and best[0] >= ALIKE and len(words(best[2])) > MIN_TITLE:
        return Field(without_site(best[2], doc), "h1")
    if head:
        titles = [(without_site(title, doc), source) for title, source in head]
        longer = (t for t in titles[1:] if _continues(t[0], titles[0][0]))
        return Field(*next(longer, titles[0]))
    return Field(printed[0], "h1") if len(printed) == 1 else Field(None, "none")


def printed_titles(doc: Document) -> list[str]:
    """The `h1` elements, then what microdata names."""
    marked = doc.with_attribute("itemprop", "headline")
    return list(map(_printed, [*islice(doc.tree.iter("h1"), MOST_HEADINGS), *marked]))


def _printed(node: Element) -> str:
    """Its text without the topic above it."""
    text = collapse_whitespace(text_of(node) or node.get("content"))
    topic = next((e for e in node.iterfind(".//*[@class]") if KICKER.search(e.get("class"))), None)
    above = "" if topic is None else collapse_whitespace(text_of(topic))
    rest = text.removeprefix(above).lstrip(" :|–-")
    return rest if above and len(words(rest)) >= MIN_TITLE else text


def _is_shortened(heading: str, others: list[str]) -> bool:
    """Whether it stops with dots where another one goes on, as in a title made for the window."""
    m = CUT.search(heading)
    start = words(heading[: m.start()]) if m else []
    return len(start) >= MIN_TITLE and any(
        words(o)[: len(start)] == start and not CUT.search(o) for o in others
    )


def _continues(longer: str, title: str) -> bool:
    """Whether the title was cut at a quotation mark, which ends an attribute: `Kata` of `Kata 'Ya'`."""
    return (
        longer.startswith(title)
        and longer[len(title) :].lstrip()[:1] in set("'\"‘“’”`")
        and (longer[len(title) :].strip() != longer[len(title) :].lstrip()[:1])
    )


def _stated(doc: Document, printed: list[str]) -> str | None:
    """The headline of a NewsArticle node, unless it is a printed heading with a topic added."""
    for node in doc.articles[:1]:
        headline = plain(jsonld.as_text(node.get("headline")))
        text = " ".join(words(headline))
        if (
            any("NewsArticle" in t for t in jsonld.types(node))
            and len(text.split()) >= MIN_TITLE
            and len(headline) <= LONGEST
            and not headline.endswith(("...", "…"))
        ):
            headings = map(words, printed)
            is_longer = any(" ".join(h) in text and len(h) >= MIN_TITLE for h in headings)
            return None if is_longer else headline
    return None


def without_kicker(printed: str, heads: list[str]) -> str:
    """The heading without a topic that the head leaves out: `Warga` of `Suriah: Warga …`."""
    heading = words(printed)
    if any(words(title) == heading for title in heads):
        return printed
    for title in heads:
        shorter = words(title)
        if MIN_TITLE <= len(shorter) < len(heading) and heading[-len(shorter) :] == shorter:
            return title
    return printed


def head_titles(doc: Document) -> list[Field[str]]:
    """The titles in the head of the page, the most reliable first."""
    raw_titles = [
        *((jsonld.headline_of(node), "jsonld") for node in doc.articles),
        (doc.meta("og:title"), "og"),
        (doc.meta("twitter:title", "parsely-title", "sailthru.title", "dc.title", "title"), "meta"),
        (doc.title, "title"),
    ]
    titles = [Field(plain(raw), source) for raw, source in raw_titles]
    return [title for title in titles if 0 < len(title.value) <= LONGEST]


def plain(raw: str | None) -> str:
    """A title of the head without entities and inline markup."""
    return collapse_whitespace(INLINE.sub("", unescape(raw or "")))


def agreement(printed: str, title: str) -> float:
    """How far the head repeats the heading, from 0 to 1; one word agrees only with one word."""
    heading, other = words(printed), words(title)
    if _is_shortened(title, [printed]):
        return 1.0
    if not heading or not other or len(heading) < 2 < len(other):
        return 0.0
    shared = len({*heading} & {*other})
    if " ".join(heading) in " ".join(other):
        return 0.9 + shared / len({*other}) / 10
    return 0.5 * shared / len({*heading}) + 0.5 * shared / len({*other})


def without_site(title: str, doc: Document) -> str:
    """The title without ` - Site` at its end or `Site | ` at its start."""
    names = doc.site_names
    pieces = [(m.start(), m.end()) for m in SEPARATOR.finditer(title)]
    after_section = False  # `… - Kesehatan :: Kabar Muara`
    while pieces:
        start, end = pieces.pop()
        piece, before = title[end:], title[:start]
        is_short = len(words(piece)) <= MIN_TITLE < len(words(before))
        is_section = is_short and ("|" in title[start:end] or after_section)
        is_site = _is_site(piece, names) or _is_site_part(piece, names)
        if not ((is_site or is_section) and start > 0):
            first_start, first_end = (*pieces, (start, end))[0]
            is_first = _is_site(title[:first_start], names) and first_end < len(title)
            title = title[first_end:].lstrip() if is_first else title
            break
        after_section = "::" in title[start:end]
        title = before.rstrip()
    return PART.sub("", title)


def _is_site_part(piece: str, names: set[str]) -> bool:
    """`Kabar Muara Daerah`, `kabarmuara.test Daerah`: a site's name and its section."""
    key = letters(piece)
    return len(words(piece)) <= SITE_WORDS and (
        HOST.match(piece) is not None
        or any(len(name) > MIN_TITLE and key.startswith(name) for name in names)
    )


def _is_site(piece: str, names: set[str]) -> bool:
    key = letters(piece)
    return bool(key) and any(
        key == name or (len(key) > MIN_TITLE and key in name) for name in names
    )
