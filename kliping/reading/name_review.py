"""What a person is to decide about names: whether two are one person or body, and whether words are a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kliping.reading.sample import marked_sentence
from kliping.reading.similar_names import (
    DIGIT,
    EVERYDAY,
    LEAST_ALONE,
    LETTER,
    PART,
    TAGGER,
    ArticleName,
    doubtful_names,
    similar_pairs,
)
from kliping.sql_files import sql
from warehouse.known_names import KnownName, name_key
from warehouse.own_names import Decisions, csv_line, name_values
from warehouse.queries import Row, narrowed
from warehouse.read.published import Reader

NAMES, WEAK_LINKS, SPEAKERS, SENTENCES = (
    sql(f"people/{name}") for name in ("names", "weak_links", "speakers", "sentences")
)
MOST_NAMES = 50_000  # the most frequent ones, which are compared
N_SENTENCES = 3
WEAK = "joined by weak evidence"
ORDER = (WEAK, LETTER, DIGIT, EVERYDAY, PART, TAGGER)  # of those with as many articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Two names that may be one, or a name that may be none."""

    kind: str  # person, organization
    name: str  # that would be shown for both
    entity_id: str
    reason: str
    n_articles: int  # that have the rarer one of both
    evidence: str | None = None  # rule, and article, office or line of a file
    also: str = ""
    also_entity_id: str = ""  # the same one where the two are joined now
    sentences: tuple[str, ...] = ()
    also_sentences: tuple[str, ...] = ()

    @property
    def question(self) -> str:
        who = "person" if self.kind == "person" else "body"
        if not self.also:
            return f"Is “{self.name}” the name of a {who}?"
        return f"Is “{self.also}” the same {who} as “{self.name}”?"

    def values(self, *, is_yes: bool) -> dict[str, str]:
        """Of the line that decides it."""
        no = "different" if self.also else "none"
        return name_values(self.kind, self.name, self.also, "verified" if is_yes else no)

    def lines(self) -> dict[str, str]:
        """Those of identities.csv, one of which decides it."""
        return {
            "line_if_yes": csv_line(self.values(is_yes=True)),
            "line_if_no": csv_line(self.values(is_yes=False)),
        }

    def beside(self, entity_id: str) -> Row:
        """The name that is not shown for this id, or of two that are joined now the one that is shown for none."""
        is_also = self.entity_id == entity_id
        return {
            "name": self.also if is_also else self.name,
            "entity_id": self.also_entity_id if is_also else self.entity_id,
            "reason": self.reason,
            "evidence": self.evidence,
            **self.lines(),
        }

    def as_row(self) -> Row:
        return {
            "question": self.question,
            "kind": self.kind,
            "name": self.name,
            "also": self.also or None,
            "reason": self.reason,
            "evidence": self.evidence,
            "n_articles": self.n_articles,
            **self.lines(),
            "sentences": list(self.sentences),
            "also_sentences": list(self.also_sentences),
        }


def doubts(reader: Reader, lines: Iterable[KnownName], limit: int) -> list[Doubt]:
    """The most frequent ones that the lines of the user's file do not decide, with sentences."""
    names = _names(reader)
    speakers = frozenset(row["entity_id"] for row in reader.rows(SPEAKERS))
    no_names = (
        Doubt(
            kind=name.kind,
            name=name.name,
            entity_id=name.entity_id,
            reason=reason,
            n_articles=name.n_articles,
        )
        for name, reason in doubtful_names(names, speakers)
    )
    found = _undecided([*_weak_links(reader), *_similar(names), *no_names], Decisions.of(lines))
    return _with_sentences(reader, found[:limit])


def possible_doubles(
    reader: Reader, entity_id: str, name: str, lines: Iterable[KnownName]
) -> list[Doubt]:
    """Those of one person or body, without sentences."""
    others = _names(reader, name)
    mine = (doubt for doubt in _similar(others) if entity_id in _ids(doubt))
    return _undecided([*_weak_links(reader, entity_id), *mine], Decisions.of(lines))


def _ids(doubt: Doubt) -> tuple[str, str]:
    return doubt.entity_id, doubt.also_entity_id


def _names(reader: Reader, name: str | None = None) -> list[ArticleName]:
    """All names, or those that may be another form of one."""
    parts = name_key(name).replace(",", " ").split() if name else []
    words = [word for word in parts if len(word) >= LEAST_ALONE] or parts or None
    chosen = {"words": words, "name": name, "limit": MOST_NAMES}
    return [ArticleName(**row) for row in reader.rows(*narrowed(NAMES, chosen))]


def _weak_links(reader: Reader, entity_id: str | None = None) -> Iterator[Doubt]:
    """Names that are joined by weak evidence."""
    for row in reader.rows(*narrowed(WEAK_LINKS, {"entity": entity_id})):
        yield Doubt(
            kind=row["kind"],
            name=row["canonical_name"],
            entity_id=row["canonical_id"],
            reason=WEAK,
            evidence=f"{row['rule_id']}: {row['evidence']}",
            n_articles=min(row["n_name"], row["n_canonical"]),
            also=row["name"],
            also_entity_id=row["canonical_id"],
        )


def _similar(names: Iterable[ArticleName]) -> Iterator[Doubt]:
    for name, other, reason in similar_pairs(names):
        yield Doubt(
            kind=name.kind,
            name=name.name,
            entity_id=name.entity_id,
            reason=reason,
            n_articles=min(name.n_articles, other.n_articles),
            also=other.name,
            also_entity_id=other.entity_id,
        )


def _undecided(found: Iterable[Doubt], decisions: Decisions) -> list[Doubt]:
    """Each pair and name once, the most frequent first."""
    once: dict[tuple[str, frozenset[str]], Doubt] = {}
    for doubt in found:
        is_decided = (
            decisions.has_pair(doubt.kind, doubt.name, doubt.also)
            if doubt.also
            else decisions.has_name(doubt.kind, doubt.name)
        )
        if not is_decided and ";" not in doubt.name + doubt.also:  # the file parts names there
            keys = frozenset(map(name_key, filter(None, (doubt.name, doubt.also))))
            once.setdefault((doubt.kind, keys), doubt)
    return sorted(once.values(), key=_place)


def _place(doubt: Doubt) -> tuple[int, int, str, str]:
    return -doubt.n_articles, ORDER.index(doubt.reason), doubt.name, doubt.also


def _with_sentences(reader: Reader, found: Sequence[Doubt]) -> list[Doubt]:
    wanted = [name for doubt in found for name in _wanted(doubt)]
    texts: list[list[str]] = [[] for _ in wanted]
    entities, written, unlike = ([name[n] for name in wanted] for n in range(3))
    parameters = {"entities": entities, "written": written, "unlike": unlike, "n": N_SENTENCES}
    for row in reader.rows(SENTENCES, parameters):
        sentence = marked_sentence(row["body_text"], row["char_start"], row["char_end"])
        texts[row["number"]].append(f"{row['day']}, {row['source_name']}: {sentence}")
    pairs = zip(texts[::2], texts[1::2], strict=True)
    return [
        replace(doubt, sentences=tuple(of_name), also_sentences=tuple(of_other))
        for doubt, (of_name, of_other) in zip(found, pairs, strict=True)
    ]


def _wanted(doubt: Doubt) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """For each of both names the entity, how it is written, and how it is not."""
    if doubt.entity_id == doubt.also_entity_id:
        return (doubt.entity_id, "", doubt.also), (doubt.entity_id, doubt.also, "")
    return (doubt.entity_id, "", ""), (doubt.also_entity_id, "", "")
