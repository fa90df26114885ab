-- What belongs to all weeks of a home that has grown: polls of every day, fetches and a run.
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

INSERT INTO ops.uncounted VALUES (NULL, NULL, NULL);
