"""Source: an outlet as strict data from one TOML file."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cssselect import GenericTranslator, SelectorError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from parsers.article_address import is_article_like
from parsers.patterns import is_costly

HERE = Path(__file__).parent / "sources"
LONGEST_RULE = 500  # characters of a pattern or selector; the longest bundled one has 124
MOST_NESTED = 5
NEAR = 0.75  # how alike a word must be to be suggested
GROUPS = frozenset({"id", "year", "month", "day"})
# Addresses that are no articles on the usual sites. A pattern that finds one finds all like it.
LISTINGS = tuple(
    """
    / /nasional /nasional/ /tag/banjir /tag/banjir-jakarta /tags/banjir-jakarta/ /topic/banjir-jakarta /topik/banjir /kategori/nasional
    /category/nasional/ /indeks /indeks?page=2 /page/2/ /search?q=banjir+jakarta /?s=banjir+jakarta /cari/banjir
    /author/rina-melati /penulis/rina-melati /2026/11/ /2026/11/24/ /tentang-kami /pedoman-media-siber /feed/ /rss /login
    """.split()  # noqa: SIM905 - easier to read as words
)
# Characters of an address. No article's is longer, and a match can take the square of its length.
LONGEST_MATCHED = 2048
MOST_DELAY_SECONDS = 3600.0  # 24 requests a day; a slower run would never end
FIRST_DAY = dt.date(1990, 1, 1)  # of news on the web
Loc = tuple[int | str, ...]
NO_CLAIMS = frozenset({"since", "until", "examples", "exclude"})  # keys that nothing can refute


class AddressFit(StrEnum):
    """How an address fits the address rules of its source."""

    MATCHED = "matched"  # a rule finds it
    GENERIC = "generic"  # accepted by its looks: the rule that does not find it is unverified
    REFUSED = "refused"  # it looks like an article, and the rules do not find it
    OTHER = "other"  # no article


class SourceError(ValueError):
    """One or more source files are wrong; the message lists every error with file, line and key."""

    exit_code = 2


def _url(value: str) -> str:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"must be an http or https address: {error}") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an http or https address")
    if port == 0:
        raise ValueError("must be an http or https address: port 0 is not allowed")
    return value


def _selector(value: str) -> str:
    _of_bounded_length(value)
    if value.count(":has(") > MOST_NESTED:
        raise ValueError(f"more than {MOST_NESTED} times :has()")
    try:
        GenericTranslator().css_to_xpath(value)
    except SelectorError as error:
        raise ValueError(f"not a CSS selector: {error}") from error
    return value


def _pattern(value: str) -> str:
    _of_bounded_length(value)
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"{value!r} is not a regular expression: {error}") from error
    return value


def _of_bounded_length(value: str) -> None:
    """To check a longer one takes too long, and no page needs it."""
    if len(value) > LONGEST_RULE:
        raise ValueError(f"longer than {LONGEST_RULE} characters")


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("not an IANA time zone, such as Asia/Jakarta") from error
    return value


Url = Annotated[str, AfterValidator(_url)]
Selector = Annotated[str, AfterValidator(_selector)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Zone = Annotated[str, AfterValidator(_zone)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class Discover(_Strict):
    """The channels. All are optional."""

    feeds: list[Url] = Field(default_factory=list)
    sitemaps: list[Url] = Field(default_factory=list)
    index: list[Url] = Field(default_factory=list)  # {page}, {date:%Y/%m/%d}
    wordpress: Url | None = None
    exclude: Pattern | None = None  # addresses that look like articles and are left out on purpose

    @property
    def names_any(self) -> bool:
        return bool(self.feeds or self.sitemaps or self.index or self.wordpress)


class Fetch(_Strict):
    delay_seconds: float = Field(default=5.0, ge=0, le=MOST_DELAY_SECONDS, allow_inf_nan=False)


class ArticleRule(_Strict):
    """The form of the outlet's article pages. Fields without a selector are found generically."""

    model_config = ConfigDict(serialize_by_alias=True)

    url: Pattern | None = None  # groups id, year, month, day are optional
    examples: list[Url] = Field(default_factory=list)  # addresses of the form that `url` must find
    # The selectors hold for pages fetched from the one day up to the other.
    since: dt.date | None = Field(default=None, ge=FIRST_DAY, alias="from")
    until: dt.date | None = Field(default=None, ge=FIRST_DAY)
    body: Selector | None = None
    drop: list[Selector] = Field(default_factory=list)
    headline: Selector | None = None
    authors: Selector | None = None
    date: Selector | None = None
    section: Selector | None = None
    tags: Selector | None = None
    next_page: Selector | None = None

    @property
    def selectors(self) -> dict[str, str]:
        """The selectors of the fields, by key."""
        keys = ("body", "headline", "authors", "date", "section", "tags")
        return {key: css for key in keys if (css := getattr(self, key))}

    def holds_on(self, day: dt.date) -> bool:
        return (self.since or day) <= day <= (self.until or day)


