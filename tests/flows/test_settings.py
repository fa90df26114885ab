"""The environment, read once: names, defaults, and one message for all that is wrong."""

import os

import pytest
from support.command_line import kliping

from flows.settings import SettingsError, export, from_environment


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    """An environment without settings, in an empty folder."""
    monkeypatch.setattr(os, "environ", dict(os.environ))
    for name in [n for n in os.environ if n.startswith(("KLIPING_", "PREFECT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def reading(**environment):
    os.environ.update(environment)
    return from_environment()


def test_what_is_not_set_has_a_default(tmp_path):
    settings = reading()

    assert settings.home == tmp_path / "data"
    assert (
        settings.contact,
        settings.allow_private,
        settings.connect_to,
        settings.source_folders,
    ) == (None, frozenset(), (), ())


def test_an_empty_variable_is_not_set():
    assert reading(KLIPING_CONTACT="", KLIPING_MIN_FREE_MB="", KLIPING_SOURCES="") == reading()


def test_addresses_are_read():
    settings = reading(
        KLIPING_ALLOW_PRIVATE="127.0.0.1:80, [::1]:8080", KLIPING_CONNECT_TO="*.test=127.0.0.1:80"
    )

    assert settings.allow_private == {("127.0.0.1", 80), ("::1", 8080)}
    assert settings.connect_to == (("*.test", "127.0.0.1", 80),)


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("KLIPING_ALLOW_PRIVATE", "localhost:80"),
        ("KLIPING_ALLOW_PRIVATE", "127.0.0.1"),
        ("KLIPING_CONNECT_TO", "127.0.0.1:80"),
        ("KLIPING_CONNECT_TO", "=127.0.0.1:80"),
        ("KLIPING_MIN_FREE_MB", "-1"),
        ("KLIPING_READERS", "0"),
        ("KLIPING_UMASK", "0o77"),
        ("KLIPING_REPORT_LANGUAGE", "fr"),
    ],
)
def test_a_wrong_variable_is_named_and_its_form_shown(variable, text):
    with pytest.raises(SettingsError) as error:
        reading(**{variable: text})

    assert str(error.value).startswith(f"{variable}: {text!r} is not ")
    assert "such as" in str(error.value)


def test_all_that_is_wrong_is_listed_at_once():
    with pytest.raises(SettingsError) as error:
        reading(KLIPING_UMASK="rw", KLIPING_MIN_FREE_MB="much", KLIPING_ALLOW_PRIVATE="here")

    assert {line.partition(":")[0] for line in str(error.value).splitlines()} == {
        "KLIPING_UMASK",
        "KLIPING_MIN_FREE_MB",
        "KLIPING_ALLOW_PRIVATE",
    }


def test_a_file_named_env_is_read_in_the_home_only_and_the_environment_beats_it(tmp_path):
    (tmp_path / ".env").write_text("KLIPING_CONTACT=stranger@b.id\nKLIPING_HOME=there\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / ".env").write_text("KLIPING_MIN_FREE_MB=5\nKLIPING_UMASK=027\nOTHER=1\n")

    settings = reading(KLIPING_UMASK="007")

    assert (settings.home, settings.contact) == (tmp_path / "data", None)
    assert (settings.umask, settings.min_free_mb) == (0o007, 5)


def test_a_file_of_settings_that_is_not_read_is_named(tmp_path):
    (tmp_path / ".env").write_text("KLIPING_CONTACT=a@b.id\n")

    done = kliping(tmp_path / "home", "doctor")

    assert done.stderr == f".env of this folder is not read; move it to {tmp_path}/home\n"


def test_what_is_exported_reads_back(tmp_path):
    settings = reading(
        KLIPING_HOME=str(tmp_path),
        KLIPING_SOURCES=str(tmp_path),
        KLIPING_CONTACT="https://kabar.test/",
        KLIPING_ALLOW_PRIVATE="127.0.0.1:80,[::1]:80",
        KLIPING_CONNECT_TO="a.test=[::1]:80",
    )

    export(settings)

    assert from_environment() == settings
    assert os.environ["DO_NOT_TRACK"] == "1"
