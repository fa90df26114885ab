"""Announcements read: every format, every fault of feeds and sitemaps."""

import pytest

from parsers.article import Reason, Rejected
from parsers.links import read_announcement
from parsers.source import from_data

SOURCE = from_data({"name": "contoh", "title": "Contoh", "home": "https://contoh.example/"})


def read(body, kind="feed", url="https://contoh.example/feed/", source=SOURCE, **more):
    return read_announcement(body if isinstance(body, bytes) else body.encode(), url=url, source=source, kind=kind, **more)


def rss(*items, head='<?xml version="1.0"?>'):
    return f'{head}<rss version="2.0"><channel><title>Contoh</title>{"".join(items)}</channel></rss>'


def item(path="/satu-dua-tiga", **fields):
    return f"<item><link>{path}</link>{''.join(f'<{k}>{v}</{k}>' for k, v in fields.items())}</item>"


def test_rss():
    a = read(rss(item(title="A &amp;amp; B", pubDate="Sel, 28 Mei 2024 10:00:00 WIB", guid="7")))
    assert a.links[0].title == "A & B"
    assert a.links[0].url == "https://contoh.example/satu-dua-tiga"
    assert a.links[0].published_at.isoformat() == "2024-05-28T10:00:00+07:00"


def test_an_empty_answer_is_a_failure():
    with pytest.raises(Rejected) as verdict:
        read(b" \n")
    assert verdict.value.reason == Reason.EMPTY
