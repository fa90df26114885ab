"""Where a noun phrase ends that names somebody: roles, institution, brackets and name."""

from __future__ import annotations

from parsers.language.words import lower, people, people_exact, table
from parsers.structure.tokens.token import (
    NICKNAME_MARKS,
    Token,
    Tokens,
    bracket_end,
    is_age,
    is_nickname,
    is_particle,
    is_title,
    region_length,
)

LONGEST_IN_BRACKET = 8  # tokens
LONGEST_ORDINAL = 2  # digits of Komisi 3, Daop 8
LONGEST_PHRASE = 40
SHORT_TITLES = frozenset({"plt", "pj", "pjs", "plh", "pol", "drs", "st", "pt"})
VON = frozenset({"der", "den", "dem"})  # von der Leyen
CLAUSE_WORDS = lower(table("grammar")["clause"])
HEADS_OF_BODIES = people_exact("named_after") | people_exact("company_forms")
LONGEST_SMALL = 6  # words of an office written small: anggota tim kuasa hukum


def segment_end(tokens: Tokens, start: int, ordinary: frozenset[str]) -> int:
    """The index after the phrase that begins at `start`, before any comma."""
    at, last = start, min(len(tokens), start + LONGEST_PHRASE)
    while at < last and (step := _step(tokens, start, at, ordinary)):
        at += step
    while at > start and tokens[at - 1].is_small and any(t.is_capital for t in tokens[start:at]):
        at -= 1
    return at


def _step(tokens: Tokens, start: int, at: int, ordinary: frozenset[str]) -> int:
    token = tokens[at]
    if token.text == "(":
        is_own = is_age(tokens, at) or at == start or name_bracket(tokens, at)
        return 0 if is_own else _bracket(tokens, at)
    if token.is_capital:
        is_money = (
            token.text in table("units")["currencies"]
            and at + 1 < len(tokens)
            and tokens[at + 1].text[0].isdigit()
        )
        return 0 if token.is_day or is_money else max(token.region, 1)
    if token.text in NICKNAME_MARKS:
        return 3 if at > start and is_nickname(tokens, at) else 0
    if token.text in "./&":
        return _dot(tokens, start, at, ordinary)
    if token.text.isdigit():
        goes_on = at + 1 < len(tokens) and tokens[at + 1].is_capital and tokens[at - 1].is_capital
        return int(
            at > start
            and len(token.text) <= LONGEST_ORDINAL
            and (goes_on or is_title(tokens[at - 1], ordinary))
        )
    if not token.is_word:
        return 0
    return _small(tokens, start, at, ordinary)


def name_bracket(tokens: Tokens, at: int) -> bool:
    """Whether a bracket after a person's name stands there: Bagus Dwi Cahyono (BDC), Sari (Partai X)."""
    end = bracket_end(tokens, at) if at < len(tokens) and tokens[at].text == "(" else at
    inside = tokens[at + 1 : end - 1]
    if not inside or at < 1:
        return False
    if len(inside) == 1 and inside[0].text.isupper():
        size = len(inside[0].text)
        run = tokens[max(at - size, 0) : at]
        is_spelled = "".join(t.text[0] for t in run) == inside[0].text and size > 1
    else:
        run = tokens[max(at - 2, 0) : at]
        is_spelled = inside[0].is_head or all(t.is_small for t in inside)
    before = tokens[at - len(run) - 1] if at > len(run) else tokens[at]
    is_name = all(t.is_capital and not t.is_title for t in run)
    after_body = (before.is_head and not before.is_acronym) or before.text in HEADS_OF_BODIES
    return is_spelled and is_name and any(t.is_common_name for t in run) and not after_body


def _bracket(tokens: Tokens, at: int) -> int:
    """A short form after its words, or the branch of a rank: (KNTI), (Pol)."""
    end = bracket_end(tokens, at)
    inside = tokens[at + 1 : end - 1]
    has_date = any(t.text.isdigit() for t in inside)
    is_name = not has_date and any(t.is_capital for t in inside)
    return end - at if len(inside) <= LONGEST_IN_BRACKET and is_name else 0


