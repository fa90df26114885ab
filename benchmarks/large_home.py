"""`python benchmarks/large_home.py HOME [--articles 100000]`: a published home with that many invented articles, for measuring what reads it.

The first week is loaded as every run loads: names, copies and events are found in it. The weeks after it are made of it by SQL, in other
words and under other ids (`bench_warehouse.Grower`), so that a million articles take minutes. What the loader takes from elsewhere is made by SQL too:
topics, a few names that many articles share and many names that few do, polls of every day.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import duckdb
from bench_warehouse import VERSIONS, Grower
from synthetic_articles import SOURCES, outcomes

from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Outcome
from warehouse.write.steps import run_steps
from warehouse.write.topics import write_sample
from warehouse.write.week_estimates import ESTIMATE_UNSEEN
from warehouse.write.word_index import index_words

BATCH = 500  # articles loaded at once
TOLD_BY = 3  # outlets report an event
EDITED = 30  # one article in so many has a second version

MORE_GROWN = ("core.article_agencies", "core.figure_subjects")
RARE = "mention_no IN (6, 7)"  # mentions whose names are new in every week
RARE_NAMES = {
    "entity_id": f"CASE WHEN {RARE} THEN md5(entity_id || week_no)[:length(entity_id)] ELSE entity_id END",
    "entity_name": f"CASE WHEN {RARE} THEN entity_name || ' ' || week_no ELSE entity_name END",
}
FIRST_WEEK = """
CREATE TEMP TABLE common_names AS
SELECT row_number() OVER (ORDER BY entity_id) - 1 AS n, entity_id, entity_name
FROM (SELECT DISTINCT entity_id, entity_name FROM core.entity_mentions WHERE entity_type = 'person' ORDER BY entity_id LIMIT 20);
UPDATE core.entity_mentions AS m SET entity_id = c.entity_id, entity_name = c.entity_name
FROM common_names AS c WHERE m.mention_no = 5 AND c.n = hash(m.article_id) % 20;
UPDATE core.quotes AS q SET speaker_entity_id = c.entity_id, speaker_name = c.entity_name
FROM common_names AS c WHERE q.quote_no = 5 AND c.n = hash(q.article_id) % 20;
INSERT INTO core.entity_mentions BY NAME
SELECT version_id, article_id, 8 + quote_no AS mention_no, paragraph_no, affiliation_entity_id AS entity_id, 'organization' AS entity_type,
  speaker_affiliation AS entity_name, 'name' AS mention_type, cue AS text, cue_start AS char_start, cue_end AS char_end, 'mention.name' AS rule_id
FROM core.quotes WHERE quote_no IN (1, 3, 5);
INSERT INTO core.article_topics BY NAME
SELECT a.current_version_id AS version_id, a.article_id, t.topic_id, 3 AS n_hits, FALSE AS in_headline, 0 AS first_char, MAP {'kata': 3} AS matched_terms, 'topic.terms' AS rule_id
FROM core.articles AS a
JOIN (SELECT *, row_number() OVER (ORDER BY topic_id) AS n FROM ref.topics) AS t ON hash(a.article_id) % 24 IN (n, n + 3) OR hash(a.article_id) % 40 = n
ORDER BY a.first_seen_at;
INSERT INTO core.figure_subjects BY NAME
SELECT f.article_id, f.version_id, f.figure_no, f.unit AS subject, 'up' AS changes, f.text AS words
FROM core.figures AS f JOIN core.article_clusters AS c USING (version_id) WHERE c.is_lead AND f.figure_no <= 3;
"""
LAST = """
INSERT INTO core.identities BY NAME
SELECT m.entity_id, 'person' AS kind, any_value(m.entity_name) AS name, any_value(c.entity_id) AS canonical_id, any_value(c.entity_name) AS canonical_name,
  'identity.part' AS rule_id, '' AS evidence, min(a.first_seen_at)::DATE AS first_day, max(a.first_seen_at)::DATE AS last_day
FROM core.entity_mentions AS m
JOIN core.articles AS a USING (article_id)
JOIN (SELECT row_number() OVER (ORDER BY entity_id) AS n, entity_id, entity_name FROM (SELECT DISTINCT entity_id, entity_name FROM core.entity_mentions WHERE mention_no = 1)) AS c
  ON c.n = 1 + hash(m.entity_id) % 1000
