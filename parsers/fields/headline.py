"""The headline: what the page prints, confirmed by what its head says."""

from __future__ import annotations

import re
from html import unescape

from parsers.html import jsonld
from parsers.html.document import Document, squeeze, text_of

SEPARATOR = re.compile(r"\s+[|•·»–—:~-]+\s+|\s*[|»]\s*")
MIN_TITLE = 3
LONGEST = 500  # letters; a longer one is a text
ENOUGH = 0.75  # the shared share of words at which two titles are one


def find_headline(
    doc: Document, articles: list[jsonld.Node], css: str | None
) -> tuple[str | None, str]:
    """The headline and where it was found; never made from the text itself."""
    if css and (chosen := next((t for n in doc.select(css) if (t := squeeze(text_of(n)))), None)):
        return chosen, "rule"
    head = head_titles(doc, articles)
    printed = [
        *doc.headings,
        *(
            t
            for e in doc.with_attribute("itemprop", "headline")
            if (t := squeeze(text_of(e) or e.get("content")))
        ),
    ]
    sites = site_names(doc)
    printed = [h for h in printed if len(h) <= LONGEST and not _is_site(h, sites)]
    if stated := _stated(articles, printed):
        return without_site(stated, doc), "jsonld"
    best = max(
        ((agreement(h, title), -i, h) for i, h in enumerate(printed) for title, _ in head),
        default=None,
    )
    if best and best[0] >= ENOUGH:
        return without_kicker(
            without_site(best[2], doc), [without_site(t, doc) for t, _ in head]
        ), "h1"
    if head:
        title, where = head[0]
        return without_site(title, doc), where
    return (printed[0], "h1") if len(printed) == 1 else (None, "none")


def _stated(articles: list[jsonld.Node], printed: list[str]) -> str | None:
    """What a news outlet states in its NewsArticle; not where that is the printed heading with a topic before it."""
    for node in articles[:1]:
        said = squeeze(unescape(jsonld.as_text(node.get("headline")) or ""))
        mine = words(said)
        if (
            any("NewsArticle" in t for t in jsonld.types(node))
            and len(mine) >= MIN_TITLE
            and len(said) <= LONGEST
            and not said.endswith(("...", "…"))
        ):
            longer = any(
                " ".join(words(h)) in " ".join(mine) and len(words(h)) >= MIN_TITLE for h in printed
            )
            return None if longer else said
    return None


def without_kicker(printed: str, heads: list[str]) -> str:
    """The heading without the line above it that the head leaves out: `Suriah: Warga menuntut` where a title says `Warga menuntut`."""
    mine = words(printed)
    if any(words(title) == mine for title in heads):
        return printed
    for title in heads:
        theirs = words(title)
        if MIN_TITLE <= len(theirs) < len(mine) and mine[-len(theirs) :] == theirs:
            return title
    return printed


def head_titles(doc: Document, articles: list[jsonld.Node]) -> list[tuple[str, str]]:
    """What the head calls the page, the surest first."""
    said = [
        (jsonld.as_text(n.get("headline")) or jsonld.as_text(n.get("name")), "jsonld")
        for n in articles
    ]
    said += [
        (doc.meta("og:title"), "og"),
        (doc.meta("twitter:title", "parsely-title", "sailthru.title", "dc.title", "title"), "meta"),
        (doc.title, "title"),
    ]
    return [
        (text, where)
        for raw, where in said
        if (text := squeeze(unescape(raw or ""))) and len(text) <= LONGEST
    ]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def agreement(printed: str, title: str) -> float:
    """How much of the printed heading the head repeats; a heading of one word agrees only with a title of one word."""
    mine, theirs = words(printed), words(title)
    if not mine or not theirs:
        return 0.0
    shared = len(set(mine) & set(theirs))
    if len(mine) < 2 < len(theirs):
        return 0.0
    return (
        0.5 * shared / len(set(mine)) + 0.5 * shared / len(set(theirs))
        if " ".join(mine) not in " ".join(theirs)
        else 0.9 + shared / len(set(theirs)) / 10
    )


def site_names(doc: Document) -> set[str]:
    said = (
        doc.meta("og:site_name"),
        doc.meta("application-name"),
        doc.meta("publisher"),
        doc.meta("twitter:site"),
        doc.site,
    )
    return {" ".join(words(n)) for n in said if n}


def without_site(title: str, doc: Document) -> str:
    """The title without ` - Site` at its end or `Site | ` at its start."""
    names = site_names(doc)
    pieces = [(m.start(), m.end()) for m in SEPARATOR.finditer(title)]
    while pieces:
        start, end = pieces.pop()
        section = "|" in title[start:end] and len(words(title[end:])) <= MIN_TITLE < len(
            words(title[:start])
        )
        if not ((_is_site(title[end:], names) or section) and start > 0):
            first_start, first_end = (*pieces, (start, end))[0]
            return (
                title[first_end:].lstrip()
                if _is_site(title[:first_start], names) and first_end < len(title)
                else title
            )
        title = title[:start].rstrip()
    return title


def _is_site(piece: str, names: set[str]) -> bool:
    mine = " ".join(words(piece))
    squeezed = mine.replace(" ", "")
    return bool(mine) and any(
        mine == n
        or squeezed == n.replace(" ", "")
        or (len(squeezed) > MIN_TITLE and squeezed in n.replace(" ", ""))
        or n.replace(" ", "") == squeezed
        for n in names
    )
