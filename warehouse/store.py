"""The warehouse: one DuckDB file, opened only in short write windows."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson

from parsers.article import Link
from parsers.source import Source
from warehouse.archive import Place, sync_folder
from warehouse.copies import clusters
from warehouse.rows import STAGED, TOLD_BY_FETCH, Outcome, Row, Versions, rows, utc
from warehouse.schema import migrate

SQL = Path(__file__).parent / "sql"
READER_PATIENCE_SECONDS = 60.0

Days = tuple[date, date]  # the first and the last of them


class StoreBusy(Exception):  # noqa: N818 - a state of things that passes
    """Somebody else has warehouse.duckdb open; nothing is lost, the archive holds what was to be loaded."""


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


class Store:
    """`warehouse.duckdb` and its published copy in a home folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.path = home / "warehouse.duckdb"
        self.published = home / "kliping.duckdb"
        self._migrated = False

    @contextmanager
    def window(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The database, for as short as can be: other runs wait at the lock. Raises StoreBusy, SchemaError."""
        locks = self.home / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        with (locks / "write.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._bear()
            con = self._connect()
            try:
                if not self._migrated:
                    migrate(con)
                    self._migrated = True
                yield con
            finally:
                con.close()

    def _bear(self) -> None:
        """A database gets its name once it is whole: one killed in the making would be refused ever after."""
        if not self.path.exists():
            new = self.path.with_name(f"{self.path.name}.new")
            new.unlink(missing_ok=True)
            duckdb.connect(new).close()
            new.replace(self.path)
            sync_folder(self.home)

    @contextmanager
    def _staging(self) -> Iterator[Path]:
        """A folder for one batch. Only within a window, which makes it ours: what a killed load left goes first."""
        folder = self.home / "staging"
        for left in (folder, self.path.with_name(f"{self.path.name}.tmp")):
            shutil.rmtree(left, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _connect(self) -> duckdb.DuckDBPyConnection:
        deadline = time.monotonic() + READER_PATIENCE_SECONDS
        while True:
            try:
                return duckdb.connect(self.path)
            except duckdb.IOException as error:
                if "lock" not in str(error):
                    raise
                if time.monotonic() > deadline:
                    holder = re.search(r"held in (\S+ \(PID \d+\))", str(error))
                    raise StoreBusy(
                        f"{self.path} is open in {holder[1] if holder else 'another program'}; "
                        f"close it there and read {self.published.name} instead"
                    ) from error
                time.sleep(0.1)

    def load(self, outcomes: Iterable[Outcome], sources: Mapping[str, Source], versions: Versions) -> None:
        """One batch in one transaction; the same batch twice changes nothing."""
        staged = rows(outcomes, sources, versions)
        with self.window() as con, self._staging() as folder:
            con.begin()
            for name, table in STAGED.items():
                _stage(con, folder, name, table, staged[name])
            con.execute((SQL / "load.sql").read_text())
            con.execute((SQL / "facts.sql").read_text())
            con.commit()

    def pending(
        self, source_id: str, run_id: str, now: datetime, limit: int, days: Days | None = None, *, take: bool = False
    ) -> list[Link]:
        """What to fetch next: one address an article, the freshest first, none that this run already tried.

        What only a backfill found is told where its days are asked for. With `take`, no other run is told of it while this one lives.
        """
        since, until = days or (None, None)
        asked = {"source_id": source_id, "run_id": run_id, "now": utc(now), "limit": limit, "since": since, "until": until}
        with self.window() as con:
            due = [Link(**row) for row in records(con.execute((SQL / "pending.sql").read_text(), asked))]
            if take:
                con.execute((SQL / "take.sql").read_text(), {"run_id": run_id, "urls": [link.url for link in due]})
            return due

    def known(self, urls: Iterable[str], *, is_past: bool = False) -> dict[str, Known]:
        """The last full answer of each address that has one; what channels told a backfill only for a backfill."""
        return {row.pop("requested_url"): Known(**row) for row in self._rows("known", {"urls": list(urls), "is_past": is_past})}

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
            con.execute("INSERT INTO ops.archive_files VALUES ($file, $n)", {"file": file, "n": n_bytes})
            con.commit()

    def begun(self, urls: Iterable[str]) -> dict[str, list[Place]]:
        """Where the pages stand of articles whose run ended before their last page."""
        found: dict[str, list[Place]] = {}
        for row in self._rows("begun", {"urls": list(urls)}):
            found.setdefault(row.pop("url"), []).append(Place(**row))
        return found

    def places(self, source_ids: Iterable[str] | None) -> list[list[Place]]:
        """Where the pages of each article stand, an article after the other; unchanged answers are left out."""
        wanted = list(source_ids) if source_ids is not None else None
        found: dict[str, list[Place]] = {}
        for row in self._rows("places", {"source_ids": wanted}):
            found.setdefault(row.pop("chain"), []).append(Place(**row))
        return list(found.values())

    def standing(self, fetch_ids: Iterable[str]) -> dict[str, Place]:
        """Where the records of the fetches stand."""
        return {row.pop("fetch_id"): Place(**row) for row in self._rows("standing", {"ids": list(fetch_ids)})}

    def has_gap(self, source_id: str, run_id: str) -> bool:
        """In this run a feed of the source shared nothing with what it announced before."""
        return bool(self._rows("gaps", {"source_id": source_id, "run_id": run_id}))

    def n_known(self, source_id: str) -> int:
        """Addresses known of the source."""
        return int(self._rows("n_known", {"source_id": source_id})[0]["n"])

    def repeated_lines(self) -> dict[str, frozenset[str]]:
        """The lines each source repeats, as the last reparse of it counted them."""
        return {row["source_id"]: frozenset(row["lines"]) for row in self._rows("repeated_lines", {})}

    def count_lines(self, source_ids: Iterable[str] | None) -> None:
        """A new generation of the repeated lines of the sources, or of all, where they are not what they were."""
        wanted = {"source_ids": list(source_ids) if source_ids is not None else None}
        with self.window() as con:
            con.begin()
            for query in ("count_lines", "keep_lines"):
                con.execute((SQL / f"{query}.sql").read_text(), wanted)
            con.execute(
                "DELETE FROM ref.repeated_lines WHERE source_id IN (SELECT source_id FROM newer);"
                "INSERT INTO ref.repeated_lines BY NAME SELECT * FROM counted JOIN newer USING (source_id)"
            )
            con.commit()

    def begin(self, run: Row) -> None:
        """Write the run down."""
        with self.window() as con:
            columns = ", ".join(run)
            con.execute(f"INSERT INTO ops.runs ({columns}) VALUES ({', '.join('$' + c for c in run)})", run)  # noqa: S608 - names of our own columns

    def crashed(self, run_ids: Iterable[str]) -> None:
        """Mark the runs that ended without a word."""
        with self.window() as con:
            con.execute(
                "UPDATE ops.runs SET state = 'crashed' WHERE state = 'running' AND run_id IN (SELECT unnest($ids))", {"ids": list(run_ids)}
            )

    def dead_flow_runs(self) -> list[str]:
        """Prefect's names of the runs that ended without a word."""
        return [row["id"] for row in self._rows("dead_flow_runs", {})]

    def running(self) -> list[str]:
        return [row["run_id"] for row in self._rows("running", {})]

    def finish(self, run_id: str, finished_at: datetime, state: str, said: Mapping[str, Any], hosts: Iterable[Row] = ()) -> None:
        """Close the run with its counts, and keep what politeness knows of the hosts."""
        with self.window() as con, self._staging() as folder:
            con.begin()
            sets = ", ".join(f"{name} = ${name}" for name in said)
            con.execute(
                f"UPDATE ops.runs SET finished_at = $at, state = $state, {sets} WHERE run_id = $run_id",  # noqa: S608 - names of our own columns
                {"at": utc(finished_at), "state": state, "run_id": run_id, **said},
            )
            _stage(con, folder, "hosts", "ops.hosts", list(hosts))
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
        with self.window() as con, self._staging() as folder:
            con.begin()
            found = clusters(con)
            _stage(con, folder, "clusters", "core.article_clusters", found)
            con.execute((SQL / "copies" / "keep.sql").read_text())
            con.commit()
            return len(found)

    def publish(self) -> Path:
        """Replace the readers' copy atomically: who has the old one open keeps it, who opens next sees the new one."""
        with self.window() as con:
            con.execute("CHECKPOINT")
            con.close()
            new = self.published.with_name(f"{self.published.name}.new")
            shutil.copyfile(self.path, new)
            with new.open("rb") as file:
                os.fsync(file.fileno())
            new.replace(self.published)
            sync_folder(self.home)
        return self.published

    def _rows(self, query: str, parameters: Row) -> list[Row]:
        with self.window() as con:
            return records(con.execute((SQL / f"{query}.sql").read_text(), parameters))


def records(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """The rows of the last statement, each by its column names."""
    names = [column[0] for column in con.description or ()]
    return [dict(zip(names, map(_aware, row), strict=True)) for row in con.fetchall()]


def _aware(value: Any) -> Any:
    """Timestamps stand in UTC without saying so."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def _stage(con: duckdb.DuckDBPyConnection, folder: Path, name: str, table: str, staged: list[Row]) -> None:
    """The rows as a temporary table `new_<name>`, its columns typed as those of `table`."""
    types = {column: kind for column, kind, *_ in con.execute(f"DESCRIBE {table}").fetchall()}
    if name in TOLD_BY_FETCH:
        types["fetch_id"] = "VARCHAR"
    if not staged:
        con.execute(f"CREATE TEMP TABLE new_{name} ({', '.join(f'{column} {kind}' for column, kind in types.items())})")
        return
    said = {column for row in staged for column in row}  # rows differ: an answer that came is in the archive, a failure has a reason
    columns = {column: kind for column, kind in types.items() if column in said}
    file = folder / f"{name}.ndjson"
    file.write_bytes(b"\n".join(map(_line, staged)))
    read = "read_json($file, format = 'newline_delimited', columns = $columns, maximum_object_size = 200000000)"
    con.execute(f"CREATE TEMP TABLE new_{name} AS SELECT * FROM {read}", {"file": str(file), "columns": columns})  # noqa: S608 - our own table names


def _line(row: Row) -> bytes:
    try:
        return orjson.dumps(row)
    except TypeError:  # a lone surrogate, which neither UTF-8 nor DuckDB can hold
        return orjson.dumps({k: v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for k, v in row.items()})
