"""The published copy is written block by block: it always is the whole database, and nobody who reads is disturbed."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest
from support import crash_points
from support.one_article import publish_article

from warehouse.read.published import Reader
from warehouse.read.shared_copy import attached
from warehouse.read.stored_views import prepare
from warehouse.write.copied_blocks import (
    _header,
    _share_content,
    forget_older,
    free_blocks,
    replace_copy,
    write_changed_blocks,
)

ROWS = "SELECT count(*), sum(hash(t)) FROM texts AS t"
FILL = (
    "INSERT INTO texts SELECT i, md5(i::VARCHAR) || sha256(i::VARCHAR) FROM range({}, {}) AS t(i)"
)
DESCRIBED = "SELECT table_name, column_name, is_nullable, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
SIZE = "SELECT free_blocks, used_blocks, block_size FROM pragma_database_size()"
PUBLISH = textwrap.dedent("""
    import sys
    from pathlib import Path
    from support import crash_points
    from warehouse.write import copied_blocks

    point, n, database, copy = sys.argv[1:]
    getattr(crash_points, point)(crash_points.Trap(int(n)))
    copied_blocks.replace_copy(Path(database), Path(copy))
""")


class Home:
    """A database of a few large tables, and its copy."""

    def __init__(self, folder: Path) -> None:
        self.database, self.copy = folder / "warehouse.duckdb", folder / "kliping.duckdb"
        self.older = folder / "kliping.duckdb.older"
        self.n = 0
        self.write("CREATE TABLE texts (i BIGINT, text VARCHAR)")
        self.grow(150_000)

    def write(self, *statements: str) -> None:
        with duckdb.connect(self.database) as con:
            for statement in statements:
                con.execute(statement)
            con.execute("CHECKPOINT")

    def grow(self, n: int) -> None:
        self.write(FILL.format(self.n, self.n + n))
        self.n += n

    def publish(self) -> int:
        """The bytes that it writes."""
        before = written_bytes()
        replace_copy(self.database, self.copy)
        return written_bytes() - before


def written_bytes() -> int:
    lines = Path("/proc/self/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("wchar"))


def rows(path: Path) -> list[tuple]:
    with attached(path, {}) as con:
        con.execute("USE kliping")
        return con.execute(ROWS).fetchall()


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


@pytest.fixture
def copying(tmp_path):
    """A file system that cannot share content between files."""
    if can_share(tmp_path):
        pytest.skip("nothing is copied here")


def can_share(folder: Path) -> bool:
    (folder / "some").write_bytes(bytes(4096))
    return _share_content(folder / "some", folder / "other")


def test_where_content_can_be_shared_nothing_is_written(home, tmp_path):
    if not can_share(tmp_path):
        pytest.skip("only XFS, Btrfs and the like can")
    written = [home.publish()]
    home.grow(1000)
    written.append(home.publish())

    assert max(written) < 10_000
    assert rows(home.copy) == rows(home.database)
    assert not home.older.exists()


@pytest.mark.usefixtures("copying")
def test_only_blocks_that_changed_are_written(home):
    first = home.publish()
    home.grow(10)
    home.publish()
    home.grow(10)
    third = home.publish()

    assert rows(home.copy) == rows(home.database)
    assert first > 8_000_000
    assert third < first / 4
    home.publish()  # the other file still lacks the last rows
    assert home.publish() < 100_000
    assert rows(home.copy) == rows(home.older) == rows(home.database)


def test_a_copy_becomes_smaller_with_its_database(home):
    home.write("CREATE TABLE more AS SELECT sha256(i::VARCHAR) AS x FROM range(150_000) AS t(i)")
    home.publish()
    home.publish()
    size = home.database.stat().st_size
    home.write("DROP TABLE more")
    home.publish()

    assert rows(home.copy) == rows(home.database)
    assert home.copy.stat().st_size == home.database.stat().st_size < size


@pytest.mark.usefixtures("copying")
def test_free_blocks_are_known_and_take_no_room_in_a_new_copy(home):
    home.write("CREATE TABLE more AS SELECT sha256(i::VARCHAR) AS x FROM range(150_000) AS t(i)")
    home.grow(10)  # after it in the file
    home.write("DROP TABLE more")
    with duckdb.connect(home.database, read_only=True) as con:
        [(n_free, n_used, block_bytes)] = con.execute(SIZE).fetchall()
    with home.database.open("rb") as file:
        header = _header(file.fileno())
        assert len(free_blocks(file.fileno(), header)) == n_free > 10
        assert (header.n_blocks, header.block_bytes) == (n_free + n_used, block_bytes)
    home.publish()

    assert rows(home.copy) == rows(home.database)
    assert home.copy.stat().st_size == home.database.stat().st_size
    assert home.copy.stat().st_blocks * 512 < (n_used + 2) * block_bytes


def open_file(path):
    return path.open("rb")


def open_database(path):
    return duckdb.connect(path, read_only=True)


@pytest.mark.parametrize("open_copy", [open_file, open_database])
def test_who_reads_the_older_copy_is_not_disturbed(home, tmp_path, open_copy):
    home.publish()
    before, content = rows(home.copy), home.copy.read_bytes()
    with open_copy(home.copy) as reader:
        for _ in range(3):
            home.grow(1000)
            home.publish()
            assert rows(home.copy) == rows(home.database)
        if open_copy is open_file:
            assert reader.read() == content
        else:
            assert reader.execute(ROWS).fetchall() == before


def test_a_copy_with_another_name_is_not_written_to(home, tmp_path):
    home.publish()
    content = home.copy.read_bytes()
    os.link(home.copy, tmp_path / "saved")
    for _ in range(3):
        home.grow(1000)
        home.publish()

    assert (tmp_path / "saved").read_bytes() == content
    assert rows(home.copy) == rows(home.database)


def test_what_a_reader_wrote_into_a_copy_is_not_in_the_next_one(home):
    home.publish()
    with duckdb.connect(home.copy) as con:
        con.execute("DELETE FROM texts WHERE i % 2 = 0; CREATE TABLE own AS SELECT 1 AS x")
    home.publish()
    home.publish()

    with duckdb.connect(home.copy, read_only=True) as con:
        assert con.execute(ROWS).fetchall() == rows(home.database)
        assert con.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("texts",)]


@pytest.mark.usefixtures("copying")
@pytest.mark.parametrize("n_copies", [0, 1, 2])
@pytest.mark.parametrize(
    "point",
    [
        "in_publish",
        "before_the_copy_has_its_headers",
        "before_the_copy_takes_its_name",
        "after_the_copy_took_its_name",
    ],
)
def test_a_kill_leaves_one_whole_copy_and_the_next_publish_repairs(home, point, n_copies):
    for _ in range(n_copies):
        home.publish()
    before = rows(home.copy) if n_copies else None
    home.grow(5000)

    arguments = [sys.executable, "-c", PUBLISH, point, "1", home.database, home.copy]
    tests = Path(crash_points.__file__).parents[1]
    killed = subprocess.run(arguments, env={**os.environ, "PYTHONPATH": str(tests)}, check=False)

    assert killed.returncode == -signal.SIGKILL
    if before is None and point != "after_the_copy_took_its_name":
        assert not home.copy.exists()
    else:
        is_new = point == "after_the_copy_took_its_name"
        assert rows(home.copy) == (rows(home.database) if is_new else before)
    for _ in range(3):
        home.grow(10)
        home.publish()
        assert rows(home.copy) == rows(home.database)
    assert not home.copy.with_name("kliping.duckdb.new").exists()


def test_a_file_that_was_half_written_is_not_used_again(home):
    """Its checksums are those of whole blocks, its blocks are not."""
    home.publish()
    home.publish()
    new = home.copy.with_name("kliping.duckdb.new")
    content = bytearray(home.database.read_bytes())
    content[300_000:400_000] = bytes(100_000)
    new.write_bytes(content)
    forget_older(home.copy)
    home.publish()

    assert rows(home.copy) == rows(home.database)


def test_a_file_that_a_killed_publish_had_taken_stays_that_of_its_reader(home):
    home.publish()
    content = home.copy.read_bytes()
    with home.copy.open("rb") as reader:
        home.copy.rename(home.copy.with_name("kliping.duckdb.new"))
        home.publish()
        assert reader.read() == content


def test_a_copy_of_a_copy_is_whole(home, tmp_path):
    home.publish()
    write_changed_blocks(home.copy, tmp_path / "elsewhere")

    assert rows(tmp_path / "elsewhere") == rows(home.database)


@pytest.mark.usefixtures("copying")
def test_after_something_is_forgotten_no_older_copy_stays(tmp_path):
    store = publish_article(tmp_path, "Kapal", "Tiga kapal tiba di pelabuhan.")
    store.publish()
    prepare(tmp_path)
    assert (tmp_path / "kliping.duckdb.older").exists()

    store.publish_without_history()

    assert sorted(path.name for path in tmp_path.glob("kliping*")) == ["kliping.duckdb"]


def test_a_database_that_is_mostly_free_blocks_is_compacted_when_it_is_published(tmp_path):
    store = publish_article(tmp_path, "Kapal", "Tiga kapal tiba di pelabuhan.")
    with store.write_connection() as con:
        con.execute("CREATE TABLE ops.large AS SELECT sha256(i::VARCHAR) AS x FROM range(1_500_000) AS t(i)")  # fmt: skip
        con.execute("CHECKPOINT; CREATE TABLE ops.last AS FROM ops.large LIMIT 20_000; CHECKPOINT; DROP TABLE ops.large")  # fmt: skip
    size = store.path.stat().st_size
    store.publish()

    assert store.path.stat().st_size < size / 3
    with Reader(tmp_path) as reader:
        assert len(reader.rows("FROM mart.articles")) == 1


@pytest.mark.usefixtures("copying")
def test_an_article_more_changes_small_blocks_of_the_warehouse_and_of_the_copy(tmp_path):
    for n in range(3):
        before = written_bytes()
        publish_article(tmp_path, f"Kapal {n}", "Tiga kapal tiba di pelabuhan.").publish()

    assert written_bytes() - before < 8_000_000


def test_a_database_with_large_blocks_gets_small_ones_when_it_is_compacted(tmp_path):
    store = publish_article(tmp_path, "Kapal", "Tiga kapal tiba di pelabuhan.")
    large = tmp_path / "large.duckdb"
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{store.path}' AS small (READ_ONLY); ATTACH '{large}' AS large (BLOCK_SIZE 262144)")  # fmt: skip
        con.execute("COPY FROM DATABASE small TO large")
    large.rename(store.path)
    store.compact()

    with duckdb.connect(store.path, read_only=True) as con:
        assert con.execute(SIZE).fetchall()[0][2] == 65536
        assert con.execute("SELECT count(*) FROM core.articles").fetchall() == [(1,)]


def test_a_compacted_database_has_names_in_order_and_all_else_as_it_was(tmp_path):
    store = publish_article(tmp_path, "Kapal", "Tiga kapal tiba di pelabuhan.")
    with store.write_connection() as con:
        con.execute("INSERT INTO ops.changed_people VALUES ('b'), ('a')")
        con.execute("INSERT INTO ops.name_keys VALUES ('b', 'name', 'budi', TRUE, 'budi', 'budi'), ('a', 'name', 'ani', TRUE, 'ani', 'ani')")  # fmt: skip
        before = con.execute(DESCRIBED).fetchall()
    store.compact()

    with store.write_connection() as con:
        assert con.execute(DESCRIBED).fetchall() == before
        assert con.execute("SELECT entity_id FROM ops.name_keys").fetchall() == [("a",), ("b",)]
        assert con.execute("FROM ops.changed_people").fetchall() == [("b",), ("a",)]
        assert con.execute("SELECT headline FROM core.articles").fetchall() == [("Kapal",)]
