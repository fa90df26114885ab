"""A lake: the warehouse as DuckLake, with its catalog in PostgreSQL and its rows as Parquet files in object storage.

`kliping.lakes` in PostgreSQL lists the catalogs that were made: which one is written, and which snapshot readers get.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.silence import LakeUnavailable
from warehouse.storage import MISSING, LakeError, Storage, first_line

if TYPE_CHECKING:
    import psycopg

EXTENSIONS = ("httpfs", "postgres_scanner", "ducklake")
KEYS = "aws"  # the extension that asks the provider of the machine for keys
PREFIX = "ducklake:postgres:"
SHARED = "shared/"  # the prefix of what was published, as files
NAME = "kliping"  # as which it is attached
CONFIG: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "http_retries": 14,  # a minute and more, with pauses that become longer
    "http_retry_wait_ms": 200,
    "http_retry_backoff": 1.5,
    "parquet_metadata_cache": True,  # no file of a lake changes
}
# The network notices that the other side is gone: both sides ask, and do not wait longer for a sign that it took what was sent.
PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds
}
# Not by the parameter `options` of a connection, which PgBouncer refuses.
PATIENCE_OF_SERVER = """
SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3;
SET tcp_user_timeout = '30s'; SET statement_timeout = '20s'; SET lock_timeout = '10s';
"""
PUBLISHED = """
SELECT name, published_snapshot FROM kliping.lakes
WHERE published_at IS NOT NULL ORDER BY published_at DESC LIMIT 1
"""
WAITING = "SELECT coalesce(sum(n_articles), 0)::bigint, count(DISTINCT about->'run'->>'run_id') FROM kliping.waiting"
CURRENT = "SELECT name FROM kliping.lakes WHERE is_current"


@dataclass(frozen=True, kw_only=True)
class LakeLocation:
    conninfo: str  # of PostgreSQL, without a password: libpq reads PGPASSFILE
    storage: Storage

    def attach(
        self,
        con: duckdb.DuckDBPyConnection,
        catalog: str,
        *,
        name: str = NAME,
        snapshot: int | None = None,
        writer: str | None = None,
    ) -> None:
        """Attach a catalog; with `writer`, a name for PostgreSQL, it may be written, and is made where it is missing.

        Raises LakeUnavailable, LakeError.
        """
        for extension in (*EXTENSIONS, *([] if self.storage.key_id else [KEYS])):
            con.load_extension(str(extension_file(extension)))
        options = [f"METADATA_SCHEMA '{catalog}'"]
        if writer is None:
            options += ["READ_ONLY"]
        else:
            folder = f"{self.storage.url}/lake/{catalog}/".replace("'", "''")
            options += [f"DATA_PATH '{folder}'", "DATA_INLINING_ROW_LIMIT 0"]
        if snapshot is not None:
            options += [f"SNAPSHOT_VERSION {snapshot}"]
        target = f"{PREFIX}{self._patient(application_name=writer)}".replace("'", "''")
        try:
            con.execute(self.storage.secret_statement(f"{name}_storage"))
        except duckdb.Error:  # its message may quote the statement
            raise LakeError("DuckDB refuses the AWS_ variables of the object storage") from None
        try:
            con.execute(f"ATTACH '{target}' AS {name} ({', '.join(options)})")
        except duckdb.Error as error:
            raise LakeUnavailable(f"the lake cannot be opened: {first_line(error)}") from None

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        """A session of PostgreSQL; every statement is a transaction. Raises LakeUnavailable, LakeError."""
        with postgres_errors():
            con = self._begin(**options)
            con.execute(PATIENCE_OF_SERVER)
        return con

    def require_postgres(self) -> None:
        """It begins a session within `connect_timeout`; no other wait for it has an end. Raises LakeUnavailable, LakeError."""
        with postgres_errors():
            self._begin().close()

    def _begin(self, **options: Any) -> psycopg.Connection[Any]:
        import psycopg  # noqa: PLC0415 - only a lake needs it

        return psycopg.connect(self._patient(**options), autocommit=True)

    def published(self) -> tuple[str, int] | None:
        """The catalog and the snapshot that readers get; None before the first is published."""
        row: tuple[str, int] | None = self._lookup(PUBLISHED)
        return row

    def current(self) -> str | None:
        """The catalog that is written; None before it is made."""
        row = self._lookup(CURRENT)
        return row[0] if row else None

    def waiting_line(self) -> str:
        """How many articles wait for the loader; empty if none does."""
        row: tuple[int, int] | None = self._lookup(WAITING)
        n_articles, n_runs = row or (0, 0)
        return f"{n_articles} articles of {n_runs} runs wait for the loader" if n_runs else ""

    def shared(self) -> list[str]:
        """The objects that have what was published as one file, the newest last."""
        return sorted(each.name for each in self.storage.objects(SHARED))

    def _patient(self, **options: Any) -> str:
        """How to connect, with limits that what the operator wrote may replace."""
        from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: PLC0415 - only a lake needs it

        return make_conninfo(
            self.conninfo, **{**PATIENCE, **conninfo_to_dict(self.conninfo), **options}
        )

    def _lookup(self, query: str) -> Any:
        with self.connect() as session, postgres_errors():
            import psycopg  # noqa: PLC0415 - only a lake needs it

            try:
                return session.execute(query).fetchone()
            except psycopg.errors.UndefinedTable:
                return None


@contextmanager
def postgres_errors(what: str = "PostgreSQL does not answer") -> Iterator[None]:
    """Raises LakeUnavailable for an error in the block, and LakeError where the library is missing."""
    try:
        import psycopg  # noqa: PLC0415 - only a lake needs it
    except ImportError as error:
        raise LakeError(MISSING.format(name="psycopg")) from error
    try:
        yield
    except psycopg.Error as error:
        raise LakeUnavailable(f"{what}: {first_line(error)}") from None


def extension_file(name: str) -> Path:
    """The file of one of DuckDB's extensions, which never come from the network. Raises LakeError."""
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    file = next(folder.rglob(f"{name}.duckdb_extension"), None) if folder else None
    if not file:
        raise LakeError(MISSING.format(name=f"DuckDB's extension {name}"))
    return file


def connect(temporary: Path, more: Mapping[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
    """An empty database in memory, to which a lake can be attached; `temporary` is for what memory cannot hold."""
    con = duckdb.connect(config={"temp_directory": str(temporary), **(more or {})})
    con.load_extension(str(extension_file("httpfs")))  # some of the settings are its own
    con.execute("; ".join(f"SET GLOBAL {key} = {value}" for key, value in CONFIG.items()))
    return con
