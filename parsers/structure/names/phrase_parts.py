"""Splits a noun phrase into role, institution and name.

Kepala | Kantor Wilayah Kemenkumham DKI Jakarta | R. Andika Dwi Prasetya
"""

from __future__ import annotations

from typing import NamedTuple

from parsers.language.words import lower, people, people_exact
from parsers.structure.names.offices import body_after, role_and_institution
from parsers.structure.names.person_name import (
    after_titles,
    company_length,
    name_and_surface,
    place_length,
)
from parsers.structure.names.phrase_bounds import name_bracket, segment_end
from parsers.structure.names.text_words import TextWords
from parsers.structure.tokens.text import Paragraph
from parsers.structure.tokens.token import (
    DEMONSTRATIVES,
    EDGE,
    LONGEST_NAME,
    Span,
    Token,
    Tokens,
    body_length,
    bracket_end,
    is_age,
    is_degree,
    is_nickname,
    is_particle,
    is_title,
    verb_at,
    without_degrees,
)

JOINTS = frozenset({",", "selaku", "dari", "sebagai", "yang"})  # between a name and its office
PREPOSITIONS = lower("dalam di pada asal dari untuk yang kepada saat ketika usai")
POINTERS = DEMONSTRATIVES | {"lain", "lainnya"}  # adanya tersangka lain, Nama menerangkan
COPULAS = (  # in the order in which they may follow a name and its comma
    ("yang",),
    ("juga",),
    ("merupakan",),
    ("adalah",),
    ("menjabat",),
    ("sebagai",),
    ("selaku",),
    ("seorang",),
    ("salah", "satu"),
    ("salah", "seorang"),
)


class PhraseParts(NamedTuple):
    """Indices are tokens of the paragraph. `name` is the bare name; `surface` has rank and honorific too."""

    start: int
    end: int
    name: Span | None = None
    surface: Span | None = None
    role: Span | None = None
    affiliation: Span | None = None
    aged: bool = False  # (37) stands after the name


class EntityPhrase(NamedTuple):
    """A phrase of the body. Spans are code points.

    `organization` is the institution's own name up to a short form in brackets. `organization_name` goes on after the
    bracket: Dinas Kesehatan (Dinkes) Surabaya is Dinas Kesehatan Surabaya.
    """

    paragraph: Paragraph
    parts: PhraseParts
    start: int
    end: int
    name: Span | None = None
    surface: Span | None = None
    role: str | None = None
    organization: Span | None = None
    organization_name: str | None = None


def read_phrase(tokens: Tokens, start: int, words: TextWords) -> PhraseParts | None:
    """The phrase at `start`, with what stands in apposition to it."""
    if tokens[start].text in words.initials:
        only = start, start + 1
        initial = PhraseParts(start=start, end=start + 1, name=only, surface=only)
        return _with_apposition(tokens, initial, words)
    if fixed := _fixed_length(tokens, start, words):
        end = start + fixed
        return PhraseParts(start=start, end=end, affiliation=(start, end))
    end = segment_end(tokens, start, words)
    if end == start:
        return None
    if tokens[start].is_titled or tokens[start].is_head:
        end = _list_end(tokens, end, words) or end
    phrase = _split(tokens, start, end, words)
    while phrase.role and tokens[phrase.end - 1].lower not in POINTERS:
        if named := _with_name_after_comma(tokens, phrase, words):
            return _with_apposition(tokens, named, words)
        further = _end_after_comma(tokens, phrase.end, words) if _is_weak(tokens, phrase) else 0
        longer = _split(tokens, start, further, words) if further else phrase
        if longer is phrase or (phrase.name and longer.name in {None, phrase.name}):
            break
        phrase = longer
    return _with_apposition(tokens, phrase, words) if phrase.name else phrase


def _fixed_length(tokens: Tokens, at: int, words: TextWords) -> int:
    """A company of the text, or a listed body that begins with no noun for its kind: Real Madrid."""
    is_kind = tokens[at].is_head or tokens[at].is_role
    return company_length(tokens, at, words) or (0 if is_kind else body_length(tokens, at))


def _split(
    tokens: Tokens, start: int, end: int, words: TextWords, *, has_name: bool = True
) -> PhraseParts:
    last = without_degrees(tokens, start, end) if has_name else end
    name, surface = name_and_surface(tokens, start, last, words) if has_name else (end, end)
    if has_name and name == last < end:  # Ketua MA
        last = end
        name, surface = name_and_surface(tokens, start, end, words)
    role, affiliation = role_and_institution(tokens, start, surface, words)
    return PhraseParts(
        start=start,
        end=end,
        name=(name, last) if name < last else None,
        surface=(surface, last) if name < last else None,
        role=role,
        affiliation=affiliation,
    )


