"""The office or occupation of a person in words beside the name that are no part of its phrase.

Perwakilan dari Lembaga X, dr. Nama — Nama, MPH, seorang ahli bedah
"""

from __future__ import annotations

import re

from parsers.language.common_words import is_common_word
from parsers.language.words import lower, people, table
from parsers.structure.names.offices import body_after, role_and_institution
from parsers.structure.names.phrase_parts import PhraseParts
from parsers.structure.names.text_words import TextWords
from parsers.structure.speaker_class import FORMER, KIN, is_office_at
from parsers.structure.tokens.token import EDGE, Token, Tokens, person_nouns

Found = tuple[int, int, int]  # where the office begins, its first word that is listed, the end
ACT = re.compile(r"(?:me[mnlrwy]|di)\w{3,}")
NO_VERBS = lower(table("grammar")["no_verbs"])
BREAKS = lower(table("grammar")["breaks"])
ALLOWED_MARKS = frozenset("()/&-")
COPULAS = lower(
    "yang juga merupakan adalah menjabat dikenal sebagai selaku seorang salah satu sang"
)
SURE = frozenset({"seorang", "selaku"})  # what follows is who somebody is
COUNTED = lower("di antara dari dua tiga empat lima")  # salah satu dari tiga pemain
OTHERS = frozenset({"dan", "serta", "atau", "sekaligus"})
ENGLISH_AND = frozenset({"&", "and"})
BEFORE_NAME = lower("bernama lengkap berinisial lain lainnya")
SOME = COUNTED | {"satu"}
ENDS = lower("yang itu ini tersebut di dari asal saat ketika pada kepada dalam usai seperti")
NO_OFFICE = lower(table("grammar")["anybody"])
GIVERS = lower("menurut oleh kepada dengan bersama adalah ialah yakni yaitu sebagai")
PERSONAL = lower("asal berusia era baru bintang")  # of somebody, and no word of an office
OF_BODIES = people("founders") | people("heads_of_places")  # no office without its body


def office_beside(
    tokens: Tokens, phrase: PhraseParts, low: int, high: int, words: TextWords
) -> PhraseParts | None:
    """The phrase with the office by the tokens from `low` up to it, or behind it up to `high`."""
    own, bare = phrase.role, phrase
    if own and phrase.surface:  # kerabat dekat | korban, Nama
        bare = phrase._replace(start=phrase.surface[0])
    found = _before(tokens, low, bare)
    if found is None and not (own and own[0] < bare.start):
        found = _after(tokens, phrase._replace(end=own[0] - 1) if own else phrase, high)
    if found is None or (own and not _is_longer(tokens, found, phrase)):
        return None
    start, head, end = found
    if tokens[head].lower in KIN:  # whose they are is no body
        return phrase._replace(role=(start, end), affiliation=None)
    role, affiliation = role_and_institution(tokens, head, end, words)
    role = (start, role[1] if role else head) if role or start < head else None
    return phrase._replace(role=role, affiliation=affiliation)


def _is_longer(tokens: Tokens, found: Found, phrase: PhraseParts) -> bool:
    """Whether a description begins before the office of the phrase, and goes on into it, or ends after it; but sahabat sekaligus | komedian."""
    start, head, end = found
    own = phrase.role[0] if phrase.role else start
    joints = range(start if tokens[head].lower in KIN else own - 1, own)
    is_before = start < own and not any(tokens[i].lower in OTHERS for i in joints)
    return is_before or (start == own and end > phrase.end)


def described_office(tokens: Tokens, start: int, end: int, words: TextWords) -> PhraseParts | None:
    """By a description that means somebody: Pemain Arunika FC itu, gelandang berusia 27 tahun itu; not eks ketua umum itu."""
    last = next((i for i in range(start, end) if _ends(tokens, i) or _is_personal(tokens[i])), end)
    first = start + (tokens[start].lower in {*FORMER, "sang"})
    if first >= last or not _is_office(tokens, first) or tokens[first].lower in KIN:
        return None
    role, affiliation = role_and_institution(tokens, start, last, words)
    if affiliation is None and tokens[first].lower in OF_BODIES:
        return None
    return PhraseParts(start=start, end=end, name=(start, end), role=role, affiliation=affiliation)


def _is_personal(token: Token) -> bool:
    return token.lower in PERSONAL or token.text[0].isdigit()


def _before(tokens: Tokens, low: int, phrase: PhraseParts) -> Found | None:
    has_comma = phrase.start > low and tokens[phrase.start - 1].text == ","
    end = phrase.start - has_comma
    while end > low and tokens[end - 1].lower in BEFORE_NAME:
        end -= 1
    first = end - (end > low and tokens[end - 1].lower.endswith("nya"))  # kuasa hukumnya, Nama
    while first > low and not _ends(tokens, first - 1):
        first -= 1
    head = next((i for i in range(first, end) if _begins_office(tokens, first, i)), end)
    is_own = _is_apposed if has_comma else _is_title
    if head == end or not is_own(tokens, first, head, phrase):
        return None
    start = head
    while start > first and tokens[head].is_capital and _leads(tokens, start - 1):
        start -= 1
    return start, head, end


