"""Splits a noun phrase into role, institution and name: Kepala | Kantor Wilayah Kemenkumham DKI Jakarta | R. Andika Dwi Prasetya."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from parsers.language.words import people, people_exact
from parsers.structure.names.phrase_bounds import segment_end
from parsers.structure.tokens.token import (
    NICKNAME_MARKS,
    Span,
    Token,
    Tokens,
    bracket_end,
    district_length,
    is_age,
    is_nickname,
    is_title,
    region_length,
    sites,
    suffix_length,
    verb_at,
)

LONGEST_NAME = 4
LONGEST_COMPANY = 9  # words
JOINTS = people("joins") | people("links")
NO_BODIES = (people_exact("not_initials") - people_exact("short_bodies")) | people_exact(
    "no_bodies"
)


class PhraseParts(NamedTuple):
    """Indices are tokens of the paragraph, half-open. `name` is the bare name; `surface` has rank and honorific too."""

    start: int
    end: int
    name: Span | None = None
    surface: Span | None = None
    role: Span | None = None
    affiliation: Span | None = None
    aged: bool = False  # (37) stands after the name


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What splitting needs to know of the whole text: its small words, and the words that stand for a person elsewhere."""

    ordinary: frozenset[str] = frozenset()
    anchors: frozenset[str] = frozenset()
    initials: frozenset[str] = frozenset()
    companies: frozenset[tuple[str, ...]] = frozenset()
    defined: frozenset[int] = (
        frozenset()
    )  # where a body's name begins that a short form in capitals follows in brackets

    def region(self, tokens: Tokens, at: int) -> int:
        """How many tokens name a region; none where they stand for a person elsewhere: tutur Oman."""
        length = region_length(tokens, at)
        return 0 if length == 1 and tokens[at].text in self.anchors else length

    def read(self, tokens: Tokens, start: int) -> PhraseParts | None:
        """The phrase at `start`, with what stands in apposition to it."""
        if tokens[start].text in self.initials:
            only = start, start + 1
            return self._apposition(
                tokens, PhraseParts(start=start, end=start + 1, name=only, surface=only)
            )
        if alone := self.known(tokens, start):
            return PhraseParts(start=start, end=start + alone, affiliation=(start, start + alone))
        end = segment_end(tokens, start, self.ordinary)
        if end == start:
            return None
        if tokens[start].is_titled or tokens[start].is_head:
            end = self._listed(tokens, end) or end
        phrase = self._split(tokens, start, end)
        while (
            phrase.role
            and self._is_weak(tokens, phrase)
            and (further := self._beyond_comma(tokens, phrase.end))
        ):
            longer = self._split(tokens, start, further)
            if phrase.name and (longer.name is None or longer.name == phrase.name):
                break
            phrase = longer
        return self._apposition(tokens, phrase) if phrase.name else phrase

    def _listed(self, tokens: Tokens, end: int) -> int:
        """Where words of offices go on in a list: Badan Meteorologi, Klimatologi, dan Geofisika."""
        at = end
        while at + 2 < len(tokens) and tokens[at].text == ",":
            last = tokens[at + 1].lower in {"dan", "serta"}
            first = tokens[at + 1 + last]
            plain = first.is_title and not (
                first.is_titled or first.is_head or first.is_acronym or first.is_opener
            )
            if not first.is_capital or not plain or self.region(tokens, at + 1 + last):
                return 0
            if last:
                return segment_end(tokens, at + 2, self.ordinary) if at > end else 0
            at = segment_end(tokens, at + 1, self.ordinary)
        return 0

    def _is_weak(self, tokens: Tokens, phrase: PhraseParts) -> bool:
        """No name yet, or one that the word before it makes a place's: Puskesmas Cilincing, Bandara Abdulrachman Saleh."""
        if phrase.name is None:
            return True
        if self._has_better_name(tokens, phrase):
            return True
        before = tokens[phrase.name[0] - 1] if phrase.name[0] > phrase.start else None
        if before is None or (phrase.surface and phrase.surface != phrase.name):
            return False
        return before.is_site or before.is_head or before.marker is not None

    def _has_better_name(self, tokens: Tokens, phrase: PhraseParts) -> bool:
        """RSUD Mitra Husada, dr. Billy Messakh — Koperasi Pasar Induk Kramat Jati, Wawan Kurniadi: the person follows the comma."""
        at = phrase.end + 1
        if (
            at + 1 >= len(tokens)
            or tokens[phrase.end].text != ","
            or phrase.name is None
            or phrase.surface != phrase.name
        ):
            return False
        if tokens[at].is_rank or (tokens[at].is_honorific and not tokens[at].is_common_name):
            return True
        if tokens[at].is_common_name and not any(
            t.is_common_name for t in tokens[slice(*phrase.name)]
        ):
            return tokens[phrase.start].is_role  # pelatih Garuda Senja, Reza Mahardika
        end = at
        while (
            end < len(tokens)
            and end - at < LONGEST_NAME
            and tokens[end].is_capital
            and not (is_title(tokens[end], self.ordinary) or region_length(tokens, end))
        ):
            end += 1
        closes, asked = (
            end < len(tokens) and tokens[end].text in ",.",
            tokens[phrase.start - 1] if phrase.start else tokens[end - 1],
        )
        apposed = end - at > 1 or (
            end > at
            and phrase.affiliation is not None
            and tokens[end : end + 1]
            and tokens[end].text == ","
            and not asked.is_post
        )
        if (
            phrase.role
            and apposed
            and closes
            and (asked.lower == "menurut" or asked.is_post or verb_at(tokens, end + 1))
        ):
            return True  # Kepala Bandar Udara Frans Seda, Partahian Simbolon, menyatakan
        named = all(t.is_capital and not is_title(t, self.ordinary) for t in tokens[at : at + 2])
        return phrase.name[1] - phrase.name[0] == 1 and named and not region_length(tokens, at)

    def _beyond_comma(self, tokens: Tokens, end: int) -> int:
        """Where an office without a name so far goes on after a comma: Dinas A, B, dan C; Kepala D, Nama."""
        at = end + 1
        if at >= len(tokens) or tokens[end].text != "," or tokens[at].is_day:
            return 0
        at += tokens[at].lower in {"dan", "serta"}
        if (
            at >= len(tokens)
            or not (tokens[at].is_capital or tokens[at].is_honorific)
            or tokens[at].lower in people("openers")
            or (tokens[at].is_site and not tokens[at].is_head)
        ):
            return 0
        further = segment_end(tokens, at, self.ordinary)
        place_only = region_length(tokens, at) == further - at
        return (
            0
            if place_only and not (further < len(tokens) and tokens[further].text == ",")
            else further
        )

    def _apposition(self, tokens: Tokens, phrase: PhraseParts) -> PhraseParts:
        """Nama (37), warga Desa X; Nama, Kepala Y; Nama dari Z; Nama selaku Ketua Z."""
        at, aged = phrase.end, False
        if is_age(tokens, at):
            at, aged = at + 3, True
        aged_phrase = phrase._replace(end=at, aged=aged) if aged else phrase
        joined = at < len(tokens) and tokens[at].lower in {",", "selaku", "dari", "sebagai"}
        if not joined or at + 1 >= len(tokens) or phrase.role:
            return aged_phrase
        following = tokens[at + 1]
        body = following.is_head or following.is_acronym
        if not (following.is_role if tokens[at].lower != "dari" else body and following.is_capital):
            return aged_phrase
        other = self._split(tokens, at + 1, segment_end(tokens, at + 1, self.ordinary), named=False)
        if (
            not following.is_capital
            and other.end < len(tokens)
            and tokens[other.end].is_word
            and tokens[other.end].is_small
        ):
            return aged_phrase  # Menurut Nama, warga sudah aman: the clause, not the person
        if (
            tokens[at].text == ","
            and verb_at(tokens, other.end)
            and (own := self._split(tokens, at + 1, other.end).name)
            and own[1] - own[0] > 1
        ):
            return aged_phrase  # Senada dengan Budi, Ketua X Nama mengatakan
        if tokens[at].lower == "dari":
            return aged_phrase._replace(end=other.end, affiliation=(other.start, other.end))
        return aged_phrase._replace(end=other.end, role=other.role, affiliation=other.affiliation)

    def _split(self, tokens: Tokens, start: int, end: int, *, named: bool = True) -> PhraseParts:
        kinds = self._titles(tokens, start, end)
        name = self._name_start(tokens, start, end, kinds) if named else end
        if (
            end - name > 1
            and tokens[name].is_role
            and tokens[name].lower in self.ordinary
            and tokens[name + 1].text in self.anchors
        ):
            name += 1  # Hakim Retno, of judges and Retno
        surface = _surface_start(tokens, start, name) if name < end else end
        if (
            surface == name < end
            and tokens[start].is_head
            and not tokens[start].is_role
            and not self._sure(tokens[name])
        ):
            name = surface = (
                end  # after a bare institution only a rank or a known name begins a person
            )
        role, affiliation = _office(
            tokens, start, _trim(tokens, start, surface), self.ordinary, self.defined
        )
        if name == end:
            return PhraseParts(start=start, end=end, role=role, affiliation=affiliation)
        return PhraseParts(
            start=start,
            end=end,
            name=(name, end),
            surface=(surface, end),
            role=role,
            affiliation=affiliation,
        )

    def _sure(self, token: Token) -> bool:
        return token.is_common_name or token.text in self.anchors

    def _titles(self, tokens: Tokens, start: int, end: int) -> list[bool]:
        """True for every token that cannot be a part of a name."""
        kinds = [
            not t.is_word or (is_title(t, self.ordinary) and t.text not in self.initials)
            for t in tokens[start:end]
        ]
        at = start
        for index in range(start, end):
            if length := self.company(tokens, index, end):
                kinds[index - start : index - start + length] = [True] * length
        while at < end:
            step = self.region(tokens, at) or self._district(tokens, start, at, end)
            if self._is_village(tokens, start, at):
                step = max(step, 1)
            nature = (
                tokens[at].text in sites("nature") and at + 1 < end and tokens[at + 1].is_capital
            )
            if (nature or tokens[at].text in people_exact("named_after")) and not step:
                step = 2 + (
                    tokens[at].text == "Stasiun" and at + 1 < end and tokens[at + 1].is_title
                )  # Stasiun Meteorologi X
            if tokens[at].text in sites("buildings"):
                step = max(step, _named_after_somebody(tokens, at, end))
            if _are_judges(tokens, at, end):
                step = 2
            if tokens[at].text == "(":
                step = max(bracket_end(tokens, at) - at, 1)
            if step:
                kinds[at - start : min(at + step, end) - start] = [True] * min(step, end - at)
            at += step or 1
        return kinds

    def company(self, tokens: Tokens, at: int, end: int) -> int:
        """The same, also by the last word of its name."""
        return suffix_length(tokens, at, end, self.ordinary) or min(
            self.known(tokens, at), end - at
        )

    def known(self, tokens: Tokens, at: int) -> int:
        """How many tokens from there are a company that the text calls PT elsewhere."""
        if not self.companies or not tokens[at].is_capital:
            return 0
        words = tuple([t.text for t in tokens[at : at + LONGEST_COMPANY]])
        return next((n for n in range(len(words), 1, -1) if words[:n] in self.companies), 0)

    def _is_village(self, tokens: Tokens, start: int, at: int) -> bool:
        """Warga Desa Bedono; after Kepala Desa the name may be the person's."""
        level = tokens[at - 1].marker if at > start else None
        return (
            level in {"village", "district"}
            and tokens[start].lower not in people_exact("heads_of_places")
            and not self._sure(tokens[at])
        )

    def _district(self, tokens: Tokens, start: int, at: int, end: int) -> int:
        """A district inside an office, with something after it that can be the name."""
        length = district_length(tokens, at) if at > start else 0
        free = not any(self._sure(t) for t in tokens[at : at + length])
        return (
            length
            if length
            and at + length < end
            and free
            and tokens[at + length].is_capital
            and not tokens[at + length].is_acronym
            else 0
        )

    def _name_start(self, tokens: Tokens, start: int, end: int, kinds: list[bool]) -> int:
        at = end
        while at > start and self._may_be_name(tokens, start, end, at - 1, kinds):
            at -= 1
        while at < end and (not tokens[at].is_word or tokens[at].is_small):
            at += 1
        while (
            start < at < end - 1
            and tokens[at].text in people_exact("rank_words")
            and (tokens[at - 1].is_rank or tokens[at - 1].text in people_exact("rank_words"))
        ):
            at += 1  # Irjen Pol Nama
        ranked = at
        while at < end and (
            tokens[at].is_rank or tokens[at].is_honorific or _is_haji(tokens, at, end)
        ):
            at += 1
            while at < end and (
                not tokens[at].is_word
                or (tokens[at].text in people_exact("rank_words") and at + 1 < end)
            ):
                at += 1
        titled = next(
            (
                i
                for i in range(at + 1, end - 1)
                if tokens[i].is_rank or (tokens[i].is_honorific and not tokens[i].is_common_name)
            ),
            None,
        )
        if titled is not None:
            return self._name_start(tokens, titled, end, kinds[titled - start :])
        if at == end or all(len(t.text) == 1 for t in tokens[at:end]):
            return end
        return at if at > ranked else self._anchored(tokens, start, at, end)

    def _may_be_name(
        self, tokens: Tokens, start: int, end: int, at: int, kinds: list[bool]
    ) -> bool:
        token = tokens[at]
        if token.text in NICKNAME_MARKS:
            return start < at and (is_nickname(tokens, at) or is_nickname(tokens, at - 2))
        if token.text == ".":
            return (
                at > start
                and (tokens[at - 1].is_initial or tokens[at - 1].is_honorific)
                and at + 1 < end
            )
        if token.lower in people("particles") and at + 1 < end and at > start:
            return True
        if not kinds[at - start]:
            return True
        if (
            token.text in self.anchors
            and token.is_acronym is False
            and self.region(tokens, at) == 0
            and token.is_capital
            and not token.is_role
        ):
            return True
        # a word of offices between a common first name and the rest: Budi Karya Sumadi
        inside = (
            at > start
            and at + 1 < end
            and tokens[at - 1].is_common_name
            and not kinds[at + 1 - start]
        )
        return (
            inside and token.is_capital and not (token.is_acronym or token.is_head or token.is_site)
        )

    def _anchored(self, tokens: Tokens, start: int, at: int, end: int) -> int:
        """The name begins where a word stands that names the person elsewhere, or with what can only precede it."""
        anchor = next((i for i in range(at, end) if tokens[i].text in self.anchors), None)
        if anchor is None:
            return self._shortened(tokens, start, at, end)
        while anchor > at and _leads_name(tokens, anchor - 1):
            anchor -= 1
        if (
            anchor - at == 1
            and end - at <= LONGEST_NAME
            and (at == start or is_title(tokens[at - 1], self.ordinary))
        ):
            return at if not self._office_tail(tokens, start, at) else anchor
        return anchor if self._office_tail(tokens, start, at) else at

    def _office_tail(self, tokens: Tokens, start: int, at: int) -> bool:
        """Whether an office or institution is open to the left, so that unknown capitals may belong to it."""
        if (
            at == start
            or tokens[at - 1].text in {",", ")"}
            or (
                tokens[at - 1].is_acronym
                and not tokens[at - 1].is_role
                and tokens[at - 1].text not in people_exact("company_forms")
            )
            or _surface_start(tokens, start, at) < at
        ):
            return False
        return not any(
            region_length(tokens, i) == at - i for i in range(max(start, at - LONGEST_NAME), at)
        )

    def _shortened(self, tokens: Tokens, start: int, at: int, end: int) -> int:
        """Without an anchor, a long run after an office gives its first words to the office."""
        words = [i for i in range(at, end) if tokens[i].is_word]
        if len(words) < 3 or not self._office_tail(tokens, start, at):
            return at
        common = next(
            (i for i in words[:-1] if tokens[i].is_common_name or tokens[i].is_initial), None
        )
        if common is not None:
            return common
        if tokens[at - 1].lower in people("company_roles"):
            return words[1]
        return at if len(words) < LONGEST_NAME else words[-2]


