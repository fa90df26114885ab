"""What a look at a site found: as a source, as rows, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flows.http.robots import Robots
from flows.output import printable
from parsers.article import Article, Link
from parsers.probe.site_profile import SiteProfile
from parsers.probe.source_proposal import AddressPattern, indonesian_zone, to_toml
from parsers.source import MOST_DELAY_SECONDS, Source, from_data
from parsers.text.redaction import masked
from warehouse.write.outcome_rows import Outcome

FIELDS = ("headline", "date", "authors", "section", "tags", "body")
MOST_RULES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    kind: str
    url: str
    is_child: bool = False  # a sitemap that another one names
    n_links: int = 0  # to articles; in a sitemap index, to sitemaps
    newest_at: datetime | None = None
    fault: str = ""  # why nothing can be had from it
    links: tuple[Link, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    source: Source
    n_requests: int
    channels: tuple[Channel, ...]
    cadence: timedelta | None
    robots: Robots
    reserved: tuple[str, ...]
    pattern: AddressPattern | None
    samples: tuple[dict[str, Any], ...]

    @property
    def toml(self) -> str:
        return masked(to_toml(self.source))

    @property
    def data(self) -> dict[str, Any]:
        """Everything, for scripts."""
        return masked(self._data)

    @property
    def _data(self) -> dict[str, Any]:
        return {
            "requests": self.n_requests,
            "channels": [
                {
                    "kind": c.kind,
                    "url": c.url,
                    "links": c.n_links,
                    "newest_at": c.newest_at,
                    "fault": c.fault,
                }
                for c in self.channels
            ],
            "cadence_minutes": self.cadence and round(self.cadence.total_seconds() / 60, 1),
            "robots": {
                "found": self.robots.found,
                "crawl_delay_seconds": self.robots.crawl_delay_seconds,
                "rules": [str(rule) for rule in self.robots.rules],
                "reserved": self.reserved,
            },
            "pattern": self.pattern
            and {
                "url": self.pattern.text,
                "groups": self.pattern.groups,
                "matched": self.pattern.n_matched,
                "announced": self.pattern.n_announced,
                "listings_matched": self.pattern.n_listings,
            },
            "samples": self.samples,
            "source": self.source.model_dump(mode="json"),
            "toml": self.toml,
        }

    def lines(self) -> Iterator[str]:
        """The same for people: each line a comment, so that lines and TOML are one file."""
        return (
            f"# {' '.join(printable(line).split())}".rstrip() for line in masked([*self._told()])
        )

    def _told(self) -> Iterator[str]:
        yield f"{self.source.home}, found with {self.n_requests} requests"
        if "=***" in self.toml:
            yield "an address in this file holds a secret, which is shown as ***: put it back before the file is used"
        rules = [str(rule) for rule in self.robots.rules]
        more = [f"and {len(rules) - MOST_RULES} more"] if rules[MOST_RULES:] else []
        yield f"robots.txt: {'; '.join([*rules[:MOST_RULES], *more]) or 'no rules for us'}"
        yield f"crawl-delay: {self.robots.crawl_delay_seconds or 'none'}; reserved: {'; '.join(self.reserved) or 'nothing'}"
        for c in self.channels:
            newest = f", newest {c.newest_at:%Y-%m-%d %H:%M%z}" if c.newest_at else ""
            yield f"{c.kind} {c.url}: {c.fault or f'{c.n_links} links{newest}'}"
        yield (
            f"an article every {_span(self.cadence)} (median)"
            if self.cadence
            else "too few dates to tell how often it publishes"
        )
        if p := self.pattern:
            yield f"the address pattern fits {p.n_matched} of {p.n_announced} announced articles, {p.n_listings} known listings"
        else:
            yield "too few addresses, or too different, to propose a pattern"
        for sample in self.samples:
            yield f"sample {sample['url']}: {sample['fault'] or _fill(sample)}"


def _fill(sample: dict[str, Any]) -> str:
    """Each field with where it was found; a dash where it was not."""
    how = sample["how"]
    long = {"date": "date_published", "section": "article_section"}
    said = [
        f"{name} {how.get(long.get(name, name), 'yes') if sample[name] else '–'}" for name in FIELDS
    ]
    return f"{', '.join(said)}, {sample['body']} words"


def _span(time: timedelta) -> str:
    minutes = time.total_seconds() / 60
    return (
        f"{minutes:.0f} minutes"
        if minutes < 120
        else f"{minutes / 60:.0f} hours"
        if minutes < 2880
        else f"{minutes / 1440:.0f} days"
    )


def source_found(
    *,
    draft: Source,
    door: SiteProfile,
    channels: Sequence[Channel],
    links: Sequence[Link],
    pattern: AddressPattern | None,
    samples: Sequence[Outcome],
    rules: Robots,
) -> Source:
    """The draft with all that was found; what nothing proved is unverified."""
    working = [c for c in channels if not c.fault and not c.is_child]
    articles = [o.article for o in samples if o.article]
    times = [*(a.date_published for a in articles), *(link.published_at for link in links)]
    zoned = indonesian_zone([when for when in times if when])
    is_complete = bool(articles) and len(articles) == len(samples)
    languages = {a.in_language for a in articles}
    language = door.language or (next(iter(languages)) if len(languages) == 1 else None)
    doubts = {
        "title": not door.title,
        "language": not language,
        "timezone": not zoned,
        "discover.index": bool(door.index),
        "article[0].url": not pattern
        or pattern.n_matched < pattern.n_announced
        or pattern.n_listings > 0,
        **{
            f"article[0].{name}": not is_complete or not all(filled(a)[name] for a in articles)
            for name in FIELDS
        },
    }
    crawl_delay = min(rules.crawl_delay_seconds or 0.0, MOST_DELAY_SECONDS)
    return from_data(
        draft.model_dump()
        | {
            "language": language or draft.language,
            "timezone": zoned or draft.timezone,
            "unverified": [key for key, doubtful in doubts.items() if doubtful],
            "discover": _discover(door, working),
            "fetch": {"delay_seconds": max(draft.fetch.delay_seconds, crawl_delay)},
            "article": [{"url": pattern.text}] if pattern else [],
        }
    )


def _discover(door: SiteProfile, working: Sequence[Channel]) -> dict[str, Any]:
    of_kind = {
        kind: [channel.url for channel in working if channel.kind == kind]
        for kind in ("feed", "sitemap", "index", "wordpress")
    }
    return {
        "feeds": of_kind["feed"],
        "sitemaps": of_kind["sitemap"],
        "index": [*of_kind["index"], *door.index],
        "wordpress": door.wordpress if of_kind["wordpress"] else None,
    }


def filled(article: Article) -> dict[str, Any]:
    return {
        "headline": article.headline,
        "date": article.date_published,
        "authors": [person.name for person in article.authors],
        "section": article.article_section,
        "tags": list(article.tags),
        "body": article.word_count,
    }


def row(outcome: Outcome) -> dict[str, Any]:
    """A sample: its fields, and where each was found; or why there is no article."""
    article = outcome.article
    fault = "" if article else ": ".join(filter(None, (outcome.reason, outcome.detail)))
    values = filled(article) if article else dict.fromkeys(FIELDS)
    return {
        "url": masked(outcome.link.url),
        **values,
        "how": dict(article.provenance) if article else {},
        "fault": masked(fault),
    }
