"""Written forms of dates, and the words around a number or a name that tell whether it is a date."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from parsers.language.words import all_weekdays, lower, months, table

YEAR = r"(?P<y>(?:19|20)\d\d)"
DAY, LAST_DAY, MONTH_NUMBER = r"(?P<d>\d{1,2})", r"(?P<e>\d{1,2})", r"(?P<n>\d{1,2})"
NUMERIC_DAY = rf"(?<!\d){DAY}[/-]{MONTH_NUMBER}[/-](?P<y>(?:19|20)\d\d|\d\d)(?!\d)"
TO = r"\s?(?:[-–—]|sampai|hingga|s/d)\s?"
STEPS = {"ini": 0, "lalu": -1, "depan": 1}
COUNTS = ("dua", "tiga", "empat", "lima", "enam", "tujuh", "sepuluh")
ORDINALS = {"pertama": 1, "kedua": 2, "ketiga": 3, "keempat": 4}
UNTIL = re.compile(
    r"\b(?:sampai|hingga|paling lambat|paling cepat|mulai|dimulai)(?: (?:bulan|awal|akhir|pertengahan))? $"
)  # a month still to come
AHEAD = re.compile(
    r"\b(?:akan|bakal|dijadwalkan|rencananya|direncanakan|ditargetkan|mendatang|nanti|will|akan datang)\b",
    re.IGNORECASE,
)
BEHIND = re.compile(r"\b(?:telah|sudah|kemarin|silam|lalu|sebelumnya|sejak)\b", re.IGNORECASE)
LAW = re.compile(r"\b(?:nomor|no\.?)\s?\S{1,12}\s(?:tahun\s)?$", re.IGNORECASE)
COUNTED = re.compile(r"(?:\d|beberapa|dua|tiga|empat|lima|enam|sejumlah)\s$", re.IGNORECASE)


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def patterns() -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    """Method, whether it begins with digits, form; earlier forms win where two overlap.

    Weekdays and brackets before a day are looked for afterwards.
    """
    month, units = f"(?i:{_any(months())})", table("units")["units"]
    unit = _any(lower(units["measure"]) | lower(units["count"]))
    counted = rf"(?:(?<=[Tt]ahun\s\d{{4}})|(?<=[Ss]ejak\s\d{{4}})|(?!\s(?i:{unit})\b))"
    of, free = rf"\s(?P<m>{month})\b", r"(?<![\d.,/-])"
    forms = (
        (
            "date.explicit_day_range",
            rf"(?<![\d.,/]){DAY}{TO}{LAST_DAY}/{MONTH_NUMBER}(?:/{YEAR})?(?![\d/])",
        ),
        (
            "date.explicit_day_range",
            rf"{free}{DAY}\s(?P<m1>{month})(?:\s(?:19|20)\d\d)?{TO}{LAST_DAY}{of}(?:\s{YEAR}\b)?",
        ),
        ("date.explicit_dmy", NUMERIC_DAY),
        ("date.explicit_day_range", rf"(?<![\d.,]){DAY}{TO}{LAST_DAY}{of}(?:\s{YEAR}\b)?"),
        ("date.explicit_dmy", rf"{free}{DAY}[\s-](?P<m>{month})\b\.?,?[\s-]\s?{YEAR}\b"),
        ("date.explicit_dmy", rf"\b(?P<m>{month})\.?\s{DAY},\s{YEAR}\b"),
        ("date.explicit_dm", rf"(?<=\(){DAY}[/-]{MONTH_NUMBER}(?=\))"),
        ("date.explicit_dm", rf"{free}{DAY}{of}"),
        (
            "date.explicit_month_range",
            rf"\b(?P<n1>{month})(?:\s(?P<y1>(?:19|20)\d\d))?{TO}(?P<m>{month})\b(?:\s{YEAR}\b)?",
        ),
        (
            "date.explicit_month_range",
            rf"\b(?i:(?P<q>kuartal|triwulan|semester))\s(?P<o>[1-4]|I{{1,3}}|IV|{_any(ORDINALS)})[\s/-](?:tahun\s)?{YEAR}\b",
        ),
        ("date.explicit_month", rf"\b(?P<m>{month})\s{{1,2}}(?:tahun\s)?{YEAR}\b"),
        (
            "date.explicit_year_range",
            rf"(?<![\d/.,-]){YEAR}(?:{TO}|/)(?P<z>(?:19|20)\d\d)(?![\d/-])",
        ),
        (
            "date.explicit_year",
            r"(?:(?<=[^\W\d_]\s)|(?<=[)(]\s)|(?<=\d\d\d\d,\s)|(?<=\()|^)(?P<y>19\d\d|20[0-4]\d)(?P<an>-an)?\b(?![.,/–-]?\d)(?!%|\s(?:persen|ribu|juta|WIB)\b)"
            + counted,
        ),
        (
            "date.month_anchor",
            rf"\b(?P<m>{_any(m.capitalize() for m in months() if len(m) > 2)})\b(?!\s\d|-[a-z])(?:\stahun\s(?P<k>{_any(STEPS)}))?",
        ),
    )
    return tuple((rule_id, not form.startswith("\\b"), re.compile(form)) for rule_id, form in forms)


@cache
def weekday_before() -> re.Pattern[str]:
    """Also two of them, and what says more: Kamis malam (12/11), Sabtu lalu (7/6), Sabtu-Minggu (14-15/11)."""
    days = f"(?i:{_any(all_weekdays())})"
    return re.compile(
        rf"\b(?:{days}\s?[-–/]\s?)?(?P<w>{days})(?:\s(?:pagi|siang|sore|petang|malam|dini hari))?(?:\s(?:pekan )?lalu)?,?\s{{0,2}}\(?$"
    )


# What a weekday of habit stands in: setiap Selasa, Kamis, dan Sabtu; hari Sabtu, Minggu, dan libur nasional; Pasar Minggu.
EVERY = re.compile(r"\b(?:(?:setiap|tiap|saban)\b[^.\d]{0,40}|Pasar )$", re.IGNORECASE)
HOLIDAYS = re.compile(r"[^.\d]{0,12}\bdan (?:hari )?libur\b")


# Before a number that looks like a year these make something else of it.
NO_YEAR = re.compile(
    r"(?:\b(?:nomor|no\.?|pasal|sebanyak|sekitar|total|jumlah|kapasitas|senilai|sebesar|rp\.?|us\$|km|jalan|seri|iso|unit|kode|rm"
    r"|lebih dari|kurang dari|hampir|mencapai|menjadi|dan|atau|pukul|jam|over|about|nearly|around|than|least)\s|[$(]\s?)$",
    re.IGNORECASE,
)
NAME_BEFORE = re.compile(
    r"[^\s.!?“”\":(]\s[A-Z][\w.’'/-]*\s$"
)  # a capital word inside a sentence: a month after it is a name
# Words before a year that is no part of a name: Sejak 2018; also glued to an address, Kabar.compada 2018.
YEAR_LEADS = re.compile(
    r"(?:\b(?:tahun|dari|sampai|hingga|sepanjang|selama|setelah|sebelum|akhir|awal|pertengahan|medio|di|untuk|mulai|dan"
    r"|antara|memasuki|menjelang|era|musim|per|dalam|ke|in|since|of|from|until|by|early|late|mid)|pada|sejak)\s$",
    re.IGNORECASE,
)
# Piala Dunia 2026, (PIMU) 2025, piala dunia 2026
NAMED_YEAR = re.compile(r"(?<![\w’'-])[A-Z][\w.’'&+-]*\)?\s$|\bpiala \w+(?: \w+)?\s$")
TITLED = re.compile(r"\b(?:Ibu|Bu|Mbak|Kak|Nyonya|Ny|Bapak|Pak|Mas|Si|Nama) $")
YEARS_BEFORE = re.compile(
    r"\b(?:19|20)\d\d(?:, (?:dan )?| dan )$"
)  # one more year: 2023, 2024, dan 2025
NAME_AFTER = re.compile(r"\s[A-Z][a-z]")


@cache
def relatives() -> re.Pattern[str]:
    days, units = table("months")["relative"], table("months")["units"]
    return re.compile(
        rf"\b(?:(?P<days>{_any(days)})|(?P<n>\d{{1,2}}|{_any(COUNTS)}) hari (?:yang )?lalu|(?P<u>{_any(units)}) (?P<k>{_any(STEPS)}))\b",
        re.IGNORECASE,
    )


@cache
def bare_weekday() -> re.Pattern[str]:
    return re.compile(
        rf"\b(?<!Black )(?<!Good )(?<!Cyber )(?P<w>{_any(w.capitalize() for w in all_weekdays())})\b(?!\s?\(?\d)(?!\s(?:ini|Kliwon|Legi|Pahing|Pon|Wage|Paing|Manis|Abu|Agung))"
        rf"(?:\s(?P<k>depan|mendatang|lalu))?"
    )
