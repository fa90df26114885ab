"""The overview: its charts say what SQL says, and hostile words stay words."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from lxml import html as dom
from support.builders import T0, VERSIONS, outcome
from support.overview_page import overview_page as page
from support.steps import find_copies, tag_topics

from kliping.reading.labels import Labels, Language, indonesian
from kliping.reading.page_templates import ROWS, TEMPLATES, axis, link
from kliping.reading.questions import ask, questions
from kliping.web.answer import render
from kliping.web.filters import read_filters
from kliping.web.list_page import listed
from kliping.web.lists import LISTED
from kliping.web.page_request import PageRequest
from kliping.web.pages import overview, question_page
from parsers.source import from_data
from parsers.structure import structure
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.topics import write_sample

pytestmark = pytest.mark.xdist_group("overview")
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE--&#60;svg/onload=alert(1)&#62;",
    "{{ 7 * 7 }}</style></title>",
    "Judul" * 80,
    "Judul \u061cyang\u202e terbalik\U000e0068\U000e007f",
)
OUTLETS = {
    f"koran{n}": from_data(
        {"name": f"koran{n}", "title": f"Koran <b>{n}</b>", "home": f"http://koran{n}.test/"}
    )
    for n in range(60)
}


@pytest.fixture(scope="module")
def reader(demo_home):
    with Reader(demo_home) as opened:
        yield opened


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """Three years of sixty outlets, every article with a hostile headline, a voice, figures, a copy elsewhere and an edit."""

    def new_article(n, source, hour, body):
        headline = HOSTILE[n % len(HOSTILE)]
        return outcome(body, hour=hour, url=f"http://{source}.test/{n}", article_id=f"{source}-{n}", source_id=source, headline=f"{headline} {n} {hour}",
                       date_published=T0 - timedelta(days=9 * n), structure=structure(body))  # fmt: skip

    def text_of(n):
        return "\n".join(
            f"“Kami mencatat {n + 3}{k} warga mengungsi dari banjir di hari ke-{k} pada posko nomor {n},” kata Kepala BPBD Kabupaten Karang {n}, Wahyu {chr(65 + n % 26)}{chr(97 + n // 26)}mbodo."
            for k in range(4)
        )

    first = [new_article(n, f"koran{n % 60}", 1, text_of(n)) for n in range(120)]
    copied = [new_article(n, f"koran{(n + 1) % 60}", 2, text_of(n)) for n in range(120)]
    edited = [
        new_article(n, f"koran{n % 60}", 9, text_of(n) + "\nRalat: nomor posko sudah benar.")
        for n in range(60)
    ]
    store = Database(tmp_path_factory.mktemp("crowded"))
    load_outcomes(store, [*first, *copied], OUTLETS, VERSIONS)
    load_outcomes(store, edited, OUTLETS, VERSIONS)
    write_sample(store.home)
    tag_topics(store)
    find_copies(store)
    with (
        store.write_connection() as con
    ):  # and a feed that is refused, with a long address and a hostile note, at every fourth outlet
        con.execute(
            """INSERT INTO ops.feed_checks (feed_id, checked_at, run_id, source_id, kind, outcome, http_status, n_entries, n_new, is_gap, note)
          SELECT format('http://koran{}.test/<b>{}', o, repeat('x', 150)), make_timestamp(epoch_us(now())) - to_minutes(n), 'run', format('koran{}', o),
          'feed', 'http_error', 403, 0, 0, FALSE, ? FROM range(0, 60, 4) AS outlets(o), range(3) AS looks(n)""",
            [HOSTILE[0]],
        )
    store.publish()
    with Reader(store.home) as opened:
        yield opened


def bar_lengths(root, path):
    return [float(n) for n in root.xpath(f"{path}//rect/@data-n")]


def spark_numbers(root):
    """Of all outlets, once as they are named, and once as heights in parts of the highest of an outlet."""
    named, drawn = [], []
    for chart in root.xpath("//section[@id='coverage']//svg[@class='spark']"):
        numbers = [int(n) for n in chart.get("aria-label").rpartition(": ")[2].split(", ")]
        named += [n / max(numbers) for n in numbers if n]
        heights = [float(h) for h in re.findall(r"v-([\d.]+)", chart.find("path").get("d"))]
        drawn += [h / max(heights) for h in heights]
    return named, drawn


def test_charts_tables_and_sql_count_the_same(reader):
    root = dom.fromstring(page(reader))
    listed = [int(n) for n in root.xpath("//table[@id='by-time']//td[2]//text()")]
    [articles] = [row["n"] for row in reader.rows("SELECT count(*) AS n FROM mart.articles")]

    assert sum(bar_lengths(root, "//svg[@id='over-time']")) == sum(listed) == articles
    named, drawn = spark_numbers(root)
    assert drawn == pytest.approx(named, abs=0.01)
    assert len(named) > 12
    topics = {
        row["topic"]: row["n"]
        for row in reader.rows(
            "SELECT topic, count(*) AS n FROM mart.topics WHERE is_cluster_lead GROUP BY topic"
        )
    }
    assert (
        sorted(bar_lengths(root, "//section[@id='topics']//svg[@class='bar']/.."))
        == sorted(topics.values())[-12:]
    )
    assert bar_lengths(root, "//section[@id='speakers']") == [
        row["articles"] for row in ask(reader, "speakers")[:12]
    ]


def test_columns_are_as_high_as_their_numbers(reader):
    root = dom.fromstring(page(reader))
    columns = [
        (float(r.get("data-n")), float(r.get("height")))
        for r in root.xpath("//svg[@id='over-time']//rect")
    ]

    n, height = columns[0]
    assert all(h / height == pytest.approx(m / n, rel=0.01) for m, h in columns)


def test_a_page_of_a_range_counts_that_range_alone(reader):
    selection = {"since": date(2026, 10, 1), "until": date(2026, 10, 31), "source": "PortalNusa"}
    root = dom.fromstring(page(reader, **selection))

    [row] = ask(reader, "coverage", **selection)
    assert sum(bar_lengths(root, "//svg[@id='over-time']")) == row["articles"] > 0
    assert "PortalNusa" in root.xpath("string(//h1)")


def test_hostile_words_stay_words_and_no_table_has_too_many_rows(crowded):
    root = dom.fromstring(page(crowded))

    assert HOSTILE[0] in root.xpath("string(//section[@id='copies'])")
    assert not root.xpath("//script | //img | //iframe | //object | //main//form")
    for section in ("speakers", "figures", "copies", "edits"):
        assert 0 < len(root.xpath(f"//section[@id='{section}']//tbody/tr")) <= ROWS
    assert sum(bar_lengths(root, "//svg[@id='over-time']")) == 240
    [cause] = root.xpath("//section[@id='health']//ol/li")
    assert "blocked: http error" in cause.text_content()
    assert "failures in a row: 3" in cause.text_content()
    assert HOSTILE[0] in cause.text_content()
    assert bar_lengths(root, "//section[@id='health']//ol") == [15]


def test_pages_of_the_explorer_are_made_of_it_and_stay_small(crowded):
    def text_of(function, **path):
        filters = read_filters({}, Language.ENGLISH)
        page_request = PageRequest(reader=crowded, home=Path(), filters=filters, path=path)
        return render(function(page_request), filters, "/")

    pages = [
        text_of(overview),
        *(text_of(listed(name)) for name in LISTED),
        *(text_of(question_page, name=name) for name in questions()),
    ]
    assert max(len(text.encode()) for text in pages) < 100_000
    assert not [text for text in pages if "<script" in text]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        " javascript:x",
        "urn:sha256:00",
        "//kabar.test/",
        None,
        "",
    ],
)
def test_only_the_web_is_linked(url):
    assert "<a" not in link("Judul", url)
    assert (
        link('"<b>', 'https://kabar.test/"onclick="x')
        == '<a href="https://kabar.test/&#34;onclick=&#34;x" rel="noopener noreferrer"><span lang="id">&#34;&lt;b&gt;</span></a>'
    )


def test_an_empty_database_says_what_to_do(store):
    store.publish()
    with Reader(store.home) as opened:
        root = dom.fromstring(page(opened))

    assert len(root.xpath("//p[@class='empty']/code")) == 6
    assert "kliping ingest" in root.xpath("string(//section[@id='coverage'])")
    assert "kliping revisit" in root.xpath("string(//section[@id='edits'])")
    assert not root.xpath("//section[@id='topics'] | //svg")


def test_a_range_without_articles_says_so(reader):
    assert "No article is in this range" in page(reader, since=date(2031, 1, 1))


@pytest.mark.parametrize(
    ("top", "ticks"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (10, [0, 5, 10]),
        (11, [0, 5, 10, 15]),
        (4321, [0, 2000, 4000, 6000]),
    ],
)
def test_an_axis_has_few_round_numbers(top, ticks):
    assert axis(top) == ticks


def test_thousands_are_parted_by_a_narrow_space():
    numbers = (None, 0, 1234567, 12.0, 8.5)
    english = [Labels(Language.ENGLISH).number(n) for n in numbers]
    assert english == ["", "0", "1\u202f234\u202f567", "12", "8.5"]
    assert Labels(Language.INDONESIAN).number(8.5) == "8,5"


def test_a_range_is_compared_with_the_days_before_it_and_all_of_it_with_its_last_week(reader):
    period = {"since": date(2026, 11, 1), "until": date(2026, 11, 21)}
    before = sum(
        row["articles"]
        for row in ask(reader, "coverage", since=date(2026, 10, 11), until=date(2026, 10, 31))
    )
    ranged = dom.fromstring(page(reader, **period))
    week = ask(reader, "coverage", since=date(2026, 11, 15))
    whole = dom.fromstring(page(reader))

    assert before > 0
    now = sum(row["articles"] for row in ask(reader, "coverage", **period))
    assert now > before
    assert ranged.xpath("//dl//dt/span/text()")[0] == f"in the period before: {before} ▲"
    assert sum(row["before"] for row in ask(reader, "coverage", **period)) == before
    assert whole.xpath("//dl//dt/span/text()")[0].rstrip(" ▲▼") == (
        f"last 7 days: {sum(row['articles'] for row in week)}, "
        f"before: {sum(row['before'] for row in week)}"
    )
    assert len(whole.xpath("//section[@id='topics']//li//span[contains(., 'last 7 days')]")) > 1


def test_every_label_of_the_page_is_there_in_indonesian(reader):
    template = "".join(
        path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob("*.html"))
    )
    labels = set(re.findall(r"\bt\('([^']+)'", template))
    labels |= set(re.findall(r"empty\('([^']+)'", template))
    for columns in re.findall(r"table\(\w+, \[(.*?)\], '", template):
        labels |= set(re.findall(r"\('\w+'[^,]*, '([^']+)', '\w*'\)", columns))
    text = page(reader, language=Language.INDONESIAN)

    assert len(labels) > 80
    assert labels - set(indonesian()) == set()
    assert all(
        set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", label))
        for english, label in indonesian().items()
    )
    assert dom.fromstring(text).get("lang") == "id"
    assert "Siapa yang dikutip" in text
    assert not [label for label in labels if len(label) > 12 and f">{label}<" in text]


def test_the_first_topics_have_a_chart(reader):
    root = dom.fromstring(page(reader))

    assert len(root.xpath("//section[@id='attention']//figure")) == 3
