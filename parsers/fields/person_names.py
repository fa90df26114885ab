"""The people in a byline, without outlets, roles and addresses."""

from __future__ import annotations

import re
from functools import cache
from html import unescape

from parsers.html.document import Document
from parsers.language.words import all_months, people_exact
from parsers.source import Source
from parsers.text.normalize import collapse_whitespace, letters

CASELESS = re.IGNORECASE
BY = re.compile(
    r"^\W*(?:(?:written|posted|published|reported|story|words|article|photography|analysis|text|foto|photos?|erstellt"
    r"|verfasst|geschrieben|interview|ein(?:e)? \w+)\s+)?(?:by|oleh(?![\s-]oleh)|von|vom|par|por|di|door|av|af|przez|autore?|autor(?:in|en)?|author(?:s"
    r"|\(s\))?|penulis|ditulis oleh|reporter|jurnalis"
    r"|laporan(?: wartawan)?|pewarta|wartawan|kontributor|text|texte|texto|rédigé par)\b\s*[:：]?\s+(?=\S)",
    CASELESS,
)
SPLIT = re.compile(
    r"\s*(?:[;|/•·]|,(?!\s*(?:jr|sr|m\.?d|ph\.?d|[sm]\.\w+|s[eh]|m[mh]|ii+)\b)|\s(?:and|und|et|dan|y|e|og|och|en|with|mit|for)\s|&"
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
    r"|guest|contributors?|publisher|webmaster|editor|non koresponden|terjemahan)\b|\.(?:com|co|id|net|org|de|fr|tv)\b",
    CASELESS,
)
SOFTWARE = re.compile(
    r"\b(?:admin(?:istrator)?|developer|webmaster|publisher|super ?user|root|wordpress)\b"
    r"|^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}$",
    CASELESS,
)
NOBODY = re.compile(
    r"^(?:unknown|anonymous|none|null|n/?a|undefined|author|by|admin|-+|share|follow|facebook|twitter|instagram|linkedin"
    r"|comments?|updated|published|home|read more|view all posts|more|name|nama|full bio|posted|the|von|powered by"
    r"|learn .*|more about.*|twitter facebook|about .*|written|all posts|see more.*|show more|menu|search|photo.*"
    r"|source.*|quelle.*|content|design|code|videos?|profile|email|subscribe|login"
    r"|nein|ja|penulis|editor|reporter|wartawan|jurnalis|the author|folgen|ikuti|suivre|seguir|feb|apr|jun|jul|aug|sept?|oct|nov|dec"
    r"|senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu)$",
    CASELESS,
)
MAY_HAVE_TAIL = re.compile(r"[\d@(<]|https?:|www\.", CASELESS)  # a tenth of the time of `_tail`
# `Sari in Olahraga`, a button, or the month of a date that was split at its comma.
STUCK = re.compile(
    r"\s+(?:in\s+\w.*|im (?:gespräch|interview)|(?:follow|folgen|ikuti)(?:\s.*)?|(?:feb|apr|ju[nl]|aug|sept?|oct|nov|dec)\.?)$",
    CASELESS,
)
COMMENTER = re.compile(
    r"\b(?:says|said|sagt|schrieb|a dit|dice|kata|wrote|replied|antwortete)\W*$", CASELESS
)
MOST_WORDS = 5  # of a name


def names(value: str, source: Source | None = None) -> list[str]:
    """The people that a byline names, each once, in order."""
    text = collapse_whitespace(unescape(value))
    if "http" in text[:12] or text.startswith("@"):
        return []
    for brand in (source.title, source.domain, *source.aliases) if source else ():
        if brand.lower() in text.lower():
            text = re.sub(rf"\b{re.escape(brand)}\s*[-–—|,/]+\s*", "", text, flags=CASELESS)
    text = BY.sub("", BY.sub("", text))
    text = _tail().sub("", text) if MAY_HAVE_TAIL.search(text) else text
    found: dict[str, str] = {}  # in lower case -> as written
    for piece in SPLIT.split(text):
        if name := _name(piece):
            found.setdefault(name.casefold(), name)
    return list(found.values())


@cache
def _tail() -> re.Pattern[str]:
    """What stands after the names. Its many months take a third of the import of this module, and few bylines have one."""
    month = "|".join(sorted((m for m in all_months() if len(m) > 2), key=len, reverse=True))
    return re.compile(
        rf"\s*(?:\(?(?:@|https?:|www\.).*|\b(?:published|updated|posted|last|am|pm|on|stand)\b.*\d.*|\d{{1,2}}[:.]\d\d.*|\(.*\)"
        rf"|<.*|[,|•·-]?\s*\b(?:senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu)\b,?\s*\(?\d.*"
        rf"|[,|•·-]?\s*\b(?:{month})\b\.?\s*\d.*|(?:\s+\b[A-Z][a-z]{{1,2}}\b)?[,.|•·-]?\s*\d{{1,2}}\.?\s*(?:{month})\b.*"
        rf"|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}.*|\s+\d+ min.*)$",
        CASELESS,
    )


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
    """Whether it is an outlet, an agency, an institution or a desk and not a person."""
    is_body = name.partition(" ")[0] in people_exact("institutions")
    return is_body or bool(DESK.search(name)) or is_own_desk(name, doc, source)


def is_own_desk(name: str, doc: Document, source: Source) -> bool:
    """Whether it is the outlet itself, its host or its software."""
    site_names = doc.meta("og:site_name"), doc.meta("twitter:site"), doc.site
    own = (*site_names, source.title, source.domain, source.name, *source.aliases)
    key = letters(name)
    return bool(SOFTWARE.search(name)) or any(
        key == site or (len(key) > 4 and key in site) for site in map(letters, filter(None, own))
    )


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
