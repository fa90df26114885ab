"""The warehouse: one DuckDB file, opened only in short write windows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import orjson

from parsers.article import Link
from parsers.source import Source
from warehouse.archive.archive import RecordLocation
from warehouse.disk import make_folder
from warehouse.write.bisect import each_apart
from warehouse.write.copies import clusters
from warehouse.write.database import Database, put_in_place
from warehouse.write.outcome_rows import (
    STAGED,
    STAGED_BESIDE,
    Outcome,
    Row,
    Tables,
    Versions,
    rows,
    utc,
)
from warehouse.write.quality import check, prove

SQL = Path(__file__).parents[1] / "sql"
STEPS = {  # of a load, and when there is anything to do
    "forget": "EXISTS (FROM new_tombstones) OR EXISTS (FROM ops.tombstones)",
    "channels": "EXISTS (FROM new_checks) OR EXISTS (FROM new_links)",
    "load": "TRUE",
    "facts": "EXISTS (FROM replaced) OR EXISTS (FROM told)",
}

Days = tuple[date, date]  # the first and the last of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The last full answer of an address: what a conditional request needs."""

    fetch_id: str
    fetched_at: datetime
    body_sha256: str | None
    etag: str | None
    last_modified: str | None
    link_modified_at: datetime | None
    n_contradicted: int  # 304s since, though a later change was announced


