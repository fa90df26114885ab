"""What whoever runs a lake does beside the runs: set up, look after, back up, and hand out."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest
from support.command_line import kliping
from support.runs import BUNDLED, differences

from flows import stores
from flows.jobs import jobs, maintenance
from flows.settings import Settings
from kliping.cli import lake_copy
from kliping.cli.doctor import examine
from lake.conftest import LakeOf, Servers
from lake.homes import copy_archive, environment_of, rebuild, write_synthetic
from lake.servers import KEY, LIMITED_KEY, LIMITED_SECRET, SECRET
from parsers.source import load
from warehouse.archive.archive import Archive
from warehouse.lake import LakeLocation, connect
from warehouse.storage import Storage
from warehouse.write.database import Database

SOURCES = load((BUNDLED,))
N_ARTICLES = 6
COUNT = "SELECT count(*) FROM mart.articles"


@pytest.fixture(scope="module")
def lake(lake_of: LakeOf, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = lake_of(tmp_path_factory.mktemp("operators") / "home")
    write_synthetic(Archive(settings.home / "archive"), N_ARTICLES)
    rebuild(settings)
    return settings


def location_of(settings: Settings) -> LakeLocation:
    location = stores.lake_location(settings)
    assert location
    return location


def count(file: Path) -> int:
    with duckdb.connect(file, read_only=True) as con:
        ((n,),) = con.execute(COUNT).fetchall()
    return int(n)


class Role(BaseHTTPRequestHandler):
    """Gives the machine keys, as the providers of clouds do."""

    def do_GET(self) -> None:
        keys = {"AccessKeyId": KEY, "SecretAccessKey": SECRET, "Token": "", "Expiration": "2099-01-01T00:00:00Z"}  # fmt: skip
        body = json.dumps(keys).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def provider() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Role)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/keys"
    finally:
        server.shutdown()


def test_without_keys_the_lake_is_read_and_written_by_those_of_the_machine(
    lake: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("tanda")
    without = {"aws_access_key_id": None, "aws_secret_access_key": None}
    settings = lake.model_copy(update=without)
    with provider() as address:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", address)
        monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(token))
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

        with stores.reader(settings) as reader:
            assert reader.con.execute(COUNT).fetchall() == [(N_ARTICLES,)]
        stores.database(settings).publish()
        location_of(settings).storage.put_new("peran", b"satu")

    assert location_of(lake).storage.get("peran")[0] == b"satu"


def test_init_makes_a_lake_and_prints_what_lets_others_read_it(
    lake_of: LakeOf, servers: Servers, tmp_path: Path
) -> None:
    settings = lake_of(tmp_path / "home")

    ran = kliping(settings.home, "lake", "init", **environment_of(settings))

    assert ran.returncode == 0, ran.stderr
    location = location_of(settings)
    catalog = location.current()
    with location.connect() as session:
        session.execute("DROP ROLE IF EXISTS analyst; CREATE ROLE analyst LOGIN")
        session.execute(ran.stdout.partition("<<END")[2].partition("END")[0])
    analyst = LakeLocation(conninfo=location.conninfo.replace("user=postgres", "user=analyst"), storage=location.storage)  # fmt: skip
    assert analyst.current() == catalog
    with connect(tmp_path / "tmp") as con:
        analyst.attach(con, str(catalog))
        assert con.execute("SELECT count(*) FROM kliping.core.articles").fetchall() == [(0,)]
    with analyst.connect() as session, pytest.raises(Exception, match="permission denied"):
        session.execute("UPDATE kliping.lakes SET is_current = false")
    assert kliping(settings.home, "lake", "init", **environment_of(settings)).returncode == 0
    assert location.current() == catalog


def test_init_prints_the_commands_for_what_is_missing(lake: Settings) -> None:
    gone = "ducklake:postgres:host=127.0.0.1 port=1 user=redaksi dbname=berita"
    ran = kliping(lake.home, "lake", "init", **environment_of(lake, KLIPING_WAREHOUSE=gone))

    assert ran.returncode == 1
    assert "createdb --owner=redaksi berita" in ran.stdout
    assert "echo '127.0.0.1:1:berita:redaksi:PASSWORD' >> ~/.pgpass" in ran.stdout

    limited = {"AWS_ACCESS_KEY_ID": LIMITED_KEY, "AWS_SECRET_ACCESS_KEY": LIMITED_SECRET}
    elsewhere = environment_of(lake, KLIPING_STORAGE="s3://elsewhere/lake", **limited)
    ran = kliping(lake.home, "lake", "init", **elsewhere)

    assert ran.returncode == 1
    assert f"--bucket elsewhere --endpoint-url {lake.aws_endpoint_url}" in ran.stdout


def test_other_clouds_are_refused_by_name(lake: Settings) -> None:
    ran = kliping(lake.home, "doctor", **environment_of(lake, KLIPING_STORAGE="gs://kliping"))

    assert ran.returncode == 2
    assert "the storage of Google Cloud and Azure is not supported" in ran.stderr


def test_doctor_looks_at_the_lake_before_a_home_exists(lake: Settings, tmp_path: Path) -> None:
    rows = examine(lake.model_copy(update={"home": tmp_path / "later"}))

    states = {row["check"]: row["state"] for row in rows}
    assert states == {"home": "bad", "lc_messages": "ok", "catalog": "ok", "bucket": "ok"}
    assert not (tmp_path / "later").exists()


def test_doctor_finds_what_dead_machines_left_and_what_is_missing(
    lake_of: LakeOf, lake: Settings, tmp_path: Path
) -> None:
    other = lake_of(tmp_path / "other", like=lake)
    other.home.mkdir()
    assert [row["state"] for row in examine(other) if row["check"] == "archive"] == ["ok"]
    dead = stores.archive(other)
    run_id = "20261129T000000Z-dead"
    write_synthetic(Archive(tmp_path / "dead"), 1, run_id)
    [file] = Archive(tmp_path / "dead").files()
    name = Archive(tmp_path / "dead").name(file)
    location_of(lake).storage.put_new(f"archive/{name}", file.read_bytes())
    [stored] = [
        each for each in location_of(lake).storage.objects("archive/") if "5e5e" in each.name
    ]
    body, _ = location_of(lake).storage.get(stored.name)
    location_of(lake).storage.delete(stored.name)
    try:
        found = {row["finding"]: row["do"] for row in examine(other) if row["check"] == "orphans"}
    finally:
        location_of(lake).storage.put_new(stored.name, body)
        location_of(lake).storage.delete(f"archive/{name}")

    assert found == {
        f"{N_ARTICLES} rows of raw.fetches name 1 files that are missing, e.g. {stored.name.removeprefix('archive/')}": "restore the files",
        f"1 archive files are not wholly loaded, e.g. {name}": "nothing: the next run loads it",
    }
    assert dead.files()


@pytest.mark.long
def test_readers_get_one_file_that_maintain_made(
    lake_of: LakeOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the lake itself only the first reader makes a copy, before there is a file; what is forgotten is in none."""
    settings = lake_of(tmp_path / "home")
    write_synthetic(Archive(settings.home / "archive"), N_ARTICLES)
    rebuild(settings)
    reader, location = lake_of(tmp_path / "reader", like=settings), location_of(settings)
    lake_copy.copy_lake(reader)
    assert count(reader.home / "kliping.duckdb") == N_ARTICLES

    maintenance.maintain(settings, SOURCES)
    with monkeypatch.context() as patched:
        patched.setattr("warehouse.write.ducklake.Lake.publish_file", None)
        n_read = []
        get_file = Storage.get_file
        patched.setattr(Storage, "get_file", lambda *given: n_read.append(get_file(*given)))
        lake_copy.copy_lake(reader)
        lake_copy.copy_lake(reader)
    assert len(n_read) == 1
    [before] = location.shared()

    with stores.reader(settings) as published:
        [article, *_] = published.rows("SELECT url FROM mart.articles ORDER BY url")
    maintenance.forget(settings, SOURCES, article["url"])
    lake_copy.copy_lake(reader)

    assert count(reader.home / "kliping.duckdb") == N_ARTICLES - 1
    [after] = location.shared()
    assert after > before


