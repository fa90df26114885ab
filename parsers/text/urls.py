"""Addresses: one canonical spelling for each, a key for the article behind them, and what they tell; as pure text.

Two forms, for two questions. `canonicalise` keeps an address fetchable: scheme, host, path and the order
of the query stay, since some hosts answer http only, or only one of `/x` and `/x/`. `identity_key` is not for fetching:
it drops whatever two addresses of one article differ by. What the WHATWG standard reads alike is one address in both.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit, urlunsplit

import idna

from parsers.source import Source
from parsers.text.tracking import is_tracking

MAX_ADDRESS = 8192  # what servers commonly take; it also bounds the work of every pattern below
MAX_HOST = 253  # the bound of DNS, and of the codec's patience
MAX_PATH, MAX_SEGMENTS, MAX_REPEATS = 2048, 12, 2
FIRST_YEAR, LAST_YEAR = 1990, 2100  # a year outside is a number, not a date
PORTS = {"http": 80, "https": 443}
# Browsers leave out only the first of these, yet no address of a page ends in the others.
EDGES = "".join(map(chr, range(0x21))) + "\x85\xa0\u200b\u2028\u2029\u3000\ufeff"
LINE_BREAKS = re.compile(r"[\t\r\n]")
BEFORE_QUERY = re.compile(r"[^?#]*")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE | re.ASCII)
SLASHES = re.compile(r"^(https?):/*", re.IGNORECASE | re.ASCII)
AUTHORITY = re.compile(r"(?:\[[^\[\]%]*\]|[^\[\]%:]+)(?::\d*)?", re.ASCII)
NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.ASCII)

# Views of the same article: AMP, print, one of its pages, all of its pages.
VIEWS = re.compile(
    r"amp(=(1|true|amp)?)?|(outputtype|output|mode)=amp|(page|halaman)=(all|\d+)|single=1|print(=\w*)?|replytocom=\d+|nb=1",
)
HOST_VARIANTS = frozenset({"www", "m", "mobile", "wap", "amp", "newnews", "fbeta", "opera"})

# Applied until nothing changes; each can only shorten the path.
PATH_VARIANTS = [
    (re.compile(pattern, re.IGNORECASE), new)
    for pattern, new in (
        (r"//+", "/"),
        (r"(/|%20|%C2%A0)+$", ""),
        (r"/(index|default)\.(html?|php|aspx?)$", ""),
        (r"(/amp|(?<=[^/.])\.amp|/print)+$", ""),
        (r"\.amp(?=\.html?$)", ""),
        (r"^(/amp)+(?=/)", ""),
        (r"(/page/\d+)+$", ""),
        # WordPress writes the pages of an article as /slug/2: only behind hyphenated words, never behind a date
        (r"(-(?=\d*[a-z])[^/-]+-[^/-]+)/\d{1,2}$", r"\1"),
        (r";jsessionid=[^/]*", ""),
        (r"/whatsapp:.*$", ""),  # a broken share button, stored by crawlers as a page
    )
]

DAYS = [
    re.compile(pattern)
    for pattern in (
        r"^[^?#]*/(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![^/?#])",
        r"^[^?#]*/(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})(?![^/?#])",
    )
]


# Under these, names are registered one level deeper. Enough for Indonesia and around it; the full list is a download.
SECOND_LEVEL = re.compile(
    r"(co|or|go|ac|sch|web|net|mil|my|biz|desa|ponpes)\.id|(com|net|org|gov|edu)\.(my|sg|au|cn|hk|ph|tl|tr|tw|vn|br|bn)"
    r"|(co|org|ac|gov)\.uk|(co|or|ne|ac|go)\.(jp|th|kr)|(co|org|net|govt)\.nz|(co|org|net|gov)\.in"
    r"|(blogspot|wordpress)\.com",
)


def canonicalise(url: str) -> str:
    """One fetchable spelling for an address; idempotent. Raises ValueError for what is not http(s) or a urn."""
    if url.startswith("urn:"):
        return url
    parts = _split(url)
    query = "&".join(
        _escape(pair).replace("'", "%27")
        for pair in parts.query.split("&")
        if pair and not is_tracking(pair)
    )
    canonical = urlunsplit(
        (parts.scheme, _netloc(parts), _without_dots(_escape(parts.path)), query, "")
    )
    if len(canonical) > MAX_ADDRESS:
        raise ValueError(f"an address of more than {MAX_ADDRESS} characters")
    return canonical


def identity_key(url: str) -> str:
    """What all addresses of one article share, as `host/path?query`. Raises ValueError like `canonicalise`.

    For articles only: the pages of a listing have one key.
    """
    if url.startswith("urn:"):
        return url
    parts = urlsplit(canonicalise(url))
    host = _without_variant(re.sub(r":(80|443)$", "", parts.netloc))
    pairs = sorted(
        pair
        for pair in map(_form_pair, parts.query.split("&"))
        if pair and not VIEWS.fullmatch(pair.lower())
    )
    return f"{host}{_without_view(_plain_path(parts.path)) or '/'}{'?' if pairs else ''}{'&'.join(pairs)}"


def resolve(base: str, href: str) -> str | None:
    """The canonical spelling of a link as written on `base`, as a browser follows it; None for what cannot be fetched."""
    # escaped once too often is a common fault of feeds
    reference = _prepare(href.replace("&amp;", "&"))
    if not reference or reference.startswith(("#", "urn:")):
        return None
    try:
        return canonicalise(_join(base, reference))
    except ValueError:
        return None


def _join(base: str, reference: str) -> str:
    """A reference as the WHATWG standard joins it; `https:b` on an https page is relative. Raises ValueError."""
    scheme, _, rest = reference.partition(":")
    if SCHEME.match(reference):
        if scheme.lower() not in PORTS or rest.startswith("//"):
            return reference
        if scheme.lower() != _split(base).scheme:
            return reference
        if not rest or rest.startswith("#"):
            raise ValueError("a link to the page itself")
        reference = rest
    parts = _split(base)
    if reference.startswith("//"):
        return f"{parts.scheme}:{reference}"
    root = f"{parts.scheme}://{parts.netloc}"
    if reference.startswith("/"):
        return root + reference
    if reference.startswith("?"):
        return f"{root}{parts.path}{reference}"
    return f"{root}{parts.path.rpartition('/')[0]}/{reference}"


def day_in(url: str, source: Source) -> date | None:
    """The day the address names, by the source's pattern or as /YYYY/MM/DD/ or /DD/MM/YYYY/."""
    matches = (source.match(url), *(pattern.search(url) for pattern in DAYS))
    named = (match.groupdict() for match in matches if match)
    groups = next((g for g in named if g.get("year") and g.get("month") and g.get("day")), None)
    if not groups:
        return None
    try:
        day = date(int(groups["year"]), int(groups["month"]), int(groups["day"]))
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def is_trap(url: str) -> bool:
    """The address looks generated without end: too long, too deep, or going in circles."""
    path = urlsplit(url).path
    segments = Counter(segment for segment in path.split("/") if segment)
    repeats = max(segments.values(), default=0)
    return len(path) > MAX_PATH or segments.total() > MAX_SEGMENTS or repeats > MAX_REPEATS


