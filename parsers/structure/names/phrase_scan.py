"""Finds every phrase that names a person, an office or an institution, in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from parsers.language.common_words import is_common_word
from parsers.language.words import lower, openers, people, people_exact, table
from parsers.structure.names.evidence import (
    is_apposed,
    is_described,
    is_known_body,
    is_site,
    speaks,
)
from parsers.structure.names.person_name import (
    company_length,
    firm_length,
    is_certain_name,
    place_length,
)
from parsers.structure.names.phrase_bounds import is_headline_word
from parsers.structure.names.phrase_parts import EntityPhrase, PhraseParts, read_phrase
from parsers.structure.names.text_words import TextWords
from parsers.structure.speaker_class import is_kin
from parsers.structure.tokens.text import BodyText, Paragraph
from parsers.structure.tokens.token import (
    DEMONSTRATIVES,
    EDGE,
    Span,
    Token,
    Tokens,
    body_length,
    is_age,
    is_degree,
    is_nickname,
    is_particle,
    is_title,
    span_of,
    suffix_length,
    verb_at,
    without_degrees,
)

MINISTERS = frozenset({"menteri", "menko", "wamen"})
LONGEST_RUN = 12  # capitals in a row looked at for a name
DESKS = frozenset({"Bidang", "Divisi", "Bagian", "Urusan"})
ACCOUNTS = lower(table("grammar")["accounts"])


def scan(body: BodyText, words: TextWords) -> list[EntityPhrase]:
    return [phrase for paragraph in body.paragraphs for phrase in _scan(paragraph, words)]


def _scan(paragraph: Paragraph, words: TextWords) -> Iterator[EntityPhrase]:
    tokens, free = paragraph.tokens, 0
    if paragraph.is_headline:
        return
    for at in paragraph.heads:
        if at < free:
            continue
        if is_site(tokens, at) and not firm_length(tokens, at, len(tokens), words):
            free = _site_end(tokens, at)
        elif (
            _begins(tokens, at, words)
            and (parts := read_phrase(tokens, at, words))
            and _is_entity(tokens, parts, words)
        ):
            free = parts.end
            if free < len(tokens) and tokens[free].is_capital:
                free += is_headline_word(tokens, at, free)  # KPK Panggil Nama: who is called
            yield entity_phrase(paragraph, parts)
        else:
            free = at + body_length(tokens, at)  # KEJAKSAAN Agung: nobody's name begins inside


def _site_end(tokens: Tokens, at: int) -> int:
    while at < len(tokens) and tokens[at].is_capital:
        at += 1
    return at


def _begins(tokens: Tokens, at: int, words: TextWords) -> bool:
    token, before = tokens[at], tokens[at - 1] if at else EDGE
    if token.is_day or before.lower in people("works"):
        return False  # turnamen Liga Nusantara
    is_housed = before.lower == "rumah" and not token.is_role
    on_paper = before.lower in people("papers") and not (token.is_head or is_housed)
    if on_paper or token.is_titled or token.is_opener or _is_leading_noun(tokens, at, words):
        return token.is_titled and not on_paper
    if not (token.is_head or token.is_ministry):
        return _begins_name(tokens, at, words)
    after_name = before.is_head or before.is_site or before.is_common_name
    opens = (at < 2 or not tokens[at - 2].is_word) and not after_name
    return opens or _is_free(before) or before.is_role


def _is_leading_noun(tokens: Tokens, at: int, words: TextWords) -> bool:
    """Kritikan Darma Wiratama, Biar Reza Mahendra: a common word with the capital of the sentence, before a name."""
    token, after = tokens[at : at + 2] if at + 1 < len(tokens) else (tokens[at], EDGE)
    opens = at == 0 or not tokens[at - 1].is_word
    if not (opens and after.is_capital and is_common_word(token.lower)):
        return False
    is_body = token.is_head or token.is_ministry
    return not (is_body or firm_length(tokens, at, len(tokens), words))


def _is_free(before: Token) -> bool:
    """The word before is no part of a name: small, a capital that may only begin the sentence, akun Instagram, Unit Reskrim."""
    is_other = before.lower in ACCOUNTS or before.text in people_exact("units")
    return not before.is_capital or before.is_opener or is_other


def _begins_name(tokens: Tokens, at: int, words: TextWords) -> bool:
    token, before = tokens[at], tokens[at - 1] if at else EDGE
    if before.text in {",", "."} and is_degree(token):
        return False  # Bima Setyawan, M.Gizi, MPA menjelaskan
    if company_length(tokens, at, words):
        return True
    if _is_free(before) and (is_known_body(tokens, at) or body_length(tokens, at)):
        return True
    if _is_free(before) and suffix_length(tokens, at, len(tokens), words.ordinary):
        return True
    if place_length(tokens, at, words) or before.marker:
        return False
    if token.text in words.initials:
        return True
    if token.is_acronym or "." in token.text:
        return token.is_acronym and speaks(tokens, at)
    if before.lower == "menurut" or before.lower in openers() or before.is_post:
        return True
    return not is_title(token, words.ordinary) and _is_person_name(tokens, at, before, words)


def _is_person_name(tokens: Tokens, at: int, before: Token, words: TextWords) -> bool:
    """What stands around plain capitals makes them a person's name."""
    is_common = tokens[at].is_common_name
    is_told = before.lower == "kepada" or (before.lower == "ke" and at > 1 and tokens[at - 2].cue)
    if is_common and is_told:
        return True
    nickname = 3 * is_nickname(tokens, at + 1)
    end, last = at + 1 + nickname, min(at + LONGEST_RUN, len(tokens))
    while end < last and (
        tokens[end].is_capital
        or (tokens[end].text == "." and tokens[end - 1].is_initial)
        or (is_particle(tokens, end) and end + 1 < last)
    ):
        end += 1
    if verb_at(tokens, end) or nickname or is_age(tokens, end):
        return True
    if is_common and without_degrees(tokens, at, end) - at > 1:
        return True
    return (
        any(t.text in words.anchors for t in tokens[at:end])
        or is_described(tokens, end)
        or is_apposed(tokens, at, end)
    )


