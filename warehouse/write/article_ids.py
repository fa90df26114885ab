"""Article ids that an earlier version of Kliping computed differently, computed again in place.

The first run after an upgrade does this once: only runs have the source files. Nothing is lost, even where the archive
no longer has a page. Where one article holds pages of addresses that are not one article, its id cannot be decided
here: the run parses the pages of those articles again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import duckdb
import orjson

from parsers.fields.canonical import believed_canonical
from parsers.identity import article_id
from parsers.source import Source, default_source, source_of_url
from parsers.text.urls import is_trap
from warehouse.queries import Row, sql
from warehouse.write.database import Database

MAP = sql("article_ids/map")
FRONTIER = sql("article_ids/frontier")
IDS = {  # column -> the map that holds its ids
    "article_id": "article_ids",
    "earlier_id": "article_ids",
    "cluster_id": "article_ids",
    "version_id": "version_ids",
    "current_version_id": "version_ids",
}
ARTICLE_ID = {"old_id": "VARCHAR", "article_id": "VARCHAR"}
ADDRESS = {
    "url": "VARCHAR",
    "article_id": "VARCHAR",
    "owner_id": "VARCHAR",
    "is_article": "BOOLEAN",
}
ID_COLUMNS = """
SELECT c.schema_name, c.table_name, c.column_name
FROM duckdb_columns() AS c
JOIN duckdb_tables() AS t USING (database_oid, schema_oid, table_oid)
WHERE c.schema_name IN ('core', 'ops') AND (c.schema_name, c.table_name) <> ('ops', 'frontier') AND NOT t.temporary
  AND list_contains($names, c.column_name)
ORDER BY ALL
"""


def recompute(db: Database, sources: Mapping[str, Source]) -> None:
    """Bring all ids to today's formula, if an upgrade left that to do."""
    with db.transaction() as con, db.staging_folder() as folder:
        if not con.execute("FROM ops.steps_due WHERE step = 'compute_ids'").fetchall():
            return
        _stage(con, folder, "new_article_ids", ARTICLE_ID, _articles(con, sources))
        _stage(con, folder, "new_addresses", ADDRESS, _addresses(con, sources))
        con.execute(MAP)
        for schema, table, column in con.execute(ID_COLUMNS, {"names": list(IDS)}).fetchall():
            con.execute(
                f"UPDATE {schema}.{table} AS t SET {column} = m.new_id FROM {IDS[column]} AS m WHERE m.old_id = t.{column}"  # noqa: S608 - names of our own
            )
        con.execute(FRONTIER)


def undecided_articles(db: Database) -> list[str]:
    """The articles whose pages must be parsed again."""
    query = "SELECT article_id FROM ops.steps_due WHERE step = 'parse_again' ORDER BY ALL"
    return [row["article_id"] for row in db.rows(query)]


def mark_decided(db: Database) -> None:
    """The pages of the undecided articles were parsed again."""
    with db.write_connection() as con:
        con.execute("DELETE FROM ops.steps_due WHERE step = 'parse_again'")


def _articles(con: duckdb.DuckDBPyConnection, sources: Mapping[str, Source]) -> Iterator[Row]:
    """Each article's id by its canonical address, where that is still believed, else by its own."""
    query = "SELECT article_id, source_id, url, canonical_url, headline FROM core.articles WHERE url IS NOT NULL"
    for old_id, source_id, url, claimed, headline in con.execute(query).fetchall():
        source = sources.get(source_id) or default_source(source_id)
        canonical = claimed and believed_canonical(url, claimed, headline=headline, source=source)
        yield {"old_id": old_id, "article_id": article_id(source, canonical or url)}


def _addresses(con: duckdb.DuckDBPyConnection, sources: Mapping[str, Source]) -> Iterator[Row]:
    for url, source_id in con.execute("SELECT url, source_id FROM ops.frontier").fetchall():
        own = None if url.startswith("urn:") else source_of_url(url, sources)
        source = own or sources.get(source_id) or default_source(source_id)
        yield {
            "url": url,
            "article_id": article_id(source, url),
            "owner_id": own and own.name,
            "is_article": own is not None and own.recognises(url) and not is_trap(url),
        }


def _stage(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    name: str,
    types: Mapping[str, str],
    rows: Iterable[Row],
) -> None:
    file = folder / f"{name}.ndjson"
    with file.open("wb") as out:
        out.writelines(orjson.dumps(row) + b"\n" for row in rows)
    con.execute(
        f"CREATE TEMP TABLE {name} AS FROM read_json($file, format = 'newline_delimited', columns = $types)",
        {"file": str(file), "types": dict(types)},
    )
