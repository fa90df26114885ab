"""The byline: who wrote and edited an article, without outlets, roles and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import islice, takewhile

from parsers import dates
from parsers.article import Person
from parsers.fields.credits import (
    WITH_ORIGIN,
    credited_names,
    is_elsewhere,
    is_marked,
    own_lines,
    page_credits,
)
from parsers.fields.field import Field
from parsers.fields.person_names import (
    BY,
    SOFTWARE,
    is_desk,
    is_own_desk,
    names,
    reads_as_name,
    shortest,
)
from parsers.html import jsonld
from parsers.html.blocks import LONGEST_NAMES, Block
from parsers.html.document import Document, Element, text_of, visible_value
from parsers.source import Source
from parsers.text.normalize import collapse_whitespace, letters

CASELESS = re.IGNORECASE
WRITTEN_BY = re.compile(
    r"(?:written|posted) by|author|verfasst|geschrieben|ditulis|penulis|écrit par|escrito por|scritto da",
    CASELESS,
)
_WHO = r")\b\s*:?\s+(?P<who>\S.{2,70})$"
BY_LINE = re.compile(
    r"^\W*(?:(?:posted|published|veröffentlicht|written|blog beitrag|ein beitrag)\b.{0,40}?\b(?:by|von)|by|von|oleh|par"
    rf"|por|di|door|words|text|autor(?:in)?|author|written by|penulis|reporter{_WHO}",
    CASELESS,
)
# On Indonesian pages other words begin sentences: `di` is "in".
BY_LINE_INDONESIAN = re.compile(
    rf"^\W*(?:(?:posted|published|written)\b.{{0,40}}?\bby|by|oleh(?![\s-]oleh)|author|penulis|reporter{_WHO}",
    CASELESS,
)
HEAD = frozenset({"jsonld", "meta", "microdata"})  # where software writes whoever edits, too
ACCOUNT = "/schema/person/"  # in the ids that WordPress gives to accounts
MOST_PIECES = 100  # of text in a byline, with the spaces between its elements
MOST_LETTERS = 2000  # of a byline's element, with spaces and perhaps a script
SINGLE_NAME = re.compile(r"[^\W\d_][\w.’'-]{2,24}")
IN_MARKUP = frozenset({"dom", "text", "rel"})  # where any text can be; only full names count
MOST_BESIDE = 110  # letters of a line with a name and a date
MOST_BESIDE_DATE = 3  # people
# Between a name and what is beside it.
BESIDE = re.compile(r"\s*[|•·/,;]\s*|\s[–—-]\s|\s*[–—-]\s*$")
PRINTED_NAME = re.compile(r"[A-Z][\w.'’-]*(?: [A-Za-z][\w.'’-]*){1,4}")
AUTHOR_PAGE = re.compile(
    r"auth?or|penulis|reporter|jurnalis|wartawan|profil|user|editor|redaktur|/@|contributor|kontributor",
    CASELESS,
)
NOT_WRITTEN = re.compile(
    r"\b(?:diperbarui|update[d]?|diupdate|dibaca|views?|tayang|terbit|dipublikasikan|publi\w+|pukul|edisi|foto|last)\b",
    CASELESS,
)
NOT_BYLINE = frozenset({"body", "html", "article", "main", "script", "meta"})
AUTHOR_META = tuple(
    """
    author parsely-author article:author article:author_name dc.creator dcterms.creator sailthru.author byl
    cxenseparse:author content_author og:author twitter:creator:name citation_author
    """.split()  # noqa: SIM905 - easier to read as words
)
BYLINE = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author|autor|penulis|reporter|writer)s?(?:$|[\s_-]*(?:name|link|names|info|text|list"
    r"|nama)?(?:$|[\s_-]))",
    CASELESS,
)
# A word in any place of a name: `articleAuthorName`. Whoever took a photo did not write.
BYLINE_WORD = re.compile(
    r"(?<!photo-)author|byline|writer|penulis|(?:posted|submitted)-by", CASELESS
)


def find_people(
    doc: Document,
    source: Source,
    *,
    css: str | None,
    near_headline: Iterable[Block] = (),
    near_end: Iterable[Block] = (),
    text_credits: Iterable[str] = (),
    headline: str | None = None,
    indonesian: bool = False,
) -> Field[tuple[Person, ...]]:
    """Authors and editors, with the source of the authors. A printed role beats everything else.

    A desk counts only without a person. The whole page is searched for credits if it is Indonesian.
    """
    below = list(takewhile(lambda block: block.tag != "h1", near_end))
    near = [*near_headline, *below]
    lines = [*own_lines(near if indonesian else near_headline), *text_credits]
    lines += page_credits(doc, headline) if indonesian else []
    credited = credited_names(_believed(lines, doc, source, css))
    others = [Person(name=n, role=role) for n, role in credited if role != "author"]
    if authors := [n for n, role in credited if role == "author"]:
        people = [Person(name=n, is_staff_desk=is_desk(n, doc, source)) for n in authors]
        return Field((*people, *others), "credit")
    taken = {p.name.casefold() for p in others} | unsigned_accounts(doc)
    found = _uncredited(doc, source, css, near, taken, indonesian=indonesian)
    return Field((*found.value, *others), found.source)


def _believed(
    lines: Sequence[str], doc: Document, source: Source, css: str | None
) -> Iterator[str]:
    """The lines, but not an author without a colon who shares no word with the people named otherwise.

    Headlines begin with a role too: `Wartawan Dihadang Massa`.
    """
    others: set[str] | None = None
    for line in lines:
        words = _words(name for name, role in credited_names([line]) if role == "author")
        if words and not is_marked(line) and not WITH_ORIGIN.match(line):
            others = _named_words(lines, doc, source, css) if others is None else others
            if others and not words & others:
                continue
        yield line


def _words(people: Iterable[str]) -> set[str]:
    return {word for name in people for word in name.casefold().split()}


def _named_words(lines: Iterable[str], doc: Document, source: Source, css: str | None) -> set[str]:
    """The words of the people in head and byline, but editors, and in credits with a colon."""
    marked = credited_names(filter(is_marked, lines))
    editors = {name.casefold() for name, role in marked if role != "author"}
    found = {n for _, values in stated_sources(doc, css) for v in values for n in names(v, source)}
    writers = (n for n in found if n[0].isupper() and n.casefold() not in editors)
    people = [n for n in writers if not is_desk(n, doc, source)]
    return _words(people + [name for name, role in marked if role == "author"])


def _uncredited(
    doc: Document,
    source: Source,
    css: str | None,
    near: list[Block],
    taken: set[str],
    *,
    indonesian: bool,
) -> Field[tuple[Person, ...]]:
    """The authors without a printed role. The head is not believed about those in `taken`.

    Outlets sign with their name in some countries; in Indonesia it only fills an empty field.
    """
    single = desk = Field[tuple[Person, ...]]((), "none")
    for where, values in sources_of(doc, source, css, near, indonesian=indonesian):
        found = dict.fromkeys(n for v in values for n in names(v, source))
        if where == "jsonld":
            found = with_neighbours(found, doc, source)
        own = of_outlet(values, doc, source) if where == "meta" else set()
        people = [
            Person(name=n, is_staff_desk=is_desk(n, doc, source))
            for n in shortest([n for n in found if where not in HEAD or n.casefold() not in taken])
            if n not in own
        ]
        persons = [p for p in people if not p.is_staff_desk]
        if full := [p for p in persons if _is_full_name(p.name, where)]:
            return Field(tuple(full if where in IN_MARKUP else persons), where)
        if not single.value:
            single = Field(tuple(p for p in persons if SINGLE_NAME.fullmatch(p.name))[:2], where)
        if not desk.value and where not in IN_MARKUP:
            desks = (p for p in people if p.is_staff_desk and not SOFTWARE.search(p.name))
            is_own = partial(is_own_desk, doc=doc, source=source)
            desk = Field(tuple(p for p in desks if not (indonesian and is_own(p.name))), where)
    is_signed = desk.source == "jsonld" and single.source in IN_MARKUP | {"reader"}
    chosen = single if single.value and not is_signed else desk
    spelt = tuple(replace(p, name=printed_spelling(p.name, doc)) for p in chosen.value)
    return Field(spelt, chosen.source if spelt else "none")


def of_outlet(values: Iterable[str], doc: Document, source: Source) -> set[str]:
    """The names that are the outlet's own, or a part of it: `Dinas Pertanian` of `Dinas Pertanian dan Pangan`."""
    found = ((v, n) for v in values for n in names(v, source))
    return {n for v, n in found if any(is_own_desk(each, doc, source) for each in (v, n))}


