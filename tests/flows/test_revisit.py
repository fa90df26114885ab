"""Loaded stories are asked for again while their text is new, never before what is new."""

from datetime import UTC, datetime, timedelta

import pytest
from support.builders import T0, VERSIONS, outcome
from support.runs import ask, settings_for
from support.stored_outcomes import announced, failed

from flows.jobs import jobs
from kliping.newsroom import NOW, Newsroom
from kliping.newsroom.edition import Answer
from parsers.kinds import Reason
from parsers.source import load
from warehouse.write import frontier, runs
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

pytestmark = pytest.mark.slow

EDITED = "sidang-korupsi-alat-kesehatan-ditunda"


class Withdrawing(Newsroom):
    """On the second visit one article is edited, as always, and the others are gone."""

    def respond(self, host, method, target, headers):
        is_gone = self.visit > 1 and "/read/" in target and EDITED not in target
        return Answer(status=410) if is_gone else super().respond(host, method, target, headers)


def looks(store, sources, hours, body):
    """At which of these hours a run that comes by asks for the article, which then is as it is."""
    request_hours = []
    for hour in hours:
        if frontier.revisits(store, "kabar", f"run {hour}", T0 + timedelta(hours=hour), 10):
            request_hours.append(hour)
            load_outcomes(store, [outcome(body, hour=hour)], sources, VERSIONS)
    return request_hours


def test_an_article_is_asked_for_often_while_it_is_new_then_less_and_at_last_no_more(
    store, sources
):
    load_outcomes(store, [outcome("Satu.", hour=0)], sources, VERSIONS)

    hours = looks(
        store,
        sources,
        (2, 3, 5, 6, 11, 12, 23, 24, 47, 48, 95, 96, 191, 192, 383, 384, 768, 2000),
        "Satu.",
    )

    assert hours == [3, 6, 12, 24, 48, 96, 192, 384]


def test_a_change_makes_an_article_new_and_it_is_asked_for_longer(store, sources):
    load_outcomes(store, [outcome("Satu.", hour=0), outcome("Dua.", hour=600)], sources, VERSIONS)

    hours = looks(store, sources, (602, 603, 605, 606, 611, 612, 984, 2000), "Dua.")

    assert hours == [603, 606, 612, 984]


@pytest.mark.parametrize(
    "fields",
    [
        {"date_published": T0 - timedelta(days=40)},
        {"article_id": "a2", "url": "http://kabar.test/read/2/"},
    ],
)
def test_what_is_old_or_gone_is_left_alone(store, sources, fields):
    load_outcomes(store, [outcome("Satu.", **fields)], sources, VERSIONS)
    load_outcomes(
        store, [failed(Reason.NOT_FOUND, "gone", hour, 404) for hour in (1, 30)], sources, VERSIONS
    )

    assert [
        link.url for link in frontier.revisits(store, "kabar", "next", T0 + timedelta(days=3), 10)
    ] == ([] if "date_published" in fields else [fields["url"]])


def test_the_most_overdue_comes_first_with_what_was_said_of_it_and_no_other_run_is_told(
    store, sources
):
    late, early = "http://kabar.test/read/2/", "http://kabar.test/read/3/"
    load_outcomes(
        store,
        [
            announced(late, article_id="a2", title="Dari umpan"),
            outcome("Dua.", url=late, article_id="a2"),
        ],
        sources,
        VERSIONS,
    )
    load_outcomes(
        store,
        [outcome("Tiga.", url=early, article_id="a3", date_published=T0 - timedelta(hours=20))],
        sources,
        VERSIONS,
    )
    runs.begin(
        store,
        {
            "run_id": "one",
            "flow_name": "revisit",
            "trigger": "cli",
            "started_at": "2026-11-01",
            "state": "running",
            "code_version": "1",
        },
    )
    now = T0 + timedelta(hours=30)

    first = frontier.revisits(store, "kabar", "one", now, 1)
    rest = frontier.revisits(store, "kabar", "other", now, 10)

    assert [(link.url, link.title) for link in first] == [(late, "Dari umpan")]
    assert [link.url for link in rest] == [early]


async def test_loaded_articles_are_asked_for_after_what_is_new_and_only_for_what_changed(tmp_path):
    moved = NOW - datetime.now(UTC)
    async with Withdrawing() as site:
        settings = settings_for(tmp_path, site)
        sources = load(settings.source_folders)

        async def run(flow, days, limit=None):
            before = len(site.requests)
            clock = lambda: datetime.now(UTC) + moved + timedelta(days=days)  # noqa: E731 - it is given to one run
            summary = await flow(settings, sources, ["harianlama"], limit=limit, clock=clock)
            return summary, [r for r in site.requests[before:] if r.target != "/robots.txt"]

        await run(jobs.ingest_sources, 0, limit=3)
        site.visit = 2
        busy, none = await run(jobs.revisit_sources, 12)
        with Database(tmp_path).write_connection() as con:
            con.execute("DELETE FROM ops.frontier WHERE state = 'pending'")
        _, one = await run(jobs.revisit_sources, 12, limit=1)
        summary, others = await run(jobs.revisit_sources, 12)

    assert none == []
    assert busy.notes[0].endswith("new addresses wait for an ingest, which goes first")
    assert (len(one), len(others), summary.failures) == (1, 2, ())
    assert sorted((r.status, EDITED in r.target) for r in one + others) == [
        (200, True),
        (410, False),
        (410, False),
    ]
    assert all("if-none-match" in r.headers for r in one + others)
    assert sorted(
        ask(tmp_path, "SELECT n_versions, state FROM core.articles JOIN ops.frontier USING (url)")
    ) == [(1, "gone"), (1, "gone"), (2, "loaded")]
    assert ask(
        tmp_path, "SELECT DISTINCT flow_name FROM ops.feed_checks JOIN ops.runs USING (run_id)"
    ) == [("ingest",)]
