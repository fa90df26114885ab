"""One utterance: how each article words it, what differs, and who has it from whom."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from kliping.reading import browse
from kliping.reading.utterances import utterances, words_of
from kliping.reading.word_diff import word_diff
from kliping.web.answer import WebPage
from kliping.web.page_request import NotFoundError, PageRequest
from kliping.web.quote_address import quote_key
from warehouse.queries import Row

GAP = "left out"  # a step of a wording, beside those of `word_diff`
# of a wording that is shown by its differences; others have the speaker's words hardly
LEAST_EQUAL = 0.5


def utterance_page(request: PageRequest) -> WebPage:
    article_id, key = request.path["article_id"], request.path["quote_key"]
    quotes = browse.rows(request.reader, "quotes", {"article": article_id})
    quote = next((row for row in quotes if quote_key(row["text"]) == key), None)
    if not quote or not quote["speaker_entity_id"]:
        raise NotFoundError("this article has no such quote of a known speaker; its page has those there are")  # fmt: skip
    groups = utterances(request.reader, [quote["speaker_entity_id"]], around=quote["day"])
    own = article_id, quote["quote_no"]
    [reports] = [group for group in groups if own in {(r["article_id"], r["quote_no"]) for r in group}]  # fmt: skip
    wordings = _wordings(reports)
    counts = {key: summary(reports)[key] for key in ("n_articles", "n_outlets")}
    return WebPage(
        template="utterance.html",
        title=reports[0]["text"],
        tables={"reports": list(chain.from_iterable(each["reports"] for each in wordings))},
        context={"first": reports[0], "wordings": wordings, **counts},
    )


def summary(reports: Sequence[Row]) -> Row:
    """The first report of an utterance, and how many there are."""
    first = reports[0]
    return {
        **first,
        "n_outlets": _n(reports, "source_name"),
        "n_articles": _n(reports, "article_id"),
        "n_wordings": len({words_of(row["text"]) for row in reports}),
        "quote_key": quote_key(first["text"]),
    }


def _n(reports: Sequence[Row], key: str) -> int:
    return len({row[key] for row in reports})


def _wordings(reports: Sequence[Row]) -> list[dict[str, Any]]:
    """Each with its reports and its differences from the first direct one; the one that came first stands first."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in reports:
        own = found.setdefault(words_of(row["text"]), [])
        first = next((each["source_name"] for each in own[:1] if each["article_id"] != row["article_id"]), None)  # fmt: skip
        own.append({**row, "same_words_in": first})
    base = next((row for row in reports if row["quote_type"] == "direct"), reports[0])["text"]
    return [
        {"words": _differences(base, own[0]["text"]), "reports": [{**row, "wording": n} for row in own]}
        for n, own in enumerate(found.values(), 1)
    ]  # fmt: skip


def _differences(base: str, text: str) -> list[tuple[str, str]]:
    """What it leaves out at either end of the base is a gap; what it puts in its place is a difference."""
    steps = word_diff(base, text)
    kinds = [step for step, _ in steps]
    if sum(len(words) for step, words in steps if step == "equal") < LEAST_EQUAL * len(text):
        return [("equal", text)]
    if kinds[-1] == "del":
        steps[-1] = (GAP, "")
    if kinds[0] == "del" and kinds[1] != "ins":
        steps[0] = (GAP, "")
    return steps
