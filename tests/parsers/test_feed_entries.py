"""What one entry of a feed says, in the variants and with the faults that feeds have."""

import base64
import json

import pytest

from parsers.article import Rejected
from parsers.discovery.announcement import read_announcement
from parsers.source import from_data

HOME = "https://contoh.example/"
SOURCE = from_data({"name": "contoh", "title": "Contoh", "home": HOME})
A, MP3 = HOME + "a", HOME + "a.mp3"
HTML_LINK = f'<link rel="alternate" type="text/html" href="{A}"/>'
TITLE_64 = base64.b64encode("Harga <b>béras</b> turun".encode()).decode()
NAMESPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)
ENCLOSURE = f'<enclosure url="{MP3}" type="audio/mpeg" length="1"/>'


def rss(entry: str) -> str:
    return f'<rss version="2.0" {NAMESPACES}><channel><item>{entry}</item></channel></rss>'


def atom(entry: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{entry}</entry></feed>'


def atom_03(entry: str) -> str:
    return f'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry>{entry}</entry></feed>'


def rdf(item: str) -> str:
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/">{item}</rdf:RDF>'
    )


def only(body: str, kind: str = "feed"):
    (link,) = read_announcement(body.encode(), url=HOME + "feed/", source=SOURCE, kind=kind).links
    return link


TITLES = {
    "Atom 0.3, base64": (atom_03(f'{HTML_LINK}<title type="text/html" mode="base64">\n{TITLE_64[:9]}\n{TITLE_64[9:]}\n</title>'), "Harga béras turun"),
    "Atom 1.0, base64": (atom(f'{HTML_LINK}<title type="application/octet-stream">{TITLE_64}</title>'), "Harga béras turun"),
    "a type that is text": (atom(f'{HTML_LINK}<title type="text/plain">Harga</title>'), "Harga"),
    "a type that is XML": (atom(f'{HTML_LINK}<title type="application/xhtml+xml"><div>Harga <b>beras</b></div></title>'), "Harga beras"),
    "called base64 and plain": (atom_03(f'{HTML_LINK}<title mode="base64">Harga beras</title>'), "Harga beras"),
    "escaped, Atom 0.3": (atom_03(f'{HTML_LINK}<title mode="escaped">Harga &lt;i&gt;beras&lt;/i&gt;</title>'), "Harga beras"),
    "a script, escaped": (rss("<link>/a</link><title>Harga &lt;script&gt;alert(1)&lt;/script&gt; turun</title>"), "Harga turun"),
    "a script in CDATA": (rss("<link>/a</link><title><![CDATA[Harga <SCRIPT async>alert('</b>')</SCRIPT > turun]]></title>"), "Harga turun"),
    "a script never closed": (rss("<link>/a</link><title>Harga &lt;script&gt;alert(1)</title>"), "Harga"),
    "a style, escaped twice": (rss("<link>/a</link><title>Harga&amp;lt;b&amp;gt; &lt;style&gt;a{}&lt;/style&gt;</title>"), "Harga<b>"),
    "a script in XHTML": (atom(f'{HTML_LINK}<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Harga <script>alert(1)</script> turun<style>a{{}}</style></div></title>'), "Harga turun"),
    "less than": (atom(f'{HTML_LINK}<title type="text">3 &lt; 5 dan 6 &gt; 2</title>'), "3 < 5 dan 6 > 2"),
    "a picture's title": (rss("<link>/a</link><media:title>Foto</media:title><itunes:title>Audio</itunes:title><title>Harga</title>"), "Harga"),
    "of another namespace only": (rss("<link>/a</link><dc:title>Harga</dc:title>"), "Harga"),
    "of the feed it came from": (atom(f"<source><title>Lain</title></source>{HTML_LINK}<title>Harga</title>"), "Harga"),
    "JSON Feed": (json.dumps({"items": [{"url": "/a", "title": "Harga <script>x</script>turun"}]}), "Harga turun"),
    "WordPress": (json.dumps([{"link": "/a", "title": {"rendered": "Harga <script>x</script>&amp; upah"}}]), "Harga & upah"),
}  # fmt: skip