def _named_after_somebody(tokens: Tokens, at: int, end: int) -> int:
    """RSUD Dr. M. Djamil: how many tokens, 0 where no title follows the head."""
    last = at + 1
    while last < end and (
        tokens[last].is_honorific or tokens[last].is_initial or tokens[last].text == "."
    ):
        last += 1
    if not at + 1 < last < end:
        return 0
    whole = last + 2 == end and tokens[last + 1].is_capital  # dr. Saiful Anwar
    return last + 1 + whole - at


def _is_haji(tokens: Tokens, at: int, end: int) -> bool:
    """H. before a name is the title."""
    return tokens[at].text == "H" and at + 2 < end and tokens[at + 1].text == "."


def _leads_name(tokens: Tokens, at: int) -> bool:
    token = tokens[at]
    return token.text == "." or token.is_initial or token.is_common_name or token.is_honorific


def _surface_start(tokens: Tokens, start: int, name: int) -> int:
    """Rank and honorific before a name are part of how the person is written."""
    at = name
    while at > start and _is_rank_part(tokens, at - 1):
        at -= 1
    while at < name and not (tokens[at].is_rank or tokens[at].is_honorific):
        at += 1
    return at


def _is_rank_part(tokens: Tokens, at: int) -> bool:
    token = tokens[at]
    return (
        token.is_rank
        or token.is_honorific
        or token.text in people_exact("rank_words")
        or token.text in {"(", ")", "."}
        or _is_haji(tokens, at, len(tokens))
    )


