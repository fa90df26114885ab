"""The warehouse as a lake: one writer at a time by an advisory lock, and a published snapshot instead of a published copy.

Two writers would corrupt a DuckLake without an error: its checks for conflicts miss rows that both insert. So every write, and
every removal of files, holds one lock of PostgreSQL, on a session of its own that is checked before COMMIT.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Self, cast

import duckdb

from warehouse.disk import FULL, put_in_place, replace_file
from warehouse.lake import CURRENT, NAME, SHARED, LakeLocation, connect
from warehouse.locks import Wait
from warehouse.queries import quote
from warehouse.silence import LakeUnavailable
from warehouse.storage import LakeError, first_line
from warehouse.write.claims import HostClaims
from warehouse.write.database import WINDOW, Database
from warehouse.write.ledger import BECOME_LOADER, FENCE, HAS_FENCE, LOST_TURN, MAKE_STATISTICS
from warehouse.write.schema import is_current, migrate
from warehouse.write.session import Session
from warehouse.write.waiting import PREFIX, WaitingRows

WRITE = "write"  # the lock of whoever writes
KEEP_DAYS = 7  # so long a snapshot can still be read, besides the published one
# Of rows and queries; the catalog and the network raise others, some of no class of their own.
QUERY_ERRORS = (duckdb.DataError, duckdb.IntegrityError, duckdb.ProgrammingError)
REWRITE = "CALL ducklake_rewrite_data_files('kliping', delete_threshold => {threshold})"
MERGE = "CALL ducklake_merge_adjacent_files('kliping', min_file_size => {least}, max_file_size => {below})"
# Bytes. Only files of about one size are merged, and large ones no more: else each merge would write the whole lake again.
SIZES = (0, 1_000_000, 4_000_000, 16_000_000)
CLEAN_UP = """
CALL ducklake_cleanup_old_files('kliping', cleanup_all => true);
CALL ducklake_delete_orphaned_files('kliping', cleanup_all => true);
"""
PUBLISH = """
UPDATE kliping.lakes SET published_snapshot = %s, published_at = now() WHERE is_current RETURNING name
"""
OLD_SNAPSHOTS = """
SELECT snapshot_id FROM ducklake_snapshots('kliping')
WHERE snapshot_id NOT IN ($published, (SELECT max(snapshot_id) FROM ducklake_snapshots('kliping')))
  AND snapshot_time < now() - to_days($days)