def _is_entity(tokens: Tokens, parts: PhraseParts, words: TextWords) -> bool:
    """A role written small is a phrase only with a name; an institution needs more than a word for its kind."""
    if parts.name is not None:
        return _is_person(tokens, parts, parts.name, words)
    if parts.role is not None:
        return tokens[parts.start].is_capital
    if parts.affiliation is None or not is_organization(tokens, parts.affiliation):
        return False
    start, end = parts.affiliation  # capitals alone are none: Rusak Estetika Kota
    first = tokens[start]
    is_body = first.is_head or first.is_ministry or first.is_acronym or body_length(tokens, start)
    return bool(is_body or firm_length(tokens, start, end, words))


def _is_person(tokens: Tokens, parts: PhraseParts, name: Span, words: TextWords) -> bool:
    first, after = tokens[name[0]], tokens[name[1]] if name[1] < len(tokens) else EDGE
    is_someone_known = tokens[parts.start].is_small and after.lower in DEMONSTRATIVES
    if after.text.isdigit() or (is_someone_known and not first.is_common_name):
        return False  # mantan Camat Mentarang itu
    if sum(t.is_word for t in tokens[slice(*name)]) > 1 or parts.aged or parts.surface != name:
        return True
    if first.text in words.initials or is_certain_name(first, words):
        return True
    if tokens[parts.start].lower in MINISTERS and name[0] - parts.start > 1:
        return True  # Menteri Sekretaris Negara Nama
    return _follows_region(tokens, parts.start, name[0]) or _is_one_word_name(tokens, parts, name)


def _follows_region(tokens: Tokens, start: int, at: int) -> bool:
    return any(tokens[i].region == at - i for i in range(max(start, at - 3), at))


def _is_one_word_name(tokens: Tokens, parts: PhraseParts, name: Span) -> bool:
    """An unknown word after an office is a name only where somebody speaks, or with a comma or an apposition."""
    before = tokens[parts.start - 1] if parts.start else EDGE
    if before.lower == "menurut" or before.cue or verb_at(tokens, name[1]):
        return True
    after_comma = name[0] > 0 and tokens[name[0] - 1].text == ","
    return after_comma or parts.end > name[1] or is_described(tokens, name[1])


def is_organization(tokens: Tokens, span: Span) -> bool:
    start, end = span
    bracket = next((i for i in range(start, end) if tokens[i].text == "("), end)
    run = [t for t in tokens[start:bracket] if t.is_word]
    first, before = run[0], tokens[start - 1] if start else EDGE
    if first.text in people_exact("standalone") or first.is_ministry:
        return _is_free(before) or before.is_role
    if body_length(tokens, start) > 1:
        return True
    if len(run) == 1:
        return first.is_acronym and (is_known_body(tokens, start) or speaks(tokens, start))
    if _is_kind(run):
        return False
    has_short_form = bracket < end or (end < len(tokens) and tokens[end].text == "(")
    is_chamber = first.text in people_exact("chambers") and (has_short_form or len(run) > 2)
    if first.text in people_exact("generic") and not is_chamber:
        return any(
            not t.is_title or t.is_acronym or tokens[i].region
            for i, t in enumerate(tokens[start + 1 : bracket], start + 1)
            if t.is_capital
        )
    return first.is_acronym or any(t.is_capital for t in run[1:])


