"""The archive into the warehouse again: the same parser makes the same rows, another one makes whole chains anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from support.builders import rows
from support.runs import BUNDLED, NAMES, ask, differences, ingest, records, settings_for

from flows.jobs.jobs import preview_reparse, reparse_sources, retry_pages
from flows.load.outcome import VERSIONS
from flows.settings import Settings
from kliping.newsroom import Newsroom
from kliping.newsroom.manuscripts import manuscripts
from parsers.kinds import Reason
from parsers.source import load
from warehouse.write import repeated_lines
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Outcome, Versions

pytestmark = pytest.mark.slow

EDITED = "sidang-korupsi-alat-kesehatan-ditunda"


@pytest.fixture
async def visited(tmp_path, demo_home):
    """A copy of the demo's home with source files of its own, and a newsroom that is never asked."""
    shutil.copytree(demo_home, tmp_path / "home")
    shutil.copytree(BUNDLED, tmp_path / "sources")
    async with Newsroom() as site:
        yield settings_for(tmp_path / "home", site, tmp_path / "sources")
        assert site.requests == []


def again(settings: Settings) -> None:
    reparse_sources(settings, load(settings.source_folders), list(NAMES), lambda _done, _due: None)


def chain(settings: Settings) -> list[tuple]:
    return ask(
        settings.home,
        "SELECT v.version_no, v.version_id, v.body_text, a.n_versions, v.fetch_id "
        f"FROM core.article_versions v JOIN core.articles a USING (article_id) WHERE a.url LIKE '%{EDITED}%' ORDER BY 1",
    )


async def test_a_reparse_makes_the_same_rows_of_the_same_fetches_without_a_request(
    visited, tmp_path
):
    before = tmp_path / "before"
    before.mkdir()
    shutil.copy(visited.home / "kliping.duckdb", before)

    again(visited)

    assert ask(visited.home, "SELECT count(*), sum(n_versions) FROM core.articles") == [
        (len(manuscripts()), len(manuscripts()) + 1)
    ]
    assert differences(before, visited.home, but={"last_run_id"}) == {}


async def test_another_rule_makes_the_whole_chain_of_an_edited_article_anew(visited):
    before, rule = chain(visited), visited.source_folders[0] / "harianlama.toml"
    rule.write_text(rule.read_text().replace("drop = [", 'drop = ["br", '))

    again(visited)

    after = chain(visited)
    assert [(no, n) for no, _, _, n, _ in after] == [(1, 2), (2, 2)]
    assert [fetch for *_, fetch in after] == [fetch for *_, fetch in before]
    assert not {version for _, version, *_ in after} & {version for _, version, *_ in before}
    assert all(
        new[2].count("\n") < old[2].count("\n") for old, new in zip(before, after, strict=True)
    )


async def test_the_rule_taken_back_gives_back_the_rows(visited, tmp_path):
    before, rule = tmp_path / "before", visited.source_folders[0] / "harianlama.toml"
    before.mkdir()
    shutil.copy(visited.home / "kliping.duckdb", before)
    original = rule.read_text()

    rule.write_text(original.replace("drop = [", 'drop = ["br", '))
    again(visited)
    rule.write_text(original)
    again(visited)

    assert differences(before, visited.home, but={"last_run_id"}) == {}


async def test_the_long_article_is_fetched_as_its_pages_and_keeps_them(visited):
    again(visited)

    long = next(m for m in manuscripts() if m.paged)
    kinds = ask(
        visited.home,
        "SELECT f.kind, v.part_no FROM core.version_fetches v JOIN raw.fetches f USING (fetch_id) "
        f"JOIN core.articles a USING (article_id) WHERE a.url LIKE '%{long.slug}%' ORDER BY v.part_no",
    )
    words = next(b for b in reversed(long.blocks) if b.kind == "paragraph").pieces[0].plain[:40]
    assert kinds == [("page", 1), ("part", 2)]
    assert ask(
        visited.home,
        f"SELECT contains(body_text, '{words}') FROM mart.articles WHERE url LIKE '%{long.slug}%'",
    ) == [(True,)]


