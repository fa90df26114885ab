"""Countries, provinces, cities, districts and villages: after a marker, in the gazetteer, in a list, or unlisted."""

from __future__ import annotations

from parsers.language.words import table
from parsers.structure.places.place_span import (
    LEADS,
    LEAST_NAME,
    MOVES,
    PlaceSpan,
    TextPlaces,
    capitals_end,
    continues_name,
    lower_text,
    may_be_town,
    region_at,
)
from parsers.structure.tokens.gazetteer import Region, district, regions, regions_after
from parsers.structure.tokens.token import Tokens, district_length, text_of

MONEY = frozenset(word.split()[0] for word in table("units")["currency_words"])
PEOPLES = frozenset({"bahasa", "suku", "etnis"})
VERSUS = frozenset({"vs", "kontra"})
# Desa Binaan is no village
PROGRAMMES = frozenset(
    {"Binaan", "Siaga", "Tangguh", "Wisata", "Mandiri", "Cerdas", "Sadar", "Ramah", "Berseri"}
)


def after_marker(tokens: Tokens, at: int, parents: frozenset[str]) -> PlaceSpan | None:
    """Kabupaten Malaka, Kecamatan Gambir, Desa Manulea."""
    level = tokens[at].marker
    if level is None or at + 1 >= len(tokens):
        return None
    low = at + 1 + (tokens[at + 1].text in {".", "Administrasi"})
    if low >= len(tokens) or not tokens[low].is_capital:
        return None
    if level in {"province", "city"}:
        return _after_city_marker(tokens, at, low, level)
    length = district_length(tokens, low) if level == "district" else 0
    end = low + length if length else capitals_end(tokens, low)
    if end - low > 3 or tokens[low].is_head or tokens[low].text in PROGRAMMES:
        return None
    name = text_of(tokens[low:end])
    region = district(name, parents) if level == "district" else None
    return PlaceSpan(
        start=at,
        end=end,
        kind=level,
        name=region.name if region else name,
        rule_id="place.marked",
        region=region,
    )


def _after_city_marker(tokens: Tokens, at: int, low: int, level: str) -> PlaceSpan | None:
    by_name = regions_after(tokens[at].lower)
    for end in range(min(low + 4, len(tokens)), low, -1):
        if region := by_name.get(lower_text(tokens[low:end])):
            return PlaceSpan(at, end, level, region.name, "place.marked", region)
    return None


def gazetteer_region(tokens: Tokens, at: int, text: TextPlaces) -> PlaceSpan | None:
    """A province, city or country by its bare name, where it is no part of a longer name."""
    length, lead = tokens[at].region, tokens[at - 1].lower if at else ""
    if not length or lead in MONEY or lead in PEOPLES:  # dolar Singapura
        return None
    region = region_at(tokens, at)
    if region is None and lead in LEADS:
        region = regions(ordinary=True).get(lower_text(tokens[at : at + length]))
    if region is None or continues_name(tokens, at, at + length, text.persons):
        return None
    if lead in VERSUS or (at + length < len(tokens) and tokens[at + length].lower in VERSUS):
        return None  # its team
    if region.kind == "other" and (nearer := district(region.name, text.parents)) and nearer.code:
        region = nearer
    return PlaceSpan(at, at + length, region.kind, region.name, "place.gazetteer", region)


def _precedes_region(tokens: Tokens, end: int) -> bool:
    """A comma and a region stand there."""
    return end < len(tokens) and tokens[end].text == "," and region_at(tokens, end + 1) is not None


def bare_district(
    tokens: Tokens, at: int, before: list[PlaceSpan], parents: frozenset[str]
) -> PlaceSpan | None:
    """A district before the city it lies in, beside another one, or where somebody goes."""
    length = district_length(tokens, at)
    end = at + length
    if not length or (end < len(tokens) and tokens[end].is_capital):
        return None
    name = text_of(tokens[at:end])
    siblings = frozenset(
        p.region.code[:5] for p in before if p.kind == "district" and p.region and p.region.code
    )
    region = district(name, parents | siblings)
    code = region.code if region and region.code and len(name) > LEAST_NAME else None
    moves = at > 0 and tokens[at - 1].lower in MOVES
    # Kecamatan A 14 kasus, B 11 kasus
    is_district = code is not None and (moves or code[:5] in siblings)
    precedes = (
        end + 1 < len(tokens)
        and tokens[end].text == ","
        and _lies_in(name, region_at(tokens, end + 1))
    )
    if not (is_district or precedes or _follows_address(tokens, at, before)):
        return None
    kind, rule_id = "district", "place.list"
    return PlaceSpan(at, end, kind, region.name if region else name, rule_id, region)


def _follows_address(tokens: Tokens, at: int, before: list[PlaceSpan]) -> bool:
    """After a street, a facility or a village, and a comma."""
    return (
        len(before) > 0
        and before[-1].kind in {"street", "facility", "village"}
        and before[-1].end == at - 1
        and tokens[at - 1].text == ","
    )


def _lies_in(name: str, region: Region | None) -> bool:
    if region is None or region.code is None:
        return False
    inside = district(name, frozenset({region.code}))
    return inside is not None and inside.code is not None and inside.code.startswith(region.code)


def unlisted_place(tokens: Tokens, at: int, before: list[PlaceSpan]) -> PlaceSpan | None:
    """A name nobody lists, before the region it lies in: where somebody is or goes, or after an address."""
    moves = at > 0 and tokens[at - 1].lower in MOVES
    if not (moves or _follows_address(tokens, at, before)):
        return None
    end = capitals_end(tokens, at)
    is_town = 0 < end - at <= 2 and all(may_be_town(t) for t in tokens[at:end])
    if not is_town or tokens[at].region or not _precedes_region(tokens, end):
        return None
    return PlaceSpan(at, end, "other", text_of(tokens[at:end]), "place.unlisted")


def short_form_after(tokens: Tokens, place: PlaceSpan) -> dict[str, PlaceSpan]:
    """Amerika Serikat (AS), Jakarta Convention Center (JCC)."""
    initials = "".join(t.text[0] for t in tokens[place.start : place.end])
    is_defined = text_of(tokens[place.end : place.end + 3]) == f"( {initials} )"
    return {initials: place} if is_defined and place.end - place.start > 1 else {}


def by_short_form(tokens: Tokens, at: int, text: TextPlaces) -> PlaceSpan | None:
    place = text.short_forms.get(tokens[at].text)
    is_money = at > 0 and tokens[at - 1].lower in MONEY
    if place is None or is_money or continues_name(tokens, at, at + 1, text.persons):
        return None
    return place._replace(start=at, end=at + 1)
