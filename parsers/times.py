"""When it was published and changed: every witness heard, the surest believed, the rest kept as a note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from htmldate import find_date

from parsers import dates, jsonld
from parsers.article import Link
from parsers.dates import Stamp
from parsers.document import Document, Element, said_by, squeeze, text_of
from parsers.reader import Block

PUBLISHED_META = tuple(
    """
    article:published_time og:published_time og:article:published_time datepublished parsely-pub-date sailthru.date
    cxenseparse:recs:publishtime cxenseparse:publishtime publishdate publish-date publish_date pubdate published_time
    publication_date date.issued dc.date.issued dcterms.issued dcterms.created dc.date.created dcterms.date dc.date
    content_publisheddate originalpublicationdate article.published displaydate date article:published article_date_original
    citation_publication_date citation_date rnews:datepublished ptime datecreated bt:pubdate release_date
    weibo:article:create_at
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
MODIFIED_META = (
    "article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified", "dcterms.modified", "dc.date.modified",
)
NOT_PUBLISHED = re.compile(r"modif|updat|expir|revis|valid|access|upload|publisher", re.IGNORECASE)
CHANGED_WORD = re.compile(
    r"\b(?:diperbarui|diubah|update[d]?|diupdate|aktualisiert|mis à jour|actualizado|aggiornato|modified"
    r"|last (?:update|modif)|terakhir|edited|bijgewerkt|stand)\b",
    re.IGNORECASE,
)
PUBLISHED_CLASS = re.compile(r"publ|posted|entry-date|post-?date|dateline|article-?date|date-?time|timestamp|byline", re.IGNORECASE)
DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|datum|tanggal|fecha|time|published|pubdate|timestamp|datetime|waktu|posted-?on|tgl)", re.IGNORECASE
)
CLOCKS_APART = timedelta(minutes=5)
DAYS_APART = 2
MOST_BESIDE = 80  # letters beside a printed date; a paragraph speaks of other days


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    stamp: Stamp
    where: str  # one of Article.date_published_source


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    published: datetime | None = None
    where: str = "none"
    has_clock: bool = False
    modified: datetime | None = None
    notes: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()


def find_times(
    doc: Document,
    articles: list[jsonld.Node],
    zone: tzinfo,
    link: Link | None,
    near: list[Block],
    *,
    fetched_at: datetime,
    css: str | None = None,
    address_day: date | None = None,
) -> Times:
    """The publication instant in the page's own zone; where no zone is said, the given one."""
    month_first = doc.is_american
    said = list(witnesses(doc, articles, css, near, link, month_first=month_first))
    heard = [w for w in said if _plausible(w.stamp, fetched_at)]
    heard = heard or [Witness(stamp=s, where="dom") for s in marked(doc, month_first=month_first) if _plausible(s, fetched_at)]
    chosen = choose(heard, address_day) or _last_resort(doc, fetched_at)
    flags = ("date_suspect",) if len(heard) < len(said) and chosen is None else ()
    if chosen is None:
        modified, where = _modified(doc, articles, zone, [], month_first=month_first)
        return Times(flags=flags, modified=modified, notes=(("date_modified", where),))
    published = _local(chosen.stamp.at(zone), [w.stamp.at(zone) for w in heard])
    modified, where = _modified(doc, articles, zone, near, month_first=month_first)
    # A change at a moment that some witness calls the publication says nothing, and shares that witness's errors.
    if modified and (modified <= published or modified > fetched_at + timedelta(days=1) or modified in {w.stamp.at(zone) for w in heard}):
        modified, where = None, "none"
    if modified and not modified.utcoffset():
        modified = modified.astimezone(published.tzinfo)
    notes = tuple(
        (f"date_published_{w.where}", w.stamp.at(zone).isoformat())
        for w in heard
        if w.where != chosen.where and w.stamp.at(zone) != published
    )
    return Times(
        published=published, where=chosen.where, has_clock=chosen.stamp.clock is not None, modified=modified,
        notes=(("date_modified", where), *notes[:4]), flags=flags,
    )


def _local(moment: datetime, heard: list[datetime]) -> datetime:
    """Some software writes every time in UTC; where another witness gives the same moment in local time, that is the page's offset."""
    if moment.utcoffset():
        return moment
    return next((at for at in heard if at == moment and at.utcoffset()), moment)


def _last_resort(doc: Document, fetched_at: datetime) -> Witness | None:
    """The answer of htmldate from the markup, where nothing else says when; it does not guess from the text."""
    try:
        found = find_date(deepcopy(doc.lent), extensive_search=False, original_date=True, max_date=fetched_at)
    except Exception:  # noqa: BLE001 - a reader that fails on a page abstains
        return None
    return Witness(stamp=Stamp(date.fromisoformat(found)), where="dom") if found else None


def _plausible(stamp: Stamp, fetched_at: datetime) -> bool:
    return stamp.day.year >= dates.EARLIEST and stamp.at(UTC) <= fetched_at + timedelta(hours=38)  # a day ahead, in the last zone


