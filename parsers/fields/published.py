"""When it was published and changed: every witness heard, the surest believed, the rest kept as a note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from parsers import dates
from parsers.article import Link
from parsers.dates import Stamp
from parsers.html import jsonld, third_party
from parsers.html.blocks import Block
from parsers.html.document import Document, Element, said_by, squeeze, text_of
from parsers.kinds import LinkKind

PUBLISHED_META = (
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
)
# What else a head calls it: `pub-date`, `publication_date`, `date.issued`, `dcterms.created`, `release:date`, `published`.
PUBLISHED_NAME = re.compile(
    r"(?!.*last)(?:.*[\W_])?(?:publi\w*|pub|release|issued?|creat\w*|posted|display)[\W_]*(?:date|time|at|on|day)$"
    r"|(?!.*last)(?:.*[\W_])?(?:date|(?:dc)?terms|time)[\W_]*(?:publi\w*|pub|issued|created|available)$|published$|firstcreate$"
)
DATE_META = (
    "sailthru.date",
    "dcterms.date",
    "dc.date",
    "date",
    "article.published",
    "article:published",
    "article_date_original",
    "citation_date",
    "ptime",
    "weibo:article:create_at",
)
MODIFIED_META = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "last-modified",
    "dcterms.modified",
    "dc.date.modified",
)
NOT_PUBLISHED = re.compile(r"modif|updat|expir|revis|valid|access|upload|publisher", re.IGNORECASE)
CHANGED_WORD = re.compile(
    r"\b(?:diperbarui|diubah|update[d]?|diupdate|aktualisiert|mis à jour|actualizado|aggiornato|modified"
    r"|last (?:update|modif)|terakhir|edited|bijgewerkt|stand)\b",
    re.IGNORECASE,
)
OTHER_WORD = re.compile(
    rf"{CHANGED_WORD.pattern}|\b(?:gültig|berlaku|valid|joined|member since|mitglied seit|bergabung|born|lahir)\b",
    re.IGNORECASE,
)
PUBLISHED_WORD = re.compile(
    r"\b(?:publi\w+|posted|dipublikasikan|terbit|tayang|veröffentlicht|erstellt|geplaatst|pubblicato|date|datum|tanggal|fecha)\W*$",
    re.IGNORECASE,
)
OPENING = re.compile(
    r"\W*(?:\w+ ){0,2}\W*$"
)  # what stands before the date that opens a text: `(`, `Press release of `
AFTER_OPENING = re.compile(r"\s*[)|–—:]")
PUBLISHED_CLASS = re.compile(
    r"publ|posted|entry-date|post-?date|dateline|article-?date|date-?time|timestamp|byline",
    re.IGNORECASE,
)
DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|datum|tanggal|fecha|time|published|pubdate|timestamp|datetime|waktu|posted-?on|tgl)",
    re.IGNORECASE,
)
CLOCKS_APART = timedelta(minutes=5)
QUARTER, FARTHEST = timedelta(minutes=15), timedelta(hours=14)  # what zones differ by
DAYS_APART = 2
LATER = timedelta(hours=36)  # than the beginning of a day is another day in every zone
MOST_LABEL = 25  # letters
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
    heard = heard or [
        Witness(stamp=s, where="dom")
        for s in marked(doc, month_first=month_first)
        if _plausible(s, fetched_at)
    ]
    chosen = choose(heard, address_day)
    if chosen is None and (day := third_party.day(doc, fetched_at)):
        chosen = Witness(stamp=Stamp(day), where="dom")
    flags = ("date_suspect",) if len(heard) < len(said) and chosen is None else ()
    if chosen is None:
        modified, where = _modified(doc, articles, zone, [], month_first=month_first)
        return Times(flags=flags, modified=modified, notes=(("date_modified", where),))
    published = _local(chosen.stamp.at(zone), [w.stamp.at(zone) for w in heard])
    modified, where = _modified(doc, articles, zone, near, month_first=month_first)
    # A change at a moment that some witness calls the publication says nothing, and shares that witness's errors.
    if modified and (
        modified <= published
        or modified > fetched_at + timedelta(days=1)
        or modified in {w.stamp.at(zone) for w in heard}
    ):
        modified, where = None, "none"
    if modified and not modified.utcoffset():
        modified = modified.astimezone(published.tzinfo)
    notes = tuple(
        (f"date_published_{w.where}", w.stamp.at(zone).isoformat())
        for w in heard
        if w.where != chosen.where and w.stamp.at(zone) != published
    )
    return Times(
        published=published,
        where=chosen.where,
        has_clock=chosen.stamp.clock is not None,
        modified=modified,
        notes=(("date_modified", where), *notes[:4]),
        flags=flags,
    )


def _local(moment: datetime, heard: list[datetime]) -> datetime:
    """Some software writes every time in UTC; where another witness gives the same moment in local time, that is the page's offset."""
    if moment.utcoffset():
        return moment
    return next((at for at in heard if at == moment and at.utcoffset()), moment)


