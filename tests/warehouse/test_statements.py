"""A record adds and never empties a field; what tables and saved files state is never an edit."""

from __future__ import annotations

import csv
import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.builders import VERSIONS, outcome, rows
from support.command_line import kliping
from support.runs import ask
from support.stored_outcomes import SOURCES, load

from flows.jobs.import_tables import resource
from flows.load.outcome import Fetched, interpret
from kliping.watches.watch import Watch
from kliping.watches.watch_hits import find_hits, recent_articles
from kliping.watches.watch_search import WatchSearch
from parsers.article import Person
from parsers.kinds import LinkKind
from parsers.table_row import MEDIA_TYPE, TableRow, columns_of
from warehouse.archive.archive import Record, RecordLocation
from warehouse.read.published import Reader
from warehouse.write.load import load_outcomes

JAKARTA = timezone(timedelta(hours=7))
PUBLISHED = datetime(2026, 10, 5, 9, 30, tzinfo=JAKARTA)
ALL_FIELDS = {
    "description": "Pedagang menunggu pasokan dari Sidrap.",
    "article_section": "Ekonomi",
    "in_language": "id",
    "date_published": PUBLISHED,
    "date_published_source": "jsonld",
    "date_modified": PUBLISHED + timedelta(hours=1),
    "dateline": "MAKASSAR",
    "content_reference_date": date(2026, 10, 4),
    "access": "paid",
    "authors": (
        Person(name="Rara Tenri"),
        Person(name="Andi Pasolong", role="editor"),
    ),
    "tags": ("beras", "pasar"),
    "syndicated_from": "Kabar Lain",
    "provenance": (
        ("date_published", "jsonld"),
        ("authors", "jsonld"),
        ("article_section", "meta"),
    ),
}
FIELDS = """
    SELECT day, day_basis, headline, description, article_section, in_language, date_published, date_published_offset_minutes,
      date_published_source, date_modified, dateline, content_reference_date, access, is_accessible_for_free, authors, tags, syndicated_from
    FROM mart.articles
"""
PEOPLE = (
    "SELECT name, role FROM core.article_authors JOIN core.authors USING (author_id) ORDER BY ALL"
)
EDITS = "SELECT kinds, fields, similarity FROM mart.edits ORDER BY detected_at"


def imported(body: str, hour: int = 0, **fields):
    """A saved file or a row of a table, imported at that hour."""
    page = outcome(body, hour=hour, **fields)
    [record] = page.records
    link = replace(page.link, kind=LinkKind.FILE)
    given = replace(record, link=link, response=replace(record.response, status=None))
    return replace(page, link=link, records=(given,))


@pytest.mark.parametrize("kind", [outcome, imported])
def test_a_record_without_a_field_empties_none(store, kind):
    load(store, kind("Harga beras naik.", hour=0, **ALL_FIELDS))
    before = rows(store, FIELDS), rows(store, PEOPLE)

    load(store, kind("Harga beras naik.", hour=1, headline="Judul"))

    assert (rows(store, FIELDS), rows(store, PEOPLE)) == before
    assert rows(store, EDITS) == []
    assert rows(store, "SELECT provenance ->> 'authors' FROM core.articles") == [("jsonld",)]
    assert rows(store, "SELECT count(*), count(authors) FROM core.article_statements") == [(2, 1)]


def test_a_day_of_the_text_is_kept_too(store):
    load(store, outcome("Sidang dibuka.", hour=0, content_reference_date=date(2026, 10, 4)))

    load(store, outcome("Sidang ditunda.", hour=1))

    assert rows(store, "SELECT day, day_basis FROM mart.articles") == [
        (date(2026, 10, 4), "in_text")
    ]


def test_a_role_in_the_byline_empties_no_other_one(store):
    load(store, outcome("Isi.", hour=0, authors=(Person(name="Rara Tenri"),)))

    load(store, outcome("Isi.", hour=1, authors=(Person(name="Budi", role="editor"),)))

    assert rows(store, PEOPLE) == [("Budi", "editor"), ("Rara Tenri", "author")]
    assert rows(store, "SELECT authors FROM mart.articles") == [(["Rara Tenri"],)]


