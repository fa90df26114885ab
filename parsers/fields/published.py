"""When an article was published and changed: all candidates are read, the most reliable wins.

The others are kept as notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import islice

from parsers import dates
from parsers.article import Link
from parsers.dates import Stamp
from parsers.fields.field import Field
from parsers.html import jsonld, third_party
from parsers.html.blocks import Block
from parsers.html.document import Document, Element, text_of, visible_value
from parsers.kinds import LinkKind
from parsers.text.normalize import collapse_whitespace, letters

PUBLISHED_META = """
    article:published_time og:published_time og:article:published_time datepublished
""".split()  # noqa: SIM905 - easier to read as words
# Other names of meta elements: `pub-date`, `publication_date`, `date.issued`, `dcterms.created`.
PUBLISHED_NAME = re.compile(
    r"(?!.*last)(?:.*[\W_])?(?:publi\w*|pub|release|issued?|creat\w*|posted|display)[\W_]*(?:date|time|at|on|day)$"
    r"|(?!.*last)(?:.*[\W_])?(?:date|(?:dc)?terms|time)[\W_]*(?:publi\w*|pub|issued|created|available)$|published$|firstcreate$"
)
DATE_META = """
    sailthru.date dcterms.date dc.date date article.published article:published
    article_date_original citation_date ptime weibo:article:create_at
""".split()  # noqa: SIM905 - easier to read as words
MODIFIED_META = """
    article:modified_time og:updated_time datemodified lastmod last-modified dcterms.modified
    dc.date.modified
""".split()  # noqa: SIM905 - easier to read as words
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
PICTURE_WORD = re.compile(r"\b(?:foto|photo|gambar|ilustrasi|dok\.|getty)\b", re.IGNORECASE)
PUBLISHED_WORD = re.compile(
    r"\b(?:publi\w+|posted|dipublikasikan|terbit|tayang|veröffentlicht|erstellt|geplaatst|pubblicato|date|datum|tanggal|fecha)\W*$",
    re.IGNORECASE,
)
OPENING = re.compile(
    r"\W*(?:\w+ ){0,2}\W*$"
)  # before a date at the start of a text: `(`, `Press release of `
AFTER_OPENING = re.compile(r"\s*[)|–—:]")
PUBLISHED_CLASS = re.compile(
    r"publ|posted|entry-date|post-?date|dateline|article-?date|date-?time|timestamp|byline",
    re.IGNORECASE,
)
CLOCKS_APART = timedelta(minutes=5)
QUARTER, FARTHEST = timedelta(minutes=15), timedelta(hours=14)  # offsets of zones
DAYS_APART = 2
LATER = timedelta(hours=36)  # after the start of a day, it is another day in every zone
MOST_AHEAD = timedelta(hours=38)  # a day after the fetch, in the last zone
MOST_LABEL = 25  # letters
WITNESSES = frozenset({"feed", "sitemap", "microdata", "time_tag"})
MOST_BESIDE = 80  # letters beside a printed date; paragraphs mention other days
MOST_AROUND = 12  # letters around a date that is alone in its line: `On `, `| 3 min`
TITLE_SPACES = 2  # at least, in a headline
MOST_NOTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A date that some part of the page, or its announcement, gives as the publication."""

    stamp: Stamp
    source: str  # one of Article.date_published_source
    is_own: bool = False  # printed below the headline and beside no link
    # printed beside a word such as "Terbit", or alone in the first line below the headline
    is_labelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    published: datetime | None = None
    source: str = "none"
    has_clock: bool = False
    modified: datetime | None = None
    notes: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()


