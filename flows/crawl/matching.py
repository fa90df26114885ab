"""A backfill with a query: which articles it asks for, by their announced titles and their addresses, and how many it misses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from parsers.search_query import SCORED, QueryError, matches, parse, terms
from parsers.source import Source
from warehouse.intervals import wilson
from warehouse.queries import Row
from warehouse.write import query_selection
from warehouse.write.database import Database
from warehouse.write.frontier import Days
from warehouse.write.query_selection import AnnouncedArticle

ONE_IN = 100  # articles of those that do not match are fetched all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """`Match(query="banjir", seed=1)`. Raises QueryError."""

    query: str
    seed: int = 1

    def __post_init__(self) -> None:
        if other := next(
            (term.field for term in terms(self.query) if term.field not in SCORED), None
        ):
            raise QueryError(f"{other}: is known of an article only after it was fetched")

    def fits(self, text: str) -> bool:
        """Whether the query finds an article of this headline or text."""
        return matches(parse(self.query), dict.fromkeys(SCORED, (text,)))

    def is_announced(self, article: AnnouncedArticle) -> bool:
        return self.fits_any(article.titles, article.urls)

    def fits_any(self, titles: Iterable[str], urls: Iterable[str]) -> bool:
        """Whether a title or the slug of an address matches."""
        return any(map(self.fits, [*titles, *map(slug, urls)]))

    def is_sampled(self, article: AnnouncedArticle) -> bool:
        """Whether it is fetched in any case. That depends on the seed and on itself only, so that every run agrees."""
        digest = hashlib.sha256(f"{self.seed} {article.article}".encode()).digest()
        return int.from_bytes(digest[:8]) % ONE_IN == 0


def slug(url: str) -> str:
    """The words of an address: its longest part."""
    return max(unquote(urlsplit(url).path).replace("_", " ").split("/"), key=len)


def leave_out(db: Database, source: Source, days: Days, match: Match, *, dry_run: bool) -> set[str]:
    """File the articles that are to be fetched and that the query does not ask for as not asked; the addresses of the others."""
    wanted: set[str] = set()
    others: list[AnnouncedArticle] = []
    for article in query_selection.candidates(db, source.name, days, dry_run=dry_run):
        if match.is_announced(article) or match.is_sampled(article):
            wanted.update(article.urls)
        else:
            others.append(article)
    query_selection.leave_out(db, others, match.query)
    return wanted


def estimate_recall(db: Database, source: Source, days: Days, match: Match) -> Row:
    """How many of the articles whose text matches the query were found by title or address, by the sample of the others."""
    found: list[AnnouncedArticle] = []
    others: list[AnnouncedArticle] = []
    for article in query_selection.articles(db, source.name, days):
        (found if match.is_announced(article) else others).append(article)
    n_found, n_right = _judged(db, found, match)
    n_sampled, n_missed = _judged(db, filter(match.is_sampled, others), match)
    return {
        "query": match.query,
        "seed": match.seed,
        "announced": len(found) + len(others),
        "matching": len(found),
        "matching_loaded": n_found,
        "matching_right": n_right,
        "sampled": n_sampled,
        "sampled_right": n_missed,
        **_recall(len(found), n_found, n_right, len(others), n_sampled, n_missed),
    }


def _judged(db: Database, articles: Iterable[AnnouncedArticle], match: Match) -> tuple[int, int]:
    """How many are loaded, and of how many of them the text matches."""
    texts = [
        match.fits(text) for text in query_selection.texts(db, (a for a in articles if a.is_loaded))
    ]
    return len(texts), sum(texts)


def _recall(
    n_matching: int, n_found: int, n_right: int, n_others: int, n_sampled: int, n_missed: int
) -> dict[str, float | None]:
    """Recall with the 95 % interval that the Wilson interval of the missed share gives; NULL without a sample or a hit."""
    hits = n_matching * n_right / n_found if n_found else 0.0

    def recall(missed_share: float) -> float | None:
        wanted = hits + n_others * missed_share
        return round(hits / wanted, 3) if wanted else None

    low, high = wilson(n_missed, n_sampled)
    return {
        "recall": recall(n_missed / max(n_sampled, 1)) if n_sampled or not n_others else None,
        "recall_low": recall(high),
        "recall_high": recall(low),
    }


def recall_line(row: Row) -> str:
    """The estimate for people."""
    estimate = (
        f"recall of the test by title and address {row['recall']:.2f} ({row['recall_low']:.2f}–{row['recall_high']:.2f})"
        if row["recall"] is not None
        else "its recall cannot be told"
    )
    return (
        f"{row['query']}: {row['matching']} of {row['announced']} announced articles match by title or address,"
        f" and the text of {row['matching_right']} of {row['matching_loaded']} loaded ones;"
        f" of the others {row['sampled']} were fetched as a sample (1 in {ONE_IN}, seed {row['seed']}),"
        f" and the text of {row['sampled_right']} matches: {estimate}"
    )
