"""The page parser: parse(page, source, context) returns an Article or raises Rejected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from parsers import dates, table_row
from parsers.article import Article, ArticleLink, Context, Page, Person, Rejected, Response
from parsers.block_pages import (
    check_article,
    check_bytes,
    is_photo_article,
    is_plain_text,
    is_teaser,
)
from parsers.body.find import ArticleBody, find_body, line
from parsers.cleaning.clean import INDONESIAN, Cleaned, Line, clean
from parsers.fields.byline import find_people, other_writers
from parsers.fields.canonical import believed_canonical
from parsers.fields.credits import credited_names
from parsers.fields.field import Field
from parsers.fields.headline import find_headline, head_titles, without_site
from parsers.fields.images import find_images
from parsers.fields.metadata import READERS, find_access, find_language, tags_of
from parsers.fields.person_names import is_desk, names
from parsers.fields.published import Times, find_times
from parsers.html.blocks import Captions, read_tree
from parsers.html.decode import Decoded, decode, fix_mojibake
from parsers.html.document import Document
from parsers.html.embeds import find_embeds
from parsers.html.truncation import is_truncated
from parsers.identity import article_id
from parsers.kinds import Reason
from parsers.source import ArticleRule, Source
from parsers.text.broken_lines import join_broken_lines
from parsers.text.normalize import clean_text, words
from parsers.text.urls import day_in

PARSER_VERSION = "11"
CLEANER_VERSION = "7"
EXTRACTOR_VERSION = "14"  # of the rules in parsers/structure
# In the text of a table's row.
MARKUP = re.compile(r"</(?:p|div|li|h[1-6])>|<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """What a page says, before the check whether it is an article."""

    article: Article
    doc: Document | None  # None for plain text
    lines: tuple[Line, ...] = ()  # from which the article was cleaned
    has_clock: bool = False  # the publication is known to the minute, not only to the day


def parse(page: Page, source: Source, context: Context) -> Article:
    """The article on a page. Pure; raises nothing but Rejected."""
    try:
        if not table_row.is_table_row(page):
            check_bytes(page.first)
        parsed = read(page, source, context)
        check(parsed, page, source)
    except Rejected:
        raise
    except (Exception, RecursionError) as error:  # one page must not end a run
        raise Rejected(Reason.PARSE_ERROR, f"{type(error).__name__}: {error}"[:300]) from error
    article = parsed.article
    is_partial = article.access is None and "partial" in article.flags
    return replace(article, access="partial") if is_partial else article


def check(parsed: ParsedPage, page: Page, source: Source) -> None:
    """Raises Rejected if it is not an article."""
    if parsed.doc is not None:
        check_article(parsed.article, parsed.lines, parsed.doc, page, source)
    elif not parsed.article.body_text:
        raise Rejected(Reason.EMPTY)


def read(page: Page, source: Source, context: Context) -> ParsedPage:
    """Everything the page says, whether or not it is an article."""
    if table_row.is_table_row(page):
        return ParsedPage(read_row(page, source, context), None)
    if is_plain_text(page):
        return ParsedPage(read_text(page, source, context), None)
    return read_html(page, source, context)


def read_text(page: Page, source: Source, context: Context) -> Article:
    """A plain text file. Its lines are the paragraphs."""
    decoded = decode(page.first.body, page.first.header("content-type"))
    text = clean_text(fix_mojibake(decoded.text))
    language = find_language(Document("", ""), text, source.language)
    cleaned = clean(
        [Line(text=t) for t in text.split("\n")],
        source,
        language=language.value or "id",
        repeated=context.repeated_lines,
    )
    article = _article(page, source, cleaned, None, language.value)
    return replace(
        article,
        flags=_encoding_flags(decoded),
        provenance=(*_encoding_notes(decoded), ("in_language", language.source)),
        parser="text",
    )


def read_row(page: Page, source: Source, context: Context) -> Article:
    """A row of a table. Its cells say what it is; nothing follows from the outlet's layout."""
    row = table_row.decode(page.first.body)
    lines = _row_lines(fix_mojibake(row.lines("body_text")), page.url)
    text = "\n".join(each.text for each in lines)
    language = find_language(Document("", ""), text, source.language)
    headline = fix_mojibake(row.text("headline") or "") or None
    cleaned = clean(
        lines,
        source,
        headline=headline,
        language=language.value or "id",
        repeated=context.repeated_lines,
    )
    published, modified = row.stamp("date_published"), row.stamp("date_modified")
    zone = zone_of(source, language.value)
    values: dict[str, Any] = {name: row.text(name) for name in table_row.TEXTS}
    return replace(
        _article(page, source, cleaned, None, language.value),
        **values | {"headline": headline},
        date_published=published.at(zone) if published else None,
        date_published_source="column" if published else "none",
        date_modified=modified.at(zone) if modified else None,
        access="imported",
        authors=_row_people(row, cleaned, source),
        tags=tags_of(row.values("tags"), separators=r"[,;]"),
        own_cells=row.own_cells(),
        provenance=(
            *((field, f"column {name}") for field, name in row.columns.items()),
            ("in_language", language.source),
        ),
        parser="row",
    )