@pytest.mark.long
async def test_a_line_of_several_articles_leaves_them_all_and_a_further_reparse_changes_nothing(
    visited, tmp_path
):
    line, rule = "Share URL berhasil dicopy", visited.source_folders[0] / "portalnusa.toml"
    rule.write_text(
        rule.read_text().replace('body = ".detail__body-text"', 'body = "article.detail"')
    )
    again(visited)
    held = ask(
        visited.home, f"SELECT count(*) FROM mart.articles WHERE contains(body_text, '{line}')"
    )[0][0]

    again(visited)
    once = tmp_path / "once"
    once.mkdir()
    shutil.copy(visited.home / "kliping.duckdb", once)
    again(visited)

    kept = ask(
        visited.home,
        f"SELECT generation, n_articles FROM ref.repeated_lines WHERE source_id = 'portalnusa' AND line = '{line}'",
    )
    assert held > 2
    assert kept == [(1, held)]
    assert ask(
        visited.home, f"SELECT count(*) FROM mart.articles WHERE contains(body_text, '{line}')"
    ) == [(0,)]
    assert ask(
        visited.home,
        f"SELECT kind, count(DISTINCT version_id) >= {held} FROM core.removed_spans WHERE text = '{line}' GROUP BY ALL",
    ) == [("boilerplate", True)]
    assert ask(
        visited.home, "SELECT count(*) FROM core.articles WHERE source_id <> 'portalnusa'"
    ) != [(0,)]
    assert differences(once, visited.home, but={"last_run_id"}) == {}


async def test_articles_of_a_rule_that_has_rotted_say_so(visited):
    rule = visited.source_folders[0] / "portalnusa.toml"
    rule.write_text(
        rule.read_text().replace('body = ".detail__body-text"', 'body = ".detail__body-text p"')
    )

    again(visited)

    flagged = "SELECT DISTINCT source_id FROM core.article_versions JOIN core.articles USING (article_id) WHERE list_contains(flags, 'rule_drift')"
    assert ask(visited.home, flagged) == [("portalnusa",)]


def test_copies_are_no_witnesses_for_a_repeated_line(tmp_path):
    store, end = Database(tmp_path), "Kunjungi kami setiap hari di kios koran terdekat."
    with store.write_connection() as con:
        texts = {
            "a": "Banjir merendam tiga desa sejak malam.",
            "b": "Banjir merendam tiga desa sejak malam.",
            "c": "Harga beras naik lagi di pasar induk.",
            "d": "Sekolah di lereng gunung dibuka kembali.",
        }
        bodies = {
            name: f"{text}\n{text.replace('.', ',')} kata warga setempat kepada kami.\n{end}"
            for name, text in texts.items()
        }
        # Of these two more than a half is the same, and not all.
        shared = (
            "Jembatan gantung di hulu sungai itu putus diterjang banjir bandang pada malam hari."
        )
        bodies |= {name: f"{shared}\nWarga desa {name} memutar jauh." for name in "ef"}
        for name, body in bodies.items():
            con.execute(
                "INSERT INTO core.articles BY NAME SELECT $n AS article_id, 'kabar' AS source_id, $n AS current_version_id, 'none' AS date_published_source, now()::TIMESTAMP AS first_seen_at, now()::TIMESTAMP AS last_seen_at, now()::TIMESTAMP AS last_changed_at, 1 AS n_versions, 'live' AS status, $n AS fetch_id",
                {"n": name},
            )
            con.execute(
                "INSERT INTO core.article_versions BY NAME SELECT $n AS version_id, $n AS article_id, 1 AS version_no, '' AS content_sha256, '' AS body_sha256, $n AS fetch_id, $t AS source_text, $t AS body_text, 1 AS n_chars, 1 AS word_count, 1 AS n_paragraphs, '' AS parser, '' AS parser_version, '' AS cleaner_version, now()::TIMESTAMP AS version_created",
                {"n": name, "t": body},
            )

    repeated_lines.count(store, None)

    assert repeated_lines.current(store) == {"kabar": frozenset({end})}


def previewed(settings: Settings) -> dict[tuple[str, str], dict]:
    found = preview_reparse(
        settings, load(settings.source_folders), list(NAMES), lambda _done, _due: None
    )
    return {(row["source_id"], row["field"]): row for row in found}


