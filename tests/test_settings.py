import os

import pytest

from flows.settings import SettingsError, export, from_environment


def test_what_is_not_said_has_a_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = from_environment({})

    assert settings.home == tmp_path / "data"
    assert (
        settings.contact,
        settings.allow_private,
        settings.connect_to,
        settings.source_folders,
    ) == (None, frozenset(), (), ())


def test_addresses_are_read():
    settings = from_environment(
        {
            "KLIPING_ALLOW_PRIVATE": "127.0.0.1:80, [::1]:8080",
            "KLIPING_CONNECT_TO": "*.test=127.0.0.1:80",
        }
    )

    assert settings.allow_private == {("127.0.0.1", 80), ("::1", 8080)}
    assert settings.connect_to == (("*.test", "127.0.0.1", 80),)


@pytest.mark.parametrize(
    "env",
    [
        {"KLIPING_ALLOW_PRIVATE": "localhost:80"},
        {"KLIPING_ALLOW_PRIVATE": "127.0.0.1"},
        {"KLIPING_CONNECT_TO": "127.0.0.1:80"},
    ],
)
def test_a_bad_address_says_how_it_is_written(env):
    with pytest.raises(SettingsError, match="such as"):
        from_environment(env)


def test_what_is_exported_reads_back(tmp_path, monkeypatch):
    for name in [n for n in os.environ if n.startswith(("KLIPING_", "PREFECT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    settings = from_environment(
        {
            "KLIPING_HOME": str(tmp_path),
            "KLIPING_SOURCES": str(tmp_path),
            "KLIPING_CONTACT": "https://kabar.test/",
            "KLIPING_ALLOW_PRIVATE": "127.0.0.1:80,[::1]:80",
            "KLIPING_CONNECT_TO": "a.test=[::1]:80",
        }
    )

    export(settings)

    assert from_environment() == settings
    assert os.environ["DO_NOT_TRACK"] == "1"
