"""robots.txt by RFC 9309, as pure text, read as leniently as Google's parser and protego read it.

A reader of our own, since it has to name the rule that decided: `raw.fetches.robots_rule` keeps it, and protego answers
only yes or no (docs/decisions/0003-robots.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

PRODUCT = "kliping"
READ_BYTES = 512 * 1024
SITEMAPS = 50
LINES = re.compile(r"\r\n|\r|\n")
# Misspellings that Google's parser obeys; who writes them means the rule.
KEYS = {
    spelling: key
    for key, spellings in {
        "user-agent": ("user-agent", "useragent", "user agent"),
        "allow": ("allow",),
        "disallow": ("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"),
        "crawl-delay": ("crawl-delay", "crawl delay"),
        "sitemap": ("sitemap", "sitemaps", "site-map"),
    }.items()
    for spelling in spellings
}
LONGEST_KEY = 2  # words
EVERYBODY = re.compile(r"\*(?:\s|$)")
TOKEN = re.compile(r"[a-z_-]+")
TAG = re.compile(r"\s*<[a-z!?]", re.IGNORECASE)
HTML_COMMENT = re.compile(r"\s*<!--")
ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True)
class Rule:
    allow: bool
    pattern: str  # as the file has it

    def __str__(self) -> str:
        return f"{'allow' if self.allow else 'disallow'}: {self.pattern}"

    @cached_property
    def path(self) -> str:
        return normal(self.pattern, keep="*$")

    def matches(self, path: str) -> bool:
        """Each piece between stars is looked for once, left to right; a regular expression would backtrack."""
        anchored = self.path.endswith("$")
        first, *rest = self.path.removesuffix("$").replace("$", "%24").split("*")
        if not path.startswith(first):
            return False
        if anchored and not rest:
            return path == first
        last = rest.pop() if anchored else ""
        at = len(first)
        for piece in rest:
            found = path.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        return path.endswith(last) and len(path) - len(last) >= at


@dataclass(slots=True)
class Group:
    rules: list[Rule] = field(default_factory=list)
    crawl_delay_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for us in one file: those of every group that names us, else those of every group for '*'."""

    rules: tuple[Rule, ...] = ()
    crawl_delay_seconds: float | None = None
    sitemaps: tuple[str, ...] = ()
    found: bool = True

    def verdict(self, path: str) -> tuple[bool, str]:
        """Whether a path may be fetched, and the rule that says so: the longest, and of equals the one that allows."""
        asked = normal(path, keep="")
        if asked == "/robots.txt":
            return True, "allow: /robots.txt"
        fitting = [rule for rule in self.rules if rule.matches(asked)]
        if not fitting:
            return True, "no rule" if self.found else "no robots.txt"
        best = max(fitting, key=lambda rule: (len(rule.path), rule.allow))
        return best.allow, str(best)


MISSING = Robots(found=False)


def decode(body: bytes) -> str:
    """The part of a file that counts; a last line that the limit cut could say more than was meant, and is dropped."""
    text = body[:READ_BYTES].decode("utf-8-sig", "replace")
    return text if len(body) < READ_BYTES else text[: max(text.rfind("\n"), text.rfind("\r")) + 1]


def parse(text: str, product: str = PRODUCT) -> Robots:
    """Never fails: a line that means nothing is passed over."""
    if _is_page(text):
        return Robots()
    groups, sitemaps = _groups(LINES.split(text), {product, "*"})
    group = groups.get(product) or groups.get("*") or Group()
    return Robots(tuple(group.rules), group.crawl_delay_seconds, tuple(sitemaps[:SITEMAPS]))


def _is_page(text: str) -> bool:
    """An HTML page in its place has no rules, whatever it quotes; a comment alone does not make it one."""
    at = 0
    while m := HTML_COMMENT.match(text, at):
        end = text.find("-->", m.end())
        if end < 0:
            return False
        at = end + len("-->")
    return TAG.match(text, at) is not None


def _groups(lines: list[str], ours: set[str]) -> tuple[dict[str, Group], list[str]]:
    """Those that are ours: a rule for each of ten thousand names, ten thousand times, is a bomb."""
    groups: dict[str, Group] = {}
    sitemaps: list[str] = []
    named: dict[str, Group] = {}  # whom the rules that come next are for
    open_to_names = False  # a rule ends the names of a group; other records do not (RFC 9309 2.2.4)
    for line in lines:
        key, value = _record(line.partition("#")[0])
        match key:
            case "user-agent":
                named = named if open_to_names else {}
                open_to_names = True
                if (token := _token(value)) in ours:
                    named[token] = groups.setdefault(token, Group())
            case "allow" | "disallow" as kind:
                open_to_names = False
                for group in named.values() if value else ():
                    group.rules.append(Rule(kind == "allow", value))
            case "crawl-delay":
                for group in named.values():
                    slowest = max(_seconds(value) or 0.0, group.crawl_delay_seconds or 0.0)
                    group.crawl_delay_seconds = slowest or None
            case "sitemap" if value:
                sitemaps.append(value)
    return groups, sitemaps


def _record(line: str) -> tuple[str, str]:
    """The key as the standard spells it and the value; a blank may stand for the colon. '' for what is no key."""
    name, colon, value = line.partition(":")
    if colon and (key := KEYS.get(" ".join(name.lower().split()))):
        return key, value.strip()
    words = line.split(maxsplit=LONGEST_KEY)
    for count in range(1, LONGEST_KEY + 1):
        if key := KEYS.get(" ".join(words[:count]).lower()):
            return key, " ".join(words[count:]).strip()
    return "", ""


def _token(value: str) -> str:
    """Whom a group names: everybody, or a product's token. A star in a name is no wildcard, and is left out."""
    if EVERYBODY.match(value):
        return "*"
    token = TOKEN.match(value.lower().replace("*", ""))
    return token[0] if token else ""


def _seconds(value: str) -> float | None:
    return float(value) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value, re.ASCII) else None


def normal(path: str, *, keep: str) -> str:
    """One spelling for a path (RFC 9309 2.2.2): what needs no escape has none, everything else has one, in capitals.

    `keep` is what means something in a pattern; in an address it is escaped, and matches only its escape.
    """
    plain = ESCAPE.sub(
        lambda m: c if (c := chr(int(m[1], 16))) in UNRESERVED else m[0].upper(), path
    )
    return quote(plain, safe=f"/%?&=:@!'(),;+~[]{keep}", errors="replace")
