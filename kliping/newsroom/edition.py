"""An outlet at one time: which articles it has published, and how its pages look."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime
from functools import cached_property
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from kliping.newsroom.manuscripts import HERE, Manuscript, manuscripts, target_url
from kliping.sql_files import toml

WIB = timezone(timedelta(hours=7))
LAUNCHED = datetime(2026, 8, 1, 8, tzinfo=WIB)  # Last-Modified of pages that never change
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """An entry of `outlets.toml`."""

    name: str
    title: str
    tagline: str
    draft: str
    timezone: str = "Asia/Jakarta"
    encoding: str = "utf-8"
    content_type: str = "text/html; charset=utf-8"
    crawl_delay: str | None = None

    @property
    def home(self) -> str:
        return f"http://{self.name}.test"


OUTLETS = {name: Outlet(name=name, **each) for name, each in toml("newsroom/outlets").items()}
HOSTS = tuple(f"{www}{name}.test" for name in OUTLETS for www in ("", "www."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    modified: datetime | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Edition:
    """One outlet at one time of a visit."""

    outlet: Outlet
    now: datetime
    visit: int

    @cached_property
    def all(self) -> tuple[Manuscript, ...]:
        """Every published article, the newest first, with the withdrawn one."""
        return self._published(self.visit)

    @cached_property
    def standing(self) -> tuple[Manuscript, ...]:
        return tuple(m for m in self.all if not m.gone_at)

    @cached_property
    def widgets(self) -> tuple[Manuscript, ...]:
        """The articles in sidebars and tickers. They ignore edits, so that an edit changes one page and not all."""
        return self._published(visit=1)

    def _published(self, visit: int) -> tuple[Manuscript, ...]:
        return tuple(
            m
            for m in reversed(manuscripts(visit))
            if m.outlet == self.outlet.name and m.published <= self.now
        )

    def neighbours(self, article: Manuscript | None, count: int) -> tuple[Manuscript, ...]:
        """The articles before this one, then the newest: a list that differs from page to page."""
        at = next((n for n, m in enumerate(self.widgets) if article and m.id == article.id), -1)
        return (self.widgets[at + 1 :] + self.widgets[: max(at, 0)])[:count]

    def page(
        self, template: str, modified: datetime = LAUNCHED, status: int = 200, **names: Any
    ) -> Answer:
        body = self._render(f"{self.outlet.name}/{template}", names).encode(
            self.outlet.encoding, "xmlcharrefreplace"
        )
        return Answer(
            body=body, status=status, content_type=self.outlet.content_type, modified=modified
        )

    def xml(
        self,
        template: str,
        articles: Iterable[Manuscript],
        kind: str = "application/xml",
        **names: Any,
    ) -> Answer:
        articles = tuple(articles)
        modified = last_change(articles)
        body = self._render(template, names | {"articles": articles, "changed": modified}).encode()
        return Answer(body=body, content_type=f"{kind}; charset=utf-8", modified=modified)

    def _render(self, template: str, names: dict[str, Any]) -> str:
        return TEMPLATES.get_template(template).render(
            outlet=self.outlet, edition=self, now=self.now, **names
        )

    def article(self, article: Manuscript, part: str = "1") -> Answer:
        """An article: one page of it (1 or 2), or all pages."""
        if article.gone_at:
            return self.page("missing.html", article.gone_at, 410)
        parts = 2 if article.paged else 1
        if part not in {"all", *"12"[:parts]}:
            return self.missing()
        blocks = article.blocks
        if parts > 1 and part != "all":
            middle = len(blocks) * 3 // 5
            blocks = blocks[:middle] if part == "1" else blocks[middle:]
        return self.page(
            "article.html",
            article.changed_at,
            article=article,
            blocks=blocks,
            part=part,
            parts=parts,
        )

    def missing(self) -> Answer:
        return self.page("missing.html", status=404)

    def listing(self, chosen: Iterable[Manuscript], title: str, **names: Any) -> Answer:
        """A listing page. The withdrawn article is not shown, but its removal counts as a change of the page."""
        articles = tuple(chosen)
        shown = [m for m in articles if not m.gone_at]
        return self.page("list.html", last_change(articles), articles=shown, title=title, **names)


def last_change(articles: Iterable[Manuscript]) -> datetime:
    return max((m.changed_at for m in articles), default=LAUNCHED)


def prose(text: str) -> Markup:
    """Escaped, except for emphasis."""
    return Markup(re.sub(r"&lt;(/?(?:em|strong))&gt;", r"<\1>", str(escape(text))))  # noqa: S704 - escaped in this line


def json_ld(value: Any) -> Markup:
    """JSON for a script element, where `</` would end it."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("</", "<\\/"))  # noqa: S704 - made safe in this line


def day_name(when: date) -> str:
    return DAYS[when.weekday()]


def zone_name(when: datetime) -> str:
    return "WITA" if when.utcoffset() == timedelta(hours=8) else "WIB"


def display_time(when: datetime) -> str:
    """`Selasa, 21 Okt 2026 20:43 WIB`."""
    return f"{day_name(when)}, {when:%d} {MONTHS[when.month - 1]} {when:%Y %H:%M} {zone_name(when)}"


def utc(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S+00:00}"


TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters |= {
    f.__name__: f for f in (prose, json_ld, day_name, zone_name, display_time, utc)
}
TEMPLATES.filters["rfc822"] = format_datetime
TEMPLATES.filters["link"] = lambda piece: target_url(piece.target)
