"""Splits an office into role and institution: Kepala | Kantor Wilayah Kemenkumham DKI Jakarta."""

from __future__ import annotations

from parsers.language.words import lower, people, people_exact, table
from parsers.structure.names.text_words import TextWords
from parsers.structure.tokens.token import (
    EDGE,
    Span,
    Token,
    Tokens,
    are_judges,
    body_length,
    is_title,
    sites,
    suffix_length,
)

LONGEST_KIND = 4  # words
JOINTS = people("joins") | people("links")
SCHOOLS = people_exact("schools")
KINDS_OF_BODIES = lower(table("grammar")["kinds_of_bodies"])  # written small before the name
NO_BODIES = (people_exact("not_initials") - people_exact("short_bodies")) | people_exact(
    "no_bodies"
)


def role_and_institution(
    tokens: Tokens, start: int, end: int, words: TextWords
) -> tuple[Span | None, Span | None]:
    """Of two offices (Kepala A yang juga Ketua B) the first."""
    end = _without_joint(tokens, start, end)
    joint = next((i for i in range(start + 1, end) if _joins_offices(tokens, start, i, end)), end)
    return _one_office(tokens, start, joint, words) if joint > start else (None, None)


def _joins_offices(tokens: Tokens, start: int, at: int, end: int) -> bool:
    """Ketua A merangkap Kepala B; pembina pramuka, Ketua C; presiden A dan profesor; and where it is: Kapolsek A, Kota B; pemain asal B."""
    word, after = tokens[at].lower, tokens[at + 1] if at + 1 < end else EDGE
    if word in {"dan", "serta"}:
        return after.is_small and after.is_role and tokens[at - 1].is_capital and at - 1 > start
    if word == "asal":
        return not after.is_head
    return word in people("joins") or (word == "," and (after.is_role or after.region > 0))


def _one_office(
    tokens: Tokens, start: int, end: int, words: TextWords
) -> tuple[Span | None, Span | None]:
    cut = _institution_start(tokens, start, end, words.ordinary)
    if tokens[start].lower in people("of_people"):  # kuasa hukum Nikita
        cut = next((i for i in range(start + 1, cut) if tokens[i].is_common_name), cut)
    cut = _after_preposition(tokens, start, cut, end)
    if not _is_whole(tokens, start):  # Menteri Pekerjaan Umum (PU)
        # Kepala Satuan Pelayanan Gizi (SPG) X
        expansions = (i for i in range(start + 1, end) if tokens[i].start in words.expansions)
        cut = min(cut, next((i for i in expansions if not tokens[i].is_role), end))
    described = range(start + 1, cut if cut < end else start)  # CEO | perusahaan teknologi | X
    last = next((i for i in described if tokens[i].text in KINDS_OF_BODIES), cut)
    role = (start, _without_joint(tokens, start, last)) if cut > start else None
    body = (cut, _body_end(tokens, cut, end)) if cut < end else None
    return _without_bracket(tokens, role) if role else None, body


def _body_end(tokens: Tokens, cut: int, end: int) -> int:
    """Before where the body is, a party's group, and a second office: Dewan X | di Gedung Y, DPR | Fraksi Y, Lembaga X | dan profesor."""
    for at in range(cut + 1, end - 1):
        goes_on = tokens[at].lower in {"dan", "serta"} and tokens[at + 1].is_small
        if tokens[at].lower in {"di", "dari", "fraksi"} or goes_on:
            return at
    return end


def _after_preposition(tokens: Tokens, start: int, cut: int, end: int) -> int:
    """Perwakilan dari Karya Muda, Deputi Bidang Pangan di Kementerian X: the body follows, where none begins before."""
    is_sure = cut < end and (
        tokens[cut].is_head or tokens[cut].is_acronym or tokens[cut].is_ministry
    )
    for at in range(start + 1, min(cut, end - 1) if is_sure else end - 1):
        is_owned = tokens[at].lower == "dari" and tokens[at + 1].is_capital
        if body := at + 1 if is_owned else body_after(tokens, at):
            return cut if _is_place(tokens, body) else body
    return cut


