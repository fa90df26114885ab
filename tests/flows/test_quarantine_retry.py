"""An outcome that cannot be loaded is quarantined alone; a quarantined page can be tried again or ignored."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from support.builders import T0, URL, VERSIONS, outcome, rows
from support.cli_pages import write_page
from support.command_line import kliping
from support.stored_outcomes import SOURCES, TABLES, announced, load, tables

from parsers.article import Link, Removed
from parsers.kinds import Reason
from parsers.structure import Figure, Structure
from warehouse.write import fetches, frontier, quarantine
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Announced, Outcome, Versions

YEAR_ONE = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=7)))


def saying(text, value="12", *, shift=0):
    """What a text with a number at its beginning says."""
    number = text.split()[0]
    figure = Figure(
        figure_no=1,
        paragraph_no=1,
        text=number,
        value=Decimal(value),
        comparator="=",
        char_start=shift,
        char_end=shift + len(number),
        rule_id="figure",
    )
    return Structure(figures=(figure,))


def new_article(n, **fields):
    return outcome(
        f"{n} orang.",
        hour=n,
        url=f"http://kabar.test/read/{n}/",
        article_id=f"a{n}",
        **({"structure": saying(f"{n} orang.")} | fields),
    )


@pytest.mark.parametrize("poison", [
    {"structure": saying("3 orang.", "9" * 30)},
    {"structure": saying("3 orang.", shift=1)},
    {"removed": (Removed(kind="end_mark", start=0, end=1, text="x"),)},
    {"date_published": YEAR_ONE},
    {"authors": (None,)},
])  # fmt: skip
def test_a_batch_with_one_poisonous_row_loads_the_rest(store, tmp_path, poison):
    batch, others = (
        [new_article(n, **(poison if n == 3 else {})) for n in range(9)],
        Database(tmp_path / "others"),
    )

    load(store, *batch)
    load(others, *(each for n, each in enumerate(batch) if n != 3))

    aside = rows(store, "SELECT url, stage, reason_code, parser_version FROM ops.quarantine")
    assert aside == [("http://kabar.test/read/3/", "load", "load_error", VERSIONS.parser)]
    assert rows(store, "SELECT state, reason FROM ops.frontier WHERE url LIKE '%/3/'") == [
        ("quarantined", "load_error")
    ]
    left, whole = tables(store), tables(others)
    assert [name for name in TABLES if left[name] != whole[name]] == ["raw.fetches"]
    assert rows(store, "SELECT count(*), count(warc_file) FROM raw.fetches") == [(9, 9)]


def test_a_feed_with_a_poisonous_link_announces_the_others(store):
    feed = announced(URL)
    links = [
        Announced(
            link=Link(
                url=f"http://kabar.test/read/{n}/",
                source_id="kabar",
                published_at=YEAR_ONE if n == 5 else T0,
            ),
            article_id=f"a{n}",
        )
        for n in range(9)
    ]

    load(store, replace(feed, announced=tuple(links)), new_article(20))

    assert rows(store, "SELECT count(*), count(*) FILTER (url LIKE '%/5/') FROM ops.frontier") == [
        (9, 0)
    ]
    [(outcome_, n_entries, n_new, note)] = rows(
        store, "SELECT outcome, n_entries, n_new, note FROM ops.feed_checks"
    )
    assert (outcome_, n_entries, n_new) == ("ok", 8, 8)
    assert note.startswith("1 of its links cannot be loaded: OverflowError")


def test_a_failure_that_is_no_rows_fault_is_not_laid_to_one(store, monkeypatch):
    monkeypatch.setattr(
        "warehouse.write.load._merge", lambda con: con.execute("SELECT nothing FROM nowhere")
    )

    with pytest.raises(Exception, match="nowhere"):
        load(store, new_article(1), new_article(2))

    assert rows(store, "SELECT count(*) FROM raw.fetches") == [(0,)]


def refused_outcome(hour=0, body="Isi."):
    return Outcome(
        link=Link(url=URL, source_id="kabar"),
        run_id="run",
        state="quarantined",
        stage="parse",
        reason=Reason.NO_CONTENT,
        records=outcome(body, hour=hour).records,
        article_id="a1",
    )


def fate(store):
    return rows(store, "SELECT state, reason FROM ops.frontier")


def test_what_an_operator_closed_stays_closed(store):
    """Under a reparse, and where the page is found unchanged; a further page is a further question."""
    load(store, refused_outcome())
    [row] = quarantine.pages(store)
    quarantine.ignore(store, [row["quarantine_id"]], T0)
    closed = fate(store)

    load(store, refused_outcome())
    load(store, outcome("", hour=1, same_as=refused_outcome().last.fetch_id))
    still, unchanged = quarantine.pages(store), fate(store)
    load(store, refused_outcome(2, "Lain."))

    assert closed == unchanged == [("skipped", "no_content")]
    assert still == []
    assert [len(quarantine.pages(store)), fate(store)] == [1, [("quarantined", "no_content")]]


def test_what_is_asked_again_is_due_and_asked_for_whole(store):
    load(store, refused_outcome())
    before = fetches.cached_responses(store, [URL], "kabar")
    quarantine.refetch(store, [row["quarantine_id"] for row in quarantine.pages(store)], T0)

    due = [link.url for link in frontier.pending(store, "kabar", "next", T0, 9)]
    assert (
        due,
        before.keys(),
        fetches.cached_responses(store, [URL], "kabar").keys(),
        quarantine.pages(store),
    ) == (
        [URL],
        {URL},
        set(),
        [],
    )

    load(store, refused_outcome(1))
    assert [len(quarantine.pages(store)), fate(store)] == [1, [("quarantined", "no_content")]]


def test_only_what_another_parser_refused_is_tried_by_itself(store):
    load(store, refused_outcome())
    load_outcomes(
        store,
        [
            replace(
                refused_outcome(),
                link=Link(url=f"{URL}2", source_id="kabar"),
                records=outcome("Dua.", url=f"{URL}2").records,
            )
        ],
        SOURCES,
        Versions(parser="0", cleaner="0", extractor="0"),
    )

    [row] = quarantine.pages(store, source_ids=["kabar"], parser=VERSIONS.parser)
    quarantine.mark_retry_failed(store, [row["quarantine_id"]], VERSIONS.parser)

    assert row["url"] == f"{URL}2"
    assert quarantine.pages(store, source_ids=["kabar"], parser=VERSIONS.parser) == []


@pytest.mark.slow
def test_an_operator_tries_again_closes_and_is_told_what_is_wrong(tmp_path):
    home = tmp_path / "home"
    nothing = kliping(home, "status", "--checks")
    kliping(home, "import", write_page(tmp_path, "<html><body><p>Halo</p></body></html>"))
    [row] = json.loads(kliping(home, "quarantine", "list", "--format", "json").stdout)
    wrong = kliping(home, "quarantine", "retry", "nonsense")

    tried = kliping(home, "quarantine", "retry", "--source", row["source_id"])
    closed = kliping(home, "quarantine", "ignore", row["quarantine_id"])
    preview = kliping(home, "reparse", "--dry-run")

    assert (nothing.returncode, "no warehouse" in nothing.stderr) == (2, True)
    assert (wrong.returncode, "not in quarantine: nonsense" in wrong.stderr) == (2, True)
    assert "0 of 1 pages are articles now" in tried.stderr
    assert (closed.returncode, kliping(home, "quarantine", "list").stdout) == (
        0,
        "nothing is in quarantine\n",
    )
    assert (preview.returncode, preview.stdout) == (0, "nothing would change\n")