def _trim(tokens: Tokens, start: int, end: int) -> int:
    """Without the comma or small word before the name."""
    while end > start and (
        tokens[end - 1].text in {",", ".", "/"} or tokens[end - 1].lower in JOINTS
    ):
        end -= 1
    return end


def _office(
    tokens: Tokens, start: int, end: int, ordinary: frozenset[str], defined: frozenset[int]
) -> tuple[Span | None, Span | None]:
    """Role and institution of what stands before the name; of two offices (Kepala A yang juga Ketua B) the first."""
    end = next((i for i in range(start + 1, end) if tokens[i].lower in people("joins")), end)
    if end <= start:
        return None, None
    free = range(
        start + 1, end if not _is_whole(tokens, start) else start
    )  # Menteri Pekerjaan Umum (PU)
    spelled = next((i for i in free if tokens[i].start in defined and not tokens[i].is_role), end)
    cut = min(
        spelled, _institution_start(tokens, start, end, ordinary)
    )  # Kepala Satuan Pelayanan Gizi (SPG) X
    role = (start, _trim(tokens, start, cut)) if cut > start else None
    role = _without_bracket(tokens, role) if role else None
    return role, (cut, end) if cut < end else None


def _without_bracket(tokens: Tokens, role: Span) -> Span:
    """Asisten Pemerintahan (Aspem) is the role Asisten Pemerintahan."""
    start, end = role
    if tokens[end - 1].text == ")":
        opening = next((i for i in range(end - 2, start, -1) if tokens[i].text == "("), end)
        return start, opening
    return role


