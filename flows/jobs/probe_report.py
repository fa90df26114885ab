"""The result of a probe: as a source, as plain data for scripts, and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flows.jobs.site_reader import Channel
from parsers.article import Article, Link
from parsers.kinds import LinkKind
from parsers.probe.site_profile import SiteProfile
from parsers.probe.source_proposal import AddressPattern, indonesian_zone, to_toml
from parsers.robots import Robots
from parsers.source import MOST_DELAY_SECONDS, Source, from_data
from parsers.text.normalize import printable
from parsers.text.redaction import masked
from warehouse.write.outcome import Outcome

FIELDS = ("headline", "date", "authors", "section", "tags", "body")
MOST_RULES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeReport:
    """What the probe found out about a site."""

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
        """The same for people: each line is a TOML comment, so that the lines and the TOML make one file."""
        return (
            f"# {' '.join(printable(line).split())}".rstrip() for line in masked([*self._lines()])
        )

    def _lines(self) -> Iterator[str]:
        yield f"{self.source.home}, probed with {self.n_requests} requests"
        if "=***" in self.toml:
            yield "an address in this file has a secret, which is shown as ***: fill it in before you use the file"
        rules = [str(rule) for rule in self.robots.rules]
        more = [f"and {len(rules) - MOST_RULES} more"] if rules[MOST_RULES:] else []
        yield f"robots.txt: {'; '.join([*rules[:MOST_RULES], *more]) or 'no rules for us'}"
        yield f"crawl-delay: {self.robots.crawl_delay_seconds or 'none'}; reserved: {'; '.join(self.reserved) or 'nothing'}"
        for c in self.channels:
            newest = f", newest {c.newest_at:%Y-%m-%d %H:%M%z}" if c.newest_at else ""
            yield f"{c.kind} {c.url}: {c.fault or f'{c.n_links} links{newest}'}"
        yield (
            f"an article every {_duration(self.cadence)} (median)"
            if self.cadence
            else "too few dates to compute how often it publishes"
        )
        if p := self.pattern:
            yield f"the address pattern matches {p.n_matched} of {p.n_announced} announced articles, {p.n_listings} listing pages"
        else:
            yield "the addresses are too few or too different to propose a pattern"
        for sample in self.samples:
            yield f"sample {sample['url']}: {sample['fault'] or _sample_line(sample)}"


def _sample_line(sample: dict[str, Any]) -> str:
    """Each field with the method that found it; a dash for none."""
    how = sample["how"]
    keys = {"date": "date_published", "section": "article_section"}
    fields = [
        f"{name} {how.get(keys.get(name, name), 'yes') if sample[name] else '–'}" for name in FIELDS
    ]
    return f"{', '.join(fields)}, {sample['body']} words"


def _duration(time: timedelta) -> str:
    minutes = time.total_seconds() / 60
    return (
        f"{minutes:.0f} minutes"
        if minutes < 120
        else f"{minutes / 60:.0f} hours"
        if minutes < 2880
        else f"{minutes / 1440:.0f} days"
    )


def proposed_source(
    *,
    draft: Source,
    profile: SiteProfile,
    channels: Sequence[Channel],
    links: Sequence[Link],
    pattern: AddressPattern | None,
    samples: Sequence[Outcome],
    rules: Robots,
) -> Source:
    """The draft completed by the probe; keys without proof are listed as unverified."""
    working = [c for c in channels if not c.fault and not c.is_child]
    articles = [o.article for o in samples if o.article]
    times = [*(a.date_published for a in articles), *(link.published_at for link in links)]
    timezone = indonesian_zone([when for when in times if when])
    is_complete = bool(articles) and len(articles) == len(samples)
    languages = {a.in_language for a in articles}
    language = profile.language or (next(iter(languages)) if len(languages) == 1 else None)
    is_unverified = {
        "title": not profile.title,
        "language": not language,
        "timezone": not timezone,
        "discover.index": bool(profile.index),
        "article[0].url": not pattern
        or pattern.n_matched < pattern.n_announced
        or pattern.n_listings > 0,
        **{
            f"article[0].{name}": not is_complete or not all(_fields(a)[name] for a in articles)
            for name in FIELDS
        },
    }
    crawl_delay = min(rules.crawl_delay_seconds or 0.0, MOST_DELAY_SECONDS)
    return from_data(
        draft.model_dump()
        | {
            "language": language or draft.language,
            "timezone": timezone or draft.timezone,
            "unverified": [key for key, unverified in is_unverified.items() if unverified],
            "discover": _discover(profile, working),
            "fetch": {"delay_seconds": max(draft.fetch.delay_seconds, crawl_delay)},
            "article": [{"url": pattern.text}] if pattern else [],
        }
    )


def _discover(profile: SiteProfile, working: Sequence[Channel]) -> dict[str, Any]:
    of_kind = {
        kind: [channel.url for channel in working if channel.kind == kind]
        for kind in (LinkKind.FEED, LinkKind.SITEMAP, LinkKind.INDEX, LinkKind.WORDPRESS)
    }
    return {
        "feeds": of_kind[LinkKind.FEED],
        "sitemaps": of_kind[LinkKind.SITEMAP],
        "index": [*of_kind[LinkKind.INDEX], *profile.index],
        "wordpress": profile.wordpress if of_kind[LinkKind.WORDPRESS] else None,
    }


def _fields(article: Article) -> dict[str, Any]:
    return {
        "headline": article.headline,
        "date": article.date_published,
        "authors": [person.name for person in article.authors],
        "section": article.article_section,
        "tags": list(article.tags),
        "body": article.word_count,
    }


def sample_row(outcome: Outcome) -> dict[str, Any]:
    """A sample article: its fields and the method that found each; or why there is no article."""
    article = outcome.article
    fault = "" if article else ": ".join(filter(None, (outcome.reason, outcome.detail)))
    values = _fields(article) if article else dict.fromkeys(FIELDS)
    return {
        "url": masked(outcome.link.url),
        **values,
        "how": dict(article.provenance) if article else {},
        "fault": masked(fault),
    }