def find_times(
    doc: Document,
    zone: tzinfo,
    link: Link | None,
    near: list[Block],
    *,
    fetched_at: datetime,
    css: str | None = None,
    address_day: date | None = None,
    headline: str | None = None,
) -> Times:
    """When it was published, in the page's own zone, else in the given one; and when changed."""
    month_first = doc.is_american
    every = list(
        candidates(doc, css, near, link, headline, month_first=month_first, hint=address_day)
    )
    plausible = [c for c in every if _is_plausible(c.stamp, fetched_at)]
    chosen = choose(plausible, address_day, zone, fetched_at)
    if chosen is None and (day := third_party.find_day(doc, fetched_at)):
        chosen = Candidate(stamp=Stamp(day), source="dom")
    if chosen is None:
        modified = _modified(doc, zone, [], month_first=month_first)
        flags = ("date_suspect",) if len(plausible) < len(every) else ()
        notes = (("date_modified", modified.source),)
        return Times(flags=flags, modified=modified.value, notes=notes)
    moments = [c.stamp.at(zone) for c in plausible]
    published = _with_offset(chosen.stamp.at(zone), moments)
    modified = _modified(doc, zone, near, month_first=month_first)
    modified = _believed_change(modified, published, moments, fetched_at)
    differing = (
        (f"date_published_{c.source}", moment.isoformat())
        for c, moment in zip(plausible, moments, strict=True)
        if c.source != chosen.source and moment != published
    )
    return Times(
        published=published,
        source=chosen.source,
        has_clock=chosen.stamp.clock is not None,
        modified=modified.value,
        notes=(("date_modified", modified.source), *islice(differing, MOST_NOTES)),
    )


def _believed_change(
    modified: Field[datetime | None],
    published: datetime,
    moments: list[datetime],
    fetched_at: datetime,
) -> Field[datetime | None]:
    """None for a change before the publication, in the future, or at a possible publication.

    The last says nothing, and has the same errors as that candidate.
    """
    at = modified.value
    if at is None or at <= published or at > fetched_at + timedelta(days=1) or at in moments:
        return Field(None, modified.source if at is None else "none")
    return Field(at if at.utcoffset() else at.astimezone(published.tzinfo), modified.source)


def _with_offset(moment: datetime, moments: list[datetime]) -> datetime:
    """The page's own offset, if another candidate gives the same moment in local time.

    Some software writes every time in UTC.
    """
    if moment.utcoffset():
        return moment
    return next((at for at in moments if at == moment and at.utcoffset()), moment)


def _is_plausible(stamp: Stamp, fetched_at: datetime) -> bool:
    return stamp.day.year >= dates.EARLIEST and stamp.at(UTC) <= fetched_at + MOST_AHEAD


def candidates(
    doc: Document,
    css: str | None,
    near: list[Block],
    link: Link | None,
    headline: str | None = None,
    *,
    month_first: bool,
    hint: date | None = None,
) -> Iterator[Candidate]:
    """Every date that may be the publication, the most reliable first.

    `hint` is the day in the address; without one, the day of the first machine-readable date.
    """
    metas = (*PUBLISHED_META, *_published_names(doc))
    marked = doc.with_attribute("itemprop", "datepublished")
    in_jsonld = (n.get(key) for n in doc.articles for key in ("datePublished", "dateCreated"))
    values: list[tuple[str, Iterable[str | None]]] = [
        ("dom", map(visible_value, doc.select(css))),
        ("jsonld", map(jsonld.as_text, in_jsonld)),
        ("meta", (value for key in metas for value in doc.metas.get(key, []))),
        ("microdata", (_machine_value(node) for node in marked if node.tag != "meta")),
        ("time_tag", time_tags(doc)),
        ("meta", (value for key in DATE_META for value in doc.metas.get(key, []))),
    ]
    for source, texts in values:
        for text in texts:
            if stamp := dates.read(collapse_whitespace(text), month_first=month_first):
                hint = hint or stamp.day
                yield Candidate(stamp=stamp, source=source)
    yield from printed_dates(near, headline, month_first=month_first, hint=hint)
    if link and (stamp := _announced_stamp(link)):
        source = "sitemap" if link.kind == LinkKind.SITEMAP else "feed"
        yield Candidate(stamp=stamp, source=source)


def _announced_stamp(link: Link) -> Stamp | None:
    """The date in the announcement, as precise as it is written; not one relative to the fetch."""
    at = link.published_at
    if at is None or dates.is_relative(link.published_raw):
        return None
    stamp = dates.read(link.published_raw)
    return stamp if stamp and not stamp.clock else Stamp(at.date(), at.time(), at.tzinfo)


def _published_names(doc: Document) -> Iterator[str]:
    return (
        n
        for n in doc.metas
        if len(n) < MOST_BESIDE and PUBLISHED_NAME.match(n) and not NOT_PUBLISHED.search(n)
    )