def _is_apposed(tokens: Tokens, first: int, head: int, phrase: PhraseParts) -> bool:
    """Perwakilan X, Nama: but Saat diperiksa polisi, Nama diam is about two people."""
    before, after = tokens[first - 1] if first else EDGE, tokens[phrase.end : phrase.end + 1]
    is_free = not before.is_word or before.cue or before.is_post or before.lower in GIVERS
    is_closed = bool(after) and not after[0].is_word
    is_kin_alone = tokens[head].lower in KIN and tokens[head + 1].text == ","
    leads = (
        tokens[head].is_capital
        or tokens[phrase.start - 2].lower.endswith("nya")
        or all(t.is_capital or not t.is_word or t.lower in COPULAS for t in tokens[first:head])
    )
    return leads and bool(is_free or is_closed) and not is_kin_alone


def _is_title(tokens: Tokens, _: int, head: int, phrase: PhraseParts) -> bool:
    """Peneliti senior Nama; but kuasa hukum Nama, adik Nama and saksi di rumah Nama are others."""
    is_at_place = any(
        tokens[i].lower == "di" and tokens[i + 1].is_small for i in range(head, phrase.start - 1)
    )
    return not is_at_place and tokens[head].lower not in KIN | people("of_people")


def _leads(tokens: Tokens, at: int) -> bool:
    """Team Lead Analis, Deputy CEO, but not Kemarin Direktur."""
    token = tokens[at]
    if token.lower in ENGLISH_AND:
        return at > 0 and tokens[at - 1].is_capital
    opens = (at == 0 or not tokens[at - 1].is_word) and tokens[at + 1].lower not in ENGLISH_AND
    is_plain = opens and (token.is_opener or is_common_word(token.lower))
    return token.is_capital and not is_plain and "." not in token.text


def _after(tokens: Tokens, phrase: PhraseParts, high: int) -> Found | None:
    at = phrase.end
    first = at + (at < high and tokens[at].text == ",")
    start, is_sure = _after_copulas(tokens, first, high)
    head = _office_after_capitals(tokens, start, high)
    if start == at or start >= high or (head is None and not is_sure):
        return None
    end = start + 1
    while end < high and not _ends(tokens, end) and tokens[end].text != ",":
        if tokens[end].lower in ENDS and not body_after(tokens, end):
            break
        end += 1
    is_clause = start == first and _goes_on(tokens, phrase.start, start, end)
    is_kin = end == start + 1 and tokens[start].lower in KIN
    return None if is_clause or is_kin else (start, start if head is None else head, end)


def _goes_on(tokens: Tokens, at: int, start: int, end: int) -> bool:
    """Menurut Nama, warga yang datang mengeluh: what follows the comma is what they say."""
    before, last = tokens[at - 1] if at else EDGE, tokens[end] if end < len(tokens) else EDGE
    is_cited = before.is_post or before.lower == "menurut"
    if is_cited and last.is_word and all(t.is_small for t in tokens[start:end]):
        return True
    return last.is_word and not (last.cue or last.lower in ENDS)


def _after_copulas(tokens: Tokens, at: int, high: int) -> tuple[int, bool]:
    """Where the office begins, and whether it is surely one."""
    is_sure = False
    while at < high and (
        tokens[at].lower in COPULAS
        or (tokens[at - 1].lower in SOME and tokens[at].lower in COUNTED)
    ):
        is_sure |= tokens[at].lower in SURE
        at += 1
    return at, is_sure


def _office_after_capitals(tokens: Tokens, at: int, high: int) -> int | None:
    """An office, also after other capitals: Sales & Marketing Director."""
    while at < high and not _is_office(tokens, at):
        if not (tokens[at].is_capital or tokens[at].lower in ENGLISH_AND):
            return None
        at += 1
    return at if at < high else None


def _ends(tokens: Tokens, at: int) -> bool:
    """Whether no description goes on over the token: a verb, a word between clauses, a mark."""
    token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else tokens[at]
    if token.text == ",":
        is_last = after.lower in {"dan", "serta"} and at + 2 < len(tokens)
        return after.is_small and not (is_last and tokens[at + 2].is_capital)
    if token.text == ".":
        return at == 0 or not (tokens[at - 1].is_honorific or tokens[at - 1].is_initial)
    if not token.is_word:
        return token.text not in ALLOWED_MARKS
    is_adverb = token.is_small and token.text.endswith("nya")
    return (
        is_adverb or token.lower in BREAKS or token.cue is not None or token.is_post or acts(token)
    )


def acts(token: Token) -> bool:
    """A verb with a prefix: masyarakat menyambut gembira."""
    return token.is_small and ACT.match(token.text) is not None and token.text not in NO_VERBS


def _begins_office(tokens: Tokens, first: int, at: int) -> bool:
    """After seorang whatever follows is who somebody is."""
    is_sure = at > first and tokens[at - 1].lower == "seorang"
    noun = tokens[at].lower.removesuffix("nya")
    is_theirs = (
        noun != tokens[at].lower and noun in (person_nouns() | KIN) - NO_OFFICE
    )  # pengacaranya
    return (is_sure and noun not in NO_OFFICE) or is_theirs or _is_office(tokens, at)


def _is_office(tokens: Tokens, at: int) -> bool:
    word, is_small = tokens[at].lower, tokens[at].is_small
    if word in NO_OFFICE or (is_small and word in people("capital_roles")):
        return False
    return word in person_nouns() or is_office_at(tokens, at)