WHERE m.mention_no IN (6, 7) AND hash(m.entity_id) % 20 = 0 AND c.entity_id <> m.entity_id
GROUP BY m.entity_id;
INSERT INTO ops.feed_checks BY NAME
SELECT 'http://' || domain || '/feed' AS feed_id, checked_at, 'run' AS run_id, source_id, 'feed' AS kind, 'ok' AS outcome, 200 AS http_status, 100 AS n_entries, 50 AS n_new, FALSE AS is_gap
FROM core.sources, (SELECT unnest(generate_series(min(first_seen_at), max(first_seen_at), INTERVAL 1 DAY)) AS checked_at FROM core.articles);
INSERT INTO raw.feed_entries BY NAME
SELECT 'http://' || s.domain || '/feed' AS feed_id, f.url AS guid, f.url, f.published_at, f.discovered_at AS first_seen_at, f.discovered_at AS last_seen_at, 'run' AS run_id, source_id
FROM ops.frontier AS f JOIN core.sources AS s USING (source_id);
INSERT INTO raw.fetches BY NAME
SELECT md5(domain)::UUID::VARCHAR AS fetch_id, 'run' AS run_id, source_id, 'feed' AS kind, 'http://' || domain || '/feed' AS requested_url,
  (SELECT max(first_seen_at) FROM core.articles) AS fetched_at, 200 AS http_status, 1 AS attempt, 'ok' AS outcome FROM core.sources;
INSERT INTO ops.runs BY NAME
SELECT 'run' AS run_id, 'ingest' AS flow_name, 'manual' AS trigger, min(first_seen_at) AS started_at, max(first_seen_at) AS finished_at, 'completed' AS state, '1' AS code_version FROM core.articles
HAVING 'run' NOT IN (SELECT run_id FROM ops.runs);
INSERT INTO ops.uncompared SELECT article_id FROM core.articles ORDER BY first_seen_at;
"""


def edited(articles: list[Outcome]) -> Iterator[Outcome]:
    """Some of them as they are a day later, with another headline and another end."""
    for outcome in articles[::EDITED]:
        [record], article = outcome.records, outcome.article
        assert article
        old = record.response
        response = replace(
            old,
            fetch_id=str(UUID(int=UUID(old.fetch_id).int ^ 1)),
            fetched_at=old.fetched_at + timedelta(days=1),
            body=old.body + b" again",
        )
        end = article.body_text[-40:]
        yield replace(
            outcome,
            records=(replace(record, response=response),),
            article=replace(
                article,
                headline=f"{article.headline} (diperbarui)",
                body_text=article.body_text.replace(end, end[::-1]),
                source_text=article.source_text.replace(end, end[::-1]),
            ),
        )


def fill(home: Path, n_articles: int, week: int) -> None:
    """Prints the seconds of each step."""
    store = Database(home)
    first_week = list(outcomes(0, week, week, told_by=TOLD_BY))
    for batch in (first_week, list(edited(first_week))):
        for at in range(0, len(batch), BATCH):
            load_outcomes(store, batch[at : at + BATCH], SOURCES, VERSIONS)
    write_sample(home)
    run_steps(store)
    report("first week")
    with store.write_connection() as con:
        con.execute(FIRST_WEEK)
    with tempfile.TemporaryDirectory() as folder:
        rare = {"core.entity_mentions": RARE_NAMES}
        grower = Grower(store, Path(folder), more_tables=MORE_GROWN, columns_of=rare)
        n_weeks = -(-n_articles // week)
        for first in range(1, n_weeks, 10):
            grower.add(first, min(10, n_weeks - first))
            if first % 100 == 1:
                report(f"{first * week:,} articles")
    with store.write_connection() as con:
        finish(con)
    report("names, polls and words")
    run_steps(store, steps=[ESTIMATE_UNSEEN])
    store.publish()
    report("published")


def finish(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(LAST)
    con.begin()
    con.execute("DELETE FROM ops.word_texts; DELETE FROM ops.word_postings; DELETE FROM ops.words")
    index_words(con)
    con.execute("DELETE FROM ops.uncompared; DELETE FROM ops.unchecked")
    con.commit()


def report(step: str) -> None:
    print(f"{time.process_time():7.0f} CPU s  {step}", file=sys.stderr, flush=True)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("home", type=Path, help="a folder that is not there yet")
    options.add_argument("--articles", type=int, default=100_000)
    options.add_argument("--week", type=int, default=2000, help="articles a week")
    args = options.parse_args()
    args.home.mkdir(parents=True)
    fill(args.home, args.articles, args.week)


if __name__ == "__main__":
    main()
