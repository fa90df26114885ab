"""Where the event took place: after `di`, at a site, with a date beside it, what it struck, or where somebody speaks.

Background is named only: where people live or were born, what something is compared with, and what happened years before.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import timedelta

from parsers.facts import DateMentioned
from parsers.language.words import all_weekdays, lower
from parsers.structure.names.phrase_bounds import CLAUSE_WORDS
from parsers.structure.places.place_span import BESIDE, LONGEST_SITE, PlaceSpan, joint_before
from parsers.structure.tokens.text import BodyText, Paragraph
from parsers.structure.tokens.token import Tokens, sites

BETWEEN = re.compile(r"[\s,]*(?:pada\s|hari\s)*")
BIRTH = frozenset({"lahir", "kelahiran", "dilahirkan"})
# Between `di` and a place: di kota Semarang, di sebuah pabrik Malaysia.
INSIDE = BESIDE | lower(
    "kota daerah seluruh perbatasan puncak area ibu pabrik desa kampung negara bagian pulau ruas kompleks komplek pasar"
    " pelabuhan perumahan sebuah salah satu hotel lapangan stadion jalan"
)
LIVES = lower(
    "tinggal menetap bermukim berdomisili besar kuliah sekolah bekerja praktik berkarier bermarkas berkantor berbasis bersertifikat"
    " mengajar lulusan alumni"
)
BEST = lower(  # terbesar di Indonesia
    "terbesar terkaya terkuat termegah terbaik tertinggi terpanjang tertua terlaris terpopuler terkenal termahal termurah terkemuka"
    " termiskin terluas terpadat pertama top populer favorit ternama"
)
CONTINENTS = lower("asia eropa afrika") | {
    "asia tenggara",
    "asia timur",
    "asia selatan",
    "asia pasifik",
    "amerika latin",
    "timur tengah",
}
COMPARED = lower(
    "seperti layaknya dibanding dibandingkan ketimbang daripada sebagaimana selain sementara sedangkan"
)
STRUCK = lower(
    "melanda mengguncang guncang menerjang terjang menghantam hantam merendam rendam menyerang serang memblokir mengepung"
    " menggempur membombardir menyapu melumpuhkan mengunjungi kunjungi meninjau mendatangi menyambangi"
    " letusan erupsi kebakaran tragedi"
)
IS_STRUCK = lower(
    "diguncang dilanda diterjang dihantam direndam terendam diserang diblokir dikepung dikunjungi digempur dibombardir ditutup"
)
VISITS = lower("kunjungan berkunjung bertandang blusukan serangan gempuran invasi serbuan")
TOWARD = frozenset({"ke", "terhadap", "atas"})
SENT = lower("kirim dikirim mengirim mengirimkan dikirimkan ekspor diekspor mengekspor")
ORIGIN = lower("asal warga dari kelahiran penduduk jemaah")
HOME = lower("asal dari berasal kelahiran seperti merupakan adalah seorang")
ADDRESS = frozenset({"street", "village", "district"})
LONG_AGO = timedelta(days=180)
FARTHEST_VISIT = 4  # words from a visit to its place
AFTER_SITE = (
    lower(
        "pada saat ketika dalam setelah sebelum hingga sejak kemarin usai sekitar hari tadi dini malam pagi siang sore"
    )
    | all_weekdays().keys()
)
NO_EVENT = CLAUSE_WORDS | {"dan", "hingga", "sampai"}
Run = tuple[int, int]  # the first and the last of neighbouring places


def event_locations(
    body: BodyText,
    paragraph: Paragraph,
    places: list[PlaceSpan],
    dates: tuple[DateMentioned, ...],
    speaker_ends: frozenset[int],
) -> frozenset[int]:
    """Indices of `places`."""
    tokens, located = paragraph.tokens, set[int]()
    for low, high in _runs(tokens, places):
        first, last = places[low], places[high]
        is_located = (
            _is_event_site(paragraph, first, last)
            or _has_date_beside(body, tokens, first, last, dates)
            or _is_where_said(tokens, first, speaker_ends)
            or _is_address(tokens, places[low : high + 1])
        )
        start = tokens[first.start].start
        if is_located and not (paragraph.number > 1 and _is_of_long_ago(paragraph, start, dates)):
            located.update(range(low, high + 1))
    return frozenset(located)


def _runs(tokens: Tokens, places: list[PlaceSpan]) -> list[Run]:
    """Neighbours with nothing but a comma or `dan` between them."""
    runs: list[Run] = []
    for index, place in enumerate(places):
        is_joined = (
            index > 0
            and tokens[place.start - 1].text in {",", "dan"}
            and places[index - 1].end == joint_before(tokens, place.start)
        )
        if is_joined:
            runs[-1] = runs[-1][0], index
        else:
            runs.append((index, index))
    return runs


def _is_event_site(paragraph: Paragraph, first: PlaceSpan, last: PlaceSpan) -> bool:
    tokens, is_lead = paragraph.tokens, paragraph.number == 1
    if _is_birthplace(tokens, first) or first.name.lower() in CONTINENTS:
        return False
    is_site = _is_site(tokens, first)
    if is_lead and is_site and first.start == 0:
        return True
    if is_lead and not is_site and last.rule_id == "place.nature" and _acts(tokens, last.end):
        return True
    if _is_struck(tokens, first, last) or (is_lead and _is_of_lead(paragraph, first)):
        return True
    at = _where_it_stands(tokens, first.start, last.end)
    return at is not None and not _is_background(tokens, at, is_lead=is_lead)


def _is_of_long_ago(paragraph: Paragraph, offset: int, dates: tuple[DateMentioned, ...]) -> bool:
    """The sentence tells only days that were over long before the newest one with a weekday, as news gives its own."""
    low, high = paragraph.sentence(offset)
    ends = [d.date_end for d in dates if low <= d.char_start < high and d.date_end]
    days = [d.date_end for d in dates if d.date_end and d.weekday_matches is not None]
    return bool(ends and days) and max(days) - max(ends) > LONG_AGO


def _is_of_lead(paragraph: Paragraph, first: PlaceSpan) -> bool:
    """Warga Kudus resah, korban dibawa ke RSUD Kudus: what the first sentence names is where it is, but for an origin."""
    tokens, low = paragraph.tokens, max(0, first.start - FARTHEST_VISIT)
    is_origin = any(
        t.lower in HOME or (index > 0 and t.lower in ORIGIN)
        for index, t in enumerate(tokens[low : first.start], low)
    )
    is_first = tokens[first.start].start < paragraph.sentence(paragraph.start)[1]
    return is_first and len(tokens) > LONGEST_SITE and first.kind != "country" and not is_origin


def _is_address(tokens: Tokens, run: list[PlaceSpan]) -> bool:
    """Desa A, Kecamatan B, Kabupaten C, but for somebody's home."""
    low = run[0].start
    is_home = any(t.lower in ORIGIN for t in tokens[max(0, low - FARTHEST_VISIT) : low])
    return sum(p.kind in ADDRESS for p in run) > 1 and not is_home