def site(url: str) -> str:
    """The name somebody registered: `detik.com` for `news.detik.com`. A bare number or local name counts with its port.

    Raises ValueError for what is not http(s).
    """
    netloc = _netloc(_split(url))
    host = re.sub(r":\d+$", "", netloc)
    labels = host.split(".")
    if host.startswith("[") or labels[-1].isdigit() or len(labels) == 1:
        return netloc
    return ".".join(labels[-3 if SECOND_LEVEL.fullmatch(".".join(labels[-2:])) else -2 :])


def _split(url: str) -> SplitResult:
    if len(url) > MAX_ADDRESS:
        raise ValueError(f"an address of more than {MAX_ADDRESS} characters")
    parts = urlsplit(SLASHES.sub(r"\1://", _prepare(url)))
    if "@" in parts.netloc:
        raise ValueError("an address with a user name in it")  # not shown: there may be a password
    if parts.scheme not in PORTS or not parts.hostname or not AUTHORITY.fullmatch(parts.netloc):
        raise ValueError(f"not a web address: {url[:200]!r}")
    return parts


def _prepare(url: str) -> str:
    """What browsers do first: nothing at the edges, no line breaks, slashes for backslashes before the query."""
    text = LINE_BREAKS.sub("", url.strip(EDGES))
    head = BEFORE_QUERY.match(text)
    return head[0].replace("\\", "/") + text[head.end() :] if head else text


