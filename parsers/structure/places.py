"""Places: the dateline's, regions, streets and facilities, and where the event took place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, NamedTuple

from parsers.facts import DateMentioned, Place, Quote, entity_id
from parsers.language.words import people_exact, table
from parsers.structure.names.entities import EntityIndex
from parsers.structure.names.phrase_bounds import CLAUSE_WORDS
from parsers.structure.tokens.gazetteer import Region, district, marked, names
from parsers.structure.tokens.text import BodyText, Paragraph
from parsers.structure.tokens.token import (
    Span,
    Token,
    Tokens,
    district_length,
    region_length,
    sites,
    span_of,
)

LONGEST_SITE = 8
LEAST_NAME = 4  # letters of a bare district; shorter ones are ordinary words too often
MOVES = frozenset({"di", "ke", "dari", "asal", "lewat", "menuju"})
MONEY = frozenset(word.split()[0] for word in table("units")["currency_words"])
NEAR = frozenset(
    {
        "di",
        "dekat",
        "depan",
        "halaman",
        "sekitar",
        "wilayah",
        "kawasan",
        "perairan",
        "bantaran",
        "tepi",
        "pinggir",
        "lereng",
        "kaki",
        "pesisir",
    }
)
LEADS = MOVES | NEAR
PROGRAMMES = frozenset(
    {"Binaan", "Siaga", "Tangguh", "Wisata", "Mandiri", "Cerdas", "Sadar", "Ramah", "Berseri"}
)  # Desa Binaan is no village
AGE_CLASS = re.compile(r"U-?\d\d")  # timnas U-20 Indonesia
ROMAN = re.compile(r"[IVX]+|\d{1,3}[A-Z]?")
BETWEEN = re.compile(r"[\s,]*(?:pada\s|hari\s)*")


class _Spot(NamedTuple):
    """A place by token indices of its paragraph."""

    start: int
    end: int
    kind: str
    name: str
    rule: str
    region: Region | None = None


def places(
    body: BodyText,
    entities: EntityIndex,
    quotes: tuple[Quote, ...],
    dates: tuple[DateMentioned, ...],
    *,
    dateline: str | None,
    dateline_start: int | None,
) -> tuple[Place, ...]:
    """What somebody says between marks is not where the event took place."""
    rows = _dateline(dateline, dateline_start)
    starts = tuple(d.char_start for d in dates)
    closed = _closed(entities)
    named = frozenset(f.start for f in entities.phrases if f.name)
    parents, known = _parents(body), _known(body)
    told = frozenset(q.speaker_end for q in quotes if q.speaker_end is not None)
    spoken = sorted((q.char_start, q.char_end) for q in quotes if q.quote_type == "direct")
    for paragraph in body.paragraphs:
        spots = _spots(paragraph, closed, parents, named, known)
        located = _located(body, paragraph, spots, starts, dates) | _where_said(
            paragraph, spots, told
        )
        for index, spot in enumerate(spots):
            event = index in located and not _is_closed(paragraph.tokens[spot.start].start, spoken)
            rows.append(_place(body, paragraph, spot, len(rows) + 1, event=event))
    return tuple(rows)


def _closed(entities: EntityIndex) -> tuple[tuple[int, int], ...]:
    """Stretches whose names are no places of their own: institutions, offices, persons."""
    spans = []
    for found in entities.phrases:
        tokens, phrase = found.paragraph.tokens, found.parts
        role = _without_village(tokens, phrase.role) if phrase.role else None
        spans += [span_of(tokens, s) for s in (role, phrase.affiliation, phrase.surface) if s]
    return tuple(sorted(spans))


def _without_village(tokens: Tokens, role: Span) -> Span:
    """Nelayan Desa X tells where somebody lives; Kepala Desa X is an office."""
    if tokens[role[0]].lower in people_exact("heads_of_places"):
        return role
    low = (i for i in range(role[0] + 1, role[1]) if tokens[i].marker in {"village", "district"})
    return role[0], next(low, role[1])


def _parents(body: BodyText) -> frozenset[str]:
    """Codes of every region named anywhere, to tell districts of one name apart."""
    found = set()
    for paragraph in body.paragraphs:
        for at in paragraph.regional:
            if (
                region := _named(paragraph.tokens, at, paragraph.tokens[at].region)
            ) and region.code:
                found.add(region.code)
    return frozenset(found)


def _known(body: BodyText) -> dict[str, list[_Spot]]:
    """Districts and villages the text names with their marker, by the first word of the name: later they stand bare."""
    found: dict[str, list[_Spot]] = {}
    for paragraph in body.paragraphs:
        tokens = paragraph.tokens
        for at in paragraph.capitals:
            level = tokens[at].marker
            if (
                level in {"district", "village"}
                and at + 1 < len(tokens)
                and (spot := _after_marker(tokens, at, level, frozenset()))
                and _may_be_town(tokens[at + 1])
            ):
                found.setdefault(tokens[at + 1].text, []).append(spot)
    return found


def _bare(
    tokens: Tokens,
    at: int,
    known: dict[str, list[_Spot]],
    parents: frozenset[str],
    named: frozenset[int],
) -> _Spot | None:
    for spot in known.get(tokens[at].text, ()):
        end = at + len(spot.name.split())
        if " ".join(t.text for t in tokens[at:end]) == spot.name and not _continues(
            tokens, at, end, named
        ):
            return spot._replace(
                start=at,
                end=end,
                rule="place.again",
                region=district(spot.name, parents) if spot.kind == "district" else None,
            )
    return None


def _named(tokens: Tokens, at: int, length: int) -> Region | None:
    return names().get(" ".join(t.lower for t in tokens[at : at + length])) if length else None


def _spots(
    paragraph: Paragraph,
    closed: tuple[tuple[int, int], ...],
    parents: frozenset[str],
    named: frozenset[int],
    known: dict[str, list[_Spot]],
) -> list[_Spot]:
    tokens = paragraph.tokens
    found: list[_Spot] = []
    for at in paragraph.capitals:
        if found and at < found[-1].end:
            continue
        spot = _spot(tokens, at, found, parents, named) or (
            _bare(tokens, at, known, parents, named) if known else None
        )
        if (
            spot
            and not _is_short_form(tokens, found, spot)
            and not _is_closed(tokens[at].start, closed)
        ):
            found.append(spot)
    return found


def _is_short_form(tokens: Tokens, before: list[_Spot], spot: _Spot) -> bool:
    """Kepulauan Riau (Kepri): the same region again, in brackets."""
    last = before[-1] if before else None
    return (
        last is not None
        and last.region == spot.region is not None
        and last.end == spot.start - 1
        and tokens[last.end].text == "("
    )


def _is_closed(offset: int, closed: Sequence[tuple[int, int]]) -> bool:
    index = bisect_right(closed, (offset, 1 << 60)) - 1
    return any(closed[i][0] <= offset < closed[i][1] for i in range(max(index - 2, 0), index + 1))


def _spot(
    tokens: Tokens, at: int, before: list[_Spot], parents: frozenset[str], named: frozenset[int]
) -> _Spot | None:
    token = tokens[at]
    if token.is_site and token.text in sites("street"):
        return _site(tokens, at, "street")
    if (
        token.marker
        and at + 1 < len(tokens)
        and (spot := _after_marker(tokens, at, token.marker, parents))
    ):
        return spot
    nature = token.is_site and token.text in sites("nature")
    if (
        nature
        and region_length(tokens, at) > 1
        and (spot := _region(tokens, at, before, named, parents))
    ):
        return spot  # Kepulauan Riau
    if (
        token.is_site
        and not (nature and at and tokens[at - 1].is_capital)
        and (spot := _site(tokens, at, "other" if nature else "facility"))
    ):
        return spot
    if end := _named_site(tokens, at):
        return _Spot(
            start=at,
            end=end,
            kind="facility",
            name=" ".join(t.text for t in tokens[at:end]),
            rule="place.facility",
        )
    return (
        _region(tokens, at, before, named, parents)
        or _listed_village(tokens, at, before)
        or _in_list(tokens, at, before, parents)
        or _unknown(tokens, at, before)
    )


def _named_site(tokens: Tokens, at: int) -> int:
    """Di Taipei Arena, di SCTV Tower: where a run of capitals ends that a word for a building closes, else 0."""
    if not at or tokens[at - 1].lower not in LEADS:
        return 0
    end = _capitals(tokens, at)
    return end if end - at > 1 and tokens[end - 1].text in sites("closing") else 0


def _site(tokens: Tokens, at: int, kind: str) -> _Spot | None:
    """Jalan Tanah Abang I; Kantor Wali Kota Jakarta Pusat: the capitals after the head."""
    end = at + 1
    if end < len(tokens) and tokens[end].text == "." and kind == "street":
        end += 1
    low = end
    while end < min(len(tokens), low + LONGEST_SITE) and _goes_on(tokens, end):
        end += 1
    numbered = kind == "facility" and end > low and ROMAN.fullmatch(tokens[low].text)  # Terminal 3
    if (
        end == low
        or not (tokens[low].is_capital or tokens[low].is_honorific or numbered)
        or not tokens[end - 1].is_word
    ):
        return None
    name = " ".join(t.text for t in tokens[at:end] if t.is_word)
    return _Spot(
        start=at,
        end=end,
        kind=kind,
        name=name,
        rule="place.nature" if kind == "other" else f"place.{kind}",
    )


def _goes_on(tokens: Tokens, at: int) -> bool:
    """RSUD dr. M. Haulussy: capitals, numbers, a title and the full stop after it or after an initial."""
    token, before = tokens[at], tokens[at - 1]
    if token.text == ".":
        return (
            (before.is_initial or before.is_honorific)
            and before.end == token.start
            and at + 1 < len(tokens)
            and tokens[at + 1].is_capital
            and not tokens[at + 1].is_opener
        )
    return (
        token.is_capital or token.is_honorific or ROMAN.fullmatch(token.text) is not None
    ) and not token.is_day


def _after_marker(tokens: Tokens, at: int, level: str, parents: frozenset[str]) -> _Spot | None:
    """Kabupaten Malaka, Kecamatan Gambir, Desa Manulea."""
    low = at + 1 + (tokens[at + 1].text == "." or tokens[at + 1].text == "Administrasi")
    if low >= len(tokens) or not tokens[low].is_capital:
        return None
    marker = tokens[at].lower
    if level in {"province", "city"}:
        return next(
            (
                _Spot(start=at, end=low + n, kind=level, name=r.name, rule="place.marked", region=r)
                for n in (4, 3, 2, 1)
                if low + n <= len(tokens)
                and (r := marked(marker).get(" ".join(t.lower for t in tokens[low : low + n])))
            ),
            None,
        )
    length = district_length(tokens, low) if level == "district" else 0
    end = low + length if length else _capitals(tokens, low)
    if end - low > 3 or tokens[low].is_head or tokens[low].text in PROGRAMMES:
        return None
    name = " ".join(t.text for t in tokens[low:end])
    region = district(name, parents) if level == "district" else None
    return _Spot(
        start=at,
        end=end,
        kind=level,
        name=region.name if region else name,
        rule="place.marked",
        region=region,
    )


def _capitals(tokens: Tokens, at: int) -> int:
    last = min(at + LONGEST_SITE, len(tokens))
    while at < last and tokens[at].is_capital and not tokens[at].is_day:
        at += 1
    return at


def _region(
    tokens: Tokens, at: int, before: list[_Spot], named: frozenset[int], parents: frozenset[str]
) -> _Spot | None:
    """A province, city or country by its bare name, where it is no part of a longer name."""
    length = region_length(tokens, at)
    region = _named(tokens, at, length)
    if at and (
        tokens[at - 1].lower in MONEY or tokens[at - 1].lower in {"bahasa", "suku", "etnis"}
    ):  # dolar Singapura
        return None
    if (
        region is None
        and length
        and at
        and (tokens[at - 1].lower in LEADS or _beside_region(tokens, at, length, before))
    ):
        region = names(ordinary=True).get(" ".join(t.lower for t in tokens[at : at + length]))
    if region is None or _continues(tokens, at, at + length, named):
        return None
    if region.kind == "other" and (nearer := district(region.name, parents)) and nearer.code:
        region = nearer
    return _Spot(
        start=at,
        end=at + length,
        kind=region.kind,
        name=region.name,
        rule="place.gazetteer",
        region=region,
    )


def _beside_region(tokens: Tokens, at: int, length: int, before: list[_Spot]) -> bool:
    """An ordinary word, but in a list of regions: Kota Padang, Solok, dan Kerinci; Demak, Jawa Tengah."""
    joint = at - 1 - (at > 1 and tokens[at - 1].lower == "dan" and tokens[at - 2].text == ",")
    last = before[-1] if before else None
    follows = (
        last is not None
        and last.region is not None
        and last.end == joint
        and tokens[at - 1].lower in {",", "dan"}
    )
    end = at + length
    return follows or (
        end + 1 < len(tokens)
        and tokens[end].text == ","
        and _named(tokens, end + 1, region_length(tokens, end + 1)) is not None
    )


def _continues(tokens: Tokens, at: int, end: int, named: frozenset[int]) -> bool:
    """Capitals right before or after, in one run: Bali United, Persija Jakarta; not ganda Indonesia Ayu Kinanti."""
    after = (
        end < len(tokens)
        and tokens[end].is_capital
        and not tokens[end].is_day
        and tokens[end].start - tokens[end - 1].end == 1
    )
    before = (
        at > 1
        and tokens[at - 1].is_capital
        and not AGE_CLASS.fullmatch(tokens[at - 1].text)
        and not _opens_sentence(tokens, at - 1)
    )
    return (after and tokens[end].start not in named) or before


def _opens_sentence(tokens: Tokens, at: int) -> bool:
    return at == 0 or tokens[at - 1].text in '.!?“”":'


def _in_list(tokens: Tokens, at: int, before: list[_Spot], parents: frozenset[str]) -> _Spot | None:
    """A bare district after a street, a facility or a village; or before the city it lies in."""
    length = district_length(tokens, at)
    end = at + length
    if not length or (end < len(tokens) and tokens[end].is_capital):
        return None
    name = " ".join(t.text for t in tokens[at:end])
    last = before[-1] if before else None
    kin = frozenset(
        spot.region.code[:5]
        for spot in before
        if spot.kind == "district" and spot.region and spot.region.code
    )
    follows = (
        last is not None
        and last.kind in {"street", "facility", "village"}
        and last.end == at - 1
        and tokens[at - 1].text == ","
    )
    leads = (
        end + 1 < len(tokens)
        and tokens[end].text == ","
        and _lies_in(name, _named(tokens, end + 1, region_length(tokens, end + 1)))
    )
    region = district(name, parents | kin)
    goes = (
        at > 0
        and tokens[at - 1].lower in MOVES
        and len(name) > LEAST_NAME
        and region is not None
        and region.code is not None
    )
    beside = (
        len(name) > LEAST_NAME and region is not None and (region.code or "")[:5] in kin
    )  # Kecamatan A 14 kasus, B 11 kasus
    if not (follows or leads or goes or beside):
        return None
    return _Spot(
        start=at,
        end=end,
        kind="district",
        name=region.name if region else name,
        rule="place.list",
        region=region,
    )


def _listed_village(tokens: Tokens, at: int, before: list[_Spot]) -> _Spot | None:
    """Desa Salua, Bolapapu, dan Namo: plain names after the marked one, in a list that ends with dan."""
    if not before or tokens[at - 1].text not in {",", "dan"}:
        return None
    last, joint = (
        before[-1],
        at - 1 - (at > 1 and tokens[at - 1].text == "dan" and tokens[at - 2].text == ","),
    )
    if (
        last.kind not in {"village", "district"}
        or last.rule not in {"place.marked", "place.list"}
        or last.end != joint
    ):
        return None
    end = _capitals(tokens, at)
    ends = tokens[at - 1].text == "dan" or (
        end + 1 < len(tokens)
        and (
            tokens[end].text == "dan"
            or (
                tokens[end].text == ","
                and (tokens[end + 1].text == "dan" or tokens[end + 1].is_capital)
            )
        )
    )
    if not (ends and end - at <= 2 and all(_may_be_town(t) for t in tokens[at:end])):
        return None
    return last._replace(
        start=at,
        end=end,
        name=" ".join(t.text for t in tokens[at:end]),
        rule="place.list",
        region=None,
    )


def _unknown(tokens: Tokens, at: int, before: list[_Spot]) -> _Spot | None:
    """A name nobody lists: between a site and what follows its comma, before the region it lies in, or where somebody is: di Cemorosewu."""
    joint, last = (
        tokens[at - 1].lower if at else "",
        before[-1] if before and before[-1].end == at - 1 else None,
    )
    if joint not in MOVES and not (last and joint in {",", "dan"}):
        return None
    end = _capitals(tokens, at)
    if (
        not 0 < end - at <= 2
        or region_length(tokens, at)
        or not all(_may_be_town(t) for t in tokens[at:end])
    ):
        return None
    after = tokens[end].text if end < len(tokens) else "."
    stands = joint in {"di", "ke", "asal"} or (
        last is not None and last.kind in {"other", "district"}
    )
    follows = joint in MOVES or (
        last is not None and last.kind in {"street", "facility", "village"} and joint == ","
    )
    listed = (
        after == ","
        and end + 1 < len(tokens)
        and _named(tokens, end + 1, region_length(tokens, end + 1)) is not None
    )
    if not (stands and not after[0].isdigit() and after not in "(&/") and not (listed and follows):
        return None
    return _Spot(
        start=at,
        end=end,
        kind="other",
        name=" ".join(t.text for t in tokens[at:end]),
        rule="place.unlisted",
    )


def _may_be_town(token: Token) -> bool:
    plain = (
        len(token.text) >= LEAST_NAME
        and token.text[1:].islower()
        and token.text.isalpha()
        and token.text not in sites("nowhere")
    )
    return plain and not (
        token.is_title
        or token.is_opener
        or token.is_common_name
        or token.is_head
        or token.is_ministry
    )


def _lies_in(name: str, region: Region | None) -> bool:
    if region is None or region.code is None:
        return False
    found = district(name, frozenset({region.code}))
    return found is not None and found.code is not None and found.code.startswith(region.code)


def _located(
    body: BodyText,
    paragraph: Paragraph,
    spots: list[_Spot],
    starts: tuple[int, ...],
    dates: tuple[DateMentioned, ...],
) -> frozenset[int]:
    """Where the event took place: a comma list after `di` in the lead, at a site, or with a date beside it: di Jakarta, Selasa."""
    found: set[int] = set()
    for low, high in _runs(paragraph.tokens, spots):
        last = paragraph.tokens[spots[high].end - 1]
        stands = _stands(paragraph.tokens, spots[low].start)
        if (
            stands
            and spots[low].start > 1
            and paragraph.tokens[spots[low].start - 2].lower in {"lahir", "kelahiran", "dilahirkan"}
        ):
            continue
        site = spots[low].kind == "street" or (
            spots[low].kind == "facility"
            and paragraph.tokens[spots[low].start].text not in sites("buildings")
        )
        opens = (
            stands
            and paragraph.tokens[spots[low].start - 1].text == "Di"
            and spots[low].kind in {"village", "district"}
        )
        lead = paragraph.number == 1
        rises = lead and (
            spots[low].start == 0
            if site
            else spots[high].rule == "place.nature" and _acts(paragraph.tokens, spots[high].end)
        )
        if (
            opens
            or rises
            or (stands and (site or (paragraph.number == 1 and spots[low].kind != "country")))
        ):
            found.update(range(low, high + 1))
        if not stands and not site:
            continue
        index = bisect_right(starts, last.end - 1)
        after = (
            index < len(dates)
            and dates[index].resolution == "day"
            and BETWEEN.fullmatch(body.text, last.end, dates[index].char_start)
        )
        prior = paragraph.tokens[spots[low].start - 1].start
        before = (
            index > 0
            and dates[index - 1].resolution == "day"
            and BETWEEN.fullmatch(body.text, dates[index - 1].char_end, prior)
        )
        if after or before:
            found.update(range(low, high + 1))
    return frozenset(found)


def _stands(tokens: Tokens, at: int) -> bool:
    """Di Jakarta — and di kantor X, Jakarta: what is in a building's apposition."""
    index = at - 1
    if at and tokens[index].text == ",":
        while (
            index > max(at - LONGEST_SITE, 0)
            and tokens[index - 1].is_word
            and tokens[index].lower != "di"
        ):
            index -= 1
        return tokens[index].lower == "di" and (
            tokens[index + 1].is_small or tokens[index + 1].is_head
        )
    return at > 0 and tokens[index].lower in NEAR