def _plausible(stamp: Stamp, fetched_at: datetime) -> bool:
    return stamp.day.year >= dates.EARLIEST and stamp.at(UTC) <= fetched_at + timedelta(
        hours=38
    )  # a day ahead, in the last zone


def witnesses(
    doc: Document,
    articles: list[jsonld.Node],
    css: str | None,
    near: list[Block],
    link: Link | None,
    *,
    month_first: bool,
) -> Iterator[Witness]:
    """Everything that says when, the surest first."""
    said: list[tuple[str, Iterable[str | None]]] = [
        ("dom", (said_by(n) for n in doc.select(css))),
        (
            "jsonld",
            (jsonld.as_text(n.get(k)) for n in articles for k in ("datePublished", "dateCreated")),
        ),
        (
            "meta",
            (
                v
                for key in (*PUBLISHED_META, *_named(doc), *DATE_META)
                for v in doc.metas.get(key, [])
            ),
        ),
        (
            "microdata",
            (_value(e) for e in doc.with_attribute("itemprop", "datepublished") if e.tag != "meta"),
        ),
        ("time_tag", time_tags(doc)),
    ]
    for where, values in said:
        for value in values:
            if stamp := dates.read(squeeze(value), month_first=month_first):
                yield Witness(stamp=stamp, where=where)
    for stamp in printed(near, month_first=month_first):
        yield Witness(stamp=stamp, where="dom")
    if link and (stamp := _announced_stamp(link)):
        yield Witness(stamp=stamp, where="sitemap" if link.kind == LinkKind.SITEMAP else "feed")


def _announced_stamp(link: Link) -> Stamp | None:
    """When an announcement says it was published, no more precisely than it says; a time counted back from a fetch is a hint."""
    at = link.published_at
    if at is None or dates.is_relative(link.published_raw):
        return None
    stamp = dates.read(link.published_raw)
    return stamp if stamp and not stamp.clock else Stamp(at.date(), at.time(), at.tzinfo)


def _named(doc: Document) -> Iterator[str]:
    return (
        n
        for n in doc.metas
        if len(n) < MOST_BESIDE and PUBLISHED_NAME.match(n) and not NOT_PUBLISHED.search(n)
    )


def _value(node: Element) -> str:
    return node.get("datetime") or node.get("content") or text_of(node)


def time_tags(doc: Document) -> Iterator[str]:
    """`<time>` that is the article's: not in a list of other stories, not the time of a change."""
    tags = [
        t
        for t in doc.tree.iter("time")
        if not NOT_PUBLISHED.search(f"{t.get('class')} {t.get('itemprop')}")
        and not CHANGED_WORD.search(text_of(t))
    ]
    marked = [
        t
        for t in tags
        if t.get("pubdate") is not None or PUBLISHED_CLASS.search(t.get("class") or "")
    ]
    for tag in (marked or tags)[:1]:
        yield tag.get("datetime") or ""
        yield text_of(tag)


def printed(near: list[Block], *, month_first: bool) -> Iterator[Stamp]:
    """Dates printed around the headline in short lines, or opening the text; those called a publication first, those of a change left out."""
    found: list[tuple[bool, bool, bool, bool, int, Stamp]] = []
    for i, block in enumerate(near):
        for stamp in _in_line(block.text, month_first=month_first):
            before, after = block.text[: stamp.start], block.text[stamp.end :]
            is_long = len(before) + len(after) > MOST_BESIDE
            if is_long and not (
                len(before) < MOST_BESIDE and OPENING.match(before) and AFTER_OPENING.match(after)
            ):
                continue
            label = before[-MOST_LABEL:] or (
                near[i - 1].text if i and len(near[i - 1].text) < MOST_LABEL else ""
            )
            if not OTHER_WORD.search(label) and stamp.weekday_ok is not False:
                called = PUBLISHED_WORD.search(label) is not None
                found.append(
                    (not called, is_long, stamp.clock is None, block.link_share > 0.5, i, stamp)
                )
    yield from (s for *_, s in sorted(found, key=lambda f: f[:-1])[:2])


