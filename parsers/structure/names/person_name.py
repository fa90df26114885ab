"""Where the name of a person begins in a phrase: Kepala Dinas Kesehatan | Budi Santoso."""

from __future__ import annotations

from functools import cache

from parsers.language.words import people, people_exact
from parsers.structure.names.text_words import TextWords
from parsers.structure.tokens.token import (
    EDGE,
    LONGEST_NAME,
    NICKNAME_MARKS,
    Span,
    Token,
    Tokens,
    are_judges,
    body_length,
    bracket_end,
    district_length,
    is_nickname,
    is_particle,
    is_title,
    sites,
    suffix_length,
)

REGION_OR_NAME = frozenset({"Bima"})
LONGEST_COMPANY = 9  # words


def place_length(tokens: Tokens, at: int, words: TextWords) -> int:
    """How many tokens name a region; none where they stand for a person elsewhere: tutur Oman."""
    length = tokens[at].region
    is_person = tokens[at].text in words.anchors
    return 0 if length == 1 and is_person else length


def company_length(tokens: Tokens, at: int, words: TextWords) -> int:
    """How many tokens are a company that the text calls PT elsewhere."""
    if not words.companies or not tokens[at].is_capital:
        return 0
    run = tuple([t.text for t in tokens[at : at + LONGEST_COMPANY]])
    return next((n for n in range(len(run), 1, -1) if run[:n] in words.companies), 0)


def firm_length(tokens: Tokens, at: int, end: int, words: TextWords) -> int:
    """The same, also by the last word of its name."""
    suffixed = suffix_length(tokens, at, end, words.ordinary)
    return suffixed or min(company_length(tokens, at, words), end - at)


def is_certain_name(token: Token, words: TextWords) -> bool:
    return token.is_common_name or token.text in words.anchors


@cache
def _company_forms() -> frozenset[str]:
    return people_exact("company_forms") - people_exact("short_bodies")


def name_and_surface(tokens: Tokens, start: int, end: int, words: TextWords) -> Span:
    """Where the bare name begins, and where with rank and honorific; `end` where there is none."""
    if tokens[start].text in _company_forms():
        return end, end  # PT Anugerah Surya Pratama: all of it is the company
    name = _name_start(tokens, start, end, _not_name(tokens, start, end, words), words)
    name = _after_head(tokens, name, end)
    surface = surface_start(tokens, start, name) if name < end else end
    bare_body = tokens[start].is_head and not tokens[start].is_role
    if surface == name < end and bare_body and not is_certain_name(tokens[name], words):
        return end, end  # after a bare institution only a rank or a common name begins a person
    return name, surface


def _after_head(tokens: Tokens, name: int, end: int) -> int:
    """Hakim Agung | Nama Nama"""
    before, run = tokens[name - 1] if name else EDGE, tokens[name:end]
    is_high = before.lower in {"hakim", "jaksa"} and len(run) > 2 and run[0].text == "Agung"
    return name + is_high


def _not_name(tokens: Tokens, start: int, end: int, words: TextWords) -> list[bool]:
    """True for every token that cannot be a part of a name."""
    barred = [
        not t.is_word or (is_title(t, words.ordinary) and t.text not in words.initials)
        for at, t in enumerate(tokens[start:end], start)
    ]
    for at in range(start, end):
        if length := firm_length(tokens, at, end, words):
            barred[at - start : at - start + length] = [True] * length
    at = start
    while at < end:
        if step := _other_length(tokens, start, at, end, words):
            barred[at - start : min(at + step, end) - start] = [True] * min(step, end - at)
        at += step or 1
    return barred


