"""robots.txt by RFC 9309, as pure text. Own reader: libraries match wildcards by backtracking; one line hangs them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

PRODUCT = "kliping"
READ_BYTES = 512 * 1024
SITEMAPS = 50
LINES = re.compile(r"\r\n|\r|\n")
TOKEN = re.compile(r"[a-z_-]+|\*")
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
    if text.lstrip()[:1] == "<":
        return Robots()  # an HTML page in its place has no rules
    groups, sitemaps = _groups(LINES.split(text), {product, "*"})
    group = groups.get(product) or groups.get("*") or Group()
    return Robots(tuple(group.rules), group.crawl_delay_seconds, tuple(sitemaps[:SITEMAPS]))


def _groups(lines: list[str], ours: set[str]) -> tuple[dict[str, Group], list[str]]:
    """Those that are ours: a rule for each of ten thousand names, ten thousand times, is a bomb."""
    groups: dict[str, Group] = {}
    sitemaps: list[str] = []
    named: dict[str, Group] = {}  # whom the rules that come next are for
    open_to_names = False  # a rule ends the names of a group; other records do not (RFC 9309 2.2.4)
    for line in lines:
        key, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        match key.lower():
            case "user-agent":
                named = named if open_to_names else {}
                open_to_names = True
                if (token := TOKEN.match(value.lower())) and token[0] in ours:
                    named[token[0]] = groups.setdefault(token[0], Group())
            case "allow" | "disallow" as kind:
                open_to_names = False
                for group in named.values() if value else ():
                    group.rules.append(Rule(kind == "allow", value))
            case "crawl-delay":
                for group in named.values():
                    group.crawl_delay_seconds = _seconds(value) or group.crawl_delay_seconds
            case "sitemap" if value:
                sitemaps.append(value)
    return groups, sitemaps


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
