"""Every check is silent on the clean newsroom and finds the fault that is planted for it; errors keep a warehouse from its readers."""

import json
import shutil

import duckdb
import pytest
from support.builders import outcome
from support.cli_pages import HTML, write_page
from support.command_line import kliping
from support.stored_outcomes import load
from test_schema import KEYS

from warehouse.write.quality import check, checks, errors, line, run_checks
from warehouse.write.schema import migrate

LATEST = "(SELECT current_version_id FROM core.articles ORDER BY first_seen_at DESC, article_id LIMIT 20)"
ASIDE = "SELECT fetch_id AS quarantine_id, run_id, source_id, requested_url AS url, fetch_id, 'parse' AS stage, 'no_content' AS reason_code, fetched_at AS quarantined_at FROM raw.fetches"
ONE_OUTLET = "UPDATE core.articles SET source_id = 'portalnusa';"
CREDITED = "UPDATE core.articles SET authors = 'Rini Astuti; Budi Santoso', date_published = TIMESTAMP '2026-11-02',"
PLANTED = [
    ("keys", "INSERT INTO core.articles FROM core.articles LIMIT 1"),
    ("keys", "INSERT INTO core.article_versions FROM core.article_versions LIMIT 1"),
    ("keys", "INSERT INTO raw.fetches FROM raw.fetches WHERE fetch_id IN (SELECT fetch_id FROM core.articles) LIMIT 1"),
    ("keys", "UPDATE core.articles SET normalized_url = 'http://portalnusa.test/1' WHERE source_id = 'portalnusa'"),
    ("current_version", "DELETE FROM core.article_versions WHERE version_id IN (SELECT current_version_id FROM core.articles LIMIT 1)"),
    ("current_version", "UPDATE core.articles SET current_version_id = (SELECT max(version_id) FROM core.article_versions)"),
    ("current_version", "UPDATE core.articles SET n_versions = n_versions + 1"),
    *(("orphans", f"INSERT INTO core.{table} SELECT * REPLACE ('nobody' AS version_id) FROM core.{table} LIMIT 1") for table in (
        "quotes", "entity_mentions", "figures", "dates_mentioned", "article_places", "acronyms")),
    *(("spans", f"UPDATE core.{table} SET {column} = {column} + 1") for table, column in (
        ("quotes", "char_start"), ("quotes", "cue_start"), ("quotes", "speaker_end"), ("entity_mentions", "char_end"), ("figures", "char_start"),
        ("dates_mentioned", "char_end"), ("article_places", "char_start"), ("article_places", "source_start"), ("acronyms", "char_end"), ("removed_spans", "source_end"))),
    ("paragraphs", "UPDATE core.article_versions SET n_paragraphs = n_paragraphs + 1"),
    ("paragraphs", "UPDATE core.article_versions SET body_text = replace(body_text, chr(10), ' ' || chr(10))"),
    ("unrelated_versions", "UPDATE core.article_versions SET headline = 'Panen', body_text = 'Gabah kering' WHERE version_no = 2"),
    ("counts", "UPDATE core.article_versions SET n_chars = n_chars - 1"),
    ("counts", "UPDATE core.article_versions SET version_no = 0"),
    ("published", "UPDATE core.articles SET date_published = first_seen_at + INTERVAL 2 HOUR"),
    ("published", "UPDATE core.articles SET date_published = TIMESTAMP '1970-01-01'"),
    ("modified", "UPDATE core.articles SET date_modified = date_published - INTERVAL 1 SECOND"),
    ("weekday", "UPDATE core.dates_mentioned SET weekday_matches = FALSE"),
    *(("residue", f"UPDATE core.article_versions SET body_text = body_text || chr(10) || '{left}'") for left in ("Baca juga: Harga beras naik", "<div>", "A &amp; B", "\N{REPLACEMENT CHARACTER}")),
    ("length", "UPDATE core.article_versions SET n_chars = 299"),
    ("length", "UPDATE core.article_versions SET n_chars = 40001"),
    ("language", "UPDATE core.articles SET in_language = 'en' WHERE source_id = 'portalnusa'"),
    ("missing", "UPDATE core.articles SET headline = NULL"),
    ("missing", "UPDATE core.articles SET date_published = NULL"),
    ("freshness", "INSERT INTO ops.feed_checks SELECT c.* REPLACE (checked_at + n * INTERVAL 6 HOUR AS checked_at, 'timeout' AS outcome) FROM ops.feed_checks AS c, range(1, 9) AS r(n)"),
    ("volume", "INSERT INTO core.articles SELECT a.* REPLACE (now()::TIMESTAMP - (n % 20 + 6) * INTERVAL 1 DAY AS date_published) FROM core.articles AS a, range(20) AS r(n)"),
    ("drift", f"{ONE_OUTLET} UPDATE core.article_versions SET word_count = 3 * word_count WHERE version_id IN {LATEST}"),
    ("drift", f"{ONE_OUTLET} UPDATE core.article_versions SET word_count = word_count // 3 WHERE version_id IN {LATEST}"),
    ("unquoted", "DELETE FROM core.quotes"),
    ("same_body", "UPDATE core.article_versions SET body_sha256 = 'x'"),
    ("runs", "UPDATE ops.runs SET finished_at = NULL"),
    ("runs", "UPDATE ops.runs SET n_unchanged = n_fetched + 1"),
    ("runs", "UPDATE ops.runs SET n_new = -1"),
    ("quarantined", f"INSERT INTO ops.quarantine BY NAME {ASIDE}"),
    ("quarantined_rise", "INSERT INTO raw.fetches SELECT f.* REPLACE (fetch_id || 'x' AS fetch_id, fetched_at - INTERVAL 3 DAY AS fetched_at) FROM raw.fetches AS f, range(3);" + f"INSERT INTO ops.quarantine BY NAME {ASIDE} WHERE NOT ends_with(fetch_id, 'x')"),
    ("contract", "DROP VIEW mart.acronyms"),
    ("contract", "CREATE OR REPLACE VIEW mart.calendar AS SELECT '2026-11-01' AS day"),
    ("comments", "COMMENT ON COLUMN core.articles.headline IS NULL"),
    ("fill_rate", f"{ONE_OUTLET} UPDATE core.articles SET description = NULL WHERE current_version_id IN {LATEST}"),
    ("fill_rate", f"{ONE_OUTLET} UPDATE core.articles SET tags = NULL WHERE current_version_id IN {LATEST}"),
    ("rule_drift", "UPDATE core.article_versions SET flags = ['rule_drift']"),
    ("authors", f"{ONE_OUTLET} {CREDITED} provenance = json_object('authors', 'credit', 'authors_jsonld', 'Sari ' || article_id)"),
]  # fmt: skip