class Source(_Strict):
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")  # SQL source_id
    title: str = Field(min_length=1)  # as the outlet writes it, and as its datelines do
    home: Url
    language: str = Field(default="id", pattern=r"^[a-z]{2,3}$")
    timezone: Zone = "Asia/Jakarta"
    kind: Literal["news", "wire", "government", "magazine"] = "news"
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    # Other spellings of the title in datelines and bylines.
    aliases: list[str] = Field(default_factory=list)
    # Key paths that nobody has seen work on the live site yet.
    unverified: list[str] = Field(default_factory=list)
    # Key path -> the last day on which it was seen to work.
    verified: dict[str, dt.date] = Field(default_factory=dict)
    # What the outlet asks of crawlers. Such a source is only crawled when it is named.
    terms: str | None = None
    # The `id` of an address names one article on all hosts of the outlet.
    site_wide_ids: bool = False
    discover: Discover = Field(default_factory=Discover)
    fetch: Fetch = Field(default_factory=Fetch)
    article: list[ArticleRule] = Field(default_factory=list)

    @cached_property
    def site(self) -> tuple[str, int | None]:
        """Domain and port: another port is another site."""
        host, port = _host_and_port(self.home)
        return host.removeprefix("www."), port

    @property
    def domain(self) -> str:
        return self.site[0]

    @property
    def configured_keys(self) -> list[str]:
        """The key paths of the channels, patterns and selectors in the file."""
        rules = [(f"article[{n}]", rule) for n, rule in enumerate(self.article)]
        tables: list[tuple[str, BaseModel]] = [("discover", self.discover), *rules]
        return [
            f"{table}.{key}"
            for table, keys in tables
            for key, value in keys
            if value and key not in NO_CLAIMS
        ]

    @property
    def unverified_keys(self) -> list[str]:
        unverified = {*self.unverified}
        return [key for key in self.configured_keys if {key, key.partition(".")[0]} & unverified]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def owns(self, url: str) -> bool:
        """Whether the address is on the outlet's domain or a subdomain of it, and on its port."""
        return self.owns_host(*_host_and_port(url))

    def owns_host(self, host: str, port: int | None) -> bool:
        domain, own = self.site
        return port == own and host.endswith(domain) and host.removesuffix(domain)[-1:] in {"", "."}

    def rule(self, fetched_on: dt.date) -> ArticleRule:
        """The rule of that day: of those that hold, the one that ends first, then the latest begun."""
        holding = [rule for rule in self.article if rule.holds_on(fetched_on)]
        return min(
            holding,
            key=lambda r: (r.until or dt.date.max, -(r.since or FIRST_DAY).toordinal()),
            default=ArticleRule(),
        )

    def match(self, url: str) -> re.Match[str] | None:
        """The first rule's match on the address, for its named groups."""
        if len(url) > LONGEST_MATCHED:
            return None
        return next((m for r in self.article if r.url and (m := re.search(r.url, url))), None)

    @cached_property
    def has_address_rule(self) -> bool:
        return any(rule.url for rule in self.article)

    @cached_property
    def has_verified_addresses(self) -> bool:
        """Whether no address rule is unverified. An unverified one refuses nothing that looks like an article."""
        return not any(key.endswith("].url") for key in self.unverified_keys)

    def fit(self, url: str) -> AddressFit:
        """How the address fits. Without address rules every address may be an article."""
        if len(url) > LONGEST_MATCHED or (
            self.discover.exclude and re.search(self.discover.exclude, url)
        ):
            return AddressFit.OTHER
        if not self.has_address_rule or self.match(url):
            return AddressFit.MATCHED
        if not is_article_like(url):
            return AddressFit.OTHER
        return AddressFit.REFUSED if self.has_verified_addresses else AddressFit.GENERIC

    def recognises(self, url: str) -> bool:
        """Whether the address may be an article."""
        return self.fit(url) in {AddressFit.MATCHED, AddressFit.GENERIC}


def _host_and_port(url: str) -> tuple[str, int | None]:
    """The port is None for those that a browser does not show. ('', None) for no address."""
    try:
        parts = urlsplit(url)
        port = None if parts.port in {None, 80, 443} else parts.port
    except ValueError:
        return "", None
    return (parts.hostname or "").rstrip("."), port


