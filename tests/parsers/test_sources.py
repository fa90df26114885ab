import textwrap
from datetime import date

import pytest

from parsers.source import (
    Source,
    SourceError,
    from_data,
    load,
    read,
    source_of_url,
)

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


def write_source(folder, text, name="kabar.toml"):
    path = folder / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def test_a_source_file_becomes_a_source(tmp_path):
    source, errors = read(write_source(tmp_path, GOOD))

    assert errors == []
    assert source
    assert (source.name, source.domain, source.timezone, source.fetch.delay_seconds) == (
        "kabar",
        "kabar.test",
        "Asia/Jakarta",
        5.0,
    )


def test_all_errors_are_told_at_once_with_file_line_and_key(tmp_path):
    bad = (
        GOOD.replace(
            'home = "https://www.kabar.test/"',
            'home = "ftp://kabar.test"\ntimezone = "Asia/Jakata"',
        )
        + "drops = ['x']\n[fetch]\ndelay = 3\n"
    )
    path = write_source(tmp_path, bad)

    with pytest.raises(SourceError) as caught:
        load([tmp_path])

    lines = str(caught.value).splitlines()
    assert [line.removeprefix(f"{path}:").split(": ")[:2] for line in lines] == [
        ["4", "home"],
        ["5", "timezone"],
        ["21", "fetch.delay"],
        ["19", "article[1].drops"],
    ]
    assert "did you mean 'drop'?" in str(caught.value)
    assert "must be an http or https address" in lines[0]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("body", '"div[["', "not a CSS selector"),
        ("url", "'(?P<id>'", "not a regular expression"),
        ("until", '"2024-06-30"', "valid date"),
    ],
)
def test_a_bad_rule_says_what_is_wrong(tmp_path, key, value, message):
    _, errors = read(
        write_source(
            tmp_path,
            f'name = "k"\ntitle = "K"\nhome = "http://k.test/"\n[[article]]\n{key} = {value}\n',
        )
    )

    assert len(errors) == 1
    assert ":5: " in errors[0]
    assert message in errors[0]


def test_broken_toml_names_its_line(tmp_path):
    _, errors = read(write_source(tmp_path, 'name = "k"\ntitle = \n'))

    assert ":2: " in errors[0]


def test_a_missing_key_is_named(tmp_path):
    _, errors = read(write_source(tmp_path, 'name = "k"\n'))

    assert sorted(e.split(": ")[1] for e in errors) == ["home", "title"]


