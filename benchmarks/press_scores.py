"""How the rows of a text compare with its labels: each comparison counts right and wrong rows of a measure, and remembers the errors."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from measurement import share
from press_labels import LabelledName, LabelledQuote, Labels, pattern_of

from parsers.article import Article
from parsers.language.words import rows as table_rows
from parsers.structure.names.name_forms import body_form, office_form
from warehouse.known_names import bundled_names, name_key

NEAR = 40  # letters between the first words that a reader wrote down and the start of the row
NAMED = frozenset({"name", "short_name", "acronym"})  # mentions that are no pronouns
REFERENCES = frozenset({"pronoun", "clitic", "role", "none"})
DOUBLE_MARKS = frozenset('"“”„«»')
MARKS = DOUBLE_MARKS | {"‘", "’", "'"}
AT_EVENT = frozenset({"event_location", "dateline"})
SHORT_BRACKET = re.compile(r"\([^()\s]+\)")  # Dinas Kesehatan (Dinkes) is Dinas Kesehatan
COMPANY = re.compile(r"\b(?:PT|CV|Tbk|Persero)\b\.?", re.IGNORECASE)
ABBREVIATIONS = {
    "kab": "kabupaten",
    "prov": "provinsi",
    "walikota": "wali kota",
    "plt": "pelaksana tugas",
}
BANDS = (0.95, 0.9, 0.8, 0.7, 0.6, 0.5)
MOST_LEFT = 0.1  # letters of a removed span that may stay
YOUNGER = frozenset({"jr", "sr"})
KINDS = {"person": "people", "organization": "organisations"}


class Rows(NamedTuple):
    """What was found in a text: rows with the columns of parsers/facts.py, and `speaker_class` in quotes."""

    text: str
    quotes: Sequence[Any]
    mentions: Sequence[Any]
    acronyms: Sequence[Any]
    dates: Sequence[Any]
    places: Sequence[Any]


class Error(NamedTuple):
    kind: str
    at: int | None
    message: str


@dataclass
class Tally:
    """Right rows and all rows by measure."""

    hits: Counter[str] = field(default_factory=Counter)
    n: Counter[str] = field(default_factory=Counter)
    errors: list[Error] = field(default_factory=list)

    def add(self, measure: str, hits: int, n: int = 1) -> None:
        self.hits[measure] += hits
        self.n[measure] += n

    def check(self, measure: str, right: object, kind: str, at: int | None, message: str) -> None:
        self.add(measure, bool(right))
        if not right:
            self.errors.append(Error(kind, at, f"{measure}: {message}"))

    def rows(self) -> Iterator[tuple[str, str]]:
        """Each measure with its interval, and F1 where there are precision and recall."""
        for measure in sorted(self.n):
            yield measure, share(self.hits[measure], self.n[measure])
            what, _, last = measure.rpartition(" ")
            if last == "recall" and self.n[f"{what} precision"]:
                yield f"{what} F1", f"{self.f1(what):.3f}"

    def f1(self, what: str) -> float:
        precision, recall = (
            self.hits[name] / max(self.n[name], 1)
            for name in (f"{what} precision", f"{what} recall")
        )
        return 2 * precision * recall / max(precision + recall, 1e-9)


def score(labels: Labels, rows: Rows, tally: Tally) -> None:
    score_quotes(labels, rows, tally)
    score_names(labels, rows, tally)
    score_mentions(labels, rows, tally)
    score_acronyms(labels, rows, tally)
    score_dates(labels, rows, tally)
    score_places(labels, rows, tally)


def score_quotes(labels: Labels, rows: Rows, tally: Tally) -> None:
    found = matched(labels.quotes, rows.quotes)
    starts = {quote.char_start for quote in found.values()}
    for row in rows.quotes:
        right = row.char_start in starts
        tally.check("quotes precision", right, "quotes", row.char_start, "no quote")
        if row.quote_type == "direct":
            tally.add("direct quotes precision", right)
    for number, label in enumerate(labels.quotes):
        tally.check("quotes recall", number in found, "quotes", label.start, "not found")
        if label.quote_type == "direct":
            tally.add("direct quotes recall", number in found)
        if number in found:
            if label.quote_type == found[number].quote_type == "direct":
                tally.add("direct quotes whole, of found", is_whole(rows.text, found[number]))
            score_speaker(label, found[number], tally)


def is_whole(text: str, row: Any) -> bool:
    """Whether it is all that stands between two marks; of a quote of several paragraphs each has only one."""
    before, after = text[: row.char_start][-1:], text[row.char_end :][:2].lstrip(",.")[:1]
    return {before, after} <= MARKS and not DOUBLE_MARKS & {*text[row.char_start : row.char_end]}


def matched(labels: Sequence[LabelledQuote], rows: Sequence[Any]) -> dict[int, Any]:
    """The row of each labelled quote, by its number: the nearest start of those that hold its first words or begin just after them."""
    found: dict[int, Any] = {}
    for number, label in enumerate(labels):
        near = [q for q in rows if q.char_start - NEAR <= label.start < q.char_end]
        if near:
            found[number] = min(near, key=lambda q: abs(q.char_start - label.start))
    return found


def score_speaker(label: LabelledQuote, row: Any, tally: Tally) -> None:
    message = f"{row.speaker_name} for {label.speaker.forms[0] if label.speaker else 'nobody'} ({label.named_as})"
    is_right = label.speaker is not None and is_named(row, label.speaker)
    if row.speaker_name:
        tally.check("speaker: right of named", is_right, "speaker", row.char_start, message)
        if row.confidence is not None:
            tally.add(f"speaker, confidence from {band_of(row.confidence)}", is_right)
    if label.speaker is None:
        return
    tally.check("speaker's name", is_right, "missing" if not row.speaker_name else "speaker", row.char_start, message)  # fmt: skip
    if label.named_as in REFERENCES:
        tally.add("references resolved", bool(row.speaker_name))
        if row.speaker_name:
            tally.check("references right of resolved", is_right, "references", row.char_start, message)  # fmt: skip
    score_kind(label, row, tally)
    if is_right:
        score_office(label, row, tally)


def band_of(confidence: float) -> float:
    """The highest of the bounds that it reaches."""
    return next((low for low in BANDS if confidence >= low), 0.0)


def is_named(row: Any, name: LabelledName) -> bool:
    """By a form of the text; a longer name that other articles have of it is right too, but for the name of another generation."""
    if is_form(row.speaker_name, name):
        return True
    own = getattr(row, "name_in_text", None)
    if not (row.speaker_name and own and is_form(own, name)):
        return False
    more = set(words_of(row.speaker_name)) - set(words_of(own))
    return set(words_of(own)) <= set(words_of(row.speaker_name)) and not more & YOUNGER


def is_form(text: str | None, name: LabelledName) -> bool:
    return bool(text) and not {key_of(form, name.kind) for form in name.forms}.isdisjoint({key_of(text or "", name.kind)})  # fmt: skip


def key_of(name: str, kind: str) -> str:
    """What two spellings of one name share; of a known name that of its first spelling."""
    if kind == "organization":
        name = COMPANY.sub("", body_form(" ".join(name.split())))
    key = name_key(name.replace(",", " "))
    return known_keys().get(key, key)


@cache
def known_keys() -> dict[str, str]:
    """Every spelling that the bundled list has of a well-known name, with the first one."""
    verified = (each for each in bundled_names() if each.status == "verified")
    return {name_key(also): name_key(each.name) for each in verified for also in each.also}


def score_office(label: LabelledQuote, row: Any, tally: Tally) -> None:
    wanted = office_words(label.role, label.affiliation)
    mine = office_words(row.speaker_role, row.speaker_affiliation)
    right = not wanted.isdisjoint(mine) or has_full_forms(row, wanted)
    message = (
        f"{row.speaker_role} | {row.speaker_affiliation} for {label.role} | {label.affiliation}"
    )
    if any(wanted):
        tally.check("role with affiliation", right, "role", row.char_start, message)
        in_part = right or any(a <= b or b <= a for a in wanted for b in mine if a and b)
        tally.add("role with affiliation, at least in part", in_part)
    if any(mine):
        tally.check("role: right of stated", right, "role", row.char_start, message)


def has_full_forms(row: Any, wanted: set[frozenset[str]]) -> bool:
    """Whether a home has the office that the text has, its short forms written out: *Ketua KONI* as *Ketua Komite Olahraga Nasional Indonesia*."""
    own = getattr(row, "role_in_text", None), getattr(row, "affiliation_in_text", None)
    mine = words_of(f"{row.speaker_role or ''} {row.speaker_affiliation or ''}")
    letters = "".join(mine)
    return any(
        all(has_letters(letters, word) for word in words.difference(mine))
        for words in office_words(*own) & wanted
        if words
    )


def has_letters(text: str, word: str) -> bool:
    """In their order, with others between them."""
    letters = iter(text)
    return all(letter in letters for letter in word)


def office_words(role: str | None, affiliation: str | None) -> set[frozenset[str]]:
    """The words of an office with its body in any order: as written, and in full forms, wherever the body begins.

    Also as one word, as the text may have lost blanks, and without a short form in brackets.
    """
    office, body = (SHORT_BRACKET.sub(" ", each or "") for each in (role, affiliation))
    whole = f"{office} {body}".strip()
    full = (office_form(office) if office else "", body_form(body) if body else "")
    forms = (whole, " ".join(full), office_form(whole) if whole else "")
    letters = "".join(words_of(whole))
    return {frozenset(words_of(form)) for form in (*forms, letters)}


def words_of(text: str) -> list[str]:
    words = re.findall(r"\w+(?:-\w+)*", text.casefold())
    return " ".join(ABBREVIATIONS.get(word, word) for word in words).split()


def score_kind(label: LabelledQuote, row: Any, tally: Tally) -> None:
    tally.add("speaker class known", row.speaker_class is not None)
    if row.speaker_class and label.speaker_class:
        message = f"{row.speaker_class} for {label.speaker_class}: {row.speaker_role} | {row.speaker_affiliation}"
        right = row.speaker_class == label.speaker_class
        tally.check("speaker class right of known", right, "class", row.char_start, message)
    if hasattr(row, "speaker_gender"):  # only in a home that turns it on
        score_gender(label, row, tally)


def score_gender(label: LabelledQuote, row: Any, tally: Tally) -> None:
    """A gender of which the reader was in doubt counts as wrong."""
    tally.add("gender known", row.speaker_gender is not None)
    if row.speaker_gender:
        right = row.speaker_gender[0] == label.gender
        message = f"{row.speaker_gender} for {label.gender}: {row.speaker_name}"
        tally.check("gender right of known", right, "gender", row.char_start, message)
        if label.gender:
            tally.add("gender right of known, where the reader knew", right)


def score_names(labels: Labels, rows: Rows, tally: Tally) -> None:
    """By entity: people and organisations, found by any of their forms. Those of lines that cleaning removed alone are not wanted."""
    for kind, title in KINDS.items():
        entities = entities_of(rows.mentions, kind)
        labelled = [name for name in labels.names if name.kind == kind]
        wanted = [name for name in labelled if any(stands(form, rows.text) for form in name.forms)]
        keys = [{key_of(form, kind) for form in name.forms} for name in wanted]
        every = {key_of(form, kind) for name in labelled for form in name.forms}
        for mine, mention in entities:
            tally.check(f"{title} precision", mine & every, title, mention.char_start, f"extra {mention.entity_name}")  # fmt: skip
            if (confidence := getattr(mention, "confidence", None)) is not None:
                tally.add(f"{title}, confidence from {band_of(confidence)}", bool(mine & every))
        for name, own in zip(wanted, keys, strict=True):
            holders = [mine for mine, _ in entities if mine & own]
            at = re.search(pattern_of(name.forms[0]), rows.text)
            tally.check(f"{title} recall", holders, title, at and at.start(), f"missed {name.forms[0]}")  # fmt: skip
            if holders:
                tally.check(f"{title} in one row", len(holders) == 1, f"split {title}", at and at.start(), name.forms[0])  # fmt: skip


def stands(form: str, text: str) -> bool:
    return re.search(pattern_of(form), text) is not None


def entities_of(mentions: Iterable[Any], kind: str) -> list[tuple[set[str], Any]]:
    """The names of each entity, with its first mention."""
    first: dict[str, Any] = {}
    names: dict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        if mention.entity_type == kind and mention.mention_type in NAMED:
            first.setdefault(mention.entity_id, mention)
            names[mention.entity_id] |= {key_of(mention.entity_name, kind), key_of(mention.text, kind)}  # fmt: skip
    return [(names[entity], mention) for entity, mention in first.items()]


def score_mentions(labels: Labels, rows: Rows, tally: Tally) -> None:
    """Every place where a labelled form stands; of two forms at one place the longer counts.

    A form that is a country or a place of the text too, as that of a national team, may mean either and does not count.
    """
    spans = {kind: [(m.char_start, m.char_end) for m in rows.mentions if m.entity_type == kind and m.mention_type in NAMED] for kind in KINDS}  # fmt: skip
    forms = {form: name.kind for name in labels.names for form in name.forms}
    places = country_keys() | {name_key(name) for name, _ in labels.places}
    for form, start, end in occurrences(forms, rows.text):
        if name_key(form) in places:
            continue
        title = KINDS[forms[form]]
        right = any(first < end and start < last for first, last in spans[forms[form]])
        tally.check(f"mentions of {title}, recall", right, "mentions", start, f"no row for {form}")


@cache
def country_keys() -> frozenset[str]:
    return frozenset(name_key(row["name"]) for row in table_rows("countries"))


def occurrences(forms: Collection[str], text: str) -> Iterator[tuple[str, int, int]]:
    taken = set[int]()
    for form in sorted(forms, key=lambda form: (-len(form), form)):
        for found in re.finditer(pattern_of(form), text):
            if taken.isdisjoint(range(*found.span())):
                taken.update(range(*found.span()))
                yield form, *found.span()


def score_acronyms(labels: Labels, rows: Rows, tally: Tally) -> None:
    def key(short: str, long: str) -> tuple[str, str]:
        return name_key(short), key_of(long, "organization")

    wanted = {key(*pair) for pair in labels.acronyms}
    mine = {key(row.short_form, row.expansion): row for row in rows.acronyms}
    for pair, row in mine.items():
        tally.check("acronyms precision", pair in wanted, "acronyms", row.char_start, f"extra {row.short_form} = {row.expansion}")  # fmt: skip
    for short, long in labels.acronyms:
        if not stands(short, rows.text):
            continue
        at = rows.text.find(short)
        tally.check("acronyms recall", key(short, long) in mine, "acronyms", at, f"missed {short} = {long}")  # fmt: skip


def score_dates(labels: Labels, rows: Rows, tally: Tally) -> None:
    """With the year. A row is right if a reader wrote down its days, there or elsewhere; relative dates as *kemarin* are left out where nobody did."""
    days = {label.days for label in labels.dates}
    for label in labels.dates:
        near = [d for d in rows.dates if d.char_start < label.end and label.start < d.char_end]
        right = [d for d in near if (d.date_start, d.date_end) == label.days]
        message = (
            f"{[(str(d.date_start), str(d.date_end)) for d in near]} for {[*map(str, label.days)]}"
        )
        tally.check("dates recall", right, "dates", label.start, message)
    for row in rows.dates:
        right = (row.date_start, row.date_end) in days
        if row.date_start and (right or not row.method.startswith("relative")):
            message = f"{row.text}: {row.date_start} to {row.date_end}"
            tally.check("dates precision", right, "dates", row.char_start, message)
            if row.resolution != "year":
                tally.add("dates precision, but for bare years", right)


def score_places(labels: Labels, rows: Rows, tally: Tally) -> None:
    """Each place once; of a place found, whether it is where it happened."""
    events = {name_key(place.place_name) for place in rows.places if place.role in AT_EVENT}
    in_text = [place for place in rows.places if place.char_start is not None]
    right = set[str]()
    for name, is_event in labels.places:
        spans = [found.span() for found in re.finditer(pattern_of(name), rows.text)]
        if not spans:
            continue
        mine = [p for p in in_text if any(p.char_start < end and start < p.char_end for start, end in spans)]  # fmt: skip
        at = spans[0][0]
        tally.check("places recall", mine, "places", at, f"missed {name}")
        if mine:
            right.update(name_key(place.place_name) for place in mine)
            found_event = any(name_key(place.place_name) in events for place in mine)
            if found_event:
                tally.add("event places precision", is_event)
            if is_event:
                tally.add("event places recall", found_event)
            message = f"{name} is {'the place' if is_event else 'only named'}"
            tally.check("places: event or mention", found_event == is_event, "events", at, message)
    for key, place in {name_key(p.place_name): p for p in reversed(in_text)}.items():
        tally.check("places precision", key in right, "places", place.char_start, f"extra {place.text}")  # fmt: skip


def score_removed(labels: Labels, article: Article, tally: Tally) -> None:
    """Links, promotion, captions and credits of a text: those that are removed, and what is removed and is one."""
    if labels.no_text is None:
        return
    letters = [at for at, letter in enumerate(article.source_text) if not letter.isspace()]
    wanted = [{*letters[start:end]} for start, end in labels.no_text]
    removed = [{*range(span.start, span.end)} & {*letters} for span in article.removed if span.kind != "dateline"]  # fmt: skip
    for name, spans, others in (("recall", wanted, removed), ("precision", removed, wanted)):
        every = set[int]().union(*others)
        for span in spans:
            tally.add(f"removed spans {name}", len(span - every) <= MOST_LEFT * len(span))
