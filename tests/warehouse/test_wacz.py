"""The keys of an index are those that programs for replay look for."""

from __future__ import annotations

import pytest

from warehouse.archive.wacz import url_key


@pytest.mark.parametrize(
    ("url", "key"),
    [  # as the library `surt` of the Internet Archive makes them
        ("http://koran.test/1", "test,koran)/1"),
        ("https://www.koran.test:443/A/B/?b=2&a=1", "test,koran)/a/b?a=1&b=2"),
        ("http://www2.koran.test:8080/x/", "test,koran:8080)/x"),
        ("https://Koran.test", "test,koran)/"),
        ("https://koran.test/a?B=C#f", "test,koran)/a?b=c"),
        ("https://koran.test/berita%20satu/é?x", "test,koran)/berita%20satu/%c3%a9?x"),
        ("urn:sha256:abc", "urn:sha256:abc"),
    ],
)
def test_a_key_is_the_address_from_the_end_of_its_host(url, key):
    assert url_key(url) == key
