import textwrap
from datetime import date

import pytest

from parsers.source import Source, SourceError, from_data, load, read

GOOD = """
name = "kabar"
title = "Kabar"
home = "https://www.kabar.test/"

[discover]
feeds = ["https://kabar.test/feed/"]

[[article]]
until = 2024-06-30
url = '/(?P<id>\\d+)-'
body = ".lama"

[[article]]
url = '/baca/(?P<year>\\d{4})/(?P<id>\\d+)/'
body = ".isi"
drop = [".iklan"]
"""


def written(folder, text, name="kabar.toml"):
    path = folder / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def test_a_source_file_becomes_a_source(tmp_path):
    source, errors = read(written(tmp_path, GOOD))

    assert errors == []
    assert source
    assert (source.name, source.domain, source.timezone, source.fetch.delay_seconds) == ("kabar", "kabar.test", "Asia/Jakarta", 5.0)


def test_all_errors_are_told_at_once_with_file_line_and_key(tmp_path):
    bad = GOOD.replace('home = "https://www.kabar.test/"', 'home = "ftp://kabar.test"\ntimezone = "Asia/Jakata"') + "drops = ['x']\n[fetch]\ndelay = 3\n"
    path = written(tmp_path, bad)

    with pytest.raises(SourceError) as caught:
        load([tmp_path])

    lines = str(caught.value).splitlines()
    assert [line.removeprefix(f"{path}:").split(": ")[:2] for line in lines] == [
        ["4", "home"], ["5", "timezone"], ["21", "fetch.delay"], ["19", "article[1].drops"],
    ]
    assert "did you mean 'drop'?" in str(caught.value)
    assert "must be an http or https address" in lines[0]


@pytest.mark.parametrize(("key", "value", "said"), [
    ("body", '"div[["', "not a CSS selector"),
    ("url", "'(?P<id>'", "not a regular expression"),
    ("until", '"2024-06-30"', "valid date"),
])
def test_a_bad_rule_says_what_is_wrong(tmp_path, key, value, said):
    _, errors = read(written(tmp_path, f'name = "k"\ntitle = "K"\nhome = "http://k.test/"\n[[article]]\n{key} = {value}\n'))

    assert len(errors) == 1
    assert ":5: " in errors[0]
    assert said in errors[0]


def test_broken_toml_names_its_line(tmp_path):
    _, errors = read(written(tmp_path, 'name = "k"\ntitle = \n'))

    assert ":2: " in errors[0]


def test_a_missing_key_is_named(tmp_path):
    _, errors = read(written(tmp_path, 'name = "k"\n'))

    assert sorted(e.split(": ")[1] for e in errors) == ["home", "title"]


def test_two_files_of_one_name_are_an_error_and_a_later_folder_wins(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    written(first, GOOD)
    written(second, GOOD.replace('"Kabar"', '"Kabar Baru"'))

    assert load([first, second])["kabar"].title == "Kabar Baru"
    written(second, GOOD, "lagi.toml")
    with pytest.raises(SourceError, match=r"already the name of kabar\.toml"):
        load([first, second])


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(SourceError, match="no such folder"):
        load([tmp_path / "nowhere"])


def test_the_rule_of_the_day_is_the_one_that_held_then(tmp_path):
    source, _ = read(written(tmp_path, GOOD))

    assert source
    assert [source.rule(day).body for day in (date(2024, 6, 30), date(2024, 7, 1))] == [".lama", ".isi"]


def test_an_address_is_known_by_any_rule(tmp_path):
    source, _ = read(written(tmp_path, GOOD))

    assert source
    assert source.recognises("https://kabar.test/12-judul")
    assert source.recognises("https://kabar.test/baca/2025/7/")
    assert not source.recognises("https://kabar.test/video/")
    assert source.owns("https://m.kabar.test/x")
    assert not source.owns("https://bukankabar.test/x")
    assert source.owns("http://kabar.test:80/x")
    assert not source.owns("http://kabar.test:8080/x")
    assert not source.owns("http://kabar.test:x/x")


def test_outlets_on_ports_of_one_host_are_different_sites():
    one, other = (from_data({"name": name, "title": name, "home": f"http://127.0.0.1:{port}/"}) for name, port in (("satu", 8001), ("dua", 8002)))

    assert [s.owns("http://127.0.0.1:8002/berita/1") for s in (one, other)] == [False, True]


def test_the_bundled_sources_are_well_formed_and_say_what_nobody_has_seen_work():
    sources = load()

    assert sources["voiceindonesia"].unverified
    assert all(isinstance(s, Source) for s in sources.values())


def test_a_source_without_rules_takes_every_address():
    assert from_data({"name": "k", "title": "K", "home": "http://k.test/"}).recognises("http://k.test/apa-saja")