def unsigned_accounts(doc: Document) -> set[str]:
    """The names, in lower case, of accounts in JSON-LD without a page of their own that the page does not print.

    They have uploaded what nobody signs: the press releases of a church, the posts of a shop.
    """
    accounts = (n for n in doc.graph if ACCOUNT in str(n.get("@id")) and not n.get("url"))
    found = {name for n in accounts if (name := jsonld.as_text(n.get("name")))}
    found.intersection_update(v for node in doc.articles for v in _authors(node, doc) if found)
    text = letters(text_of(doc.tree)) if found else ""
    return {name.casefold() for name in found if letters(name) not in text}


def with_neighbours(found: dict[str, None], doc: Document, source: Source) -> dict[str, None]:
    """All names of a list in the head that has the found ones among others: some outlets repeat only one in JSON-LD."""
    lists = (names(v, source) for key in AUTHOR_META for v in doc.metas.get(key, []))
    return next((dict.fromkeys(each) for each in lists if found and found.keys() < {*each}), found)


def printed_spelling(name: str, doc: Document) -> str:
    """`Sari Wulandari` where the head gives the account `sariwulandari` and the page prints both."""
    if " " in name or not name.islower():
        return name
    key = letters(name)
    texts = (collapse_whitespace(text_of(e)) for e in doc.tree.iter("a", "h1", "h2", "h3", "h4"))
    return next((t for t in texts if " " in t and letters(t) == key and reads_as_name(t)), name)


