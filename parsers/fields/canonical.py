"""Whether to believe a page's canonical link.

It merges a page with the article at another address, so it needs support: the two addresses, or
the address and the headline, must agree on a number or on words. Some sites name one address on
all their pages, others the article that they copied. Either would overwrite another article.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus, urlsplit

from parsers.source import Source
from parsers.text.urls import identity_key, is_trap, resolve, site

SLUG_WORDS = 3  # in one segment of a path; with fewer it can be a section
LONG_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d{6}(?!\d))\d{5,}")  # an article's number, not a day
NUMBER = re.compile(r"(?<![^\W_])\d+(?![^\W_])")
DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d{2}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/](?:19|20)\d{2})(?!\d)"
)
TOKEN_LENGTH = 4  # of a last segment that can name one article


def believed_canonical(
    page_url: str, claimed: str, *, headline: str | None, source: Source
) -> str | None:
    """The claimed address in its canonical spelling; None if it is not believed.

    It must be on the page's site, fit the source's pattern, and have support.
    """
    page, canonical = resolve(page_url, page_url), resolve(page_url, claimed)
    if not page or not canonical or site(page) != site(canonical):
        return None
    if is_trap(canonical) or not source.recognises(canonical):
        return None
    own_key, claimed_key = identity_key(page), identity_key(canonical)
    if not urlsplit(f"//{claimed_key}").path.strip("/") and not source.match(canonical):
        return None  # the front page
    is_supported = own_key == claimed_key or _supports(own_key, claimed_key, headline)
    return canonical if is_supported else None


def _supports(own: str, claimed: str, headline: str | None) -> bool:
    """Whether numbers or words agree, and none disagrees."""
    shares_long = _agree(LONG_NUMBER, own, claimed)
    if shares_long is False or _is_sibling(own, claimed):
        return False
    own_words, claimed_words = _slug_words(own), _slug_words(claimed)
    if shares_long:
        return True
    if own_words and claimed_words:
        return 2 * len(own_words & claimed_words) >= len(own_words | claimed_words)
    shares_number = bool(_agree(NUMBER, DATE.sub("", own), DATE.sub("", claimed)))
    if claimed_words:
        title_words = _words(headline or "")
        if 2 * len(claimed_words & title_words) >= len(claimed_words):
            return True
        return shares_number and not title_words.isdisjoint(claimed_words)
    return not own_words and (shares_number or _share_token(own, claimed))


def _agree(pattern: re.Pattern[str], own: str, claimed: str) -> bool | None:
    """Whether they share such a number; None if either has none."""
    own_numbers, claimed_numbers = {*pattern.findall(own)}, {*pattern.findall(claimed)}
    return bool(own_numbers & claimed_numbers) if own_numbers and claimed_numbers else None


def _is_sibling(own: str, claimed: str) -> bool:
    """Addresses that differ only in their numbers are two articles."""
    shape, other = NUMBER.sub("0", own), NUMBER.sub("0", claimed)
    return shape == other and NUMBER.findall(own) != NUMBER.findall(claimed)


def _slug_words(key: str) -> set[str]:
    """The words of the longest segment; empty if they are too few to identify an article."""
    path = unquote_plus(urlsplit(f"//{key}").path).lower()
    words = max(map(_words, path.split("/")), key=len)
    return words if len(words) >= SLUG_WORDS else set()


def _words(text: str) -> set[str]:
    return {*re.findall(r"[^\W\d_]{2,}", text.lower())}


def _share_token(own: str, claimed: str) -> bool:
    """Whether both end in the same segment, such as the id of `/a/x7Gh2k` and `/print/x7Gh2k`."""
    token = urlsplit(f"//{own}").path.rpartition("/")[2]
    return len(token) >= TOKEN_LENGTH and token == urlsplit(f"//{claimed}").path.rpartition("/")[2]
