"""Invented articles of real size for benchmarks: 2,500 letters, eight each of quotes, names and figures, and what else a page says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from parsers.article import Article, ArticleLink, Image, Link, Person, Removed, Response
from parsers.facts import (
    Acronym,
    DateMentioned,
    Figure,
    Mention,
    Place,
    Quote,
    Structure,
    entity_id,
)
from parsers.identity import article_id
from parsers.kinds import State
from parsers.source import Source, from_data
from warehouse.archive.archive import Record, RecordLocation
from warehouse.write.outcome import Outcome

MONDAY = datetime(2015, 1, 5, tzinfo=UTC)
WEEK = timedelta(days=7)
N_SOURCES, N_PEOPLE, N_TAGS, COPIED = 20, 2000, 1000, 0.05
UNITS = [
    "orang", "korban", "kasus", "rumah", "hari", "persen", "kilometer", "desa", "sekolah", "kapal", "ton", "keluarga", "dokumen", "hektare", "jam", "unit",
    "kali", "sak", "kamar", "meter",
]  # fmt: skip
RNG = random.Random(7)
SYLLABLES = [a + b for a in "bcdghjklmnprstwy" for b in "aiueo"]
WORDS = ["".join(RNG.choices(SYLLABLES, k=RNG.choice((1, 2, 2, 3, 3, 4)))) for _ in range(8000)]
PEOPLE = [
    " ".join("".join(RNG.choices(SYLLABLES, k=3)).title() for _ in range(2))
    for _ in range(N_PEOPLE)
]
SOURCES: dict[str, Source] = {
    name: from_data({
        "name": name, "title": name.title(), "home": f"http://{name}.test/", "language": "id",
        "article": [{"url": r"/(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d)/(?P<id>\d+)", "body": ".isi", "authors": ".penulis a"}],
    })
    for name in (f"kabar{n:02}" for n in range(N_SOURCES))
}  # fmt: skip


def words(dice: random.Random, n: int) -> str:
    return " ".join(dice.choices(WORDS, k=n))


class Text:
    """A text that grows; `add` gives the place of the new part."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0

    def add(self, part: str) -> tuple[int, int]:
        self.parts.append(part)
        self.length += len(part)
        return self.length - len(part), self.length


def place(dice: random.Random, text: Text, n: int) -> Place:
    town = dice.choice(PEOPLE).split()[0]
    start, end = text.add(town)
    return Place(
        place_no=n, paragraph_no=n, text=town, kind="city", role="event_location", place_name=town, rule_id="place.city",
        region_id=dice.choice(("id-31", "id-32", "id-33", "id-51")), char_start=start, char_end=end,
    )  # fmt: skip


def date_mentioned(text: Text, n: int) -> DateMentioned:
    start, end = text.add(f"{1 + n} November 2026")
    day = (MONDAY + timedelta(days=n)).date()
    return DateMentioned(
        date_no=n, paragraph_no=n, text=text.parts[-1], date_start=day, date_end=day, resolution="day", method="explicit",
        char_start=start, char_end=end, rule_id="date.full",
    )  # fmt: skip


def paragraph(dice: random.Random, text: Text, n: int, found: dict[str, list[object]]) -> None:
    """One of each: a statement with its speaker, a figure, a name; a place and a date in every second."""
    who, office = dice.choice(PEOPLE), f"Dinas {dice.choice(PEOPLE)}"
    text.add("\n“" if text.parts else "“")
    quote = text.add(words(dice, 11).capitalize())
    text.add(",” ")
    cue = text.add("kata")
    text.add(" ")
    name = text.add(who)
    person = entity_id("person", who)
    found["quotes"].append(Quote(
        quote_no=n, paragraph_no=n, quote_type="direct", text=text.parts[-5], char_start=quote[0], char_end=quote[1], word_count=11, resolution="full_name", rule_id="quote.direct.qvs",
        cue="kata", cue_class="speech", cue_start=cue[0], cue_end=cue[1], structure="QVS", speaker_surface=who, speaker_start=name[0], speaker_end=name[1],
        speaker_entity_id=person, speaker_name=who, speaker_role="Kepala", speaker_affiliation=office, affiliation_entity_id=entity_id("organization", office),
    ))  # fmt: skip
    found["mentions"].append(Mention(
        mention_no=n, paragraph_no=n, entity_id=person, entity_type="person", entity_name=who, mention_type="name", text=who, char_start=name[0], char_end=name[1], rule_id="mention.name",
    ))  # fmt: skip
    text.add(f", {words(dice, 10)} sebanyak ")
    value, unit = dice.randrange(2, 5000), dice.choice(UNITS)
    at = text.add(f"{value} {unit}")
    found["figures"].append(Figure(
        figure_no=n, paragraph_no=n, text=text.parts[-1], value=Decimal(value), comparator="=", char_start=at[0], char_end=at[1], rule_id="figure.count", unit=unit, noun_phrase=unit, quote_no=n,
    ))  # fmt: skip
    if n % 2:
        text.add(" di ")
        found["places"].append(place(dice, text, n))
        text.add(" pada ")
        found["dates"].append(date_mentioned(text, n))
    text.add(f". {words(dice, 12).capitalize()}.")