def _in_line(text: str, *, month_first: bool) -> Iterator[Stamp]:
    """A line that is nothing but a date may have a layout that no prose has: `Sel, 28/05/24 | 16.05 WIB`."""
    stamps = list(dates.find(text, month_first=month_first))
    whole = None if stamps else dates.read_strictly(text, month_first=month_first)
    yield from [replace(whole, end=len(text))] if whole and not text.isdigit() else stamps


def marked(doc: Document, *, month_first: bool) -> Iterator[Stamp]:
    """The first date in an element whose class says date, and that says little else."""
    for node in doc.classed:
        if (
            DATE_CLASS.search(node.get("class"))
            and not NOT_PUBLISHED.search(node.get("class"))
            and node.tag not in {"body", "html", "main", "article", "time", "meta"}
        ):
            text = squeeze(text_of(node))
            stamp = (
                next(_in_line(text, month_first=month_first), None)
                if 8 <= len(text) <= 80
                else None
            )
            if stamp and not CHANGED_WORD.search(text) and stamp.weekday_ok is not False:
                yield stamp
                return


def choose(heard: list[Witness], address_day: date | None) -> Witness | None:
    """The first witness the address does not contradict, made more precise by the others that agree with it."""
    agreeing = [
        w
        for w in heard
        if address_day is None or abs((w.stamp.day - address_day).days) <= DAYS_APART
    ]
    pool = agreeing or ([] if address_day else heard)
    if not pool:
        return Witness(stamp=Stamp(address_day), where="url") if address_day else None
    first = pool[0]
    if first.stamp.clock is None:
        first = next(
            (w for w in pool if w.stamp.clock and abs((w.stamp.day - first.stamp.day).days) <= 1),
            first,
        )
    return _set_by_print(first, pool)


def _set_by_print(first: Witness, pool: list[Witness]) -> Witness:
    """What readers see is corrected, a machine's time is not: software gives another day after a move, and lies about zones."""
    shown, mine = [w.stamp for w in pool if w.where == "dom"], first.stamp
    if first.where == "dom" or not shown:
        return first
    if len({s.day for s in shown}) == 1 and mine.at(UTC) >= shown[0].at(UTC) + LATER:
        return Witness(stamp=shown[0], where="dom")
    clock = next((s for s in shown if s.clock and s.zone in {None, *dates.LOCAL}), None)
    if clock is None or mine.clock is None:
        return first
    if clock.zone is None:
        return replace(first, stamp=_as_printed(mine, clock))
    if mine.zone is None:
        return replace(first, stamp=replace(mine, zone=clock.zone))
    return (
        Witness(stamp=clock, where="dom")
        if abs(mine.at(UTC) - clock.at(UTC)) > CLOCKS_APART
        else first
    )


def _as_printed(mine: Stamp, clock: Stamp) -> Stamp:
    """A time in UTC, in the zone in which a printed clock shows it."""
    apart = clock.at(UTC).replace(second=0) - mine.at(UTC).replace(second=0, microsecond=0)
    if mine.zone is not UTC or not apart or apart % QUARTER or abs(apart) > FARTHEST:
        return mine
    local = mine.at(UTC).astimezone(timezone(apart))
    return Stamp(local.date(), local.time(), local.tzinfo)


def _modified(
    doc: Document,
    articles: list[jsonld.Node],
    zone: tzinfo,
    near: list[Block],
    *,
    month_first: bool,
) -> tuple[datetime | None, str]:
    """When it was changed and where that is said; `near` are lines that may print it."""
    said = [
        ("jsonld", jsonld.as_text(n.get(k)))
        for n in articles
        for k in ("dateModified", "datemodified")
    ]
    said += [("meta", v) for key in MODIFIED_META for v in doc.metas.get(key, [])]
    stamps = (
        (s, where) for where, v in said if (s := dates.read(squeeze(v), month_first=month_first))
    )
    if found := next(stamps, None):
        return found[0].at(zone), found[1]
    printed_at = _printed_change(near, zone, month_first=month_first)
    return printed_at, "dom" if printed_at else "none"


def _printed_change(near: list[Block], zone: tzinfo, *, month_first: bool) -> datetime | None:
    """`Diperbarui: 19/10/2026 18:45 WITA` near the headline."""
    for block in near:
        for stamp in dates.find(block.text, month_first=month_first):
            if stamp.clock and CHANGED_WORD.search(
                block.text[max(0, stamp.start - MOST_LABEL) : stamp.start]
            ):
                return stamp.at(zone)
    return None