def default_source(host: str) -> Source:
    """A source for an outlet without a file: no channels, no patterns, no selectors."""
    name = re.sub(r"[^a-z0-9.-]", "-", host.lower().removeprefix("www.")).strip("-.") or "files"
    return Source(name=name, title=name, home=f"http://{name}/", language="und", timezone="UTC")


def source_of_url(url: str, sources: Mapping[str, Source]) -> Source | None:
    """The source whose site the address is on; the longest domain wins."""
    host, port = _host_and_port(url)
    by_site = (sources if isinstance(sources, Sources) else Sources(sources)).by_site
    labels = host.split(".")
    domains = (".".join(labels[n:]) for n in range(len(labels)))
    return next((by_site[domain, port] for domain in domains if (domain, port) in by_site), None)


class Sources(dict[str, Source]):
    """Sources by name; not changed after an address was looked up, since there may be thousands."""

    not_bundled: frozenset[str] = frozenset()  # names of those with a file of the user's

    @cached_property
    def by_site(self) -> dict[tuple[str, int | None], Source]:
        return {source.site: source for source in reversed(self.values())}  # the first counts


def load(folders: Iterable[Path] = ()) -> Sources:
    """The bundled sources, then those of `folders`; a later one of the same name wins.

    Raises SourceError with every error of every file. No two sources may have the same site.
    """
    errors: list[str] = []
    sources = Sources()
    paths: dict[str, Path] = {}
    for folder in (HERE, *folders):
        if not folder.is_dir():
            errors.append(f"{folder}: no such folder of sources")
            continue
        seen: dict[str, Path] = {}
        for path in sorted(folder.glob("*.toml")):
            source, problems = read(path)
            errors.extend(problems)
            if source and source.name in seen:
                errors.append(
                    f"{path}: name: {source.name!r} is already the name of {seen[source.name].name}"
                )
            elif source:
                seen[source.name] = paths[source.name] = path
                sources[source.name] = source
    homes: dict[tuple[str, int | None], str] = {}
    for name, source in sources.items():
        if (first := homes.setdefault(source.site, name)) != name:
            line = line_of_key(paths[name].read_text(encoding="utf-8"), ("home",))
            errors.append(
                f"{paths[name]}:{line}: home: {source.domain} is already {first}'s; a file with that name in it replaces it"
            )
    if errors:
        raise SourceError("\n".join(errors))
    sources.not_bundled = frozenset(n for n in sources if paths[n].parent != HERE)
    return sources


def read(path: Path) -> tuple[Source | None, list[str]]:
    """The source in a file, or None and every error in it as `file:line: key: message`."""
    try:
        text = path.read_text(encoding="utf-8")
        source = Source.model_validate(tomllib.loads(text))
    except (OSError, UnicodeDecodeError) as error:
        return None, [f"{path}: {error}"]
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        return None, [f"{path}:{line[1] if line else 1}: {error}"]
    except ValidationError as error:
        return None, [_explain(path, text, e["loc"], e["type"], e["msg"]) for e in error.errors()]
    except (ValueError, RecursionError) as error:  # tomllib does not catch these
        digits = re.search(r"\d{1000}", text)
        number = text.count("\n", 0, digits.start()) + 1 if digits else 1
        return None, [f"{path}:{number}: {'a number of too many digits' if digits else error}"]
    # Tests check the bundled patterns, so not every start does. A costly pattern is not matched.
    costly = [] if path.parent == HERE else [*costly_patterns(source)]
    problems = costly or contradictions(source)
    errors = [_explain(path, text, loc, "", message) for loc, message in problems]
    return (None, errors) if errors else (source, [])


def contradictions(source: Source) -> Iterator[tuple[Loc, str]]:
    """Valid values that contradict each other: the key and the problem."""
    for n, template in enumerate(source.discover.index):
        if left := re.search(r"[{}]", re.sub(r"\{(?:page|date:[^{}]+)\}", "", template)):
            yield (
                ("discover", "index", n),
                f"knows {{page}} and {{date:%Y/%m/%d}}, not what stands around {left[0]!r}",
            )
    for n, rule in enumerate(source.article):
        for loc, message in _contradictions(source, rule):
            yield ("article", n, *loc), message
    known_keys = {
        *Source.model_fields,
        *(f"{table}.{key}" for table in ("discover", "fetch") for key in _fields([table])),
    }
    for n in range(len(source.article)):
        known_keys |= {f"article[{n}]", *(f"article[{n}].{key}" for key in _fields(["article"]))}
    keys: list[tuple[Loc, str]] = [
        *((("unverified", n), key) for n, key in enumerate(source.unverified)),
        *((("verified", key), key) for key in source.verified),
    ]
    for loc, key in keys:
        if key not in known_keys:
            yield loc, f"{key!r} is no key of this file{suggestion(key, known_keys)}"
    for key in source.verified.keys() & {*source.unverified_keys}:
        yield ("verified", key), f"{key!r} is unverified too"


