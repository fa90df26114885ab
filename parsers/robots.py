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
MAX_USAGE_RULES, MAX_USAGE_PATH, MAX_USAGE_VALUE = 200, 1000, 500
MAX_LICENSES = 10
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
        "content-usage": ("content-usage",),
        "content-signal": ("content-signal", "content-signals"),
        "license": ("license",),
    }.items()
    for spelling in spellings
}
MAX_KEY_WORDS = 2
ANY_AGENT = re.compile(r"\*(?:\s|$)")
USAGE = re.compile(r"(?P<path>[/*]\S*)?\s*(?P<value>.*)")
ADDRESS = re.compile(r"https?://[^/]+(/.+)", re.IGNORECASE)
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


@dataclass(frozen=True, slots=True)
class UsageRule:
    """What the texts under a path may be used for: a line Content-Usage or Content-Signal (IETF aipref)."""

    name: str  # content-usage, content-signal
    pattern: str  # normalized; '/' where the line names no path
    value: str  # such as `train-ai=n`

    def __str__(self) -> str:
        path = "" if self.pattern == "/" else f"{self.pattern} "
        return f"{self.name}: {path}{self.value}".rstrip()


@dataclass(slots=True)
class Group:
    rules: list[Rule] = field(default_factory=list)
    usage_rules: list[UsageRule] = field(default_factory=list)
    crawl_delay_seconds: float | None = None


@dataclass(slots=True)
class Members:
    """The groups that the next lines of one kind belong to."""

    groups: dict[str, Group] = field(default_factory=dict)
    is_complete: bool = True  # the next user-agent begins another list

    def add(self, token: str, group: Group | None) -> None:
        """Add the group of an agent; None for an agent that is not us."""
        if self.is_complete:
            self.groups, self.is_complete = {}, False
        if group:
            self.groups[token] = group


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for us in one file: those of every group with our name, else those of every group for '*'."""

    rules: tuple[Rule, ...] = ()
    crawl_delay_seconds: float | None = None
    sitemaps: tuple[str, ...] = ()
    usage_rules: tuple[UsageRule, ...] = ()  # of these groups, and those above the first group
    licenses: tuple[str, ...] = ()  # addresses of RSL documents, which are for every robot
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


def parse(text: str, product: str = PRODUCT, *, origin: str = "") -> Robots:
    """Never fails: unknown lines are skipped. Of rules that are whole addresses those of the `origin` count, by their paths."""
    if _is_page(text):
        return Robots()
    groups, lists = _groups(LINE_END.split(text), {product, "*"}, _host(origin))
    group = groups.get(product) or groups.get("*") or Group()
    usage_rules = dict.fromkeys(groups[""].usage_rules + group.usage_rules)
    return Robots(
        rules=tuple(group.rules),
        crawl_delay_seconds=group.crawl_delay_seconds,
        sitemaps=tuple(lists["sitemap"][:MAX_SITEMAPS]),
        usage_rules=tuple(usage_rules)[:MAX_USAGE_RULES],
        licenses=tuple(dict.fromkeys(filter(_is_address, lists["license"])))[:MAX_LICENSES],
    )


def _is_page(text: str) -> bool:
    """Whether an HTML page was sent instead: it has no rules. A comment alone does not make it a page."""
    at = 0
    while m := HTML_COMMENT.match(text, at):
        end = text.find("-->", m.end())
        if end < 0:
            return False
        at = end + len("-->")
    return TAG.match(text, at) is not None


def _host(address: str) -> str:
    return address.lower().partition("://")[2].partition("/")[0].removeprefix("www.")


def _path(value: str, host: str) -> str:
    """That of another host matches nothing, and nor does a whole site: no page was meant."""
    found = ADDRESS.fullmatch(value)
    return found[1] if found and host and _host(value) == host else value


def _groups(
    lines: list[str], agents: set[str], host: str
) -> tuple[dict[str, Group], dict[str, list[str]]]:
    """The groups for these agents, and what is for all: sitemaps and licenses.

    Group '' has the usage rules above the first group: they name no robot, so they are for every
    one. Other groups are not kept: ten thousand could fill the memory.
    """
    groups = {"": Group()}
    lists: dict[str, list[str]] = {"sitemap": [], "license": []}
    # a rule ends a group's list of agents, other lines do not (RFC 9309 2.2.4); a usage rule ends
    # it for usage rules only
    by_rule, by_usage = Members(), Members(groups.copy())
    for line in filter(None, lines):
        key, value = _parse_line(line.partition("#")[0])
        match key:
            case "user-agent":
                token = _product_token(value)
                group = groups.setdefault(token, Group()) if token in agents else None
                by_rule.add(token, group)
                by_usage.add(token, group)
            case "allow" | "disallow" as kind:
                by_rule.is_complete = by_usage.is_complete = True
                for group in by_rule.groups.values() if value else ():
                    group.rules.append(Rule(kind == "allow", _path(value, host)))
            case "content-usage" | "content-signal":
                by_usage.is_complete = True
                for group in by_usage.groups.values():
                    group.usage_rules.append(_usage_rule(key, value))
            case "crawl-delay":
                for group in by_rule.groups.values():
                    slowest = max(_seconds(value) or 0.0, group.crawl_delay_seconds or 0.0)
                    group.crawl_delay_seconds = slowest or None
            case "sitemap" | "license" if value:
                lists[key].append(value)
    return groups, lists


def _usage_rule(name: str, text: str) -> UsageRule:
    parts = USAGE.fullmatch(text)
    assert parts
    pattern = normalize(parts["path"] or "/", keep="*$")[:MAX_USAGE_PATH]
    return UsageRule(name, pattern, parts["value"][:MAX_USAGE_VALUE])


def _is_address(text: str) -> bool:
    return text.lower().startswith(("http://", "https://")) and len(text) <= MAX_USAGE_PATH


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