async def test_a_preview_says_what_a_reparse_will_change_and_changes_nothing(visited, tmp_path):
    rule = visited.source_folders[0] / "harianlama.toml"
    rule.write_text(rule.read_text().replace("drop = [", 'drop = ["br", "h1", '))
    before = tmp_path / "before"
    before.mkdir()
    shutil.copy(visited.home / "kliping.duckdb", before)
    stored = (visited.home / "warehouse.duckdb").read_bytes()

    found = previewed(visited)
    untouched = (visited.home / "warehouse.duckdb").read_bytes() == stored
    again(visited)

    changed = differences(
        before, visited.home, but={"last_run_id", "version_id", "current_version_id"}
    )
    text = found["harianlama", "body_text"]
    assert untouched
    assert {source for source, _ in found} == {"harianlama"}
    assert text["articles"] == len({row[1] for row in changed["core.article_versions"]})
    assert (text["rows_removed"], text["rows_added"]) == count_differing_rows(
        before,
        visited.home,
        "SELECT article_id, unnest(string_split(body_text, chr(10))) FROM {}.mart.articles",
    )
    assert (
        found["harianlama", "quotes"]["rows_removed"],
        found["harianlama", "quotes"]["rows_added"],
    ) == count_differing_rows(
        before,
        visited.home,
        "SELECT article_id, quote_type, q.text, speaker_surface, speaker, speaker_role, speaker_affiliation, cue FROM {}.mart.quotes AS q",
    )
    assert all(
        sample["url"].startswith("http://harianlama.test/") and sample["before"] != sample["after"]
        for sample in text["samples"]
    )
    assert previewed(visited) == {}


def count_differing_rows(one: Path, other: Path, query: str) -> tuple[int, int]:
    """Rows that only one of two homes answers."""
    with duckdb.connect() as con:
        con.execute(
            f"ATTACH '{one / 'kliping.duckdb'}' AS one (READ_ONLY); ATTACH '{other / 'kliping.duckdb'}' AS other (READ_ONLY)"
        )
        first, second = query.format("one"), query.format("other")
        return tuple(
            con.sql(f"SELECT count(*) FROM ({a} EXCEPT ALL {b})").fetchone()[0]
            for a, b in ((first, second), (second, first))
        )


def refuse(home: Path, slug: str, parser: str) -> str:
    """Put the pages of an article aside, as a parser that cannot read them would; the id of the first."""
    pages = [record for record in records(home) if slug in record.link.url and record.response.body]
    load_outcomes(
        Database(home),
        [
            Outcome(
                link=page.link,
                run_id=page.run_id,
                state="quarantined",
                stage="parse",
                reason=Reason.PARSE_ERROR,
                records=(page,),
            )
            for page in pages
        ],
        {},
        Versions(parser=parser, cleaner="1", extractor="1"),
    )
    return rows(Database(home), "SELECT quarantine_id FROM ops.quarantine ORDER BY quarantined_at")[
        0
    ][0]


async def test_a_page_put_aside_is_read_again_from_the_archive_with_all_of_its_article(
    visited, tmp_path
):
    before = tmp_path / "before"
    before.mkdir()
    shutil.copy(visited.home / "kliping.duckdb", before)
    one = refuse(visited.home, EDITED, VERSIONS.parser)
    lost = rows(
        Database(visited.home), f"SELECT count(*) FROM core.articles WHERE url LIKE '%{EDITED}%'"
    )

    summary = retry_pages(visited, load(visited.source_folders), [one])

    assert lost == [(0,)]
    assert summary.notes == ("1 of 1 pages are articles now",)
    assert differences(before, visited.home, but={"last_run_id"}) == {}


async def test_a_new_parser_reads_by_itself_what_the_old_one_refused(demo_home, tmp_path):
    shutil.copytree(demo_home, tmp_path / "home")
    refuse(tmp_path / "home", EDITED, "an older one")

    async with Newsroom(visit=2) as site:
        summary = await ingest(settings_for(tmp_path / "home", site))

    assert "2 of 2 pages that another parser quarantined are articles now" in summary.notes
    assert differences(demo_home, tmp_path / "home") == {}