def _other_length(tokens: Tokens, start: int, at: int, end: int, words: TextWords) -> int:
    """How many tokens from there are a place, a building, a bracket or judges."""
    text, followed = tokens[at].text, at + 1 < end
    if text == "(":
        return max(bracket_end(tokens, at) - at, 1)
    if are_judges(tokens, at, end):
        return 2
    length = max(
        place_length(tokens, at, words),
        _district(tokens, start, at, end, words),
        body_length(tokens, at),
    )
    if tokens[at].text in REGION_OR_NAME and _is_region_of_office(tokens, start, at, end, words):
        length = 1
    if _is_village(tokens, start, at, words):
        length = max(length, 1)
    nature = text in sites("nature") and followed and tokens[at + 1].is_capital
    if (nature or text in people_exact("named_after")) and not length:
        # Stasiun Meteorologi X, Universitas Gadjah Mada
        kind = text == "Stasiun" and followed and tokens[at + 1].is_title
        length = 2 + kind
        if not nature and followed:
            length = max(length, 1 + tokens[at + 1].region)
    return length


def _is_region_of_office(tokens: Tokens, start: int, at: int, end: int, words: TextWords) -> bool:
    """Bupati Bima Indah Putri; but Wali Kota Bima Arya is a name."""
    run = tokens[at + 1 : at + 3]
    has_name = len(run) > 1 and at + 2 < end and all(t.is_capital for t in run)
    return (
        at > start
        and has_name
        and run[0].text != "Arya"
        and is_title(tokens[at - 1], words.ordinary)
    )


def _is_village(tokens: Tokens, start: int, at: int, words: TextWords) -> bool:
    """Warga Desa Bedono; after Kepala Desa the name may be the person's."""
    before = tokens[at - 1] if at > start else EDGE
    return (
        before.marker in {"village", "district"}
        and tokens[start].lower not in people_exact("heads_of_places")
        and not is_certain_name(tokens[at], words)
    )


def _district(tokens: Tokens, start: int, at: int, end: int, words: TextWords) -> int:
    """A district inside an office, with something after it that can be the name."""
    length = district_length(tokens, at) if at > start else 0
    governs = tokens[start].lower in people("governors")
    if at + length == end and (governs or (length > 1 and tokens[start].lower == "warga")):
        return length  # Camat Kebayoran Lama, warga Tapian Dolok
    if not length or at + length >= end:
        return 0
    after = tokens[at + length]
    is_free = not any(is_certain_name(t, words) for t in tokens[at : at + length])
    return length if is_free and after.is_capital and not after.is_acronym else 0


def _name_start(tokens: Tokens, start: int, end: int, barred: list[bool], words: TextWords) -> int:
    at = end
    while at > start and _may_be_name(tokens, start, end, at - 1, barred, words):
        at -= 1
    while at < end and (not tokens[at].is_word or tokens[at].is_small):
        at += 1
    rank_words = people_exact("rank_words")
    while (
        start < at < end - 1
        and tokens[at].text in rank_words
        and (tokens[at - 1].is_rank or tokens[at - 1].text in rank_words)
    ):
        at += 1  # Irjen Pol Nama
    name = after_titles(tokens, at, end)
    if (later := _later_title(tokens, name, end)) is not None:
        return _name_start(tokens, later, end, barred[later - start :], words)
    if name == end or all(len(t.text) == 1 for t in tokens[name:end]):
        return end
    return name if name > at else _after_office(tokens, start, name, end, words)


def after_titles(tokens: Tokens, at: int, end: int) -> int:
    """The index after ranks and honorifics."""
    while at < end and (tokens[at].is_rank or tokens[at].is_honorific or _is_haji(tokens, at, end)):
        at += 1
        while at < end and (
            not tokens[at].is_word
            or (tokens[at].text in people_exact("rank_words") and at + 1 < end)
        ):
            at += 1
    return at


def _later_title(tokens: Tokens, at: int, end: int) -> int | None:
    """A rank or honorific among the words that seemed to be the name: the name follows it."""
    return next(
        (
            i
            for i in range(at + 1, end - 1)
            if tokens[i].is_rank or (tokens[i].is_honorific and not tokens[i].is_common_name)
        ),
        None,
    )


