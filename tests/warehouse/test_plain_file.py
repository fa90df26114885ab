"""Files from strangers: only plain ones of bounded size are read, wherever a home or a study may have some."""

import os
import socket

import pytest
from support.command_line import kliping

from kliping.sandbox.user_queries import user_queries
from kliping.sandbox.user_views import apply_views
from kliping.watches.watch_file import WatchFileError, read_watches
from parsers.topics.definition import TopicError
from warehouse.known_names import KnownNamesError, home_names
from warehouse.plain_file import PlainFileError, read_plain, read_plain_files
from warehouse.write.topics import read_topics


def link(path):
    path.symlink_to("/dev/zero")


def link_to_plain(path):
    other = path.with_name(f"{path.name}.other")
    other.write_text("")
    path.symlink_to(other)


def fifo(path):
    os.mkfifo(path)


def listening(path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def long(path):
    with path.open("wb") as file:
        file.truncate(1 << 40)


ODD = {
    link: "it is a link: put the file itself there",
    link_to_plain: "it is a link: put the file itself there",
    fifo: "it is no plain file",
    listening: "it is no plain file",
    os.mkdir: "it is no plain file",
    long: "it has more than ",
}
odd_files = pytest.mark.parametrize(("make", "reason"), ODD.items())


def topics_of(home):
    with pytest.raises(TopicError) as error:
        read_topics(home, None)
    return error.value


def watches_of(home):
    with pytest.raises(WatchFileError) as error:
        read_watches(home)
    return error.value


def names_of(home):
    with pytest.raises(KnownNamesError) as error:
        home_names(home)
    return error.value


READERS = {
    "topics/a.toml": topics_of,
    "watches.toml": watches_of,
    "identities.csv": names_of,
}


@odd_files
@pytest.mark.parametrize("name", READERS)
def test_a_home_reads_plain_files_only(tmp_path, name, make, reason):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    make(tmp_path / name)

    assert str(READERS[name](tmp_path)).startswith(f"{tmp_path / name}: {reason}")


@odd_files
def test_a_query_that_is_no_plain_file_is_left_out(store, make, reason):
    (store.home / "sql").mkdir()
    (store.home / "sql" / "good.sql").write_text("SELECT 1 AS one")
    make(store.home / "sql" / "odd.sql")

    [message] = apply_views(store)

    assert message.startswith(f"{store.home}/sql/odd.sql: {reason}")
    assert message.endswith("; it is left out")
    assert store.rows("FROM my.good") == [{"one": 1}]
    assert {*user_queries(store.home)} == {"good", "odd"}


@odd_files
@pytest.mark.xdist_group("demo_home")
def test_an_export_reads_a_plain_manifest_only(demo_home, tmp_path, make, reason):
    make(tmp_path / "manifest.json")

    done = kliping(demo_home, "export", tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert "is not empty and holds no export" in done.stderr


def test_a_folder_has_one_limit_for_all_its_files(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.toml").write_bytes(b"x" * 4)

    assert sum(map(len, read_plain_files(tmp_path, "*.toml", 12).values())) == 12
    with pytest.raises(PlainFileError, match=r"c\.toml: it has more than 3 bytes"):
        read_plain_files(tmp_path, "*.toml", 11)


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_plain(tmp_path / "nothing")