def _dot(tokens: Tokens, start: int, at: int, ordinary: frozenset[str]) -> int:
    if at == start or at + 1 >= len(tokens):
        return 0
    if tokens[at].text == "." and tokens[at - 1].text == "Tbk" and tokens[at + 1].text == "(":
        return 1
    if not (tokens[at + 1].is_capital or tokens[at + 1].is_honorific) or (
        tokens[at + 1].is_opener and not tokens[at - 1].is_initial
    ):
        return 0
    if tokens[at].text != ".":
        return int(
            tokens[at].text == "&"
            or (is_title(tokens[at - 1], ordinary) and is_title(tokens[at + 1], ordinary))
        )  # Ayu/Laras are two
    before = tokens[at - 1]
    is_titled = (
        before.is_initial or before.is_honorific or before.is_rank or before.lower in SHORT_TITLES
    )
    return int(is_titled and before.end == tokens[at].start)


def _small(tokens: Tokens, start: int, at: int, ordinary: frozenset[str]) -> int:
    token = tokens[at]
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following is None and at > start:
        return 0
    if at == start:
        return int(token.is_role or token.is_honorific or token.text in {"salah", "mantan"})
    if token.is_honorific and following and following.text == ".":
        return 1
    if following and following.lower in VON and token.lower == "von":
        return 1
    if (
        following
        and following.is_capital
        and (is_particle(tokens, at) or token.text in {"dr", "drg", "drh", "dokter"})
    ):
        return 1
    if (
        tokens[start].is_role
        and all(t.is_small for t in tokens[start + 1 : at])
        and not _joint(tokens, start, at, ordinary)
    ):
        return int(at - start < LONGEST_SMALL and not _is_clause_word(token))
    return _joint(tokens, start, at, ordinary)


def _is_clause_word(token: Token) -> bool:
    word = token.lower
    return (
        word in CLAUSE_WORDS
        or token.cue is not None
        or (len(word) > 5 and word.startswith(("meng", "mem", "men", "ber", "ter")))
    )


def _joint(tokens: Tokens, start: int, at: int, ordinary: frozenset[str]) -> int:
    """dan, untuk, of inside an office; yang juga, sekaligus before another."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if token.lower in people("joins"):
        step = 2 if token.lower == "yang" and after.lower in {"juga", "merangkap"} else 1
        role_follows = at + step < len(tokens) and tokens[at + step].is_role
        return step if role_follows and (is_title(before, ordinary) or before.text == ")") else 0
    if token.lower == "dan" and before.is_acronym and after.is_head:
        return 0  # TNI dan Satuan Polisi Pamong Praja
    if token.lower == "dan" and _is_spelled(tokens, at):
        return 1
    if token.lower not in people_exact("links") and not (token.is_role and before.is_rank):
        return 0
    if (
        after.text in people_exact("standalone")
        or (token.lower == "dan" and after.text in people_exact("authorities"))
    ) and not tokens[start].is_role:
        return 0  # Pemerintah Provinsi A dan Pemerintah Kabupaten B are two
    if token.lower in {"di", "pada", "dari"} and tokens[start].is_role:
        is_body = after.is_head or after.text == "Fraksi"
        if is_body and (before.is_small or is_title(before, ordinary)):
            return 1  # pengamat pasar dari Universitas X
    abroad = (
        region_length(tokens, at + 1) if token.lower == "di" and is_title(before, ordinary) else 0
    )
    if abroad and at + 1 + abroad < len(tokens) and tokens[at + 1 + abroad].is_capital:
        return 1  # Konsul Jenderal RI di New York Nama
    if token.lower in {"di", "pada", "dari"} and not (after.is_head and is_title(before, ordinary)):
        return 0
    return int(
        after.is_capital
        and is_title(before, ordinary)
        and (is_title(after, ordinary) or after.is_acronym)
    )


def _is_spelled(tokens: Tokens, at: int) -> bool:
    """Dinas Sumber Daya Air dan Bina Marga (DSDABM): the short form ends with the initials around the joint."""
    end = at + 1
    while end < min(len(tokens), at + LONGEST_SMALL) and tokens[end].is_capital:
        end += 1
    initials = "".join(t.text[0] for t in (tokens[at - 1], *tokens[at + 1 : end]))
    return (
        end + 1 < len(tokens)
        and tokens[end].text == "("
        and len(initials) > 1
        and tokens[end + 1].text.endswith(initials)
    )
