"""The full form of the name of a body or an office: Pemkab Bone to Pemerintah Kabupaten Bone, Mensos to Menteri Sosial."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from parsers.language.common_words import is_common_word
from parsers.language.words import rows, table

LONGEST_REGION = 4  # words
LEVELS = ("Provinsi", "Kabupaten", "Kota")
STATE = re.compile(r" (?:RI|Republik Indonesia)$")
COMPANY = re.compile(r"(?: \(?Persero\)?,?| Tbk\.?)+$")
HEAD = re.compile(
    r"(?:Wakil )?(?:Kepala Pelaksana|Kepala|Ketua Umum|Ketua|Juru Bicara|Direktur Utama|Panglima|Komandan) "
)
# One person at a time holds these; a deputy, a member or a lecturer is one of several.
SINGLE = re.compile(
    r"(?:Wakil )?(?:Presiden$|Menteri \w|Gubernur \w|Bupati \w|Wali Kota \w)|Jaksa Agung$|Sekretaris Kabinet$"
    r"|(?:Panglima|Camat|Lurah|Rektor|Ketua Umum|Sekretaris Jenderal|Sekretaris Daerah|Direktur Utama|Direktur Eksekutif"
    r"|Kepala Desa|Kepala Staf|(?:Wakil )?Kepala Kepolisian|Kepala (?:Pelaksana )?Badan|Kepala (?:Dinas|Kejaksaan|Perwakilan)"
    r"|Kepala (?:Kantor Wilayah|Satuan Reserse|Satuan Lalu Lintas|Satuan Polisi)|Komandan Komando|Imam Besar) \w"
    r"|Ketua (?:Dewan Perwakilan|Majelis|Mahkamah|Pengadilan|Komisi|Badan|Fraksi|Dewan Komisioner) \w"
)
# Every region has one of these: without the region's name nobody knows which is meant.
WITHOUT_REGION = re.compile(
    r".*(?:Kepolisian (?:Daerah|Resor|Resor Kota|Resor Kota Besar|Sektor)|Kejaksaan (?:Tinggi|Negeri)|Sekretaris Daerah"
    r"|Pengadilan \w+|Komando \w+ Militer|Dewan Perwakilan Rakyat Daerah|Badan .*Daerah)(?: Provinsi| Kabupaten| Kota)?$"
)
LOCAL = re.compile(
    r"Pemerintah (?:Provinsi|Kabupaten|Kota|Daerah|Desa)|Kepolisian (?:Daerah|Resor|Resor Kota|Resor Kota Besar|Sektor)|Kejaksaan (?:Tinggi|Negeri)"
    r"|Dewan Perwakilan Rakyat Daerah|Badan .*Daerah|Satuan (?:Polisi Pamong Praja|Lalu Lintas|Reserse \w+)|Kantor Wilayah"
    r"|Lembaga Pemasyarakatan|Rumah Sakit Umum (?:Daerah|Pusat)|Pengadilan (?:Negeri|Tinggi|Agama)|Komando \w+ Militer"
)
NEEDS_REGION = re.compile(r"Kepala (?:Dinas (?!Penerangan )|Kantor Wilayah|Satuan)")
REGIONAL = re.compile(r"(?:Wakil )?(?:Gubernur|Bupati|Wali Kota) \w|(?:Camat|Lurah|Kepala Desa) \w")


def body_form(name: str) -> str:
    """The full form of the name of a body; the name itself where there is no other."""
    full = _expanded(COMPANY.sub("", name), "bodies")
    full = re.sub(r" (?:Mabes|Markas Besar) Polri$", " Polri", full)
    levels = table("name_forms")["levels"]
    with_level = full.startswith(tuple(levels["names"]))
    if with_level or full.startswith(tuple(levels["regions"])):
        # without its region it is another body in every article
        return _with_region(full, with_level=with_level) or name
    return full


@lru_cache(maxsize=4096)
def office_form(office: str) -> str:
    """The full form of an office, without commas; the office itself where there is no other."""
    office = " ".join(office.replace(",", " ").split())
    office = office[:1].upper() + office[1:]
    prefix = ""
    for short in ("Plt", "Plh", "Pjs", "Pj"):
        if re.match(rf"{short}\.? \w", office):
            prefix = table("name_forms")["offices"][short] + " "
            office = office[len(short) :].lstrip(". ")
    office = _expanded(office, "offices")
    if office.startswith(("Presiden", "Wakil Presiden", "Menteri", "Wakil Menteri")):
        office = STATE.sub("", office)
    office = re.sub(r"^Menteri Koordinator (?!Bidang )", "Menteri Koordinator Bidang ", office)
    office = re.sub(r"^Bupati Kabupaten ", "Bupati ", office)
    if REGIONAL.match(office):
        office = _with_region(office, with_level=False) or office
    elif office.startswith("Sekretaris Daerah "):
        office = _with_region(office, with_level=True) or office
    elif head := HEAD.match(office):
        office = head[0] + body_form(office[head.end() :])
    return prefix + office


def needs_region(body: str) -> bool:
    """Whether every region has a body of this name, and the name does not say which: Polres, Dinas Kesehatan."""
    words = body.split(" ")
    full = table("name_forms")["bodies"].get(" ".join(words[:2])) if len(words) == 2 else None
    full = full or " ".join([table("name_forms")["bodies"].get(words[0], words[0]), *words[1:]])
    head, _, field = full.partition(" ")
    if head in {"Dinas", "Fakultas"}:
        return all(is_common_word(word) for word in field.lower().replace(",", "").split())
    return bool(LOCAL.fullmatch(full)) and _with_region(full, with_level=True) is None


def is_single_office(office: str) -> bool:
    """Whether one person at a time holds this office, in its full form."""
    if not SINGLE.match(office) or WITHOUT_REGION.fullmatch(office):
        return False
    return not NEEDS_REGION.match(office) or _with_region(office, with_level=False) is not None


def is_regional_office(office: str) -> bool:
    """Whether it is the head of a province, regency, city, district or village, or a deputy."""
    return REGIONAL.match(office) is not None


def _expanded(name: str, kind: str) -> str:
    """With the full form of its first words."""
    for words in (3, 2, 1):
        match = re.match(rf"\S+(?: \S+){{{words - 1}}}(?=$| )", name)
        if match and (full := table("name_forms")[kind].get(match[0])):
            if kind == "bodies" and match.end() == len(name):
                return name  # KPU alone is a body of its own, Polres alone is none
            return str(full) + name[match.end() :]
    return name


def _with_region(name: str, *, with_level: bool) -> str | None:
    """With the full name of the region at its end, and the word for its level where it has but one; None without a region."""
    words = name.split(" ")
    for length in range(min(LONGEST_REGION, len(words) - 1), 0, -1):
        head, tail = " ".join(words[:-length]), " ".join(words[-length:])
        if not (names := regions_by_name().get(tail.lower())):
            continue
        bare = {region.split(" ", 1)[1] for region in names}
        tail = min(bare) if len(bare) == 1 else tail
        if not with_level:
            return f"{head.removesuffix(' Provinsi')} {tail}"
        body, _, level = head.rpartition(" ")
        if level not in LEVELS:
            level = min(names).split(" ", 1)[0] if len(names) == 1 else ""
            body = head
        is_named = level and (level != "Provinsi" or body.endswith("Pemerintah"))
        return f"{body} {level} {tail}" if is_named else f"{body} {tail}"
    return None


@cache
def regions_by_name() -> dict[str, frozenset[str]]:
    """A bare or short name in lower case to the regions of that name, each with the word for its level."""
    by_name: dict[str, set[str]] = {}
    by_code: dict[str, str] = {}
    for row in rows("regions"):
        name = row["name"] if row["level"] == "city" else f"Provinsi {row['name']}"
        by_code[row["kemendagri_code"]] = name
        by_name.setdefault(name.split(" ", 1)[1].lower(), set()).add(name)
    for short, code in table("aliases_places").items():
        if short != "ignore" and code in by_code:
            by_name.setdefault(short.lower(), set()).add(by_code[code])
    return {name: frozenset(names) for name, names in by_name.items()}
