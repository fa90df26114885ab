"""A parser of robots.txt by RFC 9309, as lenient as Google's parser and protego.

We need our own, since it has to name the rule that decided, for `raw.fetches.robots_rule`; protego says only yes or no
(docs/decisions/0003-robots.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

PRODUCT = "kliping"
MAX_BYTES = 512 * 1024
MAX_SITEMAPS = 50
LINE_END = re.compile(r"\r\n|\r|\n")
# With the misspellings that Google's parser accepts.
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
MAX_KEY_WORDS = 2
ANY_AGENT = re.compile(r"\*(?:\s|$)")
TOKEN = re.compile(r"[a-z_-]+")
TAG = re.compile(r"\s*<[a-z!?]", re.IGNORECASE)
HTML_COMMENT = re.compile(r"\s*<!--")
ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True)
class Rule:
    allow: bool
    pattern: str  # as written in the file

    def __str__(self) -> str:
        return f"{'allow' if self.allow else 'disallow'}: {self.pattern}"

    @cached_property
    def path(self) -> str:
        return normalize(self.pattern, keep="*$")

    def matches(self, path: str) -> bool:
        """Whether the rule is for a path. Each piece between stars is searched once; a regular expression would backtrack."""
        anchored = self.path.endswith("$")
        first, *rest = self.path.removesuffix("$").replace("$", "%24").split("*")
        if not path.startswith(first):
            return False
        if anchored and not rest:
            return path == first
        last = rest.pop() if anchored else ""
        at = len(first)
        for piece in rest:
            start = path.find(piece, at)
            if start < 0:
                return False
            at = start + len(piece)
        return path.endswith(last) and len(path) - len(last) >= at


@dataclass(slots=True)
class Group:
    rules: list[Rule] = field(default_factory=list)
    crawl_delay_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for us in one file: those of every group with our name, else those of every group for '*'."""

    rules: tuple[Rule, ...] = ()
    crawl_delay_seconds: float | None = None
    sitemaps: tuple[str, ...] = ()
    found: bool = True

    def verdict(self, path: str) -> tuple[bool, str]:
        """Whether a path may be fetched, and the rule that decides: the longest, and among equals one that allows."""
        path = normalize(path, keep="")
        if path == "/robots.txt":
            return True, "allow: /robots.txt"
        matching = [rule for rule in self.rules if rule.matches(path)]
        if not matching:
            return True, "no rule" if self.found else "no robots.txt"
        best = max(matching, key=lambda rule: (len(rule.path), rule.allow))
        return best.allow, str(best)


MISSING = Robots(found=False)


def decode(body: bytes) -> str:
    """The text within the size limit, without a last line that the limit cut off: it could forbid or allow too much."""
    text = body[:MAX_BYTES].decode("utf-8-sig", "replace")
    return text if len(body) < MAX_BYTES else text[: max(text.rfind("\n"), text.rfind("\r")) + 1]


def parse(text: str, product: str = PRODUCT) -> Robots:
    """Never fails: unknown lines are skipped."""
    if _is_page(text):
        return Robots()
    groups, sitemaps = _groups(LINE_END.split(text), {product, "*"})
    group = groups.get(product) or groups.get("*") or Group()
    return Robots(tuple(group.rules), group.crawl_delay_seconds, tuple(sitemaps[:MAX_SITEMAPS]))


def _is_page(text: str) -> bool:
    """Whether an HTML page was sent instead: it has no rules. A comment alone does not make it a page."""
    at = 0
    while m := HTML_COMMENT.match(text, at):
        end = text.find("-->", m.end())
        if end < 0:
            return False
        at = end + len("-->")
    return TAG.match(text, at) is not None


def _groups(lines: list[str], agents: set[str]) -> tuple[dict[str, Group], list[str]]:
    """The groups for these agents, and the sitemaps. Other groups are not kept: ten thousand could fill the memory."""
    groups: dict[str, Group] = {}
    sitemaps: list[str] = []
    current: dict[str, Group] = {}  # the groups that the next rules belong to
    takes_agents = (
        False  # a rule ends a group's list of agents; other lines do not (RFC 9309 2.2.4)
    )
    for line in lines:
        key, value = _parse_line(line.partition("#")[0])
        match key:
            case "user-agent":
                current = current if takes_agents else {}
                takes_agents = True
                if (token := _product_token(value)) in agents:
                    current[token] = groups.setdefault(token, Group())
            case "allow" | "disallow" as kind:
                takes_agents = False
                for group in current.values() if value else ():
                    group.rules.append(Rule(kind == "allow", value))
            case "crawl-delay":
                for group in current.values():
                    slowest = max(_seconds(value) or 0.0, group.crawl_delay_seconds or 0.0)
                    group.crawl_delay_seconds = slowest or None
            case "sitemap" if value:
                sitemaps.append(value)
    return groups, sitemaps


def _parse_line(line: str) -> tuple[str, str]:
    """The key in its standard spelling and the value; a space may replace the colon. '' for an unknown key."""
    name, colon, value = line.partition(":")
    if colon and (key := KEYS.get(" ".join(name.lower().split()))):
        return key, value.strip()
    words = line.split(maxsplit=MAX_KEY_WORDS)
    for count in range(1, MAX_KEY_WORDS + 1):
        if key := KEYS.get(" ".join(words[:count]).lower()):
            return key, " ".join(words[count:]).strip()
    return "", ""


def _product_token(value: str) -> str:
    """The agent that a line names: '*' or a product token. A star inside a name is no wildcard, and is removed."""
    if ANY_AGENT.match(value):
        return "*"
    token = TOKEN.match(value.lower().replace("*", ""))
    return token[0] if token else ""


def _seconds(value: str) -> float | None:
    return float(value) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value, re.ASCII) else None


def normalize(path: str, *, keep: str) -> str:
    """One spelling for a path (RFC 9309 2.2.2): characters are percent-encoded only if they must be, in capitals.

    `keep` has the special characters of a pattern; in an address they are encoded, and match only their encoding.
    """
    plain = ESCAPE.sub(
        lambda m: c if (c := chr(int(m[1], 16))) in UNRESERVED else m[0].upper(), path
    )
    return quote(plain, safe=f"/%?&=:@!'(),;+~[]{keep}", errors="replace")
