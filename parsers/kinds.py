"""The closed lists of strings: kinds of links, states of an address, reasons.

Their values are written to the archive and to the warehouse, so they never change.
"""

from __future__ import annotations

from enum import StrEnum


class LinkKind(StrEnum):
    """What is expected at an address."""

    PAGE = "page"
    PART = "part"  # a further page of an article
    FEED = "feed"
    SITEMAP = "sitemap"
    INDEX = "index"  # a listing page
    WORDPRESS = "wordpress"  # posts from the WordPress API
    ROBOTS = "robots"
    FILE = "file"  # imported from a disk
    TOMBSTONE = "tombstone"


# The documents that announce articles.
CHANNELS = frozenset({LinkKind.FEED, LinkKind.SITEMAP, LinkKind.INDEX, LinkKind.WORDPRESS})


class State(StrEnum):
    """Where an address stands: the closed list of `ops.frontier.state`."""

    PENDING = "pending"
    LOADED = "loaded"
    DUPLICATE = "duplicate"
    SKIPPED = "skipped"
    DEFERRED = "deferred"
    QUARANTINED = "quarantined"
    GONE = "gone"
    NOT_ASKED = "not_asked"


class Reason(StrEnum):
    """Why an address is not a loaded article: the closed list of `ops.frontier.reason`."""

    # the network
    TIMEOUT = "timeout"  # no answer, or none within the budget
    CONNECT = "connect"  # refused, reset, or closed early
    DNS = "dns"
    TLS = "tls"
    PROTOCOL = "protocol"  # not HTTP, or headers beyond the limits
    DECODE = "decode"  # the content encoding is broken
    TOO_LARGE = "too_large"  # beyond the budget of bytes, on the wire or decoded
    TRUNCATED = "truncated"  # fewer bytes than announced, or a page that stops inside a tag
    REDIRECT = "redirect"  # a loop, too many hops, no target
    OTHER_SITE = "other_site"  # a redirect onto another source's site, which is not followed
    SSRF = "ssrf"  # the address is not public
    SCHEME = "scheme"  # neither http nor https, or another port
    # the host
    HTTP_ERROR = "http_error"  # any other 4xx
    NOT_FOUND = "not_found"  # 404, 410
    SERVER_ERROR = "server_error"  # 5xx
    RATE_LIMITED = "rate_limited"  # 429, 503 with Retry-After
    BREAKER = "breaker"  # the host failed too often; the circuit breaker is open
    ROBOTS = "robots"  # robots.txt forbids
    ROBOTS_UNREACHABLE = "robots_unreachable"
    BLOCKED = "blocked"  # a challenge or country block
    PAYMENT_REQUIRED = "payment_required"  # 402: the host asks for money
    # the content
    PARTIAL = "partial"  # loaded, but a further page of it could not be fetched
    NOT_HTML = "not_html"
    EMPTY = "empty"  # 200 without a body
    NO_CONTENT = "no_content"  # no article text found
    NOT_ARTICLE = "not_article"  # front page, listing page, soft 404
    CONSENT = "consent"  # a consent wall instead of the page
    LOGIN = "login"  # a login form instead of the page
    PAYWALL = "paywall"  # the text is for subscribers
    PARSE_ERROR = "parse_error"
    PARSE_TIMEOUT = "parse_timeout"  # the parse worker was killed
    XML_BOMB = "xml_bomb"
    # identity and the run
    DUPLICATE = "duplicate"  # the article is loaded under another address
    OTHER_OUTLET = "other_outlet"  # announced only by another outlet than its own
    NOT_MATCHED = "not_matched"  # it fits no address pattern of the source
    NO_QUERY_MATCH = "no_query_match"  # a backfill with a query left it out
    FORGOTTEN = "forgotten"  # the article has a tombstone
    LOAD_ERROR = "load_error"  # the database refused the row


class Purpose(StrEnum):
    """What a text is handed on for: the closed list of `mart.reservations.withheld_purposes`."""

    SEARCH = "search"
    RESEARCH = "research"  # text and data mining
    AI_TRAINING = "ai-training"
