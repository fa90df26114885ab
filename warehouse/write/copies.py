"""Copies: which articles have the text of an earlier one, whoever published it, found from the texts alone.

An article is a copy of the earliest lead it shares enough with; a lead is an article that is no copy. That is a function of the set
of articles: neither their order of arrival nor their batches matter. Only changed articles are compared again, and those for which a
change makes other shingles count, so the cost of an article does not grow with the corpus. Method: Broder, "On the resemblance and
containment of documents" (1997), with a sample of the shingles by their hash.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from warehouse.queries import Row, repeat, sql
from warehouse.write.staging import stage_rows
from warehouse.write.step import Step, StepContext, date_groups

CHANGED_ARTICLES = sql("copies/changed_articles")
SHINGLES = sql("copies/shingles")
RECOMPARED_ARTICLES = sql("copies/recompared_articles")
AFFECTED_ARTICLES = sql("copies/affected_articles")
PAIRS = sql("copies/pairs")
CONNECTED_ARTICLES = sql("copies/connected_articles")
ARTICLES = sql("copies/articles")
CLUSTERS = sql("copies/clusters")
AGENCIES = sql("copies/agencies")
WEEKS = "SELECT week, count(*) FROM core.article_shingles SEMI JOIN changed_weeks USING (week) GROUP BY week ORDER BY week"
SHINGLES_AT_ONCE = 300_000  # of weeks compared together: a statement for each week costs more
NEAR = 0.5  # of all shingles of two texts: the same article with changes; below it the shorter one is a part of the longer


def find_copies(context: StepContext) -> int:
    """Find the copies among what is new; returns the number of articles compared.

    Articles whose cluster changes are marked as changed too: whether an article is a copy matters to other steps.
    """
    con = context.con
    con.execute(CHANGED_ARTICLES)
    for (batch,) in con.execute("SELECT DISTINCT batch FROM changed_articles").fetchall():
        con.execute(SHINGLES, {"batch": batch})
    week_groups = [*date_groups(con.execute(WEEKS).fetchall(), SHINGLES_AT_ONCE)]
    for weeks in week_groups:
        con.execute(RECOMPARED_ARTICLES, {"weeks": weeks})
    con.execute(AFFECTED_ARTICLES)
    for weeks in week_groups:
        con.execute(PAIRS, {"weeks": weeks})
    repeat(con, CONNECTED_ARTICLES)
    pairs = con.execute(
        "SELECT article_id, earlier_id, jaccard, containment FROM core.article_pairs SEMI JOIN affected_articles USING (article_id)"
    ).fetchall()
    clusters = list(_clusters(con.execute(ARTICLES).fetchall(), pairs))
    stage_rows(con, context.folder, "clusters", "core.article_clusters", clusters)
    con.execute(CLUSTERS)
    con.execute(AGENCIES)
    return len(clusters)


FIND_COPIES = Step(
    name="find copies",
    reads=(
        "ops.uncompared",
        "core.articles",
        "core.article_versions",
        "core.removed_spans",
        "core.article_authors",
    ),
    makes=(
        "core.article_shingles",
        "core.article_pairs",
        "core.article_clusters",
        "core.article_agencies",
    ),
    run=find_copies,
)


def _clusters(articles: list[tuple[Any, ...]], pairs: list[tuple[Any, ...]]) -> Iterator[Row]:
    """One row of `core.article_clusters` per article; the articles come the earliest first."""
    earlier: dict[str, dict[str, tuple[float, float]]] = {}
    for article, other, jaccard, containment in pairs:
        earlier.setdefault(article, {})[other] = (jaccard, containment)
    leads: dict[str, str] = {}  # and the digest of its text; in the order of time
    rank: dict[str, int] = {}
    for article, version, when, digest in articles:
        near = earlier.get(article, {})
        lead = min(
            (other for other in near if other in leads), key=rank.__getitem__, default=article
        )
        row = {
            "cluster_id": lead,
            "article_id": article,
            "version_id": version,
            "story_at": when,
            "is_lead": lead == article,
        }
        if lead == article:
            leads[article], rank[article] = digest, len(rank)
            yield row | {"relation": "lead", "jaccard": None, "containment": None}
        else:
            jaccard, containment = near[lead]
            relation = (
                "exact"
                if digest == leads[lead]
                else "near_duplicate"
                if jaccard >= NEAR
                else "partial"
            )
            yield row | {"relation": relation, "jaccard": jaccard, "containment": containment}