def article(
    number: int, source: Source, url: str, when: datetime, event: int | None = None
) -> Article:
    """Its words follow from the number alone, whatever outlet brings them; those of two paragraphs from the event, if there is one."""
    dice = random.Random(number)
    of_event = dice if event is None else random.Random(f"event {event}")
    text = Text()
    found = {name: [] for name in ("quotes", "mentions", "figures", "dates", "places")}
    for n in range(1, 9):
        paragraph(of_event if n <= 2 else dice, text, n, found)
    text.add("\n")
    at = text.add("Badan Uji Beban (BUB)")
    text.add(f" {words(dice, 40)}.")
    body = "".join(text.parts)
    short = Acronym(
        acronym_no=1, paragraph_no=9, short_form="BUB", expansion="Badan Uji Beban", rule="initials", text=text.parts[-2], char_start=at[0], char_end=at[1],
        rule_id="acronym.initials",
    )  # fmt: skip
    left_out = f"Baca juga: {words(dice, 8)}"
    source_text = f"{body}\n{left_out}"
    return Article(
        article_id=article_id(source, url), source_id=source.name, url=url, canonical_url=url, source_text=source_text, body_text=body, headline=words(dice, 9).capitalize(),
        description=words(dice, 20), article_section=dice.choice(("nasional", "ekonomi", "olahraga")), in_language="id", date_published=when, date_published_source="jsonld", date_modified=when,
        dateline="Jakarta", access="free", authors=(Person(name=dice.choice(PEOPLE)), Person(name=dice.choice(PEOPLE), role="editor")), tags=tuple(f"tag {n}" for n in dice.sample(range(N_TAGS), 4)),
        removed=(Removed(kind="related_link", start=len(body) + 1, end=len(source_text), text=left_out),),
        links=tuple(ArticleLink(rel="related", label="Baca juga", title=words(dice, 8), href=f"{url}/{n}", after_paragraph=n) for n in range(3)),
        images=(Image(role="primary", content_url=f"{url}.jpg", caption=words(dice, 12), width=1200, height=800),),
        provenance=tuple((field, "jsonld") for field in ("headline", "description", "date_published", "authors", "section")),
        structure=Structure(**{name: tuple(values) for name, values in found.items()}, acronyms=(short,)),
    )  # fmt: skip


def outcomes(
    first: int, n: int, week: int, monday: datetime = MONDAY, told_by: int = 1
) -> Iterator[Outcome]:
    """So many articles of so many a week, from the week's Monday on; one in twenty is another outlet's of an hour before.

    `told_by`: this many outlets, one after the other, report each event in their own words.
    """
    dice, names = random.Random(first), list(SOURCES)
    for number in range(first, first + n):
        when = monday + WEEK * (number - first) / week
        source = SOURCES[names[number % N_SOURCES]]
        is_copy = dice.random() < COPIED and number - first > N_SOURCES
        text = number - N_SOURCES // 2 if is_copy else number
        url = f"http://{source.name}.test/{when:%Y/%m/%d}/{number}/kabar"
        link = Link(url=url, source_id=source.name, discovered_by=f"http://{source.name}.test/feed")
        response = Response(
            fetch_id=str(UUID(int=random.Random(-number).getrandbits(128))), requested_url=url, url=url, fetched_at=when + timedelta(minutes=9),
            body=str(number).encode(), headers=(("content-type", "text/html"), ("etag", f'"{number}"')), robots_rule="no rule",
        )  # fmt: skip
        place = RecordLocation(file=f"{number // 5000}.warc.gz", offset=number, length=9000)
        record = Record(link=link, response=response, run_id="run", location=place)
        yield Outcome(
            link=link,
            run_id="run",
            state=State.LOADED,
            records=(record,),
            article=article(text, source, url, when, text // told_by if told_by > 1 else None),
        )
