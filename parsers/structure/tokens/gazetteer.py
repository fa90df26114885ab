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


def bare_name(name: str) -> str:
    """Without the level: Malang for Kabupaten Malang."""
    for level in ("Kabupaten ", "Kota ", "Administrasi "):
        name = name.removeprefix(level)
    return name.lower()


@cache
def aliases_of_regions() -> dict[str, Region]:
    names = table("aliases_places").items()
    return {name.lower(): by_code()[code] for name, code in names if name != "ignore"}


@cache
def regions(*, ordinary: bool = False) -> dict[str, Region]:
    """What a bare name means: a province before a city, a city before its regency; also countries and cities abroad.

    Names that are ordinary words as well are left out unless asked for.
    """
    by_name = {r["name"].lower(): Region(name=r["name"], kind="country") for r in rows("countries")}
    by_name |= {name.lower(): Region(name=name, kind="city") for name in table("places")["abroad"]}
    for region in sorted(by_code().values(), key=_precedence):
        by_name |= {bare_name(region.name): region, region.name.lower(): region}
    words = lower(table("aliases_places")["ignore"]["names"])
    for name in (*table("places")["areas"], *table("places")["towns"]):
        if name.lower() not in by_name or name.lower() in words:
            by_name[name.lower()] = _town(name)
    if not ordinary:
        by_name = {name: region for name, region in by_name.items() if name not in words}
    return by_name | aliases_of_regions()


def _precedence(region: Region) -> tuple[bool, bool]:
    """A later region takes the bare name."""
    return region.kind == "province", region.name.startswith("Kota")


def _town(name: str) -> Region:
    """The district of that name where there is but one."""
    region = district(name, frozenset())
    return region if region and region.code else Region(name=name, kind="other")


@cache
def regions_after(marker: str) -> dict[str, Region]:
    """Names after Kabupaten, Kota or Provinsi, the ordinary words among them too."""
    level = {"kabupaten": "Kabupaten ", "kab": "Kabupaten ", "kota": "Kota "}.get(marker)
    group = [
        r
        for r in by_code().values()
        if (r.name.startswith(level) if level else r.kind == "province")
    ]
    aliases = {name: region for name, region in aliases_of_regions().items() if region in group}
    return aliases | {bare_name(r.name): r for r in group}


@cache
def districts() -> dict[str, tuple[Region, ...]]:
    by_name: dict[str, tuple[Region, ...]] = {}
    for row in rows("districts"):
        region = Region(name=row["name"], kind="district", code=row["kemendagri_code"])
        key = row["name"].lower()
        by_name[key] = (*by_name.get(key, ()), region)
    return by_name


def district(name: str, parents: frozenset[str]) -> Region | None:
    """The district of that name: the only one, or the only one in a city, regency or province the text names."""
    group = districts().get(name.lower(), ())
    inside = [r for r in group if r.code and r.code[:5] in parents] or [
        r for r in group if r.code and r.code[:2] in parents
    ]
    if len(inside) == 1 or len(group) == 1:
        return (inside if len(inside) == 1 else group)[0]
    return Region(name=group[0].name, kind="district") if group else None