def _may_be_name(
    tokens: Tokens, start: int, end: int, at: int, barred: list[bool], words: TextWords
) -> bool:
    token, inside = tokens[at], start < at and at + 1 < end
    if token.text in NICKNAME_MARKS:
        return start < at and (is_nickname(tokens, at) or is_nickname(tokens, at - 2))
    if token.text == ".":
        return inside and (tokens[at - 1].is_initial or tokens[at - 1].is_honorific)
    if (inside and is_particle(tokens, at)) or not barred[at - start]:
        return True
    if not token.is_capital or token.is_acronym:
        return False
    if token.text in words.anchors and not (place_length(tokens, at, words) or token.is_role):
        return True
    # a word of offices after an honorific and a name, or after a common first name: dr. Mulia Daya, Budi Karya Sumadi
    is_titled = at > start + 1 and tokens[start].is_honorific and not barred[at - 1 - start]
    between = inside and tokens[at - 1].is_common_name and not barred[at + 1 - start]
    return (is_titled or between) and not (token.is_head or token.is_site or token.is_role)


def _after_office(tokens: Tokens, start: int, at: int, end: int, words: TextWords) -> int:
    """The name begins where a word stands that names the person elsewhere, or with what can only precede it."""
    if at > start and tokens[at - 1].text in _company_forms():
        # Direktur PT Surya Motor | Budi Santoso, Direktur PT | Sari Wulandari
        certain = [i for i in range(at, end) if is_certain_name(tokens[i], words)]
        return at if len(certain) == end - at == 2 else next((i for i in certain if i > at), end)
    anchor = next((i for i in range(at, end) if tokens[i].text in words.anchors), None)
    open_office = _is_office_open(tokens, start, at)
    if anchor is None:
        return _without_anchor(tokens, at, end) if open_office else at
    while anchor > at and _leads_name(tokens, anchor - 1):
        anchor -= 1
    return anchor if open_office else at


def _leads_name(tokens: Tokens, at: int) -> bool:
    token = tokens[at]
    return token.text == "." or token.is_initial or token.is_common_name or token.is_honorific


def _is_office_open(tokens: Tokens, start: int, at: int) -> bool:
    """Whether unknown capitals may belong to the office or institution before them."""
    if at == start or surface_start(tokens, start, at) < at:
        return False
    before = tokens[at - 1]
    if before.lower in people("personal_roles"):
        return False  # selebgram Fujianti Utami Putri
    is_short_form = before.is_acronym and not before.is_role
    if before.text in {",", ")"} or is_short_form:
        return False
    return not any(tokens[i].region == at - i for i in range(max(start, at - LONGEST_NAME), at))


def _without_anchor(tokens: Tokens, at: int, end: int) -> int:
    """A long run after an office gives its first words to the office."""
    run = [i for i in range(at, end) if tokens[i].is_word]
    if len(run) < 3:
        return at
    for index in run[:-1]:
        if tokens[index].is_common_name or tokens[index].is_initial:
            return index
    if tokens[at - 1].lower in people("company_roles"):
        return run[1]
    return at if len(run) < LONGEST_NAME else run[-2]


def surface_start(tokens: Tokens, start: int, name: int) -> int:
    """Rank and honorific before a name are part of how the person is written."""
    at = name
    while at > start and _is_rank_part(tokens, at - 1) and not _ends_region(tokens, start, at):
        at -= 1
    while at < name and not (
        tokens[at].is_rank or tokens[at].is_honorific or _is_haji(tokens, at, len(tokens))
    ):
        at += 1
    return at


def _ends_region(tokens: Tokens, start: int, end: int) -> bool:
    """Bupati Gunung Mas: the word that looks like a title is of the region's name."""
    return any(tokens[i].region > end - i - 1 > 0 for i in range(max(start, end - 3), end))


def _is_rank_part(tokens: Tokens, at: int) -> bool:
    token = tokens[at]
    return (
        token.is_rank
        or token.is_honorific
        or token.text in people_exact("rank_words")
        or token.text in {"(", ")", "."}
        or _is_haji(tokens, at, len(tokens))
    )


def _is_haji(tokens: Tokens, at: int, end: int) -> bool:
    """H. or H before a name is the title."""
    after = tokens[at + 1] if at + 1 < end else EDGE
    is_title = after.text == "." or (after.is_capital and not after.is_initial)
    return tokens[at].text == "H" and at + 2 <= end and is_title
