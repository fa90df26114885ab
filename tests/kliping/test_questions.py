"""The saved questions answer over any range, and what they count is what stands in the marts."""

import json
import re
from datetime import date

import pytest
from support.command_line import kliping

from kliping.reading.labels import indonesian
from kliping.reading.question_files import Counts, read_question
from kliping.reading.questions import ask, outlet, questions
from kliping.reading.series import binned, spark
from kliping.reading.unknown_names import UnknownNameError
from parsers.parse import CLEANER_VERSION, EXTRACTOR_VERSION, PARSER_VERSION
from warehouse.read.published import Reader

SINCE, UNTIL = date(2026, 10, 1), date(2026, 10, 31)


@pytest.fixture(scope="module")
def reader(demo_home):
    with Reader(demo_home) as opened:
        yield opened


def number(reader, sql):
    return next(iter(reader.rows(sql)[0].values()))


@pytest.mark.parametrize("name", questions())
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"since": SINCE},
        {"until": UNTIL},
        {"since": SINCE, "until": UNTIL, "source": "PortalNusa"},
    ],
)
def test_every_question_runs_over_every_range(reader, name, options):
    rows = ask(reader, name, **options)

    assert (
        rows
        or options
        or name
        in {
            "copies",
            "shared",
        }
    )  # the newsroom has none
    assert questions()[name].endswith((".", "?"))
    labels = {questions()[name], *(key.replace("_", " ") for row in rows[:1] for key in row)}
    assert labels - set(indonesian()) == set()


def test_the_comment_of_a_question_says_it_in_both_languages_and_what_it_counts():
    file = read_question(
        "-- How many ships\n-- came in?\n--\n-- id: Berapa kapal\n--   yang masuk?\n-- id n_ships: jumlah kapal\n-- by outlet\n"
        "SELECT 1\n-- over outlets\n"
    )

    assert file.question == "How many ships came in?"
    assert file.indonesian == {
        "How many ships came in?": "Berapa kapal yang masuk?",
        "n ships": "jumlah kapal",
    }
    assert file.counts is Counts.BY_OUTLET
    assert read_question("-- Which ships?\nSELECT 1").counts is None


def test_a_quote_leads_back_to_its_bytes_and_to_what_read_it(reader):
    quotes = reader.rows("""
        SELECT core.span(v.body_text, q.char_start, q.char_end) = q.text AS stands, v.parser_version, v.cleaner_version, v.extractor_version, r.flow_name,
          f.http_status
        FROM core.quotes AS q
        JOIN core.article_versions AS v USING (version_id)
        JOIN raw.fetches AS f USING (fetch_id)
        JOIN ops.runs AS r USING (run_id)""")

    assert len(quotes) > 100
    assert {tuple(row.values()) for row in quotes} == {
        (True, PARSER_VERSION, CLEANER_VERSION, EXTRACTOR_VERSION, "ingest", 200)
    }


def test_coverage_counts_every_article_and_every_day_without(reader):
    rows = {row["source_name"]: row for row in ask(reader, "coverage")}

    assert {name: row["articles"] for name, row in rows.items()} == {
        "Harian Lama": 13,
        "PortalNusa": 19,
        "SuaraRantau.test": 19,
    }
    assert all(sum(row["per_week"]) == row["articles"] for row in rows.values())
    days = number(reader, "SELECT count(*) FROM mart.calendar")
    n_days = number(
        reader,
        "SELECT count(DISTINCT day) FROM mart.articles WHERE source_name = 'PortalNusa'",
    )
    assert rows["PortalNusa"]["silent_days"] == days - n_days


def test_a_range_takes_both_its_days_and_an_outlet_is_known_by_either_name(reader):
    day = number(reader, "SELECT min(day) FROM mart.articles WHERE source_name = 'PortalNusa'")
    [row] = ask(reader, "coverage", since=day, until=day, source=outlet(reader, "portalnusa"))

    assert (row["source_name"], row["articles"], row["silent_days"]) == ("PortalNusa", 1, 0)
    assert outlet(reader, "PortalNusa") == "PortalNusa"
    with pytest.raises(UnknownNameError, match="did you mean 'portalnusa'"):
        outlet(reader, "portalnus")