def _institution_start(tokens: Tokens, start: int, end: int, ordinary: frozenset[str]) -> int:
    """The first word of the institution: a head noun, a known short form, or capitals that are no words of offices."""
    first = tokens[start]
    if (
        first.is_head
        or first.is_ministry
        or first.is_acronym
        or suffix_length(tokens, start, end, ordinary)
    ) and not first.is_role:
        return start
    if _is_whole(tokens, start):
        return end
    part, opened = end, 0
    for at in range(start, end):
        token = tokens[at]
        opened += (token.text == "(") - (token.text == ")")
        if (
            opened
            or at == start
            or not token.is_word
            or (len(token.text) == 1 and tokens[at - 1].text == "Komisi")
        ):
            continue
        if (
            token.text == "Pemerintah" and at + 1 < end and tokens[at + 1].is_acronym
        ) or _is_of_office(tokens, at):
            continue  # Direktur Penempatan Pemerintah KP2MI, Sekretaris Perusahaan X
        taskforce = token.text == "Satuan" and at + 1 < end and tokens[at + 1].text == "Tugas"
        before_body = (
            at + 1 < end and tokens[at + 1].is_head and token.text in people_exact("schools")
        )
        own = part < at and tokens[part].text in people_exact(
            "centres"
        )  # Pusat Studi X Universitas Y
        if own and part == at - 1 and _names_body(tokens, at, ordinary):
            return part
        if (
            token.is_head
            and (taskforce or token.text not in people_exact("parts"))
            and not before_body
        ):
            studies = token.text in people_exact("schools_of_research") and any(
                t.text in people_exact("studies") for t in tokens[part + 1 : part + 2]
            )
            return part if studies else at  # Pusat Studi X Universitas Y
        if token.text in people_exact("parts"):
            part = min(part, at) if at > start + 1 or _may_be_body(tokens, at, end) else part
        elif suffix_length(tokens, at, end, ordinary) or (
            not before_body and _names_body(tokens, at, ordinary)
        ):
            own = (
                part < at
                and tokens[part].text not in people_exact("desks")
                and not (token.is_acronym or token.is_ministry)
            )
            return part if own else at  # Stasiun Meteorologi Beringin
    return part


