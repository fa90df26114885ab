"""What the text, and the words around a capital, say about whom it names."""

from __future__ import annotations

import re
from functools import cache

from parsers.language.common_words import is_common_word
from parsers.language.words import listed_bodies, lower, people_exact, table
from parsers.structure.tokens.text import BodyText
from parsers.structure.tokens.token import (
    EDGE,
    Token,
    Tokens,
    body_length,
    is_title,
    person_nouns,
    region_words,
    sites,
    suffix_length,
    verb_at,
)

LONGEST_OFFICE = 14  # words before the comma and the name
TAIL = re.compile(r"\((\w{2,12})\) ([A-Z]\w+)")
INITIALED = re.compile(
    r"inisial((?:(?:,? (?:dan|serta)|,)? [A-Z]{2,4}\b(?: \(\d+\))?)+)|\b([A-Z]{2,4}) \(\d\d\)"
)
AGED = re.compile(r"\(\d\d\)")
COMPANY = re.compile(r"\b(?:PT|CV) ((?:[A-Z][\w-]++ ?){2,4})(?= ?(?:Tbk|\())")
COMPANY_RUN = re.compile(r"\b(?:PT|CV)((?: (?!PT |CV )[A-Z][\w-]++){1,9})")
KINDS = lower("perusahaan emiten klub maskapai pengembang produsen operator asuransi startup")
KIND_RUN = re.compile(
    rf"(?<= )(?:{'|'.join(sorted(KINDS))}) ((?:[A-Z][a-z]++ ?){{2,4}})(?! ?[A-Z(])"
)
LONGEST_NOUN = 8  # words before a name that say what it is
MEMBERS = lower(table("grammar")["members"])
COLLECTIVES = lower(table("grammar")["collectives"])
SOURCES = lower(table("grammar")["sources"])


def body_tails(text: str) -> frozenset[str]:
    """Words after a short form where it is defined and again elsewhere: (BBWS) Jeneberang, BBWS Jeneberang. They belong to the body."""
    return frozenset(
        word.lower() for short, word in set(TAIL.findall(text)) if f" {short} {word}" in text
    )


def company_names(text: str) -> frozenset[tuple[str, ...]]:
    """Names that a text also gives without PT or without the person after them: Direktur Kemas Abadi, Manajer PT Kemas Abadi Stevani Putri."""
    by_kind = (
        frozenset(
            run
            for words in KIND_RUN.findall(text)
            if (run := tuple(words.split()))[0].lower() not in region_words()  # klub Arab Saudi
        )
        if any(f"{kind} " in text for kind in KINDS)
        else frozenset()
    )
    if "PT " not in text and "CV " not in text:
        return by_kind
    runs = {tuple(run.removesuffix(" Tbk").split()) for run in COMPANY_RUN.findall(text)}
    shorter = {run[:length] for run in runs for length in range(2, len(run))} & runs
    names = "|".join(
        sorted((" ".join(run) for run in runs if len(run) > 1), key=lambda name: (-len(name), name))
    )
    bare = re.findall(rf"(?<!PT )(?<!CV )\b(?:{names})\b", text) if names else []
    return by_kind | {tuple(name.split()) for name in (*COMPANY.findall(text), *bare)} | shorter


def person_anchors(body: BodyText) -> frozenset[str]:
    """Words that stand for a person alone: kata Denny, Menurut Denny, Denny menjelaskan."""
    return frozenset(
        word for p in body.paragraphs for i in p.capitals for word in _anchor(p.tokens, i, body)
    )


def _anchor(tokens: Tokens, at: int, body: BodyText) -> tuple[str, ...]:
    before = tokens[at - 1] if at else EDGE
    if not _may_name(tokens[at], body) or (before.is_capital and not before.is_opener):
        return ()
    end = at + 1 + (at + 1 < len(tokens) and _may_name(tokens[at + 1], body))
    after = tokens[end] if end < len(tokens) else EDGE
    is_attributed = before.lower == "menurut" or before.is_post
    if tokens[at].region and not before.is_post:
        return ()  # Indonesia menegaskan; but tutur Oman
    stands_alone = not after.is_capital and (is_attributed or verb_at(tokens, end))
    if not stands_alone or body_length(tokens, at):
        return ()
    return tuple(t.text for t in tokens[at:end])