def _row_lines(text: str, url: str) -> list[Line]:
    """The lines of a text; some tables hold a text with its markup."""
    if MARKUP.search(text):
        return [line(block, Captions()) for block in read_tree(Document(text, url).tree)]
    plain = clean_text(table_row.without_entities(text))
    return [Line(text=each) for each in join_broken_lines(plain).split("\n")]


def _row_people(row: table_row.TableRow, cleaned: Cleaned, source: Source) -> tuple[Person, ...]:
    """Those of the column, and whoever the removed lines of the text name in another role."""
    doc = Document("", source.home)
    authors = dict.fromkeys(n for value in row.values("authors") for n in names(value, source))
    others = [(n, role) for n, role in credited_names(cleaned.credits) if n not in authors]
    return (
        *(Person(name=n, is_staff_desk=is_desk(n, doc, source)) for n in authors),
        *(Person(name=n, role=role) for n, role in others if role != "author" or not authors),
    )


class _Text(NamedTuple):
    """The text of a page, and what was needed to find it."""

    headline: Field[str | None]
    language: Field[str | None]
    body: ArticleBody
    cleaned: Cleaned


def read_html(page: Page, source: Source, context: Context) -> ParsedPage:
    decoded = decode(page.first.body, page.first.header("content-type"))
    doc = Document(fix_mojibake(decoded.text), page.url)
    rule = source.rule(page.fetched_at.date())
    fields = {name: find(doc, rule) for name, find in READERS.items()}
    text = _read_body(page, doc, source, context, fields["description"].value)
    canonical = canonical_of(doc, source, text.headline.value)
    times = _find_times(page, doc, source, context, text, canonical or page.url)
    authors = _find_authors(doc, source, rule, text)
    notes = (
        *_encoding_notes(decoded),
        ("headline", text.headline.source),
        ("body", text.body.method),
        ("date_published", times.source),
        ("authors", authors.source),
        *((name, field.source) for name, field in fields.items()),
        ("in_language", text.language.source),
        ("canonical_url", "link" if canonical else "none"),
        ("selectors_without_match", unmatched_selectors(doc, source, page) or "none"),
        *times.notes,
        *other_titles(text.headline.value, doc),
        *other_writers(authors.value, doc, source),
    )
    article = replace(
        _article(page, source, text.cleaned, canonical, text.language.value),
        headline=text.headline.value,
        date_published=times.published,
        date_published_source=times.source,
        date_modified=times.modified,
        access=find_access(doc),
        authors=authors.value,
        links=(*absolute(text.cleaned.links, doc), *find_embeds(doc, text.body.scope)),
        images=find_images(doc, text.body.scope),
        flags=_flags(times, text.body, decoded, page),
        provenance=tuple((name, note) for name, note in notes if note != "none"),
        parser=text.body.method,
        **{name: field.value for name, field in fields.items()},
    )
    if "partial" not in article.flags and is_teaser(article, text.body.near_end):
        article = replace(article, flags=(*article.flags, "partial"))
    if is_photo_article(article, doc):
        article = replace(article, flags=(*article.flags, "photo"))
    return ParsedPage(article, doc, text.body.lines, times.has_clock)


def _read_body(
    page: Page, doc: Document, source: Source, context: Context, description: str | None
) -> _Text:
    rule, link = source.rule(page.fetched_at.date()), context.link or page.link
    headline = find_headline(doc, rule.headline)
    if headline.value is None and link.title:
        headline = Field(clean_text(link.title), "feed")
    body = find_body(doc, rule, headline.value, description)
    body = with_further_pages(page, rule, body)
    wanted = "\n".join(line.text for line in body.lines if line.wanted)
    language = find_language(doc, wanted, source.language)
    cleaned = clean(
        body.lines,
        source,
        headline=headline.value,
        language=language.value,
        repeated=context.repeated_lines,
    )
    return _Text(headline, language, body, cleaned)


