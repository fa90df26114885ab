"""Splits a noun phrase into role, institution and name.

Kepala | Kantor Wilayah Kemenkumham DKI Jakarta | R. Andika Dwi Prasetya
"""

from __future__ import annotations

from typing import NamedTuple

from parsers.language.words import people
from parsers.structure.names.offices import role_and_institution
from parsers.structure.names.person_name import (
    LONGEST_NAME,
    company_length,
    name_and_surface,
    place_length,
)
from parsers.structure.names.phrase_bounds import name_bracket, segment_end
from parsers.structure.names.text_words import TextWords
from parsers.structure.tokens.text import Paragraph
from parsers.structure.tokens.token import (
    Span,
    Tokens,
    bracket_end,
    is_age,
    is_title,
    region_length,
    verb_at,
)

COPULAS = (  # in the order in which they may follow a name and its comma
    ("yang",),
    ("juga",),
    ("merupakan",),
    ("adalah",),
    ("menjabat",),
    ("sebagai",),
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
    if company := company_length(tokens, start, words):
        end = start + company
        return PhraseParts(start=start, end=end, affiliation=(start, end))
    end = segment_end(tokens, start, words.ordinary)
    if end == start:
        return None
    if tokens[start].is_titled or tokens[start].is_head:
        end = _list_end(tokens, end, words) or end
    phrase = _split(tokens, start, end, words)
    while (
        phrase.role
        and _is_weak(tokens, phrase, words)
        and (further := _end_after_comma(tokens, phrase.end, words))
    ):
        longer = _split(tokens, start, further, words)
        if phrase.name and (longer.name is None or longer.name == phrase.name):
            break
        phrase = longer
    return _with_apposition(tokens, phrase, words) if phrase.name else phrase


def _split(
    tokens: Tokens, start: int, end: int, words: TextWords, *, has_name: bool = True
) -> PhraseParts:
    name, surface = name_and_surface(tokens, start, end, words) if has_name else (end, end)
    role, affiliation = role_and_institution(tokens, start, surface, words)
    return PhraseParts(
        start=start,
        end=end,
        name=(name, end) if name < end else None,
        surface=(surface, end) if name < end else None,
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
            return segment_end(tokens, at + 2, words.ordinary) if at > end else 0
        at = segment_end(tokens, at + 1, words.ordinary)
    return 0


def _is_weak(tokens: Tokens, phrase: PhraseParts, words: TextWords) -> bool:
    """No name yet, or one that the word before it makes a place's: Puskesmas Cilincing, Bandara Abdulrachman Saleh."""
    if phrase.name is None or _has_better_name(tokens, phrase, words):
        return True
    if phrase.name[0] == phrase.start or phrase.surface != phrase.name:
        return False
    before = tokens[phrase.name[0] - 1]
    return before.is_site or before.is_head or before.marker is not None


def _has_better_name(tokens: Tokens, phrase: PhraseParts, words: TextWords) -> bool:
    """The person follows the comma: RSUD Mitra Husada, dr. Billy Messakh — Koperasi Pasar Induk, Wawan Kurniadi."""
    at = phrase.end + 1
    if at + 1 >= len(tokens) or tokens[phrase.end].text != ",":
        return False
    if phrase.name is None or phrase.surface != phrase.name:
        return False
    first, name = tokens[at], tokens[slice(*phrase.name)]
    if first.is_rank or (first.is_honorific and not first.is_common_name):
        return True
    if first.is_common_name and not any(t.is_common_name for t in name):
        return tokens[phrase.start].is_role  # pelatih Garuda Senja, Reza Mahardika
    if phrase.role and _names_speaker(tokens, phrase, at, words):
        return True  # Kepala Bandar Udara Frans Seda, Partahian Simbolon, menyatakan
    two_words = all(t.is_capital and not is_title(t, words.ordinary) for t in tokens[at : at + 2])
    return len(name) == 1 and two_words and not region_length(tokens, at)


def _names_speaker(tokens: Tokens, phrase: PhraseParts, at: int, words: TextWords) -> bool:
    """Plain words between commas, of whom a verb or `menurut` says that they speak."""
    end = at
    while (
        end < len(tokens)
        and end - at < LONGEST_NAME
        and tokens[end].is_capital
        and not (is_title(tokens[end], words.ordinary) or region_length(tokens, end))
    ):
        end += 1
    if end == at or end == len(tokens) or tokens[end].text not in ",.":
        return False
    before = tokens[phrase.start - 1] if phrase.start else tokens[end - 1]
    if end - at == 1 and (phrase.affiliation is None or tokens[end].text != "," or before.is_post):
        return False
    return before.lower == "menurut" or before.is_post or verb_at(tokens, end + 1) is not None


def _end_after_comma(tokens: Tokens, end: int, words: TextWords) -> int:
    """Where an office without a name so far goes on after a comma: Dinas A, B, dan C; Kepala D, Nama."""
    at = end + 1
    if at >= len(tokens) or tokens[end].text != "," or tokens[at].is_day:
        return 0
    at += tokens[at].lower in {"dan", "serta"}
    if at >= len(tokens) or not (tokens[at].is_capital or tokens[at].is_honorific):
        return 0
    is_site = tokens[at].is_site and not tokens[at].is_head
    if is_site or tokens[at].lower in people("openers"):
        return 0
    further = segment_end(tokens, at, words.ordinary)
    is_place = region_length(tokens, at) == further - at
    is_listed = further < len(tokens) and tokens[further].text == ","
    return 0 if is_place and not is_listed else further


def _with_apposition(tokens: Tokens, phrase: PhraseParts, words: TextWords) -> PhraseParts:
    """Nama (37), warga Desa X; Nama, Kepala Y; Nama dari Z; Nama selaku Ketua Z."""
    if is_age(tokens, phrase.end):
        phrase = phrase._replace(end=phrase.end + 3, aged=True)
    elif name_bracket(tokens, phrase.end):
        phrase = phrase._replace(end=bracket_end(tokens, phrase.end))
    joint = tokens[phrase.end].lower if phrase.end + 1 < len(tokens) else ""
    if phrase.role or joint not in {",", "selaku", "dari", "sebagai", "yang"}:
        return phrase
    at = _after_copula(tokens, phrase.end)
    if at + 1 >= len(tokens) or (joint == "yang" and at == phrase.end):
        return phrase
    first = tokens[at + 1]
    is_body = first.is_capital and (first.is_head or first.is_acronym)
    if not (is_body if joint == "dari" else first.is_role):
        return phrase
    end = segment_end(tokens, at + 1, words.ordinary)
    other = _split(tokens, at + 1, end, words, has_name=False)
    is_told = at > phrase.end and verb_at(tokens, end) is not None  # yang merupakan penulis
    goes_on = end < len(tokens) and tokens[end].is_word and tokens[end].is_small
    if not first.is_capital and goes_on and not is_told:
        return phrase  # Menurut Nama, warga sudah aman: the clause, not the person
    if joint == "," and verb_at(tokens, end):
        own = _split(tokens, at + 1, end, words).name
        if own and own[1] - own[0] > 1:
            return phrase  # Senada dengan Budi, Ketua X Nama mengatakan
    if joint == "dari":
        return phrase._replace(end=end, affiliation=(at + 1, end))
    return phrase._replace(end=end, role=other.role, affiliation=other.affiliation)


def _after_copula(tokens: Tokens, at: int) -> int:
    """The index before the office in Nama, yang merupakan seorang X; Nama, salah satu X."""
    for words in COPULAS:
        if tuple([t.lower for t in tokens[at + 1 : at + 1 + len(words)]]) == words:
            at += len(words)
    return at
