-- What a run did for each source.
WITH fetch_counts AS (
  SELECT source_id, count(*) FILTER (WHERE kind IN ('page', 'file') AND outcome <> 'failed') AS n_fetched,
    count(*) FILTER (WHERE kind IN ('page', 'file') AND outcome = 'unchanged') AS n_unchanged
  FROM raw.fetches WHERE run_id = $run_id GROUP BY ALL
), run_statements AS (
  SELECT s.article_id, s.fetch_id
  FROM core.article_statements AS s
  SEMI JOIN (FROM raw.fetches WHERE run_id = $run_id) AS f USING (fetch_id)
), stated_values AS (
  -- all that the records of these articles state, in order of time, each with what those before it stated
  SELECT
    article_id, source_id, fetch_id, fields, version_id,
    list(fields) OVER earlier AS earlier_fields,
    list(version_id) OVER earlier AS earlier_versions
  FROM (
    SELECT article_id, source_id, fetch_id, fetched_at, version_id, list_filter([
        'each_compared_field ' || each_compared_field::VARCHAR,
        'access ' || nullif(access, 'imported')
      ], lambda field: field IS NOT NULL) AS fields
    FROM core.article_statements
    WHERE rowid IN (
      SELECT rowid FROM core.article_statements WHERE article_id IN (SELECT article_id FROM run_statements)
    )
  )
  WINDOW earlier AS (
    PARTITION BY article_id ORDER BY fetched_at, fetch_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  )
), statement_counts AS (
  SELECT
    source_id,
    count(DISTINCT article_id) FILTER (is_other) AS n_metadata_changed,
    count(*) FILTER (NOT is_other AND list_contains(earlier_versions, version_id)) AS n_as_before
  FROM (
    SELECT *, NOT list_has_all(flatten(earlier_fields), fields) AS is_other
    FROM stated_values
    WHERE earlier_fields IS NOT NULL
  )
  SEMI JOIN run_statements USING (article_id, fetch_id)
  GROUP BY ALL
), version_counts AS (
  -- another text in an imported table or saved file is a copy, and no change
  SELECT f.source_id, count(*) FILTER (WHERE v.version_no = 1) AS n_new,
    count(*) FILTER (WHERE v.version_no > 1 AND NOT (f.kind = 'file' AND f.http_status IS NULL)) AS n_changed
  FROM core.article_versions AS v JOIN raw.fetches AS f USING (fetch_id) WHERE f.run_id = $run_id GROUP BY ALL
), state_counts AS (
  SELECT source_id, count(*) FILTER (WHERE state = 'quarantined') AS n_quarantined,
    count(*) FILTER (WHERE state = 'deferred') AS n_failed,
    count(*) FILTER (WHERE state = 'gone' OR reason = 'not_found') AS n_gone,
    count(*) FILTER (WHERE state = 'skipped') AS n_skipped
  FROM ops.frontier WHERE last_run_id = $run_id GROUP BY ALL
), discoveries AS (
  SELECT f.source_id, count(*) AS n_discovered
  FROM ops.frontier AS f
  JOIN ops.runs AS r
    ON r.run_id = $run_id
      AND f.discovered_at >= r.started_at
      AND f.discovered_by <> ''
      AND f.reason IS DISTINCT FROM 'other_outlet'
  JOIN raw.fetches AS x ON x.requested_url = f.discovered_by AND x.run_id = r.run_id AND x.fetched_at = f.discovered_at
  GROUP BY ALL
)
SELECT
  source_id,
  coalesce(n_discovered, 0) AS n_discovered,
  coalesce(n_fetched, 0) AS n_fetched,
  coalesce(n_new, 0) AS n_new,
  coalesce(n_changed, 0) AS n_changed,
  coalesce(n_metadata_changed, 0) AS n_metadata_changed,
  coalesce(n_unchanged, 0) + coalesce(n_as_before, 0) AS n_unchanged,
  coalesce(n_gone, 0) AS n_gone,
  coalesce(n_skipped, 0) AS n_skipped,
  coalesce(n_quarantined, 0) AS n_quarantined,
  coalesce(n_failed, 0) AS n_failed
FROM fetch_counts
FULL JOIN statement_counts USING (source_id)
FULL JOIN version_counts USING (source_id)
FULL JOIN state_counts USING (source_id)
FULL JOIN discoveries USING (source_id)
ORDER BY source_id;