def _is_full_name(name: str, where: str) -> bool:
    """Whether to believe it without comparing other sources; a source's own rule always is."""
    if where in IN_MARKUP:
        return reads_as_name(name)
    return where in {"rule", "near"} or " " in name


def named_beside(near: Iterable[Block], doc: Document, source: Source) -> Iterator[str]:
    """The names in lines near the headline that have a date or the outlet beside them.

    For example `Sari Wulandari - 11 Februari 2026 06:30 WIB`, `Sari Wulandari, Kabar Muara`.
    """
    for block in near:
        if len(block.text) > MOST_BESIDE or block.tag == "h1" or NOT_WRITTEN.search(block.text):
            continue
        stamp = next(dates.find(block.text), None)
        before = block.text[: stamp.start] if stamp else block.text
        pieces = [p for part in BESIDE.split(before) if (p := part.strip(" ,.-–—|•·/"))]
        sections = {a.text for a in block.anchors if not AUTHOR_PAGE.search(a.href)}
        people = [
            p
            for p in pieces
            if PRINTED_NAME.fullmatch(p) and not is_desk(p, doc, source) and p not in sections
        ]
        is_dated = stamp is not None and bool(BESIDE.search(before))
        if people and (is_dated or any(is_own_desk(p, doc, source) for p in pieces)):
            yield from people[:MOST_BESIDE_DATE]


def other_writers(
    people: Iterable[Person], doc: Document, source: Source
) -> Iterator[tuple[str, str]]:
    """Other authors that the head names, as notes such as `authors_jsonld`."""
    taken = {p.name.casefold() for p in people if p.role == "author"}
    for where, values in islice(stated_sources(doc), 3):
        found = shortest(list(dict.fromkeys(n for v in values for n in names(v, source))))
        if {n.casefold() for n in found} - taken:
            yield f"authors_{where}", "; ".join(found)


