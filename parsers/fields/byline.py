"""The byline: who wrote and edited an article, without outlets, roles and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice

from parsers.article import Person
from parsers.dates import MONTHS
from parsers.fields.field import Field
from parsers.html import jsonld, third_party
from parsers.html.blocks import Block
from parsers.html.document import Document, Element, text_of, visible_value
from parsers.source import Source
from parsers.text.normalize import collapse_whitespace, letters

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
# `Sari in Olahraga`, a button, or the month of a date that was split at its comma.
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
MOST_WORDS = 5  # of a name
MOST_PIECES = 100  # of text in a byline, with the spaces between its elements
MOST_LETTERS = 2000  # of a byline's element, with spaces and perhaps a script
SINGLE_NAME = re.compile(r"[^\W\d_][\w.’'-]{2,24}")
IN_MARKUP = frozenset(
    {"dom", "text", "rel"}
)  # sources where any text can be; only full names count
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


def names(value: str, source: Source | None = None) -> list[str]:
    """The people that a byline names, each once, in order."""
    text = collapse_whitespace(unescape(value))
    if "http" in text[:12] or text.startswith("@"):
        return []
    for brand in (source.title, source.domain, *source.aliases) if source else ():
        text = re.sub(rf"\b{re.escape(brand)}\s*[-–—|,/]+\s*", "", text, flags=CASELESS)
    text = TAIL.sub("", BY.sub("", BY.sub("", text)))
    found: dict[str, str] = {}  # in lower case -> as written
    for piece in SPLIT.split(text):
        if name := _name(piece):
            found.setdefault(name.casefold(), name)
    return list(found.values())


def _name(piece: str) -> str | None:
    if COMMENTER.search(piece):
        return None
    name = STUCK.sub("", BY.sub("", piece)).strip(" \t.,:;-–—|*\"“”'")
    bare = TRAILING_ROLE.sub("", name).strip(" ,-–(")
    # `Roaming Reporter` can be a name.
    name = "" if ROLE.match(name) else bare if " " in bare or "," in name else name
    if not name or len(name) < 2 or NOBODY.match(name) or not re.search(r"[^\W\d_]{2}", name):
        return None
    if len(name.split()) > MOST_WORDS or re.search(r"\d{3}|[?!=/{}\[\]]", name):
        return None
    return name.title() if name.isupper() and " " in name else name


def is_desk(name: str, doc: Document, source: Source) -> bool:
    """Whether it is an outlet, an agency or a desk and not a person."""
    site_name = doc.meta("og:site_name")
    own = (site_name, doc.site, source.title, source.domain, source.name, *source.aliases)
    key = letters(name)
    return bool(DESK.search(name)) or any(
        key == site or (len(key) > 4 and key in site) for site in map(letters, filter(None, own))
    )


def find_people(
    doc: Document,
    source: Source,
    *,
    css: str | None,
    credit_lines: Iterable[str],
    near: list[Block],
) -> Field[tuple[Person, ...]]:
    """Authors and editors, with the source of the authors. A desk counts only without a person."""
    credited = credited_names(credit_lines)
    others = [Person(name=n, role=role) for n, role in credited if role != "author"]
    if authors := [n for n, role in credited if role == "author"]:
        people = [Person(name=n, is_staff_desk=is_desk(n, doc, source)) for n in authors]
        return Field((*people, *others), "credit")
    taken = {p.name.casefold() for p in others}
    single = desk = Field[tuple[Person, ...]]((), "none")
    for where, values in sources_of(doc, css, near):
        found = dict.fromkeys(n for v in values for n in names(v, source))
        people = [
            Person(name=n, is_staff_desk=is_desk(n, doc, source))
            for n in shortest([n for n in found if n.casefold() not in taken])
        ]
        persons = [p for p in people if not p.is_staff_desk]
        if chosen := [p for p in persons if _is_full_name(p.name, where)]:
            return Field((*chosen, *others), where)
        if not single.value:
            short = [p for p in persons if SINGLE_NAME.fullmatch(p.name)]
            single = Field(tuple(short[:2]), where)
        if not desk.value and where not in IN_MARKUP:
            desk = Field(tuple(p for p in people if p.is_staff_desk), where)
    authors_found = single if single.value else desk
    return Field(
        (*authors_found.value, *others), authors_found.source if authors_found.value else "none"
    )


def _is_full_name(name: str, where: str) -> bool:
    """Whether to believe it without comparing other sources; a source's own rule always is."""
    if where in IN_MARKUP:
        return reads_as_name(name)
    return where == "rule" or " " in name


def other_writers(
    people: Iterable[Person], doc: Document, source: Source
) -> Iterator[tuple[str, str]]:
    """Other authors that the head names, as notes such as `authors_jsonld`."""
    taken = {p.name.casefold() for p in people if p.role == "author"}
    for where, values in islice(sources_of(doc, None, []), 3):
        found = shortest(list(dict.fromkeys(n for v in values for n in names(v, source))))
        if {n.casefold() for n in found} - taken:
            yield f"authors_{where}", "; ".join(found)


def shortest(found: list[str]) -> list[str]:
    """Without names that are another one with more words before or after it."""
    return [
        n
        for n in found
        if not any(
            o != n and len(o.split()) > 1 and (n.startswith(o + " ") or n.endswith(" " + o))
            for o in found
        )
    ]


def reads_as_name(text: str) -> bool:
    """Two to five words of which the first and the last are capitalised, as a byline must be."""
    parts = text.split()
    return 2 <= len(parts) <= MOST_WORDS and parts[0][:1].isupper() and parts[-1][:1].isupper()


def sources_of(
    doc: Document, css: str | None, near: list[Block]
) -> Iterator[tuple[str, list[str]]]:
    """The places of a page that name authors, the most reliable first."""
    if css:
        nodes = doc.select(css)
        yield "rule", [visible_value(n) if n.tag == "meta" else byline_text(n) for n in nodes]
    yield "jsonld", [v for node in doc.articles for v in _authors(node, doc)][:12]
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
    marked = doc.with_attribute("itemprop", "author")
    yield "microdata", [(e.get("content") or text_of(e)) for e in marked][:6]
    yield "rel", [text_of(e) for e in doc.with_attribute("rel", "author")][:4]
    if not doc.is_pathological:
        yield "dom", list(_bylines(doc))
    # The slowest search; not needed where the source has a rule.
    if not css and not doc.is_pathological:
        yield "reader", [a] if (a := third_party.find_author(doc)) else []
    yield "text", [m["who"] for b in near if len(b.text) < 90 and (m := BY_LINE.match(b.text))]


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
    for node in doc.with_class:
        if BYLINE.search(node.get("class")) and node.tag not in NOT_BYLINE:
            holder = node.getparent().getparent() if node.getparent() is not None else None
            if first is not None and holder is not first:
                continue  # another article's
            if 2 < len(text := byline_text(node)) < 120:
                first = holder
                yield text


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


def credited_names(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Names with their roles from lines such as `Penulis: A | Editor: B`."""
    pairs: list[tuple[str, str]] = []
    for line in lines:
        for pattern, role in CREDITS:
            found = [(n, role) for m in pattern.finditer(line) for n in names(m["who"])]
            pairs += [pair for pair in found if pair not in pairs]
    return pairs
