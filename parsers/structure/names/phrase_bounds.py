"""Where a noun phrase ends that names somebody: roles, institution, brackets and name."""

from __future__ import annotations

import re

from parsers.language.common_words import is_common_word
from parsers.language.words import lower, people, people_exact, table
from parsers.structure.names.text_words import TextWords
from parsers.structure.tokens.token import (
    DEMONSTRATIVES,
    LONGEST_NAME,
    NICKNAME_MARKS,
    Token,
    Tokens,
    are_particles,
    body_length,
    bracket_end,
    is_age,
    is_nickname,
    is_particle,
    is_title,
)

LONGEST_IN_BRACKET = 8  # tokens
LONGEST_ORDINAL = 2  # digits of Komisi 3, Daop 8
LONGEST_PHRASE = 40
WIDEST_BLANK = 2  # characters; more of them stand between two columns
SHORT_TITLES = frozenset({"plt", "pj", "pjs", "plh", "pol", "drs", "st", "pt"})
CLAUSE_WORDS = lower(table("grammar")["clause"])
PREPOSITIONS = lower("bersama mengenai menjelang menurut terkait bernama") | lower(
    table("grammar")["noun_stops"]
)
NO_VERBS = lower(table("grammar")["no_verbs"]) - PREPOSITIONS  # terbarukan, terorisme
PLACING = frozenset({"di", "pada", "dari"})
DOCTORS = frozenset({"dr", "drg", "drh", "dokter"})
ENGLISH_LINKS = frozenset({"of", "for", "to", "at", "and"})
HEADLINE_WORDS = lower(table("grammar")["headline_words"])
HEADLINE_VERB = re.compile(r"(?:Di|Ber|Ter|Meng|Mem|Meny)[a-z]{4,}")
SURE_VERB = re.compile(r"Di[a-z]{3,}(?:i|kan)|(?!Pe|Ke)[A-Z][a-z]{3,}kan")
HEADS_OF_BODIES = people_exact("named_after") | people_exact("company_forms")
LONGEST_SMALL = 6  # words of an office written small: anggota tim kuasa hukum


def segment_end(tokens: Tokens, start: int, words: TextWords) -> int:
    """The index after the phrase that begins at `start`, before any comma but one in the words of a short form."""
    at, last, spelled = start, min(len(tokens), start + LONGEST_PHRASE), 0
    while at < last:
        if (
            at > start or not tokens[at].is_role
        ):  # Pegawai Pemerintah dengan Perjanjian Kerja (PPPK)
            spelled = max(spelled, words.expansions.get(tokens[at].start, 0))
        step = tokens[at].start < spelled or _step(tokens, start, at, words.ordinary)
        if not step:
            break
        at += step
    if _is_told_by_comma(tokens, start, at):
        return at
    while at > start and tokens[at - 1].is_small and any(t.is_capital for t in tokens[start:at]):
        at -= 1
    return at


def _is_told_by_comma(tokens: Tokens, start: int, end: int) -> bool:
    """Ketua panitia pelaksana, Nama: small words after an office with the capital of the sentence."""
    end += end < len(tokens) and tokens[end].lower in DEMONSTRATIVES
    after = tokens[end : end + 2]
    is_small_office = tokens[start].is_role and all(t.is_small for t in tokens[start + 1 : end])
    return is_small_office and len(after) == 2 and after[0].text == "," and after[1].is_capital


def _step(tokens: Tokens, start: int, at: int, ordinary: frozenset[str]) -> int:
    """How many tokens from `at` belong to the phrase that begins at `start`; 0 where it ends."""
    token = tokens[at]
    if token.text == "(":
        is_own = is_age(tokens, at) or at == start or name_bracket(tokens, at)
        return 0 if is_own else _short_form(tokens, at)
    if at > start and token.start - tokens[at - 1].end > WIDEST_BLANK:
        return 0
    if token.is_capital:
        if token.is_day and at > start and _is_in_name(tokens, at):
            return 1
        if token.is_day or is_headline_word(tokens, start, at):
            return 0
        return max(token.region, body_length(tokens, at), 1)
    if token.text in NICKNAME_MARKS:
        return 3 if at > start and is_nickname(tokens, at) else 0
    if token.text in "./&":
        return int(start < at < len(tokens) - 1 and _mark_joins(tokens, at, ordinary))
    if token.text.isdigit():
        return int(at > start and _is_number_of_body(tokens, at, ordinary))
    return _small_word(tokens, start, at, ordinary) if token.is_word else 0


def _is_in_name(tokens: Tokens, at: int) -> bool:
    """Whether a month, not the first token, is a part of a name: the Juni of Siti Juni Rahmawati."""
    if at + 1 == len(tokens):
        return False
    before, after = tokens[at - 1], tokens[at + 1]
    return (
        before.is_capital and after.is_capital and (before.is_common_name or after.is_common_name)
    )


