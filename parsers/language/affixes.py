"""The forms of an Indonesian word as a pattern.

`kirim` finds mengirim, dikirim and pengiriman, and each of them finds the others. There is no
dictionary: a wrong root costs little, because nobody writes its forms. Short roots are left out
(makan is not mak-an).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SHORTEST = 4  # letters of a root
LOST = {
    "k": "ng",
    "t": "n",
    "p": "m",
    "s": "ny",
}  # a root's first letter -> what replaces it after me- and pe-
BEFORE = "(?:be[rl]?|te[rl]?|pe[rlmn]?|pen[gy]|penge|me[mn]?|men[gy]|menge|di|ke|se)"
AFTERS = ("kan", "an", "i", "nya", "lah", "kah", "pun", "ku", "mu")
AFTER = f"(?:{'|'.join(AFTERS)})"
# what BEFORE matches
BEFORES = ("be", "ber", "bel", "te", "ter", "tel", "pe", "per", "pel", "pem", "pen", "peng", "peny", "penge", "me", "mem", "men", "meng", "meny", "menge", "di", "ke", "se")  # fmt: skip
SHORTENED = tuple((each + nasal, letter) for letter, nasal in LOST.items() for each in ("me", "pe"))
SUFFIX = re.compile("(?:kan|an|i)$")
PARTICLE = re.compile("(?:lah|kah|pun|nya|ku|mu)$")
# Prefix -> the first letters that the root may have lost.
PREFIXES = [
    (re.compile(pattern), lost)
    for pattern, lost in (
        ("di|ke|se|be[rl]|ter|pe[rl]", ("",)),
        ("be(?=k[aiueo]r)|pe(?=[^aiueo])", ("",)),
        ("me(?=[lrwy])|[mp]em(?=[bfv])|[mp]en(?=[cdjz])|[mp]eng(?=[gh])", ("",)),
        ("[mp]em(?=[aiueo])", ("p", "m")),
        ("[mp]en(?=[aiueo])", ("t", "n")),
        ("[mp]eny(?=[aiueo])", ("s",)),
        ("[mp]eng(?=[aiueo])", ("k", "")),
    )
]


def forms(word: str) -> str:
    """A pattern, without groups, for the lower-case word and for all words of its roots."""
    return "|".join(dict.fromkeys([re.escape(word), *(_family(root) for root in roots(word))]))


def roots(word: str) -> list[str]:
    """The possible roots of the word, itself first."""
    return (
        list(dict.fromkeys(_roots(word)))
        if word.isascii() and word.isalpha() and len(word) >= SHORTEST
        else []
    )


def stems(word: str) -> set[str]:
    """The roots of whose families the lower-case word is one: what `forms` matches, found without a pattern for each root."""
    if not (word.isascii() and word.isalpha()):
        return set()
    starts, ends = {0}, {len(word)}
    if word.startswith(BEFORES):
        starts |= {len(each) for each in BEFORES if word.startswith(each)}
    once = tuple(starts)
    starts.update(at + len(p) for at in once for p in BEFORES if word.startswith(p, at))
    if word.endswith(AFTERS):
        ends |= {len(word) - len(each) for each in AFTERS if word.endswith(each)}
        ends |= {at - len(s) for at in ends for s in AFTERS if word.endswith(s, 0, at)}
    found = {word[at:end] for at in starts for end in ends}
    for head, letter in SHORTENED:
        for at in once:
            if word.startswith(head, at):
                found |= {letter + word[at + len(head) : end] for end in ends}
    return {each for each in found if len(each) >= SHORTEST}


def _roots(word: str) -> Iterator[str]:
    for stem in (word, PARTICLE.sub("", word)):
        yield from (stem,) if len(stem) >= SHORTEST else ()
        for prefix, lost in PREFIXES if stem.startswith(BEFORES) else ():
            if found := prefix.match(stem):
                rests = (stem[found.end() :], SUFFIX.sub("", stem[found.end() :]))
                yield from (
                    letter + rest
                    for rest in rests
                    for letter in lost
                    if len(letter + rest) >= SHORTEST
                )


def _family(root: str) -> str:
    first, rest = root[0], root[1:]
    start = (
        f"(?:{BEFORE}{{0,2}}{first}|(?:{BEFORE}?[mp]e){LOST[first]})"
        if first in LOST
        else f"{BEFORE}{{0,2}}{first}"
    )
    return f"{start}{rest}{AFTER}{{0,2}}"
