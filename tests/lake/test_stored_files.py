"""Files in object storage: WARC files that are imported from there, and the archive, of which no more is read than is needed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.command_line import kliping
from support.runs import BUNDLED, differences

from flows import stores
from flows.jobs import jobs
from flows.jobs.import_files import ImportOptions
from flows.load.spans import parse_chains, setup_of
from flows.settings import Settings
from kliping.web.archived_page import archived_record
from lake.conftest import LakeOf, Servers
from lake.homes import rebuild, write_synthetic
from lake.servers import KEY, LIMITED_KEY, LIMITED_SECRET, SECRET
from parsers.source import load
from warehouse import object_file
from warehouse.archive import members
from warehouse.archive.archive import Archive
from warehouse.archive.stored import StoredArchive
from warehouse.storage import Object, Storage, StorageUnavailable

SOURCES = load((BUNDLED,))
N_ARTICLES = 12
BUCKET = "s3://kliping"


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two WARC files of synthetic articles."""
    archive = Archive(tmp_path_factory.mktemp("local"))
    write_synthetic(archive, N_ARTICLES)
    write_synthetic(archive, N_ARTICLES + 2, "20261121T000000Z-6e6e")
    return archive.folder


@pytest.fixture(scope="module")
def storage(servers: Servers, local: Path) -> Storage:
    """The bucket, with the files below `others/`, among other objects."""
    storage = Storage(url=BUCKET, endpoint=servers.seaweed.endpoint, path_style=True, key_id=KEY, secret=SECRET)  # fmt: skip
    for path in local.rglob("*.warc.gz"):
        storage.put_new(f"others/{path.name}", path.read_bytes())
    storage.put_new("others/readme.html", b"<html></html>")
    storage.put_new("others-too/page.html", b"<html></html>")
    return storage


@pytest.fixture
def home(tmp_path: Path, storage: Storage) -> Settings:
    """A home whose warehouse is a file."""
    return Settings(
        home=tmp_path / "home", source_folders=(BUNDLED,), readers=1, min_free_mb=0,
        aws_endpoint_url=storage.endpoint, aws_access_key_id=KEY, aws_secret_access_key=SECRET,
    )  # fmt: skip


@pytest.fixture
def run_import(home: Settings) -> Callable[..., tuple[int, str]]:
    """The import of an address as a user types it: its exit code and what it prints on standard error."""

    def run(address: str, **environment: str) -> tuple[int, str]:
        keys = {
            "AWS_ENDPOINT_URL": home.aws_endpoint_url or "",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "KLIPING_SOURCES": str(BUNDLED),
            "KLIPING_READERS": "1",
        }
        ran = kliping(home.home, "import", address, "--format", "json", **(keys | environment))
        return ran.returncode, ran.stderr

    return run


@pytest.fixture
def n_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes of each answer of the object storage."""
    found: list[int] = []
    ranges, block, get = Storage.ranges, Storage.block, Storage.get

    def count_ranges(self: Storage, *arguments: object) -> list[bytes]:
        parts: list[bytes] = ranges(self, *arguments)
        found.append(sum(map(len, parts)))
        return parts

    def count_block(self: Storage, *arguments: object) -> bytes:
        part: bytes = block(self, *arguments)
        found.append(len(part))
        return part

    def count_whole(self: Storage, name: str) -> tuple[bytes, str]:
        body, e_tag = get(self, name)
        found.append(len(body))
        return body, e_tag

    monkeypatch.setattr(Storage, "ranges", count_ranges)
    monkeypatch.setattr(Storage, "block", count_block)
    monkeypatch.setattr(Storage, "get", count_whole)
    return found


def test_an_import_of_a_prefix_gives_the_rows_of_an_import_of_the_files(
    home: Settings,
    local: Path,
    tmp_path: Path,
    run_import: Callable[..., tuple[int, str]],
    n_read: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Blocks are smaller than the files, and each is read once."""
    monkeypatch.setattr(object_file, "BLOCK", 4096)
    monkeypatch.setattr(members, "CHUNK", 512)
    here = home.model_copy(update={"home": tmp_path / "here"})
    jobs.import_paths(here, SOURCES, [local], ImportOptions(), lambda *_: None)

    assert run_import(f"{BUCKET}/others/") == (0, "")

    assert not differences(here.home, home.home)
    sizes = [path.stat().st_size for path in local.rglob("*.warc.gz")]
    assert max(n_read) == 4096 < max(sizes)
    assert sum(n_read) == sum(sizes)


