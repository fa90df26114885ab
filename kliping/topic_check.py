"""What the entries of a topic find in the published copy, and which of their neighbours look wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from parsers.topics.definition import TOKEN, TopicDefinition
from parsers.topics.finder import Hit, TopicFinder, position, traces
from warehouse.queries import Row
from warehouse.read.published import Reader
from warehouse.write.topics import BROAD_PERCENT, ENOUGH_ARTICLES, LISTS, TEXTS

CHUNK = 1000  # texts in memory
FORMS = 5  # of a term
NEIGHBOURS = 10
AROUND = 80  # letters of an example before and after a hit


@dataclass(frozen=True, slots=True)
class TopicCheck:
    topic_id: str
    n_articles: int  # that are about it
    percent: float  # of all articles
    is_too_broad: bool  # half of all articles or more
    # each entry: its list, how often it is found, in how many articles, in which forms, an example
    entries: list[Row]
    # most in articles with no other entry of the topic: the likeliest to be wrong
    neighbours: list[Row]


@dataclass(slots=True)
class _Counts:
    """What one topic finds."""

    n_articles: int = 0
    n_with_hits: int = 0
    n_alone: int = 0  # articles with hits of one entry only
    hits: Counter[str] = field(default_factory=Counter)
    articles: Counter[str] = field(default_factory=Counter)
    forms: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    examples: dict[str, tuple[str, str]] = field(default_factory=dict)  # article, sentence
    neighbours: Counter[str] = field(default_factory=Counter)  # articles with it
    alone: Counter[str] = field(default_factory=Counter)  # of these, those with one entry only

    def add(self, article_id: str, text: str, words: list[str], hits: list[Hit]) -> None:
        entries = {hit.pattern.entry for hit in hits}
        is_alone = len(entries) == 1
        self.n_with_hits += 1
        self.n_alone += is_alone
        self.articles.update(entries)
        neighbours = {phrase for hit in hits for phrase in _neighbours(words, hit)}
        self.neighbours.update(neighbours)
        if is_alone:
            self.alone.update(neighbours)
        self.add_examples(article_id, text, words, hits)

    def add_exclusions(
        self, article_id: str, text: str, words: list[str], exclusions: list[Hit]
    ) -> None:
        self.articles.update({hit.pattern.entry for hit in exclusions})
        self.add_examples(article_id, text, words, exclusions)

    def add_examples(self, article_id: str, text: str, words: list[str], hits: list[Hit]) -> None:
        for hit in hits:
            entry = hit.pattern.entry
            self.hits[entry] += 1
            self.forms[entry][" ".join(words[hit.start : hit.end]).lower()] += 1
            if article_id < self.examples.get(entry, ("\U0010ffff", ""))[0]:
                self.examples[entry] = (article_id, _around(text, hit))


def check_topics(
    reader: Reader,
    topics: Iterable[TopicDefinition],
    progress: Callable[[int, int], object] = lambda _done, _due: None,
) -> list[TopicCheck]:
    """Each topic over all current texts, as a publish would find it. `progress` gets texts read, and all there can be."""
    topics = tuple(topics)
    finder = TopicFinder(topics)
    counts = {topic.topic_id: _Counts() for topic in topics}
    ((n_all,),) = reader.con.execute("SELECT count(*) FROM mart.article_metadata").fetchall()
    texts = reader.con.execute(TEXTS, {"all": True, "traces": traces(topics)})
    n_read = 0
    while chunk := texts.fetchmany(CHUNK):
        for article_id, _version_id, headline, day, text in chunk:
            for topic in finder.topics(headline, text, day):
                counts[topic.topic_id].n_articles += 1
            words = TOKEN.findall(text)
            hits, exclusions = finder.hits_and_exclusions(text)
            for topic_id, found in _by_topic(hits).items():
                counts[topic_id].add(article_id, text, words, found)
            for topic_id, found in _by_topic(exclusions).items():
                counts[topic_id].add_exclusions(article_id, text, words, found)
        progress(n_read := n_read + len(chunk), n_all)
    return [_check(topic, counts[topic.topic_id], n_all) for topic in topics]


def _by_topic(hits: Iterable[Hit]) -> dict[str, list[Hit]]:
    by_topic: dict[str, list[Hit]] = {}
    for hit in hits:
        by_topic.setdefault(hit.pattern.topic_id, []).append(hit)
    return by_topic


def _check(topic: TopicDefinition, counts: _Counts, n_all: int) -> TopicCheck:
    percent = round(100 * counts.n_articles / max(n_all, 1), 1)
    return TopicCheck(
        topic_id=topic.topic_id,
        n_articles=counts.n_articles,
        percent=percent,
        is_too_broad=n_all >= ENOUGH_ARTICLES and percent >= BROAD_PERCENT,
        entries=[
            _entry(name, entry, counts)
            for name in LISTS
            for entry in dict.fromkeys(getattr(topic, name))
        ],
        neighbours=list(_wrong_looking(counts)),
    )


def _entry(name: str, entry: str, counts: _Counts) -> Row:
    common = counts.forms[entry].most_common(FORMS)
    return {
        "entry": entry,
        "list": name,
        "hits": counts.hits[entry],
        "articles": counts.articles[entry],
        "forms": ", ".join(f"{form} {n}" for form, n in common),
        "example": counts.examples.get(entry, ("", ""))[1],
    }


def _wrong_looking(counts: _Counts) -> Iterator[Row]:
    """Neighbours in two articles or more that stand alone more often than the topic's hits do on average."""
    usual = counts.n_alone / max(counts.n_with_hits, 1)
    phrases = [
        phrase
        for phrase, n in counts.neighbours.items()
        if n > 1 and 0 < counts.alone[phrase] >= usual * n
    ]
    for phrase in sorted(phrases, key=lambda each: (-counts.alone[each], each))[:NEIGHBOURS]:
        n = counts.neighbours[phrase]
        percent = round(100 * counts.alone[phrase] / n)
        yield {"neighbour": phrase, "articles": n, "alone_percent": percent}


def _neighbours(words: list[str], hit: Hit) -> Iterator[str]:
    """The hit with the word before it, and with the one after it."""
    for start, end in ((hit.start - 1, hit.end), (hit.start, hit.end + 1)):
        phrase = words[start:end] if start >= 0 else []
        if len(phrase) == end - start and "\n" not in phrase:
            yield " ".join(phrase).lower()


def _around(text: str, hit: Hit) -> str:
    """The hit in its paragraph, with whole words before and after it."""
    at = position(text, hit.start)
    first, last = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    last = len(text) if last < 0 else last
    start = max(first, at - AROUND)
    end = min(last, at + AROUND)
    if start > first:
        start = text.find(" ", start, at) + 1 or at
    if end < last:
        end = max(text.rfind(" ", at, end), at)
    return text[start:end]