def _is_whole(tokens: Tokens, start: int) -> bool:
    """Menteri PUPR and Gubernur X are offices to their last word; Gubernur Bank Indonesia and Presiden Direktur PT X are not."""
    office, following = tokens[start].lower, tokens[min(start + 1, len(tokens) - 1)]
    return office in people("whole_offices") and not (
        following.lower == "direktur" or (office == "gubernur" and following.is_head)
    )


def _is_of_office(tokens: Tokens, at: int) -> bool:
    """Sekretaris Perusahaan X, Ketua Majelis Hakim: heads of bodies that an office is made of."""
    return _are_judges(tokens, at, len(tokens)) or (
        tokens[at].text == "Perusahaan" and tokens[at - 1].is_role
    )


def _are_judges(tokens: Tokens, at: int, end: int) -> bool:
    return tokens[at].text == "Majelis" and at + 1 < end and tokens[at + 1].text == "Hakim"


def _may_be_body(tokens: Tokens, at: int, end: int) -> bool:
    """Komisi Pemilihan Umum, not Komisi III, and not the desks of an office: Bidang Humas."""
    numbered = at + 1 < end and (
        tokens[at + 1].text.isdigit()
        or len(tokens[at + 1].text) == 1
        or set(tokens[at + 1].text) <= set("IVX")
    )
    return not numbered and tokens[at].text not in people_exact("desks")


def _names_body(tokens: Tokens, at: int, ordinary: frozenset[str]) -> bool:
    token = tokens[at]
    placed = token.text in sites("nature") or region_length(tokens, at) or _in_village(tokens, at)
    if not token.is_capital or placed or token.text in NO_BODIES:
        return False  # Pelindungan WNI Kemlu
    after = tokens[at + 1] if at + 1 < len(tokens) else token
    unknown = not (
        after.text in people_exact("authorities")
        or (after is not token and after.is_acronym and after.is_head)
    )  # Stabilisasi Pasokan Badan X, Pasar Modal OJK
    return (
        token.is_ministry
        or token.text in people_exact("foreign")
        or (token.is_acronym and not token.text.isdigit())
        or (
            unknown
            and not (
                is_title(token, ordinary)
                or token.is_common_name
                or token.is_rank
                or token.is_honorific
            )
        )
    )


def _in_village(tokens: Tokens, at: int) -> bool:
    """As in warga Desa Tegalsari: a name after a marker is a place."""
    return any(token.marker for token in tokens[max(at - 2, 0) : at])
