"""What the press says about its words by itself: the tags that each word with a capital may have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

from parsers.language.common_words import is_common_word
from parsers.language.words import aliases, listed_bodies, lower, people, people_exact
from parsers.structure.names.entities import EntityIndex
from parsers.structure.names.evidence import COLLECTIVES
from parsers.structure.names.evidence import KINDS as COMPANIES
from parsers.structure.names.people import name_of
from parsers.structure.names.person_name import AREAS
from parsers.structure.names.phrase_parts import EntityPhrase
from parsers.structure.tagger.features import word_class
from parsers.structure.tokens.text import BodyText, Paragraph, is_headline
from parsers.structure.tokens.token import EDGE, Span, Token, Tokens

NOTHING, PERSON, BODY, PLACE = range(4)
ANY = (NOTHING, PERSON, BODY, PLACE)
LEAST_SMALL = 5  # articles that write a word small
LEAST_COMMON = 10  # articles that have a word with a capital
LEAST_PROVEN = 10  # of them the share in percent in which it is of a proven person
LEAST_BODY = 2  # articles that name a body
LONGEST_NAME = 4  # words
SITE = re.compile(r"\w+\.(?:com|co|id|net|org)(?:\.id)?", re.IGNORECASE)
# nouns of what is no body
PRODUCTS = lower(
    "aplikasi platform gim merek merk vaksin fitur layanan produk ponsel laptop gawai smartphone situs laman peramban game software"
)
BODY_NOUNS = (
    COLLECTIVES | COMPANIES | {"timnas", "kesebelasan", "skuad", "universitas"}
) - PRODUCTS
ENGLISH_BODIES = frozenset(
    [
        "Bank",
        "Federation",
        "Association",
        "Union",
        "Organization",
        "Organisation",
        "Council",
        "University",
        "Motor",
        "Group",
        "Agency",
        "Committee",
        "Center",
        "Centre",
        "Institute",
        "Club",
        "Foundation",
        "Forum",
        "Fund",
        "League",
        "Society",
        "Party",
        "Ministry",
        "Office",
        "Commission",
        "Department",
        "Corporation",
        "Company",
        "Authority",
        "Court",
        "Network",
        "News",
        "Confederation",
        "Board",
        "Bureau",
        "Service",
        "Press",
        "Institution",
        "Alliance",
        "Army",
        "Forces",
        "Indonesia",
    ]
)
HEADS = people_exact("institutions")


@dataclass(frozen=True)
class Article:
    body: BodyText
    proven: frozenset[str]  # names with a title, an office, an age or a verb of saying
    likely: frozenset[str]  # other names of the rules
    bodies: frozenset[str]
    short_forms: tuple[tuple[str, str], ...]


def read_article(text: str) -> Article:
    entities = EntityIndex(BodyText(text))
    named = [(name_of(p, text), _is_proven(p)) for p in entities.phrases if p.name]
    return Article(
        body=entities.body,
        proven=frozenset(name for name, is_proven in named if is_proven),
        likely=frozenset(name for name, is_proven in named if not is_proven),
        bodies=frozenset(text[slice(*p.organization)] for p in entities.phrases if p.organization),
        short_forms=tuple((a.short_form, a.expansion) for a in entities.acronyms),
    )


def _is_proven(phrase: EntityPhrase) -> bool:
    tokens, parts = phrase.paragraph.tokens, phrase.parts
    before = tokens[parts.start - 1] if parts.start else EDGE
    after = tokens[parts.end] if parts.end < len(tokens) else EDGE
    is_cited = before.is_post or before.lower == "menurut" or after.verb is not None
    return parts.surface != parts.name or parts.aged or phrase.role is not None or is_cited


def small_words(bodies: Iterable[BodyText]) -> list[str]:
    """Words that five articles write small and that have a capital inside a sentence less than half as often."""
    small, capital = Counter[str](), Counter[str]()
    for body in bodies:
        paragraphs = [p for p in body.paragraphs if not is_headline(p.tokens)]
        small.update(
            {t.text for p in paragraphs for t in p.tokens if t.is_small and t.text.isalpha()}
        )
        capital.update({word for p in paragraphs for word in _lone_capitals(p)})
    return sorted(
        w for w, n in small.items() if n >= LEAST_SMALL and n > 2 * capital[w] and len(w) > 2 and not is_common_word(w)
    )  # fmt: skip


def _lone_capitals(paragraph: Paragraph) -> Iterator[str]:
    """Inside a sentence, between two words that have none."""
    tokens = (EDGE, *paragraph.tokens, EDGE)
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        is_alone = before.is_word and not (before.is_capital or after.is_capital)
        if (
            is_alone
            and token.is_capital
            and token.text[1:].islower()
            and token.start not in paragraph.sentence_starts
        ):
            yield token.lower


@dataclass(frozen=True)
class Evidence:
    """What all articles together say."""

    articles: Counter[str] = field(default_factory=Counter)  # those that have a word with a capital
    nobody: frozenset[str] = frozenset()  # words that are hardly ever of a proven person
    things: frozenset[str] = frozenset()  # short forms that stand for no body
    names: dict[str, list[tuple[tuple[str, ...], int]]] = field(
        default_factory=dict
    )  # by first word, with the tag
    small: frozenset[str] = frozenset()


def gather(articles: list[Article], small: Iterable[str]) -> Evidence:
    capitals, of_people, bodies = Counter[str](), Counter[str](), Counter[str]()
    for article in articles:
        capitals.update({t.text for p in article.body.paragraphs for t in p.tokens if t.is_capital})
        of_people.update(word for name in article.proven for word in name.split())
        bodies.update(article.bodies)
    nobody = frozenset(w for w, n in capitals.items() if 100 * of_people[w] < LEAST_PROVEN * n)
    of_bodies, things = _short_forms(articles)
    proven = {name for article in articles for name in article.proven if _is_full(name, nobody)}
    whole = {name for name, n in bodies.items() if n >= LEAST_BODY and _has_head(name)}
    return Evidence(
        articles=capitals,
        nobody=nobody,
        things=things,
        names=_by_first_word(dict.fromkeys(proven, PERSON) | dict.fromkeys(whole | _listed() | of_bodies, BODY)),
        small=frozenset(small),
    )  # fmt: skip


def _is_full(name: str, nobody: frozenset[str]) -> bool:
    words = name.replace(".", " ").split()
    return (
        2 <= len(words) <= LONGEST_NAME and all(w[0].isupper() for w in words) and not nobody & {*name.split()}
    )  # fmt: skip


def _has_head(name: str) -> bool:
    first, *others = name.split()
    return len(others) > 0 and (first in HEADS or first in {"PT", "CV"})


@cache
def _listed() -> frozenset[str]:
    return listed_bodies(1) | listed_bodies(2) | frozenset(aliases().values())


def _short_forms(articles: Iterable[Article]) -> tuple[frozenset[str], frozenset[str]]:
    """Short forms in brackets that stand for a body, and those that stand for none."""
    kinds: dict[str, Counter[int]] = {}
    for article in articles:
        for short, expansion in {*article.short_forms}:
            kinds.setdefault(short, Counter())[_kind(expansion)] += 1
    of = {short: max(sorted(counts), key=counts.__getitem__) for short, counts in kinds.items()}
    bodies = frozenset(short for short, kind in of.items() if kind == BODY and len(short) > 2)
    return bodies, frozenset(s for s, kind in of.items() if kind == NOTHING) - _listed()


def _kind(expansion: str) -> int:
    first, *others = expansion.split()
    if first in HEADS:
        return BODY
    return (
        PERSON if {first, *others} & (HEADS | ENGLISH_BODIES) else NOTHING
    )  # PERSON: nobody knows


def _by_first_word(names: dict[str, int]) -> dict[str, list[tuple[tuple[str, ...], int]]]:
    by_word: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        words = (
            tuple(name.replace(".", " .").split()) if names[name] == PERSON else tuple(name.split())
        )
        by_word.setdefault(words[0], []).append((words, names[name]))
    return by_word


def labels(
    article: Article, paragraph: Paragraph, span: Span, evidence: Evidence
) -> list[tuple[int, ...]]:
    """The tags that each word of a run may have: all four where nothing is known."""
    first, end = span
    tokens = paragraph.tokens
    allowed: dict[int, tuple[int, ...]] = {}
    at = first
    while at < end:
        length, tags = _known(article, paragraph, at, span, evidence)
        if tags != ANY:
            allowed |= dict.fromkeys(range(at, min(at + length, end)), tags)
        at += length
    before = tokens[first - 1].lower if first else ""
    free = next((i for i in range(first, end) if i in allowed), end)
    allowed |= dict.fromkeys(range(first, free), _after_noun(before))
    anybody = _plain_runs(tokens, span, evidence)
    return [
        (BODY,) if SITE.fullmatch(tokens[i].text)
        else tags if (tags := allowed.get(i, ANY)) != ANY or i in anybody
        else _unproven(tokens[i], article, evidence)
        for i in range(first, end)
    ]  # fmt: skip


def _plain_runs(tokens: Tokens, span: Span, evidence: Evidence) -> set[int]:
    """Two or three rare words in a row that are nothing else: Ivar Jenner may be somebody whom no title proves."""
    plain = set[int]()
    for is_plain, group in groupby(range(*span), key=lambda i: _is_plain(tokens[i], evidence)):
        run = list(group)
        after = tokens[run[-1] + 1] if run[-1] + 1 < len(tokens) else EDGE
        if is_plain and len(run) in {2, 3} and not after.text[0].isdigit():
            plain.update(run)
    return plain


def _is_plain(token: Token, evidence: Evidence) -> bool:
    is_rare = evidence.articles[token.text] < LEAST_COMMON
    return (
        is_rare
        and token.is_capital
        and token.text.isalpha()
        and word_class(token) in {"C", "N", "i"}
    )


def _known(
    article: Article, paragraph: Paragraph, at: int, span: Span, evidence: Evidence
) -> tuple[int, tuple[int, ...]]:
    """How many words are known there, and their tags."""
    token, (first, end) = paragraph.tokens[at], span
    if name := _name_at(paragraph.tokens, at, span, evidence):
        return name
    if token.is_day or token.text in evidence.things:
        return 1, (NOTHING,)
    if token.is_titled and not token.is_common_name:
        return 1, (NOTHING, BODY)
    if token.region:
        return token.region, (BODY, PLACE, NOTHING) if token.region == 1 else (BODY, PLACE)
    opens = token.start in paragraph.sentence_starts or at == 0
    is_small = token.is_opener or is_common_word(token.lower) or token.lower in evidence.small
    if opens and is_small and not (token.is_head or token.is_common_name):
        return 1, (NOTHING, BODY) if at + 1 < end else (NOTHING,)
    before = paragraph.tokens[at - 1] if at > first else EDGE
    after = paragraph.tokens[at + 1] if at + 1 < end else EDGE
    is_alone = (not before.is_capital or before.is_opener) and not after.is_capital
    is_of_person = (
        is_alone
        and len(token.text) > 2
        and not token.is_title
        and token.text in _words(article.proven)
    )
    return 1, (PERSON,) if is_of_person else ANY


def _name_at(
    tokens: Tokens, at: int, span: Span, evidence: Evidence
) -> tuple[int, tuple[int, ...]] | None:
    first, end = span
    for words, tag in evidence.names.get(tokens[at].text, ()):
        length = len(words)
        if at + length > end or tuple(t.text for t in tokens[at : at + length]) != words:
            continue
        before = tokens[at - 1] if at > first else EDGE
        after = tokens[at + length] if at + length < end else EDGE
        is_within = (before.is_capital and not (before.is_opener or before.is_titled)) or (
            after.is_capital and not after.is_titled
        )
        return (length, ANY) if length == 1 and is_within else (length, (tag,))
    return None


@cache
def _words(names: frozenset[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in name.split())


def _after_noun(noun: str) -> tuple[int, ...]:
    """Perusahaan X, aplikasi X, pulau X."""
    if noun in BODY_NOUNS:
        return (BODY,)
    if noun in PRODUCTS or noun in people("works") or noun in people("papers"):
        return (NOTHING,)
    return (NOTHING, PLACE) if noun in AREAS else ANY


def _unproven(token: Token, article: Article, evidence: Evidence) -> tuple[int, ...]:
    """A word that many articles have, or that this article gives no person, is a person's only if it is in some."""
    if not token.is_capital or token.is_common_name or token.text not in evidence.nobody:
        return ANY
    is_in_name = token.text in _words(article.proven) or token.text in _words(article.likely)
    return (
        ANY
        if is_in_name and evidence.articles[token.text] < LEAST_COMMON
        else (NOTHING, BODY, PLACE)
    )