def sources_of(
    doc: Document, source: Source, css: str | None, near: list[Block], *, indonesian: bool
) -> Iterator[tuple[str, list[str]]]:
    """The places of a page that name authors, the most reliable first."""
    yield from stated_sources(doc, css)
    # The slowest search; not needed where the source has a rule.
    if not css and not doc.is_pathological:
        yield "reader", list(islice(_named_bylines(doc), 1))
    yield "near", list(named_beside(near, doc, source)) if indonesian else []
    lines = own_lines(near) if indonesian else (block.text for block in near)
    by_line = BY_LINE_INDONESIAN if indonesian else BY_LINE
    yield "text", [m["who"] for line in lines if len(line) < 90 and (m := by_line.match(line))]


def stated_sources(doc: Document, css: str | None = None) -> Iterator[tuple[str, list[str]]]:
    """Those of them whose markup says that they name authors."""
    if css:
        nodes = doc.select(css)
        yield "rule", [visible_value(n) if n.tag == "meta" else byline_text(n) for n in nodes]
    yield "jsonld", [v for node in doc.articles for v in _authors(node, doc)][:12]
    yield "meta", [v for key in AUTHOR_META for v in doc.metas.get(key, [])]
    labelled = (n for n in "123" if WRITTEN_BY.match(doc.meta(f"twitter:label{n}") or ""))
    yield "meta", [v for n in labelled for v in doc.metas.get(f"twitter:data{n}", [])]
    marked = doc.with_attribute("itemprop", "author")
    yield "microdata", [(e.get("content") or text_of(e)) for e in marked][:6]
    yield "rel", [text_of(e) for e in doc.with_attribute("rel", "author")][:4]
    if not doc.is_pathological:
        yield "dom", list(_bylines(doc))


def _authors(node: jsonld.Node, doc: Document) -> Iterator[str]:
    """The names of a node's authors; those of organisations only without a person."""
    for key in ("author", "creator"):
        values = jsonld.resolve(node.get(key), doc.graph)
        people = [v for v in values if not (isinstance(v, dict) and _is_organization(v))]
        yield from filter(None, map(jsonld.as_text, people or values))
        if values:
            return


def _is_organization(node: jsonld.Node) -> bool:
    organizations = {"Organization", "NewsMediaOrganization", "Corporation"}
    return bool(node.get("@type")) and {*jsonld.types(node)} <= organizations


def _bylines(doc: Document) -> Iterator[str]:
    """The innermost elements whose class is that of a byline, before any comment."""
    first: Element | None = None
    for node in _marked(doc):
        holder = node.getparent().getparent() if node.getparent() is not None else None
        if (first is not None and holder is not first) or is_elsewhere(node):
            continue  # another article's
        if 2 < len(text := byline_text(node)) < 120:
            first = holder
            yield text


def _named_bylines(doc: Document) -> Iterator[str]:
    """The elements whose class or id has a byline's word anywhere: `articleAuthorName`."""
    for node, *marks in doc.with_class_or_id:
        is_named = any(_has(BYLINE_WORD, mark[:LONGEST_NAMES]) for mark in marks)
        text = byline_text(node) if is_named and node.tag not in NOT_BYLINE else ""
        if 2 < len(text) < 120 and not is_elsewhere(node):
            yield text


def _marked(doc: Document) -> Iterator[Element]:
    marked = (e for e, classes, _ in doc.with_class_or_id if _has(BYLINE, classes[:LONGEST_NAMES]))
    return (e for e in marked if e.tag not in NOT_BYLINE)


@lru_cache(maxsize=5000)  # names repeat
def _has(pattern: re.Pattern[str], name: str) -> bool:
    return pattern.search(name) is not None


def byline_text(node: Element) -> str:
    """The text of a byline, with `; ` between names in separate elements; '' if it is too long."""
    parts = list(islice(node.itertext(), MOST_PIECES))
    if len(parts) == MOST_PIECES or sum(map(len, parts)) > MOST_LETTERS:
        return ""
    texts = [t for part in parts if len(t := collapse_whitespace(part)) > 2]
    pieces = texts[1:] if texts and BY.sub("", f"{texts[0]} x") == "x" else texts
    if len(pieces) > 1 and all(map(reads_as_name, pieces)):
        return "; ".join(pieces)
    return collapse_whitespace(text_of(node))