def _is_kind(words: list[Token]) -> bool:
    """Rumah Tangga, Tim Penyidik, Badan Usaha Jalan Tol; Rumah Zakat and Tim SAR are names."""
    first, second = words[0].text, words[1].text
    is_named = first not in people_exact("kinds") or second in people_exact("named_kinds")
    return not is_named or f"{first} {second}" in table("people")["no_names"]


def entity_phrase(paragraph: Paragraph, parts: PhraseParts) -> EntityPhrase:
    tokens = paragraph.tokens

    def text(span: Span | None) -> str | None:
        return _text(paragraph, span) if span else None

    own, tail = _organization(tokens, parts)
    return EntityPhrase(
        paragraph=paragraph,
        parts=parts,
        start=tokens[parts.start].start,
        end=tokens[parts.end - 1].end,
        name=span_of(tokens, parts.name) if parts.name else None,
        surface=span_of(tokens, parts.surface) if parts.surface else None,
        role=_role(text(_with_place(tokens, parts) if own is None else parts.role), tokens, parts),
        organization=span_of(tokens, own) if own else None,
        organization_name=" ".join(" ".join(filter(None, (text(own), text(tail)))).split()) or None,
    )


def _text(paragraph: Paragraph, span: Span) -> str:
    """Also with the blanks that the text lost: AnggotaKomisi X."""
    tokens, at = paragraph.tokens[slice(*span)], paragraph.start
    joined = [(a, b) for a, b in pairwise(tokens) if a.end == b.start]
    glued = (b.start for a, b in joined if a.is_word and b.is_word)
    cuts = [tokens[0].start, *glued, tokens[-1].end]
    parts = (paragraph.text[start - at : end - at] for start, end in pairwise(cuts))
    return " ".join(" ".join(parts).split())


def _with_place(tokens: Tokens, parts: PhraseParts) -> Span | None:
    """Warga Mlajah, Lurah Grogol Selatan: the place is no body, so it stays with the role."""
    role, place = parts.role, parts.affiliation
    if role is None or place is None or role[1] != place[0]:
        return role
    is_resident = any(t.lower in people("residents") for t in tokens[slice(*role)])
    return (role[0], place[1]) if is_resident else role


def _role(role: str | None, tokens: Tokens, parts: PhraseParts) -> str | None:
    """Pengacaranya is pengacara; istrinya stays; whose anak mereka is the words do not tell, and kepala Gina is no office."""
    if role is None or parts.name is None:
        return role
    is_head = tokens[parts.start].text == "kepala" and role == "kepala"
    if (is_head and parts.role == (parts.start, parts.name[0])) or role.endswith(" mereka"):
        return None
    return role if is_kin(role) else role.removesuffix("nya")


def _organization(tokens: Tokens, parts: PhraseParts) -> tuple[Span | None, Span | None]:
    """The institution up to the short form of its own, and what follows the bracket.

    Where the short form is an office (Kapolres) there is no body.
    """
    if parts.affiliation is None or not _names_organization(tokens, parts, parts.affiliation):
        return None, None
    start, end = parts.affiliation
    desks = (i for i in range(start + 1, end) if tokens[i].text in DESKS)
    end = next((i for i in desks if tokens[i - 1].is_acronym), end)  # Wakil Ketua APK Bidang X
    opening = next((i for i in range(start + 1, end - 1) if tokens[i].text == "("), None)
    if opening is None:
        return (start, end), None
    closing = next((i for i in range(opening, end) if tokens[i].text == ")"), end - 1)
    tail = range(closing + 1, end)  # Dinas Kesehatan (Dinkes) Kota Medan (Sumut)
    end = next((i for i in tail if tokens[i].is_rank or tokens[i].text == "("), end)
    return (start, opening), (closing + 1, end) if closing + 1 < end else None


def _names_organization(tokens: Tokens, parts: PhraseParts, span: Span) -> bool:
    if parts.name is None and not is_organization(tokens, span):
        return False
    first, before = tokens[span[0]], tokens[span[0] - 1] if span[0] else EDGE
    if before.lower in people("works"):
        return False  # penulis buku X
    kinds = people_exact("generic") | people_exact("company_forms")
    kinds -= people_exact("short_bodies")  # Sekjen PD Nama: the party
    if span[1] - span[0] == 1 and (len(first.text) == 1 or first.text in kinds):
        return False  # Sekretaris Komisi E; (MTI) Pusat Nama
    if first.is_head or first.is_acronym or first.is_ministry or body_length(tokens, span[0]):
        return True
    if parts.role is None:
        return True
    # Lurah Grogol Selatan, warga Grogol Petamburan: a place; kuasa hukum Nikita: a person
    no_body = people("residents") | people("personal_roles") | people("of_people")
    return not any(t.lower in no_body for t in tokens[slice(*parts.role)])