def body_after(tokens: Tokens, at: int) -> int:
    """Where the body begins after di, dari or pada, else 0: dosen di | IPB, ahli dari perusahaan teknologi | X; but warga di Desa X, pelatih dari Jawa Barat."""
    start = at + 1
    if tokens[at].lower not in {"di", "dari", "pada"} or start >= len(tokens):
        return 0
    if tokens[start].text in KINDS_OF_BODIES:
        rest = range(start + 1, min(start + LONGEST_KIND, len(tokens)))
        start = next((i for i in rest if not tokens[i].is_small), at)
        return start if tokens[start].is_capital and not tokens[start].region else 0
    first, second = tokens[start], tokens[start + 1] if start + 1 < len(tokens) else EDGE
    is_name = (second.is_capital or second.text == "of") and not (
        first.marker or first.is_site or first.is_day
    )
    is_body = first.is_head or first.is_acronym or (is_name and not (first.region or second.region))
    return start if first.is_capital and is_body else 0


def _without_joint(tokens: Tokens, start: int, end: int) -> int:
    """Without the comma or small word before the name."""
    while end > start and (tokens[end - 1].text == "," or tokens[end - 1].lower in JOINTS):
        end -= 1
    return end


def _without_bracket(tokens: Tokens, role: Span) -> Span:
    """Asisten Pemerintahan (Aspem) is the role Asisten Pemerintahan."""
    start, end = role
    if tokens[end - 1].text == ")":
        opening = next((i for i in range(end - 2, start, -1) if tokens[i].text == "("), end)
        return start, opening
    return role


def _institution_start(tokens: Tokens, start: int, end: int, ordinary: frozenset[str]) -> int:
    """The first word of the institution: a head noun, a short form, or capitals that are no words of offices."""
    first = _start_by_first_word(tokens, start, end, ordinary)
    if first is not None:
        return first
    of_office = _region_words(tokens, start, end) | _desk_words(tokens, start, end)
    of_office.update(range(start, _body_of_desk(tokens, start, end)))
    part, depth = end, 0  # `part` is a part of the office or of the institution: Pusat, Bidang
    for at in range(start, end):
        depth += (tokens[at].text == "(") - (tokens[at].text == ")")
        if not depth and at > start and body_length(tokens, at):
            return at
        if depth or at in of_office or not tokens[at].is_word or _is_of_office(tokens, at, end):
            continue
        if (body := _body_start(tokens, part, at, end, ordinary)) is not None:
            return body
        is_part = tokens[at].text in people_exact("parts")
        if is_part and (at > start + 1 or _may_be_body(tokens, at, end)):
            part = min(part, at)
    return part


def _body_start(
    tokens: Tokens, part: int, at: int, end: int, ordinary: frozenset[str]
) -> int | None:
    """Where the body begins that the word at `at` tells: there, or with the part before it."""
    token, after = tokens[at], tokens[at + 1] if at + 1 < end else EDGE
    before_body = after.is_head and token.text in SCHOOLS
    names_body = _names_body(tokens, at, ordinary)
    if token.is_head and not before_body and not _is_part(tokens, at, end):
        is_board = part == at - 1 and token.text in {"Pimpinan", "Pengurus"}
        return part if is_board else at
    if token.text in people_exact("workplaces") and after.is_capital:
        return at  # Kepala Terminal Arjosari
    if token.text in people_exact("parts"):
        return None
    if (names_body and not before_body) or suffix_length(tokens, at, end, ordinary):
        is_desk = part < at and tokens[part].text in people_exact("desks")
        owns = part < at and not (is_desk or token.is_acronym or token.is_ministry)
        return part if owns else at  # Stasiun Meteorologi Beringin
    return None


def _start_by_first_word(
    tokens: Tokens, start: int, end: int, ordinary: frozenset[str]
) -> int | None:
    """Where the first word settles it: a body without an office, Menteri X."""
    first = tokens[start]
    is_body = first.is_head or first.is_ministry or first.is_acronym
    if not first.is_role and (is_body or suffix_length(tokens, start, end, ordinary)):
        return start
    return end if _is_whole(tokens, start) else None


def _region_words(tokens: Tokens, start: int, end: int) -> set[int]:
    """The first word, and all of the regions: Singkil in Bupati Aceh Singkil, too."""
    inside = {start}
    for at in range(start + 1, end):
        if at not in inside and not tokens[at].is_head:
            inside.update(range(at, at + tokens[at].region))
    return inside


def _desk_words(tokens: Tokens, start: int, end: int) -> set[int]:
    """English words of an office: Chief Customer & Marketing Officer X; after `of` any word: Head of Lending X."""
    if tokens[start].lower not in people("desk_heads"):
        return set()
    at = start + 1
    while at < end and (
        tokens[at].lower in people("desk_words")
        or (tokens[at].text == "," and tokens[min(at + 1, end)].lower in people("desk_words"))
        or (tokens[at - 1].lower == "of" and at + 1 < end and _may_be_desk(tokens[at]))
    ):
        at += 1
    return set(range(start + 1, at))