def _acts(tokens: Tokens, at: int) -> bool:
    """Sungai Miu meluap, Gunung Semeru kembali meletus."""
    return (
        at < len(tokens)
        and tokens[at].is_small
        and tokens[at].lower not in CLAUSE_WORDS | {"dan", "hingga", "sampai"}
    )


def _where_said(paragraph: Paragraph, spots: list[_Spot], told: frozenset[int]) -> frozenset[int]:
    """Kata Gunawan di rumah duka, Dusun Cimuja: where somebody speaks, with what says more of it after a comma."""
    tokens, found = paragraph.tokens, set[int]()
    for low, high in _runs(tokens, spots):
        at = spots[low].start - 1
        while (
            at > 0
            and (tokens[at].text == "," or (tokens[at].is_word and tokens[at].lower not in NEAR))
            and spots[low].start - at < LONGEST_SITE
        ):
            at -= 1
        if at > 0 and tokens[at].lower == "di" and tokens[at - 1].end in told:
            found.update(range(low, high + 1))
    return frozenset(found)


def _runs(tokens: Tokens, spots: list[_Spot]) -> list[tuple[int, int]]:
    """Neighbours with nothing but a comma or `dan` between them."""
    runs: list[tuple[int, int]] = []
    for index, spot in enumerate(spots):
        joined = (
            index > 0
            and spots[index - 1].end == spot.start - 1
            and tokens[spot.start - 1].text in {",", "dan"}
        )
        if joined:
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return runs


