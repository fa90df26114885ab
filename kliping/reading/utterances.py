"""What a person said once, and how each article words it.

Two quotes of one person within three days report one utterance if they share enough of their three-word sequences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from operator import itemgetter

from kliping.reading.periods import shifted
from kliping.sql_files import sql
from warehouse.queries import Row
from warehouse.read.published import Reader

REPORTS = sql("utterances/reports")
WORD = re.compile(r"\w+(?:-\w+)*")
LENGTH = 3  # words of a sequence
APART = timedelta(days=3)
# measured with 7,600 quotes of 2,418 articles: of pairs that share a quarter to two fifths, 24 of 25 were one utterance
LEAST_SHARED = 4
LEAST_SHARE = 0.25  # of the shorter one
LEAST_OF_SHORT = 2  # where the shorter is wholly in the longer
Sequences = frozenset[tuple[str, ...]]


def utterances(
    reader: Reader, speakers: Sequence[str], *, around: date | None = None
) -> list[list[Row]]:
    """The quotes of these speakers by utterance, the earliest report first; with `around` those that can have a report of that day."""
    days = 2 * APART.days
    limits = {"since": around and shifted(around, -days), "until": around and shifted(around, days)}
    of_speaker: dict[str, list[Row]] = {}
    for row in reader.rows(REPORTS, {"speakers": list(speakers), **limits}):
        of_speaker.setdefault(row["speaker_entity_id"], []).append(row)
    return [group for quotes in of_speaker.values() for group in grouped(quotes)]


def grouped(quotes: Iterable[Row]) -> list[list[Row]]:
    """The quotes of one speaker, which are in the order of time, by utterance.

    Each is compared with the first report of an utterance alone: a long quote would join all that are in it.
    """
    found: list[tuple[Sequences, list[Row]]] = []
    for quote in quotes:
        own = _sequences(quote["text"])
        near = []
        for first, group in reversed(found):
            if quote["reported_at"] - group[0]["reported_at"] > APART:
                break
            near += [(len(own & first), group)] if _is_same(own, first) else []
        if near:
            max(near, key=itemgetter(0))[1].append(quote)
        else:
            found.append((own, [quote]))
    return [group for _, group in found]


def reported_elsewhere(reader: Reader, article: Row, quotes: Sequence[Row]) -> dict[int, int]:
    """Number of a quote of the article -> how many other articles have reports of the same utterance."""
    speakers = {row["speaker_entity_id"] for row in quotes} - {None}
    if not speakers:
        return {}
    groups = utterances(reader, sorted(speakers), around=article["day"])
    return {
        row["quote_no"]: n - 1
        for group in groups
        if (n := len({row["article_id"] for row in group})) > 1
        for row in group
        if row["article_id"] == article["article_id"]
    }


def words_of(text: str) -> tuple[str, ...]:
    """What makes two wordings the same: neither case nor punctuation."""
    return tuple(WORD.findall(text.lower()))


def _sequences(text: str) -> Sequences:
    """Without those of names and numbers alone: whoever speaks of a place has these."""
    words = WORD.findall(text)
    starts = range(len(words) - LENGTH + 1)
    parts = (words[at : at + LENGTH] for at in starts)
    return frozenset(words_of(" ".join(part)) for part in parts if any(w[0].islower() for w in part))  # fmt: skip


def _is_same(one: Sequences, other: Sequences) -> bool:
    n, n_shorter = len(one & other), min(len(one), len(other))
    is_part = n == n_shorter >= LEAST_OF_SHORT
    return is_part or (n >= LEAST_SHARED and n >= LEAST_SHARE * n_shorter)