@pytest.mark.long
def test_a_backup_of_one_moment_is_restored(
    lake_of: LakeOf, servers: Servers, tmp_path: Path
) -> None:
    """The catalog first, then the bucket, while other runs load: what came later is in the bucket only, and is loaded again."""
    file = Settings(home=tmp_path / "file", source_folders=(BUNDLED,), readers=1)
    write_synthetic(Archive(file.home / "archive"), N_ARTICLES)
    settings = lake_of(copy_archive(file.home, tmp_path / "home"))
    rebuild(settings)
    storage, name = (
        location_of(settings).storage,
        re.findall(r"dbname=(\w+)", settings.warehouse or "")[0],
    )
    options = ("-h", "127.0.0.1", "-p", str(servers.postgres.port), "-U", "postgres")
    dump = servers.postgres.folder / f"{name}.dump"
    servers.postgres._run("pg_dump", *options, "-Fc", "-f", str(dump), name)
    write_synthetic(Archive(settings.home / "archive"), N_ARTICLES + 2, "20261121T000000Z-6e6e")
    write_synthetic(Archive(file.home / "archive"), N_ARTICLES + 2, "20261121T000000Z-6e6e")
    jobs.reparse_sources(settings, SOURCES, ["harianlama"], lambda *_: None)
    copied = {each.name: storage.get(each.name)[0] for each in storage.objects("")}

    storage.delete(*copied)
    for each, body in copied.items():
        storage.put_new(each, body)
    servers.postgres._run("createdb", *options, f"{name}again")
    servers.postgres._run("pg_restore", *options, "-d", f"{name}again", str(dump))
    warehouse = (settings.warehouse or "").replace(f"dbname={name}", f"dbname={name}again")
    restored = settings.model_copy(update={"home": tmp_path / "again", "warehouse": warehouse})
    maintenance.maintain(restored, SOURCES)

    rebuild(file)
    stores.database(restored).publish_file(tmp_path / "kliping.duckdb")
    assert not differences(file.home, tmp_path)
    assert Database(file.home).rows("SELECT count(*) AS n FROM core.articles") == [{"n": N_ARTICLES + 2}]  # fmt: skip
