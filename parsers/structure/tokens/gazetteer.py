"""Regions of Indonesia by name, with the codes of Kemendagri and BPS; countries by name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from parsers.language.words import lower, rows, table


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    name: str
    kind: str  # country, province, city, district
    code: str | None = None
    bps_code: str | None = None

    @property
    def region_id(self) -> str | None:
        return f"id-{self.code}" if self.code else None


@cache
def by_code() -> dict[str, Region]:
    return {
        r["kemendagri_code"]: Region(
            name=r["name"],
            kind=r["level"],
            code=r["kemendagri_code"],
            bps_code=r["bps_code"] or None,
        )
        for r in rows("regions")
    }


def bare(name: str) -> str:
    return (
        name.removeprefix("Kabupaten ").removeprefix("Kota ").removeprefix("Administrasi ").lower()
    )


@cache
def names(*, ordinary: bool = False) -> dict[str, Region]:
    """What a bare name means: a province before a city, a city before its regency; other names, countries and cities abroad too.

    Names that are ordinary words as well are left out unless asked for.
    """
    found = {r["name"].lower(): Region(name=r["name"], kind="country") for r in rows("countries")}
    found |= {name.lower(): Region(name=name, kind="city") for name in table("places")["abroad"]}
    regencies_first = sorted(
        by_code().values(), key=lambda r: (r.kind == "province", r.name.startswith("Kota"))
    )
    found |= {
        key: region
        for region in regencies_first
        for key in (bare(region.name), region.name.lower())
    }
    ignored = lower(table("aliases_places")["ignore"]["names"])
    areas = {
        name.lower(): _town(name) for name in (*table("places")["areas"], *table("places")["towns"])
    }
    found |= {
        name: region for name, region in areas.items() if name not in found or name in ignored
    }
    if not ordinary:
        found = {name: region for name, region in found.items() if name not in ignored}
    return found | {
        name.lower(): by_code()[code]
        for name, code in table("aliases_places").items()
        if name != "ignore"
    }


def _town(name: str) -> Region:
    """The district of that name where there is but one."""
    found = district(name, frozenset())
    return found if found and found.code else Region(name=name, kind="other")


@cache
def marked(marker: str) -> dict[str, Region]:
    """Names after Kabupaten, Kota or Provinsi, the ordinary words among them too."""
    want = {"kabupaten": "Kabupaten ", "kab": "Kabupaten ", "kota": "Kota "}.get(marker)
    regions = [
        r for r in by_code().values() if (r.name.startswith(want) if want else r.kind == "province")
    ]
    short = {
        name.lower(): by_code()[code]
        for name, code in table("aliases_places").items()
        if name != "ignore"
    }
    return {name: region for name, region in short.items() if region in regions} | {
        bare(r.name): r for r in regions
    }


@cache
def districts() -> dict[str, tuple[Region, ...]]:
    found: dict[str, list[Region]] = {}
    for row in rows("districts"):
        found.setdefault(row["name"].lower(), []).append(
            Region(name=row["name"], kind="district", code=row["kemendagri_code"])
        )
    return {name: tuple(group) for name, group in found.items()}


def district(name: str, parents: frozenset[str]) -> Region | None:
    """The district of that name: the only one, or the only one in a city or regency the text names."""
    group = districts().get(name.lower(), ())
    here = [r for r in group if r.code and r.code[:5] in parents] or [
        r for r in group if r.code and r.code[:2] in parents
    ]
    if len(here) == 1:
        return here[0]
    return (
        group[0]
        if len(group) == 1
        else Region(name=group[0].name, kind="district")
        if group
        else None
    )