@pytest.fixture(scope="module")
def clean(demo_home, tmp_path_factory):
    path = tmp_path_factory.mktemp("clean") / "warehouse.duckdb"
    shutil.copy(demo_home / "warehouse.duckdb", path)
    with duckdb.connect(path) as con:
        yield con


def fired(con, *, everything=True):
    return {
        row["name"]: line(row) for row in check(con, "run", everything=everything) if row["n_found"]
    }


def test_the_clean_newsroom_breaks_no_rule(clean):
    clean.begin()
    found = fired(clean)
    clean.rollback()

    assert found == {}
    assert clean.sql(
        "SELECT count(DISTINCT run_id), count(DISTINCT check_id), sum(n_found) FROM ops.quality_results"
    ).fetchall() == [(2, len(checks()), 0)]


@pytest.mark.parametrize(("name", "fault"), PLANTED)
def test_a_planted_fault_is_found(clean, name, fault):
    clean.begin()
    try:
        clean.execute(fault)
        found = fired(clean)
    finally:
        clean.rollback()

    assert name in found
    assert "e.g. " in found[name]


@pytest.mark.parametrize(
    ("place", "other"),
    [
        ("credit", "'Kabar Muara'"),
        ("jsonld", "'Sari ' || article_id"),
        ("credit", "'budi santoso; ' || article_id"),
    ],
)
def test_authors_that_json_ld_does_not_contradict_break_no_rule(clean, place, other):
    clean.begin()
    clean.execute(
        f"{ONE_OUTLET} {CREDITED} provenance = json_object('authors', '{place}', 'authors_jsonld', {other})"
    )
    found = fired(clean)
    clean.rollback()

    assert "authors" not in found