@pytest.mark.parametrize("case", TITLES)
def test_a_title_is_what_a_reader_of_the_feed_sees(case):
    body, title = TITLES[case]

    assert only(body).title == title


ADDRESSES = {
    "Atom, another kind of alternate first": atom(f'<link href="{HOME}a.json" type="application/json"/>{HTML_LINK}'),
    "Atom, the recording first": atom(f'<link href="{MP3}" type="audio/mpeg"/>{HTML_LINK}'),
    "Atom, the recording as an enclosure": atom(f'<link rel="enclosure" href="{MP3}"/>{HTML_LINK}'),
    "Atom, a relation in full": atom(f'<link rel="http://www.iana.org/assignments/relation/alternate" href="{A}"/>'),
    "Atom, a relation in capitals": atom(f'<link rel=" Alternate " href="{A}"/>'),
    "Atom, no relation": atom(f'<link href="{A}"/>'),
    "Atom, related pages": atom(f'<link rel="related" href="https://lain.example/x"/><link rel="self" href="{HOME}api"/>{HTML_LINK}'),
    "Atom, an id": atom(f'<id>{A}</id><link rel="enclosure" href="{MP3}"/>'),
    "Atom, an id in capitals": atom(f"<id>HTTPS{A[5:]}</id>"),
    "JSON Feed, an id in capitals": json.dumps({"items": [{"id": f"HTTPS{A[5:]}"}]}),
    "Atom, the source's address": atom(f'<source><link href="https://lain.example/"/><id>https://lain.example/</id></source>{HTML_LINK}'),
    "Atom in RSS": rss(f'<atom:link rel="self" href="{HOME}feed/1"/><atom:link rel="alternate" href="{A}"/>'),
    "Atom in RSS, an enclosure with a text": rss(f'<atom:link rel="enclosure" href="{MP3}">{MP3}</atom:link><link>{A}</link>'),
    "RSS 2.0": rss(f"<link>{A}</link>{ENCLOSURE}"),
    "RSS, the address in an attribute": rss(f'<link href="{A}"/>'),
    "RSS, CDATA and blanks": rss(f"<link>\n <![CDATA[ {A} ]]>\n</link>"),
    "RSS, a guid that is the address": rss(f'{ENCLOSURE}<guid isPermaLink="true">{A}</guid>'),
    "RSS, a guid that does not say": rss(f"<guid>{A}</guid>{ENCLOSURE}"),
    "RSS, the enclosure as the link": rss(f"<link>{MP3}</link>{ENCLOSURE}<guid>{A}</guid>"),
    "RSS, a picture's link": rss(f"<media:content url='{HOME}a.jpg'><media:link>{HOME}a.jpg</media:link><link>{HOME}a.jpg</link></media:content><guid>{A}</guid>"),
    "RSS, its source": rss(f'<source url="https://lain.example/feed">Lain</source><link>{A}</link>'),
    "RSS, a proxy's link": rss(f"<link>https://proxy.example/~r/x</link><feedburner:origLink>{A}</feedburner:origLink>"),
    "RSS, a proxy's link to nowhere": rss(f"<feedburner:origLink>javascript:x</feedburner:origLink><link>{A}</link>"),
    "RSS 1.0": rdf(f"<item><title>A</title><link>{A}</link></item>"),
    "RSS 1.0, the item's name": rdf(f'<item rdf:about="{A}"><title>A</title></item>'),
    "RSS 0.90": f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"><item><title>A</title><link>{A}</link></item></rdf:RDF>',
    "RSS 0.92": f'<rss version="0.92"><channel><item><description>A</description><link>{A}</link>{ENCLOSURE}</item></channel></rss>',
    "JSON Feed": json.dumps({"items": [{"id": "1", "url": A, "attachments": [{"url": MP3}]}]}),
    "JSON Feed, an id": json.dumps({"items": [{"id": A, "attachments": [{"url": MP3}]}]}),
    "JSON Feed, the recording as the address": json.dumps({"items": [{"id": A, "url": MP3, "attachments": [{"url": MP3}]}]}),
    "WordPress": json.dumps([{"link": A, "guid": {"rendered": HOME + "?p=1"}}]),
    "WordPress, a search": json.dumps([{"id": 1, "title": "A", "url": A}]),
}  # fmt: skip


