"""Patterns that could hold up a run are refused when their file is read."""

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from parsers.patterns import is_costly
from parsers.source import HERE, from_data, read

COSTLY = [
    "(a+)+$",
    "/baca/(\\w+-?)+$",
    "/baca/(\\w+\\s?)*!",
    "(x+x+)+y",
    "(\\d+|\\w+)*!",
    "(?:a|a)*b",
    "(a{1,30})*b",
    "/(?:a?){30}a{30}",
    "(?i)/Berita/(\\w+)*$",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "//kabar\\.test/[^/?#]+(?:-[^/?#]+){3,}/?(?:[?#]|$)",
    ".*.*.*x",
    ".*/.*/.*-\\d+",
    "\\w+\\s*,?\\w*\\s*$",
]
CHEAP = [
    "/baca/(?P<id>\\d+)/",
    "/(?P<year>\\d{4})/(?P<month>\\d{2})/(?P<day>\\d{2})/[^/?#]+",
    "//kabar\\.test/(?!tag/)(?:[a-z-]+/)?[^/?#-]+(?:-+[^/?#-]+){3,}-*/?(?:[?#]|$)",
    "(?:[\\w-]+/)+\\d+",
    "(?:/[^/]+)*/\\d+",
    "/[a-z-]+/(?:[a-z-]+/)?(?P<id>\\d{5,})-",
    "(?:read|baca|berita)/.*/(?P<id>\\d+)",
    "(?<=/)(?P<q>[a-z]+)-(?P=q)",
]


@pytest.mark.parametrize("pattern", COSTLY)
def test_a_pattern_that_may_take_for_ever_is_found(pattern):
    assert is_costly(pattern)


@pytest.mark.parametrize("pattern", CHEAP)
def test_an_ordinary_pattern_is_not_suspected(pattern):
    assert not is_costly(pattern)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("url", "a" * 5_000_000, "longer than 500 characters"),
        ("url", "/\\d+" * 200, "longer than 500 characters"),
        ("body", ".isi" * 50_000, "longer than 500 characters"),
        ("body", "p:has(" * 30 + "b" + ")" * 30, "more than 5 times :has()"),
        ("drop", [".iklan" * 50_000], "longer than 500 characters"),
    ],
    ids=["long", "many", "classes", "nested", "list"],
)
def test_a_rule_that_takes_long_to_check_is_refused(key, value, message):
    data = {"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"}

    with pytest.raises(ValidationError) as error:
        from_data(data | {"article": [{key: value}]})

    assert [message in each["msg"] for each in error.value.errors()] == [True]


def bundled():
    for path in sorted(HERE.glob("*.toml")):
        for rule in tomllib.loads(path.read_text(encoding="utf-8")).get("article", []):
            if "url" in rule:
                yield pytest.param(rule, id=path.stem)


@pytest.mark.parametrize("rule", list(bundled()))
def test_no_bundled_pattern_is_costly(rule):
    assert not is_costly(rule["url"])


PIECES = st.lists(
    st.sampled_from(
        [
            "a",
            "-",
            "/",
            "\\d",
            "\\w",
            "[^/]",
            ".",
            "+",
            "*",
            "?",
            "{2,}",
            "(?:",
            ")",
            "|",
            "(?!",
            "$",
        ]
    ),
    max_size=12,
).map("".join)


@given(PIECES)
def test_any_pattern_gets_a_verdict(pattern):
    try:
        re.compile(pattern)
    except re.error:
        return

    assert is_costly(pattern) in {True, False}


def test_a_source_with_such_a_pattern_is_refused_by_its_name_and_without_trying_it(tmp_path):
    path = tmp_path / "kabar.toml"
    example = f"https://kabar.test/baca/{'perahu-' * 20}!"
    path.write_text(
        f"""name = "kabar"
title = "Kabar"
home = "https://kabar.test/"

[[article]]
examples = ["{example}"]
url = '/baca/(\\w+-?)+$'
"""
    )

    source, errors = read(path)

    assert source is None
    assert errors == [
        f"{path}:7: article[0].url: '/baca/(\\\\w+-?)+$' may take for ever on a long address: what it repeats can match the same characters in many ways"
    ]


def test_a_pattern_that_is_none_is_named(tmp_path):
    path = tmp_path / "kabar.toml"
    path.write_text(
        'name = "kabar"\ntitle = "Kabar"\nhome = "https://kabar.test/"\n[[article]]\nurl = "/baca/(["\n'
    )

    [error] = read(path)[1]

    assert error.startswith(f"{path}:5: article[0].url: '/baca/([' is not a regular expression")


def test_no_pattern_is_tried_on_an_address_without_end():
    source = from_data(
        {
            "name": "kabar",
            "title": "Kabar",
            "home": "https://kabar.test/",
            "article": [{"url": "/baca/"}],
        }
    )

    assert source.recognises("https://kabar.test/baca/1")
    assert not source.recognises(f"https://kabar.test/baca/{'a' * 2048}")
