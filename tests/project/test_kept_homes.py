"""The homes that tests share are maker anew whenever the code changes."""

import os
import time

import pytest
from support.kept_homes import (
    CODE,
    HOUR_SECONDS,
    MOST_HOURS,
    MOST_KEPT,
    PROJECT,
    digest_of,
    kept_homes,
    used_file,
)


@pytest.fixture
def maker():
    """Makes a home, and counts."""

    def make(folder):
        make.count += 1
        (folder / "visit1").write_text(str(make.count))

    make.count = 0
    return make


def test_a_home_is_made_once_for_a_digest(tmp_path, maker):
    first = kept_homes(tmp_path, "a", maker)
    again = kept_homes(tmp_path, "a", maker)
    other = kept_homes(tmp_path, "b", maker)

    assert (first, maker.count) == (again, 2)
    assert [(home / "visit1").read_text() for home in (first, other)] == ["1", "2"]


def test_an_old_home_is_made_anew(tmp_path, maker):
    home = kept_homes(tmp_path, "a", maker)
    os.utime(home, (0, time.time() - (MOST_HOURS + 1) * HOUR_SECONDS))

    kept_homes(tmp_path, "a", maker)

    assert maker.count == 2


def make_six(folder, maker, last_used):
    for n, digest in enumerate("abcdef"):
        home = kept_homes(folder, digest, maker)
        os.utime(used_file(home), (0, last_used))
        os.utime(home, (0, time.time() - 600 + n))


def test_only_the_newest_are_kept(tmp_path, maker):
    digests = "abcdef"
    make_six(tmp_path, maker, last_used=time.time() - 2 * HOUR_SECONDS)

    kept_homes(tmp_path, digests[-1], maker)

    kept = sorted(path.name for path in tmp_path.iterdir() if path.is_dir())
    assert kept == list(digests[-MOST_KEPT:])


def test_a_home_that_another_session_uses_is_not_removed(tmp_path, maker):
    make_six(tmp_path, maker, last_used=time.time())

    kept_homes(tmp_path, "g", maker)

    assert all((tmp_path / digest).exists() for digest in "abcdefg")


def test_what_was_interrupted_is_not_taken_for_a_home(tmp_path, maker):
    def interrupted(folder):
        (folder / "visit2").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept_homes(tmp_path, "a", interrupted)
    home = kept_homes(tmp_path, "a", maker)

    assert [path.name for path in home.iterdir()] == ["visit1"]


def test_the_digest_is_of_every_file_and_its_name(tmp_path):
    digests = set()
    for content, name in (("x = 1", "a.py"), ("x = 2", "a.py"), ("x = 2", "b.py")):
        folder = tmp_path / "flows" / "web"
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        (folder / name).write_text(content)
        digests.add(digest_of(tmp_path, ["flows"]))

    assert len(digests) == 3
    assert all((PROJECT / name).exists() for name in CODE)