@pytest.mark.parametrize("first", ["fetched", "imported"])
def test_fetched_beats_imported_field_by_field(store, first):
    page = outcome("Isi pendek.", hour=1, article_section="Ekonomi", access="free")
    row = imported(
        "Isi pendek, tetapi lebih panjang dalam tabel.",
        hour=2,
        headline="Judul tabel",
        article_section="Bisnis",
        authors=(Person(name="Rara Tenri"),),
        date_published=PUBLISHED,
        date_published_source="column",
        access="imported",
        provenance=(("authors", "column author"), ("article_section", "column category")),
    )

    for each in (page, row) if first == "fetched" else (row, page):
        load(store, each)

    stated = "SELECT headline, body_text, article_section, authors, date_published_source, access, n_versions FROM mart.articles"
    assert rows(store, stated) == [
        ("Judul", "Isi pendek.", "Ekonomi", ["Rara Tenri"], "column", "free", 1)
    ]
    assert rows(store, "SELECT provenance ->> 'authors' FROM core.articles") == [("column author",)]
    assert rows(store, EDITS) == []


def test_a_date_of_the_page_goes_before_a_later_one_of_its_address(store):
    load(store, outcome("Isi.", hour=0, date_published=PUBLISHED, date_published_source="jsonld"))

    midnight = PUBLISHED.replace(hour=0, minute=0)
    load(store, outcome("Isi.", hour=1, date_published=midnight, date_published_source="url"))

    assert rows(store, "SELECT date_published_source, hour(date_published) FROM mart.articles") == [
        ("jsonld", 2)
    ]
    assert rows(store, EDITS) == []


