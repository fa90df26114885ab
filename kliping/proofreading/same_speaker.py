"""Do a draft and a source name the same speaker? Titles and offices are no part of a name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from kliping.proofreading.claim import SpeakerName
from kliping.proofreading.folded_words import fold
from kliping.proofreading.sources import ArticleText, StoredQuote
from parsers.language.words import lower, table
from parsers.structure.names.name_forms import body_form, office_form

LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
LEAST_NICKNAME = 4  # letters
DEPUTY = "wakil"
Names = Mapping[str, frozenset[str]]  # a name to all names of the same person or body


def is_same_speaker(
    written: SpeakerName, quote: StoredQuote | None, article: ArticleText, names: Names
) -> bool | None:
    """None where the draft or the source does not say enough to tell."""
    if _is_beside(written, quote):
        return True
    if written.name:
        return _is_named(written.name, quote, article, names)
    if quote and quote.speaker.name and _is_stranger(written, quote.speaker.name, article):
        return False
    return _has_office(written, quote) if quote and written.role else None


def _is_beside(written: SpeakerName, quote: StoredQuote | None) -> bool:
    """Whether the draft has the whole name beside what was read as one: ganda putri Larasati Dewi.

    A name that has nothing of it is another speaker's, whoever stands nearby.
    """
    name = (quote and quote.speaker.name) or ""
    if written.name and not name_words(written.name) & name_words(name):
        return False
    beside = {fold(word) for word in LETTERS.findall(written.beside)}
    return " " in name and name_words(name) <= beside


def _is_stranger(written: SpeakerName, name: str, article: ArticleText) -> bool:
    """Whether a description has a name that is another speaker's, or nowhere in the source: tetangga korban Oman."""
    named = {fold(w) for w in LETTERS.findall(written.surface or "")[1:] if w[0].isupper()}
    speakers = {
        word for q in article.quotes if q.speaker.name for word in name_words(q.speaker.name)
    }
    is_elsewhere = bool(named & speakers) or not named & {word.text for word in article.words}
    return bool(named) and not named & name_words(name) and is_elsewhere


def _is_named(
    name: str, quote: StoredQuote | None, article: ArticleText, names: Names
) -> bool | None:
    known_names = {name, *names.get(name, ())}
    speaker_names = _names_of(quote) if quote else set()
    if any(is_same_name(one, other) for one in known_names for other in speaker_names):
        return True
    if quote and quote.speaker.affiliation and _is_body(known_names, quote.speaker.affiliation):
        return True
    if quote and quote.speaker.name:
        return False
    return None if any(_is_in(one, article) for one in known_names) else False


def _names_of(quote: StoredQuote) -> set[str]:
    return {name for name in (quote.speaker.name, quote.speaker.surface, *quote.names) if name}


def is_same_name(one: str, other: str) -> bool:
    """Equal, or one short for the other: Gibran, Gibran Rakabuming Raka."""
    words, other_words = name_words(one), name_words(other)
    is_part = words <= _all_words(other) or other_words <= _all_words(one)
    is_same = is_part or _is_nickname(words, other_words) or _is_nickname(other_words, words)
    return bool(words and other_words and is_same) or body_form(one) == body_form(other)


def _is_nickname(short: frozenset[str], long: frozenset[str]) -> bool:
    """Rosa of Rosalia Dua Kerong: one word, with which one of the other name begins."""
    return len(short) == 1 and any(
        len(word) >= LEAST_NICKNAME and other.startswith(word) for word in short for other in long
    )


def name_words(name: str) -> frozenset[str]:
    """The words of a name without initials, degrees after a comma, and titles before it. Imam alone is no title."""
    words = _all_words(name)
    return words - _titles() or words


def _all_words(name: str) -> frozenset[str]:
    return frozenset(fold(w) for w in LETTERS.findall(name.partition(",")[0]) if len(w) > 1)


@cache
def _titles() -> frozenset[str]:
    people = table("people")
    return lower(" ".join((people["roles"], people["honorifics"], people["ranks"])))


def _is_body(known_names: set[str], affiliation: str) -> bool:
    return any(body_form(name) == body_form(affiliation) for name in known_names)


def _is_in(name: str, article: ArticleText) -> bool:
    """Whether the text has two words of the name, or the only one."""
    words = name_words(name)
    return bool(words) and len(words & {word.text for word in article.words}) >= min(len(words), 2)


def office_doubt(written: SpeakerName, quote: StoredQuote, article: ArticleText) -> str | None:
    """Why the office of whom both name is another one in the source.

    What the draft adds, as the region of a governor, must stand in the source, and not as another speaker's office. A deputy
    is not whom they stand in for; other words may be left out.
    """
    if not written.name or not quote.speaker.name:
        return None
    own, others = list[SpeakerName](), list[SpeakerName]()
    for each in (q.speaker for q in article.quotes if q.speaker.name):
        (own if is_same_name(quote.speaker.name, each.name or "") else others).append(each)
    office, in_text = _office_words(written), _words_with_capital(article.body_text)
    added = office - frozenset[str]().union(*map(_office_words, own))
    first = next((_office(each) for each in own if _office(each)), None)
    if not first:
        as_written = _words_with_capital(_office(written))
        is_strange = 2 * len(as_written & in_text) < len(as_written)
        return f"the source has no office {_office(written)}" if is_strange else None
    is_deputy = all(DEPUTY in _office_words(each) for each in own if _office(each))
    is_promoted = bool(office) and is_deputy and DEPUTY not in office
    is_others = any(office <= _office_words(each) for each in others)
    if is_promoted or (added and (is_others or not added <= in_text)):
        return f"the source has the office {first}, the draft {_office(written)}"
    return None


def _office(speaker: SpeakerName) -> str:
    return " ".join(filter(None, (speaker.role, speaker.affiliation)))


def _office_words(speaker: SpeakerName) -> frozenset[str]:
    """Of the office in its full form; words without a capital letter, as ekonom, are no office."""
    role = office_form(speaker.role) if speaker.role and speaker.role[0].isupper() else ""
    body = body_form(speaker.affiliation) if speaker.affiliation else ""
    return _words_with_capital(f"{role} {body}")


def _words_with_capital(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in LETTERS.findall(text) if word[0].isupper())


def _has_office(written: SpeakerName, quote: StoredQuote) -> bool | None:
    """Of a speaker by office alone: Menteri Sosial mengatakan …"""
    if not quote.speaker.role:
        return None
    mine, theirs = (office_form(str(role)).lower() for role in (written.role, quote.speaker.role))
    if mine in theirs or theirs in mine:
        return True
    return False if quote.speaker.name else None