def _is_struck(tokens: Tokens, first: PlaceSpan, last: PlaceSpan) -> bool:
    """Banjir melanda Kudus, Kudus diguncang gempa, kunjungan kerja ke Kudus."""
    before = tokens[max(0, first.start - FARTHEST_VISIT) : first.start]
    after = tokens[last.end].lower if last.end < len(tokens) else ""
    is_object = len(before) > 0 and before[-1].lower in STRUCK
    goes = len(before) > 0 and before[-1].lower in TOWARD and any(t.lower in VISITS for t in before)
    return is_object or goes or after in IS_STRUCK


def _is_background(tokens: Tokens, at: int, *, is_lead: bool) -> bool:
    """`at` is the preposition: warga di Kudus, seperti di Kudus, dikirim ke laboratorium di Kudus."""
    before = tokens[at - 1] if at else None
    if before is None:
        return False
    is_sent = any(t.lower in SENT for t in tokens[max(0, at - LONGEST_SITE) : at])
    return before.lower in COMPARED or (not is_lead and (before.lower in LIVES | BEST or is_sent))


def _is_birthplace(tokens: Tokens, place: PlaceSpan) -> bool:
    """Lahir di Jakarta"""
    at = _where_it_stands(tokens, place.start, place.end)
    return at is not None and at > 0 and tokens[at - 1].lower in BIRTH


def _is_site(tokens: Tokens, place: PlaceSpan) -> bool:
    is_building = tokens[place.start].text in sites("buildings")
    return place.kind == "street" or (place.kind == "facility" and not is_building)


def _has_date_beside(
    body: BodyText,
    tokens: Tokens,
    first: PlaceSpan,
    last: PlaceSpan,
    dates: tuple[DateMentioned, ...],
) -> bool:
    """Di Jakarta, Selasa — Selasa, di Jakarta"""
    stands = _where_it_stands(tokens, first.start, last.end) is not None
    if _is_birthplace(tokens, first) or not (stands or _is_site(tokens, first)):
        return False
    end = tokens[last.end - 1].end
    index = bisect_right(dates, end - 1, key=lambda d: d.char_start)
    for date in dates[index : index + 1]:
        if date.resolution == "day" and BETWEEN.fullmatch(body.text, end, date.char_start):
            return True
    if first.start == 0:
        return False
    lead = tokens[first.start - 1].start
    return any(
        date.resolution == "day" and BETWEEN.fullmatch(body.text, date.char_end, lead)
        for date in dates[max(index - 1, 0) : index]
    )


def _where_it_stands(tokens: Tokens, at: int, end: int) -> int | None:
    """Its preposition: di Jakarta, di kawasan Senen; and di kantor X, Jakarta: what is in a building's apposition."""
    index = at - 1
    if index < 0:
        return None
    if tokens[index].text != ",":
        while index > 0 and tokens[index].lower in INSIDE and tokens[index].lower != "di":
            index -= 1
        found = index if tokens[index].lower == "di" else at - 1
        return found if tokens[found].lower in BESIDE else None
    if not tokens[index - 1].is_capital and tokens[index - 1].text != ")":
        return None
    while (
        index > max(at - LONGEST_SITE, 0)
        and tokens[index].lower != "di"
        and tokens[index].text != "."
    ):
        index -= 1
    after = tokens[end] if end < len(tokens) else None
    is_subject = after is not None and after.is_word and after.lower not in AFTER_SITE
    opens = tokens[index].text == "Di" and after is not None and after.text not in ",(."
    return index if tokens[index].lower == "di" and not (is_subject or opens) else None


def _acts(tokens: Tokens, at: int) -> bool:
    """Sungai Miu meluap, Gunung Semeru kembali meletus."""
    return at < len(tokens) and tokens[at].is_small and tokens[at].lower not in NO_EVENT


def _is_where_said(tokens: Tokens, place: PlaceSpan, speaker_ends: frozenset[int]) -> bool:
    """Kata Gunawan di rumah duka, Dusun Cimuja: where somebody speaks, with what says more of it after a comma."""
    at = place.start - 1
    while (
        at > 0
        and place.start - at < LONGEST_SITE
        and (tokens[at].text == "," or (tokens[at].is_word and tokens[at].lower not in BESIDE))
    ):
        at -= 1
    return at > 0 and tokens[at].lower == "di" and tokens[at - 1].end in speaker_ends
