"""Labels of press articles without a word of them: press_labels.json has addresses, digests and offsets; the texts come from tables of the press.

Offsets count the letters of `Article.source_text` without its blanks, which neither cleaning nor the joining of lines changes. A label in what
is cleaned away is left out.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flows.jobs.import_tables import open_table, read_rows
from kliping.api import bundled_sources
from parsers.article import Article, Context, Page
from parsers.parse import parse
from parsers.source import default_source

LABELS = Path(__file__).with_name("press_labels.json")
HELD_OUT = frozenset({"sindonews", "kompas", "tempo", "posmetro"})
PARTS = ("development", "held out", "second draw", "third draw", "fourth draw")
TABLES = ("press", "press-texts")  # the texts of the second have no addresses
COLUMNS = ("title", "content", "source", "link", "publish_date")

Span = Sequence[int]


@dataclass(frozen=True, slots=True)
class LabelledName:
    """A person or an organisation, with every form that the text has of it, the fullest first."""

    kind: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledQuote:
    start: int  # in body_text
    quote_type: str
    speaker: LabelledName | None
    named_as: str  # full, short, pronoun, clitic, role, body, none
    role: str | None
    affiliation: str | None
    speaker_class: str | None
    gender: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledDate:
    start: int
    end: int
    days: tuple[date | None, date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What a reader wrote down of one text."""

    names: tuple[LabelledName, ...]
    quotes: tuple[LabelledQuote, ...]
    acronyms: tuple[tuple[str, str], ...]
    dates: tuple[LabelledDate, ...]
    places: tuple[tuple[str, bool], ...]  # with whether it happened there
    no_text: (
        tuple[Span, ...] | None
    )  # what is no part of the article, but for the dateline, in letters of source_text; of some articles


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledArticle:
    """A text with its labels, and those of a second reader where there is one."""

    url: str
    outlet: str
    article: Article
    labels: Labels
    second: Labels | None
    draw: int = 1  # the later ones are of a day when the rules were written

    @property
    def part(self) -> str:
        return PARTS[self.draw if self.draw > 1 else self.outlet in HELD_OUT]


def digest(text: str) -> str:
    """Of its letters; blanks and line breaks do not count."""
    return sha256("".join(text.split()).encode()).hexdigest()[:16]


def labelled_articles(table: Path, labels: Path = LABELS) -> Iterator[LabelledArticle]:
    """Those of the table, and of the texts beside it, whose text is the one that was read."""
    entries = {entry["url"]: entry for entry in json.loads(labels.read_text("utf-8"))}
    texts, digests = table.with_name(f"{TABLES[1]}.csv.gz"), [u.rpartition("/")[2] for u in entries]
    others = press_rows(table.parent, TABLES[1:]) if texts.exists() else ()
    for article in chain(articles_of(table, entries), articles_by_digest(others, digests)):
        entry = entries[article.url or ""]
        if digest(article.source_text) == entry["digest"]:
            second = entry.get("second")
            yield LabelledArticle(
                url=entry["url"],
                outlet=entry["outlet"],
                article=article,
                labels=read_labels(entry["first"], article),
                second=read_labels(second, article) if second else None,
                draw=entry.get("draw", 1),
            )


def press_rows(corpus: Path, tables: Iterable[str] = TABLES) -> Iterator[dict[str, str]]:
    for name in tables:
        path = corpus / f"{name}.csv.gz"
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def articles_by_digest(
    rows: Iterable[Mapping[str, str]], digests: Iterable[str], day: str = ""
) -> Iterator[Article]:
    """Each text once, whether it has an address or not: it gets one that ends with its digest."""
    wanted, found = set(digests), list[tuple[str, ...]]()
    for row in rows:
        if (key := digest(row["content"])) in wanted:
            wanted.remove(key)
            link = f"https://www.{row['source']}/read/{key}"
            found.append((row["title"], row["content"], row["source"], link, day))
    with TemporaryDirectory() as folder:
        table = Path(folder) / "texts.csv"
        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *found])
        if found:
            yield from articles_of(table)


def articles_of(table: Path, urls: Mapping[str, object] | None = None) -> Iterator[Article]:
    """The articles as an import makes them of the rows, without what it learns of repeated lines."""
    sources = bundled_sources()
    opened = open_table(table, {}, 1 << 30)
    read = read_rows(opened, sources, None, datetime.now(UTC), 1 << 30, _ignore, _ignore)
    for link, response in read:
        if urls is None or link.url in urls:
            source = sources.get(link.source_id) or default_source(link.source_id)
            page = Page(link=link, responses=(response,))
            yield parse(page, source, Context(link=link))


def _ignore(_: object) -> None:
    """What an import would tell its user."""


def read_labels(stored: Mapping[str, Any], article: Article) -> Labels:
    source, in_body = article.source_text, body_offsets(article)
    letters = [at for at, letter in enumerate(source) if not letter.isspace()]

    def to_body(letter: int) -> int | None:
        return in_body(letters[letter])

    at_span = words_at(source)

    def words(span: Span | None) -> str | None:
        return at_span(span) if span else None

    names = tuple(LabelledName(kind, _forms(spans, words)) for kind, spans in stored["names"])
    dates = ((to_body(start), to_body(end - 1), days) for start, end, *days in stored["dates"])
    return Labels(
        names=names,
        quotes=tuple(_quotes(stored["quotes"], names, words, to_body)),
        acronyms=tuple((words(a) or "", words(b) or "") for a, b in stored["acronyms"]),
        dates=tuple(
            LabelledDate(start=start, end=end + 1, days=(_day(days[0]), _day(days[1])))
            for start, end, days in dates
            if start is not None and end is not None
        ),
        places=tuple((words(span) or "", is_event) for span, is_event in stored["places"]),
        no_text=stored.get("no_text"),
    )


def words_at(text: str) -> Callable[[Span], str]:
    """What stands at a span that counts letters without blanks."""
    letters = [at for at, letter in enumerate(text) if not letter.isspace()]
    return lambda span: " ".join(text[letters[span[0]] : letters[span[1] - 1] + 1].split())


def _forms(spans: Iterable[Span], words: Callable[[Span], str | None]) -> tuple[str, ...]:
    return tuple(form for span in spans if (form := words(span)))


def _quotes(
    stored: Iterable[Sequence[Any]],
    names: Sequence[LabelledName],
    words: Callable[[Span | None], str | None],
    to_body: Callable[[int], int | None],
) -> Iterator[LabelledQuote]:
    for at, quote_type, speaker, named_as, role, affiliation, speaker_class, gender in stored:
        if (start := to_body(at)) is not None:
            yield LabelledQuote(
                start=start,
                quote_type=quote_type,
                speaker=None if speaker is None else names[speaker],
                named_as=named_as,
                role=words(role),
                affiliation=words(affiliation),
                speaker_class=speaker_class,
                gender=gender,
            )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def body_offsets(article: Article) -> Callable[[int], int | None]:
    """Where a letter of source_text stands in body_text; None for one that is cleaned away."""
    source, removed = article.source_text, set[int]()
    for span in article.removed:
        removed.update(range(span.start, span.end))
    remaining = (i for i, letter in enumerate(source) if i not in removed and not letter.isspace())
    in_body = (i for i, letter in enumerate(article.body_text) if not letter.isspace())
    return dict(zip(remaining, in_body, strict=True)).get


def pattern_of(name: str) -> str:
    """Of a name as whole words, over line breaks too."""
    words = r"\s+".join(map(re.escape, name.split()))
    return rf"(?<!\w){words}(?!\w)"