@pytest.mark.parametrize(
    ("address", "environment", "message"),
    [
        ("others/missing.warc.gz", {}, "there is no such object"),
        ("others-too", {}, "no .warc, .warc.gz or .warc.zst object there"),
        ("nothing/here/", {}, "no .warc, .warc.gz or .warc.zst object there"),
        ("others", {"AWS_SECRET_ACCESS_KEY": "wrong-secret"}, "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY"),
        ("others/missing.warc.gz", {"AWS_ACCESS_KEY_ID": "nobody"}, "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY"),
        ("?list", {}, "write s3://bucket/prefix or s3://bucket/file.warc.gz"),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_imported_is_named(
    run_import: Callable[..., tuple[int, str]],
    address: str,
    environment: dict[str, str],
    message: str,
) -> None:
    code, errors = run_import(f"{BUCKET}/{address}", **environment)

    assert code == 2
    assert f"{BUCKET}" in errors
    assert message in errors
    assert "wrong-secret" not in errors
    assert len(errors.strip().splitlines()) == 1


def test_a_bucket_that_is_missing_is_named(run_import: Callable[..., tuple[int, str]]) -> None:
    limited = {"AWS_ACCESS_KEY_ID": LIMITED_KEY, "AWS_SECRET_ACCESS_KEY": LIMITED_SECRET}

    for address in ("s3://elsewhere/old", "s3://elsewhere/old/1.warc.gz"):
        code, errors = run_import(address, **limited)

        assert code == 2
        assert f"{address}: there is no such bucket at http://127.0.0.1" in errors


def test_without_the_extra_it_says_what_to_install(
    run_import: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "obstore.exceptions", None)

    code, errors = run_import(f"{BUCKET}/others")

    assert code == 2
    assert "obstore is not installed: .venv/bin/uv pip install" in errors


def test_an_object_storage_that_goes_away_ends_the_import_and_it_can_be_repeated(
    home: Settings, run_import: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one object, of which the first block arrives."""
    address, block = f"{BUCKET}/others/20261121T000000Z-6e6e-0.warc.gz", Storage.block

    def go_away(self: Storage, found: Object, start: int, length: int) -> bytes:
        if start:
            raise StorageUnavailable(f"{self.url} cannot be used: it is gone")
        return block(self, found, start, length)

    with monkeypatch.context() as patched:
        patched.setattr(object_file, "BLOCK", 4096)
        patched.setattr(Storage, "block", go_away)
        code, errors = run_import(address)
    assert (code, "it is gone" in errors) == (75, True)

    assert run_import(address) == (0, "")

    with stores.reader(home) as reader:
        assert reader.rows("SELECT count(*) AS n FROM mart.articles") == [{"n": N_ARTICLES + 2}]
        [origin] = reader.rows("SELECT DISTINCT announced_by AS url FROM raw.fetches")
    assert origin["url"] == f"file:{address}"


def test_an_object_that_is_replaced_while_it_is_read_is_noticed(
    home: Settings, storage: Storage, local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_file, "BLOCK", 4096)
    name, [*_, path] = "replaced/1.warc.gz", sorted(local.rglob("*.warc.gz"))
    storage.put_new(name, path.read_bytes())
    file = object_file.open_object(storage, storage.find(name))
    assert file.read(8)
    body, e_tag = storage.get(name)
    storage.replace(name, body + body, e_tag)

    with pytest.raises(Exception, match="was replaced meanwhile"):
        file.read()


@pytest.mark.long
def test_a_lake_reads_of_its_archive_only_what_it_needs(
    lake_of: LakeOf, tmp_path: Path, n_read: list[int]
) -> None:
    """A rebuild reads each file once to find its records, and then the records; a reparse the records; a page one record."""
    settings = lake_of(tmp_path / "home")
    write_synthetic(Archive(settings.home / "archive"), N_ARTICLES)
    archive = stores.archive(settings)
    [path] = archive.files()
    archive.keep(path)

    rebuild(settings)
    assert archive.size(path) < sum(n_read) <= 2 * archive.size(path)
    n_read.clear()

    jobs.reparse_sources(settings, SOURCES, None, lambda *_: None)
    records = [record.location.length for record in archive.records(path)]
    n_read.pop()  # of the line before
    assert sorted(n_read) == sorted(records)
    n_read.clear()

    with stores.reader(settings) as reader:
        [row] = reader.rows(
            "SELECT a.article_id, x.fetch_id, x.warc_length FROM raw.fetches AS x JOIN mart.articles AS a"
            " ON a.url = x.requested_url ORDER BY a.url LIMIT 1"
        )
        block = archived_record(reader, archive, row["article_id"], row["fetch_id"])
    assert block.startswith(b"WARC/1.1\r\n")
    assert n_read == [row["warc_length"]]


def test_a_dask_task_reads_its_records_by_one_request(
    servers: Servers, storage: Storage, n_read: list[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # fmt: skip
    for name, value in servers.environment().items():
        monkeypatch.setenv(name, value)
    ours = replace(storage, url=f"{BUCKET}/span")
    write_synthetic(Archive(tmp_path), 5)
    [path] = Archive(tmp_path).files()
    ours.put_new(f"archive/{Archive(tmp_path).name(path)}", path.read_bytes())
    locations = [record.location for record in StoredArchive(tmp_path, ours).records(path)]
    n_read.clear()

    answers = parse_chains(
        [[location] for location in locations], setup_of(ours, SOURCES, {}), recovers=False
    )

    assert [bool(answer) for answer in answers] == [True] * 5
    assert n_read == [sum(location.length for location in locations)]