def _machine_value(node: Element) -> str:
    return node.get("datetime") or node.get("content") or text_of(node)


def time_tags(doc: Document) -> Iterator[str]:
    """The first `<time>` that is not of a change, preferably one called a publication."""
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


def printed_dates(
    near: list[Block], headline: str | None = None, *, month_first: bool, hint: date | None = None
) -> Iterator[Candidate]:
    """Two dates in short lines around the headline or at the start of the text.

    Those with a label of a publication come first, then those nearest to the day of the hint: lists of
    other articles have dates too. Those of a change and of a picture are left out.
    """
    found: list[tuple[tuple[bool | int, ...], Candidate]] = []
    head = _head_of(near, headline)
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
            is_other = OTHER_WORD.search(label) or PICTURE_WORD.search(before + after)
            if not is_other and stamp.weekday_ok is not False:
                has_label = PUBLISHED_WORD.search(label) is not None
                is_first = i == head + 1 > 0 and len(before) + len(after) < MOST_AROUND
                beside = near[i : i + 1] if has_label else near[max(0, i - 1) : i + 2]
                one = Candidate(
                    stamp=stamp,
                    source="dom",
                    is_own=i > head and not any(map(_has_title, beside)),
                    is_labelled=has_label or is_first,
                )
                n_days = abs((stamp.day - hint).days) if hint else 0
                place = (is_long, stamp.clock is None, block.link_share > 0.5, i)
                found.append(((not has_label, n_days, i < head, *place), one))
    yield from (one for _, one in sorted(found, key=lambda f: f[0])[:2])


def _has_title(block: Block) -> bool:
    """Whether it has a link long enough for the title of another article."""
    return any(a.text.count(" ") >= TITLE_SPACES for a in block.anchors)


def _head_of(near: list[Block], headline: str | None) -> int:
    """The index of the headline's line; -1 where it is not among them."""
    title = letters(headline)
    lines = (i for i, b in enumerate(near) if b.tag == "h1" or (title and letters(b.text) == title))
    return next(lines, -1)


def _in_line(text: str, *, month_first: bool) -> Iterator[Stamp]:
    """The dates in a line. A line with only a date can have a layout of its own, a part of a line too.

    For example `Sel, 28/05/24 | 16.05 WIB`, `Sari Wulandari | 28.05.24`.
    """
    stamps = list(dates.find(text, month_first=month_first))
    parts = (
        () if stamps else (part for part in (text, *text.split("|")) if not part.strip().isdigit())
    )
    read = (dates.read_strictly(part, month_first=month_first) for part in parts)
    whole = next(filter(None, read), None)
    yield from [replace(whole, end=len(text))] if whole else stamps


def choose(
    plausible: list[Candidate], address_day: date | None, zone: tzinfo, fetched_at: datetime
) -> Candidate | None:
    """The first candidate near the day in the address, with the clock of others that agree.

    `zone` is the outlet's.
    """
    pool = plausible
    if address_day:
        pool = [c for c in pool if abs((c.stamp.day - address_day).days) <= DAYS_APART]
        if not pool:
            return Candidate(stamp=Stamp(address_day), source="url")
    if not pool:
        return None
    first = pool[0]
    if first.stamp.clock is None:
        same_day = (c for c in pool if abs((c.stamp.day - first.stamp.day).days) <= 1)
        first = next((c for c in same_day if c.stamp.clock), first)
    printed = [c for c in pool if c.is_own]
    if first.source == "dom":
        return first
    if printed and first.stamp.at(UTC) >= printed[0].stamp.at(UTC) + LATER:
        has_witness = _has_witness(printed[0], pool, address_day, zone, fetched_at)
        return printed[0] if has_witness else first
    return _corrected_by_clock(first, pool, zone)