def witnesses(
    doc: Document, articles: list[jsonld.Node], css: str | None, near: list[Block], link: Link | None, *, month_first: bool
) -> Iterator[Witness]:
    """Everything that says when, the surest first."""
    said: list[tuple[str, Iterable[str | None]]] = [
        ("dom", (said_by(n) for n in doc.select(css))),
        ("jsonld", (jsonld.as_text(n.get(k)) for n in articles for k in ("datePublished", "dateCreated"))),
        ("meta", (v for key in PUBLISHED_META for v in doc.metas.get(key, []))),
        ("microdata", (_value(e) for e in doc.with_attribute("itemprop", "datepublished") if e.tag != "meta")),
        ("time_tag", time_tags(doc)),
    ]
    for where, values in said:
        for value in values:
            if stamp := dates.machine(squeeze(value), month_first=month_first):
                yield Witness(stamp=stamp, where=where)
    for stamp in printed(near, month_first=month_first):
        yield Witness(stamp=stamp, where="dom")
    if link and link.published_at:
        at = link.published_at
        yield Witness(stamp=Stamp(at.date(), at.time(), at.tzinfo), where="sitemap" if link.kind == "sitemap" else "feed")


def _value(node: Element) -> str:
    return node.get("datetime") or node.get("content") or text_of(node)


def time_tags(doc: Document) -> Iterator[str]:
    """`<time>` that is the article's: not in a list of other stories, not the time of a change."""
    tags = [
        t
        for t in doc.tree.iter("time")
        if not NOT_PUBLISHED.search(f"{t.get('class')} {t.get('itemprop')}") and not CHANGED_WORD.search(text_of(t))
    ]
    marked = [t for t in tags if t.get("pubdate") is not None or PUBLISHED_CLASS.search(t.get("class") or "")]
    for tag in (marked or tags)[:1]:
        yield tag.get("datetime") or ""
        yield text_of(tag)


def printed(near: list[Block], *, month_first: bool) -> Iterator[Stamp]:
    """Dates printed around the headline in short lines, those of a change left out, those whose weekday agrees first."""
    found: list[tuple[bool, bool, int, Stamp]] = []
    for i, block in enumerate(near):
        for stamp in dates.find(block.text, month_first=month_first):
            if len(block.text) - (stamp.end - stamp.start) > MOST_BESIDE:
                continue
            if not CHANGED_WORD.search(block.text[max(0, stamp.start - 25) : stamp.start]) and stamp.weekday_ok is not False:
                found.append((stamp.clock is None, block.link_share > 0.5, i, stamp))  # noqa: PLR2004 - half
    yield from (s for *_, s in sorted(found, key=lambda f: f[:3])[:2])


def marked(doc: Document, *, month_first: bool) -> Iterator[Stamp]:
    """The first date in an element whose class says date, and that says little else."""
    for node in doc.classed:
        if (
            DATE_CLASS.search(node.get("class"))
            and not NOT_PUBLISHED.search(node.get("class"))
            and node.tag not in {"body", "html", "main", "article", "time", "meta"}
        ):
            text = squeeze(text_of(node))
            stamp = next(dates.find(text, month_first=month_first), None) if 8 <= len(text) <= 80 else None  # noqa: PLR2004 - a date and a label
            if stamp and not CHANGED_WORD.search(text) and stamp.weekday_ok is not False:
                yield stamp
                return


def choose(heard: list[Witness], address_day: date | None) -> Witness | None:
    """The first witness the address does not contradict, made more precise by the others that agree with it."""
    agreeing = [w for w in heard if address_day is None or abs((w.stamp.day - address_day).days) <= DAYS_APART]
    pool = agreeing or ([] if address_day else heard)
    if not pool:
        return Witness(stamp=Stamp(address_day), where="url") if address_day else None
    first = pool[0]
    if first.stamp.clock is None:
        first = next((w for w in pool if w.stamp.clock and abs((w.stamp.day - first.stamp.day).days) <= 1), first)
    return _set_by_print(first, pool)


def _set_by_print(first: Witness, pool: list[Witness]) -> Witness:
    """A printed clock with a printed zone outweighs a machine's: offsets of templates lie, what readers see is corrected."""
    shown = next((w.stamp for w in pool if w.where == "dom" and w.stamp.clock and w.stamp.zone and w.stamp.zone in dates.LOCAL), None)
    mine = first.stamp
    if shown is None or first.where == "dom" or mine.clock is None:
        return first
    if mine.zone is None:
        return replace(first, stamp=replace(mine, zone=shown.zone))
    apart = abs(mine.at(UTC) - shown.at(UTC))
    return Witness(stamp=shown, where="dom") if apart > CLOCKS_APART else first


def _modified(
    doc: Document, articles: list[jsonld.Node], zone: tzinfo, near: list[Block], *, month_first: bool
) -> tuple[datetime | None, str]:
    """When it was changed and where that is said; `near` are lines that may print it."""
    said = [("jsonld", jsonld.as_text(n.get(k))) for n in articles for k in ("dateModified", "datemodified")]
    said += [("meta", v) for key in MODIFIED_META for v in doc.metas.get(key, [])]
    stamps = ((s, where) for where, v in said if (s := dates.machine(squeeze(v), month_first=month_first)))
    if found := next(stamps, None):
        return found[0].at(zone), found[1]
    printed_at = _printed_change(near, zone, month_first=month_first)
    return printed_at, "dom" if printed_at else "none"


def _printed_change(near: list[Block], zone: tzinfo, *, month_first: bool) -> datetime | None:
    """`Diperbarui: 19/10/2026 18:45 WITA` near the headline."""
    for block in near:
        for stamp in dates.find(block.text, month_first=month_first):
            if stamp.clock and CHANGED_WORD.search(block.text[max(0, stamp.start - 25) : stamp.start]):
                return stamp.at(zone)
    return None