def _may_be_desk(token: Token) -> bool:
    return token.text.isalpha() and not (token.is_acronym or token.is_head)


def _body_of_desk(tokens: Tokens, start: int, end: int) -> int:
    """Deputi Bidang Bina Tani Muda Kementerian X: where the body of the desk begins, `start` for other offices."""
    if tokens[start].lower not in people("desk_offices"):
        return start
    bodies = (
        at
        for at in range(start + 1, end)
        if (tokens[at].is_head and not _is_part(tokens, at, end) and tokens[at].text not in SCHOOLS)
        or tokens[at].is_ministry
        or body_length(tokens, at)
        or (tokens[at].is_acronym and tokens[at].text not in NO_BODIES)
    )
    is_whole = tokens[start].lower in people("whole_desks")
    return next(bodies, end if is_whole else start)


def _is_whole(tokens: Tokens, start: int) -> bool:
    """Menteri PUPR, Gubernur X: offices to their last word; not Gubernur Bank Indonesia, Presiden Direktur PT X."""
    last = len(tokens) - 1
    while start < last and tokens[start].lower in people("prefixes"):
        start += 1
        if tokens[start].lower == "presiden" and tokens[start - 1].lower == "wakil":
            return tokens[min(start + 1, last)].region > 0  # Wakil Presiden Penjualan X
    office, at = tokens[start].lower, min(start + 1, last)
    if office not in {"gubernur", "panglima", "presiden"} or tokens[at].text == "TNI":
        return office in people("whole_offices")
    is_listed = tokens[at].is_acronym or body_length(tokens, at)
    is_club = office == "presiden" and is_listed and not tokens[at].region  # Presiden FIFA
    return not (tokens[at].is_head or is_club or tokens[at].lower in {"direktur", "komisaris"})


def _is_of_office(tokens: Tokens, at: int, end: int) -> bool:
    """Ketua Majelis Hakim, Direktur Penempatan Pemerintah KP2MI."""
    is_branch = tokens[at].text == "Pemerintah" and at + 1 < end and tokens[at + 1].is_acronym
    return is_branch or are_judges(tokens, at, end)


def _is_part(tokens: Tokens, at: int, end: int) -> bool:
    """Pusat, Bidang, Satuan, but not Satuan Tugas or Satuan Polisi Pamong Praja."""
    following = tokens[at + 1].text if at + 1 < end else ""
    is_force = tokens[at].text == "Satuan" and following in {"Tugas", "Polisi"}
    is_firm = tokens[at].text == "Perusahaan" and tokens[at - 1].is_role  # Sekretaris Perusahaan X
    return is_firm or (tokens[at].text in people_exact("parts") and not is_force)


def _may_be_body(tokens: Tokens, at: int, end: int) -> bool:
    """Komisi Pemilihan Umum, not Komisi III, and not the desks of an office: Bidang Humas."""
    following = tokens[at + 1].text if at + 1 < end else None
    is_numbered = following is not None and (
        following.isdigit() or len(following) == 1 or set(following) <= set("IVX")
    )
    return not is_numbered and tokens[at].text not in people_exact("desks")


def _names_body(tokens: Tokens, at: int, ordinary: frozenset[str]) -> bool:
    token = tokens[at]
    if not token.is_capital or token.text in NO_BODIES or token.is_role or _is_place(tokens, at):
        return False  # Pelindungan WNI Kemlu
    if token.is_ministry or token.text in people_exact("foreign"):
        return True
    if token.is_acronym and not token.text.isdigit():
        return True
    after = tokens[at + 1] if at + 1 < len(tokens) else EDGE
    if after.text in people_exact("authorities") or (after.is_acronym and after.is_head):
        return False  # Stabilisasi Pasokan Badan X, Pasar Modal OJK
    is_personal = token.is_common_name or token.is_rank or token.is_honorific
    return not (is_personal or is_title(token, ordinary))


def _is_place(tokens: Tokens, at: int) -> bool:
    """A region, a part of nature, or a name after a marker: warga Desa Tegalsari."""
    after_marker = any(token.marker for token in tokens[max(at - 2, 0) : at])
    return after_marker or tokens[at].region > 0 or tokens[at].text in sites("nature")
