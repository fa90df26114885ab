"""Which stories are copies of which: texts that share runs of words, whoever published them, told from the texts alone.

A story is a copy of the earliest lead it shares enough with; a lead is a story that is no copy. That is a function of the set of
stories: their order of arrival and their batching decide nothing. Only the weeks that a change touches are compared anew, so
that the cost of a story does not grow with the corpus. Method: Broder, "On the resemblance and containment of documents" (1997),
with a sample of the shingles by their hash.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

SQL = Path(__file__).parents[1] / "sql" / "copies"
NEAR = 0.5  # of all shingles of two texts: the same story with changes; below it the shorter one is a part of the longer

STORIES = """
SELECT a.article_id, a.current_version_id AS version_id, coalesce(a.date_published, a.first_seen_at) AS story_at, v.body_sha256
FROM core.articles AS a
SEMI JOIN affected USING (article_id)
JOIN core.article_versions AS v ON v.version_id = a.current_version_id
ORDER BY story_at, a.first_seen_at, a.article_id
"""
PAIRS = "SELECT article_id, earlier_id, jaccard, containment FROM core.article_pairs SEMI JOIN affected USING (article_id)"


def clusters(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Compare what is new, in the caller's transaction: the rows of `core.article_clusters` for the stories of `affected`."""
    con.execute((SQL / "changed.sql").read_text())
    for (week,) in con.execute("SELECT week FROM touched ORDER BY week").fetchall():
        con.execute(f"SET VARIABLE week = DATE '{week:%Y-%m-%d}'")
        con.execute((SQL / "pairs.sql").read_text())
    con.execute((SQL / "affected.sql").read_text())
    return list(_clusters(con.execute(STORIES).fetchall(), con.execute(PAIRS).fetchall()))


def _clusters(
    stories: list[tuple[Any, ...]], pairs: list[tuple[Any, ...]]
) -> Iterator[dict[str, Any]]:
    """A row a story; the stories come the earliest first."""
    earlier: dict[str, dict[str, tuple[float, float]]] = {}
    for article, other, jaccard, containment in pairs:
        earlier.setdefault(article, {})[other] = (jaccard, containment)
    leads: dict[str, str] = {}  # and the digest of its text; in the order of time
    place: dict[str, int] = {}
    for article, version, when, digest in stories:
        near = earlier.get(article, {})
        lead = min(
            (other for other in near if other in leads), key=place.__getitem__, default=article
        )
        row = {
            "cluster_id": lead,
            "article_id": article,
            "version_id": version,
            "story_at": when,
            "is_lead": lead == article,
        }
        if lead == article:
            leads[article], place[article] = digest, len(place)
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