def _place(body: BodyText, paragraph: Paragraph, spot: _Spot, number: int, *, event: bool) -> Place:
    start, end = span_of(paragraph.tokens, (spot.start, spot.end))
    role = "event_location" if event else "mention"
    where = {"paragraph_no": paragraph.number, "char_start": start, "char_end": end}
    return _row(
        number,
        body.text[start:end],
        spot.kind,
        spot.name,
        spot.region,
        rule_id=spot.rule,
        role=role,
        **where,
    )


def _row(number: int, text: str, kind: str, name: str, region: Region | None, **told: Any) -> Place:
    """A region is known by its Kemendagri code; anything else by its kind and name."""
    region_id = (region.region_id if region else None) or entity_id(f"place:{kind}", name)
    return Place(
        place_no=number,
        text=text,
        kind=kind,
        place_name=name,
        region_id=region_id,
        kemendagri_code=region.code if region else None,
        bps_code=region.bps_code if region else None,
        **told,
    )


def _in_dateline(part: str) -> Region | None:
    """A region, or the district that a smaller town is known by."""
    name = part.strip()
    region = names(ordinary=True).get(name.lower())
    return region if region and region.kind != "other" else district(name, frozenset()) or region


def _dateline(dateline: str | None, start: int | None) -> list[Place]:
    """VOICEIndonesia.co, Jakarta: the last part that is a region, also in capitals."""
    parts = [m for m in re.finditer(r"[^,:–—()|]+", dateline or "") if _in_dateline(m.group())]
    if not parts:
        return []
    found = parts[-1].group()
    text = found.strip()
    region = _in_dateline(found)
    assert region is not None
    first = (
        start + parts[-1].start() + len(found) - len(found.lstrip()) if start is not None else None
    )
    end = first + len(text) if first is not None else None
    where = {"paragraph_no": None, "source_start": first, "source_end": end}
    return [
        _row(
            1,
            text,
            region.kind,
            region.name,
            region,
            rule_id="place.dateline",
            role="dateline",
            **where,
        )
    ]
