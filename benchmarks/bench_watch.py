"""What a pass of `kliping watch` costs: the processor time of each kind of watch, over a published home that is there.

    python benchmarks/bench_watch.py HOME

It looks back seven days from the last article or edit, as the first pass after an upgrade does, and reads the published copy only.
The last line is a thousand watches of one word each, together.
"""

from __future__ import annotations

import argparse
import time
from datetime import timedelta
from pathlib import Path

from kliping.watches.watch_hits import find_hits, recent_articles
from kliping.watches.watch_search import Watch, prepare
from warehouse.read.published import Reader

LOOK_BACK = timedelta(days=7)
COMMON = """
WITH latest AS (
  SELECT max(text_no) AS text_no FROM ops.word_texts
)
SELECT word
FROM ops.words
JOIN ops.word_postings USING (word_id)
WHERE length(word) > 3
GROUP BY word
HAVING max(list_max(text_nos)) = (FROM latest)
ORDER BY sum(len(text_nos)) DESC
LIMIT 1 OFFSET 20
"""
MANY = """
SELECT word
FROM ops.words
JOIN ops.word_postings USING (word_id)
WHERE regexp_full_match(word, '[a-z]{5,}')
GROUP BY word
ORDER BY sum(len(text_nos)) DESC, word
LIMIT 1000 OFFSET 6000
"""
PERSON = "SELECT person FROM mart.people ORDER BY n_articles DESC, person LIMIT 1 OFFSET 20"
LAST = """
SELECT greatest(max(first_seen_at), max(last_changed_at)) AS moment, count(*) AS n
FROM core.articles
"""


def watches(word: str, person: str) -> list[Watch]:
    return [
        Watch(name="word", search=word),
        Watch(name="phrase", search=f'"{word} {word}"'),
        Watch(name="person", person=person),
        Watch(name="figure", changed="figure"),
        Watch(name="quote", changed="quote"),
        Watch(name="figure-of-word", changed="figure", search=word),
        Watch(name="quote-of-person", changed="quote", person=person),
    ]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("home", type=Path)
    home = options.parse_args().home
    with Reader(home) as reader:
        reader.con.execute("SET threads = 2")
        [last] = reader.rows(LAST)
        [word], [person] = reader.rows(COMMON), reader.rows(PERSON)
        print(f"{last['n']} articles; {word['word']!r}, {person['person']!r}")
        since = last["moment"] - LOOK_BACK
        own = watches(word["word"], person["person"])
        many = [Watch(name=f"w{n}", search=row["word"]) for n, row in enumerate(reader.rows(MANY))]
        for name, group in [
            *((watch.name, [watch]) for watch in own),
            (f"{len(many)} words", many),
        ]:
            started, busy = time.perf_counter(), time.process_time()
            searches, _ = prepare(reader, dict.fromkeys(group, since))
            found = find_hits(reader, searches, recent_articles(reader, since))
            hits = sum(map(len, found.values()))
            print(
                f"{name:16} {hits:6} hits {time.process_time() - busy:6.2f} CPU s {time.perf_counter() - started:6.2f} s"
            )


if __name__ == "__main__":
    main()
