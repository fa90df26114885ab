"""Who wrote it: people, with outlets, roles and addresses taken apart from their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from parsers import jsonld
from parsers.article import Person
from parsers.document import Document, squeeze, text_of
from parsers.reader import Block
from parsers.source import Source

I = re.IGNORECASE
BY = re.compile(r"^\W*(?:(?:written|posted|published|reported|story|words|article|photography|analysis|text|foto|photos?)\s+)?(?:by|oleh|von|par|por|di|door|av|af|przez|autore?|autor(?:in)?|authors?|penulis|ditulis oleh|reporter|jurnalis"
                r"|laporan(?: wartawan)?|pewarta|wartawan|kontributor|text|texte|texto|rédigé par)\b\s*[:：]?\s+(?=\S)", I)
SPLIT = re.compile(r"\s*(?:[;|/•·]|,(?!\s*(?:jr|sr|m\.?d|ph\.?d|s\.\w|m\.\w|ii+)\b)|\s(?:and|und|et|dan|y|e|og|och|en|with|mit|for)\s|&|\s[–—-]\s)\s*", I)
ROLE_ROW = (r"staff(?: writer| reporter)?|(?:senior|chief|deputy|managing|associate|assistant|executive|contributing|digital|news|sports?|political|politics|business|health|science|technology|tech|crime|education|"
            r"environment|foreign|world|national|investigative|freelance|media|city|court|data|culture|arts?|economics?|transport|home affairs|royal|entertainment|features?|special|general|multimedia)?\s*"
            r"(?:correspondent|reporter|editor(?:[- ]in[- ]chief|-at-large)?|writer|journalist|columnist|producer|contributor|analyst|fellow|author|photographer|blogger|wartawan|jurnalis|penulis|redakteur(?:in)?|reporterin|"
            r"korrespondent(?:in)?|autorin|autor|journaliste|periodista|redactor[a]?|redakteurin)")
ROLE = re.compile(rf"^(?:{ROLE_ROW})(?:\s+(?:at|for|in|of|di)\b.*)?$", I)
TRAILING_ROLE = re.compile(rf"\s*(?:[,(–-]\s*|\s)(?:{ROLE_ROW})\b.*$", I)
DESK = re.compile(r"\b(?:redaksi|redaktion|redacción|redazione|rédaction|redakcja|redactie|newsroom|staff|desk|team|tim|admin(?:istrator)?|editors?|editorial|web ?desk|correspondents?|reporters?|agencies|agency|wire|press|media|news|online|developer|group|inc"
                  r"|network|service|bureau|kantor|antara|agence|presse|agentur|magazine|tv|radio|times|post|journal|herald|tribune|today|guest|contributors?|publisher|webmaster|editor)\b|\.(?:com|co|id|net|org|de|fr|tv)\b", I)
NOBODY = re.compile(r"^(?:unknown|anonymous|none|null|n/?a|undefined|author|by|admin|-+|share|follow|facebook|twitter|instagram|linkedin|comments?|updated|published|home|read more|view all posts|more|videos?|profile|email|subscribe|login"
                    r"|nein|ja|penulis|editor|reporter)$", I)
TAIL = re.compile(r"\s*(?:\(?(?:@|https?:|www\.).*|\b(?:published|updated|posted|last|am|pm|on)\b.*\d.*|\d{1,2}[:.]\d\d.*|\(.*\)|<.*)$", I)
CREDITS = (
    (re.compile(r"\b(?:penulis|reporter|pewarta|jurnalis|rep|kontributor|laporan(?: wartawan)?(?: [\w.]+,)?)\s*[:/-]?\s*(?P<who>[A-Z][^|/:\[\](){}\n]{2,60}?)\s*(?=$|[|/\]);]|\b(?:editor|redaktur|red|penyunting|uploader|sumber)\b\s*[:/])", I), "author"),
    (re.compile(r"\b(?:editor|redaktur|red|penyunting)\s*[:/]\s*(?P<who>[A-Z][^|/:\[\](){}\n]{2,60}?)\s*(?=$|[|/\]);]|\b(?:penulis|reporter|pewarta|copyright|sumber|uploader)\b)", I), "editor"),
    (re.compile(r"\bfotografer\s*[:/]\s*(?P<who>[A-Z][^|/:\[\](){}\n]{2,60}?)\s*(?=$|[|/\]);])", I), "photographer"),
)
MOST_WORDS = 5
AUTHOR_META = ("author", "parsely-author", "article:author", "article:author_name", "dc.creator", "dcterms.creator", "sailthru.author", "byl", "cxenseparse:author", "content_author", "og:author", "twitter:creator:name", "citation_author")
BYLINE = re.compile(r"(?:^|[\s_-])(?:by-?line|author|autor|penulis|reporter|writer)s?(?:$|[\s_-]*(?:name|link|names|info|text|list|nama)?(?:$|[\s_-]))", I)


def names(value: str, source: Source | None = None) -> list[str]:
    """The people a byline names, each once, in order."""
    text = squeeze(unescape(value))
    if "http" in text[:12] or text.startswith("@"):
        return []
    for brand in (source.title, source.domain, *source.aliases) if source else ():
        text = re.sub(rf"\b{re.escape(brand)}\s*[-–—|,/]*\s*", "", text, flags=I)
    text = TAIL.sub("", BY.sub("", BY.sub("", text)))
    found: list[str] = []
    for piece in SPLIT.split(text):
        name = _name(piece)
        if name and name.casefold() not in {f.casefold() for f in found}:
            found.append(name)
    return found


def _name(piece: str) -> str | None:
    name = BY.sub("", piece).strip(" \t.,:;-–—|*\"“”'")
    name = TRAILING_ROLE.sub("", name).strip(" ,-–(") if not ROLE.match(name) else ""
    if not name or len(name) < 2 or NOBODY.match(name) or not re.search(r"[^\W\d_]{2}", name):  # noqa: PLR2004
        return None
    if len(name.split()) > MOST_WORDS or re.search(r"\d{3}|[?!=/{}\[\]]", name):
        return None
    return name.title() if name.isupper() and " " in name else name


def is_desk(name: str, doc: Document, source: Source) -> bool:
    """An outlet, an agency or a desk rather than a person."""
    letters = re.sub(r"\W", "", name.casefold())
    site = {re.sub(r"\W", "", n.casefold()) for n in (doc.meta("og:site_name") or "", doc.site, source.title, source.domain, source.name, *source.aliases) if n}
    return bool(DESK.search(name)) or any(letters == s or (len(letters) > 4 and letters in s) for s in site)  # noqa: PLR2004


def find_people(doc: Document, articles: list[jsonld.Node], source: Source, css: str | None, credits: Iterable[str], near: list[Block]) -> tuple[tuple[Person, ...], str]:
    """Who is named as writing and editing, and where the writers were found."""
    said = credited(credits)
    editors = {n.casefold() for n, role in said if role == "editor"}
    where, found = "none", list[str]()
    for where, values in sources_of(doc, articles, css, near):
        found = _unique(n for v in values for n in names(v, source))
        people = [n for n in found if n.casefold() not in editors]
        if people and not all(is_desk(n, doc, source) for n in people):
            found = people
            break
    else:
        where = "jsonld" if found else "none"
    writers = [n for n, role in said if role == "author"]
    if writers:
        found, where = writers, "credit"
    people = [Person(name=n, is_staff_desk=is_desk(n, doc, source)) for n in found if n.casefold() not in editors]
    if any(not p.is_staff_desk for p in people):
        people = [p for p in people if not p.is_staff_desk]
    others = [Person(name=n, role=role) for n, role in said if role != "author"]
    return (*people, *others), where


def sources_of(doc: Document, articles: list[jsonld.Node], css: str | None, near: list[Block]) -> Iterator[tuple[str, list[str]]]:
    """Places that name writers, the surest first."""
    if css:
        yield "rule", [text_of(n) for n in doc.select(css)]
    yield "jsonld", [v for node in articles for v in _authors(node, doc)][:12]
    yield "meta", [v for key in AUTHOR_META for v in doc.metas.get(key, [])]
    yield "microdata", [(e.get("content") or text_of(e)) for e in doc.with_attribute("itemprop", "author")][:6]
    yield "rel", [text_of(e) for e in doc.with_attribute("rel", "author")][:4]
    yield "dom", list(_bylines(doc))
    yield "text", [b.text for b in near if BY.match(b.text) and len(b.text) < 90]  # noqa: PLR2004 - a byline is short


def _authors(node: jsonld.Node, doc: Document) -> Iterator[str]:
    for key in ("author", "creator"):
        values = jsonld.resolve(node.get(key), doc.graph)
        people = [v for v in values if not (isinstance(v, dict) and set(jsonld.types(v)) <= {"Organization", "NewsMediaOrganization", "Corporation"} and v.get("@type"))]
        for value in people or values:
            if text := jsonld.as_text(value):
                yield text
        if values:
            return


def _bylines(doc: Document) -> Iterator[str]:
    """Elements whose class says byline or author, the innermost ones, before any comment."""
    seen = 0
    for node in doc.tree.iterfind(".//*[@class]"):
        if BYLINE.search(node.get("class")) and node.tag not in {"body", "html", "article", "main", "script", "meta"}:
            text = squeeze(text_of(node))
            if 2 < len(text) < 120:  # noqa: PLR2004 - a byline, not a biography
                yield text
                seen += 1
            if seen >= 3:  # noqa: PLR2004 - later ones are other stories'
                return


def credited(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Names with their roles from lines such as `Penulis: A | Editor: B`."""
    found: list[tuple[str, str]] = []
    for line in lines:
        for pattern, role in CREDITS:
            found += [(n, role) for m in pattern.finditer(line) for n in names(m["who"]) if (n, role) not in found]
    return found


def _unique(items: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(items))
