"""The ids of articles and versions, by their values: a change of a formula would be a change of every id there is."""

from __future__ import annotations

import pytest

from parsers.facts import entity_id
from parsers.identity import article_id, content_sha256, digest, version_id
from parsers.source import from_data

PLAIN = from_data({"name": "contoh", "title": "Contoh", "home": "https://contoh.example/"})
NUMBERED = PLAIN.model_copy(
    update={"article": from_data({
        "name": "contoh", "title": "Contoh", "home": "https://contoh.example/",
        "article": [{"url": r"/read/(?P<id>\d+)"}],
    }).article}
)  # fmt: skip


@pytest.mark.parametrize(
    ("source", "url", "expected"),
    [
        (PLAIN, "https://contoh.example/a/b", ("contoh", "contoh.example/a/b")),
        (PLAIN, "https://www.contoh.example/a/b/?utm_source=x", ("contoh", "contoh.example/a/b")),
        (NUMBERED, "https://contoh.example/read/77/a", ("contoh", "contoh.example", "77")),
        (NUMBERED, "https://m.contoh.example/read/77/b", ("contoh", "contoh.example", "77")),
        (NUMBERED, "https://bola.contoh.example/read/77", ("contoh", "bola.contoh.example", "77")),
        (
            NUMBERED.model_copy(update={"site_wide_ids": True}),
            "https://bola.contoh.example/read/77",
            ("contoh", "77"),
        ),
    ],
)
def test_an_article_id_is_the_digest_of_source_host_and_number_or_of_the_key(source, url, expected):
    assert article_id(source, url) == digest(*expected)


def test_a_file_without_an_address_is_its_own_name():
    assert article_id(PLAIN, f"urn:sha256:{'0123456789abcdef' * 4}") == "0123456789abcdef"


def test_the_formulas_give_the_values_that_warehouses_have():
    assert digest("contoh", "contoh.example/a/b") == "722ecc959c67d5d1"
    assert digest("ab", "c") == "6c032e631d39a14d"
    assert digest("a", "bc") == "40bb547d936bbd31"
    assert (
        content_sha256("Judul", "Isi.")
        == "37a6152baedef2317419876e1001774eb400224728a1304e76f5b76ae072ceb1"
    )
    assert (
        content_sha256(None, "Isi.")
        == "7dec1bd87794e48953aed8aecd5dd7c73852a994e66f666e5d84cd8073a176f5"
    )
    assert version_id("a1", "Judul", "Isi.") == "86d5a2080f9cc220"


@pytest.mark.parametrize(
    ("source", "url", "expected"),
    [
        (PLAIN, "https://www.contoh.example/a/b/?utm_source=x", "722ecc959c67d5d1"),
        (NUMBERED, "https://m.contoh.example/read/77/b", "295aec8110a3d45c"),
        (
            NUMBERED.model_copy(update={"site_wide_ids": True}),
            "https://bola.contoh.example/read/77",
            "ccfd2675d7857223",
        ),
    ],
)
def test_an_article_has_the_id_that_warehouses_have(source, url, expected):
    assert article_id(source, url) == expected


def test_an_entity_has_the_id_that_warehouses_have():
    assert entity_id("person", "Sari  Wulandari") == "60a34e10e77121cd"
    assert entity_id("organization", "Sari Wulandari") != entity_id("person", "Sari Wulandari")