CHANGES = {
    "date": (
        {"date_published": PUBLISHED + timedelta(hours=2)},
        "2026-10-05 09:30",
        "2026-10-05 11:30",
    ),
    "author": ({"authors": (Person(name="Sari Wulandari"),)}, "Rara Tenri", "Sari Wulandari"),
    "section": ({"article_section": "Politik"}, "Ekonomi", "Politik"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_what_a_later_page_states_otherwise_is_an_edit_of_its_kind(store, kind):
    changed, before, after = CHANGES[kind]
    load(store, outcome("Isi.", hour=0, **ALL_FIELDS))
    load(store, outcome("Isi.", hour=1))  # a visit without any of the fields

    load(store, outcome("Isi.", hour=2, **ALL_FIELDS | changed))

    assert rows(store, EDITS) == [([kind], [{"kind": kind, "before": before, "after": after}], 1)]
    assert rows(store, "SELECT from_version_id = to_version_id, version_no FROM mart.edits") == [
        (True, 1)
    ]


def test_a_changed_author_of_a_changed_text_is_one_edit(store):
    load(store, outcome("Dua orang.", hour=0, **ALL_FIELDS))

    changed = CHANGES["author"][0] | {"date_modified": PUBLISHED + timedelta(hours=5)}
    load(store, outcome("Tiga orang.", hour=1, **ALL_FIELDS | changed))

    [(kinds, fields, similarity)] = rows(store, EDITS)
    assert (kinds, [each["kind"] for each in fields], similarity < 1) == (
        ["author"],
        ["author"],
        True,
    )
    assert rows(store, "SELECT count(*) FROM mart.edited_paragraphs") == [(1,)]


NO_EDITS = {
    "a day in place of a time": {"date_published": PUBLISHED.replace(hour=0, minute=0)},
    "another spelling": {"authors": (Person(name="RARA TENRI"),), "article_section": "EKONOMI"},
    "another place on the page": {
        "date_published": PUBLISHED + timedelta(hours=2),
        "date_published_source": "dom",
        "authors": (Person(name="Redaksi"),),
        "article_section": "Pasar",
        "provenance": (("authors", "byline"), ("article_section", "breadcrumb")),
    },
}


@pytest.mark.parametrize("case", NO_EDITS)
def test_what_the_outlet_need_not_have_changed_is_no_edit(store, case):
    load(store, outcome("Isi.", hour=0, **ALL_FIELDS))

    load(store, outcome("Isi.", hour=1, **ALL_FIELDS | NO_EDITS[case]))

    assert rows(store, EDITS) == []


def test_what_another_parser_read_is_no_edit(store):
    load(store, outcome("Isi.", hour=0, **ALL_FIELDS))

    page = outcome("Isi.", hour=1, **ALL_FIELDS | CHANGES["author"][0])
    load_outcomes(store, [page], SOURCES, replace(VERSIONS, parser="2"))

    assert rows(store, EDITS) == []


def test_two_imported_texts_are_copies_and_no_edit(store):
    quote = "“Kami masih mendata 12 rumah,” kata Lurah Randu, Sumarni Wijaya, di balai desa."
    load(store, imported(f"Hujan merusak 12 rumah.\n{quote}", hour=0, **ALL_FIELDS))

    load(store, imported("Hujan merusak 14 rumah.", hour=1, **ALL_FIELDS | CHANGES["author"][0]))

    assert rows(store, "SELECT n_versions FROM mart.articles") == [(2,)]
    for view in (
        "mart.edits",
        "mart.edited_paragraphs",
        "core.version_diffs",
        "core.paragraph_diffs",
    ):
        assert rows(store, f"FROM {view}") == [], view


def test_the_longest_imported_text_is_the_current_one(store):
    texts = ["Hujan merusak rumah.", "Hujan merusak rumah warga di dua dusun.", "Hujan reda."]

    load(store, *(imported(text, hour=n) for n, text in enumerate(texts)))

    assert rows(store, "SELECT body_text, n_versions FROM mart.articles") == [(texts[1], 3)]


def test_a_forgotten_article_leaves_no_statement(tmp_path):
    path = write_table(tmp_path / "a.csv", TABLE_ROWS, RICH)
    kliping(tmp_path / "home", "import", path)
    kliping(tmp_path / "home", "forget", "--yes", TABLE_ROWS[0]["url"])

    assert ask(tmp_path / "home", "SELECT count(*) FROM core.article_statements") == [
        (len(TABLE_ROWS) - 1,)
    ]


# Tables of one outlet: each has some columns, and values of its own.
TEXT = "Harga beras di Pasar Terong naik {n} persen dalam sepekan menurut pedagang di los {n}. "
VALUES = {
    "title": ["Harga Beras Naik", "Beras Makin Mahal", "Harga Beras Naik Lagi"],
    "date": ["2026-03-05", "2026-03-05 14:05", "2026-04-01", ""],
    "author": ["Rara Tenri", "Budi", ""],
    "section": ["Ekonomi", "Bisnis", ""],
    "tags": ["beras; pasar", "beras", ""],
    "description": ["Kenaikan terjadi sejak Senin.", "Pedagang mengeluh.", ""],
    "date_modified": ["2026-05-01", ""],
}
URLS = [f"http://kabar.test/2026/03/harga-beras-{n}" for n in range(2)]
TABLE_ROWS = [
    {
        "url": f"https://kabar.example/2026/03/harga-beras-{n}",
        "title": f"Harga Beras Naik {n}",
        "text": TEXT.format(n=n + 7) * 6,
        "date": f"2026-03-0{n + 1}",
        "author": ["Rara Tenri", "Budi Gunawan", "Sari Wulandari"][n],
        "section": "Ekonomi",
    }
    for n in range(3)
]
RICH = ("url", "title", "text", "date", "author", "section")
POOR = ("url", "title", "text")


@st.composite
def table_lines(draw):
    """The rows of two or three tables, as outcomes, in the order of the tables."""
    lines = []
    for table in range(draw(st.integers(2, 3))):
        columns = draw(st.sets(st.sampled_from(sorted(VALUES))))
        for n, url in enumerate(URLS):
            cells = {name: draw(st.sampled_from(VALUES[name])) for name in sorted(columns)}
            text = TEXT.format(n=n) * draw(st.integers(1, 2)) + draw(
                st.sampled_from(["", "Tutup."])
            )
            lines.append({"url": url, "text": text, **cells, "nomor": table})
    return lines


def line_outcome(cells: dict, at: datetime):
    row = TableRow(cells=cells, columns=columns_of(cells))
    link, response = resource(row.encode(), MEDIA_TYPE, cells["url"], SOURCES["kabar"], at)
    place = RecordLocation(file="f.warc.gz", offset=0, length=1)
    record = Record(link=link, response=response, run_id="run", location=place)
    return interpret(Fetched(link=link, run_id="run", records=(record,)), SOURCES)


RUN_TIME = "first_seen_at, last_seen_at, last_changed_at"
ARTICLES = f"SELECT * EXCLUDE ({RUN_TIME}) FROM mart.articles ORDER BY article_id"


@pytest.mark.slow
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=table_lines(), is_fetched=st.booleans(), seed=st.integers(0, 10**9))
def test_tables_in_any_order_and_batching_and_again_give_the_same_rows_and_nothing_is_emptied(
    new_store, lines, is_fetched, seed
):
    """`seed` orders and batches them; one of the addresses may be a fetched page too."""
    pages = [outcome("Harga beras turun.", url=URLS[0], article_id="", article_section="Pasar")]
    chance, found = random.Random(seed), []
    for shuffled in (False, True):
        store, now = new_store(), datetime(2026, 6, 1, tzinfo=UTC)
        chosen = chance.sample(lines, len(lines)) if shuffled else lines
        batch = [line_outcome(cells, now + timedelta(hours=n)) for n, cells in enumerate(chosen)]
        if is_fetched:
            same = next(o.article.article_id for o in batch if o.link.url == URLS[0])
            page = replace(pages[0], article=replace(pages[0].article, article_id=same))
            batch.insert(chance.randrange(len(batch) + 1), page)
        cuts = sorted({0, len(batch), *(chance.sample(range(len(batch)), 2) if shuffled else ())})
        for first, last in pairwise(cuts):
            load(store, *batch[first:last])
        found.append(rows(store, ARTICLES))
        if shuffled:
            load(store, *chance.sample(batch, len(batch)))
            found.append(rows(store, ARTICLES))
        assert rows(store, "FROM mart.edits") == []
        assert_nothing_is_emptied(store, lines)

    assert found[0] == found[1] == found[2]


def assert_nothing_is_emptied(store, lines):
    names = {"date": "date_published", "author": "authors", "section": "article_section"}
    for url in URLS:
        for name in sorted(VALUES.keys() - {"title"}):
            column = names.get(name, name)
            is_stated = any(cells.get(name) for cells in lines if cells["url"] == url)
            query = f"SELECT {column} IS NOT NULL, day_basis FROM mart.articles WHERE url = '{url}'"
            [(is_there, basis)] = rows(store, query)
            assert is_there or not is_stated, (url, name)
            assert name != "date" or (basis == "published") == is_stated


def write_table(path, lines, columns):
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, columns, extrasaction="ignore")
        table.writeheader()
        table.writerows(lines)
    return path


