"""Who wrote it: people, with outlets, roles and addresses taken apart from their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice

from parsers.article import Person
from parsers.dates import MONTHS
from parsers.html import jsonld, third_party
from parsers.html.blocks import Block
from parsers.html.document import Document, Element, said_by, squeeze, text_of
from parsers.source import Source

CASELESS = re.IGNORECASE
BY = re.compile(
    r"^\W*(?:(?:written|posted|published|reported|story|words|article|photography|analysis|text|foto|photos?|erstellt"
    r"|verfasst|geschrieben|interview|ein(?:e)? \w+)\s+)?(?:by|oleh|von|vom|par|por|di|door|av|af|przez|autore?|autor(?:in|en)?|author(?:s"
    r"|\(s\))?|penulis|ditulis oleh|reporter|jurnalis"
    r"|laporan(?: wartawan)?|pewarta|wartawan|kontributor|text|texte|texto|rédigé par)\b\s*[:：]?\s+(?=\S)",
    CASELESS,
)
SPLIT = re.compile(
    r"\s*(?:[;|/•·]|,(?!\s*(?:jr|sr|m\.?d|ph\.?d|s\.\w|m\.\w|ii+)\b)|\s(?:and|und|et|dan|y|e|og|och|en|with|mit|for)\s|&"
    r"|\s[–—-]\s)\s*",
    CASELESS,
)
ROLE_ROW = (
    r"staff(?: writer| reporter)?|(?:senior|chief|deputy|managing|associate|assistant|executive|contributing|digital|news|sports?"
    r"|political|politics|business|health|science|technology|tech|crime|education|"
    r"environment|foreign|world|national|investigative|freelance|media|city|court|data|culture|arts?|economics?|transport"
    r"|home affairs|royal|entertainment|features?|special|general|multimedia)?\s*"
    r"(?:correspondent|reporter|editor(?:[- ]in[- ]chief|-at-large)?|writer|journalist|columnist|producer|contributor|analyst"
    r"|fellow|author|photographer|blogger|wartawan|jurnalis|penulis|redakteur(?:in)?|reporterin|"
    r"korrespondent(?:in)?|autorin|autor|journaliste|periodista|redactor[a]?|redakteurin)"
)
ROLE = re.compile(rf"^(?:{ROLE_ROW})(?:\s+(?:at|for|in|of|di)\b.*)?$", CASELESS)
TRAILING_ROLE = re.compile(rf"\s*(?:[,(–-]\s*|\s)(?:{ROLE_ROW})\b.*$", CASELESS)
DESK = re.compile(
    r"\b(?:redaksi|redaktion|redacción|redazione|rédaction|redakcja|redactie|newsroom|staff|desk|team|tim"
    r"|admin(?:istrator)?|editors?|editorial|web ?desk|correspondents?|reporters?|agencies|agency|wire|press|media|news"
    r"|online|developer|group|inc"
    r"|network|service|bureau|kantor|antara|agence|presse|agentur|magazine|tv|radio|times|post|journal|herald|tribune|today"
    r"|guest|contributors?|publisher|webmaster|editor)\b|\.(?:com|co|id|net|org|de|fr|tv)\b",
    CASELESS,
)
NOBODY = re.compile(
    r"^(?:unknown|anonymous|none|null|n/?a|undefined|author|by|admin|-+|share|follow|facebook|twitter|instagram|linkedin"
    r"|comments?|updated|published|home|read more|view all posts|more|name|nama|full bio|posted|the|von|powered by"
    r"|learn .*|more about.*|twitter facebook|about .*|written|all posts|see more.*|show more|menu|search|photo.*"
    r"|source.*|quelle.*|content|design|code|videos?|profile|email|subscribe|login"
    r"|nein|ja|penulis|editor|reporter|the author|folgen|ikuti|suivre|seguir|feb|apr|jun|jul|aug|sept?|oct|nov|dec)$",
    CASELESS,
)
_MONTH = "|".join(sorted((m for m in MONTHS if len(m) > 2), key=len, reverse=True))
TAIL = re.compile(
    rf"\s*(?:\(?(?:@|https?:|www\.).*|\b(?:published|updated|posted|last|am|pm|on|stand)\b.*\d.*|\d{{1,2}}[:.]\d\d.*|\(.*\)"
    rf"|<.*"
    rf"|[,|•·-]?\s*\b(?:{_MONTH})\b\.?\s*\d.*|(?:\s+\b[A-Z][a-z]{{1,2}}\b)?[,.|•·-]?\s*\d{{1,2}}\.?\s*(?:{_MONTH})\b.*"
    rf"|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}.*|\s+\d+ min.*)$",
    CASELESS,
)
# `Sari in Olahraga`, a button, the month of a date that was cut at its comma.
STUCK = re.compile(
    r"\s+(?:in\s+\w.*|im (?:gespräch|interview)|follow|folgen|ikuti|(?:feb|apr|ju[nl]|aug|sept?|oct|nov|dec)\.?)$",
    CASELESS,
)
WRITTEN_BY = re.compile(
    r"(?:written|posted) by|author|verfasst|geschrieben|ditulis|penulis|écrit par|escrito por|scritto da",
    CASELESS,
)
BY_LINE = re.compile(
    r"^\W*(?:(?:posted|published|veröffentlicht|written|blog beitrag|ein beitrag)\b.{0,40}?\b(?:by|von)|by|von|oleh|par"
    r"|por|di|door|words|text|autor(?:in)?|author|written by|penulis|reporter)\b\s*:?\s+(?P<who>\S.{2,70})$",
    CASELESS,
)
COMMENTER = re.compile(
    r"\b(?:says|said|sagt|schrieb|a dit|dice|kata|wrote|replied|antwortete)\W*$", CASELESS
)
_WHO = r"(?P<who>[A-Z][^|/:\[\](){}\n]{2,60}?)"
_STOP = r"\s*(?=$|[|/\]);]|\b(?i:penulis|reporter|pewarta|editor|redaktur|red|penyunting|uploader|sumber|copyright)\b\s*[:/]?)"
CREDITS = (
    (
        re.compile(
            rf"\b(?i:penulis|reporter|pewarta|jurnalis|rep|kontributor|laporan(?: wartawan)?(?: [\w.]+,)?)\s*[:/]\s*{_WHO}{_STOP}"
        ),
        "author",
    ),
    (re.compile(rf"\b(?i:laporan wartawan) [\w.]+,\s*{_WHO}{_STOP}"), "author"),
    (re.compile(rf"\b(?i:editor|redaktur|red|penyunting)\s*[:/]\s*{_WHO}{_STOP}"), "editor"),
    (re.compile(rf"\b(?i:fotografer)\s*[:/]\s*{_WHO}{_STOP}"), "photographer"),
)
MOST_WORDS, MOST_PIECES = (
    5,
    100,
)  # of a name; of text in a byline, blanks between its elements among them
MOST_LETTERS = 2000  # with blanks, and a script perhaps
AUTHOR_META = tuple(
    """
    author parsely-author article:author article:author_name dc.creator dcterms.creator sailthru.author byl
    cxenseparse:author content_author og:author twitter:creator:name citation_author
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
BYLINE = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author|autor|penulis|reporter|writer)s?(?:$|[\s_-]*(?:name|link|names|info|text|list"
    r"|nama)?(?:$|[\s_-]))",
    CASELESS,
)


def names(value: str, source: Source | None = None) -> list[str]:
    """The people a byline names, each once, in order."""
    text = squeeze(unescape(value))
    if "http" in text[:12] or text.startswith("@"):
        return []
    for brand in (source.title, source.domain, *source.aliases) if source else ():
        text = re.sub(rf"\b{re.escape(brand)}\s*[-–—|,/]+\s*", "", text, flags=CASELESS)
    text = TAIL.sub("", BY.sub("", BY.sub("", text)))
    found: list[str] = []
    for piece in SPLIT.split(text):
        name = _name(piece)
        if name and name.casefold() not in {f.casefold() for f in found}:
            found.append(name)
    return found


def _name(piece: str) -> str | None:
    if COMMENTER.search(piece):
        return None
    name = STUCK.sub("", BY.sub("", piece)).strip(" \t.,:;-–—|*\"“”'")
    bare = TRAILING_ROLE.sub("", name).strip(" ,-–(")
    name = (
        "" if ROLE.match(name) else bare if " " in bare or "," in name else name
    )  # `Roaming Reporter` is somebody's name
    if not name or len(name) < 2 or NOBODY.match(name) or not re.search(r"[^\W\d_]{2}", name):
        return None
    if len(name.split()) > MOST_WORDS or re.search(r"\d{3}|[?!=/{}\[\]]", name):
        return None
    return name.title() if name.isupper() and " " in name else name


def is_desk(name: str, doc: Document, source: Source) -> bool:
    """An outlet, an agency or a desk rather than a person."""
    letters = re.sub(r"\W", "", name.casefold())
    site = {
        re.sub(r"\W", "", n.casefold())
        for n in (
            doc.meta("og:site_name") or "",
            doc.site,
            source.title,
            source.domain,
            source.name,
            *source.aliases,
        )
        if n
    }
    return bool(DESK.search(name)) or any(
        letters == s or (len(letters) > 4 and letters in s) for s in site
    )


def find_people(
    doc: Document,
    articles: list[jsonld.Node],
    source: Source,
    *,
    css: str | None,
    credit_lines: Iterable[str],
    near: list[Block],
) -> tuple[tuple[Person, ...], str]:
    """Who is named as writing and editing, and where the writers were found. A desk counts only where no person is named."""
    said = credited(credit_lines)
    others = [Person(name=n, role=role) for n, role in said if role != "author"]
    taken = {p.name.casefold() for p in others}
    if writers := [n for n, role in said if role == "author"]:
        return (
            *(Person(name=n, is_staff_desk=is_desk(n, doc, source)) for n in writers),
            *others,
        ), "credit"
    single: tuple[tuple[Person, ...], str] = ((), "none")
    desk = single
    for where, values in sources_of(doc, articles, css, near):
        strict = where in {"dom", "text", "rel"}
        found = shortest(
            [
                n
                for n in dict.fromkeys(n for v in values for n in names(v, source))
                if n.casefold() not in taken
            ]
        )
        people = tuple(Person(name=n, is_staff_desk=is_desk(n, doc, source)) for n in found)
        persons = tuple(
            p
            for p in people
            if not p.is_staff_desk
            and (where == "rule" or (reads_as_name(p.name) if strict else " " in p.name))
        )
        if persons:
            return (*persons, *others), where
        single = (
            single
            if single[0]
            else (
                tuple(
                    p
                    for p in people
                    if not p.is_staff_desk and re.fullmatch(r"[^\W\d_][\w.’'-]{2,24}", p.name)
                )[:2],
                where,
            )
        )
        desk = desk if desk[0] or strict else (tuple(p for p in people if p.is_staff_desk), where)
    chosen = single if single[0] else desk
    return (*chosen[0], *others), chosen[1] if chosen[0] else "none"


def other_writers(
    people: Iterable[Person], doc: Document, articles: list[jsonld.Node], source: Source
) -> Iterator[tuple[str, str]]:
    """Whom the head names as writing, where those are others than the ones taken; `authors_jsonld` and the like."""
    taken = {p.name.casefold() for p in people if p.role == "author"}
    for where, values in islice(sources_of(doc, articles, None, []), 3):
        found = shortest(list(dict.fromkeys(n for v in values for n in names(v, source))))
        if {n.casefold() for n in found} - taken:
            yield f"authors_{where}", "; ".join(found)


def shortest(found: list[str]) -> list[str]:
    """Without a name that is another name with something stuck to it."""
    return [
        n
        for n in found
        if not any(
            o != n and len(o.split()) > 1 and (n.startswith(o + " ") or n.endswith(" " + o))
            for o in found
        )
    ]


def reads_as_name(text: str) -> bool:
    """Two to five words, the outer ones capital: what a byline in running markup must look like."""
    parts = text.split()
    return 2 <= len(parts) <= MOST_WORDS and parts[0][:1].isupper() and parts[-1][:1].isupper()


def sources_of(
    doc: Document, articles: list[jsonld.Node], css: str | None, near: list[Block]
) -> Iterator[tuple[str, list[str]]]:
    """Places that name writers, the surest first."""
    if css:
        yield "rule", [said_by(n) if n.tag == "meta" else byline_text(n) for n in doc.select(css)]
    yield "jsonld", [v for node in articles for v in _authors(node, doc)][:12]
    yield "meta", [v for key in AUTHOR_META for v in doc.metas.get(key, [])]
    yield (
        "meta",
        [
            v
            for n in "123"
            for v in doc.metas.get(f"twitter:data{n}", [])
            if WRITTEN_BY.match(doc.meta(f"twitter:label{n}") or "")
        ],
    )
    yield (
        "microdata",
        [(e.get("content") or text_of(e)) for e in doc.with_attribute("itemprop", "author")][:6],
    )
    yield "rel", [text_of(e) for e in doc.with_attribute("rel", "author")][:4]
    if not doc.is_absurd:
        yield "dom", list(_bylines(doc))
    if not css and not doc.is_absurd:  # the dearest question, and a rule has said where to look
        yield "reader", [a] if (a := third_party.author(doc)) else []
    yield "text", [m["who"] for b in near if len(b.text) < 90 and (m := BY_LINE.match(b.text))]


def _authors(node: jsonld.Node, doc: Document) -> Iterator[str]:
    for key in ("author", "creator"):
        values = jsonld.resolve(node.get(key), doc.graph)
        people = [
            v
            for v in values
            if not (
                isinstance(v, dict)
                and set(jsonld.types(v)) <= {"Organization", "NewsMediaOrganization", "Corporation"}
                and v.get("@type")
            )
        ]
        for value in people or values:
            if text := jsonld.as_text(value):
                yield text
        if values:
            return


def _bylines(doc: Document) -> Iterator[str]:
    """Elements whose class says byline or author, the innermost ones, before any comment."""
    first: Element | None = None
    for node in doc.classed:
        if BYLINE.search(node.get("class")) and node.tag not in {
            "body",
            "html",
            "article",
            "main",
            "script",
            "meta",
        }:
            holder = node.getparent().getparent() if node.getparent() is not None else None
            if first is not None and holder is not first:
                continue  # another story's
            if 2 < len(text := byline_text(node)) < 120:
                first = holder
                yield text


def byline_text(node: Element) -> str:
    """The words of a byline; names that stand in elements of their own are kept apart. Nothing where it is too much to be one."""
    parts = list(islice(node.itertext(), MOST_PIECES))
    if len(parts) == MOST_PIECES or sum(map(len, parts)) > MOST_LETTERS:
        return ""
    said = [t for part in parts if (t := squeeze(part)) and len(t) > 2]
    pieces = said[1:] if said and BY.sub("", f"{said[0]} x") == "x" else said
    return (
        "; ".join(pieces)
        if len(pieces) > 1 and all(reads_as_name(t) for t in pieces)
        else squeeze(text_of(node))
    )


def credited(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Names with their roles from lines such as `Penulis: A | Editor: B`."""
    found: list[tuple[str, str]] = []
    for line in lines:
        for pattern, role in CREDITS:
            found += [
                (n, role)
                for m in pattern.finditer(line)
                for n in names(m["who"])
                if (n, role) not in found
            ]
    return found
