"""The values that the packages exchange: Link, Response, Page, Article with what its fields mean; and Rejected."""

from __future__ import annotations

import hashlib
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime
from enum import Flag, auto

from parsers.facts import DateMentioned, Figure, Mention, Place, Quote, Structure
from parsers.kinds import LinkKind, Reason


class Rejected(Exception):  # noqa: N818 - the page is wrong, not the program
    """The page is not an article we can keep; `reason` is one of Reason."""

    exit_code = 1

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


FROM_FILE = "file:"  # before the path that an imported page came from


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address with what its announcement said of it."""

    url: str
    source_id: str
    kind: LinkKind = LinkKind.PAGE
    # the feed, sitemap or page that announced it; FROM_FILE and a path for an imported page; '' for an operator
    discovered_by: str = ""
    guid: str | None = None
    title: str | None = None
    published_raw: str | None = None
    published_at: datetime | None = (
        None  # aware, or None; of a listing, the beginning of its one day
    )
    modified_at: datetime | None = None  # aware, or None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response: the body without its content encoding, otherwise byte for byte."""

    fetch_id: str  # the UUID in the archive's WARC-Record-ID
    requested_url: str  # urn:sha256:… for a file
    url: str  # after redirects
    fetched_at: datetime  # aware, UTC, when the request began
    body: bytes
    status: int | None = 200  # None for a file; 304 for an unchanged page, with an empty body
    headers: tuple[tuple[str, str], ...] = ()  # as sent, in order
    redirects: tuple[str, ...] = ()  # every address that redirected, the requested one first
    elapsed_ms: int = 0
    attempt: int = 1
    robots_rule: str | None = (
        None  # the rule that allowed it, e.g. 'allow: /', 'no rule', 'no robots.txt'
    )
    same_as: str | None = None  # the fetch whose body this one repeats (304, or equal bytes)

    @property
    def body_sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a server answered for a link: one response, or several in order for a long article."""

    link: Link
    responses: tuple[Response, ...]

    @property
    def first(self) -> Response:
        return self.responses[0]

    @property
    def url(self) -> str:
        return self.first.url

    @property
    def fetched_at(self) -> datetime:
        return self.first.fetched_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the page itself cannot know."""

    link: Link | None = None
    repeated_lines: frozenset[str] = (
        frozenset()
    )  # lines seen on two or more distinct articles of the source


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A span of `source_text` that is not in `body_text`."""

    kind: str  # dateline, related_link, end_mark, editor_credit, caption, embed, ad, boilerplate
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLink:
    """A link in or beside the text. `start` and `end` (in `source_text`) are of a whole line."""

    rel: str  # related, inline, embed, source, tag, author, social
    label: str | None = None  # such as 'Baca Juga'; of an embed: post, video, audio, frame
    title: str | None = None
    href: str | None = None
    after_paragraph: int | None = None  # 1-based; 0 before the first
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    role: str  # primary, inline, gallery
    content_url: str
    caption: str | None = None
    credit_text: str | None = None
    alt_text: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in the byline."""

    name: str
    role: str = "author"  # author, editor, photographer, contributor
    url: str | None = None
    is_staff_desk: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCell:
    """A cell of a table's column that holds no field of an article, such as a code of a codebook."""

    name: str  # of the column
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article as parsed; FIELDS says what its metadata means. Spans are half-open ranges of code points in `body_text`."""

    article_id: str
    source_id: str
    url: str | None  # None for a file without an address
    canonical_url: str | None  # that the page states, where it is believed
    source_text: str  # the text as published, before cleaning
    body_text: str  # paragraphs joined by one LF
    headline: str | None = None
    description: str | None = None
    article_section: str | None = None
    in_language: str | None = None
    date_published: datetime | None = None  # aware, with the page's own offset
    date_published_source: str = (
        "none"  # jsonld, meta, microdata, time_tag, dom, feed, sitemap, url, text, column, none
    )
    date_modified: datetime | None = None  # aware, as above
    dateline: str | None = None
    content_reference_date: date | None = None  # the day that the text itself names as its own
    access: str | None = (
        None  # free, partial (some of it), paid, imported (a row of a table); None if not stated
    )
    authors: tuple[Person, ...] = ()  # of the byline, in its order, and others that it names
    tags: tuple[str, ...] = ()
    removed: tuple[Removed, ...] = ()  # what cleaning took out of the text
    links: tuple[ArticleLink, ...] = ()  # in or beside the text
    images: tuple[Image, ...] = ()
    provenance: tuple[tuple[str, str], ...] = field(
        default=()
    )  # field -> where it came from, e.g. ('headline', 'h1')
    structure: Structure | None = None  # quotes, figures, dates, … of body_text
    parser: str = "generic"  # how the body was found: rule, quick, vote, text, row
    paragraph_kinds: tuple[str, ...] = ()  # of each paragraph: text, heading, item, quote, cell
    syndicated_from: str | None = None
    own_cells: tuple[OwnCell, ...] = ()  # of a row of a table
    flags: tuple[str, ...] = ()  # date_suspect, replaced_characters, rule_drift, partial, photo

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """What is quoted, with its speaker; empty until the text's structure is read."""
        return self.structure.quotes if self.structure else ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Numbers with their units."""
        return self.structure.figures if self.structure else ()

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """People and organisations, wherever they are named."""
        return self.structure.mentions if self.structure else ()

    @property
    def places(self) -> tuple[Place, ...]:
        return self.structure.places if self.structure else ()

    @property
    def dates(self) -> tuple[DateMentioned, ...]:
        """Days and periods that the text names."""
        return self.structure.dates if self.structure else ()

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(self.body_text.split("\n")) if self.body_text else ()

    @property
    def is_accessible_for_free(self) -> bool | None:
        return None if self.access in {None, "imported"} else self.access == "free"

    @property
    def word_count(self) -> int:
        """A word is a run of non-space."""
        return len(self.body_text.split())


class Use(Flag):
    """What every field of an article is used for, but where it says `but_for`. SQL files name each such field: warehouse/queries.py."""

    CHOSEN = auto()  # the first record in rank that has it gives its value; else load/articles.sql has a rule for it
    SHOWN = auto()  # a column of mart.articles; some stand elsewhere among its columns
    PREVIEWED = auto()  # by a dry run of a reparse, and by `kliping parse`
    EXPECTED = auto()  # checks/fill_rate.sql warns where an outlet stops to state it
    COMPARED = auto()  # a record that states another value counts as changed metadata of a run


NOTHING = Use(0)
# Of a column that follows from another one.
BESIDE_ANOTHER = Use.PREVIEWED | Use.EXPECTED | Use.COMPARED


@dataclass(frozen=True, slots=True)
class ArticleField:
    """What a record states of its article: an attribute of Article, and a column of core.article_statements, core.articles and mart.articles."""

    name: str
    type: str  # of the column of mart.articles
    _: KW_ONLY
    comment: str
    label: str  # the name in Indonesian
    is_text: bool  # words of the text: readers get the beginning where the publisher reserves it
    but_for: Use = NOTHING


# fmt: off
FIELDS = (  # in the order of the columns of mart.articles
    ArticleField("canonical_url", "VARCHAR", is_text=False, label="alamat kanonis", comment="what the page calls its own address", but_for=Use.SHOWN | Use.EXPECTED | Use.COMPARED),
    ArticleField("headline", "VARCHAR", is_text=False, label="judul", comment="NULL where the page does not say", but_for=Use.SHOWN | Use.COMPARED),
    ArticleField("description", "VARCHAR", is_text=True, label="deskripsi", comment="standfirst or summary, as the page gives it", but_for=Use.SHOWN),
    ArticleField("authors", "VARCHAR[]", is_text=False, label="penulis", comment="as the byline names them, in its order, in core joined by '; '; NULL where it names none", but_for=Use.CHOSEN | Use.SHOWN),
    ArticleField("syndicated_from", "VARCHAR", is_text=False, label="disadur dari", comment="whose article it says it is a copy of, as printed", but_for=Use.EXPECTED),
    ArticleField("article_section", "VARCHAR", is_text=False, label="rubrik", comment="as on the page"),
    ArticleField("tags", "VARCHAR[]", is_text=False, label="tag", comment="as printed, each once", but_for=Use.CHOSEN),
    ArticleField("in_language", "VARCHAR", is_text=False, label="bahasa", comment="ISO 639", but_for=Use.EXPECTED),
    ArticleField("date_published", "TIMESTAMP", is_text=False, label="tanggal terbit", comment="UTC; NULL where the page does not say", but_for=Use.CHOSEN),
    ArticleField("date_published_offset_minutes", "SMALLINT", is_text=False, label="selisih tanggal terbit dari UTC", comment="the page's own offset from UTC: +07:00 is 420", but_for=BESIDE_ANOTHER | Use.CHOSEN),
    ArticleField("date_published_source", "VARCHAR", is_text=False, label="asal tanggal terbit", comment="source of date_published: jsonld, meta, microdata, time_tag, dom, feed, sitemap, url, text, column (of an imported table), none", but_for=BESIDE_ANOTHER | Use.CHOSEN),
    ArticleField("date_modified", "TIMESTAMP", is_text=False, label="tanggal diubah", comment="UTC", but_for=Use.CHOSEN),
    ArticleField("date_modified_offset_minutes", "SMALLINT", is_text=False, label="selisih tanggal diubah dari UTC", comment="the page's own offset from UTC", but_for=BESIDE_ANOTHER | Use.CHOSEN | Use.SHOWN),
    ArticleField("dateline", "VARCHAR", is_text=False, label="titimangsa", comment="as printed, e.g. 'VOICEIndonesia.co, Jakarta'"),
    ArticleField("content_reference_date", "DATE", is_text=False, label="hari menurut teks", comment="the day that the text is about, as it says", but_for=Use.EXPECTED),
    ArticleField("is_accessible_for_free", "BOOLEAN", is_text=False, label="bebas dibaca", comment="FALSE behind a paywall, even where some of it is free; NULL where the page does not say, and for imported rows", but_for=BESIDE_ANOTHER),
    ArticleField("access", "VARCHAR", is_text=False, label="akses", comment="free, partial (some of it), paid, imported (a row of a table that somebody made elsewhere); NULL where the page does not say", but_for=Use.CHOSEN | Use.EXPECTED | Use.COMPARED),
)
# fmt: on