def _may_name(token: Token, body: BodyText) -> bool:
    is_plain = token.is_capital and len(token.text) > 2 and not token.is_opener
    is_other = token.is_day or token.is_titled or token.is_acronym
    return is_plain and not is_other and not is_title(token, body.ordinary)


def person_initials(text: str) -> frozenset[str]:
    """Persons known by initials that look like a short form: berinisial MNR dan DHK, ARS (23)."""
    matches = INITIALED.findall(text) if "inisial" in text or AGED.search(text) else ()
    return frozenset(
        word
        for run, alone in matches
        for word in (*re.findall(r"[A-Z]{2,}", run), alone)
        if word and word not in people_exact("no_bodies")
    )


def is_site(tokens: Tokens, at: int) -> bool:
    """Di Asrama Haji Pondok Gede, Gunung Rinjani: a facility or a part of nature, and nobody's name in it."""
    token, before = tokens[at], tokens[at - 1] if at else EDGE
    if not token.is_site:
        return False
    is_followed = at + 1 < len(tokens) and tokens[at + 1].is_capital
    if token.text in sites("street"):
        return is_followed
    if token.text in sites("nature"):
        is_free = at < 2 or not tokens[at - 2].is_word or not before.is_capital
        return is_followed and is_free and not suffix_length(tokens, at, len(tokens), frozenset())
    if before.lower in sites("of_sites"):
        return True
    opens = is_followed and not token.is_head and (not before.is_word or before.is_opener)
    is_building = token.text in sites("buildings") or token.text in sites("offices")
    return (is_building or not token.is_head) and (opens or before.lower in {"di", "ke", "dari"})


def speaks(tokens: Tokens, at: int) -> bool:
    """A short form that says something by itself: ICW mendesak, kata KSPI, Menurut data BPS."""
    before, earlier = tokens[at - 1] if at else EDGE, tokens[at - 2] if at > 1 else EDGE
    if tokens[at].is_head or tokens[at].is_role:
        return False
    is_asked = (
        before.lower in MEMBERS
        or before.lower == "menurut"
        or (before.is_post and not earlier.is_word)
        or (earlier.lower == "menurut" and before.lower in SOURCES)
    )
    opens = (
        not before.is_word
        or (before.is_capital and before.is_opener)
        or before.lower in {"bahwa", "karena", "sementara", "ketika", "saat"}
    )
    return is_asked or (opens and verb_at(tokens, at + 1) is not None)


def is_known_body(tokens: Tokens, at: int) -> bool:
    """A listed body of one word with nothing after it that would make it a thing's: Honda, not Honda Brio."""
    token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else EDGE
    before = tokens[at - 1] if at else EDGE
    is_alone = not after.is_capital and (before.is_opener or not before.is_capital)
    return token.is_acronym and is_alone and token.text in _known_words()


@cache
def _known_words() -> frozenset[str]:
    words = (listed_bodies(1) | people_exact("brands")) - people_exact("platforms")
    return frozenset(word for word in words if not is_common_word(word.lower()))


def is_described(tokens: Tokens, end: int) -> bool:
    """Nama, Kepala X — Nama selaku Y — Nama dari PT Z"""
    if end + 1 >= len(tokens):
        return False
    joint, after = tokens[end].lower, tokens[end + 1]
    return (joint in {",", "selaku"} and (after.is_role or after.lower in person_nouns())) or (
        joint == "dari" and after.is_head
    )


def is_apposed(tokens: Tokens, at: int, end: int) -> bool:
    """Seorang penumpang, Daeng Matutu, … — who somebody is, then the name between commas."""
    if (
        end - at > 1
        and tokens[at - 1].text == ","
        and end + 1 < len(tokens)
        and tokens[end].text == ","
        and verb_at(tokens, end + 1)
    ):
        return True  # Petinggi Long Lunuk, Hibau Bong, berharap
    if (
        at < 2
        or tokens[at - 1].text != ","
        or (end < len(tokens) and tokens[end].text not in ",.(")
    ):
        return False
    for index in range(at - 2, max(at - LONGEST_OFFICE, -1), -1):
        if not tokens[index].is_word or tokens[index].verb:
            return False
        if index == 0 or not tokens[index - 1].is_word or tokens[index - 1].cue:
            return tokens[index].lower.removesuffix("nya") in person_nouns()  # Istrinya, Sarinah, …
    return False
