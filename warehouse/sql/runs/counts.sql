-- What a run did for each source.
WITH fetch_counts AS (
  SELECT source_id, count(*) FILTER (WHERE kind IN ('page', 'file') AND outcome <> 'failed') AS n_fetched,
    count(*) FILTER (WHERE kind IN ('page', 'file') AND outcome = 'unchanged') AS n_unchanged
  FROM raw.fetches WHERE run_id = $run_id GROUP BY ALL
), version_counts AS (
  SELECT f.source_id, count(*) FILTER (WHERE v.version_no = 1) AS n_new, count(*) FILTER (WHERE v.version_no > 1) AS n_changed
  FROM core.article_versions AS v JOIN raw.fetches AS f USING (fetch_id) WHERE f.run_id = $run_id GROUP BY ALL
), state_counts AS (
  SELECT source_id, count(*) FILTER (WHERE state = 'quarantined') AS n_quarantined, count(*) FILTER (WHERE state = 'deferred') AS n_failed,
    count(*) FILTER (WHERE state = 'gone' OR reason = 'not_found') AS n_gone, count(*) FILTER (WHERE state = 'skipped') AS n_skipped
  FROM ops.frontier WHERE last_run_id = $run_id GROUP BY ALL
), discoveries AS (
  SELECT f.source_id, count(*) AS n_discovered
  FROM ops.frontier AS f JOIN ops.runs AS r ON r.run_id = $run_id AND f.discovered_at >= r.started_at AND f.discovered_by <> '' AND f.reason IS DISTINCT FROM 'other_outlet'
  JOIN raw.fetches AS x ON x.requested_url = f.discovered_by AND x.run_id = r.run_id AND x.fetched_at = f.discovered_at
  GROUP BY ALL
)
SELECT
  source_id,
  coalesce(n_discovered, 0) AS n_discovered,
  coalesce(n_fetched, 0) AS n_fetched,
  coalesce(n_new, 0) AS n_new,
  coalesce(n_changed, 0) AS n_changed,
  coalesce(n_unchanged, 0) AS n_unchanged,
  coalesce(n_gone, 0) AS n_gone,
  coalesce(n_skipped, 0) AS n_skipped,
  coalesce(n_quarantined, 0) AS n_quarantined,
  coalesce(n_failed, 0) AS n_failed
FROM fetch_counts
FULL JOIN version_counts USING (source_id)
FULL JOIN state_counts USING (source_id)
FULL JOIN discoveries USING (source_id)
ORDER BY source_id;