def is_headline_word(tokens: Tokens, start: int, at: int) -> bool:
    """A verb with a capital, as headlines have: Polres Malaka Tetapkan, Timnas Indonesia Dicoret."""
    token = tokens[at]
    if at == start or token.is_title or token.is_common_name:
        return at > start and token.lower in HEADLINE_WORDS
    if token.lower in HEADLINE_WORDS:
        return True
    is_whole = tokens[start].text in people_exact("standalone")  # KPK Bongkar Kasus X
    if at < start + 2 - is_whole or tokens[start].text in people_exact("company_forms"):
        return False
    if token.lower in NO_VERBS or token.region:
        return False
    if SURE_VERB.fullmatch(token.text):
        return True
    may_be_verb = is_whole or HEADLINE_VERB.fullmatch(token.text) is not None
    return may_be_verb and is_common_word(token.lower)


def _is_number_of_body(tokens: Tokens, at: int, ordinary: frozenset[str]) -> bool:
    """Komisi 3, Daop 8 Jember"""
    before, is_short = tokens[at - 1], len(tokens[at].text) <= LONGEST_ORDINAL
    goes_on = at + 1 < len(tokens) and tokens[at + 1].is_capital and before.is_capital
    return is_short and (goes_on or is_title(before, ordinary))


def name_bracket(tokens: Tokens, at: int) -> bool:
    """Whether a bracket belongs to the person before it: Bagus Cahyono (BC), Sari (Partai X), Joko Widodo (Jokowi)."""
    end = bracket_end(tokens, at) if at < len(tokens) and tokens[at].text == "(" else at
    inside = tokens[at + 1 : end - 1]
    if not inside or at < 1:
        return False
    first, size = inside[0], 2
    if len(inside) == 1 and first.text.isupper():
        size = len(first.text)
        is_own = (
            size > 1 and "".join(t.text[0] for t in tokens[max(at - size, 0) : at]) == first.text
        )
    else:
        is_nickname = len(inside) == 1 and _is_plain(first) and not first.region
        is_own = first.is_head or is_nickname or all(t.is_small for t in inside)
        size = _plain_capitals(tokens, at) if is_nickname else size
    run = tokens[max(at - size, 0) : at]
    before = tokens[at - len(run) - 1] if at > len(run) else tokens[at]
    after_body = (before.is_head and not before.is_acronym) or before.text in HEADS_OF_BODIES
    is_name = all(map(_is_plain, run)) and any(t.is_common_name for t in run)
    return is_own and is_name and not after_body


def _is_plain(token: Token) -> bool:
    return token.is_capital and not token.is_title


def _plain_capitals(tokens: Tokens, end: int) -> int:
    """How many of them, no words of offices, stand before `end`."""
    start = end
    while start and end - start < LONGEST_NAME and _is_plain(tokens[start - 1]):
        start -= 1
    return end - start


def _short_form(tokens: Tokens, at: int) -> int:
    """How many tokens a short form after its words has, or the branch of a rank: (KNTI), (Pol)."""
    end = bracket_end(tokens, at)
    inside = tokens[at + 1 : end - 1]
    has_date = any(t.text.isdigit() for t in inside)
    is_name = not has_date and any(t.is_capital for t in inside)
    is_person = len(inside) > 1 and inside[0].is_role and inside[-1].is_common_name  # (Menkes Budi)
    return end - at if len(inside) <= LONGEST_IN_BRACKET and is_name and not is_person else 0


def _mark_joins(tokens: Tokens, at: int, ordinary: frozenset[str]) -> bool:
    """The full stop in R. Andika, the stroke in Riset/Inovasi, an ampersand; Ayu/Laras are two."""
    before, mark, after = tokens[at - 1 : at + 2]
    if after.is_opener and not before.is_initial:
        return False
    if not (after.is_capital or after.is_honorific):
        return False
    if mark.text == "&":
        return True
    if mark.text == "/":
        return is_title(before, ordinary) and is_title(after, ordinary)
    is_short = before.is_initial or before.is_honorific or before.is_rank
    return (is_short or before.lower in SHORT_TITLES) and before.end == mark.start


def _small_word(tokens: Tokens, start: int, at: int, ordinary: frozenset[str]) -> int:
    """How many tokens a small word takes into the phrase."""
    token = tokens[at]
    if at == start:
        is_role = token.is_role and token.text not in people("capital_roles")
        return int(is_role or token.is_honorific or token.text in {"salah", "mantan"})
    if at + 1 == len(tokens):
        return 0
    if _is_inside_name(tokens, at):
        return 1
    if joined := _joint(tokens, start, at, ordinary):
        return joined
    is_small_office = tokens[start].is_role and all(t.is_small for t in tokens[start + 1 : at])
    return int(is_small_office and at - start < LONGEST_SMALL and not _is_clause_word(token))