def _has_witness(
    printed: Candidate,
    pool: list[Candidate],
    address_day: date | None,
    zone: tzinfo,
    fetched_at: datetime,
) -> bool:
    """Whether a printed day can be right where a machine's is later: outlets print other days too.

    It has a label of a publication; another witness has that day; or the machine gives the moment of
    the fetch more than once.
    """
    moments = [(c.source, c.stamp.at(zone)) for c in pool if c.source != "dom"]
    days = {at.astimezone(zone).date() for by, at in moments if by in WITNESSES}
    stamped = [at for by, at in moments if by not in {"feed", "sitemap"}]
    is_rendered = all(abs(at - fetched_at) <= CLOCKS_APART for at in stamped) and len(stamped) > 1
    return printed.is_labelled or printed.stamp.day in {*days, address_day} or is_rendered


def _corrected_by_clock(first: Candidate, pool: list[Candidate], zone: tzinfo) -> Candidate:
    """Prefers a printed clock, because software gives wrong zones; another time only if it is the article's own."""
    stamp = first.stamp
    printed = sorted((c for c in pool if c.source == "dom"), key=lambda c: not c.is_own)
    in_zone = (c for c in printed if c.stamp.clock and c.stamp.zone in {None, *dates.LOCAL})
    one = next(in_zone, None)
    if one is None or stamp.clock is None:
        return first
    clock = one.stamp
    if _is_foreign(stamp, zone) and _shows_same_clock(clock, stamp):
        return replace(first, stamp=replace(stamp, zone=clock.zone or zone))
    if clock.zone is None:
        return replace(first, stamp=_in_zone_of(clock, stamp))
    if stamp.zone is None:
        return replace(first, stamp=replace(stamp, zone=clock.zone))
    is_apart = CLOCKS_APART < abs(stamp.at(UTC) - clock.at(UTC)) <= FARTHEST
    return Candidate(stamp=clock, source="dom") if is_apart and one.is_own else first


def _is_foreign(stamp: Stamp, zone: tzinfo) -> bool:
    """Whether its zone is none of the outlet's country: `-07:00` for `+07:00`, local time as UTC.

    The zone of an unknown outlet is UTC, of which nothing follows.
    """
    if str(zone) == "UTC":
        return False
    offset = stamp.at(zone).utcoffset()
    country = (zone, *dates.LOCAL) if is_indonesian(zone) else (zone,)
    return all(stamp.at(UTC).astimezone(z).utcoffset() != offset for z in country)


def is_indonesian(zone: tzinfo) -> bool:
    return str(zone) in {"Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura"}


def _shows_same_clock(printed: Stamp, stamp: Stamp) -> bool:
    if printed.day != stamp.day or printed.clock is None or stamp.clock is None:
        return False
    return f"{printed.clock:%H:%M}" == f"{stamp.clock:%H:%M}"


def _in_zone_of(clock: Stamp, stamp: Stamp) -> Stamp:
    """A time in UTC, in the zone in which a printed clock shows it."""
    apart = clock.at(UTC).replace(second=0) - stamp.at(UTC).replace(second=0, microsecond=0)
    if stamp.zone is not UTC or not apart or apart % QUARTER or abs(apart) > FARTHEST:
        return stamp
    local = stamp.at(UTC).astimezone(timezone(apart))
    return Stamp(local.date(), local.time(), local.tzinfo)


def _modified(
    doc: Document, zone: tzinfo, near: list[Block], *, month_first: bool
) -> Field[datetime | None]:
    """When it was changed; `near` are lines that may print it."""
    keys = ("dateModified", "datemodified")
    values = [("jsonld", jsonld.as_text(n.get(key))) for n in doc.articles for key in keys]
    values += [("meta", v) for key in MODIFIED_META for v in doc.metas.get(key, [])]
    for source, value in values:
        if stamp := dates.read(collapse_whitespace(value), month_first=month_first):
            return Field(stamp.at(zone), source)
    printed_at = _printed_change(near, zone, month_first=month_first)
    return Field(printed_at, "dom" if printed_at else "none")


def _printed_change(near: list[Block], zone: tzinfo, *, month_first: bool) -> datetime | None:
    """`Diperbarui: 19/10/2026 18:45 WITA` near the headline."""
    for block in near:
        for stamp in dates.find(block.text, month_first=month_first):
            if stamp.clock and CHANGED_WORD.search(
                block.text[max(0, stamp.start - MOST_LABEL) : stamp.start]
            ):
                return stamp.at(zone)
    return None
