"""What becomes of a link, told from what its fetch brought; and in which batches the archive is read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.builders import T0
from support.worker_cases import PLACE, SOURCES, fetched, in_parts

from flows.load import recovery
from flows.load.outcome import Failure, Fetched, group_by_link, interpret, next_page_url, next_part
from flows.load.recovery import batches, by_chain
from parsers.kinds import Reason
from parsers.paging import MAX_PARTS

SOURCE = SOURCES["kabar"]
TOMORROW = T0 + timedelta(days=1)
SOON = T0 + timedelta(hours=3)


def with_answer(fetch: Fetched, **changes) -> Fetched:
    """With another answer to its first request."""
    [first, *rest] = fetch.records
    return replace(
        fetch, records=(replace(first, response=replace(first.response, **changes)), *rest)
    )


def fetch_of(address: str, kind: str = "page", **changes) -> Fetched:
    """A fetch of an address of the outlet."""
    fetch = fetched(1, kind=kind)
    link = replace(fetch.link, url=address)
    record = replace(fetch.records[0], link=link)
    changes = {"url": address, "requested_url": address} | changes
    return with_answer(replace(fetch, link=link, records=(record,)), **changes)


@pytest.mark.parametrize(
    ("reason", "state", "retry_at"),
    [
        (Reason.NOT_FOUND, "gone", TOMORROW),
        (Reason.ROBOTS, "skipped", TOMORROW),
        (Reason.SSRF, "skipped", None),
        (Reason.FORGOTTEN, "skipped", None),
        (Reason.TIMEOUT, "deferred", SOON),
        (Reason.BLOCKED, "deferred", SOON),
        (Reason.PAYMENT_REQUIRED, "deferred", SOON),
        (Reason.HTTP_ERROR, "deferred", SOON),
        (Reason.TOO_LARGE, "quarantined", None),
        (Reason.OTHER_SITE, "quarantined", None),
    ],
)
def test_a_failure_is_asked_again_soon_tomorrow_or_never(reason, state, retry_at):
    failure = Failure(reason=reason, retry_at=SOON)

    outcome = interpret(replace(fetched(1), failure=failure), SOURCES)

    assert (outcome.state, outcome.reason, outcome.retry_at) == (state, reason, retry_at)


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        (200, "loaded", None),
        (203, "loaded", None),
        (202, "deferred", Reason.HTTP_ERROR),
        (404, "gone", Reason.NOT_FOUND),
        (503, "deferred", Reason.SERVER_ERROR),
    ],
)
def test_an_answer_is_judged_by_its_status_where_nobody_did_so_before(status, state, reason):
    outcome = interpret(with_answer(fetched(1), status=status), SOURCES)

    assert (outcome.state, outcome.reason) == (state, reason)


HOME = "http://kabar.test/"
REDIRECTS = {
    "a story to the front page": (f"{HOME}berita/1/kabar", HOME, "gone"),
    "a story to the front page with a question": (
        f"{HOME}berita/1/kabar",
        f"{HOME}?p=1",
        "quarantined",
    ),
    "a story to another site's front page": (
        f"{HOME}berita/1/kabar",
        "http://lain.test/",
        "quarantined",
    ),
    "a story to another address": (f"{HOME}berita/1/kabar", f"{HOME}berita/1/kabar-hari", "loaded"),
    "the front page to itself": ("http://kabar.test", HOME, "quarantined"),
}


@pytest.mark.parametrize("case", REDIRECTS)
def test_an_article_that_leads_to_its_outlets_front_page_was_taken_down(case):
    url, target, state = REDIRECTS[case]

    assert interpret(fetch_of(url, url=target, redirects=(url,)), SOURCES).state == state


@pytest.mark.parametrize(
    ("url", "status", "state"),
    [
        ("http://kabar.test/indeks?tanggal=2026-11-01", 404, "loaded"),
        ("http://kabar.test/indeks?tanggal=2026-11-01", 400, "loaded"),
        ("http://kabar.test/indeks?tanggal=2026-11-01", 406, "deferred"),
        ("http://kabar.test/indeks", 404, "gone"),
        ("http://kabar.test/indeks", 400, "deferred"),
    ],
)
def test_a_listing_of_a_quiet_day_ends_by_having_nothing(url, status, state):
    assert interpret(fetch_of(url, "index", status=status), SOURCES).state == state


def test_no_more_pages_of_an_article_are_asked_for_than_may_be():
    assert next_part(in_parts(MAX_PARTS - 1, MAX_PARTS + 1).records, SOURCE) is not None
    assert next_part(in_parts(MAX_PARTS, MAX_PARTS + 1).records, SOURCE) is None


@pytest.mark.parametrize(
    ("status", "is_asked"), [(404, False), (410, False), (200, False), (503, True)]
)
def test_a_next_page_that_is_not_there_is_not_asked_for_again(status, is_asked):
    first, second = in_parts(2, 2).records
    missing = replace(second, response=replace(second.response, status=status, body=b""))

    assert next_page_url((first, missing), SOURCE) == second.response.url
    assert (next_part((first, missing), SOURCE) is not None) == is_asked


def of_bytes(n: int, n_bytes: int) -> Fetched:
    return fetched(n, b"x" * n_bytes)


def test_a_batch_has_so_many_bytes_or_so_many_pages(monkeypatch):
    monkeypatch.setattr(recovery, "BATCH_BYTES", 100)
    sizes = [40, 60, 1, 1, 1, 1]

    found = batches((of_bytes(n, size) for n, size in enumerate(sizes)), recovery.body_bytes, 3)

    assert [[len(each.response.body) for each in batch] for batch in found] == [
        [40, 60],
        [1, 1, 1],
        [1],
    ]


def test_the_pages_of_one_article_go_into_one_batch(monkeypatch):
    monkeypatch.setattr(recovery, "BATCH_PAGES", 4)
    chains = [[replace(PLACE, offset=10 * n + m) for m in range(2)] for n in range(3)]

    assert list(by_chain(chains)) == [chains[0] + chains[1], chains[2]]


def test_a_further_page_stands_with_the_last_first_page_before_it():
    first, second = in_parts(2, 2).records
    later = replace(first, run_id="later")
    part = replace(second, run_id="later", link=replace(second.link, discovered_by=first.link.url))

    groups = group_by_link([first, later, part])

    assert [(group.run_id, len(group.records)) for group in groups] == [("run", 1), ("later", 2)]