@pytest.mark.parametrize(
    ("name", "column", "sql"),
    [
        (
            "speakers",
            "articles",
            "SELECT max(n) FROM (SELECT count(DISTINCT article_id) AS n FROM mart.quotes WHERE quote_type = 'direct' AND cue_class <> 'attitude' AND speaker IS NOT NULL GROUP BY speaker_entity_id)",
        ),
        (
            "topics",
            "articles",
            "SELECT max(n) FROM (SELECT count(*) AS n FROM mart.topics GROUP BY topic_id)",
        ),
        (
            "places",
            "articles",
            "SELECT max(n) FROM (SELECT count(DISTINCT article_id) AS n FROM mart.places WHERE role <> 'mention' AND province IS NOT NULL GROUP BY province)",
        ),
        ("acronyms", "articles", "SELECT max(n_articles) FROM mart.acronyms"),
    ],
)
def test_the_first_row_is_the_greatest(reader, name, column, sql):
    assert ask(reader, name)[0][column] == number(reader, sql)


def test_shares_of_voice_are_of_everything_that_was_quoted_from_institutions(reader):
    rows = ask(reader, "voice")

    assert all(sum(row["per_month"]) == row["words"] for row in rows)
    total = number(
        reader,
        "SELECT sum(word_count) FROM mart.quotes WHERE quote_type = 'direct' AND speaker_affiliation IS NOT NULL",
    )
    assert rows[0]["percent"] == round(100 * rows[0]["words"] / total, 1)


def test_an_edit_shows_the_headline_it_replaced(reader):
    [row] = ask(reader, "edits")

    assert "Ditnda" in row["headline_before"]
    assert "Ditunda" in row["headline"]


def test_the_command_lists_asks_and_refuses(demo_home):
    assert {
        row["name"] for row in json.loads(kliping(demo_home, "report", "--format", "json").stdout)
    } == set(questions())
    table = kliping(
        demo_home,
        "report",
        "coverage",
        "--since",
        SINCE,
        "--until",
        UNTIL,
        "--source",
        "harianlama",
    ).stdout
    assert "Harian Lama" in table
    assert "█" in table
    assert (
        json.loads(kliping(demo_home, "report", "topics", "--format", "json").stdout)[0][
            "per_week"
        ][0]
        >= 0
    )
    assert (
        "in this range" in kliping(demo_home, "report", "speakers", "--since", "2031-01-01").stdout
    )
    for arguments, message in (
        (["covrage"], "did you mean 'coverage'"),
        (["topics", "--source", "nobody"], "harianlama"),
        (["topics", "--since", "2026-02-02", "--until", "2026-02-01"], "after"),
    ):
        done = kliping(demo_home, "report", *arguments)
        assert (done.returncode, message in done.stderr) == (2, True)


def test_a_table_has_its_labels_in_the_language_of_the_setting_or_the_option(demo_home):
    arguments = ("report", "topics", "--since", "2026-11-01")
    indonesian = kliping(demo_home, *arguments, KLIPING_REPORT_LANGUAGE="id").stdout
    english = kliping(
        demo_home, *arguments, "--language", "en", KLIPING_REPORT_LANGUAGE="id"
    ).stdout

    assert re.match(r"topik +artikel +sebelumnya +persen", indonesian)
    assert "pekerja migran" in indonesian
    assert re.match(r"topic +articles +before +percent", english)
    assert "migrant workers" in english


def test_a_sparkline_shows_the_least_and_keeps_the_sum_when_it_is_long():
    assert spark([0, 1, 100]) == "·▁█"
    assert spark([]) == spark([0, 0]).strip("·") == ""
    assert sum(binned(range(1000))) == sum(range(1000))
    assert len(spark(range(1, 1000))) <= 40