def _list_end(tokens: Tokens, end: int, words: TextWords) -> int:
    """Where words of offices go on in a list: Badan Meteorologi, Klimatologi, dan Geofisika."""
    at = end
    while at + 2 < len(tokens) and tokens[at].text == ",":
        last = tokens[at + 1].lower in {"dan", "serta"}
        first = tokens[at + 1 + last]
        begins_other = first.is_titled or first.is_head or first.is_acronym or first.is_opener
        is_plain = first.is_capital and first.is_title and not begins_other
        if not is_plain or place_length(tokens, at + 1 + last, words):
            return 0
        if last:
            return segment_end(tokens, at + 2, words) if at > end else 0
        at = segment_end(tokens, at + 1, words)
    return 0


def _is_weak(tokens: Tokens, phrase: PhraseParts) -> bool:
    """No name yet, or one that the word before it makes a place's: Puskesmas Cilincing, Bandara Abdulrachman Saleh."""
    if phrase.name is None:
        return True
    if phrase.name[0] == phrase.start or phrase.surface != phrase.name:
        return False
    before = tokens[phrase.name[0] - 1]
    return before.is_site or before.is_head or before.marker is not None


def _with_name_after_comma(
    tokens: Tokens, phrase: PhraseParts, words: TextWords
) -> PhraseParts | None:
    """With the person behind the office and a comma: Kasi Humas Polres Sumedang, AKP Awang Munggardijaya."""
    comma = phrase.end
    while comma + 1 < len(tokens) and tokens[comma].lower in DEMONSTRATIVES:
        comma += 1  # Manajer tempat itu, Nama
    if comma + 1 >= len(tokens) or tokens[comma].text != ",":
        return None
    surface = comma + 1
    end = _capitals_end(tokens, surface)
    name, last = after_titles(tokens, surface, end), without_degrees(tokens, surface, end)
    if not _names_person(tokens, phrase, (surface, name, last), words):
        return None
    office = _split(tokens, phrase.start, phrase.end, words, has_name=False)
    return office._replace(end=end, name=(name, last), surface=(surface, last))


def _capitals_end(tokens: Tokens, at: int) -> int:
    """Where the capitals of a name end, with what may stand between them."""
    while at < len(tokens) and (
        (tokens[at].is_capital and not tokens[at].is_day)
        or tokens[at].is_honorific
        or (tokens[at].text == "." and (tokens[at - 1].is_initial or tokens[at - 1].is_honorific))
        or (is_particle(tokens, at) and at + 1 < len(tokens) and tokens[at + 1].is_capital)
    ):
        at += 4 if is_nickname(tokens, at + 1) else 1
    return at


def _names_person(
    tokens: Tokens, phrase: PhraseParts, run: tuple[int, int, int], words: TextWords
) -> bool:
    """A title or a given name tells it; of other words, and after another name, that somebody speaks."""
    surface, name, end = run
    named = [t for t in tokens[name:end] if t.is_word]
    is_name = 0 < len(named) <= LONGEST_NAME + 1
    if not is_name or phrase.surface != phrase.name or any(_is_no_name(t, words) for t in named):
        return False
    if name > surface:
        return True
    first = named[0]  # Lalu Hendra Kusuma
    if first.is_opener > first.is_common_name or place_length(tokens, name, words) == len(named):
        return False
    before, after = (tokens[phrase.start - 1] if phrase.start else EDGE), tokens[end : end + 1]
    is_closed = bool(after) and after[0].text in ",."
    other = tokens[slice(*phrase.name)] if phrase.name else ()
    is_owner = tokens[phrase.start].lower in people("of_people")  # karyawan Raffi, Haikal Sanat
    is_free = is_owner or not any(t.is_common_name for t in other)
    is_cited = is_closed and (before.lower == "menurut" or before.is_post)
    is_given = is_owner or (is_free and (first.is_common_name or len(other) == 1))
    if len(named) > 1 and (is_given or is_cited):
        return True
    return (phrase.name is None or is_closed) and verb_at(tokens, end + is_closed) is not None


def _is_no_name(token: Token, words: TextWords) -> bool:
    if is_degree(token) or token.text in people_exact("rank_words"):
        return True
    is_other = token.is_head or token.is_site or token.is_role or token.is_acronym
    return not token.is_common_name and (is_other or is_title(token, words.ordinary))