@pytest.mark.parametrize("case", ADDRESSES)
def test_the_address_of_an_entry_is_its_page(case):
    assert only(ADDRESSES[case]).url == A


WITHOUT = {
    "an enclosure alone": rss(ENCLOSURE),
    "a guid that is the enclosure": rss(f"<guid>{MP3}</guid>{ENCLOSURE}"),
    "a link that is the enclosure": rss(f"<link>{MP3}</link>{ENCLOSURE}"),
    "a guid that is no permanent address": rss(f'<guid isPermaLink="False">{HOME}?p=1</guid>'),
    "comments": rss(f"<comments>{A}#comments</comments>"),
    "Atom, a recording": atom(f'<link href="{MP3}" type="audio/mpeg"/>'),
    "a sitemap, other languages only": f'<urlset xmlns:xhtml="http://www.w3.org/1999/xhtml"><url><xhtml:link rel="alternate" hreflang="en" href="{A}"/></url></urlset>',
    "a sitemap, a picture only": f"<urlset><url><image:image><image:loc>{A}</image:loc></image:image></url></urlset>",
    "JSON Feed, an attachment": json.dumps({"items": [{"id": MP3, "attachments": [{"url": MP3}]}]}),
}  # fmt: skip


@pytest.mark.parametrize("case", WITHOUT)
def test_what_is_no_page_is_no_address(case):
    with pytest.raises(Rejected, match="none of 1 entries"):
        only(WITHOUT[case])


AT = "2024-05-28T10:00:00+07:00"
DATES = {
    "RSS": rss("<link>/a</link><pubDate>Tue, 28 May 2024 10:00:00 +0700</pubDate>"),
    "the first that can be read": rss(f"<link>/a</link><pubDate>segera</pubDate><dc:date>{AT}</dc:date>"),
    "in a namespace nobody declared": f"<rss><channel><item><link>/a</link><dc:date>{AT}</dc:date></item></channel></rss>",
    "a picture's date is another": rss(f"<link>/a</link><media:pubDate>2020-01-01</media:pubDate><pubDate>{AT}</pubDate>"),
    "RSS 1.0": rdf(f"<item><link>/a</link><dc:date>{AT}</dc:date></item>"),
    "Atom 0.3": atom_03(f"{HTML_LINK}<issued>{AT}</issued><modified>2025-01-01</modified>"),
    "Atom 1.0": atom(f"{HTML_LINK}<updated>2025-01-01T00:00:00Z</updated><published>{AT}</published>"),
    "a news sitemap": f'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>/a</loc><n:news><n:publication_date>{AT}</n:publication_date></n:news></url></urlset>',
    "a news sitemap whose prefix nobody declared": f"<urlset><url><loc>/a</loc><news:news><news:publication_date>{AT}</news:publication_date></news:news></url></urlset>",
    "a video's date is another": f'<urlset xmlns:video="http://www.google.com/schemas/sitemap-video/1.1" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>/a</loc><video:video><video:publication_date>2020-01-01</video:publication_date></video:video><news:news><news:publication_date>{AT}</news:publication_date></news:news></url></urlset>',
    "JSON Feed": json.dumps({"items": [{"url": "/a", "date_published": AT}]}),
    "JSON Feed, seconds": json.dumps({"items": [{"url": "/a", "date_published": 1716865200}]}),
    "WordPress": json.dumps([{"link": "/a", "date": "2024-05-28T00:00:00", "date_gmt": "2024-05-28T03:00:00"}]),
    "WordPress without the time in UTC": json.dumps([{"link": "/a", "date": "2024-05-28T10:00:00", "date_gmt": "0000-00-00T00:00:00"}]),
}  # fmt: skip


@pytest.mark.parametrize("case", DATES)
def test_the_date_of_an_entry_is_its_publication(case):
    published = only(DATES[case]).published_at

    assert published is not None
    assert published.timestamp() == 1716865200


def test_a_headline_on_an_index_page_has_no_script_in_it():
    page = '<a href="/harga-beras-di-pasar-turun">Harga <script>x()</script><style>a{}</style>turun</a>'

    assert only(page, "index").title == "Harga turun"