"""


class Lake(Database):
    """A home whose warehouse is a lake. The archive's open file, locks of hosts and staging stay in the home's folder."""

    def __init__(self, home: Path, location: LakeLocation, run_id: str | None = None) -> None:
        super().__init__(home, run_id)
        self.location = location
        self.session = self._session = Session(location, home, run_id)
        # Of the connection that loads, for PostgreSQL
        self._name = f"kliping-loader {secrets.token_hex(8)}"
        self.claims = self._claims = HostClaims(location, home)
        self.waiting = WaitingRows(self._session, location.storage, home)
        self._attached: duckdb.DuckDBPyConnection | None = None

    @contextmanager
    def write_connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The lake for one task: other writers wait for the lock meanwhile. Raises LakeUnavailable, SchemaError, WaitStopped."""
        with self._turn, self._writing(), self._lake_errors():
            if not self._attached:
                self._attached = self._attach()
            with _cursor(self._attached) as con:
                if not self._migrated:
                    migrate(con)
                    self._migrated = True
                yield cast("duckdb.DuckDBPyConnection", _Guarded(con, self._session.check))

    @contextmanager
    def read_connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The lake as it is now; waits for nobody. Raises LakeUnavailable."""
        catalog = self.location.current()
        if not catalog:
            raise LakeUnavailable("there is no lake yet: the first run makes it")
        with self._lake_errors(), self._empty() as con:
            self.location.attach(con, catalog)
            con.execute("USE kliping")
            yield con

    def turn(self) -> AbstractContextManager[bool]:
        if self.is_patient:
            return self._session.lock(WRITE, WINDOW)
        return self._session.lock_if_free(WRITE)

    @contextmanager
    def snapshot(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if not (attached := self._attached) or not self._migrated:
            with super().snapshot() as con:
                yield con
            return
        with self._lake_errors(), _cursor(attached) as con:
            yield con

    @contextmanager
    def kept_open(self) -> Iterator[Self]:
        """The lake itself; in the block it stays attached, and the locks of its session are held."""
        try:
            if self._session.execute(CURRENT):
                self._attached = self._attach()
                with self._lake_errors(), _cursor(self._attached) as con:
                    self._migrated = is_current(con)
            yield self
        finally:
            self._detach()
            self._claims.close()
            self._session.close()

    @property
    def exists(self) -> bool:
        return self.location.current() is not None

    @property
    def may_be_read(self) -> bool:
        return self.exists

    def move_aside(self, _now: datetime) -> list[str]:
        """The next write makes a new catalog. The old one stays, with its files, and readers get its snapshot until then."""
        with self._turn, self._writing():
            old = self._session.execute(
                "UPDATE kliping.lakes SET is_current = false WHERE is_current RETURNING name"
            )
            self._detach()
        return [f"schema {name} in PostgreSQL, {self._folder(name)}" for (name,) in old]

    def compact(self) -> None:
        """Merge small files, drop snapshots nobody reads, and remove the files of neither."""
        self._merge(threshold=0.2)
        self._remove_old(days=KEEP_DAYS)
        storage, before = self.location.storage, datetime.now(UTC) - timedelta(days=KEEP_DAYS)
        for prefix in ("setups/", PREFIX):  # of jobs that are over, and rows that nobody noted
            old = [each.name for each in storage.objects(prefix) if each.modified_at < before]
            storage.delete(*old)

    def publish(self) -> str:
        """Let readers get what is in the lake now."""
        with self.write_connection() as con:
            snapshot = _snapshot(con)
            [(catalog,)] = self._session.execute(PUBLISH, (snapshot,))
            self._session.execute(MAKE_STATISTICS.format(catalog=catalog))
        return f"snapshot {snapshot}"

    def publish_without_history(self) -> str:
        """Files with deleted rows are written again before: else what is published would still need them."""
        self._merge(threshold=0.0)
        published = self.publish()
        self._remove_old(days=0)
        if shared := self.location.shared():
            self.location.storage.delete(*shared)
            self.share()
        return published

    def share(self) -> None:
        """Once for all who serve pages; the file before stays for those who are reading it."""
        if found := self.location.published():
            catalog, snapshot = found
            storage, before = self.location.storage, self.location.shared()
            name = f"{SHARED}{catalog}-{snapshot:012}.duckdb"
            storage.put_file(name, self.publish_file(self.published))
            storage.delete(*(old for old in before[:-1] if old != name))

    def publish_file(self, target: Path) -> Path:
        """The published snapshot as one file."""
        new = target.with_name(f"{target.name}.new")
        new.unlink(missing_ok=True)
        try:
            with self._lake_errors(), self._empty() as con:
                if not self.attach_published(con, NAME):
                    raise LakeError("nothing is published yet: `kliping publish` does it")
                con.execute(f"ATTACH {quote(str(new))} AS copy (STORAGE_VERSION 'v1.5.0')")
                con.execute("COPY FROM DATABASE kliping TO copy; DETACH copy")
            put_in_place(new, target)
        finally:
            new.unlink(missing_ok=True)
        return target

    def attach_published(self, con: duckdb.DuckDBPyConnection, name: str) -> bool:
        """Attach what readers get; False before the first is published."""
        if not (found := self.location.published()):
            return False
        catalog, snapshot = found
        self.location.attach(con, catalog, name=name, snapshot=snapshot)
        return True

    def save_beside_archive(self, file: Path) -> None:
        """Another machine that makes the warehouse again needs it, too."""
        self.location.storage.put_file(f"archive/{file.name}", file)

    def fetch_from_archive(self, file: Path) -> None:
        """The latest file, whichever machine saved it."""
        try:
            body, _ = self.location.storage.get(f"archive/{file.name}")
        except FileNotFoundError:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, body)

    def _merge(self, *, threshold: float) -> None:
        """Write files again of which a larger share of the rows is deleted, and make large files of small ones."""
        with self.write_connection() as con:
            con.execute(REWRITE.format(threshold=threshold))
            for least, below in pairwise(SIZES):
                con.execute(MERGE.format(least=least, below=below))

    def _remove_old(self, *, days: int) -> None:
        """Remove older snapshots, except the published one, and files of no snapshot."""
        with self.write_connection() as con:
            published = self._session.execute(
                "SELECT published_snapshot FROM kliping.lakes WHERE is_current"
            )[0][0]
            parameters = {"published": -1 if published is None else published, "days": days}
            old = con.execute(OLD_SNAPSHOTS, parameters).fetchall()
            if old:
                versions = ", ".join(str(snapshot) for (snapshot,) in old)
                con.execute(f"CALL ducklake_expire_snapshots('kliping', versions => [{versions}])")
            self._session.check()  # files of another writer would look like nobody's
            con.execute(CLEAN_UP)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Only this connection can commit to the lake in the block, and no longer once another has begun to load.

        The lock alone does not ensure that: its session may end between a check and COMMIT.
        """
        wait = Wait(WINDOW)
        with self._session.lock(WRITE, WINDOW):
            while not self._session.is_done(BECOME_LOADER, (self._name,)):
                wait.pause("a COMMIT of the last loader")
            yield

    def _attach(self) -> duckdb.DuckDBPyConnection:
        self.location.storage.require_bucket()
        current = self._session.execute(CURRENT)
        if current:
            name = current[0][0]
        else:
            name = f"kliping_{datetime.now(UTC):%Y%m%dt%H%M%S}"
            self._session.execute("INSERT INTO kliping.lakes (name) VALUES (%s)", (name,))
        con = self._empty()
        self.location.attach(con, name, writer=self._name)
        if not self._session.execute(HAS_FENCE, (f"{name}.ducklake_snapshot",)):
            self._session.execute(FENCE.format(catalog=name))
        return con

    def _empty(self) -> duckdb.DuckDBPyConnection:
        return connect(self.path.with_name(f"{self.path.name}.tmp"), {"threads": 1})

    def _detach(self) -> None:
        if self._attached:
            self._attached.close()
        self._attached, self._migrated = None, False

    def _folder(self, name: str) -> str:
        return f"{self.location.storage.url}/lake/{name}/"

    @contextmanager
    def _lake_errors(self) -> Iterator[None]:
        """An error of the lake ends the run; the next one loads what the archive has. No row is blamed for it."""
        try:
            yield
        except QUERY_ERRORS:
            self._session.check()
            raise
        except duckdb.Error as error:
            self._detach()
            if FULL in str(error):
                raise
            reason = LOST_TURN if LOST_TURN in str(error) else first_line(error)
            raise LakeUnavailable(
                f"the lake cannot be used: {reason}; nothing is lost, the next run goes on"
            ) from None


@contextmanager
def _cursor(attached: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of its own to the lake: temporary tables end with it."""
    con = attached.cursor()
    try:
        con.execute("USE kliping")
        yield con
    finally:
        with suppress(
            duckdb.Error
        ):  # where PostgreSQL is gone, `close` alone would end this process
            con.rollback()
        con.close()


class _Guarded:
    """A connection that commits only while its writer holds the lock."""

    def __init__(self, con: duckdb.DuckDBPyConnection, check: Callable[[], None]) -> None:
        self._con, self._check = con, check

    def commit(self) -> None:
        self._check()
        self._con.commit()

    @contextmanager
    def cursor(self) -> Iterator[_Guarded]:
        """Another connection, for another task in the same lock."""
        with _cursor(self._con) as con:
            yield _Guarded(con, self._check)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)


def _snapshot(con: duckdb.DuckDBPyConnection) -> int:
    ((snapshot,),) = con.execute(
        "SELECT max(snapshot_id) FROM ducklake_snapshots('kliping')"
    ).fetchall()
    return int(snapshot)