def test_two_files_of_one_name_are_an_error_and_a_later_folder_wins(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    write_source(first, GOOD)
    write_source(second, GOOD.replace('"Kabar"', '"Kabar Baru"'))

    assert load([first, second])["kabar"].title == "Kabar Baru"
    write_source(second, GOOD, "lagi.toml")
    with pytest.raises(SourceError, match=r"already the name of kabar\.toml"):
        load([first, second])


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(SourceError, match="no such folder"):
        load([tmp_path / "nowhere"])


def test_the_rule_of_the_day_is_the_one_that_held_then(tmp_path):
    source, _ = read(write_source(tmp_path, GOOD))

    assert source
    assert [source.rule(day).body for day in (date(2024, 6, 30), date(2024, 7, 1))] == [
        ".lama",
        ".isi",
    ]


def test_an_address_is_known_by_any_rule(tmp_path):
    source, _ = read(write_source(tmp_path, GOOD))

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
    one, other = (
        from_data({"name": name, "title": name, "home": f"http://127.0.0.1:{port}/"})
        for name, port in (("satu", 8001), ("dua", 8002))
    )

    assert [s.owns("http://127.0.0.1:8002/berita/1") for s in (one, other)] == [False, True]
    assert source_of_url("http://127.0.0.1:8002/berita/1", {"satu": one, "dua": other}) == other


def test_sources_on_ports_of_one_host_load_side_by_side(tmp_path):
    for name, port in (("satu", 8001), ("dua", 8002)):
        (tmp_path / f"{name}.toml").write_text(
            f'name = "{name}"\ntitle = "{name}"\nhome = "http://127.0.0.1:{port}/"\n'
        )

    assert {"satu", "dua"} <= load([tmp_path]).keys()


def test_the_bundled_sources_are_well_formed_and_say_what_nobody_has_seen_work():
    sources = load()

    assert sources["voiceindonesia"].unverified
    assert all(isinstance(s, Source) for s in sources.values())


def test_a_source_without_rules_takes_every_address():
    assert from_data({"name": "k", "title": "K", "home": "http://k.test/"}).recognises(
        "http://k.test/apa-saja"
    )


def test_all_contradictions_are_told_at_once_with_their_lines(tmp_path):
    path = write_source(
        tmp_path,
        """
        name = "kabar"
        title = "Kabar"
        home = "https://kabar.test/"
        unverified = ["article[0].bdy", "discover.feeds", "article[1].body"]
        [discover]
        index = ["https://kabar.test/indeks?hal={pgae}", "https://kabar.test/{date:%Y/%m/%d}/{page}"]
        [[article]]
        url = '/(?P<day>[0-9]{2})/(?P<month>[0-9]{2})/(?P<year>[0-9]{4})/'
        examples = ["https://kabar.test/11/24/2026/x", "https://kabar.test/24/11/2026/x", "https://lain.test/24/11/2026/x"]
        [[article]]
        url = '/(?P<nomor>[a-z-]+)/?$'
        examples = ["https://kabar.test/7"]
        [[article]]
        examples = ["https://kabar.test/8"]
    """,
    )

    source, errors = read(path)

    assert source is None
    assert [e.removeprefix(f"{path}:").split(": ")[:2] for e in errors] == [
        ["7", "discover.index[0]"],
        ["10", "article[0].examples[0]"],
        ["10", "article[0].examples[2]"],
        ["12", "article[1].url"],
        ["12", "article[1].url"],
        ["13", "article[1].examples[0]"],
        ["15", "article[2].examples[0]"],
        ["5", "unverified[0]"],
    ]
    assert "did you mean 'article[0].body'?" in errors[-1]
    assert "not nomor" in errors[3]
    assert "/nasional" in errors[4]


def test_no_two_sources_have_one_domain(tmp_path):
    write_source(tmp_path, GOOD)
    write_source(tmp_path, GOOD.replace('name = "kabar"', 'name = "kabar2"'), "kabar2.toml")

    with pytest.raises(SourceError, match=r"kabar2\.toml:4: home: kabar\.test is already kabar's"):
        load([tmp_path])


def test_an_address_belongs_to_the_source_with_the_longest_domain():
    one, other = (
        from_data({"name": name, "title": name, "home": f"https://{host}/"})
        for name, host in (("a", "kabar.test"), ("b", "jabar.kabar.test"))
    )
    sources = {"a": one, "b": other}

    assert [
        (s := source_of_url(f"https://{host}/x", sources)) and s.name
        for host in (
            "kabar.test",
            "m.kabar.test",
            "jabar.kabar.test",
            "x.jabar.kabar.test",
            "bukankabar.test",
        )
    ] == ["a", "a", "b", "b", None]


@pytest.mark.parametrize(
    ("line", "key", "message"),
    [
        ("[fetch]\ndelay_seconds = inf", "fetch.delay_seconds", "finite number"),
        ("[fetch]\ndelay_seconds = -inf", "fetch.delay_seconds", "finite number"),
        ("[fetch]\ndelay_seconds = nan", "fetch.delay_seconds", "finite number"),
        ("[fetch]\ndelay_seconds = 1e400", "fetch.delay_seconds", "finite number"),
        ("[fetch]\ndelay_seconds = -1", "fetch.delay_seconds", "greater than or equal to 0"),
        ("[fetch]\ndelay_seconds = 86400.0", "fetch.delay_seconds", "less than or equal to 3600"),
        ("[fetch]\ndelay_seconds = true", "fetch.delay_seconds", "valid number"),
        (f"[fetch]\ndelay_seconds = {10**400}", "fetch.delay_seconds", ""),
        (f"[fetch]\ndelay_seconds = 1{'0' * 5000}", "", "a number of too many digits"),
        ("[discover]\nfeeds = ['http://k.test:99999/']", "discover.feeds[0]", "0-65535"),
        ("[discover]\nfeeds = ['http://k.test:0/']", "discover.feeds[0]", "port"),
        ("[discover]\nfeeds = ['http://[::1/']", "discover.feeds[0]", "http or https address"),
        ("[[article]]\nuntil = 0001-01-01", "article[0].until", "1990"),
        ("[[article]]\nurl = 'a{99999999999999999999}'", "article[0].url", "regular expression"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_absurd_numbers_are_refused_with_file_line_and_key(tmp_path, line, key, message):
    path = write_source(tmp_path, f'name = "k"\ntitle = "K"\nhome = "http://k.test/"\n{line}\n')
    source, [error] = read(path)

    assert source is None
    assert error.startswith(f"{path}:5: {key}")
    assert message in error


@pytest.mark.parametrize("source", load().values(), ids=lambda s: s.name)
def test_every_host_of_a_bundled_source_is_its_own(source):
    channels = [
        *source.discover.feeds,
        *source.discover.sitemaps,
        *source.discover.index,
        source.discover.wordpress,
    ]
    examples = [example for rule in source.article for example in rule.examples]

    assert {
        source_of_url(url, load()).name for url in (source.home, *channels, *examples) if url
    } == {source.name}


@pytest.mark.parametrize("source", load().values(), ids=lambda s: s.name)
def test_a_bundled_source_waits_and_is_proved_on_examples(source):
    assert source.fetch.delay_seconds >= 5
    assert all(rule.examples for rule in source.article if rule.url)


def test_what_is_said_of_a_site_is_told_from_what_is_proved_of_it():
    fields = {
        "discover": {"feeds": ["http://k.test/feed/"], "index": ["http://k.test/{page}"]},
        "article": [{"url": "/baca/", "body": ".isi"}],
    }
    source = from_data(
        {
            "name": "k",
            "title": "K",
            "home": "http://k.test/",
            "unverified": ["discover", "article[0].body", "timezone"],
        }
        | fields
    )

    assert source.configured_keys == [
        "discover.feeds",
        "discover.index",
        "article[0].url",
        "article[0].body",
    ]
    assert source.unverified_keys == ["discover.feeds", "discover.index", "article[0].body"]


def test_the_bundled_sources_are_forty_and_more():
    assert len(load()) > 40
    assert sum(any(rule.body for rule in source.article) for source in load().values()) > 12


def test_of_two_sources_with_one_site_the_first_has_its_addresses():
    first, second = (from_data({"name": n, "title": n, "home": "http://kabar.test/"}) for n in "ab")

    assert source_of_url("http://www.kabar.test/1", {"a": first, "b": second}) is first
