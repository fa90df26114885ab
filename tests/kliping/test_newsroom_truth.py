"""Every article of the bundled newsroom, through the whole pipe, against what its author says it must become."""

import hashlib
from datetime import timedelta

import pytest
from support.truth import truth

from flows.jobs.import_files import ImportOptions
from flows.jobs.jobs import import_paths
from flows.load.recovery import no_progress
from flows.settings import Settings
from kliping.cli.demo import SOURCES
from parsers.source import load
from warehouse.read.published import Reader

TRUTH = {(t.source_id, t.url): t for t in truth()}


@pytest.fixture(scope="module")
def reader(first_visit):
    with Reader(first_visit) as opened:
        yield opened


def compare(reader, query, expected):
    """What the rows say per article against what the truth says; every difference, readably."""
    found = {(row["source_id"], row["url"]): row["value"] for row in reader.rows(query)}
    wanted = {key: expected(t) for key, t in TRUTH.items()}

    assert found.keys() == wanted.keys()
    assert {key: found[key] for key in wanted if found[key] != wanted[key]} == {
        key: wanted[key] for key in wanted if found[key] != wanted[key]
    }


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("headline", "headline"),
        ("article_section", "section"),
        ("in_language", "in_language"),
        ("dateline", "dateline"),
        ("description", "description"),
        ("body_text", "body_text"),
    ],
)
def test_the_article_says_what_its_author_meant(reader, column, field):
    compare(
        reader,
        f"SELECT source_id, url, {column} AS value FROM mart.articles",
        lambda t: getattr(t, field),
    )


@pytest.mark.parametrize("column", ["date_published", "date_modified"])
def test_times_are_right_to_the_minute_and_carry_the_pages_offset(reader, column):
    def minute_of(t):
        when = getattr(t, column)
        return (
            None
            if when is None
            else {"at": when, "offset": int(when.utcoffset() / timedelta(minutes=1))}
        )

    compare(
        reader,
        f"SELECT source_id, url, CASE WHEN {column} IS NOT NULL THEN {{'at': {column} AT TIME ZONE 'UTC', 'offset': {column}_offset_minutes}} END AS value FROM core.articles",
        minute_of,
    )


def test_people_are_named_with_their_roles(reader):
    compare(
        reader,
        """SELECT a.source_id, a.url, coalesce(list([x.role, u.name] ORDER BY x.role, x.ordinal) FILTER (NOT u.is_staff_desk), []) AS value
           FROM core.articles a LEFT JOIN core.article_authors x USING (article_id) LEFT JOIN core.authors u USING (author_id) GROUP BY ALL""",
        lambda t: (
            [["author", name] for name in t.authors] + [["editor", name] for name in t.editors]
        ),
    )


def test_tags_are_those_of_the_page(reader):
    compare(
        reader,
        "SELECT a.source_id, a.url, coalesce(m.tags, []) AS value FROM core.articles a JOIN mart.articles m USING (article_id)",
        lambda t: list(t.tags),
    )


def test_what_was_removed_is_labelled_and_in_its_place(reader):
    compare(
        reader,
        """SELECT a.source_id, a.url, coalesce(list([r.kind, r.source_start::VARCHAR, r.source_end::VARCHAR, r.text] ORDER BY r.ordinal) FILTER (r.kind IS NOT NULL), []) AS value
           FROM core.articles a LEFT JOIN core.removed_spans r ON r.version_id = a.current_version_id GROUP BY ALL""",
        lambda t: [[r.kind, str(r.start), str(r.end), r.text] for r in t.removed],
    )


def test_related_links_are_rows(reader):
    compare(
        reader,
        """SELECT a.source_id, a.url, coalesce(list([l.label, l.title, l.href, l.after_paragraph::VARCHAR] ORDER BY l.ordinal) FILTER (l.rel = 'related'), []) AS value
           FROM core.articles a LEFT JOIN core.article_links l ON l.version_id = a.current_version_id GROUP BY ALL""",
        lambda t: [[x.label, x.title, x.href, str(x.after_paragraph)] for x in t.links],
    )


def test_the_text_as_published_can_be_rebuilt(reader):
    compare(
        reader,
        "SELECT a.source_id, a.url, v.source_text AS value FROM core.articles a JOIN core.article_versions v ON v.version_id = a.current_version_id",
        lambda t: t.source_text,
    )


def test_pictures_are_rows_with_caption_and_credit(reader):
    compare(
        reader,
        """SELECT a.source_id, a.url, coalesce(list([i.role, i.content_url, i.caption, i.credit_text] ORDER BY i.ordinal) FILTER (i.role IS NOT NULL), []) AS value
           FROM core.articles a LEFT JOIN core.article_images i ON i.version_id = a.current_version_id GROUP BY ALL""",
        lambda t: [[i.role, i.content_url, i.caption, i.credit_text] for i in t.images],
    )


def test_every_removed_span_reads_exactly_its_text(reader):
    assert (
        reader.rows("""SELECT r.* FROM core.removed_spans r JOIN core.article_versions v USING (version_id)
                          WHERE core.span(v.source_text, r.source_start, r.source_end) <> r.text""")
        == []
    )


def test_the_twin_of_the_real_article_as_a_plain_file_becomes_its_rows(tmp_path):
    twin = SOURCES.parent / "articles" / "seed-twin.txt"
    wanted = next(
        t for t in truth() if t.slug == "semarang-gelar-kelas-keliling-cegah-perdagangan-orang"
    )
    import_paths(Settings(home=tmp_path), load([SOURCES]), [twin], ImportOptions(), no_progress)

    with Reader(tmp_path) as opened:
        article = opened.rows("SELECT * FROM core.articles JOIN mart.articles USING (article_id)")[
            0
        ]
        version = opened.rows("SELECT * FROM core.article_versions")[0]
        removed = opened.rows(
            "SELECT kind, source_start, source_end, text FROM core.removed_spans ORDER BY ordinal"
        )
        links = opened.rows(
            "SELECT label, title, href, after_paragraph, source_start, source_end FROM core.article_links ORDER BY ordinal"
        )

    assert article["article_id"] == hashlib.sha256(twin.read_bytes()).hexdigest()[:16]
    assert (
        article["source_id"],
        article["dateline"],
        article["day_basis"],
        article["in_language"],
    ) == (wanted.source_id, wanted.dateline, "in_text", "id")
    assert {
        article[k]
        for k in (
            "headline",
            "description",
            "url",
            "canonical_url",
            "article_section",
            "date_published",
            "date_modified",
            "authors",
        )
    } == {None}
    assert version["source_text"] == twin.read_text(encoding="utf-8")
    assert version["body_text"] == wanted.body_text
    assert (version["n_paragraphs"], version["n_chars"], version["word_count"]) == (
        15,
        len(wanted.body_text),
        len(wanted.body_text.split()),
    )
    assert [tuple(row.values()) for row in removed] == [
        (r.kind, r.start, r.end, r.text) for r in wanted.removed
    ]
    assert [tuple(row.values()) for row in links] == [
        (x.label, x.title, None, x.after_paragraph, x.start, x.end) for x in wanted.links
    ]