def _find_times(
    page: Page, doc: Document, source: Source, context: Context, text: _Text, address: str
) -> Times:
    return find_times(
        doc,
        zone_of(source, text.language.value),
        context.link or page.link,
        list(text.body.near_headline),
        fetched_at=page.fetched_at,
        css=source.rule(page.fetched_at.date()).date,
        address_day=day_in(address, source),
        headline=text.headline.value,
    )


def _find_authors(
    doc: Document, source: Source, rule: ArticleRule, text: _Text
) -> Field[tuple[Person, ...]]:
    return find_people(
        doc,
        source,
        css=rule.authors,
        near_headline=text.body.near_headline,
        near_end=text.body.near_end,
        text_credits=text.cleaned.credits,
        headline=text.headline.value,
        indonesian=text.language.value in INDONESIAN,
    )


def _article(
    page: Page, source: Source, cleaned: Cleaned, canonical: str | None, language: str | None
) -> Article:
    """What pages and text files have in common."""
    return Article(
        article_id=article_id(source, canonical or page.url),
        source_id=source.name,
        url=None if page.url.startswith("urn:") else page.url,
        canonical_url=canonical,
        source_text=cleaned.source_text,
        body_text=cleaned.body_text,
        in_language=language,
        dateline=cleaned.dateline,
        content_reference_date=dates.reference(cleaned.body_text),
        removed=cleaned.removed,
        links=cleaned.links,
        paragraph_kinds=cleaned.kinds,
        syndicated_from=cleaned.syndicated_from,
    )


def _encoding_notes(decoded: Decoded) -> tuple[tuple[str, str], ...]:
    return (("encoding", decoded.encoding), ("replacements", str(decoded.replacements)))


def _encoding_flags(decoded: Decoded) -> tuple[str, ...]:
    return ("replaced_characters",) if decoded.is_doubtful else ()


def _flags(times: Times, body: ArticleBody, decoded: Decoded, page: Page) -> tuple[str, ...]:
    is_partial = any(is_truncated(part.body) for part in further_pages(page))
    return (
        *times.flags,
        *(("rule_drift",) if body.has_drifted else ()),
        *_encoding_flags(decoded),
        *(("partial",) if is_partial else ()),
    )


def unmatched_selectors(doc: Document, source: Source, page: Page) -> str:
    """The keys of the rule whose selectors match nothing; the generic reader took their place."""
    selectors = source.rule(page.fetched_at.date()).selectors
    return " ".join(key for key, css in selectors.items() if not doc.select(css))


def other_titles(headline: str | None, doc: Document) -> Iterator[tuple[str, str]]:
    """Other titles that the head gives the page, as notes such as `headline_jsonld`."""
    for title, where in head_titles(doc):
        if words(without_site(title, doc)) != words(headline):
            yield f"headline_{where}", title


def with_further_pages(page: Page, rule: ArticleRule, first: ArticleBody) -> ArticleBody:
    """The lines of all whole pages of the article; a line that each page repeats is taken once."""
    lines, seen = list(first.lines), {line.text for line in first.lines}
    for response in (part for part in further_pages(page) if not is_truncated(part.body)):
        more = find_body(Document.of(response), rule).lines
        lines += [line for line in more if line.text not in seen]
        seen |= {line.text for line in more}
    return replace(first, lines=tuple(lines))


def further_pages(page: Page) -> tuple[Response, ...]:
    """The last response for each further page of the article."""
    return tuple({part.requested_url: part for part in page.responses[1:]}.values())


def absolute(links: tuple[ArticleLink, ...], doc: Document) -> tuple[ArticleLink, ...]:
    """Links with web addresses. Inline links without one are left out."""
    with_urls = (replace(x, href=doc.absolute(x.href) if x.href else None) for x in links)
    return tuple(x for x in with_urls if x.href or x.rel == "related")


def zone_of(source: Source, language: str | None) -> tzinfo:
    """The outlet's zone; Jakarta's for an outlet without a source file that writes Indonesian."""
    is_unknown = source.language == "und" and language == "id"
    return ZoneInfo("Asia/Jakarta") if is_unknown else source.zone


def canonical_of(doc: Document, source: Source, headline: str | None) -> str | None:
    """The page's canonical address, if there is support for it."""
    claimed = doc.rel("canonical")
    title = f"{headline or ''} {doc.title}"
    return claimed and believed_canonical(doc.url, claimed, headline=title, source=source)