def suggestion(word: str, known_words: Iterable[str]) -> str:
    """`; did you mean …?` for a misspelt word; '' if none is near."""
    near = difflib.get_close_matches(word, list(known_words), 1, NEAR)
    return f"; did you mean {near[0]!r}?" if near else ""


def costly_patterns(source: Source) -> Iterator[tuple[Loc, str]]:
    """Patterns that a hostile address could keep busy for ever, which would stop all outlets."""
    patterns: list[tuple[Loc, str | None]] = [(("discover", "exclude"), source.discover.exclude)]
    patterns += [(("article", n, "url"), rule.url) for n, rule in enumerate(source.article)]
    for loc, pattern in patterns:
        if pattern and is_costly(pattern):
            yield (
                loc,
                f"{pattern!r} may take for ever on a long address: what it repeats can match the same characters in many ways",
            )


def _contradictions(source: Source, rule: ArticleRule) -> Iterator[tuple[Loc, str]]:
    """Those of one rule: its pattern must find its examples, and no listing pages."""
    if rule.url is None:
        if rule.examples:
            yield ("examples", 0), "there is no url for it to be an example of"
        return
    pattern = re.compile(rule.url)
    if strange := sorted(set(pattern.groupindex) - GROUPS):
        yield ("url",), f"knows the groups {', '.join(sorted(GROUPS))}, not {', '.join(strange)}"
    if taken := [path for path in LISTINGS if pattern.search(source.home.rstrip("/") + path)]:
        yield ("url",), f"finds what is no article: {', '.join(taken)}"
    for n, example in enumerate(rule.examples):
        match = pattern.search(example)
        if not source.owns(example):
            yield ("examples", n), f"{example} is not on {source.domain}"
        elif not match:
            yield ("examples", n), f"url does not find {example}"
        elif not _has_valid_day(match):
            yield ("examples", n), f"url reads no day in {example}"


def _has_valid_day(match: re.Match[str]) -> bool:
    """Whether year, month and day are a date, if the address has all three."""
    parts = [match.groupdict().get(name) for name in ("year", "month", "day")]
    try:
        return not all(parts) or bool(dt.date(*(int(part) for part in parts if part)))
    except ValueError:
        return False


def _explain(path: Path, text: str, loc: tuple[int | str, ...], kind: str, message: str) -> str:
    keys = [str(k) for k in loc if not isinstance(k, int)]
    dotted = "".join(f"[{k}]" if isinstance(k, int) else f".{k}" for k in loc).lstrip(".")
    if kind == "extra_forbidden":
        known_keys = _fields(keys[:-1])
        hint = suggestion(keys[-1], known_keys) or f"; known are {', '.join(sorted(known_keys))}"
        message = f"unknown key{hint}"
    return f"{path}:{line_of_key(text, loc)}: {dotted}: {message.removeprefix('Value error, ')}"


def _fields(keys: list[str]) -> list[str]:
    model: Any = Source
    for key in keys:
        model = {"discover": Discover, "fetch": Fetch, "article": ArticleRule}.get(key, model)
    return [field.alias or name for name, field in model.model_fields.items()]


def line_of_key(text: str, loc: tuple[int | str, ...]) -> int:
    """The line of the key, found by its table header and name; 1 if it is missing."""
    table, nth, wanted = "", 0, {"table": "", "nth": 0}
    keys = [k for k in loc if isinstance(k, str)]
    tables = {"discover", "fetch", "article", "verified", "outlets", "reports", "timestamps"}
    if keys and keys[0] in tables:
        wanted = {
            "table": keys[0],
            "nth": next((k for k in loc if isinstance(k, int)), 0) if keys[0] == "article" else 0,
        }
        keys = keys[1:]
    header = 1
    for number, line in enumerate(text.splitlines(), 1):
        if head := re.match(r"\s*\[+\s*([\w.-]+)\s*\]+", line):
            if keys and not wanted["table"] and head[1] == keys[0]:
                return number
            nth = nth + 1 if head[1] == table else 0
            table = head[1]
            if (table, nth) == (wanted["table"], wanted["nth"]):
                header = number
        elif (
            (table, nth) == (wanted["table"], wanted["nth"])
            and keys
            and re.match(rf"""\s*["']?{re.escape(keys[0])}["']?\s*[.=]""", line)
        ):
            return number
    return header


def from_data(data: dict[str, Any]) -> Source:
    """A source from plain data, for tests and probes. Raises pydantic's ValidationError."""
    return Source.model_validate(data)
