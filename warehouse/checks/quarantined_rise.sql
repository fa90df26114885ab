-- C24 warn: no day quarantines more than three times an outlet's mean of the seven days before.
WITH days AS (
  SELECT source_id, f.fetched_at::DATE AS day, count(q.fetch_id) AS n_quarantined, count(*) AS n_pages
  FROM raw.fetches AS f
  LEFT JOIN (SELECT fetch_id FROM ops.quarantine) AS q USING (fetch_id)
  WHERE f.fetched_at >= getvariable('recent') AND f.kind = 'page'
  GROUP BY ALL
), rates AS (
  SELECT *, sum(n_quarantined) OVER week / sum(n_pages) OVER week AS before, sum(n_pages) OVER week AS n_before
  FROM days
  WINDOW week AS (
    PARTITION BY source_id ORDER BY day RANGE BETWEEN INTERVAL 7 DAY PRECEDING AND INTERVAL 1 DAY PRECEDING
  )
  QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY day DESC) = 1
)
SELECT source_id, day, n_quarantined, n_pages, round(before, 3) AS rate_before
FROM rates
WHERE day >= (SELECT max(day) - 1 FROM days)
  AND n_before >= 20
  AND n_quarantined >= 5
  AND n_quarantined / n_pages > 3 * before;
