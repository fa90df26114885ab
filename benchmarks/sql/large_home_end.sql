-- What belongs to all weeks of a home that has grown: identities of names, polls of every day, fetches and a run.
INSERT INTO core.identities BY NAME
SELECT
  m.entity_id, 'person' AS kind, any_value(m.entity_name) AS name, any_value(c.entity_id) AS canonical_id,
  any_value(c.entity_name) AS canonical_name, 'identity.part' AS rule_id, '' AS evidence,
  min(a.first_seen_at)::DATE AS first_day, max(a.first_seen_at)::DATE AS last_day
FROM core.entity_mentions AS m
JOIN core.articles AS a USING (article_id)
JOIN (
  SELECT row_number() OVER (ORDER BY entity_id) AS n, entity_id, entity_name
  FROM (SELECT DISTINCT entity_id, entity_name FROM core.entity_mentions WHERE mention_no = 1)
) AS c ON c.n = 1 + hash(m.entity_id) % 1000
WHERE m.mention_no IN (6, 7) AND hash(m.entity_id) % 20 = 0 AND c.entity_id <> m.entity_id
GROUP BY m.entity_id;

INSERT INTO ops.feed_checks BY NAME
SELECT
  'http://' || s.domain || '/feed' AS feed_id, days.checked_at, 'run' AS run_id, s.source_id, 'feed' AS kind,
  'ok' AS outcome, 200 AS http_status, 100 AS n_entries, 50 AS n_new, FALSE AS is_gap
FROM core.sources AS s, (
  SELECT unnest(generate_series(min(first_seen_at), max(first_seen_at), INTERVAL 1 DAY)) AS checked_at
  FROM core.articles
) AS days;

-- Two channels announce 70 and 60 % of the articles, and are read every day.
INSERT INTO raw.feed_entries BY NAME
SELECT
  'http://' || s.domain || '/' || k.kind AS feed_id, f.url AS guid, f.url, f.published_at,
  f.discovered_at AS first_seen_at, f.discovered_at AS last_seen_at, 'run' AS run_id, source_id
FROM ops.frontier AS f
JOIN core.sources AS s USING (source_id), (VALUES ('feed', 7), ('sitemap', 6)) AS k (kind, rate)
WHERE hash(f.url, k.kind) % 10 < k.rate;

INSERT INTO raw.fetches BY NAME
SELECT
  uuid()::VARCHAR AS fetch_id, 'run' AS run_id, s.source_id, k.kind,
  'http://' || s.domain || '/' || k.kind AS requested_url, requested_url AS final_url,
  days.fetched_at, 200 AS http_status, 1 AS attempt, 'ok' AS outcome
FROM core.sources AS s, (VALUES ('feed'), ('sitemap')) AS k (kind), (
  SELECT unnest(generate_series(min(first_seen_at), max(first_seen_at), INTERVAL 1 DAY)) AS fetched_at
  FROM core.articles
) AS days;

INSERT INTO ops.runs BY NAME
SELECT
  'run' AS run_id, 'ingest' AS flow_name, 'manual' AS trigger, min(first_seen_at) AS started_at,
  max(first_seen_at) AS finished_at, 'completed' AS state, '1' AS code_version
FROM core.articles
HAVING 'run' NOT IN (SELECT run_id FROM ops.runs);

INSERT INTO ops.uncompared SELECT article_id FROM core.articles ORDER BY first_seen_at;

-- the words are indexed anew
DELETE FROM ops.word_texts;
DELETE FROM ops.word_postings;
DELETE FROM ops.words;