def _is_inside_name(tokens: Tokens, at: int) -> bool:
    """The dr of dr. Budi and dr Budi, the da of Maria da Costa."""
    token, after = tokens[at : at + 2]
    if token.is_honorific and after.text == ".":
        return True
    if are_particles(tokens, at):
        return True
    return after.is_capital and (is_particle(tokens, at) or token.text in DOCTORS)


def _is_clause_word(token: Token) -> bool:
    word = token.lower
    return (
        word in CLAUSE_WORDS
        or token.cue is not None
        or (
            len(word) > 5
            and word.startswith(("meng", "mem", "men", "ber", "ter"))
            and word not in NO_VERBS
        )
    )


def _joint(tokens: Tokens, start: int, at: int, ordinary: frozenset[str]) -> int:
    """How many tokens a word between two parts of an office takes into the phrase."""
    before, token, after = tokens[at - 1 : at + 2]
    if token.lower in people("joins"):
        return _second_office(tokens, at, ordinary)
    if token.lower in ENGLISH_LINKS:
        return int(before.is_capital and after.is_capital)  # Head of Research at Bank X
    if token.lower == "dan":
        return int(_and_joins(tokens, start, at, ordinary))
    if token.lower in PLACING:
        return int(_leads_to_body(tokens, start, at, ordinary))
    is_link = token.lower in people_exact("links") or (token.is_role and before.is_rank)
    return int(is_link and _is_within_body(tokens, start, at, ordinary))


def _second_office(tokens: Tokens, at: int, ordinary: frozenset[str]) -> int:
    """Ketua A sekaligus | Kepala B; Ketua A yang juga | Kepala B"""
    before, after = tokens[at - 1], tokens[at + 1]
    step = 2 if tokens[at].lower == "yang" and after.lower in {"juga", "merangkap"} else 1
    role_follows = at + step < len(tokens) and tokens[at + step].is_role
    return step if role_follows and (is_title(before, ordinary) or before.text == ")") else 0


def _and_joins(tokens: Tokens, start: int, at: int, ordinary: frozenset[str]) -> bool:
    before, after = tokens[at - 1], tokens[at + 1]
    if after.is_head and (before.is_acronym or (after.is_acronym and not tokens[start].is_role)):
        return False  # TNI dan Satuan Polisi Pamong Praja
    if start == at - 1 and before.is_acronym and after.is_acronym:
        return False  # AFC dan FIFA
    if tokens[start].is_role and _continues_office(before, after):
        return True
    is_other = not tokens[start].is_role and (
        after.text in people_exact("authorities") or after.text == tokens[start].text
    )
    # Pemerintah Provinsi A dan Pemerintah Kabupaten B are two; so Polres A dan Reskrim Polsek B
    return not is_other and _is_within_body(tokens, start, at, ordinary)


def _leads_to_body(tokens: Tokens, start: int, at: int, ordinary: frozenset[str]) -> bool:
    """The di, pada or dari of pengamat pasar dari Universitas X."""
    before, after = tokens[at - 1], tokens[at + 1]
    after_title = is_title(before, ordinary)
    if tokens[start].is_role:
        is_body = after.is_head or after.text == "Fraksi" or body_length(tokens, at + 1) > 0
        if is_body and (before.is_small or after_title):
            return True
        abroad = after.region if tokens[at].lower == "di" and after_title else 0
        if abroad and at + 1 + abroad < len(tokens) and tokens[at + 1 + abroad].is_capital:
            return True  # Konsul Jenderal RI di New York Nama
    return tokens[start].is_role and after.is_head and _is_within_body(tokens, start, at, ordinary)


def _is_within_body(tokens: Tokens, start: int, at: int, ordinary: frozenset[str]) -> bool:
    """Between two words of offices, the second of which begins no body of its own."""
    before, after = tokens[at - 1], tokens[at + 1]
    if after.text in people_exact("standalone") and not tokens[start].is_role:
        return False
    is_of_office = is_title(after, ordinary) or after.is_acronym
    return after.is_capital and is_of_office and is_title(before, ordinary)


def _continues_office(before: Token, after: Token) -> bool:
    """Deputi Ekonomi Makro dan Keuangan: an unknown word, and after the joint a plain word of offices."""
    begins_other = after.is_titled or after.is_head or after.is_acronym or after.is_opener
    return (
        before.is_capital
        and not before.is_common_name
        and after.is_capital
        and after.is_title
        and not begins_other
    )
