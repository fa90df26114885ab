"""Texts that their publishers reserve: readers get the beginning of a text, and short values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from warehouse.read.published import Reader

SNIPPET_CHARACTERS = 280
RESERVATIONS = """
SELECT DISTINCT
  article_id,
  reservation
FROM mart.reservations
WHERE is_against AND article_id IN ($ids)
ORDER BY ALL
"""


def reservations(reader: Reader, article_ids: Sequence[str]) -> dict[str, list[str]]:
    """What publishers say against uses of these texts, by article; nothing for an article that is not reserved."""
    stated: dict[str, list[str]] = defaultdict(list)
    ids = {f"id{n}": article_id for n, article_id in enumerate(article_ids)}
    if not ids:
        return {}
    # each by itself: DuckDB then reads the rows of these articles only
    query = RESERVATIONS.replace("$ids", ", ".join(f"${name}" for name in ids))
    for row in reader.rows(query, ids):
        stated[row["article_id"]].append(row["reservation"])
    return dict(stated)