class Store(Database):
    """What is written to `warehouse.duckdb` and asked of it."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.lines = (
            home / "archive" / "repeated_lines.ndjson"
        )  # counted by a reparse from what was loaded then, so kept with the archive

    def load(
        self, outcomes: Iterable[Outcome], sources: Mapping[str, Source], versions: Versions
    ) -> None:
        """One batch in one transaction; the same batch twice changes nothing. What cannot be loaded is put aside, and the rest loads."""

        def attempt(batch: list[Outcome], *, keep: bool = False) -> None:
            with self._staged(batch, sources, versions) as con:
                _merge(con)
                if keep:
                    con.commit()

        each_apart(list(outcomes), partial(attempt, keep=True), attempt)

    def preview(
        self, outcomes: Iterable[Outcome], sources: Mapping[str, Source], versions: Versions
    ) -> list[Row]:
        """What loading the batch would change, a row a source and field; nothing is kept."""

        def attempt(batch: list[Outcome]) -> list[Row]:
            with self._staged(batch, sources, versions) as con:
                con.execute((SQL / "diff" / "touched.sql").read_text())
                facets = (SQL / "diff" / "facets.sql").read_text()
                con.execute(f"CREATE TEMP TABLE before AS {facets}")
                _merge(con)
                con.execute(f"CREATE TEMP TABLE after AS {facets}")
                return records(con.execute((SQL / "diff" / "changes.sql").read_text()))

        return [row for part in each_apart(list(outcomes), attempt, attempt) for row in part]

    @contextmanager
    def _staged(
        self, batch: list[Outcome], sources: Mapping[str, Source], versions: Versions
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A transaction with the rows of the batch in `new_…`; taken back unless the caller commits it. Raises what `POISON` lists."""
        brought = [
            _line(tables) for tables in rows(batch, sources, versions)
        ]  # before the window, in which others wait
        with self.window() as con, self.staging() as folder:
            con.begin()
            _stage(con, folder, STAGED, brought)
            prove(con)
            yield con

    def pending(
        self,
        source_id: str,
        run_id: str,
        now: datetime,
        limit: int,
        days: Days | None = None,
        *,
        take: bool = False,
    ) -> list[Link]:
        """What to fetch next: one address an article, the freshest first, none that this run already tried.

        What only a backfill found is told where its days are asked for. With `take`, no other run is told of it while this one lives.
        """
        since, until = days or (None, None)
        asked = {
            "source_id": source_id,
            "run_id": run_id,
            "now": utc(now),
            "limit": limit,
            "since": since,
            "until": until,
        }
        return self._due("pending", asked, take=take)

    def revisits(self, source_id: str, run_id: str, now: datetime, limit: int) -> list[Link]:
        """Loaded stories that are worth another look, the most overdue first; no other run is told of them while this one lives."""
        return self._due(
            "revisits",
            {"source_id": source_id, "run_id": run_id, "now": utc(now), "limit": limit},
            take=True,
        )

    def n_waiting(self, source_id: str) -> int:
        """New addresses of the source that nobody has asked for yet, or that are being asked for."""
        return int(self._rows("n_waiting", {"source_id": source_id})[0]["n"])

    def _due(self, query: str, asked: Row, *, take: bool) -> list[Link]:
        with self.window() as con:
            urls = [
                url for (url,) in con.execute((SQL / f"{query}.sql").read_text(), asked).fetchall()
            ]
            due = [
                Link(**row)
                for row in records(con.execute((SQL / "links.sql").read_text(), {"urls": urls}))
            ]
            if take:
                con.execute(
                    (SQL / "take.sql").read_text(), {"run_id": asked["run_id"], "urls": urls}
                )
            return due

    def known(
        self, urls: Iterable[str], source_id: str, *, is_past: bool = False
    ) -> dict[str, Known]:
        """The last full answer of each address that has one; what channels told a backfill only for a backfill."""
        wanted = {"urls": list(urls), "source_id": source_id, "is_past": is_past}
        return {row.pop("requested_url"): Known(**row) for row in self._rows("known", wanted)}

    def settled(self) -> dict[str, int]:
        """The archive files of which every record is loaded, and how long each was then."""
        return {row["warc_file"]: row["n_bytes"] for row in self._rows("settled", {})}

    def n_loaded(self, file: str) -> int:
        """The records of an archive file that are loaded."""
        return int(self._rows("n_loaded", {"file": file})[0]["n"])

    def settle(self, file: str, n_bytes: int) -> None:
        """Every record of the file is loaded; no later run needs to read it for that."""
        with self.window() as con:
            con.begin()
            con.execute("DELETE FROM ops.archive_files WHERE warc_file = $file", {"file": file})
            counted = "SELECT $file AS warc_file, $n AS n_bytes, count(*) AS n_fetches FROM raw.fetches WHERE warc_file = $file"
            con.execute(
                f"INSERT INTO ops.archive_files BY NAME {counted}", {"file": file, "n": n_bytes}
            )
            con.commit()

    def stand(self, places: Mapping[str, RecordLocation], file: str) -> None:
        """Write down where the records of a file stand, by fetch; those of its rows that are none of them have lost theirs."""
        standing = [
            {"fetch_id": name, "warc_offset": at.offset, "warc_length": at.length}
            for name, at in places.items()
        ]
        with self.window() as con, self.staging() as folder:
            con.begin()
            _stage(con, folder, {"standing": "raw.fetches"}, [_line({"standing": standing})])
            for step in ("stand", "stand_not"):
                con.execute((SQL / f"{step}.sql").read_text(), {"file": file})
            con.commit()

    def forgotten(self) -> dict[str, set[str]]:
        """The fetches whose records are to leave the archive, by file."""
        return _by_file(self._rows("forgotten", {}))

    def old(self, before: datetime, source_ids: Iterable[str] | None) -> dict[str, set[str]]:
        """The archived fetches of the sources, or of all, before that moment, by file."""
        wanted = list(source_ids) if source_ids is not None else None
        return _by_file(self._rows("old", {"before": utc(before), "source_ids": wanted}))

    def article_of(self, url: str) -> tuple[str | None, str | None]:
        """The source and the article that an address is known to belong to."""
        found = self._rows("article_of", {"url": url})
        return (found[0]["source_id"], found[0]["article_id"]) if found else (None, None)

    def begun(self, urls: Iterable[str]) -> dict[str, list[RecordLocation]]:
        """Where the pages stand of articles whose run ended before their last page."""
        found: dict[str, list[RecordLocation]] = {}
        for row in self._rows("begun", {"urls": list(urls)}):
            found.setdefault(row.pop("url"), []).append(RecordLocation(**row))
        return found

    def places(
        self,
        source_ids: Iterable[str] | None,
        aside: Iterable[str] | None = None,
        articles: Iterable[str] | None = None,
    ) -> list[list[RecordLocation]]:
        """Where the pages of each article stand, an article after the other; unchanged answers are left out.

        With `aside`, only of those articles of which a page was put aside under these ids; with `articles`, of those.
        """
        wanted = {
            "source_ids": _listed(source_ids),
            "aside": _listed(aside),
            "articles": _listed(articles),
        }
        found: dict[str, list[RecordLocation]] = {}
        for row in self._rows("places", wanted):
            found.setdefault(row.pop("chain"), []).append(RecordLocation(**row))
        return list(found.values())

    def standing(self, fetch_ids: Iterable[str]) -> dict[str, RecordLocation]:
        """Where the records of the fetches stand."""
        return {
            row.pop("fetch_id"): RecordLocation(**row)
            for row in self._rows("standing", {"ids": list(fetch_ids)})
        }

    def has_gap(self, source_id: str, run_id: str) -> bool:
        """In this run a feed of the source shared nothing with what it announced before."""
        return bool(self._rows("gaps", {"source_id": source_id, "run_id": run_id}))

    def n_announced(self, source_id: str, run_id: str) -> int:
        """Addresses that channels of the source announced in the run for the first time; a backfill's do not count."""
        asked = {"source_id": source_id, "run_id": run_id}
        return int(self._rows("n_announced", asked)[0]["n"])

    def n_known(self, source_id: str) -> int:
        """Addresses known of the source."""
        return int(self._rows("n_known", {"source_id": source_id})[0]["n"])

    def repeated_lines(self) -> dict[str, frozenset[str]]:
        """The lines each source repeats, as the last reparse of it counted them."""
        return _lines(self._rows("repeated_lines", {}))

    def aside(
        self,
        *,
        ids: Iterable[str] | None = None,
        source_ids: Iterable[str] | None = None,
        parser: str | None = None,
    ) -> list[Row]:
        """What is put aside now, the newest first: of these ids or sources; with `parser`, what another one refused, at most 200."""
        return self._rows(
            "aside", {"ids": _listed(ids), "source_ids": _listed(source_ids), "parser": parser}
        )

    def ignore(self, ids: Iterable[str], now: datetime) -> None:
        """Close them: they are no failures any more, and no reparse opens them again."""
        self._write("ignore", {"ids": list(ids), "now": utc(now)})

    def ask_again(self, ids: Iterable[str], now: datetime) -> None:
        """Let the next run ask for their pages as if they had never been answered."""
        self._write("ask_again", {"ids": list(ids), "now": utc(now)})

    def refused(self, ids: Iterable[str], parser: str) -> None:
        """Note that this parser has tried them; those whose records stand no more would else be tried for ever."""
        self._write("refused", {"ids": list(ids), "parser": parser})

    def count_lines(
        self, source_ids: Iterable[str] | None, *, keep: bool = True
    ) -> dict[str, frozenset[str]]:
        """A new generation of the repeated lines of the sources, or of all, where they are not what they were; all lines then."""
        wanted = {"source_ids": _listed(source_ids)}
        with self.window() as con:
            con.begin()
            for query in ("count_lines", "keep_lines"):
                con.execute((SQL / f"{query}.sql").read_text(), wanted)
            con.execute(
                "DELETE FROM ref.repeated_lines WHERE source_id IN (SELECT source_id FROM newer);"
                "INSERT INTO ref.repeated_lines BY NAME SELECT * FROM counted JOIN newer USING (source_id)"
            )
            if keep:
                make_folder(self.lines.parent)
                new = self.lines.with_name(f"{self.lines.name}.new")
                con.execute(
                    "COPY (FROM ref.repeated_lines ORDER BY ALL) TO $new (FORMAT json)",
                    {"new": str(new)},
                )
                put_in_place(new, self.lines)
                con.commit()
            return _lines(records(con.execute((SQL / "repeated_lines.sql").read_text())))

    def recall_lines(self) -> None:
        """The counted lines into a database that has none: without them the archive would be read otherwise than it was."""
        if self.lines.exists() and self.lines.stat().st_size:
            with self.window() as con:
                con.execute(
                    "INSERT INTO ref.repeated_lines BY NAME FROM read_json($file, format = 'newline_delimited') "
                    "WHERE NOT EXISTS (FROM ref.repeated_lines)",
                    {"file": str(self.lines)},
                )

    def begin(self, run: Row) -> None:
        """Write the run down."""
        with self.window() as con:
            columns = ", ".join(run)
            con.execute(
                f"INSERT INTO ops.runs ({columns}) VALUES ({', '.join('$' + c for c in run)})",  # noqa: S608 - names of our own columns
                run,
            )

    def crashed(self, run_ids: Iterable[str]) -> None:
        """Mark the runs that ended without a word."""
        with self.window() as con:
            con.execute(
                "UPDATE ops.runs SET state = 'crashed' WHERE state = 'running' AND run_id IN (SELECT unnest($ids))",
                {"ids": list(run_ids)},
            )

    def dead_flow_runs(self) -> list[str]:
        """Prefect's names of the runs that ended without a word."""
        return [row["id"] for row in self._rows("dead_flow_runs", {})]

    def running(self) -> list[str]:
        return [row["run_id"] for row in self._rows("running", {})]

    def finish(
        self,
        run_id: str,
        finished_at: datetime,
        state: str,
        said: Mapping[str, Any],
        hosts: Iterable[Row] = (),
    ) -> None:
        """Close the run with its counts, and keep what politeness knows of the hosts."""
        with self.window() as con, self.staging() as folder:
            con.begin()
            sets = ", ".join(f"{name} = ${name}" for name in said)
            con.execute(
                f"UPDATE ops.runs SET finished_at = $at, state = $state, {sets} WHERE run_id = $run_id",  # noqa: S608 - names of our own columns
                {"at": utc(finished_at), "state": state, "run_id": run_id, **said},
            )
            _stage(con, folder, {"hosts": "ops.hosts"}, [_line({"hosts": list(hosts)})])
            con.execute(
                "DELETE FROM ops.hosts WHERE host IN (SELECT host FROM new_hosts); INSERT INTO ops.hosts BY NAME SELECT * FROM new_hosts"
            )
            con.commit()

    def counts(self, run_id: str) -> list[Row]:
        """What a run did, a row a source."""
        return self._rows("counts", {"run_id": run_id})

    def notes(self, run_id: str) -> list[Row]:
        """What is odd about the channels that answered in a run, a row a channel."""
        return self._rows("notes", {"run_id": run_id})

    def failures(self, run_id: str) -> list[Row]:
        """Why a run failed anywhere, a row a reason."""
        return self._rows("failures", {"run_id": run_id})

    def have(self, fetch_ids: Iterable[str]) -> set[str]:
        """Those of the fetches that are loaded."""
        return {row["fetch_id"] for row in self._rows("have", {"ids": list(fetch_ids)})}

    def compare(self) -> int:
        """Find the copies among what is new; the stories looked at."""
        with self.window() as con, self.staging() as folder:
            con.begin()
            found = clusters(con)
            _stage(con, folder, {"clusters": "core.article_clusters"}, [_line({"clusters": found})])
            for step in ("keep", "credit"):
                con.execute((SQL / "copies" / f"{step}.sql").read_text())
            con.execute("DELETE FROM ops.uncompared")
            con.commit()
            return len(found)

    def check(self, run_id: str, *, everything: bool = False) -> list[Row]:
        """What breaks each quality check, among what was loaded since the last check or in the whole warehouse."""
        with self.window() as con:
            con.begin()
            found = check(con, run_id, everything=everything)
            con.commit()
            return found

    def _write(self, query: str, parameters: Row) -> None:
        with self.window() as con:
            con.begin()
            for statement in con.extract_statements((SQL / f"{query}.sql").read_text()):
                con.execute(
                    statement, {name: parameters[name] for name in statement.named_parameters}
                )
            con.commit()

    def _rows(self, query: str, parameters: Row) -> list[Row]:
        with self.window() as con:
            return records(con.execute((SQL / f"{query}.sql").read_text(), parameters))