def _netloc(parts: SplitResult) -> str:
    host = parts.hostname or ""
    host = f"[{_ipv6(host)}]" if ":" in host else _ipv4(_ascii(host))
    return host if parts.port in {None, PORTS[parts.scheme]} else f"{host}:{parts.port}"


def _ascii(host: str) -> str:
    if len(host) > MAX_HOST:
        raise ValueError(f"a host name of more than {MAX_HOST} characters")
    name = (host.lower() if host.isascii() else _to_ascii(host)).removesuffix(".")
    if len(name) > MAX_HOST:
        raise ValueError(f"a host name of more than {MAX_HOST} characters once it is encoded")
    if not re.fullmatch(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", name):
        raise ValueError(f"not a host name: {host!r}")
    return name


def _to_ascii(host: str) -> str:
    """Mapped as browsers map a name (UTS 46, nontransitional), then in Punycode. A name in Punycode is never decoded."""
    labels = idna.uts46_remap(host, std3_rules=False, transitional=False).split(".")
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels
    )


def _ipv6(host: str) -> str:
    """As the standard writes it; Python writes the address of an IPv4 host with dots or without, by its version."""
    address = IPv6Address(host)
    mapped = address.ipv4_mapped
    return f"::ffff:{int(mapped) >> 16:x}:{int(mapped) & 0xFFFF:x}" if mapped else str(address)


def _ipv4(host: str) -> str:
    """A host whose last label is a number is an IPv4 address in any of its spellings, or none. Raises ValueError."""
    labels = host.split(".")
    if not NUMBER.fullmatch(labels[-1]):
        return host
    if len(labels) > 4 or not all(NUMBER.fullmatch(label) for label in labels):
        raise ValueError(f"not an IPv4 address: {host!r}")
    *first, last = [_number(label) for label in labels]
    if any(number > 255 for number in first) or last >= 256 ** (4 - len(first)):
        raise ValueError(f"not an IPv4 address: {host!r}")
    return str(IPv4Address(last + sum(n << 8 * (3 - i) for i, n in enumerate(first))))


def _number(label: str) -> int:
    """Hexadecimal, octal or decimal, as C reads it."""
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") else 10)


def _escape(text: str) -> str:
    """Percent-encoding as RFC 3986 normalises it: nothing encoded that need not be, upper-case digits, no bare %."""
    even = re.sub(r"%([0-9A-Fa-f]{2})?", _normal_escape, text)
    return quote(even, safe="/%:@!$&'()*+,;=~?")


def _plain_path(path: str) -> str:
    """One spelling for what a path may have escaped or not; a slash, a question mark and a % keep their escapes."""
    return "/".join(
        quote(unquote_to_bytes(segment), safe="!$&'()*+,;=:@~") for segment in path.split("/")
    )


def _form_pair(pair: str) -> str:
    """One spelling for a pair as forms send it, where `+` is a blank."""
    name, equals, value = pair.replace("+", " ").partition("=")
    safe = "/:@!$'()*,;?~"
    return (
        quote(unquote_to_bytes(name), safe=safe)
        + equals
        + quote(unquote_to_bytes(value), safe=safe + "=")
    )


def _normal_escape(found: re.Match[str]) -> str:
    if not found[1]:
        return "%25"
    char = chr(int(found[1], 16))
    return char if re.fullmatch(r"[A-Za-z0-9._~-]", char) else f"%{found[1].upper()}"


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    slash = "/" if segments and segments[-1] in {".", ".."} and kept else ""
    return "/" + "/".join(kept) + slash


def _without_variant(host: str) -> str:
    first, _, rest = host.partition(".")
    while first in HOST_VARIANTS and "." in rest and not SECOND_LEVEL.fullmatch(rest):
        host = rest
        first, _, rest = host.partition(".")
    return host


def _without_view(path: str) -> str:
    before = None
    while before != path:
        before = path
        for pattern, new in PATH_VARIANTS:
            path = pattern.sub(new, path)
    return path
