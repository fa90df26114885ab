"""Looks up what a draft states in the published copy, for `kliping.reading.proofread`.

Two readings of the texts find the candidates, however many claims there are in a few dozen: a sample says which words are rare, and
one pattern finds runs of words of many claims at once. Only the few candidates are then compared word by word.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kliping.proofreading.claim import Amount, Claim, SpeakerName
from kliping.proofreading.phrases import choose_phrases, plain_words
from kliping.proofreading.sources import ArticleText, StoredFigure, StoredQuote
from kliping.sql_files import sql
from warehouse.known_names import bundled_names, name_key
from warehouse.queries import Row
from warehouse.read.published import Reader

WORD_SHARES = sql("proofread/word_shares")
CANDIDATES = sql("proofread/candidates")
VERSIONS = sql("proofread/versions")
QUOTES = sql("proofread/quotes")
FIGURES = sql("proofread/figures")
NAMES = sql("proofread/names")
MOST_CANDIDATES = 8  # articles a claim
MOST_OF_DRAFT = 8  # articles that are the likeliest of most claims: a draft is about few
MOST_PHRASES = 100  # in one pattern: beyond twice as many, DuckDB's regular expressions slow down a hundredfold
BETWEEN = r"\W+"  # ASCII; a pattern of Unicode classes takes fifty times as long


class DraftLookups:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def candidates(self, wanted: Sequence[Claim]) -> list[tuple[ArticleText, ...]]:
        """For each claim the articles with most of its words, in all their versions, and those of the whole draft."""
        ids = self._candidate_ids(wanted)
        first = Counter(each[0] for each in ids.values())
        of_draft = [article for article, _ in first.most_common(MOST_OF_DRAFT)]
        texts = self._texts(sorted({article for each in ids.values() for article in each}))
        return [
            tuple(
                text
                for article in dict.fromkeys([*ids.get(number, ()), *of_draft])
                for text in texts[article]
            )
            for number in range(len(wanted))
        ]

    def names(self, written: Sequence[str]) -> dict[str, frozenset[str]]:
        """The names that core.identities or the bundled list gives the same person or body."""
        groups: dict[str, set[str]] = defaultdict(set)
        for row in self._reader.rows(NAMES, {"names": list(written)}) if written else ():
            groups[row["canonical_name"]] |= {row["name"], row["canonical_name"]}
        for line in bundled_names():
            groups[line.name] |= {line.name, *line.also}
        by_key: dict[str, set[str]] = defaultdict(set)
        for group in groups.values():
            for name in group:
                by_key[name_key(name)] |= group
        return {name: frozenset(by_key.get(name_key(name), ())) for name in written}

    def _candidate_ids(self, wanted: Sequence[Claim]) -> dict[int, list[str]]:
        words = sorted({word for claim in wanted for word in plain_words(claim)})
        shares = {
            row["word"]: row["share"] for row in self._reader.rows(WORD_SHARES, {"words": words})
        }
        ids: dict[int, list[str]] = defaultdict(list)
        for pairs in _batches(list(choose_phrases(wanted, shares))):
            for row in self._reader.rows(CANDIDATES, _parameters(pairs)):
                ids[row["claim_no"]].append(row["article_id"])
        return ids

    def _texts(self, article_ids: list[str]) -> Mapping[str, list[ArticleText]]:
        versions = self._reader.rows(VERSIONS, {"article_ids": article_ids})
        version_ids = [row["version_id"] for row in versions]
        quotes, figures = (
            _by_version(self._reader.rows(query, {"version_ids": version_ids}))
            for query in (QUOTES, FIGURES)
        )
        texts: dict[str, list[ArticleText]] = defaultdict(list)
        for row in versions:
            version = row["version_id"]
            texts[row["article_id"]].append(
                ArticleText(
                    **row,
                    quotes=tuple(map(_quote, quotes.get(version, ()))),
                    figures=tuple(map(_figure, figures.get(version, ()))),
                )
            )
        return texts


def _batches(runs: Sequence[Sequence[str]]) -> Iterator[list[tuple[int, str]]]:
    """Pairs of claim and phrase, all of a claim together."""
    batch: list[tuple[int, str]] = []
    for number, each in enumerate(runs):
        if batch and len({phrase for _, phrase in batch}.union(each)) > MOST_PHRASES:
            yield batch
            batch = []
        batch += [(number, phrase) for phrase in each]
    if batch:
        yield batch


def _parameters(pairs: Sequence[tuple[int, str]]) -> dict[str, object]:
    """The longest phrases first: of two that begin alike the first one counts."""
    texts = sorted({phrase for _, phrase in pairs}, key=lambda phrase: (-len(phrase), phrase))
    pattern = "|".join(rf"\b{phrase.replace(' ', BETWEEN)}\b" for phrase in texts)
    return {
        "pattern": f"(?i){pattern}",
        "claim_numbers": [number for number, _ in pairs],
        "phrases": [phrase for _, phrase in pairs],
        "most": MOST_CANDIDATES,
    }


def _by_version(rows: Iterable[Row]) -> dict[str, list[Row]]:
    by_version: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_version[row.pop("version_id")].append(row)
    return by_version


def _quote(row: Row) -> StoredQuote:
    values = {"speaker": SpeakerName(**row["speaker"]), "names": tuple(row["names"])}
    return StoredQuote(**row | values)


def _figure(row: Row) -> StoredFigure:
    return StoredFigure(**row | {"amount": Amount(**row["amount"])})