def _listed(values: Iterable[str] | None) -> list[str] | None:
    return None if values is None else list(values)


def _lines(rows: list[Row]) -> dict[str, frozenset[str]]:
    return {row["source_id"]: frozenset(row["lines"]) for row in rows}


def _merge(con: duckdb.DuckDBPyConnection) -> None:
    """What is staged becomes rows."""
    for step, is_due in STEPS.items():
        if con.execute(f"SELECT {is_due}").fetchall() == [(True,)]:
            con.execute((SQL / f"{step}.sql").read_text())


def records(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """The rows of the last statement, each by its column names."""
    names = [column[0] for column in con.description or ()]
    return [dict(zip(names, map(_aware, row), strict=True)) for row in con.fetchall()]


def _by_file(rows: Iterable[Row]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["warc_file"], set()).add(row["fetch_id"])
    return found


def _aware(value: Any) -> Any:
    """Timestamps stand in UTC without saying so."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def _stage(
    con: duckdb.DuckDBPyConnection, folder: Path, staged: Mapping[str, str], lines: list[bytes]
) -> None:
    """The rows as temporary tables `new_<name>`, typed as the tables that `staged` names: by one file, which is read once."""
    columns = {
        name: f"STRUCT({', '.join(_columns(con, name, table))})[]" for name, table in staged.items()
    }
    file = folder / "rows.ndjson"
    file.write_bytes(b"\n".join(lines))
    longest = (
        max(map(len, lines), default=0) + 1
    )  # DuckDB makes room for a line that long before it reads
    read = "read_json($file, format = 'newline_delimited', records = true, columns = $columns, maximum_object_size = $longest)"
    said = {"file": str(file), "columns": columns, "longest": longest}
    con.execute(f"CREATE TEMP TABLE staged AS SELECT * FROM {read}", said)  # noqa: S608 - no words of others
    for name in staged:
        con.execute(
            f"CREATE TEMP TABLE new_{name} AS SELECT unnest({name}, max_depth := 2) FROM staged"  # noqa: S608 - names of our own
        )
    con.execute("DROP TABLE staged")


def _columns(con: duckdb.DuckDBPyConnection, name: str, table: str) -> list[str]:
    types = {column: kind for column, kind, *_ in con.execute(f"DESCRIBE {table}").fetchall()}
    types |= STAGED_BESIDE.get(name, {})
    return [f"{column} {kind}" for column, kind in types.items()]


def _line(tables: Tables) -> bytes:
    """What one outcome brings, for `_stage`; as rows it takes several times the memory."""
    told = {name: rows for name, rows in tables.items() if rows}
    try:
        return orjson.dumps(told, default=str)  # a Decimal
    except TypeError:  # a lone surrogate, which neither UTF-8 nor DuckDB can hold
        whole = {
            name: [{k: _whole(v) for k, v in row.items()} for row in rows]
            for name, rows in told.items()
        }
        return orjson.dumps(whole, default=str)


def _whole(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
