"""The sources come from the copy in the home, unless it could differ from their files."""

from __future__ import annotations

import os
import tomllib

import pytest

from flows.home_file import enabled_outlets
from flows.settings import Settings
from flows.source_cache import load_sources
from parsers import source
from parsers.source import SourceError

TOML = 'name = "kabar"\ntitle = "{title}"\nhome = "http://kabar.test/"\n'


@pytest.fixture
def settings(tmp_path):
    folder, home = tmp_path / "sources", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    (folder / "kabar.toml").write_text(TOML.format(title="Kabar"))
    return Settings(home=home, source_folders=(folder,))


def test_unchanged_files_are_not_read_again(settings, monkeypatch):
    first = load_sources(settings)
    monkeypatch.setattr(source, "load", None)
    monkeypatch.setattr(tomllib, "loads", None)

    again = load_sources(settings)
    assert again == first
    assert again["kabar"].title == "Kabar"
    assert again.not_bundled == first.not_bundled == {"kabar"}
    assert "kabar" in enabled_outlets(settings.home, again)


def test_a_changed_file_is_read_again_even_with_its_old_size_and_time(settings):
    load_sources(settings)
    file = settings.source_folders[0] / "kabar.toml"
    before = file.stat()
    file.write_text(TOML.format(title="Rabak"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert load_sources(settings)["kabar"].title == "Rabak"


def test_a_new_file_and_a_file_that_is_gone_count(settings):
    load_sources(settings)
    file = settings.source_folders[0] / "surat.toml"
    file.write_text('name = "surat"\ntitle = "Surat"\nhome = "http://surat.test/"\n')
    assert "surat" in load_sources(settings)

    file.unlink()
    assert "surat" not in load_sources(settings)


def test_a_folder_that_is_gone_is_an_error(settings):
    (settings.source_folders[0] / "kabar.toml").unlink()
    load_sources(settings)
    settings.source_folders[0].rmdir()

    with pytest.raises(SourceError, match="no such folder"):
        load_sources(settings)


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data + b"x"])
def test_a_damaged_copy_is_made_again(settings, damage):
    first = load_sources(settings)
    copy = settings.home / "sources.json"
    whole = copy.read_bytes()
    copy.write_bytes(damage(whole))

    assert load_sources(settings) == first
    assert copy.read_bytes() == whole


def test_an_error_in_a_file_is_told_each_time(settings):
    (settings.source_folders[0] / "kabar.toml").write_text("name = 1")

    for _ in range(2):
        with pytest.raises(SourceError, match=r"kabar\.toml"):
            load_sources(settings)


def test_where_there_is_no_home_none_is_made(settings):
    settings.home.rmdir()

    assert "kabar" in load_sources(settings)
    assert not settings.home.exists()
