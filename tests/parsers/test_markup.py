"""Pages are read as the HTML standard says: whatever a browser shows is found."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.article import Response
from parsers.discovery.listing_pages import read_listing
from parsers.html.blocks import read_tree
from parsers.html.document import Document
from parsers.html.markup import for_libxml, to_tree
from parsers.paging import next_page
from parsers.source import default_source

TEXT = "<p>Tiga perahu kembali.</p><p>Dua lagi menyusul.</p>"
LINES = ["Tiga perahu kembali.", "Dua lagi menyusul."]
SHOWN = {
    "self-closed html": "<html lang=id /><head><title>Kabar</title></head><body>{}</body></html>",
    "self-closed html without a blank": '<html lang="id"/><body>{}',
    "self-closed head": "<html><head /><title>Kabar</title><body>{}",
    "self-closed body": '<html><body class="a>b" />{}',
    "all of them self-closed, in capitals": "<HTML/><HEAD/><BODY/>{}",
    "a slash that is an attribute's": "<html lang=id/><body>{}",
    "body closed early": "<html><body></body>{}</html>",
    "body and html closed early": "<html><body></body></html>{}",
    "an end tag with an attribute": "<html><body></body class=a>{}",
    "head closed twice": "<html><head></head></head><body>{}",
    "two documents": "<html><body></body></html><html><head></head><body>{}",
    "body inside a box": "<html><div><body>{}",
    "html without its bracket": "<html\n<head>\n<body>{}",
    "self-closed boxes": "<body><div/><p/><span/><a name=x /><article/><b/><h1/><ul/>{}",
    "a self-closed table": "<body><table/>{}",
    "stray end tags": "<body></div></span></p></h1></article></b></table></td></form></script>{}",
    "a form in a form": "<body><form><form>{}</form></form>",
    "a link in a link": "<body><a href=1><a href=2>{}",
    "a heading in a heading": "<body><h1><h2>{}",
    "formatting across paragraphs": "<body><b><p></b>{}",
    "paragraphs in a table": "<body><table>{}<tr><td></td></tr></table>",
    "a cell without a table": "<body><tr><td>{}",
    "a form in a table": "<body><table><form><tr><td>{}</td></tr></form></table>",
    "svg left open": "<body><svg class=ikon><path d=x>{}",
    "svg that closes itself": "<body><svg/>{}",
    "a title in svg": "<body><svg><title/><style/></svg>{}",
    "mathematics left open": "<body><math><mrow>{}",
    "select left open before a field": "<body><select><option><input>{}",
    "an empty template": "<body><template></template>{}",
    "image instead of img": "<body><image src=x>{}</image>",
    "a button in a button": "<body><button><button>{}",
    "an object without an end": "<body><marquee><center><nobr>{}",
    "elements that nobody knows": "<body><amp-ad/><o:p/><fb:like />{}",
    "an empty comment": "<body><!-->{}<!-- -->",
    "an empty comment with a dash": "<body><!--->{}<!-- -->",
    "a comment that ends with a mark": "<body><!-- x --!>{}<!-- -->",
    "a comment in a comment": "<body><!-- <!-- x -->{}",
    "a bogus comment": "<body><!x><?x></3><![CDATA[x]]>{}",
    "conditional comments": "<body><!--[if IE]>x<![endif]--><!--[if !IE]><!-->{}<!--<![endif]-->",
    "an XML declaration": '<?xml version="1.0"?><!DOCTYPE html><html><body>{}',
    "a quoted bracket in the doctype": '<!DOCTYPE html PUBLIC "a" "b"><body>{}',
    "NUL in a tag": "<body><di\0v>{}",
    "an attribute twice": "<body class=a class=b><div id=a id=b>{}",
    "odd attributes": "<body><div/class=a =x 'y\" <b>{}",
    "a script in a script's comment": "<body><script><!--<script>x</script>--></script>{}",
    "a script with an end tag in a string": "<body><script>'</script>{}",
    "an unclosed quote in a style": "<head><style>'</style></head><body>{}",
    "boxes without end": f"<body>{'<div>' * 3000}{{}}",
    "boxes without end, closed": f"<body>{'<div>' * 3000}{'</div>' * 3000}{{}}",
    "formatting without end": f"<body>{'<font>' * 3000}{{}}",
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_a_browser_shows_is_read(name):
    doc = Document(SHOWN[name].format(TEXT), "http://kabar.test/")
    lines = [block.text for block in read_tree(doc.tree)]

    assert [line for line in lines if line in LINES] == LINES


HIDDEN = {
    "an open comment": "<body><!-- {}",
    "an open script": "<body><script>{}",
    "an open title": "<head><title>{}",
    "an open textarea": "<body><textarea>{}",
    "an open iframe": "<body><iframe>{}",
    "a template": "<body><template>{}</template>",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_a_browser_hides_is_not_read(name):
    doc = Document(HIDDEN[name].format(TEXT), "http://kabar.test/")

    assert [block.text for block in read_tree(doc.tree)] == []


LINKS = "<a href='/baca/17-perahu-kembali-ke-dermaga?page=2' rel=next>2</a>"


def test_a_listing_in_a_self_closed_html_has_its_links():
    url = "http://kabar.test/indeks"
    links, _ = read_listing(
        f"<html/>{LINKS}", url=url, source=default_source("kabar.test"), warnings=[]
    )

    assert len(links) == 1


def test_a_page_in_a_self_closed_html_has_its_next_one():
    url = "http://kabar.test/baca/17-perahu-kembali-ke-dermaga"
    body = f"<html/>{LINKS}".encode()
    answer = Response(
        fetch_id="f",
        requested_url=url,
        url=url,
        fetched_at=datetime(2026, 1, 2, tzinfo=UTC),
        body=body,
    )

    assert next_page(answer, default_source("kabar.test")) == f"{url}?page=2"


PIECES = st.sampled_from(
    [
        "<svg>",
        "</svg>",
        "<select ",
        "<html/",
        "<body a='",
        '"',
        "</body ",
        ">",
        "<b id=1>",
        "<p>",
        "x",
        "<!--",
        "\0",
    ]
)


@given(st.lists(PIECES, max_size=40))
def test_any_markup_has_a_tree(pieces):
    text = for_libxml("".join(pieces))

    assert to_tree(text).tag == "html"


ATTRIBUTES = " ".join(f'a{n}="<{n}"' for n in range(30_000))


@pytest.mark.parametrize("tag", ["div", "html", "body", "p"])
def test_a_tag_with_thousands_of_attributes_is_cut_short(tag):
    doc = Document(f"<{tag} {ATTRIBUTES}><h1>Kabar</h1>{TEXT}", "http://kabar.test/")

    assert max(len(node.attrib) for node in doc.tree.iter()) == 500
    assert [b.text for b in read_tree(doc.tree)] == ["Kabar", *LINES]


def test_a_long_tag_with_few_attributes_is_left_as_it_is():
    text = f"<img alt=x src='data:{'A' * 20_000}'><script>{'b = 1, ' * 9_000}</script>{TEXT}"

    assert for_libxml(text) == text


NESTED = ["h1", "div><h1", "time><div", "li><ul", "div itemprop=headline", "div rel=tag"]


@pytest.mark.parametrize("tags", NESTED)
def test_elements_without_end_are_put_beside_each_other(tags):
    doc = Document(f"<body>{f'<{tags}>Perahu ' * 5000}{TEXT}", "http://kabar.test/")
    depth = max(sum(1 for _ in node.iterancestors()) for node in doc.tree.iter())

    assert depth <= 150
    assert "".join(doc.tree.itertext()).count("Perahu") == 5000
    assert len(doc.headings) <= 200
    assert doc.is_pathological


def test_a_link_ends_where_the_next_begins():
    blocks = read_tree(Document("<p><a href=1>Satu <b><a href=2>dua</a> tiga", "").tree)

    assert [(a.text, a.href) for a in blocks[0].anchors] == [("Satu", "1"), ("dua", "2")]


def test_markup_that_would_grow_is_left_as_it_is():
    text = f"<svg><p>{''.join(f'<b id=n{n}>' for n in range(300))}{'<p>x' * 300}"

    assert for_libxml(text) == text
