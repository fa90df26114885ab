"""Addresses: one canonical spelling for each, a key for its article, and the day it names.

`canonicalise` gives an address to fetch. It keeps scheme, host, path and the order of the query,
because some hosts answer http only, or only one of `/x` and `/x/`. `identity_key` is not for
fetching: it drops what two addresses of one article differ by. Spellings that are the same for the
WHATWG standard are the same in both.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit, urlunsplit

import idna

from parsers.source import Source
from parsers.text.tracking import is_tracking

MAX_ADDRESS = 8192  # what servers commonly accept; it also limits the work of the patterns below
MAX_HOST = 253  # the limit of DNS; longer names also take the codec long
MAX_PATH, MAX_SEGMENTS, MAX_REPEATS = 2048, 12, 2
FIRST_YEAR, LAST_YEAR = 1990, 2100  # a year outside is a number, not a date
PORTS = {"http": 80, "https": 443}
# Browsers remove only the first of these from the ends, but no page's address ends in the others.
EDGES = "".join(map(chr, range(0x21))) + "\x85\xa0\u200b\u2028\u2029\u3000\ufeff"
LINE_BREAKS = re.compile(r"[\t\r\n]")
BEFORE_QUERY = re.compile(r"[^?#]*")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE | re.ASCII)
SLASHES = re.compile(r"^(https?):/*", re.IGNORECASE | re.ASCII)
AUTHORITY = re.compile(r"(?:\[[^\[\]%]*\]|[^\[\]%:]+)(?::\d*)?", re.ASCII)
NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.ASCII)
# Has one spelling only, as most addresses: no port, escape, query, dot segment or empty one.
PLAIN = re.compile(
    r"https?://(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}/(?:[\w~-][\w.~-]*/)*(?:[\w~-][\w.~-]*)?", re.ASCII
)

# Views of the same article: AMP, print, one of its pages, all of its pages.
VIEWS = re.compile(
    r"amp(=(1|true|amp)?)?|(outputtype|output|mode)=amp|(page|halaman)=(all|\d+)|single=1|print(=\w*)?|replytocom=\d+|nb=1",
)
HOST_VARIANTS = frozenset({"www", "m", "mobile", "wap", "amp", "newnews", "fbeta", "opera"})

# Applied until nothing changes. Each can only shorten the path.
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
        # WordPress writes the pages of an article as /slug/2: only after a slug, not after a date
        (r"(-(?=\d*[a-z])[^/-]+-[^/-]+)/\d{1,2}$", r"\1"),
        (r";jsessionid=[^/]*", ""),
        (r"/whatsapp:.*$", ""),  # a broken share button
    )
]

DAYS = [
    re.compile(pattern)
    for pattern in (
        r"^[^?#]*/(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![^/?#])",
        r"^[^?#]*/(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})(?![^/?#])",
    )
]


UNLISTED_SUFFIX = (
    ".wordpress.com"  # blogs of different people, though not in the public suffix list
)


@lru_cache(maxsize=256)  # the address of a page is asked for several times in a row
def canonicalise(url: str) -> str:
    """The spelling to fetch; idempotent. Raises ValueError for other schemes than http(s), urn."""
    if url.startswith("urn:") or (len(url) <= MAX_HOST and PLAIN.fullmatch(url)):
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
    """What all addresses of one article have in common, as `host/path?query`.

    For articles only: all pages of a listing have the same key. Raises ValueError like
    `canonicalise`.
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
    """The canonical spelling of a link on the page `base`; None for what cannot be fetched."""
    # Feeds often escape addresses twice.
    reference = _prepare(href.replace("&amp;", "&"))
    if not reference or reference.startswith(("#", "urn:")):
        return None
    try:
        return canonicalise(_join(base, reference))
    except ValueError:
        return None


def _join(base: str, reference: str) -> str:
    """Joins by the WHATWG standard: `https:b` on an https page is relative. Raises ValueError."""
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
    """The day in an address, by the source's pattern or as /YYYY/MM/DD/ or /DD/MM/YYYY/."""
    matches = (source.match(url), *(pattern.search(url) for pattern in DAYS))
    found = (match.groupdict() for match in matches if match)
    groups = next((g for g in found if g.get("year") and g.get("month") and g.get("day")), None)
    if not groups:
        return None
    try:
        day = date(int(groups["year"]), int(groups["month"]), int(groups["day"]))
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def is_trap(url: str) -> bool:
    """Whether the address looks generated: too long, too deep, or with repeated segments."""
    path = urlsplit(url).path
    segments = Counter(segment for segment in path.split("/") if segment)
    repeats = max(segments.values(), default=0)
    return len(path) > MAX_PATH or segments.total() > MAX_SEGMENTS or repeats > MAX_REPEATS


def site(url: str) -> str:
    """The registered domain: `detik.com` for `news.detik.com`. An IP address keeps its port.

    A name without a dot does too. Raises ValueError for what is not http(s).
    """
    netloc = _netloc(_split(url))
    host = re.sub(r":\d+$", "", netloc)
    if host.startswith("[") or "." not in host or host.rpartition(".")[2].isdigit():
        return netloc
    suffix = public_suffix(host)
    return (
        host if host == suffix else f"{host.removesuffix(f'.{suffix}').rpartition('.')[2]}.{suffix}"
    )


@lru_cache(maxsize=4096)
def public_suffix(host: str) -> str:
    """What follows the registered part of a host name, such as `com` and `co.id`."""
    from tld import get_tld  # noqa: PLC0415 - with its list it takes 0.3 s; few commands need it

    if f".{host}".endswith(UNLISTED_SUFFIX):
        return UNLISTED_SUFFIX[1:]
    suffix = get_tld(f"http://{host}", fail_silently=True)
    return suffix if isinstance(suffix, str) else host.rpartition(".")[2]


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
    """What browsers do first: strip, remove line breaks, replace backslashes before the query."""
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
    """Maps a name as browsers do (UTS 46, nontransitional), then encodes it in Punycode.

    A name in Punycode is never decoded.
    """
    labels = idna.uts46_remap(host, std3_rules=False, transitional=False).split(".")
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels
    )


def _ipv6(host: str) -> str:
    """The spelling of the standard. Python's, for a mapped IPv4 address, depends on its version."""
    address = IPv6Address(host)
    mapped = address.ipv4_mapped
    return f"::ffff:{int(mapped) >> 16:x}:{int(mapped) & 0xFFFF:x}" if mapped else str(address)


def _ipv4(host: str) -> str:
    """An IPv4 address in its usual spelling; other names unchanged. Raises ValueError.

    A host whose last label is a number must be an IPv4 address.
    """
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
    """Normalises percent-encoding as in RFC 3986: nothing needless, upper case, no bare %."""
    even = re.sub(r"%([0-9A-Fa-f]{2})?", _normal_escape, text)
    return quote(even, safe="/%:@!$&'()*+,;=~?")


def _plain_path(path: str) -> str:
    """One spelling for characters that may be escaped or not. `/`, `?` and `%` stay escaped."""
    return "/".join(
        quote(unquote_to_bytes(segment), safe="!$&'()*+,;=:@~") for segment in path.split("/")
    )


def _form_pair(pair: str) -> str:
    """One spelling for a pair as forms send it, where `+` is a space."""
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
    while first in HOST_VARIANTS and "." in rest and public_suffix(rest) != rest:
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