def imported_table(home, path):
    done = kliping(home, "import", path, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["sources"]


SHOWN = "SELECT url, day, day_basis, authors, article_section, n_versions FROM mart.articles ORDER BY url"


def test_a_summary_counts_what_a_table_added(tmp_path):
    rich = write_table(tmp_path / "rich.csv", TABLE_ROWS, RICH)
    poor = write_table(tmp_path / "poor.csv", TABLE_ROWS, POOR)
    counted = ("n_imported", "n_new", "n_changed", "n_metadata_changed", "n_unchanged")

    found = {
        (home, path.stem): [
            tuple(row[name] for name in counted) for row in imported_table(tmp_path / home, path)
        ]
        for home, paths in {"one": (rich, poor, rich), "other": (poor, rich)}.items()
        for path in paths[:2]
    }

    assert found == {
        ("one", "rich"): [(3, 3, 0, 0, 0)],
        ("one", "poor"): [(3, 0, 0, 0, 3)],
        ("other", "poor"): [(3, 3, 0, 0, 0)],
        ("other", "rich"): [(3, 0, 0, 3, 0)],
    }
    assert ask(tmp_path / "one", SHOWN) == ask(tmp_path / "other", SHOWN)
    assert ask(tmp_path / "one", "SELECT n_metadata_changed FROM ops.runs ORDER BY run_id") == [
        (0,),
        (0,),
    ]


DAMAGE = """
UPDATE core.articles SET date_published = NULL, date_published_offset_minutes = NULL, date_published_source = 'none', authors = NULL, article_section = NULL;
DELETE FROM core.article_authors;
DELETE FROM core.authors;
"""


@pytest.mark.parametrize("command", [("reparse",), ("rebuild",)])
def test_a_home_that_an_earlier_version_emptied_is_repaired(tmp_path, command):
    """As that version left it: what the last record states, and no statement of another one."""
    home = tmp_path / "home"
    imported_table(home, write_table(tmp_path / "rich.csv", TABLE_ROWS, RICH))
    before = ask(home, SHOWN)
    imported_table(home, write_table(tmp_path / "poor.csv", TABLE_ROWS, POOR))
    with duckdb.connect(home / "warehouse.duckdb") as con:
        con.execute(DAMAGE)
        con.execute("DELETE FROM core.article_statements WHERE authors IS NOT NULL")
    kliping(home, "publish")
    assert {(basis, authors) for _, _, basis, authors, *_ in ask(home, SHOWN)} == {
        ("first_seen", None)
    }

    assert kliping(home, *command).returncode == 0

    assert ask(home, SHOWN) == before


def test_an_upgrade_parses_again_what_several_tables_state(store):
    """Of articles with one imported record, and of fetched ones, nothing is read again."""
    load(store, imported("Isi.", hour=0, **ALL_FIELDS), imported("Isi.", hour=1, headline="Lain"))
    load(store, imported("Satu.", url="http://kabar.test/read/2/", article_id="a2"))
    load(store, *(outcome("Tiga.", url="http://kabar.test/read/3/", article_id="a3", hour=n, headline=f"H{n}") for n in range(2)))  # fmt: skip

    due = (
        (schema_folder() / "0036_statements.sql")
        .read_text()
        .partition("-- Articles of which several")[2]
    )
    with store.write_connection() as con:
        con.execute(due.partition("\n")[2])

    assert rows(store, "SELECT article_id FROM ops.steps_due WHERE step = 'parse_again'") == [
        ("a1",)
    ]


def schema_folder():
    from warehouse.write.schema import HERE  # noqa: PLC0415

    return HERE / "migrations"


@pytest.mark.parametrize("changed", ["figure", "quote"])
def test_a_watch_for_changes_finds_nothing_in_copies(tmp_path, changed):
    quote = "“Kami masih mendata warga,” kata Lurah Randu, Sumarni Wijaya, di balai desa."
    texts = [f"Hujan lebat merusak 12 rumah di Dusun Randu. Warga mengungsi.\n\n{quote}", "Hujan lebat merusak 14 rumah di Dusun Randu. Warga mengungsi."]  # fmt: skip
    for n, text in enumerate(texts):
        lines = [row | {"text": text} for row in TABLE_ROWS[:1]]
        imported_table(tmp_path / "home", write_table(tmp_path / f"{n}.csv", lines, RICH))

    watch, since = Watch(name="randu", changed=changed), datetime(2000, 1, 1, tzinfo=UTC)
    with Reader(tmp_path / "home") as reader:
        articles = recent_articles(reader, since)
        found = find_hits(reader, [WatchSearch(watch=watch, since=since)], articles)

    assert found == {watch: []}
    assert ask(tmp_path / "home", "SELECT n_versions FROM mart.articles") == [(2,)]


def damage_second_record(home):
    """One byte of it; the address of its article."""
    query = "SELECT requested_url, warc_file, warc_offset, warc_length FROM raw.fetches ORDER BY warc_offset LIMIT 1 OFFSET 1"
    [(url, file, offset, length)] = ask(home, query)
    path = home / "archive" / file
    content = bytearray(path.read_bytes())
    content[offset + length // 2] ^= 0xFF
    path.write_bytes(content)
    return url


def test_of_one_damaged_record_no_other_one_does_not_count(tmp_path):
    home = tmp_path / "home"
    imported_table(home, write_table(tmp_path / "rich.csv", TABLE_ROWS, RICH))
    damage_second_record(home)

    details = [row["finding"] for row in json.loads(kliping(home, "doctor", "--format", "json").stdout)]  # fmt: skip

    assert [detail for detail in details if "damaged bytes" in detail]
    assert [detail for detail in details if "1 rows of raw.fetches name records" in detail]
    assert not [detail for detail in details if "do not count" in detail]


@pytest.mark.parametrize("has_warehouse", [True, False])
def test_a_rebuild_names_the_addresses_that_the_archive_lost(tmp_path, has_warehouse):
    home = tmp_path / "home"
    imported_table(home, write_table(tmp_path / "rich.csv", TABLE_ROWS, RICH))
    url = damage_second_record(home)
    if not has_warehouse:
        (home / "warehouse.duckdb").unlink()

    done = kliping(home, "rebuild")

    lost = f"1 address lost (the old warehouse had a page of it, the archive has it no more), e.g. {url}\n"
    assert (done.returncode, done.stderr.count(lost)) == (1, 1)
    assert ask(home, "SELECT count(*) FROM mart.articles") == [(len(TABLE_ROWS) - 1,)]
