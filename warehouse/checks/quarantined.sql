-- C20 warn: at most a fifth of the pages of an outlet that a run read were quarantined.
WITH pages AS (
  FROM raw.fetches WHERE fetched_at >= getvariable('last_day') AND kind = 'page'
), latest AS (
  SELECT source_id, max_by(run_id, fetched_at) AS run_id FROM pages GROUP BY ALL
)
SELECT source_id, run_id, count(q.fetch_id) AS n_quarantined, count(*) AS n_pages
FROM pages
SEMI JOIN latest USING (source_id, run_id)
LEFT JOIN (SELECT fetch_id FROM ops.quarantine) AS q USING (fetch_id)
GROUP BY ALL
HAVING n_pages >= 5 AND n_quarantined > 0.2 * n_pages;