def _end_after_comma(tokens: Tokens, end: int, words: TextWords) -> int:
    """Where an office without a name so far goes on after a comma: Dinas A, B, dan C."""
    at = end + 1
    if at >= len(tokens) or tokens[end].text != "," or tokens[at].is_day or is_degree(tokens[at]):
        return 0
    at += tokens[at].lower in {"dan", "serta"}
    if at >= len(tokens) or not (tokens[at].is_capital or tokens[at].is_honorific):
        return 0
    if (tokens[at].is_site and not tokens[at].is_head) or tokens[at].is_opener:
        return 0
    further = segment_end(tokens, at, words)
    return 0 if place_length(tokens, at, words) == further - at else further


def _with_apposition(tokens: Tokens, phrase: PhraseParts, words: TextWords) -> PhraseParts:
    """Nama (37), warga Desa X; Nama, Kepala Y; Nama dari Z; Nama selaku Ketua Z."""
    phrase = _with_bracket(tokens, phrase)
    joint = tokens[phrase.end].lower if phrase.end + 1 < len(tokens) else ""
    if joint not in JOINTS or (phrase.role and (joint != "dari" or phrase.affiliation)):
        return phrase
    start = _after_copula(tokens, phrase.end) + 1
    if start >= len(tokens) or (joint == "yang" and start == phrase.end + 1):
        return phrase
    end = segment_end(tokens, start, words)
    if tokens[start].is_capital:
        end = _list_end(tokens, end, words) or end
    if joint == "dari":
        body = body_after(tokens, phrase.end)
        end = segment_end(tokens, body, words)
        return phrase._replace(end=end, affiliation=(body, end)) if body else phrase
    if not tokens[start].is_role or _begins_clause(tokens, phrase, start, end):
        return phrase
    office = _split(tokens, start, end, words, has_name=False)
    return phrase._replace(end=end, role=office.role, affiliation=office.affiliation)


def _with_bracket(tokens: Tokens, phrase: PhraseParts) -> PhraseParts:
    """With the age, the short form, the party or the degrees after a name: Nama (37), Nama (Partai X), Nama, S.Pd."""
    if is_age(tokens, phrase.end):
        return phrase._replace(end=phrase.end + 3, aged=True)
    if name_bracket(tokens, phrase.end):
        return phrase._replace(end=bracket_end(tokens, phrase.end))
    return phrase._replace(end=_degrees_end(tokens, phrase.end))


def _degrees_end(tokens: Tokens, at: int) -> int:
    """Nama, Sp.A(K), M.Si., selaku Ketua"""
    while at + 2 < len(tokens) and tokens[at].text == "," and _may_be_degree(tokens, at + 1):
        at += 2
        while at + 1 < len(tokens) and is_degree(tokens[at]):
            at += 1
        at = bracket_end(tokens, at) if tokens[at].text == "(" else at
        following = tokens[at + 1] if at + 1 < len(tokens) else EDGE
        at += (
            following is not EDGE
            and tokens[at].text == "."
            and (following.text == "," or following.is_small)
        )
    return at


def _may_be_degree(tokens: Tokens, at: int) -> bool:
    """Nama, PsyD, psikolog: unknown letters between commas may be one, too."""
    is_short = sum(map(str.isupper, tokens[at].text)) > 1
    return is_degree(tokens[at]) or (is_short and tokens[at + 1].text == ",")


def _begins_clause(tokens: Tokens, phrase: PhraseParts, start: int, end: int) -> bool:
    """Menurut Nama, warga sudah aman: what follows the joint is the clause, not the person."""
    goes_on = end < len(tokens) and tokens[end].is_word and tokens[end].is_small
    before = tokens[phrase.start - 1] if phrase.start else EDGE
    opens_sentence = not before.is_word and tokens[phrase.end].text == ","
    if tokens[start].is_capital or not goes_on or opens_sentence:
        return False
    if tokens[end].lower in PREPOSITIONS:
        is_cited = before.lower == "menurut" or (before.is_post and tokens[end].lower == "yang")
        may_be_anybody = is_cited or tokens[start].lower in people("residents")
        # Nama (39), warga Bogor yang …; Nama, manajer di sebuah hotel
        return tokens[phrase.end - 1].text != ")" and may_be_anybody
    is_copula = start > phrase.end + 1
    return not (is_copula and verb_at(tokens, end))  # yang merupakan penulis mengatakan


def _after_copula(tokens: Tokens, at: int) -> int:
    """The index before the office in Nama, yang merupakan seorang X; Nama, salah satu X."""
    for words in COPULAS:
        if tuple([t.lower for t in tokens[at + 1 : at + 1 + len(words)]]) == words:
            at += len(words)
    return at