def test_every_check_has_a_fault_planted_for_it_and_an_id_of_its_own():
    assert {name for name, _ in PLANTED} == {each.name for each in checks()}
    assert [each.check_id for each in checks()] == [f"C{n:02}" for n in range(1, len(checks()) + 1)]


def test_the_checks_of_a_run_look_at_what_was_touched_until_there_is_no_error(store):
    load(store, outcome("Satu."), outcome("Dua.", url="http://kabar.test/read/2/", article_id="a2"))
    run_checks(store, "first")
    with store.write_connection() as con:
        con.execute("UPDATE core.article_versions SET n_chars = 0")
    untouched = errors(run_checks(store, "second"))
    load(store, outcome("Satu lagi.", hour=1))

    found = [errors(run_checks(store, run)) for run in ("third", "fourth")]
    load(store, outcome("Satu."), outcome("Satu lagi.", hour=1))

    assert untouched == []
    assert [[(row["name"], row["n_found"]) for row in each] for each in found] == [
        [("counts", 1)]
    ] * 2
    assert errors(run_checks(store, "mended")) == []
    assert [row["n_found"] for row in errors(run_checks(store, "all", everything=True))] == [1]


def test_an_empty_warehouse_breaks_no_rule():
    con = duckdb.connect()
    migrate(con)

    assert fired(con, everything=False) == {}


def status(home, *more):
    return kliping(home, "status", *more, "--format", "json")


def errors_in(done):
    return [row for row in json.loads(done.stdout) if row["kind"] == "check"]


@pytest.mark.slow
def test_a_run_whose_checks_find_an_error_leaves_the_readers_copy_as_it_was(tmp_path):
    home, page = tmp_path / "home", write_page(tmp_path, HTML)
    kliping(home, "import", page)
    before = (home / "kliping.duckdb").read_bytes()
    with duckdb.connect(home / "warehouse.duckdb") as con:
        con.execute("UPDATE ops.runs SET n_unchanged = 9")

    checked, published = status(home, "--checks"), kliping(home, "publish")
    again = kliping(
        home,
        "import",
        write_page(tmp_path, HTML.replace("Warga", "Siswa"), "b.html"),
        "--format",
        "json",
    )
    status_run, kept_copy = status(home), (home / "kliping.duckdb").read_bytes()
    with duckdb.connect(home / "warehouse.duckdb") as con:
        con.execute("UPDATE ops.runs SET n_unchanged = 0")
    mended = kliping(home, "publish")

    [row] = errors_in(checked)
    assert (row["channel"], row["state"]) == ("C19 runs", "error")
    assert row["note"].startswith("1 against the rule")
    assert row["examples"][0]["n_unchanged"] == 9
    assert (status_run.returncode, [each["channel"] for each in errors_in(status_run)]) == (
        1,
        ["C19 runs"],
    )
    assert [
        (done.returncode, "C19 runs: 1 against" in done.stderr) for done in (published, again)
    ] == [(1, True)] * 2
    assert json.loads(again.stdout)["state"] == "partial"
    assert kept_copy == before
    assert (checked.returncode, mended.returncode) == (1, 0)
    assert (home / "kliping.duckdb").read_bytes() != before


@pytest.mark.parametrize(("table", "word", "key"), KEYS)
def test_what_a_load_looks_up_by_its_number_has_it(clean, table, word, key):
    assert clean.execute(
        f"SELECT count({key}) > 0, count(*) FILTER ({key} IS DISTINCT FROM md5_number_lower({word})) FROM {table}"
    ).fetchall() == [(True, 0)]
