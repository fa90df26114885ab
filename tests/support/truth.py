"""The truth about the newsroom's articles: what a reader of its pages must find, computed from the manuscripts and the labels in tests/truth.

Names of fields are those of the warehouse's columns. Spans are half-open code points into `body_text`; those of removed
stretches, related links and the dateline's place into `source_text`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from kliping.newsroom.manuscripts import Manuscript, Piece, manuscripts, replaced, target_url
from parsers.article import ArticleLink, Image, Removed
from support.labels import Acronym, DateMentioned, Figure, Label, Mention, Place, Quote, Rows

LABELS = Path(__file__).parents[1] / "truth"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    source_id: str
    id: int
    slug: str
    url: str
    headline: str
    description: str
    section: str
    in_language: str
    date_published: datetime
    date_modified: datetime | None
    authors: tuple[str, ...]
    editors: tuple[str, ...]
    tags: tuple[str, ...]
    source_text: str
    body_text: str
    dateline: str | None
    removed: tuple[Removed, ...]
    links: tuple[
        ArticleLink, ...
    ]  # related; without start and end where they stand in a table that `drop` cuts
    images: tuple[Image, ...]
    structured: (
        bool  # whether the rows below are labelled; where not, they are empty and say nothing
    )
    quotes: tuple[Quote, ...]
    figures: tuple[Figure, ...]
    dates_mentioned: tuple[DateMentioned, ...]
    acronyms: tuple[Acronym, ...]
    mentions: tuple[Mention, ...]
    places: tuple[Place, ...]
    topics: tuple[str, ...]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(self.body_text.split("\n"))

    @property
    def n_paragraphs(self) -> int:
        return len(self.paragraphs)


@cache
def truth(visit: int = 1) -> tuple[Truth, ...]:
    """Every article that stands on that visit, oldest first."""
    replacements = tomllib.loads((LABELS / "visit2.toml").read_text(encoding="utf-8"))
    return tuple(
        truth_of(
            m, _labels(m, replacements.get(m.slug, {}).get("replace", []) if visit > 1 else [])
        )
        for m in manuscripts(visit)
        if not m.gone_at
    )


def _labels(m: Manuscript, replace: list[list[str]]) -> Label:
    """The article's label file; empty if it has none."""
    path = LABELS / m.outlet / f"{m.slug}.toml"
    if not path.exists():
        return {}
    return tomllib.loads(replaced(path, replace))


def truth_of(m: Manuscript, labels: Label) -> Truth:
    """The truth about one manuscript; without labels, only what its page says."""
    source_text, body_text, removed, links = _texts(m)
    rows = Rows(labels, source_text, body_text, removed)
    return Truth(
        source_id=m.outlet,
        id=m.id,
        slug=m.slug,
        url=m.url,
        headline=m.headline,
        description=m.description,
        section=m.section.rpartition("/")[2],
        in_language=m.lang,
        date_published=_as_shown(m, m.published),
        date_modified=m.modified and _as_shown(m, m.modified),
        authors=m.authors,
        editors=m.editors,
        tags=m.tags,
        source_text=source_text,
        body_text=body_text,
        dateline=next((r.text.strip(" –—-:") for r in removed if r.kind == "dateline"), None),
        removed=removed,
        links=links,
        images=_images(m),
        structured=bool(labels),
        quotes=rows.quotes,
        figures=rows.figures,
        dates_mentioned=rows.dates_mentioned,
        acronyms=rows.acronyms,
        mentions=rows.mentions if labels else (),
        places=rows.places,
        topics=tuple(labels.get("topics", ())),
    )


def _as_shown(m: Manuscript, when: datetime) -> datetime:
    """With the offset the page gives: where only a plugin tells the time, that is UTC."""
    return when.astimezone(UTC) if m.has_seo_plugin else when


def _texts(m: Manuscript) -> tuple[str, str, tuple[Removed, ...], tuple[ArticleLink, ...]]:
    source: list[str] = []
    body: list[str] = []
    removed: list[Removed] = []
    links: list[ArticleLink] = []
    for block in m.blocks:
        if block.kind == "related_table":
            links += [_related(piece, len(body), None, None) for piece in block.pieces]
        if not block.in_source_text:
            continue
        start = sum(len(line) + 1 for line in source)
        for piece in block.pieces:
            end = start + len(piece.plain)
            if piece.kind != "text":
                removed.append(Removed(kind=piece.kind, start=start, end=end, text=piece.plain))
            if piece.kind == "related_link":
                links.append(_related(piece, len(body), start, end))
            start = end
        source.append("".join(piece.plain for piece in block.pieces))
        if block.in_body_text:
            body.append(
                "".join(piece.plain for piece in block.pieces if piece.kind == "text").strip()
            )
    return "\n".join(source), "\n".join(body), tuple(removed), tuple(links)


def _related(piece: Piece, after: int, start: int | None, end: int | None) -> ArticleLink:
    return ArticleLink(
        rel="related",
        label=piece.label,
        title=piece.title,
        href=target_url(piece.target),
        after_paragraph=after,
        start=start,
        end=end,
    )


def _images(m: Manuscript) -> tuple[Image, ...]:
    home = f"http://{m.outlet}.test"
    return tuple(
        Image(
            role=i.role,
            content_url=f"{home}{i.file}",
            caption=i.caption,
            credit_text=i.credit,
            alt_text=i.alt or None,
        )
        for i in m.images
    )
