"""The page parser: parse(page, source, context) → Article, or Rejected with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from zoneinfo import ZoneInfo

from parsers import dates
from parsers.article import Article, ArticleLink, Context, Page, Rejected, Response
from parsers.block_pages import check_article, check_bytes, is_plain, is_teaser
from parsers.body.find import Body, Known, find_body
from parsers.cleaning.clean import Line, clean
from parsers.fields.byline import find_people, other_writers
from parsers.fields.canonical import believed_canonical
from parsers.fields.headline import find_headline, head_titles, without_site, words
from parsers.fields.images import find_images
from parsers.fields.metadata import (
    about_this,
    find_access,
    find_description,
    find_language,
    find_section,
    find_tags,
)
from parsers.fields.published import find_times
from parsers.html import jsonld
from parsers.html.decode import clean_text, decode, mend
from parsers.html.document import Document
from parsers.html.embeds import find_embeds
from parsers.html.truncation import is_truncated
from parsers.identity import article_id
from parsers.kinds import Reason
from parsers.source import ArticleRule, Source
from parsers.text.urls import day_in

PARSER_VERSION = "2"
CLEANER_VERSION = "1"
EXTRACTOR_VERSION = "1"  # of the rules in parsers/structure


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page says, before it is judged."""

    article: Article
    doc: Document | None
    lines: tuple[Line, ...] = ()  # from which the article was cleaned
    has_clock: bool = False  # the publication time is more than a day


def parse(page: Page, source: Source, context: Context) -> Article:
    """The article on a page. Pure; raises nothing but Rejected."""
    try:
        check_bytes(page.first)
        reading = read(page, source, context)
        judge(reading, page, source)
    except Rejected:
        raise
    except (
        Exception,
        RecursionError,
    ) as error:  # a page may not end a run; what it did is kept with the record
        raise Rejected(Reason.PARSE_ERROR, f"{type(error).__name__}: {error}"[:300]) from error
    article = reading.article
    return (
        replace(article, access="partial")
        if article.access is None and "partial" in article.flags
        else article
    )


def judge(reading: Reading, page: Page, source: Source) -> None:
    """Raises Rejected for what is no article."""
    if reading.doc is not None:
        check_article(reading.article, reading.lines, reading.doc, page, source)
    elif not reading.article.body_text:
        raise Rejected(Reason.EMPTY)


def read(page: Page, source: Source, context: Context, cascade: str = "") -> Reading:
    """Everything the page says, whether or not it is an article."""
    return (
        Reading(read_text(page, source, context), None)
        if is_plain(page)
        else read_html(page, source, context, cascade)
    )


def read_text(page: Page, source: Source, context: Context) -> Article:
    """A plain text file: its lines are its paragraphs; what it does not say is None."""
    decoded = decode(page.first.body, page.first.header("content-type"))
    text = clean_text(mend(decoded.text))
    language, language_from = find_language(Document("", ""), [], text, source.language)
    cleaned = clean(
        [Line(text=t) for t in text.split("\n")],
        source,
        language=language or "id",
        repeated=context.repeated_lines,
    )
    url = None if page.url.startswith("urn:") else page.url
    return Article(
        article_id=article_id(source, page.url),
        source_id=source.name,
        url=url,
        canonical_url=None,
        source_text=cleaned.source_text,
        body_text=cleaned.body_text,
        in_language=language,
        dateline=cleaned.dateline,
        content_reference_date=dates.reference(cleaned.body_text),
        removed=cleaned.removed,
        links=cleaned.links,
        paragraph_kinds=cleaned.kinds,
        syndicated_from=cleaned.syndicated_from,
        flags=("replaced_characters",) if decoded.is_doubtful else (),
        provenance=(
            ("encoding", decoded.encoding),
            ("replacements", str(decoded.replacements)),
            ("in_language", language_from),
        ),
        parser="text",
    )


def read_html(page: Page, source: Source, context: Context, cascade: str = "") -> Reading:
    decoded = decode(page.first.body, page.first.header("content-type"))
    doc = Document(mend(decoded.text), page.url)
    rule, link = source.rule(page.fetched_at.date()), context.link or page.link
    articles = about_this(doc)
    headline, headline_from = find_headline(doc, articles, rule.headline)
    if headline is None and link.title:
        headline, headline_from = clean_text(link.title), "feed"
    description, description_from = find_description(doc, articles)
    body = joined(
        page,
        rule,
        find_body(
            doc, rule, Known(articles=articles, headline=headline, description=description), cascade
        ),
    )
    language, language_from = find_language(
        doc, articles, "\n".join(x.text for x in body.lines if x.wanted), source.language
    )
    cleaned = clean(
        body.lines, source, headline=headline, language=language, repeated=context.repeated_lines
    )
    canonical = canonical_of(doc, source, headline)
    zone, address_day = zone_of(source, language), day_in(canonical or page.url, source)
    times = find_times(
        doc,
        articles,
        zone,
        link,
        list(body.near),
        fetched_at=page.fetched_at,
        css=rule.date,
        address_day=address_day,
    )
    near = [b.text for b in body.near]
    people, people_from = find_people(
        doc,
        articles,
        source,
        css=rule.authors,
        credit_lines=[*cleaned.credits, *near],
        near=[*body.near, *body.after],
    )
    section, section_from = find_section(doc, articles, rule.section)
    tags, tags_from = find_tags(doc, articles, rule.tags)
    said = (
        ("encoding", decoded.encoding),
        ("replacements", str(decoded.replacements)),
        ("headline", headline_from),
        ("body", body.reader),
        ("date_published", times.where),
        ("authors", people_from),
        ("article_section", section_from),
        ("tags", tags_from),
        ("description", description_from),
        ("in_language", language_from),
        ("canonical_url", "link" if canonical else "none"),
        *times.notes,
        *other_titles(headline, doc, articles),
        *other_writers(people, doc, articles, source),
    )
    article = Article(
        article_id=article_id(source, canonical or page.url),
        source_id=source.name,
        url=None if page.url.startswith("urn:") else page.url,
        canonical_url=canonical,
        source_text=cleaned.source_text,
        body_text=cleaned.body_text,
        headline=headline,
        description=description,
        article_section=section,
        in_language=language,
        date_published=times.published,
        date_published_source=times.where,
        date_modified=times.modified,
        dateline=cleaned.dateline,
        content_reference_date=dates.reference(cleaned.body_text),
        access=find_access(doc, articles),
        authors=people,
        tags=tags,
        removed=cleaned.removed,
        links=(*absolute(cleaned.links, doc), *find_embeds(doc, body.scope)),
        images=find_images(doc, articles, body.scope),
        paragraph_kinds=cleaned.kinds,
        syndicated_from=cleaned.syndicated_from,
        flags=(
            *times.flags,
            *(("rule_drift",) if body.has_drifted else ()),
            *(("replaced_characters",) if decoded.is_doubtful else ()),
            *(("partial",) if any(is_truncated(part.body) for part in further_pages(page)) else ()),
        ),
        provenance=tuple((k, v) for k, v in said if v != "none"),
        parser=body.reader,
    )
    if "partial" not in article.flags and is_teaser(article, (b.text for b in body.after)):
        article = replace(article, flags=(*article.flags, "partial"))
    return Reading(article, doc, body.lines, times.has_clock)


def other_titles(
    headline: str | None, doc: Document, articles: list[jsonld.Node]
) -> Iterator[tuple[str, str]]:
    """What the head calls the page, where that is another title than the one taken; `headline_jsonld` and the like."""
    for title, where in head_titles(doc, articles):
        if words(without_site(title, doc)) != words(headline or ""):
            yield f"headline_{where}", title


def joined(page: Page, rule: ArticleRule, first: Body) -> Body:
    """The lines of every whole page of the article, in order; a line that each page repeats is taken once."""
    lines, seen = list(first.lines), {x.text for x in first.lines}
    for response in (part for part in further_pages(page) if not is_truncated(part.body)):
        doc = Document(
            mend(decode(response.body, response.header("content-type")).text), response.url
        )
        more = find_body(doc, rule, Known(articles=about_this(doc))).lines
        lines += [x for x in more if x.text not in seen]
        seen |= {x.text for x in more}
    return replace(first, lines=tuple(lines))


def further_pages(page: Page) -> tuple[Response, ...]:
    """The last answer of each further page of the article."""
    return tuple({part.requested_url: part for part in page.responses[1:]}.values())


def absolute(links: tuple[ArticleLink, ...], doc: Document) -> tuple[ArticleLink, ...]:
    """Links with web addresses; an inline link without one says nothing and goes."""
    found = (replace(x, href=doc.absolute(x.href) if x.href else None) for x in links)
    return tuple(x for x in found if x.href or x.rel == "related")


def zone_of(source: Source, language: str | None) -> tzinfo:
    """Where a clock without a zone ticks: the outlet's zone; for an outlet nobody described, Jakarta's if it writes Indonesian."""
    return (
        ZoneInfo("Asia/Jakarta") if source.language == "und" and language == "id" else source.zone
    )


def canonical_of(doc: Document, source: Source, headline: str | None) -> str | None:
    """The page's canonical address, where it is believed."""
    claimed = doc.rel("canonical")
    title = f"{headline or ''} {doc.title}"
    return claimed and believed_canonical(doc.url, claimed, headline=title, source=source)
